"""The profile of a run that is over, with the text of its lines and its timers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.entry import readable
from llmspell_cli.end_of_run import timer_rows
from runtime.source_lines import text_of

if TYPE_CHECKING:
    from debug.profile.model import Profile
    from debug.profile.recorder import Recorder
    from llmspell_cli.script_run import Ended
    from runtime.engine import Script

LONGEST_LINE = 500
"""Characters of a line that are kept: a bundle may be all one line."""


def profile_of(recorder: Recorder, ended: Ended) -> Profile:
    """The profile; ends the recording."""
    return recorder.profile(
        script=ended.script.name,
        arguments=ended.script.arguments,
        engine=ended.engine_name,
        exit_code=ended.exit_code,
        timers=timer_rows(ended),
        source_lines=_source_lines(recorder.lines_seen(), ended.script),
    )


def _source_lines(seen: dict[str, set[int]], script: Script) -> dict[str, dict[int, str]]:
    found = {}
    for file, numbers in seen.items():
        lines = text_of(script, file).split(b"\n")
        texts = {
            number: readable(lines[number - 1].removeprefix(b"\xef\xbb\xbf"))[:LONGEST_LINE].rstrip("\r")
            for number in sorted(numbers)
            if 0 < number <= len(lines)
        }
        if texts:
            found[file] = texts
    return found
