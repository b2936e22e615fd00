// Calls and little else.
function fib(n) {
  if (n < 2) return n;
  return fib(n - 1) + fib(n - 2);
}

function never() {
  return 0; // never
}

for (let i = 0; i < Number(process.argv[2]); i++) fib(24);
if (process.argv.length > 3) never();
