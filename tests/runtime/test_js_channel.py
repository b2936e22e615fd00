"""The channel between V8 and Python, with rings so small that everything happens that can."""

from __future__ import annotations

from json import dumps, loads
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.js import boot
from runtime.js.channel import FLOOR, HEADER_BYTES, TORN, Channel, Stretch
from runtime.js.host_calls import HostCallError, HostCalls
from runtime.js.isolate import Isolate
from runtime.js.public_isolate import PublicIsolate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RING_BYTES, ANSWER_BYTES = 4096, 64


class Wire:
    """An isolate with nothing in it but the script's side of the channel, as `channel`; `put` writes JSON."""

    def __init__(self, *, private: bool = True) -> None:
        self.records: list[Any] = []
        self.calls = HostCalls()
        self.gate: Event | None = None
        self._channel: Channel | None = None
        self.isolate: Any = Isolate(self._on_bell) if private else PublicIsolate()
        layout = {"header_bytes": HEADER_BYTES, "ring_bytes": RING_BYTES, "answer_bytes": ANSWER_BYTES}
        sources = {name: boot._source(name) for name in ("primordials", "channel")}
        self.isolate.evaluate(
            f"const primordials = ({sources['primordials']})(globalThis);"
            f"const channel = ({sources['channel']})(primordials, {dumps(layout)});"
            "const {put, callJson, words} = channel;"
        )
        memory = self.isolate.evaluate("channel.buffer")
        self.channel = self._channel = Channel(
            memory, self._handle, self.calls.answer, ring_bytes=RING_BYTES, answer_bytes=ANSWER_BYTES
        )
        self.channel.answers_by_polling = not private
        if private:
            self.isolate.call(self.isolate.evaluate("(bell) => channel.setBell(bell)"), self.isolate.bell())
        self.channel.start()

    def script(self, text: str) -> Any:
        return self.isolate.evaluate("{" + text + "}")

    def close(self) -> None:
        self.channel.close()
        self.isolate.close()

    def _on_bell(self) -> None:
        if self._channel is not None:
            self._channel.on_bell()

    def _handle(self, stretches: list[Stretch]) -> None:
        if self.gate is not None:
            self.gate.wait(10)
        for stretch in stretches:
            self.records.extend(stretch.entries)
            self.records.extend(stretch.records)


@pytest.fixture(params=[True, False], ids=["bell", "polling"])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    made = Wire(private=request.param)
    yield made
    made.close()


def drained(wire: Wire) -> list[Any]:
    wire.channel.drain()
    return wire.records


def test_records_arrive_in_order_and_none_is_lost(wire: Wire) -> None:
    wire.script("for (let i = 0; i < 20000; i++) put('[1,' + i + ']')")
    assert [record[1] for record in drained(wire)] == list(range(20_000))


def test_a_slow_reader_makes_the_script_wait(wire: Wire) -> None:
    wire.gate = Event()
    writer = Thread(
        target=wire.script, args=("for (let i = 0; i < 3000; i++) put('[1,' + i + ',\"some text\"]')",)
    )
    writer.start()
    writer.join(0.05)
    assert writer.is_alive()  # more was written than the ring holds, and nothing was taken
    wire.gate.set()
    writer.join(20)
    assert [record[1] for record in drained(wire)] == list(range(3000))


@pytest.mark.parametrize("length", [1000, 1023, 1024, 4095, 4096, 4097, 100_000])
def test_a_record_larger_than_the_ring_arrives_in_pieces(wire: Wire, length: int) -> None:
    wire.script(f"put('[1,\"' + 'x'.repeat({length}) + '\"]'); put('[2]')")
    assert drained(wire) == [[1, "x" * length], [2]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(codec=None), max_size=3000), min_size=1, max_size=4))
def test_every_text_arrives_as_it_was(shared_wire: Wire, texts: list[str]) -> None:
    shared_wire.records.clear()
    shared_wire.script(f"for (const text of {dumps(texts)}) put('[1,' + JSON.stringify(text) + ']')")
    assert drained(shared_wire) == [[1, text] for text in texts]


@pytest.fixture(scope="module")
def shared_wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


@pytest.mark.parametrize("size", [0, 1, 60, 64, 65, 2000])
def test_a_call_is_answered_whatever_the_size_of_both(wire: Wire, size: int) -> None:
    wire.calls.register("echo", lambda argument: argument)
    text = dumps("é" * size)
    assert wire.script(f"callJson('echo', JSON.stringify({text})) === {text}") is True


def test_a_call_comes_after_what_was_written_before_it(wire: Wire) -> None:
    seen: list[int] = []

    def count(_: Any) -> int:
        seen.append(len(wire.records))
        return len(wire.records)

    wire.calls.register("count", count)
    wire.script(
        "for (let i = 0; i < 500; i++) { put('[1,' + i + ']'); if (i % 100 === 99) callJson('count', 'null'); }"
    )
    assert seen == [100, 200, 300, 400, 500]


