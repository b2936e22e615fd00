"""The laws of the contract: nothing on `Debug` raises, blocks, or changes what a script computes."""

from __future__ import annotations

from tests.scenarios.scenario import ANY, Logged, Matches, Scenario, Where

CONTRACT_FUNCTIONS = (
    "log",
    "error",
    "warn",
    "info",
    "debug",
    "trace",
    "logWithData",
    "setLevel",
    "getLevel",
    "setEnabled",
    "isEnabled",
    "addModuleFilter",
    "addAdvancedFilter",
    "removeModuleFilter",
    "clearModuleFilters",
    "setDefaultFilterEnabled",
    "getFilterSummary",
    "timer",
    "time",
    "recordEvent",
    "performanceReport",
    "jsonReport",
    "flameGraph",
    "memoryStats",
    "memorySnapshot",
    "profileStart",
    "profileStop",
    "getCapturedEntries",
    "clearCaptured",
    "dump",
    "dumpCompact",
    "dumpVerbose",
    "dumpWithOptions",
    "stackTrace",
    "stackTraceJson",
    "breakpoint",
)
"""Every function of the contract, by its camelCase name."""

TIMER_METHODS = ("stop", "lap", "elapsed", "child")

_ALL_LUA = "local names = {" + ", ".join(f'"{name}"' for name in CONTRACT_FUNCTIONS) + "}\n"
_ALL_JS = "const names = [" + ", ".join(f'"{name}"' for name in CONTRACT_FUNCTIONS) + "];\n"

