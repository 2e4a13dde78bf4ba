"""Rows: the rules beside pyshacl on the same graph, alone and with the places of what they find."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Given, Pair, Row, at_least, at_most, beside
from benchmarks.material import CORPUS, EXAMPLE, documents, largest

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.model import Triple
    from kgbuild.validate import Report


def agree(ours: Report, theirs: Report) -> bool:
    """Tell whether two reports say the same: the verdict, and of each result all that is acted on."""
    mine, other = (
        sorted(repr((r.shape, r.focus, r.path, r.value, r.component, r.severity, r.messages)) for r in report.results)
        for report in (ours, theirs)
    )
    return ours.conforms is theirs.conforms and mine == other


def graph(path: Path) -> frozenset[Triple]:
    """Return what of a document is validated."""
    import kgbuild

    built = kgbuild.build(path, validate=False).built
    return frozenset(built.asserted | built.graphs.vocabulary)


def rules(given: Given) -> list[Pair]:
    """The rules over triples in memory, words and all, by the engine that is the default, and by pyshacl."""
    from kgbuild.validate import validate

    files = [*documents(full=given.full), *([largest()] if CORPUS.is_dir() else [])]
    graphs = {path.name: graph(path) for path in files}
    return [
        beside(name, partial(validate, triples), partial(validate, triples, engine="pyshacl"), given, alike=agree)
        for name, triples in graphs.items()
    ]


def findings(given: Given) -> list[Pair]:
    """All findings with the sentences that they rest on, beside pyshacl alone."""
    import pyshacl

    from kgbuild.api.judge import Judging, judge_graph
    from kgbuild.config import data_dir
    from kgbuild.graph.interchange import to_rdflib
    from kgbuild.store import read_quads

    shapes, ontology = (
        to_rdflib(q[:3] for q in read_quads(data_dir(folder) / "gplan.ttl")) for folder in ("shapes", "ontology")
    )
    triples = graph(EXAMPLE)

    def alone() -> bool:
        options: Any = {"inference": "none", "inplace": True, "allow_warnings": True, "allow_infos": True}
        return bool(pyshacl.validate(to_rdflib(triples), shacl_graph=shapes, ont_graph=ontology, **options)[0])

    def ours() -> bool:
        return judge_graph(triples, Judging(sources=(EXAMPLE,)), name="").conforms

    return [beside(EXAMPLE.name, ours, alone, given, alike=bool.__eq__)]


ROWS = [
    Row(
        name="rules",
        work="rules of one document, in memory",
        beside="pyshacl on the same",
        aim=at_least(50),
        measure=rules,
    ),
    Row(
        name="findings",
        work="rules, and findings with their places",
        beside="pyshacl alone",
        aim=at_most(1.1),
        measure=findings,
    ),
]
