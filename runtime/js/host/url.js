// URL and URLSearchParams, by the rules of the URL Standard.
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

  // Search parameters

  const plus = (text) => percentDecode(text.replaceAll("+", " "));
  const formEncode = (text) => encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll("%20", "+");
  const parseQuery = (text) => text.split("&").filter((part) => part !== "").map((part) => {
    const equals = part.indexOf("=");
    return equals < 0 ? [plus(part), ""] : [plus(part.slice(0, equals)), plus(part.slice(equals + 1))];
  });
  let owner = null; // the URL that the parameters being made belong to

  class URLSearchParams {
    #list = [];
    #url = owner;
    constructor(init = "") {
      if (typeof init === "object" && init !== null || typeof init === "function") {
        const iterator = init[Symbol.iterator];
        if (typeof iterator === "function") {
          for (const pair of init) {
            const [name, value, ...more] = pair === null || typeof pair !== "object" ? [] : pair;
            if (value === undefined || more.length > 0) {
              host.fail(TypeError, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
            }
            this.#list.push([`${name}`, `${value}`]);
          }
        } else for (const name of Object.keys(init)) this.#list.push([name, `${init[name]}`]);
      } else {
        const text = `${init}`;
        this.#list = parseQuery(text[0] === "?" ? text.slice(1) : text);
      }
    }
    #changed() {
      if (this.#url !== null) setQuery(this.#url, this.toString());
    }
    static _reset(params, query) { params.#list = parseQuery(query ?? ""); }
    get size() { return this.#list.length; }
    append(name, value) {
      this.#list.push([`${name}`, `${value}`]);
      this.#changed();
    }
    delete(name, value) {
      this.#list = this.#list.filter((one) => one[0] !== `${name}` || (value !== undefined && one[1] !== `${value}`));
      this.#changed();
    }
    get(name) { return this.#list.find((one) => one[0] === `${name}`)?.[1] ?? null; }
    getAll(name) { return this.#list.filter((one) => one[0] === `${name}`).map((one) => one[1]); }
    has(name, value) {
      return this.#list.some((one) => one[0] === `${name}` && (value === undefined || one[1] === `${value}`));
    }
    set(name, value) {
      const first = this.#list.findIndex((one) => one[0] === `${name}`);
      if (first < 0) this.#list.push([`${name}`, `${value}`]);
      else {
        this.#list[first][1] = `${value}`;
        this.#list = this.#list.filter((one, i) => i <= first || one[0] !== `${name}`);
      }
      this.#changed();
    }
    sort() {
      this.#list.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      this.#changed();
    }
    forEach(callback, self) { for (const [name, value] of this.#list) callback.call(self, value, name, this); }
    *entries() { for (const [name, value] of this.#list) yield [name, value]; }
    *keys() { for (const [name] of this.#list) yield name; }
    *values() { for (const [, value] of this.#list) yield value; }
    toString() { return this.#list.map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`).join("&"); }
    [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
      if (this.#list.length === 0) return "URLSearchParams {}";
      const shown = this.#list.map(([name, value]) => `${inspect(name)} => ${inspect(value)}`);
      return `URLSearchParams { ${shown.join(", ")} }`;
    }
  }
  URLSearchParams.prototype[Symbol.iterator] = URLSearchParams.prototype.entries;
  const resetParams = URLSearchParams._reset;
  delete URLSearchParams._reset;
  let setQuery;

  class URL {
    #record;
    #params = null;
    constructor(input, base) {
      if (arguments.length === 0) host.fail(TypeError, "ERR_MISSING_ARGS", 'The "url" argument must be specified');
      const made = parseBoth(`${input}`, base);
      if (made === null) {
        const error = new TypeError("Invalid URL");
        Object.assign(error, { code: "ERR_INVALID_URL", input: `${input}` }, base === undefined ? {} : { base: `${base}` });
        throw error;
      }
      this.#record = made;
    }
    static canParse(input, base) { return parseBoth(`${input}`, base) !== null; }
    static parse(input, base) { return URL.canParse(input, base) ? new URL(input, base) : null; }
    static _setQuery(url, query) { url.#record.query = query === "" ? null : query; }
    #queryChanged() {
      if (this.#params !== null) resetParams(this.#params, this.#record.query);
    }
    get href() { return serialize(this.#record); }
    set href(value) {
      const made = parseUrl(`${value}`, null);
      if (made === null) host.fail(TypeError, "ERR_INVALID_URL", "Invalid URL");
      this.#record = made;
      this.#queryChanged();
    }
    get origin() {
      const { scheme, host: name, port } = this.#record;
      if (scheme === "blob:") {
        const inner = parseUrl(pathText(this.#record), null);
        return inner !== null && /^https?:$/.test(inner.scheme) ? new URL(serialize(inner)).origin : "null";
      }
      return isSpecial(scheme) && scheme !== "file:" ? `${scheme}//${name}${port === "" ? "" : `:${port}`}` : "null";
    }
    get protocol() { return this.#record.scheme; }
    set protocol(value) {
      const found = /^([a-zA-Z][a-zA-Z0-9+.-]*):?/.exec(`${value}`);
      if (found === null) return;
      const scheme = `${found[1].toLowerCase()}:`;
      if (isSpecial(scheme) !== isSpecial(this.#record.scheme)) return;
      if (scheme === "file:" && (this.username !== "" || this.password !== "" || this.port !== "")) return;
      this.#record.scheme = scheme;
      if (this.#record.port === PORTS[scheme]) this.#record.port = "";
    }
    #hasNoAuthority() { return this.#record.host === null || this.#record.host === "" || this.#record.scheme === "file:"; }
    get username() { return this.#record.username; }
    set username(value) { if (!this.#hasNoAuthority()) this.#record.username = percent(`${value}`, "userinfo"); }
    get password() { return this.#record.password; }
    set password(value) { if (!this.#hasNoAuthority()) this.#record.password = percent(`${value}`, "userinfo"); }
    get host() { return (this.#record.host ?? "") + (this.#record.port === "" ? "" : `:${this.#record.port}`); }
    set host(value) {
      const [, name, , port] = /^(\[[^\]]*\]|[^:/?#\\]*)(:(\d*))?/.exec(`${value}`);
      if (this.#setHost(name) && port) this.port = port;
    }
    get hostname() { return this.#record.host ?? ""; }
    set hostname(value) { this.#setHost(/^(\[[^\]]*\]|[^:/?#\\]*)/.exec(`${value}`)[0]); }
    #setHost(name) {
      if (typeof this.#record.path === "string") return false;
      const special = isSpecial(this.#record.scheme);
      const made = name === "" ? (special && this.#record.scheme !== "file:" ? null : "") : parseHost(name, special);
      if (made !== null) this.#record.host = made;
      return made !== null;
    }
    get port() { return this.#record.port; }
    set port(value) {
      if (this.#hasNoAuthority()) return;
      const digits = /^\d*/.exec(`${value}`)[0];
      if (digits === "" && `${value}` !== "") return;
      const port = parsePort(digits, this.#record.scheme);
      if (port !== undefined) this.#record.port = port;
    }
    get pathname() { return pathText(this.#record); }
    set pathname(value) {
      if (typeof this.#record.path === "string") return;
      this.#record.path = [];
      const special = isSpecial(this.#record.scheme);
      addPath(this.#record, `${value}`.replace(special ? /^[/\\]/ : /^\//, "").replace(/[?#]/g, (one) => (one === "?" ? "%3F" : "%23")));
    }
    get search() { return this.#record.query ? `?${this.#record.query}` : ""; }
    set search(value) {
      const text = `${value}`.replace(/^\?/, "");
      this.#record.query = text === "" ? null : percent(text, isSpecial(this.#record.scheme) ? "specialQuery" : "query");
      this.#queryChanged();
    }
    get searchParams() {
      if (this.#params === null) {
        owner = this;
        try {
          this.#params = new URLSearchParams(this.#record.query ?? "");
        } finally {
          owner = null;
        }
      }
      return this.#params;
    }
    get hash() { return this.#record.fragment ? `#${this.#record.fragment}` : ""; }
    set hash(value) {
      const text = `${value}`.replace(/^#/, "");
      this.#record.fragment = text === "" ? null : percent(text, "fragment");
    }
    toString() { return this.href; }
    toJSON() { return this.href; }
    [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
      if (depth < 0) return this.href;
      const shown = {};
      for (const name of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname",
        "search", "searchParams", "hash"]) shown[name] = this[name];
      return `URL ${inspect(shown, { ...options, depth: options.depth })}`;
    }
  }
  setQuery = URL._setQuery;
  delete URL._setQuery;

  function parseBoth(input, base) {
    if (base === undefined) return parseUrl(input, null);
    const above = parseUrl(`${base}`, null);
    return above === null ? null : parseUrl(input, above);
  }

  for (const Type of [URL, URLSearchParams]) {
    Object.defineProperty(Type.prototype, Symbol.toStringTag, { value: Type.name, configurable: true });
    for (const name of Object.getOwnPropertyNames(Type.prototype)) {
      if (name === "constructor") continue;
      const found = Object.getOwnPropertyDescriptor(Type.prototype, name);
      Object.defineProperty(Type.prototype, name, { ...found, enumerable: true });
    }
    host.define(Type.name, Type);
  }
})
