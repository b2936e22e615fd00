"""A script in the debugger does what it does otherwise: it logs, returns and fails the same, at the same places."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.js_meaning import check, outcome, snippets

SNIPPETS = Path(__file__).parent / "js_profile"


TRICKY = {
    "a derived class": "class A { constructor(x) { this.x = x } }\n"
    "class B extends A { constructor() { let y = 1\nsuper(y); y++ } }\n"
    "class C extends A {}\nreturn [new B().x, new C(3).x]",
    "a constructor that returns before it has a this": "class A extends Object {\n"
    "constructor() { return {a: 1} } }\nreturn new A().a",
    "a return in finally": "function f() { try { return 1 } finally { return 2 } }\nreturn f()",
    "loops whose functions outlive them": "const all = [];\nfor (let i = 0; i < 3; i++) all.push(() => i++);\n"
    "for (const k in {a: 1, b: 2}) all.push(() => k)\nreturn all.map((f) => f() + '' + f())",
    "a loop's variable that the body changes": "let n = 0;\n"
    "for (let i = 0, j = 9; i < j; i++) { if (i == 2) i = 5; n += i * j; j-- }\nreturn n",
    "variables of a switch": "function f(x) { switch (x) { case 1: let a = 5; return a\n"
    "case 2: a = 7; return a }\nreturn 0 }\n"
    "let r = f(1); try { f(2) } catch (e) { r += e.message }\nreturn r",
    "arguments and parameters": "function f(a, b = a, {c, ...d} = {c: 3, e: 4}) {\n"
    "a = 9; return [arguments.length, a, b, c, d.e] }\n"
    "function g(a) { a = 2; return arguments[0] }\nreturn [f(1), g(1)]",
    "var and hoisting": "x = 5; var x; f(); function f() { x++ }\n{ function g() { return 1 } }\n"
    "if (x) { var y = x }\nreturn [x, y, g()]",
    "this of plain functions": "function f() { return typeof this }\n"
    "function g() { 'use strict'; return typeof this }\nreturn [f(), g(), f.call(1)]",
    "names of the wrapper": "var module = 5; const r = [];\n"
    "for (var exports of [1, 2]) r.push(exports); return [module, r]",
    "semicolons left out": "let a = 1\nlet b = a\n++b\nconst c = b\n;[1, 2].forEach(x => x)\nif (a) b++\n"
    "else b--\ndo b++; while (b < 9) c\nreturn b",
    "comments at the ends": "const f = () => 1 // one\n/* two */ if (f()) /* three */ f() // four\n"
    "else f() /* five */\nwhile (0) f() // six\nreturn f() // seven",
    "sequences and conditions": "let i = 0, n = 0;\nwhile (i++, i < 5) n += i;\nfor (; n++, n < 20;);\n"
    "do n--; while ((i--, i > 0))\nreturn [i, n]",
    "labels": "let n = 0;\n"
    "a: for (;;) { b: { for (;;) { if (n++ > 5) break a; if (n > 3) continue a; break b } } n++ }\n"
    "c: if (n) break c\nreturn n",
    "generators that are left early": "const log = [];\n"
    "function* g() { try { yield 1; yield 2 } finally { log.push('end') } }\n"
    "for (const x of g()) { log.push(x); break }\n"
    "const it = g(); it.next(); log.push(it.return(5).value); const j = g(); j.next();\n"
    "try { j.throw('t') } catch (e) { log.push(e) }\nreturn log",
    "destructuring in catch and for": "let n = 0;\n"
    "try { throw {a: 1, b: [2]} } catch ({a, b: [c]}) { n = a + c }\n"
    "for (const [k, {v}] of [[1, {v: 2}]]) n += k + v\nreturn n",
    "getters and iterators that run": "let n = 0;\n"
    "const o = {get a() { n++; return n }, *[Symbol.iterator]() { n += 10; yield n }};\n"
    "const s = [...o, o.a, `${{toString() { return n++ }}}`]; return [n, s]",
    "the text of functions": "function f(a) { if (a) return a; for (let i = 0; i < 1; i++) { f() } }\n"
    "class A { m() { return 1 } }\n"
    "return [f.toString(), (() => 1).toString(), A.toString(), new A().m.toString(), f.length, f.name]",
    "deep recursion ends the same": "function f(n) { return n ? f(n - 1) + 1 : 0 }\n"
    "let r; try { (function g() { g() })() } catch (e) { r = e.name }\nreturn [f(2000), r]",
    "many variables": "function g() { return 1 }\nfunction f() { "
    + "".join(f"let v{i} = {i};" for i in range(40))
    + "g(); v3 = g(); return v39 + v3 }\nreturn f()",
    "private names and static blocks": "class A { #p = 1; static n = 0;\n"
    "static { for (let i = 0; i < 3; i++) A.n += i }\n"
    "has(o) { return #p in o } get p() { return this.#p++ } }\n"
    "const a = new A(); return [a.p, a.p, a.has(a), A.n]",
    "strings that look like directives": "'not one'\nfunction f() { 'use strict'\n'other'; return this }\n"
    "return f() === undefined",
    "eval and new Function": "let a = 1; const f = new Function('b', 'return b + 1');\n"
    "return [eval('a + 1; var q = 5; q'), f(2), (0, eval)('typeof a')]",
}


@pytest.mark.parametrize("name", TRICKY)
def test_a_tricky_script_returns_the_same(name: str) -> None:
    assert outcome(TRICKY[name])[3] is None
    check(TRICKY[name])


@pytest.mark.parametrize(
    ("kind", "file"), [("returns", "a.js"), ("fails", "a.js"), ("asynchronous", "a.js"), ("modules", "a.mjs")]
)
def test_snippets_do_the_same(kind: str, file: str) -> None:
    for text in snippets(SNIPPETS / f"{kind}.txt").values():
        check(text, file)


_leaves = st.sampled_from(
    [
        "log(1)",
        "n++",
        "if (n > 9) return n",
        "throw n",
        "var v = n",
        "let w = n, u = w; u++; w += k(u); log(w)",
        "k(n)",
        "const c = k(n) + n++; log(c)",
        "for (let j = 0; j < 2; j++) { j += n % 2; log(j) }",
        "let z = 0; while (z++ < 2) log(z)",
        "do n += k(1); while (n % 3)",
    ]
)


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map("\n".join)
    return st.one_of(
        st.builds("try {{ {} }} catch (e) {{ log('c' + e); {} }} finally {{ {} }}".format, body, body, body),
        st.builds("for (let i = 0; i < 2; i++) {{ {} }}".format, body),
        st.builds("for (const i of [1, k(2)]) {{ log(i); {} }}".format, body),
        st.builds("log((() => {{ {}\nreturn 'a' }})())".format, body),
        st.builds("log([3, 2].map((x) => {{ {} }}).length)".format, body),
        st.builds("log([...(function* () {{ yield n; {} }})()].length)".format, body),
        st.builds("log(new (class {{ constructor() {{ this.n = n; {} }} }})().n)".format, body),
        st.builds("wait((async () => {{ {}\nawait n; {} }})())".format, body, body),
        st.builds("l: {{ {}; if (n % 2) break l\n{} }}".format, body, body),
        st.builds("switch (n % 3) {{ case 0: {{ {} }} break\ndefault: {{ {} }} }}".format, body, body),
        st.builds("{{ {} }}".format, body),
        st.builds("if (n % 2) {{ {} }} else {{ {} }}".format, body, body),
    )  # fmt: skip


programs = st.lists(st.recursive(_leaves, _compound, max_leaves=12), min_size=1, max_size=4).map("\n".join)


@settings(max_examples=25, deadline=None)
@given(programs)
def test_a_random_program_does_the_same(program: str) -> None:
    check(
        "let n = 0; const k = (x) => x;\n"
        "const log = (x) => { if (n < 300) { n++; Debug.info('' + x) } else throw 'enough' };\n"
        "const wait = (p) => p.then((x) => log('t' + x), (e) => log('r' + e));\n"
        f"const run = () => {{ {program} }};\ntry {{ log(run()) }} catch (e) {{ log('end' + e) }}"
    )
