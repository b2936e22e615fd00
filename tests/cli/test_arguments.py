"""What the words of `llmspell run` mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.level import Level
from llmspell_cli.app import app
from llmspell_cli.arguments import CommandLine, build_request, split, wants_json
from llmspell_cli.config.settings import BY_FLAG
from llmspell_cli.errors import CommandLineProblem, ConfigurationProblem
from llmspell_cli.options import COMMANDS, DIFF, DUMP_CONFIG, PROFILE, RUN, find_command

if TYPE_CHECKING:
    from pathlib import Path

    from llmspell_cli.options import Command


@pytest.mark.parametrize(
    ("words", "flags", "script", "arguments"),
    [
        ("x.lua", {}, "x.lua", ()),
        ("x.lua --debug a b", {"--debug": True}, "x.lua", ("a", "b")),
        ("--debug x.lua a b", {"--debug": True}, "x.lua", ("a", "b")),
        ("x.lua a --debug-level trace b", {"--debug-level": "trace"}, "x.lua", ("a", "b")),
        ("x.lua --debug-level=trace", {"--debug-level": "trace"}, "x.lua", ()),
        ("x.lua --debug-level=", {"--debug-level": ""}, "x.lua", ()),
        ("x.lua --color=never=x", {"--color": "never=x"}, "x.lua", ()),
        ("x.lua --timeout 1s --timeout 2s", {"--timeout": "2s"}, "x.lua", ()),
        ("x.lua --debug-modules +a --debug-modules -b", {"--debug-modules": ("+a", "-b")}, "x.lua", ()),
        ("x.lua --sandbox --no-sandbox", {"--sandbox": False}, "x.lua", ()),
        ("x.lua -v --verbose --out=f", {}, "x.lua", ("-v", "--verbose", "--out=f")),
        ("x.lua -- --debug", {}, "x.lua", ("--debug",)),
        ("x.lua a -- b -- c", {}, "x.lua", ("a", "b", "--", "c")),
        ("--debug -- -x.lua --debug", {"--debug": True}, "-x.lua", ("--debug",)),
        ("- a", {}, "-", ("a",)),
        ("x.lua -", {}, "x.lua", ("-",)),
        ("", {}, None, ()),
        ("--debug", {"--debug": True}, None, ()),
        ("--nonsense --help", {"--help": True}, None, ()),
    ],
)
def test_words(words: str, flags: dict[str, object], script: str | None, arguments: tuple[str, ...]) -> None:
    line = split(words.split())
    assert (line.flags, line.script, line.arguments) == (flags, script, arguments)


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        (["--debgu", "x.lua"], ["unknown option --debgu (did you mean '--debug'?)"]),
        (["-x", "x.lua"], ["unknown option -x (the script's own options come after its name)"]),
        (["x.lua", "--timeout"], ["--timeout: needs a value"]),
        (["x.lua", "--timeout", "--debug"], ["--timeout: needs a value"]),
        (["x.lua", "--debug=yes"], ["--debug: takes no value"]),
        (["--color", "x", "--tiemout=3", "x.lua"], ["unknown option --tiemout (did you mean '--timeout'?)"]),
    ],
)
def test_mistakes(words: list[str], problems: list[str]) -> None:
    with pytest.raises(CommandLineProblem) as caught:
        split(words)
    assert [problem.text() for problem in caught.value.problems] == problems


def test_all_mistakes_at_once() -> None:
    with pytest.raises(CommandLineProblem) as caught:
        split(["--debgu", "--sandbox=1", "--engin", "x.lua", "--config"])
    assert [problem.sentence() for problem in caught.value.problems] == [
        "unknown option --debgu",
        "--sandbox: takes no value",
        "unknown option --engin",
        "--config: needs a value",
    ]


def test_what_profile_takes_besides() -> None:
    line = split(["x.lua", "--rate", "500", "-o", "out.html", "--lines", "-o=b.json", "--memory"], PROFILE)
    assert line.flags == {"--rate": "500", "--output": "b.json", "--lines": True, "--memory": True}
    assert split(["x.lua", "--rate", "-o", "x"]).arguments == (
        "--rate",
        "-o",
        "x",
    )  # of `run`, they are the script's


switches = [name for name, one in RUN.known().items() if not one.metavar and name != "--help"]
valued = [option.name for option in RUN.options if option.metavar and not option.bare]
own_words = st.text(max_size=8).filter(
    lambda word: word.partition("=")[0] not in RUN.known() and word != "--"
)
plain_words = own_words.filter(lambda word: not word.startswith("-") and word)
option = st.one_of(
    st.sampled_from(switches).map(lambda name: [name]),
    st.tuples(st.sampled_from(valued), plain_words).map(list),
    st.tuples(st.sampled_from(valued), st.text(max_size=5)).map(lambda pair: ["=".join(pair)]),
)


@given(plain_words, st.lists(own_words, max_size=5), st.lists(option, max_size=4), st.data())
def test_options_count_wherever_they_stand(
    script: str, own: list[str], options: list[list[str]], data: st.DataObject
) -> None:
    """Options spread among the words in any way mean the same as in front, and the script's words keep."""
    places = sorted(data.draw(st.integers(0, len(own) + 1)) for _ in options)
    words: list[str] = []
    for index, word in enumerate([script, *own, None]):
        words += [
            part for place, parts in zip(places, options, strict=True) if place == index for part in parts
        ]
        if word is not None:
            words.append(word)
    in_front = split([*(part for parts in options for part in parts), "--", script, *own])
    assert split(words) == in_front == CommandLine(in_front.flags, (script, *own))


