// A workflow of steps over modules of its own: the way a larger script uses `Debug`.
//
//   llmspell run workflow.js
//   llmspell run workflow.js --debug -- "another text to summarize. It has two sentences."

const text = require("./lib/text");
const { Workflow } = require("./lib/steps");

const input = process.argv[2] ?? `
A cache keeps what was hard to get. It is fast because it is near. It is wrong when it is old.
Two things are hard: to name a thing, and to know when to throw it away. A cache has both.`;

const workflow = new Workflow("summarize", [
  ["split", text.sentences],
  ["score", text.score],
  ["choose", (scored) => text.best(scored, 2)],
  ["join", (chosen) => chosen.join(" ")],
]);

console.log(workflow.run(input));
