// The table of the hottest functions or lines.

const FIRST_ROWS = 100;

class Table {
  /** `chosen(row)` is called with the row that was clicked, null where it was taken back. */
  constructor(chosen) {
    this.chosen = chosen;
    this.rows = [];
    this.limit = FIRST_ROWS;
    this.sorted = null; // the column: what the reader chose, else the one that says most
    this.selected = null;
    element("more").addEventListener("click", () => {
      this.limit = Infinity;
      this.fill();
    });
  }

  /** `rows`: key, name, where, own, total, and ownBefore where two profiles are compared; `none` says that there are
      none. `whole` is what shares are of. */
  show(rows, { unit, whole, compared, heading, none }) {
    Object.assign(this, { rows, unit, whole, compared, heading, none });
    this.sorted ??= compared ? "change" : "own";
    this.fill();
  }

  columns() {
    return this.compared
      ? [["ownBefore", "Old self"], ["own", "New self"], ["change", "Change"]]
      : [["own", "Self"], ["total", "Total"]];
  }

  fill() {
    const columns = this.columns();
    const header = document.createElement("th");
    header.scope = "col";
    header.textContent = this.heading;
    element("columns").replaceChildren(header, ...columns.map(([key, label]) => this.header(key, label)));
    const size = (row) => Math.abs(row[this.sorted]);
    const order = [...this.rows].sort((a, b) => size(b) - size(a) || b.total - a.total);
    const largest = Math.max(...order.slice(0, 1).map(size), 1e-9);
    element("rows").replaceChildren(...order.slice(0, this.limit).map((row) => this.row(row, columns, size(row) / largest)));
    element("none").hidden = order.length > 0;
    element("none").textContent = this.none;
    element("more").hidden = order.length <= this.limit;
    element("more").textContent = `Show all ${order.length}`;
  }

  header(key, label) {
    const cell = document.createElement("th");
    cell.scope = "col";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      this.sorted = key;
      this.fill();
    });
    if (key === this.sorted) cell.ariaSort = "descending";
    cell.append(button);
    return cell;
  }

  row(row, columns, length) {
    const line = document.createElement("tr");
    const first = document.createElement("td");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = row.name;
    button.addEventListener("click", () => {
      this.selected = this.selected === row.key ? null : row.key;
      this.fill();
      this.chosen(this.selected === null ? null : row);
    });
    const where = document.createElement("small");
    where.textContent = row.where;
    const bar = document.createElement("span");
    bar.className = "bar";
    bar.style.width = `${length * 100}%`;
    first.append(button, where, bar);
    line.append(first);
    for (const [key] of columns) {
      const cell = document.createElement("td");
      if (key === "change") {
        const way = row.change > 0 ? "slower" : row.change < 0 ? "faster" : "";
        cell.className = way;
        bar.className = `bar ${way}`;
        cell.textContent = signed(row.change, this.unit);
      } else {
        cell.textContent = figure(row[key], this.unit);
        const share = document.createElement("small");
        share.textContent = percent(this.whole[key] ? row[key] / this.whole[key] : 0);
        cell.append(share);
      }
      line.append(cell);
    }
    if (row.key === this.selected) line.ariaSelected = "true";
    return line;
  }
}
