// Values of every kind, shown with several options: the same as node shows them.
const util = require("util");
class A{constructor(){this.x=1}}; class B extends A{get g(){return 1}}
const circ={name:'c'};circ.self=circ;circ.l=[circ,{circ}];
const big=[];for(let i=0;i<150;i++)big.push(i*i);
class MyErr extends Error{}
const e=new Error('bad',{cause:new TypeError('why')});e.code='E';
const cases={
 prim:[1,-0,'a','it\'s',"a'b\"c",'`\'"',"\n\x1b\u{1F600}\ud800",1n,Symbol('q'),null,undefined,true,NaN],
 empty:[{},[],new Map,new Set,new A,Object.create(null),function(){},()=>{},class{},class Q{},class R extends A{}],
 obj:{a:1,'b-c':2,3:4,[Symbol('s')]:5,get x(){return 1},set y(v){},get z(){return 1},set z(v){}},
 nest:{a:{b:{c:{d:1}}},l:[[[[1]]]],m:new Map([[{a:{b:{}}},1]]),s:new Set([[1,[2,[3]]]])},
 a:new A,b:new B,circ,big,strs:Array.from({length:30},(_, i)=>'item'+i),mixed:Array.from({length:30},(_, i)=>i%2?i:'x'+i),
 holes:[1,,3,,,],arrprops:Object.assign([1,2],{foo:1}),
 longs:{a:'x'.repeat(60),b:'y'.repeat(60)},longstr:['line one is here\n'.repeat(8)],
 fn:{f(){},g:async()=>{},h:function*(){},i:async function*(){},A,B},fnprops:Object.assign(function foo(){}, {a:1}),
 date:new Date(0),bad:new Date(NaN),re:/a\/b/gi,boxed:[new Number(-0),new String('abc'),new Boolean(false),Object(Symbol('x')),Object(1n)],
 typed:[new Uint8Array(3),new Float64Array([1.5,2]),new Uint8Array(0),new BigInt64Array(2)],ab:new Uint8Array([1,2,255]).buffer,dv:new DataView(new ArrayBuffer(2)),
 weak:[new WeakMap,new WeakSet],map:new Map([['a',{b:1}],[1,[2]]]),set:new Set('abc'),
 nullp:Object.assign(Object.create(null),{a:1}),tag:{[Symbol.toStringTag]:'T',a:1},
 cls:new (class Foo{[Symbol.toStringTag]='Bar'}),
 args:(function(){return arguments})(1,2),
 proxy:new Proxy({a:1},{get(){throw 1}}),proxyf:new Proxy(function f(){},{}),
 err:(()=>{const e=new Error('x');e.stack='Error: x\n    at foo (a.js:1:1)';return e})(),errk:(()=>{const e=new RangeError('x');e.stack='RangeError: x\n    at foo (a.js:1:1)';e.code='ERR';return {e}})(),
 errc:(()=>{const c=new TypeError('why');c.stack='TypeError: why\n    at z';const e=new Error('x',{cause:c});e.stack='Error: x\n    at foo (a.js:1:1)';return [e]})(),
 nostack:(()=>{const e=new Error('x');e.stack=undefined;delete e.stack;return e})(),
 myerr:(()=>{const e=new MyErr('x');e.stack='Error: x\n    at foo (a.js:1:1)';return e})(),
 agg:(()=>{const e=new AggregateError([1,2],'x');e.stack='AggregateError: x\n    at foo (a.js:1:1)';return e})(),
 json:JSON.parse(JSON.stringify({users:[{id:1,name:'Alice',tags:['a','b'],address:{city:'Berlin',geo:{lat:1,lng:2}}},{id:2,name:'Bob',tags:[],address:null}],total:2})),
 wide:['日本語','中文','한국','a','b','c','d','e'],
 cust:{[util.inspect.custom](d,o,i){return 'CUSTOM '+d+i({z:1})}},cust2:{a:{[util.inspect.custom](){return {q:1}}}},
 pm:Array.from({length:7},(_, i)=>({i})),depth:[[[[]]],[[[1]]],{a:{b:{c:{}}}},{a:{b:{c:new A}}},[[[new Map([[1,2]])]]],{a:{b:Object.create(null,{q:{value:1,enumerable:true}})}}],
 deep2:{a:{b:{c:Object.create(null,{q:{value:1,enumerable:true}}),d:[1],e:new A,f:new Set([1]),g:new Uint8Array(3)}}},
 proto:Object.create({a:1}),protoA:Object.create(A.prototype),objproto:A.prototype,
 int:{a:123456789,b:1e21,c:1e-7},glob:Math,json2:JSON,refl:Reflect,sym:Symbol.iterator, gen:(function*(){})(),
 subarr:new (class L extends Array{})(3),submap:new (class M2 extends Map{})([[1,2]]),
 nullarr:Object.setPrototypeOf([1],null),fnnull:Object.setPrototypeOf(function x(){},null),
 getterarr:Object.defineProperty([1],0,{get(){return 1},enumerable:true}), bigarr:[new Array(200).fill('abc')], sparse:Object.assign(new Array(1e9),{5:1}),
 prom:[WeakRef.prototype],
};

const options = [undefined, {depth:0}, {compact:false}, {breakLength:40}, {depth:null}];
for (const [name, value] of Object.entries(cases)) for (const one of options) {
  if (name === "glob" || name === "json2" || name === "refl") continue;
  console.log("--- %s %s\n%s", name, JSON.stringify(one), util.inspect(value, one));
}
const F=[['%s %d %i %f %j %o %O %c %%','a',1.5,2.7,'3.5',{a:1},[1],{b:{c:{}}},'css'],['%s',{a:{b:1}}],['%s',new A],['%s',()=>1],['%s',class X{}],['%s',new Date(0)],['%s',Symbol('a')],['%s',-0],['%d',-0],['%d','x'],['%d',{}],['%i',{}],['%i','12px'],['%d',1n],['%f','1.5x'],['a','b',{c:1}],[{a:1},'x',2],['%x',1],['100%',1],['%s'],['%%',1],['%%'],['%s',null,undefined],['%s',[1,[2,[3]]]],['%s',new Error('m').message],['%j',circ],['%s',{toString(){return 'T'}}],['%O',circ],[],[null],['%s',new (class Z{toString(){return 'zz'}})],['%s',Object.create(null)],['%i',1.9],['%f',Symbol('a')],['%d',[]],['%d','']];

for (const one of F) console.log(util.format(...one));
