"""The language-neutral picture of a value, and its decoding from JSON.

A prelude walks a value in the script's own language and writes its picture as JSON; this module decodes
that JSON into the structs below. Limits on depth, elements, pairs and string length are applied by the
walker, which says what it left out. Pictures are trees, so the structs are hidden from the cycle collector.

The JSON: `null`, booleans, strings and finite numbers stand for themselves (`1.0` is a float, `1` an
integer); everything else is an object whose `t` names the struct, e.g.
`{"t":"table","items":[1,2],"item_count":2}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable


class Number(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="number"):
    """A number that JSON has no literal for: `nan`, `inf`, `-inf`, a BigInt."""

    text: str


class Text(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="text"):
    """A string that was cut; `length` is the whole length, in the language's own unit (bytes in Lua)."""

    value: str
    length: int


class Pair(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A key and its value: `[key, value]` in JSON."""

    key: Value
    value: Value


class Table(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="table", omit_defaults=True):
    """A container: Lua table, JS object, array, Map, Set, Python dict or dataclass.

    An array has only `items`, a map only `pairs`, a mixed Lua table both. The counts are of the whole
    value; where they exceed what is held, the walker cut it. Pairs come in a stable order.
    """

    items: tuple[Value, ...] = ()
    item_count: int = 0
    pairs: tuple[Pair, ...] = ()
    pair_count: int = 0
    type_name: str | None = None
    """The class: a Lua metatable's `__name`, `Map`, `Set`, a dataclass's name."""
    text: str | None = None
    """What the value says of itself (`__tostring`), where it has something to say."""
    kind: str | None = None
    """What sort it is, where its language has several: `array` (of one without elements, where these would tell),
    `map`, `set`, and of those with a text `date`, `error`, `regexp`."""
    metatable: bool = False
    """True where a Lua metatable is set."""
    address: str | None = None
    cut: bool = False
    """True where `max_depth` was reached: the counts are known, the content was not walked."""


class Function(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="function", omit_defaults=True):
    """A function, by name and the place where it was defined; a builtin has no source."""

    name: str | None = None
    source: str | None = None
    line: int | None = None
    address: str | None = None
    kind: str | None = None
    """What sort it is, where its language has several: `class`, `AsyncFunction`."""


class Opaque(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="opaque", omit_defaults=True):
    """A value that cannot be looked into: userdata, thread, promise, symbol."""

    type: str
    """E.g. `userdata`, `thread`."""
    text: str | None = None
    """What it says of itself, or a detail such as a thread's status."""
    address: str | None = None


class Reference(msgspec.Struct, frozen=True, gc=False, tag_field="t", tag="ref"):
    """A value met again on its own path; `path` leads back to it from the root `$`, e.g. `$.a[1]`."""

    path: str


Value: TypeAlias = bool | int | float | str | Number | Text | Table | Function | Opaque | Reference | None

_DECODER: msgspec.json.Decoder[Value] = msgspec.json.Decoder(Value)

Decoded = TypeVar("Decoded")


def decode(json_text: bytes) -> Value:
    """The value whose picture `json_text` is. Never raises: what is none is an `Opaque` that says why.

    Strings may hold lone surrogates, as `debug.text_safety` describes.
    """
    return decode_with(_DECODER, json_text, _undecodable)


def decode_with(
    decoder: msgspec.json.Decoder[Decoded], json_text: bytes, failed: Callable[[str], Decoded]
) -> Decoded:
    """What `decoder` reads from `json_text`; `failed(reason)` where it cannot be read.

    A deep picture that finds too little of the caller's stack left is decoded on a fresh one.
    """
    try:
        return _read(decoder, json_text)
    except RecursionError:
        return _on_a_fresh_stack(decoder, json_text, failed)
    except ValueError as error:
        return failed(str(error))


def _read(decoder: msgspec.json.Decoder[Decoded], json_text: bytes) -> Decoded:
    """Raises `ValueError` (which msgspec's and json's errors are) for what is no picture."""
    try:
        return decoder.decode(json_text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Strings of Lua may be no UTF-8, those of JavaScript hold lone surrogates; this keeps both.
        from json import loads

        read = loads(json_text.decode("utf-8", "surrogateescape"))
        decoded: Decoded = msgspec.convert(read, decoder.type)
        return decoded


def _undecodable(reason: str) -> Value:
    return Opaque("undecodable picture", reason)


def _on_a_fresh_stack(
    decoder: msgspec.json.Decoder[Decoded], json_text: bytes, failed: Callable[[str], Decoded]
) -> Decoded:
    from threading import Thread

    results: list[Decoded] = []

    def decode_there() -> None:
        try:
            results.append(_read(decoder, json_text))
        except RecursionError:
            results.append(failed("nested too deeply"))
        except ValueError as error:
            results.append(failed(str(error)))

    thread = Thread(target=decode_there, name="llmspell-decode", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no more threads to be had
        return failed("nested too deeply")
    thread.join()
    return results[0]
