// Which words of a long text are not in the dictionary? Slow on purpose: `llmspell profile slow.js` shows where the
// time goes, and docs/profiling.md what to do about it. `llmspell run slow.js fast` is the cure.
let seed = 7;

function random(most) {
  seed = (seed * 16807) % 2147483647;
  return (seed % most) + 1;
}

function makeWords(count, most) {
  return Array.from({ length: count }, () => "word" + String(random(most)).padStart(4, "0"));
}

function isIn(dictionary, word) {
  for (const known of dictionary) {
    if (known === word) return true;
  }
  return false;
}

function unknownWords(words, dictionary) {
  const found = [];
  for (const word of words) {
    if (!isIn(dictionary, word)) found.push(word);
  }
  return found;
}

function unknownWordsByKey(words, dictionary) {
  const known = new Set(dictionary);
  return words.filter((word) => !known.has(word));
}

function report(found) {
  return found.map((word, i) => `${String(i + 1).padStart(6)}  ${word.toUpperCase()}`).join("\n");
}

const timer = Debug.timer("check");
const dictionary = makeWords(700, 1000);
const words = makeWords(60000, 1000);
timer.lap("words made");
const check = process.argv[2] === "fast" ? unknownWordsByKey : unknownWords;
const found = check(words, dictionary);
timer.lap("words checked");
const text = report(found);
timer.stop();
console.log(`${found.length} words are unknown, ${text.length} bytes of report`);
