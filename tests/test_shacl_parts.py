"""The parts of the compiled engine: literals, paths, queries, what a query needs, messages, the cache."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from unittest.mock import patch

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import IS_FULL

from kgbuild import terms
from kgbuild.graph.halved import Halved, Some
from kgbuild.lexicon import cache
from kgbuild.store.reading import parse_quads, read_quads
from kgbuild.validate import report_turtle, validate
from kgbuild.validate.data import Data
from kgbuild.validate.direct import solve
from kgbuild.validate.engine import default_shapes
from kgbuild.validate.expressions import UnsureError
from kgbuild.validate.literals import checker, compare, is_well_formed
from kgbuild.validate.needs import EVERYTHING, Needs, needs_of
from kgbuild.validate.paths import walk, write_path
from kgbuild.validate.plan import ANY, Plan, plan_of
from kgbuild.validate.query import ConstraintQuery, prepare, reaches_out
from kgbuild.validate.shapes import Shapes, compile_shapes

if TYPE_CHECKING:
    from pathlib import Path

XSD = terms.XSD
EX = "http://example.org/"


def typed(value: str, name: str) -> str:
    return terms.literal(value, datatype=XSD + name)


# -- literals -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("integer", ["0", "-12", "+3", "007"], ["", "1.0", "x", "1e3", "１２"]),
        ("decimal", ["1", "1.5", ".5", "-2."], ["1e3", ".", "INF"]),
        ("double", ["1e3", "INF", "-INF", "NaN", "2"], ["inf", "1e", ""]),
        ("boolean", ["true", "false", "0", "1"], ["True", "yes", "2"]),
        ("date", ["2024-02-29", "2000-02-29Z", "12025-06-30", "-0044-03-15"], ["2025-02-29", "2025-13-01", "2025-6-1"]),
        ("dateTime", ["2025-06-30T24:00:00", "2025-06-30T08:00:00.5+08:00"], ["2025-06-30", "2025-06-31T00:00:00"]),
        ("gYear", ["2025", "2025+08:00"], ["25", "2025年"]),
        ("gYearMonth", ["2025-06"], ["2025-13"]),
        ("byte", ["127", "-128"], ["128", "300", "c"]),
        ("positiveInteger", ["1"], ["0", "-1"]),
        ("duration", ["P1Y2M", "PT3.5S", "-P1D"], ["P", "PT", "1Y"]),
        ("anyURI", ["anything at all"], []),
    ],
)
def test_lexical_spaces(name: str, good: list[str], bad: list[str]) -> None:
    for value in good:
        assert is_well_formed(typed(value, name)), value
        assert checker(XSD + name)(typed(value, name)), value
    for value in bad:
        assert not is_well_formed(typed(value, name)), value
        assert not checker(XSD + name)(typed(value, name)), value
    assert not checker(XSD + name)("<http://example.org/a>")
    assert not checker(XSD + name)('"1"@en')


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (typed("2", "integer"), typed("10", "integer"), (True, True)),
        (typed("2", "integer"), typed("2.0", "decimal"), (False, True)),
        (typed("2025-06-30", "date"), typed("2026-01-01", "date"), (True, True)),
        (typed("2025-02-30", "date"), typed("2026-01-01", "date"), (False, False)),
        (typed("2025-06-30", "date"), typed("7", "integer"), (False, False)),
        (typed("300", "byte"), typed("301", "integer"), (False, False)),
        (typed("2002-10-10T12:00:00", "dateTime"), typed("2002-10-10T12:00:00-05:00", "dateTime"), (False, False)),
        ('"a"', '"b"', (True, True)),
        ("<http://example.org/a>", '"b"', (False, False)),
    ],
)
def test_the_order_of_literals_is_sparqls(left: str, right: str, expected: tuple[bool, bool]) -> None:
    assert compare(left, right) == expected


@given(st.integers(), st.integers())
def test_whole_numbers_are_in_order(a: int, b: int) -> None:
    assert compare(typed(str(a), "integer"), typed(str(b), "integer")) == (a < b, a <= b)


# -- paths --------------------------------------------------------------------------------------------------------
PREDICATES = [f"<{EX}{name}>" for name in "pqr"]
NODES = [f"<{EX}n{n}>" for n in range(5)]
PATHS = st.recursive(
    st.sampled_from(PREDICATES),
    lambda inner: st.one_of(
        st.builds(lambda op, p: [op, p], st.sampled_from(["inverse", "zeroOrMore", "oneOrMore", "zeroOrOne"]), inner),
        st.builds(
            lambda op, ps: [op, *ps],
            st.sampled_from(["sequence", "alternative"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
    ),
    max_leaves=4,
)
GRAPHS = st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(NODES)), max_size=10)


@given(path=PATHS, graph=GRAPHS)
def test_paths_are_walked_as_sparql_walks_them(path: str | list[object], graph: set[tuple[str, str, str]]) -> None:
    # oxigraph finds a path of no step at the nodes of the graph alone.
    graph |= {(node, "<urn:is>", node) for node in NODES}
    store = ox.Store()
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in graph)
    store.bulk_load(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    found = store.query(f"SELECT ?end {{ {NODES[0]} {write_path(path)} ?end }}")
    assert isinstance(found, ox.QuerySolutions)
    assert set(walk(path, [NODES[0]], Data(graph))) == {str(row[0]) for row in found}


# -- queries ------------------------------------------------------------------------------------------------------
def source(text: str, bound: tuple[str, ...] = ("this",)) -> ConstraintQuery:
    return ConstraintQuery(
        node="<urn:q>", text=text, prefixes={"ex": EX}, path=PREDICATES[0], messages=(), bound=frozenset(bound)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT $this { FILTER(bound($this)) }", "SELECT (<urn:a> AS ?bound_0) { FILTER((true)) }"),
        ("SELECT ?this { ?this $PATH 1 }", f"SELECT (<urn:a> AS ?bound_0) {{ <urn:a> ({PREDICATES[0]}) 1 }}"),
        ('SELECT $this { $this ex:p "$this" } #$this', 'SELECT (<urn:a> AS ?bound_0) { <urn:a> ex:p "$this" } #$this'),
        ("SELECT $this { ?x ex:this$this $thisOne }", "SELECT (<urn:a> AS ?bound_0) { ?x ex:this<urn:a> $thisOne }"),
        (
            "SELECT $this { ?s ?p $this } GROUP BY $this ORDER BY $this",
            "SELECT (<urn:a> AS ?bound_0) { ?s ?p <urn:a> } GROUP BY (<urn:a>) ORDER BY (<urn:a>)",
        ),
    ],
)
def test_a_bound_variable_stands_nowhere_after(text: str, expected: str) -> None:
    query = prepare(source(text)).of({"this": "<urn:a>"})
    assert query == f"PREFIX ex: <{EX}>\n{expected}"


@pytest.mark.parametrize(
    ("text", "is_flat"),
    [
        ("SELECT $this ?v { $this ex:p ?v . FILTER(?v > 3) }", True),
        ("SELECT $this { $this $PATH ?v }", True),
        ("SELECT $this { $this ex:p* ?v }", False),
        ("SELECT $this { ?v ex:p $this }", False),
        ("SELECT $this { $this ex:p ?v . FILTER NOT EXISTS { $this ex:q ?v } }", False),
        ("SELECT ?v { $this ex:p ?v }", False),
        ("SELECT $this { $this ex:p ?v } LIMIT 1", False),
    ],
)
def test_which_queries_are_asked_once(text: str, *, is_flat: bool) -> None:
    assert bool(prepare(source(text)).flat) == is_flat


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s a ex:.SERVICE<http://127.0.0.1/>{} }", True),
        ("SELECT * FROM <http://127.0.0.1/> { ?s ?p ?o }", True),
        ("select * { service silent ?x {} }", True),
        ('SELECT * { ?s ex:service "SERVICE" } # FROM', False),
        ("SELECT * { ?from ex:from <urn:FROM> }", False),
    ],
)
def test_what_reaches_out(text: str, *, expected: bool) -> None:
    assert reaches_out(text) == expected


# -- needs --------------------------------------------------------------------------------------------------------
P, Q, R = PREDICATES
QUERIES = {
    "SELECT DISTINCT ?v { ?v ex:p ?x . ?x ex:q ?v }": Needs(predicates=frozenset({P, Q})),
    "SELECT DISTINCT ?v { ?s ex:p ?v }": Needs(each_object=frozenset({P})),
    "SELECT DISTINCT ?v { ?s ?v ?o }": Needs(each_predicate=True),
    "SELECT DISTINCT ?v { ?v ex:p ?k ; ex:q ?x FILTER NOT EXISTS { ?x ?k ?y } }": Needs(
        predicates=frozenset({P, Q}), named_by=frozenset({P})
    ),
    "SELECT DISTINCT ?v { { ?v ex:p ?k } UNION { ?v ?k ?x } }": EVERYTHING,
    "SELECT DISTINCT ?v { ?v ex:p/ex:q* ?x . ?x ex:r ?v }": Needs(predicates=frozenset({P, Q, R})),
    "SELECT DISTINCT ?v { ?v ex:q* ?x }": EVERYTHING,
    "SELECT DISTINCT ?v { ?v !ex:q ?x }": EVERYTHING,
    "SELECT (COUNT(?s) AS ?v) { ?s ex:p ?o }": Needs(predicates=frozenset({P})),
    "SELECT ?v { ?v ?p ?o } LIMIT 1": EVERYTHING,
    "not a query": EVERYTHING,
}


@pytest.mark.parametrize("text", QUERIES)
def test_what_a_query_needs(text: str) -> None:
    assert needs_of(f"PREFIX ex: <{EX}> {text}") == QUERIES[text]


DISTINCT = [text for text in QUERIES if text.startswith("SELECT DISTINCT")]


@given(text=st.sampled_from(DISTINCT), graph=GRAPHS, data=st.data())
def test_what_is_needed_is_enough(text: str, graph: set[tuple[str, str, str]], data: st.DataObject) -> None:
    """With or without any other triples of the graph the rows are the same."""
    # Predicates as objects too, for queries that look for them there.
    graph |= {(NODES[0], P, PREDICATES[data.draw(st.integers(0, 2))])}
    query = f"PREFIX ex: <{EX}> {text}"
    whole, part = Data(graph).store(EVERYTHING), Data(graph).store(needs_of(query))
    extra = data.draw(st.sets(st.sampled_from(sorted(graph))))
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in extra)
    part.load(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    rows = [{str(row[0]) for row in store.query(query)} for store in (whole, part)]  # type: ignore[union-attr]
    assert rows[0] == rows[1]


# -- plans ------------------------------------------------------------------------------------------------------
PLANNED = (
    "SELECT ?v { ?v ex:p ?x . ?x ex:q ?v }",
    "SELECT ?v ?x { ?v ex:p/ex:q ?x . ?x ^ex:r|ex:p ?v }",
    "SELECT ?v { ?v ex:p ?x . ?x ex:q* ?v }",
    "SELECT ?v { ?v ex:p ?x . ?x ex:q? ex:n1 }",
    "SELECT ?v { ?s ?v ?o }",
    "SELECT ?v { ?s ex:p ?v }",
    "SELECT ?v { ?v ex:p ?o }",
    "SELECT ?v { { SELECT ?v { ?s ex:p ?v } } FILTER NOT EXISTS { ?v ex:q ?t } }",
    "SELECT ?v ?k { ?v ex:k ?k . ?v ?k ?x }",
    "SELECT ?v { ?v ex:k ?k ; ex:p ?x FILTER NOT EXISTS { ?x ?k ?y } FILTER EXISTS { ?x ex:q ?z } }",
    "SELECT ?v ?x { { ?v ex:p ?x } UNION { ?x ex:q ?v FILTER(?v != ex:n1) } ?v ex:r ?y }",
    "SELECT ?v { { SELECT ?y { ?v ex:p ?y } } ?v ex:q ?y }",
    "SELECT ?v { ?v ex:r ?y { SELECT ?y { ?x ex:p ?y } GROUP BY ?y HAVING(COUNT(DISTINCT ?x) > 1) } }",
    "SELECT ?v { SELECT ?v ?y { ?v ex:p ?x . ?x ex:q ?y } GROUP BY ?v ?y HAVING(COUNT(DISTINCT ?x) > 1) }",
    "SELECT ?v ?k { ?v ex:p ?x OPTIONAL { ?x ex:n ?n } BIND(COALESCE(?n, 0) AS ?k) }",
    "SELECT ?v { ?v ex:p ?x OPTIONAL { ?x ex:n ?n FILTER(?n > 1) } FILTER(COALESCE(?n, 0) = 0) }",
    "SELECT ?v { ?v ex:n ?a ; ex:n ?b FILTER(isNumeric(?a) && isNumeric(?b) && ?b - ?a = 1) }",
    "SELECT ?v ?a { ?v ex:n ?a FILTER(?a >= 1 || STRLEN(STR(?a)) = 1) }",
    "SELECT ?v ?a { ?v ex:n ?a FILTER(!(?a < 2) || DATATYPE(?a) = <http://www.w3.org/2001/XMLSchema#string>) }",
    'SELECT ?v ?a { ?v ex:n ?a FILTER(STRSTARTS(CONCAT(STR(?a), "x"), "1") || CONTAINS(STR(?a), "b")) }',
    'SELECT ?v ?a { ?v ex:n ?a FILTER(REGEX(STR(?a), "^[0-9B]", "i") && REPLACE(STR(?a), "[01]", "") = "") }',
    "SELECT ?v ?a { ?v ex:n ?a ; ex:p ?x FILTER(SUBSTR(STR(?a), 1, 1) < SUBSTR(STR(?x), 21)) }",
    "SELECT ?v ?a { ?v ex:n ?a ; ex:p ?x FILTER(?a = ?x || ?a != ?x) }",
)
UNPLANNED = (
    "SELECT * { ?v ex:p ?x }",
    "SELECT (STR(?x) AS ?v) { ?v ex:p ?x }",
    "SELECT ?v { ?v ex:p ?x } LIMIT 1",
    "SELECT ?v { ?v ex:p* ?x }",
    "SELECT ?v { ?v ex:p ?x FILTER EXISTS { ?x ?k ?z . ?x ex:q ?z } }",
    "SELECT ?v { ?v !ex:p ?x . ?v ex:p ?x }",
    "SELECT ?v { ?v ex:p ?x FILTER(?y > 1) }",
    "SELECT ?v { ?v ex:p ?x FILTER(ABS(?x) > 1) }",
    "SELECT ?v { ?v ex:p ?x OPTIONAL { ?v ex:q ?y } ?v ex:r ?y }",
    "SELECT ?v { ?v ex:p ?x OPTIONAL { ?v ex:q ?y } FILTER(?y = ex:n1) }",
    "SELECT ?v ?x { { ?v ex:p ?x } UNION { ?v ex:q ?y } ?v ex:r ?x }",
    "SELECT ?v { ?v ex:p ?x FILTER NOT EXISTS { { ?v ex:q ?x } UNION { ?v ex:r ?x } } }",
    "SELECT ?v { ?v ex:p ?x } GROUP BY ?v",
    "SELECT ?v { GRAPH ?v { ?s ex:p ?x } }",
    "ASK { ?v ex:p ?x }",
    "not a query",
)
VALUES = [typed("1", "integer"), typed("2", "integer"), '"b"', '"1"', typed("1.5", "decimal"), typed("x", "integer")]
VALUED = st.sets(st.tuples(st.sampled_from(NODES), st.just(f"<{EX}n>"), st.sampled_from(VALUES)), max_size=6)
NAMING = st.sets(st.tuples(st.sampled_from(NODES), st.just(f"<{EX}k>"), st.sampled_from(PREDICATES)), max_size=3)


@settings(max_examples=200 if IS_FULL else 40)
@given(
    text=st.sampled_from(PLANNED),
    graph=st.builds(set.union, GRAPHS, VALUED, NAMING),
    this=st.sampled_from([None, *NODES]),
)
def test_plans_answer_as_the_store_does(text: str, graph: set[tuple[str, str, str]], this: str | None) -> None:
    """With nothing bound, and with ?v bound beforehand."""
    query = f"PREFIX ex: <{EX}> {text}"
    plan = plan_of(query, () if this is None else ("v",))
    if plan is None:
        return  # a sub-query hides the variable
    try:
        found = solve(Plan(*json.loads(json.dumps(plan))), {} if this is None else {"v": this}, Data(graph))
    except UnsureError:
        return
    rows = Data(graph).store(EVERYTHING).query(query)
    assert isinstance(rows, ox.QuerySolutions)
    names = [variable.value for variable in rows.variables]
    wanted = [{n: str(cell) for n, cell in zip(names, row, strict=True) if cell is not None} for row in rows]
    if this is not None:
        wanted = [{n: term for n, term in row.items() if n != "v"} for row in wanted if row["v"] == this]
    assert sorted(map(sorted, (row.items() for row in found))) == sorted(
        map(sorted, {tuple(row.items()) for row in wanted})
    )


def test_a_sub_query_that_hides_a_bound_variable_is_not_planned() -> None:
    """Its ?v is another than the one that is bound outside."""
    query = f"PREFIX ex: <{EX}> SELECT ?v {{ {{ SELECT ?y {{ ?v ex:p ?y }} }} ?v ex:q ?y }}"
    assert plan_of(query, ()) is not None
    assert plan_of(query, ("v",)) is None


@pytest.mark.parametrize("text", PLANNED)
def test_what_is_planned(text: str) -> None:
    assert plan_of(f"PREFIX ex: <{EX}> {text}", ()) is not None


@pytest.mark.parametrize("text", UNPLANNED)
def test_what_is_not_planned(text: str) -> None:
    assert plan_of(f"PREFIX ex: <{EX}> {text}", ()) is None


def test_every_query_of_our_shapes_is_planned() -> None:
    shapes = compile_shapes([quad[:3] for path in default_shapes() for quad in read_quads(path)])
    queries = [q for s in shapes.by_node.values() for name, q in s.constraints if name == "SPARQL"]
    assert queries
    assert [q.node for q in queries if q.plan is None] == []


# -- words and records --------------------------------------------------------------------------------------------
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
ex:S a sh:NodeShape ; sh:targetClass ex:A ;
  sh:property [ sh:path ex:p ; sh:maxLength 1 ; sh:message "“{?value}”太长"@zh , "{?value} is too long"@en ] ;
  sh:sparql [ sh:prefixes ex: ; sh:message "{$this} {?path} {?other}" ;
    sh:select "SELECT $this (ex:p AS ?path) { FILTER(EXISTS { $this ex:p ?x }) }" ] .
ex:T a sh:PropertyShape ; sh:targetClass ex:A ; sh:path ex:q ; sh:minCount 1 .
"""
DATA = f'@prefix ex: <{EX}> . ex:a a ex:A ; ex:p "数据" .'


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "shapes.ttl"
    path.write_text(SHAPES, encoding="utf-8")
    return path


