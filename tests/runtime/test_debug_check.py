"""What is wrong with an expression, told from its text alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scenarios.debug_run import DebugRun

if TYPE_CHECKING:
    from pathlib import Path

LUA = ["lua5.1", "lua5.2", "lua5.3", "lua5.4", "lua5.5", "luajit"]


@pytest.mark.parametrize("engine", LUA)
def test_an_expression_of_lua(engine: str) -> None:
    from runtime.lua.debugger.checking import problem_of

    for right in ("n > 3", "#words == 0 -- a remark", "f(function() return 1 end)", "'\\0'"):
        assert problem_of(right, engine) is None
    wrong = problem_of("n ==", engine)
    assert wrong is not None
    assert wrong.startswith("unexpected symbol near ")
    assert problem_of("n = 3", engine) is not None
    assert problem_of("n > 3 end", engine) is not None
    assert problem_of("(", engine) is not None


@pytest.mark.parametrize(
    ("engine", "name", "text"), [("lua5.4", "a.lua", "local n = 1"), ("js", "a.js", "let n = 1;")]
)
def test_the_session_asks_the_script_while_it_runs_or_not(
    engine: str, name: str, text: str, tmp_path: Path
) -> None:
    run = DebugRun(engine, tmp_path, f"{text} // @at" if engine == "js" else f"{text} -- @at", name=name)
    try:
        assert run.session.check("n ==") is None  # there is no script yet
        run.break_at("at")
        run.start()
        run.next_stop()
        assert run.session.check("n == 1") is None
        assert run.session.check("n ==")
    finally:
        run.close()
