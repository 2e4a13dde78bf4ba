"""A forward chainer over the compiled axioms: semi-naive, indexed, pure Python.

Takes rules from `axioms.compile_rules` and data as triples of N-Triples strings. Guarantees:

1. The closure equals that of owlrl without its trivial triples (listed with reasons in `owlrl_reference.TRIVIAL`).
2. Only statements about data are returned: their subject is an IRI and not a class or property of the axioms.
3. Axioms in the data are refused, because they would not be taken into account.
4. A run with a budget may stop early and says so; the same data always yield the same part of the closure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from kgbuild import terms
from kgbuild.errors import InputError, Message
from kgbuild.graph.axioms import (
    COVERED,
    INDIVIDUAL,
    NOTHING,
    OWN,
    REMARKS,
    SCHEMA_TYPES,
    THING,
    Handler,
    Rules,
    compile_rules,
    short,
)
from kgbuild.graph.halved import Halved, turned
from kgbuild.graph.triples import LARGE, Column, Triples, gathered, triples_of, union
from kgbuild.terms import FIRST, REST, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbuild.model import Triple

__all__ = ["Closure", "Inconsistency", "Rules", "axioms_among", "clashes", "close", "compile_rules", "reason"]


@dataclass(frozen=True, slots=True, order=True)
class Inconsistency:
    """Statements that cannot all be true: the name of the OWL 2 RL rule, and the conflicting statements."""

    rule: str
    statements: tuple[Triple, ...]


class Closure(NamedTuple):
    """What follows from a graph: the new statements about data, and the inconsistencies, sorted.

    Attributes:
        new: Statements about data that were not given.
        inconsistencies: Conflicting statements, as far as they were found.
        complete: False if the budget ended the run; then there may be more of both.
    """

    new: Set[Triple]
    inconsistencies: tuple[Inconsistency, ...]
    complete: bool = True


def close(triples: Iterable[Triple], rules: Rules) -> set[Triple]:
    """Return the statements about data that follow from the triples and are not among them.

    Raises:
        InputError: the triples contain axioms.
    """
    chainer = _Chainer(triples, rules)
    chainer.run()
    return set(chainer.new())


def reason(
    triples: Iterable[Triple], rules: Rules, *, vocabulary: Iterable[Triple] = (), budget: int | None = None
) -> Closure:
    """Return what follows from the triples, and the inconsistencies among all of them.

    Args:
        triples: The data; those of a large document as `Triples`, which are not copied.
        rules: The compiled ontology.
        vocabulary: Further data: what the vocabularies say.
        budget: Maximum number of statements to infer; None = no limit.

    Raises:
        InputError: the triples contain axioms.
    """
    given = triples_of(triples)
    is_large = budget is None and len(given) > LARGE
    chainer = (_LargeChainer if is_large else _Chainer)(given, rules, vocabulary)
    complete = chainer.run(budget)
    return Closure(
        new=triples_of(chainer.new()),
        inconsistencies=_sorted_clashes(chainer.stated, rules, in_order=is_large),
        complete=complete,
    )


def clashes(closed: Iterable[Triple], rules: Rules) -> tuple[Inconsistency, ...]:
    """Return the inconsistencies of a graph that is already closed, by whichever reasoner."""
    stated = gathered({*closed, *rules.facts})
    return _sorted_clashes({name: [column] for name, column in stated.items()}, rules)


def _sorted_clashes(stated: _Stated, rules: Rules, *, in_order: bool = False) -> tuple[Inconsistency, ...]:
    several = _several_in_order if in_order else _several
    return tuple(sorted({*_of_links(stated, rules), *_of_classes(stated, rules, several)}))


_Several = Callable[[Iterable[Column], Set[str]], Iterable[tuple[str, set[str]]]]
_Stated = dict[str, list[Column]]
"""Statements by property, in the batches in which they were learnt."""
_MANY = 1_000
"""Number of classes of nodes from which they are looked for among the stated ones all at once."""
_AT_ONCE = 50_000
"""Number of statements of a large graph from which what follows is in memory at once."""


class _Found(NamedTuple):
    """What follows: statements of all properties but the class, and for each class nodes that are of it."""

    links: set[Triple]
    types: defaultdict[str, set[str]]


class _Chainer:
    """One run: what is known, what of it was inferred, and the indexes for chains."""

    def __init__(self, triples: Iterable[Triple], rules: Rules, vocabulary: Iterable[Triple] = ()) -> None:
        self.rules = rules
        self.given = triples_of(triples)
        self.known = union((vocabulary, rules.facts)) - self.given
        """What is known beside the given statements."""
        self.inferred: Set[Triple] = set()
        self.stated: defaultdict[str, list[Column]] = defaultdict(list)
        self.batches = [self.given.columns, self.known.columns]
        for batch in self.batches:
            self._state(batch)
        _refuse_axioms(self.stated)
        self.forward: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(_index)
        self.backward: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(_index)

    def run(self, budget: int | None = None) -> bool:
        """Process each statement once: all new ones together, or one by one if a budget may interrupt between them.

        Returns:
            False if the budget ended the run.
        """
        if budget is None:
            found = _Found(set(), defaultdict(set))
            for batch in self.batches:
                self._follow(batch, found)
            while new := self._unknown(found):
                self._learn(new)
                found = self._follows(gathered(new))
            return True
        agenda = sorted(chain(self.given, self.known))  # what a budget cuts off must not depend on the hash seed
        while agenda:
            if len(self.inferred) > budget:
                return False
            triple = agenda.pop()
            new = self._unknown(self._follows(gathered([triple])))
            self._learn(new)
            agenda += sorted(new)
        return True

    def _unknown(self, found: _Found) -> set[Triple]:
        """Return the statements that are neither known nor inferred yet."""
        classes = found.types
        if sum(map(len, classes.values())) > _MANY:
            # Most follow from several properties of a node, and are given: these are looked for all at once.
            for s, o in _stated_pairs(self.stated, TYPE):
                if o in classes:
                    classes[o].discard(s)
        new = {(node, TYPE, cls) for cls, nodes in classes.items() for node in nodes}
        new |= found.links
        new -= self.inferred
        given, known = self.given.columns, self.known.columns
        new -= {t for t in new if (t[1] in given and t in self.given) or (t[1] in known and t in self.known)}
        return new

    def _learn(self, new: set[Triple]) -> None:
        """Record statements that were not known."""
        self.inferred |= new
        self._state(gathered(new))

    def _state(self, batch: Mapping[str, Column]) -> None:
        for name, column in batch.items():
            self.stated[name].append(column)

    def _follows(self, batch: Mapping[str, Column]) -> _Found:
        """Return what follows from each statement by itself, and joined with those processed no later."""
        found = _Found(set(), defaultdict(set))
        self._follow(batch, found)
        return found

    def _follow(self, batch: Mapping[str, Column], found: _Found) -> None:
        self._keep_all(batch)
        for name, column in batch.items():
            self._follow_one(name, column, found)

    def _keep_all(self, batch: Mapping[str, Column]) -> None:
        handlers = self.rules.properties
        for name, column in batch.items():
            if name in handlers and name != TYPE:
                self._keep(handlers[name], name, column)

    def _follow_one(self, name: str, column: Column, found: _Found) -> None:
        """Add what follows from the statements of one property."""
        if name == TYPE:
            self._of_types(column, found)
        elif (handler := self.rules.properties.get(name)) is not None:
            self._join(handler, column, found.links)
            _follow(handler, column, found)

    def _of_types(self, column: Column, found: _Found) -> None:
        classes, values = self.rules.classes, self.rules.values
        for s, o in _pairs(column):
            for target in classes.get(o, ()):
                found.types[target].add(s)
            if o in values:
                found.links.update((s, name, value) for name, value in values[o])

    def _keep(self, handler: Handler, name: str, column: Column) -> None:
        """Index the statements of one property: second links of a chain by their start, first links by their end."""
        if handler.right:
            ends = self.forward[name]
            for s, o in _pairs(column):
                ends[s].append(o)
        if handler.left:
            starts = self.backward[name]
            for s, o in _pairs(column):
                starts[o].append(s)

    def _join(self, handler: Handler, column: Column, found: set[Triple]) -> None:
        for name, head in handler.left:
            ends = self.forward[name]
            found.update((s, head, end) for s, o in _pairs(column) if o in ends for end in ends[o])
        for name, head in handler.right:
            starts = self.backward[name]
            found.update((start, head, o) for s, o in _pairs(column) if s in starts for start in starts[s])

    def new(self) -> Iterator[Triple]:
        """Yield what was inferred about data."""
        schema = self.rules.schema
        return (
            (s, p, o)
            for s, p, o in self.inferred
            if s[0] == "<" and s not in schema and p[0] != OWN and o[0] != OWN and o != THING
        )


class _LargeChainer(_Chainer):
    """A run over a graph whose tables would be larger than itself: what follows is kept in columns, part by part."""

    def __init__(self, triples: Iterable[Triple], rules: Rules, vocabulary: Iterable[Triple] = ()) -> None:
        super().__init__(triples, rules, vocabulary)
        self.classes = Halved(*self.given.columns.get(TYPE, Column([], [])), {})
        self.starting: defaultdict[str, list[Halved]] = defaultdict(list)
        self.ending: defaultdict[str, list[Halved]] = defaultdict(list)

    def run(self, _budget: int | None = None) -> bool:
        """Process each statement once; there is no budget."""
        new = union([self._new(batch) for batch in self.batches])
        while new:
            self.inferred = union((self.inferred, new))
            self._state(new.columns)
            new = self._new(new.columns)
        return True

    def _new(self, batch: Mapping[str, Column]) -> Triples:
        self._keep_all(batch)
        return union(self._parts(batch))

    def _parts(self, batch: Mapping[str, Column]) -> Iterator[Triples]:
        for name, (subjects, objects) in batch.items():
            for at in range(0, len(subjects), _AT_ONCE):
                found = _Found(set(), defaultdict(set))
                part = slice(at, at + _AT_ONCE)
                self._follow_one(name, Column(subjects[part], objects[part]), found)
                yield triples_of(self._unknown(found))

    def _unknown(self, found: _Found) -> set[Triple]:
        given, known, inferred = self.given, self.known, self.inferred
        new = {t for t in found.links if t not in given}
        for cls, nodes in found.types.items():
            new.update((node, TYPE, cls) for node in sorted(nodes) if cls not in self.classes.get(node))
        return {t for t in new if t not in known and t not in inferred}

    def _keep(self, handler: Handler, name: str, column: Column) -> None:
        if handler.right:
            self.starting[name].append(Halved(*column, {}))
        if handler.left:
            self.ending[name].append(Halved(*turned(*column), {}))

    def _join(self, handler: Handler, column: Column, found: set[Triple]) -> None:
        for name, head in handler.left:
            for ends in self.starting[name]:
                found.update((s, head, end) for s, o in _pairs(column) for end in ends.get(o))
        for name, head in handler.right:
            for starts in self.ending[name]:
                found.update((start, head, o) for s, o in _pairs(column) for start in starts.get(s))


def axioms_among(triples: Iterable[Triple]) -> set[Triple]:
    """Return the statements that are axioms rather than data, which the closure would not take into account."""
    return {t for t in triples if (kind := t[2] if t[1] == TYPE else t[1]) not in _DATA and _is_axiom(kind)}


_DATA = frozenset((TYPE, *REMARKS, THING, NOTHING, INDIVIDUAL, f"<{terms.OWL}Ontology>"))
_AXIOMS = (COVERED - {FIRST, REST}) | SCHEMA_TYPES


def _is_axiom(kind: str) -> bool:
    return kind in _AXIOMS or kind.startswith(f"<{terms.OWL}")


def _pairs(column: Column) -> Iterator[tuple[str, str]]:
    return zip(column.subjects, column.objects, strict=True)


def _index() -> defaultdict[str, list[str]]:
    return defaultdict(list)


def _follow(handler: Handler, column: Column, found: _Found) -> None:
    """Add what follows from each statement of one property by itself."""
    for name in handler.supers:
        found.links.update((s, name, o) for s, o in _pairs(column))
    for target in handler.domain:
        found.types[target].update(column.subjects)
    for value, targets in handler.values.items():
        nodes = [s for s, o in _pairs(column) if o == value]
        for target in targets:
            found.types[target].update(nodes)
    for name in handler.inverses:
        found.links.update((o, name, s) for s, o in _pairs(column) if o[0] != '"')
    if handler.range:
        objects = [o for o in set(column.objects) if o[0] != '"']
        for target in handler.range:
            found.types[target].update(objects)


def _refuse_axioms(stated: _Stated) -> None:
    classes = set().union(*(column.objects for column in stated.get(TYPE, ())))
    kinds = (stated.keys() | classes) - _DATA
    axioms = sorted(filter(_is_axiom, kinds))
    if axioms:
        raise InputError(
            Message("the data hold axioms ({names})", names=", ".join(map(short, axioms[:3]))),
            where="reasoning",
            cure="give axioms as ontology, or reason with owlrl",
        )


def _stated_pairs(stated: _Stated, name: str) -> Iterator[tuple[str, str]]:
    return chain.from_iterable(map(_pairs, stated.get(name, ())))


def _of_links(stated: _Stated, rules: Rules) -> Iterator[Inconsistency]:
    for p in rules.irreflexive:
        yield from (Inconsistency("prp-irp", ((s, p, o),)) for s, o in _stated_pairs(stated, p) if s == o)
    for p in rules.asymmetric:
        links = {(s, p, o) for s, o in _stated_pairs(stated, p)}
        both = ((t, (t[2], p, t[0])) for t in links)
        yield from (Inconsistency("prp-asyp", tuple(sorted({*pair}))) for pair in both if pair[1] in links)


def _of_classes(stated: _Stated, rules: Rules, several: _Several) -> Iterator[Inconsistency]:
    exclusive = {NOTHING}.union(*rules.disjoint)
    for node, classes in several(stated.get(TYPE, ()), exclusive):
        if NOTHING in classes:
            yield Inconsistency("cls-nothing2", ((node, TYPE, NOTHING),))
        for group in rules.disjoint if len(classes) > 1 else ():
            both = sorted(classes & group)
            if len(both) > 1:
                yield Inconsistency("cax-adc", tuple((node, TYPE, name) for name in both))


def _several(columns: Iterable[Column], exclusive: Set[str]) -> Iterable[tuple[str, set[str]]]:
    """Return the nodes of several exclusive classes, or of nothing, with these."""
    first: dict[str, str] = {}
    several: dict[str, set[str]] = {}
    for s, o in chain.from_iterable(map(_pairs, columns)):
        # Most nodes have one of these classes: sets of one would take more memory than the graph.
        if o in exclusive and (first.setdefault(s, o) != o or o == NOTHING):
            several.setdefault(s, {first[s]}).add(o)
    return several.items()


def _several_in_order(columns: Iterable[Column], exclusive: Set[str]) -> Iterable[tuple[str, set[str]]]:
    """Yield the same of columns that are sorted, without a table of their nodes."""
    parts = (((s, o) for s, o in _pairs(column) if o in exclusive) for column in columns)
    for node, pairs in groupby(merge(*parts), itemgetter(0)):
        classes = {o for _, o in pairs}
        if len(classes) > 1 or NOTHING in classes:
            yield node, classes
