"""OWL 2 RL as a table of allowed constructs by position, one bad example a rule; our files hold to it.

Source: W3C, OWL 2 Web Ontology Language Profiles, section 4.2; chains after OWL 2 Structural Specification, section 11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, XSD, URIRef
from rdflib.collection import Collection

from kgbuild import terms
from kgbuild.config import data_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

PREFIXES = "\n".join(f"@prefix {p}: <{n}> ." for p, n in terms.PREFIXES.items()) + "\n@prefix : <urn:x#> ."


def load(names: tuple[str, ...]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in names:
        graph.parse(data_dir("ontology") / f"{name}.ttl")
    return graph


SUB, SUPER, EQUIV = "subclass", "superclass", "equivalent class"
CLASS_CONSTRUCTS: dict[URIRef, dict[str, str]] = {
    OWL.intersectionOf: {SUB: SUB, SUPER: SUPER, EQUIV: EQUIV},
    OWL.unionOf: {SUB: SUB},
    OWL.oneOf: {SUB: ""},
    OWL.complementOf: {SUPER: SUB},
    OWL.someValuesFrom: {SUB: SUB},
    OWL.allValuesFrom: {SUPER: SUPER},
    OWL.hasValue: {SUB: "", SUPER: "", EQUIV: ""},
    OWL.maxCardinality: {SUPER: ""},
    OWL.maxQualifiedCardinality: {SUPER: ""},
}
"""Construct, the positions that it may take, and the position of what it holds ('' = no class)."""
NEVER = {
    OWL.minCardinality,
    OWL.cardinality,
    OWL.minQualifiedCardinality,
    OWL.qualifiedCardinality,
    OWL.hasSelf,
    OWL.disjointUnionOf,
    OWL.onDatatype,
    OWL.datatypeComplementOf,
}
POSITIONS = {
    RDFS.subClassOf: (SUB, SUPER),
    OWL.equivalentClass: (EQUIV, EQUIV),
    OWL.disjointWith: (SUB, SUB),
    RDFS.domain: (None, SUPER),
    RDFS.range: (None, SUPER),
}
DATATYPES = {RDFS.Literal, RDF.PlainLiteral, RDF.XMLLiteral, RDF.langString} | {
    XSD[name]
    for name in (
        "decimal",
        "integer",
        "nonNegativeInteger",
        "nonPositiveInteger",
        "positiveInteger",
        "negativeInteger",
        "long",
        "int",
        "short",
        "byte",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
        "float",
        "double",
        "string",
        "normalizedString",
        "token",
        "language",
        "Name",
        "NCName",
        "NMTOKEN",
        "boolean",
        "hexBinary",
        "base64Binary",
        "anyURI",
        "dateTime",
        "dateTimeStamp",
    )
}
"""The datatype map of OWL 2 without owl:real and owl:rational, which RL leaves out; xsd:date is not in it."""


def profile_problems(graph: rdflib.Graph) -> Iterator[str]:
    """Name every place where an ontology leaves OWL 2 RL, or OWL 2 DL as far as chains go."""
    for predicate, (left, right) in POSITIONS.items():
        for s, o in graph.subject_objects(predicate):
            for node, position in ((s, left), (o, right)):
                if position and not is_datatype(node):
                    yield from class_problems(graph, node, position)
    for node in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        for member in Collection(graph, graph.value(node, OWL.members)):  # type: ignore[arg-type]
            yield from class_problems(graph, member, SUB)
    yield from (f"{p.split('#')[1]} is not in RL" for p in NEVER if (None, p, None) in graph)
    yield from ("ReflexiveProperty is not in RL" for _ in graph.subjects(RDF.type, OWL.ReflexiveProperty))
    for p, o in graph.subject_objects(RDFS.range):
        if is_datatype(o) and o not in DATATYPES:
            yield f"range {o} of {p} is not in the datatype map"
    yield from declaration_problems(graph)
    yield from chain_problems(graph)


def is_datatype(node: Node) -> bool:
    return str(node).startswith(str(XSD)) or node in DATATYPES


def class_problems(graph: rdflib.Graph, node: Node, position: str) -> Iterator[str]:
    if isinstance(node, URIRef):
        if node == OWL.Thing and position in (SUB, EQUIV):
            yield f"owl:Thing as {position}"
        return
    found = [p for p in graph.predicates(node) if p in CLASS_CONSTRUCTS]
    if not found:
        yield f"an unknown class expression as {position}"
    for construct in found:
        inner = CLASS_CONSTRUCTS[construct].get(position)  # type: ignore[index]
        value = graph.value(node, construct)
        name = str(construct).split("#")[1]
        if inner is None:
            yield f"{name} as {position}"
        elif "ardinality" in name and int(str(value)) > 1:
            yield f"{name} {value} as {position}"
        elif inner and value != OWL.Thing:
            parts = Collection(graph, value) if name.endswith(("ionOf",)) else [value]  # type: ignore[arg-type]
            for part in parts:
                yield from class_problems(graph, part, inner)  # type: ignore[arg-type]


def declaration_problems(graph: rdflib.Graph) -> Iterator[str]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    declared = {kind: set(graph.subjects(RDF.type, kind)) for kind in kinds}
    for i, kind in enumerate(kinds):
        for other in kinds[i + 1 :]:
            for term in declared[kind] & declared[other]:
                yield f"{term} is declared as two kinds of term"
    known = set().union(*declared.values())
    for _, p, _ in graph:
        if p not in known and not str(p).startswith((str(OWL), str(RDF), str(RDFS))):
            yield f"{p} is not declared"
    classes = {o for q in (RDFS.subClassOf, RDFS.domain) for o in graph.objects(None, q) if isinstance(o, URIRef)}
    yield from (f"{c} is not declared as class" for c in classes - declared[OWL.Class] - {OWL.Thing})


def chain_problems(graph: rdflib.Graph) -> Iterator[str]:
    """Check that a strict order over the properties exists (regularity), and that simple ones stay simple."""
    # A property and its inverse stand at one place of the order.
    twin = dict(graph.subject_objects(OWL.inverseOf))
    below: dict[Node, set[Node]] = {}
    composed = {twin.get(p, p) for p in graph.subjects(RDF.type, OWL.TransitiveProperty)}
    for s, o in graph.subject_objects(RDFS.subPropertyOf):
        below.setdefault(twin.get(o, o), set()).add(twin.get(s, s))
    for head, chain in graph.subject_objects(OWL.propertyChainAxiom):
        top = twin.get(head, head)
        composed.add(top)
        below.setdefault(top, set()).update(lower_links(top, [twin.get(p, p) for p in Collection(graph, chain)]))
    for start in below:
        reached = all_below(below, start)
        if start in reached:
            yield f"the chains of {start} are not regular"
        if reached & composed:
            composed.add(start)
    for kind in ("Asymmetric", "Irreflexive", "Functional", "InverseFunctional"):
        for p in graph.subjects(RDF.type, OWL[f"{kind}Property"]):
            if twin.get(p, p) in composed:
                yield f"{p} is {kind} and not simple"


def lower_links(head: Node, links: list[Node]) -> list[Node]:
    """Return the links that must stand below the head: it may itself stand at one end, or be the chain head ∘ head."""
    if links == [head, head]:
        return []
    if links[0] == head:
        return links[1:]
    return links[:-1] if links[-1] == head else links


def all_below(below: dict[Node, set[Node]], start: Node) -> set[Node]:
    reached: set[Node] = set()
    todo = [start]
    while todo:
        fresh = below.get(todo.pop(), set()) - reached
        reached |= fresh
        todo.extend(fresh)
    return reached


ON_P = "a owl:Restriction ; owl:onProperty :p ;"
BAD = {
    "someValuesFrom as superclass": f":A rdfs:subClassOf [ {ON_P} owl:someValuesFrom :B ] .",
    "allValuesFrom as subclass": f"[ {ON_P} owl:allValuesFrom :B ] rdfs:subClassOf :A .",
    "minCardinality is not in RL": f":A rdfs:subClassOf [ {ON_P} owl:minCardinality 2 ] .",
    "maxCardinality 2": f":A rdfs:subClassOf [ {ON_P} owl:maxCardinality 2 ] .",
    "unionOf as superclass": ":A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( :A :B ) ] .",
    "unionOf as equivalent": ":A owl:equivalentClass [ a owl:Class ; owl:unionOf ( :A :B ) ] .",
    "unionOf as superclass ": ":p rdfs:domain [ a owl:Class ; owl:unionOf ( :A :B ) ] .",
    "complementOf as subclass": "[ a owl:Class ; owl:complementOf :B ] rdfs:subClassOf :A .",
    "oneOf as superclass": ":A rdfs:subClassOf [ a owl:Class ; owl:oneOf ( :i ) ] .",
    "someValuesFrom as equivalent": ":A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :B "
    "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] ) ] .",
    "owl:Thing as subclass": "owl:Thing rdfs:subClassOf :A .",
    "disjointUnionOf is not in RL": ":A owl:disjointUnionOf ( :B ) .",
    "ReflexiveProperty": ":p a owl:ReflexiveProperty .",
    "hasSelf": f":A rdfs:subClassOf [ {ON_P} owl:hasSelf true ] .",
    "date of": ":d rdfs:range xsd:date .",
    "time of": ":d rdfs:range xsd:time .",
    "gYear of": ":d rdfs:range xsd:gYear .",
    "two kinds of term": ":p a owl:DatatypeProperty .",
    "not declared": ":A :unknown :B .",
    "not declared as class": ":A rdfs:subClassOf :Unknown .",
    "are not regular": ":p owl:propertyChainAxiom ( :q :r ) . :q owl:propertyChainAxiom ( :p :r ) .",
    "Asymmetric and not simple": ":p a owl:AsymmetricProperty , owl:TransitiveProperty .",
    "Functional and not simple": ":p a owl:FunctionalProperty ; owl:propertyChainAxiom ( :q :r ) .",
}
GOOD = """
:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] ,
  [ a owl:Class ; owl:complementOf :C ] ,
  [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 1 ] .
