// The work of `calls.lua`.
//
//   calls.js ROUNDS      what came out, on standard output
"use strict";

function fib(n) {
  if (n < 2) return n;
  return fib(n - 1) + fib(n - 2);
}

let total = 0;
for (let round = 0; round < Number(process.argv[2]); round++) total = (total + fib(24)) % 1000003;
console.log(String(total));
