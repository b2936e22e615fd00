// Across promises: whether an error goes into one, and who awaits what runs. V8 knows, and its stacks tell.
(function (primordials, channel, stacks) {
  "use strict";
  const {defineProperty, stringify} = primordials;
  const {callJson} = channel;

  function append(list, value) {
    defineProperty(list, list.length, {__proto__: null, value});
  }

  return {
    __proto__: null,
    hold: stacks.hold,

    // Whether an error that leaves all functions of a stack goes into a promise, though V8 was not told to run microtasks:
    // what runs is an executor, or V8 runs microtasks by itself, with nothing of ours below. Else the event loop gets it.
    takesErrors(held) {
      let is_executor = false, is_outermost = false;
      stacks.eachSite(held, ({is_async, is_own, source, is_constructor, name}) => {
        if (is_async) return;
        if (source === null && is_constructor && name === "Promise") is_executor = true;
        is_outermost = !is_own;
      });
      return is_executor || is_outermost;
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
