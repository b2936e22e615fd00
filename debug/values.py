"""Values of scripts, whatever the language: their picture, its text, and their JSON form.

The front door of `debug.picture` (the structs and their decoding), `debug.dump_options`, `debug.dialect`,
`debug.dump_text` and `debug.metadata`.
"""

from __future__ import annotations

from debug.dialect import Dialect
from debug.dialects import dialect_of
from debug.dump_options import COMPACT, DEFAULT, VERBOSE, DumpOptions
from debug.dump_text import to_text
from debug.metadata import to_metadata
from debug.picture import Function, Number, Opaque, Pair, Reference, Table, Text, Value, decode
from debug.text_safety import quote

__all__ = [
    "COMPACT",
    "DEFAULT",
    "VERBOSE",
    "Dialect",
    "DumpOptions",
    "Function",
    "Number",
    "Opaque",
    "Pair",
    "Reference",
    "Table",
    "Text",
    "Value",
    "decode",
    "dialect_of",
    "quote",
    "to_metadata",
    "to_text",
]
