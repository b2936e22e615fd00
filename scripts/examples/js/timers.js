// Where does the time go? Timers, laps, children, and the reports they make.
//
//   llmspell run timers.js --debug-perf

function fetchPages(pages) {
  let bytes = 0;
  for (let i = 1; i <= pages * 300; i++) bytes += String(i * i).length;
  return bytes;
}

function parse(bytes) {
  return Array.from({ length: Math.floor(bytes / 10) }, (_, i) => `word${i % 97}`).sort();
}

const crawl = Debug.timer("crawl");
for (let page = 1; page <= 12; page++) {
  // Started while `crawl` runs, so nested under it.
  const one = Debug.timer("page");
  const bytes = fetchPages(1 + (page % 3));
  one.lap("fetch");
  const words = parse(bytes);
  one.lap("parse");
  if (page === 7) Debug.recordEvent(one.id, "largest page", { words: words.length });
  one.stop();
}
const index = crawl.child("index");
parse(6000);
index.stop();
const total = crawl.stop();

// `time` needs no stop: it returns what the function returns, and lets its errors through.
const words = Debug.time("one more parse", parse, 3000);
Debug.logWithData("info", "crawled", { milliseconds: total, words: words.length }, "crawler");

console.log(Debug.performanceReport());
console.log("\nCollapsed stacks, for any flame graph tool (microseconds of their own):");
console.log(Debug.flameGraph());
