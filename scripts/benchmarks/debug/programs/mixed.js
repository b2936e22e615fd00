// A little of everything: objects, strings, maps, closures.
function words(n) {
  const found = new Map();
  for (let i = 0; i < n; i++) {
    const word = "word" + ((i * 7919) % 997);
    found.set(word, (found.get(word) ?? 0) + 1);
  }
  return found;
}

function report(found) {
  const rows = [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return rows.map(([word, count]) => `${word.padEnd(10)}${count}`).join("\n");
}

class Account {
  constructor(owner) {
    this.owner = owner;
    this.entries = [];
  }

  deposit(amount) {
    this.entries.push({ amount, at: this.entries.length });
    return this.balance();
  }

  balance() {
    return this.entries.reduce((sum, entry) => sum + entry.amount, 0);
  }
}

function never() {
  return 0; // never
}

for (let i = 0; i < Number(process.argv[2]); i++) {
  report(words(3000));
  const account = new Account("ada");
  for (let k = 0; k < 60; k++) account.deposit(k);
  JSON.parse(JSON.stringify(account));
}
if (process.argv.length > 3) never();
