"""Texts that a script of JavaScript compiles while it runs mean the same in the debugger, and it stops in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debug.debugger.events import SourceLoaded
from debug.debugger.places import AtFunction
from debug.debugger.target import ExceptionOrder
from scenarios.debug_run import DebugRun
from scenarios.js_meaning import check, outcome, snippets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Start = Callable[..., DebugRun]

VALUES = snippets(Path(__file__).parent / "js_debug" / "compiled.txt")


@pytest.mark.parametrize("name", VALUES)
def test_a_text_means_the_same(name: str) -> None:
    assert outcome(VALUES[name])[3] is None
    check(VALUES[name])


_statements = st.recursive(
    st.sampled_from(
        [
            "n++",
            "7",
            "var v = 1",
            "let l = n; l + 1",
            "function f() { return n }",
            ";",
            "'s'",
            "throw n",
            "k(n)",
            "// c\n",
        ]
    ),
    lambda inner: st.one_of(
        st.builds("{{ {}; {} }}".format, inner, inner),
        st.builds("if (n % 2) {{ {} }} else {{ {} }}".format, inner, inner),
        st.builds("if (n % 2) n; else {{ {} }}".format, inner),
        st.builds("for (let i = 0; i < 2; i++) {{ {}; }}".format, inner),
        st.builds("do {{ {}; break; }} while (n < 3)".format, inner),
        st.builds("try {{ {} }} catch (e) {{ {} }} finally {{ {} }}".format, inner, inner, inner),
        st.builds("switch (n % 2) {{ case 0: {{ {} }} default: {{ {} }} }}".format, inner, inner),
        st.builds("l: {{ {}; if (n > 1) break l; {} }}".format, inner, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(_statements, min_size=1, max_size=4).map("\n".join), st.sampled_from(["eval", "(0, eval)"]))
def test_a_random_text_has_the_same_value(text: str, called: str) -> None:
    check(
        f"let n = 1; globalThis.n = 1; globalThis.k = (x) => x + 1;\n"
        f"const run = () => {called}({text!r});\n"
        "const said = [];\nfor (let i = 0; i < 3; i++) try { said.push(run()) } catch (e) { said.push('e' + e) }\n"
        "return [said.map((x) => typeof x === 'function' ? 'f' : x), n, globalThis.n]"
    )


@pytest.fixture
def debug(tmp_path: Path) -> Iterator[Start]:
    runs: list[DebugRun] = []

    def start(text: str) -> DebugRun:
        run = DebugRun("js", tmp_path, text, name="script.js")
        runs.append(run)
        return run

    yield start
    for run in runs:
        run.close()


def test_stops_in_a_text_and_sees_what_is_around_it(debug: Start) -> None:
    run = debug(
        "let outer = 1;\nfunction f(a) {\n  let b = a + 1;\n"
        "  eval('let c = b * 2;\\nc += outer;\\nouter = c //# sourceURL=inner.js'); // @here\n"
        "  return b; // @after\n}\nf(4);"
    )
    run.break_at("here")
    run.start()
    run.next_stop()
    stops = [run.step("into") for _ in range(3)]
    assert [(one.location and (one.location.name, one.location.line)) for one in stops] == [
        ("inner.js", 1),
        ("inner.js", 2),
        ("inner.js", 3),
    ]
    assert run.names() == ["(main)", "f", "(main)"]
    assert [run.value(name) for name in ("a", "b", "c", "outer", "b + c")] == ["4", "5", "11", "1", "16"]
    assert run.scope("Locals")["c"] == "11"
    assert run.scope("Closure (f)")["b"] == "5"
    assert run.value("b = 50") == "50"
    assert run.where(run.step("over")) == "after"
    assert run.value("[b, outer]") == "[50, 11]"


def test_stops_in_functions_made_of_texts(debug: Start) -> None:
    run = debug(
        "const add = new Function('a', 'b', 'const c = a + b;\\nreturn c');\n"
        "eval('function twice(x) { return x * 2 }');\nadd(1, 2);\ntwice(4);"
    )
    run.session.breakpoints.add(AtFunction("anonymous"))
    run.session.breakpoints.add(AtFunction("twice"))
    run.start()
    stop = run.next_stop()
    assert stop.location is not None
    assert stop.location.line == 3, "as V8 counts them"
    assert run.scope("Locals")["b"] == "2"
    assert run.step("over").location is not None
    assert run.value("c") == "3"
    run.go_on()
    assert run.next_stop().reason == "breakpoint"
    assert run.value("x") == "4"
    loaded = [event.source for event in run.client.of(SourceLoaded)]
    assert [source.name for source in loaded] == ["script.js", "<Function 1>", "<eval 2>"]
    assert (
        run.session.sources.text(loaded[1].id)
        == "(function anonymous(a,b\n) {\nconst c = a + b;\nreturn c\n})"
    )
    run.go_on()
    assert run.finish().exit_code == 0


def test_an_error_in_a_text(debug: Start) -> None:
    run = debug("const f = new Function('a', 'const b = a * 2;\\nb.c.d');\nf(4);")
    run.session.breakpoints.set_exceptions([ExceptionOrder(uncaught=True)])
    run.start()
    stop = run.next_stop()
    assert stop.location is not None
    assert (stop.reason, stop.location.name, stop.location.line) == ("exception", "<Function 1>", 4)
    assert run.scope("Locals") | {} == {"a": "4", "b": "8"}
    run.go_on()
    assert run.finish().exit_code == 1


def test_a_text_that_is_run_again_is_one_source(debug: Start) -> None:
    run = debug("let n = 0;\nfor (let i = 0; i < 5; i++) eval('n += i');\nn; // @end")
    run.break_at("end")
    run.start()
    run.next_stop()
    assert run.value("n") == "10"
    assert len(run.client.of(SourceLoaded)) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("const e = eval; e('1'); e('2');", "what eval compiles under another name"),
        ("[1].map(eval);", "what eval compiles under another name"),
        ("eval('1' + ' '.repeat(1000001));", "a text for eval or Function of more than 1,000,000 characters"),
        (
            "for (let i = 0; i < 1003; i++) eval('1 + ' + i);",
            "more texts for eval and Function than are looked at",
        ),
        ("typeof eval; global.eval('1'); eval === 1; (0, eval)('2');", None),
    ],
)
def test_what_is_not_stopped_in_is_told_once(debug: Start, text: str, reason: str | None) -> None:
    run = debug(text)
    run.start()
    assert run.finish().exit_code == 0
    told = [event.source.unstoppable for event in run.client.of(SourceLoaded)]
    assert [one for one in told if one is not None] == ([] if reason is None else [reason])
