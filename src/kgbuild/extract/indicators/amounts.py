"""Numbers with a unit: where they stand, what they are worth, and for which period they hold.

Takes normalised text. Guarantees: a number is anchored on its digits, so that the search is linear; a numeral in
characters whose spelling is in doubt has no value.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.text.numerals import HAN, amount, from_han

if TYPE_CHECKING:
    from kgbuild.lexicon import Lexicon

Units = tuple[tuple[str, str], ...]
"""Units as written, longer ones first, each with its kind: share, money, quantity, count."""


_POINT = "点"
LARGE = "万亿"
_PARTS = "百分之"
_MORE = "[余多]?"
_ROUGHLY = re.compile("[余多]")
_DIGITS = r"\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+(?:\.\d+)?"
"""A comma or a blank may part the thousands (GB/T 15835)."""
EVERY = re.compile("每(?P<per>年|月|季度|周)度?|年平?均(?!增|提|下降|降|复合|减)")


@lru_cache(maxsize=8)
def pattern(units: Units) -> re.Pattern[str]:
    """Return the expression for a number with a unit; linear, anchored on the number."""
    counts = "|".join(re.escape(u) for u, kind in units if kind in {"count", "share"} and u not in "次期批门人部组片")
    every = "|".join(re.escape(u) for u, _ in units)
    many = "[千百十]?万?亿|[千百十]?万|千(?!瓦|米|克|伏)|百(?!分)"
    return re.compile(
        rf"(?P<of>{_PARTS})?"
        rf"(?:(?<!\d[时点])(?<![\d.第千百{LARGE}A-Za-z+/\-—–~—“])(?P<n>{_DIGITS})"
        rf"|(?<![{HAN}第数几多余{LARGE}])(?P<han>(?(of)[{HAN}]{{1,5}}(?:{_POINT}[{HAN}]{{1,3}})?"
        rf"|[一二三四五六七八九十两][{HAN}]{{0,6}}(?={_MORE}(?:{counts}|[{LARGE}](?:{counts}|人))|(?<=[百千]){_MORE}人)))"
        ")"
        rf"(?(of)(?![{HAN}{_POINT}\d.\-—–~至到])|(?P<more>{_MORE}) ?"
        rf"(?:[%{LARGE}]?(?:-|—|–|~|至|到)+ ?(?P<max>\d+(?:\.\d+)?) ?)?"
        rf"(?P<unit>(?:(?:{many}){_MORE})?(?:{every}))(?!(?<=[A-Za-z])[A-Za-z])(?P<rate>/(?:[年月日天人户秒亩]|小时|公里))?)"
        rf"(?: ?(?P<post>[及或]?以 ?[上下内]|之内|(?P<about>左右|上下)))?"
    )


_FIRST = re.compile(rf"[\d{_PARTS[0]}一二三四五六七八九十两](?:(?<=\d)\d+)?")
"""How a number begins: a search for one of some characters is fast, to try `pattern` at every place is not."""


def numbers(norm: str, span: Span, lexicon: Lexicon) -> list[re.Match[str]]:
    """Return the numbers with a unit that stand in a stretch."""
    out, number, at = [], pattern(lexicon.units), span.start
    while first := _FIRST.search(norm, at, span.end):
        if found := number.match(norm, first.start(), span.end):
            out.append(found)
        at = (found or first).end()
    return out


def unit_of(text: str) -> str:
    """Return the unit that stands in some characters: 百分之 is %, 余 and 多 within one tell that the number is rough.

    Example:
        >>> unit_of("万余人"), unit_of("百分之")
        ('万人', '%')
    """
    return "%" if text == _PARTS else _ROUGHLY.sub("", text)


def place_of(m: re.Match[str]) -> Span:
    """Where the number stands, the upper end of a range included."""
    group = "n" if m["n"] else "han"
    return Span(m.start(group), m.end("max" if m["max"] else group))


def values_of(m: re.Match[str]) -> tuple[Decimal, Decimal | None] | None:
    """The number of a figure, the upper end of a range with it; None where a Chinese numeral is in doubt."""
    groups = m.groupdict()
    if m["n"]:
        high = groups.get("max")
        return Decimal(re.sub("[, ]", "", m["n"])), Decimal(high) if high else None
    whole, _, part = m["han"].partition(_POINT)
    found = amount(whole)
    if found is None or (part and found[1]):
        return None
    behind = "".join(str(from_han(c)) for c in part)
    return Decimal(f"{found[0]}.{behind or 0}").normalize() + 0, Decimal(found[1]) if found[1] else None


def value_of(m: re.Match[str]) -> Decimal:
    """Return the number of a figure, the lower end of a range; 0 where it is in doubt."""
    found = values_of(m)
    return found[0] if found else Decimal(0)


def periods(text: str) -> set[str]:
    """Return the periods that make a figure a rate: 每年, 每月, 年均.

    Example:
        >>> periods("每年举办展览"), periods("年均开展")
        ({'年'}, {'年'})
    """
    return {m["per"] or "年" for m in EVERY.finditer(text)}


_NUMBER = re.compile(
    rf"(?:(?P<n>{_DIGITS})|(?P<han>[{HAN}]{{1,7}}(?:{_POINT}[{HAN}]{{1,3}})?))"
    r"(?: ?(?:%|[万亿])?(?:-|—|–|~|至|到)+ ?(?P<max>\d+(?:\.\d+)?))?"
)


def read_number(text: str) -> tuple[Decimal, Decimal | None] | None:
    """Return the value of the number of a figure, and its upper value where it is a range.

    Example:
        >>> read_number("1,200"), read_number("四点五"), read_number("10%-20")
        ((Decimal('1200'), None), (Decimal('4.5'), None), (Decimal('10'), Decimal('20')))
    """
    m = _NUMBER.fullmatch(text)
    return values_of(m) if m else None
