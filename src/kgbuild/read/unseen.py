"""Invisible characters between all letters, as pages carry them that are protected against copying.

They are no part of the visible text, and no word can be read around them, such as a U+200B behind each character of
云岭省科技厅. Where the read text is the visible text, the readers leave them out; plain text and Markdown are read as
they stand. A few such characters stay in every format.
"""

from __future__ import annotations

import re
import unicodedata

from kgbuild.lazy import lazy_pattern
from kgbuild.model import Finding

# Without width and without effect on others; marks of direction that turn text around (U+202E) are none of them
_UNSEEN = "\xad\u034f\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
_ANY = re.compile(f"[{_UNSEEN}]")
_HAN = r"[\u4e00-\u9fff]"
_PARTED = lazy_pattern(rf"{_HAN}[{_UNSEEN}]{{1,8}}(?={_HAN})")
_TOGETHER = lazy_pattern(rf"{_HAN}(?={_HAN})")
_FEWEST, _SHARE = 20, 10
"""Pairs of hanzi that must be parted, and of how many pairs one must be: then hardly a sentence holds its words."""

Unseen = dict[int, None]
"""Characters to leave out, as `str.translate` takes them."""


def between_letters(text: str) -> Unseen:
    r"""Return the invisible characters that stand between the hanzi of a text; none if they part only a few.

    Example:
        >>> between_letters("云\u200b岭\u200b省" * 20)
        {8203: None}
        >>> between_letters("云\u200b岭省")
        {}
    """
    if _ANY.search(text) is None:
        return {}
    parted = [m[0][1:] for m in _PARTED.finditer(text)]
    n_together = sum(1 for _ in _TOGETHER.finditer(text))
    if len(parted) < _FEWEST or _SHARE * len(parted) < len(parted) + n_together:
        return {}
    return dict.fromkeys(sorted({ord(char) for run in parted for char in run}))


def left_out(text: str, unseen: Unseen) -> list[Finding]:
    """Return the finding for the characters that a reader left out of a text."""
    counts = {char: text.count(char) for char in map(chr, unseen)}
    if not counts:
        return []
    kinds = " ".join(f"U+{ord(char):04X} {unicodedata.name(char, '?')}" for char in counts)
    detail = (("count", str(sum(counts.values()))), ("text", kinds))
    return [Finding(code="unseen-left-out", severity="info", detail=detail)]
