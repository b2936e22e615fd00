// How a rendered value is laid out: quoting of strings, one line or many, arrays in columns; as node lays them out.
(function (host) {
  const p = host.p;
  const { sqrt, round, floor, min, max } = Math;
  const Escaped = /[\x00-\x1f\x27\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
  const SHORT = { 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\x0B", 12: "\\f", 13: "\\r", 39: "\\'", 92: "\\\\" };
  const LONGEST_UNSPLIT = 16;

  function hexadecimal(code, digits, text = "0123456789ABCDEF") {
    let out = "";
    for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += text[(code >> shift) & 15];
    return out;
  }

  // A string as a literal in the quotes that need the fewest backslashes.
  function quote(text) {
    let mark = "'";
    if (p.StringIncludes(text, "'")) {
      if (!p.StringIncludes(text, '"')) mark = '"';
      else if (!p.StringIncludes(text, "`") && !p.StringIncludes(text, "${")) mark = "`";
    }
    if (!p.RegExpTest(Escaped, text)) return mark + text + mark;
    let out = "";
    for (let i = 0; i < text.length; i++) {
      const code = p.StringCharCodeAt(text, i);
      if (code === 39 && mark !== "'") out += "'";
      else if (SHORT[code] !== undefined) out += SHORT[code];
      else if (code < 32 || (code > 126 && code < 160)) out += "\\x" + hexadecimal(code, 2);
      else if (code >= 0xd800 && code <= 0xdfff) {
        const next = code < 0xdc00 && i + 1 < text.length ? p.StringCharCodeAt(text, i + 1) : 0;
        if (next >= 0xdc00 && next <= 0xdfff) {
          out += text[i] + text[i + 1];
          i++;
        } else out += "\\u" + hexadecimal(code, 4, "0123456789abcdef");
      } else out += text[i];
    }
    return mark + out + mark;
  }

  // A string inside a value: cut where it is too long, a line of it on each line where it does not fit.
  function quoteIn(state, text) {
    let rest = "";
    if (text.length > state.maxStringLength) {
      const left = text.length - state.maxStringLength;
      rest = `... ${left} more character${left > 1 ? "s" : ""}`;
      text = p.StringSlice(text, 0, state.maxStringLength);
    }
    const room = state.breakLength - state.indentation - 4;
    if (state.compact === true || text.length <= LONGEST_UNSPLIT || text.length <= room) return quote(text) + rest;
    const lines = [];
    let start = 0;
    for (;;) {
      const end = p.StringIndexOf(text, "\n", start);
      if (end < 0) break;
      p.ArrayPush(lines, quote(p.StringSlice(text, start, end + 1)));
      start = end + 1;
    }
    if (start < text.length) p.ArrayPush(lines, quote(p.StringSlice(text, start)));
    return p.ArrayJoin(lines, ` +\n${p.StringRepeat(" ", state.indentation + 2)}`) + rest;
  }

  // Columns that a text takes on a terminal: wide characters count two, combining ones none.
  function width(text) {
    let total = 0;
    for (let i = 0; i < text.length; i++) {
      const code = p.StringCodePointAt(text, i);
      if (code > 0xffff) i++;
      if (code < 32 || (code > 126 && code < 160)) continue;
      if ((code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200f) || (code >= 0x20d0 && code <= 0x20ff) ||
        (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xfe20 && code <= 0xfe2f) || (code >= 0xe0100 && code <= 0xe01ef)) {
        continue;
      }
      total += isWide(code) ? 2 : 1;
    }
    return total;
  }

  function isWide(code) {
    return code >= 0x1100 && (
      code <= 0x115f || code === 0x2329 || code === 0x232a ||
      (code >= 0x2e80 && code <= 0x3247 && code !== 0x303f) ||
      (code >= 0x3250 && code <= 0x4dbf) || (code >= 0x4e00 && code <= 0xa4c6) || (code >= 0xa960 && code <= 0xa97c) ||
      (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe10 && code <= 0xfe19) ||
      (code >= 0xfe30 && code <= 0xfe6b) || (code >= 0xff01 && code <= 0xff60) || (code >= 0xffe0 && code <= 0xffe6) ||
      (code >= 0x1b000 && code <= 0x1b001) || (code >= 0x1f200 && code <= 0x1f251) ||
      (code >= 0x1f300 && code <= 0x1f64f) || (code >= 0x1f900 && code <= 0x1f9ff) || (code >= 0x20000 && code <= 0x3fffd));
  }

  // Many short elements go into columns. `value` is the array where it is one: numbers are aligned to the right.
  function inColumns(state, parts, value) {
    const more = parts.length > state.maxArrayLength; // the last part then says how many are left out
    const count = more ? parts.length - 1 : parts.length;
    const widths = [];
    let total = 0;
    let widest = 0;
    for (let i = 0; i < count; i++) {
      widths[i] = width(parts[i]);
      total += widths[i] + 2;
      widest = max(widest, widths[i]);
    }
    const cell = widest + 2;
    if (cell * 3 + state.indentation >= state.breakLength || !(total / cell > 5 || widest <= 6)) return parts;
    const typical = max(cell - 3 - sqrt(cell - total / parts.length), 1);
    const columns = min(
      round(sqrt(2.5 * typical * count) / typical),
      floor((state.breakLength - state.indentation) / cell),
      state.compact * 4,
      15,
    );
    if (columns <= 1) return parts;
    const cells = [];
    for (let column = 0; column < columns; column++) {
      let most = 0;
      for (let i = column; i < count; i += columns) most = max(most, widths[i]);
      cells[column] = most + 2;
    }
    let right = value !== undefined;
    for (let i = 0; right && i < parts.length; i++) right = typeof value[i] === "number" || typeof value[i] === "bigint";
    const pad = right ? p.StringPadStart : p.StringPadEnd;
    const rows = [];
    for (let first = 0; first < count; first += columns) {
      const last = min(first + columns, count) - 1;
      let row = "";
      for (let i = first; i < last; i++) row += pad(`${parts[i]}, `, cells[i - first] + parts[i].length - widths[i], " ");
      row += right
        ? p.StringPadStart(parts[last], cells[last - first] - 2 + parts[last].length - widths[last], " ")
        : parts[last];
      p.ArrayPush(rows, row);
    }
    if (more) p.ArrayPush(rows, parts[count]);
    return rows;
  }

  function fits(state, parts, used, base) {
    let total = parts.length + used;
    if (total + parts.length > state.breakLength) return false;
    for (let i = 0; i < parts.length; i++) {
      total += parts[i].length;
      if (total > state.breakLength) return false;
    }
    return base === "" || !p.StringIncludes(base, "\n");
  }

  // The parts between their braces, on one line where at most `compact` levels lie inside and it is short enough.
  function layOut(state, parts, base, braces, isList, depth, value) {
    const lead = base === "" ? "" : `${base} `;
    if (state.compact !== true) {
      if (state.compact >= 1) {
        const entries = parts.length;
        if (isList && entries > 6) parts = inColumns(state, parts, value);
        if (state.currentDepth - depth < state.compact && entries === parts.length) {
          const used = parts.length + state.indentation + braces[0].length + base.length + 10;
          if (fits(state, parts, used, base)) {
            const joined = p.ArrayJoin(parts, ", ");
            if (!p.StringIncludes(joined, "\n")) return `${lead}${braces[0]} ${joined} ${braces[1]}`;
          }
        }
      }
      const line = `\n${p.StringRepeat(" ", state.indentation)}`;
      return `${lead}${braces[0]}${line}  ${p.ArrayJoin(parts, `,${line}  `)}${line}${braces[1]}`;
    }
    const after = base === "" ? "" : ` ${base}`;
    if (fits(state, parts, 0, base)) return `${braces[0]}${after} ${p.ArrayJoin(parts, ", ")} ${braces[1]}`;
    const line = `\n${p.StringRepeat(" ", state.indentation)}`;
    const start = base === "" && braces[0].length === 1 ? " " : `${after}${line}  `;
    return `${braces[0]}${start}${p.ArrayJoin(parts, `,${line}  `)} ${braces[1]}`;
  }

  host.layout = { quote, quoteIn, width, layOut };
})
