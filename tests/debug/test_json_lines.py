"""JSON on a stream."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from debug.entry import Entry
from debug.level import Level
from debug.outputs.json_lines import JsonLinesOutput

TIME_NS = 1_795_425_420_123_456_789


def written(*entries: Entry, pretty: bool = False) -> str:
    stream = io.StringIO()
    output = JsonLinesOutput(stream, pretty=pretty)
    output.write(entries)
    output.close()
    return stream.getvalue()


json_types = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)
entries = st.builds(
    Entry,
    st.integers(0, 9),
    st.integers(0, 4 * 10**18),
    st.sampled_from([level for level in Level if level]),
    st.text(),
    st.none() | st.text(),
    st.none() | st.dictionaries(st.text(), json_types, max_size=3),
)


@given(st.lists(entries, max_size=5), st.booleans())
def test_what_is_written_is_what_a_reader_of_the_api_sees(batch: list[Entry], pretty: bool) -> None:
    text = written(*batch, pretty=pretty)
    if pretty:
        decoder, documents, position = json.JSONDecoder(), [], 0
        while position < len(text):
            document, position = decoder.raw_decode(text, position)
            documents.append(document)
            position += 1
    else:
        documents = [json.loads(line) for line in text.split("\n")[:-1]]
    assert documents == [entry.to_dict() for entry in batch]
    assert [list(document) for document in documents] == [list(entry.to_dict()) for entry in batch]


def test_pretty() -> None:
    assert written(Entry(1, TIME_NS, Level.WARN, "m", "a.b", {"k": [1]}), pretty=True) == snapshot("""\
{
  "timestamp": "2026-11-23T09:17:00.123456Z",
  "level": "WARN",
  "message": "m",
  "module": "a.b",
  "metadata": {
    "k": [
      1
    ]
  }
}
""")


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


def cycle() -> dict[str, Any]:
    data: dict[str, Any] = {}
    data["self"] = data
    return data


@pytest.mark.parametrize(
    ("metadata", "shown"),
    [
        ({"a": object}, {"a": "<class 'object'>"}),
        ({"a": Unprintable()}, {"a": "<Unprintable, whose repr raised RuntimeError>"}),
        ({"a": {1, 2}}, {"a": [1, 2]}),
        ({"a": "\ud800"}, "{'a': '\\ud800'}"),
        (cycle(), "{'self': {...}}"),
        ({"a": float("inf")}, {"a": None}),
    ],
)
@pytest.mark.parametrize("pretty", [False, True])
def test_data_that_is_no_json_becomes_text(metadata: Any, shown: Any, pretty: bool) -> None:
    good = Entry(1, TIME_NS, Level.INFO, "good", None, {"k": 1})
    bad = Entry(2, TIME_NS, Level.INFO, "bad\udcff", None, metadata)
    text = written(good, bad, pretty=pretty)
    if not pretty:
        first, second = map(json.loads, text.splitlines())
        assert first == good.to_dict()
        assert second["metadata"] == shown
        assert second["message"] in ("bad\udcff", "bad\\udcff")
    assert "bad" in text
