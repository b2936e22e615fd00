"""What the timers say, as rows, text, JSON, collapsed stacks and a picture of memory. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from debug.statistics import Distribution
    from debug.timer_snapshot import NameSnapshot, TimerEvent, TimerSnapshot

REPORT_VERSION = "1.0"
"""Of the form of `json_report`."""

MAX_METADATA_TEXT = 1000
"""Characters that are shown of an event's metadata which JSON cannot hold."""

NO_TIMERS = "No timers have finished."

_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class TimerRow:
    """The statistics of one timer name, or of one lap label. Where `count` is 0 the figures mean nothing."""

    name: str
    count: int
    total_ms: float
    mean_ms: float
    median_ms: float
    p95_ms: float
    p99_ms: float
    min_ms: float
    max_ms: float
    stddev_ms: float
    """Sample standard deviation; 0.0 for one run."""
    memory_delta_bytes: int | None = None
    """Growth of the script heap, summed over the runs that measured it; None where none did."""
    unfinished: int = 0
    """Timers that were collected, or still running when their script ended."""
    laps: tuple[TimerRow, ...] = ()


def timer_rows(snapshot: TimerSnapshot) -> tuple[TimerRow, ...]:
    """A row for each name that has something to show, the longest total first."""
    rows = [
        _row(
            name.name,
            name.times,
            memory_delta_bytes=None if name.heap is None else name.heap.total_delta_bytes,
            unfinished=name.unfinished,
            laps=tuple(_row(lap.name, lap.times) for lap in name.laps),
        )
        for name in snapshot.names
        if name.times.count or name.unfinished or name.laps
    ]
    rows.sort(key=lambda row: -row.total_ms)
    return tuple(rows)


def performance_report(snapshot: TimerSnapshot) -> str:
    """Two tables in text, the sums and how the runs spread; a sentence where there is nothing to show.

    Two, because one with all figures is too wide for the 80 columns of many terminals and mails.
    """
    rows = timer_rows(snapshot)
    if not rows:
        return f"{NO_TIMERS} Running now: {snapshot.active}." if snapshot.active else NO_TIMERS
    listed = [
        (f"{indent}{one_line(row.name)}", row)
        for outer in rows
        for indent, row in (("", outer), *(("  lap ", lap) for lap in outer.laps))
    ]
    sums, spread = _table(listed, _sum_columns(rows)), _table(listed, _SPREAD_COLUMNS)
    text = ["Performance report (times in ms)", "", *sums, *(["", *spread] if len(spread) > 1 else [])]
    notes = [
        f"{one_line(row.name)}: {row.unfinished} unfinished (not in the figures)"
        for row in rows
        if row.unfinished
    ]
    if snapshot.overflowed:
        notes.append(f"{snapshot.overflowed} measurements of further names are not listed")
    if notes:
        text += ["", *notes]
    return "\n".join(text)


def json_report(snapshot: TimerSnapshot, now_ns: int) -> str:
    """The same as a JSON document. `now_ns` is Unix time; durations are in milliseconds."""
    import json

    from debug.entry import iso_timestamp

    rows = timer_rows(snapshot)
    document = {
        "version": REPORT_VERSION,
        "generated_at": iso_timestamp(now_ns),
        "summary": {
            "timers": len(rows),
            "runs": sum(row.count for row in rows),
            "unfinished": sum(row.unfinished for row in rows),
            "active": snapshot.active,
            "measured_ms": sum(stack.self_ns for stack in snapshot.stacks) / _NS_PER_MS,
            "overflowed": snapshot.overflowed,
        },
        "timings": timings(snapshot, rows),
    }
    # A lone surrogate stays escaped, so that the text can always be encoded.
    return json.dumps(document, ensure_ascii=True, allow_nan=False)


def timings(snapshot: TimerSnapshot, rows: tuple[TimerRow, ...]) -> dict[str, Any]:
    """The figures of `rows` and the events, by name of the timer; durations in milliseconds."""
    events = {name.name: name for name in snapshot.names if name.event_count}
    found = {row.name: _timing(row, events.get(row.name)) for row in rows}
    for name, entry in events.items():  # of timers that are still running
        found.setdefault(name, {"count": 0, **_events(entry)})
    return found


