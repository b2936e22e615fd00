from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from debug.debugger.events import SessionError, SourceInfo
from debug.debugger.inspector import Limits
from debug.debugger.session import Session
from debug.debugger.target import (
    AboutData,
    Complete,
    Completion,
    Completions,
    DataInfo,
    Evaluate,
    Failed,
    Frame,
    FrameList,
    Frames,
    Scope,
    ScopeList,
    Scopes,
    SetExpression,
    SetVariable,
    Variable,
    VariableList,
    Variables,
)
from scenarios.fake_debuggee import FakeTarget, RecordingClient
from scenarios.toy_script import plan, trace_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from debug.debugger.target import Answer, Request

PATH = "/nowhere/toy.lua"
TEXT = "function f\nx\nend\nf()"


def picture(json: str) -> msgspec.Raw:
    return msgspec.Raw(json.encode())


class Stopped:
    """A script that is stopped in `f` while `look` looks in; what it was asked, and how it answers."""

    def __init__(self, answers: dict[type, Answer], *, language: str = "lua") -> None:
        self.session = Session(Limits(request_s=7.0, evaluate_s=5.0, watch_s=2.0))
        self.inspector = self.session.inspector
        self.answers = answers
        self.asked: list[Request] = []
        self.timeouts_s: list[float] = []
        self._looks: list[Callable[[Stopped], None]] = []
        self._target = FakeTarget(
            self.session, trace_of(plan(TEXT, PATH)), when_stopped=self._stopped, answer=self._answer
        )
        self._target.language = language
        ask = self._target.request

        def request(request: Request, timeout_s: float) -> Answer:
            self.timeouts_s.append(timeout_s)
            return ask(request, timeout_s)

        self._target.request = request  # type: ignore[method-assign]

    def look(self, look: Callable[[Stopped], Any]) -> Any:
        """What `look` sees while the script is stopped."""
        seen: list[Any] = []
        self._looks.append(lambda stopped: seen.append(look(stopped)))
        self.session.connect(RecordingClient(), stop_on_entry=True)
        try:
            self._target.run()
        finally:
            self.session.close()
        return seen[0]

    def frame(self) -> int:
        """The innermost frame's id."""
        return self.inspector.frames(1).frames[0].id

    def _stopped(self) -> None:
        try:
            self._looks.pop()(self)
        finally:
            self.session.resume(1)

    def _answer(self, request: Request) -> Answer:
        self.asked.append(request)
        return self.answers.get(type(request), Failed("no"))


FRAMES = FrameList(
    (
        Frame(3, "print", 0, source_name="[C]", kind="native"),
        Frame(2, "f", 1, probe=1),
        Frame(1, "main", 1, line=4),
    ),
    9,
)
ONE_SCOPE = ScopeList((Scope("Locals", "locals", 11, 2, expensive=True),))


def test_frames_have_places() -> None:
    stopped = Stopped({Frames: FRAMES})
    page = stopped.look(lambda stopped: stopped.inspector.frames(1, 2, 3))
    native, inner, outer = page.frames
    assert page.total == 9
    assert (native.name, native.location, native.source_name, native.kind) == ("print", None, "[C]", "native")
    assert (inner.name, inner.source_name, inner.kind) == ("f", "toy", "script")
    assert inner.location[1:] == (PATH, "toy", 2, 1, 2, 2)
    assert outer.location[1:] == (PATH, "toy", 4, 0, 0, 0)
    assert stopped.asked == [Frames(2, 3)]
    assert stopped.timeouts_s == [7.0]


def test_scopes_and_pages_of_variables() -> None:
    answers: dict[type, Answer] = {
        Frames: FRAMES,
        Scopes: ONE_SCOPE,
        Variables: VariableList(
            (
                Variable("n", picture("1"), evaluate_name="n"),
                Variable(
                    "t",
                    picture('{"t":"table","items":[1,2],"item_count":2}'),
                    ref=12,
                    indexed=2,
                    kind="class",
                ),
            )
        ),
    }

    def look(stopped: Stopped) -> None:
        (scope,) = stopped.inspector.scopes(stopped.frame())
        assert (scope.name, scope.kind, scope.named, scope.expensive) == ("Locals", "locals", 2, True)
        n, t = stopped.inspector.variables(scope.reference)
        assert (n.name, n.text, n.type, n.reference, n.evaluate_name) == ("n", "1", "number", 0, "n")
        assert (t.text, t.type, t.indexed, t.named, t.kind) == ("[1, 2]", "table", 2, 0, "class")
        stopped.inspector.variables(t.reference, 100, 50, "indexed")
        stopped.inspector.set_variable(t.reference, "k", "1 + 1")

    stopped = Stopped({**answers, SetVariable: Variable("k", picture("2"))})
    stopped.look(look)
    assert stopped.asked[1:] == [
        Scopes(3),
        Variables(11),
        Variables(12, 100, 50, "indexed"),
        SetVariable(12, "k", "1 + 1", 3),
    ]


