// A pipeline of async generators in an ES module, each logging under its own module.
//
//   llmspell run async.mjs --debug-modules '+pipe.*'

import { setTimeout as sleep } from "node:timers/promises";

async function* produce(count) {
  for (let i = 1; i <= count; i++) {
    await sleep(2);
    Debug.info(`made ${i}`, "pipe.source");
    yield i;
  }
}

async function* square(source) {
  for await (const value of source) {
    if (value === 3) Debug.info(Debug.stackTrace(), "pipe.square");
    yield value * value;
  }
}

async function* onlyOdd(source) {
  for await (const value of source) {
    if (value % 2 === 1) yield value;
    else Debug.info(`dropped ${value}`, "pipe.filter");
  }
}

const timer = Debug.timer("pipeline");
let sum = 0;
for await (const value of onlyOdd(square(produce(5)))) {
  timer.lap("value");
  sum += value;
}
timer.stop();
console.log("sum of the odd squares", sum);

// A rejection that is handled is worth a log with its cause.
const results = await Promise.allSettled([sleep(1, "done"), Promise.reject(new Error("the pipe is blocked"))]);
for (const { status, reason } of results) {
  if (status === "rejected") Debug.logWithData("warn", "a stage failed", { reason }, "pipe");
}
