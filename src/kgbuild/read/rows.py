r"""Tables in plain text: Markdown rows (`| a | b |`), and rows whose columns are separated by tabs or wide gaps.

Returns `Table`s over the unchanged text. Rows separated by blanks form a table if at least three consecutive lines have
the same number of columns, at least three; for tabs two columns suffice. Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.read.tables import GridCell, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.model import Table

_LINE = re.compile(r"[^\n\r]+")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")
_PIPE = re.compile(r"(?<!\\)\|")
_TAB = re.compile(r"\t")
_GAP = re.compile(r"[ \t\u3000]{2,}")
_ANY = re.compile(r"\||\t|[ \u3000]{2}")
_LEAST_COLUMNS, _LEAST_ROWS = 3, 3


def tables_in(text: str) -> Iterator[Table]:
    r"""Yield the tables of a text in reading order.

    Example:
        >>> (table,) = tables_in("| 任务 | 责任单位 |\n|---|---|\n| 建书屋 | 省教育厅 |\n")
        >>> [(c.row, c.column) for c in table.cells]
        [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    if _ANY.search(text) is None:
        return
    lines = [Span(*m.span()) for m in _LINE.finditer(text)]
    at = 0
    while at < len(lines):
        rows = _piped(text, lines, at) or _set_apart(text, lines, at)
        if not rows:
            at += 1
            continue
        at += len(rows)
        cells = [
            GridCell(row=number, column=column, rowspan=1, colspan=1, header=False, span=span)
            for number, row in enumerate(r for r in rows if r)
            for column, span in enumerate(row)
        ]
        if made := table_of(text, cells):
            yield made


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
