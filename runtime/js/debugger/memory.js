// What rewritten text uses by name; runtime/js/debugger/layout.py describes it. Runs before anything else.
(function (names) {
  "use strict";
  const {size_bytes, probe_bytes, words, most_frames, slots} = names;
  const buffer = new SharedArrayBuffer(size_bytes);
  const bytes = new Uint8Array(buffer, 0, probe_bytes);
  const places = new Int32Array(most_frames + 1); // how many functions run, then the probe at which each is
  const kept = new Array(most_frames * slots).fill(null);
  const activations = new Array(most_frames).fill(null);
  const NOTHING = {__proto__: null}; // what a reader answers of a variable that it does not know
  const agent = {
    __proto__: null, NOTHING, buffer, bytes, words: new Int32Array(buffer, probe_bytes, words), places, kept, activations,
    // What the agent puts others in the place of.
    hit: (depth, byte, reader, handed) => handed,
    failed: (depth, error, reader, values) => error,
    left: (depth, error, values) => error,
    caught() {},
    statement: (depth, reader, handed) => handed,
    loaded() {},
    guard() {},
    text: (callee, text, site) => text,
    parameters: (callee, given) => given,
  };

  // One run of a generator or of an async function. It stands on the stack only while it runs.
  class Activation {
    constructor() {
      this.d = -1; // not on the stack
      this.last = 0; // where it was when it left
      this.place = 0;
      this.reader = null; // and the variables that it keeps while it calls
      this.kept = null;
      this.has_ended = false;
      const depth = places[0];
      const below = depth > 0 ? activations[depth - 1] : null;
      this.made_by = below !== null && below.d === depth - 1 ? below : null;
    }

    // It runs (again), if it does not do so already: on top of whatever resumed it.
    on(value) {
      if (this.d < 0) {
        const depth = places[0];
        this.d = this.last = depth;
        places[depth + 1] = this.place;
        activations[depth] = this;
        places[0] = depth + 1;
      }
      return value;
    }

    // It waits, or hands over a value.
    off(value) {
      const depth = this.d;
      if (depth >= 0) {
        this.place = places[depth + 1];
        places[0] = depth;
        this.d = -1;
      }
      return value;
    }

    // After an error: what it called has ended.
    heal() {
      if (this.d < 0) this.on();
      else places[0] = this.d + 1;
    }

    end() {
      this.off();
      this.has_ended = true;
      this.made_by = null; // else a chain of those that start one another has no end
    }
  }
  Object.setPrototypeOf(Activation.prototype, null);
  agent.Activation = Activation;
  return agent;
})
