// Data breakpoints: while there are any, each probe compares what is watched with what it was.
(function (primordials, agent, eyes, evaluating, frames) {
  "use strict";
  const {Map, mapGet, mapSet, mapSize, mapForEach, Object, Error, getOwnPropertyDescriptor, hasOwn} = primordials;
  const {quote} = eyes;
  const same = Object.is;

  const known = new Map(); // what was asked about, by its id: {name, get()}; `get` returns GONE where it cannot be read
  let watched = new Map(); // by breakpoint: {name, get, condition, old, picture}
  const GONE = {__proto__: null};

  function guarded(get) {
    return (frame, fresh) => {
      try {
        return get(frame, fresh);
      } catch {
        return GONE;
      }
    };
  }

  // A variable of one run of a function: its value is read whenever that is at a probe. Where a function written in it
  // may change it, too, its reader tells in between.
  function variableOf(frame, {name}) {
    const {depth} = frame, activation = frames.activationAt(depth), own = frames.infoOf(frame.byte).function;
    let last = frame, has_ended = false;
    return (now, fresh) => {
      if (now !== null && !has_ended) {
        if (activation !== null) {
          if (frames.activationAt(now.depth) === activation) last = now;
        } else if (now.depth < depth || (now.depth === depth && fresh)) {
          has_ended = true;
        } else if (now.depth === depth && frames.activationAt(depth) === null && frames.infoOf(now.byte).function === own) {
          last = now;
        }
      }
      const found = mapGet(last.names(), name);
      return found === undefined ? GONE : evaluating.read(last, found);
    };
  }

  function propertyOf(object, key) {
    const inside = eyes.insideOf(object);
    return () => {
      const found = getOwnPropertyDescriptor(inside, key);
      if (found === undefined) return undefined;
      return hasOwn(found, "value") ? found.value : GONE;
    };
  }

  function about({name, ref, frame: number, tree}) {
    let get, said = name;
    if (ref > 0) {
      const found = frames.refOf(ref);
      if (found.frame === null) {
        get = propertyOf(found.value, frames.keyOf(found.value, name));
        said = eyes.memberOf(found.path, name) || name;
      } else {
        get = ofScope(found.frame, found.variables, name);
      }
    } else {
      get = ofTree(frames.frameOf(number), tree, name);
    }
    const id = "" + (mapSize(known) + 1);
    mapSet(known, id, {__proto__: null, name: said, get: guarded(get)});
    return '{"type":"data","data_id":' + quote(id) + ',"description":' + quote(said) + "}";
  }
  function ofScope(frame, variables, name) {
    for (let i = 0; i < variables.length; i++) if (variables[i].name === name) return variableOf(frame, variables[i]);
    throw new Error("there is no variable " + name);
  }
  function ofTree(frame, tree, name) {
    if (tree !== null && tree[0] === "name") {
      const found = mapGet(frame.names(), tree[1]);
      return found === undefined ? propertyOf(eyes.global, tree[1]) : variableOf(frame, found);
    }
    if (tree !== null && tree[0] === "member") {
      const object = evaluating.look(frame, tree[1]);
      if (!eyes.canBeOpened(object)) throw new Error(name + " is no field of an object");
      return propertyOf(object, evaluating.look(frame, tree[2]));
    }
    throw new Error("only a variable or a field can be watched");
  }

  function shown(value) {
    return value === GONE ? '{"t":"opaque","type":"gone"}' : eyes.picture(value);
  }

  // What changed since the last probe, as JSON.
  function changes(frame, fresh) {
    let said = "";
    mapForEach(watched, (one, breakpoint) => {
      const now = one.get(frame, fresh);
      if (now === GONE || same(now, one.old)) return;
      const before = one.picture;
      one.old = now;
      one.picture = shown(now);
      if (one.condition !== null) {
        try {
          if (!frames.evaluate(frame, one.condition)) return;
        } catch {
          // one that fails holds, as those of other breakpoints do
        }
      }
      said += (said === "" ? "" : ",") + '{"breakpoint":' + breakpoint + ',"name":' + quote(one.name) + ',"old":' + before
        + ',"new":' + one.picture + "}";
    });
    return said;
  }

  frames.setAboutData((request) => {
    try {
      return about(request);
    } catch (problem) {
      return '{"type":"data","data_id":null,"description":' + quote(eyes.message(problem)) + "}";
    }
  });
  return {
    __proto__: null, changes,
    isOn: () => mapSize(watched) > 0,
    clear() { watched = new Map(); },
    order(orders) {
      watched = new Map();
      let refused = "";
      for (let i = 0; i < orders.length; i++) {
        const {breakpoint, data_id, condition} = orders[i], found = mapGet(known, data_id);
        if (found === undefined) {
          refused += (refused === "" ? "" : ",") + '"' + breakpoint + '":"it is not known in this run"';
          continue;
        }
        const old = found.get(null, false);
        mapSet(watched, breakpoint, {__proto__: null, name: found.name, get: found.get, condition, old, picture: shown(old)});
      }
      return '{"type":"refused","refused":{' + refused + "}}";
    },
  };
})
