// The debugger within the VM: a probe that is armed calls it. It looks at conditions and at the depth of a step by
// itself; what may be a stop it tells Python, and then does what it is asked until it is to go on.
(function (primordials, channel, agent, eyes, promises, frames, watching, compiling) {
  "use strict";
  const {Map, mapGet, mapSet, WeakMap, weakGet, weakSet, load, store, stringify} = primordials;
  const {callJson} = channel;
  const {bytes, words, places} = agent;
  const {activationAt} = frames;
  const {quote} = eyes;
  const ANY_PROBE = 0, ERRORS = 1, ORDERS = 0, PAUSE = 1, RESET = 2, DATA = 3, MICROTASKS = 5;
  const WAITING = 0, RUNNING = 1; // of microtasks

  let step = null, reset = 0, data = 0, stopped_at = 0;
  let seen_error, seen_depth = -1; // the error on its way, and the function that it has left last
  let thrown_at = 0; // the probe from which it is on its way

  // Orders: what a probe is armed for, until Python says that they have changed
  let orders = new Map(), generation = -1, errors = null;
  function renew() {
    if (words[ORDERS] === generation) return;
    generation = words[ORDERS];
    orders = new Map();
    errors = null;
  }
  function ordersOf(byte) {
    renew();
    let found = mapGet(orders, byte);
    if (found === undefined) {
      found = callJson("debugger.orders", "" + byte);
      mapSet(orders, byte, found);
    }
    return found;
  }

  // Read after what was written before: so nothing that Python writes meanwhile goes unseen.
  function isAsked() {
    return load(words, PAUSE) !== 0 || load(words, RESET) !== reset || load(words, DATA) !== data;
  }

  // Whether probes call the agent wherever they are.
  function rearm() {
    if (step !== null || watching.isOn() || frames.hasPending() || isAsked()) {
      bytes[ANY_PROBE] = 1;
      return;
    }
    store(bytes, ANY_PROBE, 0);
    if (isAsked()) bytes[ANY_PROBE] = 1; // it was written meanwhile
  }
  function obeyReset() {
    if (words[DATA] !== data) {
      data = words[DATA];
      watching.clear();
    }
    if (words[RESET] === reset) return;
    reset = words[RESET];
    step = null;
    watching.clear();
    frames.forget();
  }

  // Whether a step may end at a probe, `before` being the one at which its function was. What is entered while a step is
  // on its way is fresh at its first probe: so frames keep apart that are as deep as one another.
  function ends(depth, byte, before) {
    const fresh = before === 0;
    const own = step.activation, here = activationAt(depth);
    const is_passed = byte >= step.first && byte <= step.last; // in the frame in which it began
    if (is_passed && here === own && (own !== null || (depth === step.began && !fresh))) return false;
    if (step.kind === "into") return true;
    if (own !== null && !own.has_ended) {
      if (step.kind === "end") return false;
      if (own.d >= 0) return step.kind === "over" && here === own;
      return step.kind === "out" || here === own;
    }
    if (own !== null && !step.is_outside) {
      step.is_outside = true;
      step.depth = own.last - 1;
    }
    if (here !== null && (mapGet(step.chain, here) === true || mapGet(step.awaited, before) === true)) return true;
    if (depth > step.depth) return false;
    if (fresh || (here !== null && own === null)) {
      step.depth = depth - 1;
      return false;
    }
    return true;
  }

  function begin({kind, frame: number, first, last}) {
    step = null;
    if (kind === "continue") return;
    const from = frames.startOf(number), top = places[0] - 1;
    if (from.is_past) { // there is nothing to go over or out of
      step = {kind: "into", activation: null, chain: new Map(), awaited: new Map(), depth: -1, is_outside: false, began: -1, first: 0, last: 0};
      return;
    }
    const {activation} = from, is_waiting = from.depth < 0, depth = is_waiting ? top : from.depth;
    const chain = new Map(); // who awaits it, too
    for (let one = activation; is_waiting && one !== null; one = one.made_by) mapSet(chain, one, true);
    for (let i = is_waiting ? -1 : kind === "out" ? depth - 1 : depth; i >= 0; i--) {
      for (let one = activationAt(i); one !== null; one = one.made_by) mapSet(chain, one, true);
    }
    step = {
      kind: is_waiting && kind === "out" ? "end" : kind,
      activation, chain, awaited: frames.awaited(), depth: kind === "out" ? depth - 1 : depth, is_outside: false, began: depth, first, last,
    };
  }

  // The orders of a probe that hold, as JSON for a hit.
  function judged(byte, frame) {
    let met = "", failed = "", logged = "";
    const found = ordersOf(byte);
    for (let i = 0; i < found.length; i++) {
      const {breakpoint, condition, log} = found[i];
      if (condition !== null) {
        let holds;
        try {
          holds = frames.evaluate(frame, condition);
        } catch (problem) {
          failed += (failed === "" ? "" : ",") + '"' + breakpoint + '":' + quote(eyes.message(problem));
          continue;
        }
        if (!holds) continue;
      }
      met += (met === "" ? "" : ",") + breakpoint;
      if (log.length > 0) logged += (logged === "" ? "" : ",") + '{"breakpoint":' + breakpoint + ',"values":[' + said(frame, log) + "]}";
    }
    if (met === "" && failed === "") return null;
    return '"breakpoints":[' + met + '],"failed":{' + failed + '},"logged":[' + logged + "]";
  }
  function said(frame, texts) {
    let all = "";
    for (let i = 0; i < texts.length; i++) {
      let one;
      try {
        one = eyes.picture(frames.evaluate(frame, texts[i]));
      } catch (problem) {
        one = quote(eyes.message(problem));
      }
      all += (i > 0 ? "," : "") + one;
    }
    return all;
  }

  // Tells of a moment and stays if that is wanted. `more` is JSON; `past` where it is over: {stack, makers, held}.
  function tell(reason, frame, more, past = null) {
    const depth = past === null ? places[0] : past.stack.length;
    const stays = callJson("debugger.hit", '{"reason":"' + reason + '","byte":' + frame.byte + ',"depth":' + depth
      + (more === "" ? "" : "," + more) + "}");
    obeyReset();
    if (!stays) return;
    stopped_at = frame.byte;
    serve(frame, past);
  }

  function awaiting(past) {
    const is_alone = past === null ? words[MICROTASKS] === WAITING : past.held === null;
    try {
      return is_alone ? [] : promises.awaiting(past === null ? promises.hold() : past.held);
    } catch {
      return []; // it is stopped all the same
    }
  }

  function serve(frame, past) {
    frames.open(frame, past, awaiting(past));
    let answer = "null";
    for (;;) {
      const request = callJson("debugger.next", answer);
      if (request.type === "resume") {
        begin(request);
        break;
      }
      answer = stringify(answerTo(request));
    }
    frames.close();
    obeyReset();
  }
  function answerTo(request) {
    try {
      return request.type === "order_data" ? watching.order(request.orders) : frames.answer(request);
    } catch (problem) {
      return '{"type":"failed","message":' + quote(eyes.message(problem)) + "}";
    } finally {
      places[0] = frames.running(); // what it ran may have been ended half way
    }
  }

  // At a probe.
  function arrive(depth, byte, reader, handed) {
    const before = places[depth + 1], fresh = before === 0;
    places[0] = depth + 1;
    places[depth + 1] = byte;
    obeyReset();
    stopped_at = 0;
    const frame = frames.atProbe(depth, reader, handed);
    if (frames.hasPending()) frames.deliver(frame, fresh);
    const steps = step !== null && ends(depth, byte, before);
    const paused = words[PAUSE] !== 0;
    const changes = watching.isOn() ? watching.changes(frame, fresh) : "";
    const met = bytes[byte] !== 0 ? judged(byte, frame) : null;
    if (steps || paused || changes !== "" || met !== null) {
      if (paused) words[PAUSE] = 0;
      tell(paused ? "pause" : steps ? "step" : changes !== "" ? "data" : "breakpoint", frame,
        (changes === "" ? "" : '"changes":[' + changes + "]" + (met === null ? "" : ",")) + (met === null ? "" : met));
    }
    rearm();
  }

  // Errors that went into promises: who handles them shows only later. What they left behind, as `tell` takes it, waits
  // for that: until the run ends with one, or nobody has it any more.
  let adrift = new WeakMap(), adrift_value = null; // {error, …}: the last one that is no object
  function lost(error) {
    if (eyes.canBeOpened(error)) return weakGet(adrift, error) || null;
    return adrift_value !== null && adrift_value.error === error ? adrift_value : null;
  }
  function lose(error, past) {
    if (eyes.canBeOpened(error)) weakSet(adrift, error, past);
    else adrift_value = past;
  }

  // An error leaves a function, or is caught in it.
  const CAUGHT = 0, UNCAUGHT = 1, OPEN = 2;
  function meetError(depth, error, reader, values, fate) {
    places[0] = depth + 1;
    obeyReset();
    renew();
    if (errors === null) errors = callJson("debugger.errors", "null");
    let frame = null, waits = false;
    const frameNow = () => frame || (frame = frames.failed(depth, error, reader, values));
    for (let i = 0; i < errors.length; i++) {
      const order = errors[i];
      if (fate === OPEN && order.uncaught) waits = true;
      if (!(fate === UNCAUGHT ? order.uncaught : order.caught) || !holds(order, frameNow, error)) continue;
      tellError(frameNow(), error, fate === UNCAUGHT, null);
      waits = false;
      break;
    }
    if (waits) lose(error, {...frames.past(frameNow()), __proto__: null, error, held: frames.mayBeCaught(depth) ? null : promises.hold()});
    rearm();
  }
  function holds({condition}, frameNow, error) {
    if (condition === null) return true;
    try {
      const more = new Map();
      mapSet(more, "error", {value: error});
      return frames.evaluate(frameNow(), condition, more);
    } catch {
      return true; // a condition that fails holds
    }
  }
  function tellError(frame, error, uncaught, past) {
    tell("exception", frame, '"error":' + eyes.errorPicture(error)
      + ',"error_type":' + quote(eyes.errorType(error)) + ',"uncaught":' + uncaught, past);
  }

  // The run ends with an error that went into a promise.
  function meetEnd(error) {
    const past = lost(error);
    if (past === null) return;
    obeyReset();
    renew();
    if (errors === null) errors = callJson("debugger.errors", "null");
    const frame = past.stack[past.stack.length - 1];
    for (let i = 0; i < errors.length; i++) {
      if (!errors[i].uncaught || !holds(errors[i], () => frame, error)) continue;
      tellError(frame, error, true, past);
      break;
    }
    rearm();
  }

  // What becomes of an error that leaves the function at `depth`.
  function fateOf(depth) {
    for (let i = depth; i >= 0; i--) {
      if (frames.infoOf(places[i + 1]).is_async) return OPEN;
      if (i > 0 && frames.infoOf(places[i]).is_caught) return CAUGHT;
    }
    return words[MICROTASKS] === RUNNING || promises.takesErrors(promises.hold()) ? OPEN : UNCAUGHT;
  }

  // Nothing of the debugger's may reach the script: no error, no second call within.
  function guarded(f) {
    if (frames.isBusy()) {
      frames.checkTime();
      return;
    }
    frames.setBusy(true);
    try {
      f();
    } catch {
      // no stack is left, or no memory
    } finally {
      frames.setBusy(false);
    }
  }

  agent.hit = (depth, byte, reader, handed) => {
    guarded(() => arrive(depth, byte, reader, handed));
    return handed;
  };
  agent.left = (depth, error, values) => {
    if (bytes[ERRORS] === 0) return error;
    guarded(() => frames.noteLeft(depth, error, values));
    return error;
  };
  agent.failed = (depth, error, reader, values) => {
    if (frames.isBusy()) {
      frames.checkTime();
      return error;
    }
    const passes_on = error === seen_error && seen_depth === depth + 1;
    const known = passes_on || (error === seen_error && typeof error === "object");
    if (!passes_on) thrown_at = places[depth + 1];
    seen_error = error;
    seen_depth = depth;
    if (!known && bytes[ERRORS] !== 0) {
      guarded(() => { if (lost(error) === null) meetError(depth, error, reader, values, fateOf(depth)); });
    }
    return error;
  };
  agent.caught = (depth, error, reader, values) => {
    guarded(() => {
      const known = error === seen_error || lost(error) !== null;
      seen_error = undefined;
      seen_depth = -1;
      lose(error, null);
      if (!known) meetError(depth, error, reader, values, CAUGHT);
    });
  };
  agent.statement = (depth, reader, handed) => {
    guarded(() => {
      const frame = frames.atProbe(depth, reader, handed);
      if (stopped_at !== frame.byte) tell("statement", frame, ""); // else it has just stopped before it
      stopped_at = 0;
      rearm();
    });
    return handed;
  };
  agent.text = (callee, text, site) => {
    let planted = text;
    if (callee === primordials.eval && typeof text === "string") guarded(() => { planted = compiling.text(text, site); });
    return planted;
  };
  agent.parameters = (callee, given) => {
    let planted = given;
    if (callee === primordials.Function) guarded(() => { planted = compiling.parameters(given); });
    return planted;
  };
  agent.loaded = (byte) => guarded(() => callJson("debugger.loaded", "" + byte));

  return {
    __proto__: null,
    // In the place of Debug.breakpoint, that does nothing without a debugger.
    breakpoint: function breakpoint(...given) {
      guarded(() => {
        if (given.length > 0 && !given[0]) return;
        tell("statement", frames.at(places[0] - 1), "");
        rearm();
      });
    },
    // Nothing of the script runs: between two turns of the event loop.
    clear() { places[0] = 0; },
    // The run ends with an error. Answers where that was thrown, [source, line, column], if it is known: V8 tells the
    // place where we have thrown it again.
    failing(error) {
      let place = null;
      if (bytes[ERRORS] !== 0) guarded(() => meetEnd(error));
      if (error === seen_error && thrown_at !== 0) guarded(() => { place = callJson("debugger.place", "" + thrown_at); });
      return place;
    },
  };
})
