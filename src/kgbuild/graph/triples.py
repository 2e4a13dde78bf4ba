"""A set of triples that takes a sixth of the memory of a set of tuples.

For each property it keeps the subjects, sorted, and beside them the objects: what reasons, validates and writes goes
from property to property anyway. Guarantees: as a set it equals the set of its tuples; it yields them property by
property, and what has one content has one order.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Set
from itertools import chain, groupby, islice, repeat
from operator import eq, itemgetter
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kgbuild.model import Triple

LARGE = 500_000
"""Number of statements above which memory counts more than time."""
_AT_ONCE = 20_000
"""Number of subjects whose triples are put in order together."""


class Column(NamedTuple):
    """The triples of one property: subjects, and at the same places objects."""

    subjects: list[str]
    objects: list[str]


Gathered = dict[str, Column]
"""Columns by property while they are collected: in any order, and perhaps with a triple twice."""


class Triples(Set["Triple"]):
    """A set of triples, which never changes.

    Attributes:
        columns: Its triples by property, properties in order; sorted by subject and then by object, none twice.
    """

    __slots__ = ("_size", "columns")

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.columns = columns
        self._size = sum(len(column.subjects) for column in columns.values())

    @classmethod
    def _from_iterable(cls, triples: Iterable[Triple]) -> Triples:  # type: ignore[override]
        """Return any triples as a set; for the operators of sets."""
        return triples_of(triples)

    def __len__(self) -> int:
        """Return the number of triples."""
        return self._size

    def __iter__(self) -> Iterator[Triple]:
        """Yield the triples of one property after the other."""
        for name, (subjects, objects) in self.columns.items():
            yield from zip(subjects, repeat(name), objects)

    def __contains__(self, triple: object) -> bool:
        """Tell whether a triple is among them, by halving."""
        s, p, o = cast("Triple", triple)
        column = self.columns.get(p)
        return column is not None and _holds(column, s, o)

    def __or__(self, other: Iterable[Triple]) -> Triples:  # type: ignore[override]
        """Return the union with any triples; see `union`."""
        return union((self, other))

    __ror__ = __or__

    def __sub__(self, other: Iterable[Triple]) -> Triples:
        """Return what is not among other triples; a property that loses nothing is shared, not copied."""
        others = triples_of(other).columns
        left = {name: _without(column, others.get(name)) for name, column in self.columns.items()}
        return Triples({name: column for name, column in left.items() if column.subjects})

    def __repr__(self) -> str:
        """Return how many there are."""
        return f"<{len(self)} triples>"

    def subjects(self) -> Iterator[str]:
        """Yield the subjects of each property; one that has several properties comes several times."""
        return chain.from_iterable(column.subjects for column in self.columns.values())

    def in_order(self) -> Iterator[Triple]:
        """Yield the triples as `sorted` does, without a list of them all."""
        longest = max((column.subjects for column in self.columns.values()), key=len, default=())
        begin = dict.fromkeys(self.columns, 0)
        for limit in (*islice(longest, _AT_ONCE, None, _AT_ONCE), None):
            some: list[Triple] = []
            for name, (subjects, objects) in self.columns.items():
                at = begin[name]
                end = len(subjects) if limit is None else bisect_left(subjects, limit, at)
                some.extend(zip(subjects[at:end], repeat(name), objects[at:end]))
                begin[name] = end
            some.sort()
            yield from some

    def about(self, nodes: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """Return the properties and values of some nodes, in order.

        Args:
            nodes: The nodes, sorted. Only what lies between the first and the last of them is looked at.
        """
        found: dict[str, list[tuple[str, str]]] = {node: [] for node in nodes}
        for name, (subjects, objects) in self.columns.items() if nodes else ():
            at = bisect_left(subjects, nodes[0])
            end = bisect_right(subjects, nodes[-1], at)
            for s, o in zip(subjects[at:end], objects[at:end], strict=True):
                if s in found:
                    found[s].append((name, o))
        return found


def gathered(triples: Iterable[Triple]) -> Gathered:
    """Return triples by property, in the order in which they come."""
    columns: defaultdict[str, Column] = defaultdict(lambda: Column([], []))
    for s, p, o in triples:
        column = columns[p]
        column[0].append(s)
        column[1].append(o)
    return columns


def in_order(columns: Gathered) -> Triples:
    """Return the set of the triples of columns; they are taken over one by one, so that none is held twice."""
    return Triples({name: _once(columns.pop(name)) for name in sorted(columns)})


def triples_of(triples: Iterable[Triple]) -> Triples:
    """Return triples as a set in columns."""
    return triples if isinstance(triples, Triples) else in_order(gathered(triples))


def union(parts: Iterable[Iterable[Triple]]) -> Triples:
    """Return the triples that are in any of the parts; a property that one part alone has is shared, not copied."""
    columns: defaultdict[str, list[Column]] = defaultdict(list)
    for part in parts:
        for name, column in triples_of(part).columns.items():
            columns[name].append(column)
    return Triples({name: _joined(columns[name]) for name in sorted(columns)})


def _holds(column: Column, subject: str, value: str) -> bool:
    subjects, objects = column
    at = bisect_left(subjects, subject)
    if at == len(subjects) or subjects[at] != subject:
        return False
    if objects[at] == value:
        return True
    end = bisect_right(subjects, subject, at)
    at = bisect_left(objects, value, at, end)
    return at < end and objects[at] == value


def _once(column: Column) -> Column:
    pairs = sorted(zip(*column, strict=True))
    if any(map(eq, pairs, islice(pairs, 1, None))):
        pairs = [pair for pair, _ in groupby(pairs)]
    return _column(pairs)


def _without(column: Column, other: Column | None) -> Column:
    if other is None or set(column.subjects).isdisjoint(other.subjects):
        return column
    return _column([(s, o) for s, o in zip(*column, strict=True) if not _holds(other, s, o)])


def _column(pairs: Sequence[tuple[str, str]]) -> Column:
    return Column(list(map(itemgetter(0), pairs)), list(map(itemgetter(1), pairs)))


def _joined(columns: Sequence[Column]) -> Column:
    if len(columns) == 1:
        return columns[0]
    both = Column([], [])
    for column in columns:
        both.subjects.extend(column.subjects)
        both.objects.extend(column.objects)
    return _once(both)
