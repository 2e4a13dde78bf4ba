"""Parses the axioms of the ontology and compiles them to the rules that `reason` runs.

Takes triples of N-Triples strings. Guarantees: an axiom of an unsupported kind is refused by name; nothing is ignored
silently. Annotations of terms are skipped; assertions about individuals become facts.

Supported: subclasses, subproperties, equivalent classes and properties, `owl:hasValue` on either side of a class axiom,
domains, ranges, inverse, symmetric and transitive properties, property chains of any length; for inconsistencies:
disjoint classes, asymmetric and irreflexive properties, `owl:Nothing`.

Deliberately unsupported: equality (`owl:sameAs`, functional properties, keys) merges nodes instead of reporting errors.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import Message, OntologyError
from kgbuild.terms import FIRST, NIL, REST, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Triple

THING = f"<{terms.OWL}Thing>"
NOTHING = f"<{terms.OWL}Nothing>"

# Names introduced by the compiler start with NUL, which occurs in no IRI and no blank node label.
OWN = "\0"

_CLASS_LINKS = {terms.SUBCLASS: False, f"<{terms.OWL}equivalentClass>": True}
_PROPERTY_LINKS = {f"<{terms.RDFS}subPropertyOf>": False, f"<{terms.OWL}equivalentProperty>": True}
_DOMAIN, _RANGE = f"<{terms.RDFS}domain>", f"<{terms.RDFS}range>"
_INVERSE, _CHAIN, _DISJOINT, _MEMBERS, _ON, _VALUE = (
    f"<{terms.OWL}{name}>"
    for name in ("inverseOf", "propertyChainAxiom", "disjointWith", "members", "onProperty", "hasValue")
)
COVERED = {*_CLASS_LINKS, *_PROPERTY_LINKS, _DOMAIN, _RANGE, FIRST, REST}
COVERED |= {_INVERSE, _CHAIN, _DISJOINT, _MEMBERS, _ON, _VALUE}
REMARKS = {f"<{terms.RDFS}{name}>" for name in ("label", "comment", "seeAlso", "isDefinedBy")} | {
    f"<{terms.OWL}{name}>"
    for name in (
        "versionIRI",
        "versionInfo",
        "priorVersion",
        "imports",
        "deprecated",
        "backwardCompatibleWith",
        "incompatibleWith",
    )
}
_SYMMETRIC, _TRANSITIVE, _ASYMMETRIC, _IRREFLEXIVE = (
    f"<{terms.OWL}{name}Property>" for name in ("Symmetric", "Transitive", "Asymmetric", "Irreflexive")
)
_ALL_DISJOINT, _RESTRICTION = f"<{terms.OWL}AllDisjointClasses>", f"<{terms.OWL}Restriction>"
SCHEMA_TYPES = {_SYMMETRIC, _TRANSITIVE, _ASYMMETRIC, _IRREFLEXIVE, _ALL_DISJOINT, _RESTRICTION}
SCHEMA_TYPES |= {
    f"<{terms.OWL}{name}>" for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology")
}
SCHEMA_TYPES |= {f"<{terms.RDFS}Class>", f"<{terms.RDFS}Datatype>", f"<{terms.RDF}Property>"}
INDIVIDUAL = f"<{terms.OWL}NamedIndividual>"
_DATATYPES = {f"<{terms.RDFS}Literal>", f"<{terms.RDF}langString>", f"<{terms.RDF}PlainLiteral>"}
BUILT_IN = (f"<{terms.OWL}", f"<{terms.RDFS}", f"<{terms.RDF}")


@dataclass(slots=True)
class Handler:
    """What follows from a statement of a property, by itself or joined with another.

    Attributes:
        supers: Properties that hold between the same two nodes.
        inverses: Properties that hold in the other direction.
        domain: Classes of the subject.
        range: Classes of the object.
        left: As the first link of a chain: (next link, consequence).
        right: As the second link of a chain: (previous link, consequence).
        values: Classes of the subject, by object (`owl:hasValue`).
    """

    supers: tuple[str, ...] = ()
    inverses: list[str] = field(default_factory=list)
    domain: list[str] = field(default_factory=list)
    range: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    right: list[tuple[str, str]] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Compiled axioms, built by `compile_rules` and never modified.

    Attributes:
        properties: Handler of each property from which anything follows.
        classes: All strict superclasses of each class.
        values: (property, value) pairs that `owl:hasValue` gives the members of a class.
        schema: Classes, properties and ontologies that the axioms declare; they are not subjects of data.
        facts: Assertions about individuals among the axioms, true in every graph.
        disjoint: Groups of pairwise disjoint classes.
        asymmetric: Properties that never hold in both directions.
        irreflexive: Properties that never relate a node to itself.
    """

    properties: dict[str, Handler]
    classes: dict[str, tuple[str, ...]]
    values: dict[str, list[tuple[str, str]]]
    schema: frozenset[str]
    facts: frozenset[Triple]
    disjoint: tuple[frozenset[str], ...]
    asymmetric: frozenset[str]
    irreflexive: frozenset[str]


