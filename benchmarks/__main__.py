"""Prints one table: our work, a reference beside it, the ratio, the aim, whether it is met.

    python -m benchmarks [ROW …] [--runs 5] [--full] [--list]

Exit code 1: the two sides of some row did not give the same. An aim that is not met is said in the table.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks import build, formats, growth, lexicon, queries, reason, validate
from benchmarks.harness import Given, table

ROWS = [row for module in (validate, build, formats, reason, lexicon, queries, growth) for row in module.ROWS]


def main() -> None:
    """Measure the rows that were asked for, all of them by default."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="names of rows, as --list prints them")
    parser.add_argument("--runs", type=int, default=5, help="repetitions of our side, of which the median counts")
    parser.add_argument("--full", action="store_true", help="all material of each row, and not a sample: an hour")
    parser.add_argument("--list", action="store_true", help="print the names of the rows, and measure nothing")
    args = parser.parse_args()
    known = {row.name: row for row in ROWS}
    if unknown := [name for name in args.rows if name not in known]:
        parser.error(f"no row {', '.join(unknown)}; rows: {', '.join(known)}")
    if args.list:
        print("\n".join(f"{row.name:20}{row.work}, beside {row.beside}" for row in ROWS))
        return
    chosen = [known[name] for name in args.rows] or ROWS
    agreed = True
    for is_same, line in table(chosen, Given(runs=args.runs, full=args.full)):
        agreed &= is_same
        print(line, flush=True)
    sys.exit(0 if agreed else 1)


if __name__ == "__main__":
    main()
