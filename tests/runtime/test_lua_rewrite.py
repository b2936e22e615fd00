"""The plan of a Lua text, where its probes stand, and what is done where a limit of the VM leaves no room for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runtime.lua.rewrite.install import install
from runtime.lua.rewrite.planting import free_name, plant
from runtime.lua.rewrite.statements import find_statements
from runtime.lua.variants import VARIANTS
from runtime.probes.plan import MAIN, Function, Kind, Plan, Probe
from scenarios.rewritten_lua import Vm, both

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.lua.rewrite.rewriter import Rewritten

LUAS = tuple(VARIANTS)
OLD = ("lua5.1", "luajit", "luajit2.0")

SHOP = b"""\
#!/usr/bin/lua
-- A comment.
local Account = {}
function Account:deposit(sum)
  if sum < 0 then
    error("no")
  elseif sum == 0 then return end
  while sum > 10 do sum = sum / 2 end
  return self:log(sum)
end
local log = function() end; Account.log = log
local t = {go = function(x)
  repeat x = x - 1 until x < 0
end}

local done
t.go(3)"""


def plan_of(text: bytes, variant: str = "lua5.4") -> Plan:
    places = find_statements(text, variant)
    assert places is not None
    return places.plan


def source_of(plan: Plan, probe: Probe) -> bytes:
    """The first word of what the probe stands before."""
    return plan.text[probe.start :].split(None, 1)[0]


def test_statements_with_their_lines_and_kinds() -> None:
    plan = plan_of(SHOP)

    found = [(probe.line, probe.kind, source_of(plan, probe)) for probe in plan.probes]

    assert found == [
        (3, Kind.STATEMENT, b"local"),
        (4, Kind.STATEMENT, b"function"),
        (5, Kind.STATEMENT, b"if"),
        (6, Kind.STATEMENT, b'error("no")'),
        (7, Kind.CONDITION, b"sum"),
        (7, Kind.RETURN, b"return"),
        (8, Kind.CONDITION, b"sum"),
        (8, Kind.STATEMENT, b"sum"),
        (9, Kind.TAIL_CALL, b"return"),
        (11, Kind.STATEMENT, b"local"),
        (11, Kind.ENTRY, b"end;"),
        (11, Kind.STATEMENT, b"Account.log"),
        (12, Kind.STATEMENT, b"local"),
        (13, Kind.ENTRY, b"repeat"),
        (13, Kind.STATEMENT, b"x"),
        (13, Kind.CONDITION, b"x"),
        (16, Kind.STATEMENT, b"local"),
        (17, Kind.STATEMENT, b"t.go(3)"),
    ]
    assert [probe.id for probe in plan.probes] == list(range(1, len(found) + 1))


def test_functions_with_their_names_and_probes() -> None:
    plan = plan_of(SHOP)

    found = [(one.name, one.parent, one.line, one.end_line, one.entry) for one in plan.functions]

    assert found == [
        ("", None, 1, 17, 1),
        ("Account:deposit", MAIN, 4, 10, 3),
        ("log", MAIN, 11, 11, 11),
        ("go", MAIN, 12, 14, 14),
    ]
    for function in plan.functions:
        inside = plan.probes[function.first_probe - 1 : function.last_probe]
        assert all(function.start <= probe.start < function.end for probe in inside)
    assert [one.name for one in plan.named("deposit")] == ["Account:deposit"]
    assert [one.name for one in plan.named("Account:deposit")] == ["Account:deposit"]
    assert not plan.named("")


def test_lines_are_found() -> None:
    plan = plan_of(SHOP)

    assert [probe.kind for probe in plan.at_line(8)] == [Kind.CONDITION, Kind.STATEMENT]
    assert not plan.at_line(2)
    assert plan.next_line(2) == 3
    assert plan.next_line(14) == 16
    assert plan.next_line(18) is None
    assert plan.probe(1).line == 3
    with pytest.raises(IndexError):
        plan.probe(0)


def test_columns_count_bytes_and_are_told_in_characters() -> None:
    plan = plan_of('local s = "größe" f(s)\nlocal t = "\udcff" f(t)'.encode("utf-8", "surrogateescape"))

    columns = [(probe.column, plan.column_in_characters(probe.line, probe.column)) for probe in plan.probes]

    assert columns == [(1, 1), (21, 19), (1, 1), (15, 15)]


def test_depth_counts_the_blocks_of_the_function() -> None:
    plan = plan_of(b"a() do b() if x then c() end end local function f() d() for i = 1, 2 do e() end end")

    depths = {source_of(plan, probe): probe.depth for probe in plan.probes}

    assert (depths[b"a()"], depths[b"b()"], depths[b"c()"], depths[b"d()"], depths[b"e()"]) == (1, 2, 3, 1, 2)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"local a, b = 1, function() end", ["b"]),
        (b"a.b['c'] = function() end", ["a.b['c']"]),
        (b"local t = {f = function() end, function() end, [1] = function() end}", ["f", "", ""]),
        (b"f(function() end)", [""]),
        (b"local x <const>, y <close> = 1, function() end", ["y"]),
        (b"local function f() function g.h() end end", ["f", "g.h"]),
    ],
)
def test_names_of_functions(text: bytes, names: list[str]) -> None:
    assert [function.name for function in plan_of(text).functions[1:]] == names


def test_planted_text_keeps_every_line_and_every_byte() -> None:
    places = find_statements(SHOP, "lua5.4")
    assert places is not None

    planted = plant(places, b"_P", 7, 0, {})

    assert planted.count(b"\n") == SHOP.count(b"\n")
    rest = iter(planted)
    assert all(byte in rest for byte in SHOP)
    lines = planted.split(b"\n")
    assert lines[0] == b"#!/usr/bin/lua"
    assert lines[2] == b" local _P=7 if true<true then end  if _P[1]then _P[0](1)end local Account = {}"
    assert b"elseif  _P[5]and _P[0](5)or(sum == 0) then" in lines[6]


def test_the_name_is_free() -> None:
    assert free_name(b"x = 1") == b"_llmspell_0"
    assert free_name(b"_llmspell_0 = _llmspell_1") == b"_llmspell_2"


def load(vm: Vm, text: str) -> Rewritten:
    assert vm.probes is not None
    vm.probes.load(text.encode(), b"@script.lua")
    return vm.probes.sources[1].rewritten


def names(prefix: str, count: int) -> str:
    return ", ".join(f"{prefix}{number}" for number in range(count))


def upvalues(count: int) -> str:
    """A function that uses so many, of two functions where one has not the room for them."""
    outer, inner = min(count, 150), max(count - 150, 0)
    here, there = [f"a{number}" for number in range(outer)], [f"b{number}" for number in range(inner)]
    uses = "".join(f"{name} = 1 " for name in here + there)
    declared = f"local {', '.join(there)} " if there else ""
    return (
        f"local {', '.join(here)} local function around() {declared}\n"
        f"local function inner() {uses} return a0 end return inner end print(around()())"
    )


@pytest.mark.parametrize("variant", LUAS)
def test_function_without_a_free_upvalue_has_a_local(variant: str) -> None:
    text = upvalues(60 if variant in OLD else 255)
    hits: list[int] = []
    vm = Vm(variant, pause=lambda _key, id: hits.append(id))

    rewritten = load(vm, text)

    assert rewritten.text is not None
    assert rewritten.text.count(b"true<true") > 1
    assert (rewritten.without, rewritten.reason) == ((), None)
    assert rewritten.plan is not None
    inner = rewritten.plan.named("inner")[0]
    assert vm.probes is not None
    assert inner.entry is not None
    vm.probes.arm(vm.probes.sources[1], [inner.entry], True)
    vm.run(text.encode())
    assert hits == [inner.entry]
    plain, planted = both(variant, text.encode())
    assert planted == plain
    assert plain.error is None


@pytest.mark.parametrize("variant", LUAS)
def test_file_without_a_free_local_is_stopped_in_its_functions(variant: str) -> None:
    text = "".join(f"local v{number} = {number} " for number in range(198))
    text += "local function f(x) local y = x + v1 return y end local function g() return f(1) end print(f(2), (g()))"
    hits: list[int] = []
    vm = Vm(variant, pause=lambda _key, id: hits.append(id))

    rewritten = load(vm, text)

    assert rewritten.without == (MAIN,)
    assert rewritten.reason is not None
    assert "200" in rewritten.reason
    assert vm.probes is not None
    source = vm.probes.sources[1]
    vm.probes.arm_range(source, 1, 10**6, True)
    ended = vm.run(text.encode())
    assert ended.printed == ("3\t2",)
    assert rewritten.plan is not None
    functions: set[Function] = {rewritten.plan.functions[rewritten.plan.probe(id).function] for id in hits}
    assert {function.name for function in functions} == {"f", "g"}
    plain, planted = both(variant, text.encode())
    assert planted == plain


@pytest.mark.parametrize("variant", LUAS)
def test_function_without_room_runs_without(variant: str) -> None:
    locals_ = "".join(f"local v{number} = {number} " for number in range(200))
    text = f"local function full() {locals_} return v7 end local function f() return full() end print((f()))"
    if variant in OLD:  # where the upvalues are all in use, too
        head = f"local {names('u', 60)} = 1 "
        uses = "".join(f"u{number} = {number} " for number in range(60))
        text = head + text.replace("return v7", f"{uses} return v7")
    vm = Vm(variant)

    rewritten = load(vm, text)

    assert rewritten.text is not None
    assert rewritten.plan is not None
    assert [rewritten.plan.functions[id].name for id in rewritten.without] in ([], ["full"])
    plain, planted = both(variant, text.encode())
    assert planted == plain
    assert plain.printed == ("7",)
    if variant in OLD:
        assert len(rewritten.without) == 1


@pytest.mark.parametrize("variant", ["luajit", "luajit2.0"])
def test_loop_that_is_as_long_as_a_jump_can_be(variant: str) -> None:
    body = "x = x + 1 " * 10_000
    text = (
        f"local x, n = 0, 0 local function f() while n < 2 do n = n + 1 {body} end return x end print((f()))"
    )
    vm = Vm(variant)

    rewritten = load(vm, text)

    assert rewritten.plan is not None
    assert [rewritten.plan.functions[id].name for id in rewritten.without] == ["f"]
    plain, planted = both(variant, text.encode())
    assert planted == plain
    assert plain.printed == ("20000",)


@pytest.mark.parametrize("variant", LUAS)
@pytest.mark.parametrize("text", ["", "-- nothing", "  \n"])
def test_text_without_statements_runs_as_it_is(variant: str, text: str) -> None:
    rewritten = load(Vm(variant), text)

    assert rewritten.text is None
    assert rewritten.reason == "it holds no statement"


def test_text_that_the_grammar_does_not_know_runs_as_it_is() -> None:
    assert find_statements(b"x = = 1", "lua5.4") is None


@pytest.mark.parametrize("variant", LUAS)
def test_armed_probes_are_hit_each_time_and_disarmed_ones_never(variant: str) -> None:
    text = b"for i = 1, 3 do\n  local x = i -- here\nend\nprint 'end'"
    hits: list[tuple[int, int]] = []
    vm = Vm(variant, pause=lambda key, id: hits.append((key, id)))
    assert vm.probes is not None
    probes = vm.probes
    ids: list[int] = []

    def bind(source: object) -> None:
        found = probes.sources[1]
        assert found is source
        assert found.plan is not None
        line = text[: text.index(b"-- here")].count(b"\n") + 1
        ids.extend(probe.id for probe in found.plan.at_line(line))
        probes.arm(found, ids, True)

    probes.on_source(bind)

    assert vm.run(text).printed == ("end",)
    assert hits == [(1, ids[0])] * 3

    probes.arm(probes.sources[1], ids, False)
    vm.run(text)
    assert len(hits) == 3


@pytest.mark.parametrize("variant", LUAS)
def test_the_same_text_loaded_again_has_the_same_flags(variant: str) -> None:
    text = b"local load = loadstring or load for i = 1, 3 do load('return 1', '@again')() end"
    vm = Vm(variant)
    vm.run(text)

    assert vm.probes is not None
    assert [source.name for source in vm.probes.sources.values()] == [b"@script.lua", b"@again"]


@pytest.mark.parametrize("variant", LUAS)
def test_the_pausing_function_sees_the_script_at_level_three(variant: str) -> None:
    vm = Vm(variant, with_probes=False)
    pause, take = vm.runtime.execute(
        b"""
        local getinfo, getlocal, print, planted = debug.getinfo, debug.getlocal, print, nil
        return function(key, id)
          local i, name, value = 0, nil, nil
          repeat
            i = i + 1
            name, value = getlocal(3, i)
          until not planted[name]
          print(key, id, getinfo(3, "l").currentline, name, value)
        end, function(names) planted = names end
        """
    )
    probes = install(vm.runtime, VARIANTS[variant], pause)
    take(probes.shared[b"planted"])
    probes.on_source(lambda source: probes.arm(source, [2], True))
    probes.load(b"local mine = 'seen'\nlocal other = 1", b"@script.lua")()

    assert vm.printed == [b"1\t2\t2\tmine\tseen"]


FILLER = "".join(f"local function f{number}() return {number} end\n" for number in range(60))


@pytest.mark.parametrize("variant", LUAS)
@pytest.mark.parametrize("filler", ["", FILLER], ids=["a gate for each probe", "a gate for many"])
def test_each_probe_is_hit_alone(variant: str, filler: str) -> None:
    """Whatever is armed beside it: neighbours that share a gate are not hit."""
    text = f"{filler}for i = 1, 2 do\n  print(i)\n  local x = i\n  x = x + 1\nend".encode()
    count = len(plan_of(text).probes)
    for wanted in range(count - 3, count + 1):
        hits: list[int] = []
        vm = Vm(variant, pause=lambda _key, id, hits=hits: hits.append(id))
        probes = vm.probes
        assert probes is not None
        probes.on_source(lambda source, probes=probes, wanted=wanted: probes.arm(source, [wanted], True))
        vm.run(text)
        assert hits == [wanted] * (1 if wanted == count - 3 else 2)
        assert (probes.sources[1].rewritten.gates < count) is bool(filler)


@pytest.mark.parametrize("variant", LUAS)
@pytest.mark.parametrize("filler", ["", FILLER], ids=["a gate for each probe", "a gate for many"])
def test_arming_while_the_script_runs(variant: str, filler: str) -> None:
    """Also what LuaJIT has compiled by then."""
    text = f"""{filler}