SCENARIOS = (
    Scenario(
        "every function is there",
        "the `Debug` global",
        {
            "lua": _ALL_LUA
            + """
local missing = {}
for _, name in ipairs(names) do
  if type(Debug[name]) ~= "function" then missing[#missing + 1] = name end
end
local t = Debug.timer("t")
for _, name in ipairs({"stop", "lap", "elapsed", "child"}) do
  if type(t[name]) ~= "function" then missing[#missing + 1] = "timer:" .. name end
end
return missing
""",
            "js": _ALL_JS
            + """
const missing = names.filter((name) => typeof Debug[name] !== "function");
const t = Debug.timer("t");
for (const name of ["stop", "lap", "elapsed", "child"]) {
  if (typeof t[name] !== "function") missing.push("timer." + name);
}
return [missing];
""",
        },
        returns=([],),
    ),
    Scenario(
        "no call raises, whatever it is given",
        "nothing on `Debug` ever raises into the script. Wrong argument types, missing arguments included",
        {
            "lua": _ALL_LUA
            + """
local cyclic = {}
cyclic.self = cyclic
local hostile = setmetatable({}, {
  __index = function() error("index") end, __tostring = function() error("tostring") end,
  __len = function() error("len") end, __call = function() error("call") end,
  __eq = function() error("eq") end, __concat = function() error("concat") end, __name = 7,
})
local odd = {
  0, -1, 1e308, 0/0, 1/0, -1/0, 2^53, 0.5, "", "x", "a\\255\\0", string.rep("long", 500), true, false, {},
  cyclic, hostile, print, coroutine.create(function() end), {[cyclic] = hostile, [0.5] = 0/0},
}
local raised = {}
for _, name in ipairs(names) do
  if name ~= "time" then -- it lets the error of what it runs through
    local call = Debug[name]
    local function try(...)
      local ok, message = pcall(call, ...)
      if not ok then raised[#raised + 1] = name .. ": " .. tostring(message) end
    end
    try()
    for i = 1, #odd do
      try(odd[i])
      try("info", odd[i])
      try(odd[i], odd[i], odd[i], odd[i])
      try(nil, odd[i], nil, odd[i])
      try("x", "y", odd[i])
      try({}, {max_depth = odd[i], capture_locals = odd[i], indent_size = odd[i]}, odd[i])
    end
  end
end
local t = Debug.timer("t")
for _, name in ipairs({"lap", "elapsed", "child", "stop"}) do
  for i = 1, #odd do
    local ok, message = pcall(t[name], t, odd[i], odd[i])
    if not ok then raised[#raised + 1] = "timer:" .. name .. ": " .. tostring(message) end
    ok, message = pcall(t[name], odd[i])
    if not ok then raised[#raised + 1] = "timer." .. name .. ": " .. tostring(message) end
  end
  local ok, message = pcall(t[name])
  if not ok then raised[#raised + 1] = "timer." .. name .. ": " .. tostring(message) end
end
return raised
""",
            "js": _ALL_JS
            + """
const cyclic = {};
cyclic.self = cyclic;
const refuse = () => { throw new Error("no"); };
const everything = {get: () => refuse};
const hostile = {
  toString: refuse, valueOf: refuse, toJSON: refuse, [Symbol.toPrimitive]: refuse, get length() { return refuse(); },
};
const trapped = new Proxy(function () {}, new Proxy({}, everything));
const revoked = Proxy.revocable({}, {});
revoked.revoke();
class Odd extends Array { get length() { return refuse(); } }
const odd = [
  0, -1, -0, 1e308, 0 / 0, 1 / 0, -1 / 0, 2 ** 53, 0.5, "", "x", "a\\ud800\\0", "long".repeat(500), true, false,
  {}, null,
  undefined, 10n ** 50n, Symbol("s"), Symbol.iterator, cyclic, hostile, trapped, revoked.proxy, parseInt,
  class A {},
  new Map([[cyclic, hostile]]), new Set([trapped]), Object.create(null), new Date(NaN), /x/g, new Error("e"),
  [, 1], new Odd(),
  Promise.resolve(1), new Uint8Array(3), new ArrayBuffer(8), new WeakMap(), (function* () {})(), globalThis,
  Object(1n), Object(Symbol()),
];
const raised = [];
function attempt(name, call, ...values) {
  try {
    call(...values);
  } catch (error) {
    raised.push(`${name}: ${error && error.message}`);
  }
}
for (const name of names) {
  if (name === "time") continue; // it lets the error of what it runs through
  const call = Debug[name];
  attempt(name, call);
  for (const value of odd) {
    attempt(name, call, value);
    attempt(name, call, "info", value);
    attempt(name, call, value, value, value, value);
    attempt(name, call, undefined, value, null, value);
    attempt(name, call, "x", "y", value);
    attempt(name, call, {}, {max_depth: value, capture_locals: value, indent_size: value}, value);
  }
}
const t = Debug.timer("t");
for (const name of ["lap", "elapsed", "child", "stop"]) {
  for (const value of odd) {
    attempt("timer." + name, t[name].bind(t), value, value);
    attempt("timer." + name, t[name].bind(value), value);
  }
  attempt("timer." + name, t[name]);
}
return [raised];
""",
        },
        returns=([],),
        warnings=ANY,
    ),
    Scenario(
        "what was wrong is reported once per cause",
        "reported once per distinct cause, as a `warn` entry of module `llmspell.debug`",
        {
            "lua": """
for i = 1, 50 do Debug.setLevel("loud") end
for i = 1, 50 do Debug.addAdvancedFilter("(", "regex") end
""",
            "js": """
for (let i = 0; i < 50; i++) Debug.setLevel("loud");
for (let i = 0; i < 50; i++) Debug.addAdvancedFilter("(", "regex");
""",
        },
        entries=(),
        warnings=Where("two or three warnings", lambda found: len(found) == 2),
    ),
    Scenario(
        "a script may take Debug apart without losing it",
        "what the script does to its own globals is its own business",
        {
            "lua": """
local info, timer, dump, stack = Debug.info, Debug.timer, Debug.dump, Debug.stackTrace
local keep = {tostring = tostring, type = type, pcall = pcall, find = string.find}
string.format, string.rep, string.find, table.concat, table.sort = nil, nil, nil, nil, nil
tostring, type, pairs, ipairs, next, select, pcall, error = nil, nil, nil, nil, nil, nil, nil, nil
rawget, setmetatable, getmetatable, coroutine, os, math = nil, nil, nil, nil, nil, nil
info("still here")
info({1, 2, {a = "b"}}, "m")
local t = timer("t")
t:stop()
local text = dump({1, {2}}, "label")
local trace = stack()
return keep.type(text), keep.find(trace, "Stack trace:", 1, true)
""",
            "js": """
const {info, timer, dump, stackTrace: stack} = Debug;
const includes = Function.prototype.call.bind(String.prototype.includes), {defineProperty} = Object;
const refuse = () => { throw new Error("taken away"); };
const {getOwnPropertyNames, getPrototypeOf} = Object;
const kinds = [Array, String, Map, WeakMap, Set, Function, Number, RegExp, Date, Promise, Symbol, BigInt, Boolean,
  getPrototypeOf(Uint8Array), ArrayBuffer];
for (const kind of kinds) {
  for (const name of getOwnPropertyNames(kind.prototype)) {
    if (name !== "constructor") try { defineProperty(kind.prototype, name, {value: refuse}); } catch {}
  }
}
for (const space of [Reflect, JSON, Atomics, Math, Object, Array, Number, String]) {
  for (const name of getOwnPropertyNames(space)) try { defineProperty(space, name, {value: refuse}); } catch {}
}
for (const name of getOwnPropertyNames(globalThis)) try { delete globalThis[name]; } catch {}
info("still here");
info([1, 2, {a: "b"}], "m");
const t = timer("t");
t.stop();
const text = dump([1, [2]], "label");
const trace = stack();
return ["string", includes(trace, "Stack trace:") ? 1 : 0, 12];
""",
        },
        returns=("string", 1, 12),
        entries=(Logged("INFO", "still here"), Logged("INFO", Matches("1.*2.*b"), "m")),
    ),
    Scenario(
        "a stripped string metatable is no obstacle",
        "nothing on `Debug` ever raises into the script",
        {
            "lua": """
local meta = getmetatable("")
local index = meta and meta.__index
if meta then meta.__index = nil end
Debug.info("text", "m")
local text = Debug.dump({a = {1, "x"}})
Debug.addModuleFilter("a.*")
local trace = Debug.stackTrace()
if meta then meta.__index = index end
return type(text), type(trace)
"""
        },
        returns=("string", "string"),
        entries=(Logged("INFO", "text", "m"),),
    ),
    Scenario(
        "calls do not touch the random numbers, the environment or the stack",
        "or changes what it computes",
        {
            "lua": """
local before = {}
for name in pairs(_G) do before[name] = true end
math.randomseed(42)
local a = {math.random(1000), math.random(1000)}
math.randomseed(42)
local b = {}
for i = 1, 2 do
  local t = Debug.timer("t")
  Debug.info("x", "m")
  Debug.dump({}) Debug.stackTrace() Debug.performanceReport()
  t:stop()
  b[i] = math.random(1000)
end
local new = {}
for name in pairs(_G) do
  if not before[name] then new[#new + 1] = name end
end
return a[1] == b[1] and a[2] == b[2], new
""",
            "js": """
Error.prepareStackTrace = () => "mine";
const before = new Set(Reflect.ownKeys(globalThis)), errors = Reflect.ownKeys(Error).length;
const limit = Error.stackTraceLimit;
for (let i = 0; i < 2; i++) {
  const t = Debug.timer("t");
  Debug.info("x", "m");
  Debug.dump({}); Debug.stackTrace(); Debug.performanceReport();
  Debug.dump(new Error("e"));
  t.stop();
}
const mine = new Error("x").stack === "mine";
const same = errors === Reflect.ownKeys(Error).length && limit === Error.stackTraceLimit && mine;
return [same, Reflect.ownKeys(globalThis).filter((name) => !before.has(name))];
""",
        },
        returns=(True, []),
    ),
    Scenario(
        "logging inside __gc, __tostring and sort is fine",
        "nothing on `Debug` ever raises, blocks or changes",
        {
            "lua": """
local named = setmetatable({}, {__tostring = function() Debug.info("asked", "t") return "named" end})
Debug.info(Debug.dumpCompact(named))
local list = {3, 1, 2}
table.sort(list, function(a, b) Debug.debug("compare", "s") return a < b end)
return list
""",
            "js": """
const named = {toString() { Debug.info("asked", "t"); return "named"; }};
Debug.info("" + named);
const list = [3, 1, 2].sort((a, b) => { Debug.debug("compare", "s"); return a - b; });
return [list];
""",
        },
        returns=([1, 2, 3],),
        entries=(Logged("INFO", "asked", "t"), Logged("INFO", Matches("named"))),
    ),
)
