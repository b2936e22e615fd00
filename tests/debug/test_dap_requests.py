from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from debug.dap.offer import Offer
from debug.debugger.target import (
    AboutData,
    Call,
    Complete,
    Completion,
    Completions,
    DataInfo,
    Evaluate,
    ExceptionOrder,
    Failed,
    Variables,
)
from scenarios.dap_talk import FUNCTION_F, Editor, ToyTarget, launching_editor, new_session, variable
from scenarios.toy_script import marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from debug.debugger.target import Answer, Request


class Desk:
    """An editor and the launcher behind its adapter."""

    def __init__(self, folder: Path) -> None:
        self.editor, self.launcher = launching_editor()
        self.program = folder / "toy.lua"
        self.program.write_text(FUNCTION_F)

    def line(self, mark: str) -> int:
        return marked(FUNCTION_F, mark)

    def source(self) -> dict[str, Any]:
        return {"path": str(self.program)}

    def break_at(self, *breakpoints: dict[str, Any]) -> list[dict[str, Any]]:
        body = self.editor.ask("setBreakpoints", source=self.source(), breakpoints=list(breakpoints))
        found: list[dict[str, Any]] = body["breakpoints"]
        return found

    def stopped(self) -> int:
        """The innermost frame of the script, stopped at its entry."""
        self.editor.stopped_at_entry(self.program)
        frame: int = self.editor.ask("stackTrace", threadId=1)["stackFrames"][0]["id"]
        return frame

    @property
    def target(self) -> ToyTarget:
        return self.launcher.runs[-1].target


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.editor.close()
    assert made.editor.adapter.conversation.run.over.wait(20)


def test_a_first_session(desk: Desk) -> None:
    editor = desk.editor
    offered = editor.initialize(clientID="test", supportsVariableType=True)
    assert offered["supportsConfigurationDoneRequest"]
    editor.ask("launch", program=str(desk.program), args=["x"], env={"A": "b", "C": None}, timeout=1.5)
    editor.event("initialized")
    assert not desk.launcher.runs[0].target.passed
    bound = desk.break_at({"line": desk.line("inside")})[0]
    assert (bound["verified"], bound["line"], bound["message"]) == (False, 2, "not loaded yet")
    editor.ask("configurationDone")
    stop = editor.event("stopped")
    assert stop == {
        "reason": "breakpoint",
        "description": f"Breakpoint {bound['id']}",
        "threadId": 1,
        "allThreadsStopped": False,
        "hitBreakpointIds": [bound["id"]],
    }
    changed = editor.event("breakpoint")
    assert (changed["reason"], changed["breakpoint"]["verified"]) == ("changed", True)
    assert changed["breakpoint"]["source"]["path"] == str(desk.program)
    trace = editor.ask("stackTrace", threadId=1)
    assert trace["totalFrames"] == 2
    top = trace["stackFrames"][0]
    assert (top["name"], top["line"], top["column"]) == ("f", desk.line("inside"), 3)
    scopes = editor.ask("scopes", frameId=top["id"])["scopes"]
    assert [(scope["name"], scope["expensive"]) for scope in scopes] == [("Locals", False), ("Globals", True)]
    assert "namedVariables" not in scopes[1], "it was not counted"
    assert editor.ask("continue", threadId=1) == {"allThreadsContinued": False}
    assert editor.event("exited") == {"exitCode": 0}
    editor.event("terminated")
    assert [body["output"] for body in editor.events("output")] == ["it begins\n", "it ends\n"]
    assert editor.events("output")[1]["line"] == 3
    assert editor.events("process") == [
        {"name": "toy.lua", "systemProcessId": 4711, "isLocalProcess": True, "startMethod": "launch"}
    ]
    assert [event["reason"] for event in editor.events("thread")] == ["started", "exited"]
    assert editor.events("continued") == [], "the client knows that it goes on"
    editor.ask("disconnect")
    assert editor.messages[-1]["command"] == "disconnect"
    request = desk.launcher.requests[0]
    assert (request.args, request.env, request.timeout) == (("x",), {"A": "b", "C": None}, "1.5s")


