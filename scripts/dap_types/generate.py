"""The Debug Adapter Protocol's JSON schema as msgspec structs: the arguments and results of the requests that
llmspell serves, the events that it sends, and what these are made of.

Of a definition the properties of all its parts (`allOf`) are one struct. What the schema lists as the only values
(`enum`) is a Literal; what it lists as known ones (`_enum`) is any string. A property that may be missing may also be
null: some clients send it so.
"""

from __future__ import annotations

import keyword
import re
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REQUESTS = (
    "attach",
    "breakpointLocations",
    "cancel",
    "completions",
    "configurationDone",
    "continue",
    "dataBreakpointInfo",
    "disconnect",
    "evaluate",
    "exceptionInfo",
    "initialize",
    "launch",
    "loadedSources",
    "modules",
    "next",
    "pause",
    "restart",
    "scopes",
    "setBreakpoints",
    "setDataBreakpoints",
    "setExceptionBreakpoints",
    "setExpression",
    "setFunctionBreakpoints",
    "setVariable",
    "source",
    "stackTrace",
    "stepIn",
    "stepInTargets",
    "stepOut",
    "terminate",
    "terminateThreads",
    "threads",
    "variables",
)
EVENTS = (
    "breakpoint",
    "capabilities",
    "continued",
    "exited",
    "initialized",
    "invalidated",
    "loadedSource",
    "module",
    "output",
    "process",
    "progressEnd",
    "progressStart",
    "progressUpdate",
    "stopped",
    "terminated",
    "thread",
)
_SIMPLE = {"string": "str", "integer": "int", "boolean": "bool", "number": "float", "null": "None"}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")

_HEAD = '''"""Messages of the Debug Adapter Protocol, version {version}.

Made by `python -m scripts.dap_types` from the schema that the protocol publishes (debugAdapterProtocol.json,
https://github.com/microsoft/debug-adapter-protocol, MIT); change that, not this.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec
'''


class Field(NamedTuple):
    """A property of a struct."""

    name: str
    json_name: str
    type: str
    required: bool


def generate(schema: Mapping[str, Any], version: str) -> str:
    """The module's text. Raises KeyError where the schema has no such request or event."""
    return _Generator(schema["definitions"]).module(version)


def python_name(json_name: str) -> str:
    """A property's name in Python: `linesStartAt1` is `lines_start_at1`, `__restart` is `restart_`."""
    name = "_".join(word.lower() for word in _WORD.findall(json_name))
    return f"{name}_" if keyword.iskeyword(name) or json_name.startswith("_") else name


class _Generator:
    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._wanted: dict[str, Mapping[str, Any]] = {}
        """By name, in the order in which they are met; more are met while they are written."""

    def module(self, version: str) -> str:
        arguments = {command: self._arguments(command) for command in REQUESTS}
        for command in REQUESTS:
            self._body(self._definitions[f"{_upper(command)}Response"], f"{_upper(command)}ResponseBody")
        events = {
            event: self._body(self._definitions[f"{_upper(event)}Event"], f"{_upper(event)}EventBody")
            for event in EVENTS
        }
        texts: dict[str, str] = {}
        while missing := [name for name in self._wanted if name not in texts]:
            for name in missing:
                texts[name] = self._definition(name, self._wanted[name])
        # An alias is evaluated where it stands; what structs name is looked up when they are first used.
        aliases = sorted(name for name in texts if "TypeAlias" in texts[name])
        structs = sorted(name for name in texts if name not in aliases)
        head = "\n".join((_HEAD.format(version=version), *(texts[name] for name in aliases)))
        parts = [head, *(texts[name] for name in structs)]
        parts.append(
            _table("REQUESTS", arguments, "The arguments of the requests that are served, by command.")
        )
        parts.append(_table("EVENTS", events, "The bodies of the events that are sent, by name."))
        return "\n\n".join(parts)

    def _arguments(self, command: str) -> str | None:
        properties, _ = _merged(self._definitions[f"{_upper(command)}Request"], self._definitions)
        return self._type(properties["arguments"]) if "arguments" in properties else None

    def _body(self, message: Mapping[str, Any], name: str) -> str | None:
        properties, _ = _merged(message, self._definitions)
        body = properties.get("body")
        if body is None or "properties" not in body:
            return self._type(body) if body is not None and "$ref" in body else None
        self._wanted.setdefault(name, body)
        return name

    def _definition(self, name: str, definition: Mapping[str, Any]) -> str:
        if definition.get("type") == "string":
            known = definition.get("enum")
            return f"{name}: TypeAlias = {_literal(known) if known else 'str'}\n"
        lines = [f'class {name}(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):']
        lines += _docstring(definition.get("description", ""), name)
        for field in self._fields(definition):
            lines.append(f"    {_declaration(field)}")
        return "\n".join(lines) + "\n"

    def _fields(self, definition: Mapping[str, Any]) -> Iterator[Field]:
        properties, required = _merged(definition, self._definitions)
        fields = [
            Field(python_name(name), name, self._type(value), name in required)
            for name, value in properties.items()
        ]
        yield from sorted(fields, key=lambda field: not field.required)

    def _type(self, value: Mapping[str, Any]) -> str:
        if "$ref" in value:
            name = value["$ref"].rpartition("/")[2]
            self._wanted.setdefault(name, self._definitions[name])
            return str(name)
        if "enum" in value:
            return _literal(value["enum"])
        kind = value.get("type")
        if kind == "array":
            return f"tuple[{self._type(value['items'])}, ...]"
        if isinstance(kind, list):
            return "Any" if "object" in kind else " | ".join(_SIMPLE[one] for one in kind)
        if kind == "object":
            return f"dict[str, {self._type(value.get('additionalProperties', {}))}]"
        return "Any" if kind is None else _SIMPLE[kind]


