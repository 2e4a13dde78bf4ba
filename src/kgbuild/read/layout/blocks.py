"""From pages to blocks: paragraphs and tables across page breaks, and the marginal content around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from kgbuild.model import FilePlace
from kgbuild.read.blocks import Block
from kgbuild.read.layout.aligned import AlignedTables
from kgbuild.read.layout.columns import regions
from kgbuild.read.layout.grid import Grid, take_tables
from kgbuild.read.layout.margins import outside
from kgbuild.read.layout.paragraphs import ColumnFrame, between, body_size, continues, frames
from kgbuild.read.layout.table import TableFlow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.model import BlockKind
    from kgbuild.read.layout.sheet import Line, Sheet


@dataclass(slots=True)
class _Page:
    """A page being processed: columns of lines, tables, marginal content."""

    sheet: Sheet
    columns: list[list[Line]]
    grids: list[Grid]
    frames: list[ColumnFrame] = field(default_factory=list)
    around: list[tuple[BlockKind, Line]] = field(default_factory=list)


def blocks_of(*documents: Iterable[Sheet]) -> list[Block]:
    """Return the blocks of the pages of several documents in reading order.

    A paragraph that continues on the next page is one block; the foot of the page and the head of the next follow it.
    Nothing continues across the end of a document.
    """
    flow = _Flow()
    for sheets in documents:
        for page in _pages(sheets):
            flow.page(page)
        flow.end()
    return flow.blocks


def _pages(sheets: Iterable[Sheet]) -> list[_Page]:
    """Return the pages of a document with marginal lines removed from their columns."""
    pages = []
    aligned = AlignedTables()
    for sheet in sheets:
        rest, grids = take_tables(sheet.runs, sheet.rules)
        rest, others = aligned.take(sheet.number, rest)
        grids = sorted([*grids, *others], key=lambda grid: (grid.ys[0], grid.xs[0])) if others else grids
        pages.append(_Page(sheet, regions(sheet, rest), grids))
    body = body_size(line for page in pages for column in page.columns for line in column)
    kinds = outside(
        [page.sheet for page in pages], [[line for column in page.columns for line in column] for page in pages], body
    )
    for page in pages:
        for column in page.columns:
            page.around += ((kinds[id(line)], line) for line in column if id(line) in kinds)
        page.columns = [kept for column in page.columns if (kept := [line for line in column if id(line) not in kinds])]
    every = iter(frames([(column, page.sheet.width) for page in pages for column in page.columns], body))
    for page in pages:
        page.frames = [next(every) for _ in page.columns]
    return pages


@dataclass(slots=True)
class _Flow:
    """Blocks under construction: the open paragraph or table, and what waits until it ends."""

    blocks: list[Block] = field(default_factory=list)
    _para: list[Line] = field(default_factory=list)
    _frame: ColumnFrame | None = None
    _table: TableFlow | None = None
    _n_tables: int = 0
    _waiting: list[Block] = field(default_factory=list)

    def page(self, page: _Page) -> None:
        """Add a page."""
        half = page.sheet.height / 2
        heads: list[tuple[BlockKind, Line]] = [
            (kind, line) for kind, line in page.around if line.y < half and kind != "note"
        ]
        for kind, line in heads:
            self._aside(kind, line)
        for number, (item, frame) in enumerate(_in_order(page)):
            if isinstance(item, Grid):
                self._grid(item, page.sheet, is_first=number == 0)
            else:
                self._line(item, cast("ColumnFrame", frame))
        for run in _once(run.text for run in page.sheet.askew):
            self._put(Block("header", run, FilePlace(page=page.sheet.number)))
        for kind, line in page.around:
            if (kind, line) not in heads:
                self._aside(kind, line)

    def _aside(self, kind: BlockKind, line: Line) -> None:
        self._put(Block(kind, line.text, line.place))

    def _put(self, block: Block) -> None:
        (self._waiting if self._para or self._table else self.blocks).append(block)

    def _line(self, line: Line, frame: ColumnFrame) -> None:
        if self._para and self._frame and continues(self._para, line, self._frame, frame):
            self._para.append(line)
        else:
            self.end()
            self._para = [line]
        self._frame = frame

    def _grid(self, grid: Grid, sheet: Sheet, *, is_first: bool) -> None:
        if self._table and is_first and self._table.takes(grid, sheet.number):
            return
        self.end()
        self._n_tables += 1
        self._table = TableFlow(self._n_tables, grid, sheet.number)

    def end(self) -> None:
        """Close the open paragraph or table."""
        if self._para:
            self.blocks.append(paragraph(self._para, self._frame))
        if self._table:
            self.blocks += self._table.blocks()
        self._para, self._table = [], None
        self.blocks += self._waiting
        self._waiting = []


def _once(texts: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _in_order(page: _Page) -> Iterator[tuple[Line | Grid, ColumnFrame | None]]:
    """Yield lines and tables from the top; a table between columns follows the column above it."""
    grids = list(page.grids)
    for lines, frame in zip(page.columns, page.frames, strict=True):
        for line in lines:
            while grids and grids[0].ys[0] < line.y and _shares(grids[0], frame):
                yield grids.pop(0), None
            yield line, frame
    for grid in grids:
        yield grid, None


def _shares(grid: Grid, frame: ColumnFrame) -> bool:
    return grid.xs[0] < frame.right and grid.xs[-1] > frame.left


def paragraph(lines: Sequence[Line], frame: ColumnFrame | None) -> Block:
    """Return the block for the lines of a paragraph."""
    large = frame is not None and lines[0].size > 1.12 * frame.body
    text, parts = joined(lines)
    return Block("heading" if large else "paragraph", text, around([place for _, _, place in parts]), parts=parts)


def joined(lines: Sequence[Line]) -> tuple[str, tuple[tuple[int, int, FilePlace], ...]]:
    """Return the joined text of lines, and the place of each line in it."""
    text, parts = "", []
    for line in lines:
        if text:
            text += between(text[-1], line.text[0])
        parts.append((len(text), len(text) + len(line.text), line.place))
        text += line.text
    return text, tuple(parts)


def around(places: Sequence[FilePlace]) -> FilePlace:
    """Return the place of printed lines: the bounding box of those on the first page."""
    first = places[0]
    boxes = [place.box for place in places if place.page == first.page and place.box]
    if len(boxes) < 2:
        return first
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return FilePlace(page=first.page, box=(min(lefts), min(tops), max(rights), max(bottoms)), object=first.object)
