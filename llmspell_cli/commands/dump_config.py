"""`llmspell dump-config`: the configuration in force, as a file that loads again to the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from llmspell_cli import exits
from llmspell_cli.config.merge import Effective, load
from llmspell_cli.config.settings import SETTINGS
from llmspell_cli.errors import CommandLineProblem, Problem
from llmspell_cli.streams import write_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmspell_cli.config.kinds import KeyPath
    from llmspell_cli.config.layers import Flags

FORMATS = ("toml", "json")


class DumpRequest(NamedTuple):
    """What `llmspell dump-config` is asked for."""

    flags: Flags
    format: str = "toml"
    show_origin: bool = False
    schema: bool = False


def dump_config_command(request: DumpRequest, environ: Mapping[str, str], folder: str) -> int:
    """Print what was asked for on standard output; the exit code. Raises `UsageProblem`."""
    if request.format not in FORMATS:
        from llmspell_cli.config.kinds import meant

        expected, hint = f"one of {', '.join(FORMATS)}", meant(request.format, FORMATS)
        raise CommandLineProblem([Problem(f"{request.format!r} is not valid", "--format", expected, hint)])
    write_out(
        schema_text() if request.schema else _config_text(request, load(request.flags, environ, folder))
    )
    return exits.OK


def schema_text() -> str:
    """The JSON Schema of the configuration file, as it lies in `docs/llmspell.schema.json`."""
    import json

    from llmspell_cli.config.schema import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def to_tables(effective: Effective) -> dict[str, Any]:
    """The configuration as nested tables of TOML types."""
    tables: dict[str, Any] = {}
    for setting in SETTINGS:
        table = tables
        for name in setting.path[:-1]:
            table = table.setdefault(name, {})
        table[setting.path[-1]] = setting.kind.write(effective.values[setting.key])
    return tables


def to_toml(effective: Effective, *, show_origin: bool = False) -> str:
    """The configuration as TOML; with `show_origin` a comment on each value says where it comes from."""
    import tomli_w

    text = tomli_w.dumps(to_tables(effective))
    return _with_origins(text, effective) if show_origin else text


def _config_text(request: DumpRequest, effective: Effective) -> str:
    if request.format == "toml":
        return to_toml(effective, show_origin=request.show_origin)
    import json

    document = to_tables(effective)
    if request.show_origin:
        document = {"config": document, "origins": _origins(effective)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _origins(effective: Effective) -> dict[str, Any]:
    """The origin of every value by its dotted path, with JSON types."""
    origins = {}
    for path in _places(effective):
        origin = effective.origin(path)
        found = {"kind": origin.kind, "where": origin.where}
        origins[_dotted(path)] = found if origin.line is None else {**found, "line": origin.line}
    return origins


def _places(effective: Effective) -> list[KeyPath]:
    """The paths of all values, down to the fields of tables in arrays."""
    places: list[KeyPath] = []
    for setting in SETTINGS:
        written = setting.kind.write(effective.values[setting.key])
        if isinstance(written, list) and written:
            places.extend((*setting.path, index, name) for index, item in enumerate(written) for name in item)
        elif isinstance(written, dict) and written:
            places.extend((*setting.path, name) for name in written)
        else:
            places.append(setting.path)
    return places


def _dotted(path: KeyPath) -> str:
    from llmspell_cli.config.layers import dotted

    return dotted(path)


def _with_origins(text: str, effective: Effective) -> str:
    """The TOML `text` with a comment at the end of each line that holds a value."""
    from debug.text_safety import printable
    from llmspell_cli.config.toml_lines import locate

    lines = text.split("\n")
    places = locate(text)
    comments: dict[int, str] = {}
    for path in _places(effective):
        # A table in an array stands on one line: its first field speaks for it.
        comments.setdefault(places[path], printable(str(effective.origin(path))))
    widths = [len(lines[line - 1]) for line in comments]
    width = min(max(widths, default=0), 48)
    for line, comment in comments.items():
        lines[line - 1] = f"{lines[line - 1]:<{width}}  # {comment}"
    return "\n".join(lines)
