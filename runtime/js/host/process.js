// `process` and `performance`.
(function (host) {
  const p = host.p;
  const data = host.call("process.data");
  const process = Object.create(Object.create(host.EventEmitter.prototype, {
    constructor: { value: function process() {}, configurable: true, writable: true },
  }));
  host.EventEmitter.init.call(process);

  const { now } = Date;
  const environment = Object.create(null);
  for (const name of Object.keys(data.env)) environment[name] = data.env[name];
  const NotedProxy = Proxy;
  const env = new NotedProxy(Object.setPrototypeOf(environment, Object.prototype), {
    set(target, name, value) { // as in node: everything becomes a string
      if (typeof name === "symbol" || typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
      target[name] = `${value}`;
      return true;
    },
    defineProperty(target, name, found) {
      return Reflect.defineProperty(target, name, "value" in found ? { ...found, value: `${found.value}` } : found);
    },
  });

  let exitCode;
  let exiting = false;
  function emitExit(code) {
    if (exiting) return exitCode ?? code;
    exiting = true;
    process.emit("exit", exitCode ?? code);
    return exitCode ?? code;
  }
  function wholeCode(code) {
    if (code === undefined || code === null) return undefined;
    const number = typeof code === "string" && code !== "" ? +code : code;
    if (!Number.isInteger(number)) {
      host.fail(TypeError, "ERR_INVALID_ARG_TYPE",
        `The "code" argument must be of type number. Received ${host.received(code)}`);
    }
    return number;
  }

  // The run is being ended from outside, at once; but a microtask that V8 runs by itself is not ended, it has to end.
  function end(code) {
    host.call("exit", code);
    const until = now() + 500;
    while (host.hasMicrotasks || now() < until);
    throw new Error("the script has ended");
  }

  const stream = (fd) => {
    const made = Object.create(host.EventEmitter.prototype);
    host.EventEmitter.init.call(made);
    return Object.assign(made, {
      fd, writable: true,
      ...(data.terminals[fd - 1] ? { isTTY: true } : {}),
      write(chunk, encoding, done) {
        if (typeof chunk !== "string" && !ArrayBuffer.isView(chunk)) {
          host.fail(TypeError, "ERR_INVALID_ARG_TYPE", 'The "chunk" argument must be of type string or an instance of ' +
            `Buffer, TypedArray, or DataView. Received ${host.received(chunk)}`);
        }
        host.write(fd, typeof chunk === "string" ? chunk : new host.encoding.TextDecoder().decode(chunk));
        const callback = typeof encoding === "function" ? encoding : done;
        if (typeof callback === "function") host.nextTick(callback);
        return true;
      },
      end(chunk, encoding, done) {
        if (chunk !== undefined && typeof chunk !== "function") made.write(chunk, encoding, done);
        return made;
      },
    });
  };

  const started = host.now();
  const nanoseconds = () => host.call("clock.now") * 1e6;
  function hrtime(before) {
    const now = nanoseconds();
    let seconds = Math.floor(now / 1e9);
    let rest = Math.floor(now % 1e9);
    if (before !== undefined) {
      seconds -= before[0];
      rest -= before[1];
      if (rest < 0) {
        seconds -= 1;
        rest += 1e9;
      }
    }
    return [seconds, rest];
  }
  hrtime.bigint = () => BigInt(Math.floor(nanoseconds()));

  Object.assign(process, {
    title: "llmspell",
    version: "v20.0.0", // of the node whose ways are followed: packages ask for it
    versions: { node: "20.0.0", ...(data.v8 === null ? {} : { v8: data.v8 }), llmspell: data.version },
    arch: data.arch,
    platform: data.platform,
    release: { name: "llmspell" },
    pid: data.pid,
    argv: data.argv,
    argv0: data.argv[0],
    execArgv: [],
    execPath: data.argv[0],
    env,
    features: {},
    config: {},
    stdout: stream(1),
    stderr: stream(2),
    exitCode: undefined,
    hrtime,
    cwd: () => host.call("process.cwd"),
    uptime: () => (host.now() - started) / 1000,
    nextTick: host.nextTick,
    exit(code) {
      code = wholeCode(code);
      if (code !== undefined) exitCode = code;
      const last = emitExit(0);
      end(last & 255);
    },
    abort() {
      end(134);
    },
    emitWarning(warning, type = "Warning") {
      const name = typeof type === "object" && type !== null ? type.type ?? "Warning" : type;
      const text = warning instanceof Error ? `${warning.name}: ${warning.message}` : `${name}: ${warning}`;
      host.write(2, `(llmspell) ${text}\n`);
    },
    memoryUsage: () => host.call("process.memory"),
  });
  Object.defineProperty(process, "exitCode", {
    get: () => exitCode,
    set(code) { exitCode = wholeCode(code); },
    enumerable: true,
    configurable: true,
  });
  Object.defineProperty(process, Symbol.toStringTag, { value: "process", configurable: true });
  host.define("process", process);
  host.define("global", host.global);

  host.onUncaught = (error, origin) => {
    if (process.listenerCount("uncaughtException") === 0) return false;
    return process.emit("uncaughtException", error, origin);
  };
  host.onRejection = (reason, promise) => {
    if (process.listenerCount("unhandledRejection") === 0) return false;
    return process.emit("unhandledRejection", reason, promise);
  };
  host.beforeExit = () => process.listenerCount("beforeExit") > 0 && process.emit("beforeExit", exitCode ?? 0);
  host.entry.exit = (code) => {
    if (code === 0 && exitCode === undefined && host.mainIsWaiting()) {
      host.write(2, "Warning: the script waits at its top level for a promise that nothing will settle\n");
      exitCode = 13; // as in node
    }
    if (code !== 0) exitCode = code;
    return emitExit(code) & 255;
  };

  // performance
  const marks = [];
  const origin = now() - started;
  const entry = (name, entryType, startTime, duration, detail = null) => {
    const made = { name, entryType, startTime, duration, detail };
    p.ArrayPush(marks, made);
    return made;
  };
  const timeOf = (mark, otherwise) => {
    if (mark === undefined) return otherwise;
    if (typeof mark === "number") return mark;
    for (let i = marks.length - 1; i >= 0; i--) {
      if (marks[i].entryType === "mark" && marks[i].name === `${mark}`) return marks[i].startTime;
    }
    throw new host.DOMException(`The "${mark}" performance mark has not been set`, "SyntaxError");
  };
  const performance = Object.create(Object.defineProperty({}, Symbol.toStringTag, { value: "Performance" }));
  Object.assign(performance, {
    timeOrigin: origin,
    now: () => host.call("clock.now"),
    mark: (name, options) => entry(`${name}`, "mark", options?.startTime ?? host.now(), 0, options?.detail),
    measure(name, from, to) {
      const given = typeof from === "object" && from !== null ? from : { start: from, end: to };
      const end = timeOf(given.end, host.now());
      const start = given.duration !== undefined && given.start === undefined
        ? end - given.duration : timeOf(given.start, 0);
      return entry(`${name}`, "measure", start, end - start, given.detail);
    },
    clearMarks(name) { clear("mark", name); },
    clearMeasures(name) { clear("measure", name); },
    getEntries: () => sorted(() => true),
    getEntriesByName: (name, type) =>
      sorted((one) => one.name === name && (type === undefined || one.entryType === type)),
    getEntriesByType: (type) => sorted((one) => one.entryType === type),
    toJSON: () => ({ timeOrigin: origin }),
  });
  const sorted = (wanted) => p.ArraySort(p.ArrayFilter(marks, wanted), (a, b) => a.startTime - b.startTime);
  function clear(type, name) {
    for (let i = marks.length - 1; i >= 0; i--) {
      if (marks[i].entryType === type && (name === undefined || marks[i].name === name)) p.ArraySplice(marks, i, 1);
    }
  }
  host.define("performance", performance);
})
