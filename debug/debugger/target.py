"""What the debugger and the VM of a script say to each other: the same for every language.

In the VM lives an *agent* (`runtime/lua/debugger.lua`, `runtime/js/debugger.js`). An armed probe calls it; it looks
at conditions and at the depth of a step by itself, and only what may be a stop crosses: a `Hit`, on the script's
thread, to which the listener answers whether to stay. Then the agent fetches requests, one at a time, until one is
to resume. Requests come from any thread through `Target.request`, which waits for the answer. A listener tells its
client of a stop before it has answered the hit, so a request, or a resume, may come while it answers: it is kept
until then, and comes to nothing where the script does not stay.

All of it is msgspec structs, which cross as JSON where the VM speaks that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from debug.debugger.source import Place, Probe, Source

# Orders: what a VM is to look out for


class BreakpointOrder(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What an armed probe is armed for."""

    breakpoint: int
    """The number of the logical breakpoint."""
    condition: str | None = None
    """An expression of the script's language; a hit only where it holds. One that fails is a hit, and told."""
    log: tuple[str, ...] = ()
    """Expressions whose values the hit brings along (a logpoint's)."""


class ExceptionOrder(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Which errors stop a script where they are thrown."""

    uncaught: bool = False
    caught: bool = False
    condition: str | None = None
    """Over the error as `error` (Lua: also `err`)."""


class DataOrder(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A variable or field whose change stops the script."""

    breakpoint: int
    data_id: str
    """As the agent named it in `DataInfo`."""
    condition: str | None = None


# Hits: what an agent tells

HitReason: TypeAlias = Literal["breakpoint", "step", "pause", "entry", "exception", "data", "statement"]
"""`statement`: `Debug.breakpoint()`, or `debugger` in JavaScript."""


class Logged(msgspec.Struct, frozen=True, gc=False):
    """What a logpoint's expressions came to: a string as it is, anything else as compact dumps show it, an error in
    the place of the value that failed."""

    breakpoint: int
    values: tuple[str, ...]


class DataChange(msgspec.Struct, frozen=True, gc=False):
    """A data breakpoint's variable, before and after, as compact dumps show values."""

    breakpoint: int
    name: str
    old: str
    new: str


class Hit(msgspec.Struct, frozen=True, omit_defaults=True):
    """A moment at which a script may be stopped."""

    reason: HitReason
    """Where several hold, `breakpoint` comes last: `breakpoints` tells these anyhow."""
    source: int
    """`Source.number`; 0 where the place has no source."""
    probe: int
    """0 where it is at none."""
    depth: int
    """Frames of the script on its stack, resumers of its coroutine included; 1 is the outermost."""
    breakpoints: tuple[int, ...] = ()
    """Those of the probe whose conditions hold."""
    failed: dict[int, str] = {}
    """Conditions that could not be evaluated: why, by breakpoint."""
    logged: tuple[Logged, ...] = ()
    changes: tuple[DataChange, ...] = ()
    error: str | None = None
    """What was thrown."""
    error_type: str | None = None
    uncaught: bool = False


# Requests, while a script is stopped


class Frames(msgspec.Struct, frozen=True, tag="frames"):
    """Frames from the innermost; answered by `FrameList`."""

    start: int = 0
    count: int = 0
    """0: all."""


class Scopes(msgspec.Struct, frozen=True, tag="scopes"):
    """The scopes of a frame; answered by `ScopeList`."""

    frame: int


class Variables(msgspec.Struct, frozen=True, tag="variables"):
    """What a reference holds; answered by `VariableList`."""

    ref: int
    start: int = 0
    count: int = 0
    """0: all, up to what is sensible."""
    filter: Literal["all", "indexed", "named"] = "all"


class Evaluate(msgspec.Struct, frozen=True, tag="evaluate"):
    """An expression (or, with effects, statements) in a frame; answered by `Variable` or `Failed`."""

    text: str
    frame: int = 0
    """0: in no frame, over globals."""
    effects: bool = True
    """False: only what cannot change anything is evaluated (names, fields, constants, operators on them); else it
    fails with a message that says so. For hovers."""
    time_limit_s: float = 0.0
    """0: none."""
    whole: bool = False
    """The picture as `Debug.dumpVerbose` takes it, not a shallow one."""


class SetVariable(msgspec.Struct, frozen=True, tag="set"):
    """Give a variable of a scope or object the value of an expression; answered by `Variable` or `Failed`."""

    ref: int
    name: str
    text: str
    frame: int


class SetExpression(msgspec.Struct, frozen=True, tag="set_expression"):
    """Assign to a place (`a`, `t.x[1]`) the value of an expression; answered by `Variable` or `Failed`."""

    target: str
    text: str
    frame: int


class Complete(msgspec.Struct, frozen=True, tag="complete"):
    """Names that may stand at the end of a text; answered by `Completions`."""

    text: str
    frame: int


class AboutData(msgspec.Struct, frozen=True, tag="about_data"):
    """Whether the change of a variable can be watched; answered by `DataInfo`. By reference and name, or by an
    expression in a frame."""

    name: str
    ref: int = 0
    frame: int = 0


ResumeKind: TypeAlias = Literal["continue", "into", "over", "out"]


class Resume(msgspec.Struct, frozen=True, tag="resume"):
    """Go on. `into`, `over` and `out` stop again at the next probe reached in any frame, in the frame or one outside
    it, in one outside it. A frame ends by returning, by an error that leaves it, and by a tail call, where its language
    has them. One that yields or awaits has not ended: `into` and `out` stop in what runs next, `over` once it goes on
    (or its coroutine has ended). A hit that is not stayed at leaves a step as it was, a stop ends it. Has no answer.

    The probes from `first` to `last` of `source` are passed by in the frame that the step starts in, until that has
    ended: a step is over at none of them. In any other frame, and for all but steps, they are probes like others."""

    kind: ResumeKind = "continue"
    frame: int = 0
    """The frame that a step starts in; 0 the innermost."""
    source: int = 0
    first: int = 0
    last: int = 0
    """0: none are passed by."""


Request: TypeAlias = (
    Frames | Scopes | Variables | Evaluate | SetVariable | SetExpression | Complete | AboutData | Resume
)

# Answers


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """A function that runs."""

    id: int
    """From 1, valid until the script goes on."""
    name: str
    source: int
    """`Source.number`; 0 where it has none (a C function, a builtin)."""
    probe: int = 0
    """The statement that runs, where it is known; else `line` tells."""
    line: int = 0
    source_name: str = ""
    """Where there is no source: what the VM says."""
    kind: Literal["script", "native", "boundary"] = "script"
    """`boundary`: not a function, but the edge of a coroutine or an await, named so."""


class FrameList(msgspec.Struct, frozen=True, tag="frames"):
    """The frames asked for."""

    frames: tuple[Frame, ...]
    total: int


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Variables that belong together."""

    name: str
    """`Locals`, `Arguments`, `Upvalues`, `Block`, `Closure`, `Globals`."""
    kind: Literal["arguments", "locals", "upvalues", "globals"]
    ref: int
    named: int
    expensive: bool = False


class ScopeList(msgspec.Struct, frozen=True, tag="scopes"):
    """The scopes, innermost first."""

    scopes: tuple[Scope, ...]


class Variable(msgspec.Struct, frozen=True, tag="variable", omit_defaults=True):
    """A name and its value, or the value of an expression."""

    name: str
    picture: msgspec.Raw
    """A shallow picture (`debug.picture`): what a line can show."""
    ref: int = 0
    """Above 0: it can be opened by `Variables`, until the script goes on."""
    indexed: int = 0
    """Its array elements."""
    named: int = 0
    """Its other fields; -1: not counted, because that would take long."""
    evaluate_name: str | None = None
    """An expression for the same value in its frame."""
    read_only: bool = False
    kind: Literal["data", "method", "class", "virtual", "internal"] = "data"


class VariableList(msgspec.Struct, frozen=True, tag="variables"):
    """The variables asked for."""

    variables: tuple[Variable, ...]


class Completion(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name that may stand here."""

    label: str
    kind: Literal["variable", "field", "function", "keyword"] = "variable"


class Completions(msgspec.Struct, frozen=True, tag="completions"):
    """The names, the nearest scope first, and how many characters before the end they replace."""

    names: tuple[Completion, ...]
    replaces: int = 0


class DataInfo(msgspec.Struct, frozen=True, tag="data", omit_defaults=True):
    """Whether and as what a variable's changes can be watched."""

    data_id: str | None
    """None: they cannot."""
    description: str
    """The variable, or why it cannot."""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A request that came to nothing: what the script's language said, or why not."""

    message: str


Answer: TypeAlias = FrameList | ScopeList | VariableList | Variable | Completions | DataInfo | Failed


class NotStopped(Exception):
    """The script runs, or has ended, and cannot be asked."""


class Call(NamedTuple):
    """A call in a statement."""

    text: str
    """On one line."""
    callee: str
    """An expression for what is called."""
    place: Place


class Target(Protocol):
    """One script in its VM. Everything may be called from any thread, at any time, also on the script's own while it
    calls the listener. Only `request` and `order_data` wait for the script."""

    @property
    def name(self) -> str:
        """The script, as the user named it."""

    @property
    def language(self) -> Literal["lua", "javascript", "python"]:
        """Of the script."""

    def order(self, source: int, probes: Mapping[int, tuple[BreakpointOrder, ...]]) -> None:
        """Arm these probes of a source, and no others of it. A running script sees it at once."""

    def order_exceptions(self, orders: Sequence[ExceptionOrder]) -> None:
        """Stop at such errors, and at no others."""

    def order_data(self, orders: Sequence[DataOrder]) -> Mapping[int, str]:
        """Watch these, and nothing else; why not, by breakpoint, for those that cannot be. Raises NotStopped while it
        runs; an empty sequence is taken at any time, and not waited for."""

    def pause(self) -> None:
        """Stop at the next probe; told by a hit. That hit, whatever its answer, or a stop for another reason
        that comes first, has done it."""

    def request(self, request: Request, timeout_s: float) -> Answer:
        """Ask the stopped script. Raises NotStopped, and TimeoutError where no answer came in time: then the script
        is still busy with it."""

    def calls(self, source: Source, probe: Probe) -> Sequence[Call]:
        """The calls of the statement at a probe, in the order in which they are made. From the text alone."""

    def check(self, expression: str) -> str | None:
        """What is wrong with an expression, from the text alone; None where it parses."""

    def give_up(self) -> None:
        """End what the stopped script evaluates, if it does: that fails."""

    def resume(self, resume: Resume) -> None:
        """Let the stopped script go on. Raises NotStopped."""

    def terminate(self) -> None:
        """End the script, running or stopped, as a stop from outside does (`Ctrl-C`)."""

    def detach(self) -> None:
        """Disarm everything (probes, errors, data, a pause, a step) and let it run if it is stopped. It costs
        nothing any more, until it is ordered anew."""


class Listener(Protocol):
    """The debugger, as a target sees it. Called on the script's thread, which waits; must not raise, nor ask. It calls
    a target's methods with its own lock held, so a target holds none of its own while it calls here."""

    def started(self, target: Target) -> None:
        """The script's VM is there, and nothing of it has run."""

    def loaded(self, target: Target, source: Source) -> None:
        """A source was loaded, and nothing of it has run: now its probes can be armed."""

    def hit(self, target: Target, hit: Hit) -> bool:
        """Whether the script is to stay. If so it is stopped when this has returned, and requests are answered. What
        such a request runs is not stopped in."""

    def ended(self, target: Target) -> None:
        """The script has ended, and its VM answers nothing any more."""
