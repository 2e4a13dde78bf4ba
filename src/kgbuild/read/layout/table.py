"""Tables across page breaks: rows continue, repeated heads are running heads, a row cut by a break is one row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kgbuild.model import FilePlace
from kgbuild.read.blocks import Block
from kgbuild.read.layout.lines import lines_of
from kgbuild.read.layout.paragraphs import between, is_full, is_marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbuild.read.layout.grid import Grid, GridBox
    from kgbuild.read.layout.sheet import Line

_SAME_EDGE = 4.0  # points
_PADDING = 10.8  # points: both sides of a cell as word processors leave them
_MARKS = re.compile("[、，；。,;]")
_STOPS = "。；！？;!?"
_MOST_HEADS = 3
_SHORT = 0.6


@dataclass(slots=True)
class _Cell:
    """A cell being built; `row` counts across pages."""

    row: int
    column: int
    rows: int
    columns: int
    page: int
    inner: float
    lines: list[Line]
    bounds: tuple[float, float, float, float]

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)

    def is_cut(self) -> bool:
        """Tell whether its text seems to continue: running text with a full last line that ends no sentence."""
        last = self.lines[-1]
        is_text = len(self.text) > 12 or _MARKS.search(self.text)
        return bool(is_text) and not self.is_ended() and self.inner - last.width < 1.6 * last.size

    def is_short(self) -> bool:
        """Tell whether it is one line that leaves much of its cell free: what stands below it is of another row."""
        return len(self.lines) == 1 and self.lines[0].width < _SHORT * self.inner

    def is_ended(self) -> bool:
        """Tell whether its text ends a sentence."""
        return self.lines[-1].text[-1] in _STOPS


class TableFlow:
    """A table while its pages are read."""

    def __init__(self, number: int, grid: Grid, page: int) -> None:
        self._number = number
        self._xs = grid.xs
        self._rows = 0
        self._page = page
        self._cells: list[_Cell] = []
        self._repeated: list[_Cell] = []
        self._add(_cells(grid, page))

    def takes(self, grid: Grid, page: int) -> bool:
        """Append the table at the top of a page if it continues this one; tell whether it does."""
        if page != self._page + 1 or len(grid.xs) != len(self._xs):
            return False
        shift = grid.xs[0] - self._xs[0]  # odd and even pages may have different margins
        if any(abs(x - shift - own) > _SAME_EDGE for x, own in zip(grid.xs, self._xs, strict=True)):
            return False
        self._page = page
        cells = self._without_heads(_cells(grid, page))
        if not self._go_on(cells, is_certain=grid.goes_on):
            self._extend(cells)
            self._add(cells)
        return True

    def _extend(self, cells: list[_Cell]) -> None:
        """Extend merged cells at the end of a page over the rows on the next page that they cover without text."""
        above = {(c.column, c.columns): c for c in self._cells if c.row + c.rows == self._rows}
        for cell in cells:
            own = above.get((cell.column, cell.columns))
            if cell.row == 0 and not cell.lines and own and max(own.rows, cell.rows) > 1:
                own.rows += cell.rows

    def _add(self, cells: list[_Cell], *, from_row: int = 0) -> None:
        n_rows = max((cell.row + cell.rows for cell in cells), default=0)
        for cell in cells:
            if cell.row >= from_row:
                cell.row += self._rows - from_row
                self._cells.append(cell)
        self._rows += max(n_rows - from_row, 0)

    def _without_heads(self, cells: list[_Cell]) -> list[_Cell]:
        """Separate the first rows if they repeat the first rows of the table."""
        n = 0
        while n < _MOST_HEADS and (own := _row(self._cells, n)) and own == _row(cells, n):
            n += 1
        if not n:
            return cells
        self._repeated += [cell for cell in cells if cell.row < n]
        rest = [cell for cell in cells if cell.row >= n]
        for cell in rest:
            cell.row -= n
        return rest

    def _go_on(self, cells: list[_Cell], *, is_certain: bool) -> bool:
        """Append cells whose first row completes the last row; tell whether it does."""
        first = [cell for cell in cells if cell.row == 0 and cell.lines]
        if not first or first[0].column == 0:
            return False
        above = {(c.column, c.columns): c for c in self._cells if c.row + c.rows == self._rows}
        pairs = [(above.get((cell.column, cell.columns)), cell) for cell in first]
        if not all(own and own.lines for own, _ in pairs):
            return False
        if not (is_certain or _seem_one(pairs)):
            return False
        for own, cell in pairs:
            if own:
                own.lines += cell.lines
        self._add(cells, from_row=1)
        return True

    def blocks(self) -> list[Block]:
        """Return the cells as blocks, row by row."""
        self._cells.sort(key=lambda cell: (cell.row, cell.column))
        found = [self._block(cell) for cell in self._cells if cell.lines]
        return found + [
            Block("header", cell_text(cell.lines, cell.inner)[0], FilePlace(page=cell.page, table=self._number))
            for cell in self._repeated
            if cell.lines
        ]

    def _block(self, cell: _Cell) -> Block:
        text, parts = cell_text(cell.lines, cell.inner)
        left, top, right, bottom = (round(v, 1) for v in cell.bounds)
        place = FilePlace(
            page=cell.page,
            box=(left, top, right, bottom),
            table=self._number,
            row=cell.row + 1,
            column=cell.column + 1,
            rows=cell.rows,
            columns=cell.columns,
            object=cell.lines[0].object,
        )
        return Block("cell", text, place, parts=parts)


def _seem_one(pairs: Iterable[tuple[_Cell | None, _Cell]]) -> bool:
    """Tell whether cells on both sides of a page break seem to be those of one row."""
    known = [(own, cell) for own, cell in pairs if own]
    if any(own.is_ended() or own.is_short() or is_marked(cell.lines[0].text) for own, cell in known):
        return False
    return any(own.is_cut() for own, _ in known)


def _row(cells: Iterable[_Cell], row: int) -> list[tuple[int, str]]:
    return [(cell.column, cell.text) for cell in cells if cell.row == row and cell.lines]


def _cells(grid: Grid, page: int) -> list[_Cell]:
    cells = []
    widest: dict[tuple[int, int], float] = {}
    for box in grid.boxes:
        lines = lines_of(page, box.runs)
        key = (box.column, box.columns)
        widest[key] = max([widest.get(key, 0.0), *(line.width for line in lines)])
        cells.append((box, lines))
    return [_cell(box, lines, page, widest[box.column, box.columns]) for box, lines in cells]


def _cell(box: GridBox, lines: list[Line], page: int, widest: float) -> _Cell:
    padding = _PADDING
    if lines and (left := min(line.x for line in lines) - box.left) < 1.2 * lines[0].size:
        padding = max(padding, 2 * left)
    inner = max(widest, box.right - box.left - padding)
    bounds = (box.left, box.top, box.right, box.bottom)
    return _Cell(box.row, box.column, box.rows, box.columns, page, inner, lines, bounds)


def cell_text(lines: Sequence[Line], inner: float) -> tuple[str, tuple[tuple[int, int, FilePlace], ...]]:
    """Return the text of a cell, one line for each paragraph, and the position of each printed line in it.

    Bodies listed one below the other get one line each. If some lines of a cell certainly end before its edge and there
    are no marks between its words, all lines count as separate: one of them may just be as wide as the cell.
    """
    ends = [not is_full(a.text, inner - a.width, b.text, a.size) for a, b in pairwise(lines)]
    if any(ends) and not any(_MARKS.search(line.text) for line in lines):
        ends = [True] * len(ends)
    text, parts = "", []
    for line, ended in zip(lines, [False, *ends], strict=True):
        if text:
            new = ended or (is_marked(line.text) and text[-1] in _STOPS)
            text += "\n" if new else between(text[-1], line.text[0])
        parts.append((len(text), len(text) + len(line.text), line.place))
        text += line.text
    return text, tuple(parts)
