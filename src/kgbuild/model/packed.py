"""The annotations of a long text kept as bytes, some of which are made records again while they are asked for."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from io import BytesIO
from operator import attrgetter, eq
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbuild.model.found import Annotations

T = TypeVar("T")
LONG = 200_000
"""Number of characters above which memory counts more than time."""
_AT_ONCE = 128
"""Number of records that are made at once."""


class Packed(Sequence[T]):
    """A sequence of records that takes a twentieth of the memory of a tuple. It never changes."""

    __slots__ = ("_last", "_parts", "_size")

    def __init__(self, records: Sequence[T]) -> None:
        self._size = len(records)
        starts = range(0, len(records), _AT_ONCE)
        self._parts = [_bytes_of(tuple(records[at : at + _AT_ONCE])) for at in starts]
        self._last: tuple[int, tuple[T, ...]] = (-1, ())

    def __len__(self) -> int:
        """Return the number of records."""
        return self._size

    def __iter__(self) -> Iterator[T]:
        """Yield the records, made anew each time."""
        for number in range(len(self._parts)):
            yield from self._part(number)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...
    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        """Return a record, or several as a tuple; those beside it are kept until one of others is asked for."""
        places = range(self._size)[at]
        if isinstance(places, range):
            return tuple(self[place] for place in places)
        number, within = divmod(places, _AT_ONCE)
        if self._last[0] != number:
            self._last = (number, self._part(number))
        return self._last[1][within]

    def __eq__(self, other: object) -> bool:
        """Tell whether another packed sequence holds equal records."""
        return isinstance(other, Packed) and self._size == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return how many there are."""
        return f"<{self._size} records>"

    def _part(self, number: int) -> tuple[T, ...]:
        part: tuple[T, ...] = pickle.loads(zlib.decompress(self._parts[number]))  # noqa: S301 - made above, of records
        return part


def packed(found: Annotations) -> Annotations:
    """Return annotations that take little memory, if there are many: those of a long text are larger than its graph."""
    if len(found.document.norm) <= LONG:
        return found
    return replace(
        found,
        actions=Packed(found.actions),
        parties=Packed(found.parties),
        indicators=Packed(found.indicators),
        findings=Packed(found.findings),
    )


class _Pickler(pickle.Pickler):
    """Writes records by their class and values: what dataclasses do themselves takes three times as long."""

    def reducer_override(self, record: Any) -> Any:  # noqa: ANN401 - as pickle has it
        """Return how a record is made again."""
        cls = type(record)
        return (_made, (cls, *_values_of(cls)(record))) if is_dataclass(cls) else NotImplemented


def _bytes_of(records: tuple[Any, ...]) -> bytes:
    out = BytesIO()
    _Pickler(out).dump(records)
    return zlib.compress(out.getbuffer(), 1)


def _made(cls: Any, *values: object) -> object:  # noqa: ANN401 - a class of records
    record = object.__new__(cls)
    for set_slot, value in zip(_slots_of(cls), values, strict=True):
        set_slot(record, value)
    return record


@cache
def _slots_of(cls: Any) -> tuple[Callable[[object, object], None], ...]:  # noqa: ANN401
    return tuple(vars(cls)[field.name].__set__ for field in fields(cls))


@cache
def _values_of(cls: Any) -> Callable[[object], tuple[Any, ...]]:  # noqa: ANN401
    first, *more = (field.name for field in fields(cls))
    return attrgetter(first, *more) if more else lambda record: (getattr(record, first),)