@pytest.mark.parametrize(
    ("context", "effects", "whole", "limit_s"),
    [
        ("repl", True, False, 5.0),
        ("watch", True, False, 2.0),
        ("hover", False, False, 2.0),
        ("variables", False, False, 2.0),
        ("clipboard", False, True, 2.0),
    ],
)
def test_the_context_tells_what_an_evaluation_may_do(
    context: Any, effects: bool, whole: bool, limit_s: float
) -> None:
    stopped = Stopped({Frames: FRAMES, Evaluate: Variable("x", picture("1"), ref=5)})
    value = stopped.look(lambda stopped: stopped.inspector.evaluate("x", stopped.frame(), context=context))
    assert (value.text, value.reference > 0) == ("1", True)
    assert stopped.asked[1:] == [Evaluate("x", 3, effects, limit_s, whole)]
    assert stopped.timeouts_s[1:] == [limit_s + 7.0]  # the script has its limit, and then some to answer


def test_without_a_frame_globals_are_asked() -> None:
    stopped = Stopped({Evaluate: Variable("x", picture("true"))})
    assert stopped.look(lambda stopped: stopped.inspector.evaluate("x")).type == "boolean"
    assert stopped.asked == [Evaluate("x", 0, True, 5.0)]


def test_a_clipboard_takes_all_of_a_value() -> None:
    text = "long " * 100
    stopped = Stopped({Evaluate: Variable("x", picture(f'"{text}"'))})
    seen = stopped.look(
        lambda stopped: [
            stopped.inspector.evaluate("x", context=context).text for context in ("clipboard", "hover")
        ]
    )
    assert seen[0] == text
    assert len(seen[1]) < 100
    table = '{"t":"table","pairs":[["a",{"t":"table","pairs":[["b",1]],"pair_count":1}]],"pair_count":1}'
    stopped = Stopped({Evaluate: Variable("x", picture(table))})
    whole = stopped.look(lambda stopped: stopped.inspector.evaluate("x", context="clipboard").text)
    assert whole.splitlines()[-2:] == ["  }", "}"]


def test_assigning_to_an_expression() -> None:
    stopped = Stopped({Frames: FRAMES, SetExpression: Variable("t.x", picture("2"))})
    assert stopped.look(lambda s: s.inspector.set_expression("t.x", "2", s.frame())).text == "2"
    assert stopped.asked[1:] == [SetExpression("t.x", "2", 3)]


def test_completions_are_handed_on() -> None:
    names = Completions((Completion("print", "function"),), 2)
    stopped = Stopped({Frames: FRAMES, Complete: names})
    assert stopped.look(lambda s: s.inspector.completions("pr", s.frame())) == names
    assert stopped.asked[1:] == [Complete("pr", 3)]


def test_data_is_known_by_its_thread() -> None:
    stopped = Stopped({Frames: FRAMES, Scopes: ONE_SCOPE, AboutData: DataInfo("u7", "count")})

    def look(stopped: Stopped) -> None:
        (scope,) = stopped.inspector.scopes(stopped.frame())
        assert stopped.inspector.data_info("count", scope.reference) == DataInfo("1:u7", "count")
        assert stopped.inspector.data_info("t.x", frame=stopped.frame()).data_id == "1:u7"
        stopped.answers[AboutData] = DataInfo(None, "a constant")
        assert stopped.inspector.data_info("k") == DataInfo(None, "a constant")

    stopped.look(look)
    about = [request for request in stopped.asked if isinstance(request, AboutData)]
    assert about == [AboutData("count", 11, 3), AboutData("t.x", 0, 3), AboutData("k", 0, 0)]


