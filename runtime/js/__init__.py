"""Runs JavaScript with the Debug global, on V8 through mini-racer."""

from __future__ import annotations

from typing import Final

LANGUAGE: Final = "javascript"
"""In whose words values are shown (see `debug.dialect`)."""
