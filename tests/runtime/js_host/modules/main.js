// require: files, folders, JSON, packages, cycles, errors.
const a = require("./lib/a");
console.log(a.name, a.b.name, a.b.sawA, require("./lib") === a, require("./data.json"), require("./data") === require("./data.json"));
console.log(require("pkg"), require("pkg/sub"), require("pkg/feature/x"), require("plain"), require("@scope/esm").default());
for (const name of ["pkg/hidden", "./nope", "nowhere", "", "./bad.json", "./throws"]) {
  try { require(name); console.log("loaded", name); } catch (error) { console.log(name, error.name, error.code, error.message.split("\n")[0].replace(/^.*?(\S+\.json: )/, "")); }
}
try { require("./throws"); } catch (error) { console.log("again", error.message); }
console.log(require.main === module, module.loaded, module.children.length > 0, typeof require.cache, require.resolve("./lib/a").endsWith("/lib/a.js"));
console.log(this === exports, exports === module.exports, __filename.endsWith("main.js"), __dirname.endsWith("modules"));
import("./mixed.mjs").then((found) => {
  console.log(found.default, found.total, Object.keys(found));
  return import("./absent.mjs");
}).catch((error) => console.log(error.code));
console.log(require("node:util") === require("util"), require("module").builtinModules.includes("fs"));
(() => { try { require(5); } catch (error) { console.log(error.code, error.message); } })();