def flame_graph(snapshot: TimerSnapshot) -> str:
    """Collapsed stacks, `outer;inner <self time in microseconds>` a line, sorted; empty where there are none.

    The figures add up to the time measured, rounded to a whole microsecond: what rounding down takes from
    them goes back to those that lost most.
    """
    stacks: dict[str, int] = {}
    for stack in snapshot.stacks:
        path = ";".join(one_line(name).replace(";", ":") or "(unnamed)" for name in stack.path)
        stacks[path] = stacks.get(path, 0) + stack.self_ns
    whole = {path: self_ns // 1000 for path, self_ns in stacks.items()}
    missing = round(sum(stacks.values()) / 1000) - sum(whole.values())
    for path in sorted(stacks, key=lambda path: -(stacks[path] % 1000))[:missing]:
        whole[path] += 1
    return "\n".join(f"{path} {whole[path]}" for path in sorted(whole))


def memory_snapshot(snapshot: TimerSnapshot, now_ns: int) -> dict[str, Any]:
    """The script heap over the latest run of each timer name that measured it. `now_ns` is Unix time."""
    usage = {
        name.name: {
            "start_bytes": name.heap.start_bytes,
            "end_bytes": name.heap.end_bytes,
            "delta_bytes": name.heap.end_bytes - name.heap.start_bytes,
        }
        for name in snapshot.names
        if name.heap is not None
    }
    return {
        "timestamp_secs": now_ns // 1_000_000_000,
        "active_trackers": snapshot.active,
        "total_memory_delta_bytes": sum(tracker["delta_bytes"] for tracker in usage.values()),
        "tracker_memory_usage": usage,
    }


def one_line(name: str) -> str:
    """A name that cannot break a line or drive a terminal: what is not printable is escaped."""
    if name.isprintable():
        return name
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in name
    )


_TIME_COLUMNS = ("total", "mean", "median", "p95", "p99", "min", "max", "stddev")
_SPREAD_COLUMNS = ("min", "median", "p95", "p99", "max")


def _row(
    name: str,
    times: Distribution,
    *,
    memory_delta_bytes: int | None = None,
    unfinished: int = 0,
    laps: tuple[TimerRow, ...] = (),
) -> TimerRow:
    median, p95, p99 = times.quantiles(0.5, 0.95, 0.99)
    return TimerRow(
        name,
        times.count,
        times.total / _NS_PER_MS,
        times.mean / _NS_PER_MS,
        median / _NS_PER_MS,
        p95 / _NS_PER_MS,
        p99 / _NS_PER_MS,
        times.min / _NS_PER_MS,
        times.max / _NS_PER_MS,
        times.stddev / _NS_PER_MS,
        memory_delta_bytes,
        unfinished,
        laps,
    )


def _figures(row: TimerRow) -> dict[str, float]:
    """The times of a row that was measured, by name."""
    return {f"{column}_ms": getattr(row, f"{column}_ms") for column in _TIME_COLUMNS} if row.count else {}


def _timing(row: TimerRow, entry: NameSnapshot | None) -> dict[str, Any]:
    timing: dict[str, Any] = {"count": row.count, **_figures(row), "unfinished": row.unfinished}
    if row.memory_delta_bytes is not None:
        timing["memory_delta_bytes"] = row.memory_delta_bytes
    if row.laps:
        timing["laps"] = {lap.name: {"count": lap.count, **_figures(lap)} for lap in row.laps}
    if entry is not None:
        timing.update(_events(entry))
    return timing


def _events(entry: NameSnapshot) -> dict[str, Any]:
    return {"event_count": entry.event_count, "events": [_event(event) for event in entry.events]}


def _event(event: TimerEvent) -> dict[str, Any]:
    from debug.entry import PictureText

    shown: dict[str, Any] = {"name": event.name, "offset_ms": event.offset_ns / _NS_PER_MS}
    metadata = event.metadata
    if isinstance(metadata, PictureText):
        from debug import values  # only events with data pay for msgspec

        dialect = values.dialect_of(metadata.language)
        metadata = values.to_metadata(values.decode(metadata), dialect)
    if metadata is not None:
        shown["metadata"] = _jsonable(metadata)
    return shown


def _jsonable(metadata: Any) -> Any:
    """Metadata as it is where JSON can hold it, else its text: one odd value must not cost the report."""
    import json

    try:
        json.dumps(metadata, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return repr(metadata)[:MAX_METADATA_TEXT]
    return metadata


def _sum_columns(rows: Iterable[TimerRow]) -> tuple[str, ...]:
    """The columns of the first table: no column for memory where nobody measured it."""
    with_memory = any(row.memory_delta_bytes is not None for row in rows)
    return ("count", "total", "mean", "stddev", *(("memory delta",) if with_memory else ()))


def _table(listed: list[tuple[str, TimerRow]], columns: tuple[str, ...]) -> list[str]:
    """A header and a line for each row that has something to say in `columns`."""
    lines = [["timer", *columns]]
    for name, row in listed:
        if row.count or "count" in columns:
            lines.append([name, *(_cell(row, column) for column in columns)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(columns) + 1)]
    return [_align(line, widths) for line in lines]


def _cell(row: TimerRow, column: str) -> str:
    if column == "count":
        return str(row.count)
    if column == "memory delta":
        return "" if row.memory_delta_bytes is None else f"{row.memory_delta_bytes:+,d} B"
    return f"{getattr(row, f'{column}_ms'):.3f}" if row.count else "-"


def _align(cells: Iterable[str], widths: list[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    columns = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]
    return "  ".join(columns).rstrip()