def _merged(definition: Mapping[str, Any], definitions: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The properties of all parts of a definition, and which must be there."""
    properties: dict[str, Any] = {}
    required: set[str] = set()
    for part in definition.get("allOf", ()):
        found = definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        more, needed = _merged(found, definitions)
        if "$ref" in part:
            # `body` and `arguments` of the base messages are anything at all: what they are is said by the others.
            more = {name: value for name, value in more.items() if name not in ("body", "arguments")}
        properties |= more
        required |= needed
    properties |= definition.get("properties", {})
    return properties, required | set(definition.get("required", ()))


def _upper(name: str) -> str:
    return name[0].upper() + name[1:]


def _literal(values: list[str]) -> str:
    return f"Literal[{', '.join(repr(value) for value in values)}]"


def _docstring(description: str, name: str) -> list[str]:
    first = re.split(r"(?<=\.)\s", " ".join(description.split()), maxsplit=1)[0] or f"The body of {name}."
    if name.endswith(("ResponseBody", "EventBody")) and not description:
        of = name.removesuffix("ResponseBody").removesuffix("EventBody")
        kind = "response to" if name.endswith("ResponseBody") else "event"
        first = f"Of the {kind} `{of[0].lower()}{of[1:]}`."
    wrapped = textwrap.wrap(first.replace('"', "'"), 112)
    if len(wrapped) == 1:
        return [f'    """{wrapped[0]}"""', ""]
    return [f'    """{wrapped[0]}', *(f"    {line}" for line in wrapped[1:]), '    """', ""]


def _declaration(field: Field) -> str:
    type_ = field.type
    renamed = msgspec_camel(field.name) != field.json_name
    if not field.required:
        if "None" not in type_ and type_ != "Any":
            type_ = f"{type_} | None"
        default = f'msgspec.field(default=None, name="{field.json_name}")' if renamed else "None"
        return f"{field.name}: {type_} = {default}"
    return f"{field.name}: {type_}" + (f' = msgspec.field(name="{field.json_name}")' if renamed else "")


def msgspec_camel(name: str) -> str:
    """What msgspec's `rename="camel"` makes of a name."""
    first, *rest = name.strip("_").split("_")
    return first + "".join(word.title() for word in rest) + ("_" if name.endswith("_") else "")


def _table(name: str, rows: Mapping[str, str | None], meaning: str) -> str:
    lines = [f"{name}: dict[str, type[msgspec.Struct] | None] = {{"]
    lines += (f'    "{key}": {value},' for key, value in rows.items())
    return "\n".join((*lines, "}", f'"""{meaning}"""', ""))
