"""Spans that are asked where they lie, without a look at all of them."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.model import Span


class Intervals:
    """An index of spans, which may lie in any order and inside each other.

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
        """Return the place of the first span in their list that the given one lies inside."""
        return min((i for i in self._before(span.start + 1, span.end) if self._spans[i].covers(span)), default=None)

    def overlapping(self, span: Span) -> list[int]:
        """Return the places of the spans that share a character with the given one, in their order."""
        return sorted(i for i in self._before(span.end, span.start + 1) if self._spans[i].overlaps(span))

    def _before(self, start: int, end: int) -> Iterator[int]:
        """Yield the spans that begin before a place, as far back as one of them reaches another place."""
        for at in range(bisect_left(self._starts, start) - 1, -1, -1):
            if self._reach[at] < end:
                return
            yield self._order[at]
