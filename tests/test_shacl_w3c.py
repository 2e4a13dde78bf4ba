"""The compiled engine against the W3C's own tests of SHACL Core and SPARQL.

The files are read from the shared material; a test is a document, a shapes graph and the report that is right.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

import pyoxigraph as ox
import pytest

from kgbuild import terms
from kgbuild.errors import InputError, NotCoveredError
from kgbuild.store.reading import term_text
from kgbuild.validate.compiled import run
from kgbuild.validate.data import Data
from kgbuild.validate.paths import parse_path
from kgbuild.validate.shapes import compile_shapes, sh

SHARED = Path(os.environ.get("KGBUILD_SHARED") or Path(__file__).resolve().parents[2] / "shared")
ROOT = SHARED / "conformance" / "shacl"
IS_REQUIRED = "shared" in os.environ.get("KGBUILD_REQUIRE", "").split(",")
needs_shared = pytest.mark.skipif(not ROOT.is_dir() and not IS_REQUIRED, reason="W3C tests not found")

MF = "<http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#{}>"
SHT = "<http://www.w3.org/ns/shacl-test#{}>"
OUT_OF_SCOPE = {"sparql/pre-binding/shapesGraph-001": "$shapesGraph is optional in SHACL; pyshacl has it no more"}
"""Test → why the engine leaves it to pyshacl."""

Triples = list[tuple[str, str, str]]
Node = dict[str, list[str]]
Row = tuple[object, ...]


@dataclass(frozen=True)
class Case:
    """One test: its shapes and data, and its report, None where the engine must refuse."""

    name: str
    data: Triples
    shapes: Triples
    expected: list[Row] | None
    is_one_file: bool


def parse(path: Path) -> Triples:
    found = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())
    return [(term_text(q.subject), term_text(q.predicate), term_text(q.object)) for q in found]


def by_subject(triples: Triples) -> dict[str, Node]:
    graph: dict[str, Node] = defaultdict(lambda: defaultdict(list))
    for s, p, o in triples:
        graph[s][p].append(o)
    return graph


def read_cases() -> list[Case]:
    return [case for path in sorted(ROOT.rglob("*.ttl")) for case in cases_of(path)]


def cases_of(path: Path) -> list[Case]:
    triples = parse(path)
    graph = by_subject(triples)
    tests = [s for s in graph if SHT.format("Validate") in graph[s][f"<{terms.RDF}type>"]]
    cases = []
    for test in tests:
        (action,), (result,) = graph[test][MF.format("action")], graph[test][MF.format("result")]
        graphs = (graph[action][SHT.format(f"{name}Graph")][0] for name in ("data", "shapes"))
        files = [Path(unquote(urlparse(iri[1:-1]).path)) for iri in graphs]
        data, shapes = (triples if file == path else parse(file) for file in files)
        failure = result == SHT.format("Failure")
        expected = None if failure else [expected_row(graph, r) for r in graph[result][sh("result")]]
        name = str(path.relative_to(ROOT).with_suffix(""))
        cases.append(Case(name, data, shapes, expected, files[1] == path))
    return cases


def expected_row(graph: dict[str, Node], node: str) -> Row:
    said = graph[node]
    names = ("focusNode", "value", "sourceConstraintComponent", "sourceShape", "resultSeverity")
    path = said[sh("resultPath")]
    return (*(next(iter(said[sh(n)]), None) for n in names), repr(parse_path(path[0], graph)) if path else None)


CASES = read_cases() if ROOT.is_dir() else []


@needs_shared
def test_all_tests_are_there() -> None:
    """98 of Core, 23 of SPARQL, in the commit that was read first; more may come."""
    assert sum(case.name.startswith("core/") for case in CASES) >= 98
    assert sum(case.name.startswith("sparql/") for case in CASES) >= 23
    assert sum(case.expected is None for case in CASES) >= 7


@needs_shared
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_report_is_the_one_of_the_w3c(case: Case) -> None:
    if case.name in OUT_OF_SCOPE:
        with pytest.raises(NotCoveredError):
            compile_shapes(case.shapes)
        return
    if case.expected is None:
        with pytest.raises(InputError):
            compile_shapes(case.shapes)
        return
    shapes = compile_shapes(case.shapes)
    found: list[Row] = [
        (
            v.focus,
            v.value,
            sh(v.component) if v.component.isalpha() else f"<{v.component}>",
            v.shape,
            shapes.about(v.shape).severity,
            None if v.path is None else repr(v.path),
        )
        for v in run(shapes, Data(case.data))
    ]
    assert Counter(anonymous(found, case)) == Counter(anonymous(case.expected, case))


def anonymous(rows: list[Row], case: Case) -> list[Row]:
    """Nodes without a name have others in another file."""
    if case.is_one_file:
        return rows
    return [tuple("_" if isinstance(x, str) and x.startswith("_:") else x for x in row) for row in rows]
