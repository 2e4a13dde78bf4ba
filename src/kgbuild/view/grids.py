"""The tables of a source text as grids of cells, for the reading view."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.view.segments import SourceLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.model import Cell, SourceText, Table
    from kgbuild.view.segments import Piece

_RULED = re.compile(r"[\s|:+-]*")
"""What may stand between cells: blanks, and the lines that a table in Markdown is drawn with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """A cell, and the parts of lines in it."""

    cell: Cell
    lines: tuple[SourceLine, ...]


def outermost(source: SourceText) -> Iterator[Table]:
    """Yield the tables that lie in no other, on lines of their own, and whose every character lies in a cell, in order.

    Any other table is left to its lines, so that no character of the text is missing.
    """
    end = 0
    for table in sorted(source.tables, key=lambda t: (t.span.start, -t.span.end)):
        if table.span.start >= end and _is_whole(table, source.text):
            end = table.span.end
            yield table


def _is_whole(table: Table, text: str) -> bool:
    begin, end = text.rfind("\n", 0, table.span.start) + 1, text.find("\n", table.span.end)
    spans = sorted(c.span for c in table.cells if c.span)  # that of an empty cell may lie behind the table
    gaps = [begin, *(b for s in spans for b in (s.start, s.end)), end if end >= 0 else len(text)]
    has_order = all(a <= b for a, b in pairwise(gaps))
    outside = zip(gaps[::2], gaps[1::2], strict=True)
    columns = {c.column for c in table.cells}
    return has_order and len(columns) > 1 and all(_RULED.fullmatch(text, start, end) for start, end in outside)


def laid_out(table: Table, lines: Sequence[SourceLine]) -> list[list[GridCell]]:
    """Return the rows of a table.

    Args:
        table: The table.
        lines: Its lines; no piece of them crosses the border of a cell.
    """
    order = sorted((c for c in table.cells if c.span), key=lambda c: c.span)
    pieces = [(line, span, piece) for line in lines for span, piece in _placed(line)]
    found: dict[Cell, tuple[SourceLine, ...]] = {}
    at = 0
    for cell in order:
        while at < len(pieces) and pieces[at][1].start < cell.span.start:
            at += 1
        begin = at
        while at < len(pieces) and pieces[at][1].start < cell.span.end:
            at += 1
        found[cell] = tuple(_part(own) for _, own in groupby(pieces[begin:at], key=lambda p: p[0].number))
    by_row = sorted(table.cells, key=lambda c: (c.row, c.column))
    return [
        [GridCell(cell=c, lines=found.get(c, ())) for c in row] for _, row in groupby(by_row, key=lambda c: c.row)
    ]  # fmt: skip


def _placed(line: SourceLine) -> Iterator[tuple[Span, Piece]]:
    start = line.span.start
    for piece in line.pieces:
        yield Span(start, start + len(piece.text)), piece
        start += len(piece.text)


def _part(own: Iterator[tuple[SourceLine, Span, Piece]]) -> SourceLine:
    parts = list(own)
    span = Span(parts[0][1].start, parts[-1][1].end)
    return SourceLine(parts[0][0].number, span, tuple(piece for _, _, piece in parts))
