"""Tables that assign responsibilities: each row is a unit with title, content, and cells for bodies and times.

Takes the tables of the reader. A table counts if its head names a responsibility column and another column says what
to do; any other table is text. Columns are identified by their heads, cells by the rows that they cover: a merged cell
of bodies or times applies to all its rows, a merged cell of tasks is the heading of its rows. A head repeated on the
next page is not a row; a table that continues there without a head keeps the previous one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import Cell, Span, Table, TableRow
from kgbuild.text.columns import ROLE, kind_of, names_bodies, owners, squeezed
from kgbuild.text.matrix import marked_bodies, matrix_of
from kgbuild.text.normalise import TWO_HANZI
from kgbuild.text.numbering import Mark, Style, mark_at
from kgbuild.text.numerals import HAN, number
from kgbuild.text.recast import form_of, groups_filled, is_sideways, lines_shared_out, with_repeats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.text.columns import Column
    from kgbuild.text.matrix import Matrix

_NUMBER = re.compile(rf"\(?(?P<number>\d{{1,3}}|[{HAN}]{{1,4}})\)?[.、]?")
_AROUND = "()（）.、． \n\r\t"
_ASIDE = "^(?:{row-asides})(?::|$)"
_HEAD_ROWS = 3
_LEAST_SIDE = 2
"""Columns of a form with a value behind each label."""
_MAX_TITLE = 80


class PlanRow(NamedTuple):
    """A row of a responsibility table as the tree of units needs it.

    Attributes:
        mark: Its number; empty if the table prints none.
        title: The heading, or the name of the task if the content says more.
        row: What its cells say.
    """

    mark: Mark
    title: Span | None
    row: TableRow


class AssigningTables(NamedTuple):
    """The tables of a text that assign tasks to bodies.

    Attributes:
        spans: Their extents, in reading order.
        rows: Their rows, and the headings between them, in reading order.
        unread: Tables whose heads stand in the first column and whose tasks stand beside each other: none is read.
    """

    spans: tuple[Span, ...]
    rows: tuple[PlanRow, ...]
    unread: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of a table.

    Attributes:
        heads: The head of each column.
        kinds: What stands below it.
        first: The index of the first row below the heads.
        printed: All cells of the heads.
        is_form: Whether the heads stand before their cells.
        goes_on: Whether the heads are those of the table before.
        matrix: The columns of bodies in which signs assign.
    """

    heads: dict[int, Cell]
    kinds: dict[int, Column]
    first: int
    printed: tuple[Cell, ...]
    is_form: bool = False
    goes_on: bool = False
    matrix: Matrix | None = None

    @property
    def width(self) -> int:
        return max(cell.column + cell.colspan for cell in self.heads.values())


def read_tables(norm: str, tables: Sequence[Table], lexicon: Lexicon) -> AssigningTables:
    """Return what the tables of a text assign.

    Args:
        norm: Normalised text.
        tables: All its tables, in reading order.
        lexicon: Compiled vocabularies.
    """
    spans: list[Span] = []
    out: list[PlanRow] = []
    place = 0
    for given, table, layout in _assigning(norm, tables, lexicon):
        if not (layout.is_form or layout.goes_on):
            place = 0
        rows = _Rows(norm, table, layout, lexicon.words, place)
        out += rows.read()
        place = rows.place
        spans.append(given.span)
    return AssigningTables(tuple(spans), tuple(out), tuple(_side_by_side(norm, tables, lexicon.words)))


def _assigning(norm: str, tables: Sequence[Table], lexicon: Lexicon) -> Iterator[tuple[Table, Table, _Layout]]:
    """Yield each responsibility table as given and as it is read, with its columns."""
    words = lexicon.words
    before: tuple[Table, _Layout] | None = None
    for given in tables:
        table = with_repeats(norm, given, words)
        if is_sideways(norm, table, words):
            form = form_of(norm, table, words)
            layout = _layout(norm, form, words) if form else None
            if form and layout:
                table, layout = form, replace(layout, is_form=True)
        else:
            layout = _matrix_layout(norm, table, words) or _layout(norm, table, words)
            if layout is None and before is not None and _goes_on(norm, before, table):
                layout = replace(before[1], first=0, goes_on=True)
        if layout is not None and not (layout.is_form or layout.matrix):
            shared = lines_shared_out(norm, table, layout.kinds, lexicon)
            table, layout = (shared, layout) if shared else (table, None)
        if layout is not None and _has_tasks(norm, table, layout):
            before = (given, layout)
            yield given, table, layout
        else:
            before = None


def _side_by_side(norm: str, tables: Sequence[Table], words: Words) -> Iterator[Span]:
    for given in tables:
        table = with_repeats(norm, given, words)
        width = max(cell.column + cell.colspan for cell in table.cells)
        if width > _LEAST_SIDE and is_sideways(norm, table, words) and form_of(norm, table, words) is None:
            yield given.span


