"""A stretch of text prepared for matching: normalised, certain corrections applied, every character traceable.

Extractors below the level of brackets match on passages, so that a restored name is found in its original form while
its span still refers to the characters of the source.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import Correction, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BREAK = re.compile(r"[\r\n]")
# 高质⏎量发展. A paragraph ends after a full stop and before an indent.
_SOFT = re.compile(r"(?<=[^\s。;:!?…])\s*\n(?! {2,}\S)\s*(?=\S)")


class Passage(NamedTuple):
    """A text and, for each of its characters, the stretch of the source that it represents."""

    text: str
    start: int
    origin: tuple[tuple[int, int], ...] | None = None

    def span(self, start: int, end: int) -> Span:
        """Map a slice of the passage to the source; a restored run is mapped as a whole."""
        if self.origin is None:
            return Span(self.start + start, self.start + end)
        return Span(self.origin[start][0], self.origin[end - 1][1])


def passage(norm: str, span: Span, corrections: Sequence[Correction] = ()) -> Passage:
    """Return a stretch of the source with the certain and high-grade corrections in it applied.

    Args:
        norm: Normalised text.
        span: The stretch.
        corrections: Corrections of the whole text, in reading order.

    Example:
        >>> from kgbuild.model import Correction
        >>> fix = Correction(span=Span(1, 3), original="文化", certainty="certain", rule="r")
        >>> p = passage("省学问厅", Span(0, 4), [fix])
        >>> p.text, p.span(1, 3)
        ('省文化厅', Span(start=1, end=3))
    """
    if not corrections and norm.find("\n", span.start, span.end) < 0:
        return Passage(norm[span.start : span.end], span.start)
    fixed = [c for c in _from(corrections, span) if is_sure(c) and span.covers(c.span)]
    inside = sorted([*fixed, *_soft_breaks(norm, span, fixed)], key=_start)
    if not inside:
        return Passage(norm[span.start : span.end], span.start)
    pieces: list[str] = []
    origin: list[tuple[int, int]] = []
    at = span.start
    for c in inside:
        pieces += (norm[at : c.span.start], c.original)
        origin += _each(at, c.span.start)
        origin += _aligned(c)
        at = c.span.end
    pieces.append(norm[at : span.end])
    origin += _each(at, span.end)
    return Passage("".join(pieces), span.start, tuple(origin))


def _each(start: int, end: int) -> Iterator[tuple[int, int]]:
    return zip(range(start, end), range(start + 1, end + 1), strict=True)


def flowing(norm: str, paragraphs: Sequence[Span]) -> str:
    r"""Return a text of the same length in which line breaks within paragraphs are blanks.

    Example:
        >>> flowing("高质\n量发展。\n二、任务", [Span(0, 7), Span(8, 12)])
        '高质 量发展。\n二、任务'
    """
    out, at = [], 0
    for para in paragraphs:
        if norm.find("\n", para.start, para.end) >= 0:
            out += [norm[at : para.start], _BREAK.sub(" ", norm[para.start : para.end])]
            at = para.end
    return "".join([*out, norm[at:]]) if out else norm


def _soft_breaks(norm: str, span: Span, fixed: Sequence[Correction]) -> Iterator[Correction]:
    """Yield line breaks in mid-sentence, with page marks at them, as corrections that delete."""
    if norm.find("\n", span.start, span.end) < 0:
        return
    for m in _SOFT.finditer(norm, span.start, span.end):
        at = Span(*m.span())
        if not any(c.span.overlaps(at) for c in fixed):
            yield Correction(span=at, original="", certainty="certain", rule="line-break")


def _from(corrections: Sequence[Correction], span: Span) -> Iterator[Correction]:
    """Yield the corrections that start within a stretch."""
    for i in range(bisect_left(corrections, span.start, key=_start), len(corrections)):
        if corrections[i].span.start >= span.end:
            return
        yield corrections[i]


def _start(correction: Correction) -> int:
    return correction.span.start


def is_sure(c: Correction) -> bool:
    """Tell whether a correction is applied when the text is matched; doubtful ones are only reported."""
    return c.certainty in {"certain", "high"}


def _aligned(c: Correction) -> list[tuple[int, int]]:
    """Align character by character if the lengths agree; otherwise each character represents the whole run."""
    if len(c.original) == len(c.span):
        return list(_each(c.span.start, c.span.end))
    return [(c.span.start, c.span.end)] * len(c.original)
