// TextEncoder and TextDecoder (UTF-8, UTF-16, latin1), atob and btoa.
(function (host) {
  const p = host.p;
  const { fromCharCode } = String;
  const { apply } = Reflect;
  const CHUNK = 4096;

  function utf8Length(text) {
    let bytes = 0;
    for (let i = 0; i < text.length; i++) {
      const code = p.StringCharCodeAt(text, i);
      if (code < 0x80) bytes += 1;
      else if (code < 0x800) bytes += 2;
      else if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length &&
        (p.StringCharCodeAt(text, i + 1) & 0xfc00) === 0xdc00) {
        bytes += 4;
        i++;
      } else bytes += 3;
    }
    return bytes;
  }

  // Writes what fits; half a pair becomes U+FFFD.
  function writeUtf8(text, out, at = 0) {
    let i = 0;
    const start = at;
    for (; i < text.length; i++) {
      let code = p.StringCharCodeAt(text, i);
      let units = 1;
      if (code >= 0xd800 && code < 0xe000) {
        const next = code < 0xdc00 && i + 1 < text.length ? p.StringCharCodeAt(text, i + 1) : 0;
        if ((next & 0xfc00) === 0xdc00) {
          code = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00);
          units = 2;
        } else code = 0xfffd;
      }
      const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (at + size > out.length) break;
      if (size === 1) out[at] = code;
      else {
        for (let j = size - 1; j > 0; j--, code >>= 6) out[at + j] = 0x80 | (code & 63);
        out[at] = (0xf00 >> size) & 0xff | code;
      }
      at += size;
      i += units - 1;
    }
    return { read: i, written: at - start };
  }

  function encodeUtf8(text) {
    const out = new Uint8Array(utf8Length(text));
    writeUtf8(text, out);
    return out;
  }

  class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return encodeUtf8(`${text}`); }
    encodeInto(text, out) {
      if (p.TypedArrayTag(out) !== "Uint8Array") {
        host.fail(TypeError, "ERR_INVALID_ARG_TYPE",
          `The "dest" argument must be an instance of Uint8Array. Received ${host.received(out)}`);
      }
      return writeUtf8(`${text}`, out);
    }
  }

  // Collects code units and makes strings of many at once.
  class Units {
    text = "";
    units = [];
    add(unit) {
      this.units[this.units.length] = unit;
      if (this.units.length >= CHUNK) this.flush();
    }
    addPoint(point) {
      if (point > 0xffff) {
        this.add(0xd800 + ((point - 0x10000) >> 10));
        this.add(0xdc00 + ((point - 0x10000) & 0x3ff));
      } else this.add(point);
    }
    flush() {
      this.text += apply(fromCharCode, undefined, this.units);
      this.units = [];
      return this.text;
    }
  }

  // As the Encoding Standard says: the longest valid beginning of a broken sequence is one U+FFFD.
  function decodeUtf8(bytes, state, last, fatal) {
    const out = new Units();
    let { need, point, low, high, seen } = state;
    const broken = () => {
      if (fatal) host.fail(TypeError, "ERR_ENCODING_INVALID_ENCODED_DATA", "The encoded data was not valid for encoding utf-8");
      out.add(0xfffd);
    };
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (need === 0) {
        low = 0x80;
        high = 0xbf;
        seen = 0;
        if (byte < 0x80) out.add(byte);
        else if (byte >= 0xc2 && byte <= 0xdf) [need, point] = [1, byte & 31];
        else if (byte >= 0xe0 && byte <= 0xef) {
          if (byte === 0xe0) low = 0xa0;
          if (byte === 0xed) high = 0x9f;
          [need, point] = [2, byte & 15];
        } else if (byte >= 0xf0 && byte <= 0xf4) {
          if (byte === 0xf0) low = 0x90;
          if (byte === 0xf4) high = 0x8f;
          [need, point] = [3, byte & 7];
        } else broken();
      } else if (byte < low || byte > high) {
        need = 0;
        broken();
        i--;
      } else {
        low = 0x80;
        high = 0xbf;
        point = (point << 6) | (byte & 63);
        seen++;
        if (seen === need) {
          out.addPoint(point);
          need = 0;
        }
      }
    }
    if (last && need !== 0) {
      need = 0;
      broken();
    }
    Object.assign(state, { need, point, low, high, seen });
    return out.flush();
  }

  function decodeUtf16(bytes, state, last, fatal) {
    const out = new Units();
    const broken = () => {
      if (fatal) host.fail(TypeError, "ERR_ENCODING_INVALID_ENCODED_DATA", "The encoded data was not valid for encoding utf-16le");
      out.add(0xfffd);
    };
    const take = (unit) => {
      if (state.lead !== -1) {
        const lead = state.lead;
        state.lead = -1;
        if ((unit & 0xfc00) === 0xdc00) {
          out.add(lead);
          out.add(unit);
          return;
        }
        broken();
      }
      if ((unit & 0xfc00) === 0xd800) state.lead = unit;
      else if ((unit & 0xfc00) === 0xdc00) broken();
      else out.add(unit);
    };
    for (let i = 0; i < bytes.length; i++) {
      if (state.half === -1) state.half = bytes[i];
      else {
        take(state.big ? (state.half << 8) | bytes[i] : state.half | (bytes[i] << 8));
        state.half = -1;
      }
    }
    if (last && (state.half !== -1 || state.lead !== -1)) {
      state.half = state.lead = -1;
      broken();
    }
    return out.flush();
  }

  const WINDOWS_1252 = [
    0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
    0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
  ];

  function decodeLatin(bytes) {
    const out = new Units();
    for (let i = 0; i < bytes.length; i++) {
      out.add(bytes[i] >= 0x80 && bytes[i] < 0xa0 ? WINDOWS_1252[bytes[i] - 0x80] : bytes[i]);
    }
    return out.flush();
  }

  const LABELS = {
    "utf-8": "utf-8", utf8: "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-16le": "utf-16le", "utf-16": "utf-16le",
    "ucs-2": "utf-16le", unicode: "utf-16le", "utf-16be": "utf-16be", latin1: "windows-1252", "iso-8859-1": "windows-1252",
    ascii: "windows-1252", "us-ascii": "windows-1252", "windows-1252": "windows-1252", cp1252: "windows-1252",
  };

  class TextDecoder {
    #encoding; #fatal; #ignoreBOM;
    #state = null;
    #begun = false;
    constructor(label = "utf-8", options = {}) {
      this.#encoding = LABELS[p.StringToLowerCase(p.StringTrim(`${label}`))];
      if (this.#encoding === undefined) {
        host.fail(RangeError, "ERR_ENCODING_NOT_SUPPORTED", `The "${label}" encoding is not supported`);
      }
      this.#fatal = !!options?.fatal;
      this.#ignoreBOM = !!options?.ignoreBOM;
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }
    decode(input, options) {
      const stream = !!options?.stream;
      this.#state ??= this.#encoding === "utf-8"
        ? { need: 0, point: 0, low: 0x80, high: 0xbf, seen: 0 } : { half: -1, lead: -1, big: this.#encoding === "utf-16be" };
      const state = this.#state;
      if (!stream) this.#state = null;
      const bytes = input === undefined ? new Uint8Array(0) : bytesOf(input);
      let text;
      if (this.#encoding === "utf-8") text = decodeUtf8(bytes, state, !stream, this.#fatal);
      else if (this.#encoding === "windows-1252") text = decodeLatin(bytes);
      else text = decodeUtf16(bytes, state, !stream, this.#fatal);
      if (!this.#begun && text !== "" && this.#encoding !== "windows-1252") {
        this.#begun = true;
        if (!this.#ignoreBOM && text[0] === "\ufeff") text = p.StringSlice(text, 1);
      }
      if (!stream) this.#begun = false;
      return text;
    }
  }

  function bytesOf(input) {
    if (input instanceof ArrayBuffer || input instanceof SharedArrayBuffer) return new Uint8Array(input);
    if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    return host.fail(TypeError, "ERR_INVALID_ARG_TYPE",
      `The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView. Received ${host.received(input)}`);
  }

  // Base64
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const VALUES = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) VALUES[DIGITS.charCodeAt(i)] = i;

  function toBase64(byteAt, length) {
    let out = "";
    for (let i = 0; i < length; i += 3) {
      const left = length - i;
      const word = (byteAt(i) << 16) | (left > 1 ? byteAt(i + 1) << 8 : 0) | (left > 2 ? byteAt(i + 2) : 0);
      out += DIGITS[word >> 18] + DIGITS[(word >> 12) & 63] + (left > 1 ? DIGITS[(word >> 6) & 63] : "=") +
        (left > 2 ? DIGITS[word & 63] : "=");
    }
    return out;
  }

  function fromBase64(text) { // the bytes as an array, or null where a character is none of base64
    const bytes = [];
    let word = 0;
    let bits = 0;
    for (let i = 0; i < text.length; i++) {
      const code = p.StringCharCodeAt(text, i);
      const value = code < 128 ? VALUES[code] : -1;
      if (value < 0) return null;
      word = ((word << 6) | value) & 0xffffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes[bytes.length] = (word >> bits) & 0xff;
      }
    }
    return bytes;
  }

  const wrongCharacter = () => {
    throw new host.DOMException("Invalid character", "InvalidCharacterError");
  };
  host.define("btoa", function btoa(input) {
    const text = `${input}`;
    return toBase64((i) => {
      const code = p.StringCharCodeAt(text, i);
      if (code > 255) wrongCharacter();
      return code;
    }, text.length);
  });
  host.define("atob", function atob(input) {
    let text = p.StringReplace(`${input}`, /[\t\n\f\r ]+/g, "");
    if (text.length % 4 === 0) text = p.StringReplace(text, /={1,2}$/, "");
    if (text.length % 4 === 1) wrongEncoding();
    const bytes = fromBase64(text);
    if (bytes === null) wrongCharacter();
    return decodeBytes(bytes);
  });
  const wrongEncoding = () => {
    throw new host.DOMException("The string to be decoded is not correctly encoded.", "InvalidCharacterError");
  };
  function decodeBytes(bytes) {
    const out = new Units();
    for (let i = 0; i < bytes.length; i++) out.add(bytes[i]);
    return out.flush();
  }

  for (const Type of [TextEncoder, TextDecoder]) {
    Object.defineProperty(Type.prototype, Symbol.toStringTag, { value: Type.name, configurable: true });
    host.define(Type.name, Type);
  }
  host.encoding = { encodeUtf8, utf8Length, decodeBytes, toBase64, fromBase64, bytesOf, TextDecoder };
})
