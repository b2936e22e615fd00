"""What of the host a script gets: the shims in `host/`, what they call in Python, and the text that runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.js import host, loop, process_data, randomness
from runtime.js.files import Files
from runtime.js.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.engine import Script
    from runtime.js.host_calls import HostCalls
    from runtime.js.modules import Prepared
    from runtime.js.rewritten import Planter
    from runtime.js.sources import Source, Sources


@dataclass(frozen=True, slots=True)
class MainSource:
    """The script, and the expression whose value is the function that runs it."""

    source: Source
    wrapped: str
    probed: MainSource | None = None
    """The same with probes, where there are any."""


class Host:
    """The host of one run."""

    def __init__(self, script: Script, *, sandbox: bool = False, planter: Planter | None = None) -> None:
        """In a sandbox a script reads no files but modules beside it, and sees no environment.

        `planter` says what is planted in texts before they run.
        """
        self._script = script
        self._sandbox = sandbox
        self._modules = Modules(script, sandbox=sandbox, planter=planter)
        self._main: MainSource | None = None

    def register(
        self, calls: HostCalls, sources: Sources, heap: Callable[[], tuple[int, int] | None] | None = None
    ) -> None:
        """Register what the shims call. `heap` gives the bytes that a script's heap uses and those held for it."""
        loop.register(calls)
        randomness.register(calls)
        calls.register("url.to_ascii", _to_ascii)
        self._modules.register(calls, sources)
        Files(self._modules.folder, sandbox=self._sandbox).register(calls)
        process_data.register(calls, self._script, sandbox=self._sandbox, heap=heap)

    def runs_plain(self, name: str) -> None:
        """The script runs as it was written, for what was planted is no JavaScript."""
        self._modules.runs_plain(name)

    def sources(self) -> list[tuple[str, str]]:
        """The shims: file names and texts."""
        return host.host_sources()

    def main_source(self) -> MainSource:
        """The script's text as it is run."""
        if self._main is None:
            self._main = _main_source(self._modules.main())
        return self._main


def _main_source(prepared: Prepared) -> MainSource:
    wrapped = f"{prepared.code}\n//# sourceURL={prepared.source.url}"
    probed = None if prepared.probed is None else _main_source(prepared.probed)
    return MainSource(prepared.source, wrapped, probed)


def _to_ascii(name: str) -> str | None:
    """A host name as the name service knows it; None where it is none."""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return None
