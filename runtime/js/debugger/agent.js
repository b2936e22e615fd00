// The debugger within the VM: a probe that is armed calls it. It looks at conditions and at the depth of a step by
// itself; what may be a stop it tells Python, and then does what it is asked until it is to go on.
(function (primordials, channel, agent, eyes, frames, watching, compiling) {
  "use strict";
  const {Map, mapGet, mapSet, stringify} = primordials;
  const {callJson} = channel;
  const {bytes, words, places} = agent;
  const {activationAt} = frames;
  const {quote} = eyes;
  const ANY_PROBE = 0, ERRORS = 1, ORDERS = 0, PAUSE = 1, RESET = 2, DATA = 3;

  let step = null, reset = 0, data = 0, stopped_at = 0;
  let seen_error, seen_depth = -1; // the error on its way, and the function that it has left last

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

  function isAsked() {
    return words[PAUSE] !== 0 || words[RESET] !== reset || words[DATA] !== data;
  }

  // Whether probes call the agent wherever they are.
  function rearm() {
    if (step !== null || watching.isOn() || frames.hasPending() || isAsked()) {
      bytes[ANY_PROBE] = 1;
      return;
    }
    bytes[ANY_PROBE] = 0;
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

  // Whether a step may end at a probe. What is entered while one is on its way is fresh at its first probe: so frames
  // keep apart that are as deep as one another.
  function ends(depth, byte, fresh) {
    const own = step.activation, here = activationAt(depth);
    const is_passed = byte >= step.first && byte <= step.last; // in the frame in which it began
    if (is_passed && here === own && (own !== null || (depth === step.began && !fresh))) return false;
    if (step.kind === "into") return true;
    if (own !== null && !own.has_ended) {
      if (own.d >= 0) return step.kind === "over" && here === own;
      return step.kind === "out" || here === own;
    }
    if (own !== null && !step.is_outside) {
      step.is_outside = true;
      step.depth = own.last - 1;
    }
    if (here !== null && mapGet(step.chain, here) === true) return true;
    if (depth > step.depth) return false;
    if (fresh || (here !== null && own === null)) {
      step.depth = depth - 1;
      return false;
    }
    return true;
  }

  function begin({kind, frame, first, last}) {
    step = null;
    if (kind === "continue") return;
    const top = places[0] - 1, depth = frame > 0 ? frame - 1 : top;
    const chain = new Map(), activation = activationAt(depth);
    for (let i = kind === "out" ? depth - 1 : depth; i >= 0; i--) {
      for (let one = activationAt(i); one !== null; one = one.made_by) mapSet(chain, one, true); // who awaits it, too
    }
    step = {kind, activation, chain, depth: kind === "out" ? depth - 1 : depth, is_outside: false, began: depth, first, last};
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

  // Tells of a moment and stays if that is wanted. `more` is JSON.
  function tell(reason, frame, more) {
    const stays = callJson("debugger.hit", '{"reason":"' + reason + '","byte":' + frame.byte + ',"depth":' + places[0]
      + (more === "" ? "" : "," + more) + "}");
    obeyReset();
    if (!stays) return;
    words[PAUSE] = 0;
    stopped_at = frame.byte;
    serve(frame);
  }

  function serve(frame) {
    frames.open(frame);
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
      places[0] = frames.depth(); // what it ran may have been ended half way
    }
  }

  // At a probe.
  function arrive(depth, byte, reader, handed) {
    const fresh = places[depth + 1] === 0;
    places[0] = depth + 1;
    places[depth + 1] = byte;
    obeyReset();
    stopped_at = 0;
    const frame = frames.atProbe(depth, reader, handed);
    if (frames.hasPending()) frames.deliver(frame, fresh);
    const steps = step !== null && ends(depth, byte, fresh);
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

  // An error leaves a function, or is caught in it.
  function meetError(depth, error, reader, values, uncaught) {
    places[0] = depth + 1;
    obeyReset();
    renew();
    if (errors === null) errors = callJson("debugger.errors", "null");
    let frame = null;
    for (let i = 0; i < errors.length; i++) {
      const order = errors[i];
      if (!(uncaught ? order.uncaught : order.caught)) continue;
      if (frame === null) frame = frames.failed(depth, error, reader, values);
      if (order.condition !== null) {
        try {
          const more = new Map();
          mapSet(more, "error", {value: error});
          if (!frames.evaluate(frame, order.condition, more)) continue;
        } catch {
          // a condition that fails holds
        }
      }
      tell("exception", frame, '"error":' + eyes.errorPicture(error)
        + ',"error_type":' + quote(eyes.errorType(error)) + ',"uncaught":' + uncaught);
      break;
    }
    rearm();
  }

  // Whether a function that is still running will catch what leaves the one at `depth`.
  function isCaughtBelow(depth) {
    let frame = activationAt(depth);
    for (let i = depth - 1; i >= 0; i--) {
      if (frames.infoOf(places[i + 1]).is_caught) return true;
      frame = activationAt(i) || frame;
    }
    for (; frame !== null; frame = frame.made_by) { // who awaits it
      if (frame.made_by !== null && frames.infoOf(frame.made_by.place).is_caught) return true;
    }
    return false;
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
    if (bytes[ERRORS] === 0) return error;
    guarded(() => {
      const known = error === seen_error && (typeof error === "object" || seen_depth === depth + 1);
      seen_error = error;
      seen_depth = depth;
      if (!known) meetError(depth, error, reader, values, !isCaughtBelow(depth));
    });
    return error;
  };
  agent.caught = (depth, error, reader, values) => {
    guarded(() => {
      const known = error === seen_error;
      seen_error = undefined;
      seen_depth = -1;
      if (!known) meetError(depth, error, reader, values, false);
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
  };
})