def compile_rules(axioms: Iterable[Triple]) -> Rules:
    """Compile axioms to rules.

    Args:
        axioms: Triples of one or more ontologies, possibly with annotations.

    Raises:
        OntologyError: an axiom is of an unsupported kind, or its RDF is malformed.
    """
    stated = _Axioms(axioms)
    restrictions = stated.restrictions()
    links = stated.links(_CLASS_LINKS)
    properties: defaultdict[str, Handler] = defaultdict(Handler)
    for name, supers in _closed(stated.links(_PROPERTY_LINKS)).items():
        properties[name].supers = supers
    _set_types(properties, stated)
    _set_joins(properties, stated)
    values: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for node, name, value in restrictions:
        values[node].append((name, value))
        properties[name].values.setdefault(value, []).append(node)
    return Rules(
        properties=dict(properties),
        classes=_closed(links),
        values=dict(values),
        schema=frozenset(stated.schema),
        facts=frozenset(stated.facts),
        disjoint=stated.disjoint(),
        asymmetric=frozenset(stated.typed[_ASYMMETRIC]),
        irreflexive=frozenset(stated.typed[_IRREFLEXIVE]),
    )


class _Axioms:
    """The axioms by predicate, checked for unsupported kinds."""

    def __init__(self, axioms: Iterable[Triple]) -> None:
        self.by: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self.typed: defaultdict[str, list[str]] = defaultdict(list)
        self.schema: set[str] = set()
        self.facts: list[Triple] = []
        rest: list[Triple] = []
        for triple in axioms:
            s, p, o = (OWN + term if term.startswith("_:") else term for term in triple)
            if p in COVERED:
                self.by[p].append((s, o))
            elif p == TYPE and o in SCHEMA_TYPES:
                self.typed[o].append(s)
                self.schema.add(s)
            elif p not in REMARKS and (p, o) != (TYPE, INDIVIDUAL):
                rest.append((s, p, o))
        for s, p, o in rest:
            self._other(s, p, o)
        self._first = dict(self.by[FIRST])
        self._rest = dict(self.by[REST])

    def _other(self, s: str, p: str, o: str) -> None:
        """Keep a fact, skip an annotation of a term, refuse an axiom."""
        kind = o if p == TYPE else p
        if kind.startswith(BUILT_IN) and kind not in (THING, NOTHING):
            raise _uncovered(kind, s)
        if not s.startswith(OWN) and s not in self.schema:
            self.facts.append((s, p, o))

    def named(self, predicate: str) -> list[tuple[str, str]]:
        """Return the statements of a predicate between named properties."""
        for s, o in self.by[predicate]:
            if s.startswith(OWN) or o.startswith(OWN):
                raise _uncovered(predicate, s, detail="with a property that has no name")
        return self.by[predicate]

    def links(self, predicates: dict[str, bool]) -> dict[str, set[str]]:
        """Return the direct links upwards: subclass, subproperty, and equivalence in both directions."""
        up: defaultdict[str, set[str]] = defaultdict(set)
        for predicate, both in predicates.items():
            pairs = self.by[predicate] if predicates is _CLASS_LINKS else self.named(predicate)
            for s, o in pairs:
                up[s].add(o)
                if both:
                    up[o].add(s)
        for expression in {node for pair in up.items() for node in (pair[0], *pair[1]) if node.startswith(OWN)}:
            self._expression(expression)
        return dict(up)

    def _expression(self, node: str) -> None:
        if node not in dict(self.by[_ON]) or node not in dict(self.by[_VALUE]):
            raise _uncovered(
                f"<{terms.OWL}Class>", node, detail="that is neither named nor an owl:hasValue restriction"
            )

    def restrictions(self) -> list[tuple[str, str, str]]:
        """Return the `owl:hasValue` restrictions as (node, property, value)."""
        on, value = dict(self.by[_ON]), dict(self.by[_VALUE])
        for node in {*on, *value, *self.typed[_RESTRICTION]}:
            if node not in on or node not in value:
                raise _uncovered(_RESTRICTION, node, detail="without owl:onProperty or owl:hasValue")
        return [(node, name, value[node]) for node, name in sorted(on.items())]

    def list(self, node: str, owner: str) -> list[str]:
        """Return the members of an RDF list."""
        members: list[str] = []
        seen: set[str] = set()
        while node != NIL:
            if node in seen or node not in self._first or node not in self._rest:
                raise OntologyError("the list of an axiom is broken", where=short(owner), cure="mend the RDF list")
            seen.add(node)
            members.append(self._first[node])
            node = self._rest[node]
        return members

    def disjoint(self) -> tuple[frozenset[str], ...]:
        """Return the groups of disjoint classes."""
        groups = [frozenset(pair) for pair in self.by[_DISJOINT]]
        for node, members in self.by[_MEMBERS]:
            if node not in self.typed[_ALL_DISJOINT]:
                raise _uncovered(_MEMBERS, node, detail="outside owl:AllDisjointClasses")
            groups.append(frozenset(self.list(members, node)))
        return tuple(sorted(groups, key=sorted))


