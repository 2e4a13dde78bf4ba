"""A graph as the compiled engine sees it: by predicate, by class, and as a store for queries.

Tables are built on demand for the predicates that shapes use. The classes and properties of the ontology are available
beside the data, as in pyshacl.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.graph.halved import Halved, Members, turned
from kgbuild.graph.triples import LARGE, triples_of
from kgbuild.terms import SUBCLASS, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

    import pyoxigraph as ox

    from kgbuild.graph.triples import Column
    from kgbuild.model import Triple
    from kgbuild.validate.needs import Needs

    _Table = dict[str, Sequence[str]]
    _Sides = tuple[Sequence[str], Sequence[str]]

_AT_ONCE = 20_000
_LONG = 1_000
"""Number of statements of a property above which they are looked for by halving, in a large graph."""
_TABLES = 8
"""Number of columns in the order of their objects that are kept of a large graph."""
_FEW = 16
"""Number of values up to which they are looked through."""
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
        triples: The graph, terms in N-Triples syntax; `Triples` are not copied.
        schema: Result of `schema_of` for the ontology.
        vocabulary: More of the graph, in a set of its own.
    """

    def __init__(
        self, triples: Iterable[Triple], schema: Iterable[Triple] = (), *, vocabulary: Iterable[Triple] = ()
    ) -> None:
        self._triples = triples_of(triples)
        self._vocabulary = triples_of(vocabulary) - self._triples
        self._schema = triples_of(schema) - self._triples - self._vocabulary
        stated: defaultdict[str, list[Column]] = defaultdict(list)
        for part in (self._triples, self._vocabulary, self._schema):
            for name, column in part.columns.items():
                stated[name].append(column)
        self._stated = dict(stated)
        self._forward: dict[str, Mapping[str, Sequence[str]]] = {}
        self._backward: dict[str, Mapping[str, Sequence[str]]] = {}
        self._instances: dict[tuple[str, ...], frozenset[str] | Members] = {}

    @property
    def is_large(self) -> bool:
        """Tell whether memory counts more than time."""
        return len(self._triples) + len(self._vocabulary) > LARGE

    def forward(self, predicate: str) -> Mapping[str, Sequence[str]]:
        """Return subject → objects of a predicate."""
        table = self._forward.get(predicate)
        if table is None:
            columns: list[_Sides] = [(c.subjects, c.objects) for c in self._stated.get(predicate, ())]
            is_long = self.is_large and len(columns[0][0]) > _LONG if columns else False
            table = Halved(*columns[0], _grouped(columns[1:])) if is_long else _grouped(columns)
            self._forward[predicate] = table
        return table

    def backward(self, predicate: str) -> Mapping[str, Sequence[str]]:
        """Return object → subjects of a predicate."""
        tables = self._backward
        table = tables.get(predicate)
        if table is None:
            if self.is_large and len(tables) >= _TABLES:
                del tables[next(iter(tables))]
            columns: list[_Sides] = [(c.objects, c.subjects) for c in self._stated.get(predicate, ())]
            is_long = self.is_large and len(columns[0][0]) > _LONG if columns else False
            if is_long:
                first = self._stated[predicate][0]
                table = Halved(*turned(first.subjects, first.objects), _grouped(columns[1:]))
            else:
                table = _grouped(columns)
            tables[predicate] = table
        elif self.is_large:
            tables[predicate] = tables.pop(predicate)  # the one used last goes last
        return table

    @property
    def predicates(self) -> Iterable[str]:
        """The predicates of the graph, each once."""
        return self._stated.keys()

    def holds(self, subject: str, predicate: str, value: str) -> bool:
        """Tell whether a statement is in the graph or in the schema."""
        values = self.forward(predicate).get(subject, ())
        if len(values) < _FEW:
            return value in values
        triple = (subject, predicate, value)
        return self._says(triple) or triple in self._schema

    def instances(self, *classes: str) -> frozenset[str] | Members:
        """Return the instances of classes and their subclasses."""
        found = self._instances.get(classes)
        if found is None:
            below, todo = set(classes), list(classes)
            while todo:
                fresh = set(self.backward(SUBCLASS).get(todo.pop(), ())) - below
                below |= fresh
                todo += fresh
            of_class = self.backward(TYPE)
            if self.is_large:
                found = Members(below, self.forward(TYPE), of_class)
            else:
                found = frozenset(node for each in below for node in of_class.get(each, ()))
            self._instances[classes] = found
        return found

    def speaks_of(self, node: str) -> bool:
        """Tell whether the graph itself, not only the schema, describes a node."""
        if any(self._says((node, TYPE, cls)) for cls in self.forward(TYPE).get(node, ())):
            return True  # most often; the sets below are then not needed
        columns = [*self._triples.columns.values(), *self._vocabulary.columns.values()]
        return any(_starts(column.subjects, node) or node in column.objects for column in columns)

    def _says(self, triple: Triple) -> bool:
        return triple in self._triples or triple in self._vocabulary

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Yield subject and object of each statement with a predicate."""
        columns = self._stated.get(predicate, ())
        return chain.from_iterable(zip(c.subjects, c.objects, strict=True) for c in columns)

    @cached_property
    def literals(self) -> frozenset[str]:
        """All literals."""
        columns = chain.from_iterable(self._stated.values())
        return frozenset(o for column in columns for o in column.objects if o.startswith('"'))

    def owners(self, nodes: Set[str]) -> dict[str, list[str]]:
        """Return those of some nodes that others refer to, with what refers to them."""
        out: dict[str, list[str]] = {}
        for name, columns in self._stated.items() if nodes else ():
            if any(not nodes.isdisjoint(column.objects) for column in columns):
                for s, o in self.pairs(name):
                    if o in nodes:
                        out.setdefault(o, []).append(s)
        return out

    @cached_property
    def statements(self) -> dict[str, list[tuple[str, str]]]:
        """Subject → its (predicate, object) pairs."""
        out: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for predicate in self._stated:
            for s, o in self.pairs(predicate):
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
            whole.update(o for _, o in self.pairs(predicate))
        for predicate in self._stated:
            triples = ((s, predicate, o) for s, o in self.pairs(predicate))
            if needs.everything or predicate in whole:
                yield from triples
            elif predicate in needs.each_object:
                yield from {triple[2]: triple for triple in triples}.values()
            elif needs.each_predicate:
                yield next(triples)


def _grouped(columns: Iterable[tuple[Sequence[str], Sequence[str]]]) -> _Table:
    """Group the second sides of columns by their first."""
    table: _Table = {}
    for keys, values in columns:
        own: _Table = dict(zip(keys, zip(values, strict=True), strict=True))
        if len(own) < len(keys):
            lists: defaultdict[str, list[str]] = defaultdict(list)
            for key, value in zip(keys, values, strict=True):
                lists[key].append(value)
            own = dict(lists)
        table = {**table, **own, **{key: [*table[key], *own[key]] for key in table.keys() & own}} if table else own
    return table


def _starts(subjects: Sequence[str], node: str) -> bool:
    at = bisect_left(subjects, node)
    return at < len(subjects) and subjects[at] == node


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
