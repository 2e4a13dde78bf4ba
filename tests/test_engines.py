"""The compiled engine says what pyshacl says: of right and wrong graphs, ours and random ones, of all shapes."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support import CORPUS, IS_FULL, ROOT, needs_shared, whole
from tests.test_shapes import MUTATIONS, ONTOLOGY, parse, with_codes

import kgbuild.api as kgbuild
from kgbuild.config import data_dir
from kgbuild.errors import InputError
from kgbuild.store.reading import parse_quads
from kgbuild.validate import Engine, Report, validate
from kgbuild.validate.expressions import UnsureError

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 40

Triples = set[tuple[str, str, str]]


def said(report: Report) -> tuple[object, ...]:
    """The verdict, and of each result all that a person or a program acts on; shapes without a name are alike.

    Left out: an IRI that is not less than a number. By SHACL 4.5.3 what cannot be compared is a violation; pyshacl asks
    rdflib, which sorts every IRI before every literal.
    """
    found = [
        ("_" if r.shape.startswith("_:") else r.shape, r.focus, r.path, r.value, r.component, r.severity, r.messages)
        for r in report.results
        if not (r.component.startswith("LessThan") and (r.value or "").startswith("<"))
    ]
    return report.conforms, sorted(map(repr, found))


def of_suite(triples: Triples, engine: Engine, suite: str = "gplan") -> tuple[object, ...]:
    shapes = [data_dir("shapes") / f"{suite}.ttl"]
    report = validate(triples, shapes=shapes, ontology=ONTOLOGY[suite], engine=engine, fail_on="info")
    assert report.left == ""
    return said(report)


def example() -> list[tuple[str, str, str]]:
    built = kgbuild.build(ROOT / "examples" / "yunling-2025.txt", validate=False).built
    return sorted(built.asserted | built.graphs.vocabulary)


def test_a_large_graph_is_validated_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few nodes at a time, and with few tables and stores in memory, the report is the same."""
    graph = sorted(set(example()))
    graph = [t for n, t in enumerate(graph) if n % 7]  # so that many rules are broken
    whole = of_suite(set(graph), "compiled")
    assert len(whole[1]) > 100  # type: ignore[arg-type]
    monkeypatch.setattr("kgbuild.validate.compiled._AT_ONCE", 3)
    monkeypatch.setattr("kgbuild.validate.data.LARGE", 0)
    monkeypatch.setattr("kgbuild.validate.data._LONG", 0)
    monkeypatch.setattr("kgbuild.validate.direct._AT_ONCE", 3)
    assert of_suite(set(graph), "compiled") == whole


def test_of_the_example() -> None:
    graph = set(example())
    assert of_suite(graph, "compiled") == of_suite(graph, "pyshacl")


@whole("asks pyshacl, which is slow")
@pytest.mark.parametrize("suite", sorted(MUTATIONS))
def test_of_planted_errors(suite: str) -> None:
    planted = MUTATIONS[suite]
    # Graphs of the other suites share terms, so each is a run of its own.
    numbers = range(len(planted))
    batches = (
        [numbers[n : n + SIZE] for n in range(0, len(numbers), SIZE)] if suite == "gplan" else [[n] for n in numbers]
    )
    fired = 0
    for batch in batches:
        graph = with_codes(set().union(*(parse(planted[n], n) for n in batch)))
        slow = of_suite(graph, "pyshacl", suite)
        assert of_suite(graph, "compiled", suite) == slow, [planted[n].name for n in batch]
        fired += slow[0] is False
    assert fired > len(batches) / 2


