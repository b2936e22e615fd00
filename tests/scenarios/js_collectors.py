"""The ways in which a profile of JavaScript is taken."""

from __future__ import annotations

V8, SHADOW_STACK = "V8's profiler", "shadow stack"

JS_FALLBACKS = {
    V8: None,
    SHADOW_STACK: (
        "V8's own profiler is not to be had here: scripts note their functions themselves, calls are slower"
    ),
}
"""What a profile says of them."""
