"""Graphs as bytes: every format says the same, in one order, whatever the literals hold."""

from __future__ import annotations

import random
import re
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kgbuild.api as kgbuild
from kgbuild import terms
from kgbuild.graph import triples as columns
from kgbuild.graph.serialise import FORMATS, NAMED, serialise
from kgbuild.graph.turtle import natural, natural_text, turtle_pieces, write_trig, write_turtle
from kgbuild.terms import LABEL, PREF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kgbuild.model import Triple

BASE = "https://example.org/gplan/id/"
NAME = f"{BASE}graph/0/asserted"
PARSERS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "xml": ox.RdfFormat.RDF_XML,
}
HOSTILE = (
    "做好#工作",
    "一行\n两行\r三行",
    '他说"好"\\n',
    "制表\t与\x7f",
    "\u202e反向\u202c",
    "😀𠮷",
    "\u2028\u2029\x85",
    "'''\"\"\"",
    "@zh ^^<x> .",
    "{}<>|^`",
    " ",
    "a. b; c, d",
)


def triples_of(data: bytes, form: str) -> set[Triple]:
    quads = ox.parse(data, format=PARSERS[form])
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in quads}


def through_library(triples: set[Triple]) -> set[Triple]:
    """The triples as the parser writes them, so that both sides are in one spelling."""
    return triples_of("".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode(), "nt")


def hostile() -> set[Triple]:
    out: set[Triple] = set()
    for n, text in enumerate(HOSTILE):
        node = f"<{BASE}section/0.{n}>"
        out |= {
            (node, LABEL, terms.literal(text, lang="zh")),
            (node, f"<{terms.DCTERMS}title>", terms.literal(text)),
            (f"<{BASE}action/0.{n}>", terms.gplan("inSection"), node),
        }
    return out


@pytest.mark.parametrize("form", sorted(set(FORMATS.values())))
def test_hostile_literals_come_back(form: str) -> None:
    triples = hostile()
    if form == "xml":  # XML has no way to write most control characters
        triples = {t for t in triples if not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", t[2])}
    data = serialise({NAME: triples}, form, base=BASE, header="x")
    assert triples_of(data, form) == through_library(triples)


LITERALS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.lists(LITERALS, max_size=8))
@settings(deadline=None)
def test_any_literal_comes_back_from_turtle_and_trig(texts: list[str]) -> None:
    triples = {(f"<{BASE}span/0.{n}-9>", LABEL, terms.literal(t, lang="zh")) for n, t in enumerate(texts)}
    triples |= {(f"<{BASE}mention/0.{n}>", terms.gplan("evidence"), f"<{BASE}span/0.{n}-9>") for n in range(len(texts))}
    expected = through_library(triples)
    assert triples_of(write_turtle(triples, base=BASE).encode(), "ttl") == expected
    assert triples_of(write_trig({NAME: triples}, base=BASE).encode(), "trig") == expected


LOCAL = st.text(alphabet="ab1.-_~/:中 ", min_size=1, max_size=8).map(lambda s: s.replace(" ", "%20"))


@given(st.lists(LOCAL, max_size=8))
@settings(deadline=None)
def test_any_local_name_comes_back(names: list[str]) -> None:
    triples = {(f"<{BASE}action/{n}>", terms.gplan("actionOf"), f"<{BASE}{n}>") for n in names}
    assert triples_of(write_turtle(triples, base=BASE).encode(), "ttl") == through_library(triples)


@pytest.mark.parametrize(
    ("term", "written"),
    [
        (terms.integer(5), "5"),
        (terms.integer(-5), "-5"),
        (terms.decimal("6.50"), "6.5"),
        (terms.decimal("6"), "6.0"),
        (f'"true"^^<{terms.XSD}boolean>', "true"),
        (terms.date("2025-03-01"), '"2025-03-01"^^xsd:date'),
        (f'"abc"^^<{terms.XSD}integer>', '"abc"^^xsd:integer'),
        (f'"05"^^<{terms.XSD}integer>', "05"),
        (terms.literal("好", lang="zh"), '"好"@zh'),
        (terms.code("role-lead"), "gplanv:role-lead"),
        ("<https://other.org/x>", "<https://other.org/x>"),
    ],
)
def test_terms_are_written_short(term: str, written: str) -> None:
    text = write_turtle([(f"<{BASE}action/0>", terms.gplan("x"), term)], base=BASE)
    assert text.splitlines()[-1].rstrip(" .") == f"action:0 gplan:x {written}"


@pytest.mark.parametrize("write", [write_turtle, lambda ts, base: write_trig({NAME: ts}, base=base)])
@pytest.mark.parametrize("texts", [("2025①3", "2025²3"), ("9" * 5000, "8" * 5001), ("１２", "12", "012")])
def test_numbers_of_any_length_and_script_are_ordered(write: Callable[..., str], texts: tuple[str, ...]) -> None:
    triples = {(f"<{BASE}action/0>", terms.gplan("likely"), terms.literal(text)) for text in texts}
    form = "ttl" if write is write_turtle else "trig"
    assert triples_of(write(triples, base=BASE).encode(), form) == through_library(triples)


