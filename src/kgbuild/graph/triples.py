"""A set of triples that takes a sixth of the memory of a set of tuples.

For each property it keeps the subjects, sorted, and beside them the objects: what reasons, validates and writes goes
from property to property anyway. Guarantees: as a set it equals the set of its tuples; it yields them property by
property, and what has one content has one order.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence, Set
from itertools import chain, groupby, islice, repeat
from operator import eq, itemgetter
from typing import TYPE_CHECKING, NamedTuple, cast, overload

from kgbuild.terms import integer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbuild.model import Triple

LARGE = 500_000
"""Number of statements above which memory counts more than time."""
_AT_ONCE = 20_000
"""Number of subjects whose triples are put in order together."""
_MANY = 50_000
"""Number of triples of a property that are not put in order together."""
_PARTS = 16


class Column(NamedTuple):
    """The triples of one property: subjects, and at the same places objects."""

    subjects: Sequence[str]
    objects: Sequence[str]


class Open(NamedTuple):
    """A column while it is collected: in any order, and perhaps with a triple twice."""

    subjects: list[str]
    objects: list[str]


Gathered = dict[str, Column]
"""Columns by property in any order, and perhaps with a triple twice."""


class Integers(Sequence[str]):
    """Integers as terms that are made when they are asked for: those of a long text take more memory than its nodes."""

    __slots__ = ("_numbers",)

    def __init__(self, numbers: Iterable[int]) -> None:
        self._numbers = array("Q", numbers)

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        """Yield them in order."""
        return map(integer, self._numbers)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        """Return one of them, or several as a list."""
        numbers = self._numbers[at]
        return integer(numbers) if isinstance(numbers, int) else list(map(integer, numbers))


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
    columns: defaultdict[str, Open] = defaultdict(lambda: Open([], []))
    for s, p, o in triples:
        column = columns[p]
        column[0].append(s)
        column[1].append(o)
    return {name: Column(*column) for name, column in columns.items()}


def in_order(columns: Gathered | dict[str, Open], ordered: Mapping[str, Column] | None = None) -> Triples:
    """Return the set of the triples of columns; they are taken over one by one, so that none is held twice.

    Args:
        columns: Columns as collected; none is left.
        ordered: Further columns, of other properties, that are in order.
    """
    done: dict[str, Column] = dict(ordered or {})
    shared: dict[tuple[int, str, str], Sequence[str]] = {}
    for name in list(columns):
        subjects, objects = _once(columns.pop(name))
        # The same nodes have several properties: most are listed four times.
        same = shared.setdefault((len(subjects), subjects[0], subjects[-1]), subjects) if subjects else subjects
        done[name] = Column(same if same == subjects else subjects, objects)
    return Triples({name: done[name] for name in sorted(done)})


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


def _once(column: Column | Open) -> Column:
    if len(column.subjects) > _MANY:
        return _once_in_parts(column)
    pairs = sorted(zip(*column, strict=True))
    if any(map(eq, pairs, islice(pairs, 1, None))):
        pairs = [pair for pair, _ in groupby(pairs)]
    return _column(pairs)


def _once_in_parts(column: Column | Open) -> Column:
    """Return a long column in order, sorted part by part: its pairs would take five times its memory."""
    subjects, objects = column
    limits = sorted(subjects[:: 1 + len(subjects) // _PARTS])
    parts = [array("I") for _ in range(len(limits) + 1)]
    for place, subject in enumerate(subjects):
        parts[bisect_right(limits, subject)].append(place)
    done = Open([], [])
    for number, part in enumerate(parts):
        pairs = sorted(zip(map(subjects.__getitem__, part), map(objects.__getitem__, part), strict=True))
        parts[number] = array("I")
        for subject, value in (pair for pair, _ in groupby(pairs)):
            done.subjects.append(subject)
            done.objects.append(value)
    return Column(*done)


def _without(column: Column, other: Column | None) -> Column:
    if other is None or set(column.subjects).isdisjoint(other.subjects):
        return column
    return _column([(s, o) for s, o in zip(*column, strict=True) if not _holds(other, s, o)])


def _column(pairs: Sequence[tuple[str, str]]) -> Column:
    return Column(list(map(itemgetter(0), pairs)), list(map(itemgetter(1), pairs)))


def _joined(columns: Sequence[Column]) -> Column:
    if len(columns) == 1:
        return columns[0]
    first, *others = sorted(columns, key=lambda column: -len(column.subjects))
    rest = Open([], [])
    for column in others:
        rest.subjects.extend(column.subjects)
        rest.objects.extend(column.objects)
    if len(first.subjects) > _MANY and len(rest.subjects) < len(first.subjects) // _PARTS:
        return _filled(first, _once(rest))
    return _once(Open([*rest.subjects, *first.subjects], [*rest.objects, *first.objects]))


def _filled(column: Column, few: Column) -> Column:
    """Return a long column with a few further triples at their places."""
    done, begin = Open([], []), 0
    for subject, value in zip(*few, strict=True):
        at = bisect_left(column.subjects, subject, begin)
        end = bisect_right(column.subjects, subject, at)
        at = bisect_left(column.objects, value, at, end)
        done.subjects.extend(column.subjects[begin:at])
        done.objects.extend(column.objects[begin:at])
        begin = at
        if at == end or column.objects[at] != value:
            done.subjects.append(subject)
            done.objects.append(value)
    done.subjects.extend(column.subjects[begin:])
    done.objects.extend(column.objects[begin:])
    return Column(*done)