def test_of_a_large_graph_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of stores, the queries say what their plans say."""

    def unsure(*_: object) -> None:
        raise UnsureError

    planted = MUTATIONS["gplan"]
    graph = with_codes(set().union(*(parse(planted[n], n) for n in range(0, len(planted), 12))))
    at_once = of_suite(graph, "compiled")
    monkeypatch.setattr("kgbuild.validate.compiled.solve", unsure)
    monkeypatch.setattr("kgbuild.validate.data.LARGE", 0)
    monkeypatch.setattr("kgbuild.validate.data._LONG", 0)
    monkeypatch.setattr("kgbuild.validate.direct._AT_ONCE", 3)
    monkeypatch.setattr("kgbuild.validate.data._AT_ONCE", 7)
    assert at_once[0] is False
    assert of_suite(graph, "compiled") == at_once


@whole("asks pyshacl, which is slow")
@pytest.mark.parametrize("seed", range(6 if IS_FULL else 1))
def test_of_mutated_graphs(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    graph = example()
    kept = set(rng.sample(graph, int(len(graph) * 0.9)))
    for s, p, o in rng.sample(graph, 60):
        other = rng.choice(graph)
        kept.add(rng.choice([(other[0], p, o), (s, other[1], o), (s, p, other[2])]))
    slow = of_suite(kept, "pyshacl")
    assert slow[0] is False
    assert of_suite(kept, "compiled") == slow


@whole("asks pyshacl, which is slow")
@needs_shared
def test_of_documents() -> None:
    """At least 60 documents in CI, the shortest of the corpus, as found."""
    files = sorted(CORPUS.glob("*.txt"), key=lambda path: (path.stat().st_size, path.name))
    for path in files[: 60 if IS_FULL else 2]:
        built = kgbuild.build(path, validate=False).built
        graph = set(built.asserted | built.graphs.vocabulary)
        assert of_suite(graph, "compiled") == of_suite(graph, "pyshacl"), path.name
    assert len(files) >= 60


# -- shapes of other people ---------------------------------------------------------------------------------------
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
"""
NODES = [f"ex:n{n}" for n in range(6)]
PREDICATES = ["ex:p", "ex:q", "ex:r"]
CLASSES = ["ex:A", "ex:B", "ex:C"]
LITERALS = [
    *('"a"', '"abc"', '"数据"', '""', '"a"@en', '"a"@zh', '"b"@zh-cn', '"x y"'),
    *("1", "5", "17", "-3", "2.5", "true", '"07"^^xsd:integer'),
    *('"2025-06-30"^^xsd:date', '"2026-01-01"^^xsd:date'),
]
PATHS = [
    *PREDICATES,
    "[ sh:inversePath ex:p ]",
    "( ex:p ex:q )",
    "[ sh:alternativePath ( ex:p ex:r ) ]",
    "[ sh:zeroOrMorePath ex:p ]",
    "[ sh:oneOrMorePath ex:q ]",
    "[ sh:zeroOrOnePath ex:r ]",
    "( ex:p [ sh:inversePath ex:q ] )",
]
SIMPLE = [
    *("sh:minCount 1", "sh:minCount 2", "sh:maxCount 1", "sh:maxCount 0", "sh:class ex:A", "sh:class ex:B"),
    *("sh:datatype xsd:string", "sh:datatype xsd:integer", "sh:datatype xsd:date", "sh:datatype rdf:langString"),
    *(
        "sh:nodeKind sh:IRI",
        "sh:nodeKind sh:Literal",
        "sh:nodeKind sh:IRIOrLiteral",
        "sh:minLength 2",
        "sh:maxLength 2",
    ),
    *("sh:minInclusive 2", "sh:maxExclusive 6", "sh:minExclusive 1", "sh:maxInclusive 5"),
    *('sh:pattern "^a"', 'sh:pattern "B" ; sh:flags "i"', 'sh:languageIn ( "zh" "en" )', "sh:uniqueLang true"),
    *("sh:equals ex:r", "sh:disjoint ex:q", "sh:hasValue ex:n1", 'sh:hasValue "a"', 'sh:in ( ex:n1 ex:n2 "a" 5 )'),
    *("sh:qualifiedValueShape [ sh:class ex:A ] ; sh:qualifiedMinCount 1", "sh:not [ sh:class ex:B ]"),
    *("sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMaxCount 1",),
    *("sh:or ( [ sh:class ex:A ] [ sh:datatype xsd:string ] )", "sh:and ( [ sh:class ex:A ] [ sh:class ex:B ] )"),
    *("sh:xone ( [ sh:class ex:A ] [ sh:class ex:C ] )", "sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]"),
    *("sh:property [ sh:path ex:r ; sh:maxCount 1 ]",),
    """sh:sparql [ sh:prefixes ex: ; sh:message "{?value} of {$this}" ;
    sh:select "SELECT $this ?value { $this ex:p ?value . FILTER(isLiteral(?value)) }" ]""",
]
ON_NODES = [
    "sh:closed true ; sh:ignoredProperties ( rdf:type )",
    "sh:class ex:A",
    "sh:nodeKind sh:IRI",
    "sh:not [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ]",
    'sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { FILTER NOT EXISTS { $this ex:q ?x } }" ]',
    """sh:sparql [ sh:prefixes ex: ;
    sh:select "SELECT $this ?path ?value { $this ?path ?value . FILTER(?path = ex:r) }" ]""",
]
TARGETS = ["sh:targetClass ex:A", "sh:targetNode ex:n0 , ex:n1", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:q"]
SEVERITIES = ["", "sh:severity sh:Warning ;", "sh:severity sh:Info ;", 'sh:message "说明"@zh , "words"@en ;']


@st.composite
def data_graphs(draw: st.DrawFn) -> str:
    objects = st.sampled_from([*NODES, *LITERALS])
    edges = draw(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), objects), max_size=14))
    types = draw(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(CLASSES)), max_size=6))
    lines = [f"{s} {p} {o} ." for s, p, o in edges] + [f"{s} a {c} ." for s, c in types]
    return PREFIXES + "ex:C rdfs:subClassOf ex:A .\n" + "\n".join(lines)


