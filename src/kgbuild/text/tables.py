"""Tables that assign responsibilities: each row is a unit with title, content and a cell that names the bodies.

Takes the tables of the reader. A table counts where its head names a column of responsibility; any other is text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import Cell, Span, Table
from kgbuild.text.numbering import Mark, mark_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon.words import Words

_RESPONSIBLE = (
    r"^(?:(?:主要|具体)?{roles}(?:和|及|、)?(?:责任|配合|负责)?"
    r"(?:{role-units})|分工|责任分工)(?:\(.*\))?$"
)
_OTHER = (("deadline", "{deadline-labels}"), ("scope", "范围"))


class Row(NamedTuple):
    """A row of such a table: its number as a mark, the cells of what is to be done, bodies and further fields."""

    mark: Mark
    span: Span
    title: Span | None
    content: Span | None
    bodies: tuple[tuple[Span, Span], ...]
    fields: tuple[tuple[Span, str], ...]


def read_rows(norm: str, tables: Sequence[Table], words: Words) -> list[Row]:
    """Return the rows of all tables that assign responsibilities, and the chapter rows across them."""
    return [row for table in tables for row in _rows(norm, table, words)]


def assigning(norm: str, tables: Sequence[Table], words: Words) -> list[Table]:
    """Return the tables that assign responsibilities."""
    return [t for t in tables if _head(norm, t, words)]


def _head(norm: str, table: Table, words: Words) -> dict[int, Cell]:
    """The head row, by column, if one of its cells names a column of responsibility."""
    for row in range(3):
        cells = {c.column: c for c in table.cells if c.row == row}
        if len(cells) >= 2 and any(words[_RESPONSIBLE].match(_text(norm, c)) for c in cells.values()):
            return cells
    return {}


def _text(norm: str, cell: Cell) -> str:
    return re.sub(r"\s", "", norm[cell.span.start : cell.span.end])


def _rows(norm: str, table: Table, words: Words) -> list[Row]:
    head = _head(norm, table, words)
    if not head:
        return []
    head_row = next(iter(head.values())).row
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if cell.row > head_row and len(cell.span):
            rows.setdefault(cell.row, []).append(cell)
    out = []
    for n in sorted(rows):
        row = _row(norm, head, rows[n], n - head_row, words)
        if row is not None:
            out.append(row)
    return out


def _row(norm: str, head: dict[int, Cell], cells: list[Cell], place: int, words: Words) -> Row | None:
    if len(cells) == 1 or cells[0].colspan >= max(2, len(head) - 1):
        mark = mark_at(norm, cells[0].span.start, cells[0].span.end)
        if mark is None or mark.end >= cells[0].span.end:
            return None
        return Row(mark, cells[0].span, Span(mark.end, cells[0].span.end), None, (), ())
    bodies, fields, content = [], [], []
    for cell in cells:
        name = _text(norm, head[cell.column]) if cell.column in head else ""
        if words[_RESPONSIBLE].match(name):
            bodies.append((cell.span, head[cell.column].span))
        elif key := next((k for k, form in _OTHER if words[form].search(name)), None):
            fields.append((cell.span, key))
        else:
            content.append(cell)
    span = Span(cells[0].span.start, cells[-1].span.end)
    return Row(*_mark_of(norm, content, span, place), _stretch(content), tuple(bodies), tuple(fields))


def _mark_of(norm: str, content: list[Cell], span: Span, place: int) -> tuple[Mark, Span, Span | None]:
    """The number of the row: a cell of its own, or the head of its first cell, or its place in the table."""
    if content and (m := re.fullmatch(r"\(?(\d{1,3})\)?[.、]?", _text(norm, content[0]))):
        cell = content.pop(0)
        mark = Mark(cell.span.start, cell.span.end, "arabic", int(m[1]), m[1])
    elif content and (found := mark_at(norm, content[0].span.start, content[0].span.end)):
        mark = found
    else:
        mark = Mark(span.start, span.start, "arabic", place, str(place))
    title = content[0].span if len(content) > 1 and len(content[0].span) <= 80 else None
    return mark, span, title


def _stretch(content: list[Cell]) -> Span | None:
    return Span(content[0].span.start, content[-1].span.end) if content else None
