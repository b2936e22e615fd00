// `console`: log, info, debug and the like to standard output, warn, error and trace to standard error, as node prints.
(function (host) {
  const p = host.p;
  const { inspect, formatList } = host;
  const { width } = host.layout;
  const { isArray } = Array;
  const { keys: ownKeys } = Object;
  const counts = new Map();
  const timers = new Map();
  let indent = "";

  function print(fd, text) {
    if (indent !== "") text = indent + p.StringReplaceAll(text, "\n", `\n${indent}`);
    host.write(fd, `${text}\n`);
  }
  const outList = (args) => print(1, formatList({}, args));
  const errList = (args) => print(2, formatList({}, args));
  const out = (text) => print(1, text);
  const err = (text) => print(2, text);

  function duration(ms) {
    if (ms < 1000) return `${+ms.toFixed(3)}ms`;
    if (ms < 60000) return `${(ms / 1000).toFixed(3)}s`;
    const seconds = (ms % 60000) / 1000;
    const two = (value) => p.StringPadStart(`${value}`, 2, "0");
    const minutes = Math.floor(ms / 60000) % 60;
    const rest = p.StringPadStart(seconds.toFixed(3), 6, "0");
    return ms < 3600000
      ? `${minutes}:${rest} (m:ss.mmm)`
      : `${Math.floor(ms / 3600000)}:${two(minutes)}:${two(Math.floor(seconds))} (h:mm:ss)`;
  }

  function timerLog(name, label, data) {
    const started = p.MapGet(timers, label);
    if (started === undefined) {
      err(`Warning: No such label '${label}' for console.${name}()`);
      return false;
    }
    outList(p.ArrayConcat([`${label}: ${duration(host.now() - started)}`], data));
    return true;
  }

  const methods = {
    log: (...args) => outList(args),
    warn: (...args) => errList(args),
    dir(value, given) {
      print(1, inspect(value, { customInspect: false, ...given }));
    },
    time(label = "default") {
      label = `${label}`;
      if (p.MapHas(timers, label)) {
        err(`Warning: Label '${label}' already exists for console.time()`);
        return;
      }
      p.MapSet(timers, label, host.now());
    },
    timeEnd(label = "default") {
      if (timerLog("timeEnd", `${label}`, [])) p.MapDelete(timers, `${label}`);
    },
    timeLog(label = "default", ...data) {
      timerLog("timeLog", `${label}`, data);
    },
    trace: function trace(...args) {
      const made = { name: "Trace", message: formatList({}, args) };
      host.captureStack(made, methods.trace);
      err(host.stackOf(made));
    },
    assert(condition, ...args) {
      if (condition) return;
      if (typeof args[0] === "string") args[0] = `Assertion failed: ${args[0]}`;
      else p.ArrayUnshift(args, "Assertion failed");
      errList(args);
    },
    clear() {},
    count(label = "default") {
      label = `${label}`;
      const count = (p.MapGet(counts, label) || 0) + 1;
      p.MapSet(counts, label, count);
      out(`${label}: ${count}`);
    },
    countReset(label = "default") {
      if (!p.MapDelete(counts, `${label}`)) err(`Warning: Count for '${label}' does not exist`);
    },
    group(...labels) {
      if (labels.length > 0) outList(labels);
      indent += "  ";
    },
    groupEnd() {
      indent = p.StringSlice(indent, 0, indent.length - 2);
    },
    table(data, properties) {
      if (data === null || typeof data !== "object") return outList([data]);
      if (properties !== undefined && !isArray(properties)) {
        host.fail(TypeError, "ERR_INVALID_ARG_TYPE",
          `The "properties" argument must be an instance of Array. Received ${host.received(properties)}`);
      }
      print(1, table(data, properties));
      return undefined;
    },
  };
  methods.debug = (...args) => outList(args);
  methods.info = (...args) => outList(args);
  methods.dirxml = (...args) => outList(args);
  methods.error = (...args) => errList(args);
  methods.groupCollapsed = methods.group;

  function cell(value) {
    const deep = value !== null && typeof value === "object" && !isArray(value) && ownKeys(value).length > 2 ? -1 : 0;
    return inspect(value, { maxArrayLength: 3, breakLength: Infinity, depth: deep });
  }

  function table(data, properties) {
    const kind = host.kinds.kindOf(data);
    const rows = [];
    if (kind === "Map") {
      p.MapForEach(data, (value, key) => p.ArrayPush(rows, [`${rows.length}`, cell(key), cell(value)]));
      return drawTable(["(iteration index)", "Key", "Values"], rows);
    }
    if (kind === "Set") {
      p.SetForEach(data, (value) => p.ArrayPush(rows, [`${rows.length}`, cell(value)]));
      return drawTable(["(iteration index)", "Values"], rows);
    }
    const columns = properties === undefined ? [] : p.ArrayMap(properties, (name) => `${name}`);
    const found = [];
    let plain = false;
    for (const key of ownKeys(data)) {
      const item = data[key];
      const row = { key, cells: new Map(), value: undefined };
      if (item === null || (typeof item !== "object" && typeof item !== "function")) {
        row.value = cell(item);
        plain = true;
      } else {
        for (const name of properties === undefined ? ownKeys(item) : columns) {
          if (!p.ArrayIncludes(columns, name)) p.ArrayPush(columns, name);
          if (p.ObjectHasOwnProperty(item, name)) p.MapSet(row.cells, name, cell(item[name]));
        }
      }
      p.ArrayPush(found, row);
    }
    for (const row of found) {
      const cells = p.ArrayMap(columns, (name) => p.MapGet(row.cells, name) || "");
      if (plain) p.ArrayPush(cells, row.value || "");
      p.ArrayPush(rows, [row.key, ...cells]);
    }
    return drawTable(plain ? ["(index)", ...columns, "Values"] : ["(index)", ...columns], rows);
  }

  function drawTable(head, rows) {
    const widths = p.ArrayMap(head, (title, i) => {
      let most = width(title);
      for (const row of rows) most = Math.max(most, width(row[i]));
      return most + 2;
    });
    const rule = (left, cross, right) =>
      left + p.ArrayJoin(p.ArrayMap(widths, (size) => p.StringRepeat("─", size)), cross) + right;
    const line = (cells) => {
      const padded = p.ArrayMap(cells, (text, i) => ` ${text}${p.StringRepeat(" ", widths[i] - width(text) - 1)}`);
      return `│${p.ArrayJoin(padded, "│")}│`;
    };
    const lines = [rule("┌", "┬", "┐"), line(head), rule("├", "┼", "┤")];
    for (const row of rows) p.ArrayPush(lines, line(row));
    p.ArrayPush(lines, rule("└", "┴", "┘"));
    return p.ArrayJoin(lines, "\n");
  }

  host.now = () => host.call("clock.now");
  host.captureStack = Error.captureStackTrace;
  const console = Object.create({}); // as in node: its prototype is an empty object
  for (const name of ownKeys(methods)) {
    Object.defineProperty(methods[name], "name", { value: name, configurable: true });
    console[name] = methods[name];
  }
  Object.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
  host.define("console", console);
})
