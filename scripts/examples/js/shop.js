// Two orders, of which one goes wrong: the same as shop.lua, of which the picture in the README is.
//
//   llmspell run shop.js --debug

const items = { pen: { price: 1.5 }, ink: { price: 4.25 } };

function total(order) {
  let sum = 0;
  order.forEach((name, i) => {
    Debug.debug(`item ${i + 1} is ${name}`, "shop.cart");
    sum += items[name].price;
  });
  return sum;
}

function place(customer, order) {
  const timer = Debug.timer("order");
  const sum = total(order);
  timer.lap("priced");
  Debug.logWithData("info", "order placed", { customer, total: sum }, "shop.orders");
  timer.stop();
}

Debug.info("the shop is open", "shop");
Debug.warn("only 3 bottles of ink left", "shop.stock");
place("ada", ["pen", "ink", "pen"]);
place("bob", ["ink", "paper"]);
