"""Contract, sections "Stack traces" and "Breaking in"."""

from __future__ import annotations

from tests.scenarios.scenario import ANY, All, At, Holds, Lacks, Logged, Matches, Number, Scenario

SCENARIOS = (
    Scenario(
        "a stack trace is text",
        "`stackTrace(options?)` returns text starting with `Stack trace:`",
        {
            "lua": """
local function inner()
  local trace = Debug.stackTrace() -- @inner
  return trace
end
local function outer()
  local trace = inner() -- @outer
  return trace
end
local trace = outer() -- @main
Debug.info(trace)
""",
            "js": """
function inner() {
  return Debug.stackTrace(); // @inner
}
function outer() {
  return inner(); // @outer
}
Debug.info(outer()); // @main
""",
        },
        entries=(
            Logged(
                "INFO",
                All(
                    (
                        Matches(r"^Stack trace:"),
                        Matches(r"rules\.\w+:{inner}\b.*rules\.\w+:{outer}\b.*rules\.\w+:{main}\b"),
                        Matches("inner.*outer"),
                    )
                ),
            ),
        ),
    ),
    Scenario(
        "a stack as data, innermost first",
        "`{frames: [{name, source, line, line_defined, what, ...}], max_depth, truncated, error}`",
        {
            "lua": """
local seen = 0
local function inner(a, b) -- @defined
  seen = seen + 1
  local stack = Debug.stackTraceJson() -- @inner
  return stack
end
local function outer()
  local stack = inner(1, 2) -- @outer
  return stack
end
local stack = outer() -- @main
local first, second, third = stack.frames[1], stack.frames[2], stack.frames[3]
return first.name:match("inner"), first.line, first.line_defined, first.num_upvalues, second.line, third.line,
  third.what, stack.truncated, stack.max_depth, first.source
"""
        },
        returns=(
            "inner",
            At("inner"),
            At("defined"),
            Number(1, 2),  # where globals are an upvalue, it counts
            At("outer"),
            At("main"),
            "main",
            False,
            50,
            Matches(r"rules\.\w+$"),
        ),
    ),
    Scenario(
        "a function's parameters are counted",
        "`num_params`",
        {
            "lua": """
local function inner(a, b)
  local stack = Debug.stackTraceJson()
  return stack
end
local function many(a, b, c, d, e, ...)
  local stack = Debug.stackTraceJson()
  return stack
end
local function none(...)
  local stack = Debug.stackTraceJson()
  return stack
end
return inner(1, 2).frames[1].num_params, many().frames[1].num_params, none(1, 2).frames[1].num_params
""",
            "js": """
function inner(a, b) { return Debug.stackTraceJson(); }
function many(a, b, c, d, e, ...rest) { return Debug.stackTraceJson(); }
function none(...rest) { return Debug.stackTraceJson(); }
return [inner(1, 2), many(), none(1, 2)].map((stack) => stack.frames[0].num_params);
""",
        },
        returns=(2, 5, 0),
    ),
    Scenario(
        "Debug's own frames are left out",
        "`Debug`'s own frames left out",
        {
            "lua": """
local stack = Debug.stackTraceJson() -- @here
Debug.info(Debug.stackTrace())
return stack.frames[1].line, stack.frames[1].what
""",
            "js": """
const stack = Debug.stackTraceJson(); // @here
Debug.info(Debug.stackTrace());
return [stack.frames[0].line, stack.frames[0].what];
""",
        },
        returns=(At("here"), "main"),
        entries=(Logged("INFO", Lacks("prelude|stackTrace")),),
    ),
    Scenario(
        "locals where asked for",
        "`capture_locals`, `capture_upvalues` (both false)",
        {
            "lua": """
local outside = "seen"
local function f(argument)
  local number, list, text, none, flag = 42, {1, 2}, "short", nil, true
  local plain = Debug.stackTraceJson()
  local full = Debug.stackTraceJson({capture_locals = true, capture_upvalues = true})
  return plain, full, outside, number, list, text, none, flag
end
local plain, full = f("given")
local function count(map) local n = 0 for _ in pairs(map) do n = n + 1 end return n end
local locals = full.frames[1].locals
return count(plain.frames[1].locals), count(plain.frames[1].upvalues), locals.number, locals.text,
  locals.flag, locals.argument, tostring(locals.list), full.frames[1].upvalues.outside
"""
        },
        returns=(0, 0, 42, Matches("short"), True, Matches("given"), Matches("1.*2"), Matches("seen")),
    ),
    Scenario(
        "at trace level locals are there by themselves",
        "both true when the current level is `trace`",
        {
            "lua": """
Debug.setLevel("trace")
local up = "upvalue"
local function f()
  local answer = 42
  local stack = Debug.stackTraceJson()
  local bare = Debug.stackTraceJson({capture_locals = false, capture_upvalues = false})
  return stack, bare, up, answer
end
local stack, bare = f()
return stack.frames[1].locals.answer, stack.frames[1].upvalues.up, bare.frames[1].locals.answer
"""
        },
        returns=(42, Matches("upvalue"), None),
    ),
    Scenario(
        "the text shows locals where asked for",
        "Options: `capture_locals`",
        {
            "lua": """
local function f()
  local answer = 4711
  local text = Debug.stackTrace({capture_locals = true})
  local bare = Debug.stackTrace()
  return text, bare, answer
end
local text, bare = f()
Debug.info(text)
Debug.info(bare)
"""
        },
        entries=(Logged("INFO", Matches("answer.*4711")), Logged("INFO", Lacks("4711"))),
    ),
    Scenario(
        "a deep stack is cut where it says",
        "`max_depth` (50), `truncated`",
        {
            "lua": """
local function dive(n, options)
  if n == 0 then
    local stack = Debug.stackTraceJson(options)
    return stack
  end
  local stack = dive(n - 1, options)
  return stack
end
local default, three, all = dive(100), dive(100, {max_depth = 3}), dive(10, {max_depth = 200})
return #default.frames, default.truncated, #three.frames, three.truncated, three.max_depth, all.truncated
""",
            "js": """
function dive(n, options) {
  return n === 0 ? Debug.stackTraceJson(options) : dive(n - 1, options);
}
const usual = dive(100), three = dive(100, {max_depth: 3}), all = dive(10, {max_depth: 200});
return [usual.frames.length, usual.truncated, three.frames.length, three.truncated, three.max_depth, all.truncated];
""",
        },
        returns=(50, True, 3, True, 3, False),
    ),
    Scenario(
        "source can be left out",
        "`include_source` (true)",
        {
            "lua": """
Debug.info(Debug.stackTrace({include_source = false}))
Debug.info(Debug.stackTrace({include_source = true})) -- @here
""",
            "js": """
Debug.info(Debug.stackTrace({include_source: false}));
Debug.info(Debug.stackTrace({include_source: true})); // @here
""",
        },
        entries=(Logged("INFO", Lacks(r"rules\.\w+:\d")), Logged("INFO", Matches(r"rules\.\w+:{here}\b"))),
    ),
    Scenario(
        "a stack inside a coroutine",
        "innermost frame first",
        {
            "lua": """
local function inside()
  local stack = Debug.stackTraceJson() -- @here
  return stack
end
local stack = coroutine.wrap(function()
  local stack = inside()
  return stack
end)()
return stack.frames[1].line, stack.error
""",
            "js": """
function inside() {
  return Debug.stackTraceJson(); // @here
}
const stack = (function* () { yield inside(); })().next().value;
return [stack.frames[0].line, stack.error];
""",
        },
        returns=(At("here"), None),
    ),
    Scenario(
        "wrong options fall back",
        "nothing on `Debug` ever raises into the script",
        {
            "lua": """
local a, b = Debug.stackTraceJson(7), Debug.stackTraceJson({max_depth = "x", capture_locals = 3})
local c, d = Debug.stackTraceJson({max_depth = -5}), Debug.stackTraceJson({max_depth = 0 / 0})
return #a.frames > 0, #b.frames > 0, type(c.frames), type(d.frames), type(Debug.stackTrace("x"))
""",
            "js": """
const a = Debug.stackTraceJson(7), b = Debug.stackTraceJson({max_depth: "x", capture_locals: 3});
const c = Debug.stackTraceJson({max_depth: -5}), d = Debug.stackTraceJson({max_depth: 0 / 0});
const kind = (value) => (typeof value === "object" ? "table" : typeof value);
return [a.frames.length > 0, b.frames.length > 0, kind(c.frames), kind(d.frames), kind(Debug.stackTrace("x"))];
""",
        },
        returns=(True, True, "table", "table", "string"),
        warnings=ANY,
    ),
    Scenario(
        "a stack holds what it held then",
        "locals are pictures, not references",
        {
            "lua": """
local function f()
  local state = {step = 1}
  local stack = Debug.stackTraceJson({capture_locals = true})
  state.step = 2
  return stack, state
end
local stack = f()
return tostring(stack.frames[1].locals.state)
"""
        },
        returns=(All((Matches("1"), Lacks("2 *}"))),),
    ),
    Scenario(
        "breakpoint does nothing without a debugger",
        "`breakpoint(condition?)` pauses when a debugger is attached, and does nothing when none is",
        {
            "lua": """
local count = select("#", Debug.breakpoint())
Debug.breakpoint(true)
Debug.breakpoint(false)
Debug.breakpoint({}, 1, 2)
return count, "on it goes"
""",
            "js": """
const count = Debug.breakpoint() === undefined ? 0 : 1;
Debug.breakpoint(true);
Debug.breakpoint(false);
Debug.breakpoint({}, 1, 2);
return [count, "on it goes"];
""",
        },
        returns=(0, "on it goes"),
        entries=(),
    ),
    Scenario(
        "a stack has every field",
        "`{frames: [...], max_depth, truncated, error}`",
        {
            "lua": """
local function f()
  local stack = Debug.stackTraceJson()
  return stack
end
local stack = f()
return stack.frames[1], stack.truncated, stack.max_depth
"""
        },
        returns=(
            Holds(
                {
                    "name": Matches("f"),
                    "source": ANY,
                    "line": ANY,
                    "line_defined": ANY,
                    "what": "Lua",
                    "num_upvalues": ANY,
                    "locals": [],
                    "upvalues": [],
                }
            ),
            False,
            50,
        ),
    ),
)
