// Packages of ES modules, and those of CommonJS imported by name.
import { marked } from "marked";
import { v3, v4, v5, validate, version, NIL } from "uuid";
import _ from "lodash";
import async, { mapSeries } from "async";

console.log(marked.parse("# Title\n\n* a *b* **c**\n* `d`\n\n1. x\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n```js\nlet x = '<';\n```\n"));
console.log(validate(v4()), version(v4()), v5("hello", v5.URL), v3("hello", v3.DNS), NIL);
console.log(_.sum([1, 2]), await async.map([1, 2], async (x) => x + 1), typeof mapSeries);
