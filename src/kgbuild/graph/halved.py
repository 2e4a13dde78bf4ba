"""Look-ups in the columns of a large graph by halving them, instead of tables, which would be larger than the graph."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

_FEW = 16
"""Number of values up to which they are copied."""


class Halved(Mapping[str, Sequence[str]]):
    """A column as a table: each key with its values.

    Args:
        keys: The keys, sorted, one as often as it has values.
        values: The values, at the same places.
        more: Further values of some keys.
    """

    __slots__ = ("_keys", "_more", "_next", "_size", "_values")

    def __init__(self, keys: Sequence[str], values: Sequence[str], more: Mapping[str, Sequence[str]]) -> None:
        self._keys = keys
        self._values = values
        self._more = more
        self._size = len(keys)
        self._next = 0

    def get(self, key: str, default: Sequence[str] = ()) -> Sequence[str]:  # type: ignore[override]
        """Return the values of a key; keys that are asked for in order are found at once."""
        keys, at, size = self._keys, self._next, self._size
        if at >= size or keys[at] != key:
            at = bisect_left(keys, key)
            if at == size or keys[at] != key:
                return self._more.get(key, default) if self._more else default
        self._next = end = at + 1
        found: Sequence[str] = (self._values[at],)
        if end < size and keys[end] == key:  # one of ten has several
            self._next = end = bisect_right(keys, key, end)
            found = self._values[at:end] if end - at <= _FEW else Some(self._values, at, end)
        return [*found, *self._more[key]] if self._more and key in self._more else found

    def __getitem__(self, key: str) -> Sequence[str]:
        """Return the values of a key.

        Raises:
            KeyError: it has none.
        """
        if found := self.get(key):
            return found
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        """Yield each key once."""
        yield from (key for key, _ in groupby(self._keys))
        yield from (key for key in self._more if not self._has(key))

    def __len__(self) -> int:
        """Return the number of keys, by counting them."""
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        """Tell whether a key has values."""
        return isinstance(key, str) and bool(self.get(key))

    def _has(self, key: str) -> bool:
        at = bisect_left(self._keys, key)
        return at < len(self._keys) and self._keys[at] == key


class Some(Sequence[str]):
    """Some values of a column, not copied."""

    __slots__ = ("_end", "_start", "_values")

    def __init__(self, values: Sequence[str], start: int, end: int) -> None:
        self._values = values
        self._start = start
        self._end = end

    def __len__(self) -> int:
        """Return how many they are."""
        return self._end - self._start

    def __iter__(self) -> Iterator[str]:
        """Yield them in order."""
        return map(self._values.__getitem__, range(self._start, self._end))

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        """Return one of them, or several as a list."""
        places = range(self._start, self._end)[at]
        return self._values[places] if isinstance(places, int) else [self._values[place] for place in places]


class Members:
    """The nodes of some classes, each once: told from their classes, not held in a set.

    Args:
        classes: The classes, with those below them.
        classes_of: Node → classes.
        nodes_of: Class → nodes.
    """

    __slots__ = ("_classes", "_classes_of", "_nodes_of")

    def __init__(
        self,
        classes: Set[str],
        classes_of: Mapping[str, Sequence[str]],
        nodes_of: Mapping[str, Sequence[str]],
    ) -> None:
        self._classes = classes
        self._classes_of = classes_of
        self._nodes_of = nodes_of

    def __contains__(self, node: str) -> bool:
        """Tell whether a node is of one of the classes."""
        return not self._classes.isdisjoint(self._classes_of.get(node, ()))

    def __iter__(self) -> Iterator[str]:
        """Yield the nodes in order, in which their properties stand too."""
        lists = [sorted(found) for name in self._classes if (found := self._nodes_of.get(name))]
        yield from (node for node, _ in groupby(merge(*lists)))


def turned(keys: Sequence[str], values: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return a column in the order of its values: these first, then the keys at the same places."""
    order = sorted(range(len(values)), key=values.__getitem__)
    return [values[place] for place in order], [keys[place] for place in order]
