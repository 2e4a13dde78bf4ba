"""Columns of a page: adjacent texts, as printed in gazettes, are read one after the other.

A list of labels and values resembles columns too. Real columns have text on both sides, with lines up to the gap.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from kgbuild.read.layout.lines import baselines, lines_of
from kgbuild.read.layout.sheet import is_wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.read.layout.sheet import Line, Sheet, TextRun

    _Gap = tuple[float, float]

_FEWEST = 8  # rows with text on both sides
_NARROWEST = 9.0  # em of a column
_HALVES = ((0.25, 0.6), (0.4, 0.75))
"""Where, in shares of the width of a page, the left column ends and the right one starts."""
_THIRDS = (((0.2, 0.45), (0.3, 0.48)), ((0.52, 0.72), (0.58, 0.8)))
_INDENT = 2.6  # em: what begins farther to the right begins no line of a column
_LARGER, _FILLED = 1.1, 0.8  # of the body text: a title; of the gap: what its words leave white
_LEAST_LETTERS = 6  # of a title that is set letter by letter
_STEP = 3.0  # points: edges as near as this are one


def regions(sheet: Sheet, runs: Sequence[TextRun]) -> list[list[Line]]:
    """Return the lines of a page in reading order: one list for each column between full-width lines."""
    gaps = _gaps(sheet, runs)
    if gaps:
        return _beside(sheet, runs, gaps)
    above, inside, below = _banded(sheet, runs)
    gaps = _gaps(sheet, inside)
    if not gaps:
        return [lines_of(sheet.number, runs)]
    found = [lines_of(sheet.number, above), *_beside(sheet, inside, gaps), lines_of(sheet.number, below)]
    return [lines for lines in found if lines]


def _beside(sheet: Sheet, runs: Sequence[TextRun], gaps: Sequence[_Gap]) -> list[list[Line]]:
    crossing = [
        run for run in runs if any(run.x < left - run.size and run.end > right + run.size for left, right in gaps)
    ]
    across = list(dict.fromkeys([*crossing, *_spaced_titles(runs, gaps)]))
    taken = set(across)
    beside = [run for run in runs if run not in taken]
    middles = [-math.inf, *((left + right) / 2 for left, right in gaps), math.inf]
    found: list[list[Line]] = []
    tops = sorted(run.y for run in across)
    for start, end, band in _bands(tops, sheet.height):
        inside = [run for run in beside if start < run.y <= end]
        columns = [[run for run in inside if left <= run.x < right] for left, right in pairwise(middles)]
        found += [lines_of(sheet.number, side) for side in (*columns, [r for r in across if r.y == band]) if side]
    return found


def _spaced_titles(runs: Sequence[TextRun], gaps: Sequence[_Gap]) -> Iterator[TextRun]:
    """Yield the runs of titles above columns that come word by word or letter by letter, and leave no gap white."""
    body = Counter(run.size for run in runs).most_common(1)[0][0]
    large = sorted((run for run in runs if run.size > _LARGER * body), key=lambda run: (run.y, run.x))
    for row in map(list, baselines(large)):
        row.sort(key=lambda run: run.x)
        if any(_is_filled(row, gap) for gap in gaps):
            yield from row


def _is_filled(row: Sequence[TextRun], gap: _Gap) -> bool:
    """Tell whether words or letters stand on both sides of a gap, nearer to each other than it is wide."""
    middle = sum(gap) / 2
    before = max((run for run in row if run.x < middle), key=lambda run: run.end, default=None)
    behind = min((run for run in row if run.x >= middle), key=lambda run: run.x, default=None)
    if before is None or behind is None:
        return False
    if len(row) >= _LEAST_LETTERS and all(len(run.text) == 1 for run in row):  # a blank is as wide as a letter
        return behind.x - before.x < 2.2 * median(b.x - a.x for a, b in pairwise(row))
    is_latin = not (is_wide(before.text[-1]) or is_wide(behind.text[0]))
    return is_latin and behind.x - before.end < _FILLED * (gap[1] - gap[0])


def _banded(sheet: Sheet, runs: Sequence[TextRun]) -> tuple[list[TextRun], list[TextRun], list[TextRun]]:
    """Return the runs above, in and below the part of a page that may have two columns: below a notice, two articles.

    The part has the rows that begin a right column, and those around it that leave the gap before it white.
    """
    starts = [run for run in runs if _HALVES[1][0] < run.x / sheet.width < _HALVES[1][1]]
    if len(starts) < _FEWEST:
        return [], [], []
    edge, n = _commonest([run.x for run in starts])
    if n < _FEWEST:
        return [], [], []
    own = [run for run in starts if round(run.x / _STEP) == edge]
    right, size = edge * _STEP, own[0].size
    ordered = sorted(runs, key=lambda run: run.y)
    crossing = [run.y for run in ordered if run.x < right - size and run.end > right]
    first, last = min(run.y for run in own), max(run.y for run in own)
    top = max((y for y in crossing if y < first), default=-math.inf)
    indented = [run.y for run in starts if top < run.y < first and run.x < right + _INDENT * size]
    first = min(indented, default=first)
    end = min((y for y in crossing if y > last), default=math.inf)
    near = 0.5 * size
    return (
        [run for run in ordered if run.y < first - near],
        [run for run in ordered if first - near <= run.y < end - near],
        [run for run in ordered if run.y >= end - near],
    )


def _bands(tops: list[float], height: float) -> Iterator[tuple[float, float, float | None]]:
    start = -height
    for top in dict.fromkeys(tops):
        yield start, top, top
        start = top
    yield start, 2 * height, None


def _gaps(sheet: Sheet, runs: Sequence[TextRun]) -> list[_Gap]:
    """Return the gaps between two or three columns of a page; [] without columns."""
    if not runs:
        return []
    size = Counter(run.size for run in runs).most_common(1)[0][0]
    if gap := _gap(sheet, runs, size, *_HALVES):
        return [gap]
    thirds = [gap for place in _THIRDS if (gap := _gap(sheet, runs, size, *place)) and _is_clear(runs, gap, size)]
    return thirds if len(thirds) == len(_THIRDS) else []


def _gap(
    sheet: Sheet, runs: Sequence[TextRun], size: float, ends_in: tuple[float, float], starts_in: tuple[float, float]
) -> _Gap | None:
    """Return the right edge of a column and the left edge of the next, between shares of the width of the page."""
    starts = [run.x for run in runs if starts_in[0] < run.x / sheet.width < starts_in[1]]
    ends = [run.end for run in runs if ends_in[0] < run.end / sheet.width < ends_in[1]]
    if min(len(starts), len(ends)) < _FEWEST:  # as on most pages
        return None
    (end, n_ends), (start, n_starts) = _commonest(ends), _commonest(starts)
    if min(n_ends, n_starts) < _FEWEST:
        return None
    left, right = end * _STEP, start * _STEP
    if not size <= right - left <= 8 * size:
        return None
    beside = [run for run in runs if run.end <= left + size or run.x >= right - size]
    return (left, right) if len(beside) > 0.8 * len(runs) and _is_text(beside, left, right, size) else None


def _commonest(edges: Sequence[float]) -> tuple[int, int]:
    """Return the step at which most edges are, and how many."""
    return Counter(round(edge / _STEP) for edge in edges).most_common(1)[0]


def _is_clear(runs: Sequence[TextRun], gap: _Gap, size: float) -> bool:
    """Tell whether rows leave a gap white: words that happen to end below one another leave none."""
    left, right = gap[0] + 0.3 * size, gap[1] - 0.3 * size
    rows = {round(run.y / size) for run in runs}
    crossed = {round(run.y / size) for run in runs if run.x < right and run.end > left}
    return len(crossed) < 0.2 * len(rows)


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
    beginning = {round(run.y / size) for run in rights if run.x < right + _INDENT * size}
    return len(reaching) > 0.5 * len(rows) and len(beginning) > 0.7 * len(own)
