"""Makes samples of what V8's own profiler saw."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from debug.profile.recorder import GARBAGE_COLLECTOR, FrameKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from debug.profile.recorder import Recorder
    from runtime.js.profile.functions import Functions
    from runtime.js.profile.v8_profiler import Node, Piece

WAITING = FrameKey("(waiting)", "outside")
"""Nothing runs until a timer is due or a promise settled."""
EVENT_LOOP = FrameKey("(event loop)", "outside")
"""V8 or the host are at work, and no function of the script is."""

_OWN = ("<anonymous>", "llmspell:")
"""How the names of our own texts begin."""
_NO_FUNCTION = {
    "(root)": None,
    "(program)": None,
    "(idle)": WAITING,
    "(garbage collector)": GARBAGE_COLLECTOR,
}
"""What V8 has nodes for besides functions."""
_HOST = FrameKey("(host)", "native")
"""What the host gives a script: `Debug`, `console`, `require`."""
_STATES = {
    0: ("JavaScript", None),
    1: ("gc", None),
    2: ("compiler", FrameKey("(compiler)", "compiler")),
    3: ("compiler", FrameKey("(compiler)", "compiler")),
    4: ("compiler", FrameKey("(compiler)", "compiler")),
    5: ("builtins", FrameKey("(builtins)", "native")),
    6: ("host", _HOST),
    7: ("waiting", WAITING),
    8: ("waiting", None),
}
"""`StateTag`: what to call it, and what stands innermost then. Short builtins count as JavaScript with V8."""
_OTHER = ("other", None)


class V8Samples:
    """Fills a recorder."""

    def __init__(
        self,
        recorder: Recorder,
        functions: Functions,
        take: Callable[[], list[Piece]],
        thread_of: Callable[[FrameKey], int],
    ) -> None:
        """`take` hands over what was sampled since it was called last. `thread_of` tells the thread that a function is
        by itself where nobody called it: 0 for the main one."""
        self._recorder = recorder
        self._functions = functions
        self._take = take
        self._thread_of = thread_of
        self._last_ns = recorder.now_ns()
        self._lock = Lock()

    def begin(self) -> None:
        """The time from now on is sampled."""
        self._last_ns = self._recorder.now_ns()

    def drain(self) -> None:
        """Take over what was sampled. From any thread."""
        with self._lock:
            for piece in self._take():
                self._add(piece)

    def _add(self, piece: Piece) -> None:
        recorder = self._recorder
        frames = [self._frame(node) for node in piece.nodes]
        known: dict[tuple[int, int | None, int], tuple[int, int]] = {}
        for at_ns, node, line, state in piece.samples:
            if at_ns <= self._last_ns:  # two pieces were open at that moment
                continue
            name, leaf = _STATES.get(state, _OTHER)
            key = node, line, state
            found = known.get(key)
            if found is None:
                found = known[key] = self._stack(piece.nodes, frames, node, line, leaf)
            weight, self._last_ns = at_ns - self._last_ns, at_ns
            recorder.sample(at_ns, weight, *found)
            if recorder.active:
                recorder.states_ns[name] = recorder.states_ns.get(name, 0) + weight

    def _frame(self, node: Node) -> FrameKey | None:
        """None for what is no frame of the script's."""
        if node.script == 0:
            if node.name in _NO_FUNCTION:
                return _NO_FUNCTION[node.name]
            return FrameKey(node.name, "native") if node.name else None
        if node.url.startswith(_OWN):
            return None
        return self._functions.frame(node.url, node.line, node.column, node.name)

    def _stack(
        self,
        nodes: list[Node],
        frames: list[FrameKey | None],
        node: int,
        line: int | None,
        leaf: FrameKey | None,
    ) -> tuple[int, int]:
        """`(stack, thread)`. `line` is that of the node's function, `leaf` stands innermost."""
        path = []
        at = node
        while at >= 0:
            frame = frames[at]
            if frame is not None:
                path.append(frame._replace(line=line) if frame.kind == "script" else frame)
            line = nodes[at].called_at
            at = nodes[at].parent
        path.reverse()
        if path:
            if nodes[node].url.startswith(_OWN):
                leaf = _HOST
            if leaf is not None:
                path.append(leaf)
        outermost = path[0] if path else EVENT_LOOP
        thread = self._thread_of(outermost) if outermost.kind == "script" else 0
        return self._recorder.stack(path or (EVENT_LOOP,)), thread
