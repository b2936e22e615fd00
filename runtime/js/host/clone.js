// `structuredClone`: a deep copy, cycles and shared parts kept, without prototypes of the script's own.
(function (host) {
  const p = host.p;
  const { kindOf, proxyTarget } = host.kinds;
  const { keys: ownKeys, getOwnPropertyDescriptor } = Object;
  const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

  function refuse(value) {
    const shown = typeof value === "symbol" ? p.SymbolToString(value)
      : typeof value === "function" ? p.FunctionToString(value) : `#<${host.kinds.classOf(value) ?? "Object"}>`;
    throw new host.DOMException(`${shown} could not be cloned.`, "DataCloneError");
  }

  function copy(value, seen) {
    if (typeof value === "symbol" || typeof value === "function") refuse(value);
    if (value === null || typeof value !== "object") return value;
    if (proxyTarget(value) !== undefined) refuse(value);
    const known = p.MapGet(seen, value);
    if (known !== undefined) return known;
    const note = (made) => {
      p.MapSet(seen, value, made);
      return made;
    };
    const kind = kindOf(value);
    switch (kind) {
      case "Object": case "Module": case "Arguments": return copyProperties(value, note({}), seen);
      case "Array": {
        const made = note([]);
        made.length = value.length;
        return copyProperties(value, made, seen);
      }
      case "Date": return note(new Date(p.DateGetTime(value)));
      case "RegExp": return note(new RegExp(value.source, value.flags));
      case "Boolean": case "Number": case "String": case "BigInt": return note(Object(p[`${kind}Value`](value)));
      case "Map": {
        const made = note(new Map());
        const all = [];
        p.MapForEach(value, (item, key) => p.ArrayPush(all, { key, item }));
        for (let i = 0; i < all.length; i++) p.MapSet(made, copy(all[i].key, seen), copy(all[i].item, seen));
        return made;
      }
      case "Set": {
        const made = note(new Set());
        const all = [];
        p.SetForEach(value, (item) => p.ArrayPush(all, item));
        for (let i = 0; i < all.length; i++) p.SetAdd(made, copy(all[i], seen));
        return made;
      }
      case "Error": return copyError(value, note, seen);
      case "ArrayBuffer": return note(value.slice(0));
      case "SharedArrayBuffer": return value;
      case "DataView":
        return note(new DataView(copy(value.buffer, seen), value.byteOffset, value.byteLength));
      case "Promise": case "WeakMap": case "WeakSet": case "WeakRef": case "Symbol": case "Function": return refuse(value);
      default: {
        const Type = host.kinds.typedArrays[kind];
        return note(new Type(copy(p.TypedArrayBuffer(value), seen), p.TypedArrayOffset(value), p.TypedArrayLength(value)));
      }
    }
  }

  function copyProperties(value, made, seen) {
    for (const key of ownKeys(value)) made[key] = copy(value[key], seen);
    return made;
  }

  function copyError(value, note, seen) {
    const name = `${value.name}`;
    const Type = p.ObjectHasOwnProperty(ERRORS, name) ? ERRORS[name] : Error;
    const made = note(new Type());
    for (const key of ["message", "stack", "cause"]) {
      const found = getOwnPropertyDescriptor(value, key);
      if (found === undefined && key !== "message") continue;
      const held = key === "cause" ? copy(value.cause, seen) : `${value[key]}`;
      Object.defineProperty(made, key, { value: held, writable: true, configurable: true, enumerable: false });
    }
    return made;
  }

  host.kinds.typedArrays = {
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
    BigInt64Array, BigUint64Array, ...typeof Float16Array === "function" ? { Float16Array } : {},
  };
  host.define("structuredClone", function structuredClone(value, options) {
    if (arguments.length === 0) {
      host.fail(TypeError, "ERR_MISSING_ARGS", "The \"value\" argument must be specified");
    }
    const seen = new Map();
    const transfer = options?.transfer ?? [];
    for (const one of transfer) {
      if (!(one instanceof ArrayBuffer)) throw new host.DOMException("Value not transferable", "DataCloneError");
    }
    for (const one of transfer) p.MapSet(seen, one, one.transfer());
    return copy(value, seen);
  });
})