def test_each_message_has_its_number(desk: Desk) -> None:
    desk.stopped()
    assert [message["seq"] for message in desk.editor.messages] == list(
        range(1, len(desk.editor.messages) + 1)
    )


def test_a_stop_is_told_after_the_response_that_led_to_it(desk: Desk) -> None:
    desk.stopped()
    for count in range(2, 5):
        seq = desk.editor.send("stepIn", threadId=1)
        desk.editor.event("stopped", count)
        messages = desk.editor.messages
        answered = next(i for i, message in enumerate(messages) if message.get("request_seq") == seq)
        told = [i for i, message in enumerate(messages) if message.get("event") == "stopped"][count - 1]
        assert answered < told


@pytest.mark.parametrize(
    ("command", "lands"), [("next", ["call", "last"]), ("stepIn", ["call", "inside"]), ("stepOut", [])]
)
def test_steps(desk: Desk, command: str, lands: list[str]) -> None:
    desk.stopped()
    for count, mark in enumerate(lands, 2):
        desk.editor.ask(command, threadId=1)
        assert desk.editor.event("stopped", count)["reason"] == "step"
        assert desk.editor.ask("stackTrace", threadId=1)["stackFrames"][0]["line"] == desk.line(mark)
    if not lands:
        desk.editor.ask(command, threadId=1)
        desk.editor.event("terminated")


def test_a_call_to_step_into_is_chosen(desk: Desk) -> None:
    desk.stopped()
    desk.editor.ask("next", threadId=1)
    desk.editor.event("stopped", 2)
    target = desk.target
    target.calls = lambda _source, probe: [Call("f()", "f", probe.place), Call("u()", "u", probe.place)]
    functions = {"f": {"t": "function", "name": "f", "source": "toy", "line": 1}}

    def answer(request: Request) -> Answer:
        return variable("", functions.get(request.text)) if isinstance(request, Evaluate) else reply(request)

    reply, target._answer = target._answer, answer
    frame = desk.editor.ask("stackTrace", threadId=1)["stackFrames"][0]["id"]
    targets = desk.editor.ask("stepInTargets", frameId=frame)["targets"]
    line = desk.line("call")
    assert targets == [
        {"id": targets[0]["id"], "label": "f()", "line": line, "column": 1, "endLine": line, "endColumn": 4}
    ]
    assert "no call 99" in desk.editor.fails("stepIn", threadId=1, targetId=99)
    desk.editor.ask("stepIn", threadId=1, targetId=targets[0]["id"])
    assert desk.editor.event("stopped", 3)["reason"] == "step"
    assert desk.editor.ask("stackTrace", threadId=1)["stackFrames"][0]["line"] == desk.line("inside")


def test_frames_come_as_they_are_asked_for(desk: Desk) -> None:
    desk.editor.launch(desk.program)
    desk.break_at({"line": desk.line("inside")})
    desk.editor.ask("configurationDone")
    desk.editor.event("stopped")
    first = desk.editor.ask("stackTrace", threadId=1, startFrame=0, levels=1)
    rest = desk.editor.ask("stackTrace", threadId=1, startFrame=1, levels=20)
    assert [len(first["stackFrames"]), len(rest["stackFrames"])] == [1, 1]
    assert first["totalFrames"] == rest["totalFrames"] == 2
    assert (rest["stackFrames"][0]["name"], rest["stackFrames"][0]["moduleId"]) == ("(main)", 1)


