from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING

import pytest

from debug.dap import requests
from debug.dap.adapter import SERVING
from debug.dap.capabilities import capabilities
from debug.dap.offer import Offer
from debug.dap.types import REQUESTS, Capabilities
from debug.debugger.events import Detached
from debug.debugger.target import Evaluate
from scenarios.dap_talk import (
    FUNCTION_F,
    Editor,
    ToyTarget,
    framed,
    launching_editor,
    new_session,
    variable,
)
from scenarios.fake_debuggee import FOREVER_S

if TYPE_CHECKING:
    from pathlib import Path

    from debug.debugger.target import Answer, Request


@pytest.fixture
def program(tmp_path: Path) -> Path:
    made = tmp_path / "toy.lua"
    made.write_text(FUNCTION_F)
    return made


def test_every_request_of_the_types_is_served_and_no_other() -> None:
    assert SERVING
    assert requests.HANDLERS.keys() == REQUESTS.keys()


def test_what_is_offered_is_served() -> None:
    """A capability that stands for a request is true exactly where the request is served."""
    requests_of = {
        "supports_configuration_done_request": "configurationDone",
        "supports_set_variable": "setVariable",
        "supports_restart_frame": "restartFrame",
        "supports_goto_targets_request": "gotoTargets",
        "supports_step_in_targets_request": "stepInTargets",
        "supports_step_back": "stepBack",
        "supports_completions_request": "completions",
        "supports_modules_request": "modules",
        "supports_restart_request": "restart",
        "supports_exception_info_request": "exceptionInfo",
        "supports_loaded_sources_request": "loadedSources",
        "supports_terminate_threads_request": "terminateThreads",
        "supports_set_expression": "setExpression",
        "supports_terminate_request": "terminate",
        "supports_data_breakpoints": "setDataBreakpoints",
        "supports_read_memory_request": "readMemory",
        "supports_write_memory_request": "writeMemory",
        "supports_disassemble_request": "disassemble",
        "supports_cancel_request": "cancel",
        "supports_breakpoint_locations_request": "breakpointLocations",
        "supports_function_breakpoints": "setFunctionBreakpoints",
        "supports_instruction_breakpoints": "setInstructionBreakpoints",
    }
    assert {
        name for name in Capabilities.__struct_fields__ if name.endswith("_request")
    } <= requests_of.keys()
    offered = capabilities(launches=True)
    for name, command in requests_of.items():
        assert bool(getattr(offered, name)) == (command in requests.HANDLERS), name


@pytest.mark.parametrize("command", ["goto", "gotoTargets", "readMemory", "stepBack", "", "x" * 999])
def test_what_is_not_served_is_said_so_and_the_session_lives_on(program: Path, command: str) -> None:
    editor, _ = launching_editor()
    editor.launch(program)
    assert editor.fails(command) == f"llmspell does not serve the request {command}"
    editor.ask("threads")
    editor.close()


def test_the_order_of_the_beginning(program: Path) -> None:
    editor, _ = launching_editor()
    assert editor.fails("threads") == "threads came before initialize"
    assert editor.fails("launch", program=str(program)) == "launch came before initialize"
    editor.initialize()
    assert editor.fails("initialize", adapterID="x") == "initialize was said already"
    assert (
        editor.fails("setBreakpoints", source={"path": "x"}) == "setBreakpoints came before launch or attach"
    )
    assert "nothing to attach to" in editor.fails("attach")
    editor.ask("launch", program=str(program))
    assert "has its run already" in editor.fails("launch", program=str(program))
    editor.ask("disconnect")
    editor.close()


