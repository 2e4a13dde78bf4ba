"""Columns of a page: adjacent texts, as printed in gazettes, are read one after the other.

A list of labels and values resembles columns too. Real columns have text on both sides, with lines up to the gap.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kgbuild.read.layout.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.read.layout.sheet import Line, Sheet, TextRun

_FEWEST = 8  # rows with text on both sides
_NARROWEST = 9.0  # em of a column
_STEP = 3.0  # points: edges as near as this are one


def regions(sheet: Sheet, runs: Sequence[TextRun]) -> list[list[Line]]:
    """Return the lines of a page in reading order: one list for each column between full-width lines."""
    gap = _gap(sheet, runs)
    if gap is None:
        return [lines_of(sheet.number, runs)]
    left, right = gap
    middle = (left + right) / 2
    across = [run for run in runs if run.x < left - run.size and run.end > right + run.size]
    beside = [run for run in runs if run not in set(across)]
    found: list[list[Line]] = []
    tops = sorted(run.y for run in across)
    for start, end, band in _bands(tops, sheet.height):
        inside = [run for run in beside if start < run.y <= end]
        sides = (
            [run for run in inside if run.x < middle],
            [run for run in inside if run.x >= middle],
            [run for run in across if run.y == band],
        )
        found += [lines_of(sheet.number, side) for side in sides if side]
    return found


def _bands(tops: list[float], height: float) -> Iterator[tuple[float, float, float | None]]:
    start = -height
    for top in dict.fromkeys(tops):
        yield start, top, top
        start = top
    yield start, 2 * height, None


def _gap(sheet: Sheet, runs: Sequence[TextRun]) -> tuple[float, float] | None:
    """Return the right edge of the left column and the left edge of the right column; None without columns."""
    if not runs:
        return None
    ends = Counter(round(run.end / _STEP) for run in runs if 0.25 < run.end / sheet.width < 0.6)
    starts = Counter(round(run.x / _STEP) for run in runs if 0.4 < run.x / sheet.width < 0.75)
    if not ends or not starts:
        return None
    (end, n_ends), (start, n_starts) = ends.most_common(1)[0], starts.most_common(1)[0]
    if min(n_ends, n_starts) < _FEWEST:
        return None
    size = Counter(run.size for run in runs).most_common(1)[0][0]
    left, right = end * _STEP, start * _STEP
    if not size <= right - left <= 8 * size:
        return None
    beside = [run for run in runs if run.end <= left + size or run.x >= right - size]
    return (left, right) if len(beside) > 0.8 * len(runs) and _is_text(beside, left, right, size) else None


def _is_text(beside: list[TextRun], left: float, right: float, size: float) -> bool:
    """Tell whether both sides are text columns: wide enough, with most rows reaching the gap from both sides."""
    lefts = [run for run in beside if run.end <= left + size]
    rights = [run for run in beside if run.x >= right - size]
    if not lefts or not rights:
        return False
    widths = left - min(run.x for run in lefts), max(run.end for run in rights) - right
    if min(widths) < _NARROWEST * size:
        return False
    rows = {round(run.y / size) for run in lefts}
    reaching = {round(run.y / size) for run in lefts if run.end > left - 1.2 * size}
    own = {round(run.y / size) for run in rights}
    beginning = {round(run.y / size) for run in rights if run.x < right + 2.6 * size}
    return len(reaching) > 0.5 * len(rows) and len(beginning) > 0.7 * len(own)
