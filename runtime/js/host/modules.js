// `require`: CommonJS modules, JSON, built-in ones; each file once.
(function (host) {
  const p = host.p;
  const { apply } = Reflect;
  const indirectEval = eval;
  const { parse } = JSON;
  const cache = Object.create(null);
  let main = null; // what Python says of the script

  function Module(id, parent) {
    this.id = id;
    this.path = host.path.dirname(id);
    this.exports = {};
    this.filename = id;
    this.loaded = false;
    this.children = [];
    this.paths = [];
    Object.defineProperty(this, "parent", { value: parent, writable: true, enumerable: false, configurable: true });
    if (parent) p.ArrayPush(parent.children, this);
  }
  Module.prototype.require = function (request) {
    return requireFrom(this, request);
  };

  // Compiles an expression of ours around a module's text. A syntax error gets the place that V8 does not tell.
  function compile({ code, url, probed }, path) {
    try {
      const plain = indirectEval(`${code}\n//# sourceURL=${url}`);
      return probed === null ? plain : withProbes(plain, probed, url, path);
    } catch (error) {
      const place = path === null ? null : host.call("module.syntax_error", path);
      if (place !== null) {
        host.place(error, { source: url, line: place.line, column: place.column });
        const head = `${url}:${place.line}\n${place.text}\n${p.StringRepeat(" ", place.column - 1)}^\n\n`;
        Object.defineProperty(error, "stack", {
          value: `${head}${error.name}: ${error.message}`, writable: true, configurable: true, enumerable: false,
        });
      }
      throw error;
    }
  }

  // What a profiled run plants in a module may turn out to be no JavaScript: then it runs without.
  function withProbes(plain, probed, url, path) {
    try {
      return indirectEval(`${probed}\n//# sourceURL=${url}`);
    } catch {
      host.call("module.runs_plain", path);
      return plain;
    }
  }

  function find(request, folder, isImport) {
    if (typeof request !== "string") {
      host.fail(TypeError, "ERR_INVALID_ARG_TYPE",
        `The "id" argument must be of type string. Received ${host.received(request)}`);
    }
    if (request === "") host.fail(TypeError, "ERR_INVALID_ARG_VALUE", "The argument 'id' must be a non-empty string. Received ''");
    return host.call("module.find", [request, folder, isImport]);
  }

  function missing(error, module) { // as node tells who asked
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    const stack = [];
    for (let one = module; one; one = one.parent) p.ArrayPush(stack, one.filename);
    const told = new Error(`${error.message}\nRequire stack:\n- ${p.ArrayJoin(stack, "\n- ")}`);
    told.code = error.code;
    told.requireStack = stack;
    throw told;
  }

  function requireFrom(module, request) {
    let found;
    try {
      found = find(request, module.path, false);
    } catch (error) {
      return missing(error, module);
    }
    if (found.kind === "builtin") return host.builtin(found.path);
    return load(found, module).exports;
  }

  function load(found, parent) {
    const known = cache[found.path];
    if (known !== undefined) {
      if (parent && !p.ArrayIncludes(parent.children, known)) p.ArrayPush(parent.children, known);
      return known;
    }
    const module = new Module(found.path, parent);
    cache[found.path] = module;
    let done = false;
    try {
      const read = host.call("module.read", found.path);
      if (read.kind === "json") module.exports = parseJson(read.code, read.url);
      else if (read.kind === "esm") module.exports = host.requireEsm(found.path, read);
      else {
        const body = compile(read, found.path);
        runBody(body, module);
      }
      done = true;
    } finally {
      if (!done) delete cache[found.path];
    }
    module.loaded = true;
    return module;
  }

  function runBody(body, module) {
    const given = [module.exports, makeRequire(module), module, module.filename, module.path];
    if (body.length > given.length) { // it calls import(…)
      p.ArrayPush(given, (request, options) => host.importFrom(request, options, module.filename));
    }
    return apply(body, module.exports, given);
  }

  function parseJson(text, url) {
    try {
      return parse(text);
    } catch (error) {
      error.message = `${url}: ${error.message}`;
      throw error;
    }
  }

  function makeRequire(module) {
    function require(request) {
      return requireFrom(module, request);
    }
    require.resolve = (request) => {
      try {
        return find(request, module.path, false).path;
      } catch (error) {
        return missing(error, module);
      }
    };
    require.main = main === null || main.kind === "esm" ? undefined : mainModule;
    require.extensions = Object.create(null);
    require.cache = cache;
    return require;
  }

  let mainModule;
  host.main = (body) => {
    main = host.call("module.main");
    if (main.kind === "esm") {
      host.startEsm(main, body);
      return;
    }
    mainModule = new Module(main.path, undefined);
    mainModule.id = ".";
    mainModule.path = main.folder;
    cache[main.path] = mainModule;
    host.global.process.mainModule = mainModule;
    host.result?.(runBody(body, mainModule));
    mainModule.loaded = true;
  };

  Object.assign(Module, {
    Module,
    builtinModules: host.builtinNames,
    createRequire(from) {
      const path = p.StringStartsWith(`${from}`, "file:") ? new host.global.URL(`${from}`).pathname : `${from}`;
      return makeRequire(new Module(path, undefined));
    },
    isBuiltin: (name) => {
      try {
        return find(name, "/", false).kind === "builtin";
      } catch {
        return false;
      }
    },
  });
  Module._cache = cache;
  host.modules = { Module, cache, load, compile, parseJson };
})