@st.composite
def shapes_graphs(draw: st.DrawFn) -> str:
    out = [PREFIXES]
    for number in range(draw(st.integers(1, 3))):
        target, severity = draw(st.sampled_from(TARGETS)), draw(st.sampled_from(SEVERITIES))
        # Each parameter once: shapes with a second value for some are ill-formed.
        chosen = draw(st.lists(st.sampled_from(SIMPLE), min_size=1, max_size=3, unique_by=lambda c: c.split()[0]))
        on_node = draw(st.lists(st.sampled_from(ON_NODES), max_size=1))
        path = draw(st.sampled_from(PATHS))
        inner = f"[ sh:path {path} ; {severity} {' ; '.join(chosen)} ]"
        asked = " ; ".join([*on_node, f"sh:property {inner}"])
        out.append(f"ex:S{number} a sh:NodeShape ; {target} ; {severity} {asked} .")
    return "\n".join(out)


@given(data=data_graphs(), shapes=shapes_graphs())
@settings(
    max_examples=400 if IS_FULL else 20,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_of_random_shapes_and_graphs(tmp_path: Path, data: str, shapes: str) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(shapes, encoding="utf-8")
    graph = {quad[:3] for quad in parse_quads(data.encode(), name="data", suffix=".ttl")}
    reports = [validate(graph, shapes=[file], ontology=(), engine=e, fail_on="info") for e in ("compiled", "pyshacl")]
    ours, theirs = (judged(report) for report in reports)
    assert ours == theirs


def judged(report: Report) -> list[str]:
    """All results but those on the range of what is no number.

    SPARQL cannot compare a date with a number, so each such value is a result; pyshacl orders by datatype.
    """
    number = ("integer>", "decimal>")
    ranges = ("MinExclusive", "MinInclusive", "MaxExclusive", "MaxInclusive")
    kept = [r for r in report.results if not r.component.startswith(ranges) or r.value.endswith(number)]
    return [repr(found) for found in said(replace(report, results=tuple(kept)))[1:]]


FOREIGN = {
    "a rule of SHACL-AF": "ex:S a sh:NodeShape ; sh:targetClass ex:A ; sh:rule [] ; sh:nodeKind sh:Literal .",
    "recursion": "ex:S a sh:NodeShape ; sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:node ex:S ] .",
    "a pattern of XPath": 'ex:S a sh:PropertyShape ; sh:targetClass ex:A ; sh:path ex:p ; sh:pattern "^[a-z-[x]]$" .',
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_not_covered_is_left_to_pyshacl_aloud(name: str, tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + FOREIGN[name], encoding="utf-8")
    graph = {
        quad[:3] for quad in parse_quads((PREFIXES + 'ex:a a ex:A ; ex:p "b" .').encode(), name="d", suffix=".ttl")
    }
    report = validate(graph, shapes=[file], ontology=())
    assert report.left
    assert said(report) == said(validate(graph, shapes=[file], ontology=(), engine="pyshacl"))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { $this ex:p ?x MINUS { $this ex:q ?x } }",
        "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ex:p ?x } }",
        "SELECT $this { $this a ex:.SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }",
        "SELECT $this FROM <file:///etc/hostname> { $this ex:p ?x }",
        "SELECT $this { VALUES ?x { 1 } }",
        "SELECT $this { { SELECT ?x { $this ex:p ?x } } }",
        "SELECT $this { BIND(1 AS $this) }",
        "DESCRIBE $this",
    ],
)
@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
def test_queries_that_shacl_or_caution_forbids_are_refused(query: str, engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    shape = f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex: ; sh:select '''{query}''' ] ."
    file.write_text(PREFIXES + shape, encoding="utf-8")
    with pytest.raises(InputError):
        validate({("<http://example.org/a>",) * 3}, shapes=[file], ontology=(), engine=engine)
