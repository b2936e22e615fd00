"""Contract, section "Dumps"."""

from __future__ import annotations

from tests.scenarios.scenario import ANY, All, Lacks, Logged, Matches, Scenario, Where


def _infos(*messages: object) -> tuple[Logged, ...]:
    return tuple(Logged("INFO", message) for message in messages)


_one_line = Where("one line", lambda text: isinstance(text, str) and "\n" not in text)
_many_lines = Where("several lines", lambda text: isinstance(text, str) and "\n" in text)

SCENARIOS = (
    Scenario(
        "the four dumps return strings",
        "`dump`, `dumpCompact`, `dumpVerbose`, `dumpWithOptions(value, options, label?)` return a string",
        {
            "lua": """
local v = {name = "ada", tags = {"x", "y"}}
Debug.info(Debug.dump(v))
Debug.info(Debug.dumpCompact(v))
Debug.info(Debug.dumpVerbose(v))
Debug.info(Debug.dumpWithOptions(v, {compact_mode = true}))
""",
            "js": """
const v = {name: "ada", tags: ["x", "y"]};
Debug.info(Debug.dump(v));
Debug.info(Debug.dumpCompact(v));
Debug.info(Debug.dumpVerbose(v));
Debug.info(Debug.dumpWithOptions(v, {compact_mode: true}));
""",
        },
        entries=_infos(
            All((_many_lines, Matches("name"), Matches('"ada"'), Matches('"x".*"y"'))),
            All((_one_line, Matches('name.*"ada".*tags.*"x".*"y"'))),
            All((_many_lines, Matches('name.*"ada"'))),
            All((_one_line, Matches('name.*"ada"'))),
        ),
    ),
    Scenario(
        "a label stands before the value",
        "`label?`",
        {
            "lua": """
Debug.info(Debug.dump({1}, "config"))
Debug.info(Debug.dumpCompact({1}, "config"))
Debug.info(Debug.dumpVerbose({1}, "config"))
Debug.info(Debug.dumpWithOptions({1}, {}, "config"))
""",
            "js": """
Debug.info(Debug.dump([1], "config"));
Debug.info(Debug.dumpCompact([1], "config"));
Debug.info(Debug.dumpVerbose([1], "config"));
Debug.info(Debug.dumpWithOptions([1], {}, "config"));
""",
        },
        entries=_infos(*[Matches("^config")] * 4),
    ),
    Scenario(
        "scalars are shown as they are",
        "a dump shows the value",
        {
            "lua": """
for _, v in ipairs({42, -1.5, true, false, "text"}) do Debug.info(Debug.dumpCompact(v)) end
""",
            "js": """
for (const v of [42, -1.5, true, false, "text"]) Debug.info(Debug.dumpCompact(v));
""",
        },
        entries=_infos("42", "-1.5", "true", "false", Matches('^"?text"?$')),
    ),
    Scenario(
        "nothing is shown in the word of the language",
        "a dump shows the value in the words of its language",
        {"lua": "Debug.info(Debug.dumpCompact(nil))"},
        entries=_infos("nil"),
    ),
    Scenario(
        "numbers that JSON lacks",
        "a dump shows the value",
        {
            "lua": """
Debug.info(Debug.dumpCompact({0/0}))
Debug.info(Debug.dumpCompact({1/0, -1/0}))
Debug.info(Debug.dumpCompact(1e300))
""",
            "js": """
Debug.info(Debug.dumpCompact([0 / 0]));
Debug.info(Debug.dumpCompact([1 / 0, -1 / 0]));
Debug.info(Debug.dumpCompact(1e300));
""",
        },
        entries=_infos(Matches("(?i)nan"), Matches("(?i)inf.*-inf"), Matches(r"1e\+?300")),
    ),
    Scenario(
        "keys come in a stable order",
        "keys come in a stable order (array part, then numbers, then strings, then the rest)",
        {
            "lua": """
local v = {zeta = "z", alpha = "a", [true] = "rest", [10.5] = "number", "first", "second"}
Debug.info(Debug.dump(v))
local same = true
for round = 1, 20 do
  local again = {}
  again.alpha, again[10.5], again[true] = "a", "number", "rest"
  again[2], again.zeta, again[1] = "second", "z", "first"
  same = same and Debug.dump(again) == Debug.dump(v)
end
return same
""",
            "js": """
const v = {zeta: "z", alpha: "a", [Symbol("s")]: "rest", 10: "number", 0: "first", 1: "second"};
Debug.info(Debug.dump(v));
const again = {};
again.alpha = "a"; again[10] = "number"; again[Symbol("s")] = "rest";
again[1] = "second"; again.zeta = "z"; again[0] = "first";
return [Debug.dump(again) === Debug.dump(v)];
""",
        },
        returns=(True,),
        entries=_infos(Matches('"first".*"second".*"number".*"a".*"z".*"rest"')),
    ),
    Scenario(
        "numeric keys are in numeric order",
        "then numbers",
        {
            "lua": 'Debug.info(Debug.dump({[100] = "c", [20] = "b", [-3] = "a"}))',
            "js": 'Debug.info(Debug.dump({100: "c", 20: "b", 3: "a"}))',
        },
        entries=_infos(Matches('"a".*"b".*"c"')),
    ),
    Scenario(
        "arrays and maps are told apart",
        "Arrays and maps are told apart",
        {
            "lua": """
Debug.info(Debug.dumpCompact({"a", "b"}))
Debug.info(Debug.dumpCompact({x = "a", y = "b"}))
""",
            "js": """
Debug.info(Debug.dumpCompact(["a", "b"]));
Debug.info(Debug.dumpCompact({x: "a", y: "b"}));
""",
        },
        entries=_infos(Matches(r'\[.*"a".*"b".*\]'), Matches(r'\{.*x.*"a".*y.*"b".*\}')),
    ),
    Scenario(
        "a value on its own path is a circular reference",
        "shown as a circular reference with the path it leads back to (`<circular reference to $.a.b>`)",
        {
            "lua": """
local root = {a = {b = {}}}
root.a.b.back = root.a.b
root.a.top = root
Debug.info(Debug.dump(root))
local list = {{}}
list[1].up = list[1]
Debug.info(Debug.dumpCompact(list))
"""
        },
        entries=_infos(
            All((Matches(r"<circular reference to \$\.a\.b>"), Matches(r"<circular reference to \$>"))),
            Matches(r"<circular reference to \$\[1\]>"),
        ),
    ),
    Scenario(
        "a value met again elsewhere is shown in full",
        "one met again elsewhere is shown in full",
        {
            "lua": """
local shared = {deep = "treasure"}
Debug.info(Debug.dump({one = shared, two = shared, three = {shared}}))
""",
            "js": """
const shared = {deep: "treasure"};
Debug.info(Debug.dump({one: shared, two: shared, three: [shared]}));
""",
        },
        entries=_infos(All((Matches("treasure.*treasure.*treasure"), Lacks("circular")))),
    ),
    Scenario(
        "what is cut says how much is left out",
        "what is cut says how much is left out",
        {
            "lua": """
local list, map = {}, {}
for i = 1, 60 do
  list[i] = i
  map["k" .. i] = i
end
Debug.info(Debug.dump(list))
Debug.info(Debug.dump(map))
Debug.info(Debug.dump(string.rep("s", 1234)))
Debug.info(Debug.dumpCompact(list))
Debug.info(Debug.dumpCompact(map))
Debug.info(Debug.dumpCompact(string.rep("s", 51)))
""",
            "js": """
const list = [], map = {};
for (let i = 1; i <= 60; i++) {
  list.push(i);
  map["k" + i] = i;
}
Debug.info(Debug.dump(list));
Debug.info(Debug.dump(map));
Debug.info(Debug.dump("s".repeat(1234)));
Debug.info(Debug.dumpCompact(list));
Debug.info(Debug.dumpCompact(map));
Debug.info(Debug.dumpCompact("s".repeat(51)));
""",
        },
        entries=_infos(
            All((Matches(r"\b50\b"), Lacks(r"\b51\b"), Matches(r"\b10 more"))),
            Matches(r"\b10 more"),
            All((Matches("s{200}"), Lacks("s{201}"), Matches(r"\b1034\b|\b1234\b"))),
            All((Matches(r"\b50 more"), Lacks(r"\b11\b"))),
            Matches(r"\b50 more"),
            All((Matches("s{50}"), Lacks("s{51}"))),
        ),
    ),
    Scenario(
        "the presets have their depth",
        "`max_depth`: 10, compact 3, verbose 20",
        {
            "lua": """
local function nest(depth)
  local value = "bottom"
  for i = 1, depth do value = {n = value} end
  return value
end
local function sees(text) return text:find("bottom", 1, true) ~= nil end
return sees(Debug.dump(nest(10))), sees(Debug.dump(nest(11))),
  sees(Debug.dumpCompact(nest(3))), sees(Debug.dumpCompact(nest(4))),
  sees(Debug.dumpVerbose(nest(20))), sees(Debug.dumpVerbose(nest(21)))
""",
            "js": """
function nest(depth) {
  let value = "bottom";
  for (let i = 0; i < depth; i++) value = {n: value};
  return value;
}
const sees = (text) => text.includes("bottom");
return [sees(Debug.dump(nest(10))), sees(Debug.dump(nest(11))),
  sees(Debug.dumpCompact(nest(3))), sees(Debug.dumpCompact(nest(4))),
  sees(Debug.dumpVerbose(nest(20))), sees(Debug.dumpVerbose(nest(21)))];
""",
        },
        returns=(True, False, True, False, True, False),
    ),
    Scenario(
        "every option does what it says",
        "Options and presets",
        {
            "lua": """
local v = {list = {1, 2, 3, 4}, word = "abcdefgh", deep = {deep = {deep = "bottom"}}}
local function dump(options) Debug.info(Debug.dumpWithOptions(v, options)) end
dump({max_depth = 2})
dump({max_string_length = 3})
dump({max_array_elements = 2})
dump({max_table_pairs = 1})
dump({compact_mode = true})
dump({show_types = false})
dump({show_addresses = true})
dump({indent_size = 7})
""",
            "js": """
const v = {list: [1, 2, 3, 4], word: "abcdefgh", deep: {deep: {deep: "bottom"}}};
const dump = (options) => Debug.info(Debug.dumpWithOptions(v, options));
dump({max_depth: 2});
dump({max_string_length: 3});
dump({max_array_elements: 2});
dump({max_table_pairs: 1});
dump({compact_mode: true});
dump({show_types: false});
dump({show_addresses: true});
dump({indent_size: 7});
""",
        },
        entries=_infos(
            Lacks("bottom"),
            All((Matches('"abc'), Lacks("abcd"))),
            Matches(r"\b2 more"),
            Matches(r"\b2 more"),
            _one_line,
            Lacks("table"),
            Matches("0x[0-9a-f]+"),
            Matches(r"\n {7}\S"),
        ),
    ),
    Scenario(
        "options that are wrong fall back",
        "nothing on `Debug` ever raises into the script",
        {
            "lua": """
local v = {1, 2, 3}
local plain = Debug.dump(v)
return Debug.dumpWithOptions(v) == plain, Debug.dumpWithOptions(v, 7) == plain,
  Debug.dumpWithOptions(v, {max_depth = "deep"}) == plain, Debug.dumpWithOptions(v, {max_dept = 1}) == plain,
  type(Debug.dumpWithOptions(v, {max_depth = -1, indent_size = 1e9, max_array_elements = 0/0}))
""",
            "js": """
const v = [1, 2, 3];
const plain = Debug.dump(v);
return [Debug.dumpWithOptions(v) === plain, Debug.dumpWithOptions(v, 7) === plain,
  Debug.dumpWithOptions(v, {max_depth: "deep"}) === plain, Debug.dumpWithOptions(v, {max_dept: 1}) === plain,
  typeof Debug.dumpWithOptions(v, {max_depth: -1, indent_size: 1e9, max_array_elements: 0 / 0})];
""",
        },
        returns=(True, True, True, True, "string"),
        warnings=ANY,
    ),
    Scenario(
        "functions show name and place",
        "Functions show name and `file:line`",
        {
            "lua": """
local function handler() end -- @here
Debug.info(Debug.dump({handler = handler}))
""",
            "js": """
function handler() {} // @here
Debug.info(Debug.dump({handler}));
""",
        },
        entries=_infos(Matches(r"(?i)function.*rules\.\w+:{here}\b")),
    ),
    Scenario(
        "a value that says what it is is shown as that",
        "metatables, `__tostring`, `__name` show as what they are",
        {
            "lua": """
local point = setmetatable({x = 1}, {__tostring = function(p) return "Point(" .. p.x .. ")" end})
local account = setmetatable({id = 7}, {__name = "Account"})
Debug.info(Debug.dump(point))
Debug.info(Debug.dump(account))
Debug.info(Debug.dump(setmetatable({y = 2}, {})))
""",
            "js": """
class Account { id = 7; }
Debug.info(Debug.dump(new Error("Point(1)")));
Debug.info(Debug.dump(new Account()));
Debug.info(Debug.dump(Object.create({}, {y: {value: 2, enumerable: true}})));
""",
        },
        entries=_infos(Matches(r"Point\(1\)"), Matches("Account.*7"), Matches(r"y.*2")),
    ),
    Scenario(
        "a dump calls no user code that could have effects",
        "getters and `__index` are not run; `__tostring` is, guarded",
        {
            "lua": """
local calls = 0
local function touch() calls = calls + 1 return nil end
local trap = setmetatable({seen = "raw"}, {
  __index = touch, __newindex = touch, __len = touch, __pairs = touch, __ipairs = touch, __call = touch,
  __eq = touch, __lt = touch, __le = touch, __concat = touch,
})
local v = {trap, trap = trap}
Debug.info(Debug.dump(v))
Debug.dumpCompact(v)
Debug.dumpVerbose(v)
Debug.logWithData("info", v, v)
return calls
""",
            "js": """
let calls = 0;
const touch = () => { calls++; return undefined; };
const trap = Object.defineProperty({
  seen: "raw", toString: touch, toJSON: touch, valueOf: touch, [Symbol.toPrimitive]: touch,
}, "lazy", {get: touch, enumerable: true});
Object.defineProperty(trap, Symbol.toStringTag, {get: touch});
Object.defineProperty(trap, "constructor", {get: touch});
const v = [trap, {trap}];
Debug.info(Debug.dump(v));
Debug.dumpCompact(v);
Debug.dumpVerbose(v);
Debug.logWithData("info", v, v);
return [calls];
""",
        },
        returns=(0,),
        entries=(Logged("INFO", Matches("raw.*raw")), Logged("INFO", ANY, None, ANY)),
    ),
    Scenario(
        "a __tostring that fails is held",
        "`__tostring` is, guarded",
        {
            "lua": """
local bad = setmetatable({kept = "inside"}, {__tostring = function() error("no") end})
local odd = setmetatable({kept = "inside"}, {__tostring = function() return {} end})
Debug.info(Debug.dump({bad, odd}))
""",
            "js": """
const bad = {kept: "inside", toString() { throw new Error("no"); }, get lazy() { throw new Error("no"); }};
const odd = new Proxy({kept: "inside"}, new Proxy({}, {get() { throw new Error("trap"); }}));
Debug.info(Debug.dump([bad, odd]));
""",
        },
        entries=_infos(Matches("inside.*inside")),
        warnings=ANY,
    ),
    Scenario(
        "a __tostring that never ends is held",
        "nothing on `Debug` ever blocks the script for good",
        {
            "lua": """
local stuck = setmetatable({kept = "inside"}, {__tostring = function() while true do end end})
Debug.info(Debug.dump(stuck))
return "through"
"""
        },
        returns=("through",),
        entries=_infos(Matches("inside")),
        warnings=ANY,
        # LuaJIT is tried by a test that runs it in a process of its own, so that it cannot hang the others.
        engines=frozenset({"lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5"}),
    ),
    Scenario(
        "a __tostring that yields is held",
        "`__tostring` is, guarded",
        {
            "lua": """
local co = coroutine.wrap(function()
  Debug.info(Debug.dump(setmetatable({kept = "inside"}, {__tostring = function() coroutine.yield() end})))
  return "through"
end)
return co()
"""
        },
        returns=("through",),
        entries=_infos(Matches("inside")),
        warnings=ANY,
    ),
    Scenario(
        "every kind of value can be dumped",
        "a dump of any value ends",
        {
            "lua": """
Debug.info(Debug.dump(print))
Debug.info(Debug.dump(coroutine.create(function() end)))
Debug.info(Debug.dump(io and io.stdout or coroutine.create(function() end)))
Debug.info(Debug.dump("a\\255\\0\\27[31m"))
Debug.info(Debug.dump({[{}] = {}, [print] = print, [""] = "", ["two words"] = 1, ["end"] = 2}))
"""
        },
        entries=_infos(
            Matches("function"),
            Matches("thread"),
            ANY,
            All((Lacks("\x1b"), Lacks("\0"))),
            All((Matches('"two words"'), Matches("end"))),
        ),
    ),
    Scenario(
        "a protected metatable is no obstacle",
        "metatables show as what they are",
        {
            "lua": """
local locked = setmetatable({inside = "treasure"}, {__metatable = "locked"})
Debug.info(Debug.dump(locked))
return getmetatable(locked)
"""
        },
        returns=("locked",),
        entries=_infos(Matches("treasure")),
    ),
    Scenario(
        "very deep and very wide values end",
        "cycles and limits",
        {
            "lua": """
local deep, wide = {}, {}
local at = deep
for i = 1, 20000 do at.n = {} at = at.n end
for i = 1, 100000 do wide[i] = {i} end
return #Debug.dump(deep) < 10000, #Debug.dumpVerbose(wide) < 100000,
  #Debug.dumpWithOptions(deep, {max_depth = 1e9}) > 0
""",
            "js": """
const deep = {}, wide = [];
let at = deep;
for (let i = 0; i < 20000; i++) at = at.n = {};
for (let i = 0; i < 100000; i++) wide.push([i]);
return [Debug.dump(deep).length < 10000, Debug.dumpVerbose(wide).length < 100000,
  Debug.dumpWithOptions(deep, {max_depth: 1e9}).length > 0];
""",
        },
        returns=(True, True, True),
        warnings=ANY,
    ),
)
