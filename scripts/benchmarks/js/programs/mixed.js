// What scripts do most: text, regular expressions, maps, sorting, JSON, closures, and arrays of numbers.
//
//   node mixed.js ROUNDS      what came out on standard output, its milliseconds on standard error
"use strict";

let seed = 1;
const random = (below) => {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return seed % below;
};

const SYLLABLES = ["ka", "lo", "mi", "nu", "ra", "se", "ti", "vo"];
const word = () => Array.from({ length: 1 + random(3) }, () => SYLLABLES[random(8)]).join("");

function counted(words) {
  const text = Array.from({ length: words }, word).join(" ").replace(/\b(\w)(\w*)/g, (_, head, rest) => head.toUpperCase() + rest);
  const counts = new Map();
  for (const [found] of text.matchAll(/[A-Z][a-z]+/g)) counts.set(found, (counts.get(found) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 3).join(";");
}

function records(count) {
  const made = Array.from({ length: count }, (_, id) => ({ id, name: word(), tags: [word(), word()], score: random(1000) / 10 }));
  const back = JSON.parse(JSON.stringify(made));
  const groups = {};
  for (const one of back) (groups[one.tags[0]] ??= []).push(one);
  return Object.entries(groups)
    .map(([tag, list]) => [tag, list.reduce((sum, { score }) => sum + score, 0) / list.length])
    .filter(([, mean]) => mean > 40).length;
}

function product(size) {
  const a = new Float64Array(size * size).map(() => random(10)), b = new Float64Array(size * size).map(() => random(10));
  const c = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += a[i * size + k] * b[k * size + j];
      c[i * size + j] = sum;
    }
  }
  return c.reduce((sum, one) => sum + one, 0);
}

function primes(limit) {
  const composite = new Uint8Array(limit + 1);
  let count = 0;
  for (let i = 2; i <= limit; i++) {
    if (composite[i]) continue;
    count++;
    for (let j = i * i; j <= limit; j += i) composite[j] = 1;
  }
  return count;
}

function* walk(node) {
  if (node === null) return;
  yield* walk(node.left);
  yield node.value;
  yield* walk(node.right);
}

function tree(count) {
  const insert = (node, value) => {
    if (node === null) return { value, left: null, right: null };
    if (value < node.value) node.left = insert(node.left, value);
    else node.right = insert(node.right, value);
    return node;
  };
  let root = null;
  for (let i = 0; i < count; i++) root = insert(root, random(100000));
  let last = -1, ordered = true;
  for (const value of walk(root)) {
    ordered &&= value >= last;
    last = value;
  }
  return ordered;
}

const rounds = Number(process.argv[2]);
const start = performance.now();
let result;
for (let i = 0; i < rounds; i++) {
  seed = 1;
  result = [counted(3000), records(1000), product(60), primes(50000), tree(800)];
}
const taken = performance.now() - start;
console.log(...result);
console.error(taken);