def test_variables_are_pages_with_hints(desk: Desk) -> None:
    frame = desk.stopped()
    reference = desk.editor.ask("scopes", frameId=frame)["scopes"][0]["variablesReference"]
    body = desk.editor.ask("variables", variablesReference=reference, start=5, count=3, filter="indexed")
    asked = desk.target.requests[-1]
    assert isinstance(asked, Variables)
    assert (asked.start, asked.count, asked.filter) == (5, 3, "indexed")
    number, rows, meta = body["variables"]
    assert number == {
        "name": "n",
        "value": "42",
        "type": "number",
        "variablesReference": 0,
        "evaluateName": "n",
    }
    assert (rows["indexedVariables"], rows["namedVariables"]) == (1_000_000, 1)
    assert rows["presentationHint"] == {"attributes": ["readOnly"]}
    assert meta["presentationHint"] == {"kind": "virtual", "visibility": "internal"}
    assert (meta["namedVariables"], meta["variablesReference"] > 0) == (3, True)


def test_types_are_only_for_clients_that_show_them(desk: Desk) -> None:
    desk.editor.initialize()
    desk.editor.ask("launch", program=str(desk.program), stopOnEntry=True)
    desk.editor.ask("configurationDone")
    desk.editor.event("stopped")
    assert "type" not in desk.editor.ask("evaluate", expression="x")
    assert desk.editor.events("invalidated") == []


def test_setting_values(desk: Desk) -> None:
    frame = desk.stopped()
    reference = desk.editor.ask("scopes", frameId=frame)["scopes"][0]["variablesReference"]
    body = desk.editor.ask("setVariable", variablesReference=reference, name="n", value="43")
    assert body == {"value": "43", "type": "number", "variablesReference": 0}
    assert desk.editor.event("invalidated") == {"areas": ["variables"]}
    body = desk.editor.ask("setExpression", expression="t.x", value="44", frameId=frame)
    assert body["value"] == "44"
    assert desk.editor.event("invalidated", 2)
    assert "needs a frameId" in desk.editor.fails("setExpression", expression="x", value="1")


@pytest.mark.parametrize(
    ("context", "effects", "whole"),
    [
        (None, True, False),
        ("repl", True, False),
        ("watch", True, False),
        ("hover", False, False),
        ("clipboard", False, True),
        ("variables", False, False),
        ("some day", False, False),
    ],
)
def test_contexts_of_evaluation(desk: Desk, context: str | None, effects: bool, whole: bool) -> None:
    frame = desk.stopped()
    body = desk.editor.ask("evaluate", expression="x", frameId=frame, context=context)
    asked = desk.target.requests[-1]
    assert isinstance(asked, Evaluate)
    assert (asked.effects, asked.whole, asked.frame > 0) == (effects, whole, True)
    assert (body["variablesReference"] > 0, body["namedVariables"], body["type"]) == (True, 2, "string")
    assert len(desk.editor.events("invalidated")) == int(context in (None, "repl"))


def test_what_the_language_refuses_is_the_message(desk: Desk) -> None:
    desk.launcher.answers[Evaluate] = Failed("attempt to index nil {x} 100%")
    desk.stopped()
    assert desk.editor.fails("evaluate", expression="x.y") == "attempt to index nil {x} 100%"


def test_completions_count_as_the_client_does(desk: Desk) -> None:
    desk.stopped()
    body = desk.editor.ask("completions", text="😀.na + 1", column=6)
    asked = desk.target.requests[-1]
    assert isinstance(asked, Complete)
    assert asked.text == "😀.na"
    assert body["targets"][0] == {"label": "name", "type": "field", "start": 4, "length": 2}
    desk.launcher.answers[Complete] = Completions((Completion("x"),))
    body = desk.editor.ask("completions", text="a\nbc", line=2, column=3)
    asked = desk.target.requests[-1]
    assert isinstance(asked, Complete)
    assert asked.text == "a\nbc"
    assert body["targets"] == [{"label": "x", "type": "variable", "start": 3, "length": 0}]