@pytest.mark.parametrize(
    ("command", "arguments", "field"),
    [
        ("setBreakpoints", {"source": {"path": "x"}, "breakpoints": [{"line": "1"}]}, "breakpoints[0].line"),
        ("setBreakpoints", {}, "source"),
        ("continue", {}, "threadId"),
        ("continue", {"threadId": None}, "threadId"),
        ("variables", {"variablesReference": 1, "filter": "odd"}, "filter"),
        ("evaluate", {"expression": 3}, "expression"),
        ("stepIn", {"threadId": 1, "granularity": "word"}, "granularity"),
        ("scopes", {"frameId": 1.5}, "frameId"),
        ("launch", {"args": []}, "program"),
        ("launch", {"program": "x", "env": {"A": 1}}, "env"),
    ],
)
def test_malformed_arguments_name_the_field(
    program: Path, command: str, arguments: dict[str, object], field: str
) -> None:
    editor, _ = launching_editor()
    editor.initialize()
    if command != "launch":
        editor.ask("launch", program=str(program))
    message = editor.fails(command, **arguments)
    assert message.startswith(f"the arguments of {command} are wrong")
    assert field in message
    editor.close()


def test_a_script_that_cannot_be_launched(tmp_path: Path, program: Path) -> None:
    editor, launcher = launching_editor()
    editor.initialize()
    response = editor.response(editor.send("launch", program=str(tmp_path / "none.lua")))
    assert "cannot read" in response["message"]
    assert response["body"]["error"]["showUser"]
    editor.ask("launch", program=str(program))
    launcher.start_fails = "no threads left"
    assert editor.fails("configurationDone") == "no threads left"
    editor.event("terminated")
    editor.ask("disconnect")
    editor.close()
    assert editor.adapter.conversation.run.over.is_set()


def test_without_a_debugger(program: Path) -> None:
    editor, launcher = launching_editor()
    editor.launch(program, noDebug=True, stopOnEntry=True)
    withdrawn = editor.event("capabilities")["capabilities"]
    assert not withdrawn["supportsDataBreakpoints"]
    assert set(withdrawn.values()) == {False}
    editor.ask("configurationDone")
    editor.event("terminated")
    assert len(launcher.runs[0].target.passed) == 5
    assert editor.events("stopped") == editor.events("thread") == []
    editor.close()


def test_restart_runs_the_file_as_it_is_now(program: Path) -> None:
    editor, launcher = launching_editor()
    editor.launch(program)
    assert "does not run" in editor.fails("restart")
    body = editor.ask("setBreakpoints", source={"path": str(program)}, breakpoints=[{"line": 5}])
    editor.ask("configurationDone")
    editor.event("stopped")
    program.write_text(FUNCTION_F + "\nmore")
    editor.ask("restart", arguments={"program": str(program), "args": ["again"]})
    stop = editor.event("stopped", 2)
    assert (stop["threadId"], stop["hitBreakpointIds"]) == (2, [body["breakpoints"][0]["id"]])
    assert editor.events("terminated") == editor.events("exited") == []
    assert [request.args for request in launcher.requests] == [(), ("again",)]
    assert "cannot read" in editor.fails("restart", arguments={"program": "/nowhere.lua"})
    editor.ask("continue", threadId=2)
    editor.event("terminated")
    assert len(launcher.runs[1].target.passed) == 6
    editor.close()


def test_a_restart_that_fails_ends_the_session(program: Path) -> None:
    editor, launcher = launching_editor()
    editor.stopped_at_entry(program)
    launcher.start_fails = "too many"
    editor.ask("restart")
    editor.event("terminated")
    assert "cannot restart: too many\n" in [body["output"] for body in editor.events("output")]
    editor.close()


@pytest.mark.parametrize("stopped", [True, False])
def test_terminate(program: Path, stopped: bool) -> None:
    editor, launcher = launching_editor()
    editor.launch(program, stopOnEntry=True)
    if stopped:
        editor.ask("configurationDone")
        editor.event("stopped")
    editor.ask("terminate")
    editor.event("terminated")
    assert editor.events("exited") == ([{"exitCode": 143}] if stopped else [])
    assert launcher.runs[0].terminations == int(stopped)
    editor.ask("disconnect")
    editor.close()


def test_terminating_one_thread(program: Path) -> None:
    editor, _ = launching_editor()
    editor.stopped_at_entry(program)
    assert "no thread 5" in editor.fails("terminateThreads", threadIds=[5])
    editor.ask("terminateThreads", threadIds=[1])
    assert editor.event("exited") == {"exitCode": 143}
    assert editor.event("continued")["threadId"] == 1
    editor.close()


