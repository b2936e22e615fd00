"""What is told after a script has ended, on standard error: as text, or as one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmspell_cli.streams import say

if TYPE_CHECKING:
    from debug.reports import TimerRow
    from llmspell_cli.script_run import Ended


def show_end(ended: Ended) -> None:
    """The error, and what outputs have missed."""
    session, result = ended.session, ended.result
    if result.error is not None:
        from llmspell_cli.render.error_view import show_error

        say(
            show_error(
                result.error,
                session.terminal,
                show_locals=ended.request.locals_in_traces,
                language=result.language,
            )
        )
    for name, count in _lost(ended).items():
        if name == "console" and session.left_behind:
            continue  # nothing more gets through to whoever does not read it
        if not (session.has_console and name in session.failures):  # else the console has said so
            say(f"llmspell: {name} missed {count} entries: {session.failures.get(name, 'it was too slow')}\n")


def show_timers(ended: Ended) -> None:
    """The timers' figures, where the script has started any."""
    rows = timer_rows(ended)
    if rows:
        from llmspell_cli.render import timer_table

        say(timer_table.show_timers(rows, ended.session.terminal))


def timer_rows(ended: Ended) -> tuple[TimerRow, ...]:
    """The timers that the script has started."""
    from debug import reports

    return reports.timer_rows(ended.session.manager.timers.snapshot())


def document(ended: Ended) -> dict[str, Any]:
    """The end of a run as JSON types."""
    result, settings = ended.result, ended.request.settings
    told: dict[str, Any] = {"exit_code": ended.exit_code}
    if result.error is not None:
        from llmspell_cli.render.error_json import error_to_json

        told["error"] = error_to_json(result.error, result.language)
    if result.values:
        from debug.dialects import dialect_of
        from debug.metadata import to_json_types

        dialect = dialect_of(result.language)
        told["values"] = [to_json_types(value, dialect) for value in result.values]
    if settings.timers or settings.perf:
        from debug.reports import timer_rows, timings

        snapshot = ended.session.manager.timers.snapshot()
        told["timings"] = timings(snapshot, timer_rows(snapshot))
    if lost := _lost(ended):
        told["lost_entries"] = lost
    return told


def say_document(told: dict[str, Any]) -> None:
    """Tell it, on one line."""
    import json

    say(json.dumps(told, ensure_ascii=False) + "\n")


def _lost(ended: Ended) -> dict[str, int]:
    fan_out = ended.session.fan_out
    return {} if fan_out is None else fan_out.dropped_by_output
