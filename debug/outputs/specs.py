"""Which output is meant: `console`, `json:debug.jsonl`, `file:debug.log?max_bytes=10MB&keep=3`.

Further kinds come from other packages by entry points of the group `llmspell.outputs`: a callable that is
given the `OutputSpec` and returns an `Output`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from debug.nearest import did_you_mean
from debug.outputs.base import OutputError
from debug.text_safety import quote

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint

    from debug.outputs.base import Output

KINDS = ("console", "file", "json")
"""The kinds that come with llmspell."""

FORMATS = ("text", "json", "json_pretty")

ENTRY_POINT_GROUP = "llmspell.outputs"

_UNITS = {
    "": 1,
    "B": 1,
    "KB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "KIB": 1024,
    "MIB": 1024**2,
    "GIB": 1024**3,
}

_FILE_OPTIONS = ("format", "max_bytes", "keep")


class OutputSpecError(ValueError):
    """A specification that means no output, in a sentence for its user."""


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """One output to be made. `target` is the file's path, `stderr`, or whatever a further kind takes."""

    kind: str
    target: str | None = None
    format: str | None = None
    max_bytes: int | None = None
    keep: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    """What a further kind was given after `?`, in order."""


def parse_spec(text: str) -> OutputSpec:
    """The output that `text` means: `KIND[:TARGET][?OPTION=VALUE&...]`. Raises `OutputSpecError`."""
    before, question, after = text.rpartition("?")
    # A question mark that no option follows belongs to the target.
    options = _options(after) if question and "=" in after else None
    head = before if options is not None else text
    kind, colon, target = head.partition(":")
    kind = kind.strip()
    spec = OutputSpec(kind, target if colon else None)
    if kind not in KINDS:
        if _entry_point(kind) is None:
            raise OutputSpecError(_unknown_kind(kind))
        return OutputSpec(kind, spec.target, options=tuple(options or ()))
    values = _known_options(kind, options or [])
    checked = OutputSpec(kind, spec.target, **values)  # type: ignore[arg-type]
    check(checked)
    return checked


def parse_size(text: str) -> int | None:
    """Bytes from `10MB`, `512KiB`, `1.5 GB`, `4096`; None where it is no size above nothing."""
    number = text.strip().rstrip("BbGgIiKkMm")
    unit = text.strip()[len(number) :].upper()
    number = number.strip()
    if (
        unit not in _UNITS
        or not number.replace(".", "", 1).isascii()
        or not number.replace(".", "", 1).isdecimal()
    ):
        return None
    try:
        size = int(float(number) * _UNITS[unit]) if "." in number else int(number) * _UNITS[unit]
    except (ValueError, OverflowError):  # thousands of digits
        return None
    return size if size > 0 else None


def check(spec: OutputSpec) -> None:
    """Raise `OutputSpecError` where a spec of a known kind cannot be, e.g. one read from a configuration."""
    if spec.kind == "console":
        if spec.target not in (None, "stderr"):
            raise OutputSpecError(
                f"console: cannot write to {quote(spec.target)}, only to stderr; stdout is the script's"
            )
        if spec.max_bytes is not None or spec.keep is not None:
            raise OutputSpecError("console: max_bytes and keep are for files")
    elif spec.kind in ("file", "json"):
        if not spec.target:
            raise OutputSpecError(
                f"{spec.kind}: needs a path, as in {spec.kind}:debug.{_SUFFIXES[spec.kind]}"
            )
        if spec.kind == "json" and spec.format == "text":
            raise OutputSpecError("json: format is json or json_pretty; for text use file:")
        if spec.max_bytes is not None and spec.max_bytes < 1:
            raise OutputSpecError(f"{spec.kind}: max_bytes is 1 or more")
        if spec.keep is not None and spec.keep < 0:
            raise OutputSpecError(f"{spec.kind}: keep is 0 or more")
    if spec.format is not None and spec.format not in FORMATS:
        raise OutputSpecError(
            f"no format is called {quote(spec.format)}{did_you_mean(spec.format, FORMATS)}; "
            f"there are {', '.join(FORMATS)}"
        )


def create_output(spec: OutputSpec, console_factory: Callable[[OutputSpec], Output]) -> Output:
    """The output that `spec` means. `console_factory` makes the console, which knows the terminal.

    Raises `OutputSpecError` for an unknown kind or impossible options, `OutputError` where it cannot open.
    """
    if spec.kind not in KINDS:
        return _create_from_entry_point(spec)
    check(spec)
    if spec.kind == "console":
        return console_factory(spec)
    from debug.outputs.file import DEFAULT_KEEP, FileOutput  # a run without a log file needs none of it

    assert spec.target is not None, "checked above"
    return FileOutput(
        spec.target,
        format=spec.format or ("json" if spec.kind == "json" else "text"),
        max_bytes=spec.max_bytes,
        keep=DEFAULT_KEEP if spec.keep is None else spec.keep,
    )


_SUFFIXES = {"file": "log", "json": "jsonl"}


def _options(text: str) -> list[tuple[str, str]]:
    options = []
    for part in text.split("&"):
        name, equals, value = part.partition("=")
        if not equals or not name:
            raise OutputSpecError(f"{quote(part)}: an option is written name=value")
        options.append((name.strip(), value.strip()))
    return options


def _known_options(kind: str, options: list[tuple[str, str]]) -> dict[str, str | int]:
    known = ("format",) if kind == "console" else _FILE_OPTIONS
    values: dict[str, str | int] = {}
    for name, value in options:
        if name not in known:
            raise OutputSpecError(
                f"{kind}: no option is called {quote(name)}{did_you_mean(name, known)}; "
                f"there are {', '.join(known)}"
            )
        if name == "max_bytes":
            size = parse_size(value)
            if size is None:
                raise OutputSpecError(f"max_bytes: {quote(value)} is no size; write 4096, 512KiB or 10MB")
            values[name] = size
        elif name == "keep":
            if not (value.isascii() and value.isdecimal() and len(value) <= 6):
                raise OutputSpecError(f"keep: {quote(value)} is no number of files")
            values[name] = int(value)
        else:
            values[name] = value
    return values


def _entry_point(kind: str) -> EntryPoint | None:
    from importlib.metadata import entry_points  # 10 ms and more: only an unknown kind pays

    return next(iter(entry_points(group=ENTRY_POINT_GROUP, name=kind)), None)


def _unknown_kind(kind: str) -> str:
    from importlib.metadata import entry_points

    kinds = [*KINDS, *sorted(entry_points(group=ENTRY_POINT_GROUP).names)]
    return f"no output is called {quote(kind)}{did_you_mean(kind, kinds)}; there are {', '.join(kinds)}"


def _create_from_entry_point(spec: OutputSpec) -> Output:
    found = _entry_point(spec.kind)
    if found is None:
        raise OutputSpecError(_unknown_kind(spec.kind))
    try:
        factory: Callable[[OutputSpec], Output] = found.load()
        return factory(spec)
    except (OutputError, OutputSpecError):
        raise
    except Exception as error:  # the border to an output of another package
        raise OutputError(f"output {spec.kind} ({found.value}) cannot be made: {error!r}") from error
