// Wires the page: what is chosen above decides what the graph and the table show.

function element(id) {
  return document.getElementById(id);
}

const data = unpacked(element("data").textContent);
const { functions, lines } = data;
const tree = foldedByFunction(data);
const files = filesByWeight();
const hues = functions.name.map((_, number) =>
  functions.kind[number] === "script" ? hueOfFile(files, functions.file[number]) : KINDS[functions.kind[number]].hue);

let now = null; // what is shown: view, trees of weights, whole
let table = "functions";
let wanted = null; // numbers of the functions that are searched for
let visited = [];

const graph = new FlameGraph(element("graph"), element("spacer"), element("canvas"), {
  hovered: showTip,
  focused: (node) => { element("status").textContent = sentence(node); },
  zoomed: showPath,
});
const rows = new Table((row) => {
  element("search").value = "";
  search(row === null ? null : new Set(row.functions));
});

function filesByWeight() {
  const weight = new Map();
  for (const view of data.views.slice(0, 1)) {
    const own = weightsOf(data, view, NONE, "weights");
    own.forEach((value, stack) => {
      const number = data.functionOf[stack];
      const file = functions.file[number];
      if (functions.kind[number] === "script" && file !== null) weight.set(file, (weight.get(file) ?? 0) + value);
    });
  }
  return [...weight].sort((a, b) => b[1] - a[1]).map(([file]) => file);
}

/** Takes up what is chosen above. */
function choose() {
  const view = data.views[element("view").value];
  const thread = Number(element("thread").value);
  const side = data.compared ? element("side").value : "after";
  const after = weightsOf(data, view, thread, "weights");
  const before = data.compared ? weightsOf(data, view, thread, "before") : null;
  if (before && element("scale").value === "share") {
    const sum = (values) => values.reduce((a, b) => a + b, 0);
    const factor = sum(after) / sum(before);
    if (Number.isFinite(factor)) before.forEach((value, stack) => { before[stack] = value * factor; });
  }
  const own = byNode(tree, after);
  const total = inclusive(tree.parents, own);
  const ownBefore = before && byNode(tree, before);
  const totalBefore = before && inclusive(tree.parents, ownBefore);
  const widths = side === "before" ? totalBefore : total;
  const children = childrenOf(tree.parents, widths);
  now = { view, after, before, own, total, ownBefore, totalBefore, widths, children };
  graph.show({
    parents: tree.parents,
    depths: tree.depths,
    children,
    start: starts(children, widths),
    total: widths,
    label: nameOf,
    color: (node) => {
      if (before) return changeColor(totalBefore[node], total[node]);
      if (!node) return frameColor("outside", KINDS.outside.hue, 0.5);
      const number = tree.functions[node];
      return frameColor(functions.kind[number], hues[number], ((number * 2654435761) >>> 0) / 2 ** 32);
    },
    marked: null,
  });
  search(wanted);
  showPath(graph.zoomedAt, true);
  fillTable();
  element("status").textContent = sentence(graph.focusedAt);
}

function nameOf(node) {
  return node ? functions.name[tree.functions[node]] : "all";
}

function placeOf(node) {
  const number = tree.functions[node];
  return node ? whereOf(functions.file[number], functions.line[number]) || KINDS[functions.kind[number]].name : "";
}

/** The figures of a node: the parts of its tip and of the sentence about it. */
function figuresOf(node) {
  const { view, own, total, ownBefore, totalBefore, widths } = now;
  const share = (value) => percent(total[0] ? value / total[0] : 0);
  const parts = [
    `total ${figure(total[node], view.unit)} (${share(total[node])})`,
    `self ${figure(own[node], view.unit)} (${share(own[node])})`,
  ];
  const parent = tree.parents[node];
  if (parent > 0 && widths[parent]) parts.push(`${percent(widths[node] / widths[parent])} of its caller`);
  if (totalBefore) {
    parts.push(`before: total ${figure(totalBefore[node], view.unit)}, self ${figure(ownBefore[node], view.unit)}`);
    parts.push(`change ${signed(total[node] - totalBefore[node], view.unit)}`);
  }
  return parts;
}

function sentence(node) {
  if (!now.widths[0]) return "Nothing was sampled here.";
  return [nameOf(node), placeOf(node), ...figuresOf(node)].filter(Boolean).join(" · ");
}

