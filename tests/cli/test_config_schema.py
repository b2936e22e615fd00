"""The JSON Schema and the table of the documentation are current, and the schema says what our checks say."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.config import DebugConfig
from debug.dump_options import DumpOptions
from llmspell_cli.commands.dump_config import schema_text
from llmspell_cli.config.layers import file_layer
from llmspell_cli.config.merge import load
from llmspell_cli.config.reference import with_current_table
from llmspell_cli.config.schema import json_schema
from llmspell_cli.config.settings import SETTINGS

DOCS = Path(__file__).parents[2] / "docs"
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def takes(tables: dict[str, Any]) -> bool:
    """Whether our own checks find nothing wrong with the tables of a file."""
    problems: list[Any] = []
    file_layer(tables, {}, "file", "test.toml", "/", problems)
    return not problems


def test_the_committed_schema_is_current() -> None:
    assert (DOCS / "llmspell.schema.json").read_text("utf-8") == schema_text(), (
        "write it with: llmspell dump-config --schema > docs/llmspell.schema.json"
    )


def test_the_table_of_the_documentation_is_current() -> None:
    page = (DOCS / "configuration.md").read_text("utf-8")
    assert page == with_current_table(page), (
        "write it with: python -m llmspell_cli.config.reference docs/configuration.md"
    )


def test_the_example_of_the_documentation_loads() -> None:
    page = (DOCS / "configuration.md").read_text("utf-8")
    example = tomllib.loads(page.split("```toml\n")[1].split("```")[0])
    assert example["debug"]["capture_limit"] == 50_000
    assert takes(example)
    assert VALIDATOR.is_valid(example)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_defaults_are_those_of_the_core() -> None:
    settings = load({"--no-config": True}, {}, "/").settings
    assert settings.debug == DebugConfig()
    options, problems = DumpOptions.from_mapping(settings.dump)
    assert (options, problems) == (DumpOptions(), ())


GOOD = [
    "",
    "debug.level = 'INFO'\ndebug.enabled = false",
    "debug.level = ' warning '",
    "debug.capture_limit = 1e4",
    "debug.capture_limit = 0",
    "run.timeout = '1.5m'\nrun.max_memory = '64 MiB'\nrun.engine = 'lua5.1'",
    "run.timeout = 2.5\nrun.max_memory = 65536",
    "run.timeout = 'none'\nrun.max_memory = 'none'\nrun.engine = 'auto'",
    "debug.stack.capture_locals = 'auto'\ndebug.stack.capture_upvalues = true",
    "[[debug.filters]]\npattern = 'a'\ntype = 'regex'\nenabled = false\ndescription = 'why'",
    "[debug.levels]\n'a.b.*' = 'off'\nc = 'Trace'",
    "[[debug.outputs]]\nkind = 'json'\npath = 'x'\nformat = 'json_pretty'\nmax_bytes = '1MB'\nkeep = 0",
    "display.color = 'never'",
]
BAD = [
    "debug.level = 'inf'",
    "debug.level = 3",
    "debug.enabled = 1",
    "debug.capture_limit = -1",
    "debug.capture_limit = 1.5",
    "debug.capture_limit = true",
    "debug.filters = {}",
    "debug.filters = [1]",
    "[[debug.filters]]\nenabled = true",
    "[[debug.filters]]\npattern = ' '",
    "[[debug.filters]]\npattern = 'a'\ntype = 'regx'",
    "[[debug.filters]]\npattern = 'a'\nno = 1",
    "debug.levels.'*.x' = 'info'",
    "debug.levels.'' = 'info'",
    "debug.levels.'a.' = 'info'",
    "debug.levels.a = 'x'",
    "[[debug.outputs]]\npath = 'x'",
    "[[debug.outputs]]\nkind = 'file'\npath = 'x'\nkeep = -1",
    "[[debug.outputs]]\nkind = 'file'\npath = 'x'\nmax_bytes = '1XB'",
    "debug.stack.capture_locals = 'yes'",
    "debug.dump.max_depth = 201",
    "run.timeout = 0",
    "run.timeout = '0s'",
    "run.timeout = -1",
    "run.timeout = ''",
    "run.timeout = true",
    "run.max_memory = 1.5",
    "run.max_memory = '64 XB'",
    "run.engine = ''",
    "run = 1",
    "level = 'info'",
    "display.color = 'nver'",
    "other = {}",
]


@pytest.mark.parametrize("text", GOOD)
def test_both_take(text: str) -> None:
    tables = tomllib.loads(text)
    assert takes(tables)
    VALIDATOR.validate(tables)


@pytest.mark.parametrize("text", BAD)
def test_both_refuse(text: str) -> None:
    tables = tomllib.loads(text)
    assert not takes(tables)
    assert not VALIDATOR.is_valid(tables)


anything = st.one_of(
    st.none().map(lambda _: {}),
    st.booleans(),
    st.integers(-5, 300),
    st.floats(-5, 300, width=16),
    st.sampled_from(
        ["", " ", "info", "DEBUG", "auto", "none", "30s", "64MB", "text", "json", "x", "0", "on"]
    ),
    st.lists(st.dictionaries(st.sampled_from(["pattern", "enabled", "x"]), st.sampled_from(["a", True, 1]))),
    st.dictionaries(st.sampled_from(["a", "a.*", "*", "a."]), st.sampled_from(["info", "x", 1])),
)


@given(st.sampled_from([setting for setting in SETTINGS if setting.key != "debug.outputs"]), anything)
def test_both_agree_on_any_value(setting: Any, value: Any) -> None:
    tables: dict[str, Any] = {}
    table = tables
    for name in setting.path[:-1]:
        table = table.setdefault(name, {})
    table[setting.path[-1]] = value
    assert takes(tables) == VALIDATOR.is_valid(tables), json.dumps(tables)