@pytest.mark.parametrize("terminate", [None, True, False])
def test_a_client_that_disconnects_ends_what_it_launched_unless_it_says_otherwise(
    program: Path, terminate: bool | None
) -> None:
    editor, launcher = launching_editor()
    editor.stopped_at_entry(program)
    editor.ask("disconnect", terminateDebuggee=terminate)
    run = editor.adapter.conversation.run
    assert run.over.wait(FOREVER_S)
    assert launcher.runs[0].target.terminated == (terminate is not False)
    assert run.runs_on == (terminate is False)
    if terminate is False:
        assert len(launcher.runs[0].target.passed) == 5
    assert editor.events("terminated") == [], "nothing is told after a disconnect"
    editor.close()


def test_a_client_that_just_goes_ends_what_it_launched(program: Path) -> None:
    editor, launcher = launching_editor()
    editor.stopped_at_entry(program)
    editor.send_bytes(b'Content-Length: 500\r\n\r\n{"seq": 9, "type": "req')
    editor.close()
    assert editor.adapter.conversation.run.over.wait(FOREVER_S)
    assert launcher.runs[0].target.terminated


def test_a_client_that_goes_in_mid_request_lets_what_it_attached_to_run_on(tmp_path: Path) -> None:
    session = new_session()
    asked, answer = Event(), Event()

    class Slow(ToyTarget):
        def _reply(self, request: Request) -> Answer:
            asked.set()
            answer.wait(FOREVER_S)
            return super()._reply(request)

    editor = Editor(Offer(session))
    editor.initialize()
    assert "runs already" in editor.fails("launch", program="x")
    editor.ask("attach", stopOnEntry=True)
    editor.ask("configurationDone")
    target = Slow(session, "a\nb", str(tmp_path / "toy.lua"), {})
    target.start()
    editor.event("stopped")
    assert "only a launched script" in editor.fails("restart")
    editor.send("evaluate", expression="x")
    assert asked.wait(FOREVER_S)
    editor.close()
    answer.set()
    assert target.has_ended.wait(FOREVER_S)
    assert len(target.passed) == 2
    assert not target.terminated
    second = Editor(Offer(session))
    second.initialize()
    second.ask("attach")
    second.ask("disconnect", terminateDebuggee=True)
    second.close()


def test_attaching_waits_for_its_breakpoints(tmp_path: Path) -> None:
    session, configured = new_session(), Event()
    editor = Editor(Offer(session, configured=configured))
    editor.initialize()
    editor.ask("attach")
    editor.event("initialized")
    assert not configured.is_set()
    editor.ask("configurationDone")
    assert configured.is_set()
    assert editor.event("process")["startMethod"] == "attach"
    target = ToyTarget(session, "a", str(tmp_path / "toy.lua"), {})
    target.run()
    editor.adapter.conversation.run.ended(3)
    assert editor.events("exited") == [{"exitCode": 3}]
    assert [event["reason"] for event in editor.events("thread")] == ["started", "exited"]
    assert editor.messages[-1]["event"] == "terminated"
    editor.close()


def test_a_token_is_asked_for() -> None:
    session = new_session()
    wrong = Editor(Offer(session, token="secret"))
    wrong.initialize()
    assert "token" in wrong.fails("attach", token="sécret")
    wrong._thread.join(FOREVER_S)
    assert not wrong._thread.is_alive(), "one guess a connection"
    right = Editor(Offer(session, token="secret"))
    right.initialize()
    right.ask("attach", token="secret")
    assert "another client" in _second_attach(session)
    right.close()


def _second_attach(session: object) -> str:
    editor = Editor(Offer(session))  # type: ignore[arg-type]
    editor.initialize()
    message = editor.fails("attach")
    editor.close()
    return message


