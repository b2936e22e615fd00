"""What tests of the runtime share."""

from __future__ import annotations

import pytest

from runtime.js.profile import v8_profiler
from tests.scenarios.js_collectors import JS_FALLBACKS, SHADOW_STACK


@pytest.fixture(params=JS_FALLBACKS)
def js_collector(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The way in which a profile of JavaScript is taken: both are tried."""
    if request.param == SHADOW_STACK:
        monkeypatch.setitem(v8_profiler._SYMBOLS, "new", ("it_has_another_name", None))
    return str(request.param)
