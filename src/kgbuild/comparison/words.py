"""Word-level differences between two wordings.

Differences are found by the longest common subsequence of words (rapidfuzz); an equal run of a single character or mark
between two differences is meaningless and marked with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.comparison.vectors import letters

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*|.", re.DOTALL)
_WRAPPED = re.compile(r"[ \t\u3000]*[\r\n]+\s*")


@dataclass(frozen=True, slots=True)
class DiffSegment:
    """A stretch of a wording, and whether the other wording lacks it."""

    text: str
    differs: bool


def unwrapped(text: str) -> str:
    r"""Join the lines of a text; Chinese lines need no blank in between.

    Example:
        >>> unwrapped("推进整合，\n提高质量。")
        '推进整合，提高质量。'
    """
    return _WRAPPED.sub("", text.strip())


def characters(text: str) -> list[str]:
    """Split a text into characters, keeping numbers and Latin words whole: the segmentation without a dictionary."""
    return _WORD.findall(text)


def mark(
    before: str, after: str, words: Callable[[str], list[str]] = characters
) -> tuple[list[DiffSegment], list[DiffSegment]]:
    """Segment both wordings into stretches that are equal or differ.

    Args:
        before: The earlier wording.
        after: The later wording.
        words: Segments a text into words.

    Example:
        >>> mark("建成基地10个", "建成示范基地12个")[1]
        [DiffSegment(text='建成', differs=False), DiffSegment(text='示范', differs=True), \
DiffSegment(text='基地', differs=False), DiffSegment(text='12', differs=True), DiffSegment(text='个', differs=False)]
    """
    from rapidfuzz.distance import Indel

    old, new = words(unwrapped(before)), words(unwrapped(after))
    left, right = list[DiffSegment](), list[DiffSegment]()
    codes = list(Indel.opcodes(old, new))
    for n, code in enumerate(codes):
        mine, theirs = "".join(old[code.src_start : code.src_end]), "".join(new[code.dest_start : code.dest_end])
        inside = 0 < n < len(codes) - 1
        differs = code.tag != "equal" or (inside and len(letters(mine)) < 2)
        _append(left, mine, differs=differs)
        _append(right, theirs, differs=differs)
    return left, right


def _append(pieces: list[DiffSegment], text: str, *, differs: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1].differs == differs:
        text = pieces.pop().text + text
    pieces.append(DiffSegment(text, differs))
