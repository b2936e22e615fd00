// Writes entries as the lines that `read_line` of debug/entry.py reads.
(function (primordials, channel, pictures, proxyTarget) {
  "use strict";
  const {dateNow, realCharCodeAt, prototypes, getPrototypeOf, getOwnPropertyDescriptor, hasOwn, isArray} = primordials;
  const {ring, mask, begin, commit, put} = channel;
  const {quote, number, layoutOf} = pictures;
  const strings = prototypes.String;
  const TAB = 9, QUOTE = 34, COMMA = 44, ZERO = 48, OPEN = 91, CLOSE = 93;
  const MOST = channel.piece / 6 - 30 | 0; // characters of a line that fit into a piece, all of them escaped
  const HEX = [];
  for (let i = 0; i < 16; i++) HEX[i] = i < 10 ? 48 + i : 87 + i;

  let last_time = -1, time_text = "";

  function timeText() {
    const now = dateNow();
    if (now !== last_time) {
      last_time = now;
      time_text = "" + now;
    }
    return time_text;
  }

  function escaped(code, at) {
    ring[at & mask] = 92;
    ring[at + 1 & mask] = 117;
    ring[at + 2 & mask] = HEX[code >> 12];
    ring[at + 3 & mask] = HEX[code >> 8 & 15];
    ring[at + 4 & mask] = HEX[code >> 4 & 15];
    ring[at + 5 & mask] = HEX[code & 15];
    return at + 6 | 0;
  }

  // A JSON string. Only while `charCodeAt` is the language's own.
  function quoted(text, at) {
    ring[at & mask] = QUOTE;
    at = at + 1 | 0;
    for (let i = 0; i < text.length; i = i + 1 | 0) {
      const code = text.charCodeAt(i);
      if (code < 32 || code > 126 || code === QUOTE || code === 92) {
        at = escaped(code, at);
      } else {
        ring[at & mask] = code;
        at = at + 1 | 0;
      }
    }
    ring[at & mask] = QUOTE;
    return at + 1 | 0;
  }

  // JSON.
  function plain(text, at) {
    for (let i = 0; i < text.length; i = i + 1 | 0) {
      const code = text.charCodeAt(i);
      if (code > 126) {
        at = escaped(code, at);
      } else {
        ring[at & mask] = code;
        at = at + 1 | 0;
      }
    }
    return at;
  }

  function start(level, message, module) {
    const time = timeText();
    let at = begin();
    ring[at & mask] = ZERO + level;
    ring[at + 1 & mask] = TAB;
    at = plain(time, at + 2 | 0);
    ring[at & mask] = TAB;
    at = quoted(message, at + 1 | 0);
    if (module !== null) {
      ring[at & mask] = TAB;
      at = quoted(module, at + 1 | 0);
    }
    return at;
  }

  // Both return whether they could: what is long, or more than it seems, is written by `shown`. `module` may be null.

  function text(level, message, module) {
    if (strings.charCodeAt !== realCharCodeAt || message.length + (module === null ? 0 : module.length) > MOST) return false;
    commit(start(level, message, module));
    return true;
  }

  // With an object that has but strings, numbers, booleans and nulls: the same as its picture.
  function flat(level, message, module, object, max_string) {
    if (strings.charCodeAt !== realCharCodeAt || typeof object !== "object" || proxyTarget(object) !== undefined
      || getPrototypeOf(object) !== prototypes.Object || isArray(object)) return false;
    const {keys, texts} = layoutOf(object);
    if (texts === null || keys.length === 0) return false;
    let left = MOST - message.length - (module === null ? 0 : module.length);
    if (left < 0) return false;
    let at = start(level, message, module);
    if (module === null) {
      ring[at & mask] = TAB;
      at = at + 1 | 0;
    }
    ring[at & mask] = TAB;
    at = plain('{"t":"table","pair_count":', at + 1 | 0);
    at = plain("" + keys.length, at);
    at = plain(',"pairs":[', at);
    for (let i = 0; i < keys.length; i++) {
      const found = getOwnPropertyDescriptor(object, keys[i]);
      if (!found.enumerable || !hasOwn(found, "value")) return false;
      const value = found.value, key_text = texts[i];
      if (i > 0) {
        ring[at & mask] = COMMA;
        at = at + 1 | 0;
      }
      left -= key_text.length + 10;
      if (left < 0 || keys[i].length > max_string) return false;
      ring[at & mask] = OPEN;
      at = plain(key_text, at + 1 | 0);
      ring[at & mask] = COMMA;
      at = at + 1 | 0;
      if (typeof value === "string") {
        left -= value.length;
        if (left < 0 || value.length > max_string) return false;
        at = quoted(value, at);
      } else if (typeof value === "number") {
        at = plain(number(value), at);
      } else if (typeof value === "boolean") {
        at = plain(value ? "true" : "false", at);
      } else if (value === null) {
        at = plain("null", at);
      } else {
        return false;
      }
      ring[at & mask] = CLOSE;
      at = at + 1 | 0;
    }
    commit(plain("]}", at));
    return true;
  }

  // `message` is JSON: a string or a picture. So is `data`, the picture of what comes with it, or null.
  function shown(level, message, module, data) {
    put(level + "\t" + timeText() + "\t" + message + "\t" + (module === null ? "" : quote(module)) + (data === null ? "" : "\t" + data));
  }

  return {__proto__: null, text, flat, shown};
})
