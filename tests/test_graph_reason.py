"""The compiled reasoner against owlrl: kind by kind, on graphs over the ontology, and at random."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rdflib
from tests.support import grows_with, whole

import kgbuild
from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.errors import InputError, OntologyError
from kgbuild.graph.interchange import from_rdflib, to_rdflib
from kgbuild.graph.owlrl_reference import TRIVIAL, close_owlrl
from kgbuild.graph.reason import Inconsistency, Rules, close, compile_rules, reason

if TYPE_CHECKING:
    from kgbuild.model import Triple

PREFIXES = "\n".join(f"@prefix {p}: <{n}> ." for p, n in terms.PREFIXES.items()) + "\n@prefix : <urn:x#> ."


def read(turtle: str) -> set[Triple]:
    return from_rdflib(rdflib.Graph().parse(data=PREFIXES + turtle, format="turtle"))


@pytest.fixture(scope="module")
def ontology() -> set[Triple]:
    return from_rdflib(rdflib.Graph().parse(data_dir("ontology") / "gplan.ttl"))


@pytest.fixture(scope="module")
def rules(ontology: set[Triple]) -> Rules:
    return compile_rules(ontology)


DECLARED = """
:A a owl:Class . :B a owl:Class . :C a owl:Class . :D a owl:Class .
:p a owl:ObjectProperty . :q a owl:ObjectProperty . :r a owl:ObjectProperty . :s a owl:ObjectProperty .
:t a owl:ObjectProperty . :d a owl:DatatypeProperty . :e a owl:DatatypeProperty .
"""

KINDS = {
    "subclass, two steps": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", ":i a :A .", ":i a :B , :C ."),
    "subclass, not downwards": (":A rdfs:subClassOf :B .", ":i a :B .", ""),
    "subclass, a circle": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :A .", ":i a :B .", ":i a :A ."),
    "equivalent class": (":A owl:equivalentClass :B .", ":i a :A . :j a :B .", ":i a :B . :j a :A ."),
    "equivalent class, another class": (":A owl:equivalentClass :B .", ":i a :C .", ""),
    "subproperty": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":i :p :j .", ":i :q :j ; :r :j ."),
    "subproperty, not downwards": (":p rdfs:subPropertyOf :q .", ":i :q :j .", ""),
    "subproperty of literals": (":d rdfs:subPropertyOf :e .", ':i :d "x"@zh .', ':i :e "x"@zh .'),
    "equivalent property": (":p owl:equivalentProperty :q .", ":i :p :j . :k :q :l .", ":i :q :j . :k :p :l ."),
    "equivalent property, another one": (":p owl:equivalentProperty :q .", ":i :r :j .", ""),
    "inverse": (":p owl:inverseOf :q .", ":i :p :j . :k :q :l .", ":j :q :i . :l :p :k ."),
    "inverse, another one": (":p owl:inverseOf :q .", ":i :r :j .", ""),
    "symmetric": (":p a owl:SymmetricProperty .", ":i :p :j .", ":j :p :i ."),
    "symmetric, another one": (":p a owl:SymmetricProperty .", ":i :q :j .", ""),
    "transitive": (":p a owl:TransitiveProperty .", ":i :p :j . :j :p :k . :k :p :l .", ":i :p :k , :l . :j :p :l ."),
    "transitive, no meeting": (":p a owl:TransitiveProperty .", ":i :p :j . :k :p :l .", ""),
    "transitive, a circle": (":p a owl:TransitiveProperty .", ":i :p :j . :j :p :i .", ":i :p :i . :j :p :j ."),
    "chain of two": (":r owl:propertyChainAxiom ( :p :q ) .", ":i :p :j . :j :q :k .", ":i :r :k ."),
    "chain of two, wrong order": (":r owl:propertyChainAxiom ( :p :q ) .", ":i :q :j . :j :p :k .", ""),
    "chain ending in a literal": (":e owl:propertyChainAxiom ( :p :d ) .", ':i :p :j . :j :d "x" .', ':i :e "x" .'),
    "chain of three": (
        ":s owl:propertyChainAxiom ( :p :q :r ) .",
        ":i :p :j . :j :q :k . :k :r :l .",
        ":i :s :l .",
    ),
    "chain of three, cut": (":s owl:propertyChainAxiom ( :p :q :r ) .", ":i :p :j . :j :q :k . :x :r :l .", ""),
    "chain of four over itself": (
        ":s owl:propertyChainAxiom ( :p :p :q :p ) .",
        ":i :p :j . :j :p :k . :k :q :l . :l :p :m .",
        ":i :s :m .",
    ),
    "two chains sharing a start": (
        ":s owl:propertyChainAxiom ( :p :q :r ) . :t owl:propertyChainAxiom ( :p :q :p ) .",
        ":i :p :j . :j :q :k . :k :r :l . :k :p :m .",
        ":i :s :l ; :t :m .",
    ),
    "recursive chain": (
        ":p owl:propertyChainAxiom ( :p :q ) .",
        ":i :p :j . :j :q :k . :k :q :l .",
        ":i :p :k , :l .",
    ),
    "domain": (":p rdfs:domain :A . :A rdfs:subClassOf :B .", ":i :p :j .", ":i a :A , :B ."),
    "domain of a datatype property": (":d rdfs:domain :A .", ':i :d "x" .', ":i a :A ."),
    "domain, another property": (":p rdfs:domain :A .", ":i :q :j .", ""),
    "range": (":p rdfs:range :A .", ":i :p :j .", ":j a :A ."),
    "range says nothing of literals": (":d rdfs:range xsd:string .", ':i :d "x" .', ""),
    "hasValue to class": (
        ":A owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] .",
        ":i :p :v .",
        ":i a :A .",
    ),
    "hasValue from class": (
        ":A owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] .",
        ":i a :A .",
        ":i :p :v .",
    ),
    "hasValue, another value": (
        ":A owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] .",
        ":i :p :w .",
        "",
    ),
    "hasValue, superclass only": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:hasValue 1 ] .",
        ":i a :A . :j :d 1 .",
        ":i :d 1 .",
    ),
    "hasValue, subclass only": (
        "[ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] rdfs:subClassOf :A .",
        ":i a :A . :j :p :v .",
        ":j a :A .",
    ),
    "fact of the ontology joins the data": (":v a :A . :A rdfs:subClassOf :B .", ":i :p :v .", ":v a :B ."),
}


@pytest.mark.parametrize(("axioms", "data", "expected"), KINDS.values(), ids=KINDS)
def test_kind_of_axiom(axioms: str, data: str, expected: str) -> None:
    stated, given = read(DECLARED + axioms), read(data)
    new = close(given, compile_rules(stated))
    assert new == read(expected)
    assert new == close_owlrl(given, stated)


REFUSED = {
    "owl:FunctionalProperty": ":p a owl:FunctionalProperty .",
    "owl:ReflexiveProperty": ":p a owl:ReflexiveProperty .",
    "owl:hasKey": ":A owl:hasKey ( :p ) .",
    "owl:someValuesFrom": ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .",
    "owl:unionOf": "[ a owl:Class ; owl:unionOf ( :A :B ) ] rdfs:subClassOf :C .",
    "owl:intersectionOf": ":A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :B :C ) ] .",
    "owl:complementOf": ":A owl:complementOf :B .",
    "owl:propertyDisjointWith": ":p owl:propertyDisjointWith :q .",
    "owl:sameAs": ":i owl:sameAs :j .",
    "owl:AllDifferent": "[] a owl:AllDifferent .",
    "owl:Restriction": ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ] .",
    "owl:propertyChainAxiom": ":p owl:propertyChainAxiom ( :q ) .",
    "rdfs:subPropertyOf": ":p rdfs:subPropertyOf [ owl:inverseOf :q ] .",
    "broken": ":p owl:propertyChainAxiom :nowhere .",
    "rdfs:subClassOf": ":A rdfs:subClassOf [ a owl:Class ] .",
}


@pytest.mark.parametrize(("name", "axiom"), REFUSED.items(), ids=REFUSED)
def test_refuses_by_name_what_it_does_not_cover(name: str, axiom: str) -> None:
    expected = {"rdfs:subClassOf": "owl:Class", "broken": "list of an axiom is broken"}.get(name, name)
    with pytest.raises(OntologyError, match=expected):
        compile_rules(read(DECLARED + axiom))


@pytest.mark.parametrize("data", [":i owl:sameAs :j .", ":A rdfs:subClassOf :B .", ":p a owl:TransitiveProperty ."])
def test_refuses_axioms_among_the_data(data: str, rules: Rules) -> None:
    with pytest.raises(InputError, match=r"hold axioms \((owl|rdfs):"):
        close(read(data), rules)


def test_header_and_annotations_of_a_data_file_are_no_axioms(rules: Rules) -> None:
    header = '<urn:f> a owl:Ontology ; owl:imports <https://w3id.org/gplan/ontology> ; rdfs:label "x" .'
    assert close(read(header), rules) == set()


CLASHES = {
    "cax-adc": (":A owl:disjointWith :B .", ":i a :A , :B .", 1),
    "all disjoint": ("[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .", ":i a :C , :A .", 1),
    "by inference": (":A owl:disjointWith :B . :p rdfs:domain :A .", ":i a :B ; :p :j .", 1),
    "disjoint, apart": (":A owl:disjointWith :B .", ":i a :A . :j a :B .", 0),
    "prp-asyp": (":p a owl:AsymmetricProperty .", ":i :p :j . :j :p :i .", 1),
    "asymmetric, one way": (":p a owl:AsymmetricProperty .", ":i :p :j .", 0),
    "prp-irp": (":p a owl:IrreflexiveProperty .", ":i :p :i .", 1),
    "irreflexive, two nodes": (":p a owl:IrreflexiveProperty .", ":i :p :j .", 0),
    "cls-nothing2": (":A rdfs:subClassOf owl:Nothing .", ":i a :A .", 1),
}


@pytest.mark.parametrize("large", [0, 500_000])
@pytest.mark.parametrize(("axioms", "data", "count"), CLASHES.values(), ids=CLASHES)
def test_clashes(axioms: str, data: str, count: int, large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbuild.graph.reason.LARGE", large)
    closure = reason(read(data), compile_rules(read(DECLARED + axioms)))
    assert len(closure.inconsistencies) == count


def test_a_clash_lists_its_statements() -> None:
    closure = reason(read(":i a :A , :B ."), compile_rules(read(DECLARED + ":A owl:disjointWith :B .")))
    assert closure.inconsistencies == (Inconsistency("cax-adc", tuple(sorted(read(":i a :A , :B .")))),)


PLAN = """
:a a gplan:Action ; gplan:actionOf :plan ; gplan:inSection :s2 ; gplan:hasAssignment :x , :y , :z ;
  gplan:hasLeadAssignment :x ; gplan:hasCooperatingAssignment :z ; gplan:hasTargeting :t ; gplan:itemOrder 1 ;
  gplan:hasInitiativeUse :u ; gplan:hasCitation :c ; gplan:evidence :span .
