"""`llmspell profile`: run a script, and show and save where its time went."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

from debug.profile.recorder import Recorder, Settings
from llmspell_cli.end_of_run import document, say_document, show_end
from llmspell_cli.script_run import Watch, run_script
from llmspell_cli.streams import say

if TYPE_CHECKING:
    from debug.profile.model import Profile
    from llmspell_cli.live_line import LiveLine
    from llmspell_cli.profile_request import ProfileRequest
    from llmspell_cli.script_run import Ended
    from llmspell_cli.wiring import Session


def profile_command(request: ProfileRequest) -> int:
    """Run the script, profiled; its exit code. Raises `UsageProblem`."""
    recorder = Recorder(
        Settings(request.rate_hz, request.lines, request.memory),
        on_begin=lambda: load_what_the_end_needs(request),
    )

    def live_line(session: Session) -> LiveLine | None:
        if request.run.json or not session.terminal.is_tty or os.environ.get("TERM") == "dumb":
            return None
        from llmspell_cli.live_line import LiveLine

        return LiveLine(session.terminal, recorder.progress)

    def report(ended: Ended) -> int:
        recorder.end()
        if not request.run.json:
            show_end(ended)  # first what the run came to: the profile may be long in the making
        from llmspell_cli.profile_of_run import profile_of

        return _report(request, ended, profile_of(recorder, ended))

    return run_script(request.run, report, Watch(recorder, live_line, request.ends_by_duration))


def load_what_the_end_needs(request: ProfileRequest) -> Thread:
    """On a thread of its own, beside a script that mostly needs no lock of Python's."""

    def load() -> None:
        with suppress(ImportError):  # the end says so
            import_module("llmspell_cli.profile_of_run")
            import_module("debug.profile.summary")
            if not request.run.json:
                import_module("llmspell_cli.render.profile_view")
            if request.output is not None:
                from debug.profile.export import format_for

                import_module(format_for(request.output, request.format).module)

    loading = Thread(target=load, name="llmspell-load", daemon=True)
    loading.start()
    return loading


def _report(request: ProfileRequest, ended: Ended, profile: Profile) -> int:
    from llmspell_cli.profile_file import WriteFailed, write_profile

    code = ended.exit_code
    told = ""
    if request.output is not None:
        try:
            told = write_profile(profile, request.output, request.format)
        except WriteFailed as error:
            told, code = f"llmspell: error: {error}\n", code or error.exit_code
    if request.run.json:
        import msgspec

        from debug.profile.summary import summarize

        say_document(
            document(ended) | {"exit_code": code, "profile": msgspec.to_builtins(summarize(profile))}
        )
    else:
        from llmspell_cli.render.profile_view import show_profile

        say(show_profile(profile, ended.session.terminal))
    say(told)
    return code
