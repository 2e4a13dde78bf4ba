"""Tables brought into the one form that `text/tables.py` reads: heads above, a row a task, every cell with its content.

1. A sign for the cell above (同上, 〃) makes that cell reach one row further.
2. A form (任务名称 | … ⏎ 牵头单位 | …), whose heads stand before their cells, becomes one row below its heads.
3. Lines of a table that was copied cell by cell are shared out to its columns, where bodies and times show how.
4. A table whose heads stand in its first column and whose tasks stand side by side is not read: the bodies of one task
   do not stand together in the text, so no stretch of it would prove them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from kgbuild.model import Cell, Span, Table
from kgbuild.text.columns import kind_of, names_bodies, squeezed
from kgbuild.text.lines import trim
from kgbuild.text.times import find_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.text.columns import Column

_LINE = re.compile(r"[^\n|]+")
_BETWEEN_NAMES = re.compile(r"[、,;，；\s|]+")
_BESIDE_NAMES = re.compile(r"\([^()]*\)|等\w{0,12}$")
_LASTING = "{list-times}"
_SHOWN: Mapping[Column, Column] = {"bodies": "bodies", "deadline": "deadline", "time": "deadline"}
"""What a line shows by its wording; all else may stand below any other head."""
_LEAST_KNOWN = 2
_MAX_LABEL = 14
_GROUPING = frozenset({"task", "bodies", "number"})


def with_repeats(norm: str, table: Table, words: Words) -> Table:
    """Return the table with the cells above in place of the signs for them (同上, 〃)."""
    signs = words.of("same-above")
    if not any(squeezed(norm, cell.span) in signs for cell in table.cells):
        return table
    cells: list[Cell] = []
    above: dict[int, int] = {}
    for cell in table.cells:
        index = above.get(cell.column)
        if index is not None and squeezed(norm, cell.span) in signs:
            cells[index] = replace(cells[index], rowspan=cell.row + cell.rowspan - cells[index].row)
            continue
        above.update(dict.fromkeys(range(cell.column, cell.column + cell.colspan), len(cells)))
        cells.append(cell)
    return replace(table, cells=tuple(cells))


def lines_shared_out(norm: str, table: Table, kinds: Mapping[int, Column], lexicon: Lexicon) -> Table | None:
    """Return the table, a row that is a number and lines with those lines as the cells of its columns.

    None if most rows stay such: there printed lines break the cells, and a row may have the right number by chance.

    1 ⏎ 修缮书屋 ⏎ 县教育局 ⏎ 县科协 ⏎ 6月底前 below 序号, 任务, 责任单位, 时限: the lines are in the order of the
    columns, and only bodies stand below 责任单位, only times below 时限. What can be shared out in two ways stays so.

    Args:
        norm: Normalised text.
        table: The table.
        kinds: What stands in each column.
        lexicon: Knows what names of bodies look like.
    """
    columns = [kinds.get(column, "task") for column in range(1, max(kinds, default=0) + 1)]
    if kinds.get(0) != "number" or len(columns) < _LEAST_KNOWN:
        return table
    cells: list[Cell] = []
    n_unshared = 0
    rows = _rows(table)
    for row in rows.values():
        lines = _lines(norm, row[1].span) if [c.column for c in row] == [0, 1] and row[1].colspan == 1 else []
        shown = [_kind_of_line(norm, line, lexicon) for line in lines]
        shares = _shares(shown, columns) if lines else None
        if not shares and row is rows[max(rows)] and shown[-1:] == ["task"]:  # that line may stand below the table
            shares = _shares(shown[:-1], columns)
        if not shares:
            n_unshared += len(lines) > 1
            cells += row
            continue
        cells.append(row[0])
        for column, (n, end) in enumerate(zip(shares, accumulate(shares), strict=True), 1):
            if n:
                span = Span(lines[end - n].start, lines[end - 1].end)
                cells.append(replace(row[1], span=span, column=column))
    n_rows = sum(len(row) > 1 for row in rows.values()) - 1
    return replace(table, cells=tuple(cells)) if 2 * n_unshared < max(n_rows, 1) else None


def _lines(norm: str, span: Span) -> list[Span]:
    found = (trim(norm, m.start(), m.end()) for m in _LINE.finditer(norm, span.start, span.end))
    return [line for line in found if len(line)]


def _kind_of_line(norm: str, line: Span, lexicon: Lexicon) -> Column:
    text = norm[line.start : line.end]
    if lexicon.words[_LASTING].match(text) or any(t.start == 0 for t in find_times(text, words=lexicon.words)):
        return "deadline"
    names = [name for name in _BETWEEN_NAMES.split(_BESIDE_NAMES.sub("", text)) if name]
    return "bodies" if names and all(map(lexicon.is_party, names)) else "task"


def _shares(lines: Sequence[Column], columns: Sequence[Column]) -> list[int] | None:
    """Return how many lines belong to each column; None where that cannot be told.

    The first line is the task, whatever it looks like (政务服务中心). Adjacent columns of bodies have a line each: of
    more or fewer nobody knows whose they are. Times and remarks may be missing, and have a line each.

    Example:
        >>> _shares(["task", "bodies", "bodies", "deadline"], ["task", "bodies", "deadline", "aside"])
        [1, 2, 1, 0]
        >>> _shares(["task", "bodies", "bodies", "bodies"], ["task", "bodies", "bodies"])
    """
    shares: list[int] = []
    at = 0
    for kind, group in groupby(columns, key=lambda column: _SHOWN.get(column, "task")):
        width = len(list(group))
        run = int(at == 0 and kind == "task" and len(lines) > 0)
        while at + run < len(lines) and lines[at + run] == kind:
            run += 1
        fits = run == width or (width == 1 and run > 0) if kind == "bodies" else run > 0 or at > 0
        is_last = len(shares) + width == len(columns) and at > 0
        if not fits or (run > width and (kind == "deadline" or (kind == "task" and is_last))):
            return None
        each = [int(n < run) for n in range(width)]
        each[-1] += max(0, run - width)
        shares += each
        at += run
    return shares if at == len(lines) else None


def is_sideways(norm: str, table: Table, words: Words) -> bool:
    """Tell whether the heads stand in the first column rather than in a row."""
    rows = _rows(table)
    first = [row[0] for row in rows.values()]
    heads = [cell for cell in first if kind_of(squeezed(norm, cell.span), words) != "task"]
    owner = next((cell for cell in heads if names_bodies(squeezed(norm, cell.span), words)), None)
    if owner is None or len(heads) < _LEAST_KNOWN or 2 * len(heads) < len(first):
        return False
    return all(kind_of(squeezed(norm, c.span), words) == "task" for c in rows[owner.row][1:2])


def form_of(norm: str, table: Table, words: Words) -> Table | None:
    """Return a form as a table of a row below its heads, more rows if it is filled in again; None for other tables."""
    pairs: list[tuple[Cell, Cell]] = []
    for row in _rows(table).values():
        if len(row) % 2:
            return None
        pairs += zip(row[::2], row[1::2], strict=True)
    pairs = [pair for pair in pairs if any(norm[c.span.start : c.span.end].strip() for c in pair)]
    heads = [squeezed(norm, head.span) for head, _ in pairs]
    again = [n for n, head in enumerate(heads) if head == heads[0]]
    place = {head: n for n, head in enumerate(heads[: again[1]] if len(again) > 1 else heads)}
    ends = [*again[1:], len(heads)]
    for start, end in zip(again, ends, strict=True):
        if len(set(heads[start:end])) < end - start or not set(heads[start:end]) <= set(place):
            return None
    known = {head for head in place if kind_of(head, words) != "task"}
    inner = [heads[n] in known for n, (head, _) in enumerate(pairs) if head.column]
    if 2 * sum(inner) < len(inner):  # the second cell of a row is a value: tasks stand side by side
        return None
    if max(map(len, place)) > _MAX_LABEL or len(known) < _LEAST_KNOWN or not any(names_bodies(h, words) for h in place):
        return None
    cells = [_in_row(pairs[n][0], 0, n) for n in place.values()]
    for row_number, (start, end) in enumerate(zip(again, ends, strict=True), 1):
        cells += [_in_row(pairs[n][1], row_number, place[heads[n]]) for n in range(start, end)]
    return replace(table, cells=tuple(cells))


def _in_row(cell: Cell, row: int, column: int) -> Cell:
    return Cell(span=cell.span, row=row, column=column, header=row == 0)


def _rows(table: Table) -> Mapping[int, Sequence[Cell]]:
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    return rows


def groups_filled(norm: str, cells: Sequence[Cell], kinds: Mapping[int, Column]) -> list[Cell]:
    """Return the cells, those of a group reaching down over the blank cells below them.

    A table without merged cells (Markdown, columns set apart by blanks, a spreadsheet) names a group once and leaves
    the cells below it blank: 队伍建设 | 培训人员 ⏎ (blank) | 评定职称. What repeats the name of the group is blank too.

    Only what stands before the last column of tasks names groups; a number does if the cell behind it is blank too.

    Args:
        norm: Normalised text.
        cells: The cells below the heads, in reading order.
        kinds: What stands in each column.
    """
    tasks = _naming(kinds)
    columns = [column for column, kind in kinds.items() if kind in _GROUPING and column < max(tasks, default=0)]
    at = {(c.row, c.column): n for n, c in enumerate(cells) if norm[c.span.start : c.span.end].strip()}
    out = list(cells)
    rows = sorted({cell.row for cell in cells})
    to_the_left = [cells[n] for n in at.values() if cells[n].column <= max(columns, default=-1)]
    reached = {mesh for cell in to_the_left for mesh in _meshes(cell, max(rows))}
    reached |= set(at)
    repeated: set[int] = set()
    for column in sorted(columns):
        group: int | None = None
        for row in rows:
            again = at.get((row, column))
            if again is not None and group is not None and _repeats(norm, out[group], cells[again], kinds[column]):
                out[group] = replace(out[group], rowspan=out[group].rowspan + cells[again].rowspan)
                repeated.add(again)
                continue
            if (row, column) in reached:
                group = at.get((row, column), group)
                if group is not None and cells[group].colspan > 1:
                    group = None
                continue
            is_counted = kinds[column] == "number" and (row, column + 1) in reached
            above = out[group] if group is not None else None
            if above is None or group is None or is_counted or above.row + above.rowspan != row:
                group = None
            elif any((row, task) in at for task in tasks if task > column):
                out[group] = replace(above, rowspan=above.rowspan + 1)
    return [cell for n, cell in enumerate(out) if len(cell.span) and n not in repeated]


def _repeats(norm: str, group: Cell, cell: Cell, kind: Column) -> bool:
    """Tell whether a cell says again what the group above it is called: a merged cell that was filled down."""
    below = group.row + group.rowspan == cell.row and group.colspan == cell.colspan == 1
    return below and kind == "task" and squeezed(norm, group.span) == squeezed(norm, cell.span)


def _naming(kinds: Mapping[int, Column]) -> list[int]:
    """Return the columns that say what to do: those before the bodies, or the first that follow them."""
    tasks = sorted(column for column, kind in kinds.items() if kind == "task")
    bodies = min((column for column, kind in kinds.items() if kind == "bodies"), default=0)
    before = [column for column in tasks if column < bodies]
    return before or [column for n, column in enumerate(tasks) if column == tasks[0] + n]


def _meshes(cell: Cell, last: int) -> Iterator[tuple[int, int]]:
    """Yield row and column of all that a cell covers, down to the last row."""
    for row in range(cell.row, min(cell.row + cell.rowspan, last + 1)):
        for column in range(cell.column, cell.column + cell.colspan):
            yield row, column
