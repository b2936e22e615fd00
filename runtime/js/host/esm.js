// ES modules: linked by name, run once each, dependencies first; `import()`, `import.meta`, top-level await.
// A module is a generator (runtime/js/esm.py): its first step hands over its exports, its second runs it. One with
// top-level await is an async function that does both.
(function (host) {
  const p = host.p;
  const { cache, load, compile, parseJson } = host.modules;
  const records = new Map(); // by path
  const RealPromise = Promise;
  let mainRecord = null;

  class Record {
    constructor(path, url) {
      this.path = path;
      this.url = url;
      this.namespace = Object.create(null);
      this.getters = new Map();
      this.readers = new Map();
      this.dependencies = [];
      this.link = null;
      this.state = "new"; // linked, running, done, failed
      this.promise = undefined;
      this.error = undefined;
      this.run = null; // of a module that is none of ESM: gives its exports
      p.WeakSetAdd(host.kinds.namespaces, this.namespace);
    }
  }

  function recordOf(found, type) {
    const key = `${found.kind === "builtin" ? "node:" : ""}${found.path}`;
    const known = p.MapGet(records, key);
    if (known !== undefined) return known;
    if (found.kind === "builtin") return foreign(key, `node:${found.path}`, () => host.builtin(found.path));
    if (cache[found.path] !== undefined) return foreign(key, found.path, () => cache[found.path].exports);
    if (found.kind === "cjs") return foreign(key, found.path, () => load(found, null).exports);
    const read = host.call("module.read", found.path);
    if (read.kind === "json") {
      if (type !== "json") {
        host.fail(TypeError, "ERR_IMPORT_ASSERTION_TYPE_MISSING",
          `Module "${found.path}" needs an import attribute of "type: json"`);
      }
      return foreign(key, read.url, () => parseJson(read.code, read.url), true);
    }
    if (read.kind === "cjs") return foreign(key, read.url, () => load(found, null).exports);
    return esmRecord(found.path, read, () => compile(read, found.path));
  }

  function foreign(key, url, run, onlyDefault = false) {
    const record = new Record(key, url);
    record.run = run;
    record.onlyDefault = onlyDefault;
    p.MapSet(records, key, record);
    return record;
  }

  function esmRecord(path, read, getBody) {
    const record = new Record(path, read.url);
    p.MapSet(records, path, record);
    try {
      const body = getBody();
      record.link = read.link;
      const folder = host.path.dirname(path);
      for (const { request, type, at } of read.link.requests) {
        let found;
        try {
          found = findImport(request, folder, record.url);
        } catch (error) {
          placeAt(error, record, at);
          throw error;
        }
        p.ArrayPush(record.dependencies, recordOf(found, type));
      }
      const own = (getters) => {
        for (const name of read.link.names) p.MapSet(record.getters, name, getters[name]);
      };
      own.m = meta(path, folder);
      own.i = (request, options) => host.importFrom(request, options, path);
      const spaces = p.ArrayMap(record.dependencies, (one) => one.namespace);
      if (read.link.is_async) { // it hands over its exports when it runs
        for (const name of read.link.names) {
          p.MapSet(record.getters, name, () => {
            throw new ReferenceError(`Cannot access '${name}' before initialization`);
          });
        }
        record.start = () => Reflect.apply(body, undefined, [own, ...spaces]);
      } else record.body = Reflect.apply(body, undefined, [own, ...spaces]);
    } catch (error) {
      p.MapDelete(records, path);
      throw error;
    }
    return record;
  }

  function findImport(request, folder, url) {
    try {
      return host.call("module.find", [request, folder, true]);
    } catch (error) {
      if (error.code === "ERR_MODULE_NOT_FOUND") error.message += ` imported from ${url}`;
      throw error;
    }
  }

  const fileUrl = (path) => `file://${p.ArrayJoin(p.ArrayMap(p.StringSplit(path, "/"), encodeURIComponent), "/")}`;
  function meta(path, folder) {
    return Object.assign(Object.create(null), {
      dirname: folder,
      filename: path,
      resolve: (request) => {
        const found = findImport(`${request}`, folder, path);
        return found.kind === "builtin" ? `node:${found.path}` : fileUrl(found.path);
      },
      url: fileUrl(path),
    });
  }

  // One function an export, however often it is asked for: `export *` compares them.
  function readerOf(record, name) {
    let reader = p.MapGet(record.readers, name);
    if (reader === undefined) {
      reader = () => p.MapGet(record.getters, name)();
      p.MapSet(record.readers, name, reader);
    }
    return reader;
  }

  // Which function reads an export; undefined where there is none, null where two `export *` disagree.
  function resolve(record, name, seen) {
    if (record.link === null) {
      if (record.state !== "done") return () => record.namespace[name];
      return name in record.namespace ? () => record.namespace[name] : undefined;
    }
    if (p.MapHas(record.getters, name)) return readerOf(record, name);
    const mark = `${record.path}\n${name}`;
    if (p.SetHas(seen, mark)) return undefined;
    p.SetAdd(seen, mark);
    for (const { name: exported, index, imported } of record.link.indirect) {
      if (exported !== name) continue;
      const target = record.dependencies[index];
      return imported === null ? () => target.namespace : resolve(target, imported, seen);
    }
    if (name === "default") return undefined;
    let found;
    for (const index of record.link.stars) {
      const one = resolve(record.dependencies[index], name, seen);
      if (one === undefined || one === null) continue;
      if (found !== undefined && found !== one) return null;
      found = one;
    }
    return found;
  }

  function namesOf(record, seen) {
    if (record.link === null) return Object.keys(record.namespace);
    if (p.SetHas(seen, record)) return [];
    p.SetAdd(seen, record);
    const names = new Set(record.link.names);
    for (const { name } of record.link.indirect) p.SetAdd(names, name);
    for (const index of record.link.stars) {
      for (const name of namesOf(record.dependencies[index], seen)) if (name !== "default") p.SetAdd(names, name);
    }
    return [...names];
  }

  // All modules that this one needs, itself last.
  function graph(record, all = [], seen = new Set()) {
    if (p.SetHas(seen, record)) return all;
    p.SetAdd(seen, record);
    for (const one of record.dependencies) graph(one, all, seen);
    p.ArrayPush(all, record);
    return all;
  }

  function linkAll(record) {
    const all = p.ArrayFilter(graph(record), (one) => one.state === "new");
    for (const one of all) {
      if (one.link === null) continue;
      for (const index of one.link.stars) { // its names are needed now
        if (one.dependencies[index].link === null) evaluateForeign(one.dependencies[index]);
      }
      one.body?.next();
    }
    for (const one of all) {
      if (one.link === null) continue;
      for (const name of p.ArraySort(namesOf(one, new Set()))) {
        const read = resolve(one, name, new Set());
        if (!read) continue;
        Object.defineProperty(one.namespace, name, { __proto__: null, get: read, enumerable: true, configurable: false });
      }
      seal(one);
      one.state = "linked";
    }
    for (const one of all) {
      for (const wanted of one.link === null ? [] : one.link.wanted) check(one, wanted);
    }
  }

  function seal(record) {
    Object.defineProperty(record.namespace, Symbol.toStringTag, { __proto__: null, value: "Module" });
    Object.preventExtensions(record.namespace);
  }

  // Says where in a module's text the error is.
  function placeAt(error, { path, url }, at) {
    const place = host.call("module.place", [path, at]);
    if (place !== null) host.place(error, { source: url, line: place.line, column: place.column });
  }

  function check(record, { index, name, at }) {
    const target = record.dependencies[index];
    if (target.link === null && target.state !== "done") return;
    const found = resolve(target, name, new Set());
    if (found) return;
    const request = record.link.requests[index].request;
    const error = new SyntaxError(found === null
      ? `The requested module '${request}' contains conflicting star exports for name '${name}'`
      : `The requested module '${request}' does not provide an export named '${name}'`);
    placeAt(error, record, at);
    throw error;
  }

  function evaluateForeign(record) {
    if (record.state === "done") return;
    let exports;
    host.pass(() => { exports = record.run(); });
    const { namespace } = record;
    const names = new Set(["default"]);
    if (!record.onlyDefault && exports !== null && (typeof exports === "object" || typeof exports === "function")) {
      for (const name of Object.keys(exports)) p.SetAdd(names, name);
    }
    for (const name of p.ArraySort([...names])) {
      const value = name === "default" ? exports : exports[name];
      Object.defineProperty(namespace, name, { __proto__: null, value, enumerable: true, writable: true });
    }
    seal(record);
    record.state = "done";
  }

  // Undefined where it is done at once, else a promise.
  function evaluate(record) {
    if (record.state === "failed") throw record.error;
    if (record.state === "running" || record.state === "done") return record.promise;
    if (record.link === null) return evaluateForeign(record);
    record.state = "running";
    const failed = (error) => {
      record.state = "failed";
      record.error = error;
      throw error;
    };
    const finished = () => {
      record.state = "done";
      const made = p.MapGet(record.getters, "default");
      const value = made === undefined ? undefined : made();
      if (typeof value === "function" && host.kinds.functionName(value) === record.link.default_name) {
        Object.defineProperty(value, "name", { value: "default", configurable: true });
      }
    };
    const run = () => {
      for (const wanted of record.link.wanted) check(record, wanted);
      if (record.link.is_async) return p.PromiseThen(record.start(), finished);
      host.pass(() => record.body.next());
      return finished();
    };
    try {
      const waiting = [];
      for (const one of record.dependencies) {
        const promise = evaluate(one);
        if (promise !== undefined) p.ArrayPush(waiting, promise);
      }
      if (waiting.length === 0 && !record.link.is_async) return run();
      record.promise = waiting.length === 0 ? run() : p.PromiseThen(RealPromise.all(waiting), run);
      p.PromiseThen(record.promise, undefined, (error) => {
        record.state = "failed";
        record.error = error;
      });
      return record.promise;
    } catch (error) {
      return failed(error);
    }
  }

  host.startEsm = (main, body) => {
    mainRecord = esmRecord(main.path, main, () => body);
    linkAll(mainRecord);
    const promise = evaluate(mainRecord);
    if (promise !== undefined) p.PromiseThen(promise, undefined, (error) => host.throwLater(error));
  };
  // Whether the script waits at its top level for what will not come.
  host.mainIsWaiting = () => mainRecord !== null && mainRecord.state === "running";

  // Never within the call itself: the code that asks goes on first.
  const settled = RealPromise.resolve();
  host.importFrom = (request, options, path) => p.PromiseThen(settled, () => {
    const found = findImport(`${request}`, host.path.dirname(path), path);
    const record = recordOf(found, options?.with?.type);
    if (record.state === "new") linkAll(record);
    const promise = evaluate(record);
    return promise === undefined ? record.namespace : p.PromiseThen(promise, () => record.namespace);
  });

  host.requireEsm = (path, read) => {
    const record = p.MapGet(records, path) ?? esmRecord(path, read, () => compile(read, path));
    if (record.state === "new") linkAll(record);
    if (p.ArrayIncludes(p.ArrayMap(graph(record), (one) => one.link !== null && one.link.is_async), true)) {
      host.fail(Error, "ERR_REQUIRE_ASYNC_MODULE",
        "require() cannot be used on an ESM graph with top-level await. Use import() instead.");
    }
    evaluate(record);
    return record.namespace;
  };
})
