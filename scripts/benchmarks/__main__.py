"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmarks import report
from scripts.benchmarks.measure import FULL, QUICK, BenchmarkError, Measured

if TYPE_CHECKING:
    from scripts.benchmarks.measure import Part

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def main() -> int:
    """Measure what was asked for, print it, and write the page on request."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Ratios against peers, side by side.")
    parser.add_argument("subject", choices=[*report.TITLES], help="whose benchmarks")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller sizes")
    parser.add_argument("--only", metavar="TEXT", default="", help="only the parts with TEXT in their name")
    parser.add_argument("--list", action="store_true", help="name the parts and stop")
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"write that subject's section of {PAGE.name} (a whole, unhurried run only)",
    )
    wanted = parser.parse_args()
    parts: dict[str, Part] = import_module(f"scripts.benchmarks.{wanted.subject}.parts").PARTS
    names = [name for name in parts if wanted.only in name]
    if wanted.list:
        print("\n".join(names))
        return 0
    if not names:
        parser.error(f"no part has {wanted.only!r} in its name; --list names them")
    if wanted.write and (wanted.quick or wanted.only):
        parser.error("--write needs a whole run: leave --quick and --only out")

    effort = QUICK if wanted.quick else FULL
    found: list[Measured] = []
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            found.append(Measured(name, tuple(parts[name](effort))))
        except BenchmarkError as error:  # the other parts still have figures to give
            print(f"{name}: no figure: {error}", file=sys.stderr, flush=True)
    print(report.machine())
    for measured in found:
        print(f"\n{report.tables(measured)}", flush=True)
    if len(found) < len(names):
        return 1
    if wanted.write:
        page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        PAGE.write_text(
            report.with_section(page, wanted.subject, report.section(wanted.subject, found)),
            encoding="utf-8",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
