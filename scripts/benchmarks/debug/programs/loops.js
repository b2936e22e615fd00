// Loops over arrays.
function sieve(n) {
  const flags = new Uint8Array(n + 1).fill(1);
  let count = 0;
  for (let i = 2; i <= n; i++) {
    if (flags[i]) {
      count++;
      for (let k = i + i; k <= n; k += i) {
        flags[k] = 0;
      }
    }
  }
  return count;
}

function never() {
  return 0; // never
}

for (let i = 0; i < Number(process.argv[2]); i++) sieve(50000);
if (process.argv.length > 3) never();