:x a gplan:Assignment ; gplan:assignee :b1 ; gplan:role gplanv:role-lead .
:y a gplan:Assignment ; gplan:assignee :g ; gplan:role gplanv:role-responsible .
:z a gplan:Assignment ; gplan:assignee :b2 ; gplan:role gplanv:role-cooperating .
:g a gplan:BodyGroup ; gplan:hasMemberBody :b3 . :b1 a gplan:Body ; gplan:succeededBy :b2 . :b2 a gplan:Body .
:b3 a gplan:Body . :b9 a gplan:Body .
:plan a gplan:Plan ; gplan:hasDocumentCitation :dc . :notice a gplan:TransmittalNotice .
:s2 a gplan:Section ; gplan:parentSection :s1 ; gplan:headingPopulation :pop1 .
:s1 a gplan:Section ; gplan:sectionOf :plan ; gplan:headingPopulation :pop2 .
:t a gplan:Targeting ; gplan:targetedPopulation :pop3 . :pop3 skos:broader :pop4 . :pop4 skos:broader :pop5 .
:u a gplan:InitiativeUse ; gplan:usedInitiative :ini . :c a gplan:Citation ; gplan:citedDocument :law .
:dc a gplan:Citation ; gplan:citedDocument :law2 . :span a gplan:SourceSpan ; gplan:inSource :text .
:notice gplan:transmits :plan ; gplan:issuedBy :b9 .
:d1 gplan:partOfDivision :d2 . :d2 gplan:partOfDivision :d3 .
"""

SAID = """
:a gplan:assignedTo :b1 , :b2 , :g ; gplan:ledBy :b1 ; gplan:supportedBy :b2 ; gplan:expandedTo :b3 ;
  gplan:involves :b1 , :b2 , :b3 , :g ; gplan:targets :pop3 ; gplan:contextTargets :pop1 , :pop2 ;
  gplan:concerns :pop1 , :pop2 , :pop3 , :pop4 , :pop5 ; gplan:withinSection :s1 , :s2 ; gplan:usesInitiative :ini ;
  gplan:refersTo :law .
