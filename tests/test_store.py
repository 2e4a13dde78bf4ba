"""store: graph files in, rows out, nothing else reachable."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild import terms
from kgbuild.errors import InputError, UsageError
from kgbuild.store import FORMATS, Iri, Rows, Store, check_query, names_graphs, parse_quads, read_quads, value_of

MINI = Path(__file__).parent / "data" / "mini.ttl"
S, P, V, G1, G2 = "<http://x/s>", "<http://x/p>", "<http://x/o>", "<http://x/g1>", "<http://x/g2>"


# -- reading ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("suffix", [*FORMATS, ".data", ""])
def test_every_format_gives_the_same_quads(suffix: str, tmp_path: Path) -> None:
    form = FORMATS.get(suffix, ox.RdfFormat.TURTLE)
    path = tmp_path / f"mini{suffix}"
    path.write_bytes(ox.serialize(ox.parse(MINI.read_bytes(), format=ox.RdfFormat.TURTLE), format=form) or b"")
    assert sorted(read_quads(path)) == sorted(read_quads(MINI))


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda f: f.name)
def test_the_content_tells_the_format_where_the_suffix_does_not(form: ox.RdfFormat) -> None:
    quads = list(ox.parse(MINI.read_bytes(), format=ox.RdfFormat.TURTLE))
    if form.supports_datasets:
        quads = [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode("http://x/g1")) for q in quads]
    data = ox.serialize(quads, format=form) or b""
    assert {g for *_, g in parse_quads(data, name="x")} == {G1 if form.supports_datasets else ""}
    assert len(parse_quads(data, name="x")) == len(quads)


def test_terms_are_written_as_the_builder_writes_them() -> None:
    data = b'\xef\xbb\xbf<http://x/s> <http://x/p> "a\\tb\\n\\"\\u79d1"@zh , 6.5 , "plain" .'
    assert {o for _, _, o, _ in parse_quads(data, name="x", suffix=".ttl")} == {
        terms.literal('a\tb\n"科', lang="zh"),
        terms.decimal("6.5"),
        terms.literal("plain"),
    }


@pytest.mark.parametrize(
    ("data", "suffix", "message"),
    [
        (b"<http://x/s> <http://x/p> <a b> .", ".ttl", "x:1:27: is not Turtle: Invalid IRI code point ' '"),
        ('<http://x/s> <http://x/p> "科" .\n科 .\n'.encode(), ".ttl", "x:2:1: is not Turtle"),
        ("一、夯实基础\n".encode(), "", "x:1:1: is not TriG"),
        (b'{"@id": "http://x/s", "http://x/p": }', "", "x:1:37: is not JSON-LD"),
        (b'{"@context": "http://x/c", "@id": "http://x/s"}', "", "x: is not JSON-LD"),
        (b"<?xml version='1.0'?><a>", "", "is not RDF/XML"),
        (b"\xff\xfe\x00", ".nt", "x:1:1: is not N-Triples"),
        (b"", ".ttl", "x: holds no statement"),
        (b"# nothing\n", ".nq", "x: holds no statement"),
        (b"<http://x/s> <http://x/p> <<( <http://x/s> <http://x/p> <http://x/o> )>> .", ".ttl", "RDF 1.2"),
    ],
)
def test_what_is_not_rdf_is_told_with_its_place(data: bytes, suffix: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_quads(data, name="x", suffix=suffix)
    assert message in str(caught.value)
    assert caught.value.cure


def test_unreadable_files_are_input_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "none.ttl", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_quads(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_quads_or_an_input_error(data: bytes) -> None:
    with contextlib.suppress(InputError):
        assert parse_quads(data, name="x")


# -- the union ----------------------------------------------------------------------------------------------------
def test_a_triple_of_two_graphs_is_one_triple_and_the_graphs_stay_reachable() -> None:
    store = Store([(S, P, V, G1), (S, P, V, G2), (S, P, '"x"', "")])
    assert store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows == ((2,),)
    assert store.select("SELECT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").rows == (("http://x/g1",), ("http://x/g2",))
    store.add([(S, P, '"x"', G1)])
    assert store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows == ((2,),)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?g { GRAPH ?g { ?s ?p ?o } }",
        "# graph\nSELECT ?g {graph?g{ ?s ?p ?o } }",
        "SELECT ?g { { SELECT ?g { VALUES ?x { 'a' } GRAPH ?g { ?s ?p ?o FILTER(1<2) } } } }",
        "SELECT ?g { FILTER EXISTS { GRAPH ?h { ?s ?p ?o } } BIND(<http://x/g1> AS ?g) }",
        "PREFIX e: <http://x/> SELECT ?g { GRAPHe:g1{ ?s ?p ?o } BIND(e:g1 AS ?g) }",
    ],
)
def test_every_spelling_of_graph_reaches_the_named_graphs(query: str) -> None:
    store = Store([(S, P, V, G1)])
    assert store.select(query).rows == (("http://x/g1",),)
    assert Store.restore(store.dump()).select(query).rows == (("http://x/g1",),)
    assert Store.restore(store.dump(named=False)).select("SELECT ?s { ?s ?p ?o }").rows == (("http://x/s",),)


def test_dump_and_restore_give_the_same_store() -> None:
    store = Store([(S, P, V, G1), (S, P, '"x\\n"@zh', "")])
    assert sorted(Store.restore(store.dump()).dump().splitlines()) == sorted(store.dump().splitlines())


# -- answers ------------------------------------------------------------------------------------------------------
def test_every_form_of_query_is_answered() -> None:
    store = Store(read_quads(MINI))
    assert store.select("SELECT ?p { ?a gplan:itemPath ?p } ORDER BY ?p", limit=2).rows == (("一",), ("一/1",))
    assert store.ask("ASK { ?a a gplan:Action }")
    assert not store.ask("ASK { ?a a gplan:Nothing }")
    assert store.construct(f"CONSTRUCT {{ {S} {P} ?l }} {{ ?x gplan:sectionLevel ?l }}") == [
        (S, P, terms.integer(1)),
        (S, P, terms.integer(2)),
    ]
    with pytest.raises(UsageError, match="not an ASK"):
        store.ask("SELECT * {}")
    with pytest.raises(UsageError, match="not a CONSTRUCT"):
        store.construct("SELECT * {}")


def test_a_limit_says_that_it_cut() -> None:
    store = Store([(S, P, f'"{i}"', "") for i in range(3)])
    query = "SELECT ?o { ?s ?p ?o }"
    cut = {n: store.select(query, limit=n) for n in (2, 3, 4)}
    assert [(len(rows), rows.truncated) for rows in cut.values()] == [(2, True), (3, False), (3, False)]


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (None, None),
        ("<http://x/s>", Iri("http://x/s")),
        ('"a\\n"@zh', "a\n"),
        (terms.integer(7), 7),
        (terms.decimal("0.70"), Decimal("0.7")),
        (terms.date("2024-03-08"), date(2024, 3, 8)),
        (terms.date("2024-03"), "2024-03"),
        (terms.date("2024-03-08T09:30:00+00:00"), datetime(2024, 3, 8, 9, 30, tzinfo=UTC)),
        (terms.literal("true", datatype=f"{terms.XSD}boolean"), True),
        (terms.literal("yes", datatype=f"{terms.XSD}boolean"), "yes"),
        (terms.literal("12x", datatype=f"{terms.XSD}integer"), "12x"),
        (terms.literal("2024-13-01", datatype=f"{terms.XSD}date"), "2024-13-01"),
        ("_:b1", "_:b1"),
    ],
)
def test_terms_become_values(term: str | None, value: object) -> None:
    assert value_of(term) == value
    assert type(value_of(term)) is type(value)


# -- what a query may not do --------------------------------------------------------------------------------------
REFUSED = [
    ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "query, line 1, column 12: SERVICE"),
    ("SELECT * {\n service silent ?x {} }", "query, line 2, column 2: SERVICE"),
    ("SELECT * { ?s ?p trueSERVICE<http://x/>{} }", "SERVICE"),
    ("PREFIX e: <http://x/> SELECT * { SERVICEe:x {} }", "SERVICE"),
    ("SELECT * { \\u0053ERVICE <http://x/> {} }", "query, line 1, column 20: syntax error"),
    ("PREFIX x: <http://x/> ASK { x: x: x:.SERVICE<http://x/>{} }", "query, line 1, column 38: SERVICE"),
    ("PREFIX x: <http://x/> ASK { x: x: x:a.SERVICE<http://x/>{} }", "syntax error"),
    ("ASK { SERVICE <http://x/> { SERVICE <http://y/> {} } }", "query, line 1, column 7: SERVICE"),
    ("ASK { ?service ?p 'SERVICE' . #SERVICE\n SERVICE ?service {} }", "query, line 2, column 2: SERVICE"),
    ("ASK { { { sErViCe SiLeNt ?x { } } } }", "query, line 1, column 11: SERVICE"),
    ("ASK { ?a ?b ?c FILTER(?a<'x>' || true)SERVICE<http://x/>{}#'\n}", "SERVICE"),
    ("CONSTRUCT FROM <http://x/> WHERE { ?s ?p ?o }", "FROM"),
    ("DESCRIBE ?x FROM NAMED <http://x/> { ?x ?p ?o }", "FROM"),
    ("ASK { ?s ?p 'SERVICE", "syntax error"),
    (f"ASK {'{' * 101}{'}' * 101}", "line 1, column 105: has more than 100 brackets inside each other"),
    (f"ASK {{ FILTER{'(' * 20_000}1{')' * 20_000} }}", "brackets"),
    (f"ASK {{ ?s ?p {'[ ?p ' * 20_000}1{']' * 20_000} }}", "brackets"),
    (f"ASK {{ {'<<' * 20_000} }}", "brackets"),
    ("SELECT * { ?s ?p 'a\\'' . SERVICE <http://x/> {} }", "SERVICE"),
    ("SELECT * { ?s <http://x/a#b> ?o . SERVICE <http://x/> {} }", "SERVICE"),
    ("#+ from: a header\n# SERVICE\nSELECT * {\n SERVICE <http://x/> {} }", "query, line 4, column 2: SERVICE"),
    ("# ended otherwise\rSELECT * { SERVICE <http://x/> {} }", "SERVICE"),
    ("SELECT * FROM <http://x/g> { ?s ?p ?o }", "FROM"),
    ("SELECT * # c\nFROM NAMED <http://x/g> { ?s ?p ?o }", "query, line 2, column 1: FROM"),
    ("SELECT *FROM<file:///etc/passwd>{ ?s ?p ?o }", "FROM"),
    ("INSERT DATA { <http://x/s> <http://x/p> 1 }", "INSERT is an update"),
    ("PREFIX e: <http://x/> BASE <http://x/>\nload <http://x/>", "query, line 2, column 1: LOAD is an update"),
    ("DELETE WHERE { ?s ?p ?o }", "DELETE is an update"),
    ("CLEAR ALL", "CLEAR is an update"),
    ("WITH <http://x/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "WITH is an update"),
]


@pytest.mark.parametrize(("query", "message"), REFUSED)
def test_what_leaves_or_changes_the_graph_is_refused(query: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        Store([(S, P, V, "")]).select(query)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service ?from { ?service ?from ?o }",
        "# SERVICE\n#+ from: a header\nSELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p 'SERVICE FROM' , \"SERVICE\" , '''a'SERVICE''' , 'a\\' FROM' }",
        "SELECT * { ?s <http://x/SERVICE#FROM> ?o } # SERVICE",
        "PREFIX e: <http://x/> SELECT * { ?s e:service e:from.x , 'x'@from }",
        "PREFIX e: <http://x/> SELECT * { ?s e:a\\'b ?o } # '",
        "SELECT * { ?s ?p ?o FILTER(?o<3 && ?o>1) }",
        "PREFIX service: <http://x/> PREFIX from: <http://x/> SELECT * { ?s service:from from:service }",
        "ASK { ?s ?p 'x' FILTER(REGEX(STR(?s), 'from|service')) }",
        f"ASK {{ {'(' * 90}'{'(' * 9}' <http://x/p> 1{')' * 90} }}",
    ],
)
def test_names_and_texts_are_no_keywords(query: str) -> None:
    check_query(query)
    Store([(S, P, V, "")]).select(query)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("SELECT ?from ?graph { ?from e:paragraph ?graph ; :from $FROM }", False),
        ("#+ graph: asserted\nSELECT * { ?s ?p ?o }", False),
        ("SELECT * { GRAPH?g{ ?s ?p ?o } }", True),
        ("SELECT ?x FROM<http://x/g1> { ?x ?p ?o }", True),
        ("SELECT * { ?s ?p 1graph ?g { } }", True),
        (r"SELECT * { \u0047RAPH ?g { ?s ?p ?o } }", True),
        (r"SELECT * { ?graph ?p \u0067raph }", True),
    ],
)
def test_only_a_word_outside_variables_and_local_names_may_name_a_graph(query: str, *, named: bool) -> None:
    assert names_graphs(query) is named


def test_the_parser_that_decides_evaluates_nothing() -> None:
    many = " ".join(map(str, range(2000)))
    blocks = " ".join(f"VALUES ?{name} {{ {many} }}" for name in "abcdef")
    check_query(f"ASK {{ {blocks} FILTER(?a + ?b + ?c + ?d + ?e + ?f < 0) ?service ?p ?o }}")


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * {", "query, line 1, column 11: syntax error"),
        ("SELECT *\nWHERE { ?s ?p }", "query, line 2, column 16: syntax error"),
        ("", "query, line 1, column 1: syntax error"),
    ],
)
def test_syntax_errors_have_a_place_and_stay_short(query: str, place: str) -> None:
    with pytest.raises(UsageError) as caught:
        Store().select(query)
    assert str(caught.value).startswith(place)
    assert len(str(caught.value)) < 260
    assert "\n" not in str(caught.value)


@given(st.text(max_size=300))
def test_any_text_is_answered_or_a_usage_error(query: str) -> None:
    with contextlib.suppress(UsageError):
        assert isinstance(Store([(S, P, V, "")]).select(query), Rows)
