"""Measures validation beside pyshacl alone on the same data and shapes. Usage: benchmarks/validate.py [FILE …]."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"


def main() -> None:
    """Print a line for each file: seconds of pyshacl, of the rules with their words, of all findings with places."""
    import pyshacl

    import kgbuild
    from kgbuild.config import data_dir
    from kgbuild.graph.interchange import to_rdflib
    from kgbuild.judge import Asked, judge_graph
    from kgbuild.store import read_quads
    from kgbuild.validate import validate

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=[EXAMPLE])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    shapes, ontology = (
        to_rdflib(q[:3] for q in read_quads(data_dir(folder) / "gplan.ttl")) for folder in ("shapes", "ontology")
    )
    print("| file | triples | pyshacl alone, s | rules, s | ratio | findings with places, s | ratio |")
    print("|---|---|---|---|---|---|---|")
    for file in given.files:
        built = kgbuild.build(file, validate=False).built
        triples = built.asserted | built.graphs.vocabulary
        asked = Asked(sources=(file,))

        def alone(triples: frozenset[tuple[str, str, str]] = triples) -> bool:
            options: Any = {"inference": "none", "inplace": True, "allow_warnings": True, "allow_infos": True}
            data = to_rdflib(triples)
            return bool(pyshacl.validate(data, shacl_graph=shapes, ont_graph=ontology, **options)[0])

        if alone() is not validate(triples).conforms:
            sys.exit(f"{file.name}: the verdicts differ; there is nothing to compare")
        works: list[Callable[[], object]] = [
            alone,
            lambda triples=triples: validate(triples),  # type: ignore[misc]
            lambda triples=triples, asked=asked: judge_graph(triples, asked, name=""),  # type: ignore[misc]
        ]
        theirs, rules, findings = best_in_turn(works, given.runs)
        print(
            f"| {file.name} | {len(triples)} | {theirs:.2f} | {rules:.2f} | {rules / theirs:.2f} × |"
            f" {findings:.2f} | {findings / theirs:.2f} × |"
        )


def best_in_turn(works: list[Callable[[], object]], runs: int) -> list[float]:
    """Return the shortest time of each, run in turn so that a busy moment of the machine meets all of them."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, spent in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            spent.append(time.perf_counter() - start)
    return [min(spent) for spent in times]


if __name__ == "__main__":
    main()