def test_options_of_commands_that_run_no_script() -> None:
    line = split(["old.json", "--by=share", "new.json", "-o", "x.html", "--json"], DIFF)
    assert line.words == ("old.json", "new.json")
    assert line.flags == {"--by": "share", "--output": "x.html", "--json": True}
    assert split(["--", "-a", "--by"], DIFF).words == ("-a", "--by")


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        (["a"], ["NEW is missing (`llmspell profile diff OLD NEW`)"]),
        (["a", "b", "c"], ["one word too many: 'c' (`llmspell profile diff OLD NEW`)"]),
        (["a", "--by"], ["--by: needs a value"]),
        (["a", "--bye", "share"], ["unknown option --bye (did you mean '--by'?)"]),
        (["a", "b", "--jsn"], ["unknown option --jsn (did you mean '--json'?)"]),
        (["a", "b", "--whatever"], ["unknown option --whatever"]),
    ],
)
def test_mistakes_where_no_script_is_run(words: list[str], problems: list[str]) -> None:
    with pytest.raises(CommandLineProblem) as caught:
        split(words, DIFF)
    assert [problem.text() for problem in caught.value.problems] == problems
    assert "--help" in split([*words, "--help"], DIFF).flags


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_the_table_of_options_and_that_of_settings_agree(command: Command) -> None:
    names = [name for option in command.options for name in option.names]
    assert len(names) == len(set(names)), "a name stands for one option"
    for option in command.options:
        setting = BY_FLAG.get(option.name)
        assert bool(option.help) != (setting is not None), f"{option.name} is described once"
        if setting is not None:
            is_switch = setting.kind_spec[0] == "boolean"
            assert is_switch == (not option.metavar) == bool(option.opposite), option.name
            assert option.repeatable == (setting.kind_spec[0] in ("filters", "outputs")), option.name
    if command in (RUN, PROFILE, DUMP_CONFIG):
        assert set(BY_FLAG) <= set(names)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_typer_knows_the_same_options(command: Command) -> None:
    import typer.main

    group: Any = typer.main.get_command(app)
    declared = {
        name
        for param in group.commands[command.name].params
        if param.param_type_name == "option"
        for name in param.opts
    }
    assert declared | {"--help"} == set(command.known())


def test_commands_are_found_by_one_word_or_two() -> None:
    assert find_command(["profile", "diff", "a", "b"]) == (DIFF, 2)
    assert find_command(["profile", "x.lua"]) == (PROFILE, 1)
    assert find_command(["run"])[0] is RUN
    assert find_command(["diff"]) == find_command([]) == (None, 0)


def test_the_formats_of_a_profile_are_all_completed() -> None:
    from debug.profile.export import FORMATS

    choices = {option.name: option.choices for option in PROFILE.options}["--format"]
    assert set(choices) == {known.name for known in FORMATS}


def test_a_request(tmp_path: Path) -> None:
    (tmp_path / "llmspell.toml").write_text("[run]\ntimeout = 3\n")
    environ = {"HOME": str(tmp_path)}
    request = build_request(split(["x.lua", "a", "--debug", "--json"]), environ, str(tmp_path))
    assert (request.script, request.arguments) == ("x.lua", ("a",))
    assert (request.debug, request.locals_in_traces, request.json) == (True, True, True)
    assert request.settings.debug.level is Level.DEBUG
    assert request.settings.run.timeout_s == 3.0
    assert request.config_path == tmp_path / "llmspell.toml"
    plain = build_request(split(["x.lua", "--no-config"]), environ, str(tmp_path))
    assert (plain.debug, plain.locals_in_traces, plain.json, plain.config_path) == (False, False, False, None)


def test_requests_that_cannot_be(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    with pytest.raises(CommandLineProblem, match="no script was named"):
        build_request(split(["--debug"]), environ, str(tmp_path))
    with pytest.raises(ConfigurationProblem, match="--timeout: '0' is not valid"):
        build_request(split(["x.lua", "--timeout", "0"]), environ, str(tmp_path))


def test_json_is_wanted_before_the_dashes_only() -> None:
    assert wants_json(["run", "x.lua", "--json", "--nonsense"])
    assert not wants_json(["run", "x.lua", "--", "--json"])
    assert wants_json(["profile", "diff", "--json"])
    assert not wants_json(["dap", "--json"])
    assert not wants_json(["nonsense", "--json"])
