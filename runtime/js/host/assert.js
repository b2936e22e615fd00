// `require("assert")`, and the deep comparison under it.
(function (host) {
  const { inspect } = host;
  const { kindOf } = host.kinds;
  const { is } = Object;

  function deepEqual(a, b, strict, seen = new Map()) {
    if (strict ? is(a, b) : a == b || (a !== a && b !== b)) return true;
    if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
    if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    const kind = kindOf(a);
    if (kind !== kindOf(b)) return false;
    if (seen.get(a) === b) return true;
    seen.set(a, b);
    try {
      return sameContents(kind, a, b, strict, seen);
    } finally {
      seen.delete(a);
    }
  }

  function sameContents(kind, a, b, strict, seen) {
    switch (kind) {
      case "Date":
        if (!is(a.getTime(), b.getTime())) return false;
        break;
      case "RegExp":
        if (`${a}` !== `${b}` || a.lastIndex !== b.lastIndex) return false;
        break;
      case "Error":
        if (a.name !== b.name || a.message !== b.message) return false;
        break;
      case "Number": case "String": case "Boolean": case "Symbol": case "BigInt":
        if (!is(a.valueOf(), b.valueOf())) return false;
        break;
      case "Map": case "Set":
        if (a.size !== b.size || !sameMembers(kind, a, b, strict, seen)) return false;
        break;
      case "ArrayBuffer": case "SharedArrayBuffer":
        return deepEqual(new Uint8Array(a), new Uint8Array(b), strict, seen);
      case "Array":
        if (a.length !== b.length) return false;
        break;
      case "Promise": case "WeakMap": case "WeakSet": return false;
      default:
    }
    const keys = keysOf(a, strict);
    if (keys.length !== keysOf(b, strict).length) return false;
    return keys.every((key) => Object.prototype.propertyIsEnumerable.call(b, key) && deepEqual(a[key], b[key], strict, seen));
  }

  const keysOf = (value, strict) => {
    const keys = Object.keys(value);
    if (!strict) return keys;
    return [...keys, ...Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))];
  };

  function sameMembers(kind, a, b, strict, seen) {
    const left = [...b];
    for (const one of a) {
      const at = left.findIndex((other) => (kind === "Map"
        ? deepEqual(one[0], other[0], strict, seen) && deepEqual(one[1], other[1], strict, seen)
        : deepEqual(one, other, strict, seen)));
      if (at < 0) return false;
      left.splice(at, 1);
    }
    return true;
  }

  class AssertionError extends Error {
    constructor({ message, actual, expected, operator, generated = message === undefined }) {
      super(message ?? `${inspect(actual)} ${operator} ${inspect(expected)}`);
      this.generatedMessage = generated;
      this.code = "ERR_ASSERTION";
      Object.assign(this, { actual, expected, operator });
    }
  }
  AssertionError.prototype.name = "AssertionError";

  // What node says, in the short form; it adds a comparison line by line, which is not made here.
  const SAYINGS = {
    strictEqual: "Expected values to be strictly equal:", deepStrictEqual: "Expected values to be strictly deep-equal:",
    deepEqual: "Expected values to be loosely deep-equal:", notStrictEqual: 'Expected "actual" to be strictly unequal to:',
    notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
    notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  };
  function saying(operator, actual, expected) {
    if (operator === "==" || operator === "!=") return `${inspect(actual)} ${operator} ${inspect(expected)}`;
    if (operator.startsWith("not")) return `${SAYINGS[operator]} ${inspect(expected)}`;
    return `${SAYINGS[operator]}\n\n${inspect(actual)} !== ${inspect(expected)}\n`;
  }

  host.makeAssert = (strictOnly) => {
    const fail = (actual, expected, message, operator, caller) => {
      if (message instanceof Error) throw message;
      const error = new AssertionError({
        message: message ?? saying(operator, actual, expected), actual, expected, operator, generated: message === undefined,
      });
      host.captureStack(error, caller);
      throw error;
    };
    const compare = (operator, holds) => {
      const made = (actual, expected, message) => {
        if (!holds(actual, expected)) fail(actual, expected, message, operator, made);
      };
      return made;
    };
    const ok = (...args) => {
      const [value, message] = args;
      if (value) return;
      if (message instanceof Error) throw message;
      const error = new AssertionError({
        message: message ?? (args.length === 0 ? "No value argument passed to `assert.ok()`"
          : "The expression evaluated to a falsy value"),
        actual: value, expected: true, operator: "==", generated: message === undefined,
      });
      host.captureStack(error, ok);
      throw error;
    };
    const assert = (...args) => ok(...args);
    const matches = (error, expected) => {
      if (expected === undefined || typeof expected === "string") return;
      if (typeof expected === "function") {
        if (expected.prototype !== undefined && error instanceof expected) return;
        if (Error.isPrototypeOf(expected)) throw error;
        if (Reflect.apply(expected, {}, [error]) === true) return;
      } else if (expected instanceof RegExp) {
        if (expected.test(`${error}`)) return;
      } else if (Object.keys(expected).concat(expected instanceof Error ? ["name", "message"] : []).every((key) =>
        (expected[key] instanceof RegExp && typeof error[key] === "string"
          ? expected[key].test(error[key]) : deepEqual(error[key], expected[key], true)))) return;
      fail(error, expected, `The error is not the expected one:\n\n${inspect(error)}`, "throws", matches);
    };
    const throws = (run, expected, message) => {
      let thrown;
      try {
        run();
      } catch (error) {
        thrown = { error };
      }
      const said = typeof expected === "string" ? expected : message;
      if (thrown === undefined) fail(undefined, expected, said ?? "Missing expected exception.", "throws", throws);
      matches(thrown.error, expected);
    };
    const rejects = async (run, expected, message) => {
      let thrown;
      try {
        await (typeof run === "function" ? run() : run);
      } catch (error) {
        thrown = { error };
      }
      const said = typeof expected === "string" ? expected : message;
      if (thrown === undefined) fail(undefined, expected, said ?? "Missing expected rejection.", "rejects", rejects);
      matches(thrown.error, expected);
    };
    const loose = (a, b) => a == b || (a !== a && b !== b);
    Object.assign(assert, {
      ok, AssertionError, throws, rejects,
      fail(message = "Failed") {
        fail(undefined, undefined, message, "fail", assert.fail);
      },
      strictEqual: compare("strictEqual", is),
      notStrictEqual: compare("notStrictEqual", (a, b) => !is(a, b)),
      deepStrictEqual: compare("deepStrictEqual", (a, b) => deepEqual(a, b, true)),
      notDeepStrictEqual: compare("notDeepStrictEqual", (a, b) => !deepEqual(a, b, true)),
      equal: compare("==", loose),
      notEqual: compare("!=", (a, b) => !loose(a, b)),
      deepEqual: compare("deepEqual", (a, b) => deepEqual(a, b, false)),
      notDeepEqual: compare("notDeepEqual", (a, b) => !deepEqual(a, b, false)),
      match(text, pattern, message) {
        if (!pattern.test(text)) {
          fail(text, pattern, message ?? `The input did not match the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`, "match", assert.match);
        }
      },
      doesNotMatch(text, pattern, message) {
        if (pattern.test(text)) {
          fail(text, pattern, message ?? `The input was expected to not match the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`, "doesNotMatch", assert.doesNotMatch);
        }
      },
      doesNotThrow(run) {
        run();
      },
      async doesNotReject(run) {
        await (typeof run === "function" ? run() : run);
      },
      ifError(value) {
        if (value !== null && value !== undefined) throw value instanceof Error ? value : new AssertionError({ message: `ifError got unwanted exception: ${inspect(value)}`, actual: value, expected: null, operator: "ifError" });
      },
    });
    if (strictOnly) {
      Object.assign(assert, {
        equal: assert.strictEqual, notEqual: assert.notStrictEqual,
        deepEqual: assert.deepStrictEqual, notDeepEqual: assert.notDeepStrictEqual,
      });
    }
    assert.strict = strictOnly ? assert : host.makeAssert(true);
    return assert;
  };
  host.deepEqual = deepEqual;
})
