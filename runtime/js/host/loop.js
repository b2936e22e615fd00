// The event loop: timers, immediates, `process.nextTick`, microtasks between them, and what nobody caught.
(function (host) {
  const p = host.p;
  const { apply, getOwnPropertyDescriptor } = Reflect;
  const RealPromise = Promise;
  const RealError = Error;
  const LONGEST_MS = 2 ** 31 - 1;
  const { now: wallClock } = Date;

  // Time. Asking Python costs a call, so between two turns the wall clock says how much has passed since.
  let asked = 0;
  let askedWall = 0;
  const refreshClock = () => {
    asked = host.now();
    askedWall = wallClock();
    return asked;
  };
  const clock = () => {
    const passed = wallClock() - askedWall;
    return passed > 0 ? asked + passed : asked;
  };

  // Timers: a heap by due time, then by the order in which they were started.
  let heap = [];
  let order = 0;
  let nextId = 1;
  let alive = 0; // what keeps the loop going: timers and immediates that are not unref'd
  const before = (a, b) => a.due < b.due || (a.due === b.due && a.order < b.order);

  function place(item, at) {
    heap[at] = item;
    item.at = at;
  }

  function sink(item, at) {
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], item)) break;
      place(heap[child], at);
      at = child;
    }
    place(item, at);
  }

  function rise(item, at) {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(item, heap[parent])) break;
      place(heap[parent], at);
      at = parent;
    }
    place(item, at);
  }

  function insert(item) {
    item.order = order++;
    heap.length += 1;
    rise(item, heap.length - 1);
    if (item.counted) alive++;
  }

  function remove(item) {
    const at = item.at;
    if (at < 0) return;
    const last = heap[heap.length - 1];
    heap.length -= 1;
    item.at = -1;
    if (last !== item) {
      sink(last, at);
      rise(last, last.at);
    }
    if (item.counted) alive--;
  }

  const states = new WeakMap();
  const byId = new Map();

  class Timeout {
    constructor(callback, delay, args, repeat) {
      delay = +delay;
      if (!(delay >= 1 && delay <= LONGEST_MS)) delay = 1;
      delay = Math.trunc(delay);
      const state = { callback, delay, args, repeat, counted: true, at: -1, due: 0, order: 0, id: 0, handle: this };
      p.WeakMapSet(states, this, state);
      state.due = clock() + delay;
      insert(state);
    }
    ref() {
      return count(this, true);
    }
    unref() {
      return count(this, false);
    }
    hasRef() {
      return p.WeakMapGet(states, this).counted;
    }
    refresh() {
      const state = p.WeakMapGet(states, this);
      if (state.callback === null) return this;
      remove(state);
      state.due = clock() + state.delay;
      insert(state);
      return this;
    }
    close() {
      cancel(this);
      return this;
    }
    [Symbol.toPrimitive]() {
      const state = p.WeakMapGet(states, this);
      if (state.id === 0) {
        state.id = nextId++;
        p.MapSet(byId, state.id, this);
      }
      return state.id;
    }
    [Symbol.dispose || Symbol.for("nodejs.dispose")]() {
      cancel(this);
    }
  }

  function count(handle, counted) {
    const state = p.WeakMapGet(states, handle);
    if (state.counted !== counted) {
      state.counted = counted;
      if (state.at >= 0 || state.queued) alive += counted ? 1 : -1;
    }
    return handle;
  }

  function forget(state) {
    state.callback = null;
    if (state.id !== 0) p.MapDelete(byId, state.id);
  }

  function cancel(handle) {
    if (typeof handle === "number" || typeof handle === "string") handle = p.MapGet(byId, +handle);
    if (handle === null || (typeof handle !== "object" && typeof handle !== "function")) return;
    const state = p.WeakMapGet(states, handle);
    if (state === undefined) return;
    remove(state);
    if (state.queued) {
      state.queued = false;
      if (state.counted) alive--;
    }
    forget(state);
  }

  // Immediates run once each turn, those that they start in the next.
  let immediates = [];

  class Immediate {
    constructor(callback, args) {
      const state = { callback, args, counted: true, queued: true, at: -1, id: 0, handle: this };
      p.WeakMapSet(states, this, state);
      immediates[immediates.length] = state;
      alive++;
    }
    ref() {
      return count(this, true);
    }
    unref() {
      return count(this, false);
    }
    hasRef() {
      return p.WeakMapGet(states, this).counted;
    }
  }

  // What runs between the tasks: nextTick callbacks, then microtasks, until neither is left; then what nobody handled.
  let ticks = [];
  let tickAt = 0;
  const uncaught = []; // errors of queueMicrotask callbacks, which no stack brings to us
  const rejected = new Map(); // promises without a handler, with their reasons
  let canDrain = false; // whether Python can run microtasks while JavaScript waits
  const settled = RealPromise.resolve();

  let isEnding = false;
  function failed(error, origin, place) {
    let isHandled = false;
    const again = host.onUncaught && host.watched(() => { isHandled = host.onUncaught(error, origin); });
    if (isHandled) return;
    const { thrown, place: from } = again || { thrown: error, place: place || placeOf(error) };
    isEnding = true;
    host.thrownFrom(from);
    throw thrown;
  }

  // What the script throws gets here through `finally`, never through a `catch`: that loses the place it was thrown from.
  function guarded(task) {
    const caught = host.watched(task);
    if (caught === null) return true;
    if (isEnding) throw caught.thrown;
    failed(caught.thrown, "uncaughtException", caught.place);
    return false;
  }

  // A stack holds so many frames, and those of ours that stand below a microtask leave none for who awaits it.
  const OUR_FRAMES = 20;
  function runMicrotasks() {
    const kept = getOwnPropertyDescriptor(RealError, "stackTraceLimit");
    if (kept === undefined || typeof kept.value !== "number" || !kept.writable) return host.call("loop.microtasks") === true;
    const limit = kept.value + OUR_FRAMES;
    RealError.stackTraceLimit = limit;
    try {
      return host.call("loop.microtasks") === true;
    } finally {
      if (getOwnPropertyDescriptor(RealError, "stackTraceLimit")?.value === limit) RealError.stackTraceLimit = kept.value; // else the script has set another
    }
  }

  function settle() {
    for (;;) {
      while (tickAt < ticks.length) {
        const { callback, args } = ticks[tickAt++];
        if (tickAt > 1000 && tickAt * 2 > ticks.length) {
          ticks = p.ArraySlice(ticks, tickAt);
          tickAt = 0;
        }
        apply(callback, undefined, args);
      }
      if (canDrain && !runMicrotasks()) return;
      if (uncaught.length > 0) failed(p.ArrayShift(uncaught).error, "uncaughtException");
      else if (tickAt >= ticks.length) {
        if (p.MapSize(rejected) === 0) return;
        rejectionsWithoutHandler();
      }
    }
  }

  function rejectionsWithoutHandler() {
    const all = p.MapEntries(rejected);
    const { 0: promise, 1: reason } = p.MapNext(all).value;
    p.MapDelete(rejected, promise);
    if (host.onRejection !== undefined && host.onRejection(reason, promise)) return;
    host.rejectedWith(reason);
    failed(reason, "unhandledRejection");
  }

  // Where microtasks run only when JavaScript has returned, each task is a turn of its own.
  function runTimer(state) {
    remove(state);
    const { callback, args, handle } = state;
    try {
      apply(callback, handle, args);
    } finally {
      if (state.repeat) {
        if (state.callback !== null && state.at < 0) {
          state.due = Math.max(clock(), state.due) + state.delay;
          insert(state);
        }
      } else if (state.at < 0) forget(state);
    }
  }

  function runImmediate(state) {
    if (!state.queued) return false;
    state.queued = false;
    if (state.counted) alive--;
    const { callback, args, handle } = state;
    forget(state);
    apply(callback, handle, args);
    return true;
  }

  // Microtasks that run only when this has returned may start something: then it is asked again before it says when.
  let calm = false;
  function turn() {
    let due;
    while (!guarded(() => { due = runDue(); }));
    calm = !canDrain && due !== 0 && !calm;
    return calm ? 0 : due;
  }

  function runDue() {
    settle();
    for (;;) {
      let ran = false;
      const last = order; // timers started from here on wait for the next round
      refreshClock();
      while (heap.length > 0 && heap[0].due <= asked && heap[0].order < last) {
        runTimer(heap[0]);
        if (!canDrain) return 0;
        ran = true;
        settle();
      }
      const batch = immediates;
      let i = 0;
      immediates = [];
      try {
        while (i < batch.length) {
          if (!runImmediate(batch[i++])) continue;
          ran = true;
          if (!canDrain) return 0;
          settle();
        }
      } finally {
        if (i < batch.length) immediates = p.ArrayConcat(p.ArraySlice(batch, i), immediates);
      }
      if (alive > 0) {
        if (immediates.length > 0) continue;
        const wait = heap.length > 0 ? heap[0].due - refreshClock() : 0;
        if (wait > 0) return Math.ceil(wait);
      } else if (!ran || immediates.length === 0) {
        if (host.beforeExit === undefined || !host.beforeExit()) return -1;
        settle();
        if (alive === 0) return -1;
      }
    }
  }

  // What waits when an error ends the run, V8 runs as soon as we return, where nothing could stop it: so it runs here.
  function lastMicrotasks(task) {
    try {
      return task();
    } catch (error) {
      if (canDrain) runMicrotasks();
      throw error;
    }
  }

  // The Python side watches promises and what is thrown through V8, where it knows how: it takes functions from here.
  const REJECTED = 4294967290;
  function watch(call, first, second) {
    host.global[REJECTED] = first;
    host.global[REJECTED + 1] = second;
    const isWatched = host.call(call, REJECTED);
    delete host.global[REJECTED];
    delete host.global[REJECTED + 1];
    return isWatched;
  }
  watch("loop.watch_promises", (promise, reason) => p.MapSet(rejected, promise, reason),
    (promise) => p.MapDelete(rejected, promise));

  // Runs a task: null, or what it threw, with the place [source, line, column] that it was thrown from, or else null.
  let task = null;
  let caught = null; // what was thrown last
  const isWatched = watch("loop.watch_throws", () => task(), (thrown) => {
    caught = { thrown, place: placeOf(thrown), isNew: true };
  });
  const placeOf = (thrown) => (caught !== null && caught.thrown === thrown ? caught.place : null);
  host.watched = (next) => {
    if (!isWatched) {
      try {
        next();
        return null;
      } catch (thrown) {
        return { thrown, place: null };
      }
    }
    task = next;
    const place = host.call("loop.run");
    if (caught === null || !caught.isNew) return null;
    caught.isNew = false;
    if (place !== null) caught.place = place; // else it was thrown again by us
    return caught;
  };
  // For what has to `catch` what a task throws.
  host.pass = (next) => {
    const found = host.watched(next);
    if (found !== null) throw found.thrown;
  };

  canDrain = host.call("loop.microtasks") === true;
  host.hasMicrotasks = canDrain;

  // {state, result}, or null where it cannot be known.
  const { defineProperty, deleteProperty } = Reflect;
  host.promiseState = (promise) => {
    if (!canDrain) return null;
    const place = { __proto__: null, value: promise, writable: true, configurable: true, enumerable: false };
    if (!defineProperty(host.global, REJECTED, place)) return null;
    const state = host.call("loop.promise_state", REJECTED);
    const result = host.global[REJECTED];
    deleteProperty(host.global, REJECTED);
    return state === null ? null : { state, result };
  };
  refreshClock();

  host.define("setTimeout", function setTimeout(callback, delay, ...args) {
    host.expectFunction(callback, "callback");
    return new Timeout(callback, delay, args, false);
  });
  host.define("setInterval", function setInterval(callback, delay, ...args) {
    host.expectFunction(callback, "callback");
    return new Timeout(callback, delay, args, true);
  });
  host.define("setImmediate", function setImmediate(callback, ...args) {
    host.expectFunction(callback, "callback");
    return new Immediate(callback, args);
  });
  host.define("clearTimeout", function clearTimeout(timer) {
    cancel(timer);
  });
  host.define("clearInterval", function clearInterval(timer) {
    cancel(timer);
  });
  host.define("clearImmediate", function clearImmediate(immediate) {
    cancel(immediate);
  });
  host.define("queueMicrotask", function queueMicrotask(callback) {
    host.expectFunction(callback, "callback");
    p.PromiseThen(settled, () => {
      try {
        callback();
      } catch (error) {
        host.throwLater(error);
      }
    });
  });

  host.nextTick = (callback, ...args) => {
    host.expectFunction(callback, "callback");
    ticks[ticks.length] = { callback, args };
    if (!canDrain) new Immediate(() => {}, []);
  };
  // An error that no stack brings here: it is thrown in the next turn.
  host.throwLater = (error) => {
    uncaught[uncaught.length] = { error };
    if (!canDrain) new Immediate(() => {}, []);
  };
  host.entry = {
    start: (body) => lastMicrotasks(() => {
      guarded(() => host.main(body));
      return turn();
    }),
    turn: () => lastMicrotasks(turn),
    exit: (code) => code,
  };
})
