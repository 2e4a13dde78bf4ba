"""Checks of values that do not use the functions that originally read them.

Rereading a value detects a modified graph but not an error of the reader, which would err again. The checks here are
coarser and independent of the readers: a day must agree with every year, month and day in its wording; a number must
occur in its quote; a name must occur in its clause, apart from a time phrase within it; a day is none where another
time stands beside it by 或. Each function returns what
contradicts a value, '' if nothing does. Texts are normalised (`text.normalise`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from kgbuild.proof.days import against_day

if TYPE_CHECKING:
    from kgbuild.model import Span

__all__ = ["against_day", "against_name", "against_number", "against_setting"]

_DIGITS = re.compile(r"\d{1,3}(?:[, ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")
_POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}


def against_number(value: str, quote: str) -> str:
    """Check a number against the characters from which it was read.

    Args:
        value: A decimal.
        quote: The characters; a quote without digits contradicts no value.

    Example:
        >>> against_number("90.0", "90%以上"), against_number("9", "90%"), against_number("1200", "1 200")
        ('', 'no such digits in the quote', '')
    """
    stand = [Fraction(re.sub("[, ]", "", m[0])) for m in _DIGITS.finditer(quote)]
    if not stand:
        return ""
    try:
        number = Fraction(value)
    except ValueError:
        return "no number"
    powers = {10**power for c, power in _POWERS.items() if c in quote} | {1}
    factors = {a * b for a in powers for b in powers}
    return "" if any(s * f == number for s in stand for f in factors) else "no such digits in the quote"


_NEAR = 8
_EITHER_BEFORE = re.compile(r"[年月日旬度底末初前]\s*或者?\s*$")
_EITHER_BEHIND = re.compile(r"\s*或者?\s*(?:\d{1,4}\s*[年月]|[年月]底)")
_FORBIDS = re.compile(r"\s*,?\s*暂[不缓停]")


def against_setting(text: str, place: Span) -> str:
    """Check a day against what stands around its wording, which alone may be read rightly.

    Args:
        text: Normalised text.
        place: The wording.

    Example:
        >>> from kgbuild.model import Span
        >>> against_setting("2025年底或2026年底完成", Span(0, 6)), against_setting("2025年底前完成", Span(0, 7))
        ('one of two times', '')
        >>> against_setting("2025年底前暂不扩大", Span(0, 7))
        'until then something is put off'
    """
    before, behind = text[max(0, place.start - _NEAR) : place.start], text[place.end : place.end + _NEAR]
    if _EITHER_BEFORE.search(before) or _EITHER_BEHIND.match(behind):
        return "one of two times"
    return "until then something is put off" if _FORBIDS.match(behind) else ""


_TIME = re.compile(r"[^。;:]{0,8}(?:\d\d|[年月日]|[一二三四五六]五)[^。;:]{0,20}")
_BLANK = re.compile(r"\s+")
MOST_GAPS = 2


def against_name(name: str, clause: str) -> str:
    """Check a name against the clause from which it was taken.

    Example:
        >>> against_name("科普基地数", "科普基地在2025年底前数"), against_name("科地数", "科普基地数")
        ('', 'does not stand in the clause')
    """
    stands = _stands(_BLANK.sub("", name), _BLANK.sub("", clause), MOST_GAPS)
    return "" if stands else "does not stand in the clause"


def _stands(name: str, text: str, gaps: int) -> bool:
    """Tell whether a name occurs in a text, whole or in pieces separated only by time phrases."""
    if name in text:
        return True
    if not gaps:
        return False
    for cut in range(len(name) - 1, 0, -1):
        at = text.find(name[:cut])
        while at >= 0:
            rest = text[at + cut :]
            for gap in (m.start() for m in re.finditer(re.escape(name[cut]), rest)):
                if _TIME.fullmatch(rest, 0, gap) and (
                    rest.startswith(name[cut:], gap) or _stands(name[cut:], rest[gap:], gaps - 1)
                ):
                    return True
            at = text.find(name[:cut], at + 1)
    return False
