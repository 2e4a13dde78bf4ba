"""From runs to lines: by baseline, left to right, with the blanks that a reader sees."""

from __future__ import annotations

import re
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from kgbuild.read.layout.sheet import Line, TextRun, is_wide
from kgbuild.read.symbols import raised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SAME_LINE = 0.5  # of an em: raised and lowered figures stand within it
_SMALL, _RAISED = 0.8, 0.15  # of an em: size and height of a raised figure
_LONGEST_MARK, _CLOSE = 2, 0.5  # characters of one; em between it and the text
_BLANK = 0.3  # em between two words of letters
_WIDE_BLANK = 0.42  # em beside a hanzi: a quarter is what typesetters leave between hanzi and figures
_APART = 4.0  # em between two texts on one line: number and signatory, two seals
_LEADERS = re.compile(r"[.．·…‥]{3,}")
_LABEL = re.compile(r"[^，。；：]{2,8}：")
_SPREAD = re.compile(r"\S(?: \S){4,}")


def lines_of(page: int, runs: Iterable[TextRun]) -> list[Line]:
    """Return the lines formed by runs, from the top; parts of one line from the left."""
    lines: list[Line] = []
    for row in baselines(once(runs)):
        if len(row) == 1:  # as most lines of running text are
            run = row[0]
            lines.append(Line(page, _narrow(run.text), run.x, run.end, run.y, run.size, run.is_red, run.object))
        else:
            lines += _parts(page, row)
    lines.sort(key=attrgetter("y", "x"))
    return lines


def once(runs: Iterable[TextRun]) -> list[TextRun]:
    """Return the runs in order, without duplicates that are overprinted to look bold."""
    kept: list[TextRun] = []
    seen: dict[str, list[TextRun]] = {}
    for run in sorted(runs, key=itemgetter(3, 1)):
        twins = seen.get(run.text)
        if twins is None:
            seen[run.text] = [run]
        elif any(abs(t.x - run.x) < 0.2 * run.size and abs(t.y - run.y) < 0.2 * run.size for t in twins[-4:]):
            continue
        else:
            twins.append(run)
        kept.append(run)
    return kept


def baselines(runs: Sequence[TextRun]) -> Iterator[list[TextRun]]:
    """Yield the runs on each baseline; the largest run of a row determines it."""
    row: list[TextRun] = []
    base = size = 0.0
    for run in runs:
        if row and run.y - base > _SAME_LINE * max(size, run.size):
            yield row
            row = []
        if not row or run.size > 1.05 * size:
            base, size = run.y, run.size
        row.append(run)
    if row:
        yield row


def _parts(page: int, row: list[TextRun]) -> Iterator[Line]:
    row.sort(key=itemgetter(1))
    part: list[TextRun] = []
    for run in row:
        if part and _is_apart(part, run):
            yield _line(page, part)
            part = []
        part.append(run)
    yield _line(page, part)


def _is_apart(part: list[TextRun], run: TextRun) -> bool:
    before = part[-1]
    gap = (run.x - before.end) / max(run.size, before.size)
    if gap < _APART and not (gap > 0.5 * _APART and _LABEL.match(run.text)):
        return False
    # A page number at the end of a contents line belongs to it, as do letters spread over a line.
    if _LEADERS.search(before.text) or (run.text.isdigit() and len(run.text) < 4 and len(before.text) > 4):
        return False
    return not (len(run.text) == 1 == len(before.text) and is_wide(run.text) and is_wide(before.text))


def _line(page: int, part: list[TextRun]) -> Line:
    texts: list[str] = []
    before: TextRun | None = None
    main = max(part, key=lambda run: len(run.text) * run.size)
    for run in part:
        is_raised = _is_raised(run, main, before)
        if before is not None and not is_raised:
            texts.append(_blank(before, run))
        texts.append(raised(run.text) if is_raised else run.text)
        before = run
    first = part[0]
    return Line(
        page=page,
        text=_narrow("".join(texts)),
        x=first.x,
        end=max(run.end for run in part),
        y=main.y,
        size=main.size,
        is_red=main.is_red,
        object=first.object,
    )


def _is_raised(run: TextRun, main: TextRun, before: TextRun | None) -> bool:
    """Tell whether a run is a raised figure: a power (km²) or the mark of a note (场馆¹), no number of the text.

    It is short and stands close to the text; a number that a form has in smaller print (代码： 0500) does not.
    """
    gap = run.x - before.end if before else 0.0
    if len(run.text) > _LONGEST_MARK or gap > _CLOSE * main.size:
        return False
    is_small = run.size <= _SMALL * main.size and main.y - run.y >= _RAISED * main.size
    return is_small and run.text.isascii() and run.text.isdecimal()


def _blank(before: TextRun, run: TextRun) -> str:
    """Return the text between two runs: the blanks in the file, or one blank if the gap is at least a word space."""
    if run.lead:
        return run.lead
    gap = (run.x - before.end) / max(min(run.size, before.size), 0.1)
    wide = is_wide(before.text[-1]) or is_wide(run.text[0])
    return " " if gap > (_WIDE_BLANK if wide else _BLANK) else ""


def _narrow(text: str) -> str:
    """Remove the blanks between letter-spaced hanzi, as in the name of an issuing body."""
    if " " in text and _SPREAD.fullmatch(text) and all(map(is_wide, text[::2])):
        return text.replace(" ", "")
    return text