function showTip(node, x, y) {
  const tip = element("tip");
  tip.hidden = node === NONE;
  if (node === NONE) return;
  const name = document.createElement("b");
  name.textContent = nameOf(node);
  const place = document.createElement("small");
  place.textContent = placeOf(node);
  const parts = figuresOf(node).map((text) => {
    const part = document.createElement("div");
    part.textContent = text;
    return part;
  });
  tip.replaceChildren(name, place, ...parts);
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - box.width - 8))}px`;
  tip.style.top = `${y + 18 + box.height > innerHeight ? Math.max(4, y - box.height - 10) : y + 18}px`;
}

function showPath(node, back) {
  if (!back && visited.at(-1) !== node) visited.push(node);
  const path = [];
  for (let at = node; at !== NONE; at = tree.parents[at]) path.unshift(at);
  element("path").replaceChildren(...path.map((at) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = nameOf(at);
    if (at === node) button.ariaCurrent = "location";
    button.addEventListener("click", () => graph.zoom(at));
    item.append(button);
    return item;
  }));
  element("path").lastElementChild.scrollIntoView({ block: "nearest", inline: "end" });
  element("back").disabled = visited.length < 2;
  element("reset").disabled = node === 0;
  element("status").textContent = sentence(node);
}

function goBack() {
  if (visited.length < 2) return;
  visited.pop();
  graph.zoom(visited.at(-1));
}

function reset() {
  element("search").value = "";
  rows.selected = null;
  search(null);
  visited = [0];
  graph.zoom(0);
  rows.fill();
}

/** Marks functions (a set of their numbers, or null) and tells their share. */
function search(found) {
  wanted = found;
  graph.shown.marked = found && ((node) => found.has(tree.functions[node]));
  graph.refresh();
  const output = element("matched");
  if (!found) output.textContent = "";
  else {
    const number = `${found.size} function${found.size === 1 ? "" : "s"}`;
    output.textContent = `${number}, ${percent(coveredShare(tree, now.widths, found))} of ${now.view.name.toLowerCase()}`;
  }
}

function searchText(text) {
  rows.selected = null;
  rows.fill();
  const word = text.trim().toLowerCase();
  if (!word) return search(null);
  const found = new Set();
  functions.name.forEach((name, number) => {
    const where = whereOf(functions.file[number], functions.line[number]);
    if (name.toLowerCase().includes(word) || where.toLowerCase().includes(word)) found.add(number);
  });
  return search(found);
}

function fillTable() {
  const { view, after, before } = now;
  const ofLines = table === "lines";
  const keys = ofLines ? lines.file.length : functions.name.length;
  const keyOf = ofLines ? data.lineOf : data.functionOf;
  const { parent } = data.stacks;
  const time = totals(parent, keyOf, keys, after);
  const timeBefore = before && totals(parent, keyOf, keys, before);
  const functionsOf = new Map();
  if (ofLines) {
    data.places.line.forEach((line, place) => {
      if (!functionsOf.has(line)) functionsOf.set(line, []);
      functionsOf.get(line).push(data.places.function[place]);
    });
  }
  const found = [];
  for (let key = 0; key < keys; key++) {
    if (!time.total[key] && !timeBefore?.total[key]) continue;
    const file = ofLines ? lines.file[key] : functions.file[key];
    const number = ofLines ? lines.number[key] : functions.line[key];
    found.push({
      key: `${table} ${key}`,
      name: ofLines ? lines.text[key]?.trim() || whereOf(file, number) : functions.name[key],
      where: whereOf(file, number) || KINDS[functions.kind[key]].name,
      own: time.own[key],
      total: time.total[key],
      ownBefore: timeBefore?.own[key],
      change: timeBefore && time.own[key] - timeBefore.own[key],
      functions: ofLines ? functionsOf.get(key) : [key],
    });
  }
  const whole = { own: now.total[0], total: now.total[0], ownBefore: now.totalBefore?.[0] };
  rows.show(found, {
    unit: view.unit,
    whole,
    compared: data.compared,
    heading: ofLines ? "Line" : "Function",
    none: ofLines ? "No lines were sampled: take the profile with --lines." : "Nothing was sampled here.",
  });
}

function showTable(name) {
  table = name;
  for (const one of ["functions", "lines"]) {
    const tab = element(`tab-${one}`);
    tab.ariaSelected = String(one === name);
    tab.tabIndex = one === name ? 0 : -1;
  }
  element("panel").setAttribute("aria-labelledby", `tab-${name}`);
  rows.limit = FIRST_ROWS;
  fillTable();
}

function showThreads() {
  const { threads } = data.views[element("view").value];
  const options = [new Option("all", String(NONE)), ...threads.map((one, number) => new Option(one.name, String(number)))];
  element("thread").replaceChildren(...options);
  element("thread-label").hidden = threads.length < 2;
}

function showLegend() {
  const kinds = new Set(functions.kind);
  const entries = data.compared
    ? [["slower", changeColor(0, 1)], ["the same", changeColor(1, 1)], ["faster", changeColor(1, 0)]]
    : [
      ...files.slice(0, FILE_HUES.length).map((file) => [file, frameColor("script", hueOfFile(files, file), 0.5)]),
      ...Object.entries(KINDS)
        .filter(([kind]) => kind !== "script" && kinds.has(kind))
        .map(([kind, { name, hue }]) => [name, frameColor(kind, hue, 0.5)]),
    ];
  element("legend").replaceChildren(...entries.map(([name, color]) => {
    const item = document.createElement("li");
    const swatch = document.createElement("i");
    swatch.style.background = color;
    item.append(swatch, name);
    return item;
  }));
}

const KEYS = {
  ArrowUp: () => graph.move("up"),
  ArrowDown: () => graph.move("down"),
  ArrowLeft: () => graph.move("left"),
  ArrowRight: () => graph.move("right"),
  Enter: () => graph.zoom(graph.focusedAt),
  Backspace: goBack,
};

element("title").textContent = data.title;
element("facts").textContent = data.facts.join(" · ");
element("view").replaceChildren(...data.views.map((view, number) => new Option(view.name, String(number))));
element("view-label").hidden = data.views.length < 2;
element("side-label").hidden = element("scale-label").hidden = !data.compared;
element("view").addEventListener("change", () => { showThreads(); choose(); });
for (const id of ["thread", "side", "scale"]) element(id).addEventListener("change", choose);
element("search").addEventListener("input", (event) => searchText(event.target.value));
element("back").addEventListener("click", goBack);
element("reset").addEventListener("click", reset);
element("graph").addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    reset();
    element("graph").focus();
  } else if (event.key === "/" && !(event.target instanceof HTMLInputElement)) {
    event.preventDefault();
    element("search").focus();
    element("search").select();
  } else if (event.key === "Enter" && event.target === element("search")) element("graph").focus();
});
for (const name of ["functions", "lines"]) {
  element(`tab-${name}`).addEventListener("click", () => showTable(name));
  element(`tab-${name}`).addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = name === "lines" ? "functions" : "lines";
    showTable(other);
    element(`tab-${other}`).focus();
  });
}
darkScheme.addEventListener("change", () => { showLegend(); graph.refresh(); });
showThreads();
showLegend();
visited = [0];
choose();
