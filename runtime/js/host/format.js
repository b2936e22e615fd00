// `util.format`: what `console.log` makes of its arguments.
(function (host) {
  const p = host.p;
  const inspect = host.inspect;
  const { stringify } = JSON;
  const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
  const builtInToString = [Object.prototype.toString, Error.prototype.toString];

  function short(value, options) {
    if (typeof value === "string") return value;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "object" && value !== null && !hasOwnText(value)) {
      return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
    }
    return typeof value === "number" && value === 0 && 1 / value < 0 ? "-0" : String(value);
  }

  // Whether %s shows it by its own toString: not where that is the one of every object.
  function hasOwnText(value) {
    if (host.kinds.proxyTarget(value) !== undefined) return false;
    for (let object = value; object !== null; object = getPrototypeOf(object)) {
      const found = getOwnPropertyDescriptor(object, "toString");
      if (found !== undefined) {
        if (typeof found.value !== "function" || p.ArrayIncludes(builtInToString, found.value)) return false;
        return !p.RegExpTest(/\{\s*\[native code\]\s*\}$/, p.FunctionToString(found.value)); // a built-in class
      }
    }
    return false;
  }

  function json(value) {
    try {
      return stringify(value);
    } catch (error) {
      if (error instanceof TypeError && p.StringIncludes(`${error.message}`, "circular")) return "[Circular]";
      throw error;
    }
  }

  function number(value, parse) {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "symbol") return "NaN";
    if (typeof value === "object" && parse === Number) return value === null ? "0" : `${Number(value)}`;
    const result = parse(value);
    return result === 0 && 1 / result < 0 ? "-0" : `${result}`;
  }

  function formatList(options, args) {
    if (args.length === 0) return "";
    const first = args[0];
    const rest = p.ArraySlice(args, 1);
    if (typeof first !== "string") return joined(options, "", args);
    if (rest.length === 0) return first;
    let out = "";
    let from = 0;
    let next = 0;
    for (let i = 0; i < first.length - 1; i++) {
      if (first[i] !== "%") continue;
      const kind = first[i + 1];
      let text;
      if (kind === "%") text = "%";
      else if (next >= rest.length) continue;
      else if (kind === "s") text = short(rest[next++], options);
      else if (kind === "d") text = number(rest[next++], Number);
      else if (kind === "i") text = typeof rest[next] === "object" ? (next++, "NaN") : number(rest[next++], Number.parseInt);
      else if (kind === "f") text = number(rest[next++], Number.parseFloat);
      else if (kind === "j") text = json(rest[next++]);
      else if (kind === "o") {
        text = inspect(rest[next++], { ...options, showHidden: true, showProxy: true, depth: 4 });
      } else if (kind === "O") text = inspect(rest[next++], options);
      else if (kind === "c") {
        next++;
        text = "";
      } else continue;
      out += p.StringSlice(first, from, i) + text;
      from = i + 2;
      i++;
    }
    out += p.StringSlice(first, from);
    return joined(options, out, p.ArraySlice(rest, next), true);
  }

  function joined(options, out, values, after = false) {
    for (let i = 0; i < values.length; i++) {
      if (after || i > 0) out += " ";
      out += typeof values[i] === "string" ? values[i] : inspect(values[i], options);
    }
    return out;
  }

  // What follows may not lean on the iterators of arrays, which a script may have broken: no spreading.
  host.formatList = formatList;
  host.formatWith = (options, ...args) => formatList(options, args);
  host.format = (...args) => formatList({}, args);
})
