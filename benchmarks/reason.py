"""Measures the closure beside owlrl on the same triples, in one run. Usage: python benchmarks/reason.py [FILE …]."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"


def main() -> None:
    """Print a line for each file: triples, seconds of both, ratio."""
    import kgbuild
    from kgbuild.api import ontology
    from kgbuild.graph.owlrl_reference import close_owlrl
    from kgbuild.graph.reason import compile_rules, reason

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=[EXAMPLE])
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    axioms = ontology()
    compiling = best(lambda: compile_rules(axioms), given.runs)
    rules = compile_rules(axioms)
    print(f"compiling the ontology, once a process: {compiling * 1000:.1f} ms")
    print("| file | triples | inferred | ours, ms | owlrl, s | ratio |\n|---|---|---|---|---|---|")
    for file in given.files:
        built = kgbuild.build(file, validate=False).built
        triples = built.asserted | built.graphs.vocabulary
        closure = reason(triples, rules)
        if close_owlrl(triples, axioms) != closure.new:
            sys.exit(f"{file.name}: the closures differ; there is nothing to compare")
        ours = best(lambda triples=triples: reason(triples, rules), given.runs)  # type: ignore[misc]
        theirs = best(lambda triples=triples: close_owlrl(triples, axioms), 1)  # type: ignore[misc]
        counts = f"{len(triples)} | {len(closure.new)}"
        print(f"| {file.name} | {counts} | {ours * 1000:.1f} | {theirs:.2f} | {theirs / ours:.0f} × |")


def best(work: Callable[[], object], runs: int) -> float:
    """Return the shortest of several runs, in seconds: what the work costs on a machine that others share."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
