// The Debug global: what is switched off is decided here, before anything crosses into Python.
(function (primordials, channel, pictures, stacks, limits) {
  "use strict";
  const {global, apply, defineProperty, stringify, dateNow, Map, mapGet, mapSet, WeakMap, WeakRef, FinalizationRegistry,
    weakGet, weakSet, deref, register, then, Promise, getPrototypeOf, prototypes, floor, toLowerCase} = primordials;
  const {words, put, callJson} = channel;
  const {picture, quote} = pictures;
  const FLOOR = 2, BASE = 3, GENERATION = 4;
  const INFO = 3, PICTURE = 8, WARNING = 19;
  const MAX_MODULES = 10000;
  const Debug = {};

  function ask(name, ...values) {
    return callJson("debug." + name, stringifyAll(values));
  }

  // Of strings, numbers, booleans and null: no toJSON of the script's is asked.
  function stringifyAll(values) {
    let said = "[";
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      said += (i > 0 ? "," : "") + (value === undefined ? "null" : typeof value === "string" ? quote(value) : "" + value);
    }
    return said + "]";
  }

  // What goes wrong inside Debug stays inside: one warning for each cause.
  const warned = new Map();
  function warn(cause, message) {
    try {
      if (mapGet(warned, cause) === true) return;
      put("[" + WARNING + "," + quote(cause) + "," + quote(message) + "]");
    } catch {
      // no stack is left to say so
    }
  }

  function failed(name, problem) {
    try {
      const message = pictures.dataProperty(problem, "message");
      warn(name + " failed", "Debug." + name + ": " + (typeof message === "string" ? message : "failed"));
    } catch {
      // no stack is left to say so
    }
  }

  function define(name, fallback, f) {
    const wrapped = {[name](...values) {
      try {
        return apply(f, undefined, values);
      } catch (problem) {
        failed(name, problem);
        return typeof fallback === "function" ? fallback() : fallback;
      }
    }}[name];
    member(name, wrapped);
  }

  function member(name, f) {
    defineProperty(Debug, name, {__proto__: null, value: f, writable: true, enumerable: true, configurable: true});
  }

  function kindOf(value) {
    return value === null ? "null" : typeof value;
  }

  function wrong(name, what, expected, got) {
    const kind = kindOf(got);
    warn(name + " " + what + " " + kind, "Debug." + name + ": " + what + " should be " + expected + ", not "
      + (kind === "null" || kind === "undefined" ? kind : (kind === "object" ? "an " : "a ") + kind));
  }

  // `value` as a string; what is none is reported and shown as a dump.
  function asString(name, what, value) {
    if (typeof value === "string") return value;
    wrong(name, what, "a string", value);
    if (typeof value === "number") return "" + value;
    return value === undefined || value === null ? "?" : picture(value, limits.message);
  }

  function asModule(name, module) {
    if (typeof module === "string") return module;
    if (module === undefined || module === null) return null;
    wrong(name, "module", "a string", module);
    return typeof module === "number" ? "" + module : null;
  }

  // Levels. Those of modules hold until the word that counts changes is another.
  let modules = new Map(), known_modules = 0, generation = -1;

  function threshold(module) {
    if (words[GENERATION] !== generation || known_modules > MAX_MODULES) {
      generation = words[GENERATION];
      modules = new Map();
      known_modules = 0;
    }
    if (typeof module !== "string") {
      if (typeof module !== "number") return words[BASE];
      module = "" + module;
    }
    let found = mapGet(modules, module);
    if (found === undefined) {
      found = ask("threshold", module);
      mapSet(modules, module, found);
      known_modules++;
    }
    return found;
  }

  function passes(level, module) {
    if (words[FLOOR] < level) return false;
    return (module === undefined || module === null ? words[BASE] : threshold(module)) >= level;
  }

  // Logging

  function emit(name, level, message, module, data) {
    const is_text = typeof message === "string";
    let record = "[" + (is_text ? level : level | PICTURE) + "," + dateNow() + ","
      + quote(is_text ? message : picture(message, limits.message));
    const shown_module = typeof module === "string" ? module : asModule(name, module);
    if (shown_module !== null || data !== null) record += "," + (shown_module === null ? "null" : quote(shown_module));
    if (data !== null) record += "," + quote(data);
    put(record + "]");
  }

  function log(name, level, message, module) {
    try {
      if ((module === undefined || module === null ? words[BASE] : threshold(module)) < level) return;
      emit(name, level, message, module, null);
    } catch (problem) {
      failed(name, problem);
    }
  }

  member("error", function error(message, module) {
    if (words[FLOOR] < 1 || (module === undefined && words[BASE] < 1)) return;
    log("error", 1, message, module);
  });
  member("warn", function warn(message, module) {
    if (words[FLOOR] < 2 || (module === undefined && words[BASE] < 2)) return;
    log("warn", 2, message, module);
  });
  member("info", function info(message, module) {
    if (words[FLOOR] < 3 || (module === undefined && words[BASE] < 3)) return;
    log("info", 3, message, module);
  });
  member("debug", function debug(message, module) {
    if (words[FLOOR] < 4 || (module === undefined && words[BASE] < 4)) return;
    log("debug", 4, message, module);
  });
  member("trace", function trace(message, module) {
    if (words[FLOOR] < 5 || (module === undefined && words[BASE] < 5)) return;
    log("trace", 5, message, module);
  });

  const LEVELS = {__proto__: null, error: 1, warn: 2, info: 3, debug: 4, trace: 5};
  function levelOf(name) {
    return typeof name === "string" ? LEVELS[name] || LEVELS[toLowerCase(name)] : undefined;
  }

  function requested(name) {
    return '["requested_level",' + picture(name, limits.message) + "]";
  }

  define("log", undefined, (name, message, module) => {
    const level = levelOf(name);
    if (!passes(level || INFO, module)) return;
    emit("log", level || INFO, message, module,
      level ? null : '{"t":"table","pair_count":1,"pairs":[' + requested(name) + "]}");
  });

  define("logWithData", undefined, (name, message, data, module) => {
    const level = levelOf(name);
    if (!passes(level || INFO, module)) return;
    let shown = data === undefined || data === null ? null : picture(data, limits.data);
    if (!level) {
      shown = '{"t":"table","pair_count":2,"pairs":[' + (shown === null ? "" : '["data",' + shown + "],") + requested(name) + "]}";
    }
    emit("logWithData", level || INFO, message, module, shown);
  });

  // Switches

  define("setLevel", false, (level) => {
    if (typeof level === "string") return ask("set_level", level);
    wrong("setLevel", "level", "a string", level);
    return false;
  });
  define("getLevel", "OFF", () => ask("get_level"));
  define("setEnabled", undefined, (enabled) => {
    if (typeof enabled !== "boolean") return wrong("setEnabled", "enabled", "a boolean", enabled);
    ask("set_enabled", enabled);
  });
  define("isEnabled", false, () => ask("is_enabled"));

  // Module filters

  function asEnabled(name, enabled) {
    if (enabled === undefined || enabled === null) return true;
    if (typeof enabled !== "boolean") wrong(name, "enabled", "a boolean", enabled);
    return enabled !== false;
  }

  define("addModuleFilter", undefined, (pattern, enabled) => {
    if (typeof pattern !== "string") return wrong("addModuleFilter", "pattern", "a string", pattern);
    ask("add_filter", pattern, asEnabled("addModuleFilter", enabled));
  });
  define("addAdvancedFilter", false, (pattern, type, enabled) => {
    if (typeof pattern === "string" && typeof type === "string") {
      return ask("add_advanced_filter", pattern, type, asEnabled("addAdvancedFilter", enabled));
    }
    wrong("addAdvancedFilter", "pattern and type", "strings", typeof pattern === "string" ? type : pattern);
    return false;
  });
  define("removeModuleFilter", false, (pattern) => {
    if (typeof pattern === "string") return ask("remove_filter", pattern);
    wrong("removeModuleFilter", "pattern", "a string", pattern);
    return false;
  });
  define("clearModuleFilters", undefined, () => { ask("clear_filters"); });
  define("setDefaultFilterEnabled", undefined, (enabled) => {
    if (typeof enabled !== "boolean") return wrong("setDefaultFilterEnabled", "enabled", "a boolean", enabled);
    ask("set_default_filter", enabled);
  });
  define("getFilterSummary", undefined, () => ask("filter_summary"));

  // Timers. The registry lives in Python; the object here holds its handle, and the final figure once stopped.

  const states = new WeakMap();
  let collected = null; // a linked list of the handles of timers that nobody can stop any more
  const registry = new FinalizationRegistry((state) => {
    if (state.final === null) collected = {__proto__: null, handle: state.handle, next: collected};
  });

  function forgetCollected() {
    while (collected !== null) {
      const {handle} = collected;
      collected = collected.next;
      ask("timer_discard", handle);
    }
  }

  class Timer {}
  function timerObject(state, id, name) {
    const timer = new Timer();
    defineProperty(timer, "id", {__proto__: null, value: id, writable: true, enumerable: true, configurable: true});
    defineProperty(timer, "name", {__proto__: null, value: name, writable: true, enumerable: true, configurable: true});
    weakSet(states, timer, state);
    return timer;
  }

  function newTimer(name, parent) {
    forgetCollected();
    const started = ask("timer_start", name, parent);
    const state = {__proto__: null, handle: started[0], final: null};
    const timer = timerObject(state, started[1], name);
    register(registry, timer, state);
    return timer;
  }

  // A timer that cannot be had: it has the members, and measures nothing.
  function noTimer(name) {
    return timerObject({__proto__: null, handle: null, final: 0}, "", typeof name === "string" ? name : "?");
  }

  function stop(state) {
    if (state.final === null) state.final = ask("timer_stop", state.handle) || 0;
    return state.final;
  }

  function defineMethod(name, fallback, f) {
    const wrapped = {[name](...values) {
      try {
        const state = typeof this === "object" && this !== null ? weakGet(states, this) : undefined;
        if (state === undefined) {
          warn("timer " + name, "timer." + name + "() was called without its timer");
          return fallback();
        }
        return f(state, values[0]);
      } catch (problem) {
        failed("timer " + name, problem);
        return fallback();
      }
    }}[name];
    defineProperty(Timer.prototype, name, {__proto__: null, value: wrapped, writable: true, enumerable: false, configurable: true});
  }

  const zero = () => 0;
  defineMethod("stop", zero, stop);
  defineMethod("lap", zero, (state, label) => {
    label = asString("timer.lap", "label", label);
    if (state.final === null) return ask("timer_lap", state.handle, label) || 0;
    warn("lap of a stopped timer", "timer.lap was called after timer.stop; the lap was not taken");
    return 0;
  });
  defineMethod("elapsed", zero, (state) => (state.final === null ? ask("timer_elapsed", state.handle) || 0 : state.final));
  defineMethod("child", () => noTimer("?"), (state, name) => newTimer(asString("timer.child", "name", name), state.handle));

  function timer(name) {
    try {
      return newTimer(asString("timer", "name", name), null);
    } catch (problem) {
      failed("timer", problem);
      return noTimer(name);
    }
  }
  member("timer", timer);

  function stopQuietly(started) {
    try {
      stop(weakGet(states, started));
    } catch (problem) {
      failed("time", problem);
    }
  }

  function isPromise(value) {
    if (typeof value !== "object" || value === null) return false;
    try {
      return getPrototypeOf(value) === prototypes.Promise;
    } catch {
      return false;
    }
  }

  // An async function is timed until its promise settles; what is returned settles as that does.
  member("time", function time(name, f, ...values) {
    const started = timer(name);
    if (typeof f !== "function") {
      stopQuietly(started);
      try {
        wrong("time", "the second argument", "a function", f);
      } catch (problem) {
        failed("time", problem);
      }
      return undefined;
    }
    let result;
    try {
      result = apply(f, undefined, values);
    } catch (thrown) {
      stopQuietly(started);
      throw thrown;
    }
    if (!isPromise(result)) {
      stopQuietly(started);
      return result;
    }
    return then(result, (value) => {
      stopQuietly(started);
      return value;
    }, (reason) => {
      stopQuietly(started);
      throw reason;
    });
  });

  define("recordEvent", false, (timer_id, name, metadata) => {
    if (typeof timer_id !== "string") {
      wrong("recordEvent", "timer_id", "a string", timer_id);
      return false;
    }
    return ask("timer_event", timer_id, asString("recordEvent", "name", name),
      metadata === undefined || metadata === null ? null : picture(metadata, limits.data));
  });

  // Reports

  function report(name, call) {
    define(name, "", () => {
      forgetCollected();
      return ask(call);
    });
  }
  report("performanceReport", "performance_report");
  report("jsonReport", "json_report");
  report("flameGraph", "flame_graph");

  // A collection is seen where something that nobody holds is gone.
  let collections = 0, witness = new WeakRef({});
  define("memoryStats", undefined, () => {
    if (deref(witness) === undefined) {
      collections++;
      witness = new WeakRef({});
    }
    return ask("memory_stats", collections);
  });
  define("memorySnapshot", undefined, () => {
    forgetCollected();
    return ask("memory_snapshot");
  });

  // Captured entries

  define("getCapturedEntries", () => [], (limit) => {
    if (limit !== undefined && limit !== null && (typeof limit !== "number" || limit !== limit)) {
      wrong("getCapturedEntries", "limit", "a number", limit);
      limit = null;
    }
    if (typeof limit === "number") limit = limit < 0 ? 0 : limit < 2147483647 ? floor(limit) : null;
    return ask("entries", limit);
  });
  define("clearCaptured", undefined, () => { ask("clear_entries"); });

  // Dumps

  const presets = {__proto__: null};
  function dump(name, value, options, label) {
    let found = presets[options];
    if (found === undefined) {
      found = ask("dump_limits", options);
      if (options.length < 10) presets[options] = found;
    }
    const shown = label === undefined || label === null ? null : asString(name, "label", label);
    return ask("dump", picture(value, found), options, shown);
  }
  define("dump", "", (value, label) => dump("dump", value, "default", label));
  define("dumpCompact", "", (value, label) => dump("dumpCompact", value, "compact", label));
  define("dumpVerbose", "", (value, label) => dump("dumpVerbose", value, "verbose", label));

  function asOptions(name, options) {
    if (options === undefined || options === null) return null;
    if (typeof options === "object") return picture(options, limits.data);
    wrong(name, "options", "an object", options);
    return null;
  }
  define("dumpWithOptions", "", (value, options, label) =>
    dump("dumpWithOptions", value, asOptions("dumpWithOptions", options) || "default", label));

  // Stack traces

  function stack(name, options) {
    const wanted = ask("stack_options", asOptions(name, options));
    return {__proto__: null, json: stacks.take(wanted[0], Debug[name]), with_source: wanted[3]};
  }
  define("stackTrace", "Stack trace:", (options) => {
    const {json, with_source} = stack("stackTrace", options);
    return ask("stack_text", json, with_source);
  });
  define("stackTraceJson", undefined, (options) => ask("stack_json", stack("stackTraceJson", options).json));

  // No debugger can be attached to a plain run.
  member("breakpoint", function breakpoint() {});

  defineProperty(global, "Debug", {__proto__: null, value: Debug, writable: true, enumerable: false, configurable: true});
})
