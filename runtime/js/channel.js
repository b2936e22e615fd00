// The script's side of runtime/js/channel.py, where the layout is described.
(function (primordials, layout) {
  "use strict";
  const {SharedArrayBuffer, Int32Array, Uint8Array, Error, load, store, wait, charCodeAt, realCharCodeAt, fromCharCode, stringify,
    parse, slice, defineProperty} = primordials;
  const strings = primordials.prototypes.String;
  const {header_bytes: HEADER, ring_bytes: CAPACITY, answer_bytes: ANSWER_CAPACITY} = layout;
  const WRITE = 0, READ = 1, ANSWERED = 5, ANSWER_LENGTH = 6, REQUEST = 17, MORE = 18;
  const MASK = CAPACITY - 1;
  const PIECE = CAPACITY >> 2; // so much is written at a time of what may not fit

  const buffer = new SharedArrayBuffer(HEADER + CAPACITY + ANSWER_CAPACITY);
  const words = new Int32Array(buffer, 0, HEADER >> 2);
  const ring = new Uint8Array(buffer, HEADER, CAPACITY);
  const answers = new Uint8Array(buffer, HEADER + CAPACITY, ANSWER_CAPACITY);

  let written = 0, read = 0;
  const WHOLE = 0, TORN = 1, UNENDED = 2;
  let state = WHOLE; // of the line last begun in pieces: the stack may overflow within
  let bell = null;
  let number = 0; // of the last request: an answer names the one it is to, for a request may have been given up

  function room(count) {
    while (((written - read) | 0) + count > CAPACITY) {
      read = load(words, READ);
      if (((written - read) | 0) + count > CAPACITY) wait(words, READ, read, 1);
    }
  }

  function publish(at) {
    store(words, WRITE, at | 0); // where no stack is left for it, nothing has changed
    written = at | 0;
  }

  function end() {
    room(2);
    let at = written;
    if (state === TORN) ring[at++ & MASK] = 24;
    ring[at++ & MASK] = 10;
    publish(at);
    state = WHOLE;
  }

  // What is written from here on counts when it is committed, and may take a piece.
  function begin() {
    if (state !== WHOLE) end();
    if (((written - read) | 0) + PIECE > CAPACITY) room(PIECE);
    return written;
  }

  function commit(at) {
    ring[at & MASK] = 10;
    publish(at + 1);
  }

  const HEX = "0123456789abcdef";

  function putInPieces(text) {
    const length = text.length;
    state = TORN;
    for (let i = 0; i < length;) {
      room(PIECE);
      const full = written + PIECE - 6;
      let at = written;
      for (; i < length && at <= full; i++) {
        const code = charCodeAt(text, i);
        if (code <= 126) {
          ring[at++ & MASK] = code;
        } else {
          ring[at++ & MASK] = 92;
          ring[at++ & MASK] = 117;
          for (let shift = 12; shift >= 0; shift -= 4) ring[at++ & MASK] = charCodeAt(HEX, (code >> shift) & 15);
        }
      }
      publish(at);
    }
    state = UNENDED;
    end();
  }

  // `text` is a line.
  function put(text) {
    const length = text.length;
    if (length < PIECE) {
      let at = begin(), i = 0;
      if (strings.charCodeAt === realCharCodeAt) { // a call by its name takes half the time
        for (; i < length; i = (i + 1) | 0) {
          const code = text.charCodeAt(i);
          if (code > 126) break;
          ring[at & MASK] = code;
          at = (at + 1) | 0;
        }
      } else {
        for (; i < length; i = (i + 1) | 0) {
          const code = charCodeAt(text, i);
          if (code > 126) break;
          ring[at & MASK] = code;
          at = (at + 1) | 0;
        }
      }
      if (i === length) {
        commit(at);
        return;
      }
    } else if (state !== WHOLE) {
      end();
    }
    putInPieces(text);
  }

  function answerPiece() {
    const length = words[ANSWER_LENGTH];
    let text = "", i = 0;
    for (; i + 8 <= length; i += 8) {
      text += fromCharCode(answers[i], answers[i + 1], answers[i + 2], answers[i + 3], answers[i + 4], answers[i + 5],
        answers[i + 6], answers[i + 7]);
    }
    for (; i < length; i++) text += fromCharCode(answers[i]);
    return text;
  }

  function ask(kind, rest) {
    number = (number + 1) & 0x3fffffff;
    const mine = number; // while it is answered, microtasks may run and ask for something themselves
    put("[" + kind + "," + mine + rest + "]");
    if (bell !== null) bell();
    for (let seen = load(words, ANSWERED); seen >> 1 !== mine; seen = load(words, ANSWERED)) {
      wait(words, ANSWERED, seen, 1);
    }
    return answerPiece();
  }

  // Calls Python; the argument is JSON, the answer a value. An error of the other side is thrown, with its code.
  function callJson(name, argument) {
    let text = ask(REQUEST, "," + stringify(name) + "," + argument);
    while (words[ANSWERED] & 1) text += ask(MORE, "");
    const value = parse(slice(text, 1));
    if (charCodeAt(text, 0) === 118) return value; // "v": the value; "e": an error
    const error = new Error(value.message);
    if (value.code !== null) defineProperty(error, "code", {__proto__: null, value: value.code, writable: true, enumerable: true, configurable: true});
    throw error;
  }

  return {
    __proto__: null, buffer, words, ring, mask: MASK, piece: PIECE, begin, commit, put, callJson,
    setBell(rings) { if (typeof rings === "function") bell = rings; }, // else answers are polled for
  };
})
