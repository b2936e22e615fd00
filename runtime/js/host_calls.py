"""What scripts may call in Python: functions by name, from JSON types to JSON types."""

from __future__ import annotations

from json import JSONEncoder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


_write = JSONEncoder(separators=(",", ":")).encode


class HostCallError(Exception):
    """Thrown in the script as an Error with this message and `code` (e.g. `ENOENT`)."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class HostCalls:
    """A registry; its functions run on the isolate's thread, the script blocked. They must not use the isolate."""

    def __init__(self) -> None:
        self._functions: dict[str, Callable[[Any], Any]] = {}

    def register(self, name: str, function: Callable[[Any], Any]) -> None:
        """Answer `host.call(name, argument)` with `function(argument)`. It may raise `HostCallError`."""
        self._functions[name] = function

    def get(self, name: str) -> Callable[[Any], Any] | None:
        """What answers that call."""
        return self._functions.get(name)

    def answer(self, name: str, argument: Any) -> str:
        """`v` and the value, or `e` and `{message, code}`, as JSON in ASCII. Never raises."""
        try:
            return "v" + _write(self._functions[name](argument))
        except HostCallError as problem:
            return _error(problem.message, problem.code)
        except KeyError as problem:
            if name in self._functions:
                return _error(f"{name}: KeyError: {problem}", None)
            return _error(f"nothing is called {name}", None)
        except Exception as problem:  # the border to a script: whatever fails here is its Error
            return _error(f"{name}: {type(problem).__name__}: {problem}", None)


def _error(message: str, code: str | None) -> str:
    return "e" + _write({"message": message, "code": code})
