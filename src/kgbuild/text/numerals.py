"""Chinese and Arabic numerals, dates and periods.

Takes normalised text. Dates keep the precision of the text; nothing is added that it does not say.
"""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from kgbuild.model import DateMention, Span
from kgbuild.read import numerals as printed

if TYPE_CHECKING:
    from collections.abc import Iterator

ZERO = "〇○◯Oo0ΟοОо零"
"""Characters typed in place of 〇: circles, Latin, Greek and Cyrillic letters, the digit."""
TO_TEN = printed.TO_TEN
_NAMES = f"零{TO_TEN[:-1]}"
DIGITS = {c: i for i, c in enumerate(_NAMES)} | dict.fromkeys(ZERO, 0) | {"两": 2}
_UNITS = dict(zip("十百千", (10, 100, 1000), strict=True))
SHORT_TENS = {"廿": "二十", "卅": "三十"}
HAN = f"零〇{TO_TEN}百千两"
_LONG_TENS = str.maketrans(SHORT_TENS)
HAN_DIGIT = f"[{ZERO}{_NAMES[1:]}]"


def from_han(text: str) -> int | None:
    """Return the value of a Chinese numeral below 10,000 or of a row of Chinese digits; None for anything else.

    Example:
        >>> from_han("二十一"), from_han("廿一"), from_han("二〇二〇"), from_han("一百零三"), from_han("科")
        (21, 21, 2020, 103, None)
    """
    if not text:
        return None
    if all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total, digit = 0, None
    for c in text.translate(_LONG_TENS):
        if c in DIGITS:
            digit = DIGITS[c]
        elif c in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[c]
            digit = None
        else:
            return None
    return total + (digit or 0)


_ZERO = _NAMES[0]
_DIGIT = f"[{''.join(c for c in DIGITS if c != _ZERO and c not in ZERO)}]"
_STRICT = re.compile(
    "".join(rf"(?:{_ZERO}?(?P<{name}>{_DIGIT}?){unit})?" for name, unit in zip("qht", reversed(_UNITS), strict=True))
    + rf"(?:(?P<gap>{_ZERO})?(?P<u>{_DIGIT}))?"
)
_ABOUT = re.compile(rf"(?P<a>{_DIGIT})(?P<b>{_DIGIT})(?P<unit>[{''.join(_UNITS)}]?)")


def amount(text: str) -> tuple[int, int | None] | None:
    """Return the value of a Chinese numeral used for counting, with the upper bound of ranges such as 三四十.

    None if it is ambiguous, as rows of digits (二五) and abbreviated numerals (一百二) are.

    Example:
        >>> amount("一百二十"), amount("两百"), amount("三四十"), amount("一百二"), amount("二五")
        ((120, None), (200, None), (30, 40), None, None)
    """
    text = text.translate(_LONG_TENS)
    if m := _ABOUT.fullmatch(text):
        low, high, unit = DIGITS[m["a"]], DIGITS[m["b"]], _UNITS.get(m["unit"], 1)
        return (low * unit, high * unit) if high == low + 1 else None
    m = _STRICT.fullmatch(text)
    if m is None or (m["u"] and (m["h"] or m["q"]) and m["t"] is None and not m["gap"]):
        return None
    value = from_han(text)
    return (value, None) if value else None


def to_han(value: int) -> str:
    """Return the Chinese numeral used for numbering in official documents, for 1 to 9,999.

    Example:
        >>> to_han(21), to_han(103), to_han(10), to_han(110)
        ('二十一', '一百零三', '十', '一百一十')
    """
    out, gap = "", False
    for unit, name in zip((1000, 100, 10, 1), (*reversed(_UNITS), ""), strict=True):
        digit = value // unit % 10
        if digit:
            out += (_ZERO if gap and out else "") + _NAMES[digit] + name
            gap = False
        elif out:
            gap = True
    return out.removeprefix("一") if 10 <= value < 20 else out


def number(text: str) -> int | None:
    """Return the value of an Arabic or Chinese numeral, None if it is not one."""
    return int(text) if text.isascii() and text.isdigit() else from_han(text)


