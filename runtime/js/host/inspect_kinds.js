// What kind of object a value is, found without running any code of the script's: by internal slots where it has any.
(function (host) {
  const p = host.p;
  const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
  const isPrototypeOf = Function.prototype.call.bind(Object.prototype.isPrototypeOf);
  const { isArray } = Array;
  const MapType = Map, SetType = Set, PromiseType = Promise;

  const { proxyTarget } = host; // proxies cannot be told from outside: the engine notes each with its target

  const slot = (read) => (value) => {
    try {
      read(value);
      return true;
    } catch {
      return false;
    }
  };
  const kinds = [
    ["Map", MapType.prototype, slot(p.MapSize)],
    ["Set", SetType.prototype, slot(p.SetSize)],
    ["Date", Date.prototype, slot(p.DateGetTime)],
    ["RegExp", RegExp.prototype, slot(Function.prototype.call.bind(getOwnPropertyDescriptor(RegExp.prototype, "source").get))],
    ["Promise", PromiseType.prototype, () => true],
    ["WeakMap", WeakMap.prototype, slot((value) => p.WeakMapHas(value, value))],
    ["WeakSet", WeakSet.prototype, slot((value) => p.WeakSetHas(value, value))],
    ["WeakRef", WeakRef.prototype, () => true],
    ["ArrayBuffer", ArrayBuffer.prototype, slot(p.BufferSize)],
    ["SharedArrayBuffer", SharedArrayBuffer.prototype, slot(p.SharedSize)],
    ["DataView", DataView.prototype, slot(p.DataViewBytes)],
    ["Number", Number.prototype, slot(p.NumberValue)],
    ["String", String.prototype, slot(p.StringValue)],
    ["Boolean", Boolean.prototype, slot(p.BooleanValue)],
    ["Symbol", Symbol.prototype, slot(p.SymbolValue)],
    ["BigInt", BigInt.prototype, slot(p.BigIntValue)],
  ];
  const ErrorProto = Error.prototype;
  const isError = Error.isError || ((value) => isPrototypeOf(ErrorProto, value));
  const ArgumentsTag = Function.prototype.call.bind(Object.prototype.toString);
  const namespaces = new WeakSet();

  function kindOf(value) {
    if (isArray(value)) return "Array";
    if (typeof value === "function") return "Function";
    const typed = p.TypedArrayTag(value);
    if (typed !== undefined) return typed;
    if (isError(value) || isPrototypeOf(ErrorProto, value)) return "Error";
    const proto = getPrototypeOf(value);
    if (proto === null) return p.WeakSetHas(namespaces, value) ? "Module" : "Object";
    if (getPrototypeOf(proto) === null && proto === Object.prototype) {
      return typeof getOwnPropertyDescriptor(value, "length")?.value === "number" &&
        getOwnPropertyDescriptor(value, Symbol.toStringTag) === undefined &&
        ArgumentsTag(value) === "[object Arguments]" ? "Arguments" : "Object";
    }
    for (let i = 0; i < kinds.length; i++) {
      const kind = kinds[i];
      if (isPrototypeOf(kind[1], value) && kind[2](value)) return kind[0];
    }
    return "Object";
  }

  // The name of the class of a value, found as node finds it; null where nothing in its prototypes says one.
  function classOf(value) {
    let object = value;
    while (object !== null && object !== undefined) {
      const found = getOwnPropertyDescriptor(object, "constructor");
      if (found !== undefined && typeof found.value === "function") {
        const name = functionName(found.value);
        if (name !== "" && isInstance(value, found.value)) return name;
      }
      object = proxyTarget(object) === undefined ? getPrototypeOf(object) : null;
    }
    return null;
  }

  function isInstance(value, maker) {
    const prototype = getOwnPropertyDescriptor(maker, "prototype")?.value;
    return prototype !== null && typeof prototype === "object" || typeof prototype === "function"
      ? isPrototypeOf(prototype, value) : false;
  }

  function functionName(value) {
    const found = getOwnPropertyDescriptor(value, "name");
    return found !== undefined && typeof found.value === "string" ? found.value : "";
  }

  host.kinds = { kindOf, classOf, functionName, proxyTarget, namespaces };
})
