// What our own code uses of the language, taken before a script can change it.
(function (global) {
  "use strict";
  const {apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys} = Reflect;
  const {bind, call} = Function.prototype;
  const uncurry = apply(bind, bind, [call]); // uncurry(f)(self, ...arguments) is self.f(...arguments)
  const getter = (prototype, name) => uncurry(getOwnPropertyDescriptor(prototype, name).get);
  const TypedArray = getPrototypeOf(Uint8Array.prototype);
  const flagGetters = [];
  for (const [name, flag] of Object.entries({hasIndices: "d", global: "g", ignoreCase: "i", multiline: "m", dotAll: "s",
    unicode: "u", unicodeSets: "v", sticky: "y"})) {
    if (getOwnPropertyDescriptor(RegExp.prototype, name)) flagGetters.push(flag, getter(RegExp.prototype, name));
  }

  return {
    __proto__: null,
    global, uncurry, getter, apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor,
    getPrototypeOf, ownKeys,
    Array, ArrayBuffer, BigInt, Boolean, Error, Function, Int32Array, Map, Number, Object, Promise, RangeError, SharedArrayBuffer,
    String, SyntaxError, TypeError, Uint8Array, WeakMap, WeakRef, FinalizationRegistry, Proxy,
    eval: global.eval,
    ownNames: Object.getOwnPropertyNames, // much faster than Reflect.ownKeys
    ownSymbols: Object.getOwnPropertySymbols,
    isArray: Array.isArray,
    isError: Error.isError || ((value) => value instanceof Error),
    sort: uncurry(Array.prototype.sort),
    dateNow: Date.now,
    stringify: JSON.stringify,
    parse: JSON.parse,
    load: Atomics.load,
    store: Atomics.store,
    wait: Atomics.wait,
    fromCharCode: String.fromCharCode,
    realCharCodeAt: String.prototype.charCodeAt,
    charCodeAt: uncurry(String.prototype.charCodeAt),
    slice: uncurry(String.prototype.slice),
    indexOf: uncurry(String.prototype.indexOf),
    startsWith: uncurry(String.prototype.startsWith),
    toLowerCase: uncurry(String.prototype.toLowerCase),
    functionText: uncurry(Function.prototype.toString),
    hasOwn: Object.hasOwn,
    isInteger: Number.isInteger,
    floor: Math.floor,
    mapGet: uncurry(Map.prototype.get),
    mapSet: uncurry(Map.prototype.set),
    mapForEach: uncurry(Map.prototype.forEach),
    mapSize: getter(Map.prototype, "size"),
    setForEach: uncurry(Set.prototype.forEach),
    setSize: getter(Set.prototype, "size"),
    weakGet: uncurry(WeakMap.prototype.get),
    weakSet: uncurry(WeakMap.prototype.set),
    weakHas: uncurry(WeakMap.prototype.has),
    deref: uncurry(WeakRef.prototype.deref),
    register: uncurry(FinalizationRegistry.prototype.register),
    then: uncurry(Promise.prototype.then),
    dateTime: uncurry(Date.prototype.getTime),
    dateText: uncurry(Date.prototype.toISOString),
    regexSource: getter(RegExp.prototype, "source"),
    regexFlags(regex) {
      let flags = "";
      for (let i = 0; i < flagGetters.length; i += 2) if (flagGetters[i + 1](regex)) flags += flagGetters[i];
      return flags;
    },
    typedArrayName: getter(TypedArray, Symbol.toStringTag),
    typedArrayLength: getter(TypedArray, "length"),
    bufferLength: getter(ArrayBuffer.prototype, "byteLength"),
    sharedBufferLength: getter(SharedArrayBuffer.prototype, "byteLength"),
    viewLength: getter(DataView.prototype, "byteLength"),
    symbolText: uncurry(Symbol.prototype.toString),
    bigIntText: uncurry(BigInt.prototype.toString),
    numberValue: uncurry(Number.prototype.valueOf),
    stringValue: uncurry(String.prototype.valueOf),
    booleanValue: uncurry(Boolean.prototype.valueOf),
    symbolValue: uncurry(Symbol.prototype.valueOf),
    bigIntValue: uncurry(BigInt.prototype.valueOf),
    prototypes: {
      __proto__: null,
      Object: Object.prototype, Array: Array.prototype, Function: Function.prototype, Promise: Promise.prototype,
      WeakMap: WeakMap.prototype, WeakSet: WeakSet.prototype, WeakRef: WeakRef.prototype, Error: Error.prototype,
      RegExp: RegExp.prototype, String: String.prototype,
    },
  };
})
