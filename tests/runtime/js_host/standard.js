// Text, base64, clones, events, abort signals, util: what they give and what they throw.
const b=[...Array(256).keys()];
console.log(new TextEncoder().encode('aü€😀\ud800'), new TextDecoder().decode(new Uint8Array([0xef,0xbb,0xbf,0x61,0xf0,0x9f,0x98,0x80,0xff,0xe2,0x82])));
console.log(new TextDecoder('latin1').decode(new Uint8Array(b)).length, new TextDecoder('utf-16le').decode(new Uint8Array([0x61,0,0x3d,0xd8,0,0xde,1])));
const d=new TextDecoder(); console.log(d.decode(new Uint8Array([0xe2,0x82]),{stream:true})+d.decode(new Uint8Array([0xac])));
try{new TextDecoder('utf-8',{fatal:true}).decode(new Uint8Array([255]))}catch(e){console.log(e.name,e.code,e.message)}
try{new TextDecoder('nope')}catch(e){console.log(e.name,e.code,e.message)}
console.log(btoa('hello\xff'),atob('aGVsbG//'),atob(' YQ = ='));
try{btoa('€')}catch(e){console.log(e.name,e.code)} try{atob('a')}catch(e){console.log(e.name,e.message)}
console.log(new TextEncoder().encodeInto('a€b',new Uint8Array(3)), new TextDecoder('utf-16be').encoding);
for(const s of ['','a','é','\u0800','\u{10000}','\udc00x','x\ud83d'])console.log([...new TextEncoder().encode(s)].join());
for(const bytes of [[0xc0,0x80],[0xe0,0x80,0x80],[0xf0,0x80,0x80,0x80],[0xed,0xa0,0x80],[0xf4,0x90,0x80,0x80],[0xf0,0x9f],[0xf0,0x9f,0x41],[0xe2,0x28,0xa1]])console.log(escape(new TextDecoder().decode(new Uint8Array(bytes))));
console.log(structuredClone({d:new Date(0),r:/a/g,m:new Map([[{a:1},new Set([1])]]),e:new RangeError('x').name,t:new Uint8Array([1,2]),n:Object(1),u:undefined,a:[1,,3]}));
const c={};c.c=c;console.log(structuredClone(c)); try{structuredClone(()=>1)}catch(e){console.log(e.name,e.code,e.message)} try{structuredClone({s:Symbol('x')})}catch(e){console.log(e.name,e.message)}
class K{constructor(){this.a=1} get g(){return 1}} console.log(structuredClone(new K));
const et=new EventTarget();et.addEventListener('x',e=>console.log(e.type,e.target===et,e.detail),{once:true});et.dispatchEvent(new CustomEvent('x',{detail:5}));et.dispatchEvent(new Event('x'));
const ac=new AbortController();ac.signal.onabort=()=>console.log('ab');ac.signal.addEventListener('abort',e=>console.log(ac.signal.aborted,ac.signal.reason.name));ac.abort();
try{AbortSignal.abort('why').throwIfAborted()}catch(e){console.log(e)}
const EE=require('events');const e=new EE();e.once('a',(...x)=>console.log('once',x));e.on('a',function(){console.log(this===e)});e.prependListener('a',()=>console.log('first'));console.log(e.emit('a',1,2),e.emit('a'),e.emit('b'),e.listenerCount('a'),e.eventNames());
try{e.emit('error',new Error('boom'))}catch(x){console.log(x.message)} try{e.emit('error',5)}catch(x){console.log(x.message,x.code)}
function Old(){EE.call(this)} require('util').inherits(Old,EE); new Old().on('q',()=>console.log('q')).emit('q');
const {promisify,isDeepStrictEqual,types,format}=require('util');promisify((a,cb)=>cb(null,a+1))(1).then(console.log);
console.log(isDeepStrictEqual({a:[1,new Set([{b:1}])]},{a:[1,new Set([{b:1}])]}),isDeepStrictEqual([1],[2]),types.isDate(new Date),types.isProxy(new Proxy({},{})));
console.log(require('os').EOL==='\n',require('url').fileURLToPath('file:///a%20b'),require('url').pathToFileURL('/a b').href, require('node:path')===require('path'));
try{require('./nonexist')}catch(x){console.log(x.code,x.message.split('\n')[0])}
console.log(URL.canParse('x'), new URL('http://a/?q=1'));

process.exitCode = 4;
