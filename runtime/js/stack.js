// Takes stacks by V8's call sites: the JSON that debug/stack.py describes. Frames of our own are left out.
(function (primordials, pictures, OWN, main_name, askPlaces) {
  "use strict";
  const {Error, Map, apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, startsWith, indexOf, slice, charCodeAt, mapGet, mapSet,
    uncurry, isInteger, getPrototypeOf, hasOwn} = primordials;
  const {quote, functionName} = pictures;
  const captureStackTrace = Error.captureStackTrace;
  const MAX_SITES = 10000;
  const EVAL = "<eval>"; // what is compiled while the script runs, and has no name
  const LEFT_OUT = 60; // frames of our own that may stand above and between those of the script

  // The methods of call sites, from one of them.
  let site = null;
  Error.prepareStackTrace = (_, sites) => sites[0];
  site = (() => new Error().stack)();
  delete Error.prepareStackTrace;
  const CallSite = getPrototypeOf(site);
  const method = (name) => uncurry(CallSite[name]);
  const scriptUrl = method("getScriptNameOrSourceURL"), lineNumber = method("getLineNumber"), columnNumber = method("getColumnNumber"),
    calledName = method("getFunctionName"), typeName = method("getTypeName"), isToplevel = method("isToplevel"),
    isConstructor = method("isConstructor"), isAsync = method("isAsync"), isEval = method("isEval"), isNative = method("isNative"),
    enclosingLine = method("getEnclosingLineNumber"), enclosingColumn = method("getEnclosingColumnNumber"),
    calledFunction = method("getFunction"), siteText = method("toString"), scriptHash = method("getScriptHash");

  function scriptName(at) {
    const url = scriptUrl(at);
    return url === undefined ? null : url; // of a text for eval that has no name
  }

  // Runs `f` with Error.prepareStackTrace and stackTraceLimit set for it, null: as they are. False where it is not
  // prepared, as where a script has frozen Error.
  function withError(prepare, limit, f) {
    const before = getOwnPropertyDescriptor(Error, "prepareStackTrace");
    const limit_before = limit === null ? undefined : getOwnPropertyDescriptor(Error, "stackTraceLimit");
    const set = (name, value) => defineProperty(Error, name, {__proto__: null, value, writable: true, enumerable: true, configurable: true});
    const reset = (name, found) => {
      if (found === undefined) deleteProperty(Error, name);
      else defineProperty(Error, name, found);
    };
    const prepared = prepare !== null && set("prepareStackTrace", prepare);
    if (limit !== null) set("stackTraceLimit", limit);
    try {
      f();
    } finally {
      if (limit !== null) reset("stackTraceLimit", limit_before);
      if (prepared) reset("prepareStackTrace", before);
    }
    return prepared;
  }

  function isMain(at, source) {
    // The text of a script is the body of a function that begins before all of it.
    const name = calledName(at); // of one that was required V8 says "eval"
    return (name === null || name === "eval") && enclosingLine(at) === 1 && enclosingColumn(at) <= 2 && source !== null;
  }

  function frameName(at, source) {
    const name = calledName(at);
    if (name === null || name === "") return null;
    if (name === "eval" && source !== null) return null; // a nameless function of a module: those are evaluated
    let said = name;
    if (isConstructor(at)) {
      said = "new " + name;
    } else if (!isToplevel(at)) {
      const type = typeName(at);
      if (type !== null && type !== "Object" && type !== "" && !startsWith(name, type + ".")) said = type + "." + name;
    }
    return isAsync(at) ? "async " + said : said;
  }

  function frame(at) {
    const source = scriptName(at);
    const main = isMain(at, source);
    const name = main ? null : frameName(at, source);
    const what = main ? (source === main_name ? "main" : "module") : isNative(at) || (source === null && !isEval(at)) ? "builtin" : "function";
    let piece = '{"what":"' + what + '"';
    if (name !== null) piece += ',"name":' + quote(name);
    else if (what === "module") piece += ',"name":"module"';
    if (source !== null || isEval(at)) piece += ',"source":' + quote(source === null ? EVAL : source);
    const line = lineNumber(at);
    if (isInteger(line)) piece += ',"line":' + line;
    const defined = enclosingLine(at);
    if (isInteger(defined) && defined > 0) piece += ',"line_defined":' + (main ? 0 : defined);
    const f = calledFunction(at); // undefined in strict code
    if (typeof f === "function") {
      const length = getOwnPropertyDescriptor(f, "length");
      if (length !== undefined && isInteger(length.value)) piece += ',"num_params":' + length.value;
    }
    return piece + "}";
  }

  function isOwn(at) {
    const source = scriptName(at);
    return source !== null && startsWith(source, OWN);
  }

  // A frame of ours, or one without a place that stands on one of ours (the built-in functions that we call).
  function isHidden(sites, i) {
    if (isOwn(sites[i])) return true;
    const source = scriptName(sites[i]);
    return source === null && !isEval(sites[i]) && (i + 1 >= sites.length || isOwn(sites[i + 1]));
  }

  function frames(sites, max_depth) {
    let shown = 0, pieces = "", truncated = false, column = null;
    for (let i = 0; i < sites.length; i++) {
      if (isHidden(sites, i)) continue;
      const at = sites[i], source = scriptName(at);
      if (shown >= max_depth) {
        truncated = true;
        break;
      }
      if (column === null && (source || isEval(at))) column = source ? columnNumber(at) : evalColumn(at);
      pieces += (shown++ > 0 ? "," : "") + frame(at);
    }
    return {
      __proto__: null, column,
      json: '{"frames":[' + pieces + '],"max_depth":' + max_depth + (truncated ? ',"truncated":true' : "") + "}",
    };
  }

  function none(max_depth, why) {
    return '{"frames":[],"max_depth":' + max_depth + ',"error":' + quote(why) + "}";
  }

  // The stack of whoever called `below`.
  function take(max_depth, below) {
    let found = null;
    const holder = {__proto__: null};
    const prepare = (_, sites) => {
      found = frames(sites, max_depth);
      return "";
    };
    const limit = max_depth + LEFT_OUT < MAX_SITES ? max_depth + LEFT_OUT : MAX_SITES;
    withError(prepare, limit, () => {
      captureStackTrace(holder, below);
      holder.stack;
    });
    return found === null ? none(max_depth, "the script has frozen Error") : found.json;
  }

  // The stack that is now, for `eachSite`.
  function hold() {
    const held = {__proto__: null};
    withError(null, MAX_SITES, () => captureStackTrace(held));
    return held;
  }

  // Calls `f` for each site of a stack that was held, from the innermost on; those that await come last.
  function eachSite(held, f) {
    const prepare = (_, sites) => {
      for (let i = 0; i < sites.length; i++) {
        const at = sites[i], source = scriptName(at);
        f({
          __proto__: null, source, is_own: isOwn(at), is_async: isAsync(at), line: lineNumber(at), column: columnNumber(at),
          name: calledName(at), is_constructor: isConstructor(at),
        });
      }
      return "";
    };
    withError(prepare, null, () => held.stack);
  }

  const nativeStack = getOwnPropertyDescriptor(new Error(), "stack").get;

  // Of an error: {json, column} where V8 still holds its call sites, {text} where its stack is text by now, or null.
  function ofError(error, max_depth) {
    const own = getOwnPropertyDescriptor(error, "stack");
    if (own === undefined) return null;
    if (hasOwn(own, "value")) return typeof own.value === "string" ? {__proto__: null, text: own.value} : null;
    if (nativeStack === undefined || own.get !== nativeStack) return null;
    let found = null, stack;
    const prepare = (failed, sites) => {
      if (failed === error) found = frames(sites, max_depth);
      return standardText(failed, sites);
    };
    withError(prepare, null, () => { stack = apply(nativeStack, error, []); });
    if (found !== null) return found;
    return typeof stack === "string" ? {__proto__: null, text: stack} : null;
  }

  // The stack as text, as V8 makes it, but in the author's files, lines and columns, and without our frames.
  const headOf = uncurry(Error.prototype.toString);
  const places = new Map(); // "url:line:column" as V8 counts, to how it is shown

  function standardText(error, sites) {
    let said = "<error>";
    try {
      said = headOf(error);
    } catch {} // a name or message of the script's that throws
    learnPlaces(sites);
    for (let i = 0; i < sites.length; i++) if (!isHidden(sites, i)) said += "\n    at " + shownSite(sites[i]);
    return said;
  }

  // What Python knows a text by.
  function textOf(at) {
    const source = scriptName(at);
    return source === null && isEval(at) ? EVAL + scriptHash(at) : source;
  }
  const keyOf = (at) => textOf(at) + ":" + lineNumber(at) + ":" + columnNumber(at);

  function learnPlaces(sites) {
    let asked = "", keys = [];
    for (let i = 0; i < sites.length; i++) {
      const at = sites[i], source = textOf(at), key = keyOf(at);
      if (!source || isOwn(at) || !isInteger(lineNumber(at)) || mapGet(places, key) !== undefined) continue;
      asked += (asked === "" ? "[" : ",[") + quote(source) + "," + lineNumber(at) + "," + columnNumber(at) + "]";
      defineProperty(keys, keys.length, {__proto__: null, value: key});
    }
    if (asked === "") return;
    try {
      const answers = askPlaces("[" + asked + "]");
      for (let i = 0; i < answers.length; i++) mapSet(places, keys[i], answers[i]);
    } catch {} // no stack is left: V8's own places, then
  }

  function evalColumn(at) {
    learnPlaces([at]);
    const place = mapGet(places, keyOf(at));
    if (place === undefined) return columnNumber(at);
    let from = place.length;
    while (charCodeAt(place, from - 1) !== 58) from--; // a colon
    return +slice(place, from);
  }

  function shownSite(at) {
    const text = siteText(at), key = keyOf(at), place = mapGet(places, key);
    if (place === undefined) return text;
    if (scriptName(at) === null) {
      const own = text.length - (key.length - textOf(at).length) - 1; // `:line:column)` at its end
      return slice(text, 0, own) + slice(place, textOf(at).length) + ")";
    }
    if (isMain(at, scriptName(at))) return startsWith(place, "file:") ? place : "Object.<anonymous> (" + place + ")";
    const found = indexOf(text, key);
    return found < 0 ? text : slice(text, 0, found) + place + slice(text, found + key.length);
  }

  defineProperty(Error, "prepareStackTrace", {
    __proto__: null, writable: true, enumerable: false, configurable: true,
    value: function prepareStackTrace(error, sites) { return standardText(error, sites); },
  });

  return {__proto__: null, take, ofError, hold, eachSite};
})
