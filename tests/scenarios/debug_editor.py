"""Scenarios of the debugger as an editor is told of them (`real/programs/js/dap_scenarios.mjs`), and what it tells."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec

from scenarios.debug_scenario import MAIN, language_of
from scenarios.debug_seen import Account

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.debug_scenario import At, Scenario

REASONS = {"function": "function breakpoint", "data": "data breakpoint", "statement": "breakpoint"}


class Failure(msgspec.Struct, frozen=True):
    """A scenario that did not come to its end."""

    error: str


def task(scenario: Scenario, engine: str, folder: Path) -> dict[str, Any]:
    """What the editor has to do. The program's files are written to the folder, which is not there yet."""
    language = language_of(engine)
    files = scenario.files(language)
    marks = scenario.places(language)
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)

    def breakpoint_at(one: At) -> dict[str, Any]:
        name, line = marks[str(one.mark)]
        return {"path": str(folder / name), "breakpoint": {"line": line} | _rules(one)}

    steps = []
    for step in scenario.steps:
        told = {"do": type(step).__name__, **asdict(step)}
        if told["do"] == "Have":
            told["breaks"] = [breakpoint_at(one) for one in step.breaks]
        steps.append(told)
    return {
        "engine": engine,
        "folder": str(folder),
        "program": str(folder / MAIN[language]),
        "files": [str(folder / name) for name in files],
        "entry": scenario.entry,
        "breaks": [breakpoint_at(one) for one in scenario.breaks],
        "functions": [{"name": one.function} | _rules(one) for one in scenario.functions],
        "errors": [_without_nothing(asdict(one)) for one in scenario.errors],
        "steps": steps,
    }


def accounts(seen: bytes, folders: list[Path]) -> list[Account | Failure]:
    """What the editor has seen; a program is launched by its path, and told of by its name."""
    answers = [
        bytes(raw).replace(f"{folder}/".encode(), b"")
        for raw, folder in zip(msgspec.json.decode(seen, type=list[msgspec.Raw]), folders, strict=True)
    ]
    return [
        msgspec.json.decode(answer, type=Failure if answer.startswith(b'{"error"') else Account)
        for answer in answers
    ]


def _rules(one: Any) -> dict[str, Any]:
    return _without_nothing(
        {
            "condition": one.condition,
            "hitCondition": one.hits,
            "logMessage": getattr(one, "log", None),
        }
    )


def _without_nothing(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
