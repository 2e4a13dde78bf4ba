"""Row: every saved query on a store of many documents, beside raw pyoxigraph. As a program: beside rdflib too.

    python -m benchmarks.queries [FOLDER] [--documents 100] [--runs 5] [--timeout 20] [--no-rdflib]

FOLDER holds documents of any format that kgbuild reads; without it the example is taken. Each is built once; with fewer
files than documents they are taken again, their keys changed, so that no two are one. All engines hold the same triples
and answer the same text.
Rows are compared as multisets before their times count. Ours and pyoxigraph run in turn, and the median counts; rdflib
runs once, in a process that is ended after `--timeout` seconds: then the ratio is a lower bound.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import multiprocessing
import statistics
import tempfile
import time
from collections import Counter
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
from benchmarks.harness import Aim, DifferError, Given, Pair, Row, beside, seconds
from benchmarks.material import CORPUS, EXAMPLE

from kgbuild import api, terms
from kgbuild.errors import InputError
from kgbuild.queries.lookup import valid_values
from kgbuild.queries.run import bound_query
from kgbuild.queries.template import load_templates
from kgbuild.store import DiskStore, Source, Store, write_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection

    import rdflib

    from kgbuild.model import Triple
    from kgbuild.queries.template import Param, Template
    from kgbuild.store import Quad

DOCUMENTS = 100
TRIES = 200
DAY = "2099-12-31"
"""A day behind all deadlines, for the parameters that are days."""
Table = Counter[tuple[str, ...]]
"""Rows with the times that each comes, cells as `plain` writes them."""


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for rdflib, each query")
    parser.add_argument("--no-rdflib", action="store_true")
    args = parser.parse_args()
    sources = built(files(args.folder), args.documents)
    quads = quads_of(sources)
    tree = [quad[:3] for quad in quads if not quad[3]]
    with tempfile.TemporaryDirectory() as folder:
        with write_store(Path(folder) / "store") as writer:
            for source in sources:
                writer.load(source, tree)
        disk = DiskStore(Path(folder) / "store")
        triples = {(s, p, o) for s, p, o, _ in quads}
        print(f"{len(triples)} triples in the union of {len(quads)} quads")
        theirs = None if args.no_rdflib else Rdflib(triples, timeout=args.timeout)
        compare(Store(quads), disk, raw_store(triples), theirs, runs=args.runs)


def saved(given: Given) -> list[Pair]:
    """Each saved query on documents in memory: from its text to typed values, beside pyoxigraph from text to cells."""
    folder = CORPUS if CORPUS.is_dir() else None
    quads = quads_of(built(files(folder), DOCUMENTS))
    ours, raw = Store(quads), raw_store({(s, p, o) for s, p, o, _ in quads})
    pairs = []
    for name, template in load_templates().items():
        query = example(template, ours)
        # What a cell is read as is compared apart, on terms: the two sides are timed as their users call them.
        if table(ours.answer(query).rows) != raw_table(raw, query):
            raise DifferError(name)
        pairs.append(beside(name, partial(ours.select, query), partial(cells, raw, query), given, alike=None))
    return pairs


# -- the data -----------------------------------------------------------------------------------------------------
def files(folder: Path | None) -> list[Path]:
    """Return the documents of a folder, or the example."""
    return [EXAMPLE] if folder is None else sorted(p for p in folder.iterdir() if p.is_file())


def quads_of(sources: Iterable[Source]) -> list[Quad]:
    """Return all quads of documents, and the tree of classes in the default graph."""
    quads = [(*t, f"<{name}>") for s in sources for name, triples in s.graphs.items() for t in triples]
    return quads + [(*t, "") for t in api.ontology() if t[1] == f"<{terms.RDFS}subClassOf>"]


def built(paths: Iterable[Path], count: int) -> list[Source]:
    """Return the graphs of so many documents, built from files; a format that is not read is left out."""
    results: list[api.Result] = []
    for path in paths:
        if len(results) == count:
            break
        with contextlib.suppress(InputError):
            results.append(api.build(path, validate=False))
    sources = []
    for i in range(count):
        result, turn = results[i % len(results)], i // len(results)
        key = result.built.source.key
        graphs = {
            _other(name, key, turn): [_other_triple(t, key, turn) for t in triples]
            for name, triples in result.graphs().items()
        }
        sources.append(Source(base=result.built.base, key=_other(key, key, turn), graphs=graphs))
    return sources


def _other(term: str, key: str, turn: int) -> str:
    """A term of the n-th copy of a document: nodes of documents get keys of their own, registers stay."""
    if not turn or term.startswith(f"<{terms.ID}"):
        return term
    term = term.replace(key, f"{key[:-3]}{turn:03d}")
    for kind in ("document", "section", "action", "group"):
        term = term.replace(f"/id/{kind}/", f"/id/{kind}/{turn:x}")
    return term


def _other_triple(triple: Triple, key: str, turn: int) -> Triple:
    s, p, o = triple
    return _other(s, key, turn), p, _other(o, key, turn)


def example(template: Template, store: Store) -> str:
    """Return the query with valid values for its required parameters, such that there are rows if any value has some.

    Of two parameters of one kind the second takes the next value.
    """
    query = ""
    required = [param for param in template.params if param.required]
    valid = [_values(store, param) for param in required]
    for turn in range(TRIES if required else 1):
        values = {
            p.name: known[(turn + i) % len(known)] for i, (p, known) in enumerate(zip(required, valid, strict=True))
        }
        query = bound_query(template, store, values)
        if store.answer(query, limit=1).rows:
            break
    return query


def _values(store: Store, param: Param) -> list[str]:
    return [DAY] if param.type == "date" else [str(row[-1]) for row in valid_values(store, param).rows]


# -- the engines --------------------------------------------------------------------------------------------------
def raw_store(triples: Iterable[Triple]) -> ox.Store:
    """Return pyoxigraph's own store with the triples, in the order that is best for it."""
    store = ox.Store()
    lines = "".join(sorted(f"{s} {p} {o} .\n" for s, p, o in triples))
    store.bulk_load(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    return store


def cells(store: ox.Store, query: str) -> list[tuple[object, ...]]:
    """Ask pyoxigraph itself and look at each cell, as every user does: the engine decodes a cell only then."""
    found = store.query(query)
    return [(bool(found),)] if isinstance(found, ox.QueryBoolean) else [tuple(row) for row in found]


class Rdflib:
    """rdflib with the triples, in processes that can be ended."""

    def __init__(self, triples: Iterable[Triple], *, timeout: float) -> None:
        from kgbuild.graph.interchange import to_rdflib

        self._graph = to_rdflib(sorted(triples))
        self._timeout = timeout

    def ask(self, query: str) -> tuple[float, Table | None]:
        """Return the milliseconds and the rows of a query; no rows where the time was over."""
        # A fork shares the graph, which took a minute to load.
        context = multiprocessing.get_context("fork")
        mine, other = context.Pipe(duplex=False)
        worker = context.Process(target=self._answer, args=(query, other), daemon=True)
        worker.start()
        other.close()
        try:
            if mine.poll(self._timeout):
                return cast("tuple[float, Table]", mine.recv())
            return self._timeout * 1000, None
        finally:
            worker.kill()
            worker.join()

    def _answer(self, query: str, out: Connection) -> None:
        started = time.perf_counter()
        found = list(self._graph.query(query))
        taken = (time.perf_counter() - started) * 1000
        out.send((taken, Counter(_rdflib_rows(found))))


def _rdflib_rows(found: list[Any]) -> Iterator[tuple[str, ...]]:
    for row in found:
        if isinstance(row, bool):
            yield (str(row).lower(),)
        else:
            yield tuple(plain(None if cell is None else _rdflib_cell(cell)) for cell in row)


def _rdflib_cell(cell: rdflib.term.Identifier) -> tuple[str, str]:
    return str(cell), str(getattr(cell, "language", None) or getattr(cell, "datatype", None) or "")


def plain(cell: tuple[str, str] | None) -> str:
    """Write a cell so that engines can be compared: numbers by value, since they differ in the form of sums."""
    if cell is None:
        return ""
    text, kind = cell
    if kind in (f"{terms.XSD}integer", f"{terms.XSD}decimal"):
        return format(Decimal(text).normalize(), "f")
    return f"{text}@{kind}" if kind and ":" not in kind else text


def table(rows: Iterable[Iterable[str | None]]) -> Table:
    """Return our rows, terms in N-Triples, as `plain` writes them."""
    return Counter(tuple(plain(None if term is None else _our_cell(term)) for term in row) for row in rows)


def _our_cell(term: str) -> tuple[str, str]:
    if not term.startswith('"'):
        return term.strip("<>"), ""
    kind = term[term.rindex('"') + 1 :]
    return terms.lexical(term), kind[1:] if kind.startswith("@") else kind[3:-1]


# -- the comparison -----------------------------------------------------------------------------------------------
def compare(ours: Store, disk: DiskStore, raw: ox.Store, theirs: Rdflib | None, *, runs: int) -> None:
    """Print the table: milliseconds, and how many times ours the others take (`x`) or ours takes theirs (`÷`)."""
    ratios: dict[str, list[float]] = {"ours ÷ pyoxigraph": [], "disk ÷ pyoxigraph": [], "rdflib ÷ ours": []}
    differing: list[str] = []
    late: list[str] = []
    print(f"{'query':32}{'rows':>7}{'ours':>9}{'disk':>9}{'pyoxi':>9}{'÷':>6}{'rdflib':>10}{'x':>9}")
    for name, template in load_templates().items():
        query = example(template, ours)
        rows = table(ours.answer(query).rows)
        if table(disk.answer(query).rows) != rows or raw_table(raw, query) != rows:
            differing.append(name)
        mine, stored, engine = timed(
            [partial(ours.select, query), partial(disk.select, query), partial(cells, raw, query)], runs=runs
        )
        ratios["ours ÷ pyoxigraph"].append(mine / engine)
        ratios["disk ÷ pyoxigraph"].append(stored / engine)
        line = f"{name:32}{rows.total():7}{mine:9.1f}{stored:9.1f}{engine:9.1f}{mine / engine:6.2f}"
        if theirs is not None:
            other, answer = theirs.ask(query)
            late += [name] if answer is None else []
            differing += [f"{name} (rdflib)"] if answer is not None and answer != rows else []
            ratios["rdflib ÷ ours"].append(other / mine)
            line += f"{'>' if answer is None else '':>2}{other:8.0f}{other / mine:9.1f}"
        print(line, flush=True)
    for name, values in ratios.items():
        if values:
            mean = math.exp(statistics.fmean(map(math.log, values)))
            print(f"{name}: geometric mean {mean:.2f}, least {min(values):.2f}, most {max(values):.2f}")
    print(f"rows differ: {', '.join(differing) or 'nowhere'}")
    print(f"rdflib was ended, ratio at least: {', '.join(late) or 'never'}")


def raw_table(raw: ox.Store, query: str) -> Table:
    """Return the rows of pyoxigraph itself."""
    return table([None if c is None else _raw_cell(c) for c in row] for row in cells(raw, query))


def _raw_cell(cell: object) -> str:
    return terms.literal(str(cell).lower()) if isinstance(cell, bool) else str(cell)


def timed(calls: list[Callable[[], object]], *, runs: int) -> list[float]:
    """Return the median of the milliseconds that each call takes, the calls in turn."""
    taken = [[1000 * seconds(call) for call in calls] for _ in range(runs)]
    return [statistics.median(times) for times in zip(*taken, strict=True)]


ROWS = [
    Row(
        name="queries",
        work=f"every saved query, {DOCUMENTS} documents in memory",
        beside="raw pyoxigraph",
        aim=Aim(faster=False, mean=1.1, each=1.5),
        measure=saved,
    )
]

if __name__ == "__main__":
    main()
