// Debug.timer, time and recordEvent. The registry lives in Python; the object here holds its handle, and the final
// figure once stopped. Returns what takes timers that were collected out of the registry.
(function (primordials, pictures, limits, debug) {
  "use strict";
  const {apply, defineProperty, WeakMap, FinalizationRegistry, weakGet, weakSet, register, then, getPrototypeOf,
    prototypes} = primordials;
  const {ask, define, member, failed, warn, wrong, asString} = debug;
  const {picture} = pictures;

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

  class Timer {
    id = undefined;
    name = undefined;
  }
  function timerObject(state, id, name) {
    const timer = new Timer();
    timer.id = id;
    timer.name = name;
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
          return fallback;
        }
        return f(state, values[0]);
      } catch (problem) {
        try { failed("timer " + name, problem); } catch {}
        return fallback;
      }
    }}[name];
    defineProperty(Timer.prototype, name, {__proto__: null, value: wrapped, writable: true, enumerable: false, configurable: true});
  }

  defineMethod("stop", 0, stop);
  defineMethod("lap", 0, (state, label) => {
    label = asString("timer.lap", "label", label);
    if (state.final === null) return ask("timer_lap", state.handle, label) || 0;
    warn("lap of a stopped timer", "timer.lap was called after timer.stop; the lap was not taken");
    return 0;
  });
  defineMethod("elapsed", 0, (state) => (state.final === null ? ask("timer_elapsed", state.handle) || 0 : state.final));
  // A timer that cannot be had: it has the members, and measures nothing.
  const no_timer = timerObject({__proto__: null, handle: null, final: 0}, "", "?");
  defineMethod("child", no_timer, (state, name) => newTimer(asString("timer.child", "name", name), state.handle));

  function timer(name) {
    try {
      return newTimer(asString("timer", "name", name), null);
    } catch (problem) {
      try { failed("timer", problem); } catch {}
      return no_timer;
    }
  }
  member("timer", timer);

  function stopQuietly(started) {
    try {
      const state = weakGet(states, started);
      if (state.final === null) stop(state);
    } catch (problem) {
      try { failed("time", problem); } catch {}
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

  return forgetCollected;
})
