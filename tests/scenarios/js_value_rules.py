"""Contract, section "Dumps" and others: what only JavaScript has."""

from __future__ import annotations

from tests.scenarios.scenario import ANY, All, At, Holds, Logged, Matches, Scenario


def _infos(*messages: object) -> tuple[Logged, ...]:
    return tuple(Logged("INFO", message) for message in messages)


SCENARIOS = (
    Scenario(
        "a circular reference of JavaScript counts from 0",
        "Arrays are 1-based in Lua and 0-based elsewhere; `<circular reference to $.a.b>`",
        {
            "js": """
const root = {a: {b: {}}};
root.a.b.back = root.a.b;
root.a.top = root;
Debug.info(Debug.dump(root));
const list = [0, {}];
list[1].up = list[1];
Debug.info(Debug.dumpCompact(list));
"""
        },
        entries=_infos(
            All((Matches(r"<circular reference to \$\.a\.b>"), Matches(r"<circular reference to \$>"))),
            Matches(r"<circular reference to \$\[1\]>"),
        ),
    ),
    Scenario(
        "Map, Set, Date, RegExp and typed arrays show as what they are",
        "classes, Map, Set, Date, Error, typed arrays show as what they are",
        {
            "js": """
Debug.info(Debug.dumpCompact(new Map([["k", 1], [{}, 2]])));
Debug.info(Debug.dumpCompact(new Set(["v"])));
Debug.info(Debug.dumpCompact(new Date(0)));
Debug.info(Debug.dumpCompact(new Date(NaN)));
Debug.info(Debug.dumpCompact(/a+b/gi));
Debug.info(Debug.dumpCompact(new Uint8Array([1, 2])));
Debug.info(Debug.dumpCompact(new Float64Array([0.5])));
Debug.info(Debug.dumpCompact(new BigInt64Array([3n])));
Debug.info(Debug.dumpCompact(new ArrayBuffer(8)));
"""
        },
        entries=_infos(
            'Map(2) { "k" => 1, [Object] => 2 }',
            'Set(1) { "v" }',
            "1970-01-01T00:00:00.000Z",
            "Invalid Date",
            "/a+b/gi",
            "Uint8Array(2) [1, 2]",
            "Float64Array(1) [0.5]",
            "BigInt64Array(1) [3n]",
            "ArrayBuffer { byteLength: 8 }",
        ),
    ),
    Scenario(
        "an error shows its cause",
        "Error show as what they are",
        {
            "js": """
class Refused extends Error { code = "E1"; }
Debug.info(Debug.dumpCompact(new Refused("no entry", {cause: new TypeError("locked")})));
"""
        },
        entries=_infos(
            '[Refused: no entry] { cause: [TypeError: locked], code: "E1" }',
        ),
    ),
    Scenario(
        "primitives that JSON lacks",
        "a dump shows the value",
        {
            "js": """
for (const v of [null, undefined, 12n, Symbol("s"), Symbol.iterator, -0]) Debug.info(Debug.dumpCompact(v));
"""
        },
        entries=_infos("null", "undefined", "12n", "Symbol(s)", "Symbol(Symbol.iterator)", "-0"),
    ),
    Scenario(
        "numbers are written as JavaScript writes them",
        "a dump shows the value in the words of its language",
        {
            "js": """
const numbers = [0, 1e21, 1e-7, 1e-6, 123456789012345680000, 5e-324, 1.7976931348623157e308, NaN, Infinity, -Infinity];
let state = 7;
for (let exponent = -30; exponent <= 30; exponent++) {
  state = state * 1103515245 + 12345 & 0x7fffffff;
  numbers.push((state / 0x7fffffff - 0.5) * 10 ** exponent, 10 ** exponent, Math.round(state * 10 ** exponent));
}
const wrong = numbers.filter((one) => Debug.dumpCompact(one) !== String(one));
return [wrong, Debug.dumpCompact([-0, Object(-0), Object(NaN)])];
"""
        },
        returns=([], "[-0, [Number: -0], [Number: NaN]]"),
    ),
    Scenario(
        "functions are told apart, their place with them",
        "Functions show name and `file:line`",
        {
            "js": """
const here = [function f() {}, async function g() {}, function* h() {}, Math.max, (() => 1)]; // @here
for (const one of here) Debug.info(Debug.dumpCompact(one));
"""
        },
        entries=_infos(
            Matches(r"^\[Function: f \(.*rules\.\w+:{here}\)\]$"),
            Matches(r"^\[AsyncFunction: g \(.*rules\.\w+:{here}\)\]$"),
            Matches(r"^\[GeneratorFunction: h \(.*rules\.\w+:{here}\)\]$"),
            "[Function: max]",
            Matches(r"^\[Function \(.*rules\.\w+:{here}\)\]$"),
        ),
    ),
    Scenario(
        "what has no inside is whole at any depth",
        "what is cut says how much is left out",
        {
            "js": """
const v = {a: [1], d: new Date(0), e: new Error("m".repeat(300)), m: new Map([[1, 2]]), n: [], o: {x: 1}, r: /x/};
Debug.info(Debug.dumpWithOptions(v, {max_depth: 1, compact_mode: true, max_string_length: 4}));
"""
        },
        entries=_infos(
            "{ a: Array [… 1 item], d: 1970…, e: [Error: mmmm…], m: Map { … 1 entry }, n: [], "
            "o: { … 1 property }, r: /x/ }"
        ),
    ),
    Scenario(
        "arrays and sets in data stay lists",
        "`data` becomes structured metadata (JSON types)",
        {
            "js": """
const set = new Set(["v"]), mixed = Object.assign(["a"], {index: 5});
Debug.logWithData("info", "x", {none: [], nothing: {}, set, empty: new Set(), mixed, map: new Map([["k", null]])});
"""
        },
        entries=(
            Logged(
                "INFO",
                "x",
                None,
                {
                    "none": [],
                    "nothing": {},
                    "set": ["v"],
                    "empty": [],
                    "mixed": {"0": "a", "index": 5},
                    "map": {"k": None},
                },
            ),
        ),
    ),
    Scenario(
        "a class instance shows its class, an object without a prototype that",
        "classes show as what they are",
        {
            "js": """
class Account { id = 7; }
const bare = Object.create(null);
bare.a = 1;
Debug.info(Debug.dumpCompact(new Account()));
Debug.info(Debug.dumpCompact(bare));
Debug.info(Debug.dumpCompact(Account));
Debug.info(Debug.dumpCompact(new (class extends Map {})([[1, 2]])));
"""
        },
        entries=_infos(
            "Account { id: 7 }",
            "[Object: null prototype] { a: 1 }",
            Matches(r"^\[class Account \(.*rules\.\w+:\d+\)\]$"),
            Matches(r"\(1\) \{ 1 => 2 \}$"),
        ),
    ),
    Scenario(
        "getters are named and not run",
        "getters and `__index` are not run",
        {
            "js": """
let calls = 0;
const v = {get a() { return ++calls; }, set b(to) {}, get c() { return 1; }, set c(to) {}};
Debug.info(Debug.dumpCompact(v));
return [calls];
"""
        },
        returns=(0,),
        entries=_infos("{ a: [Getter], b: [Setter], c: [Getter/Setter] }"),
    ),
    Scenario(
        "no trap of a proxy is run",
        "A dump calls no user code that could have effects",
        {
            "js": """
const traps = [];
const all = new Proxy({}, {get: (_, name) => (...values) => { traps.push(name); return Reflect[name](...values); }});
const v = new Proxy({seen: "raw"}, all), list = new Proxy([1, 2], all), f = new Proxy(function named() {}, all);
const inherits = Object.create(v);
const {proxy, revoke} = Proxy.revocable({held: "back"}, {});
revoke();
traps.length = 0;
Debug.info(Debug.dumpCompact([v, list, f, proxy]));
Debug.info(Debug.dumpCompact(inherits));
Debug.logWithData("info", v, v);
return [traps];
"""
        },
        returns=([],),
        entries=(
            *_infos(
                All(
                    (
                        Matches('Proxy { seen: "raw" }'),
                        Matches(r"\[1, 2\]"),
                        Matches("Function: named"),
                        Matches("held"),
                    )
                ),
                ANY,
            ),
            Logged("INFO", Matches("raw"), None, {"seen": "raw"}),
        ),
    ),
    Scenario(
        "Proxy looks as it did",
        "or changes what it computes",
        {
            "js": """
const p = new Proxy({}, {get: () => 5});
let refused = 0;
try { Proxy({}, {}); } catch (error) { refused += error instanceof TypeError; }
try { new Proxy(1, {}); } catch (error) { refused += error instanceof TypeError; }
return [p.x, Proxy.name, Proxy.length, typeof Proxy.revocable({}, {}).revoke, refused];
"""
        },
        returns=(5, "Proxy", 2, "function", 2),
    ),
    Scenario(
        "lone surrogates are kept",
        "a string is taken as it is",
        {
            "js": """
Debug.info("a\\ud800z");
Debug.info("\\ud83d\\ude00 \\udc00");
const [first, second] = Debug.getCapturedEntries();
return [first.message === "a\\ud800z", second.message === "\\ud83d\\ude00 \\udc00"];
"""
        },
        returns=(True, True),
        entries=_infos("a\ud800z", "\U0001f600 \udc00"),
    ),
    Scenario(
        "holes, further properties and huge arrays",
        "what is cut says how much is left out",
        {
            "js": """
Debug.info(Debug.dumpCompact([1, , 3]));
Debug.info(Debug.dumpCompact(Object.assign(["a"], {index: 5})));
Debug.info(Debug.dumpCompact(Object.assign([], {length: 4294967295})));
"""
        },
        entries=_infos("[1, <empty>, 3]", '["a", index: 5]', Matches("4294967285 more items")),
    ),
    Scenario(
        "a stack as data, innermost first, of JavaScript",
        "`{frames: [{name, source, line, line_defined, what, ...}], max_depth, truncated, error}`",
        {
            "js": """
class Shop {
  sell(a, b) { // @defined
    return Debug.stackTraceJson(); // @inner
  }
}
function outer() {
  return new Shop().sell(1, 2); // @outer
}
const stack = outer(); // @main
const [first, second, third] = stack.frames;
return [first.name, first.line, first.line_defined, second.name, second.line, third.line, third.what, stack.truncated,
  stack.max_depth, first.source, stack.frames.length];
"""
        },
        returns=(
            "Shop.sell",
            At("inner"),
            At("defined"),
            "outer",
            At("outer"),
            At("main"),
            "main",
            False,
            50,
            Matches(r"rules\.\w+$"),
            3,
        ),
    ),
    Scenario(
        "what JavaScript cannot give is an empty map",
        "What a language cannot give is an empty map, not an invented one",
        {
            "js": """
function f(argument) { return Debug.stackTraceJson({capture_locals: true, capture_upvalues: true}); }
return [f(1).frames[0]];
"""
        },
        returns=(Holds({"locals": [], "upvalues": [], "num_params": 1, "name": "f", "what": "function"}),),
    ),
    Scenario(
        "a script that freezes Error still gets a trace",
        "nothing on `Debug` ever raises into the script",
        {
            "js": """
Error.stackTraceLimit = 1;
Object.freeze(Error);
Object.freeze(Error.prototype);
return [typeof Debug.stackTrace(), Debug.stackTraceJson().frames.length, Error.stackTraceLimit];
"""
        },
        returns=("string", 0, 1),
        warnings=ANY,
    ),
    Scenario(
        "Debug works where no stack is left",
        "nothing on `Debug` ever raises into the script",
        {
            "js": """
let raised = 0, deepest = 0;
function dive(n) {
  deepest = n;
  try { Debug.info("deep", "m"); Debug.dump({a: [1]}); Debug.timer("t").stop(); } catch { raised++; }
  dive(n + 1);
}
try { dive(0); } catch {}
Debug.clearCaptured();
Debug.info("back");
// Where not even a call of an empty function fits any more, no code of anybody's can help.
return [raised < 20 ? true : raised, deepest > 100];
"""
        },
        returns=(True, True),
        entries=_infos("back"),
        warnings=ANY,
        capture_limit=100_000,
    ),
    Scenario(
        "a timed async function returns its promise",
        "`time(name, fn, ...)` runs `fn(...)` inside a timer and returns what it returns",
        {
            "js": """
const result = Debug.time("later", async (a) => a + 1, 41);
return [result instanceof Promise, Debug.memorySnapshot().active_trackers];
"""
        },
        returns=(True, 1),
    ),
    Scenario(
        "a timer's member called without it",
        "nothing on `Debug` ever raises into the script",
        {
            "js": """
const {stop, child, lap} = Debug.timer("t");
return [stop(), lap("x"), typeof child("c").stop()];
"""
        },
        returns=(0, 0, "number"),
        warnings=ANY,
    ),
)