:b1 gplan:responsibleFor :a ; gplan:participatesIn :plan ; gplan:servesPopulation :pop3 ;
  gplan:jointlyResponsibleWith :b1 , :b2 , :g . :b2 gplan:succeeds :b1 . :b3 gplan:collectivelyResponsibleFor :a .
:plan gplan:hasAction :a ; gplan:transmittedBy :notice ; gplan:promulgatedBy :b9 ; gplan:cites :law , :law2 ;
  gplan:addresses :pop1 , :pop2 , :pop3 . :notice gplan:promulgatedBy :b9 .
:s1 gplan:withinDocument :plan . :s2 gplan:withinDocument :plan .
:x a gplan:LeadAssignment . :z a gplan:CooperatingAssignment .
:d1 gplan:withinDivision :d2 , :d3 . :d2 gplan:withinDivision :d3 .
"""


@whole("asks owlrl, which is slow")
def test_the_ontology_says_of_a_plan_what_it_should(rules: Rules, ontology: set[Triple]) -> None:
    given = read(PLAN)
    closure = reason(given, rules)
    assert not closure.inconsistencies
    assert read(SAID) - closure.new == set()
    assert closure.new == close_owlrl(given, ontology)


def test_no_asserted_property_is_inferred_on_what_the_builder_writes(rules: Rules, ontology: set[Triple]) -> None:
    inferred = {s for s, p, o in ontology if p == terms.gplan("derivation") and o == '"inferred"'}
    assert {p for _, p, _ in close(read(PLAN), rules)} <= {*inferred, f"<{terms.RDF}type>"}


def test_the_example_infers_no_asserted_property_and_no_clash(rules: Rules, ontology: set[Triple]) -> None:
    plan = Path(__file__).resolve().parent.parent / "examples" / "yunling-2025.txt"
    built = kgbuild.build(plan, validate=False).built
    closure = reason(built.asserted | built.graphs.vocabulary, rules)
    asserted = {s for s, p, o in ontology if p == terms.gplan("derivation") and o == '"asserted"'}
    assert closure.new == built.inferred
    assert closure.inconsistencies == ()
    assert {p for _, p, _ in closure.new} & asserted == set()
    assert {p for _, p, _ in built.asserted} <= {*asserted, *(p for _, p, _ in built.asserted if terms.GPLAN not in p)}


def apart(graph: set[Triple], namespace: str) -> set[Triple]:
    return {(s.replace("urn:x#", namespace), p, o.replace("urn:x#", namespace)) for s, p, o in graph}


def test_bodies_of_different_plans_do_not_mix(rules: Rules) -> None:
    """No rule joins two documents except through shared entities: the whole is the union of the parts."""
    first, second = read(PLAN), apart(read(PLAN), "urn:y#")
    assert close(first | second, rules) == close(first, rules) | close(second, rules)


def random_graph(ontology: set[Triple], seed: int, tag: str) -> set[Triple]:
    """Statements of the ontology's properties between a few nodes, typed or not, renamed apart by the tag."""
    rng = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    kinds = [f"<{terms.OWL}{k}>" for k in ("ObjectProperty", "DatatypeProperty", "Class")]
    objects, literals, classes = (
        sorted(s for s, p, o in ontology if p == f"<{terms.RDF}type>" and o == kind and s.startswith("<https://w3id"))
        for kind in kinds
    )
    objects.append(f"<{terms.SKOS}broader>")
    nodes = [f"<urn:{tag}#{i}>" for i in range(8)] + [terms.code("role-lead"), terms.code("role-cooperating")]
    graph = {(rng.choice(nodes[:8]), rng.choice(objects), rng.choice(nodes)) for _ in range(rng.randint(1, 30))}
    graph |= {(rng.choice(nodes[:8]), f"<{terms.RDF}type>", rng.choice(classes)) for _ in range(rng.randint(0, 4))}
    return graph | {(rng.choice(nodes[:8]), rng.choice(literals), terms.literal(f"文{seed}"))}


