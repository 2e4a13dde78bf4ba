"""A graph as the compiled engine sees it: by predicate, by class, and as a store for queries.

Tables are built on demand for the predicates that shapes use. The classes and properties of the ontology are available
beside the data, as in pyshacl.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.terms import SUBCLASS, TYPE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set

    import pyoxigraph as ox

    from kgbuild.model import Triple
    from kgbuild.validate.needs import Needs

LARGE = 500_000
"""Number of statements above which memory counts more than time."""
_AT_ONCE = 20_000
_KEPT = 1_000
"""Number of terms whose one-value tuples are shared; there are fewer codes and rules than that."""

_SCHEMA_CLASSES = frozenset(
    [f"<{terms.RDFS}{name}>" for name in (
        "Class", "Container", "ContainerMembershipProperty", "Datatype", "Literal", "Resource",
    )]
    + [f"<{terms.OWL}{name}>" for name in (
        "AllDifferent", "AllDisjointClasses", "AllDisjointProperties", "Annotation",
        "AnnotationProperty", "AsymmetricProperty", "Axiom", "Class", "DataRange",
        "DatatypeProperty", "DeprecatedClass", "DeprecatedProperty", "FunctionalProperty",
        "InverseFunctionalProperty", "IrreflexiveProperty", "NamedIndividual",
        "NegativePropertyAssertion", "ObjectProperty", "Ontology", "OntologyProperty",
        "ReflexiveProperty", "Restriction", "SymmetricProperty", "TransitiveProperty",
    )]
)  # fmt: skip
"""Types whose instances in the ontology graph are visible to shapes."""


class Data:
    """The triples of a graph with the schema of an ontology, by predicate.

    Args:
        triples: The graph, terms in N-Triples syntax; a set is not copied.
        schema: Result of `schema_of` for the ontology.
        vocabulary: More of the graph, in a set of its own.
    """

    def __init__(
        self, triples: Iterable[Triple], schema: Iterable[Triple] = (), *, vocabulary: Set[Triple] = frozenset()
    ) -> None:
        self._triples = triples if isinstance(triples, (set, frozenset)) else frozenset(triples)
        self._vocabulary = vocabulary - self._triples
        self._schema = dict.fromkeys(t for t in schema if t not in self._triples and t not in vocabulary)
        stated: defaultdict[str, list[Triple]] = defaultdict(list)
        for triple in chain(self._triples, self._vocabulary, self._schema):
            stated[triple[1]].append(triple)
        self._stated = dict(stated)
        self._forward: dict[str, dict[str, Sequence[str]]] = {}
        self._backward: dict[str, dict[str, Sequence[str]]] = {}
        self._instances: dict[str, frozenset[str]] = {}

    @property
    def is_large(self) -> bool:
        """Tell whether memory counts more than time."""
        return len(self._triples) + len(self._vocabulary) > LARGE

    def forward(self, predicate: str) -> Mapping[str, Sequence[str]]:
        """Return subject → objects of a predicate."""
        table = self._forward.get(predicate)
        if table is None:
            table = self._forward[predicate] = _grouped(self._stated.get(predicate, ()), 0, 2)
        return table

    def backward(self, predicate: str) -> Mapping[str, Sequence[str]]:
        """Return object → subjects of a predicate."""
        table = self._backward.get(predicate)
        if table is None:
            table = self._backward[predicate] = _grouped(self._stated.get(predicate, ()), 2, 0)
        return table

    @property
    def predicates(self) -> Iterable[str]:
        """The predicates of the graph, each once."""
        return self._stated.keys()

    def holds(self, subject: str, predicate: str, value: str) -> bool:
        """Tell whether a statement is in the graph or in the schema."""
        triple = (subject, predicate, value)
        return self._says(triple) or triple in self._schema

    def instances(self, cls: str) -> frozenset[str]:
        """Return the instances of a class and its subclasses."""
        found = self._instances.get(cls)
        if found is None:
            below, todo = {cls}, [cls]
            while todo:
                fresh = set(self.backward(SUBCLASS).get(todo.pop(), ())) - below
                below |= fresh
                todo += fresh
            of_class = self.backward(TYPE)
            found = frozenset(node for each in below for node in of_class.get(each, ()))
            self._instances[cls] = found
        return found

    def speaks_of(self, node: str) -> bool:
        """Tell whether the graph itself, not only the schema, describes a node."""
        if any(self._says((node, TYPE, cls)) for cls in self.forward(TYPE).get(node, ())):
            return True  # most often; the sets below are then not needed
        return node in self._subjects or any(node == o for _, _, o in self._graph())

    def _says(self, triple: Triple) -> bool:
        return triple in self._triples or triple in self._vocabulary

    def _graph(self) -> Iterator[Triple]:
        return chain(self._triples, self._vocabulary)

    @cached_property
    def _subjects(self) -> frozenset[str]:
        return frozenset(s for s, _, _ in self._graph())

    @cached_property
    def literals(self) -> frozenset[str]:
        """All literals."""
        return frozenset(o for triples in self._stated.values() for _, _, o in triples if o.startswith('"'))

    def owners(self, nodes: Set[str]) -> dict[str, list[str]]:
        """Return those of some nodes that others refer to, with what refers to them."""
        out: dict[str, list[str]] = {}
        for triples in self._stated.values() if nodes else ():
            for s, _, o in triples:
                if o in nodes:
                    out.setdefault(o, []).append(s)
        return out

    @cached_property
    def statements(self) -> dict[str, list[tuple[str, str]]]:
        """Subject → its (predicate, object) pairs."""
        out: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for triples in self._stated.values():
            for s, predicate, o in triples:
                out[s].append((predicate, o))
        return out

    def store(self, needs: Needs) -> ox.Store:
        """Return an oxigraph store with the required triples, for queries."""
        import pyoxigraph as ox

        store = ox.Store()
        nameless: list[str] = []
        needed = self._needed(needs)
        while some := list(islice(needed, _AT_ONCE)):
            named: list[str] = []
            for s, p, o in some:
                is_named = s[0] != "_" and o[0] != "_"
                (named if is_named else nameless).append(f"{s} {p} {o} .\n")
            # What stands in a graph has been read as RDF before: it is not checked a second time.
            store.load("".join(named).encode(), format=ox.RdfFormat.N_TRIPLES, lenient=True)
        # Loading relabels blank nodes; parsing keeps the labels that results refer to.
        store.extend(ox.parse("".join(nameless).encode(), format=ox.RdfFormat.N_TRIPLES))
        return store

    def _needed(self, needs: Needs) -> Iterator[Triple]:
        whole = set(needs.predicates)
        for predicate in needs.named_by:
            whole.update(o for _, _, o in self._stated.get(predicate, ()))
        for predicate, triples in self._stated.items():
            if needs.everything or predicate in whole:
                yield from triples
            elif predicate in needs.each_object:
                yield from {triple[2]: triple for triple in triples}.values()
            elif needs.each_predicate:
                yield triples[0]


def _grouped(triples: Collection[Triple], by: int, of: int) -> dict[str, Sequence[str]]:
    """Group the terms at one place of triples by the terms at another."""
    # Most nodes have one value of a property, and many the same: (low,) need not be held a thousand times.
    alone: dict[str, tuple[str]] = {}
    table: dict[str, Sequence[str]] = {}
    for triple in triples:
        key, term = triple[by], triple[of]
        known = table.get(key)
        if known is None:
            if len(alone) < _KEPT:
                table[key] = alone.setdefault(term, (term,))
            else:
                table[key] = alone.get(term) or (term,)
        elif isinstance(known, list):
            known.append(term)
        else:
            table[key] = [*known, term]
    return table


def schema_of(ontology: Iterable[Triple]) -> list[Triple]:
    """Return the part of an ontology graph that shapes can see, sorted.

    These are all statements about the classes and properties that it declares, and all statements with an RDFS or OWL
    property, including the blank nodes reachable from them (as in pyshacl).
    """
    by_subject: defaultdict[str, list[Triple]] = defaultdict(list)
    for triple in ontology:
        by_subject[triple[0]].append(triple)
    vocabulary = (f"<{terms.OWL}", f"<{terms.RDFS}")
    kept: set[Triple] = set()
    todo: list[str] = []
    for node, triples in by_subject.items():
        declared = any(p == TYPE and o in _SCHEMA_CLASSES for _, p, o in triples)
        for triple in triples:
            if declared or triple[1].startswith(vocabulary):
                kept.add(triple)
                todo.append(triple[2])
                todo += [node] if node.startswith("_:") else []
    seen: set[str] = set()
    while todo:
        node = todo.pop()
        if node.startswith("_:") and node not in seen:
            seen.add(node)
            kept.update(by_subject.get(node, ()))
            todo += [o for _, _, o in by_subject.get(node, ())]
    return sorted(kept)
