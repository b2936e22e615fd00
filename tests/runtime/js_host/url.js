// URLs as the URL Standard has them, relative to several bases.
const util = require("util");
const inputs=['http://a/b/c?d#e','HTTP://USER:pa%20ss@EXAMPLE.com:80/../x/./y/?q=1 2#frag ment','https://ex.com:8443','//x/y','/abs','rel/x','../up','?q','#f','','mailto:a@b.c','data:text/plain,hi there','file:///a/b','file:/c','file://host/x','http://[::1]:3000/','http://192.168.257','http://0x7f.1','http://a b','http://','http://:80','http://x:99999','http://ü.de/ä?ö#ß','http:\\\\x\\y','javascript:alert(1)','foo://bar/baz?x','foo:/a/../b','blob:http://a/b','http://a/%2e%2e/b','http://a//b///c','http:foo','http:/foo','ws://x:80','ftp://f:21/','http://u@h','http://u:@h','http://@h','  http://a/  ','http://a\tb/','http://a?b?c','http://1.2.3.4.5','http://[1:2::3:4]','http://[::ffff:1.2.3.4]','c:/x','http://a/;x=1,2','http://a/\'"<>`{}|^[]','foo:bar#b c','http://a/?\'"','.','..','./','a/../../b','http://a.b./','https://例え.jp','file:///C|/x','file:///C:/../y','http://%41.com','non-special://h:1/p','non-special://','a:b','1:2','http://x/?a=%zz','x://y?z#','http://h?','http://h#'];
const P=['href','origin','protocol','username','password','host','hostname','port','pathname','search','hash'];

for (const input of inputs) for (const base of [undefined, "http://base/x/y?z#h", "file:///p/q", "mailto:x", "foo://h/a/b"]) {
  let shown;
  try { const url = new URL(input, base); shown = P.map((name) => url[name]).join(" | "); } catch (error) { shown = error.code; }
  console.log(JSON.stringify(input), base, shown);
}
const S=[['?a=1&b=2&a=3'],[{a:1,b:'x y'}],[[['a','ü'],['b','&=']]],['a+b=c%20d&&x'],["~!*'()=-._"]];

for (const one of S) { const made = new URLSearchParams(...one); console.log(`${made}`, [...made], made); }
const set=(T)=>{const o=[];const u=new T('http://a/b?c#d');for(const [k,v] of [['pathname','x y/../z'],['search','?q r'],['hash','h h'],['port','8080'],['host','B.c:9'],['protocol','https'],['username','me:'],['password','p/w'],['hostname','q.r'],['search',''],['port','443'],['pathname',''],['href','http://z/'],['protocol','foo']]){u[k]=v;o.push(u.href)};u.searchParams.append('k','v w');o.push(u.href);u.searchParams.delete('k');o.push(u.href);u.search='a=1';o.push(u.searchParams.get('a'));return o.join('\n')};

console.log(set(URL));
console.log(new URL("http://a/?b=c"));