# -- real graphs --------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def result() -> kgbuild.Result:
    return kgbuild.build(Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt", validate=False)


@pytest.mark.parametrize("form", sorted(set(FORMATS.values())))
def test_every_format_says_the_same(form: str, result: kgbuild.Result) -> None:
    graphs = result.graphs(inferred=form in NAMED)
    union = {t for ts in graphs.values() for t in ts}
    assert triples_of(result.serialise(form), form) == through_library(union)


@pytest.mark.parametrize("form", sorted(set(FORMATS.values())))
def test_the_order_of_triples_changes_no_byte(form: str, result: kgbuild.Result) -> None:
    graphs = {name: sorted(triples) for name, triples in result.graphs().items()}
    expected = serialise({**graphs}, form, base=BASE)
    rnd = random.Random(1)  # noqa: S311 - a seeded test
    for _ in range(3):
        names = list(graphs)
        rnd.shuffle(names)
        shuffled: dict[str, Iterable[Triple]] = {name: rnd.sample(graphs[name], len(graphs[name])) for name in names}
        assert serialise(shuffled, form, base=BASE) == expected


def test_quads_keep_their_graph(result: kgbuild.Result) -> None:
    for form in NAMED:
        quads = list(ox.parse(result.serialise(form), format=PARSERS[form]))
        names = {str(q.graph_name) for q in quads}
        assert names == {f"<{name}>" for name in result.graphs()}


def test_turtle_is_made_to_be_read(result: kgbuild.Result) -> None:
    text = result.serialise("ttl").decode()
    lines = text.splitlines()
    assert lines[0].startswith("# asserted statements")
    prefixes = [line.split()[1] for line in lines if line.startswith("@prefix")]
    assert prefixes[:2] == ["gplan:", "gplanv:"]
    assert all(f"{p}" in text.partition("@prefix xsd")[2] or p == "xsd:" for p in prefixes)
    headings = [line for line in lines if line.startswith("# ---- ")]
    order = ["documents", "source text", "sections", "actions", "statements"]
    assert [next(i for i, h in enumerate(headings) if h[7:].startswith(x)) for x in order] == sorted(
        next(i for i, h in enumerate(headings) if h[7:].startswith(x)) for x in order
    )
    assert re.search(r"gplan:assignee \S+ ;?.*  # \S", text)
    items = re.findall(r"^action:\S+\.(\d+) a gplan:Action", text, re.MULTILINE)
    assert len(items) > 10


def test_sorted_triples_are_sorted_lines_each_once() -> None:
    texts = ["a", "a b", "a\t", 'a"', "a\\", "", "é"]
    values = [v for x in texts for v in (terms.literal(x), terms.literal(x, lang="zh"), terms.literal(x, lang="zh-CN"))]
    nodes = [f"<{BASE}{name}>" for name in ("a", "ab", "a/b", "a-b")]
    triples = [(s, p, o) for s in nodes for p in nodes for o in (*values, *nodes)]
    graphs = {f"{BASE}g{n}": triples[n::2] + triples[::3] for n in range(2)}
    lines = serialise(dict(graphs), "nq", base=BASE).decode().split("\n")[:-1]
    assert lines == sorted({f"{s} {p} {o} <{g}> ." for g, ts in graphs.items() for s, p, o in ts})
    union = serialise(dict(graphs), "nt", base=BASE).decode().split("\n")[:-1]
    assert union == sorted({f"{s} {p} {o} ." for s, p, o in triples})


def test_subjects_are_in_reading_order() -> None:
    names = [f"action:0.{n}" for n in (10, 9, 1, 2)]
    assert sorted(names, key=natural) == ["action:0.1", "action:0.2", "action:0.9", "action:0.10"]
    odd = [f"action:0.{n}" for n in ("1", "1.p2", "1b", "1-", "10", "2.k1", "2.k10", "2.k9", "u", "")]
    assert sorted(odd, key=natural_text) == sorted(odd, key=natural)
    triples = [(f"<{BASE}action/0.{n}>", PREF, terms.literal(str(n))) for n in (10, 9, 1, 2)]
    text = write_turtle(triples, base=BASE)
    assert re.findall(r"^action:0\.(\d+)", text, re.MULTILINE) == ["1", "2", "9", "10"]


def test_no_graph_is_a_file_of_its_header() -> None:
    for form in ("ttl", "trig", "nt", "nq"):
        assert triples_of(serialise({}, form, base=BASE, header="nothing"), form) == set()


def test_the_forms_of_the_terms_of_a_large_file_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbuild.graph.turtle._KNOWN_TERMS", 2_000)
    data = columns.triples_of((f"<{BASE}span/0.{n}-{n + 1}>", terms.TITLE, f'"第{n}期"@zh') for n in range(8_000))
    tracemalloc.start()
    try:
        for _ in turtle_pieces(data, base=BASE):
            pass
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
