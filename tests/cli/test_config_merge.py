"""What decides where several places say something, and where a value is said to come from."""

# Messages are held whole.

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from debug.config import FilterRule
from debug.level import Level
from debug.outputs.specs import OutputSpec
from llmspell_cli.config.merge import Effective, load
from llmspell_cli.config.settings import SETTINGS
from llmspell_cli.errors import ConfigurationProblem

if TYPE_CHECKING:
    from pathlib import Path


class Place:
    """A folder for a project and a home, and what stands in the four places that configure a run."""

    def __init__(self, root: Path) -> None:
        self.project = root / "project"
        self.home = root / "home"
        self.project.mkdir()
        (self.home / ".config" / "llmspell").mkdir(parents=True)
        self.environ: dict[str, str] = {}

    def project_file(self, text: str) -> None:
        (self.project / "llmspell.toml").write_text(text)

    def user_file(self, text: str) -> None:
        (self.home / ".config" / "llmspell" / "config.toml").write_text(text)

    def load(self, **flags: Any) -> Effective:
        named = {"--" + name.replace("_", "-"): value for name, value in flags.items()}
        return load(named, {**self.environ, "HOME": str(self.home)}, str(self.project))

    def problems(self, **flags: Any) -> list[str]:
        with pytest.raises(ConfigurationProblem) as caught:
            self.load(**flags)
        return [problem.text() for problem in caught.value.problems]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def origin(effective: Effective, *path: str | int) -> str:
    return str(effective.origin(path))


def test_defaults(place: Place) -> None:
    effective = place.load()
    settings = effective.settings
    assert (settings.debug.enabled, settings.debug.level) == (True, Level.INFO)
    assert settings.outputs == (OutputSpec("console"),)
    assert settings.run == (None, None, None, False, False)
    assert settings.dump["max_depth"] == 10
    assert origin(effective, "debug", "level") == "default"
    assert effective.files == ()


def test_precedence(place: Place) -> None:
    """Each place in turn is taken away, the strongest first."""
    place.user_file('[debug]\nlevel = "error"\n')
    place.project_file('\n[debug]\nlevel = "warn"\n')
    place.environ["LLMSPELL_DEBUG_LEVEL"] = "Debug"
    seen = []
    for flags in ({"debug_level": "trace"}, {}):
        effective = place.load(**flags)
        seen.append((effective.settings.debug.level, origin(effective, "debug", "level")))
    place.environ.clear()
    for name in ("llmspell.toml", "none"):
        effective = place.load()
        seen.append((effective.settings.debug.level, origin(effective, "debug", "level")))
        if name != "none":
            (place.project / name).unlink()
    user = place.home / ".config" / "llmspell" / "config.toml"
    assert seen == [
        (Level.TRACE, "--debug-level"),
        (Level.DEBUG, "LLMSPELL_DEBUG_LEVEL"),
        (Level.WARN, "llmspell.toml:3"),
        (Level.ERROR, f"{user}:2"),
    ]
    assert place.load(no_config=True).settings.debug.level is Level.INFO


def test_a_named_file_is_read_instead(place: Place) -> None:
    place.project_file('[debug]\nlevel = "warn"\n')
    (place.project / "other.toml").write_text("[debug]\nperf = true\n")
    settings = place.load(config="other.toml").settings
    assert (settings.debug.level, settings.perf) == (Level.INFO, True)


def test_an_empty_variable_counts_as_not_set(place: Place) -> None:
    place.environ["LLMSPELL_DEBUG_LEVEL"] = ""
    assert place.load().settings.debug.level is Level.INFO


def test_lists_replace_and_levels_merge(place: Place) -> None:
    place.user_file(
        '[[debug.filters]]\npattern = "user"\n[debug.levels]\na = "warn"\nb = "error"\n[debug.stack]\nmax_depth = 7\n'
    )
    place.project_file(
        '[[debug.filters]]\npattern = "project.*"\n[debug.levels]\n"b.*" = "trace"\nb = "off"\n'
    )
    effective = place.load()
    assert effective.settings.debug.filters == (FilterRule("project.*"),)
    assert effective.settings.debug.levels == {"a": Level.WARN, "b": Level.TRACE}
    assert effective.settings.stack.max_depth == 7
    assert origin(effective, "debug", "filters", 0, "pattern") == "llmspell.toml:2"
    assert origin(effective, "debug", "levels", "a").endswith("config.toml:4")
    assert origin(effective, "debug", "levels", "b") == "llmspell.toml:5"