def graph_of(turtle: str) -> set[tuple[str, str, str]]:
    return {quad[:3] for quad in parse_quads(turtle.encode(), name="data", suffix=".ttl")}


@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
def test_messages_are_filled_in(files: Path, engine: str) -> None:
    report = validate(graph_of(DATA), shapes=[files], ontology=(), engine=engine)  # type: ignore[arg-type]
    said = {r.component: r.messages for r in report.results}
    assert said["MaxLengthConstraintComponent"] == (("en", "数据 is too long"), ("zh", "“数据”太长"))
    ((_, query),) = said["SPARQLConstraintComponent"]
    assert query.startswith("http://example.org/a")
    assert query.endswith("{?other}")
    assert [lang for lang, _ in said["MinCountConstraintComponent"]] == ["en", "zh"]


def test_records_survive_json() -> None:
    compiled = compile_shapes(sorted(graph_of(SHAPES)))
    assert Shapes.from_json(json.loads(json.dumps(compiled.to_json()))).by_node.keys() == compiled.by_node.keys()
    again = Shapes.from_json(json.loads(json.dumps(compiled.to_json()))).to_json()
    assert json.dumps(again) == json.dumps(compiled.to_json())


@pytest.mark.parametrize("doctored", ["[1]", "{}", '"a"', '[{"node": 1}]', "[[[[]]]]", "null", "3"])
def test_odd_records_in_the_cache_are_as_if_absent(files: Path, doctored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that is a text says that the shapes are left to pyshacl, which gives the same results."""
    expected = validate(graph_of(DATA), shapes=[files], ontology=())
    monkeypatch.setattr(cache, "load", lambda _name: json.loads(doctored))
    files.write_text(SHAPES + "\n", encoding="utf-8")
    found = validate(graph_of(DATA), shapes=[files], ontology=())
    assert [r.component for r in found.results] == [r.component for r in expected.results]


def test_reports_of_both_engines_are_the_same_files(files: Path) -> None:
    texts = {
        report_turtle(validate(graph_of(DATA), shapes=[files], ontology=(), engine=engine))
        for engine in ("compiled", "pyshacl")
        for _ in range(2)
    }
    # The SPARQL constraint of pyshacl gives no bindings to fill in, so that only its message may differ.
    assert len({"\n".join(line for line in text.splitlines() if "resultMessage" not in line) for text in texts}) == 1


@given(parts=st.tuples(GRAPHS, GRAPHS, GRAPHS), large=st.sampled_from((0, 500_000)))
def test_tables_hold_each_statement_once(parts: tuple[set[tuple[str, str, str]], ...], large: int) -> None:
    """Whichever of graph, vocabulary and schema say it, and whether memory counts more than time."""
    graph, vocabulary, schema = parts
    with patch("kgbuild.validate.data.LARGE", large), patch("kgbuild.validate.data._LONG", 0):
        data = Data(graph, schema, vocabulary=vocabulary)
        for predicate in {p for _, p, _ in graph | vocabulary | schema}:
            pairs = sorted((s, o) for s, p, o in graph | vocabulary | schema if p == predicate)
            assert sorted((s, o) for s, found in data.forward(predicate).items() for o in found) == pairs
            assert sorted((s, o) for o, found in data.backward(predicate).items() for s in found) == pairs


@pytest.mark.parametrize(("text", "ends"), [("?s ex:p ?v", [ANY, None]), ("?v ex:p ?o", [None, ANY])])
def test_an_end_that_nobody_asks_for_makes_no_rows(text: str, ends: list[int | None]) -> None:
    plan = plan_of(f"PREFIX ex: <{EX}> SELECT ?v {{ {text} }}", ())
    assert plan is not None
    assert plan.steps == [["match", ends[0], P, ends[1]]]
    graph = {(node, P, NODES[0]) for node in NODES[1:]} | {(NODES[0], P, node) for node in NODES[1:]}
    assert len(solve(plan, {}, Data(graph))) == len(NODES)


def test_a_halved_column_is_the_table_of_its_statements() -> None:
    column = sorted((key, str(n)) for key, many in (("<b>", 1), ("<c>", 40), ("<e>", 3)) for n in range(many))
    table = Halved([s for s, _ in column], [o for _, o in column], {"<a>": ["x"], "<c>": ["y"]})
    expected = {"<a>": ["x"], "<b>": ["0"], "<c>": [*sorted(map(str, range(40))), "y"], "<e>": ["0", "1", "2"]}
    for keys in (sorted(expected), sorted(expected, reverse=True)):
        assert {key: list(table[key]) for key in keys} == expected
    assert {key: list(values) for key, values in table.items()} == expected
    assert len(table) == len(expected)
    assert "<d>" not in table
    assert table.get("<d>") == ()


def test_many_values_of_a_key_are_not_copied() -> None:
    many = Halved(["<a>"] * 40, [str(n) for n in range(40)], {}).get("<a>")
    assert isinstance(many, Some)
    assert (len(many), many[-1], many[1:3]) == (40, "39", ["1", "2"])
