"""What V8 says of an error, as data: where it was, what was thrown, what lies behind it, what may help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from debug import stack as stacks
from debug import values
from runtime.engine import ErrorKind, ScriptError

if TYPE_CHECKING:
    from debug.stack import StackTrace
    from debug.values import Value
    from runtime.engine import Script
    from runtime.js.sources import Source, Sources
    from runtime.js.whereabouts import Site

_PARSE = re.compile(r"[^\n]*?:(\d+): (?:Uncaught )?(?:SyntaxError: )?([^\n]*)(?:\n[^\n]*\n([ \t]*)\^)?")
_FRAME = re.compile(r"    at (?:(?P<name>[^()]+?) \((?P<place>.+)\)|(?:async )?(?P<alone>[^()]+))$")
_PLACE = re.compile(r"(?P<source>.+):(?P<line>\d+):(?P<column>\d+)$")
_TYPE = re.compile(r"[^\W\d]\w*")
_REJECTED = "a promise was rejected, and nobody handles that: await it, or give it a catch"
MAX_CAUSES = 10


def syntax_error(source: Source, parse_text: str) -> ScriptError:
    """What V8 said of a text that is no JavaScript (see `ParseFailure`)."""
    found = _PARSE.match(parse_text)
    if found is None:
        return ScriptError(ErrorKind.SYNTAX, parse_text.strip() or "no JavaScript", source=source.name)
    line, message = int(found[1]), found[2]
    column = None if found[3] is None else source.column(line, len(found[3]) + 1)
    lines = source.text.count("\n") + 1
    if line > lines or (line == lines and source.text.endswith("\n")):
        # It was our own end of the function that V8 stumbled over.
        whole = source.text.rstrip()
        line = whole.count("\n") + 1
        message, column = "Unexpected end of input", len(whole) - (whole.rfind("\n") + 1) + 1
    return ScriptError(
        ErrorKind.SYNTAX,
        message,
        source=source.name,
        line=line,
        column=column,
        source_line=source.line(line),
        hint=_syntax_hint(message),
    )


def runtime_error(
    script: Script, description: dict[str, Any], sources: Sources, depth: int = 0
) -> ScriptError:
    """An error that the script did not catch, as errors.js describes it."""
    kind = description.get("kind")
    value: Value = None
    if isinstance(description.get("value"), str):
        value = values.decode(description["value"].encode())
    if kind == "unknown":
        return ScriptError(
            ErrorKind.RUNTIME, "the script failed, and could not say why any more", source=script.name
        )
    trace, column = _trace(description, sources)
    source, line = _place(trace)
    is_original = "trace" not in description  # a stack that is text has the author's columns
    noted = description.get("place")
    if noted is not None:
        source, line, column = noted
        is_original = True
    thrown_from = description.get("thrown_from")
    if line is None and thrown_from is not None:
        source, line, column, is_original = thrown_from
    if not is_original and line is not None and column is not None:
        column = sources.column(source, line, column)
    text = sources.get(source)
    if text is not None:
        source = text.name
    cause = description.get("cause")
    if kind == "error":
        message, value = _message(description), _own_properties(value)
    elif isinstance(description.get("message"), str):
        message, value = description["message"] or "an empty string was thrown", None
    else:
        message = f"{_thrown(description, value)} was thrown"
        value = None if "shown" in description else value
    return ScriptError(
        ErrorKind.RUNTIME,
        message,
        source=source or script.name,
        line=line,
        column=column if line is not None else None,
        source_line=text.line(line) if text is not None and line is not None else None,
        value=value,
        stack=trace,
        cause=runtime_error(script, cause, sources, depth + 1) if cause and depth < MAX_CAUSES else None,
        hint=_runtime_hint(message)
        or (_REJECTED if line is None and description.get("is_rejection") else None),
    )


def stopped(
    script: Script, kind: ErrorKind, timeout_s: float | None, sites: tuple[Site, ...], sources: Sources
) -> ScriptError:
    """The script was stopped from outside; `sites` where it was then, as far as that is known."""
    message = {
        ErrorKind.INTERRUPTED: "the script was interrupted (Ctrl-C)",
        ErrorKind.TERMINATED: "the script was terminated (SIGTERM)",
    }.get(kind, f"the script ran longer than its limit of {timeout_s:g} s" if timeout_s else "out of time")
    shown = [index for index, site in enumerate(sites) if _is_of_script(site.source)]
    if not shown:
        return ScriptError(kind, message, source=script.name)
    frames = tuple(_frame_of(sites, index, sources) for index in shown)
    site = sites[shown[0]]
    text = sources.get(site.source)
    return ScriptError(
        kind,
        message,
        source=frames[0].source,
        line=site.line,
        column=text.column(site.line, site.column) if text else site.column,
        source_line=text.line(site.line) if text else None,
        stack=stacks.StackTrace(frames=frames),
    )


def _frame_of(sites: tuple[Site, ...], index: int, sources: Sources) -> stacks.StackFrame:
    site = sites[index]
    text = sources.get(site.source)
    is_module = site.source.startswith("file:") or sites[index + 1 : index + 2] == ()
    is_main = site.name is None and (is_module or sites[index + 1].name == "runBody")  # of host/modules.js
    return stacks.StackFrame(
        name=site.name,
        source=text.name if text else site.source,
        line=site.line,
        what="main" if is_main else "function",
    )


def _is_of_script(source: str) -> bool:
    return source != "" and not source.startswith("llmspell:")


def out_of_memory(script: Script, limit_bytes: int | None) -> ScriptError:
    """The script went past that limit, or (None) asked for more at once than V8 has."""
    if limit_bytes is None:
        said = "not enough memory: the script asked for more at once than V8 can give"
        return ScriptError(
            ErrorKind.MEMORY, said, source=script.name, hint="split it: many small arrays instead of one"
        )
    limit = f"{limit_bytes / 10**6:g} MB" if limit_bytes < 10**9 else f"{limit_bytes / 10**9:g} GB"
    return ScriptError(
        ErrorKind.MEMORY,
        f"not enough memory: the script needs more than its limit of {limit}",
        source=script.name,
        hint="raise the limit with --max-memory",
    )


def _trace(description: dict[str, Any], sources: Sources) -> tuple[StackTrace | None, int | None]:
    trace = description.get("trace")
    if isinstance(trace, str):
        return stacks.decode(sources.names(trace).encode()), description.get("column")
    text = description.get("stack")
    return _parsed(text, sources) if isinstance(text, str) else (None, None)


def _parsed(text: str, sources: Sources) -> tuple[StackTrace | None, int | None]:
    """A stack that is text by now: the script has looked at it, or made it."""
    frames, column = [], None
    for line in text.split("\n"):
        found = _FRAME.match(line)
        place = _PLACE.match(found["place"] or found["alone"]) if found is not None else None
        if found is None or place is None or not _is_of_script(place["source"]):
            continue
        known = sources.get(place["source"])
        if column is None:
            column = int(place["column"])
        name = None if found["name"] == "Object.<anonymous>" else found["name"]
        frames.append(
            stacks.StackFrame(
                name=name,
                source=known.name if known else place["source"],
                line=int(place["line"]),
                what="function" if name else "main",
            )
        )
    return (stacks.StackTrace(frames=tuple(frames)), column) if frames else (None, None)


def _message(description: dict[str, Any]) -> str:
    name, message = description.get("name") or "", description.get("message") or ""
    return f"{name}: {message}" if name and message else name or message or "Error"


def _own_properties(value: Value) -> Value:
    """The picture of an error where it tells more than the message does."""
    if not isinstance(value, values.Table):
        return None
    pairs = tuple(pair for pair in value.pairs if pair.key != "cause")
    if not pairs:
        return None
    import msgspec

    hidden = max(0, value.pair_count - len(value.pairs))
    return msgspec.structs.replace(value, pairs=pairs, pair_count=len(pairs) + hidden)


def _thrown(description: dict[str, Any], value: Value) -> str:
    known = _TYPE.match((value.type_name if isinstance(value, values.Table) else None) or "")
    if known is not None:
        return _with_article(known[0])
    return str(description.get("shown") or _with_article(str(description.get("kind"))))


def _with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def _place(trace: StackTrace | None) -> tuple[str | None, int | None]:
    """Where the innermost frame with a line is."""
    for frame in trace.frames if trace else ():
        if frame.line is not None:
            return frame.source, frame.line
    return None, None


def _syntax_hint(message: str) -> str | None:
    if "import statement" in message or "Unexpected token 'export'" in message or "import.meta" in message:
        return "this is an ES module: name the file .mjs"
    if message.startswith("await is only valid"):
        return "await at the top needs an ES module (.mjs), or an async function around it"
    return None


def _runtime_hint(message: str) -> str | None:
    if message == "RangeError: Maximum call stack size exceeded":
        return "a function calls itself without end, or too deeply"
    return None
