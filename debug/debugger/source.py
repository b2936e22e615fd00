"""Where a script can be stopped: its sources and the probes that were planted in them."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A stretch of a source, from its first character to past its last. Lines and columns count from 1, columns in
    characters."""

    line: int
    column: int
    end_line: int
    end_column: int


class Probe(NamedTuple):
    """Something that the script is about to do when it can be stopped there."""

    id: int
    """From 1, in the order of the text; what the VM calls it."""
    place: Place
    function: int
    """Into `Source.functions`: the innermost one around it."""
    kind: str = "statement"
    """`statement`, `condition` (of a loop or branch), `return`, `tail call`, `expression` (the body of an arrow)."""


class FunctionSpan(NamedTuple):
    """A function in a source; the first one is the main chunk."""

    name: str
    """As its language would call it, e.g. `Account.deposit`; `(anonymous)` where it has none, `(main)` the chunk."""
    place: Place
    unstoppable: str | None = None
    """Why it runs without probes in a source that has some; None where it has them, too."""


class Source(NamedTuple):
    """A text that was loaded into a VM. Loaded again, it is another source."""

    number: int
    """Of its VM, from 1."""
    name: str
    """As the user sees it in stacks and errors: a path as it was given, or what loaded text is called."""
    path: str | None
    """The file, absolute; None for text that came from nowhere."""
    text: str
    """As it was before probes were planted."""
    probes: tuple[Probe, ...]
    functions: tuple[FunctionSpan, ...]
    unstoppable: str | None = None
    """Why it runs without probes (it passes a limit of its VM, it does not parse); None where it has them."""