def _goes_on(norm: str, before: tuple[Table, _Layout], table: Table) -> bool:
    """Tell whether a headless table continues the previous one: it follows directly and has the same width."""
    above, layout = before
    width = max(cell.column + cell.colspan for cell in table.cells)
    return width == layout.width and not norm[above.span.end : table.span.start].strip()


def _has_tasks(norm: str, table: Table, layout: _Layout) -> bool:
    """Tell whether a column says in words what to do: a list of bodies with figures assigns nothing."""
    tasks = [c for c in table.cells if c.row >= layout.first and layout.kinds.get(c.column, "task") == "task"]
    return any(TWO_HANZI.search(norm, c.span.start, c.span.end) for c in tasks)


def _layout(norm: str, table: Table, words: Words) -> _Layout | None:
    """Return the layout of a table, if one of its head cells names a column of bodies."""
    for row in range(_HEAD_ROWS):
        cells = [c for c in table.cells if c.row == row]
        owner = owners({c: squeezed(norm, c.span) for c in cells}, words)
        if len(cells) < 2 or not owner:
            continue
        heads = {column: c for c in cells for column in _columns(c)}
        below = _roles_below(norm, [c for c in table.cells if c.row == row + 1 and len(c.span)], owner, words)
        heads |= {c.column: c for c in below}
        kinds = {column: kind_of(squeezed(norm, c.span), words) for column, c in heads.items()}
        for column in sorted(kinds):  # Markdown leaves the columns blank that a head reaches over
            if not squeezed(norm, heads[column].span) and kinds.get(column - 1) in ("bodies", "deadline"):
                heads[column], kinds[column] = heads[column - 1], kinds[column - 1]
        named = [*below, *(c for c in owner if heads[c.column] is c)]
        kinds |= dict.fromkeys((column for c in named for column in _columns(c)), "bodies")
        lower = below or _parts_below([c for c in table.cells if c.row == row + 1 and len(c.span)], cells)
        return _Layout(heads, kinds, row + 1 + bool(lower), tuple(dict.fromkeys([*cells, *lower])))
    return None


def _matrix_layout(norm: str, table: Table, words: Words) -> _Layout | None:
    """Return the layout of a table with a column for each body, in which a sign assigns."""
    matrix = matrix_of(norm, table, words)
    if matrix is None:
        return None
    printed = [c for c in table.cells if c.row <= matrix.row]
    heads = {column: c for c in printed if len(c.span) for column in _columns(c)}
    kinds = {column: kind_of(squeezed(norm, c.span), words) for column, c in heads.items()}
    kinds |= dict.fromkeys(matrix.heads, "sign")
    return _Layout(heads, kinds, matrix.row + 1, tuple(printed), matrix=matrix)


def _columns(cell: Cell) -> range:
    return range(cell.column, cell.column + cell.colspan)


def _roles_below(norm: str, cells: Sequence[Cell], owner: Sequence[Cell], words: Words) -> list[Cell]:
    """Return the heads in the row below: 责任单位 above 牵头 and 配合, merged or, in Markdown, with a blank behind."""

    def is_role(cell: Cell) -> bool:
        text = squeezed(norm, cell.span)
        return words[ROLE].match(text) is not None or names_bodies(text, words)

    split = {column for c in owner if c.colspan > 1 for column in _columns(c)}
    under = [c for c in cells if c.column in split] if split else list(cells)
    return under if under and all(map(is_role, under)) else []


