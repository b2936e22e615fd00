// EventTarget, Event, AbortController and AbortSignal; and the EventEmitter of `require("events")`.
(function (host) {
  const { apply, ownKeys } = Reflect;

  class Event {
    #type; #cancelable; #bubbles; #composed; #timeStamp = host.now();
    #defaultPrevented = false;
    _stopped = false;
    constructor(type, options = {}) {
      if (arguments.length === 0) {
        host.fail(TypeError, "ERR_MISSING_ARGS", 'The "type" argument must be specified');
      }
      this.#type = `${type}`;
      this.#cancelable = !!options?.cancelable;
      this.#bubbles = !!options?.bubbles;
      this.#composed = !!options?.composed;
      for (const name of ["target", "currentTarget"]) {
        Object.defineProperty(this, name, { value: null, writable: true, configurable: true, enumerable: false });
      }
      Object.defineProperty(this, "_stopped", { enumerable: false, writable: true });
    }
    get type() { return this.#type; }
    get cancelable() { return this.#cancelable; }
    get bubbles() { return this.#bubbles; }
    get composed() { return this.#composed; }
    get timeStamp() { return this.#timeStamp; }
    get defaultPrevented() { return this.#cancelable && this.#defaultPrevented; }
    get srcElement() { return this.target; }
    get eventPhase() { return this.currentTarget === null ? 0 : 2; }
    get isTrusted() { return false; }
    preventDefault() { this.#defaultPrevented = true; }
    stopPropagation() {}
    stopImmediatePropagation() { this._stopped = true; }
    composedPath() { return this.currentTarget === null ? [] : [this.currentTarget]; }
  }
  Event.NONE = 0; Event.CAPTURING_PHASE = 1; Event.AT_TARGET = 2; Event.BUBBLING_PHASE = 3;

  class CustomEvent extends Event {
    #detail;
    constructor(type, options = {}) {
      super(type, options);
      this.#detail = options?.detail ?? null;
    }
    get detail() { return this.#detail; }
  }

  class EventTarget {
    #listeners = new Map();
    addEventListener(type, listener, options) {
      if (listener === null || listener === undefined) return;
      const given = typeof options === "object" && options !== null ? options : { capture: !!options };
      if (given.signal?.aborted) return;
      type = `${type}`;
      let list = this.#listeners.get(type);
      if (list === undefined) this.#listeners.set(type, list = []);
      for (const one of list) if (one.listener === listener && one.capture === !!given.capture) return;
      list.push({ listener, capture: !!given.capture, once: !!given.once });
      given.signal?.addEventListener("abort", () => this.removeEventListener(type, listener, options), { once: true });
    }
    removeEventListener(type, listener, options) {
      const capture = !!(typeof options === "object" && options !== null ? options.capture : options);
      const list = this.#listeners.get(`${type}`);
      const at = list === undefined ? -1 : list.findIndex((one) => one.listener === listener && one.capture === capture);
      if (at >= 0) list.splice(at, 1);
    }
    dispatchEvent(event) {
      if (!(event instanceof Event)) {
        host.fail(TypeError, "ERR_INVALID_ARG_TYPE",
          `The "event" argument must be an instance of Event. Received ${host.received(event)}`);
      }
      event.target = event.currentTarget = this;
      for (const one of [...this.#listeners.get(event.type) ?? []]) {
        if (one.once) this.removeEventListener(event.type, one.listener, one.capture);
        try {
          if (typeof one.listener === "function") apply(one.listener, this, [event]);
          else one.listener.handleEvent(event);
        } catch (error) { // the other listeners are called all the same
          host.nextTick(() => { throw error; });
        }
        if (event._stopped) break;
      }
      event.currentTarget = null;
      return !event.defaultPrevented;
    }
  }

  class DOMException extends Error {
    #code;
    #name;
    constructor(message = "", name = "Error") {
      super(message);
      this.#name = typeof name === "object" ? name?.name ?? "Error" : `${name}`;
      if (typeof name === "object" && name !== null && "cause" in name) this.cause = name.cause;
      this.#code = CODES[this.#name] ?? 0;
    }
    get name() { return this.#name; }
    get code() { return this.#code; }
  }
  const CODES = {
    IndexSizeError: 1, NotFoundError: 8, NotSupportedError: 9, InvalidStateError: 11, SyntaxError: 12,
    InvalidCharacterError: 5, InvalidAccessError: 15, AbortError: 20, TimeoutError: 23, DataCloneError: 25,
  };
  host.DOMException = DOMException;

  let signalMaker = false;
  class AbortSignal extends EventTarget {
    #aborted = false;
    #reason;
    #onabort = null;
    get onabort() { return this.#onabort; }
    set onabort(listener) {
      if (this.#onabort !== null) this.removeEventListener("abort", this.#onabort);
      this.#onabort = typeof listener === "function" ? listener : null;
      this.addEventListener("abort", this.#onabort);
    }
    constructor() {
      if (!signalMaker) host.fail(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
      super();
    }
    static #make() {
      signalMaker = true;
      try {
        return new AbortSignal();
      } finally {
        signalMaker = false;
      }
    }
    static _make() { return AbortSignal.#make(); }
    static _abort(signal, reason) {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason = reason === undefined ? new DOMException("This operation was aborted", "AbortError") : reason;
      const event = new Event("abort");
      signal.dispatchEvent(event);
    }
    static abort(reason) {
      const signal = AbortSignal.#make();
      abortSignal(signal, reason);
      return signal;
    }
    static timeout(delay) {
      const signal = AbortSignal.#make();
      setTimer(() => abortSignal(signal,
        new DOMException("The operation was aborted due to timeout", "TimeoutError")), delay).unref();
      return signal;
    }
    static any(signals) {
      const signal = AbortSignal.#make();
      for (const one of signals) {
        if (one.aborted) {
          abortSignal(signal, one.reason);
          break;
        }
        one.addEventListener("abort", () => abortSignal(signal, one.reason), { once: true });
      }
      return signal;
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }
  }
  const setTimer = host.global.setTimeout;
  const { _make, _abort: abortSignal } = AbortSignal;
  delete AbortSignal._make;
  delete AbortSignal._abort;

  class AbortController {
    #signal = _make();
    get signal() { return this.#signal; }
    abort(reason) { abortSignal(this.#signal, reason); }
  }

  for (const Type of [Event, CustomEvent, EventTarget, DOMException, AbortController, AbortSignal]) {
    Object.defineProperty(Type.prototype, Symbol.toStringTag, { value: Type.name, configurable: true });
    host.define(Type.name, Type);
  }

  // EventEmitter, callable without `new` on an object of the script's own, as old code does it.
  const CAUGHT = Symbol.for("nodejs.rejection");
  function EventEmitter() {
    EventEmitter.init.call(this);
  }
  EventEmitter.init = function init() {
    if (!Object.hasOwn(this, "_events") || this._events === undefined) {
      this._events = Object.create(null);
      this._eventsCount = 0;
    }
    this._maxListeners = this._maxListeners || undefined;
  };
  const { hasOwn } = Object;
  const eventsOf = (emitter) => {
    if (emitter._events === undefined || !hasOwn(emitter, "_events")) EventEmitter.init.call(emitter);
    return emitter._events;
  };
  const listOf = (emitter, name) => {
    const found = eventsOf(emitter)[name];
    return found === undefined ? [] : typeof found === "function" ? [found] : found;
  };
  function store(emitter, name, list) {
    const events = eventsOf(emitter);
    if (list.length === 0) {
      if (events[name] !== undefined) emitter._eventsCount--;
      delete events[name];
    } else {
      if (events[name] === undefined) emitter._eventsCount++;
      events[name] = list.length === 1 ? list[0] : list;
    }
  }
  function add(emitter, name, listener, first) {
    host.expectFunction(listener, "listener");
    if (eventsOf(emitter).newListener !== undefined) emitter.emit("newListener", name, listener.listener ?? listener);
    const list = listOf(emitter, name);
    store(emitter, name, first ? [listener, ...list] : [...list, listener]);
    return emitter;
  }
  function once(emitter, name, listener) {
    host.expectFunction(listener, "listener");
    let called = false;
    const wrapped = function (...args) {
      if (called) return undefined;
      called = true;
      emitter.removeListener(name, wrapped);
      return apply(listener, emitter, args);
    };
    wrapped.listener = listener;
    return wrapped;
  }
  const methods = {
    on(name, listener) { return add(this, name, listener, false); },
    prependListener(name, listener) { return add(this, name, listener, true); },
    once(name, listener) { return this.on(name, once(this, name, listener)); },
    prependOnceListener(name, listener) { return this.prependListener(name, once(this, name, listener)); },
    removeListener(name, listener) {
      host.expectFunction(listener, "listener");
      const list = [...listOf(this, name)];
      const at = list.findLastIndex((one) => one === listener || one.listener === listener);
      if (at < 0) return this;
      const [gone] = list.splice(at, 1);
      store(this, name, list);
      if (this._events.removeListener !== undefined) this.emit("removeListener", name, gone.listener ?? listener);
      return this;
    },
    removeAllListeners(name) {
      for (const one of name === undefined ? ownKeys(eventsOf(this)) : [name]) {
        for (const listener of [...listOf(this, one)].reverse()) this.removeListener(one, listener);
      }
      return this;
    },
    emit(name, ...args) {
      const list = listOf(this, name);
      if (list.length === 0) {
        if (name !== "error") return false;
        if (args[0] instanceof Error) throw args[0];
        const shown = host.inspect(args[0]);
        const error = new Error(`Unhandled error. (${shown})`);
        error.code = "ERR_UNHANDLED_ERROR";
        error.context = args[0];
        throw error;
      }
      for (const listener of [...list]) apply(listener, this, args);
      return true;
    },
    listeners(name) { return listOf(this, name).map((one) => one.listener ?? one); },
    rawListeners(name) { return [...listOf(this, name)]; },
    listenerCount(name, listener) {
      const list = listOf(this, name);
      return listener === undefined ? list.length : list.filter((one) => (one.listener ?? one) === listener).length;
    },
    eventNames() { return ownKeys(eventsOf(this)); },
    setMaxListeners(count) { this._maxListeners = count; return this; },
    getMaxListeners() { return this._maxListeners ?? EventEmitter.defaultMaxListeners; },
  };
  Object.assign(EventEmitter.prototype, { _events: undefined, _eventsCount: 0, _maxListeners: undefined }, methods);
  EventEmitter.prototype.addListener = EventEmitter.prototype.on;
  EventEmitter.prototype.off = EventEmitter.prototype.removeListener;
  EventEmitter.EventEmitter = EventEmitter;
  EventEmitter.defaultMaxListeners = 10;
  EventEmitter.captureRejectionSymbol = CAUGHT;
  EventEmitter.once = (emitter, name) => new Promise((resolve, reject) => {
    const done = (...args) => {
      emitter.removeListener?.("error", failed);
      resolve(args);
    };
    const failed = (error) => {
      emitter.removeListener(name, done);
      reject(error);
    };
    if (typeof emitter.addEventListener === "function") {
      emitter.addEventListener(name, (event) => resolve([event]), { once: true });
      return;
    }
    emitter.once(name, done);
    if (name !== "error") emitter.once("error", failed);
  });
  host.EventEmitter = EventEmitter;
})
