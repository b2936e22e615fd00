// The frames of a stopped script: their scopes and variables, and what is asked of them.
(function (primordials, channel, agent, eyes, evaluating) {
  "use strict";
  const {Map, mapGet, mapSet, mapSize, getOwnPropertyDescriptor, ownKeys, defineProperty, apply, startsWith, slice, getPrototypeOf,
    hasOwn, SyntaxError, TypeError, Error} = primordials;
  const {callJson} = channel;
  const {places, readers, activations} = agent;
  const {quote} = eyes;
  const SHORT_MS = 1000; // a condition

  let busy = false;
  let handed_now, depth_now = 0;
  let refs = new Map(); // what can be opened: {value, path} or {frame, variables}
  let last_number = 0;

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

  const NO_NAMES = new Map();
  function at(depth, handed) {
    return {
      __proto__: null, depth, handed, byte: depth < 0 ? 0 : places[depth + 1], reader: depth < 0 ? null : readers[depth],
      names() { return this.byte === 0 ? NO_NAMES : infoOf(this.byte).names; },
    };
  }
  // By the number that Python knows it by; 0 is no frame.
  function frameOf(number) {
    if (number === 0) return at(-1, undefined);
    if (number < 0 || number > depth_now) throw new Error("there is no such frame");
    return at(number - 1, number === depth_now ? handed_now : undefined);
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
    let said = "", end = count > 0 && start + count < depth_now ? start + count : depth_now;
    for (let i = start; i < end; i++) {
      const depth = depth_now - 1 - i;
      said += (said === "" ? "" : ",") + "[" + (depth + 1) + "," + places[depth + 1] + "]";
    }
    return '{"type":"frames","frames":[' + said + '],"total":' + depth_now + "}";
  }

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
    const value = tree !== null ? evaluating.look(where, tree)
      : evaluating.bounded(time_limit_s * 1000, () => evaluating.run(where, text, is_expression, null));
    return eyes.variable(name, value, is_expression ? name : "", open, {limits: whole ? eyes.WHOLE : eyes.LINE});
  }

  function valueOf(frame, text) {
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
    __proto__: null, infoOf, at, frameOf, refOf, keyOf,
    isBusy: () => busy,
    setBusy(is) { busy = is; },
    checkTime: evaluating.checkTime,
    open(handed) {
      handed_now = handed;
      depth_now = places[0];
    },
    close() {
      handed_now = undefined;
      refs = new Map();
    },
    depth: () => depth_now,
    numberOf(activation) { return activation.number || (activation.number = ++last_number); },
    answer: (request) => answers[request.type](request),
    // A condition, or what a logpoint says, as Python has looked it through.
    evaluate(frame, {text, problem}, more = null) {
      if (problem !== null) throw problem;
      return evaluating.bounded(SHORT_MS, () => evaluating.run(frame, text, true, more));
    },
    setAboutData(f) { aboutData = f; },
  };
})
