"""Spans asked where they lie: the same answers as a look at all of them gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.model import Span
from kgbuild.text.intervals import Intervals

SPANS = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 30), st.integers(0, 12))


@given(st.lists(SPANS, max_size=12), SPANS)
def test_answers_are_those_of_a_look_at_all(spans: list[Span], asked: Span) -> None:
    index = Intervals(spans)
    assert index.covering(asked) == next((i for i, s in enumerate(spans) if s.covers(asked)), None)
    assert index.overlapping(asked) == [i for i, s in enumerate(spans) if s.overlaps(asked)]


def test_few_spans_are_looked_at() -> None:
    looked = 0

    class Counted(Span):
        def covers(self, other: Span) -> bool:
            nonlocal looked
            looked += 1
            return super().covers(other)

    spans = [Counted(10 * n, 10 * n + 8) for n in range(1_000)]
    index = Intervals(spans)
    assert [index.covering(Span(10 * n, 10 * n + 3)) for n in range(1_000)] == list(range(1_000))
    assert looked == 1_000
