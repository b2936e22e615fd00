// Turns any value into its picture: the JSON that debug/picture.py describes. Runs no code of the script: no getter,
// no toString, no toJSON, no trap of a proxy.
(function (primordials, proxyTarget, locate) {
  "use strict";
  const {stringify, isArray, isError, isInteger, getPrototypeOf, getOwnPropertyDescriptor, ownKeys, ownNames, ownSymbols, sort,
    charCodeAt, slice, startsWith, prototypes, mapForEach, mapSize, setForEach, setSize, dateTime, dateText, regexSource, regexFlags, hasOwn,
    typedArrayName, typedArrayLength, bufferLength, sharedBufferLength, viewLength, symbolText, bigIntText, numberValue,
    stringValue, booleanValue, symbolValue, bigIntValue, functionText, BigInt, WeakMap, weakGet, weakSet} = primordials;

  const MAX_NODES = 2000000; // a picture holds so many values: one that shares its parts could hold 10^20
  const MAX_CHAIN = 100; // prototypes that are looked at

  const quote = stringify; // of strings

  function number(value) {
    if (value !== value) return '{"t":"number","text":"nan"}';
    if (value === Infinity) return '{"t":"number","text":"inf"}';
    if (value === -Infinity) return '{"t":"number","text":"-inf"}';
    if (value === 0 && 1 / value < 0) return "-0.0";
    return "" + value;
  }

  function text(value, limit) {
    if (value.length <= limit) return quote(value);
    let cut = limit;
    const last = cut > 0 ? charCodeAt(value, cut - 1) : 0;
    if (last >= 0xd800 && last <= 0xdbff) cut--; // not in the middle of a character
    return '{"t":"text","value":' + quote(slice(value, 0, cut)) + ',"length":' + value.length + "}";
  }

  // A property's value where that is data, of the object or of what it inherits from.
  function dataProperty(object, name) {
    for (let i = 0; i < MAX_CHAIN && object !== null; i++) {
      if (proxyTarget(object) !== undefined) return undefined;
      const found = getOwnPropertyDescriptor(object, name);
      if (found !== undefined) return hasOwn(found, "value") ? found.value : undefined;
      object = getPrototypeOf(object);
    }
    return undefined;
  }

  function inherits(object, prototype) {
    for (let i = 0; i < MAX_CHAIN && object !== null; i++) {
      if (object === prototype) return true;
      if (proxyTarget(object) !== undefined) return false;
      object = getPrototypeOf(object);
    }
    return false;
  }

  function functionName(f) {
    const found = getOwnPropertyDescriptor(f, "name");
    return found !== undefined && hasOwn(found, "value") && typeof found.value === "string" ? found.value : "";
  }

  // The class of an object: undefined for a plain one, null where it has no prototype.
  function className(object) {
    const prototype = getPrototypeOf(object);
    if (prototype === null) return null;
    if (prototype === prototypes.Object || prototype === prototypes.Array) return undefined;
    const maker = dataProperty(prototype, "constructor");
    const name = typeof maker === "function" ? functionName(maker) : "";
    return name !== "" && name !== "Object" && name !== "Array" ? slice(name, 0, 100) : undefined;
  }

  // Whether `read` takes the object for one of its kind: it looks at what no script can forge.
  function is(read, object) {
    try {
      read(object);
      return true;
    } catch {
      return false;
    }
  }

  function isIndex(key) {
    const length = key.length;
    if (length === 0 || length > 10 || charCodeAt(key, 0) > 57) return false;
    for (let i = 0; i < length; i++) {
      const code = charCodeAt(key, i);
      if (code < 48 || code > 57) return false;
    }
    return length === 1 || charCodeAt(key, 0) !== 48;
  }

  function isIdentifier(key) {
    for (let i = 0; i < key.length; i++) {
      const code = charCodeAt(key, i);
      if (!((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36
        || (i > 0 && code >= 48 && code <= 57))) return false;
    }
    return key !== "";
  }

  // How a key is written in a path from the root.
  function step(key) {
    if (typeof key === "string") {
      if (isIdentifier(key)) return "." + key;
      return isIndex(key) ? "[" + key + "]" : "[" + quote(slice(key, 0, 50)) + "]";
    }
    if (typeof key === "number" || typeof key === "boolean") return "[" + key + "]";
    return "[" + typeof key + "]";
  }

  function rank(key) {
    if (typeof key !== "string") return 3;
    return isIndex(key) ? 1 : 2;
  }

  const FEW_KEYS = 20;

  // Sorts what lists an object's keys.
  function sortKeys(keys) {
    const count = keys.length;
    if (count > FEW_KEYS) return sort(keys, byKey);
    for (let i = 1; i < count; i++) {
      const key = keys[i];
      let at = i;
      for (; at > 0 && byKey(keys[at - 1], key) > 0; at--) keys[at] = keys[at - 1];
      keys[at] = key;
    }
    return keys;
  }

  // Objects that are made in one place have the same names: how those of the last object with so many are shown.
  const layouts = [];
  for (let i = 0; i <= FEW_KEYS; i++) layouts[i] = null;

  // The keys in the order in which they are shown, and their JSON where it is known.
  function layoutOf(object) {
    const names = ownNames(object), count = names.length;
    if (count > FEW_KEYS || ownSymbols(object).length > 0) return {keys: sortKeys(ownKeys(object)), texts: null};
    const known = layouts[count];
    if (known !== null) {
      let i = 0;
      while (i < count && names[i] === known.names[i]) i++;
      if (i === count) return known;
    }
    const keys = sortKeys(ownNames(object));
    const texts = ownNames(object); // to be overwritten: a new array would ask Array.prototype for setters
    for (let i = 0; i < count; i++) texts[i] = isIndex(keys[i]) ? keys[i] : quote(keys[i]);
    return layouts[count] = {names, keys, texts};
  }

  // Indices ascending, then names, then symbols as they were set.
  function byKey(a, b) {
    const rank_a = rank(a), rank_b = rank(b);
    if (rank_a !== rank_b) return rank_a - rank_b;
    if (rank_a === 1) return a - b;
    if (rank_a === 2) return a < b ? -1 : a > b ? 1 : 0;
    return 0;
  }

  const identities = new WeakMap();
  let last_identity = 0;

  // V8 moves objects, so an address would be none for long: a number that stays, written as one.
  function identity(object) {
    let found = weakGet(identities, object);
    if (found === undefined) {
      found = ++last_identity;
      weakSet(identities, object, found);
    }
    return "0x" + bigIntText(BigInt(found), 16);
  }

  // One walker for all pictures: nothing of the script runs while it walks, so it never meets itself.
  function newWalker() {
    let max_depth = 0, max_string = 0, max_array = 0, max_pairs = 0, with_addresses = false, nodes = 0;

    // limits: [depth, string, array, pairs, addresses]
    function start(value, limits) {
      max_depth = limits[0];
      max_string = limits[1];
      max_array = limits[2];
      max_pairs = limits[3];
      with_addresses = limits[4];
      nodes = 0;
      return walk(value, 0, null, "");
    }

    function address(object) {
      return with_addresses ? ',"address":"' + identity(object) + '"' : "";
    }

    function opaque(type, said, object) {
      return '{"t":"opaque","type":' + quote(type) + (said === undefined ? "" : ',"text":' + quote(slice(said, 0, max_string)))
        + (object === undefined ? "" : address(object)) + "}";
    }

    function functionPicture(f) {
      const name = functionName(f);
      const source = functionText(f);
      const kind = startsWith(source, "class") ? "class" : className(f);
      const place = locate(f, source);
      return '{"t":"function"' + (name === "" ? "" : ',"name":' + quote(slice(name, 0, max_string)))
        + (place === null ? "" : ',"source":' + quote(place[0]) + (place[1] === null ? "" : ',"line":' + place[1]))
        + (kind === "Function" || kind === null || kind === undefined ? "" : ',"kind":' + quote(kind)) + address(f) + "}";
    }

    // `said` is one character longer than what is shown, where it is cut, so that this is seen.
    function open(object, type, said, kind) {
      return '{"t":"table"' + (type === undefined ? "" : ',"type_name":' + quote(type))
        + (kind === undefined ? "" : ',"kind":"' + kind + '"')
        + (said === undefined ? "" : ',"text":' + quote(slice(said, 0, max_string + 1))) + address(object);
    }

    function member(found, key, depth, frame) {
      if (hasOwn(found, "value")) return walk(found.value, depth, frame, key);
      return opaque(found.get === undefined ? "setter" : found.set === undefined ? "getter" : "getter and setter");
    }

    function keyText(key) {
      if (typeof key === "symbol") return opaque("symbol", symbolText(key));
      return isIndex(key) ? key : text(key, max_string);
    }

    // The shown pairs of an object's own properties, after its elements. `skip` is called with a key that is shown elsewhere.
    function properties(object, depth, frame, skip, more, item_count = 0, items = "") {
      const {keys, texts} = layoutOf(object);
      let count = 0, shown = 0, pairs = "";
      const cut = depth >= max_depth;
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i];
        if (skip !== undefined && skip(key)) continue;
        const found = getOwnPropertyDescriptor(object, key);
        if (found === undefined || !(found.enumerable || (more !== undefined && more(key)))) continue;
        count++;
        if (cut || shown >= max_pairs) continue;
        const said = texts !== null && key.length <= max_string ? texts[i] : keyText(key);
        pairs += (shown++ > 0 ? ",[" : "[") + said + "," + member(found, key, depth + 1, frame) + "]";
      }
      return close(item_count, items, count, pairs, cut);
    }

    function close(item_count, items, pair_count, pairs, cut) {
      return (item_count > 0 ? ',"item_count":' + item_count : "") + (items === "" ? "" : ',"items":[' + items + "]")
        + (pair_count > 0 ? ',"pair_count":' + pair_count : "") + (pairs === "" ? "" : ',"pairs":[' + pairs + "]")
        + (cut && (item_count > 0 || pair_count > 0) ? ',"cut":true}' : "}");
    }

    function arrayPicture(array, depth, frame, type) {
      const length = getOwnPropertyDescriptor(array, "length").value;
      let items = "";
      const cut = depth >= max_depth;
      const end = cut ? 0 : length < max_array ? length : max_array;
      for (let i = 0; i < end; i++) {
        const found = getOwnPropertyDescriptor(array, i);
        items += (i > 0 ? "," : "") + (found === undefined ? opaque("empty") : member(found, i, depth + 1, frame));
      }
      const head = open(array, type, undefined, length === 0 ? "array" : undefined);
      return head + (hasFields(array, length) ? properties(array, depth, frame, isElement, undefined, length, items)
        : close(length, items, 0, "", cut));
    }

    // Whether an array has more to show than its elements. Of a huge one that is not looked for.
    function hasFields(array, length) {
      if (length > 100000) return false;
      const keys = ownKeys(array);
      for (let i = keys.length - 1; i >= 0; i--) {
        const key = keys[i];
        if (key === "length") continue;
        if (typeof key === "string" && isIndex(key)) return false; // indices come first
        if (getOwnPropertyDescriptor(array, key).enumerable) return true;
      }
      return false;
    }
    function isElement(key) {
      return typeof key === "string" && isIndex(key);
    }

    function typedArrayPicture(array, kind) {
      const length = typedArrayLength(array);
      const end = length < max_array ? length : max_array;
      let items = "";
      for (let i = 0; i < end; i++) {
        const item = array[i];
        items += (i > 0 ? "," : "") + (typeof item === "bigint" ? bigInt(item) : number(item));
      }
      return open(array, kind) + close(length, items, 0, "", false);
    }

    function mapPicture(map, depth, frame, type) {
      const count = mapSize(map), cut = depth >= max_depth;
      let shown = 0, pairs = "";
      if (!cut) {
        mapForEach(map, (value, key) => {
          if (shown >= max_pairs) return;
          pairs += (shown++ > 0 ? ",[" : "[") + walk(key, max_depth, frame, "key") + "," + walk(value, depth + 1, frame, key) + "]";
        });
      }
      return open(map, type || "Map", undefined, "map") + close(0, "", count, pairs, cut);
    }

    function setPicture(set, depth, frame, type) {
      const count = setSize(set), cut = depth >= max_depth;
      let shown = 0, items = "";
      if (!cut) {
        setForEach(set, (value) => {
          if (shown >= max_array) return;
          items += (shown > 0 ? "," : "") + walk(value, depth + 1, frame, shown);
          shown++;
        });
      }
      return open(set, type || "Set", undefined, "set") + close(count, items, 0, "", cut);
    }

    function errorPicture(error, depth, frame, type) {
      const message = dataProperty(error, "message"), name = dataProperty(error, "name");
      const kind = type || (typeof name === "string" ? name : "Error");
      return open(error, slice(kind, 0, 100), typeof message === "string" ? message : "", "error")
        + properties(error, depth, frame, (key) => key === "message" || key === "stack" || key === "name",
          (key) => key === "cause" || key === "errors");
    }

    function bigInt(value) {
      return '{"t":"number","text":"' + bigIntText(value) + 'n"}';
    }

    // Objects that are more than their properties; undefined where it is none of them.
    function special(object, depth, frame, type) {
      const array_name = typedArrayName(object);
      if (array_name !== undefined) return typedArrayPicture(object, type || array_name);
      if (isError(object)) return errorPicture(object, depth, frame, type);
      if (is(mapSize, object)) return mapPicture(object, depth, frame, type);
      if (is(setSize, object)) return setPicture(object, depth, frame, type);
      if (is(dateTime, object)) {
        const time = dateTime(object);
        return open(object, type || "Date", time !== time ? "Invalid Date" : dateText(object), "date") + properties(object, depth, frame);
      }
      if (object !== prototypes.RegExp && is(regexSource, object)) {
        return open(object, type || "RegExp", "/" + regexSource(object) + "/" + regexFlags(object), "regexp") + properties(object, depth, frame);
      }
      if (is(bufferLength, object)) return opaque("ArrayBuffer", "byteLength: " + bufferLength(object), object);
      if (is(sharedBufferLength, object)) return opaque("SharedArrayBuffer", "byteLength: " + sharedBufferLength(object), object);
      if (is(viewLength, object)) return opaque("DataView", "byteLength: " + viewLength(object), object);
      if (inherits(object, prototypes.Promise)) return opaque("Promise", "<state unknown>", object);
      if (inherits(object, prototypes.WeakMap)) return opaque("WeakMap", "<items unknown>", object);
      if (inherits(object, prototypes.WeakSet)) return opaque("WeakSet", "<items unknown>", object);
      if (inherits(object, prototypes.WeakRef)) return opaque("WeakRef", "<target unknown>", object);
      if (is(numberValue, object)) return opaque("Number", numberText(numberValue(object)), object);
      if (is(stringValue, object)) return opaque("String", stringValue(object), object);
      if (is(booleanValue, object)) return opaque("Boolean", "" + booleanValue(object), object);
      if (is(bigIntValue, object)) return opaque("BigInt", bigIntText(bigIntValue(object)) + "n", object);
      if (is(symbolValue, object)) return opaque("Symbol", symbolText(symbolValue(object)), object);
      return undefined;
    }
    function numberText(value) {
      return value === 0 && 1 / value < 0 ? "-0" : "" + value;
    }

    function objectPicture(value, depth, frame) {
      const target = proxyTarget(value);
      const object = target === undefined ? value : target;
      if (typeof object === "function") return functionPicture(object);
      let type = className(object);
      const nameless = type === null;
      if (nameless) type = isArray(object) ? "[Array: null prototype]" : "[Object: null prototype]";
      if (target !== undefined) type = type === undefined ? "Proxy" : "Proxy of " + type;
      if (isArray(object)) return arrayPicture(object, depth, frame, type);
      const prototype = getPrototypeOf(object);
      if (prototype !== prototypes.Object && !nameless) {
        const found = special(object, depth, frame, target === undefined ? type : undefined);
        if (found !== undefined) return found;
      }
      return open(object, type) + properties(object, depth, frame);
    }

    function walk(value, depth, frame, key) {
      nodes++;
      switch (typeof value) {
        case "string": return text(value, max_string);
        case "number": return number(value);
        case "boolean": return value ? "true" : "false";
        case "undefined": return '{"t":"opaque","type":"undefined"}';
        case "bigint": return bigInt(value);
        case "symbol": return opaque("symbol", symbolText(value));
        case "function": return functionPicture(proxyTarget(value) || value);
      }
      if (value === null) return "null";
      for (let above = frame; above !== null; above = above.up) {
        if (above.value === value) return '{"t":"ref","path":' + quote(path(above)) + "}";
      }
      if (nodes > MAX_NODES) return opaque("object", "left out: the value holds too many others");
      return objectPicture(value, depth, {up: frame, key, value});
    }

    return start;
  }

  function path(frame) {
    let said = "";
    for (; frame.up !== null; frame = frame.up) said = step(frame.key) + said;
    return "$" + said;
  }

  const picture = newWalker();

  return {__proto__: null, picture, quote, number, layoutOf, dataProperty, className, functionName};
})
