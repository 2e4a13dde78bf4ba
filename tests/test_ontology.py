"""The ontology as a whole: no dead terms, no foreign links, codes one to one with what `extract` prints."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Literal, URIRef
from tests.support import GOLD, PLAN, needs_shared, whole

import kgbuild
from kgbuild import model, terms
from kgbuild.config import data_dir
from kgbuild.lexicon import entries
from kgbuild.publish.jsonld import jsonld_context
from kgbuild.store import load_schema, read_quads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

SOURCES = Path(kgbuild.__file__).parent
ONTOLOGY = data_dir("ontology")
GPLAN = rdflib.Namespace(terms.GPLAN)


def load(*names: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in names:
        graph.parse(ONTOLOGY / f"{name}.ttl")
    return graph


def test_nothing_merges_nodes() -> None:
    """Functional properties and keys repair data in silence; cardinality is the business of shapes."""
    graph = load("gplan", "alignments")
    for kind in (OWL.FunctionalProperty, OWL.InverseFunctionalProperty):
        assert not list(graph.subjects(RDF.type, kind))
    assert not list(graph.subject_objects(OWL.hasKey))


def test_foreign_links_stand_in_the_alignments_only() -> None:
    graph = load("gplan")
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        assert all(str(o).startswith(terms.GPLAN) for o in graph.objects(None, predicate))


def test_alignments_concern_declared_terms() -> None:
    declared = set(load("gplan").subjects(RDF.type))
    aligned = {s for s in load("alignments").subjects() if str(s).startswith(terms.GPLAN)}
    assert aligned <= declared


def local(graph: rdflib.Graph, kind: Node) -> dict[str, URIRef]:
    return {
        str(s).removeprefix(terms.GPLAN): s
        for s in graph.subjects(RDF.type, kind)
        if isinstance(s, URIRef) and str(s).startswith(terms.GPLAN)
    }


def test_no_dead_terms() -> None:
    """What is asserted is written by the builder or stands in a vocabulary; the rest is marked as reserved."""
    graph = load("gplan")
    writers = [
        path
        for room in ("graph", "model", "comparison", "api/corpus")
        for path in sorted((SOURCES / room).glob("*.py"))
    ]
    written = "\n".join(path.read_text(encoding="utf-8") for path in writers)
    listed = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ONTOLOGY / "vocab").glob("*.ttl")))
    dead = []
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        for name, term in local(graph, kind).items():
            reserved = any("Reserved" in str(c) for c in graph.objects(term, RDFS.comment))
            inferred = graph.value(term, GPLAN.derivation) == Literal("inferred")
            defined = (term, OWL.equivalentClass, None) in graph or (None, RDFS.subClassOf, term) in graph
            former = (term, OWL.deprecated, None) in graph
            parent = (None, RDFS.range, term) in graph  # a class that is only ever the type of a foreign graph's node
            used = f'"{name}"' in written or re.search(rf"gplan:{name}\b", listed)
            if not (used or reserved or inferred or defined or parent or former):
                dead.append(name)
    assert not dead, dead


def test_former_terms_lead_to_the_present_ones() -> None:
    """A vocabulary of the draft is answered with what to write, so each of its terms has its line there."""
    graph = load("gplan")
    former = {f"<{s}>" for s in graph.subjects(OWL.deprecated)}
    assert former == {f"<{s}>" for s in graph.subjects(DCTERMS.isReplacedBy)} == set(entries.FORMER)
    for term, present in graph.subject_objects(DCTERMS.isReplacedBy):
        assert str(present).rpartition("#")[2] in entries.FORMER[f"<{term}>"], term
        assert (present, OWL.deprecated, None) not in graph


def test_what_has_no_range_is_a_day() -> None:
    """OWL 2 RL has no xsd:date, so days have no range; the context of JSON-LD takes what has none for a day."""
    graph = load("gplan")
    days = {
        str(s).removeprefix(terms.GPLAN)
        for s in graph.subjects(RDF.type, OWL.DatatypeProperty)
        if (s, RDFS.range, None) not in graph and (s, OWL.deprecated, None) not in graph
    }
    for name in days:
        (comment,) = [str(c) for c in graph.objects(GPLAN[name], RDFS.comment) if "xsd:date" in str(c)][:1]
        assert "SHACL" in comment, name
    context = jsonld_context(load_schema().triples, "https://example.org/id/")
    typed = {n for n, value in context.items() if isinstance(value, dict) and value.get("@type") == "xsd:date"}
    assert typed == days
    former = {str(s).removeprefix(terms.GPLAN) for s in graph.subjects(OWL.deprecated)}
    assert not former & context.keys()


def test_the_picture_of_the_model_names_terms_of_the_model() -> None:
    page = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    drawn = set(
        re.findall(r"[A-Za-z][a-z]+[A-Z]\w+", "".join(re.findall(r"^```\n(.*?)^```", page, re.DOTALL | re.MULTILINE)))
    )
    declared = {str(s).removeprefix(terms.GPLAN) for s in load("gplan").subjects(RDFS.isDefinedBy)}
    assert len(drawn) > 40
    assert drawn <= declared


def test_versions_agree() -> None:
    for path in [ONTOLOGY / "gplan.ttl", ONTOLOGY / "alignments.ttl", *sorted(data_dir("shapes").glob("*.ttl"))]:
        graph = rdflib.Graph().parse(path)
        header = next(s for s in graph.subjects(RDF.type, OWL.Ontology))
        assert str(graph.value(header, OWL.versionInfo)) == kgbuild.__version__, path
        assert str(graph.value(header, OWL.versionIRI)) == f"{header}/{kgbuild.__version__}", path


def test_examples_are_true_of_the_bundled_plan() -> None:
    """“S → O” is a statement of the example or of a vocabulary, told by labels and, of a span, by its characters."""
    triples = {t for graph in kgbuild.build(PLAN, validate=False).graphs().values() for t in graph}
    triples |= {q[:3] for path in sorted((ONTOLOGY / "vocab").glob("*.ttl")) for q in read_quads(path)}
    words = {s: o for s, p, o in triples if p == terms.gplan("exactText")}
    words |= {s: words[o] for s, p, o in sorted(triples) if p == terms.gplan("evidence")}
    words |= {s: o for s, p, o in triples if p in (f"<{SKOS.prefLabel}>", f"<{RDFS.label}>") and o.endswith("@zh")}
    quotes = str.maketrans("", "", "“”")

    def plain(node: str) -> str:
        word = words.get(node, node)
        text = terms.lexical(word) if word.startswith('"') else "/".join(word[1:-1].split("/")[-2:])
        return text.translate(quotes)

    said: dict[str, set[str]] = {}
    for s, p, o in triples:
        said.setdefault(p, set()).add(f"{plain(s)} → {plain(o)}")
    told = 0
    for term, example in load("gplan").subject_objects(SKOS.example):
        known = said.get(f"<{term}>")
        text = str(example).translate(quotes)
        # The key of a run changes with every word of a vocabulary.
        if known and " → " in text and "gplan:" not in text and "run/" not in text:
            told += text in known
            assert text in known or str(term).removeprefix(terms.GPLAN) in LACKED, (term, example)
    assert told > 100


LACKED = {"hasMemberBody", "membershipBasis", "expandedTo", "collectivelyResponsibleFor", "inSource", "hasSourceText"}
"""Properties of which the example is invented: the bundled plan knows no members of its collectives."""


LISTS_WITHOUT_A_TREE = {"finding-codes", "named-regions", "known-initiatives", "initiative-heads"}
"""Schemes of many names beside each other: a list of top concepts would be the list again."""


@whole("reads every vocabulary by rdflib")
def test_browsers_find_the_top_of_every_scheme() -> None:
    graph = load(*(f"vocab/{path.stem}" for path in sorted((ONTOLOGY / "vocab").glob("*.ttl"))))
    for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme):
        # The word classes of the grammar are collections, which have no broader concept.
        members = set(graph.subjects(SKOS.inScheme, scheme)) - set(graph.subjects(RDF.type, SKOS.Collection))
        top = set(graph.objects(scheme, SKOS.hasTopConcept)) | set(graph.subjects(SKOS.topConceptOf, scheme))
        highest = {c for c in members if not set(graph.objects(c, SKOS.broader)) & members}
        if str(scheme).removeprefix(terms.GPLANV) not in LISTS_WITHOUT_A_TREE:
            assert top == highest, scheme


def test_upper_concepts_say_what_they_mean() -> None:
    graph = load("vocab/populations", "vocab/verbs")
    broader = set(graph.objects(None, SKOS.broader))
    for concept in broader:
        told = {d.language for d in graph.objects(concept, SKOS.definition) if isinstance(d, Literal)}
        assert told == {"zh", "en"} or len(list(graph.subjects(SKOS.broader, concept))) < 3, concept


# -- codes -----------------------------------------------------------------------------------------------------------
ENUMERATIONS = {
    "PartyKind": model.PartyKind,
    "AssignmentRole": model.Role,
    "MentionRole": model.PopulationRole,
    "MeasureRole": model.MeasureRole,
    "DeonticForce": model.Force,
    "Comparator": model.Direction,
    "FieldKind": model.FieldKey,
    "InitiativeType": model.NamedType,
    "LinkMethod": model.Method,
    "Severity": model.Severity,
}


def notations(name: str) -> set[str]:
    graph = load("vocab/codes", "vocab/findings")
    return {str(n) for s in graph.subjects(RDF.type, GPLAN[name]) for n in graph.objects(s, SKOS.notation)}


@pytest.mark.parametrize("name", ENUMERATIONS)
def test_codes_are_one_to_one_with_the_annotations(name: str) -> None:
    assert notations(name) == set(get_args(ENUMERATIONS[name]))


def test_iris_of_codes_follow_their_value() -> None:
    graph = load("vocab/codes")
    for code, value in graph.subject_objects(SKOS.notation):
        if not re.search(r"[<>=]", str(value)):
            assert str(code).split("#")[1].split("-", 1)[1] == str(value).replace("_", "-")


def test_every_finding_of_the_builder_has_a_code() -> None:
    source = "\n".join(p.read_text(encoding="utf-8") for p in sorted(SOURCES.rglob("*.py")))
    written = set(re.findall(r'\bcode="([a-z-]+)"', source))
    assert written
    assert written <= notations("FindingCode")


def test_the_two_messages_of_a_finding_use_the_same_details() -> None:
    graph = load("vocab/findings")
    for code in graph.subjects(RDF.type, GPLAN.FindingCode):
        details = [sorted(re.findall(r"\{(\w+)\}", str(text))) for text in graph.objects(code, SKOS.definition)]
        assert details[0] == details[1], code


def test_what_a_text_does_not_say_is_no_violation() -> None:
    graph = load("vocab/findings")
    for code in graph.subjects(RDF.type, GPLAN.FindingCode):
        assert graph.value(code, GPLAN.severity) != URIRef(terms.GPLANV + "severity-violation")


@needs_shared
def test_codes_meet_the_shared_schema() -> None:
    schema = json.loads((GOLD / "extract.schema.json").read_text(encoding="utf-8"))

    def enums(node: object) -> Iterator[set[str]]:
        if isinstance(node, dict):
            if "enum" in node:
                yield {str(v) for v in node["enum"] if v is not None}
            for value in node.values():
                yield from enums(value)
        elif isinstance(node, list):
            for value in node:
                yield from enums(value)

    found = list(enums(schema))
    for name in (*(n for n in ENUMERATIONS if n != "LinkMethod"), "Certainty"):
        assert notations(name) in found, name


def test_blank_nodes_are_only_lists_and_class_expressions() -> None:
    graph = load("gplan")
    for node in {s for s in graph.subjects() if isinstance(s, BNode)}:
        kinds = set(graph.objects(node, RDF.type))
        assert kinds <= {OWL.Restriction, OWL.AllDisjointClasses}
        assert kinds or (node, RDF.first, None) in graph