_DATE = re.compile(
    rf"(?P<y>(?:19|20)\d\d|{HAN_DIGIT}{{4}}) ?年 ?(?P<m>\d{{1,2}}|[{HAN}]{{1,3}}) ?月 ?"
    rf"(?P<d>\d{{1,2}}|[{HAN}]{{1,4}}) ?[日号]"
    r"(?: *(?P<t>\d{1,2}:\d\d(?::\d\d)?))?"
    r"|(?<![\d.])(?P<y2>(?:19|20)\d\d)(?P<s>[-/.])(?P<m2>\d{1,2})(?P=s)(?P<d2>\d{1,2})"
    r"(?: *T?(?P<t2>\d{1,2}:\d\d(?::\d\d)?))?(?![\d.])"
)


def find_dates(text: str, start: int = 0, end: int | None = None) -> Iterator[DateMention]:
    """Yield complete dates in reading order; times of day are taken as +08:00, the country's only time zone.

    Example:
        >>> [d.iso for d in find_dates("二〇二〇年五月二十八日,2020-06-10 16:47")]
        ['2020-05-28', '2020-06-10T16:47:00+08:00']
    """
    for m in _DATE.finditer(text, start, len(text) if end is None else end):
        year = number(m["y"] or m["y2"])
        month, day, time = number(m["m"] or m["m2"]), number(m["d"] or m["d2"]), m["t"] or m["t2"]
        if year and month and day and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            iso = f"{year:04}-{month:02}-{day:02}"
            yield DateMention(span=Span(m.start(), m.end()), iso=iso + _clock(time))


def _clock(time: str | None) -> str:
    if not time:
        return ""
    parts = [int(x) for x in time.split(":")]
    if parts[0] > 23 or parts[1] > 59:
        return ""
    seconds = parts[2] if len(parts) > 2 else 0
    return f"T{parts[0]:02}:{parts[1]:02}:{seconds:02}+08:00"


def last_day(year: int, month: int | None = None, day: int | None = None) -> str:
    """Return the last day of a year, month or day as an ISO date; an impossible day gives the last day of its month.

    Example:
        >>> last_day(2020), last_day(2024, 2), last_day(2025, 5, 31)
        ('2020-12-31', '2024-02-29', '2025-05-31')
    """
    month = month or 12
    end = calendar.monthrange(year, month)[1]
    return f"{year:04}-{month:02}-{min(day or end, end):02}"


_PERIOD = re.compile(r"((?:19|20)\d\d) ?年? ?(?:-|—|—— ?|~|至|到) ?((?:19|20)\d\d) ?年")
_FIVE_YEARS = re.compile(
    r"[“\"]?(十[一二三四五六])五[”\"]?(?P<first>开局)?(?P<last>收官)?(?P<none>\w{0,4}(?:中期|评估))?"
)
_ONE_YEAR = re.compile(r"((?:19|20)\d\d) ?年(?!度?(?:以来|以前|前))")


def find_period(title: str) -> tuple[str, str, int, int] | None:
    """Return the period named in a title as first day, last day, start and end offset; None if it names none.

    A scheme for the mid-term review of a five-year plan does not take the five years.

    Example:
        >>> find_period("云岭省“十四五”科普规划")[:2]
        ('2021-01-01', '2025-12-31')
        >>> find_period("云岭省“十五五”开局之年科普工作方案")[:2]
        ('2026-01-01', '2026-12-31')
        >>> find_period("行动计划(2024-2025年)")[:2]
        ('2024-01-01', '2025-12-31')
    """
    if m := _PERIOD.search(title):
        first, last = int(m[1]), int(m[2])
        return (f"{first}-01-01", f"{last}-12-31", m.start(), m.end()) if first <= last else None
    if (m := _FIVE_YEARS.search(title)) and m["none"] is None:
        start = 2001 + 5 * ((from_han(m[1]) or 10) - 10)  # the plan 十五 started in 2001
        first, last = start + 4 * bool(m["last"]), start + 4 * (not m["first"])
        return f"{first}-01-01", f"{last}-12-31", m.start(), m.end()
    for m in reversed(list(_ONE_YEAR.finditer(title))):  # 2024年工作总结和2025年工作要点: the plan is the last
        return f"{m[1]}-01-01", f"{m[1]}-12-31", m.start(), m.end()
    return None
