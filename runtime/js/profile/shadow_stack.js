// What rewritten functions use while a script is profiled; runtime/js/profile/layout.py describes the memory.
// Runs before anything else, so that our own code, too, sees functions as their authors wrote them.
(function (stack, layout) {
  "use strict";
  const {stack_words: STACK_WORDS, waited_byte, waiting_byte, max_async: MAX_ASYNC, resumed: RESUMED} = layout;
  const MASK = STACK_WORDS - 1;
  const clock = new Float64Array(stack.buffer, 0, 1);
  const waited = new Float64Array(stack.buffer, waited_byte, MAX_ASYNC);
  const waiting = new Int32Array(stack.buffer, waiting_byte, MAX_ASYNC);

  // One run of a generator or of an async function. It stands on the stack only while it runs.
  class Activation {
    constructor(place, number) {
      this.place = place;
      this.number = number; // of the async function; -1 of others
      this.depth = -1; // not on the stack
      this.is_waiting = false;
    }

    // It runs (again), if it does not do so already: on top of whatever resumed it.
    on(value) {
      if (this.depth < 0) {
        const depth = stack[0];
        let place = this.place;
        if (this.is_waiting) {
          this.is_waiting = false;
          waited[this.number] += clock[0];
          waiting[this.number]--;
          if (depth === 0) place |= RESUMED;
        }
        this.depth = depth;
        stack[depth + 1 & MASK] = place;
        stack[0] = depth + 1;
      }
      return value;
    }

    // A generator hands over a value.
    off(value) {
      if (this.depth >= 0) {
        stack[0] = this.depth;
        this.depth = -1;
      }
      return value;
    }

    // An async function waits.
    wait(value) {
      if (this.depth >= 0) {
        stack[0] = this.depth;
        this.depth = -1;
        if (this.number >= 0 && !this.is_waiting) {
          this.is_waiting = true;
          waited[this.number] -= clock[0];
          waiting[this.number]++;
        }
      }
      return value;
    }

    // It is at another line.
    at(place) {
      this.place = place;
      if (this.depth >= 0) stack[this.depth + 1 & MASK] = place | stack[this.depth + 1 & MASK] & RESUMED;
    }
  }
  Object.setPrototypeOf(Activation.prototype, null);

  return Activation;
})
