"""Contradictions between a day and its wording, found without parsing the wording: a check on the parser.

`verify` applies it to every day that a graph states. Takes normalised texts (`text.normalise`). Deliberately coarse: it
shares no pattern with the parser.
"""

from __future__ import annotations

import calendar
import re

_HAN_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "两": "2"}
_BLANKS = re.compile(r"\s+(?!\d)|(?<!\d)\s+")
_HAN_DATE = re.compile(r"[〇零一二三四五六七八九十]+(?=[年月日号])")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d(?!\d{3}(?!\d)))")
_MONTH = re.compile(r"(?<!\d)(\d{1,2}) ?月(?!内)")
# 3号 by itself numbers a document or a building.
_DAY = re.compile(r"(?<!\d)(\d{1,2}) ?日|(?<=月)(\d{1,2}) ?号")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])|(?<!\d)20\d\d([01]\d)([0-3]\d)(?!\d)")
_POINTED = re.compile(r"(?<!\d)(?:19|20)\d\d([./-])(\d{1,2})(?:\1(\d{1,2}))?(?![\d年./-])")
_RELATIVE = re.compile("[明翌次后][年月日]|下一?[年月]|[以天日]内|个月|周|工作日")
_PART_OF_MONTH = re.compile("旬|月[中初]|上半月")
_PART_OF_YEAR = re.compile("[Qq][1-4]|[季月节旬暑寒春夏秋冬汛]|半年|学[期年]|五[^年]*[中初]|年[初中]")


# 12月前, 三季度前: before its first day or its last? 农历年底, 学年末: which year is that?
_NO_ONE_DAY = re.compile(r"[月季度年旬份][之以]?前(?![期列后半几三两头\d])|[历学财]年|旬初")
_YEAR_END = re.compile("[年岁][底末内终]")
# 三季度, 上半年, “十五五”: a step of a deadline, though without digits.
_PERIOD = re.compile("[五季半]")
_BETWEEN_STEPS = re.compile(r"[,;、。()\n—–~至]|(?<!\d)-")


def against_day(day: str, wording: str) -> str:
    """Check a last day against its wording.

    Args:
        day: ISO date of any precision, or date and time: `2025`, `2025-06`, `2025-06-30`.
        wording: The words from which it was read.

    Returns:
        What contradicts the day, '' if nothing does.

    Example:
        >>> against_day("2025-12-31", "到2024年底"), against_day("2025-06-30", "2025年6月底前")
        ('the wording names the year 2024', '')
    """
    # A line may be broken, or a blank set, between a figure and its unit; between two figures a blank parts them.
    text = _HAN_DATE.sub(lambda m: _arabic(m[0]), _BLANKS.sub("", wording))
    if _RELATIVE.search(text):  # counted from a day given elsewhere
        return ""
    years = {int(y) for y in _YEAR.findall(text)}
    # In 6月30日前启动,12月完成 the one step says nothing of the day of the other.
    steps = [step for step in _BETWEEN_STEPS.split(text) if _names_time(step)]
    if len(steps) < 2:
        return _contradiction(day, text, years)
    stated = [_contradiction(day, step, years) for step in steps]
    return stated[-1] if all(stated) else ""


def _names_time(step: str) -> bool:
    return any(_named(step)) or bool(_YEAR_END.search(step) or _PERIOD.search(step))


def _contradiction(day: str, text: str, years: set[int]) -> str:
    """Return what one step of a wording says against a day; `years` hold where it names none."""
    if len(day) >= len("2025-06-30") and _NO_ONE_DAY.search(text):
        return "the wording names no one day"
    year, month, last = (int(part) if part else None for part in f"{day[:10]}--".split("-")[:3])
    named, months, days = _named(text)
    years = named or years
    if year and month:  # a nonexistent day is another finding
        days = {min(d, calendar.monthrange(year, month)[1]) for d in days}
    for what, value, stated in (("year", year, years), ("month", month, months), ("day", last, days)):
        if value is not None and stated and value not in stated:
            return f"the wording names the {what} {' and '.join(map(str, sorted(stated)))}"
    if last is None or month is None or year is None or days or _PART_OF_MONTH.search(text):
        return ""
    if last != calendar.monthrange(year, month)[1]:
        return "the wording names no day, and this is not the last of its month"
    if month != 12 and not months and not _PART_OF_YEAR.search(text):
        return "the wording names no part of the year, and this is not its last month"
    return ""


def _named(text: str) -> tuple[set[int], set[int], set[int]]:
    """Return the years, months and days that a wording names in digits."""
    pointed = [(int(m[2]), int(m[3] or 0)) for m in _POINTED.finditer(text)]
    months = {int(m) for m in _MONTH.findall(text)}
    if not months:  # beside a month in words, 2/3 is a share: 2025年12月前覆盖2/3的村
        pointed += [(int(m[1] or m[3]), int(m[2] or m[4])) for m in _SLASHED.finditer(text)]
    months |= {m for m, _ in pointed}
    days = {int(m[1] or m[2]) for m in _DAY.finditer(text)} | {d for _, d in pointed if d}
    if months and _YEAR_END.search(text):
        months.add(12)
    return {int(y) for y in _YEAR.findall(text)}, months, days


def _arabic(han: str) -> str:
    """Convert a numeral of a date to Arabic digits: 二〇二五, 十二, 二十, 三十一."""
    if "十" not in han:
        return "".join(_HAN_DIGITS[c] for c in han)
    tens, _, ones = han.partition("十")
    return str(int(_HAN_DIGITS.get(tens, "1")) * 10 + int(_HAN_DIGITS.get(ones, "0")))
