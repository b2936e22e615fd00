"""Settings that hold more than one value: module filters, levels by module, outputs."""

from __future__ import annotations

from abc import abstractmethod
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from debug.config import FILTER_TYPES, FilterRule
from debug.nearest import nearest
from debug.outputs.specs import (
    ENTRY_POINT_GROUP,
    FORMATS,
    KINDS,
    OutputSpec,
    OutputSpecError,
    check,
    parse_spec,
)
from llmspell_cli.config.kinds import (
    Boolean,
    BooleanOrAuto,
    Choice,
    Duration,
    Finding,
    Integer,
    Kind,
    LevelName,
    Size,
    Text,
    meant,
    wrong,
)

if TYPE_CHECKING:
    from llmspell_cli.config.kinds import KeyPath

_LEVEL = LevelName()


class Field(NamedTuple):
    """One key of a table in an array of tables."""

    name: str
    kind: Kind
    description: str
    required: bool = False


class Records(Kind):
    """An array of tables, each with the same fields."""

    fields: tuple[Field, ...] = ()

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        if not isinstance(value, list):
            expected = f"an array of tables, each under [[{'.'.join(map(str, path))}]]"
            return wrong(value, expected, path, findings)
        records = []
        for index, item in enumerate(value):
            before = len(findings)
            fields = self._read_fields(item, (*path, index), findings)
            if len(findings) == before:
                records.append(self.make(fields, (*path, index), findings))
        return tuple(records)

    def _read_fields(self, item: object, path: KeyPath, findings: list[Finding]) -> dict[str, Any]:
        if not isinstance(item, dict):
            wrong(item, "a table", path, findings)
            return {}
        known = {field.name: field for field in self.fields}
        read = {}
        misspelt = set()
        for name, value in item.items():
            if field := known.get(name):
                read[name] = field.kind.read(value, (*path, name), findings)
            else:
                expected, hint = f"one of {', '.join(known)}", meant(name, known)
                misspelt.add(nearest(name, known))
                findings.append(Finding((*path, name), f"unknown key {name!r}", expected, hint))
        for field in self.fields:
            if field.required and field.name not in item and field.name not in misspelt:
                findings.append(Finding(path, f"{field.name!r} is missing"))
        return read

    @abstractmethod
    def make(self, fields: dict[str, Any], path: KeyPath, findings: list[Finding]) -> Any:
        """The record from its fields; adds to `findings` what is wrong with the whole of it."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    field.name: {"description": field.description, **field.kind.schema()}
                    for field in self.fields
                },
                "required": [field.name for field in self.fields if field.required],
                "additionalProperties": False,
            },
        }


class Filters(Records):
    """Module filter rules; as text `+workflow.*,-*.test`."""

    label = "array of tables"
    fields = (
        Field(
            "pattern", Text(), "Module name or pattern: `a.b.*` is hierarchical, `*.test` a wildcard.", True
        ),
        Field("enabled", Boolean(), "true lets the module through, false keeps it out. Default true."),
        Field("type", Choice(*FILTER_TYPES), "How the pattern matches. Default: told from the pattern."),
        Field("description", Text(), "What the rule is for."),
    )

    def make(self, fields: dict[str, Any], path: KeyPath, findings: list[Finding]) -> FilterRule:
        rule = FilterRule(
            fields["pattern"], fields.get("enabled", True), fields.get("type"), fields.get("description")
        )
        if rule.pattern_type == "regex":
            _check_regex(rule.pattern, (*path, "pattern"), findings)
        return rule

    def read_text(self, text: str, findings: list[Finding]) -> Any:
        rules = []
        for word in text.split(","):
            item = word.strip()
            pattern = item[1:].strip() if item[:1] in ("+", "-") else item
            if pattern:
                rules.append(FilterRule(pattern, enabled=not item.startswith("-")))
            else:
                wrong(word, "module patterns such as +workflow.*,-*.test", (), findings)
        return tuple(rules)

    def write(self, value: Any) -> Any:
        return [
            {
                "pattern": rule.pattern,
                "enabled": rule.enabled,
                **({} if rule.pattern_type is None else {"type": rule.pattern_type}),
                **({} if rule.description is None else {"description": rule.description}),
            }
            for rule in value
        ]


class Options(Kind):
    """A table of text by name."""

    label = "table of strings"

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            return wrong(value, 'a table of strings such as { url = "..." }', path, findings)
        return tuple(value.items())

    def write(self, value: Any) -> Any:
        return dict(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {"type": "string"}}


class Outputs(Records):
    """Places that entries go to; as text what `--debug-output` takes, in a variable with commas between."""

    label = "array of tables"
    fields = (
        Field("kind", Text(), "`console`, `file`, `json` (JSON lines), or the kind of a plug-in.", True),
        Field(
            "path", Text(), "The file, relative to the configuration file; what a plug-in calls its target."
        ),
        Field("format", Choice(*FORMATS), "How an entry is written. Default: `text`, or JSON for `json`."),
        Field("max_bytes", Size(), "Size at which the file is rotated. Default: never."),
        Field("keep", Integer(0, 999_999), "How many rotated files are kept. Default 5."),
        Field("options", Options(), "What a plug-in is told besides."),
    )

    def make(self, fields: dict[str, Any], path: KeyPath, findings: list[Finding]) -> OutputSpec:
        output = OutputSpec(
            fields["kind"],
            fields.get("path"),
            fields.get("format"),
            fields.get("max_bytes"),
            fields.get("keep"),
            fields.get("options", ()),
        )
        if output.kind not in KINDS:
            if not _is_plugin(output.kind):
                wrong(output.kind, f"one of {', '.join(KINDS)}", (*path, "kind"), findings, KINDS)
            return output
        if output.options:
            findings.append(Finding((*path, "options"), f"the {output.kind} output has no further options"))
        try:
            check(output)
        except OutputSpecError as error:
            findings.append(Finding(path, str(error)))
        return output

    def read_text(self, text: str, findings: list[Finding]) -> Any:
        try:
            return (parse_spec(text.strip()),)
        except OutputSpecError as error:
            findings.append(Finding((), str(error)))
            return ()

    def split_variable(self, text: str) -> list[str]:
        return text.split(",")

    def write(self, value: Any) -> Any:
        written = []
        for output in value:
            held = {"path": output.target, "options": output.options or None}
            fields = {field.name: (field.kind, held.get(field.name)) for field in self.fields}
            for name in ("kind", "format", "max_bytes", "keep"):
                fields[name] = (fields[name][0], getattr(output, name))
            written.append(
                {name: kind.write(value) for name, (kind, value) in fields.items() if value is not None}
            )
        return written


class Levels(Kind):
    """A table of levels by module; as text `a.b=trace,c=off`."""

    label = "table of module = level"

    def read(self, value: object, path: KeyPath, findings: list[Finding]) -> Any:
        if not isinstance(value, dict):
            return wrong(value, 'a table such as "workflow" = "trace"', path, findings)
        levels = {}
        for module, name in value.items():
            if isinstance(name, dict) and name:
                quoted = f'"{module}.{next(iter(name))}"'
                hint = f"a dotted name needs quotes: {quoted}"
                findings.append(Finding((*path, module), "a table stands where a level is", hint=hint))
                continue
            self._check_module(module, (*path, module), findings)
            levels[module] = _LEVEL.read(name, (*path, module), findings)
        return levels

    def read_text(self, text: str, findings: list[Finding]) -> Any:
        levels = {}
        for word in text.split(","):
            module, equals, name = (part.strip() for part in word.partition("="))
            if not equals:
                wrong(word, "modules and levels such as workflow=trace,http=warn", (), findings)
                continue
            self._check_module(module, (), findings)
            levels[module] = _LEVEL.read_text(name, findings)
        return levels

    def write(self, value: Any) -> Any:
        return {module: _LEVEL.write(level) for module, level in value.items()}

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": {"pattern": r"^[^*?\[]*[^*?\[.\s](\.\*)?$"},
            "additionalProperties": _LEVEL.schema(),
        }

    def _check_module(self, module: str, path: KeyPath, findings: list[Finding]) -> None:
        name = module.removesuffix(".*")
        if not name.strip() or name.endswith(".") or any(letter in name for letter in "*?["):
            wrong(
                module,
                "a module name such as workflow.step1, which counts for those under it too",
                path,
                findings,
            )


def _check_regex(pattern: str, path: KeyPath, findings: list[Finding]) -> None:
    """Compile a regex rule as the filter will. Only configurations that hold one pay for the import."""
    from debug.filters import FilterError, ModuleFilter

    try:
        ModuleFilter().add(pattern, True, "regex")
    except FilterError as error:
        findings.append(Finding(path, str(error)))


def _is_plugin(kind: str) -> bool:
    """Whether an installed distribution brings this kind of output."""
    from importlib.metadata import entry_points

    return any(point.name == kind for point in entry_points(group=ENTRY_POINT_GROUP))


_KINDS: dict[str, type[Kind]] = {
    "boolean": Boolean,
    "boolean_or_auto": BooleanOrAuto,
    "choice": Choice,
    "duration": Duration,
    "filters": Filters,
    "integer": Integer,
    "level": LevelName,
    "levels": Levels,
    "outputs": Outputs,
    "size": Size,
    "text": Text,
}


@cache
def make_kind(name: str, *limits: Any) -> Kind:
    """The kind of that name: the words of a choice, the bounds of an integer, the absent word of a text."""
    return _KINDS[name](*limits)
