"""The formats that a profile is written in. Each has a module here with `export(profile) -> bytes`."""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from debug.nearest import did_you_mean
from debug.text_safety import quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.profile.model import Profile

_GZ = ".gz"


class UnknownFormat(ValueError):
    """A name or a file name that means no format, in a sentence for its user that names the known ones."""


class Format(NamedTuple):
    """A form that a profile can be written in."""

    name: str
    suffixes: tuple[str, ...]
    """Of files that hold it; with `.gz` behind they hold it gzipped."""
    about: str
    """What it is for, in a few words."""
    module: str

    def export(self, profile: Profile) -> bytes:
        """The profile in this form."""
        export = cast("Callable[[Profile], bytes]", import_module(self.module).export)
        return export(profile)


def _format(name: str, suffixes: tuple[str, ...], about: str) -> Format:
    return Format(name, suffixes, about, f"{__name__}.{name}")


FORMATS: Final = (
    _format("speedscope", (".speedscope.json",), "https://www.speedscope.app"),
    _format("json", (".json",), "llmspell's own, which `profile show` and `profile diff` read"),
    _format("html", (".html", ".htm"), "an interactive flame graph in one page"),
    _format("cpuprofile", (".cpuprofile",), "Chrome DevTools, VS Code"),
    _format("pprof", (".pb.gz", ".pprof", ".pb"), "go tool pprof, Pyroscope, Polar Signals"),
    _format("collapsed", (".folded", ".collapsed"), "flamegraph.pl, inferno, and tools for text"),
)
"""The more special suffix comes first."""


def format_for(path: str | None, asked: str | None = None) -> Format:
    """The format called `asked`, else the one that the name of the file says. Raises UnknownFormat."""
    if asked is not None:
        return _called(asked)
    name = PurePath(path or "").name.lower()
    for known in FORMATS:
        if name.endswith((*known.suffixes, *(suffix + _GZ for suffix in known.suffixes))):
            return known
    listed = ", ".join(suffix for known in FORMATS for suffix in known.suffixes)
    raise UnknownFormat(f"{quote(path or '')} names no format of a profile by its end; known are {listed}")


def exported(profile: Profile, chosen: Format, path: str | None = None) -> bytes:
    """The content of the file `path` in that format; gzipped where its name ends in `.gz`, which pprof is anyway."""
    from debug.profile.store import GZIP, compressed

    content = chosen.export(profile)
    gzipped = path is not None and path.lower().endswith(_GZ) and not content.startswith(GZIP)
    return compressed(content) if gzipped else content


def _called(name: str) -> Format:
    for known in FORMATS:
        if known.name == name.lower():
            return known
    names = [known.name for known in FORMATS]
    raise UnknownFormat(
        f"no format of a profile is called {quote(name)}{did_you_mean(name, names)}; there are {', '.join(names)}"
    )
