// The work of `mixed.lua`.
//
//   mixed.js ROUNDS      what came out, on standard output
"use strict";

function hash(word) {
  let h = 0;
  for (let i = 0; i < word.length; i++) h = (h * 31 + word.charCodeAt(i)) % 1000003;
  return h;
}

function primes(limit) {
  const composite = [];
  let count = 0;
  for (let i = 2; i <= limit; i++) {
    if (composite[i]) continue;
    count++;
    for (let j = i * i; j <= limit; j += i) composite[j] = true;
  }
  return count;
}

class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }

  add(other) {
    return new Point(this.x + other.x, this.y + other.y);
  }
}

function path(steps) {
  let point = new Point(0, 0);
  for (let i = 1; i <= steps; i++) point = point.add(new Point(i, 1));
  return point.x + point.y;
}

function ordered(count) {
  const list = [];
  let below = 0;
  for (let i = 1; i <= count; i++) list.push(i * 7919 % 2003);
  list.sort((a, b) => a - b);
  for (const [i, value] of list.map((value) => value * 2).entries()) below = (below + (i + 1) * value) % 1000003;
  return below;
}

function counted(words) {
  const counts = new Map();
  let most = 0;
  for (const word of words.join(",").split(",")) {
    const key = word.slice(0, 5);
    counts.set(key, (counts.get(key) ?? 0) + word.length);
    most = Math.max(most, counts.get(key));
  }
  return most;
}

let total = 0;
for (let round = 0; round < Number(process.argv[2]); round++) {
  const words = [];
  for (let i = 1; i <= 300; i++) {
    words.push("word" + i);
    total += hash(words[i - 1]);
  }
  total = (total + primes(20000) + path(3000) + ordered(2000) + counted(words)) % 1000003;
}
console.log(String(total));
