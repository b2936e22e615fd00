// Primordials: what the other host files use of the built-in objects, as it was before any script could replace it.
// `host.p.ArrayPush(array, item)` is `array.push(item)`.
(function (host) {
  const { bind, call } = Function.prototype;
  const uncurry = bind.bind(call);
  const names = {
    Array: "concat fill filter forEach includes indexOf join map pop push reverse shift slice sort splice unshift",
    String: "charCodeAt codePointAt endsWith includes indexOf lastIndexOf match padEnd padStart repeat replace " +
      "replaceAll slice split startsWith toLowerCase toUpperCase trim",
    Map: "get set has delete entries forEach",
    Set: "add has delete values forEach",
    WeakMap: "get set has",
    WeakSet: "add has",
    Date: "toISOString getTime",
    RegExp: "exec test toString",
    Function: "toString",
    Error: "toString",
    Symbol: "toString",
    Object: "hasOwnProperty propertyIsEnumerable",
    Promise: "then",
  };
  const p = Object.create(null);
  for (const type of Object.keys(names)) {
    for (const name of names[type].split(" ")) {
      p[type + name[0].toUpperCase() + name.slice(1)] = uncurry(globalThis[type].prototype[name]);
    }
  }
  const getter = (object, name) => uncurry(Object.getOwnPropertyDescriptor(object, name).get);
  p.MapSize = getter(Map.prototype, "size");
  p.SetSize = getter(Set.prototype, "size");
  p.BufferSize = getter(ArrayBuffer.prototype, "byteLength");
  p.SharedSize = getter(SharedArrayBuffer.prototype, "byteLength");
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
  p.TypedArrayTag = getter(typedArray, Symbol.toStringTag);
  p.TypedArrayLength = getter(typedArray, "length");
  p.TypedArrayBuffer = getter(typedArray, "buffer");
  p.TypedArrayOffset = getter(typedArray, "byteOffset");
  p.TypedArrayBytes = getter(typedArray, "byteLength");
  p.DataViewBytes = getter(DataView.prototype, "byteLength");
  p.ErrorStack = (error) => error.stack;
  p.MapNext = uncurry(Object.getPrototypeOf(new Map().entries()).next);
  p.SetNext = uncurry(Object.getPrototypeOf(new Set().values()).next);
  p.DateToString = uncurry(Date.prototype.toString);
  p.StringValue = uncurry(String.prototype.valueOf);
  p.NumberValue = uncurry(Number.prototype.valueOf);
  p.BooleanValue = uncurry(Boolean.prototype.valueOf);
  p.SymbolValue = uncurry(Symbol.prototype.valueOf);
  p.BigIntValue = uncurry(BigInt.prototype.valueOf);
  p.SymbolDescription = getter(Symbol.prototype, "description");
  host.p = p;

  const { defineProperty } = Object;
  // As the built-in globals are: writable, configurable, not enumerable.
  const { defineProperty: tryToDefine } = Reflect;
  host.define = (name, value, object = host.global) => {
    const property = { __proto__: null, value, writable: true, configurable: true, enumerable: false };
    if (!tryToDefine(object, name, property)) object[name] = value; // mini-racer's own setTimeout can only be set
  };

  // A global whose making takes a while is made when somebody looks at it.
  host.defineLazily = (name, make) => {
    let value;
    let made = false;
    defineProperty(host.global, name, {
      __proto__: null,
      configurable: true,
      enumerable: false,
      get() {
        if (!made) {
          value = make();
          made = true;
        }
        return value;
      },
      set(other) {
        host.define(name, other);
      },
    });
  };

  // An error as node throws it for a wrong argument.
  host.fail = (Type, code, message) => {
    const error = new Type(message);
    defineProperty(error, "code", { __proto__: null, value: code, writable: true, configurable: true, enumerable: true });
    throw error;
  };

  host.expectFunction = (value, name) => {
    if (typeof value !== "function") {
      host.fail(TypeError, "ERR_INVALID_ARG_TYPE",
        `The "${name}" argument must be of type function. Received ${host.received(value)}`);
    }
  };

  // "Received undefined", "Received type number (5)", "Received an instance of Map"
  host.received = (value) => {
    if (value === null || value === undefined) return String(value);
    if (typeof value === "function") return `function ${value.name}`;
    if (typeof value === "object") {
      const maker = value.constructor;
      return maker && maker.name ? `an instance of ${maker.name}` : host.inspect(value, { depth: -1 });
    }
    let shown = host.inspect(value, { colors: false });
    if (shown.length > 28) shown = p.StringSlice(shown, 0, 25) + "...";
    return `type ${typeof value} (${shown})`;
  };
})