def test_what_fails_says_what_the_language_said() -> None:
    def look(stopped: Stopped) -> None:
        with pytest.raises(SessionError, match="unexpected symbol near '='"):
            stopped.inspector.evaluate("=")
        with pytest.raises(SessionError, match="toy has answered what was not asked: ScopeList"):
            stopped.inspector.completions("x")
        with pytest.raises(SessionError, match="has not stopped at an error"):
            stopped.inspector.error(1)

    Stopped({Evaluate: Failed("unexpected symbol near '='"), Complete: ONE_SCOPE}).look(look)


def test_the_error_that_stopped_a_script() -> None:
    stopped = Stopped({Frames: FRAMES})
    seen: list[Any] = []
    stopped._looks.append(lambda stopped: seen.append(stopped.inspector.error(1)))
    stopped.session.connect(RecordingClient())
    stopped._target.begin()
    stopped._target.meet(
        stopped._target.hit_at(0, "exception", error="boom", error_type="string", uncaught=True)
    )
    (error,) = seen
    assert (error.message, error.type, error.uncaught) == ("boom", "string", True)
    assert error.traceback.splitlines() == ["print ([C])", "f (toy:2)", "main (toy:4)", "… 6 more"]
    stopped.session.close()


@pytest.mark.parametrize(
    ("language", "json", "text", "type_"),
    [
        ("lua", "null", "nil", "nil"),
        ("javascript", "null", "null", "null"),
        ("python", "null", "None", "None"),
        ("javascript", '{"t":"opaque","type":"undefined"}', "undefined", "undefined"),
        ("lua", "1", "1", "number"),
        ("lua", "1.0", "1.0", "number"),
        ("python", "1.0", "1.0", "float"),
        ("lua", '"a\\nb"', '"a\\nb"', "string"),
        ("lua", '{"t":"text","value":"ab","length":9}', '"ab"… (9 in all)', "string"),
        ("lua", '{"t":"number","text":"nan"}', "nan", "number"),
        ("javascript", '{"t":"number","text":"-12n"}', "-12n", "bigint"),
        (
            "javascript",
            '{"t":"table","kind":"map","type_name":"Map","pair_count":2,"cut":true}',
            "Map { … 2 entries }",
            "Map",
        ),
        ("javascript", '{"t":"table"}', "{}", "object"),
        ("javascript", '{"t":"table","kind":"array"}', "[]", "array"),
        ("javascript", '{"t":"table","items":[1],"item_count":1}', "[1]", "array"),
        ("lua", '{"t":"function","name":"f","source":"a.lua","line":3}', "function f (a.lua:3)", "function"),
        ("lua", "{", None, "undecodable picture"),
    ],
)
def test_values_read_as_in_their_language(language: str, json: str, text: str | None, type_: str) -> None:
    stopped = Stopped({Evaluate: Variable("x", picture(json))}, language=language)
    value = stopped.look(lambda stopped: stopped.inspector.evaluate("x"))
    assert value.type == type_
    assert text is None or value.text == text


def test_sources_are_listed_with_their_text(tmp_path: Path) -> None:
    path = tmp_path / "a.lua"
    text = "x = 'ä'\ny"
    path.write_text(text)
    session = Session()
    target = FakeTarget(session, trace_of(plan(text, str(path))))
    session.started(target)
    session.loaded(target, plan(text, str(path)))
    session.loaded(target, plan("chunk", None, number=2, name="=(load)")._replace(unstoppable="too large"))
    file, chunk = session.sources.all()
    assert file == SourceInfo(1, 1, "toy", str(path), None)
    assert chunk == SourceInfo(2, 1, "=(load)", None, "too large")
    assert session.sources.text(chunk.id) == "chunk"
    assert [session.sources.changed_on_disk(source.id) for source in (file, chunk)] == [False, False]
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert not session.sources.changed_on_disk(file.id)
    path.write_text(text + " ")
    assert session.sources.changed_on_disk(file.id)
    path.unlink()
    assert session.sources.changed_on_disk(file.id)
    with pytest.raises(SessionError, match="there is no source 3"):
        session.sources.text(3)
    session.ended(target)
    assert session.sources.all() == ()
