"""A profile in a file: the tool's own JSON, gzipped where the name ends in `.gz`."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import msgspec

from debug.profile.model import NO_PARENT, VERSION, Profile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SUFFIX = ".llmspell-profile.json"
"""How a saved profile is best named; any name will do."""

GZIP = b"\x1f\x8b"
"""What gzipped content begins with."""


class ProfileError(ValueError):
    """A file that is no profile: what was wrong, and what helps."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem}; {hint}")
        self.problem = problem
        self.hint = hint


class _Head(msgspec.Struct):
    format: str | None = None
    version: int | None = None


def save(profile: Profile, path: Path) -> None:
    """Write it, replacing what is there. Raises OSError where that cannot be done."""
    content = encode(profile)
    path.write_bytes(compressed(content) if path.suffix == ".gz" else content)


def load(path: Path) -> Profile:
    """The profile in a file, compressed or not. Raises ProfileError where there is none in it, else OSError."""
    return decode(path.read_bytes())


def encode(profile: Profile) -> bytes:
    """The profile as JSON, a line."""
    return msgspec.json.encode(profile) + b"\n"


def decode(content: bytes) -> Profile:
    """The profile that `encode` (and perhaps gzip) made that of. Raises ProfileError."""
    if content.startswith(GZIP):
        content = _decompressed(content)
    head = _head(content)
    if head.version is not None and head.version > VERSION:
        raise ProfileError(
            f"it was saved in version {head.version} of the form, and this llmspell reads up to {VERSION}",
            "a newer llmspell reads it",
        )
    try:
        profile = msgspec.json.decode(content, type=Profile)
    except msgspec.ValidationError as error:
        raise ProfileError(f"it is damaged: {error}", _HINT) from None
    problem = _impossible(profile)
    if problem is not None:
        raise ProfileError(f"it is damaged: {problem}", _HINT)
    return profile


def compressed(content: bytes) -> bytes:
    """The same bytes for the same content: without the time at which they were made."""
    import gzip

    return gzip.compress(content, compresslevel=3, mtime=0)


_HINT = "expected what `llmspell profile SCRIPT -o NAME.json` saves"


def _decompressed(content: bytes) -> bytes:
    import gzip
    import zlib

    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise ProfileError(f"it cannot be decompressed: {error}", _HINT) from None


def _head(content: bytes) -> _Head:
    try:
        head = msgspec.json.decode(content, type=_Head)
    except msgspec.ValidationError:
        raise ProfileError("it is JSON, but no profile", _HINT) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProfileError("it is no JSON", _HINT) from None
    if head.format != "llmspell-profile":
        raise ProfileError("it is JSON, but not a profile in llmspell's own form", _HINT)
    return head


def _impossible(profile: Profile) -> str | None:
    """The first figure that cannot be, in words."""
    if not 0 < profile.rate_hz < inf:
        return f"the rate is {profile.rate_hz}"
    try:
        _ = profile.started_unix_ns
    except ValueError as error:
        return f"the time of the start is no time: {error}"
    functions, places = len(profile.functions), len(profile.places)
    for number, place in enumerate(profile.places):
        if not 0 <= place.function < functions:
            return f"place {number} names function {place.function}, of {functions}"
    for number, stack in enumerate(profile.stacks):
        if not 0 <= stack.place < places:
            return f"stack {number} names place {stack.place}, of {places}"
        if not NO_PARENT <= stack.parent < number:
            return f"stack {number} has the parent {stack.parent}"
    samples = profile.samples
    rows = len(samples.stack)
    if not rows == len(samples.thread) == len(samples.weight_ns) == len(samples.at_ns):
        return "the columns of the samples differ in length"
    stacks, threads = len(profile.stacks), len(profile.threads)
    return (
        _beyond("a sample names stack", samples.stack, stacks)
        or _beyond("a sample names thread", samples.thread, threads)
        or _beyond("an allocation names stack", (one.stack for one in profile.allocations), stacks)
        or (
            f"a sample has the weight {min(samples.weight_ns)}"
            if min(samples.weight_ns, default=0) < 0
            else None
        )
    )


def _beyond(what: str, numbers: Iterable[int], end: int) -> str | None:
    wrong = next((number for number in numbers if not 0 <= number < end), None)
    return None if wrong is None else f"{what} {wrong}, of {end}"
