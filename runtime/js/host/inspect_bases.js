// What a function and an error are called, before the properties that they may have beside.
(function (host) {
  const p = host.p;
  const { functionName, proxyTarget } = host.kinds;
  const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
  const { isArray } = Array;

  function functionBase(value, name, tag) {
    const source = p.FunctionToString(value);
    const own = functionName(value);
    if (p.StringStartsWith(source, "class") && p.StringEndsWith(source, "}")) {
      let text = `[class ${own === "" ? "(anonymous)" : own}`;
      if (name !== "Function" && name !== null) text += ` [${name}]`;
      if (tag !== "" && name !== tag) text += ` [${tag}]`;
      const above = getPrototypeOf(value);
      if (name === null) text += " extends [null prototype]";
      else if (above !== null && functionName(above) !== "") text += ` extends ${functionName(above)}`;
      return `${text}]`;
    }
    const type = functionType(value);
    let text = `[${type}`;
    if (name === null) text += " (null prototype)";
    text += own === "" ? " (anonymous)" : `: ${own}`;
    text += "]";
    if (name !== type && name !== null) text += ` ${name}`;
    if (tag !== "" && name !== tag && tag !== type) text += ` [${tag}]`;
    return text;
  }

  const FUNCTION_TYPES = [
    [getPrototypeOf(async () => {}), "AsyncFunction"],
    [getPrototypeOf(function* () {}), "GeneratorFunction"],
    [getPrototypeOf(async function* () {}), "AsyncGeneratorFunction"],
  ];

  function functionType(value) {
    const proto = getPrototypeOf(value);
    for (let i = 0; i < 3; i++) if (FUNCTION_TYPES[i][0] === proto) return FUNCTION_TYPES[i][1];
    return "Function";
  }

  function dataOf(value, key) {
    for (let object = value; object !== null; object = getPrototypeOf(object)) {
      const found = getOwnPropertyDescriptor(object, key);
      if (found !== undefined) return found.value;
      if (proxyTarget(object) !== undefined) return undefined;
    }
    return undefined;
  }

  function stackOf(error) {
    const found = getOwnPropertyDescriptor(error, "stack");
    const stack = found === undefined || found.get !== undefined ? host.stackOf(error) : found.value;
    if (typeof stack === "string" && stack !== "") return stack;
    const name = dataOf(error, "name");
    const message = dataOf(error, "message");
    const title = name === undefined ? "Error" : `${typeof name === "symbol" ? p.SymbolToString(name) : name}`;
    return message === undefined || message === "" ? title : `${title}: ${typeof message === "symbol" ? p.SymbolToString(message) : message}`;
  }

  function errorBase(state, error, name, tag, keys) {
    let stack = stackOf(error);
    const own = ["name", "message", "stack"];
    for (let i = 0; i < 3; i++) { // what the stack says already
      const at = p.ArrayIndexOf(keys, own[i]);
      const held = getOwnPropertyDescriptor(error, own[i])?.value;
      if (at >= 0 && (typeof held !== "string" || p.StringIncludes(stack, held))) p.ArraySplice(keys, at, 1);
    }
    const cause = getOwnPropertyDescriptor(error, "cause");
    if (cause !== undefined && !p.ArrayIncludes(keys, "cause")) p.ArrayPush(keys, "cause");
    const errors = getOwnPropertyDescriptor(error, "errors");
    if (errors !== undefined && isArray(errors.value) && !p.ArrayIncludes(keys, "errors")) p.ArrayPush(keys, "errors");
    const title = dataOf(error, "name");
    const known = typeof title === "string" ? title : "Error";
    if (name === null) {
      stack = p.StringReplace(stack, /^([A-Z][a-zA-Z0-9]*Error|Error)?/, (start) => `[${start || known}: null prototype]`);
    } else if (name !== "Error" && !p.StringIncludes(stack, name)) { // a class that kept the name of the one above it
      const start = p.RegExpExec(/^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n {4}at)/, stack);
      const said = start === null ? "" : start[1];
      if (said !== "") {
        const rest = p.StringSlice(stack, said.length);
        stack = p.StringIncludes(name, said) ? name + rest : `${name} [${said}]${rest}`;
      }
    }
    if (tag !== "" && !p.StringIncludes(stack, tag)) stack += ` [${tag}]`;
    if (!p.StringIncludes(stack, "\n    at")) stack = `[${stack}]`;
    if (state.indentation !== 0) {
      stack = p.StringReplaceAll(stack, "\n", `\n${p.StringRepeat(" ", state.indentation)}`);
    }
    return stack;
  }

  const OWN_FRAME = /\n {4}at [^\n]*llmspell:prelude:\d+:\d+\)?(?=\n|$)/g;
  host.stackOf = (error) => {
    const { stack } = error;
    return typeof stack === "string" ? p.StringReplace(stack, OWN_FRAME, "") : stack;
  };

  host.bases = { functionBase, errorBase };
})
