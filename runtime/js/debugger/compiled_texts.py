"""Texts that a script has compiled while it runs."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from debug.debugger.source import Source
from runtime.js.planted import CLOSE, OPEN
from runtime.js.rewritten import Edit, Probes, Rewritten, apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.js.debugger.sources import PlantedSources
    from runtime.js.sources import Sources

MOST_CHARACTERS = 1_000_000
"""Longer ones run plain."""

TOO_MANY = "more texts for eval and Function than are looked at"
TOO_LONG = f"a text for eval or Function of more than {MOST_CHARACTERS:,} characters"
OTHER_NAME = "what eval compiles under another name"

_NAMED = re.compile(r"//[#@][ \t]sourceURL=[ \t]*([^\s'\"]+)[ \t]*$", re.MULTILINE)


class _Part(NamedTuple):
    """Of the text of a function, what the script gave."""

    start: int
    text: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Compiling:
    """Of one run."""

    def __init__(self, sources: PlantedSources, texts: Sources, announce: Callable[[Source], None]) -> None:
        """`texts` are those that V8 was given; `announce` is told of what runs plain, once for each reason."""
        self._sources = sources
        self._texts = texts
        self._announce = announce
        self._told: set[str] = set()
        self._count = 0

    def runs_plain(self, why: str, text: str = "") -> None:
        """Tell that texts are not stopped in."""
        if why not in self._told:
            self._told.add(why)
            self._announce(self._sources.plain(text, "<eval>", why))

    def plant(self, asked: list[Any]) -> dict[str, Any] | None:
        """`[site, [text]]` of `eval`, `[-1, [parameters, body]]` of `Function`: the same texts with probes, and the
        first byte of these; None where they run plain."""
        site, texts = asked
        self._count += 1
        if sum(map(len, texts)) > MOST_CHARACTERS:
            self.runs_plain(TOO_LONG)
            return None
        try:
            given = [text.encode() for text in texts]
        except UnicodeEncodeError:  # half a character
            return None
        planted = self._function(*given) if site < 0 else self._text(given[0], site)
        if planted is None:
            return None
        return {"texts": planted, "first": self._sources.newest().first}

    def _text(self, text: bytes, site: int) -> list[str] | None:
        name = _name(text, f"<eval {self._count}>")
        probes = self._sources.plant(text, name, None, "eval", self._sources.sites.scope(site))
        if isinstance(probes, Source):
            return None
        code, columns = apply_edits(text, probes.edits, "", f"\n{probes.last}")
        self._keep_columns(name, Rewritten(code, columns), code)
        return [code]

    def _function(self, parameters: bytes, body: bytes) -> list[str] | None:
        # As V8 puts it together: lines are those that it tells.
        before, between = b"(function anonymous(", b"\n) {\n"
        name = _name(body, f"<Function {self._count}>")
        whole = b"".join((before, parameters, between, body, b"\n})"))
        probes = self._sources.plant(whole, name, None, "function")
        if isinstance(probes, Source):
            return None
        first = _Part(len(before), parameters)
        second = _Part(first.end + len(between), body)
        planted = [
            _planted(first, probes, 0, first.end),
            _planted(second, probes, first.end + 1, len(whole)),
        ]
        head = f"{before.decode()}{planted[0].code}{between.decode()}"
        self._keep_columns(name, planted[1], f"{head}{planted[1].code}\n}})", head.count("\n"))
        return [one.code for one in planted]

    def _keep_columns(self, name: str, rewritten: Rewritten, code: str, lines_before: int = 0) -> None:
        def original(line: int, column: int) -> int:
            return rewritten.original_column(line - lines_before, column)

        self._texts.add_compiled(name, original)
        self._texts.add_compiled(f"<eval>{sha256(code.encode()).hexdigest()}", original)


def _planted(part: _Part, probes: Probes, start: int, end: int) -> Rewritten:
    """A part with what is planted from `start` to `end`: what stands around it goes to its ends, and there behind a
    comment that may be the last of it."""
    edits: list[Edit] = []
    ended: set[int] = set()
    for one in probes.edits:
        if start <= one.start <= end:
            at = min(max(one.start, part.start), part.end) - part.start
            text = one.replacement
            if one.start > part.end:
                text = f"{OPEN}\n{text.removeprefix(OPEN).removesuffix(CLOSE)}{CLOSE}"
                if at not in ended and _names_itself(part.text):
                    text = f"\n{text}"  # the mark is no part of the name
                ended.add(at)
            edits.append(Edit(at, at, text))
    return Rewritten(*apply_edits(part.text, edits, "", ""))


def _names_itself(text: bytes) -> bool:
    last = text.decode().rsplit("\n", 1)[-1]
    return _NAMED.search(last) is not None


def _name(text: bytes, otherwise: str) -> str:
    found = _NAMED.findall(text.decode())
    return str(found[-1]) if found else otherwise
