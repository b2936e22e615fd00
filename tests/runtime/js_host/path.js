// Paths, put together and taken apart.
const path = require("path");
const P=['','/','a','a/','/a','/a/','a/b','a/b/','../a','./a','a/../..','/a/../..','.','..','.b','a.b','a.b.c','..c','a/.b','a.','a..','...','/a//b///c.txt/','a/..c','foo.','/x/.hid.d'];

for (const a of P) {
  for (const name of ["normalize", "isAbsolute", "dirname", "basename", "extname", "parse"]) console.log(name, a, path[name](a));
  for (const b of P) console.log(a, b, path.join(a, b), path.relative(`/r/${a}`, `/r/${b}`), path.resolve("/r", a, b));
}
console.log(path.basename("a/b.txt", ".txt"), path.format(path.parse("/x/y.z")));
