// Functions whose self times lie well apart, in node and here.
function area(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const x = (i + 0.5) / n;
    sum += Math.sqrt(1 - x * x);
  }
  return 4 * sum / n;
}
function sorted(n) {
  const items = [];
  for (let i = 0; i < n; i++) items.push((i * 7919) % 100003);
  return items.sort((a, b) => a - b);
}
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
class Text {
  constructor(n) {
    this.n = n;
  }
  vowels() {
    let text = "";
    for (let i = 0; i < this.n; i++) text += String.fromCharCode(65 + (i * 7) % 26);
    return text.replace(/[AEIOU]/g, "").length;
  }
}
let total = 0;
for (let i = 0; i < 15; i++) {
  total += area(10e6) + sorted(60000).length + fib(27) + new Text(60000).vowels();
}
console.log(total > 0);
