"""The generator of debug/dap/types.py; whether that is current, where `LLMSPELL_TEST_DAP_SCHEMA` names the schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from debug.dap import types
from scripts.dap_types.generate import EVENTS, REQUESTS, generate, msgspec_camel, python_name

ROOT = Path(__file__).parents[2]


def empty_schema() -> dict[str, Any]:
    """A protocol of just the messages that are asked for, without content."""
    definitions: dict[str, Any] = {}
    for name in REQUESTS:
        definitions[f"{name[0].upper()}{name[1:]}Request"] = {"allOf": []}
        definitions[f"{name[0].upper()}{name[1:]}Response"] = {"allOf": []}
    for name in EVENTS:
        definitions[f"{name[0].upper()}{name[1:]}Event"] = {"allOf": []}
    return definitions


def made_of(definitions: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module that is made of these."""
    made = ModuleType("made_of_schema")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    exec(generate({"definitions": empty_schema() | definitions}, "1.0"), made.__dict__)
    return made


def test_definitions_become_structs(monkeypatch: pytest.MonkeyPatch) -> None:
    pause = {
        "type": "object",
        "description": "What to stop. And more.",
        "properties": {
            "from": {"type": "string"},
            "__id": {"type": ["integer", "string"]},
            "kinds": {"type": "array", "items": {"$ref": "#/definitions/Kind"}},
            "supportsANSIStyling": {"type": "boolean"},
            "threadId": {"type": "integer"},
        },
        "required": ["threadId"],
    }
    made = made_of(
        {
            "PauseRequest": {
                "allOf": [
                    {"$ref": "#/definitions/Request"},
                    {"properties": {"arguments": {"$ref": "#/definitions/PauseArguments"}}},
                ]
            },
            "Request": {"properties": {"arguments": {"type": "object"}}},
            "PauseArguments": pause,
            "Kind": {"type": "string", "enum": ["a", "b"]},
        },
        monkeypatch,
    )
    arguments = made.REQUESTS["pause"]
    assert arguments.__doc__ == "What to stop."
    fields = {field.encode_name: field for field in msgspec.structs.fields(arguments)}
    assert list(fields) == ["threadId", "from", "__id", "kinds", "supportsANSIStyling"]
    assert [name for name, field in fields.items() if field.required] == ["threadId"]
    assert made.REQUESTS["threads"] is None


def test_names_round_trip() -> None:
    for name in ("linesStartAt1", "adapterID", "threadId", "supportsConfigurationDoneRequest", "line"):
        assert python_name(name).isidentifier()
    assert python_name("linesStartAt1") == "lines_start_at1"
    assert msgspec_camel("lines_start_at1") == "linesStartAt1"
    assert python_name("__restart") == "restart_"


def test_a_message_keeps_its_names_and_leaves_out_what_is_not_set() -> None:
    body = types.InitializeRequestArguments(adapter_id="llmspell", lines_start_at1=False)
    encoded = json.loads(msgspec.json.encode(body))
    assert encoded == {"adapterID": "llmspell", "linesStartAt1": False}
    assert msgspec.convert(encoded, types.InitializeRequestArguments) == body


@pytest.mark.skipif("LLMSPELL_TEST_DAP_SCHEMA" not in os.environ, reason="the schema is not at hand")
def test_the_types_are_those_of_the_schema() -> None:
    command = (sys.executable, "-m", "scripts.dap_types", "--check", os.environ["LLMSPELL_TEST_DAP_SCHEMA"])
    assert subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode == 0
