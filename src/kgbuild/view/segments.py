"""Splits a text at the boundaries of its annotations, so that pages need no offsets.

Offsets count code points, whereas browsers count UTF-16 units; therefore the text is split on the server. Joining the
segments of all lines and the line ends gives the text. No segment crosses the boundary of an annotation.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text covered by the same annotations.

    Attributes:
        text: The characters as found.
        marks: Indexes of the annotations that cover it.
        right: The restored characters, None if nothing was altered.
    """

    text: str
    marks: tuple[int, ...]
    right: str | None = None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the text without its line end: its number, span and pieces."""

    number: int
    span: Span
    pieces: tuple[Piece, ...]


def cut(
    text: str, marks: Sequence[Sequence[Span]], corrections: Mapping[Span, str], borders: Iterable[int] = ()
) -> list[SourceLine]:
    """Return the lines of a text, split into pieces.

    Args:
        text: The text as read.
        marks: Spans of each annotation, which is identified by its index.
        corrections: The original text by the span that was altered.
        borders: Further offsets that no piece crosses, such as those of table cells.
    """
    borders = sorted({0, len(text), *borders, *(b for places in marks for s in places for b in (s.start, s.end))}
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
        for here in range(at, len(pieces)):
            span, over = pieces[here]
            if span.start >= line.end:
                break
            part = Span(max(span.start, line.start), min(span.end, line.end))
            inside.append(Piece(text[part.start : part.end], over, _restored(part, corrections)))
        lines.append(SourceLine(number, line, tuple(inside)))
    return lines


def _restored(part: Span, corrections: Mapping[Span, str]) -> str | None:
    """Return the original text of a piece; a correction that covers several pieces is divided among them."""
    for span, right in corrections.items():
        if span.covers(part):
            start = part.start - span.start
            return right[start : start + len(part)] if part.end < span.end else right[start:]
    return None
