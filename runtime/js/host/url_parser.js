// Takes URLs apart and puts them together, by the rules of the URL Standard.
(function (host) {
  const PORTS = { "http:": "80", "https:": "443", "ws:": "80", "wss:": "443", "ftp:": "21", "file:": "" };
  const isSpecial = (scheme) => Object.hasOwn(PORTS, scheme);
  // What is percent-encoded, beside controls and what is not ASCII.
  const SETS = {
    fragment: ' "<>`', query: ' "#<>', specialQuery: ' "#<>\'', path: ' "#<>?`{}', userinfo: ' "#<>?^`{}/:;=@[\\]|',
    opaque: "",
  };

  function percent(text, set) {
    let out = "";
    for (const character of text.toWellFormed()) {
      const code = character.codePointAt(0);
      if (code > 0x1f && code < 0x7f && !SETS[set].includes(character)) out += character;
      else for (const byte of host.encoding.encodeUtf8(character)) out += `%${byte < 16 ? "0" : ""}${byte.toString(16).toUpperCase()}`;
    }
    return out;
  }

  function percentDecode(text) { // to a string, broken UTF-8 replaced
    if (!text.includes("%")) return text;
    const bytes = [];
    const raw = host.encoding.encodeUtf8(text);
    for (let i = 0; i < raw.length; i++) {
      const hex = raw[i] === 37 ? String.fromCharCode(raw[i + 1] || 0, raw[i + 2] || 0) : "";
      if (/^[0-9a-fA-F]{2}$/.test(hex)) {
        bytes.push(Number.parseInt(hex, 16));
        i += 2;
      } else bytes.push(raw[i]);
    }
    return new host.encoding.TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array(bytes));
  }

  // Hosts

  function parseHost(text, special) {
    if (text[0] === "[") return text.endsWith("]") ? parseIpv6(text.slice(1, -1)) : null;
    if (!special) return /[\0\t\n\r #/:<>?@[\\\]^|]/.test(text) ? null : percent(text, "opaque");
    let name = percentDecode(text);
    if (/[^\x00-\x7f]/.test(name)) {
      name = host.call("url.to_ascii", name.normalize("NFKC"));
      if (name === null) return null;
    }
    name = name.toLowerCase();
    if (name === "" || /[\x00-\x20"#%/:<>?@[\\\]^`{|}\x7f]/.test(name)) return null;
    return parseIpv4(name);
  }

  function parseIpv4(name) {
    const parts = name.split(".");
    if (parts.at(-1) === "" && parts.length > 1) parts.pop();
    if (!/^(?:\d+|0x[0-9a-f]*)$/.test(parts.at(-1))) return name;
    if (parts.length > 4) return null;
    const numbers = parts.map((part) => {
      if (/^0x[0-9a-f]*$/.test(part)) return part.length === 2 ? 0 : Number.parseInt(part, 16);
      if (/^0[0-7]*$/.test(part)) return Number.parseInt(part, 8);
      return /^[1-9]\d*$/.test(part) ? Number(part) : NaN;
    });
    const last = numbers.pop();
    if (numbers.some((one) => !(one <= 255)) || !(last < 256 ** (4 - numbers.length))) return null;
    let address = last;
    numbers.forEach((one, i) => { address += one * 256 ** (3 - i); });
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
  }

  function parseIpv6(text) {
    const halves = text.split("::");
    if (halves.length > 2) return null;
    const words = halves.map((half) => {
      if (half === "") return [];
      const found = [];
      const parts = half.split(":");
      for (let i = 0; i < parts.length; i++) {
        if (i === parts.length - 1 && parts[i].includes(".")) {
          const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(parts[i])?.slice(1).map(Number);
          if (bytes === undefined || bytes.some((byte) => byte > 255)) return null;
          found.push(bytes[0] * 256 + bytes[1], bytes[2] * 256 + bytes[3]);
        } else if (/^[0-9a-fA-F]{1,4}$/.test(parts[i])) found.push(Number.parseInt(parts[i], 16));
        else return null;
      }
      return found;
    });
    if (words.includes(null)) return null;
    const [before, after = []] = words;
    const missing = 8 - before.length - after.length;
    if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
    const all = [...before, ...new Array(missing).fill(0), ...after];
    let best = { at: -1, length: 1 };
    for (let i = 0; i < 8; i++) {
      let length = 0;
      while (i + length < 8 && all[i + length] === 0) length++;
      if (length > best.length) best = { at: i, length };
    }
    const hex = (list) => list.map((word) => word.toString(16)).join(":");
    return best.at < 0 ? `[${hex(all)}]` : `[${hex(all.slice(0, best.at))}::${hex(all.slice(best.at + best.length))}]`;
  }

  // Paths: a list of names, or a string where it is opaque ("mailto:x").

  function addPath(record, text) {
    const special = isSpecial(record.scheme);
    const names = text.split(special ? /[/\\]/ : "/");
    names.forEach((name, i) => {
      const last = i === names.length - 1;
      const plain = name.replace(/%2e/gi, ".");
      if (plain === "..") {
        if (!(record.scheme === "file:" && record.path.length === 1 && /^[a-zA-Z]:$/.test(record.path[0]))) record.path.pop();
        if (last) record.path.push("");
      } else if (plain === ".") {
        if (last) record.path.push("");
      } else {
        if (record.scheme === "file:" && record.path.length === 0 && /^[a-zA-Z][:|]$/.test(name)) name = `${name[0]}:`;
        record.path.push(percent(name, "path"));
      }
    });
  }

  function parsePort(text, scheme) { // undefined: no port
    if (!/^\d*$/.test(text) || Number(text) > 65535) return undefined;
    return text === "" || String(Number(text)) === PORTS[scheme] ? "" : String(Number(text));
  }

  function setAuthority(record, text) {
    const at = text.lastIndexOf("@");
    if (at >= 0) {
      const [, user, password] = /^([^:]*):?(.*)$/s.exec(text.slice(0, at));
      record.username = percent(user, "userinfo");
      record.password = percent(password, "userinfo");
    }
    const found = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(text.slice(at + 1));
    if (found === null) return false;
    const special = isSpecial(record.scheme);
    if (found[1] === "" && (special || at >= 0 || found[2] !== undefined)) return false;
    record.host = found[1] === "" ? "" : parseHost(found[1], special);
    record.port = parsePort(found[2] ?? "", record.scheme);
    return record.host !== null && record.port !== undefined;
  }

  function parseUrl(input, base) {
    let text = input.replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, "").replace(/[\t\n\r]/g, "");
    const record = { scheme: "", username: "", password: "", host: null, port: "", path: [], query: null, fragment: null };
    const hash = text.indexOf("#");
    if (hash >= 0) {
      record.fragment = percent(text.slice(hash + 1), "fragment");
      text = text.slice(0, hash);
    }
    const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text);
    if (scheme !== null) {
      record.scheme = scheme[0].toLowerCase();
      text = text.slice(scheme[0].length);
    } else if (base === null) return null;
    const relativeTo = (kept) => Object.assign(record, kept, { fragment: record.fragment });
    const same = scheme === null || (base !== null && isSpecial(record.scheme) && base.scheme === record.scheme &&
      !/^[/\\]{2}/.test(text) && typeof base.path !== "string");
    if (scheme === null && typeof base.path === "string") { // only a fragment may be added
      return text === "" && hash >= 0 ? relativeTo({ ...base, path: base.path }) : null;
    }
    if (scheme === null) record.scheme = base.scheme;
    const special = isSpecial(record.scheme);
    const mark = text.indexOf("?");
    const query = mark >= 0 ? percent(text.slice(mark + 1), special ? "specialQuery" : "query") : null;
    if (mark >= 0) text = text.slice(0, mark);
    if (special) text = text.replace(/^[/\\]+/, (start) => start.replaceAll("\\", "/"));

    if (record.scheme === "file:") return parseFile(record, text, query, same ? base : null, mark);
    record.query = query;
    if (special && scheme !== null && !same) {
      const [authority, path] = splitAuthority(text.replace(/^\/+/, ""), true);
      if (!setAuthority(record, authority)) return null;
      addPath(record, path.slice(1));
      return record;
    }
    if (text.startsWith("//")) {
      const [authority, path] = splitAuthority(text.slice(special ? text.match(/^\/+/)[0].length : 2), special);
      if (!setAuthority(record, authority)) return null;
      if (path !== "" || special) addPath(record, path.slice(1));
      return record;
    }
    if (same) {
      relativeTo({ ...base, path: text === "" ? [...base.path] : text[0] === "/" ? [] : base.path.slice(0, -1) });
      record.query = text === "" && mark < 0 ? base.query : query;
      if (text !== "") addPath(record, text[0] === "/" ? text.slice(1) : text);
      return record;
    }
    if (text[0] === "/") addPath(record, text.slice(1));
    else record.path = percent(text, "opaque");
    return record;
  }

  function splitAuthority(text, special) {
    const end = text.search(special ? /[/\\]/ : /\//);
    return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end)];
  }

  function parseFile(record, text, query, base, mark) {
    record.host = "";
    record.query = query;
    if (base !== null && base.scheme === "file:" && !/^[/\\]/.test(text)) {
      record.host = base.host;
      record.path = text === "" ? [...base.path] : base.path.slice(0, -1);
      if (text === "" && mark < 0) record.query = base.query;
      if (text !== "") addPath(record, text);
      return record;
    }
    if (text.startsWith("//")) {
      const [name, path] = splitAuthority(text.slice(2), true);
      if (/^[a-zA-Z][:|]$/.test(name)) addPath(record, text.slice(2));
      else {
        record.host = name === "" ? "" : parseHost(name, true);
        if (record.host === null) return null;
        if (record.host === "localhost") record.host = "";
        addPath(record, path.slice(1));
      }
      return record;
    }
    if (base !== null) record.host = base.host;
    addPath(record, text.replace(/^\//, ""));
    return record;
  }

  function pathText(record) {
    if (typeof record.path === "string") return record.path;
    return record.path.map((name) => `/${name}`).join("");
  }

  function serialize(record) {
    let out = record.scheme;
    if (record.host !== null) {
      out += "//";
      if (record.username !== "" || record.password !== "") {
        out += `${record.username}${record.password === "" ? "" : `:${record.password}`}@`;
      }
      out += record.host + (record.port === "" ? "" : `:${record.port}`);
    } else if (typeof record.path !== "string" && record.path.length > 1 && record.path[0] === "") out += "/.";
    out += pathText(record);
    if (record.query !== null) out += `?${record.query}`;
    if (record.fragment !== null) out += `#${record.fragment}`;
    return out;
  }

  host.url = { parseUrl, serialize, pathText, parseHost, parsePort, addPath, percent, percentDecode, isSpecial, PORTS };
})
