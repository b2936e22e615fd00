"""Random bytes and hashes for `require("crypto")`."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from runtime.js.host_calls import HostCallError

if TYPE_CHECKING:
    from runtime.js.host_calls import HostCalls

MAX_BYTES = 1 << 24
"""One call's."""


def register(calls: HostCalls) -> None:
    """Answer what `host/builtins.js` asks."""
    calls.register("crypto.random", _random)
    calls.register("crypto.hash", _hash)
    calls.register("crypto.uuid", _uuid)
    calls.register("crypto.below", _below)


def _random(size: int) -> str:
    if not 0 <= size <= MAX_BYTES:
        raise HostCallError(f"between 0 and {MAX_BYTES} random bytes at a time", "ERR_OUT_OF_RANGE")
    return b64encode(os.urandom(size)).decode("ascii")


def _hash(asked: dict[str, Any]) -> str:
    import hashlib
    import hmac

    algorithm, key = asked["algorithm"], asked["key"]
    try:
        made: Any = hashlib.new(algorithm) if key is None else hmac.new(b64decode(key), digestmod=algorithm)
    except ValueError as problem:
        raise HostCallError("Digest method not supported", "ERR_CRYPTO_INVALID_DIGEST") from problem
    for part in asked["parts"]:
        made.update(b64decode(part))
    return b64encode(made.digest()).decode("ascii")


def _uuid(_: object) -> str:
    from uuid import uuid4

    return str(uuid4())


def _below(limit: int) -> int:
    from secrets import randbelow

    if limit <= 0:
        raise HostCallError("the range holds no number", "ERR_OUT_OF_RANGE")
    return randbelow(limit)