def test_a_debugger_that_lets_go_says_why(program: Path) -> None:
    editor, launcher = launching_editor()
    editor.stopped_at_entry(program)
    editor.adapter.tell(Detached("the debugger failed: ours"))
    editor.event("terminated")
    important = [body["output"] for body in editor.events("output") if body["category"] == "important"]
    assert important == ["The debugger has let go of the script: the debugger failed: ours\n"]
    editor.adapter.conversation.session.close()
    assert launcher.runs[0].target.has_ended.wait(FOREVER_S)
    editor.event("exited")
    assert len(editor.events("terminated")) == 1
    editor.close()


def test_a_request_is_cancelled_while_it_waits_and_while_it_runs(program: Path) -> None:
    editor, launcher = launching_editor()
    asked, answer = Event(), Event()
    editor.initialize()
    editor.ask("launch", program=str(program), stopOnEntry=True)
    target = launcher.runs[0].target
    reply = target._reply

    def slow(request: Request) -> Answer:
        if isinstance(request, Evaluate):
            asked.set()
            answer.wait(FOREVER_S)
        return reply(request)

    target._answer = slow
    target.give_up = answer.set
    editor.ask("configurationDone")
    editor.event("stopped")
    running = editor.send("evaluate", expression="slow")
    assert asked.wait(FOREVER_S)
    waiting = editor.send("evaluate", expression="later")
    editor.ask("threads")
    for seq in (waiting, running):
        assert not answer.is_set()
        editor.ask("cancel", requestId=seq)
        assert editor.response(seq)["message"] == "cancelled"
    editor.ask("cancel", requestId=running)
    editor.ask("cancel", progressId=str(running))
    assert "needs a requestId" in editor.fails("cancel")
    assert answer.wait(FOREVER_S), "what it evaluates is not given up"
    editor.ask("scopes", frameId=editor.ask("stackTrace", threadId=1)["stackFrames"][0]["id"])
    assert len([m for m in editor.messages if m.get("request_seq") in (running, waiting)]) == 2
    assert sum(isinstance(request, Evaluate) for request in target.requests) == 1
    editor.close()


def test_what_is_no_request_is_reported_and_passed_by(program: Path) -> None:
    editor, _ = launching_editor()
    editor.send_bytes(framed(b'{"seq": 70, "type": "request", "command": 5}'))
    assert "malformed message" in editor.response(70)["message"]
    editor.send_bytes(framed(b'{"seq": 71, "type": "request", "command": "thre'))
    assert editor.response(71)["command"] == ""
    editor.send_bytes(framed(b'{"seq": 72, "type": "question", "command": "threads"}'))
    assert "no message of type 'question'" in editor.response(72)["message"]
    editor.send_bytes(framed(b'{"seq": 73, "type": "response", "request_seq": 1, "success": true}'))
    editor.send_bytes(framed(b"\xff\xfe"))
    assert "was passed by" in editor.event("output")["output"]
    editor.send_bytes(framed(b"[" * 100_000))
    editor.event("output", 2)
    editor.send_bytes(b"no header at all\r\n\r\n")
    editor.event("output", 3)
    editor.stopped_at_entry(program)
    assert [message for message in editor.messages if message.get("request_seq") == 73] == []
    editor.close()


def test_text_that_is_no_unicode_is_shown_as_escapes(program: Path) -> None:
    editor, launcher = launching_editor()
    launcher.answers[Evaluate] = variable("", "a")
    editor.stopped_at_entry(program)
    editor.adapter.conversation.run.output("stdout", "byte \udcff, half \ud83d\n")
    assert editor.events("output")[-1]["output"] == "byte \\xff, half \\ud83d\n"
    editor.close()


def test_a_failure_of_ours_costs_one_request(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor, _ = launching_editor()
    editor.stopped_at_entry(program)

    def fail(*_arguments: object, **_more: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(editor.adapter.conversation.session.inspector, "evaluate", fail)
    assert editor.fails("evaluate", expression="x") == "llmspell failed: ZeroDivisionError: ours"
    editor.ask("threads")
    assert json.dumps(editor.messages)
    editor.close()
