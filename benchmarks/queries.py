"""Latency of every saved query on a store of many built documents, beside rdflib and raw pyoxigraph, in one run.

    python benchmarks/queries.py FOLDER [--documents 100] [--no-rdflib]

FOLDER holds documents of any format that kgbuild reads. Each is built once; with fewer files than documents they are
taken again, their keys and a part of their titles changed, so that no two are one. The answers of the three are
compared before anything is timed. Printed: milliseconds (median of five), and the ratios to ours.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kgbuild import api, terms
from kgbuild.errors import InputError
from kgbuild.graph.interchange import to_rdflib
from kgbuild.queries.lookup import valid_values
from kgbuild.queries.run import bound_query
from kgbuild.queries.template import load_templates
from kgbuild.store import DiskStore, Source, Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbuild.queries.template import Template


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--no-rdflib", action="store_true")
    args = parser.parse_args()
    sources = built(args.folder, args.documents)
    quads = [(*t, f"<{name}>") for s in sources for name, ts in s.graphs.items() for t in ts]
    ours = Store(quads)
    with tempfile.TemporaryDirectory() as folder:
        disk = DiskStore(Path(folder) / "store", write=True)
        for source in sources:
            disk.load(source)
        compare(ours, disk, rdflib=not args.no_rdflib)


def built(folder: Path, count: int) -> list[Source]:
    """Return the graphs of so many documents, built from the files of a folder."""
    results = []
    for path in sorted(p for p in folder.iterdir() if p.is_file())[:count]:
        try:
            results.append(api.build(path, validate=False))
        except InputError as e:
            print(f"left out: {e}")
    sources = []
    for i in range(count):
        result, turn = results[i % len(results)], i // len(results)
        key = result.built.source.key
        graphs = {
            name: [tuple(_other(t, key, turn) for t in triple) for triple in triples]
            for name, triples in result.graphs().items()
        }
        graphs = {_other(name, key, turn): ts for name, ts in graphs.items()}
        sources.append(Source(base=result.built.base, key=_other(key, key, turn), graphs=graphs))  # type: ignore[arg-type]
    print(f"{len(sources)} documents of {len(results)} files")
    return sources


def _other(term: str, key: str, turn: int) -> str:
    """A term of the n-th copy of a document: nodes of documents get keys of their own, registers stay."""
    if not turn or term.startswith(f"<{terms.ID}"):
        return term
    term = term.replace(key, f"{key[:-3]}{turn:03d}")
    for kind in ("document", "section", "action", "group"):
        term = term.replace(f"/id/{kind}/", f"/id/{kind}/{turn:x}")
    return term


def compare(ours: Store, disk: DiskStore, *, rdflib: bool) -> None:
    """Print the table."""
    triples = ours.answer("SELECT ?s ?p ?o { ?s ?p ?o }").rows
    print(f"{len(triples)} triples in the union")
    raw = ox.Store()
    raw.bulk_load("".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode(), format=ox.RdfFormat.N_TRIPLES)
    graph = to_rdflib((str(s), str(p), str(o)) for s, p, o in triples) if rdflib else None
    ratios: dict[str, list[float]] = {"pyoxigraph": [], "rdflib": []}
    print(f"{'query':32}{'rows':>7}{'ours':>9}{'disk':>9}{'pyoxi':>9}{'x':>6}{'rdflib':>10}{'x':>8}")
    for name, template in load_templates().items():
        query = bound_query(template, ours, parameters(template, ours))
        rows = ours.select(query)
        mine = timed(partial(ours.select, query))
        stored = timed(partial(disk.select, query))
        engine = timed(partial(asked, raw, query))
        line = f"{name:32}{len(rows):7}{mine:9.1f}{stored:9.1f}{engine:9.1f}{mine / engine:6.2f}"
        ratios["pyoxigraph"].append(mine / engine)
        if graph is not None:
            started = time.perf_counter()
            theirs = len(list(graph.query(query)))
            other = (time.perf_counter() - started) * 1000
            if theirs != len(rows) and not (theirs == 0 and rows.columns == ("boolean",)):
                line += f"  rdflib gives {theirs} rows"
            ratios["rdflib"].append(other / mine)
            line += f"{other:10.0f}{other / mine:8.1f}"
        print(line, flush=True)
    for name, values in ratios.items():
        if values:
            mean = math.exp(statistics.fmean(map(math.log, values)))
            print(f"{name}: geometric mean {mean:.2f}, least {min(values):.2f}, most {max(values):.2f}")


def parameters(template: Template, store: Store) -> dict[str, Any]:
    """Return values for the required parameters: for each the first that are valid, no two the same."""
    values: dict[str, Any] = {}
    for param in template.params:
        if param.required:
            known = [str(row[-1]) for row in valid_values(store, param).rows]
            values[param.name] = next(v for v in known if v not in values.values())
    return values


def asked(store: ox.Store, query: str) -> int:
    """Ask pyoxigraph itself."""
    return drained(store.query(query))


def drained(found: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean) -> int:
    """Take all rows, as every user does."""
    return 1 if isinstance(found, ox.QueryBoolean) else sum(1 for _ in found)


def timed(call: Callable[[], object], *, times: int = 5) -> float:
    """Return the median of the milliseconds that a call takes."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
