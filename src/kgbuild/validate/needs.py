"""The triples that can affect a query, so that a store for it needs no others.

The triple patterns of a query determine its predicates; if a predicate is a variable, the rules below say which triples
can still matter, and if no rule applies all triples are needed. A store with the needed triples and any other triples
of the graph yields the same solutions.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rdflib.plugins.sparql.parserutils import CompValue

    Pattern = tuple[object, object, object]
    """Subject, predicate or path, object: terms and variables of rdflib."""

_COUNTING = frozenset({"AggregateJoin", "Slice", "Group"})
_BRANCHING = frozenset({"Union", "LeftJoin", "ToMultiSet", "Minus", "Graph"})


class Needs(NamedTuple):
    """Triples that can affect a query; terms in N-Triples syntax.

    Attributes:
        everything: All triples of the graph; the other fields are then irrelevant.
        predicates: All triples with these predicates.
        each_object: One triple for each object of these predicates.
        each_predicate: One triple for each predicate of the graph.
        named_by: All triples whose predicate is the object of one of these.
    """

    everything: bool = False
    predicates: frozenset[str] = frozenset()
    each_object: frozenset[str] = frozenset()
    each_predicate: bool = False
    named_by: frozenset[str] = frozenset()

    @property
    def is_sample(self) -> bool:
        """Whether one of many equivalent triples suffices."""
        return not self.everything and (self.each_predicate or bool(self.each_object))

    def __or__(self, other: Needs) -> Needs:
        """Return the union of both needs."""
        if self.everything or other.everything:
            return EVERYTHING
        return Needs(
            predicates=self.predicates | other.predicates,
            each_object=self.each_object | other.each_object,
            each_predicate=self.each_predicate or other.each_predicate,
            named_by=self.named_by | other.named_by,
        )

    def to_json(self) -> list[Any]:
        """Return the record as JSON."""
        sets = (self.predicates, self.each_object, self.named_by)
        return [self.everything, self.each_predicate, *map(sorted, sets)]

    @classmethod
    def from_json(cls, record: Iterable[Any]) -> Needs:
        """Restore a record from JSON.

        Raises:
            TypeError, ValueError: the record is not what `to_json` gives.
        """
        everything, each_predicate, predicates, each_object, named_by = record
        return cls(
            everything=bool(everything),
            each_predicate=bool(each_predicate),
            predicates=frozenset(predicates),
            each_object=frozenset(each_object),
            named_by=frozenset(named_by),
        )


EVERYTHING = Needs(everything=True)


def needs_of(query: str) -> Needs:
    """Return the triples that can affect a query.

    Args:
        query: A SELECT or ASK query; variables bound beforehand may remain in it.
    """
    from rdflib.plugins.sparql import prepareQuery

    try:
        algebra = prepareQuery(query).algebra
    except Exception:  # the parser raises whatever its parts raise; oxigraph will report why
        return EVERYTHING
    return _Reading(algebra).needs()


class _Reading:
    """One parsed query.

    Args:
        algebra: The query as parsed by rdflib. The content of EXISTS is left unparsed in it: a flat list of three terms
            for each triple.
    """

    def __init__(self, algebra: CompValue) -> None:
        nodes = list(_nodes(algebra))
        self.names = {node.name for node in nodes}
        with_triples = (node for node in nodes if "triples" in node)
        self.patterns = [t for node in with_triples for flat in node["triples"] for t in _triples(flat)]
        self.times = Counter(_variables(nodes, self.patterns))
        self.top = [] if self.names & _BRANCHING else list(_top(algebra))

    def needs(self) -> Needs:
        """Return the needs of all patterns."""
        total = Needs()
        for pattern in self.patterns:
            total |= self._of(pattern)
        return total

    def _of(self, pattern: Pattern) -> Needs:
        from rdflib.paths import Path
        from rdflib.term import URIRef

        s, p, o = pattern
        alone = self._stands_once(s) and not self.names & _COUNTING
        if isinstance(p, URIRef):
            known = frozenset({p.n3()})
            return Needs(each_object=known) if alone else Needs(predicates=known)
        if isinstance(p, Path):
            return self._of_path(pattern)
        if alone and self._stands_once(o):
            return Needs(each_predicate=True)
        named_by = sorted(q.n3() for _, q, x in self.top if x == p and isinstance(q, URIRef))
        return Needs(named_by=frozenset(named_by[:1])) if named_by else EVERYTHING

    def _of_path(self, pattern: Pattern) -> Needs:
        from rdflib.paths import MulPath, NegatedPath
        from rdflib.term import URIRef

        s, path, o = pattern
        parts = list(_parts(path))
        # A zero-length path leads from every node of the graph to itself.
        is_open = any(isinstance(part, MulPath) and part.zero for part in parts)
        if is_open and (self._stands_once(s) or self._stands_once(o)):
            return EVERYTHING
        if any(isinstance(part, NegatedPath) for part in parts):
            return EVERYTHING
        return Needs(predicates=frozenset(part.n3() for part in parts if isinstance(part, URIRef)))

    def _stands_once(self, term: object) -> bool:
        from rdflib.term import BNode, Variable

        return isinstance(term, BNode | Variable) and self.times[term] == 1


def _nodes(node: object) -> Iterator[CompValue]:
    """Yield the nodes of an algebra, depth first."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        yield node
        for key, value in node.items():
            if key not in _NO_NODES:
                yield from _nodes(value)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _nodes(each)


_NO_NODES = frozenset({"_vars", "PV", "triples"})


def _triples(flat: Sequence[object]) -> list[Pattern]:
    return [(flat[n], flat[n + 1], flat[n + 2]) for n in range(0, len(flat), 3)]


def _variables(nodes: Iterable[CompValue], patterns: Iterable[Pattern]) -> Iterator[object]:
    """Yield each variable as often as it occurs in the query."""
    from rdflib.term import BNode, Variable

    for node in nodes:
        for key, value in node.items():
            if key not in _NO_NODES:
                yield from (v for v in _members(value) if isinstance(v, Variable))
        if node.name in ("Project", "SelectQuery"):
            # CompValue.get differs from dict.get.
            yield from node["PV"] if "PV" in node else ()  # noqa: SIM401
    for triple in patterns:
        yield from (term for term in triple if isinstance(term, BNode | Variable))


def _members(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple | set) else (value,)


def _top(node: CompValue) -> Iterator[Pattern]:
    """Yield the patterns that every solution must match."""
    if node.name == "BGP":
        for flat in node["triples"]:
            yield from _triples(flat)
    for key in ("p", "p1", "p2"):
        if key in node:
            yield from _top(node[key])


def _parts(path: object) -> Iterator[object]:
    """Yield a path and all its components."""
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    yield path
    inner: Iterable[object] = ()
    if isinstance(path, AlternativePath | SequencePath):
        inner = path.args
    elif isinstance(path, InvPath):
        inner = (path.arg,)
    elif isinstance(path, MulPath):
        inner = (path.path,)
    for each in inner:
        yield from _parts(each)
