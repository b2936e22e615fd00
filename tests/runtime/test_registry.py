"""Which engine runs a script."""

from __future__ import annotations

import pytest

from debug.manager import DebugManager
from runtime.engine import Script
from runtime.lua.engine import EngineOptions
from runtime.registry import EngineChoiceError, choose, create, engine_names


@pytest.mark.parametrize(
    ("name", "script", "head", "engine"),
    [
        (None, "a.lua", b"", "lua5.4"),
        (None, "a.LUA", b"", "lua5.4"),
        (None, "a", b"", "lua5.4"),
        (None, "-", b"", "lua5.4"),
        ("lua", "a.lua", b"", "lua5.4"),
        ("luajit", "a.lua", b"#!/usr/bin/lua5.1\n", "luajit"),
        ("luajit2.1", "a.lua", b"", "luajit"),
        (None, "a.lua", b"#!/usr/bin/lua5.1\n", "lua5.1"),
        (None, "a.txt", b"#!/usr/bin/env luajit\n", "luajit"),
        (None, "a", b"#!/usr/bin/env lua\r\n", "lua5.4"),
        (None, "a", b"\xef\xbb\xbf#!/usr/bin/lua5.3\n", "lua5.3"),
        (None, "a", b"#!/usr/bin/lua5.9\n", "lua5.4"),
        (None, "a.lua", b"#!/bin/sh\n", "lua5.4"),
        (None, "a.lua", b"print('#!/usr/bin/lua5.1')", "lua5.4"),
    ],
)
def test_the_engine_is(name: str | None, script: str, head: bytes, engine: str) -> None:
    assert choose(name, script, head) == engine


def test_an_unknown_name_is_told_the_nearest() -> None:
    with pytest.raises(EngineChoiceError, match="luajit"):
        choose("luajti", "a.lua", b"")


def test_an_unknown_suffix_is_told_what_is_known() -> None:
    with pytest.raises(EngineChoiceError, match=r"\.lua"):
        choose(None, "a.rb", b"")


@pytest.mark.parametrize("name", engine_names())
def test_every_name_makes_an_engine_that_runs(name: str) -> None:
    engine = create(choose(name, "a.lua", b""), DebugManager(), EngineOptions())
    assert engine.run(Script("a.lua", b"return 1 + 1")).values == (2,)
    engine.close()


def test_nothing_is_made_of_an_unknown_name() -> None:
    with pytest.raises(EngineChoiceError):
        create("lua9", DebugManager(), EngineOptions())
