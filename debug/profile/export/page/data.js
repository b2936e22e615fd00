// What is in the page, and what is derived from it: the weights of what is chosen, the tree folded by function,
// its layout, and figures by function or line. Nothing here touches the document.

const NONE = -1;

/** The data of the page, its long columns as typed arrays. */
function unpacked(text) {
  const data = JSON.parse(text);
  data.stacks.parent = Int32Array.from(data.stacks.parent);
  data.stacks.place = Int32Array.from(data.stacks.place);
  data.functionOf = data.stacks.place.map((place) => data.places.function[place]);
  data.lineOf = data.stacks.place.map((place) => data.places.line[place]);
  return data;
}

/** Stacks that differ only in lines are one node; node 0 is the root of all. Parents have lower numbers. */
function foldedByFunction(data) {
  const { parent } = data.stacks;
  const parents = [NONE], functions = [NONE], depths = [0];
  const nodeOf = new Int32Array(parent.length);
  const known = new Map();
  const width = data.functions.name.length;
  for (let stack = 0; stack < parent.length; stack++) {
    const caller = parent[stack] === NONE ? 0 : nodeOf[parent[stack]];
    const key = caller * width + data.functionOf[stack];
    let node = known.get(key);
    if (node === undefined) {
      node = parents.length;
      known.set(key, node);
      parents.push(caller);
      functions.push(data.functionOf[stack]);
      depths.push(depths[caller] + 1);
    }
    nodeOf[stack] = node;
  }
  return {
    parents: Int32Array.from(parents),
    functions: Int32Array.from(functions),
    depths: Int32Array.from(depths),
    nodeOf,
  };
}

/** By stack what was measured in a view, in one thread or in all (`NONE`). `column` is "weights" or "before". */
function weightsOf(data, view, thread, column) {
  const own = new Float64Array(data.stacks.parent.length);
  view.threads.forEach((one, number) => {
    if (thread !== NONE && thread !== number) return;
    const weights = one[column];
    one.stacks.forEach((stack, row) => { own[stack] += weights[row]; });
  });
  return own;
}

function byNode(tree, own) {
  const found = new Float64Array(tree.parents.length);
  own.forEach((weight, stack) => { found[tree.nodeOf[stack]] += weight; });
  return found;
}

/** Each node's own weight and that of all below it. */
function inclusive(parents, own) {
  const total = Float64Array.from(own);
  for (let node = total.length - 1; node >= 0; node--) {
    if (parents[node] !== NONE) total[parents[node]] += total[node];
  }
  return total;
}

/** For each node its children that have a weight, heaviest first, as ranges of one array. */
function childrenOf(parents, total) {
  const nodes = parents.length;
  const first = new Int32Array(nodes + 1);
  for (let node = 0; node < nodes; node++) {
    if (parents[node] !== NONE && total[node] > 0) first[parents[node] + 1]++;
  }
  for (let node = 0; node < nodes; node++) first[node + 1] += first[node];
  const next = first.slice();
  const list = new Int32Array(first[nodes]);
  for (let node = 0; node < nodes; node++) {
    if (parents[node] !== NONE && total[node] > 0) list[next[parents[node]]++] = node;
  }
  for (let node = 0; node < nodes; node++) {
    if (first[node + 1] - first[node] > 1) {
      list.subarray(first[node], first[node + 1]).sort((a, b) => total[b] - total[a] || a - b);
    }
  }
  return { first, list };
}

/** Where each node begins, in units of weight from the left end; a node is as wide as its total. */
function starts(children, total) {
  const start = new Float64Array(total.length);
  for (let node = 0; node < total.length; node++) {
    let at = start[node];
    for (let i = children.first[node]; i < children.first[node + 1]; i++) {
      start[children.list[i]] = at;
      at += total[children.list[i]];
    }
  }
  return start;
}

/** Own weight and total by a key of each node (`NONE` for none). Recursion counts once: a node counts for its key
    unless one above it has the same. */
function totals(parents, keyOf, keys, own) {
  const below = inclusive(parents, own);
  const children = childrenOf(parents, below);
  const found = { own: new Float64Array(keys), total: new Float64Array(keys) };
  const above = new Int32Array(keys);
  const waiting = [];
  for (let node = parents.length - 1; node >= 0; node--) {
    if (parents[node] === NONE) waiting.push(node);
  }
  while (waiting.length) {
    const node = waiting.pop();
    if (node < 0) {
      above[keyOf[~node]]--;
      continue;
    }
    const key = keyOf[node];
    if (key !== NONE) {
      found.own[key] += own[node];
      if (above[key]++ === 0) found.total[key] += below[node];
      waiting.push(~node);
    }
    for (let i = children.first[node]; i < children.first[node + 1]; i++) waiting.push(children.list[i]);
  }
  return found;
}

/** The share of a tree that lies in nodes of certain functions or below them, 0 to 1. */
function coveredShare(tree, total, wanted) {
  const inside = new Uint8Array(tree.parents.length);
  let covered = 0;
  for (let node = 1; node < inside.length; node++) {
    if (inside[tree.parents[node]]) inside[node] = 1;
    else if (wanted.has(tree.functions[node])) {
      inside[node] = 1;
      covered += total[node];
    }
  }
  return total[0] ? covered / total[0] : 0;
}

const TIMES = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
const SIZES = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]];

/** A figure with three digits and its unit. */
function figure(value, unit) {
  if (value === 0) return "0";
  const units = unit === "bytes" ? SIZES : TIMES;
  const size = Math.abs(value);
  const [factor, name] = units.find(([least]) => size >= least) ?? units[units.length - 1];
  const scaled = value / factor;
  const digits = factor === 1 || Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${name}`;
}

function signed(value, unit) {
  return value > 0 ? `+${figure(value, unit)}` : figure(value, unit).replace("-", "−");
}

function percent(share) {
  return `${(share * 100).toFixed(share >= 0.0995 || share === 0 ? 1 : 2)} %`;
}

function whereOf(file, line) {
  if (file === null) return "";
  return line ? `${file}:${line}` : file;
}
