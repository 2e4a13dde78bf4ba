"""Tables without ruling lines: columns that only their position shows, below heads of which the first is 序号.

The rows are told by their numbers: each has the next one. Where a row ends the distances between the printed lines
say, or that all cells begin (or have their middle) at the number; where two readings remain, none is taken and the
lines stay text, which the finding `columns-not-read` names. Time is linear in the lines of a page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.read.layout.grid import Grid, GridBox
from kgbuild.read.layout.lines import baselines, once
from kgbuild.read.layout.sheet import is_wide
from kgbuild.read.rows import FIRST_HEAD, SECTION
from kgbuild.read.tables import reads_like_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.read.layout.sheet import TextRun

    _Row = list[TextRun]
    _Groups = list[list[_Row]]

_FIRST = re.compile(FIRST_HEAD)
_NUMBER = re.compile(r"(\d{1,3})[.．、]?")
_LEAST_COLUMNS, _MOST_COLUMNS, _LEAST_ROWS = 3, 12, 2
_GAP, _SPREAD = 0.8, 1.6  # em between two heads, and at most between the letters of one that is set wide
_WHITE = 0.4  # em between two columns
_OUTER = 5.4  # points: the room beside the text of a column
_LARGER = 1.15  # how much larger the distance between rows is than between the lines of a cell
_SAME = 0.35  # em: heights as near as this are one
_ROW_PITCH = 3.0  # em: the largest distance between rows, where the page before begins the first
_PITCH = 2.0  # em: the largest distance of lines of a cell
_RAGGED = 1.2  # em: how much earlier than others a line may end that is broken at the edge
_STOPS = "。；;"


class _Columns(NamedTuple):
    """The columns of a table, the number expected next, and the page that it is on."""

    xs: list[float]
    sides: list[tuple[float, float]]
    number: int
    page: int


@dataclass(slots=True)
class AlignedTables:
    """Takes the tables of a document, page by page; the last one may go on on the next page."""

    _open: _Columns | None = None

    def take(self, page: int, runs: list[TextRun]) -> tuple[list[TextRun], list[Grid]]:
        """Return the runs outside such tables, and the tables of a page with the runs inside them."""
        before = self._open if self._open and self._open.page == page - 1 else None
        self._open = None
        if before is None and not any(run.text.startswith(FIRST_HEAD[0]) for run in runs):
            return runs, []
        runs = once(runs)
        rows = [sorted(row, key=lambda run: run.x) for row in baselines(runs)]
        taken: set[int] = set()
        grids: list[Grid] = []
        at = 0
        while at < len(rows):
            heads = _heads(rows[at])
            made = None
            if heads:
                made = _headed(rows, at, heads, before, page)
            elif before and _number(rows[at], before.sides[0]) == before.number:
                made, before = _continued(rows, at, before, page), None
            if made is None:
                at += 1
                continue
            grid, own, self._open = made
            before = None
            grids.append(grid)
            taken.update(id(run) for row in own for run in row)
            at = max(at + 1, next((n for n in range(at, len(rows)) if id(rows[n][0]) not in taken), len(rows)))
        return [run for run in runs if id(run) not in taken], grids


def _heads(row: _Row) -> list[tuple[float, float]]:
    """Return the sides of the heads that a printed line holds: 序号 and two more at least; [] if it holds none."""
    if not row[0].text.startswith(FIRST_HEAD[0]):
        return []
    pieces = [[row[0]]]
    for before, run in pairwise(row):
        gap = (run.x - before.end) / run.size
        letters = len(before.text) == 1 == len(run.text) and is_wide(run.text) and is_wide(before.text)
        if gap <= (_SPREAD if letters else _GAP):
            pieces[-1].append(run)
        else:
            pieces.append([run])
    texts = ["".join(run.text for run in piece) for piece in pieces]
    if (
        not _LEAST_COLUMNS <= len(pieces) <= _MOST_COLUMNS
        or not _FIRST.fullmatch(texts[0])
        or not all(map(reads_like_head, texts))
    ):
        return []
    return [(piece[0].x, piece[-1].end) for piece in pieces]


_Made = tuple[Grid, "list[_Row]", _Columns]


def _headed(
    rows: Sequence[_Row], at: int, heads: list[tuple[float, float]], before: _Columns | None, page: int
) -> _Made | None:
    """Return the table below heads; one that repeats the heads of the page before has the columns of that."""
    if before and _fits(rows[at], before.xs) and len(heads) == len(before.sides):
        end = _reach(rows, at + 1, before.sides, before.number)
        if end > at + 1 and (made := _made(rows[at], rows, (at + 1, end), before, page)):
            return made
    end = _reach(rows, at + 1, heads, 1)
    inside = [run for row in rows[at + 1 : end] if not _is_section(row, heads[0]) for run in row]
    sides = _sides([*heads, *((run.x, run.end) for run in inside)], rows[at][0].size)
    if len(sides) != len(heads) or not all(
        left <= head[0] and head[1] <= right for head, (left, right) in zip(heads, sides, strict=True)
    ):
        return None
    middles = [(a[1] + b[0]) / 2 for a, b in pairwise(sides)]
    xs = [sides[0][0] - _OUTER, *middles, sides[-1][1] + _OUTER]
    return _made(rows[at], rows, (at + 1, end), _Columns(xs, sides, 1, page), page)


def _continued(rows: Sequence[_Row], at: int, before: _Columns, page: int) -> _Made | None:
    """Return the rest of a table at the top of a page, with the lines of a row that the page before begins."""
    start, room = at, _ROW_PITCH
    while start and _fits(rows[start - 1], before.xs) and _is_near(rows[start - 1], rows[start], room):
        if not _is_near(rows[start - 1], rows[start], _PITCH):
            room = _PITCH  # only the row of the number may stand apart from what is above it
        start -= 1
    end = _reach(rows, at, before.sides, before.number)
    return _made(None, rows, (start, end), before, page)


def _reach(rows: Sequence[_Row], at: int, sides: Sequence[tuple[float, float]], number: int) -> int:
    """Return the index behind the last row of the table that has the next number; `at` if there is none.

    Numbers may count from 1 again below a heading across the table.
    """
    end, restarts = at, False
    for n in range(at, len(rows)):
        row = rows[n]
        if _is_section(row, sides[0]):
            restarts = True
        elif _heads(row) or any(_bridges(run, sides) for run in row):
            break
        elif (found := _number(row, sides[0])) == number or (restarts and found == 1):
            number, end, restarts = found + 1, n + 1, False
    return end


def _bridges(run: TextRun, sides: Sequence[tuple[float, float]]) -> bool:
    return sum(run.x < right and run.end > left for left, right in sides) > 1


def _number(row: _Row, side: tuple[float, float]) -> int | None:
    """Return the number that a printed line has below 序号."""
    run = row[0]
    found = _NUMBER.fullmatch(run.text)
    middle = (run.x + run.end) / 2
    return int(found[1]) if found and side[0] - run.size <= middle <= side[1] + run.size else None


def _is_section(row: _Row, side: tuple[float, float]) -> bool:
    """Tell whether a printed line is a heading across the table, which begins below 序号: 一、深化改革."""
    return row[0].x < side[1] and SECTION.match(row[0].text) is not None


def _sides(extents: list[tuple[float, float]], size: float) -> list[tuple[float, float]]:
    """Return the sides of the columns: what stands together, between white strips from top to bottom."""
    found: list[tuple[float, float]] = []
    for left, right in sorted(extents):
        if found and left - found[-1][1] < _WHITE * size:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


def _fits(row: _Row, xs: Sequence[float]) -> bool:
    """Tell whether each run of a printed line lies within a column; the last may reach farther to the right."""
    ends = [*xs[1:-1], float("inf")]
    return all(run.x >= xs[0] and run.end <= ends[_column(run, xs)] for run in row)


def _column(run: TextRun, xs: Sequence[float]) -> int:
    return min(max(bisect_right(xs, run.x) - 1, 0), len(xs) - 2)


def _is_near(row: _Row, below: _Row, room: float) -> bool:
    return below[0].y - row[0].y <= room * max(row[0].size, below[0].size)


def _made(
    head: _Row | None, every: Sequence[_Row], bounds: tuple[int, int], columns: _Columns, page: int
) -> _Made | None:
    """Return the table of printed lines, with the lines behind its last number that belong to that row."""
    rows = every[slice(*bounds)]
    numbers = [number for row in rows if (number := _number(row, columns.sides[0])) is not None]
    if len(numbers) < (_LEAST_ROWS if columns.page == page else 1):
        return None
    tail = list(_tail(rows, (every[n] for n in range(bounds[1], len(every))), columns.xs))
    end = bounds[1] + len(tail)
    if any(_number(row, columns.sides[0]) is not None and _fits(row, columns.xs) for row in every[end : end + 1]):
        return None  # the next row has another number than the next one
    rows = [*rows, *tail]
    if not all(_is_section(row, columns.sides[0]) or _fits(row, columns.xs) for row in rows):
        return None
    groups: _Groups = [[head]] if head else []
    n_heads = len(groups)
    part: list[_Row] = []
    for row in [*rows, None]:
        if row is not None and not _is_section(row, columns.sides[0]):
            part.append(row)
            continue
        if part:
            told = _grouped(part, columns, is_cut=columns.page < page and len(groups) == n_heads)
            if told is None:
                return None
            groups += told
        groups += [[row]] if row else []
        part = []
    own = [row for group in groups for row in group]
    grid = _grid(groups, columns)
    first = own[n_heads]
    grid.goes_on = (
        columns.page < page and _number(first, columns.sides[0]) is None and not _is_section(first, columns.sides[0])
    )
    return grid, own, columns._replace(number=numbers[-1] + 1, page=page)


def _tail(rows: Sequence[_Row], behind: Iterable[_Row], xs: Sequence[float]) -> Iterator[_Row]:
    """Yield the lines of the last row below its number: as near as lines of one cell are, none of them below 序号."""
    size = rows[-1][0].size
    steps = [b[0].y - a[0].y for a, b in pairwise(rows) if b[0].x >= xs[1]]
    room = min(max(steps, default=_PITCH * size), _PITCH * size) + _SAME * size
    last = rows[-1]
    for row in behind:
        if row[0].x < xs[1] or not _fits(row, xs) or row[0].y - last[0].y > room:
            return
        yield row
        last = row


def _grouped(rows: list[_Row], columns: _Columns, *, is_cut: bool) -> _Groups | None:
    """Return the printed lines of each row of the table; None if they allow two readings or none."""
    numbers = [n for n, row in enumerate(rows) if _number(row, columns.sides[0]) is not None]
    if not numbers:
        return None
    spaced = _by_distance(rows, numbers, is_cut=is_cut)
    if spaced is not None:
        return spaced
    found = [
        told for told in (_from_top(rows, numbers, columns, is_cut=is_cut), _around(rows, numbers, columns)) if told
    ]
    if len(found) > 1 and found[0] != found[1]:
        found = [told for told in found if all(_is_whole(group, columns) for group in told)]
    return found[0] if len(found) == 1 or (found and found[0] == found[-1]) else None


def _by_distance(rows: list[_Row], numbers: Sequence[int], *, is_cut: bool) -> _Groups | None:
    """Return the rows that stand farther apart than the lines of a cell, each with its number."""
    steps = [b[0].y - a[0].y for a, b in pairwise(rows)]
    for n_breaks in range(len(numbers) - 1, len(numbers) + is_cut):
        order = sorted(range(len(steps)), key=lambda n: -steps[n])
        wide, narrow = order[:n_breaks], order[n_breaks:]
        if not wide and is_cut and numbers[0]:  # lines above the number, and nothing to measure their distance by
            continue
        if wide and narrow and steps[wide[-1]] < _LARGER * steps[narrow[0]]:
            continue
        starts = [0, *sorted(n + 1 for n in wide), len(rows)]
        held = [sum(start <= n < end for n in numbers) for start, end in pairwise(starts)]
        if all(n == 1 for n in held[n_breaks == len(numbers) :]):
            return [rows[start:end] for start, end in pairwise(starts)]
    return None


def _from_top(rows: list[_Row], numbers: Sequence[int], columns: _Columns, *, is_cut: bool) -> _Groups | None:
    """Return the rows whose cells all begin at the height of the number."""
    if numbers[0] and not is_cut:
        return None
    starts = [*([0] if numbers[0] else []), *numbers, len(rows)]
    told = [rows[start:end] for start, end in pairwise(starts)]
    for group in told[bool(numbers[0]) :]:
        first = {_column(run, columns.xs) for run in group[0]}
        if any(_column(run, columns.xs) not in first for row in group[1:] for run in row):
            return None
    return told


def _around(rows: list[_Row], numbers: Sequence[int], columns: _Columns) -> _Groups | None:
    """Return the rows whose cells all have their middle at the height of the number."""
    told: _Groups = []
    start = 0
    for number in numbers:
        if start > number:
            return None
        end = number + 1
        near = _SAME * rows[number][0].size
        bottom = 2 * rows[number][0].y - rows[start][0].y
        while end < len(rows) and rows[end][0].y <= bottom + near:
            end += 1
        if any(
            abs(top + last - 2 * rows[number][0].y) > 2 * near for top, last in _heights(rows[start:end], columns.xs)
        ):
            return None
        told.append(rows[start:end])
        start = end
    return told if start == len(rows) else None


def _heights(group: Sequence[_Row], xs: Sequence[float]) -> list[tuple[float, float]]:
    """Return the first and the last baseline of each cell of a row."""
    found: dict[int, tuple[float, float]] = {}
    for row in group:
        for run in row:
            column = _column(run, xs)
            found[column] = (found.get(column, (run.y, run.y))[0], run.y)
    return list(found.values())


def _is_whole(group: Sequence[_Row], columns: _Columns) -> bool:
    """Tell whether the last line of each cell of several lines, or of the task, ends a sentence or leaves room."""
    last = {_column(run, columns.xs): run for row in group for run in row}
    return all(
        run.text[-1] in _STOPS or columns.sides[column][1] - run.end > run.size
        for column, run in last.items()
        if column == 1
    )


def _grid(groups: _Groups, columns: _Columns) -> Grid:
    """Return the table with a box for each cell."""
    xs = columns.xs
    tops = [min(run.y - run.size for run in group[0]) for group in groups]
    bottom = max(run.y + 0.2 * run.size for run in groups[-1][-1])
    ys = [*tops, bottom]
    grid = Grid(xs, ys, [])
    last = len(xs) - 1
    for n, group in enumerate(groups):
        if _is_section(group[0], columns.sides[0]):
            grid.boxes.append(GridBox(n, 0, 1, last, xs[0], xs[-1], ys[n], ys[n + 1], list(group[0])))
            continue
        boxes = [GridBox(n, c, 1, 1, xs[c], xs[c + 1], ys[n], ys[n + 1]) for c in range(last)]
        for row in group:
            for run in row:
                boxes[_column(run, xs)].runs.append(run)
        grid.boxes += boxes
    for column in range(last):
        _narrow([box for box in grid.boxes if box.column == column and box.columns == 1])
    return grid


def _narrow(boxes: Sequence[GridBox]) -> None:
    """Let the cells of a column end where their text is broken, if all its broken lines end there.

    Otherwise they reach up to the next column, and lines that end before it are bodies listed one below the other.
    """
    runs = [run for box in boxes for run in box.runs]
    ends = [max(run.end for run in row) for box in boxes for row in list(baselines(box.runs))[:-1]]
    left, edge = min((run.x for run in runs), default=0.0), max((run.end for run in runs), default=0.0)
    if len(ends) >= _LEAST_ROWS and min(ends) > edge - _RAGGED * runs[0].size:
        for box in boxes:
            box.left, box.right = left - _OUTER, edge + _OUTER
