r"""Tables in plain text: Markdown rows (`| a | b |`), columns separated by tabs or wide gaps, a line for each cell.

Returns `Table`s over the unchanged text. Rows separated by blanks form a table if at least three consecutive lines have
the same number of columns, at least three; for tabs two columns suffice, and single blanks do below 序号 and two more
heads, where each line begins with its number. A table that was copied cell by cell is one if its heads begin with 序号
and its rows with their number, as is one whose cells only bars separate; what a row holds more or fewer stays in one
cell behind its number. Without 序号 the bars must agree: as many in each line, or where cells are merged. Time is
linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.read.numerals import TO_TEN
from kgbuild.read.tables import GridCell, table_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from kgbuild.model import Table

_LINE = re.compile(r"[^\n\r]+")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")
_PIPE = re.compile(r"(?<!\\)\|")
_TAB = re.compile(r"\t")
_GAP = re.compile(r"[ \t\u3000]{2,}")
_ANY = re.compile(r"\||\t|[ \u3000]{2}")
_LEAST_COLUMNS, _LEAST_ROWS, _MOST_COLUMNS = 3, 3, 8
FIRST_HEAD = "序[号號]"
_FIRST_LINE = re.compile(rf"^[ \t\u3000]*{FIRST_HEAD[0]}[ \u3000]*{FIRST_HEAD[1:]}[ \t\u3000|]*$", re.MULTILINE)
# 序号 工 作 任 务 牵头部门: a blank parts the columns, and the letters of a head that is set wide
_SPACED_HEAD = re.compile(r"(?<!\S)(?:\S(?: \S)+|\S{2,14})(?!\S)")
_SPACED_FIRST = re.compile(rf" *{FIRST_HEAD} ")
_WORD = re.compile(r"[^ \u3000]+")
_BARRED_HEADS = re.compile(rf"[ \t\u3000|]*{FIRST_HEAD}[ \t\u3000]*\|[^|\n\r]+\|[^|\n\r]")
_LONGEST_HEAD, _MOST_LINES = 14, 4
_NUMBER = re.compile(r"\d{1,4}")
_ROW_NUMBER = re.compile(r"(\d{1,3})(?:[.．、]|$)(?!\d)")
SECTION = re.compile(rf"[（(]?[{TO_TEN}]{{1,3}}[）)、]")
_STOP = re.compile("[。；;，,：:！!？?]")


def tables_in(text: str) -> Iterator[Table]:
    r"""Yield the tables of a text in reading order.

    Example:
        >>> (table,) = tables_in("| 任务 | 责任单位 |\n|---|---|\n| 建书屋 | 省教育厅 |\n")
        >>> [(c.row, c.column) for c in table.cells]
        [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    firsts = _first_heads(text)
    if _ANY.search(text) is None and not firsts and FIRST_HEAD[0] not in text:
        return
    lines = [Span(*m.span()) for m in _LINE.finditer(text)]
    at = 0
    while at < len(lines):
        if rows := (
            _piped(text, lines, at)
            or _set_apart(text, lines, at)
            or _barred(text, lines, at)
            or _gridded(text, lines, at)
            or _spaced(text, lines, at)
        ):
            at += len(rows)
            yield from _table(text, [row for row in rows if row])
            continue
        rows = _stacked(text, _until_next(lines, at, firsts)) if lines[at].start in firsts else []
        rows = rows or _streamed(text, lines, at, firsts)
        if not rows:
            at += 1
            continue
        yield from _table(text, rows)
        at = next((n for n in range(at, len(lines)) if lines[n].start >= rows[-1][-1].end), len(lines))


def stacked_tables(text: str) -> Iterator[Table]:
    """Yield the tables that were copied cell by cell, a line for each cell."""
    firsts = _first_heads(text)
    lines = [Span(*m.span()) for m in _LINE.finditer(text)] if firsts else []
    for at, line in enumerate(lines):
        if line.start in firsts and (rows := _stacked(text, _until_next(lines, at, firsts))):
            yield from _table(text, rows)


def _until_next(lines: Sequence[Span], at: int, firsts: Collection[int]) -> Sequence[Span]:
    """Return the lines up to the next 序号, which ends a table, so that the time stays linear."""
    end = next((n for n in range(at + 1, len(lines)) if lines[n].start in firsts), len(lines))
    return lines[at:end]


def _first_heads(text: str) -> set[int]:
    return {m.start() for m in _FIRST_LINE.finditer(text)}


def _table(text: str, rows: Sequence[Sequence[Span]]) -> Iterator[Table]:
    width = max(map(len, rows))
    cells = [
        GridCell(row=number, column=column, rowspan=1, colspan=width if len(row) == 1 else 1, header=False, span=span)
        for number, row in enumerate(rows)
        for column, span in enumerate(row)
    ]
    if made := table_of(text, cells):
        yield made


def _stacked_heads(text: str, cells: Sequence[Span]) -> int:
    """Return the number of heads, a line each, of a table that begins here cell by cell; 0 if none does."""
    for width, cell in enumerate(cells[: _MOST_COLUMNS + 1]):
        if _begins_row(text, cell):
            return width if width >= _LEAST_COLUMNS else 0
        if not _reads_like_head(text, cell):
            return 0
    return 0


def _stacked(text: str, lines: Sequence[Span]) -> list[list[Span]]:
    """Return the rows of the table that begins with these lines cell by cell, its heads first; [] if none does.

    The cells of a row with one more or fewer may be under any head: behind its number they stay together. A number
    begins a row if it is the next one, or the first below a section; any other is the content of a cell (2024, 300).
    """
    cells = [cell for line in lines if len(cell := _cell(text, line))]
    width = _stacked_heads(text, cells)
    if not width:
        return []
    if grid := _counted(text, cells, width):
        return grid
    rows = [list(cells[:width])]
    at: int | None = width
    while at is not None:
        is_section = SECTION.match(text, cells[at].start, cells[at].end) is not None
        last = None if is_section else _number(text, cells[at])
        below = next((n for n in range(at + 1, len(cells)) if _begins_row(text, cells[n], last)), None)
        # of the last row: what follows the table is no cell of it
        end = at + width + _may_belong(text, cells[at + width : at + width + 1]) if below is None else below
        if end - at > _MOST_LINES * width or (is_section and end > at + 1):
            break
        row = cells[at:end]
        rows.append(list(row) if len(row) in (1, width) else _joined(row))
        at = below
    return rows if len(rows) >= _LEAST_ROWS else []


def _counted(text: str, cells: Sequence[Span], width: int) -> list[list[Span]]:
    """Return the rows of a table whose cells may be figures, each row beginning with the next number; [] if none is."""
    rows = [list(cells[at : at + width]) for at in range(0, len(cells) - width + 1, width)]
    end = next((n for n, row in enumerate(rows) if n and _number(text, row[0]) != n), len(rows))
    figures = any(_number(text, c) is not None for row in rows[1:end] for c in row[1:])
    return rows[:end] if end > _LEAST_ROWS and figures else []


def _may_belong(text: str, behind: Sequence[Span]) -> bool:
    """Tell whether a line behind the last row may be a cell of it: it reads like a head."""
    return any(_reads_like_head(text, cell) for cell in behind)


def _reads_like_head(text: str, cell: Span) -> bool:
    """Tell whether a cell is short and no sentence."""
    return len(cell) <= _LONGEST_HEAD and _STOP.search(text, cell.start, cell.end) is None


def _begins_row(text: str, cell: Span, last: int | None = None) -> bool:
    """Tell whether a cell is a section, or the number that follows the last one; any number if there is none."""
    if SECTION.match(text, cell.start, cell.end):
        return True
    number = _number(text, cell)
    return number is not None and (last is None or number == last + 1)


def _number(text: str, cell: Span) -> int | None:
    """Return the number that a cell holds and nothing else, as all forms of tables count their rows."""
    return int(text[cell.start : cell.end]) if _NUMBER.fullmatch(text, cell.start, cell.end) else None


def _joined(row: Sequence[Span]) -> list[Span]:
    """Return a row with one cell behind its number, for cells that may stand below any of several heads."""
    return [row[0], Span(row[1].start, row[-1].end)]


def _cell(text: str, line: Span) -> Span:
    """Return what a line holds, without a bar that was left behind it."""
    start, end = _trimmed(text, line.start, line.end)
    if end > start and text[end - 1] == "|":
        start, end = _trimmed(text, start, end - 1)
    return Span(start, max(start, end))


def _piped(text: str, lines: Sequence[Span], at: int) -> list[list[Span]]:
    """Return the rows of the Markdown table that starts here, its dashed line as an empty row; [] if there is none."""
    if at + 1 >= len(lines) or not _RULE.fullmatch(text, lines[at + 1].start, lines[at + 1].end):
        return []
    head, rule = lines[at], lines[at + 1]
    if "|" not in text[head.start : head.end] or "|" not in text[rule.start : rule.end]:
        return []
    rows = [_cells(text, head), []]
    for above, line in zip(lines[at + 1 :], lines[at + 2 :], strict=False):
        if "|" not in text[line.start : line.end] or text.count("\n", above.end, line.start) > 1:
            break
        rows.append(_cells(text, line))
    return rows


def _barred(text: str, lines: Sequence[Span], at: int) -> list[list[Span]]:
    """Return the rows of a table that begins here and has bars between its cells, but no dashed line; [] if none does.

    Its first head is 序号, and its rows begin with their number. A line that holds a bar alone is an empty row.
    """
    if _BARRED_HEADS.match(text, lines[at].start, lines[at].end) is None:
        return []
    rows = [_without_blank_ends(_cells(text, lines[at]))]
    width = len(rows[0])
    last: int | None = None
    for line in lines[at + 1 :]:
        row = _without_blank_ends(_cells(text, line)) if "|" in text[line.start : line.end] else []
        if row and (len(row) > width or not _begins_row(text, row[0], last)):
            break
        if not row and text[line.start : line.end].strip("| \t\u3000"):
            break
        if row:
            last = _number(text, row[0])
        rows.append(_joined(row) if 1 < len(row) < width else row)
    while not rows[-1]:
        rows.pop()
    return rows if width >= _LEAST_COLUMNS and sum(map(bool, rows)) >= _LEAST_ROWS else []


def _gridded(text: str, lines: Sequence[Span], at: int) -> list[list[Span]]:
    """Return the rows that start here, lines with the same number of cells between bars; [] if there are none."""
    rows: list[list[Span]] = []
    for line in (lines[n] for n in range(at, len(lines))):
        row = _cells(text, line) if text.count("|", line.start, line.end) >= _LEAST_COLUMNS - 1 else []
        if len(row) < _LEAST_COLUMNS or not (all(map(len, row)) if not rows else len(row) == len(rows[0])):
            break
        rows.append(row)
    return rows if len(rows) >= _LEAST_ROWS else []


def _streamed(text: str, lines: Sequence[Span], at: int, firsts: Collection[int]) -> list[list[Span]]:
    """Return the rows of a table that begins here with a line for each cell, which a bar ends; [] if none does.

    任务 | ⏎ 牵头单位 | ⏎ 配合单位 | ⏎ 一、改革 | ⏎ || ⏎ 建书屋 | …: how many columns there are a merged cell shows,
    behind which bars alone stand for the others, or the numbers of the rows do. A table with 序号 is read by these.
    """
    if not _ends_cell(text, lines[at]) or (at and "|" in text[lines[at - 1].start : lines[at - 1].end]):
        return []
    cells: list[Span] = []
    merged: list[tuple[int, int]] = []
    for line in (lines[n] for n in range(at, len(lines))):
        start, end = _trimmed(text, line.start, line.end)
        bars = text.count("|", start, end)
        if not bars or (text[start:end].strip("| ") and (bars > 1 or text[end - 1] != "|")):
            break
        if line.start in firsts:
            return []
        if text[start] == "|":
            merged += [(len(cells), bars)] if bars > 1 else []
            cells += [Span(start, start)] * bars
        else:
            cells.append(_cell(text, line))
    width = _width_of_stream(text, cells, merged)
    rows = [cells[n : n + width] for n in range(0, len(cells) - width + 1, width)] if width else []
    # a merged cell is a row of its own
    rows = [row[:1] if len(row[0]) and not any(map(len, row[1:])) else row for row in rows]
    return [list(row) for row in rows if any(map(len, row))] if len(rows) >= _LEAST_ROWS else []


def _ends_cell(text: str, line: Span) -> bool:
    """Tell whether a line is a cell with a bar behind it."""
    start, end = _trimmed(text, line.start, line.end)
    return text.count("|", start, end) == 1 and end - start > 1 and text[end - 1] == "|"


def _width_of_stream(text: str, cells: Sequence[Span], merged: Sequence[tuple[int, int]]) -> int:
    """Return the number of columns on which all merged cells or the numbers of all rows agree, 0 if there is none."""
    if merged:
        width = merged[0][1] + 1
        fits = all(bars + 1 == width and start % width == 1 for start, bars in merged)
        return width if fits and width >= _LEAST_COLUMNS else 0
    for width in range(_LEAST_COLUMNS, _MOST_COLUMNS + 1):
        firsts = cells[width::width]
        numbers = [_ROW_NUMBER.match(text, cell.start, cell.end) for cell in firsts]
        if len(firsts) > 1 and all(m and int(m[1]) == n for n, m in enumerate(numbers, 1)):
            return width
    return 0


def _without_blank_ends(cells: Sequence[Span]) -> list[Span]:
    end = next((n for n in range(len(cells), 0, -1) if len(cells[n - 1])), 0)
    return list(cells[:end])


def _cells(text: str, line: Span) -> list[Span]:
    """Return the cells of a Markdown row: the text between its bars, without the outer ones."""
    start, end = _trimmed(text, line.start, line.end)
    if text[start] == "|":
        start += 1
    if end > start and text[end - 1] == "|" and text[end - 2] != "\\":
        end -= 1
    return _pieces(text, start, end, _PIPE)


def _set_apart(text: str, lines: Sequence[Span], at: int) -> list[list[Span]]:
    """Return the rows that start here, separated by tabs or wide gaps; [] if there are none."""
    for gap, least in ((_TAB, 2), (_GAP, _LEAST_ROWS)):
        rows: list[list[Span]] = []
        for n in range(at, len(lines)):
            line = lines[n]
            if n > at and text.count("\n", lines[n - 1].end, line.start) > 1:
                break
            row = _pieces(text, *_trimmed(text, line.start, line.end, blanks=gap is _GAP), gap)
            if len(row) < _LEAST_COLUMNS or (rows and len(row) != len(rows[0])):
                break
            rows.append(row)
        if len(rows) >= least:
            return rows
    return []


def _spaced(text: str, lines: Sequence[Span], at: int) -> list[list[Span]]:
    """Return the rows that start here below 序号 and further heads, separated by single blanks; [] if there are none.

    Blanks inside a task are its own: the number stands before it, a word for each further head behind it. The rows
    count from 1.
    """
    first = lines[at]
    if _SPACED_FIRST.match(text, first.start, first.end) is None:
        return []
    rows = [[Span(*m.span()) for m in _SPACED_HEAD.finditer(text, first.start, first.end)]]
    behind = len(rows[0]) - 2
    if behind < 1 or sum(map(len, rows[0])) + len(rows[0]) - 1 != len(text[first.start : first.end].strip()):
        return []
    for line in lines[at + 1 :]:
        words = [Span(*m.span()) for m in _WORD.finditer(text, line.start, line.end)]
        if len(words) < behind + 2 or _number(text, words[0]) != len(rows):
            break
        last = words[-behind:]
        if any(_STOP.search(text, word.start, word.end) for word in last):
            break
        rows.append([words[0], Span(words[1].start, words[-behind - 1].end), *last])
    return rows if len(rows) > _LEAST_ROWS else []


def _pieces(text: str, start: int, end: int, gap: re.Pattern[str]) -> list[Span]:
    out, at = [], start
    for m in gap.finditer(text, start, end):
        out.append(Span(*_trimmed(text, at, m.start())))
        at = m.end()
    return [*out, Span(*_trimmed(text, at, end))]


def _trimmed(text: str, start: int, end: int, *, blanks: bool = True) -> tuple[int, int]:
    """Return the bounds without blanks at the ends; tabs stay where they separate columns."""
    signs = " \t\u3000" if blanks else " \u3000"
    while start < end and text[start] in signs:
        start += 1
    while end > start and text[end - 1] in signs:
        end -= 1
    return start, end
