"""Derivations and explanations: what follows, by which shortest way, and the sentence at the end of it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild import api, terms
from kgbuild.cli import cli
from kgbuild.config import data_dir
from kgbuild.errors import UsageError
from kgbuild.graph.axioms import OWN
from kgbuild.graph.interchange import from_rdflib
from kgbuild.graph.reason import close, compile_rules
from kgbuild.graph.trace import Trace
from kgbuild.terms import gplan

if TYPE_CHECKING:
    from kgbuild.model import Triple

PLAN = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"
TEXT = PLAN.read_text(encoding="utf-8")
PREFIXES = "\n".join(f"@prefix {p}: <{n}> ." for p, n in terms.PREFIXES.items()) + "\n@prefix : <urn:x#> ."
DECLARED = (
    " ".join(f":{c} a owl:Class ." for c in "ABC") + " ".join(f":{p} a owl:ObjectProperty ." for p in "pqrs") + "\n"
)


def read(turtle: str) -> set[Triple]:
    return from_rdflib(rdflib.Graph().parse(data=PREFIXES + turtle, format="turtle"))


def one(turtle: str) -> Triple:
    (triple,) = read(turtle)
    return triple


def trace_of(axioms: str, data: str) -> Trace:
    return Trace(read(data), compile_rules(read(DECLARED + axioms)))


@cache
def graph_file() -> str:
    """The graph of the example, built once; the file lives as long as the tests run."""
    import atexit
    import tempfile

    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "plan.nq"
    path.write_bytes(api.build(PLAN, validate=False).serialise("nq"))
    return str(path)


@cache
def example() -> tuple[frozenset[Triple], Trace]:
    quads = api.open(graph_file()).quads
    stated = frozenset((s, p, o) for s, p, o, g in quads if not g.endswith("/inferred>"))
    ontology = from_rdflib(rdflib.Graph().parse(data_dir("ontology") / "gplan.ttl"))
    return stated, Trace(stated, compile_rules(ontology))


# -- derivations ------------------------------------------------------------------------------------------------
def test_what_is_derived_is_the_closure() -> None:
    stated, trace = example()
    assert trace.statements - stated == set(close(stated, trace.rules)) - stated
    assert len(trace.statements) > 500


def test_premises_stand_in_the_graph_or_are_derived_with_fewer_steps() -> None:
    stated, trace = example()
    facts = stated | set(trace.rules.facts)

    @cache
    def depth(triple: Triple) -> int:
        return 0 if triple in facts else 1 + max(map(depth, trace.steps[triple].premises))

    assert max(map(depth, trace.steps)) < 30
    for triple, step in trace.steps.items():
        assert triple not in facts
        assert step.premises
        assert all(p in facts or p in trace.steps for p in step.premises)


@pytest.mark.parametrize(
    ("axioms", "data", "asked", "rule", "premises"),
    [
        (":A rdfs:subClassOf :B .", ":i a :A .", ":i a :B .", "cax-sco", ":i a :A ."),
        (":p rdfs:subPropertyOf :q .", ":i :p :j .", ":i :q :j .", "prp-spo1", ":i :p :j ."),
        (":p rdfs:domain :A .", ":i :p :j .", ":i a :A .", "prp-dom", ":i :p :j ."),
        (":p rdfs:range :A .", ":i :p :j .", ":j a :A .", "prp-rng", ":i :p :j ."),
        (":p owl:inverseOf :q .", ":i :p :j .", ":j :q :i .", "prp-inv", ":i :p :j ."),
        (":p a owl:TransitiveProperty .", ":i :p :j . :j :p :k .", ":i :p :k .", "prp-trp", ":i :p :j . :j :p :k ."),
        (
            ":r owl:propertyChainAxiom ( :p :q ) .",
            ":i :p :j . :j :q :k .",
            ":i :r :k .",
            "prp-spo2",
            ":i :p :j . :j :q :k .",
        ),
    ],
    ids=["subclass", "subproperty", "domain", "range", "inverse", "transitive", "chain"],
)
def test_a_step_names_its_rule_and_its_premises(axioms: str, data: str, asked: str, rule: str, premises: str) -> None:
    step = trace_of(axioms, data).of(one(asked))
    assert step is not None
    assert (step.rule, set(step.premises)) == (rule, read(premises))
    assert step.axiom


@pytest.mark.parametrize(
    ("axioms", "data", "asked", "premises"),
    [
        (
            ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :A rdfs:subClassOf :C .",
            ":i a :A .",
            ":i a :C .",
            ":i a :A .",
        ),
        (
            ":p rdfs:subPropertyOf :q . :q rdfs:domain :C . :r rdfs:domain :C .",
            ":i :p :j ; :r :j .",
            ":i a :C .",
            ":i :r :j .",
        ),
        (
            ":s owl:propertyChainAxiom ( :p :q :r ) . :p rdfs:subPropertyOf :s .",
            ":i :p :k . :i :p :j . :j :q :l . :l :r :k .",
            ":i :s :k .",
            ":i :p :k .",
        ),
        (
            ":p a owl:TransitiveProperty .",
            ":a :p :b . :b :p :c . :c :p :d . :a :p :c .",
            ":a :p :d .",
            ":a :p :c . :c :p :d .",
        ),
    ],
    ids=["a direct axiom before two", "domain at once", "subproperty before chain", "two links before three"],
)
def test_of_several_ways_the_shortest_is_told(axioms: str, data: str, asked: str, premises: str) -> None:
    step = trace_of(axioms, data).of(one(asked))
    assert step is not None
    assert set(step.premises) == read(premises)


def links_from(first: int, count: int) -> list[str]:
    return [f":n{i} :p :n{i + 1} ." for i in range(first, first + count)]


@pytest.mark.parametrize("links", [3, 4, 6])
def test_a_longer_chain_is_one_step_from_all_its_links(links: int) -> None:
    trace = trace_of(
        f":s owl:propertyChainAxiom ( {':p ' * links} ) .", " ".join(f":n{i} :p :n{i + 1} ." for i in range(9))
    )
    step = trace.of(one(f":n1 :s :n{1 + links} ."))
    assert step is not None
    assert step.premises == tuple(map(one, links_from(1, links)))


def test_what_is_given_or_does_not_follow_has_no_derivation() -> None:
    trace = trace_of(":A rdfs:subClassOf :B .", ":i a :A .")
    assert trace.of(one(":i a :A .")) is None
    assert trace.of(one(":i a :C .")) is None


_AXIOMS = (
    ":A rdfs:subClassOf :B .", ":B rdfs:subClassOf :A .", ":p rdfs:domain :A .", ":q rdfs:range :B .",
    ":p rdfs:subPropertyOf :q .", ":q owl:inverseOf :r .", ":p a owl:TransitiveProperty .",
    ":s owl:propertyChainAxiom ( :p :q :r ) .", ":r owl:propertyChainAxiom ( :q :p ) .",
)  # fmt: skip
_FACTS = [f":{a} :{p} :{b} ." for a in "xyz" for p in "pqr" for b in "xyz"] + [
    f":{a} a :{c} ." for a in "xyz" for c in "AB"
]


@given(st.sets(st.sampled_from(_AXIOMS)), st.sets(st.sampled_from(_FACTS), max_size=7))
@settings(max_examples=60, deadline=None)
def test_trace_and_closure_agree_on_any_graph(axioms: set[str], facts: set[str]) -> None:
    rules, data = compile_rules(read(DECLARED + " ".join(axioms))), read(" ".join(facts))
    trace = Trace(data, rules)
    assert trace.statements - data == set(close(data, rules)) - data
    for triple in trace.steps:
        step = trace.of(triple)
        assert step is not None
        assert not any(term.startswith(OWN) for p in step.premises for term in p)


# -- explanations -----------------------------------------------------------------------------------------------
def explained(subject: str, predicate: str | None = None, obj: str | None = None, **options: Any) -> Any:
    text = api.explain_graph(graph_file(), (subject, predicate, obj), sources=[PLAN], form="json", **options)
    return json.loads(text)


def leaves(entry: dict[str, Any]) -> list[dict[str, Any]]:
    premises = entry.get("premises", [])
    return [x for p in premises for x in leaves(p)] if premises else [entry]


def value(entry: dict[str, Any]) -> str:
    return terms.lexical(entry["statement"][2])


@pytest.mark.parametrize(
    ("subject", "name", "said", "quote"),
    [
        ("岭政办发〔2025〕16号", "documentNumber", "岭政办发〔2025〕16号", "岭政办发〔2025〕16号"),
        ("岭政办发〔2025〕16号", "issueYear", "2025", "岭政办发〔2025〕16号"),
        ("岭政办发〔2025〕16号", "documentDate", "2025-03-27", "2025年3月27日"),
        ("岭政办发〔2025〕16号", "issuerSignature", "云岭省人民政府办公厅", "云岭省人民政府办公厅"),
    ],
)
def test_a_value_shows_the_characters_that_prove_just_it(subject: str, name: str, said: str, quote: str) -> None:
    (entry,) = explained(subject, name)
    (place,) = entry["places"]
    assert (entry["origin"], value(entry), place["quote"]) == ("text", said, quote)
    assert TEXT[place["start"] : place["end"]] == quote
    line = TEXT.splitlines()[place["line"] - 1]
    assert line[place["column"] - 1 :].startswith(quote)
    assert quote in place["sentence"]


def test_a_relation_shows_the_name_of_the_party() -> None:
    (entry,) = explained("岭政办发〔2025〕16号", "issuedBy")
    assert [p["quote"] for p in entry["places"]] == ["云岭省人民政府办公厅"]


@pytest.mark.parametrize(
    ("subject", "name"),
    [("省科协", "participatesIn"), ("省科协", "jointlyResponsibleWith"), ("2", "assignedTo"), ("2", "ledBy")],
)
def test_what_follows_goes_down_to_sentences(subject: str, name: str) -> None:
    entries = explained(subject, name)
    assert entries
    for entry in entries:
        assert entry["origin"] == "inferred"
        assert entry["axiom"]
        ends = leaves(entry)
        assert any("places" in e for e in ends)
        for place in (p for e in ends for p in e.get("places", ())):
            assert TEXT[place["start"] : place["end"]] == place["quote"]


def test_the_tree_of_a_plan_and_its_populations_ends_in_the_text() -> None:
    title = "云岭省全民数字素养提升行动方案（2025—2027年）"
    ends = [e for entry in explained(title, "addresses") for e in leaves(entry)]
    assert any(p["quote"] == "老年人" for e in ends for p in e.get("places", ()))


def test_what_the_text_says_of_a_node_comes_before_what_the_registers_say() -> None:
    origins = [e["origin"] for e in explained("省科协")]
    assert origins[0] == "inferred"
    assert origins == sorted(origins, key=("text", "inferred", "structure", "run", "vocabulary").index)


def test_statements_of_the_vocabularies_and_of_the_run_say_so() -> None:
    assert {e["origin"] for e in explained("省科协", "skos:prefLabel")} == {"vocabulary"}
    run = next(s for s, p, o, _ in api.open(graph_file()).quads if o == gplan("ExtractionRun"))
    assert {e["origin"] for e in explained(run[1:-1], "toolVersion")} == {"run"}


def test_the_quote_is_marked_in_its_sentence_for_people() -> None:
    text = api.explain_graph(graph_file(), ("岭政办发〔2025〕16号", "documentDate", None), sources=[PLAN])
    line = next(n for n, x in enumerate(TEXT.splitlines(), 1) if "2025年3月27日" in x)
    assert f"{line}:" in text
    assert "【2025年3月27日】" in text
    coloured = api.explain_graph(
        graph_file(), ("岭政办发〔2025〕16号", "documentDate", None), sources=[PLAN], colour=True, lang="zh"
    )
    assert "\x1b[7m2025年3月27日\x1b[0m" in coloured
    assert "出自原文" in coloured


def test_without_the_source_quote_and_offsets_are_told() -> None:
    text = api.explain_graph(graph_file(), ("岭政办发〔2025〕16号", "documentDate", None))
    at = TEXT.index("2025年3月27日")
    assert f"[{at}-{at + 10}] 【2025年3月27日】" in text


def test_as_turtle_it_is_a_graph_of_statement_premises_and_spans() -> None:
    turtle = api.explain_graph(graph_file(), ("省科协", "participatesIn", None), form="ttl", sources=[PLAN])
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    spans = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(terms.GPLAN + "SourceSpan")))
    assert spans
    for span in spans:
        start, end, quote = (
            graph.value(span, rdflib.URIRef(terms.GPLAN + n)) for n in ("startOffset", "endOffset", "exactText")
        )
        assert start is not None
        assert end is not None
        assert str(quote) == TEXT[int(str(start)) : int(str(end))]
    assert list(graph.triples((None, rdflib.URIRef(terms.GPLAN + "participatesIn"), None)))


def test_names_that_nothing_has_are_told_with_near_ones() -> None:
    with pytest.raises(UsageError, match="云岭省科学技术协会"):
        explained("云岭省科学技术协")
    with pytest.raises(UsageError, match="unknown prefix"):
        explained("省科协", "foo:bar")
    with pytest.raises(UsageError, match="no statement"):
        explained("省科协", "documentDate")


def test_an_item_is_named_by_its_label_a_node_by_iri_or_curie() -> None:
    by_label = explained("2", "itemLabel")
    assert {value(e) for e in by_label} == {"2"}
    iri = by_label[0]["statement"][0][1:-1]
    assert explained(iri, "gplan:itemLabel") == by_label
    assert explained(iri, terms.GPLAN + "itemLabel", "2") == by_label


def test_the_command_prints_what_the_function_returns() -> None:
    done = CliRunner().invoke(cli, ["explain", graph_file(), "省科协", "participatesIn", "--source", str(PLAN)])
    assert done.exit_code == 0
    assert "inferred; step " in done.output
    assert "【省科协】" in done.output


@pytest.mark.parametrize("offset", ["99999999999", "-7", '"here"', f'"{"9" * 5000}"^^xsd:integer', "0.5"])
def test_an_offset_that_is_none_is_no_place(offset: str, tmp_path: Path) -> None:
    data = Path(__file__).parent / "data"
    text = re.sub(r"gplan:(start|end)Offset \d+", rf"gplan:\1Offset {offset}", (data / "mini.ttl").read_text("utf-8"))
    graph = tmp_path / "odd.ttl"
    graph.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(cli, ["explain", str(graph), "省商务厅", "--source", str(data / "mini.txt")])
    assert done.exit_code == 0
