"""From ruling lines to tables: crossing lines form a grid, and meshes not separated by a line form one cell.

Outer borders may be open, as where a page break cuts a table; lines drawn twice or in pieces are merged. A box around
text (one cell, or one column) is not a table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.read.layout.sheet import Rule, TextRun

_SAME = 2.5  # points: lines as near as this are one, ends as near as this meet
_SHORT = 6.0  # points: shorter lines are underlines of a character, ticks, marks
_COVERED = 0.6  # share of a side of a cell that a line must cover
_MAX_LINES = 1_000
_MAX_CELLS = 60_000


@dataclass(slots=True)
class GridBox:
    """A cell; `row` and `column` count from 0.

    Attributes:
        row: First row.
        column: First column.
        rows: Number of rows that it covers.
        columns: Number of columns that it covers.
        left: Left edge in points.
        right: Right edge in points.
        runs: Its runs of characters.
    """

    row: int
    column: int
    rows: int
    columns: int
    left: float
    right: float
    top: float
    bottom: float
    runs: list[TextRun] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A table on one page: the positions of its lines, and its cells by row and column.

    Attributes:
        goes_on: Whether its first row is certain to complete the last one of the page before.
    """

    xs: list[float]
    ys: list[float]
    boxes: list[GridBox]
    owner: dict[tuple[int, int], GridBox] = field(default_factory=dict)
    goes_on: bool = False

    def box_at(self, x: float, y: float) -> GridBox | None:
        """Return the cell at a point; None outside the table."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        column = min(bisect_right(self.xs, x), len(self.xs) - 1) - 1
        row = min(bisect_right(self.ys, y), len(self.ys) - 1) - 1
        return self.owner.get((row, column))


@dataclass(slots=True)
class _Stroke:
    """A line at `at`, from `start` to `end`: x and y for a vertical line, y and x for a horizontal one."""

    at: float
    start: float
    end: float


def take_tables(runs: Iterable[TextRun], rules: Iterable[Rule]) -> tuple[list[TextRun], list[Grid]]:
    """Return the runs outside all tables, and the tables with the runs inside them, from the top."""
    grids = list(_grids(rules))
    if not grids:
        return list(runs), []
    rest: list[TextRun] = []
    for run in runs:
        x, y = min(run.x + 0.5 * run.size, (run.x + run.end) / 2), run.y - 0.35 * run.size
        box = next((box for grid in grids if (box := grid.box_at(x, y))), None)
        (box.runs if box else rest).append(run)
    filled = [grid for grid in grids if sum(bool(box.runs) for box in grid.boxes) > 1]
    for grid in grids:
        if grid not in filled:
            rest += [run for box in grid.boxes for run in box.runs]
    filled.sort(key=lambda grid: (grid.ys[0], grid.xs[0]))
    return rest, filled


def _grids(rules: Iterable[Rule]) -> Iterator[Grid]:
    level: list[_Stroke] = []
    upright: list[_Stroke] = []
    for rule in rules:
        if rule.is_level:
            level.append(_Stroke((rule.top + rule.bottom) / 2, rule.x, rule.end))
        else:
            upright.append(_Stroke((rule.x + rule.end) / 2, rule.top, rule.bottom))
    level, upright = ([s for s in _merged(strokes) if s.end - s.start >= _SHORT] for strokes in (level, upright))
    if not level or not upright or max(len(level), len(upright)) > _MAX_LINES:
        return
    for own_level, own_upright in _together(level, upright):
        grid = _grid(own_level, own_upright)
        if grid is not None:
            yield grid


def _merged(strokes: list[_Stroke]) -> list[_Stroke]:
    """Return lines with their pieces merged."""
    strokes.sort(key=lambda s: (s.at, s.start))
    groups: list[list[_Stroke]] = []
    for stroke in strokes:
        if groups and stroke.at - groups[-1][0].at <= _SAME:
            groups[-1].append(stroke)
        else:
            groups.append([stroke])
    merged: list[_Stroke] = []
    for group in groups:
        at = group[0].at
        last: _Stroke | None = None
        for stroke in sorted(group, key=lambda s: s.start):
            if last is not None and stroke.start - last.end <= _SAME:
                last.end = max(last.end, stroke.end)
            else:
                last = _Stroke(at, stroke.start, stroke.end)
                merged.append(last)
    return merged


def _together(level: list[_Stroke], upright: list[_Stroke]) -> Iterator[tuple[list[_Stroke], list[_Stroke]]]:
    """Yield the groups of lines connected by crossing."""
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for j, up in enumerate(upright, len(level)):
        for i, lev in enumerate(level):
            if lev.at > up.end + _SAME:
                break
            if lev.at >= up.start - _SAME and lev.start - _SAME <= up.at <= lev.end + _SAME:
                parent[root(i)] = root(j)
    found: dict[int, tuple[list[_Stroke], list[_Stroke]]] = defaultdict(lambda: ([], []))
    for i, lev in enumerate(level):
        found[root(i)][0].append(lev)
    for j, up in enumerate(upright, len(level)):
        found[root(j)][1].append(up)
    yield from found.values()


def _grid(level: list[_Stroke], upright: list[_Stroke]) -> Grid | None:
    if not level or not upright or len(level) + len(upright) < 3:
        return None
    # An open border has no line: it is where the crossing lines end, as where a page break cuts a table.
    left, right = min(s.start for s in level), max(s.end for s in level)
    top, bottom = min(s.start for s in upright), max(s.end for s in upright)
    level = sorted([*level, *_missing((top, bottom), level, left, right)], key=lambda s: s.at)
    top, bottom = level[0].at, level[-1].at
    upright = sorted([*upright, *_missing((left, right), upright, top, bottom)], key=lambda s: s.at)
    xs, ys = _places(upright), _places(level)
    n_columns, n_rows = len(xs) - 1, len(ys) - 1
    if n_columns < 2 or n_rows < 1 or n_columns * n_rows > _MAX_CELLS:
        return None
    return _Cells(xs, ys, level, upright).grid()


def _missing(sides: tuple[float, float], strokes: Sequence[_Stroke], start: float, end: float) -> list[_Stroke]:
    return [_Stroke(at, start, end) for at in sides if all(abs(s.at - at) > 2 * _SAME for s in strokes)]


def _places(strokes: Sequence[_Stroke]) -> list[float]:
    places: list[float] = []
    for stroke in sorted(strokes, key=lambda s: s.at):
        if not places or stroke.at - places[-1] > _SAME:
            places.append(stroke.at)
    return places


class _Cells:
    """Joins meshes that are not separated by a line."""

    def __init__(self, xs: list[float], ys: list[float], level: list[_Stroke], upright: list[_Stroke]) -> None:
        self._xs, self._ys = xs, ys
        self._level = _by_place(ys, level)
        self._upright = _by_place(xs, upright)
        self._parent: dict[tuple[int, int], tuple[int, int]] = {}

    def grid(self) -> Grid:
        n_columns, n_rows = len(self._xs) - 1, len(self._ys) - 1
        for row in range(n_rows):
            for column in range(n_columns):
                self._parent[row, column] = (row, column)
                if row and not self._is_ruled(self._level[row], self._xs[column], self._xs[column + 1]):
                    self._join((row - 1, column), (row, column))
                if column and not self._is_ruled(self._upright[column], self._ys[row], self._ys[row + 1]):
                    self._join((row, column - 1), (row, column))
        members: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for mesh in self._parent:
            members[self._root(mesh)].append(mesh)
        grid = Grid(self._xs, self._ys, [])
        for meshes in members.values():
            box = self._box(meshes)
            grid.boxes.append(box)
            grid.owner.update(dict.fromkeys(meshes, box))
        grid.boxes.sort(key=lambda box: (box.row, box.column))
        return grid

    def _box(self, meshes: list[tuple[int, int]]) -> GridBox:
        rows, columns = [row for row, _ in meshes], [column for _, column in meshes]
        row, column, last_row, last_column = min(rows), min(columns), max(rows), max(columns)
        return GridBox(
            row,
            column,
            last_row - row + 1,
            last_column - column + 1,
            self._xs[column],
            self._xs[last_column + 1],
            self._ys[row],
            self._ys[last_row + 1],
        )

    def _is_ruled(self, strokes: list[_Stroke], start: float, end: float) -> bool:
        covered = sum(max(min(s.end, end) - max(s.start, start), 0) for s in strokes)
        return covered >= _COVERED * (end - start)

    def _root(self, mesh: tuple[int, int]) -> tuple[int, int]:
        parent = self._parent
        while parent[mesh] != mesh:
            parent[mesh] = parent[parent[mesh]]
            mesh = parent[mesh]
        return mesh

    def _join(self, mesh: tuple[int, int], other: tuple[int, int]) -> None:
        self._parent[self._root(other)] = self._root(mesh)


def _by_place(places: list[float], strokes: Sequence[_Stroke]) -> list[list[_Stroke]]:
    found: list[list[_Stroke]] = [[] for _ in places]
    for stroke in strokes:
        found[max(bisect_right(places, stroke.at + 0.01) - 1, 0)].append(stroke)
    return found
