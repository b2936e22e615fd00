// What the workflow does with text.

const wordsOf = (sentence) => sentence.toLowerCase().match(/[a-z]+/g) ?? [];

/** The sentences of a text, without the blanks around them. */
exports.sentences = (whole) => (whole.match(/[^.!?]+[.!?]/g) ?? []).map((one) => one.trim().replace(/\s+/g, " "));

/** `{sentence, score, place}` for each: the more often its words occur in all of them, the higher. */
exports.score = (sentences) => {
  const seen = new Map();
  for (const word of sentences.flatMap(wordsOf)) seen.set(word, (seen.get(word) ?? 0) + 1);
  return sentences.map((sentence, place) => {
    const words = wordsOf(sentence);
    const sum = words.reduce((total, word) => total + seen.get(word), 0);
    const scored = { sentence, score: sum / Math.max(words.length, 1), place };
    Debug.trace(scored, "workflow.score.sentence");
    return scored;
  });
};

/** The `count` best sentences, in the order of the text. */
exports.best = (scored, count) => scored
  .toSorted((a, b) => b.score - a.score)
  .slice(0, count)
  .sort((a, b) => a.place - b.place)
  .map((one) => one.sentence);
