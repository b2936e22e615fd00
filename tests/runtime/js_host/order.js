// Which comes first: ticks, microtasks, timers, immediates.
setTimeout(() => {
  console.log("t1"); Promise.resolve().then(() => console.log("m1")); process.nextTick(() => console.log("n1"));
  (async () => { await null; console.log("m2"); await null; console.log("m3"); })();
}, 1);
setTimeout(() => {
  setImmediate(() => { console.log("i1"); setImmediate(() => console.log("i3")); queueMicrotask(() => console.log("q1")); });
  setImmediate(() => console.log("i2"));
}, 500);
process.nextTick(() => { console.log("n0"); Promise.resolve().then(() => { console.log("m0"); process.nextTick(() => console.log("n00")); }); });
let rounds = 0;
const every = setInterval(() => { console.log("every", ++rounds); if (rounds === 2) clearInterval(every); }, 100);
const never = setTimeout(() => console.log("never"), 1); clearTimeout(never);
clearTimeout(+setTimeout(() => console.log("never"), 1));
setInterval(() => console.log("never"), 1e6).unref();
setTimeout((...args) => console.log(args), 250, 1, 2);
process.on("beforeExit", () => { if (rounds < 4) { rounds = 4; setTimeout(() => console.log("more"), 1); } });
process.on("exit", (code) => console.log("exit", code, process.exitCode));
console.log("main", this === module.exports, typeof require, arguments.length);
