"""What is evaluated in a stopped script is given up on when somebody asks for that."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest

from debug.debugger.events import SessionError
from debug.debugger.inspector import Limits
from scenarios.debug_run import FOREVER_S, DebugRun
from scenarios.debug_scenario import ENGINES, MAIN, By, language_of

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = By(
    lua="local function spin()\n  while true do\n    local n = 1\n  end\nend\nlocal a = 1 -- @at\nprint(a)",
    js="function spin() {\n  for (;;) {\n    1;\n  }\n}\nlet a = 1; // @at\nconsole.log(a);",
)
ENDLESS = (By(lua="spin()", js="spin()"), By(lua="while true do end", js="for (;;) {}"))
AGAIN_S = 0.05


@pytest.mark.parametrize("endless", ENDLESS, ids=["of the script", "of the text"])
@pytest.mark.parametrize("engine", ENGINES)
def test_it_is_given_up(engine: str, endless: By, tmp_path: Path) -> None:
    patient = Limits(FOREVER_S, 10 * FOREVER_S, 10 * FOREVER_S)
    run = DebugRun(
        engine, tmp_path, PROGRAM.of(engine), session_limits=patient, name=MAIN[language_of(engine)]
    )
    try:
        run.break_at("at")
        run.start()
        run.next_stop()
        run.session.inspector.give_up()  # there is nothing yet, and what comes is not harmed
        assert run.value("1 + 1") == "2"
        frame, said = run.top(), []

        def evaluate() -> None:
            with pytest.raises(SessionError, match="too long") as caught:
                run.session.inspector.evaluate(endless.of(engine), frame)
            said.append(str(caught.value))

        asking = Thread(target=evaluate)
        asking.start()
        for _ in range(int(FOREVER_S / AGAIN_S)):
            run.session.inspector.give_up()
            asking.join(AGAIN_S)
            if not asking.is_alive():
                break
        assert len(said) == 1
        assert run.value("40 + 2") == "42"
        run.go_on()
        assert run.finish().exit_code == 0
    finally:
        run.close()
