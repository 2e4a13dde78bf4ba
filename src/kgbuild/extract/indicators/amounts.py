"""Numbers with units: their position, their value, and the period to which a rate refers.

Takes normalised text. Guarantees: matching is anchored on digits and therefore linear; a Chinese numeral of doubtful
spelling has no value.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_pattern
from kgbuild.model import Span
from kgbuild.text.numerals import HAN, SHORT_TENS, TO_TEN, amount, from_han

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon import Lexicon

Units = tuple[tuple[str, str], ...]
"""Units as written, longest first, each with its kind: share, money, quantity or count."""


_POINT = "点"
LARGE = "万亿"
YEAR = "年"
_PARTS = "百分之"
TO = "[-—–~至到]+"
_MORE = "[余多]?"
_SHORT = "".join(SHORT_TENS)
_ROUGHLY = re.compile(_MORE[:-1])
_BLANK = re.compile(" ")
DIGITS = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
"""Thousands may be separated by a comma or a blank (GB/T 15835)."""
POST = r"(?P<post>[及或]?以 ?[上下内]|之内|(?P<about>左右|上下))"
"""The words behind a figure that make it a bound, or no exact one."""
EVERY = re.compile("每(?P<per>年|月|季度|周)度?|年平?均(?!增|提|下降|降|复合|减)")


_YEARS = (rf"(?<=\.\d){YEAR}", rf"(?<=\.\d\d){YEAR}")
"""人均受教育年限达到11.7年: a decimal is no calendar year."""


def countable(units: Units) -> Units:
    """Return the units that may stand behind any number: a whole number with 年 is a date."""
    return tuple(u for u in units if u[0] != YEAR)


@lru_cache(maxsize=8)
def pattern(units: Units) -> re.Pattern[str]:
    """Return the pattern for a number with a unit; linear, because it is anchored on the number."""
    counts = "|".join(re.escape(u) for u, kind in units if kind in {"count", "share"} and u not in "次期批门人部组片")
    every = "|".join([*(re.escape(u) for u, _ in countable(units)), *_YEARS])
    firsts = "".join(sorted({re.escape(u[0]) for u, kind in units if kind in {"count", "share"}}))
    many = "[千百十]?万?亿|[千百十]?万|千(?!瓦|米|克|伏)|百(?!分)"
    return re.compile(
        rf"(?P<of>{_PARTS})?"
        rf"(?:(?<!\d[时点 ])(?<![\d.第千百{LARGE}A-Za-z+/\-—–~—“])(?P<n>{DIGITS})"
        rf"|(?<![{HAN}第数几多余{LARGE}])(?P<han>(?(of)[{HAN}]{{1,5}}(?:{_POINT}[{HAN}]{{1,3}})?"
        # 一批, 统一 are no numbers: what may follow begins with one of some characters
        rf"|[{TO_TEN}两{_SHORT}][{HAN}]{{0,6}}(?={_MORE}[{firsts}{LARGE}人])(?={_MORE}(?:{counts}|[{LARGE}](?:{counts}|人))"
        rf"|(?:(?<=[百千])|(?<=[{HAN}]{{3}})){_MORE}人)))"
        ")"
        rf"(?(of)(?![{HAN}{_POINT}\d.\-—–~至到])|(?P<more>{_MORE}) ?"
        # 20个至30个: the unit may stand behind both ends, if it is the same
        rf"(?:(?P<lower>(?:{many})?(?:{every})|[%{LARGE}])?{TO} ?(?P<max>\d+(?:\.\d+)?) ?(?(lower)(?=(?P=lower))))?"
        # a line may be broken within a unit: 1200万 台
        rf"(?P<unit>(?:(?:{many}){_MORE}(?: (?=[^ ]))?)?(?:{every}))(?!(?<=[A-Za-z])[A-Za-z])"
        rf"(?P<rate>/(?:[年月日天户秒亩]|[千万]?人|小时|公里|[dha](?![A-Za-z])))?)"
        rf"(?: ?{POST})?"
    )


_FORMAL = "壹贰叁肆伍陆柒捌玖拾佰仟"
_SIGN = rf"[\d{HAN}{LARGE}{_SHORT}{_FORMAL}]"
POWERS = HAN[-3:-1] + LARGE
_JOINS = r"[.,、~—–\-至到点]| ?分之 ?"


@lru_cache(maxsize=8)
def _rows(units: Units) -> re.Pattern[str]:
    every = "|".join(re.escape(u) for u, _ in countable(units))
    return re.compile(
        rf"{_SIGN}(?<!{_SIGN}{_SIGN})(?<!第{_SIGN})(?<![{_FORMAL}](?=\d))(?>{_SIGN}*(?>(?:{_JOINS}){_SIGN}+)*)"
        rf"(?P<unit>[+多余几]?(?:{every}|[番倍])(?:(?<=成){_SIGN})?)?"
    )


def rows(norm: str, span: Span, lexicon: Lexicon) -> Iterator[Span]:
    """Yield whatever looks like a number with a unit, in any spelling: 三至五个, 3、4百个, 一万二千人, 三分之二.

    What `numbers` reads is among it; where it reads a part of a row, the rest says something else.
    """
    for m in _rows(lexicon.units).finditer(norm, span.start, span.end):
        is_part = _PARTS[1:] in m[0]
        if is_part or (m["unit"] and m[0][0] not in POWERS):  # 千兆, 万户: no numeral begins with a power of ten
            yield Span(*m.span())


_RANGE = re.compile(f" ?{TO} ?")
_FIRST = re.compile(rf"[\d{_PARTS[0]}{TO_TEN}两{_SHORT}](?:(?<=\d)\d+)?")
"""How a number begins: searching for one of some characters is fast, trying `pattern` everywhere is not."""


def numbers(norm: str, span: Span, lexicon: Lexicon) -> list[re.Match[str]]:
    """Return the numbers with units in a span, as matches of `pattern`, in reading order and disjoint."""
    out, number, at = [], pattern(lexicon.units), span.start
    while first := _FIRST.search(norm, at, span.end):
        if found := number.match(norm, first.start(), span.end):
            out.append(found)
        at = (found or first).end()
    return out


def ends_of_ranges(norm: str, found: Sequence[re.Match[str]]) -> list[tuple[re.Match[str], re.Match[str]]]:
    """Return the pairs of numbers that are the two ends of one range with a unit each: 二十个至三十个."""
    return [(a, b) for a, b in pairwise(found) if a["unit"] == b["unit"] and _RANGE.fullmatch(norm, a.end(), b.start())]


def unit_of(text: str) -> str:
    """Return the unit in some characters: 百分之 is %, 余 or 多 marks the number as approximate, a blank a broken line.

    Example:
        >>> unit_of("万余人"), unit_of("万 台"), unit_of("百分之")
        ('万人', '万台', '%')
    """
    return "%" if text == _PARTS else _BLANK.sub("", _ROUGHLY.sub("", text))


def is_rough(unit: str) -> bool:
    """Tell whether a unit as written makes its number approximate: 万余人."""
    return _ROUGHLY.search(unit) is not None


def place_of(m: re.Match[str]) -> Span:
    """Return the span of the number, including the upper bound of a range."""
    group = "n" if m["n"] else "han"
    return Span(m.start(group), m.end("max" if m["max"] else group))


def values_of(m: re.Match[str]) -> tuple[Decimal, Decimal | None] | None:
    """Return the value of a figure and the upper bound of a range; None if a Chinese numeral is doubtful."""
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
    """Return the value of a figure, the lower bound of a range; 0 if it is doubtful."""
    found = values_of(m)
    return found[0] if found else Decimal(0)


def periods(text: str) -> set[str]:
    """Return the periods that make a figure a rate: 每年, 每月, 年均.

    Example:
        >>> periods("每年举办展览"), periods("年均开展")
        ({'年'}, {'年'})
    """
    return {m["per"] or YEAR for m in EVERY.finditer(text)}


_NUMBER = lazy_pattern(
    rf"(?:(?P<n>{DIGITS})|(?P<han>[{HAN}{_SHORT}]{{1,7}}(?:{_POINT}[{HAN}]{{1,3}})?))"
    rf"(?: ?(?:%|[\u4e00-\u9fff]{{1,5}}?)?{TO} ?(?P<max>\d+(?:\.\d+)?))?"
)


def read_number(text: str) -> tuple[Decimal, Decimal | None] | None:
    """Return the value of the number of a figure, and the upper bound if it is a range.

    Example:
        >>> read_number("1,200"), read_number("四点五"), read_number("20个至30")
        ((Decimal('1200'), None), (Decimal('4.5'), None), (Decimal('20'), Decimal('30')))
    """
    m = _NUMBER.fullmatch(text)
    return values_of(m) if m else None
