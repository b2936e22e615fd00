// Looks at values for the debugger: what a line shows of them, and what is in them. Runs no code of the script's.
(function (primordials, pictures, proxyTarget) {
  "use strict";
  const {isArray, isError, WeakMap, weakGet, weakSet, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, ownSymbols, hasOwn, typedArrayName,
    typedArrayLength, mapSize, setSize, symbolText, uncurry, Map, slice, charCodeAt, defineProperty, stringify, global} = primordials;
  const {Set} = global;
  const {picture, dataProperty, className} = pictures;
  const quote = stringify; // of strings
  const LINE = [1, 200, 10, 10, false], WHOLE = [20, 1000, 200, 200, true], SAID = [3, 50, 10, 10, false];
  const MOST_COUNTED = 100000, MOST_SHOWN = 10000, MANY = 1000;

  const mapEntries = uncurry(Map.prototype.entries), setValues = uncurry(Set.prototype.values);
  const mapNext = uncurry(getPrototypeOf(new Map().entries()).next);
  const setNext = uncurry(getPrototypeOf(new Set().values()).next);

  function sizeOf(read, value) {
    try {
      return read(value);
    } catch {
      return -1;
    }
  }

  function kindOf(value) {
    if (isArray(value)) return "array";
    if (typedArrayName(value) !== undefined) return "typed";
    if (sizeOf(mapSize, value) >= 0) return "map";
    return sizeOf(setSize, value) >= 0 ? "set" : "object";
  }

  // What stands for a value when it is opened: a proxy shows what it stands before.
  function insideOf(value) {
    const target = proxyTarget(value);
    return target === undefined ? value : target;
  }

  function canBeOpened(value) {
    return (typeof value === "object" && value !== null) || typeof value === "function";
  }

  function indexedOf(value, kind) {
    switch (kind) {
      case "array": return getOwnPropertyDescriptor(value, "length").value;
      case "typed": return typedArrayLength(value);
      case "map": return mapSize(value);
      case "set": return setSize(value);
      default: return 0;
    }
  }

  function isIndex(key) {
    const first = typeof key === "string" ? charCodeAt(key, 0) : 0;
    return first >= 48 && first <= 57;
  }

  // The keys of an object's own properties that are no elements. V8 sorts all of them whenever it is asked for some of
  // many: so those of a large object are kept until something of the script runs.
  let listed = new WeakMap();
  function namedKeys(value, kind) {
    let keys = weakGet(listed, value);
    if (keys === undefined) {
      keys = listKeys(value, kind);
      if (keys.length > MANY) weakSet(listed, value, keys);
    }
    return keys;
  }
  function listKeys(value, kind) {
    if (kind !== "array" && kind !== "typed") return ownKeys(value);
    const keys = ownKeys(value);
    let from = 0;
    while (from < keys.length && isIndex(keys[from])) from++;
    const named = ownSymbols({}); // an empty array that nobody has a setter for
    let count = 0;
    for (let i = from; i < keys.length; i++) {
      if (keys[i] !== "length") defineProperty(named, count++, {__proto__: null, value: keys[i], writable: true, enumerable: true, configurable: true});
    }
    return named;
  }

  function counts(value) {
    const inside = insideOf(value), kind = kindOf(inside), indexed = indexedOf(inside, kind);
    const is_long = (kind === "array" || kind === "typed") && indexed > MOST_COUNTED;
    return '"indexed":' + indexed + ',"named":' + (is_long ? -1
      : namedKeys(inside, kind).length + (getPrototypeOf(inside) === null ? 0 : 1));
  }

  const NAME = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
  const test = uncurry(NAME.exec);
  function isName(text) {
    return test(NAME, text) !== null;
  }
  // How an expression goes on to a member.
  function memberOf(base, key) {
    if (base === "" || typeof key === "symbol") return "";
    if (isIndex(key) && "" + +key === key) return base + "[" + key + "]";
    return isName(key) ? base + "." + key : base + "[" + quote(key) + "]";
  }
  function nameOf(key) {
    return typeof key === "symbol" ? "[" + symbolText(key) + "]" : key;
  }

  // What a line says of an object with very many keys is only how many: to choose some the picture sorts all of them.
  function pictureOf(value, limits) {
    if (limits === LINE && canBeOpened(value)) {
      const inside = insideOf(value), kind = kindOf(inside);
      if (kind === "object") {
        const count = namedKeys(inside, kind).length;
        if (count > MOST_COUNTED) return '{"t":"opaque","type":' + quote((className(inside) || "object") + " with " + count + " properties") + "}";
      }
    }
    return picture(value, limits);
  }

  // A variable as JSON. `open` gives what can be opened a number; `path` is an expression for the value, or empty.
  function variable(name, value, path, open, {kind = "data", read_only = false, limits = LINE} = {}) {
    const can_open = canBeOpened(value);
    return '{"type":"variable","name":' + quote(name) + ',"picture":' + pictureOf(value, limits)
      + (can_open ? ',"ref":' + open(value, path) + "," + counts(value) : "")
      + (path === "" ? "" : ',"evaluate_name":' + quote(path)) + (read_only ? ',"read_only":true' : "")
      + (kind === "data" ? "" : ',"kind":"' + kind + '"') + "}";
  }

  // A variable that cannot be read now.
  function opaque(name, said, kind = "virtual") {
    return '{"type":"variable","name":' + quote(name) + ',"picture":{"t":"opaque","type":' + quote(said) + '},"read_only":true,"kind":"'
      + kind + '"}';
  }

  function property(object, key, path, open) {
    const found = getOwnPropertyDescriptor(object, key);
    if (found === undefined) return opaque(nameOf(key), "empty");
    if (!hasOwn(found, "value")) {
      return opaque(nameOf(key), found.get === undefined ? "setter" : found.set === undefined ? "getter" : "getter and setter");
    }
    return variable(nameOf(key), found.value, memberOf(path, key), open, {
      kind: typeof found.value === "function" ? "method" : "data", read_only: !found.writable,
    });
  }

  // A page of what an object holds, as JSON: `only` is "all", "indexed" or "named"; a count of 0 is all that is sensible.
  function members(value, path, {start, count, filter: only}, open) {
    const object = insideOf(value), kind = kindOf(object), indexed = indexedOf(object, kind);
    const end = count > 0 ? start + count : start + MOST_SHOWN;
    let said = "";
    const add = (one) => { said += (said === "" ? "" : ",") + one; };
    if (only !== "named" && start < indexed) {
      elements(object, kind, path, start, end < indexed ? end : indexed, open, add);
    }
    if (only === "indexed") return said;
    const skipped = only === "named" ? 0 : indexed;
    if (end <= skipped && only !== "named") return said;
    const keys = namedKeys(object, kind), from = start > skipped ? start - skipped : 0;
    for (let i = from; i < keys.length && i < end - skipped; i++) add(property(object, keys[i], path, open));
    const prototype = getPrototypeOf(object);
    if (prototype !== null && keys.length >= from && keys.length < end - skipped) {
      add(variable("[[Prototype]]", prototype, "", open, {kind: "internal", read_only: true}));
    }
    return said;
  }

  function elements(object, kind, path, start, end, open, add) {
    if (kind === "array" || kind === "typed") {
      for (let i = start; i < end; i++) add(property(object, "" + i, path, open));
      return;
    }
    const is_map = kind === "map", iterator = is_map ? mapEntries(object) : setValues(object);
    for (let i = 0; i < end; i++) {
      const {done, value} = is_map ? mapNext(iterator) : setNext(iterator);
      if (done) return;
      if (i < start) continue;
      if (is_map) {
        const key = value[0];
        const name = canBeOpened(key) ? "{" + (className(insideOf(key)) || typeof key) + "}" : said(key);
        add(variable(name, value[1], "", open, {read_only: true}));
        if (canBeOpened(key)) add(variable(name + " (key)", key, "", open, {read_only: true, kind: "virtual"}));
      } else {
        add(variable("" + i, value, "", open, {read_only: true}));
      }
    }
  }

  // A value of no parts in a word.
  function said(value) {
    switch (typeof value) {
      case "string": return quote(value.length > 100 ? slice(value, 0, 100) + "…" : value);
      case "symbol": return symbolText(value);
      case "bigint": return "" + value + "n";
      default: return "" + value;
    }
  }

  function message(problem) {
    if (canBeOpened(problem)) {
      const text = dataProperty(problem, "message"), name = dataProperty(problem, "name");
      if (typeof text === "string") return typeof name === "string" && name !== "" ? name + ": " + text : text;
      return "an object was thrown";
    }
    return said(problem);
  }

  return {
    __proto__: null, quote, LINE, WHOLE, variable, opaque, members, counts, message, insideOf, canBeOpened, isName, nameOf, kindOf,
    memberOf,
    forgetKeys() { listed = new WeakMap(); },
    global,
    picture: (value) => picture(value, SAID),
    errorType: (error) => (isError(error) && dataProperty(error, "name")) || className(canBeOpened(error) ? error : {}) || typeof error,
    errorPicture: (error) => canBeOpened(error) && typeof dataProperty(error, "message") === "string"
      ? quote(message(error)) : picture(error, SAID),
  };
})
