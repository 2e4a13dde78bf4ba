"""Checks of values that do not read with the functions that read first.

Reading a value again finds a graph that was changed, not a reader that errs: both readings err
alike. What is checked here is coarser and knows nothing of the readers: a day must agree with every
year, month and day that its wording names; a number must stand in its quote by its digits; a name
must stand in its clause, but for a phrase of time in its middle. Each function returns what speaks
against a value, '' where nothing does. Texts are in the form in which they were looked at
(`text.normalise`).
"""

from __future__ import annotations

import calendar
import re
from decimal import Decimal, InvalidOperation

_HAN_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "两": "2"}
_HAN_DATE = re.compile(r"[〇零一二三四五六七八九十]+(?=[年月日号])")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_MONTH = re.compile(r"(?<!\d)(\d{1,2}) ?月(?!内)")
_DAY = re.compile(r"(?<!\d)(\d{1,2}) ?[日号]")
_POINTED = re.compile(r"(?<!\d)(?:19|20)\d\d([./-])(\d{1,2})(?:\1(\d{1,2}))?(?![\d年./-])")
_RELATIVE = re.compile("[明翌次后][年月日]|下一?[年月]|以内|个月|周|天内|日内|工作日")
_PART_OF_MONTH = re.compile("旬|月中|月初|上半月")
_PART_OF_YEAR = re.compile("季|半年|月|节|旬|暑|寒|春|夏|秋|冬|汛|学期|学年|五[^年]*(?:中|初)|年初|年中")


def against_day(day: str, wording: str) -> str:
    """Hold a last day against its wording.

    Args:
        day: ISO, with the precision that the graph states: `2025`, `2025-06`, `2025-06-30`.
        wording: The words that it was read from.

    Example:
        >>> against_day("2025-12-31", "到2024年底"), against_day("2025-06-30", "2025年6月底前")
        ('the wording names the year 2024', '')
    """
    text = _HAN_DATE.sub(lambda m: _arabic(m[0]), wording)
    if _RELATIVE.search(text):  # counted from a day that stands elsewhere
        return ""
    year, month, last = (int(part) if part else None for part in f"{day}--".split("-")[:3])
    years, months, days = _named(text)
    for what, value, named in (("year", year, years), ("month", month, months), ("day", last, days)):
        if value is not None and named and value not in named:
            return f"the wording names the {what} {' and '.join(map(str, sorted(named)))}"
    if last is None or month is None or year is None or days or _PART_OF_MONTH.search(text):
        return ""
    if last != calendar.monthrange(year, month)[1]:
        return "the wording names no day, and this is not the last of its month"
    if month != 12 and not months and not _PART_OF_YEAR.search(text):
        return "the wording names no part of the year, and this is not its last month"
    return ""


def _named(text: str) -> tuple[set[int], set[int], set[int]]:
    """The years, months and days that a wording names in digits."""
    pointed = [(int(m[2]), int(m[3] or 0)) for m in _POINTED.finditer(text)]
    months = {int(m) for m in _MONTH.findall(text)} | {m for m, _ in pointed}
    days = {int(d) for d in _DAY.findall(text)} | {d for _, d in pointed if d}
    return {int(y) for y in _YEAR.findall(text)}, months, days


def _arabic(han: str) -> str:
    """A numeral of a date in Arabic digits: 二〇二五, 十二, 二十, 三十一."""
    if "十" not in han:
        return "".join(_HAN_DIGITS[c] for c in han)
    tens, _, ones = han.partition("十")
    return str(int(_HAN_DIGITS.get(tens, "1")) * 10 + int(_HAN_DIGITS.get(ones, "0")))


_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}


def against_number(value: str, quote: str) -> str:
    """Hold a number against the characters that it was read from.

    Args:
        value: A decimal.
        quote: The characters; without digits nothing is said against any value.

    Example:
        >>> against_number("90.0", "90%以上"), against_number("9", "90%"), against_number("9", "九成")
        ('', 'no such digits in the quote', '')
    """
    stand = [Decimal(m[0].replace(",", "")) for m in _DIGITS.finditer(quote)]
    if not stand:
        return ""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "no number"
    powers = {10**power for c, power in _POWERS.items() if c in quote} | {1}
    factors = {a * b for a in powers for b in powers}
    return "" if any(s * f == number for s in stand for f in factors) else "no such digits in the quote"


_TIME = re.compile(r"[^。;:]{0,8}(?:\d\d|[年月日]|[一二三四五六]五)[^。;:]{0,20}")
_BLANK = re.compile(r"\s+")
MOST_GAPS = 2


def against_name(name: str, clause: str) -> str:
    """Hold a name against the clause that it was taken from.

    Example:
        >>> against_name("科普基地数", "科普基地在2025年底前数"), against_name("科地数", "科普基地数")
        ('', 'does not stand in the clause')
    """
    stands = _stands(_BLANK.sub("", name), _BLANK.sub("", clause), MOST_GAPS)
    return "" if stands else "does not stand in the clause"


def _stands(name: str, text: str, gaps: int) -> bool:
    """Tell whether a name stands in a text whole, or in pieces with nothing but phrases of time between them."""
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
