from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debug.debugger.binding import bind_function, bind_line, probes_within
from debug.debugger.source import FunctionSpan, Place, Probe, Source
from scenarios.toy_script import marked, plan

TEXT = """\
-- a comment            @comment
function Account.deposit
-- another              @inner comment
x = 1; y = 2         -- @two
-- the last in it       @last comment
end                  -- @end
first                -- @first

second               -- @second
-- nothing after        @tail
"""

SOURCE = plan(TEXT)


def line_of(mark: str) -> int:
    return next(n for n, line in enumerate(TEXT.split("\n"), 1) if line.endswith(f"@{mark}"))


@pytest.mark.parametrize(
    ("asked", "column", "bound", "bound_column"),
    [
        ("first", None, "first", 1),
        ("two", None, "two", 1),
        ("two", 1, "two", 1),
        ("two", 3, "two", 8),
        ("two", 8, "two", 8),
        ("two", 50, "two", 8),
        ("inner comment", None, "two", 1),
        ("last comment", None, "first", 1),
        ("end", None, "first", 1),
        ("comment", None, "first", 1),  # the main chunk's own next statement, not the one in the function
    ],
)
def test_a_line_is_bound(asked: str, column: int | None, bound: str, bound_column: int) -> None:
    found = bind_line(SOURCE, line_of(asked), column)
    assert isinstance(found, Probe)
    assert (found.place.line, found.place.column) == (line_of(bound), bound_column)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (line_of("tail"), "no statement on line 10 or after it"),
        (11, "the file has 10 lines, and no line 11"),
        (10**9, "no line 1000000000"),
        (0, "no line 0"),
        (-5, "no line -5"),
    ],
)
def test_why_a_line_cannot_be_bound(line: int, reason: str) -> None:
    found = bind_line(SOURCE, line)
    assert isinstance(found, str)
    assert reason in found


def test_a_source_without_probes_says_why() -> None:
    plain = SOURCE._replace(probes=(), unstoppable="it has more than 200 locals")
    assert bind_line(plain, 1) == "cannot be stopped in: it has more than 200 locals"
    assert bind_function(plain, "Account.deposit") == "cannot be stopped in: it has more than 200 locals"
    assert bind_function(plain, "other") == ()


def without_probes(function: int) -> Source:
    spans = tuple(
        one._replace(unstoppable="it is too large") if index == function else one
        for index, one in enumerate(SOURCE.functions)
    )
    probes = tuple(probe for probe in SOURCE.probes if probe.function != function)
    return SOURCE._replace(functions=spans, probes=probes)


@pytest.mark.parametrize(
    ("function", "mark", "bound"),
    [
        (0, "comment", None),
        (0, "first", None),
        (0, "tail", None),
        (0, "inner comment", "two"),
        (0, "two", "two"),
        (0, "end", "no statement on line 6 or after it"),
        (1, "two", None),
        (1, "inner comment", None),
        (1, "comment", "first"),
        (1, "tail", "no statement on line 10 or after it"),
    ],
)
def test_a_function_without_probes_says_why(function: int, mark: str, bound: str | None) -> None:
    found = bind_line(without_probes(function), line_of(mark))
    if isinstance(found, Probe):
        assert found.place.line == line_of(bound or "")
    else:
        assert found == (bound or "cannot be stopped in: it is too large")


def test_a_function_is_not_found_where_it_has_no_probes() -> None:
    assert bind_function(without_probes(1), "deposit") == "cannot be stopped in: it is too large"
    found = bind_function(without_probes(0), "deposit")
    assert [probe.place.line for probe in found if isinstance(probe, Probe)] == [line_of("two")]


def test_an_empty_file_has_one_line() -> None:
    assert bind_line(plan(""), 2) == "the file has 1 line, and no line 2"


@pytest.mark.parametrize("name", ["Account.deposit", "deposit"])
def test_a_function_is_bound_at_its_first_statement(name: str) -> None:
    found = bind_function(SOURCE, name)
    assert [probe.place.line for probe in found if isinstance(probe, Probe)] == [line_of("two")]


@pytest.mark.parametrize("name", ["posit", "Account", "account.deposit", "x.Account.deposit", "."])
def test_other_names_are_other_functions(name: str) -> None:
    assert bind_function(SOURCE, name) == ()


def test_statements_of_a_stretch() -> None:
    two = line_of("two")
    assert [place.column for place in probes_within(SOURCE, two, 1, two, 99)] == [1, 8]
    assert [place.column for place in probes_within(SOURCE, two, 2, two, 99)] == [8]
    assert [place.line for place in probes_within(SOURCE, 1, 1, 99, 1)] == [two, two, 7, 9]


def test_marks_are_found() -> None:
    assert marked(TEXT, "first") == line_of("first")


@st.composite
def nested(draw: st.DrawFn) -> Source:
    """Functions within functions on whole lines, and statements anywhere in them."""
    size = draw(st.integers(1, 20))
    spans = [(1, size)]
    for _ in range(draw(st.integers(0, 4))):
        outer = draw(st.sampled_from(spans))
        start = draw(st.integers(*outer))
        end = draw(st.integers(start, outer[1]))
        if all(
            end < a or start > b or (a <= start and end <= b) or (start <= a and b <= end) for a, b in spans
        ):
            spans.append((start, end))
    # A function that holds another comes before it, as it does in a text.
    spans = sorted(set(spans), key=lambda span: (span[0], -span[1]))
    functions = tuple(FunctionSpan("f", Place(start, 1, end, 9)) for start, end in spans)
    lines = draw(st.lists(st.integers(1, size), max_size=10))
    places = sorted({(line, draw(st.integers(1, 9))) for line in lines})
    probes = tuple(
        Probe(number, Place(line, column, line, column + 1), innermost(spans, line))
        for number, (line, column) in enumerate(places, 1)
    )
    return Source(1, "s", None, "\n" * (size - 1) + "x", probes, functions)


def innermost(spans: list[tuple[int, int]], line: int) -> int:
    around = [index for index, (start, end) in enumerate(spans) if start <= line <= end]
    return min(around, key=lambda index: spans[index][1] - spans[index][0])


@given(nested(), st.integers(1, 20), st.none() | st.integers(1, 10))
def test_the_nearest_statement_that_makes_sense(source: Source, line: int, column: int | None) -> None:
    found = bind_line(source, line, column)
    starts = {(probe.place.line, probe.place.column): probe for probe in source.probes}
    if isinstance(found, str):
        assert not any(start[0] >= line for start in starts) or line > source.text.count("\n") + 1
        return
    at = (found.place.line, found.place.column)
    on_line = [start for start in starts if start[0] == line]
    if on_line:
        # On its line, and nothing nearer at or after the column; before it only where nothing is.
        assert at in on_line
        after = [start for start in on_line if start[1] >= (column or 1)]
        assert at == (min(after) if after else max(on_line))
        return
    spans = [(function.place.line, function.place.end_line) for function in source.functions]
    here = innermost(spans, line)
    later = [start for start in starts if start[0] > line]
    siblings = [start for start in later if starts[start].function == here]
    assert at == min(siblings or later)