@whole("test_reason_contract.py takes random graphs too")
def test_equals_owlrl_on_random_graphs(rules: Rules, ontology: set[Triple]) -> None:
    # Graphs are renamed apart and closed in one run of owlrl, which needs seconds for the ontology alone; they share
    # the two roles, whose statements are compared as one.
    graphs = [random_graph(ontology, seed, f"g{seed}") for seed in range(30)]
    together = set().union(*graphs)
    assert close(together, rules) == close_owlrl(together, ontology)


@pytest.mark.parametrize("seed", range(25))
def test_closing_is_idempotent_monotone_and_blind_to_order(rules: Rules, ontology: set[Triple], seed: int) -> None:
    given = random_graph(ontology, 1000 + seed, "m")
    new = close(given, rules)
    assert close(given | new, rules) == set()
    assert close(sorted(given, reverse=True), rules) == new
    part = set(sorted(given)[::2])
    assert close(part, rules) | part <= new | given


@pytest.mark.parametrize("seed", range(25))
def test_what_follows_from_a_large_graph_is_found_part_by_part(
    rules: Rules, ontology: set[Triple], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = sorted(random_graph(ontology, 2000 + seed, "m"))
    given, vocabulary = some[: len(some) * 3 // 4], some[len(some) * 3 // 4 :]
    expected = reason(given, rules, vocabulary=vocabulary)
    assert expected.new == close(some, rules)
    monkeypatch.setattr("kgbuild.graph.reason.LARGE", 0)
    monkeypatch.setattr("kgbuild.graph.reason._AT_ONCE", 2)
    assert reason(given, rules, vocabulary=vocabulary) == expected


@whole("closes a graph many times")
def test_two_runs_agree_with_alignments(ontology: set[Triple]) -> None:
    aligned = ontology | from_rdflib(rdflib.Graph().parse(data_dir("ontology") / "alignments.ttl"))
    given = read(PLAN)
    new = close(given, compile_rules(aligned))
    assert new == close_owlrl(given, aligned)
    assert len(new) > len(close(given, compile_rules(ontology)))


def test_the_cost_grows_with_the_number_of_plans(rules: Rules) -> None:
    base = read(PLAN)
    plans = [apart(base, f"urn:x{i}#") for i in range(160)]
    assert grows_with(lambda n: close(set().union(*plans[:n]), rules), small=20)


def test_round_trip_through_rdflib_keeps_every_form() -> None:
    given = {
        ("<urn:a>", "<urn:p>", '"他说\\"好\\"\\n\\\\"@zh'),
        ("<urn:a>", "<urn:p>", '"6.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("<urn:a>", "<urn:p>", '"no date"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("_:b", "<urn:p>", "<urn:a>"),
    }
    assert from_rdflib(to_rdflib(given)) == given
    with pytest.raises(InputError, match="not an N-Triples term"):
        to_rdflib({("<urn:a>", "<urn:p>", "x")})


@whole("asks owlrl, which is slow")
def test_each_trivial_pattern_is_needed_and_documented(ontology: set[Triple]) -> None:
    """A pattern that matches nothing owlrl says would be dead."""
    import owlrl

    graph = to_rdflib(ontology | read(PLAN))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    schema = {s for s, p, o in ontology if p == f"<{terms.RDF}type>" and o.startswith(f"<{terms.OWL}")}
    said = from_rdflib(graph) - ontology
    for name, (reason_given, test) in TRIVIAL.items():
        assert any(test(triple, schema) for triple in said), name
        assert reason_given
