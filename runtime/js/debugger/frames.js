// The frames of a stopped script: their scopes and variables, and what is asked of them.
(function (primordials, channel, agent, eyes, evaluating) {
  "use strict";
  const {Map, mapGet, mapSet, mapSize, mapForEach, getOwnPropertyDescriptor, ownKeys, defineProperty, startsWith, getPrototypeOf,
    hasOwn, TypeError, Error} = primordials;
  const {callJson} = channel;
  const append = (list, value) => defineProperty(list, list.length, {__proto__: null, value, writable: true, configurable: true});
  const {places, kept, activations} = agent;
  const SLOT_BITS = 4, SLOTS = 1 << SLOT_BITS, NOWHERE = -1, MOST_MAKERS = 100;
  const {quote} = eyes;
  const SHORT_MS = 1000; // a condition

  let busy = false;
  let running = 0; // how many functions run
  let stack = null; // the stack that is looked at, as far as it was: functions that run, or those that ran when an error was thrown
  let awaiting = []; // beyond it those that await: frames, the innermost first
  let refs = new Map(); // what can be opened: {value, path} or {frame, variables}

  const infos = new Map(); // by byte: what can be seen at a probe, as Python knows it
  function infoOf(byte) {
    let found = mapGet(infos, byte);
    if (found === undefined) {
      found = callJson("debugger.probe", "" + byte);
      found.names = new Map();
      for (let i = 0; i < found.scopes.length; i++) {
        const variables = found.scopes[i].variables;
        for (let j = 0; j < variables.length; j++) mapSet(found.names, variables[j].name, variables[j]);
      }
      mapSet(infos, byte, found);
    }
    return found;
  }

  let left = null; // {depth, byte, error, values}: what the blocks that an error has left have told, by numbers of variables
  let pending = null; // what was set in a frame that calls: it gets it when it goes on

  function activationAt(depth) {
    const found = depth >= 0 ? activations[depth] : null;
    return found !== null && found.d === depth ? found : null;
  }

  const NO_NAMES = new Map();
  class Frame {
    constructor(depth, byte, reader, handed, is_at_probe, holds_all = is_at_probe, activation = activationAt(depth)) {
      this.depth = depth;
      this.activation = activation;
      this.byte = byte;
      this.reader = reader;
      this.handed = handed;
      this.is_at_probe = is_at_probe; // what is set in what was handed over gets into the script
      this.holds_all = holds_all; // all of it was handed over, not only what is kept
      this.is_past = false; // its function has ended
      this.is_known = true; // else only where it is
    }
    names() { return this.byte === 0 ? NO_NAMES : infoOf(this.byte).names; }
  }
  primordials.Object.setPrototypeOf(Frame.prototype, null);

  // A frame at its probe.
  const atProbe = (depth, reader, handed) => new Frame(depth, places[depth + 1], reader, handed, true);

  // One that calls: it has what it keeps, where the statement does so.
  function at(depth) {
    if (depth < 0) return new Frame(NOWHERE, 0, null, undefined, false);
    const byte = places[depth + 1];
    if (byte === 0 || !infoOf(byte).keeps) return new Frame(depth, byte, null, undefined, false);
    const count = infoOf(byte).handed.length, activation = activationAt(depth);
    if (activation !== null) return ofActivation(depth, byte, activation);
    const slot = depth << SLOT_BITS;
    if (count === 0) return new Frame(depth, byte, kept[slot], undefined, false);
    if (count >= SLOTS) return new Frame(depth, byte, kept[slot], kept[slot + 1], false);
    const handed = {__proto__: null};
    for (let i = 0; i < count; i++) handed[i] = kept[slot + 1 + i];
    return new Frame(depth, byte, kept[slot], handed, false);
  }

  function ofActivation(depth, byte, activation) {
    const handed = infoOf(byte).handed.length > 0 ? activation.kept : undefined;
    return new Frame(depth, byte, activation.reader, handed, false, false, activation);
  }

  // Those that may await what `activation` does: who has called it first, if that waits, and so on.
  function makersOf(activation) {
    const all = [];
    let one = activation === null ? null : activation.made_by;
    for (; one !== null && one.d < 0 && !one.has_ended && all.length < MOST_MAKERS; one = one.made_by) {
      append(all, ofActivation(NOWHERE, one.place, one));
    }
    return all;
  }
  // The frames at the probes where V8 says that somebody awaits. It tells the places alone: one has variables where it
  // is a maker that waits just there.
  function waitingAt(bytes, makers) {
    const found = [];
    let next = 0;
    for (let i = 0; i < bytes.length; i++) {
      let frame;
      if (next < makers.length && makers[next].byte === bytes[i] && infoOf(bytes[i]).keeps) {
        frame = makers[next++];
      } else {
        frame = new Frame(NOWHERE, bytes[i], null, undefined, false);
        frame.is_known = false;
      }
      append(found, frame);
    }
    return found;
  }

  // An error leaves a block, whose variables have these values.
  function noteLeft(depth, error, values) {
    const byte = places[depth + 1];
    if (left === null || left.depth !== depth || left.byte !== byte || left.error !== error) {
      left = {__proto__: null, depth, byte, error, values};
    } else {
      left.values = {__proto__: null, ...left.values, ...values};
    }
  }
  // A frame that an error leaves, or in which it is caught: what its blocks have told, the rest of what it sees, and
  // what it kept while it called.
  function failed(depth, error, reader, values) {
    const calling = at(depth), {byte} = calling;
    noteLeft(depth, error, values);
    const told = left.values;
    left = null;
    if (byte === 0) return calling;
    const {handed: numbers} = infoOf(byte), handed = {__proto__: null};
    mapForEach(calling.names(), (one) => {
      if (one.number >= 0) return;
      const index = -1 - one.number;
      if (hasOwn(told, numbers[index])) handed[index] = told[numbers[index]];
      else if (one.is_kept && calling.handed !== undefined) handed[index] = calling.handed[index];
    });
    return new Frame(depth, byte, reader, handed, false, true);
  }

  // The stack as it is, under a frame, and those that may await it, for when they are no more.
  function past(frame) {
    const stack = {__proto__: null, length: frame.depth + 1};
    for (let i = 0; i < frame.depth; i++) stack[i] = at(i);
    stack[frame.depth] = frame;
    const makers = makersOf(stack[0].activation);
    for (let i = 0; i < stack.length; i++) stack[i].is_past = true;
    for (let i = 0; i < makers.length; i++) makers[i].is_past = true;
    return {__proto__: null, stack, makers};
  }

  // Whether one that may await the function at `depth` seems to catch its errors: then hardly anybody will look at it.
  function mayBeCaught(depth) {
    let one = null;
    for (let i = depth; i >= 0 && one === null; i--) one = activationAt(i);
    for (let i = 0; one !== null && one.made_by !== null && i < MOST_MAKERS; i++) {
      one = one.made_by;
      if (infoOf(one.d < 0 ? one.place : places[one.d + 1]).is_caught) return true;
    }
    return false;
  }

  // What a person set in a frame that calls stays with it until it goes on.
  function keep(frame, index, value, name) {
    if (frame.is_past) throw new Error("the function has ended: what is set there changes nothing");
    frame.handed[index] = value;
    const {depth, byte, activation} = frame;
    if (activation === null && infoOf(byte).handed.length < SLOTS) kept[(depth << SLOT_BITS) + 1 + index] = value;
    pending = {__proto__: null, name, value, depth, activation, function: infoOf(byte).function, next: pending};
  }
  // A frame is at a probe: it gets what was set in it meanwhile.
  function deliver(frame, fresh) {
    const {activation} = frame;
    let rest = null;
    for (let one = pending; one !== null; one = one.next) {
      const is_mine = one.activation !== null ? one.activation === activation : one.depth === frame.depth && activation === null;
      if (is_mine && !fresh && infoOf(frame.byte).function === one.function) {
        const found = mapGet(frame.names(), one.name);
        if (found !== undefined && found.number < 0) frame.handed[-1 - found.number] = one.value;
      } else if (one.activation !== null ? !one.activation.has_ended : one.depth < frame.depth) {
        rest = {...one, __proto__: null, next: rest};
      }
    }
    pending = rest;
  }

  evaluating.keep = keep;

  // By the number that Python knows it by; 0 is no frame. Each of those that await stands below a line that says so.
  function frameOf(number) {
    if (number === 0) return at(NOWHERE);
    const index = number - 1 - stack.length;
    if (number > 0 && index < 0) return stack[number - 1] || (stack[number - 1] = at(number - 1));
    if (!(index >= 0 && index < 2 * awaiting.length)) throw new Error("there is no such frame");
    const frame = awaiting[index >> 1];
    return frame.is_known && (index & 1) === 1 ? frame : at(NOWHERE);
  }

  // Where a step begins that was asked for in a frame: below a line that says so is the frame that awaits.
  function startOf(number) {
    const index = number - 1 - stack.length, top = stack.length;
    if (index < 0) return number > 0 ? frameOf(number) : top > 0 ? frameOf(top) : at(NOWHERE);
    const frame = awaiting[index >> 1];
    return frame.activation === null ? startOf(0) : frame;
  }

  // The probes at which others await what runs.
  function awaited() {
    const bytes = new Map();
    for (let i = 0; i < awaiting.length; i++) if (awaiting[i].byte !== 0) mapSet(bytes, awaiting[i].byte, true);
    return bytes;
  }

  function open(value, path) {
    const ref = mapSize(refs) + 1;
    mapSet(refs, ref, {__proto__: null, value, path, frame: null});
    return ref;
  }
  function openScope(frame, variables) {
    const ref = mapSize(refs) + 1;
    mapSet(refs, ref, {__proto__: null, value: undefined, path: "", frame, variables});
    return ref;
  }
  function refOf(number) {
    const found = mapGet(refs, number);
    if (found === undefined) throw new Error("there are no such variables");
    return found;
  }

  function list({start, count}) {
    const called = stack.length, total = called + 2 * awaiting.length;
    let said = "";
    for (let i = start; i < total && (count === 0 || i < start + count); i++) {
      const number = i < called ? called - i : i + 1, beyond = i - called;
      const row = beyond >= 0 && (beyond & 1) === 0 ? '0,"await"' : (beyond < 0 ? byteAt(number) : awaiting[beyond >> 1].byte) + ',""';
      said += (said === "" ? "" : ",") + "[" + number + "," + row + "]";
    }
    return '{"type":"frames","frames":[' + said + '],"total":' + total + "}";
  }
  const byteAt = (number) => stack[number - 1] === undefined ? places[number] : stack[number - 1].byte;

  function scopes({frame: number}) {
    const frame = frameOf(number), found = frame.byte === 0 ? [] : infoOf(frame.byte).scopes;
    let said = "";
    for (let i = 0; i < found.length; i++) {
      const {name, kind, variables} = found[i];
      let named = 0;
      for (let j = 0; j < variables.length; j++) if (!variables[j].is_hidden) named++;
      said += '{"name":' + quote(name) + ',"kind":"' + kind + '","ref":' + openScope(frame, variables) + ',"named":' + named + "},";
    }
    return '{"type":"scopes","scopes":[' + said + '{"name":"Globals","kind":"globals","ref":' + open(eyes.global, "globalThis")
      + ',"named":' + ownKeys(eyes.global).length + ',"expensive":true}]}';
  }

  function variables(request) {
    const found = refOf(request.ref);
    return '{"type":"variables","variables":[' + (found.frame === null ? eyes.members(found.value, found.path, request, open)
      : inScope(found, request)) + "]}";
  }
  function inScope({frame, variables: all}, {start, count, filter}) {
    let said = "", index = 0;
    if (filter === "indexed") return "";
    for (let i = 0; i < all.length; i++) {
      const one = all[i];
      if (one.is_hidden) continue;
      if (index++ < start || (count > 0 && index > start + count)) continue;
      said += (said === "" ? "" : ",") + shown(frame, one);
    }
    return said;
  }
  function shown(frame, one) {
    let value;
    try {
      value = evaluating.read(frame, one);
    } catch (problem) {
      return eyes.opaque(one.name, startsWith(eyes.message(problem), "ReferenceError: Cannot access") ? "not yet set" : "not held");
    }
    return eyes.variable(one.name, value, one.name, open, {read_only: !one.writable});
  }

  // A value by a text that Python has looked through: `whole` for all of its picture.
  function evaluate({frame, text, is_expression, name, time_limit_s, whole, tree}) {
    const where = frameOf(frame);
    if (tree === null) eyes.forgetKeys();
    const value = tree !== null ? evaluating.look(where, tree)
      : evaluating.bounded(time_limit_s * 1000, () => evaluating.run(where, text, is_expression, null));
    return eyes.variable(name, value, is_expression ? name : "", open, {limits: whole ? eyes.WHOLE : eyes.LINE});
  }

  function valueOf(frame, text) {
    eyes.forgetKeys();
    return evaluating.bounded(0, () => evaluating.run(frame, text, true, null));
  }

  function set({ref, name, text, frame: number}) {
    const found = refOf(ref), value = valueOf(frameOf(number), text);
    if (found.frame !== null) {
      for (let i = 0; i < found.variables.length; i++) {
        const one = found.variables[i];
        if (one.name !== name) continue;
        evaluating.write(found.frame, one, value);
        return shown(found.frame, one);
      }
      throw new Error("there is no variable " + name);
    }
    const key = keyOf(found.value, name);
    if (!setProperty(found.value, key, value)) throw new TypeError(name + " cannot be set");
    return eyes.variable(name, value, eyes.memberOf(found.path, key), open);
  }
  function keyOf(object, name) {
    const keys = ownKeys(eyes.insideOf(object));
    for (let i = 0; i < keys.length; i++) if (typeof keys[i] === "symbol" && eyes.nameOf(keys[i]) === name) return keys[i];
    return name;
  }
  // Without a setter of the script's.
  function setProperty(object, key, value) {
    const inside = eyes.insideOf(object);
    const known = getOwnPropertyDescriptor(inside, key);
    if (known === undefined || !hasOwn(known, "value")) return false;
    return known.writable && defineProperty(inside, key, {__proto__: null, value});
  }

  function setExpression({target, text, frame}) {
    eyes.forgetKeys();
    const value = evaluating.bounded(0, () => evaluating.run(frameOf(frame), "(" + target + "\n) = (" + text + "\n)", true, null));
    return eyes.variable(target, value, target, open);
  }

  // Names that begin with `prefix`: of an object that `tree` leads to, or of what can be seen.
  function complete({frame, tree, prefix, replaces}) {
    const where = frameOf(frame), seen = new Map();
    let said = "", count = 0;
    const add = (key, kind) => {
      if (typeof key !== "string" || !startsWith(key, prefix) || mapGet(seen, key) || !eyes.isName(key) || count >= 500) return;
      mapSet(seen, key, true);
      count++;
      said += (said === "" ? "" : ",") + '{"label":' + quote(key) + ',"kind":"' + kind + '"}';
    };
    const fields = (object, kind) => {
      for (let i = 0; object !== null && i < 100; i++) {
        object = eyes.insideOf(object);
        const keys = ownKeys(object);
        for (let j = 0; j < keys.length; j++) {
          const found = getOwnPropertyDescriptor(object, keys[j]);
          add(keys[j], typeof found.value === "function" ? "function" : kind);
        }
        object = getPrototypeOf(object);
      }
    };
    if (tree !== null) {
      const value = evaluating.look(where, tree);
      if (value !== undefined && value !== null) fields(eyes.canBeOpened(value) ? value : getPrototypeOf(primordials.Object(value)), "field");
    } else {
      const found = where.byte === 0 ? [] : infoOf(where.byte).scopes;
      for (let i = 0; i < found.length; i++) {
        for (let j = 0; j < found[i].variables.length; j++) add(found[i].variables[j].name, "variable");
      }
      fields(eyes.global, "variable");
    }
    return '{"type":"completions","names":[' + said + '],"replaces":' + replaces + "}";
  }

  let aboutData; // set by what watches
  const answers = {
    __proto__: null, frames: list, scopes, variables, evaluate, set, set_expression: setExpression, complete,
    about_data: (request) => aboutData(request),
  };

  return {
    __proto__: null, infoOf, at, atProbe, failed, past, mayBeCaught, noteLeft, activationAt, keep, deliver, frameOf, startOf, awaited, refOf, keyOf,
    isBusy: () => busy,
    setBusy(is) { busy = is; },
    checkTime: evaluating.checkTime,
    // A frame, what is past where it is (as `past` says), and the probes of those that await it.
    open(frame, past, bytes) {
      running = places[0];
      stack = past === null ? {__proto__: null, length: running} : past.stack;
      if (past === null && running > 0 && frame.depth === running - 1) stack[running - 1] = frame;
      awaiting = bytes.length === 0 ? [] : waitingAt(bytes, past === null ? makersOf(activationAt(0)) : past.makers);
    },
    close() {
      stack = null;
      awaiting = [];
      refs = new Map();
      eyes.forgetKeys();
    },
    running: () => running,
    answer: (request) => answers[request.type](request),
    // A condition, or what a logpoint says, as Python has looked it through.
    evaluate(frame, {text, problem}, more = null) {
      if (problem !== null) throw problem;
      return evaluating.bounded(SHORT_MS, () => evaluating.run(frame, text, true, more));
    },
    hasPending: () => pending !== null,
    forget() { pending = null; },
    setAboutData(f) { aboutData = f; },
  };
})