@pytest.mark.parametrize(
    ("function", "thrown"),
    [
        ("lambda _: 1 / 0", "it: ZeroDivisionError: division by zero undefined"),
        ("refuse", "no such file ENOENT"),
        ("lambda _: object()", "it: TypeError: Object of type object is not JSON serializable undefined"),
    ],
)
def test_an_error_of_python_is_thrown_in_the_script(wire: Wire, function: str, thrown: str) -> None:
    def refuse(_: Any) -> None:
        raise HostCallError("no such file", "ENOENT")

    call: Callable[[Any], Any] = eval(function, {"refuse": refuse})
    wire.calls.register("it", call)
    said = wire.script(
        "let said; try { callJson('it', '0') } catch (e) { said = e.message + ' ' + e.code }; said"
    )
    assert said == thrown


def test_nothing_of_that_name(wire: Wire) -> None:
    assert (
        wire.script("let m; try { callJson('none', '0') } catch (e) { m = e.message }; m")
        == "nothing is called none"
    )


def test_a_call_within_a_call_gets_its_own_answer() -> None:
    wire = Wire()
    wire.calls.register("number", lambda argument: argument)
    text = "[callJson('number', '1'), callJson('number', '2'), callJson('number', '3')].join()"
    assert wire.script(text) == "1,2,3"
    wire.close()


def test_what_arrives_is_whole_however_little_stack_was_left() -> None:
    wire = Wire()
    wire.script(
        "const x = 'x'.repeat(5000), lines = ['3 ' + x + ' end', '[2,\"' + x + '\"]'], short = '3 end';"
        "let left = 0, long = '';"
        "for (const line of [...lines, short]) put(line);"  # compiled here: where they fail no stack is left for that
        "function dive() { try { dive() } catch {}"
        "  if (left-- === 0) { try { put(long) } catch {} try { put(short) } catch {} } }"
        "for (let i = 0; i < 300; i++) { left = i; long = lines[i % 2]; try { dive() } catch {} }"
        "put(long)"
    )
    written = {b"3 " + b"x" * 5000 + b" end", b"3 end", (2, "x" * 5000)}
    assert {line if isinstance(line, bytes) else tuple(line) for line in drained(wire)} == written
    wire.close()


def test_a_record_that_is_no_json_costs_no_other(wire: Wire) -> None:
    wire.script("put('[1]'); put('[2,undefined]'); put('[3]'); put('3 entry'); put('[4'); put('[5]')")
    assert drained(wire) == [[1], [3], b"3 entry", [5]]


_written = st.lists(
    st.sampled_from([b"1 one", b"2 two", b"[16,1]", b"[19]", b"3 to", b'[16,"to']), max_size=12
)


@given(pieces=st.lists(_written, max_size=4), cut=st.integers(0, 20))
def test_lines_are_told_apart_and_the_torn_are_left_out(pieces: list[list[bytes]], cut: int) -> None:
    """Each piece is drained at a time, the first `cut` bytes of it apart from the rest."""
    memory = bytearray(HEADER_BYTES + RING_BYTES + ANSWER_BYTES)
    header = memoryview(memory)[:HEADER_BYTES].cast("i")
    taken: list[Any] = []

    def handle(stretches: list[Stretch]) -> None:
        for stretch in stretches:
            assert stretch.entries or stretch.records
            taken.extend([*stretch.entries, *stretch.records])

    channel = Channel(memoryview(memory), handle, lambda _name, _argument: "", ring_bytes=RING_BYTES)
    for piece in pieces:
        text = b"".join(line + (TORN if line.endswith(b"to") else b"") + b"\n" for line in piece)
        for part in (text[:cut], text[cut:]):
            start = HEADER_BYTES + header[0]
            memory[start : start + len(part)] = part
            header[0] += len(part)
            channel.drain()
    whole = [line for piece in pieces for line in piece if not line.endswith(b"to")]
    assert taken == [loads(line) if line.startswith(b"[") else line for line in whole]
    header.release()
    channel.close()


def test_levels_are_seen_by_a_script_that_spins(wire: Wire) -> None:
    written = Event()

    def change() -> None:
        written.wait(10)
        wire.channel.set_levels(5, 4)

    wire.calls.register("ready", lambda _: written.set())
    changer = Thread(target=change)
    changer.start()
    seen = wire.script(f"callJson('ready', '0'); while (words[{FLOOR}] !== 5); words.slice(2, 4).join()")
    changer.join()
    assert seen == "5,4"


def test_what_is_set_after_the_end_goes_nowhere() -> None:
    wire = Wire()
    wire.close()
    wire.channel.set_levels(1, 1)
    assert wire.channel.drain() == 0
