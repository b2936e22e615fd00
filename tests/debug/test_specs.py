"""What `--debug-output` means."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.outputs.base import OutputError
from debug.outputs.file import FileOutput
from debug.outputs.specs import OutputSpec, OutputSpecError, create_output, parse_size, parse_spec
from debug.text_safety import printable

if TYPE_CHECKING:
    from pathlib import Path

    from debug.outputs.base import Output


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("console", OutputSpec("console")),
        ("console:stderr", OutputSpec("console", "stderr")),
        ("console?format=json", OutputSpec("console", format="json")),
        ("file:debug.log", OutputSpec("file", "debug.log")),
        ("json:a/b.jsonl", OutputSpec("json", "a/b.jsonl")),
        ("file:a.log?max_bytes=10MB&keep=3", OutputSpec("file", "a.log", max_bytes=10_000_000, keep=3)),
        ("file:C:\\logs\\a.log", OutputSpec("file", "C:\\logs\\a.log")),
        ("file:what?.log", OutputSpec("file", "what?.log")),
        ("file:what?.log?keep=0", OutputSpec("file", "what?.log", keep=0)),
        ("json:a.json?format=json_pretty", OutputSpec("json", "a.json", format="json_pretty")),
    ],
)
def test_specs(text: str, spec: OutputSpec) -> None:
    assert parse_spec(text) == spec


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'no output is called ""; there are console, file, json'),
        ("consle", 'no output is called "consle"; did you mean console?; there are console, file, json'),
        ("console:stdout", 'console: cannot write to "stdout", only to stderr; stdout is the script\'s'),
        ("console?keep=3", 'console: no option is called "keep"; there are format'),
        ("file", "file: needs a path, as in file:debug.log"),
        ("json:", "json: needs a path, as in json:debug.jsonl"),
        ("json:a?format=text", "json: format is json or json_pretty; for text use file:"),
        (
            "file:a?format=jsn",
            'no format is called "jsn"; did you mean json?; there are text, json, json_pretty',
        ),
        (
            "file:a?max_byte=1",
            'file: no option is called "max_byte"; did you mean max_bytes?; '
            "there are format, max_bytes, keep",
        ),
        ("file:a?max_bytes=much", 'max_bytes: "much" is no size; write 4096, 512KiB or 10MB'),
        ("file:a?max_bytes=0", 'max_bytes: "0" is no size; write 4096, 512KiB or 10MB'),
        ("file:a?keep=-1", 'keep: "-1" is no number of files'),
        ("file:a?keep=1&x", '"x": an option is written name=value'),
    ],
)
def test_specs_that_mean_nothing_say_why(text: str, message: str) -> None:
    with pytest.raises(OutputSpecError) as caught:
        parse_spec(text)
    assert str(caught.value) == message


@given(
    st.text(max_size=20)
    | st.from_regex(r"(file|json|console)(:[a-z?]*)?(\?[a-z_]*=[0-9a-z]*)?", fullmatch=True)
)
def test_any_text_is_a_spec_or_a_clear_error(text: str) -> None:
    try:
        shown = parse_spec(text).kind
    except OutputSpecError as error:
        shown = str(error)
    assert shown in ("console", "file", "json") or (len(shown) > 20 and shown == printable(shown))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4096", 4096),
        ("1b", 1),
        ("10MB", 10_000_000),
        ("10 mb", 10_000_000),
        ("512KiB", 524_288),
        ("1.5GB", 1_500_000_000),
        ("0", None),
        ("0.1B", None),
        ("-1", None),
        ("1e3", None),
        ("MB", None),
        ("1.2.3", None),
        ("١٢", None),
        ("1" * 5000, None),
        ("1" * 400 + ".5GB", None),
        ("10MBB", None),
    ],
)
def test_sizes(text: str, size: int | None) -> None:
    assert parse_size(text) == size


def no_console(_spec: OutputSpec) -> Output:
    raise AssertionError("no console was asked for")


def test_outputs_are_made_as_specified(tmp_path: Path) -> None:
    output = create_output(OutputSpec("json", str(tmp_path / "a.jsonl")), no_console)
    assert isinstance(output, FileOutput)
    output.close()
    made = FileOutput(str(tmp_path / "b"))
    assert create_output(OutputSpec("console", format="json"), lambda _spec: made) is made
    made.close()
    with pytest.raises(OutputError, match="does not exist"):
        create_output(OutputSpec("file", str(tmp_path / "no" / "a")), no_console)
    with pytest.raises(OutputSpecError, match="keep is 0 or more"):
        create_output(OutputSpec("file", "a", keep=-1), no_console)


PLUGIN = """
class Kept:
    lossless = False
    def __init__(self, spec):
        self.name, self.spec = f"kept {spec.target}", spec
        if spec.target == "broken":
            raise RuntimeError("no")
    def write(self, entries): pass
    def flush(self): pass
    def close(self): pass
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "llmspell_kept_output.py").write_text(PLUGIN)
    metadata = tmp_path / "llmspell_kept-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: llmspell-kept\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[llmspell.outputs]\nkept = llmspell_kept_output:Kept\nmissing = llmspell_not_there:Output\n"
    )
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("plugin")
def test_further_kinds_come_from_other_packages() -> None:
    spec = parse_spec("kept:there?a=1&b=2")
    assert spec == OutputSpec("kept", "there", options=(("a", "1"), ("b", "2")))
    assert create_output(spec, no_console).name == "kept there"
    with pytest.raises(OutputSpecError, match=r"did you mean kept.*console, file, json, kept, missing"):
        parse_spec("kep")


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize("text", ["kept:broken", "missing"])
def test_a_kind_that_cannot_be_made_says_why(text: str) -> None:
    with pytest.raises(OutputError, match=r"output (kept|missing) \(llmspell_.*\) cannot be made"):
        create_output(parse_spec(text), no_console)


def test_a_kind_that_is_gone_says_so() -> None:
    with pytest.raises(OutputSpecError, match="no output is called"):
        create_output(OutputSpec("kept"), no_console)


def test_known_kinds_look_for_no_packages() -> None:
    program = (
        "import sys\n"
        "from debug.outputs.specs import parse_spec\n"
        "parse_spec('console'), parse_spec('file:a.log?keep=1')\n"
        "print([name for name in ('importlib.metadata', 'msgspec', 'json') if name in sys.modules])"
    )
    # -I and the path by hand: without `site`, nothing else has imported them.
    path = f"import sys; sys.path[:0] = {sys.path!r}\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", path + program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
