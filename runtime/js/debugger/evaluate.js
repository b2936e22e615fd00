// Evaluates expressions of people in a frame of the script's, through the reader of its variables.
(function (primordials, agent, eyes) {
  "use strict";
  const {Map, mapGet, mapSet, hasOwn, Function, Proxy, apply, eval: realEval, Error, TypeError, dateNow} = primordials;
  const {ReferenceError} = primordials.global;
  const NOTHING = agent.NOTHING, GIVE_UP = 4;
  const LATE = new Error("it takes too long");
  let deadline = 0, checks = 0, given_up = 0;

  function notHeld(name) {
    return new ReferenceError(name + " is not held while its function calls");
  }

  // A variable's value. Throws where it has none yet, as V8 does.
  function read(frame, {number, name, is_kept}) {
    if (number < 0) {
      if (frame.handed === undefined || frame.handed === null || !(is_kept || frame.holds_all)
        || !hasOwn(frame.handed, -1 - number)) throw notHeld(name);
      return frame.handed[-1 - number];
    }
    const value = frame.reader === null ? NOTHING : frame.reader(number);
    if (value === NOTHING) throw notHeld(name);
    return value;
  }

  function write(frame, variable, value) {
    const {number, name, writable} = variable;
    if (!writable) throw new TypeError("Assignment to constant variable.");
    if (number < 0) {
      read(frame, variable);
      if (frame.is_at_probe) frame.handed[-1 - number] = value;
      else evaluating.keep(frame, -1 - number, value, name);
    } else if (frame.reader === null || frame.reader(number + 1, value) === NOTHING) {
      throw notHeld(name);
    }
  }

  // The frame as an object for `with`. `more` are names of the debugger's own.
  function scopeOf(frame, more) {
    const names = frame.names();
    return new Proxy({__proto__: null}, {
      __proto__: null,
      has(_, name) {
        return typeof name === "string" && (mapGet(names, name) !== undefined || (more !== null && mapGet(more, name) !== undefined));
      },
      get(_, name) {
        if (typeof name !== "string") return undefined;
        const own = more === null ? undefined : mapGet(more, name);
        if (own !== undefined) return own.value;
        return read(frame, mapGet(names, name));
      },
      set(_, name, value) {
        write(frame, mapGet(names, name), value);
        return true;
      },
    });
  }

  const compiled = [new Map(), new Map(), new Map()];
  const EXPRESSION = 0, STRICT = 1, STATEMENTS = 2;
  function compile(text, how) {
    let found = mapGet(compiled[how], text);
    if (found === undefined) {
      const name = "__llmspell_s";
      found = how === STATEMENTS ? new Function(name, "__llmspell_t", `with(${name}){return eval(__llmspell_t)}`)
        : how === STRICT ? new Function(name, `with(${name}){return function(){"use strict";return (${text}\n)}}`)
        : new Function(name, `with(${name}){return (${text}\n)}`);
      mapSet(compiled[how], text, found);
    }
    return found;
  }

  // `text` as Python has checked it: one expression, or statements. Throws what it throws.
  function run(frame, text, is_expression, more) {
    const self = thisOf(frame);
    if (!is_expression) {
      const with_eval = more || new Map();
      mapSet(with_eval, "eval", {value: realEval});
      return apply(compile("", STATEMENTS), self, [scopeOf(frame, with_eval), text]);
    }
    if (eyes.canBeOpened(self)) return apply(compile(text, EXPRESSION), self, [scopeOf(frame, more)]);
    return apply(compile(text, STRICT)(scopeOf(frame, more)), self, []);
  }

  function thisOf(frame) {
    const found = mapGet(frame.names(), "this");
    if (found === undefined) return frame.depth < 0 ? eyes.global : undefined;
    try {
      return read(frame, found);
    } catch {
      return undefined;
    }
  }

  // Within a limit of time, where there is one: probes that are passed meanwhile, and loops of the text, look at the clock.
  function bounded(limit_ms, f) {
    const before = agent.bytes[0];
    if (limit_ms > 0) {
      deadline = dateNow() + limit_ms;
      given_up = agent.words[GIVE_UP];
      agent.bytes[0] = 1;
    }
    try {
      return f();
    } finally {
      deadline = 0;
      agent.bytes[0] = before;
    }
  }
  function checkTime() {
    if (deadline === 0 || (++checks & 63) !== 0) return;
    if (agent.words[GIVE_UP] !== given_up || dateNow() > deadline) throw LATE;
  }
  agent.guard = checkTime;

  const evaluating = {__proto__: null, read, write, run, bounded, checkTime, look: null, keep: null};
  return evaluating;
})
