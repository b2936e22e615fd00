// Across promises: whether an error goes into one, and who awaits what runs. V8 knows, and its stacks tell.
(function (primordials, channel, stacks) {
  "use strict";
  const {defineProperty, stringify} = primordials;
  const {callJson} = channel;
  const ASKS = "ask"; // of channel.js: below it Python has V8 run microtasks

  function append(list, value) {
    defineProperty(list, list.length, {__proto__: null, value});
  }

  return {
    __proto__: null,
    hold: stacks.hold,

    // Whether an error that leaves all functions of a stack goes into a promise: what runs is a promise's callback, or
    // its executor. Else it gets to the event loop, which ends the run.
    takesErrors(held) {
      let is_executor = false, is_below = false, below = null; // what stands below the outermost function of the script's
      stacks.eachSite(held, (at) => {
        if (at.is_async) return;
        if (at.source === null && at.is_constructor && at.name === "Promise") is_executor = true;
        if (!at.is_own) is_below = true;
        else if (is_below) {
          below = at.name;
          is_below = false;
        }
      });
      return is_executor || is_below || below === ASKS;
    },

    // The probes at which functions await what runs, from the innermost on; 0 for one that has none.
    awaiting(held) {
      const asked = [];
      stacks.eachSite(held, ({is_async, is_own, source, line, column}) => {
        if (is_async && !is_own && source !== null) append(asked, [source, line, column]);
      });
      return asked.length === 0 ? [] : callJson("debugger.awaiting", stringify(asked));
    },
  };
})
