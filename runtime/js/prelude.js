// The Debug global: what is switched off is decided here, before anything crosses into Python.
(function (primordials, channel, entries, pictures, stacks, addTimers, limits) {
  "use strict";
  const {global, apply, defineProperty, Map, mapGet, mapSet, WeakRef, deref, floor, toLowerCase} = primordials;
  const {words, put, callJson} = channel;
  const {picture, quote} = pictures;
  const FLOOR = 2, BASE = 3, GENERATION = 4;
  const INFO = 3, WARNING = 19;
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
        try {
          failed(name, problem);
          return typeof fallback === "function" ? fallback() : fallback;
        } catch {
          return undefined; // no stack is left to call anything
        }
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

  // Of `data` undefined or null there is nothing to show.
  function emit(name, level, message, module, data) {
    const shown_module = typeof module === "string" ? module : asModule(name, module);
    const has_data = data !== undefined && data !== null;
    if (typeof message === "string" && (has_data ? entries.flat(level, message, shown_module, data, limits.data[1])
      : entries.text(level, message, shown_module))) return;
    write(level, message, shown_module, has_data ? picture(data, limits.data) : null);
  }

  function write(level, message, module, picture_of_data) {
    entries.shown(level, typeof message === "string" ? quote(message) : picture(message, limits.message), module, picture_of_data);
  }

  // The module (or none) that was held back last, and the generation that it is held back in: often it is the next, too.
  let quiet_module = "", quiet_error = -1, quiet_warn = -1, quiet_info = -1, quiet_debug = -1, quiet_trace = -1;

  function log(name, level, message, module) {
    try {
      const now = words[GENERATION]; // before the level that it is taken for
      const passing = module === undefined || module === null ? words[BASE] : threshold(module);
      if (passing >= level) return emit(name, level, message, module, null);
      if (module !== undefined && typeof module !== "string") return;
      quiet_module = module;
      quiet_error = passing < 1 ? now : -1;
      quiet_warn = passing < 2 ? now : -1;
      quiet_info = passing < 3 ? now : -1;
      quiet_debug = passing < 4 ? now : -1;
      quiet_trace = now;
    } catch (problem) {
      failed(name, problem);
    }
  }

  // The calls stand in a try of their own: where no stack is left, they are what fails. These functions are kept so small
  // that V8 puts them in the place of a call: what is switched off at its level then costs a branch.
  member("error", function error(message, module) {
    if (words[FLOOR] < 1 || (module === quiet_module && words[GENERATION] === quiet_error)) return;
    try { log("error", 1, message, module); } catch {}
  });
  member("warn", function warn(message, module) {
    if (words[FLOOR] < 2 || (module === quiet_module && words[GENERATION] === quiet_warn)) return;
    try { log("warn", 2, message, module); } catch {}
  });
  member("info", function info(message, module) {
    if (words[FLOOR] < 3 || (module === quiet_module && words[GENERATION] === quiet_info)) return;
    try { log("info", 3, message, module); } catch {}
  });
  member("debug", function debug(message, module) {
    if (words[FLOOR] < 4 || (module === quiet_module && words[GENERATION] === quiet_debug)) return;
    try { log("debug", 4, message, module); } catch {}
  });
  member("trace", function trace(message, module) {
    if (words[FLOOR] < 5 || (module === quiet_module && words[GENERATION] === quiet_trace)) return;
    try { log("trace", 5, message, module); } catch {}
  });

  function levelOf(name) {
    switch (name) {
      case "error": return 1;
      case "warn": return 2;
      case "info": return 3;
      case "debug": return 4;
      case "trace": return 5;
    }
    const lower = typeof name === "string" ? toLowerCase(name) : name;
    return lower === name ? undefined : levelOf(lower);
  }

  member("log", function log(level, message, module) {
    try { logAt("log", level, message, undefined, module); } catch {}
  });
  member("logWithData", function logWithData(level, message, data, module) {
    try { logAt("logWithData", level, message, data, module); } catch {}
  });

  function logAt(name, level_name, message, data, module) {
    try {
      const level = levelOf(level_name);
      if (!passes(level || INFO, module)) return;
      if (level) return emit(name, level, message, module, data);
      const pairs = data === undefined || data === null ? 1 : 2;
      write(INFO, message, asModule(name, module), '{"t":"table","pair_count":' + pairs + ',"pairs":['
        + (pairs === 1 ? "" : '["data",' + picture(data, limits.data) + "],")
        + '["requested_level",' + picture(level_name, limits.message) + "]]}");
    } catch (problem) {
      failed(name, problem);
    }
  }

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

  const forgetCollected = addTimers({__proto__: null, ask, define, member, failed, warn, wrong, asString});

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

  // Profiles: false where nothing is profiled

  define("profileStart", false, () => ask("profile_start"));
  define("profileStop", false, () => ask("profile_stop"));

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
