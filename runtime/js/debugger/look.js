// Evaluates what cannot change anything: names, fields, constants and operators. No code of the script's is run.
(function (primordials, proxyTarget, eyes, evaluating) {
  "use strict";
  const {Error, mapGet, Object, getOwnPropertyDescriptor, getPrototypeOf, hasOwn} = primordials;
  const {ReferenceError} = primordials.global;

  // A property's value where that is data.
  function field(value, key) {
    let object = eyes.canBeOpened(value) ? value : Object(value);
    for (; object !== null; object = getPrototypeOf(object)) {
      if (proxyTarget(object) !== undefined) throw new Error("it would ask a proxy, and that may change something");
      const found = getOwnPropertyDescriptor(object, key);
      if (found === undefined) continue;
      if (!hasOwn(found, "value")) throw new Error("it would run a getter, and that may change something");
      return found.value;
    }
    return undefined;
  }

  function named(frame, name) {
    const found = mapGet(frame.names(), name);
    if (found !== undefined) return evaluating.read(frame, found);
    if (getOwnPropertyDescriptor(eyes.global, name) === undefined) throw new ReferenceError(name + " is not defined");
    return field(eyes.global, name);
  }

  function plain(value) {
    if (eyes.canBeOpened(value)) throw new Error("it would turn an object into something else, and that may change something");
    return value;
  }

  function unary(operator, value) {
    switch (operator) {
      case "typeof": return typeof value;
      case "!": return !value;
      case "void": return undefined;
      case "-": return -plain(value);
      case "+": return +plain(value);
      default: return ~plain(value);
    }
  }

  function binary(operator, a, b) {
    switch (operator) {
      case "===": return a === b;
      case "!==": return a !== b;
      case "==": return eyes.canBeOpened(a) && eyes.canBeOpened(b) ? a === b
        : a === null || a === undefined ? b === null || b === undefined
        : b === null || b === undefined ? false : plain(a) == plain(b);
      case "!=": return !binary("==", a, b);
    }
    plain(a);
    plain(b);
    switch (operator) {
      case "+": return a + b;
      case "-": return a - b;
      case "*": return a * b;
      case "/": return a / b;
      case "%": return a % b;
      case "**": return a ** b;
      case "<": return a < b;
      case "<=": return a <= b;
      case ">": return a > b;
      case ">=": return a >= b;
      case "&": return a & b;
      case "|": return a | b;
      case "^": return a ^ b;
      case "<<": return a << b;
      case ">>": return a >> b;
      default: return a >>> b;
    }
  }

  // `tree` as runtime/js/debugger/texts.py makes it.
  function look(frame, tree) {
    switch (tree[0]) {
      case "value": return tree[1];
      case "undefined": return undefined;
      case "bigint": return primordials.BigInt(tree[1]);
      case "name": return named(frame, tree[1]);
      case "this": {
        const found = mapGet(frame.names(), "this");
        return found === undefined ? undefined : evaluating.read(frame, found);
      }
      case "member": {
        const value = look(frame, tree[1]);
        if (tree[3] && (value === null || value === undefined)) return undefined;
        const key = plain(look(frame, tree[2]));
        return field(value, typeof key === "symbol" ? key : "" + key);
      }
      case "unary":
        if (tree[1] === "typeof" && tree[2][0] === "name" && mapGet(frame.names(), tree[2][1]) === undefined
          && getOwnPropertyDescriptor(eyes.global, tree[2][1]) === undefined) return "undefined";
        return unary(tree[1], look(frame, tree[2]));
      case "binary": return binary(tree[1], look(frame, tree[2]), look(frame, tree[3]));
      case "&&": return look(frame, tree[1]) && look(frame, tree[2]);
      case "||": return look(frame, tree[1]) || look(frame, tree[2]);
      case "??": return look(frame, tree[1]) ?? look(frame, tree[2]);
      case "?": return look(frame, tree[1]) ? look(frame, tree[2]) : look(frame, tree[3]);
      default: throw new Error("it may change something");
    }
  }

  evaluating.look = look;
})
