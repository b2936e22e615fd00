// Well-known packages through require: each computes something that can be compared.
const _ = require("lodash");
const acorn = require("acorn");
const moment = require("moment");
const handlebars = require("handlebars");
const async = require("async");

console.log(_.VERSION, _.chunk([1, 2, 3, 4, 5], 2), _.groupBy(["one", "two", "three"], "length"));
console.log(_.template("hi <%= name %>, <% each(list, (x) => { %>[<%- x %>]<% }) %>", { imports: { each: _.forEach } })({ name: "x", list: ["<", 2] }));
console.log(_.sortBy(_.map(_.range(30), (i) => ({ i, k: (i * 7) % 5 })), ["k", "i"]).map((one) => one.i).join());
console.log(_.merge({ a: [{ b: 1 }] }, { a: [{ c: 2 }], d: new Map([[1, 2]]) }), _.isEqual(new Set([1]), new Set([1])));

const source = _.runInContext.toString();
const tree = acorn.parse(source, { ecmaVersion: "latest", locations: true });
let nodes = 0;
JSON.stringify(tree, (key, value) => {
  if (value && value.type) nodes++;
  return value;
});
console.log(source.length, nodes, tree.loc.end);
try {
  acorn.parse("let a = ;", { ecmaVersion: 2020 });
} catch (error) {
  console.log(error.name, error.message, error.loc);
}

console.log(moment.utc(0).format("LLLL"), moment.duration(90, "minutes").humanize(), moment.utc("2024-02-29").add(1, "year").toISOString());
const template = handlebars.compile("{{#each people}}{{@index}}: {{name}}{{#if age}} ({{age}}){{/if}}\n{{else}}nobody{{/each}}");
console.log(template({ people: [{ name: "<Ada>", age: 36 }, { name: "Bob" }] }), template({}));

async.mapLimit([3, 1, 2], 2, (x, done) => setTimeout(() => done(null, x * 2), x), (error, found) => console.log(error, found));
async.waterfall([(done) => done(null, 1), (a, done) => setImmediate(done, null, a + 1)], (error, found) => {
  console.log("waterfall", error, found);
  const queue = async.queue((task, done) => process.nextTick(done, null, task), 2);
  queue.drain(() => console.log("drained"));
  queue.push([1, 2, 3]);
});
