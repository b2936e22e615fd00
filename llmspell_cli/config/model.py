"""What configures a run, as plain frozen data. Where each value came from is kept beside it (see `merge`).

Named tuples, not dataclasses: those take half a millisecond each to define, at every start of the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from debug.config import DebugConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from debug.outputs.specs import OutputSpec


class StackDefaults(NamedTuple):
    """Options of `Debug.stackTrace` that a script does not give. None: true when the level is `trace`."""

    max_depth: int
    capture_locals: bool | None
    capture_upvalues: bool | None
    include_source: bool


class RunSettings(NamedTuple):
    """How a script is run. None: the engine by suffix and shebang; no limit."""

    engine: str | None
    timeout_s: float | None
    max_memory_bytes: int | None
    sandbox: bool
    c_modules: bool


class Settings(NamedTuple):
    """The effective configuration."""

    debug: DebugConfig
    format: str
    """`text`, `json` or `json_pretty`: how entries look on the console."""
    perf: bool
    """True: the script is profiled."""
    timers: bool
    """True: a summary of the timers is shown when the script has ended."""
    outputs: tuple[OutputSpec, ...]
    """Places that entries go to; the paths of files are absolute."""
    stack: StackDefaults
    dump: Mapping[str, int | bool]
    """Every option of `Debug.dump` under the name that `debug.values` knows it by."""
    run: RunSettings
    color: str
    """`auto`, `always` or `never`."""


def build(values: Mapping[str, Any]) -> Settings:
    """The settings from the value of every key of the table in `settings`."""

    def section(prefix: str) -> dict[str, Any]:
        return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}

    return Settings(
        debug=DebugConfig(
            enabled=values["debug.enabled"],
            level=values["debug.level"],
            capture_limit=values["debug.capture_limit"],
            filters=values["debug.filters"],
            levels={module.removesuffix(".*"): level for module, level in values["debug.levels"].items()},
        ),
        format=values["debug.format"],
        perf=values["debug.perf"],
        timers=values["debug.timers"],
        outputs=values["debug.outputs"],
        stack=StackDefaults(**section("debug.stack.")),
        dump=section("debug.dump."),
        run=RunSettings(
            engine=values["run.engine"],
            timeout_s=values["run.timeout"],
            max_memory_bytes=values["run.max_memory"],
            sandbox=values["run.sandbox"],
            c_modules=values["run.c_modules"],
        ),
        color=values["display.color"],
    )
