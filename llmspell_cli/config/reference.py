"""The table of settings as the documentation shows it.

`python -m llmspell_cli.config.reference docs/configuration.md` puts the current table into the page.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from llmspell_cli.config.groups import Records
from llmspell_cli.config.settings import SETTINGS, Setting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BEGIN = "<!-- settings: written by llmspell_cli.config.reference -->"
END = "<!-- end of settings -->"


def settings_table() -> str:
    """Markdown: every setting, and under it the fields of the arrays of tables."""
    parts = [
        _table(
            ("Key", "Value", "Default", "Flag", "Variable", "Meaning"),
            [_row(setting) for setting in SETTINGS],
        )
    ]
    for setting in SETTINGS:
        kind = setting.kind
        if isinstance(kind, Records):
            fields = [
                (f"`{field.name}`", field.kind.label, "yes" if field.required else "", field.description)
                for field in kind.fields
            ]
            heading = f"A table under `[[{setting.key}]]` has:"
            parts.append(f"{heading}\n\n{_table(('Key', 'Value', 'Required', 'Meaning'), fields)}")
    return "\n".join(parts)


def with_current_table(page: str) -> str:
    """The page with what stands between the two marks replaced. Raises ValueError where they are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{settings_table()}\n{END}{after}"


def _row(setting: Setting) -> tuple[str, ...]:
    default = json.dumps(setting.kind.write(setting.default))
    flag = "" if setting.flag is None else f"`{setting.flag}`"
    return (
        f"`{setting.key}`",
        setting.kind.label,
        f"`{default}`",
        flag,
        f"`{setting.variable}`",
        setting.description,
    )


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def rewrite(path: Path) -> None:
    """Bring the page in `path` up to date."""
    path.write_text(with_current_table(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    from pathlib import Path as _Path

    rewrite(_Path(sys.argv[1]))