def test_stale_lines_of_a_weaker_list_are_forgotten(place: Place) -> None:
    place.project_file('[[debug.filters]]\npattern = "a"\n[[debug.filters]]\npattern = "b"\n')
    effective = place.load(debug_modules=("+x", "-y.*,-z"))
    assert effective.settings.debug.filters == (
        FilterRule("x"),
        FilterRule("y.*", enabled=False),
        FilterRule("z", enabled=False),
    )
    assert origin(effective, "debug", "filters", 1, "pattern") == "--debug-modules"


def test_debug_is_weaker_than_flags_and_stronger_than_all_else(place: Place) -> None:
    place.project_file('[debug]\nenabled = false\nlevel = "error"\ntimers = false\n')
    place.environ["LLMSPELL_DEBUG_LEVEL"] = "trace"
    settings = place.load(debug=True).settings
    assert (settings.debug.enabled, settings.debug.level, settings.timers) == (True, Level.DEBUG, True)
    effective = place.load(debug=True, debug_level="trace", debug_perf=False)
    assert (effective.settings.debug.level, effective.settings.perf) == (Level.TRACE, False)
    assert origin(effective, "debug", "enabled") == "--debug"
    assert origin(effective, "debug", "perf") == "--no-debug-perf"


def test_no_debug_switches_everything_off(place: Place) -> None:
    settings = place.load(
        no_debug=True, debug_output=("console",), debug_perf=True, debug_level="trace"
    ).settings
    assert (settings.debug.enabled, settings.perf, settings.outputs) == (False, False, ())


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("LLMSPELL_DEBUG_ENABLED", "off", "debug.enabled", False),
        ("LLMSPELL_DEBUG_FORMAT", "json", "debug.format", "json"),
        ("LLMSPELL_DEBUG_PERF", "YES", "debug.perf", True),
        ("LLMSPELL_DEBUG_CAPTURE_LIMIT", "0", "debug.capture_limit", 0),
        (
            "LLMSPELL_DEBUG_MODULES",
            "+a.*, -b",
            "debug.filters",
            (FilterRule("a.*"), FilterRule("b", enabled=False)),
        ),
        ("LLMSPELL_DEBUG_LEVELS", "a=trace, b.*=OFF", "debug.levels", {"a": Level.TRACE, "b.*": Level.OFF}),
        ("LLMSPELL_DEBUG_STACK_CAPTURE_LOCALS", "auto", "debug.stack.capture_locals", None),
        ("LLMSPELL_DEBUG_STACK_CAPTURE_LOCALS", "1", "debug.stack.capture_locals", True),
        ("LLMSPELL_RUN_ENGINE", "luajit", "run.engine", "luajit"),
        ("LLMSPELL_RUN_TIMEOUT", "500ms", "run.timeout", 0.5),
        ("LLMSPELL_RUN_MAX_MEMORY", "64MiB", "run.max_memory", 2**26),
        ("LLMSPELL_RUN_MAX_MEMORY", "none", "run.max_memory", None),
        ("LLMSPELL_DISPLAY_COLOR", "never", "display.color", "never"),
    ],
)
def test_variables(place: Place, variable: str, text: str, key: str, value: object) -> None:
    place.environ[variable] = text
    effective = place.load()
    assert effective.values[key] == value
    assert origin(effective, *key.split(".")) == variable


def test_outputs_of_a_variable_are_separated_by_commas(place: Place) -> None:
    place.environ["LLMSPELL_DEBUG_OUTPUT"] = "console,json:a.jsonl?keep=2"
    assert place.load().settings.outputs == (
        OutputSpec("console"),
        OutputSpec("json", str(place.project / "a.jsonl"), keep=2),
    )


def test_a_comma_in_a_flag_belongs_to_the_path(place: Place) -> None:
    assert place.load(debug_output=("file:a,b",)).settings.outputs == (
        OutputSpec("file", str(place.project / "a,b")),
    )


