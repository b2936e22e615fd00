"""What tests of the runtime share."""

from __future__ import annotations

import pytest

from runtime.js.profile import v8_profiler


@pytest.fixture(params=["V8's profiler", "shadow stack"])
def js_collector(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The way in which a profile of JavaScript is taken: both are tried."""
    if request.param == "shadow stack":
        monkeypatch.setitem(v8_profiler._SYMBOLS, "new", ("it_has_another_name", None))
    return str(request.param)
