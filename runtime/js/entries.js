// Writes entries as the lines that debug/entry_line.py reads.
(function (primordials, channel, quote) {
  "use strict";
  const {dateNow, realCharCodeAt, prototypes} = primordials;
  const {ring, mask, begin, commit, put} = channel;
  const strings = prototypes.String;
  const TAB = 9, QUOTE = 34, ZERO = 48;
  const LONGEST = channel.piece / 6 - 10 | 0; // characters that fit into a piece, all of them escaped
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

  // Text of ASCII as it is.
  function plain(text, at) {
    for (let i = 0; i < text.length; i = i + 1 | 0) {
      ring[at & mask] = text.charCodeAt(i);
      at = at + 1 | 0;
    }
    return at;
  }

  // `module` may be null.
  function text(level, message, module) {
    if (strings.charCodeAt !== realCharCodeAt || message.length + (module === null ? 0 : module.length) > LONGEST) {
      put(level + "\t" + timeText() + "\t" + quote(message) + (module === null ? "" : "\t" + quote(module)));
      return;
    }
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
    commit(at);
  }

  // `message` is JSON: a string or a picture. So is `data`, the picture of what comes with it, or null.
  function shown(level, message, module, data) {
    put(level + "\t" + timeText() + "\t" + message + "\t" + (module === null ? "" : quote(module)) + (data === null ? "" : "\t" + data));
  }

  return {__proto__: null, text, shown};
})