def test_breakpoints_with_rules(desk: Desk) -> None:
    desk.editor.launch(desk.program)
    first, second, third = desk.break_at(
        {"line": desk.line("first"), "logMessage": "at {n}"},
        {"line": desk.line("inside"), "condition": "n == 2", "hitCondition": ">=1"},
        {"line": desk.line("last"), "hitCondition": "often"},
    )
    assert "is no hit count" in third["message"]
    desk.editor.ask("configurationDone")
    assert desk.editor.event("stopped")["hitBreakpointIds"] == [second["id"]]
    logged = next(body for body in desk.editor.events("output") if body["category"] == "console")
    assert (logged["output"], logged["line"], logged["column"]) == ("at 0\n", desk.line("first"), 1)
    assert logged["source"]["path"] == str(desk.program)
    assert first["id"] != second["id"]
    assert desk.editor.ask("setBreakpoints", source=desk.source()) == {"breakpoints": []}
    bound = desk.editor.ask("setBreakpoints", source=desk.source(), lines=[desk.line("last")])["breakpoints"]
    assert [(one["verified"], one["line"], one["column"], one["endColumn"]) for one in bound] == [
        (True, 7, 1, 2)
    ]
    assert "neither a path" in desk.editor.fails("setBreakpoints", source={}, breakpoints=[])


def test_where_breakpoints_can_be(desk: Desk) -> None:
    desk.stopped()
    body = desk.editor.ask("breakpointLocations", source=desk.source(), line=1, endLine=3)
    assert body["breakpoints"] == [
        {"line": 2, "column": 3, "endLine": 2, "endColumn": 4},
        {"line": 3, "column": 3, "endLine": 3, "endColumn": 4},
    ]
    elsewhere = desk.editor.ask("breakpointLocations", source={"path": "/nowhere"}, line=1)
    assert elsewhere == {"breakpoints": []}


def test_function_breakpoints(desk: Desk) -> None:
    desk.editor.launch(desk.program)
    asked = desk.editor.ask("setFunctionBreakpoints", breakpoints=[{"name": "f"}])["breakpoints"]
    assert (asked[0]["verified"], "line" in asked[0]) == (False, False)
    desk.editor.ask("configurationDone")
    assert desk.editor.event("stopped")["reason"] == "function breakpoint"


def test_exception_breakpoints(desk: Desk) -> None:
    desk.stopped()
    body = desk.editor.ask(
        "setExceptionBreakpoints",
        filters=["uncaught", "all"],
        filterOptions=[{"filterId": "caught", "condition": "error ~= nil"}, {"filterId": "caught"}],
    )
    assert [one["verified"] for one in body["breakpoints"]] == [True, False, True, True]
    assert "no filter 'all'" in body["breakpoints"][1]["message"]
    assert desk.target.exceptions == (
        ExceptionOrder(uncaught=True),
        ExceptionOrder(caught=True, condition="error ~= nil"),
        ExceptionOrder(caught=True),
    )


def test_data_breakpoints(desk: Desk) -> None:
    frame = desk.stopped()
    info = desk.editor.ask("dataBreakpointInfo", name="n", frameId=frame)
    assert info == {"dataId": "1:local n", "description": "n", "accessTypes": ["write"], "canPersist": False}
    body = desk.editor.ask(
        "setDataBreakpoints",
        breakpoints=[{"dataId": info["dataId"], "accessType": "read"}, {"dataId": info["dataId"]}],
    )
    assert [one["verified"] for one in body["breakpoints"]] == [False, True]
    assert [order.data_id for order in desk.target.data] == ["local n"]
    desk.launcher.answers[AboutData] = DataInfo(None, "a constant does not change")
    assert desk.editor.ask("dataBreakpointInfo", name="1") == {
        "dataId": None,
        "description": "a constant does not change",
    }
    assert desk.editor.ask("dataBreakpointInfo", name="n", asAddress=True)["dataId"] is None


def test_an_error_and_what_is_known_of_it(tmp_path: Path) -> None:
    session = new_session()
    editor = Editor(Offer(session))
    editor.initialize()
    editor.ask("attach")
    editor.ask("configurationDone")
    target = ToyTarget(session, "a\nb", str(tmp_path / "toy.lua"), {})
    target.begin()
    hit = target.hit_at(0, "exception", error="boom", error_type="MyError", uncaught=True)
    script = Thread(target=target.meet, args=(hit,))
    script.start()
    stop = editor.event("stopped")
    assert (stop["reason"], stop["description"], stop["text"]) == ("exception", "Error", "boom")
    info = editor.ask("exceptionInfo", threadId=1)
    assert (info["exceptionId"], info["description"], info["breakMode"]) == ("MyError", "boom", "unhandled")
    assert info["details"]["stackTrace"] == "(main) (toy:1)"
    editor.ask("continue", threadId=1)
    script.join(20)
    target.end()
    editor.close()


