"""llmspell's own JSON: all that was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from debug.profile.store import encode

if TYPE_CHECKING:
    from debug.profile.model import Profile


def export(profile: Profile) -> bytes:
    """The profile as `debug.profile.store.load` reads it."""
    return encode(profile)
