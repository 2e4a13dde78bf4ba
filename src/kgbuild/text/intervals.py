"""An index that finds spans by position without scanning all of them."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.model import Span


class Intervals:
    """An index over spans in any order, nested or not.

    Example:
        >>> from kgbuild.model import Span
        >>> index = Intervals([Span(5, 9), Span(0, 4), Span(2, 8)])
        >>> index.covering(Span(3, 4)), index.covering(Span(9, 10)), index.overlapping(Span(3, 6))
        (1, None, [0, 1, 2])
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._order = sorted(range(len(spans)), key=lambda i: spans[i].start)
        self._starts = [spans[i].start for i in self._order]
        self._reach = list(accumulate((spans[i].end for i in self._order), max))

    def covering(self, span: Span) -> int | None:
        """Return the index of the first indexed span that covers a span, None if none does."""
        return min((i for i in self._before(span.start + 1, span.end) if self._spans[i].covers(span)), default=None)

    def overlapping(self, span: Span) -> list[int]:
        """Return the indices of the spans that share a character with a span, in ascending order."""
        return sorted(i for i in self._before(span.end, span.start + 1) if self._spans[i].overlaps(span))

    def _before(self, start: int, end: int) -> Iterator[int]:
        """Yield the spans that start before a position, back to the last one that reaches another position."""
        for at in range(bisect_left(self._starts, start) - 1, -1, -1):
            if self._reach[at] < end:
                return
            yield self._order[at]