def test_sources_and_modules(desk: Desk) -> None:
    desk.stopped()
    path = str(desk.program)
    assert desk.editor.events("loadedSource") == [
        {"reason": "new", "source": {"name": "toy.lua", "path": path}}
    ]
    assert desk.editor.events("module")[0]["module"]["path"] == path
    assert desk.editor.ask("loadedSources")["sources"] == [{"name": "toy.lua", "path": path}]
    modules = desk.editor.ask("modules")
    assert (modules["totalModules"], modules["modules"][0]["symbolStatus"]) == (1, "can be stopped in")
    assert desk.editor.ask("modules", startModule=1) == {"modules": [], "totalModules": 1}
    body = desk.editor.ask("source", source={"path": path}, sourceReference=0)
    assert body == {"content": FUNCTION_F, "mimeType": "text/x-lua"}
    assert desk.editor.ask("source", sourceReference=1)["content"] == FUNCTION_F
    assert "no source 99" in desk.editor.fails("source", sourceReference=99)
    desk.editor.ask("continue", threadId=1)
    desk.editor.event("terminated")
    assert [event["reason"] for event in desk.editor.events("module")] == ["new", "removed"]


def test_a_file_that_changed_since_it_was_loaded_is_said_so_once(desk: Desk) -> None:
    desk.editor.stopped_at_entry(desk.program)
    desk.program.write_text("something else")
    for _ in range(3):
        desk.editor.ask("stackTrace", threadId=1)
    desk.editor.ask("threads")
    important = [body for body in desk.editor.events("output") if body["category"] == "important"]
    assert len(important) == 1
    assert "has changed since it was loaded" in important[0]["output"]


def test_pause_and_threads(tmp_path: Path) -> None:
    session = new_session()
    editor = Editor(Offer(session))
    editor.initialize()
    editor.ask("attach")
    target = ToyTarget(session, "a\nb", str(tmp_path / "toy.lua"), {})
    target.begin()
    editor.event("thread")
    assert editor.ask("threads") == {"threads": [{"id": 1, "name": "toy.lua"}]}
    editor.ask("pause", threadId=1)
    script = Thread(target=target.reach, args=(0,))
    script.start()
    assert editor.event("stopped")["reason"] == "pause"
    assert "is stopped" in editor.fails("pause", threadId=1)
    session.resume(1)
    script.join(20)
    assert editor.event("continued") == {"threadId": 1, "allThreadsContinued": False}
    target.end()
    editor.close()


def test_several_scripts_are_threads_that_stop_by_themselves(tmp_path: Path) -> None:
    session = new_session()
    editor = Editor(Offer(session))
    editor.initialize()
    editor.ask("attach", stopOnEntry=True)
    targets = [ToyTarget(session, "a\nb", str(tmp_path / name), {}) for name in ("one.lua", "two.lua")]
    for count, target in enumerate(targets, 1):
        target.start()
        assert editor.event("stopped", count)["threadId"] == count
    assert [one["name"] for one in editor.ask("threads")["threads"]] == ["one.lua", "two.lua"]
    editor.ask("continue", threadId=1)
    assert targets[0].has_ended.wait(20)
    assert not targets[1].passed
    assert editor.ask("stackTrace", threadId=2)["totalFrames"] == 1
    assert "no thread 1" in editor.fails("continue", threadId=1)
    editor.ask("next", threadId=2)
    assert editor.event("stopped", 3)["threadId"] == 2
    editor.ask("continue", threadId=2)
    assert targets[1].has_ended.wait(20)
    editor.close()
