"""Tables that assign responsibilities: each row is a unit with title, content, and cells for bodies and times.

Takes the tables of the reader. A table counts if its head names a responsibility column and another column says what
to do; any other table is text. Columns are identified by their heads, cells by the rows that they cover: a merged cell
of bodies or times applies to all its rows, a merged cell of tasks is the heading of its rows. A head repeated on the
next page is not a row; a table that continues there without a head keeps the previous one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kgbuild.model import Cell, Span, Table
from kgbuild.text.numbering import Mark, Style, mark_at
from kgbuild.text.numerals import HAN, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon.words import Words

Column = Literal["bodies", "deadline", "scope", "number", "aside", "task"]

_BODIES = r"^(?:{duty-qualifiers}?{roles}[和及、]?{duty-second}?(?:{role-units})|{duty-heads})(?:\(.*\))?$"
_ROLE = r"^(?:{roles})(?:\(.*\))?$"
_KINDS: tuple[tuple[Column, str], ...] = (
    ("bodies", _BODIES),
    ("deadline", "{deadline-labels}"),
    ("scope", "^(?:{scope-labels}|范围)$"),
    ("number", "^(?:{number-heads})$"),
    ("aside", "{aside-heads}"),
)
_NUMBER = re.compile(rf"\(?(?P<number>\d{{1,3}}|[{HAN}]{{1,4}})\)?[.、]?")
_PROSE = re.compile(r"[\u4e00-\u9fff]{2}")
_HEAD_ROWS = 3
_MAX_TITLE = 80


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of a responsibility table, or a heading in it.

    Attributes:
        mark: Its number; empty if the table prints none.
        span: Its extent.
        title: The heading, or the name of the task if the content says more.
        content: What to do; None for a heading.
        bodies: Cells that name bodies, each with the head of its column.
        fields: Cells with other information, each with its key.
    """

    mark: Mark
    span: Span
    title: Span | None
    content: Span | None
    bodies: tuple[tuple[Span, Span], ...]
    fields: tuple[tuple[Span, str], ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of a table: heads, kinds, and the index of the first data row."""

    heads: dict[int, Cell]
    kinds: dict[int, Column]
    first: int

    @property
    def width(self) -> int:
        return max(cell.column + cell.colspan for cell in self.heads.values())


def read_rows(norm: str, tables: Sequence[Table], words: Words) -> list[PlanRow]:
    """Return the rows, and the headings between them, of all responsibility tables."""
    return [row for table, layout in _assigning(norm, tables, words) for row in _Rows(norm, table, layout).read()]


def assigning(norm: str, tables: Sequence[Table], words: Words) -> list[Table]:
    """Return the responsibility tables."""
    return [table for table, _ in _assigning(norm, tables, words)]


def _assigning(norm: str, tables: Sequence[Table], words: Words) -> Iterator[tuple[Table, _Layout]]:
    before: tuple[Table, _Layout] | None = None
    for table in tables:
        layout = _layout(norm, table, words)
        if layout is None and before is not None and _goes_on(norm, before, table):
            layout = replace(before[1], first=0)
        if layout is not None and _has_tasks(norm, table, layout):
            before = (table, layout)
            yield before
        else:
            before = None


def _goes_on(norm: str, before: tuple[Table, _Layout], table: Table) -> bool:
    """Tell whether a headless table continues the previous one: it follows directly and has the same width."""
    above, layout = before
    width = max(cell.column + cell.colspan for cell in table.cells)
    return width == layout.width and not norm[above.span.end : table.span.start].strip()


def _has_tasks(norm: str, table: Table, layout: _Layout) -> bool:
    """Tell whether a column says in words what to do: a list of bodies with figures assigns nothing."""
    tasks = [c for c in table.cells if c.row >= layout.first and layout.kinds.get(c.column, "task") == "task"]
    return any(_PROSE.search(norm, c.span.start, c.span.end) for c in tasks)


def _text(norm: str, span: Span) -> str:
    return re.sub(r"\s", "", norm[span.start : span.end])


def _layout(norm: str, table: Table, words: Words) -> _Layout | None:
    """Return the layout of a table, if one of its head cells names a column of bodies."""
    for row in range(_HEAD_ROWS):
        cells = [c for c in table.cells if c.row == row]
        owner = [c for c in cells if words[_BODIES].match(_text(norm, c.span))]
        if len(cells) < 2 or not owner:
            continue
        heads = {column: c for c in cells for column in range(c.column, c.column + c.colspan)}
        split = {column for c in owner if c.colspan > 1 for column in range(c.column, c.column + c.colspan)}
        below = [c for c in table.cells if c.row == row + 1 and c.column in split and len(c.span)]
        # 责任单位 above 牵头 and 配合: the lower cells are the heads
        is_split = bool(below) and all(
            words[_ROLE].match(text) or words[_BODIES].match(text) for text in (_text(norm, c.span) for c in below)
        )
        heads |= {c.column: c for c in below} if is_split else {}
        kinds = {column: _kind(_text(norm, c.span), words) for column, c in heads.items()}
        kinds |= dict.fromkeys((c.column for c in below), "bodies") if is_split else {}
        return _Layout(heads, kinds, row + 1 + is_split)
    return None


def _kind(head: str, words: Words) -> Column:
    return next((kind for kind, form in _KINDS if words[form].search(head)), "task")


class _Rows:
    """The rows of one table while it is read.

    Args:
        norm: Normalised text.
        table: The table.
        layout: Its columns.
    """

    def __init__(self, norm: str, table: Table, layout: _Layout) -> None:
        self._norm = norm
        self._layout = layout
        self._rows: dict[int, list[Cell]] = {}
        self._covered: dict[int, list[Cell]] = {}
        for cell in table.cells:
            if cell.row >= layout.first and len(cell.span):
                self._rows.setdefault(cell.row, []).append(cell)
        last = max(self._rows, default=0)
        for cell in (c for cells in self._rows.values() for c in cells if c.rowspan > 1):
            for row in range(cell.row + 1, min(cell.row + cell.rowspan, last + 1)):
                self._covered.setdefault(row, []).append(cell)
        self._heads = [_text(norm, cell.span) for cell in dict.fromkeys(layout.heads.values())]
        self._out: list[PlanRow] = []
        self._place = 0
        self._group_end = -1
        self._n_groups = 0

    def read(self) -> list[PlanRow]:
        """Return rows and headings in reading order."""
        for row in sorted(self._rows):
            cells, covering = self._rows[row], self._covered.get(row, [])
            if [_text(self._norm, c.span) for c in cells] == self._heads:
                continue
            if self._is_heading(cells, covering):
                self._heading(cells[0])
            else:
                self._row(row, cells, covering)
        return self._out

    def _kind(self, cell: Cell) -> Column:
        kinds = self._layout.kinds
        own = kinds.get(cell.column, "task")
        if own == "bodies" and any(kinds.get(cell.column + i) != own for i in range(1, cell.colspan)):
            return "aside"  # a remark that spans columns of bodies and others names no bodies
        return own

    def _is_heading(self, cells: Sequence[Cell], covering: Sequence[Cell]) -> bool:
        """Tell whether a cell is a heading: it spans the table, or is alone in its row."""
        return cells[0].colspan >= max(2, self._layout.width - 1) or (len(cells) == 1 and not covering)

    def _heading(self, cell: Cell) -> None:
        mark = mark_at(self._norm, cell.span.start, cell.span.end)
        if mark is not None and mark.end >= cell.span.end:
            return
        if mark is None:  # headings without a printed number are counted
            if self._kind(cell) == "bodies" and cell.colspan == 1:
                return
            self._n_groups += 1
            mark = Mark(cell.span.start, cell.span.start, "list3", self._n_groups, str(self._n_groups))
        self._out.append(PlanRow(mark, cell.span, Span(mark.end, cell.span.end), None, (), ()))

    def _row(self, row: int, cells: list[Cell], covering: Sequence[Cell]) -> None:
        tasks = [c for c in cells if self._kind(c) == "task"]
        held = [c for c in covering if self._kind(c) in ("bodies", "deadline", "scope")]
        if not tasks:
            self._extend([c for c in cells if self._kind(c) == "bodies"], [c for c in cells if self._is_field(c)])
            return
        numbers = [c for c in cells if self._kind(c) == "number"]
        if not numbers and self._numeral(tasks[0].span) is not None and len(tasks) > 1:
            numbers = [tasks.pop(0)]
        tasks = self._grouped(row, cells, tasks, numbers)
        own = [c for c in cells if c in tasks or self._kind(c) in ("bodies", "deadline", "scope")]
        own += [c for c in numbers if c.rowspan <= tasks[0].rowspan]
        span = Span(min(c.span.start for c in own), max(c.span.end for c in own))
        self._place += 1
        run = self._run(tasks, cells)
        mark = self._mark(next((c for c in numbers if c in own), None), run, span)
        title = run[0].span if len(run) > 1 and len(run[0].span) <= _MAX_TITLE else None
        bodies = sorted((c for c in (*cells, *held) if self._kind(c) == "bodies"), key=lambda c: c.span)
        fields = sorted((c for c in (*cells, *held) if self._is_field(c)), key=lambda c: c.span)
        self._out.append(
            PlanRow(
                mark,
                span,
                title,
                Span(run[0].span.start, run[-1].span.end),
                tuple((c.span, self._layout.heads[c.column].span) for c in bodies),
                tuple((c.span, self._kind(c)) for c in fields),
            )
        )

    def _is_field(self, cell: Cell) -> bool:
        return self._kind(cell) in ("deadline", "scope")

    def _extend(self, bodies: Sequence[Cell], fields: Sequence[Cell]) -> None:
        """Merge a row that adds nothing to do, under merged cells, into the row above."""
        if not self._out or self._out[-1].content is None:
            return
        above = self._out[-1]
        self._out[-1] = replace(
            above,
            span=Span(above.span.start, max([above.span.end, *(c.span.end for c in (*bodies, *fields))])),
            bodies=(*above.bodies, *((c.span, self._layout.heads[c.column].span) for c in bodies)),
            fields=(*above.fields, *((c.span, self._kind(c)) for c in fields)),
        )

    def _grouped(self, row: int, cells: Sequence[Cell], tasks: list[Cell], numbers: Sequence[Cell]) -> list[Cell]:
        """Emit a merged task cell that starts here as the heading of its rows; return the other cells of the row."""
        shortest = min(c.rowspan for c in tasks)
        merged = [c for c in tasks if c.rowspan > shortest]
        rest = [c for c in tasks if c not in merged]
        if not merged or merged[-1].span.start > rest[0].span.start:
            return tasks
        first = merged[0]
        if not _PROSE.search(self._norm, first.span.start, first.span.end):
            return tasks
        number_cell = next((c for c in numbers if c.rowspan == first.rowspan), None)
        before = [c for c in numbers if c.span.start < first.span.start and c is not number_cell]
        if not before:
            start = number_cell.span.start if number_cell else first.span.start
            value = self._numeral(number_cell.span) if number_cell else None
            mark = mark_at(self._norm, first.span.start, first.span.end) if value is None else None
            if value is not None and number_cell is not None:
                mark = Mark(number_cell.span.start, number_cell.span.end, "arabic", value, self._bare(number_cell.span))
            if mark is None:
                self._n_groups += 1
                mark = Mark(first.span.start, first.span.start, "list2", self._n_groups, str(self._n_groups))
            title = Span(max(mark.end, first.span.start), first.span.end)
            title = title if len(title) else first.span
            self._out.append(PlanRow(mark, Span(start, first.span.end), title, None, (), ()))
            self._place, self._group_end = 0, row + first.rowspan
        return rest

    def _run(self, tasks: Sequence[Cell], cells: Sequence[Cell]) -> list[Cell]:
        """Return the adjacent task cells; a cell of another kind ends the run."""
        out: list[Cell] = []
        for cell in cells[cells.index(tasks[0]) :]:
            if cell not in tasks:
                break
            out.append(cell)
        return out

    def _mark(self, numbered: Cell | None, run: Sequence[Cell], span: Span) -> Mark:
        """Return the number of a row: from a cell of its own, else the start of the task, else its position."""
        if numbered is not None and (value := self._numeral(numbered.span)) is not None:
            return Mark(numbered.span.start, numbered.span.end, "arabic", value, self._bare(numbered.span))
        if found := mark_at(self._norm, run[0].span.start, run[0].span.end):
            return found
        style: Style = "list1" if run[0].row < self._group_end else "arabic"
        return Mark(span.start, span.start, style, self._place, str(self._place))

    def _numeral(self, span: Span) -> int | None:
        found = _NUMBER.fullmatch(_text(self._norm, span))
        return number(found["number"]) if found else None

    def _bare(self, span: Span) -> str:
        found = _NUMBER.fullmatch(_text(self._norm, span))
        return found["number"] if found else ""