local n = 0
local function step()
  n = n + 1 -- step
end
for i = 1, 1000 do step() end
ARM()
step()
DISARM()
for i = 1, 1000 do step() end
print(n)""".encode()
    hits: list[int] = []
    vm = Vm(variant, pause=lambda _key, id: hits.append(id))
    probes = vm.probes
    assert probes is not None
    line = text[: text.index(b"-- step")].count(b"\n") + 1

    def set_flag(flag: bool) -> None:
        source = probes.sources[1]
        assert source.plan is not None
        probes.arm(source, [probe.id for probe in source.plan.at_line(line)], flag)

    vm.runtime.globals()[b"ARM"] = lambda: set_flag(True)
    vm.runtime.globals()[b"DISARM"] = lambda: set_flag(False)

    assert vm.run(text).printed == ("2001",)
    assert len(hits) == 1


@pytest.mark.parametrize("variant", LUAS)
def test_a_chunk_that_runs_again_and_again_is_stopped_in_each_time(variant: str) -> None:
    text = b"""
local chunk = (loadstring or load)("local a = 1 return function() a = a + 1 return a end", "=again")
local first = chunk()
for i = 1, 300 do chunk()() end
local last = chunk()
STOP() first() last()"""
    hits: list[int] = []
    vm = Vm(variant, pause=lambda key, _id: hits.append(key))
    probes = vm.probes
    assert probes is not None
    vm.runtime.globals()[b"STOP"] = lambda: probes.arm(probes.sources[2], range(3, 5), True)

    assert vm.run(text).error is None
    assert hits == [2] * 4


def test_rewriting_grows_with_the_text() -> None:
    """Twice the text is twice the work: counted in probes and bytes, not in time."""
    once = b"do local function f(a) if a then return a end end f(1) end\n"
    sizes = []
    for count in (1_000, 2_000, 4_000):
        places = find_statements(once * count, "lua5.4")
        assert places is not None
        own_entry = 1  # of the main chunk, whose first statement is a block
        sizes.append(
            (len(places.plan.probes) - own_entry, len(plant(places, b"_P", 1, 0, {})) - len(once) * count)
        )
    assert sizes[1][0] == 2 * sizes[0][0]
    assert sizes[2][0] == 2 * sizes[1][0]
    assert sizes[2][1] < 2.1 * sizes[1][1]


def test_what_goes_wrong_in_the_debugger_is_none_of_the_scripts() -> None:
    def broken(_source: object) -> None:
        raise ValueError("broken")

    vm = Vm("lua5.4")
    assert vm.probes is not None
    vm.probes.on_source(broken)

    with pytest.warns(RuntimeWarning, match="broken"):
        ended = vm.run(b"print(1)")

    assert ended.printed == ("1",)
    assert ended.error is None


@pytest.mark.parametrize("variant", LUAS)
def test_a_plain_run_does_not_import_the_grammar(llmspell: Any, tmp_path: Path, variant: str) -> None:
    script = tmp_path / "script.lua"
    script.write_text("print(1)", encoding="utf-8")

    done = llmspell("run", "--engine", variant, script, env={"PYTHONPROFILEIMPORTTIME": "1"})

    assert done.stdout == "1\n"
    assert "lupa" in done.stderr
    assert "tree_sitter_lua" not in done.stderr
    assert "runtime.lua.rewrite" not in done.stderr
