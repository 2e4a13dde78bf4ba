"""A text cut at every border of its annotations, so that a page needs no offsets.

Offsets count code points; a browser counts UTF-16 units. Therefore the text is cut here, and a page only holds the
pieces. Guarantees: the pieces of all lines, joined with the line ends, are the text; a piece lies wholly inside or
wholly outside of every annotation.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.model import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same annotations.

    Attributes:
        text: The characters as found.
        marks: Numbers of the annotations over it.
        right: The characters as restored, None where nothing was altered.
    """

    text: str
    marks: tuple[int, ...]
    right: str | None = None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the text without its end, and the offset at which it begins."""

    number: int
    span: Span
    pieces: tuple[Piece, ...]


def cut(text: str, marks: Sequence[Sequence[Span]], corrections: Mapping[Span, str]) -> list[SourceLine]:
    """Return the lines of a text in pieces.

    Args:
        text: The read text.
        marks: Places of each annotation; its number is its place in the list.
        corrections: What stood at a place before it was altered.
    """
    borders = sorted({0, len(text), *(b for places in marks for s in places for b in (s.start, s.end))}
                     | {b for s in corrections for b in (s.start, s.end)})  # fmt: skip
    opened: dict[int, list[int]] = {}
    for number, places in enumerate(marks):
        for s in places:
            opened.setdefault(s.start, []).append(number)
    ends = [max((s.end for s in places), default=0) for places in marks]
    lines, active = [], list[int]()
    cuts = iter(itertools.pairwise(borders))
    pieces: list[tuple[Span, tuple[int, ...]]] = []
    for start, end in cuts:
        active = [n for n in active if any(s.start <= start < s.end for s in marks[n]) or ends[n] > start]
        active += [n for n in opened.get(start, ()) if n not in active]
        over = tuple(sorted(n for n in active if any(s.start <= start < s.end for s in marks[n])))
        pieces.append((Span(start, end), over))
    at = 0
    for number, m in enumerate(_LINE.finditer(text), 1):
        line = Span(m.start(), m.start() + len(m[0].rstrip("\r\n")))
        if m.start() == len(text) and (number > 1 or not text):
            break
        inside = []
        while at < len(pieces) and pieces[at][0].end <= line.start:
            at += 1
        for span, over in itertools.islice(pieces, at, None):
            if span.start >= line.end:
                break
            part = Span(max(span.start, line.start), min(span.end, line.end))
            inside.append(Piece(text[part.start : part.end], over, _restored(part, corrections)))
        lines.append(SourceLine(number, line, tuple(inside)))
    return lines


def _restored(part: Span, corrections: Mapping[Span, str]) -> str | None:
    """What stood at a piece; of a correction in several pieces, each has its share, the last one the rest."""
    for span, right in corrections.items():
        if span.covers(part):
            start = part.start - span.start
            return right[start : start + len(part)] if part.end < span.end else right[start:]
    return None
