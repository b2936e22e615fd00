"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmarks import calls, entries, growth, report, resident, start_up, threads
from scripts.benchmarks.lua import BenchmarkError
from scripts.benchmarks.measure import FULL, QUICK

if TYPE_CHECKING:
    from scripts.benchmarks.measure import Growth, Row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
PARTS = {
    "calls": calls.rows,
    "entries": entries.rows,
    "start-up": start_up.rows,
    "threads": threads.rows,
    "resident": resident.rows,
}
GROWTH = "growth"


def main() -> int:
    """Measure what was asked for, print it, and write the page on request."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Ratios against peers, side by side.")
    parser.add_argument("language", choices=["lua"], help="whose benchmarks")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller sizes")
    parser.add_argument("--only", metavar="TEXT", default="", help="only the parts with TEXT in their name")
    parser.add_argument("--list", action="store_true", help="name the parts and stop")
    parser.add_argument(
        "--write", action="store_true", help=f"write {PAGE.name} (a whole, unhurried run only)"
    )
    wanted = parser.parse_args()
    names = [name for name in (*PARTS, GROWTH) if wanted.only in name]
    if wanted.list:
        print("\n".join(names))
        return 0
    if not names:
        parser.error(f"no part has {wanted.only!r} in its name; --list names them")
    if wanted.write and (wanted.quick or wanted.only):
        parser.error("--write needs a whole run: leave --quick and --only out")

    effort = QUICK if wanted.quick else FULL
    rows: list[Row] = []
    growths: list[Growth] = []
    failed: list[str] = []
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            if name == GROWTH:
                growths += growth.tables(effort)
            else:
                rows += PARTS[name](effort)
        except BenchmarkError as error:  # the other parts still have figures to give
            failed.append(name)
            print(f"{name}: no figure: {error}", file=sys.stderr, flush=True)
    print(report.machine(), end="\n\n")
    if rows:
        print(report.rows_table(rows), end="\n\n")
    for table in growths:
        print(report.growth_table(table), end="\n\n")
    if wanted.write and not failed:
        PAGE.write_text(report.page("scripts/bench lua --write", rows, growths), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
