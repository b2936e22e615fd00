"""10,000 messages that are wrong in some way: none ends a conversation, and none is left without its answer."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from debug.dap.types import REQUESTS
from scenarios.dap_talk import FUNCTION_F, Editor, framed, launching_editor
from scenarios.fake_debuggee import FOREVER_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A_CONVERSATION = 250
"""Messages in each, so that most come to a script that is stopped."""

FULL: dict[str, dict[str, Any]] = {
    "breakpointLocations": {"source": {"path": "x"}, "line": 1, "column": 1, "endLine": 3, "endColumn": 2},
    "cancel": {"requestId": 1, "progressId": "1"},
    "completions": {"frameId": 1, "text": "a.b\nc", "column": 2, "line": 1},
    "continue": {"threadId": 1, "singleThread": True},
    "dataBreakpointInfo": {"variablesReference": 2, "name": "n", "frameId": 1, "asAddress": False},
    "evaluate": {"expression": "x", "frameId": 1, "context": "watch"},
    "exceptionInfo": {"threadId": 1},
    "initialize": {"adapterID": "x", "linesStartAt1": True, "pathFormat": "path"},
    "launch": {"program": "x", "args": ["a"], "env": {"A": None}, "timeout": 1},
    "modules": {"startModule": 0, "moduleCount": 2},
    "next": {"threadId": 1, "granularity": "line"},
    "pause": {"threadId": 1},
    "restart": {"arguments": {"program": "x"}},
    "scopes": {"frameId": 1},
    "setBreakpoints": {
        "source": {"path": "x", "sourceReference": 0, "checksums": [{"algorithm": "MD5", "checksum": ""}]},
        "breakpoints": [
            {"line": 2, "column": 1, "condition": "n", "hitCondition": ">1", "logMessage": "{n}"}
        ],
        "lines": [1],
    },
    "setDataBreakpoints": {"breakpoints": [{"dataId": "1:x", "accessType": "write", "condition": "n"}]},
    "setExceptionBreakpoints": {"filters": ["caught"], "filterOptions": [{"filterId": "uncaught"}]},
    "setExpression": {"expression": "x", "value": "1", "frameId": 1},
    "setFunctionBreakpoints": {"breakpoints": [{"name": "f", "condition": "n"}]},
    "setVariable": {"variablesReference": 2, "name": "n", "value": "1"},
    "source": {"source": {"path": "x"}, "sourceReference": 1},
    "stackTrace": {"threadId": 1, "startFrame": 0, "levels": 5, "format": {"parameters": True}},
    "stepIn": {"threadId": 1, "targetId": 1},
    "stepOut": {"threadId": 1},
    "terminateThreads": {"threadIds": [1]},
    "variables": {"variablesReference": 2, "filter": "named", "start": 0, "count": 3},
}
"""Arguments that are right. What ends a conversation is not among them."""
COMMANDS = sorted(set(REQUESTS) - {"disconnect", "terminate"})
STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, 10**30, 1.5, 1e308, "", "\x00", "😀", "\ud800", "x" * 3000,
    [], [[]], {}, {"a": []}, "1", "../../etc/passwd", "file://x/y", "file:///%00", "con\nduct",
)  # fmt: skip


def strange(value: Any, chance: random.Random) -> Any:
    """A value with something in it changed."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(sorted(value))
        kept = {**value, key: strange(value[key], chance)}
        if chance.random() < 0.2:
            del kept[key]
        return kept
    if isinstance(value, list) and value and chance.random() < 0.7:
        return [strange(value[0], chance), *value[1:]] * chance.randint(1, 3)
    return chance.choice(STRANGE)


def scrambled(data: bytes, chance: random.Random) -> bytes:
    """Bytes with some changed, taken out, put in, or doubled."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed)) if changed else 0
        kind = chance.randrange(4)
        if kind == 0 and changed:
            changed[at] = chance.randrange(256)
        elif kind == 1:
            del changed[at : at + chance.randint(1, 20)]
        elif kind == 2:
            changed[at:at] = chance.choice(
                (b"{", b"}", b'"', b"\\u", b"[", b"\x00", b"\xff", b"\r\n\r\n", b"1" * 40)
            )
        else:
            changed[at:at] = changed[at : at + 30]
    return bytes(changed)


def request(seq: int, command: str, arguments: Any) -> bytes:
    return json.dumps({"seq": seq, "type": "request", "command": command, "arguments": arguments}).encode()


@pytest.fixture
def converse(tmp_path: Path) -> Callable[[int, Callable[[Editor, int], int | None]], None]:
    """Conversations of so many messages. What says one tells its number where an answer is due: the editor stays until
    all are there."""
    program = tmp_path / "toy.lua"
    program.write_text(FUNCTION_F)

    def in_conversations(messages: int, say: Callable[[Editor, int], int | None]) -> None:
        for start in range(0, messages, A_CONVERSATION):
            editor, _ = launching_editor()
            editor.stopped_at_entry(program)
            due = [say(editor, number) for number in range(start, start + A_CONVERSATION)]
            editor._seq = 10**8
            assert "threads" in editor.ask("threads"), "it still answers"
            editor.ask("modules")
            for seq in due:
                if seq is not None:
                    editor.response(seq)
            editor.close()
            assert editor.adapter.conversation.run.over.wait(FOREVER_S)
            ours = [m for m in editor.messages if str(m.get("message")).startswith("llmspell failed")]
            assert ours == []

    return in_conversations


def test_strange_arguments_are_answered_each_once(
    converse: Callable[[int, Callable[[Editor, int], int | None]], None],
) -> None:
    chance = random.Random(5)
    said: list[tuple[Editor, int]] = []

    def say(editor: Editor, number: int) -> int:
        command = chance.choice(COMMANDS)
        arguments = FULL.get(command, {})
        if chance.random() < 0.7:
            arguments = strange(arguments, chance)
        seq = 1000 + number
        editor.send_bytes(framed(request(seq, command, arguments)))
        said.append((editor, seq))
        return seq

    converse(5000, say)
    for editor in {id(editor): editor for editor, _ in said}.values():
        responses = [m["request_seq"] for m in editor.messages if m.get("request_seq", 0) >= 1000]
        wanted = [seq for one, seq in said if one is editor]
        assert sorted(seq for seq in responses if seq < 10**8) == wanted


def test_scrambled_bodies_cost_themselves_only(
    converse: Callable[[int, Callable[[Editor, int], int | None]], None],
) -> None:
    chance = random.Random(6)

    def say(editor: Editor, number: int) -> None:
        command = chance.choice(COMMANDS)
        body = request(1000 + number, command, FULL.get(command, {}))
        editor.send_bytes(framed(scrambled(body, chance)))

    converse(3000, say)


def test_scrambled_streams_end() -> None:
    chance = random.Random(7)
    for number in range(2000):
        command = chance.choice(COMMANDS)
        stream = framed(request(1, "initialize", FULL["initialize"])) + scrambled(
            framed(request(number, command, FULL.get(command, {}))), chance
        )
        editor, _ = launching_editor()
        editor.send_bytes(stream)
        editor.close()
