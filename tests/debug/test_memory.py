from __future__ import annotations

import os
import resource
import sys

import pytest

from debug.memory import MemoryStats, resident_bytes


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="compares with Linux's own figures")
def test_the_resident_set_is_what_the_system_says() -> None:
    resident = resident_bytes()
    assert resident is not None
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert resident % os.sysconf("SC_PAGESIZE") == 0
    assert 0.2 * peak_bytes < resident < 1.1 * peak_bytes


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a peak would not go down again")
def test_it_is_the_current_figure_not_the_peak() -> None:
    before = resident_bytes()
    block = b"x" * (64 << 20)
    during = resident_bytes()
    del block
    after = resident_bytes()
    assert before is not None
    assert during is not None
    assert after is not None
    assert during - before > 32 << 20
    assert during - after > 32 << 20


def test_where_the_system_does_not_tell_it_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_proc(*_: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("builtins.open", no_proc)
    if not sys.platform.startswith("darwin"):
        assert resident_bytes() is None


def test_what_was_not_measured_is_left_out() -> None:
    assert MemoryStats().to_dict() == {}
    assert MemoryStats(used_bytes=0, collections=3).to_dict() == {"used_bytes": 0, "collections": 3}
