"""What `llmspell profile` is asked to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmspell_cli.arguments import build_request
from llmspell_cli.errors import CommandLineProblem, Problem, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmspell_cli.arguments import CommandLine, RunRequest

DEFAULT_RATE_HZ = 1000.0
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 1.0, 10_000.0


class ProfileRequest(NamedTuple):
    """A run, and how it is profiled."""

    run: RunRequest
    rate_hz: float = DEFAULT_RATE_HZ
    lines: bool = False
    """Whether lines are told where that costs."""
    memory: bool = False
    """Whether the heap is followed."""
    output: str | None = None
    """The file that the profile is written to."""
    format: str | None = None
    """How it is written; None: as the file's name says."""
    ends_by_duration: bool = False
    """Whether the run's time limit is how long it is to be watched."""


def build_profile_request(line: CommandLine, environ: Mapping[str, str], folder: str) -> ProfileRequest:
    """The request with its configuration. Raises `UsageProblem` with all that is wrong."""
    problems: list[Problem] = []
    flags = line.flags
    rate_hz = _rate(flags.get("--rate"), problems)
    duration_s = _duration(flags.get("--duration"), problems)
    output, form = _text(flags.get("--output")), _text(flags.get("--format"))
    if form is not None and output is None:
        problems.append(Problem("needs a file to write to", "--format", hint="name one with -o"))
    elif output is not None:
        from llmspell_cli.profile_file import check_output

        problems += check_output(output, form)
    try:
        run = build_request(line, environ, folder)
    except UsageProblem as error:
        raise type(error)([*problems, *error.problems]) from None
    if problems:
        raise CommandLineProblem(problems)
    limit_s = run.settings.run.timeout_s
    ends_by_duration = duration_s is not None and (limit_s is None or duration_s < limit_s)
    if ends_by_duration:
        settings = run.settings
        run = run._replace(settings=settings._replace(run=settings.run._replace(timeout_s=duration_s)))
    return ProfileRequest(
        run,
        rate_hz,
        bool(flags.get("--lines")),
        bool(flags.get("--memory")),
        output,
        form,
        ends_by_duration,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _rate(value: object, problems: list[Problem]) -> float:
    if not isinstance(value, str):
        return DEFAULT_RATE_HZ
    number = value[:-2] if value.lower().endswith("hz") else value
    try:
        rate_hz = float(number)
    except ValueError:
        rate_hz = 0.0
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        expected = f"samples a second from {LOWEST_RATE_HZ:.0f} to {HIGHEST_RATE_HZ:.0f}"
        problems.append(Problem(f"{value!r} is not valid", "--rate", expected))
    return rate_hz


def _duration(value: object, problems: list[Problem]) -> float | None:
    if not isinstance(value, str):
        return None
    from llmspell_cli.config.units import parse_duration

    duration_s = parse_duration(value)
    if not duration_s:
        problems.append(Problem(f"{value!r} is not valid", "--duration", 'a duration such as "10s" or "2m"'))
    return duration_s