def test_paths_of_a_file_are_relative_to_it(place: Place) -> None:
    (place.project / "conf").mkdir()
    (place.project / "conf" / "x.toml").write_text('[[debug.outputs]]\nkind = "file"\npath = "x.log"\n')
    assert place.load(config="conf/x.toml").settings.outputs[0].target == str(
        place.project / "conf" / "x.log"
    )


def test_pyproject(place: Place) -> None:
    (place.project / "pyproject.toml").write_text(
        '[project]\nname = "x"\n\n[tool.llmspell.run]\ntimeout = 2\n[[tool.llmspell.debug.filters]]\npattern = "p"\n'
    )
    effective = place.load()
    assert effective.settings.run.timeout_s == 2.0
    assert origin(effective, "run", "timeout") == "pyproject.toml:5"
    assert origin(effective, "debug", "filters", 0, "pattern") == "pyproject.toml:7"


def test_everything_that_is_wrong_is_reported_at_once(place: Place) -> None:
    place.user_file("[run]\nsandbox = 1\n")
    place.project_file('[debug]\nlvel = "x"\nlevel = "inf"\n[[debug.filters]]\npatern = "a"\n[dispaly]\n')
    place.environ |= {
        "LLMSPELL_DEBUG_LEVLE": "x",
        "LLMSPELL_RUN_TIMEOUT": "soon",
        "LLMSPELL_NO_BUSINESS_OF_OURS": "x",
    }
    user = place.home / ".config" / "llmspell" / "config.toml"
    assert place.problems(color="nver", debug=True, no_debug=True) == [
        f"{user}:2: run.sandbox: 1 is not valid; expected true or false",
        "llmspell.toml:2: unknown key 'lvel' in [debug]; expected one of capture_limit, dump, enabled, filters, "
        "format, level, levels, outputs, perf, stack, timers (did you mean 'level'?)",
        "llmspell.toml:3: debug.level: 'inf' is not valid; expected one of off, error, warn, info, debug, trace "
        "(did you mean 'info'?)",
        "llmspell.toml:5: unknown key 'patern'; expected one of pattern, enabled, type, description "
        "(did you mean 'pattern'?)",
        "llmspell.toml:6: unknown key 'dispaly' at the top; expected one of debug, display, run "
        "(did you mean 'display'?)",
        "LLMSPELL_DEBUG_LEVLE: unknown variable (did you mean 'LLMSPELL_DEBUG_LEVEL'?)",
        'LLMSPELL_RUN_TIMEOUT: \'soon\' is not valid; expected a duration such as "30s", "500ms" or 2.5 (seconds), '
        'or "none"',
        "--debug: cannot be combined with --no-debug",
        "--color: 'nver' is not valid; expected one of auto, always, never (did you mean 'never'?)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("debug = 1", "llmspell.toml:1: debug: a value stands where a table is; expected [debug]"),
        ("[debug.level]", "llmspell.toml:1: debug.level: a table is not valid; expected one of"),
        ("[debug.filters]", "llmspell.toml:1: debug.filters: a table is not valid; expected an array of tables"),
        ("debug.filters = [1]", "llmspell.toml:1: debug.filters[0]: 1 is not valid; expected a table"),
        ("[[debug.filters]]\nenabled = true", "llmspell.toml:1: debug.filters[0]: 'pattern' is missing"),
        (
            "[[debug.filters]]\npattern = '(a'\ntype = 'regex'",
            "llmspell.toml:2: debug.filters[0].pattern: the regex does not compile",
        ),
        ("[debug]\ncapture_limit = -1", "llmspell.toml:2: debug.capture_limit: -1 is not valid; expected a whole"),
        ("debug.capture_limit = 10000000000000000000000000", "llmspell.toml:1: debug.capture_limit: 1000000"),
        ("[debug]\ncapture_limit = true", "llmspell.toml:2: debug.capture_limit: true is not valid"),
        ("[run]\ntimeout = inf", "llmspell.toml:2: run.timeout: inf is not valid"),
        ("[run]\ntimeout = nan", "llmspell.toml:2: run.timeout: nan is not valid"),
        ("[run]\ntimeout = 0", "llmspell.toml:2: run.timeout: 0 is not valid"),
        ("[run]\ntimeout = 1979-05-27", "llmspell.toml:2: run.timeout: 1979-05-27 is not valid"),
        ("[run]\nmax_memory = ''", "llmspell.toml:2: run.max_memory: '' is not valid"),
        ("[run]\nengine = ' '", "llmspell.toml:2: run.engine: ' ' is not valid; expected text that is not empty"),
        ("level = 'debug'", "llmspell.toml:1: unknown key 'level' at the top; expected one of debug, display, run "
         "(did you mean 'debug.level'?)"),
        ('[debug.levels]\n"*.x" = "info"', "llmspell.toml:2: debug.levels.\"*.x\": '*.x' is not valid"),
        (
            "[debug.levels]\nworkflow.cache = 'trace'",
            "llmspell.toml:2: debug.levels.workflow: a table stands where a level is "
            '(a dotted name needs quotes: "workflow.cache")',
        ),
        ('[debug.levels]\n"a.b" = "trac"', "llmspell.toml:2: debug.levels.\"a.b\": 'trac' is not valid"),
        ("[[debug.outputs]]\nkind = 'fil'", "llmspell.toml:2: debug.outputs[0].kind: 'fil' is not valid"),
        ("[[debug.outputs]]\nkind = 'file'", "llmspell.toml:1: debug.outputs[0]: file: needs a path"),
        ("[[debug.outputs]]\nkind = 'console'\nkeep = 1", "llmspell.toml:1: debug.outputs[0]: console: max_bytes"),
        ("[[debug.outputs]]\nkind = 'console'\noptions = {a = 'b'}", "llmspell.toml:3: debug.outputs[0].options:"),
        ("[[debug.outputs]]\nkind = 'x'\noptions = {a = 1}", "llmspell.toml:3: debug.outputs[0].options: a table"),
        ('"\\u001b[31m" = 1', "llmspell.toml:1: unknown key '\\x1b[31m' at the top"),
    ],
)  # fmt: skip
def test_what_a_file_may_not_say(place: Place, text: str, expected: str) -> None:
    place.project_file(text)
    (problem,) = place.problems()
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"[debug]\nlevel = inf o\n",
            "llmspell.toml:2:13: is not valid TOML: Expected newline or end of document after a statement\n"
            "    2 | level = inf o\n      |             ^",
        ),
        (
            b"[debug]\r\n\tformat = jsn",
            "llmspell.toml:2:11: is not valid TOML: Invalid value\n    2 |     format = jsn\n      |              ^",
        ),
        (b"[debug", "llmspell.toml:1:7: is not valid TOML: Expected ']' at the end of a table declaration\n"),
        (b"a = [1,\n\n\n", "llmspell.toml:1:8: is not valid TOML: "),
        (b"[debug]\n\nlevel = '\xff'", "llmspell.toml:3: is not valid UTF-8"),
        (b"a = " + b"[" * 50_000, "llmspell.toml"),
    ],
)
def test_files_that_do_not_parse(place: Place, content: bytes, expected: str) -> None:
    (place.project / "llmspell.toml").write_bytes(content)
    (problem,) = place.problems()
    assert problem.startswith(expected)


def test_files_that_cannot_be_read(place: Place) -> None:
    place.project_file("")
    assert place.problems(config="llmspel.toml") == [
        "llmspel.toml: cannot read the configuration: there is no such file (did you mean 'llmspell.toml'?)"
    ]
    assert place.problems(config=".") == [".: cannot read the configuration: Is a directory"]
    assert place.problems(config="a\0b")[0].startswith("a\0b: cannot read the configuration")


def test_byte_order_mark(place: Place) -> None:
    (place.project / "llmspell.toml").write_bytes(b"\xef\xbb\xbf[debug]\nperf = true\n")
    assert place.load().settings.perf


def test_config_and_no_config_exclude_each_other(place: Place) -> None:
    assert place.problems(config="x.toml", no_config=True) == [
        "--config: cannot be combined with --no-config"
    ]


def test_defaults_are_what_the_kinds_read_back() -> None:
    """No default that a file could not say."""
    for setting in SETTINGS:
        findings: list[Any] = []
        written = setting.kind.write(setting.default)
        assert (setting.kind.read(written, setting.path, findings), findings) == (setting.default, [])
