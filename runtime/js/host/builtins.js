// What `require` finds without a file: path, util, events, assert, fs, url, os and a few more, made when asked for.
(function (host) {
  const { inspect, format, formatWith, path, fs, EventEmitter, kinds } = host;
  const { global } = host;

  const types = () => {
    const is = (kind) => (value) => value !== null && typeof value === "object" && kinds.kindOf(value) === kind;
    const typed = (value) => ArrayBuffer.isView(value) && !(value instanceof DataView);
    const found = {
      isProxy: (value) => host.proxyTarget(value) !== undefined,
      isNativeError: is("Error"),
      isArgumentsObject: is("Arguments"),
      isModuleNamespaceObject: is("Module"),
      isAnyArrayBuffer: (value) => is("ArrayBuffer")(value) || is("SharedArrayBuffer")(value),
      isArrayBufferView: ArrayBuffer.isView,
      isTypedArray: typed,
      isBoxedPrimitive: (value) => ["Number", "String", "Boolean", "Symbol", "BigInt"].some((kind) => is(kind)(value)),
      isNumberObject: is("Number"), isStringObject: is("String"), isBooleanObject: is("Boolean"),
      isSymbolObject: is("Symbol"), isBigIntObject: is("BigInt"),
      isAsyncFunction: (value) => typeof value === "function" && /^Async/.test(kinds.tagOfFunction(value)),
      isGeneratorFunction: (value) => typeof value === "function" && /Generator/.test(kinds.tagOfFunction(value)),
    };
    for (const kind of ["Map", "Set", "WeakMap", "WeakSet", "Date", "RegExp", "Promise", "ArrayBuffer", "SharedArrayBuffer",
      "DataView", ...Object.keys(kinds.typedArrays)]) found[`is${kind}`] = is(kind);
    return found;
  };
  const toStringTag = Function.prototype.call.bind(Object.prototype.toString);
  kinds.tagOfFunction = (value) => toStringTag(value).slice(8, -1);

  const util = () => {
    const custom = Symbol.for("nodejs.util.promisify.custom");
    function promisify(original) {
      host.expectFunction(original, "original");
      if (original[custom]) return original[custom];
      const made = function (...args) {
        return new Promise((resolve, reject) => {
          original.call(this, ...args, (error, value) => (error ? reject(error) : resolve(value)));
        });
      };
      return Object.defineProperties(Object.setPrototypeOf(made, Object.getPrototypeOf(original)),
        Object.getOwnPropertyDescriptors(original));
    }
    promisify.custom = custom;
    return {
      inspect, format, promisify,
      formatWithOptions: (options, ...args) => formatWith(options, ...args),
      callbackify: (original) => function (...args) {
        const done = args.pop();
        original.apply(this, args).then(
          (value) => host.nextTick(done, null, value),
          (error) => host.nextTick(done, error ?? new Error("Promise was rejected with a falsy value")));
      },
      inherits(child, parent) {
        Object.defineProperty(child, "super_", { value: parent, writable: true, configurable: true });
        Object.setPrototypeOf(child.prototype, parent.prototype);
      },
      deprecate(original, message) {
        let told = false;
        const made = function (...args) {
          if (!told) {
            told = true;
            global.process.emitWarning(message, "DeprecationWarning");
          }
          return new.target ? Reflect.construct(original, args, new.target) : original.apply(this, args);
        };
        return Object.setPrototypeOf(made, original);
      },
      debuglog: () => Object.assign(() => {}, { enabled: false }),
      isDeepStrictEqual: (a, b) => host.deepEqual(a, b, true),
      isArray: Array.isArray,
      stripVTControlCharacters: (text) => text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, ""),
      toUSVString: (text) => `${text}`.toWellFormed(),
      types: builtin("util/types"),
      TextEncoder: global.TextEncoder,
      TextDecoder: global.TextDecoder,
    };
  };

  const os = () => {
    const { platform, arch } = global.process;
    return {
      EOL: "\n",
      platform: () => platform,
      type: () => ({ linux: "Linux", darwin: "Darwin", win32: "Windows_NT" })[platform] ?? platform,
      arch: () => arch,
      endianness: () => (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? "LE" : "BE"),
      homedir: () => global.process.env.HOME ?? "/",
      tmpdir: () => global.process.env.TMPDIR ?? "/tmp",
    };
  };

  const timersPromises = () => {
    // What `start(done)` began settles with the value, or where the signal of the options says so with an AbortError.
    function settling(start, stop, value, { signal, ref = true } = {}) {
      return new Promise((done, fail) => {
        const refuse = () => {
          const error = new Error("The operation was aborted", { cause: signal.reason });
          error.code = "ABORT_ERR";
          error.name = "AbortError";
          fail(error);
        };
        if (signal?.aborted) return refuse();
        const timer = start(() => {
          signal?.removeEventListener("abort", ended);
          done(value);
        });
        const ended = () => {
          stop(timer);
          refuse();
        };
        if (!ref) timer.unref();
        signal?.addEventListener("abort", ended, { once: true });
      });
    }
    const { setTimeout, clearTimeout, setImmediate, clearImmediate } = global;
    const after = (delay, value, options) => settling((done) => setTimeout(done, delay), clearTimeout, value, options);
    return {
      setTimeout: after,
      setImmediate: (value, options) => settling(setImmediate, clearImmediate, value, options),
      async *setInterval(delay, value, options) {
        for (;;) yield await after(delay, value, options);
      },
      scheduler: { wait: (delay, options) => after(delay, undefined, options), yield: () => settling(setImmediate, clearImmediate) },
    };
  };

  const crypto = () => {
    const bytes = (size) => host.bytesFromBase64(host.call("crypto.random", size));
    const fill = (array) => {
      const view = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      view.set(bytes(view.length));
      return array;
    };
    const dataOf = (data) => host.encoding.toBase64(...(typeof data === "string"
      ? ((made) => [(i) => made[i], made.length])(host.encoding.encodeUtf8(data))
      : ((made) => [(i) => made[i], made.length])(host.encoding.bytesOf(data))));
    class Hash {
      #algorithm; #parts = []; #key;
      constructor(algorithm, key) {
        this.#algorithm = `${algorithm}`.toLowerCase();
        this.#key = key === undefined ? null : dataOf(key);
        host.call("crypto.hash", { algorithm: this.#algorithm, parts: [], key: this.#key });
      }
      update(data) {
        this.#parts.push(dataOf(data));
        return this;
      }
      digest(encoding) {
        const made = host.bytesFromBase64(
          host.call("crypto.hash", { algorithm: this.#algorithm, parts: this.#parts, key: this.#key }));
        return encoding === undefined ? made : host.textOf(made, encoding);
      }
    }
    return {
      randomBytes: bytes,
      randomFillSync: fill,
      randomUUID: () => host.call("crypto.uuid"),
      randomInt: (low, high) => {
        if (high === undefined) [low, high] = [0, low];
        return low + host.call("crypto.below", high - low);
      },
      getRandomValues: fill,
      timingSafeEqual: (a, b) => {
        const [left, right] = [a, b].map((one) => host.encoding.bytesOf(one));
        if (left.length !== right.length) host.fail(RangeError, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length");
        let differing = 0;
        for (let i = 0; i < left.length; i++) differing |= left[i] ^ right[i];
        return differing === 0;
      },
      createHash: (algorithm) => new Hash(algorithm),
      createHmac: (algorithm, key) => new Hash(algorithm, key),
      webcrypto: { getRandomValues: fill, randomUUID: () => host.call("crypto.uuid") },
    };
  };

  const querystring = () => ({
    parse: (text) => {
      const found = Object.create(null);
      for (const [name, value] of new global.URLSearchParams(text)) {
        found[name] = name in found ? [].concat(found[name], value) : value;
      }
      return found;
    },
    stringify: (object) => Object.entries(object)
      .flatMap(([name, value]) => [].concat(value).map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`)).join("&"),
    escape: encodeURIComponent,
    unescape: decodeURIComponent,
  });

  const makers = {
    path: () => path, "path/posix": () => path,
    fs: () => fs, "fs/promises": () => fs.promises,
    events: () => EventEmitter,
    util, "util/types": types,
    os, crypto, querystring,
    assert: () => host.makeAssert(false), "assert/strict": () => host.makeAssert(true),
    process: () => global.process,
    console: () => global.console,
    timers: () => ({
      setTimeout: global.setTimeout, setInterval: global.setInterval, setImmediate: global.setImmediate,
      clearTimeout: global.clearTimeout, clearInterval: global.clearInterval, clearImmediate: global.clearImmediate,
      promises: builtin("timers/promises"),
    }),
    "timers/promises": timersPromises,
    perf_hooks: () => ({ performance: global.performance }),
    url: () => ({
      URL: global.URL,
      URLSearchParams: global.URLSearchParams,
      fileURLToPath: (url) => decodeURIComponent(new global.URL(url).pathname),
      pathToFileURL: (file) => new global.URL(
        `file://${path.resolve(file).split("/").map(encodeURIComponent).join("/")}`),
    }),
    module: () => host.modules.Module,
  };
  const made = Object.create(null);
  function builtin(name) {
    if (!(name in made)) made[name] = makers[name]();
    return made[name];
  }
  host.builtin = builtin;
  host.builtinNames = Object.keys(makers);
  host.defineLazily("crypto", () => builtin("crypto").webcrypto);
})