def _set_types(properties: defaultdict[str, Handler], stated: _Axioms) -> None:
    for name, target in stated.by[_DOMAIN]:
        properties[name].domain.append(target)
    datatypes = _DATATYPES | set(stated.typed[f"<{terms.RDFS}Datatype>"])
    for name, target in stated.by[_RANGE]:
        # The range of a datatype property concerns literals, which are never subjects; shapes check them.
        if target not in datatypes and not target.startswith(f"<{terms.XSD}"):
            properties[name].range.append(target)
    for name, target in (*stated.by[_DOMAIN], *stated.by[_RANGE]):
        if target.startswith(OWN):
            raise _uncovered(_DOMAIN, name, detail="that is not a named class")


def _set_joins(properties: defaultdict[str, Handler], stated: _Axioms) -> None:
    for first, second in stated.named(_INVERSE):
        properties[first].inverses.append(second)
        properties[second].inverses.append(first)
    for name in stated.typed[_SYMMETRIC]:
        properties[name].inverses.append(name)
    joins = {(name, name, name) for name in stated.typed[_TRANSITIVE]}
    for head, node in stated.by[_CHAIN]:
        joins |= _chain(head, stated.list(node, head))
    for first, second, head in sorted(joins):
        properties[first].left.append((second, head))
        properties[second].right.append((first, head))


def _chain(head: str, links: list[str]) -> set[tuple[str, str, str]]:
    """Split a chain into joins of two; a longer one uses auxiliary properties."""
    if len(links) < 2 or any(link.startswith(OWN) for link in links):
        raise _uncovered(_CHAIN, head, detail="with fewer than two properties, or one without a name")
    joins, sofar = set(), links[0]
    for i, link in enumerate(links[1:-1], start=2):
        partial = OWN + " ".join(links[:i])
        joins.add((sofar, link, partial))
        sofar = partial
    return joins | {(sofar, links[-1], head)}


def _closed(up: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """Return everything reachable upwards from each node, without itself, in a fixed order."""
    closed: dict[str, tuple[str, ...]] = {}
    for start in up:
        reached: set[str] = set()
        todo = [start]
        while todo:
            fresh = up.get(todo.pop(), set()) - reached
            reached |= fresh
            todo.extend(fresh)
        closed[start] = tuple(sorted(reached - {start}))
    return closed


def _uncovered(kind: str, subject: str, *, detail: str = "") -> OntologyError:
    what = " ".join(part for part in (f"{short(kind)} on {short(subject)}", detail) if part)
    return OntologyError(
        Message("the compiled reasoner does not cover {reason}", reason=what),
        where="ontology",
        cure="reason with owlrl, or state it as a shape",
    )


def short(term: str) -> str:
    """Return a term for a message: as a prefixed name where its namespace is known."""
    if term.startswith(OWN):
        return "a node without a name"
    iri = terms.bare(term)
    name = terms.curie(iri)
    return term if name == iri else name
