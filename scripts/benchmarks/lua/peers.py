"""The peers: the standard library's logging and picologging, doing the same work as an entry of ours."""

from __future__ import annotations

import json
import logging
from collections import deque
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from debug.config import DEFAULT_CAPTURE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODULE = "cache.user"
MESSAGE = "cache hit"


class JsonFormatter(logging.Formatter):
    """The same document as our JSON lines hold."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds")
        return json.dumps(
            {
                "timestamp": moment,
                "level": record.levelname,
                "message": record.getMessage(),
                "module": record.name,
            }
        )


class DequeHandler(logging.Handler):
    """Keeps time, level, message and module of the newest records, as the capture ring does."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: deque[tuple[float, int, str, str]] = deque(maxlen=DEFAULT_CAPTURE_LIMIT)

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append((record.created, record.levelno, record.getMessage(), record.name))


def logging_to(handler: logging.Handler, count: int) -> Callable[[], None]:
    """What logs `count` entries to a handler of the standard library, flushed at the end."""
    logger = logging.Logger(MODULE, logging.INFO)
    logger.addHandler(handler)

    def work() -> None:
        for _ in range(count):
            logger.info(MESSAGE)
        handler.flush()

    return work


def logging_to_deque(count: int) -> Callable[[], None]:
    """The standard library into a deque."""
    return logging_to(DequeHandler(), count)


def logging_to_json_file(path: Path, count: int) -> tuple[logging.Handler, Callable[[], None]]:
    """The standard library into a file of JSON lines; the handler is the caller's to close."""
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(JsonFormatter())
    return handler, logging_to(handler, count)


def logging_to_stream(stream: IO[str], count: int) -> Callable[[], None]:
    """The standard library into a stream, one plain line an entry."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-5s %(name)s  %(message)s"))
    return logging_to(handler, count)


def picologging_to_deque(count: int) -> Callable[[], None] | None:
    """picologging into a deque; None where it is not installed (it has none for Python 3.13)."""
    try:
        import picologging
    except ImportError:
        return None

    kept: deque[tuple[float, int, str, str]] = deque(maxlen=DEFAULT_CAPTURE_LIMIT)

    class Keeping(picologging.Handler):
        def emit(self, record: Any) -> None:
            kept.append((record.created, record.levelno, record.getMessage(), record.name))

    logger = picologging.Logger(MODULE, picologging.INFO)
    logger.addHandler(Keeping())

    def work() -> None:
        for _ in range(count):
            logger.info(MESSAGE)

    return work
