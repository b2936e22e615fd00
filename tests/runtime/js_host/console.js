// What console prints, and where.
console.log('%s is %d', 'a', 5, {x:1}); console.info('i'); console.debug('d');
console.group('G'); console.log('in\nside'); console.group(); console.log({a:1,b:{c:{d:{}}}}); console.groupEnd(); console.groupEnd();
console.count(); console.count('x'); console.count(); console.countReset(); console.count();
console.dir({a:{b:{c:{d:1}}}},{depth:0}); console.assert(true); console.dirxml([1],2);
console.table([[1,2],[3,4]]); console.table(new Map([['a',{x:1}]])); console.table(new Set([1])); console.table([1,'a',{b:2}]); console.table([{a:1,b:2}],['b']); console.table(5); console.table({r:{c:'日本'}});
console.log(); console.log(undefined,null); console.log('%c styled','color:red');
console.log(process.stdout.write('raw\n'));
console.log(console.log.name, Object.keys(console).length>15, String(console));
console.log([undefined,null,,1], [function(){}], new Error('x').message);
console.log(new (class Foo extends Map{})([[1,{a:1}]]), Symbol('s'), 10n, -0, [ -0 ]);
console.log(globalThis === this, typeof global);
console.error('to stderr'); console.warn('too');
