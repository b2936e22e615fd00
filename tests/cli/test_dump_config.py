"""What `dump-config` prints loads again to the same, and tells where everything came from."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debug.config import FILTER_TYPES, FilterRule
from debug.level import Level
from debug.outputs.specs import FORMATS, OutputSpec
from llmspell_cli.commands.dump_config import DumpRequest, dump_config_command, to_toml
from llmspell_cli.config import model
from llmspell_cli.config.layers import Origin
from llmspell_cli.config.merge import Effective, load
from llmspell_cli.config.settings import SETTINGS, Setting
from llmspell_cli.errors import CommandLineProblem, ConfigurationProblem

if TYPE_CHECKING:
    from pathlib import Path

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
modules = st.from_regex(r"\A[a-z]{1,3}(\.[a-z]{1,3}){0,2}(\.\*)?\Z")
levels = st.sampled_from(Level)

rules = st.builds(
    FilterRule,
    text,
    st.booleans(),
    st.sampled_from([None, *(name for name in FILTER_TYPES if name != "regex")]),
    st.none() | text,
)
file_names = st.from_regex(r"\A[a-z ,?&=\"'#é]{1,10}[a-z]\Z")
outputs = st.one_of(
    st.builds(OutputSpec, st.just("console"), format=st.sampled_from([None, *FORMATS])),
    st.builds(
        OutputSpec,
        st.just("file"),
        file_names.map(lambda name: f"/logs/{name}"),
        st.sampled_from([None, *FORMATS]),
        st.none() | st.integers(1, 2**60),
        st.none() | st.integers(0, 99),
    ),
)


def values_of(setting: Setting) -> st.SearchStrategy[Any]:
    """Any value that the setting can have."""
    name, *limits = setting.kind_spec
    strategies: dict[str, Any] = {
        "boolean": st.booleans(),
        "boolean_or_auto": st.sampled_from([True, False, None]),
        "choice": st.sampled_from(limits or [None]),
        "duration": st.none() | st.floats(min_value=1e-6, max_value=1e9),
        "filters": st.lists(rules, max_size=3).map(tuple),
        "integer": st.integers(*limits) if name == "integer" else st.nothing(),
        "level": levels,
        "levels": st.dictionaries(modules, levels, max_size=3),
        "outputs": st.lists(outputs, max_size=3).map(tuple),
        "size": st.none() | st.integers(1, 2**60),
        "text": st.none() | text.filter(lambda word: word != "auto"),
    }
    return strategies[name]


configurations = st.fixed_dictionaries({setting.key: values_of(setting) for setting in SETTINGS})


@settings(deadline=None)
@given(configurations, st.booleans())
def test_loads_again_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any], show_origin: bool
) -> None:
    origins = {(): Origin("file", "a #\n[b].toml", 3)}
    effective = Effective(model.build(values), values, {(s.path): origins[()] for s in SETTINGS}, ())
    folder = tmp_path_factory.mktemp("round")
    (folder / "llmspell.toml").write_bytes(to_toml(effective, show_origin=show_origin).encode())
    again = load({"--config": "llmspell.toml"}, {}, str(folder))
    assert again.values == values
    assert again.settings == effective.settings


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "llmspell.toml").write_text(
        '[debug]\nformat = "json"\n[debug.levels]\n"http" = "warn"\n'
        '[[debug.outputs]]\nkind = "file"\npath = "x.log"\n'
    )
    return str(tmp_path)


def printed(
    request: DumpRequest,
    folder: str,
    capsys: pytest.CaptureFixture[str],
    environ: dict[str, str] | None = None,
) -> str:
    assert dump_config_command(request, {"HOME": folder, **(environ or {})}, folder) == 0
    return capsys.readouterr().out


def test_every_value_tells_where_it_came_from(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(
        DumpRequest({"--debug": True, "--timeout": "30s"}, show_origin=True),
        folder,
        capsys,
        {"LLMSPELL_RUN_SANDBOX": "true", "LLMSPELL_DEBUG_LEVELS": "db=trace"},
    )
    origins = {}
    for line in shown.splitlines():
        before, mark, comment = line.partition("# ")
        if mark:
            origins[before.split("=")[0].strip(' "{')] = comment
    assert origins["format"] == "llmspell.toml:2"
    assert origins["http"] == "llmspell.toml:4"
    assert origins["kind"] == "llmspell.toml:6"
    assert origins["level"] == origins["timers"] == "--debug"
    assert origins["timeout"] == "--timeout"
    assert origins["sandbox"] == "LLMSPELL_RUN_SANDBOX"
    assert origins["db"] == "LLMSPELL_DEBUG_LEVELS"
    assert origins["color"] == origins["filters"] == "default"
    told = {setting.key.rpartition(".")[2] for setting in SETTINGS} - {"levels", "outputs"}
    assert told <= set(origins)


def test_json(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    toml = tomllib.loads(printed(DumpRequest({}), folder, capsys))
    assert json.loads(printed(DumpRequest({}, format="json"), folder, capsys)) == toml
    document = json.loads(printed(DumpRequest({}, format="json", show_origin=True), folder, capsys))
    assert document["config"] == toml
    assert document["origins"]["debug.format"] == {"kind": "file", "where": "llmspell.toml", "line": 2}
    assert document["origins"]["debug.outputs[0].path"] == {
        "kind": "file",
        "where": "llmspell.toml",
        "line": 7,
    }
    assert document["origins"]["run.timeout"] == {"kind": "default", "where": "default"}


def test_the_schema_needs_no_valid_configuration(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    flags = {"--config": "missing.toml"}
    assert "properties" in json.loads(printed(DumpRequest(dict(flags), schema=True), folder, capsys))
    with pytest.raises(ConfigurationProblem):
        dump_config_command(DumpRequest(dict(flags)), {}, folder)


def test_unknown_format(folder: str) -> None:
    with pytest.raises(CommandLineProblem, match="'tml' is not valid"):
        dump_config_command(DumpRequest({}, format="tml"), {}, folder)
