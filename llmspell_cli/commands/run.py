"""`llmspell run`: run a script and show what it logs, how it failed, what its timers say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmspell_cli.end_of_run import document, say_document, show_end, show_timers
from llmspell_cli.exits import SCRIPT_FAILED
from llmspell_cli.script_run import run_script

if TYPE_CHECKING:
    from llmspell_cli.arguments import InspectAddress, RunRequest
    from llmspell_cli.script_run import Ended


def run_command(request: RunRequest) -> int:
    """Run the script; the exit code. Raises `UsageProblem`."""
    if request.settings.perf:
        from llmspell_cli.commands.profile import profile_command
        from llmspell_cli.profile_request import ProfileRequest

        return profile_command(ProfileRequest(request))
    if request.inspect is not None:
        return run_inspected(request, request.inspect)
    return run_script(request, _report)


def run_inspected(request: RunRequest, address: InspectAddress) -> int:
    """Run the script with a debugger that editors can attach to; its exit code. Raises `UsageProblem`."""
    from llmspell_cli.inspection import Inspection
    from llmspell_cli.script_run import Watch

    inspection = Inspection(address)
    inspection.wait()
    code = SCRIPT_FAILED
    try:
        code = run_script(request, _report, Watch(debugger=inspection.session, abandoned=inspection.close))
    finally:
        inspection.close(code)
    return code


def _report(ended: Ended) -> int:
    if ended.request.json:
        say_document(document(ended))
    else:
        show_end(ended)
        if ended.request.settings.timers:
            show_timers(ended)
    return ended.exit_code
