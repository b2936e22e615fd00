"""The sources of configuration, each read into one layer: a file, the environment, the flags."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from debug.level import Level
from llmspell_cli.config.kinds import Finding, meant
from llmspell_cli.config.settings import BY_FLAG, BY_KEY, BY_VARIABLE, Setting
from llmspell_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from debug.outputs.specs import OutputSpec
    from llmspell_cli.config.kinds import KeyPath

Flags = dict[str, "str | bool | tuple[str, ...]"]
"""What the command line says, by the name of the flag; a tuple for a flag that may be repeated."""

_OWN_SECTIONS = ("LLMSPELL_DEBUG_", "LLMSPELL_RUN_", "LLMSPELL_DISPLAY_")
_FILE_OUTPUTS = ("file", "json")


class Origin(NamedTuple):
    """Where a value comes from."""

    kind: str
    """`default`, `file` (the project's, or the one named), `user_file`, `variable` or `flag`."""
    where: str
    """The file, the variable, the flag."""
    line: int | None = None

    def __str__(self) -> str:
        return self.where if self.line is None else f"{self.where}:{self.line}"


DEFAULT = Origin("default", "default")


class Layer(NamedTuple):
    """What one source says: values by key, and the origin of each place in them."""

    values: dict[str, Any]
    origins: dict[KeyPath, Origin]


def file_layer(
    table: Mapping[str, Any],
    lines: Mapping[KeyPath, int],
    kind: str,
    name: str,
    folder: str,
    problems: list[Problem],
) -> Layer:
    """The layer of a file that was read: its tables, the line of each path, how to call it, where it lies."""
    layer = Layer({}, {})
    findings: list[Finding] = []
    for setting, value in _settings_of(table, (), findings):
        read = setting.kind.read(value, setting.path, findings)
        layer.values[setting.key] = _absolute(setting, read, folder)
    for path, line in lines.items():
        layer.origins[path] = Origin(kind, name, line)
    placed = sorted(
        ((_line_of(finding.path, lines) or 0, finding) for finding in findings), key=lambda it: it[0]
    )
    problems.extend(_problem(finding, f"{name}:{line}" if line else name) for line, finding in placed)
    return layer


def environment_layer(environ: Mapping[str, str], folder: str, problems: list[Problem]) -> Layer:
    """The layer of the environment. An empty variable counts as not set."""
    layer = Layer({}, {})
    for variable, text in environ.items():
        if not text:
            continue
        if (setting := BY_VARIABLE.get(variable)) is not None:
            for part in setting.kind.split_variable(text):
                _take_text(layer, setting, part, Origin("variable", variable), folder, problems)
        elif variable.startswith(_OWN_SECTIONS) and (hint := meant(variable, BY_VARIABLE)) is not None:
            # Only near misses: another version's variables must not stop a run.
            problems.append(Problem("unknown variable", variable, hint=hint))
    return layer


def flag_layer(flags: Flags, folder: str, problems: list[Problem]) -> Layer:
    """The layer of the command line. `--debug` is weaker than the flags beside it, `--no-debug` stronger."""
    layer = Layer({}, {})
    if flags.get("--debug"):
        if flags.get("--no-debug"):
            problems.append(Problem("cannot be combined with --no-debug", "--debug"))
        _take_values(
            layer,
            {"debug.enabled": True, "debug.level": Level.DEBUG, "debug.timers": True},
            Origin("flag", "--debug"),
        )
    for flag, value in flags.items():
        if (setting := BY_FLAG.get(flag)) is None:
            continue
        origin = Origin("flag", flag)
        if isinstance(value, bool):
            shown = origin if value else Origin("flag", flag.replace("--", "--no-", 1))
            _take_values(layer, {setting.key: value}, shown)
        else:
            for text in (value,) if isinstance(value, str) else value:
                _take_text(layer, setting, text, origin, folder, problems)
    if flags.get("--no-debug"):
        switched_off = {
            "debug.enabled": False,
            "debug.perf": False,
            "debug.timers": False,
            "debug.outputs": (),
        }
        _take_values(layer, switched_off, Origin("flag", "--no-debug"))
    return layer


def _take_values(layer: Layer, values: dict[str, Any], origin: Origin) -> None:
    layer.values.update(values)
    for key in values:
        layer.origins[BY_KEY[key].path] = origin


def _take_text(
    layer: Layer, setting: Setting, text: str, origin: Origin, folder: str, problems: list[Problem]
) -> None:
    """Read a value that is text; a repeated flag of a setting with many values adds to what is there."""
    findings: list[Finding] = []
    value = _absolute(setting, setting.kind.read_text(text, findings), folder)
    problems.extend(_problem(finding._replace(path=()), origin.where) for finding in findings)
    before = layer.values.get(setting.key)
    if isinstance(before, tuple) and not findings:
        value = before + value
    layer.values[setting.key] = value
    layer.origins[setting.path] = origin
    if isinstance(value, dict):
        layer.origins.update({(*setting.path, name): origin for name in value})


def _settings_of(
    table: Mapping[str, Any], path: tuple[str, ...], findings: list[Finding]
) -> Iterator[tuple[Setting, Any]]:
    """The settings that a file's tables give, with their values; adds unknown keys to `findings`."""
    known = {setting.path[len(path)] for setting in BY_KEY.values() if setting.path[: len(path)] == path}
    for name, value in table.items():
        here = (*path, name)
        if (setting := BY_KEY.get(".".join(here))) is not None and name in known:
            yield setting, value
        elif name not in known:
            findings.append(_unknown(here, sorted(known)))
        elif isinstance(value, dict):
            yield from _settings_of(value, here, findings)
        else:
            findings.append(Finding(here, "a value stands where a table is", f"[{'.'.join(here)}]"))


def _unknown(path: tuple[str, ...], known: list[str]) -> Finding:
    name = path[-1]
    table = f"in [{'.'.join(path[:-1])}]" if len(path) > 1 else "at the top"
    hint = meant(name, known)
    if hint is None:  # the right name under the wrong table?
        elsewhere = [setting.key for setting in BY_KEY.values() if setting.path[-1] == name]
        hint = f"did you mean {elsewhere[0]!r}?" if elsewhere else None
    return Finding(path, f"unknown key {name!r} {table}", f"one of {', '.join(known)}", hint)


def _absolute(setting: Setting, value: Any, folder: str) -> Any:
    """Paths of outputs made absolute: a file's are relative to its folder, all others to the current one.

    Absolute so that neither a script that changes its folder nor `dump-config` changes where entries go.
    """
    if setting.key != "debug.outputs" or value is None:
        return value
    outputs: tuple[OutputSpec, ...] = value
    from dataclasses import replace

    return tuple(
        replace(output, target=os.path.abspath(os.path.join(folder, os.path.expanduser(output.target))))
        if output.kind in _FILE_OUTPUTS and output.target is not None
        else output
        for output in outputs
    )


def _line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """The line of a path, or of the nearest thing around it that has one."""
    while path:
        if (line := lines.get(path)) is not None:
            return line
        path = path[:-1]
    return None


def dotted(path: KeyPath) -> str:
    """A path as a message shows it: `debug.filters[0].pattern`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if part.replace("_", "a").replace("-", "a").isalnum() else f'"{part}"'
            text += f".{name}" if text else name
    return text


def _problem(finding: Finding, where: str) -> Problem:
    message = finding.message
    if finding.path and not message.startswith("unknown key"):
        message = f"{dotted(finding.path)}: {message}"
    return Problem(message, where, finding.expected, finding.hint)
