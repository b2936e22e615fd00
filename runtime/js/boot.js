// Puts the parts together, makes `host` for the shims, and returns what the engine calls: enter(action, argument).
(function (parts, host_parts, config) {
  "use strict";
  const OWN = "llmspell:";
  const primordials = parts.primordials(globalThis);
  const {apply, defineProperty, stringify, weakGet, weakSet, WeakMap, indexOf} = primordials;
  const channel = parts.channel(primordials, config.layout);
  const proxyTarget = parts.proxies(primordials);
  const {put, callJson} = channel;

  // Where a function was defined: Python searches the sources for its text.
  const places = new WeakMap();
  function locate(f, source) {
    if (indexOf(source, "[native code]") >= 0 && source.length < 300) return null;
    let found = weakGet(places, f);
    if (found === undefined) {
      found = callJson("source.locate", stringify(source));
      weakSet(places, f, found);
    }
    return found;
  }

  const pictures = parts.picture(primordials, proxyTarget, locate);
  const stacks = parts.stack(primordials, pictures, OWN, config.name, (sites) => callJson("source.places", sites));
  const noted = new WeakMap(); // where an error is, that does not say so itself: a syntax error
  const describe = parts.errors(primordials, pictures, stacks, config.limits, noted);
  const WRITE = 16, FAILURE = 20, RESULT = 21, FAILED = -2;

  const host = {
    global: globalThis,
    config,
    proxyTarget,
    // Calls Python: JSON types both ways; what is answered as an error is thrown, with its code.
    call(name, argument) { return callJson(name, argument === undefined ? "null" : stringify(argument)); },
    // The script's own standard output (1) and standard error (2).
    write(fd, text) { put("[" + WRITE + "," + fd + "," + stringify("" + text) + "]"); },
    // What the script returned, where it returned anything.
    result(value) {
      if (value !== undefined) put("[" + RESULT + "," + stringify(pictures.picture(value, config.limits.data)) + "]");
    },
    // Ends the script at once, with that exit code. Nothing of it runs any more, no `finally` either.
    exit(code) {
      callJson("exit", stringify(code));
      for (;;) primordials.wait(channel.words, 7, 0, 1000); // until Python ends the task
    },
    // Says where an error is: {source, line, column}, in the text as it was written.
    place(error, where) { weakSet(noted, error, where); },
    // Where what ends the run was thrown from, where it does not say so itself: [source, line, column], in what V8 was given.
    thrownFrom(place) { thrown_from = place || null; },
    // What a promise was rejected with, which nobody has handled.
    rejectedWith(reason) { rejected = {__proto__: null, reason}; },
    // The failure that the run ends with, where it is not thrown to the engine.
    report(thrown) { fail(thrown); },
  };

  let thrown_from = null, rejected = null;
  function fail(thrown) {
    const written = failing(thrown); // as `thrown_from`, but in the author's text
    let description;
    try {
      description = describe(thrown, thrown_from && (written || thrown_from), written !== null,
        rejected !== null && rejected.reason === thrown);
    } catch {
      description = '{"kind":"unknown"}'; // it cannot be looked at: no stack is left, or it is too large
    }
    put("[" + FAILURE + "," + description + "]");
  }

  // Runs a function without a host of its own, as a module that exports nothing.
  const plain = {
    start(main) {
      const exports = {};
      host.result(apply(main, exports, [exports, undefined, {exports}, config.file, config.folder]));
      return -1;
    },
    turn() { return -1; },
    exit(code) { return code; },
  };

  const actions = [
    function install(bell) {
      channel.setBell(bell);
      const addTimers = (debug) => parts.timers(primordials, pictures, config.limits, debug);
      const entries = parts.entries(primordials, channel, pictures, proxyTarget);
      parts.prelude(primordials, channel, entries, pictures, stacks, addTimers, config.limits);
      if (parts.debugger !== undefined) {
        const agent = parts.debugger(primordials, channel, pictures, stacks, proxyTarget);
        defineProperty(globalThis.Debug, "breakpoint", {__proto__: null, value: agent.breakpoint});
        clear = agent.clear;
        failing = agent.failing;
      }
      for (let i = 0; i < host_parts.length; i++) host_parts[i](host);
      return 0;
    },
    function start(main) {
      if (config.is_profiled) callJson("profile.begin", "null");
      host.compiled = main; // the script as a function
      return (host.entry || plain).start(main);
    },
    function turn() { return (host.entry || plain).turn(); },
    function exit(code) { return (host.entry || plain).exit(code); },
    function memory() { return channel.buffer; },
  ];

  let clear = () => {}; // nothing of the script runs
  let failing = () => null; // the run ends with an error

  return function enter(action, argument) {
    clear();
    try {
      return actions[action](argument);
    } catch (thrown) {
      fail(thrown);
      return FAILED;
    }
  };
})
