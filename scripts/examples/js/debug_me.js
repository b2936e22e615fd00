// Members get 20 % off, others pay 39. That is not what this says:
// a bug to find with `llmspell debug`, as docs/debugging.md does.
const prices = { ink: 5, paper: 8, pen: 2 };

function withDiscount(list, percent) {
  const reduced = list;
  for (const item of ["ink", "paper", "pen"]) {
    reduced[item] = (list[item] * (100 - percent)) / 100;
  }
  return reduced;
}

function total(list, order) {
  let sum = 0;
  for (const line of order) {
    sum += list[line.item] * line.count;
  }
  return sum;
}

const order = [{ item: "ink", count: 7 }, { item: "pen", count: 2 }];
const member = total(withDiscount(prices, 20), order);
const guest = total(prices, order);
console.log(`members pay ${member}, others ${guest}`);