def _parts_below(cells: Sequence[Cell], heads: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a row that only divide merged heads: 2031年 and 2032年 below 目标, all else reaching down."""
    split = {column for c in heads if c.colspan > 1 for column in _columns(c)}
    is_part = all(c.rowspan > 1 for c in heads if c.colspan == 1) and all(set(_columns(c)) <= split for c in cells)
    return list(cells) if cells and split and is_part else []


class _Rows:
    """The rows of one table while it is read.

    Args:
        norm: Normalised text.
        table: The table.
        layout: Its columns.
        words: The classes of words.
        place: How many rows without a number precede it in the tables that it continues.
    """

    def __init__(self, norm: str, table: Table, layout: _Layout, words: Words, place: int) -> None:
        self._norm = norm
        self._layout = layout
        self._words = words
        self.place = place
        self._rows: dict[int, list[Cell]] = {}
        self._covered: dict[int, list[Cell]] = {}
        for cell in groups_filled(norm, [c for c in table.cells if c.row >= layout.first], layout.kinds):
            self._rows.setdefault(cell.row, []).append(cell)
        last = max(self._rows, default=0)
        # what has no head covers nothing that is read: a row has no more of them than the table has columns
        for cell in (c for cells in self._rows.values() for c in cells if c.rowspan > 1 and c.column < layout.width):
            for row in range(cell.row + 1, min(cell.row + cell.rowspan, last + 1)):
                self._covered.setdefault(row, []).append(cell)
        self._heads = {squeezed(norm, cell.span) for cell in layout.printed}
        numbers = [c for cells in self._rows.values() for c in cells if self._kind(c) == "number"]
        self._counts_in_digits = any(norm[c.span.start : c.span.end].strip(_AROUND).isdigit() for c in numbers)
        self._group_columns = sorted(
            {c.column for cells in self._rows.values() for c in cells if c.rowspan > 1 and self._kind(c) == "task"}
        )
        self._numbers_groups = any(c.rowspan > 1 for c in numbers)
        self._out: list[PlanRow] = []
        self._group_end = -1
        self._n_groups = 0

    def read(self) -> list[PlanRow]:
        """Return rows and headings in reading order."""
        for row in sorted(self._rows):
            cells, covering = self._rows[row], self._covered.get(row, [])
            if len(cells) > 1 and {squeezed(self._norm, c.span) for c in cells} <= self._heads:
                continue
            if self._is_aside(cells[0]):
                continue
            if self._is_heading(cells, covering):
                self._heading(cells[-1], cells[0] if len(cells) > 1 else None)
            else:
                self._row(row, cells, covering)
        return self._out

    def _kind(self, cell: Cell) -> Column:
        kinds = self._layout.kinds
        own = kinds.get(cell.column, "task")
        if own == "bodies" and any(kinds.get(cell.column + i) != own for i in range(1, cell.colspan)):
            return "aside"  # a remark that spans columns of bodies and others names no bodies
        if own == "time":  # 6月底前 is a deadline, 5月12日 an occasion
            return "deadline" if self._words["{limit-signs}"].search(squeezed(self._norm, cell.span)) else "aside"
        return own

    def _is_heading(self, cells: Sequence[Cell], covering: Sequence[Cell]) -> bool:
        """Tell whether a row is a heading: it spans the table, or has no more than a cell, or a number before one.

        A number before the only cell makes a heading if it counts in 一, 二 and the tasks in digits, or if the cell
        spans the rest of the table.
        """
        width = self._layout.width
        if cells[0].colspan >= max(2, width - 1) or (len(cells) == 1 and not covering):
            return True
        if len(cells) != 2 or covering or self._kind(cells[0]) != "number":
            return False
        if cells[1].colspan >= max(2, width - 2):
            return True
        is_digits = self._norm[cells[0].span.start : cells[0].span.end].strip(_AROUND).isdigit()
        return self._counts_in_digits and not is_digits and self._kind(cells[1]) == "task"

    def _is_aside(self, cell: Cell) -> bool:
        """Tell whether a row does not belong to the plan: 合计, 注：…, 填表人：…."""
        return self._words[_ASIDE].match(squeezed(self._norm, cell.span)) is not None

    def _heading(self, cell: Cell, numbered: Cell | None) -> None:
        value = self._numeral(numbered.span) if numbered else None
        if value is not None and numbered is not None:
            counted = Mark(numbered.span.start, numbered.span.end, "han", value, self._bare(numbered.span))
            self._put_heading(counted, Span(counted.start, cell.span.end), cell.span)
            return
        mark = mark_at(self._norm, cell.span.start, cell.span.end)
        if mark is not None and mark.end >= cell.span.end:
            return
        if mark is None:  # headings without a printed number are counted
            if self._kind(cell) == "bodies" and cell.colspan == 1:  # all else is blank: one more for the task above
                self._extend([cell], [])
                return
            self._n_groups += 1
            mark = Mark(cell.span.start, cell.span.start, "list3", self._n_groups, str(self._n_groups))
        self._put_heading(mark, cell.span, Span(mark.end, cell.span.end))

    def _put_heading(self, mark: Mark, span: Span, title: Span) -> None:
        self._out.append(PlanRow(mark, title, TableRow(start=mark.start, span=span)))

    def _row(self, row: int, cells: list[Cell], covering: Sequence[Cell]) -> None:
        tasks = [c for c in cells if self._kind(c) == "task"]
        held = [c for c in covering if self._kind(c) in ("bodies", "deadline", "scope", "sign")]
        if not tasks:
            self._extend([c for c in cells if self._kind(c) == "bodies"], [c for c in cells if self._is_field(c)])
            return
        numbers = [c for c in cells if self._kind(c) == "number"]
        if not numbers and self._numeral(tasks[0].span) is not None and len(tasks) > 1:
            numbers = [tasks.pop(0)]
        tasks = self._grouped(row, cells, tasks, numbers)
        own = [c for c in cells if c in tasks or self._kind(c) in ("bodies", "deadline", "scope", "sign")]
        own += [c for c in numbers if c.rowspan <= tasks[0].rowspan]
        span = Span(min(c.span.start for c in own), max(c.span.end for c in own))
        self.place += 1
        run = self._run(tasks, cells)
        mark = self._mark(next((c for c in numbers if c in own), None), run, span)
        title = run[0].span if len(run) > 1 and len(run[0].span) <= _MAX_TITLE else None
        content = Span(run[0].span.start, run[-1].span.end)
        if self._layout.is_form and len(run) > 1:  # the heads stand between the cells
            content = max((c.span for c in run[1:]), key=len)
        named = [c for c in (*cells, *held) if self._kind(c) == "bodies"]
        bodies = [(c.span, self._layout.heads[c.column].span) for c in named]
        if self._layout.matrix:
            bodies += marked_bodies(self._norm, self._layout.matrix, (*cells, *held))
        fields = sorted((c for c in (*cells, *held) if self._is_field(c)), key=lambda c: c.span)
        row_ = TableRow(
            start=mark.start,
            span=span,
            content=content,
            bodies=tuple(sorted(bodies)),
            fields=tuple((c.span, self._kind(c)) for c in fields),
        )
        self._out.append(PlanRow(mark, title, row_))

    def _is_field(self, cell: Cell) -> bool:
        return self._kind(cell) in ("deadline", "scope")

    def _extend(self, bodies: Sequence[Cell], fields: Sequence[Cell]) -> None:
        """Merge a row that adds nothing to do, under merged cells, into the row above."""
        if not self._out or self._out[-1].row.content is None:
            return
        above = self._out[-1].row
        longer = replace(
            above,
            span=Span(above.span.start, max([above.span.end, *(c.span.end for c in (*bodies, *fields))])),
            bodies=(*above.bodies, *((c.span, self._layout.heads[c.column].span) for c in bodies)),
            fields=(*above.fields, *((c.span, self._kind(c)) for c in fields)),
        )
        self._out[-1] = self._out[-1]._replace(row=longer)

    def _grouped(self, row: int, cells: Sequence[Cell], tasks: list[Cell], numbers: Sequence[Cell]) -> list[Cell]:
        """Emit the merged task cells that start here as headings of their rows; return the other cells of the row.

        A cell of one row is such a heading too where others of its column are, unless the number before it counts the
        groups and thus the row.
        """
        shortest = min(c.rowspan for c in tasks)
        above = [c for c in tasks[:-1] if c.rowspan > shortest or self._names_group(c)]
        rest = [c for c in tasks if c not in above]
        if not above or above[-1].span.start > rest[0].span.start:
            return tasks
        for cell in above:
            if not TWO_HANZI.search(self._norm, cell.span.start, cell.span.end):
                return tasks
        for cell in above:
            self._group(row, cell, cells, numbers)
        return rest

    def _names_group(self, cell: Cell) -> bool:
        if cell.column not in self._group_columns:
            return False
        return not self._numbers_groups or mark_at(self._norm, cell.span.start, cell.span.end) is not None

    def _group(self, row: int, cell: Cell, cells: Sequence[Cell], numbers: Sequence[Cell]) -> None:
        """Emit one merged cell as a heading, with the number before it if that is merged alike."""
        number_cell = next((c for c in numbers if c.rowspan == cell.rowspan > 1 and c.column < cell.column), None)
        before = [c for c in numbers if c.span.start < cell.span.start and c is not number_cell]
        if before and cell.column == self._group_columns[0]:
            return
        value = self._numeral(number_cell.span) if number_cell else None
        mark = mark_at(self._norm, cell.span.start, cell.span.end) if value is None else None
        if value is not None and number_cell is not None:
            mark = Mark(number_cell.span.start, number_cell.span.end, "arabic", value, self._bare(number_cell.span))
        if mark is None:
            self._n_groups += 1
            style: Style = "list2" if cell.column == self._group_columns[0] else "named"
            mark = Mark(cell.span.start, cell.span.start, style, self._n_groups, str(self._n_groups))
        start = number_cell.span.start if number_cell else cell.span.start
        title = Span(max(mark.end, cell.span.start), cell.span.end)
        title = title if len(title) else cell.span
        self._put_heading(mark, Span(start, cell.span.end), title)
        self.place, self._group_end = 0, row + cell.rowspan

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
        return Mark(span.start, span.start, style, self.place, str(self.place))

    def _numeral(self, span: Span) -> int | None:
        found = _NUMBER.fullmatch(squeezed(self._norm, span))
        return number(found["number"]) if found else None

    def _bare(self, span: Span) -> str:
        found = _NUMBER.fullmatch(squeezed(self._norm, span))
        return found["number"] if found else ""
