from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from debug.dap.client_info import ClientInfo
from debug.dap.errors import RequestError
from debug.dap.types import InitializeRequestArguments, Source
from debug.dap.view import View
from debug.debugger.events import Location
from debug.debugger.views import FrameInfo
from scenarios.dap_talk import Editor, ToyTarget, launching_editor, new_session

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "😀😀x; y\nz"


def view_of(path: Path, client: ClientInfo) -> View:
    path.write_text(TEXT, encoding="utf-8")
    session = new_session()
    ToyTarget(session, TEXT, str(path), {}).begin()
    view = View(session)
    view.client = client
    return view


@pytest.mark.parametrize(("first", "column"), [(1, 8), (0, 7)])
def test_columns_are_utf_16_units_for_the_client_and_characters_for_us(
    tmp_path: Path, first: int, column: int
) -> None:
    path = tmp_path / "toy.lua"
    view = view_of(path, ClientInfo(first_line=first, first_column=first))
    span = view.span(Location(1, str(path), "toy", 1, 6, 1, 7))
    assert span == (first, column, first, column + 1)
    assert view.line_of(span.line) == 1
    assert view.column_of(str(path), 1, column) == 6
    assert view.column_of(1, 1, column) == 6
    assert view.column_of(1, 2, first) == 1
    assert view.column_of(1, 1, None) is None
    assert view.column_of("/nowhere", 1, first + 3) == 4
    assert view.column_of(1, 1, 10**9) is not None


def test_what_is_not_known_stays_so(tmp_path: Path) -> None:
    view = view_of(tmp_path / "toy.lua", ClientInfo())
    assert view.span(Location(1, None, "toy", 0)) == (0, None, None, None)
    assert view.span(Location(1, None, "toy", 2)) == (2, None, None, None)
    assert view.span(Location(99, None, "gone", 1, 2)).column == 2


def test_frames_without_a_source(tmp_path: Path) -> None:
    view = view_of(tmp_path / "toy.lua", ClientInfo())
    frame = view.frame(FrameInfo(3, "string.rep", None, "[C]", "native"))
    assert (frame.line, frame.column, frame.presentation_hint) == (0, 0, "subtle")
    assert frame.source == Source(name="[C]")
    edge = view.frame(FrameInfo(3, "coroutine", None, "", "boundary"))
    assert (edge.source, edge.presentation_hint) == (None, "label")
    text = view.frame(FrameInfo(4, "f", Location(1, None, "=load", 2), "=load", "script"))
    assert text.source == Source(name="=load", source_reference=1)
    assert (text.line, text.column) == (2, 1)


def test_paths_and_uris(tmp_path: Path) -> None:
    path = tmp_path / "with space ü.lua"
    view = view_of(path, ClientInfo(uris=True))
    uri = view.path(str(path))
    assert uri == path.as_uri()
    assert view.file_of(Source(path=uri)) == str(path)
    assert view.file_of(Source(path=uri.replace("file://", "file://localhost"))) == str(path)
    assert view.file_of(Source(path=str(path))) == str(path)
    assert view.file_of(Source(path="x", source_reference=7)) == 7
    assert view.path("relative.lua") == "relative.lua"
    with pytest.raises(RequestError, match="another machine"):
        view.file_of(Source(path="file://server/a.lua"))
    with pytest.raises(RequestError, match="neither a path"):
        view.file_of(Source())
    assert view.latest(str(path)) == view.latest(1)
    assert view.latest("/nowhere") is None


def test_what_a_client_leaves_out_is_as_the_protocol_has_it() -> None:
    assert ClientInfo.of(InitializeRequestArguments(adapter_id="x")) == ClientInfo()
    info = ClientInfo.of(
        InitializeRequestArguments(
            adapter_id="x", client_id="vim", lines_start_at1=False, columns_start_at1=False, path_format="uri"
        )
    )
    assert info[:4] == ("vim", 0, 0, True)


def test_a_client_that_counts_from_zero_all_the_way(tmp_path: Path) -> None:
    program = tmp_path / "toy.lua"
    program.write_text("a\n  b")
    editor, _ = launching_editor()
    editor.initialize(linesStartAt1=False, columnsStartAt1=False, pathFormat="uri")
    editor.ask("launch", program=str(program))
    asked = {"source": {"path": program.as_uri()}, "breakpoints": [{"line": 1, "column": 0}]}
    assert editor.ask("setBreakpoints", **asked)["breakpoints"][0]["line"] == 1
    editor.ask("configurationDone")
    editor.event("stopped")
    bound = editor.event("breakpoint")["breakpoint"]
    assert (bound["line"], bound["column"], bound["source"]["path"]) == (1, 2, program.as_uri())
    top = editor.ask("stackTrace", threadId=1)["stackFrames"][0]
    assert (top["line"], top["column"], top["endColumn"]) == (1, 2, 3)
    editor.close()


def test_an_unknown_path_format_is_refused() -> None:
    editor: Editor = launching_editor()[0]
    assert "path or uri" in editor.fails("initialize", adapterID="x", pathFormat="odd")
    editor.initialize()
    editor.close()
