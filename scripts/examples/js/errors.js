// Fails on purpose, to show what an error looks like.
//
//   llmspell run errors.js

const accounts = {
  ada: { balance: 120, currency: "EUR" },
  bob: { balance: 80, currency: "EUR" },
};

function find(name) {
  Debug.debug(`looking for ${name}`, "bank.accounts");
  return accounts[name];
}

function transfer(from, to, amount) {
  const payer = find(from), payee = find(to);
  Debug.info(`${from} pays ${amount} to ${to}`, "bank.transfer");
  payer.balance -= amount;
  payee.balance += amount; // eve has no account, so `payee` is undefined
}

transfer("ada", "bob", 20);
transfer("bob", "eve", 35);