[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] rdfs:subClassOf :A .
[ a owl:Class ; owl:unionOf ( :A :B ) ] rdfs:subClassOf :C .
:B owl:equivalentClass [ a owl:Restriction ; owl:onProperty :q ; owl:hasValue :v ] . :d rdfs:range xsd:dateTime .
:p owl:propertyChainAxiom ( :p :q ) , ( :q :p ) , ( :p :p ) . :q a owl:AsymmetricProperty . :r owl:inverseOf :q .
[] a owl:AllDisjointClasses ; owl:members ( :A :B ) .
"""
DECLARED = """
:A a owl:Class . :B a owl:Class . :C a owl:Class . :p a owl:ObjectProperty . :q a owl:ObjectProperty .
:r a owl:ObjectProperty . :d a owl:DatatypeProperty .
"""


@pytest.mark.parametrize(("problem", "axiom"), BAD.items(), ids=BAD)
def test_the_check_names_what_is_not_owl_rl(problem: str, axiom: str) -> None:
    graph = rdflib.Graph().parse(data=PREFIXES + DECLARED + axiom, format="turtle")
    assert any(problem.strip() in found for found in profile_problems(graph)), list(profile_problems(graph))


def test_the_check_passes_what_is_owl_rl() -> None:
    graph = rdflib.Graph().parse(data=PREFIXES + DECLARED + GOOD, format="turtle")
    assert list(profile_problems(graph)) == []


@pytest.mark.parametrize("names", [("gplan",), ("gplan", "alignments")], ids=["ontology", "with alignments"])
def test_the_ontology_is_owl_rl(names: tuple[str, ...]) -> None:
    assert list(profile_problems(load(names))) == []
