// `util.inspect`: a value as node shows it. Runs no getters and no traps; a value's own
// `[Symbol.for("nodejs.util.inspect.custom")]` is the one piece of the script's code that it calls.
(function (host) {
  const p = host.p;
  const { quote, quoteIn, layOut } = host.layout;
  const { kindOf, classOf, proxyTarget } = host.kinds;
  const { functionBase, errorBase } = host.bases;
  const { getPrototypeOf, getOwnPropertyDescriptor, getOwnPropertySymbols, keys: ownKeys, getOwnPropertyNames } = Object;
  const CUSTOM = Symbol.for("nodejs.util.inspect.custom");
  const TAG = Symbol.toStringTag;
  const IDENTIFIER = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
  const INDEX = /^(?:0|[1-9][0-9]{0,9})$/;
  const OPTIONS = {
    showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100,
    maxStringLength: 10000, breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
  };

  function inspect(value, options, ...legacy) {
    const state = {
      __proto__: null, ...OPTIONS, indentation: 0, currentDepth: 0, path: [], circular: null, budget: 0,
      ...(typeof options === "object" ? options : undefined),
    };
    if (typeof options === "boolean") state.showHidden = options;
    if (legacy.length > 0 && legacy[0] !== undefined) state.depth = legacy[0];
    if (state.maxArrayLength === null) state.maxArrayLength = Infinity;
    if (state.maxStringLength === null) state.maxStringLength = Infinity;
    if (state.depth === null) state.depth = Infinity;
    if (state.compact === false) state.compact = 0;
    return render(state, value, 0);
  }
  inspect.custom = CUSTOM;
  inspect.defaultOptions = OPTIONS;

  function primitive(state, value) {
    switch (typeof value) {
      case "string": return quoteIn(state, value);
      case "number": return value === 0 && 1 / value < 0 ? "-0" : `${value}`;
      case "bigint": return `${value}n`;
      case "symbol": return p.SymbolToString(value);
      default: return `${value}`;
    }
  }

  function render(state, value, depth, inList) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return primitive(state, value);
    const target = proxyTarget(value);
    const shown = target === undefined ? value : target;
    if (target !== undefined && state.showProxy) return renderProxy(state, shown, depth);
    if (state.customInspect) {
      const custom = shown[CUSTOM];
      if (typeof custom === "function" && custom !== inspect) {
        const own = getOwnPropertyDescriptor(shown, "constructor")?.value;
        if (own === undefined || own.prototype !== shown) {
          const left = state.depth === Infinity ? null : state.depth - depth;
          const result = host.apply(custom, value, [left, publicOptions(state, left), inspect]);
          if (result !== shown) {
            if (typeof result !== "string") return render(state, result, depth);
            return p.StringReplaceAll(result, "\n", `\n${p.StringRepeat(" ", state.indentation)}`);
          }
        }
      }
    }
    if (p.ArrayIncludes(state.path, shown)) {
      if (state.circular === null) state.circular = new Map();
      let index = p.MapGet(state.circular, shown);
      if (index === undefined) {
        index = p.MapSize(state.circular) + 1;
        p.MapSet(state.circular, shown, index);
      }
      return `[Circular *${index}]`;
    }
    return renderObject(state, shown, depth, inList);
  }

  function publicOptions(state, left) {
    const options = {};
    for (const name in OPTIONS) options[name] = state[name];
    options.depth = left;
    options.stylize = (text) => `${text}`;
    return options;
  }

  function renderProxy(state, target, depth) {
    return depth > state.depth ? "Proxy [Array]" : `Proxy [ ${render(state, target, depth + 1)}, {} ]`;
  }

  // "Foo(2) [tag] ", as it stands before the brace.
  function prefix(name, tag, kind, size = "") {
    if (name === null) {
      return tag !== "" && tag !== kind
        ? `[${kind}${size}: null prototype] [${tag}] ` : `[${kind}${size}: null prototype] `;
    }
    return tag !== "" && tag !== name ? `${name}${size} [${tag}] ` : `${name}${size} `;
  }

  // The @@toStringTag where one is written down as a string; a getter among them is a built-in one or stays unread.
  function tagOf(state, value, name) {
    for (let object = value; object !== null; object = getPrototypeOf(object)) {
      const found = getOwnPropertyDescriptor(object, TAG);
      if (found !== undefined) {
        if (typeof found.value !== "string" || found.value === "") return "";
        if (object === value && (state.showHidden || found.enumerable)) return ""; // it is among the properties
        return found.value === name ? "" : found.value;
      }
      if (proxyTarget(object) !== undefined) break;
    }
    return "";
  }

  function keysOf(state, value, kind) {
    let names = state.showHidden ? getOwnPropertyNames(value) : ownKeys(value);
    if (kind === "Array" || kind === "String" || p.TypedArrayTag(value) !== undefined) {
      names = p.ArrayFilter(names, (name) => !p.RegExpTest(INDEX, name));
    }
    const symbols = getOwnPropertySymbols(value);
    for (let i = 0; i < symbols.length; i++) {
      if (state.showHidden || p.ObjectPropertyIsEnumerable(value, symbols[i])) p.ArrayPush(names, symbols[i]);
    }
    return names;
  }

  function renderObject(state, value, depth, inList) {
    const kind = kindOf(value);
    const name = classOf(value);
    const tag = tagOf(state, value, name);
    const keys = kind === "Module" ? ownKeys(value) : keysOf(state, value, kind);
    let braces = ["{", "}"];
    let base = "";
    let parts = null; // what stands before the properties, made later
    let isList = false;
    switch (kind) {
      case "Array": {
        const lead = name !== "Array" || tag !== "" ? prefix(name, tag, "Array", `(${value.length})`) : "";
        braces = [`${lead}[`, "]"];
        if (value.length === 0 && keys.length === 0) return `${lead}[]`;
        isList = true;
        parts = () => elements(state, value, depth + 1, value.length);
        break;
      }
      case "Arguments":
        if (keys.length === 0) return "[Arguments] {}";
        braces[0] = "[Arguments] {";
        break;
      case "Map":
      case "Set": {
        const size = kind === "Map" ? p.MapSize(value) : p.SetSize(value);
        const lead = prefix(name, tag, kind, `(${size})`);
        if (size === 0 && keys.length === 0) return `${lead}{}`;
        braces = [`${lead}{`, "}"];
        parts = () => (kind === "Map" ? pairs : members)(state, value, depth + 1, size);
        break;
      }
      case "Function":
        base = functionBase(value, name, tag);
        if (keys.length === 0) return base;
        break;
      case "RegExp":
        base = p.RegExpToString(value);
        if (prefix(name, tag, kind) !== "RegExp ") base = prefix(name, tag, kind) + base;
        if (keys.length === 0) return base;
        break;
      case "Date": {
        const time = p.DateGetTime(value);
        base = time !== time ? p.DateToString(value) : p.DateToISOString(value);
        if (prefix(name, tag, kind) !== "Date ") base = prefix(name, tag, kind) + base;
        if (keys.length === 0) return base;
        break;
      }
      case "Error":
        base = errorBase(state, value, name, tag, keys);
        if (keys.length === 0) return base;
        break;
      case "ArrayBuffer":
      case "SharedArrayBuffer":
        braces[0] = `${prefix(name, tag, kind)}{`;
        parts = () => bufferParts(state, value, kind);
        break;
      case "DataView":
        braces[0] = `${prefix(name, tag, kind)}{`;
        parts = () => [
          `byteLength: ${value.byteLength}`, `byteOffset: ${value.byteOffset}`,
          `buffer: ${nested(state, value.buffer, depth + 1)}`,
        ];
        break;
      case "Promise":
        braces[0] = `${prefix(name, tag, kind)}{`;
        parts = () => promiseParts(state, value, depth + 1);
        break;
      case "WeakMap":
      case "WeakSet":
        braces[0] = `${prefix(name, tag, kind)}{`;
        parts = () => ["<items unknown>"];
        break;
      case "WeakRef": // what it holds is not shown
        if (keys.length === 0) return `${prefix(name, tag, kind)}{}`;
        braces[0] = `${prefix(name, tag, kind)}{`;
        break;
      case "Number": case "String": case "Boolean": case "Symbol": case "BigInt": {
        const held = p[`${kind}Value`](value);
        base = `[${kind}${name === kind ? "" : name === null ? " (null prototype)" : ` (${name})`}: ` +
          `${kind === "String" ? quote(held) : primitive(state, held)}]`;
        if (tag !== "" && tag !== name) base += ` [${tag}]`;
        if (keys.length === 0) return base;
        break;
      }
      case "Module":
        braces[0] = "[Module: null prototype] {";
        if (keys.length === 0) return "[Module: null prototype] {}";
        break;
      case "Object":
        if (name === "Object" && tag === "") {
          if (keys.length === 0) return "{}";
        } else {
          if (keys.length === 0) return `${prefix(name, tag, "Object")}{}`;
          braces[0] = `${prefix(name, tag, "Object")}{`;
        }
        break;
      default: { // a typed array
        const lead = prefix(name, tag === kind ? "" : tag, kind, `(${value.length})`);
        if (p.TypedArrayLength(value) === 0 && keys.length === 0) return `${lead}[]`;
        braces = [`${lead}[`, "]"];
        isList = true;
        parts = () => elements(state, value, depth + 1, p.TypedArrayLength(value));
      }
    }
    if (depth > state.depth) return `[${isList ? name === null ? `${kind}: null prototype` : name :
      p.StringSlice(prefix(name, tag, kind === "Map" || kind === "Set" ? kind : "Object"), 0, -1)}]`.replace("[[Object: null prototype]]", "[Object: null prototype]");
    return renderParts(state, value, depth, { keys, braces, base, parts, isList, kind, inList });
  }

  function renderParts(state, value, depth, { keys, braces, base, parts, isList, kind }) {
    p.ArrayPush(state.path, value);
    state.currentDepth = depth + 1;
    const output = parts === null ? [] : parts();
    for (let i = 0; i < keys.length; i++) {
      p.ArrayPush(output, property(state, value, depth + 1, keys[i], kind === "Module"));
    }
    p.ArrayPop(state.path);
    if (state.circular !== null) {
      const index = p.MapGet(state.circular, value);
      if (index !== undefined) {
        const mark = `<ref *${index}>`;
        if (state.compact !== true) base = base === "" ? mark : `${mark} ${base}`;
        else braces[0] = `${mark} ${braces[0]}`;
      }
    }
    if (state.sorted && !isList) {
      if (typeof state.sorted === "function") p.ArraySort(output, state.sorted);
      else p.ArraySort(output);
    }
    return layOut(state, output, base, braces, isList, depth + 1, isList ? value : undefined);
  }

  function nested(state, value, depth) {
    state.indentation += 2;
    const text = render(state, value, depth);
    state.indentation -= 2;
    return text;
  }

  function leftOut(count) {
    return `... ${count} more item${count > 1 ? "s" : ""}`;
  }

  function elements(state, value, depth, length) {
    const output = [];
    const most = state.maxArrayLength;
    let i = 0;
    while (i < length && output.length < most) {
      if (!p.ObjectHasOwnProperty(value, i)) {
        const first = i;
        while (i < length && !p.ObjectHasOwnProperty(value, i)) {
          i++;
          if (i - first > 1000) i = nextIndex(value, i, length); // a huge hole is not walked
        }
        p.ArrayPush(output, `<${i - first} empty item${i - first > 1 ? "s" : ""}>`);
      } else p.ArrayPush(output, propertyValue(state, getOwnPropertyDescriptor(value, i++), depth, 2));
    }
    if (i < length) p.ArrayPush(output, leftOut(length - i));
    return output;
  }

  function nextIndex(value, from, length) {
    const names = ownKeys(value);
    for (let i = 0; i < names.length; i++) {
      if (p.RegExpTest(INDEX, names[i]) && +names[i] >= from) return +names[i];
    }
    return length;
  }

  function members(state, value, depth, size) {
    const output = [];
    const all = p.SetValues(value);
    for (let step = p.SetNext(all); !step.done; step = p.SetNext(all)) {
      if (output.length >= state.maxArrayLength) {
        p.ArrayPush(output, leftOut(size - output.length));
        break;
      }
      p.ArrayPush(output, nested(state, step.value, depth));
    }
    return output;
  }

  function pairs(state, value, depth, size) {
    const output = [];
    const all = p.MapEntries(value);
    for (let step = p.MapNext(all); !step.done; step = p.MapNext(all)) {
      if (output.length >= state.maxArrayLength) {
        p.ArrayPush(output, leftOut(size - output.length));
        break;
      }
      p.ArrayPush(output, `${nested(state, step.value[0], depth)} => ${nested(state, step.value[1], depth)}`);
    }
    return output;
  }

  function property(state, value, depth, key, isModule) {
    let found;
    try {
      found = getOwnPropertyDescriptor(value, key) || { value: undefined, enumerable: true };
      if (isModule && found.get) found = { value: found.get(), enumerable: true };
    } catch {
      return `${key}: <uninitialized>`;
    }
    const text = propertyValue(state, found, depth, state.compact !== true ? 2 : 3);
    let name;
    if (typeof key === "symbol") name = `[${p.SymbolToString(key)}]`;
    else if (key === "__proto__") name = "['__proto__']";
    else if (!found.enumerable) name = `[${key}]`;
    else name = p.RegExpTest(IDENTIFIER, key) ? key : quote(key);
    const wide = state.compact === true && state.breakLength < text.length + state.indentation;
    return wide ? `${name}:\n${p.StringRepeat(" ", state.indentation)}   ${text}` : `${name}: ${text}`;
  }

  function propertyValue(state, found, depth, deeper) {
    if (found.get !== undefined) return found.set !== undefined ? "[Getter/Setter]" : "[Getter]";
    if (found.set !== undefined) return "[Setter]";
    state.indentation += deeper;
    const text = render(state, found.value, depth);
    state.indentation -= deeper;
    return text;
  }

  function bufferParts(state, value, kind) {
    const size = kind === "ArrayBuffer" ? p.BufferSize(value) : p.SharedSize(value);
    const bytes = new Uint8Array(value);
    const shown = [];
    for (let i = 0; i < size && i < state.maxArrayLength && i < 50; i++) {
      const digits = "0123456789abcdef";
      p.ArrayPush(shown, digits[bytes[i] >> 4] + digits[bytes[i] & 15]);
    }
    let text = p.ArrayJoin(shown, " ");
    if (size > shown.length) text += ` ... ${size - shown.length} more byte${size - shown.length > 1 ? "s" : ""}`;
    return [`[Uint8Contents]: <${text}>`, `byteLength: ${size}`];
  }

  function promiseParts(state, value, depth) {
    const found = host.promiseState(value);
    if (found === null) return [];
    if (found.state === "pending") return ["<pending>"];
    const text = nested(state, found.result, depth);
    return [found.state === "rejected" ? `<rejected> ${text}` : text];
  }

  // Where nothing better is known; the loop says what it knows of promises.
  host.promiseState = () => null;
  host.apply = Reflect.apply;
  host.inspect = inspect;
})
