"""Tables as rows and columns according to the HTML table model, including merged cells.

Takes the rows and cells of one table in reading order and returns a `Table`. Header cells are marked by `th` and
`thead`; if a page marks none (as pages converted from Word never do), the words of the first full row decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild.model import Cell, Span, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_COLUMNS = 200
_MAX_ROWSPAN = 65534  # HTML, 4.9.11
_HEAD_LENGTH = 14
_YEAR = re.compile(r"[0-9]{4}年")
_NO_HEAD = re.compile(r"[，。；：、:;〔0-9０-９]")


@dataclass(slots=True)
class GridCell:
    """A cell while its table is read; `row` and `column` count from 0, merged cells included."""

    row: int
    column: int
    rowspan: int
    colspan: int
    header: bool
    span: Span


@dataclass(slots=True)
class TableDraft:
    """A table while its page is read.

    Attributes:
        is_layout: Whether it contains another table with text, so that it serves the layout of the page.
    """

    is_layout: bool = False
    _cells: list[GridCell] = field(default_factory=list)
    _busy: dict[int, tuple[int, int]] = field(default_factory=dict)
    _passed: dict[int, tuple[int, int]] = field(default_factory=dict)
    _row: int = -1
    _column: int = 0
    _group: int = 0
    _in_head: bool = False

    def open_group(self, *, is_head: bool) -> None:
        """Open a `thead`, `tbody` or `tfoot`."""
        self._group = len(self._cells)
        self._in_head = is_head
        self._busy.clear()
        self._passed.clear()

    def close_group(self) -> None:
        """Close a row group; no cell extends beyond it."""
        for draft in self._cells[self._group :]:
            draft.rowspan = min(draft.rowspan, self._row + 1 - draft.row)
        self._group = len(self._cells)

    def open_row(self) -> None:
        """Open a row."""
        self._row += 1
        self._column = 0

    def open_cell(self, *, is_head: bool, rowspan: str | None, colspan: str | None) -> int:
        """Open a cell in the next free column; return its index for `close_cell`."""
        self._row = max(self._row, 0)
        self._column = self._free_from(self._column)
        width = min(_number(colspan) or 1, _MAX_COLUMNS)
        height = min(_number(rowspan, default=1) or _MAX_ROWSPAN, _MAX_ROWSPAN)  # 0: up to the end of the group
        draft = GridCell(self._row, self._column, height, width, is_head or self._in_head, Span(0, 0))
        if height > 1:
            columns = range(self._column, self._column + width)
            if not self._busy.keys().isdisjoint(columns):
                self._passed.clear()
            self._busy.update(dict.fromkeys(columns, (self._row + height, columns.stop)))
        self._column += width
        self._cells.append(draft)
        return len(self._cells) - 1

    def _free_from(self, column: int) -> int:
        """Return the first free column. Cells from above that stand side by side are passed at once in later rows."""
        start, row = column, _MAX_ROWSPAN + self._row
        while True:
            known = (self._passed.get(column), self._busy.get(column))
            cell = next((each for each in known if each and each[0] > self._row), None)
            if cell is None:
                break
            row, column = min(row, cell[0]), cell[1]
        if column > start:
            self._passed[start] = (row, column)
        return column

    def close_cell(self, index: int, span: Span) -> None:
        """Close a cell, whose span is now known."""
        self._cells[index].span = span

    def finish(self, text: str, span: Span) -> Table | None:
        """Return the table; None if it only serves the layout or contains no text."""
        if self.is_layout or not span or not self._cells:
            return None
        self.close_group()
        return table_of(text, self._cells, span)


def table_of(text: str, cells: Sequence[GridCell], span: Span | None = None) -> Table | None:
    """Build a table from cells in reading order; None if there is none.

    Args:
        text: The read text; if no cell is marked as a header, its words decide.
        cells: The cells.
        span: Extent of the table; None = from the first to the last cell.
    """
    if not cells:
        return None
    if not any(cell.header for cell in cells):
        _judge_heads(text, cells)
    return Table(
        span=span or Span(min(c.span.start for c in cells), max(c.span.end for c in cells)),
        cells=tuple(
            Cell(span=c.span, row=c.row, column=c.column, rowspan=c.rowspan, colspan=c.colspan, header=c.header)
            for c in cells
        ),
    )


def _judge_heads(text: str, cells: Sequence[GridCell]) -> None:
    """Mark the first row without a spanning caption as header if all its words read like column heads."""
    width = max(cell.column + cell.colspan for cell in cells)
    rows: dict[int, list[GridCell]] = {}
    for cell in cells:
        if cell.colspan < width:
            rows.setdefault(cell.row, []).append(cell)
    first = next(iter(sorted(rows)), None)
    if first is None or first > 2 or len(rows) < 2 or width < 2:
        return
    depth = min(max(cell.rowspan for cell in rows[first]), 3)
    heads = [cell for row in range(first, first + depth) for cell in rows.get(row, ())]
    if len(rows) > depth and all(reads_like_head(text[c.span.start : c.span.end]) for c in heads):
        for cell in heads:
            cell.header = True


def reads_like_head(words: str) -> bool:
    """Tell whether the words of a cell are short and no sentence, as those of heads are."""
    bare = "".join(words.split())
    return 0 < len(bare) <= _HEAD_LENGTH and not _NO_HEAD.search(_YEAR.sub("", bare))


def _number(value: str | None, *, default: int = 1) -> int:
    """Parse a number as HTML does: leading digits, otherwise the default."""
    found = re.match(r"\s*\+?([0-9]{1,9})", value or "")
    return int(found[1]) if found else default
