// URL and URLSearchParams.
(function (host) {
  const { parseUrl, serialize, pathText, parseHost, parsePort, addPath, percent, percentDecode, isSpecial, PORTS } = host.url;

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
