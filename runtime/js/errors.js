// Describes what was thrown, as JSON: {kind, name, message, shown, trace, column, stack, place, thrown_from, value, cause,
// is_rejection}.
(function (primordials, pictures, stacks, limits, noted) {
  "use strict";
  const {isError, isArray, weakGet, slice} = primordials;
  const {picture, quote, dataProperty, className} = pictures;
  const MAX_DEPTH = 100, MAX_CAUSES = 10;

  function isShort(thrown) {
    return thrown === null || thrown === undefined || typeof thrown === "number" || typeof thrown === "boolean";
  }

  // Of many errors the first.
  function causeOf(thrown) {
    const cause = dataProperty(thrown, "cause");
    if (cause !== undefined) return cause;
    const errors = dataProperty(thrown, "errors"), first = isArray(errors) ? dataProperty(errors, "0") : undefined;
    return isError(first) ? first : undefined;
  }

  function describe(thrown, causes) {
    if (typeof thrown !== "object" || thrown === null || !isError(thrown)) {
      return '{"kind":' + quote(thrown === null ? "null" : typeof thrown)
        + (typeof thrown === "string" ? ',"message":' + quote(thrown) : isShort(thrown) ? ',"shown":"' + thrown + '"' : "")
        + ',"value":' + quote(picture(thrown, limits.data)) + "}";
    }
    const name = dataProperty(thrown, "name"), message = dataProperty(thrown, "message");
    let piece = '{"kind":"error","name":' + quote(typeof name === "string" ? name : className(thrown) || "Error")
      + ',"message":' + (typeof message === "string" ? quote(message) : quote(""));
    const found = stacks.ofError(thrown, MAX_DEPTH);
    if (found !== null) {
      if (found.text !== undefined) piece += ',"stack":' + quote(found.text);
      else piece += ',"trace":' + quote(found.json) + ',"column":' + (found.column === null ? "null" : found.column);
    }
    const where = weakGet(noted, thrown);
    if (where !== undefined) {
      piece += ',"place":[' + quote(where.source) + "," + where.line + "," + (where.column || null) + "]";
    }
    piece += ',"value":' + quote(picture(thrown, limits.data));
    const cause = causeOf(thrown);
    if (causes < MAX_CAUSES && cause !== undefined) piece += ',"cause":' + describe(cause, causes + 1);
    return piece + "}";
  }

  // `from` is [source, line, column] where that is known, in what V8 was given or as it is written.
  return (thrown, from, is_written, is_rejection) => {
    const said = describe(thrown, 0);
    return slice(said, 0, -1) + (is_rejection ? ',"is_rejection":true' : "")
      + (from === null ? "" : ',"thrown_from":[' + quote(from[0]) + "," + from[1] + "," + from[2] + "," + is_written + "]") + "}";
  };
})
