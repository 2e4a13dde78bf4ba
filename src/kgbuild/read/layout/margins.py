"""Marginal content of pages: page numbers, running heads and feet, notes.

A running head is at the same height on several pages and equal except for digits; a page number is a number at the edge
of a page, between dashes or alone. A note is set in a smaller size below a short line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING

from kgbuild.read.layout.sheet import is_wide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.model import BlockKind
    from kgbuild.read.layout.sheet import Line, Sheet

_DEEP = 0.15  # share of the height of a page in which running heads and feet stand
_MOST = 3  # lines of one
_NEAR = 6.0  # points
_NUMBER = re.compile(r"\d+|(?<![A-Za-z])[ivxIVX]{1,6}(?![A-Za-z])")
_FIGURES = re.compile(r"\d{1,9}")
_DASHED = re.compile(r"[-—–－─·.\s]{1,4}\d{1,4}[-—–－─·.\s]{1,4}")
_BARE = re.compile(r"\d{1,4}|[ivxIVX]{1,6}")


def outside(sheets: Sequence[Sheet], pages: Sequence[Sequence[Line]], body: float) -> dict[int, BlockKind]:
    """Return the kind of each line that does not belong to the plan, by identity of the line.

    Args:
        sheets: The pages.
        pages: The lines of each page outside tables.
        body: Font size of the body text.
    """
    found: dict[int, BlockKind] = {}
    edges = [_edges(sheet, lines) for sheet, lines in zip(sheets, pages, strict=True)]
    _running(sheets, edges, found)
    for sheet, (top, bottom), lines in zip(sheets, edges, pages, strict=True):
        _numbers(sheet, [*top[:1], *bottom[:1]], lines, found)
        _notes(sheet, lines, body, found)
    return found


def _edges(sheet: Sheet, lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the first and the last rows of a page near its edges, from the edge inwards."""
    ordered = sorted(lines, key=lambda line: (line.y, line.x))
    top = [line for line in ordered[: 2 * _MOST] if line.y < _DEEP * sheet.height]
    bottom = [line for line in reversed(ordered[-2 * _MOST :]) if line.y > (1 - _DEEP) * sheet.height]
    return top, bottom


def _running(
    sheets: Sequence[Sheet], edges: Sequence[tuple[list[Line], list[Line]]], found: dict[int, BlockKind]
) -> None:
    groups: dict[tuple[str, bool], list[Line]] = defaultdict(list)
    for top, bottom in edges:
        for line in top:
            groups[_form(line), True].append(line)
        for line in bottom:
            groups[_form(line), False].append(line)
    for (form, at_top), lines in groups.items():
        for near in _levels(lines):
            n_pages = len({line.page for line in near})
            if n_pages < 2 or n_pages < min(3, 0.5 * len(sheets)):
                continue
            if not _is_number(form) and not _counts_pages(near):
                continue
            kind: BlockKind = "page-number" if _is_number(form) else "header" if at_top else "footer"
            found.update((id(line), kind) for line in near)


def _levels(lines: list[Line]) -> list[list[Line]]:
    """Group lines of one form by height."""
    ordered = sorted(lines, key=lambda line: line.y)
    levels: list[list[Line]] = []
    for line in ordered:
        if levels and line.y - median(other.y for other in levels[-1][-5:]) < _NEAR:
            levels[-1].append(line)
        else:
            levels.append([line])
    return levels


def _form(line: Line) -> str:
    return _NUMBER.sub("#", "".join(line.text.split()))


def _is_number(form: str) -> bool:
    """Tell whether a line consists of little more than a page number: `- # -`, `page # of #`."""
    return 1 <= form.count("#") <= 2 and sum(char.isalpha() and is_wide(char) for char in form) <= 4 and len(form) <= 12


def _counts_pages(lines: Sequence[Line]) -> bool:
    """Tell whether the digits in lines of one form are equal on all pages, or count the pages.

    Items of a list may also be at the same height on several pages.
    """
    rows = [[int(n) for n in _FIGURES.findall(line.text)] for line in lines]
    return all(
        len(set(values)) == 1 or len({value - line.page for value, line in zip(values, lines, strict=True)}) == 1
        for values in zip(*rows, strict=False)
    )


def _numbers(sheet: Sheet, outer: Sequence[Line], lines: Sequence[Line], found: dict[int, BlockKind]) -> None:
    """Find the number of a page that is alone in the file, or whose number is placed differently on each page."""
    for line in outer:
        if id(line) in found:
            continue
        text = line.text.strip()
        alone = all(abs(line.y - other.y) > 1.5 * other.size for other in lines if other is not line)
        if _DASHED.fullmatch(text) or (
            _BARE.fullmatch(text) and alone and not sheet.height * 0.08 < line.y < sheet.height * 0.9
        ):
            found[id(line)] = "page-number"


def _notes(sheet: Sheet, lines: Sequence[Line], body: float, found: dict[int, BlockKind]) -> None:
    rules = [
        rule
        for rule in sheet.rules
        if rule.is_level and 0.1 < (rule.end - rule.x) / sheet.width < 0.45 and rule.top > 0.4 * sheet.height
    ]
    for rule in rules:
        below = [line for line in lines if line.y > rule.bottom and id(line) not in found]
        if below and all(line.size < 0.93 * body for line in below) and min(ln.x for ln in below) > rule.x - 2 * body:
            found.update((id(line), "note") for line in below)
