// A proxy cannot be told from another object without running its traps: so each one is noted where it is made.
(function (primordials) {
  "use strict";
  const {global, Proxy: RealProxy, WeakMap, construct, defineProperty, apply, weakGet, weakSet} = primordials;
  const targets = new WeakMap();
  const realRevocable = RealProxy.revocable;

  // In the place of Proxy stands a proxy of it, so that it looks the same from everywhere.
  const noted = new RealProxy(RealProxy, {
    __proto__: null,
    construct(real, made_of, new_target) {
      const proxy = construct(real, made_of, new_target === noted ? real : new_target);
      weakSet(targets, proxy, made_of[0]);
      return proxy;
    },
  });
  weakSet(targets, noted, RealProxy);
  const revocable = {
    revocable(target, handler) {
      const made = apply(realRevocable, RealProxy, [target, handler]);
      weakSet(targets, made.proxy, target);
      return made;
    },
  }.revocable;
  defineProperty(RealProxy, "revocable", {__proto__: null, value: revocable, writable: true, enumerable: false, configurable: true});
  defineProperty(global, "Proxy", {__proto__: null, value: noted, writable: true, enumerable: false, configurable: true});

  // What a proxy stands before (of the innermost, where they are nested); undefined where `value` is none.
  return function proxyTarget(value) {
    let target = weakGet(targets, value);
    for (let next = target; next !== undefined; next = weakGet(targets, next)) target = next;
    return target;
  };
})
