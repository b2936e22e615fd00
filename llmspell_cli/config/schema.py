"""The JSON Schema of the configuration file, for editors."""

from __future__ import annotations

from typing import Any

from llmspell_cli.config.settings import SETTINGS


def json_schema() -> dict[str, Any]:
    """The schema as JSON types. What it takes, a file may hold; see `layers` for the checks themselves."""
    root = _table()
    root = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "llmspell configuration",
        "description": "llmspell.toml, and the [tool.llmspell] table of pyproject.toml",
        **root,
    }
    for setting in SETTINGS:
        table = root
        for name in setting.path[:-1]:
            table = table["properties"].setdefault(name, _table())
        table["properties"][setting.path[-1]] = {
            "description": setting.description,
            "default": setting.kind.write(setting.default),
            **setting.kind.schema(),
        }
    return root


def _table() -> dict[str, Any]:
    return {"type": "object", "properties": {}, "additionalProperties": False}
