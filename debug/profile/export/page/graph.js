// The flame graph: a tree drawn on a canvas, the root at the top, the heaviest callee on the left. Only what is in
// sight and wider than a hair is drawn, so that a million nodes are as fast as a hundred.

const ROW = 20;
const HAIR = 0.5;
const FONT = '12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

class FlameGraph {
  /** `events`: hovered(node, x, y), focused(node), zoomed(node). */
  constructor(frame, spacer, canvas, events) {
    Object.assign(this, { frame, spacer, canvas, events });
    this.context = canvas.getContext("2d");
    this.zoomedAt = 0;
    this.focusedAt = 0;
    this.rows = [];
    this.pending = false;
    new ResizeObserver(() => this.refresh()).observe(frame);
    frame.addEventListener("scroll", () => this.refresh());
    canvas.addEventListener("mousemove", (event) => {
      events.hovered(this.nodeAt(event), event.clientX, event.clientY);
    });
    canvas.addEventListener("mouseleave", () => events.hovered(NONE, 0, 0));
    canvas.addEventListener("click", (event) => {
      const node = this.nodeAt(event);
      if (node !== NONE) this.zoom(node);
    });
  }

  /** `shown`: parents, depths, children, start, total by node; label(node), color(node), marked(node) (null where
      nothing is searched). The nodes are the same in every view of a page, so zoom and focus stay where they have a
      weight. */
  show(shown) {
    this.shown = shown;
    while (this.zoomedAt && !shown.total[this.zoomedAt]) this.zoomedAt = shown.parents[this.zoomedAt];
    while (this.focusedAt && !shown.total[this.focusedAt]) this.focusedAt = shown.parents[this.focusedAt];
    this.refresh();
  }

  zoom(node) {
    this.zoomedAt = this.focusedAt = node;
    this.frame.scrollTop = Math.max(0, (this.shown.depths[node] - 2) * ROW);
    this.refresh();
    this.events.zoomed(node);
  }

  focus(node) {
    this.focusedAt = node;
    const top = this.shown.depths[node] * ROW;
    const { scrollTop, clientHeight } = this.frame;
    if (top < scrollTop) this.frame.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.frame.scrollTop = top + ROW - clientHeight;
    this.refresh();
    this.events.focused(node);
  }

  /** Moves the focus: "up" to the caller, "down" to the heaviest callee, "left" and "right" to neighbours. */
  move(direction) {
    const { parents, children } = this.shown;
    const node = this.focusedAt;
    let next;
    if (direction === "up") next = parents[node];
    else if (direction === "down") {
      next = children.first[node] < children.first[node + 1] ? children.list[children.first[node]] : NONE;
    } else if (node !== this.zoomedAt && parents[node] !== NONE) {
      const siblings = children.list.subarray(children.first[parents[node]], children.first[parents[node] + 1]);
      next = siblings[siblings.indexOf(node) + (direction === "left" ? -1 : 1)];
    }
    if (next === undefined || next === NONE) return;
    // Above what is zoomed in on the callers are as wide as the picture: going there zooms out.
    if (this.shown.depths[next] < this.shown.depths[this.zoomedAt]) this.zoom(next);
    else this.focus(next);
  }

  /** Draws with the next picture of the screen, once for all changes until then. */
  refresh() {
    if (this.pending || !this.shown) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  nodeAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const row = this.rows[Math.floor((event.clientY - box.top + this.frame.scrollTop) / ROW)];
    const x = event.clientX - box.left;
    return row?.find((one) => x >= one.x && x < one.x + one.width)?.node ?? NONE;
  }

  /** The nodes in sight by row, with where they are; and for each row what is too narrow to be told apart. */
  placed(width) {
    const { parents, depths, children, start, total } = this.shown;
    const rows = [], hairs = [];
    const callers = [];
    for (let node = parents[this.zoomedAt]; node !== undefined && node !== NONE; node = parents[node]) callers.push(node);
    for (const node of callers) rows[depths[node]] = [{ node, x: 0, width, faded: true }];
    const left = start[this.zoomedAt];
    const scale = width / (total[this.zoomedAt] || 1);
    const waiting = [this.zoomedAt];
    while (waiting.length) {
      const node = waiting.pop();
      (rows[depths[node]] ??= []).push({ node, x: (start[node] - left) * scale, width: total[node] * scale });
      for (let i = children.first[node]; i < children.first[node + 1]; i++) {
        const child = children.list[i];
        if (total[child] * scale < HAIR) { // so are all that follow
          const last = children.list[children.first[node + 1] - 1];
          const x = (start[child] - left) * scale;
          const end = (start[last] + total[last] - left) * scale;
          (hairs[depths[child]] ??= []).push({ x, width: end - x });
          break;
        }
        waiting.push(child);
      }
    }
    return { rows, hairs };
  }

  draw() {
    const { frame, canvas, context, shown } = this;
    const width = this.spacer.clientWidth, height = frame.clientHeight;
    const { rows, hairs } = this.placed(width);
    this.rows = rows;
    this.spacer.style.height = `${Math.max(rows.length, hairs.length) * ROW}px`;
    const ratio = window.devicePixelRatio || 1;
    canvas.style.height = `${height}px`;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, -frame.scrollTop * ratio);
    context.clearRect(0, frame.scrollTop, width, height);
    context.font = FONT;
    context.textBaseline = "middle";
    const letter = context.measureText("0").width;
    const inks = inkColors();
    const first = Math.floor(frame.scrollTop / ROW), end = Math.ceil((frame.scrollTop + height) / ROW);
    for (let row = first; row < end; row++) {
      context.fillStyle = inks.faded;
      for (const one of hairs[row] ?? []) context.fillRect(one.x, row * ROW, Math.max(one.width, HAIR), ROW - 1);
      for (const one of rows[row] ?? []) this.drawFrame(one, row * ROW, letter, inks, shown);
    }
  }

  drawFrame({ node, x, width, faded }, top, letter, inks, shown) {
    const { context } = this;
    const found = shown.marked?.(node);
    const dim = faded || found === false;
    const gap = width > 3 ? 1 : 0;
    context.fillStyle = found ? inks.mark : dim ? inks.faded : shown.color(node);
    context.fillRect(x, top, width - gap, ROW - 1);
    const letters = Math.floor((width - 8) / letter);
    if (letters >= 2) {
      const label = shown.label(node);
      context.fillStyle = found ? inks.markText : dim ? inks.fadedText : inks.text;
      const text = label.length > letters ? `${label.slice(0, letters - 1)}…` : label;
      context.fillText(text, x + 4, top + ROW / 2);
    }
    if (node === this.focusedAt && node) {
      context.strokeStyle = inks.focus;
      context.lineWidth = 2;
      context.strokeRect(x + 1, top + 1, Math.max(width - gap - 2, 1), ROW - 3);
    }
  }
}
