"""The same as `runtime.js.isolate` by what mini-racer promises to everybody, for builds on which that one fails.

There is no bell: the script polls for answers, a millisecond each.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from runtime.js.outcome import OutOfMemory, ParseFailure, ScriptFailure, Terminated

if TYPE_CHECKING:
    from concurrent.futures import Future

    from runtime.js.whereabouts import Site


class PublicIsolate:
    """A V8 isolate with one context. One task at a time; `cancel` from any thread."""

    has_bell = False

    def __init__(self) -> None:
        from asyncio import new_event_loop
        from threading import Thread

        from py_mini_racer import mini_racer

        self._loop = new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="llmspell-js-loop", daemon=True)
        self._thread.start()
        self._maker = mini_racer(self._loop)
        self._racer: Any = self._maker.__enter__()
        self._guard = Lock()
        self._task: Future[Any] | None = None
        self._cancelled = False
        self._heap_limit_bytes = int(self._racer.heap_stats()["heap_size_limit"])

    def evaluate(self, text: str) -> Any:
        """See `Isolate.evaluate`."""
        return self._run(lambda: self._racer.eval_cancelable(text))

    def call(self, function: Any, *arguments: Any) -> Any:
        """See `Isolate.call`."""
        from py_mini_racer import JSUndefined

        values = [JSUndefined if one is None else one for one in arguments]
        return self._run(lambda: function.cancelable()(*values))

    def prepare(self, *arguments: Any) -> None:
        """Nothing can be made before."""

    def bell(self) -> None:
        """There is none."""

    def cancel(self) -> None:
        """See `Isolate.cancel`."""
        with self._guard:
            self._cancelled = True
            if self._task is not None:
                self._task.cancel()

    def where(self) -> tuple[Site, ...]:
        """Nobody can tell."""
        return ()

    def set_memory_limit(self, limit_bytes: int) -> None:
        """See `Isolate.set_memory_limit`."""
        self._racer.set_hard_memory_limit(limit_bytes)

    @property
    def keeps_any_limit(self) -> bool:
        """Past its own limit V8 ends the process."""
        return False

    @property
    def heap_limit_bytes(self) -> int:
        """See `Isolate.heap_limit_bytes`."""
        return self._heap_limit_bytes

    def heap_bytes_in_bell(self) -> None:
        """Not to be had while a script runs."""

    def close(self) -> None:
        """See `Isolate.close`."""
        self._racer = None
        self._maker.__exit__(None, None, None)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, start: Any) -> Any:
        from asyncio import run_coroutine_threadsafe
        from concurrent.futures import CancelledError

        from py_mini_racer import JSEvalException, JSOOMException, JSParseException
        from py_mini_racer._exc import JSTerminatedException

        async def task() -> Any:
            return await start()

        with self._guard:
            if self._cancelled:
                raise Terminated("cancelled")
            running = self._task = run_coroutine_threadsafe(task(), self._loop)
        try:
            return _plain(running.result())
        except CancelledError:
            self._settle()
            raise Terminated("cancelled") from None
        except JSParseException as problem:
            raise ParseFailure(str(problem)) from None
        except JSOOMException as problem:
            raise OutOfMemory(str(problem)) from None
        except JSTerminatedException as problem:
            raise Terminated(str(problem)) from None
        except JSEvalException as problem:
            raise ScriptFailure(str(problem)) from None
        except BaseException:  # Ctrl-C on the main thread: the script must not run on by itself
            running.cancel()
            self._settle()
            raise
        finally:
            with self._guard:
                self._task = None

    def _settle(self) -> None:
        """Wait until what was cancelled has ended; the end may hit the task that waits for it."""
        from py_mini_racer import JSEvalException

        for _ in range(2):
            try:
                self._racer.eval("0")
                return
            except JSEvalException:
                continue


def _plain(value: Any) -> Any:
    """mini-racer's own undefined is None here."""
    from py_mini_racer import JSUndefined

    return None if value is JSUndefined else value
