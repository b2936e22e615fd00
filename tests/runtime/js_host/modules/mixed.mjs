import pkg, { kind } from "pkg";
import { total, add } from "./live.mjs";
import * as live from "./live.mjs";
import data from "./data.json" with { type: "json" };
import { join } from "node:path";
import late from "@scope/esm";
const before = total;
add(2);
console.log(kind, pkg.kind, before, total, live.total, data, join("a", "b"), late(), typeof this, live);
await null;
label: for (const total of [7]) { console.log(total); continue label; }
const shorthand = { total, late: late.name };
console.log(shorthand, import.meta.filename.endsWith("mixed.mjs"), import.meta.url.startsWith("file:///"));
function shadowed(total, { add } = { add: 3 }) { { let join = 1; total += join; } return total + add; }
console.log(shadowed(1), ((late) => late)(4), (() => { try { throw 1; } catch (add) { return add; } })());
try { total = 9; } catch (error) { console.log(error.name); }
export { total, live as space };
export default "mixed";
export * from "./live.mjs";
export class Both { static total = total; }
