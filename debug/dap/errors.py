"""Why a request comes to nothing."""

from __future__ import annotations


class RequestError(Exception):
    """A request that cannot be served. Its text is for people, and says why."""
