"""The table of settings, the one place where a setting is declared.

Defaults, the reading of files, variables and flags, the JSON Schema, the table of the documentation and
what `dump-config` prints all come from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from debug.config import DEFAULT_CAPTURE_LIMIT
from debug.level import Level
from debug.outputs.specs import FORMATS, OutputSpec

if TYPE_CHECKING:
    from llmspell_cli.config.kinds import Kind


class Setting(NamedTuple):
    """One setting. The variable follows from the key unless it has a name of its own."""

    key: str
    """The dotted path in a file, e.g. `debug.stack.max_depth`."""
    kind_spec: tuple[Any, ...]
    """The name of the kind of value, and what limits it (see `groups.make_kind`)."""
    default: Any
    description: str
    """One sentence or two, in Markdown."""
    flag: str | None = None
    own_variable: str | None = None

    @property
    def kind(self) -> Kind:
        """How values are read, checked and written. Not needed where all is at its default."""
        from llmspell_cli.config.groups import make_kind

        return make_kind(*self.kind_spec)

    @property
    def path(self) -> tuple[str, ...]:
        """The key as the names of the tables that lead to it."""
        return tuple(self.key.split("."))

    @property
    def variable(self) -> str:
        """The environment variable."""
        return self.own_variable or "LLMSPELL_" + self.key.upper().replace(".", "_")


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "debug.enabled",
        ("boolean",),
        True,
        "Whether entries are taken at all. `--debug` sets it, `--no-debug` clears it and drops the outputs.",
    ),
    Setting(
        "debug.level",
        ("level",),
        Level.INFO,
        "The most verbose level that is let through. `--debug` alone means `debug`.",
        "--debug-level",
    ),
    Setting(
        "debug.format",
        ("choice", *FORMATS),
        "text",
        "How entries look on the console.",
        "--debug-format",
    ),
    Setting(
        "debug.perf",
        ("boolean",),
        False,
        "Profile the script, and show where its time went when it has ended.",
        "--debug-perf",
    ),
    Setting(
        "debug.timers",
        ("boolean",),
        False,
        "Show a summary of the timers when the script has ended. `--debug` sets it, too.",
    ),
    Setting(
        "debug.capture_limit",
        ("integer", 0, 1_000_000_000),
        DEFAULT_CAPTURE_LIMIT,
        "How many entries `Debug.getCapturedEntries` can look back on; 0 keeps none.",
    ),
    Setting(
        "debug.filters",
        ("filters",),
        (),
        "Which modules are let through, in order of declaration. As text: `+workflow.*,-*.test`.",
        "--debug-modules",
        "LLMSPELL_DEBUG_MODULES",
    ),
    Setting(
        "debug.outputs",
        ("outputs",),
        (OutputSpec("console"),),
        "Where entries go. As text: `console`, `file:debug.log`, `json:debug.jsonl?max_bytes=10MB&keep=3`.",
        "--debug-output",
        "LLMSPELL_DEBUG_OUTPUT",
    ),
    Setting(
        "debug.levels",
        ("levels",),
        {},
        "Levels by module, over `debug.level`; the longest match decides. As text: `http=warn,cache=trace`.",
    ),
    Setting(
        "debug.stack.max_depth",
        ("integer", 1, 10_000),
        50,
        "Frames of `Debug.stackTrace`.",
    ),
    Setting(
        "debug.stack.capture_locals",
        ("boolean_or_auto",),
        None,
        'Whether traces hold local variables. `"auto"`: when the level is `trace`.',
    ),
    Setting(
        "debug.stack.capture_upvalues",
        ("boolean_or_auto",),
        None,
        'Whether traces hold upvalues. `"auto"`: when the level is `trace`.',
    ),
    Setting(
        "debug.stack.include_source",
        ("boolean",),
        True,
        "Whether traces name the file of a frame.",
    ),
    Setting(
        "debug.dump.max_depth",
        ("integer", 0, 200),
        10,
        "How deep `Debug.dump` opens tables within tables.",
    ),
    Setting(
        "debug.dump.indent_size",
        ("integer", 0, 16),
        2,
        "Spaces a level of a dump.",
    ),
    Setting(
        "debug.dump.max_string_length",
        ("integer", 0, 100_000_000),
        200,
        "Characters of a string that a dump shows.",
    ),
    Setting(
        "debug.dump.max_array_elements",
        ("integer", 0, 10_000_000),
        50,
        "Elements of an array that a dump shows.",
    ),
    Setting(
        "debug.dump.max_table_pairs",
        ("integer", 0, 10_000_000),
        50,
        "Pairs of a map that a dump shows.",
    ),
    Setting(
        "debug.dump.show_types",
        ("boolean",),
        True,
        "Whether a dump names types.",
    ),
    Setting(
        "debug.dump.show_addresses",
        ("boolean",),
        False,
        "Whether a dump shows addresses of tables and functions.",
    ),
    Setting(
        "debug.dump.compact_mode",
        ("boolean",),
        False,
        "Whether a dump is one line.",
    ),
    Setting(
        "run.engine",
        ("text", "auto"),
        None,
        'The engine, e.g. `lua5.1` or `luajit`. `"auto"`: by the script\'s `#!` line and suffix.',
        "--engine",
    ),
    Setting(
        "run.timeout",
        ("duration",),
        None,
        "How long a script may run.",
        "--timeout",
    ),
    Setting(
        "run.max_memory",
        ("size",),
        None,
        "How much memory a script may hold.",
        "--max-memory",
    ),
    Setting(
        "run.sandbox",
        ("boolean",),
        False,
        "Keep the script from files, processes, the network, Python and bytecode.",
        "--sandbox",
    ),
    Setting(
        "run.c_modules",
        ("boolean",),
        False,
        "Let `require` load modules written in C.",
        "--c-modules",
    ),
    Setting(
        "display.color",
        ("choice", "auto", "always", "never"),
        "auto",
        "Colour on standard error. `auto`: where it is a terminal.",
        "--color",
    ),
)

BY_KEY = {setting.key: setting for setting in SETTINGS}
BY_FLAG = {setting.flag: setting for setting in SETTINGS if setting.flag is not None}
BY_VARIABLE = {setting.variable: setting for setting in SETTINGS}


def defaults() -> dict[str, Any]:
    """The default of every key."""
    return {setting.key: setting.default for setting in SETTINGS}
