"""What `Debug` of a script calls of the bridge, by name: each takes a list of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.bridge import DebugBridge
    from runtime.js.host_calls import HostCalls
    from runtime.js.sources import Sources


def register_debug_calls(
    calls: HostCalls,
    bridge: DebugBridge,
    sources: Sources,
    heap_bytes: Callable[[], tuple[int, int] | None],
) -> None:
    """`heap_bytes` tells what the heap uses and what V8 holds for it, where that can be told."""

    def timer_heap() -> int | None:
        heap = heap_bytes()
        return None if heap is None else heap[0]

    def memory_stats(collections: int) -> dict[str, int]:
        used_bytes, allocated_bytes = heap_bytes() or (None, None)
        return bridge.memory_stats(used_bytes, allocated_bytes, collections)

    def dump(picture: str, options: str, label: str | None) -> str:
        shown = None if label is None else label.encode("utf-8", "surrogatepass")
        return bridge.dump(picture.encode(), options.encode(), shown)

    functions: dict[str, Callable[..., Any]] = {
        "threshold": bridge.threshold,
        "level_of": bridge.level_of,
        "set_level": bridge.set_level,
        "get_level": bridge.get_level,
        "set_enabled": bridge.set_enabled,
        "is_enabled": bridge.is_enabled,
        "add_filter": bridge.add_filter,
        "add_advanced_filter": bridge.add_advanced_filter,
        "remove_filter": bridge.remove_filter,
        "clear_filters": bridge.clear_filters,
        "set_default_filter": bridge.set_default_filter,
        "filter_summary": bridge.filter_summary,
        "timer_start": lambda name, parent: bridge.timer_start(name, parent, timer_heap())[:2],
        "timer_stop": lambda handle: bridge.timer_stop(handle, timer_heap()),
        "timer_lap": bridge.timer_lap,
        "timer_elapsed": bridge.timer_elapsed,
        "timer_discard": bridge.timer_discard,
        "timer_event": lambda timer, name, data: bridge.timer_event(timer, name, _picture(data)),
        "performance_report": bridge.performance_report,
        "json_report": bridge.json_report,
        "flame_graph": bridge.flame_graph,
        "memory_stats": memory_stats,
        "memory_snapshot": bridge.memory_snapshot,
        "profile_start": bridge.profile_start,
        "profile_stop": bridge.profile_stop,
        "entries": bridge.entries,
        "clear_entries": bridge.clear_entries,
        "dump_limits": lambda options: bridge.dump_limits(options.encode()),
        "dump": dump,
        "stack_options": lambda options: bridge.stack_options(_picture(options)),
        "stack_text": lambda trace, with_source: bridge.stack_text(
            sources.names(trace).encode(), with_source
        ),
        "stack_json": lambda trace: bridge.stack_json(sources.names(trace).encode()),
    }
    for name, function in functions.items():
        calls.register("debug." + name, _spread(function))
    calls.register("source.locate", sources.locate)


def _spread(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda arguments: function(*arguments)


def _picture(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
