"""Times in Chinese prose: days, months, quarters, half-years, years, five-year plans, and wordings that name no day.

Takes a phrase of normalised text. Total: each phrase yields the last day that it names, or the reason why it names
none. Guarantee: a day is returned only if the whole time was understood; 2026年汛期前 is not the end of 2026, and
2月30日 is not a day. Complete printed dates with a time of day are found by `numerals.find_dates`.

Source: GB/T 7408.1-2023 (dates and times); GB/T 15835-2011 (numerals); GB/T 9704-2012, 7.3.5.4.
"""

from __future__ import annotations

import calendar
import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.text.numerals import HAN_DIGIT, SHORT_TENS, TO_TEN, ZERO, from_han

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon.words import Words


class Unread(Enum):
    """Why a wording of time names no last day. The first four are unproblematic; the others are doubts."""

    RECURRING = "recurring"
    """每年6月底前, 每季度末: a day in every year."""
    OPEN = "open"
    """长期坚持, 持续推进."""
    SPAN = "span"
    """一年内, 20个工作日内: a length counted from a day that the text may not give."""
    START = "start"
    """自2025年1月起: the first day rather than the last."""
    EVENT = "event"
    """2026年春节前, 汛期前: a day that no calendar here provides."""
    RELATIVE = "relative"
    """年底前 in a document without a year; 本月底."""
    IMPOSSIBLE = "impossible"
    """2月30日, 13月."""
    UNCLEAR = "unclear"
    """A time in an unknown form: 6月初."""


PLAIN = (Unread.RECURRING, Unread.OPEN, Unread.SPAN, Unread.START)
"""Reasons that need no review: the wording was understood and names no day."""


class Time(NamedTuple):
    """A time in a phrase.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last character.
        iso: Last day that it names (YYYY-MM-DD), None if it names none.
        unread: Why it names none.
        year: Year that it names, which applies to later times without one.
    """

    start: int
    end: int
    iso: str | None = None
    unread: Unread | None = None
    year: int | None = None


_LAST = "底末"
_BLANK = r"[ \t\u00a0\u3000\r\n]{0,4}"
_SMALL_HAN = TO_TEN + "".join(SHORT_TENS)
_SMALL = rf"(?:\d{{1,2}}|[{_SMALL_HAN}]{{1,3}})"
_AHEAD = "[之以]?前"
_CLOCK = rf"\s?(?P<hour>\d{{1,2}}|[{ZERO}])(?:[时点]|:\d\d)(?={_AHEAD})"
_BEFORE = rf"(?:(?P<end>[{_LAST}]|结束(?={_AHEAD}))|{_CLOCK})?(?:\(含[^()]{{0,8}}\))?(?P<before>{_AHEAD}|为?止)?"

_YEAR = (
    rf"(?:(?P<year>(?<!\d)(?:19|20)\d\d|[二一][{ZERO}九]{HAN_DIGIT}{{2}}){_BLANK}年度?"
    rf"|(?<![\d近])(?P<short>[2-4]\d)年(?={_BLANK}(?:\d{{1,2}}月|[底末]|[上下]半年|[第一二三四]+季度))"
    r"|(?P<named>(?:[今本当明次翌去上]|(?<![年月未])[后前来]|下一?)年度?(?!均)))"
)
_MONTH = rf"(?P<month>{_SMALL}){_BLANK}月份?"
_DAY = rf"(?P<day>{_SMALL}){_BLANK}[日号](?!常)"
_TENS = "上中下"
_LAST_OF_TEN = dict(zip(_TENS, (10, 20), strict=False))
_PARTLY = "初(?![步级中具审见显])|中(?![小等央国共医药华午心西高考秋标])"
"""6月初, 三季度中: a part without a last day. 初步, 中小学 are other words."""
_TEN = rf"(?P<ten>[{_TENS}]{{1,2}})旬(?P<of_ten>{_PARTLY})?"
_EDGE = rf"(?P<edge>月?(?:[{_LAST}]|{_PARTLY}))"
_HALF = r"(?<!提)(?P<half>[上下前后])半年"
_AND = "[、和及或至到—–~-]"
_QUARTERS_BEFORE = rf"(?:(?<=年)(?:第?[一二三四1-4]\D{{0,2}}?{_AND}){{1,3}})?"
"""2026年一、二季度: the last of them counts."""
_QUARTER = rf"(?<![上下]){_QUARTERS_BEFORE}[第前]?(?P<quarter>[一二三四1-4])个?季度|[Qq](?P<quarter2>[1-4])(?!\d)"
_YEAR_EDGE = rf"(?P<yedge>(?:年?|(?<!\w)年度)(?:[底末内终]|{_PARTLY})|岁末(?:年初)?)"
_TO = rf"{_BLANK}[-—–－―~～至到]+{_BLANK}"
_MONTHS_BEFORE = rf"(?:(?<=年)(?:\d{{1,2}}\D?{_AND}){{1,3}})?"
"""2026年4、5月: the last of them counts."""
_PART = (
    rf"(?:(?P<from_month>{_SMALL}){_BLANK}月?份?{_TO}|{_MONTHS_BEFORE}){_MONTH}"
    rf"(?:{_BLANK}(?:(?P<from_day>{_SMALL}){_BLANK}日?{_TO})?{_DAY}|{_BLANK}{_TEN}|{_BLANK}{_EDGE})?"
    rf"|(?:{_HALF}|{_QUARTER})(?P<part>{_PARTLY})?|{_YEAR_EDGE}"
)
_FROM_YEAR = rf"(?:(?P<from_year>(?:19|20)\d\d){_BLANK}年?(?:{_TO}|、)){{0,3}}"
_OF = r"(?:的(?=[上下前后]半|[第\d一二三四]))?"
_CALENDAR = re.compile(
    rf"(?=[\dQq第前上下年岁今本当明次翌后去来大再{_SMALL_HAN}{ZERO}])(?:{_FROM_YEAR}{_YEAR}{_BLANK}{_OF})?(?:{_PART})?"
)
_LIMIT = rf"(?=[日号]?(?:{_AHEAD}|完成))"
_NUMERIC = re.compile(
    r"(?<![\d./-])(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?:(?P=s)(?P<d>\d{1,2}))?(?![\d./%-])"
    # 6/30前, 2026年6/30前, 20260630前: only a mark of a limit behind them makes times of them
    rf"|(?:(?<![\d./-])(?P<y2>(?:19|20)\d\d)年|(?<![\d./-]))(?P<m2>\d{{1,2}})/(?P<d2>\d{{1,2}}){_LIMIT}"
    rf"|(?<![\d./-])(?P<y3>20\d\d)(?P<m3>[01]\d)(?P<d3>[0-3]\d){_LIMIT}"
)
_FIVE = re.compile(rf"[“\"]?(?P<ten>十[一二三四五六])五[”\"]?(?:规划|[时]?期间?)?[期末满]{{0,2}}(?P<partly>{_PARTLY})?")
# Templates: the classes of words are in the vocabularies (kgbuild.lexicon.words).
_OF_EACH = rf"(?:[\d年月日{_LAST}]{{1,7}}{_AHEAD})?"
_RECURRING = (
    r"(?=[每逐按{^recurring-times}])"
    rf"(?:每(?:[两二三半])?个?(?:{{time-units}}|[年季月周日天旬])|[逐按][年季月]度?|{{recurring-times}}){_OF_EACH}"
)
_OPEN = r"{open-ended-times}"
# 本月底前, 下周三前, 次月10日前: counted from a day that the text does not give. 第二年完成: from the start of work.
_COUNTED = rf"(?:{{relative-times}})(?:{_SMALL}[日号]?)?(?=[{_LAST}]?(?:{_AHEAD}|[内完建]))"
# 今冬明春: days that no calendar here provides
_SEASON = "(?:{season-times})"
# 丙午年底, 农历年底, 大后年: a year that is not that of the document
_OTHER_YEAR = "(?:{other-years})(?=[年后下])"
_STARTS = r"\s?(?:\([^()]{0,12}\))?(?:{time-starts})"
_EVENT_WORD = r"{day-events}"
_LENGTH = (
    r"(?:(?<![\d.])\d{1,3}(?:\.\d)?|[一二两三四五六七八九十百半几数]{1,4})"
    r"(?:[至—~到-](?:\d{1,3}|[一二两三四五六七八九十]{1,3}))?"
    r"[ \u3000\n]?个?[多余]?(?:年半?|{part-units}|{time-units})(?:左右)?"
)
# 用三年时间, 未来五年: 用 and 时间 make a length of it, 时间 at the head of a clause and 未来 do alone
_SPAN = rf"{_LENGTH}(?:时间)?[之以]?[内后]|(?:(?<=用)|^){_LENGTH}的?时间|(?:{{coming-words}}){_LENGTH}"
_WITHOUT_DAY = ((_SPAN, Unread.SPAN), (_COUNTED, Unread.RELATIVE), (_SEASON, Unread.EVENT))
"""Form of a time that names no day, and why it names none."""
_NOT_BEFORE = "{first-day-openers} ?$"
_OR = r"\s*(?:{either-words})\s*"
_ROUGHLY = re.compile(r"(?<=前)后|左右")
# A part that is not read must not become the end of the whole: 2026年第三周, 2026年冬, 三季度首月, 6月前十天.
_PART_UNREAD = rf"的?(?:{{part-openers}}[\d两{_SMALL_HAN}]{{1,3}}个?{{part-units}}|{{unread-time-parts}})"
# An event may stand between year or month and 前: 汛期前, 供暖季开始前. 前 in 前期, 前列 is another word.
_EVENT = re.compile(
    rf"(?:“[^”\n]{{1,10}}”)?[^\d,。;:!?、()\n]{{0,12}}?(?<![提目当以])(?<![今即次\d十]日){_AHEAD}"
    "(?![列沿端景瞻期往置提身后线移进卫言款项])"
)

# 2026年12 is truncated, a line was cut there; 2026年60% and 2026年12个县 are not.
_TRUNCATED = re.compile(rf"{_BLANK}\d{{1,2}}(?![.%\d])(?:(?=$|\W|[{_LAST}])|{_LIMIT})")
_MIDDLE_WORD = "{words-of-middle}"

# 202月30日25年12月, 2025年12月年3月1日: what is left of another time touches this one.
_BROKEN = re.compile(r"[\d年月日]{2}(?<!\d)")
# 2026年:6月底前启动 is of 2026.
_ONLY_YEAR = re.compile(_YEAR)
# 第二年6月底前, 往年12月, 贰零贰柒年6月: a year that is not read is not that of the document.
_YEAR_UNREAD = re.compile(rf"年度?{_BLANK}$")
_AFTER_ITS_YEAR = re.compile(r"[,:、;(\s]*")

_MAY_HOLD = re.compile(r"[\d年月季岁十周日天旬时期春夏秋冬]")
"""One of these is part of every time; most names and clauses contain none."""


_SIGNS = {_NUMERIC: "-/.0", _FIVE: "五", _CALENDAR: ("",)}
"""Form of a time → characters one of which is in each: looking for them is faster than for the form."""


def find_times(text: str, year: int | None = None, words: Words | None = None) -> Iterator[Time]:
    """Yield the times in a phrase in reading order.

    Args:
        text: Normalised text, preferably a single clause.
        year: Year of the document, for phrases without one; None if it has none.
        words: Word classes; without them recurring, open-ended and event times and parts of a time are not recognised,
            which is enough to check a day that is stated.

    Example:
        >>> [t.iso for t in find_times("2025年6月底前启动，12月中旬完成")]
        ['2025-06-30', '2025-12-20']
    """
    if words is not None and (recurring := words[_RECURRING].search(text)):
        yield Time(start=recurring.start(), end=recurring.end(), unread=Unread.RECURRING)
        return
    if _MAY_HOLD.search(text) is None:
        return
    last: Time | None = None
    for found in _each_time(text, year, words):
        # 2026年底或2027年初: one of two days, and the text does not say which
        either = bool(last and words is not None and words[_OR].fullmatch(text, last.end, found.start))
        if last:
            yield last._replace(iso=None, unread=last.unread or Unread.UNCLEAR) if either else last
        last = found._replace(iso=None, unread=found.unread or Unread.UNCLEAR) if either else found
    if last:
        yield last


def _each_time(text: str, year: int | None, words: Words | None) -> Iterator[Time]:
    """Yield the times in a phrase, each read by itself but for the year that it may have from the one before."""
    at, known, ahead = 0, year, _Ahead(text, words)
    while at < len(text):
        found = _next(ahead, at, known, words)
        if found is None:
            return
        if found.start > at and found.iso and _BROKEN.fullmatch(text, max(0, found.start - 2), found.start):
            found = found._replace(iso=None, unread=Unread.UNCLEAR)
        yield found
        at, known = max(found.end, at + 1), found.year or known


def last_day_of(text: str, year: int | None = None, words: Words | None = None) -> tuple[str | None, Unread | None]:
    """Return the last day that a phrase names, and the reason if it names none.

    Args:
        text: Normalised text of a deadline.
        year: Year of the document, for phrases without one.
        words: As for `find_times`.

    Returns:
        The day (YYYY-MM-DD) or None; the latest of several if all of them were understood and stand in order. Both
        values are None if the phrase contains no time at all.

    Example:
        >>> last_day_of("2026 年上半年完成"), last_day_of("第三季度末", 2025), last_day_of("到2020年")
        (('2026-06-30', None), ('2025-09-30', None), ('2020-12-31', None))
        >>> last_day_of("2026年汛期前"), last_day_of("2026年2月30日")
        ((None, <Unread.EVENT: 'event'>), (None, <Unread.IMPOSSIBLE: 'impossible'>))
    """
    last: Time | None = None
    is_start = is_span = False
    for time in find_times(text, year, words):
        if time.unread is Unread.START or (time.unread is Unread.SPAN and last is None):
            # 三年内,到2027年底: the length leads to the day behind it.
            is_start, is_span = is_start or time.unread is Unread.START, is_span or time.unread is Unread.SPAN
            continue
        if time.unread is not None or (last and _is_astray(text, last, time)):
            return None, time.unread or Unread.UNCLEAR
        last = time
    if last:
        return last.iso, None
    if is_span:
        return None, Unread.SPAN
    if is_start:
        return None, Unread.START
    if words is not None and words[_EVENT_WORD].search(text):
        return None, Unread.EVENT
    return None, Unread.OPEN if words is not None and words[_OPEN].search(text) else None


def _is_astray(text: str, first: Time, then: Time) -> bool:
    """Tell whether a time cannot belong to what the one before it names.

    Its digits stand right behind it, so that what was between them is lost (2025年3月1日25年12月), or behind a later
    day, other than behind the year that it is of: 2026年,6月底前.
    """
    if then.start == first.end and text[then.start].isdecimal():
        return True
    if first.iso is None or then.iso is None or first.iso <= then.iso:
        return False
    is_its_year = then.year == first.year and _ONLY_YEAR.fullmatch(text, first.start, first.end)
    return not (is_its_year and _AFTER_ITS_YEAR.fullmatch(text, first.end, then.start))


_TAIL = re.compile(rf"{_BLANK}{_BEFORE}")


class _Ahead:
    """The next match of each form of time, searched for once rather than from every position before it."""

    def __init__(self, text: str, words: Words | None) -> None:
        self.text = text
        self._forms = [form for form, signs in _SIGNS.items() if any(sign in text for sign in signs)]
        self.unread = {words[form]: why for form, why in _WITHOUT_DAY} if words is not None else {}
        self._forms += self.unread
        self._found: dict[re.Pattern[str], tuple[re.Match[str] | None, set[int]]] = {}

    def first(self, at: int) -> list[re.Match[str]]:
        """Return the first match of each form at or after an offset."""
        return [match for form in self._forms if (match := self.next(form, at))]

    def next(self, pattern: re.Pattern[str], at: int) -> re.Match[str] | None:
        """Return the first match of a form at or after an offset; offsets must be ascending."""
        if pattern in self._found:
            match, passed = self._found[pattern]
            # Another time may start inside what merely looked like one.
            if (match is None or match.start() >= at) and at not in passed:
                return match
        passed = set()
        for match in pattern.finditer(self.text, at):
            if match[0] and (pattern is not _CALENDAR or _is_time(self.text, match)):
                break
            passed.update(range(match.start() + 1, match.end()))
        else:
            match = None
        self._found[pattern] = match, passed
        return match


def _next(ahead: _Ahead, at: int, year: int | None, words: Words | None) -> Time | None:
    """Return the first time at or after an offset."""
    candidates = ahead.first(at)
    if not candidates:
        return None
    # Of several that start together the longest is the time: 3个月内 before 3月.
    match = min(candidates, key=lambda m: (m.start(), -m.end()))
    read = {id(_NUMERIC): _numeric, id(_FIVE): _five, id(_CALENDAR): _calendar}.get(id(match.re))
    if read is None:
        why = ahead.unread[match.re]
        tail = _TAIL.match(ahead.text, match.end()) if why is not Unread.SPAN else None
        return Time(start=match.start(), end=tail.end() if tail else match.end(), unread=why)
    time = read(match, year)
    if words is not None and _is_of_another_year(ahead.text, match, words):
        time = time._replace(iso=None, unread=Unread.UNCLEAR, year=None)
    if words is not None and _is_middle_of_a_word(ahead.text, match, words):
        return Time(start=time.start, end=match.end() - 1, iso=f"{time.year}-12-31", year=time.year)
    return _in_context(ahead.text, match, time, words)


def _is_time(text: str, match: re.Match[str]) -> bool:
    """Tell a time from characters that resemble one: 一月 in 第一月台, 3月 in 13月, 内 in 年内."""
    if match["year"] or match["short"] or match["named"]:
        return True
    before = text[max(0, match.start() - 4) : match.start()].rstrip()[-1:] or " "  # 5 年内 is no end of a year
    bare = match["month"] or match["half"] or match["quarter"] or match["quarter2"]
    if match["month"]:
        return not (before.isdigit() or before in "个第几数.")
    if bare:
        return not before.isdigit()
    edge = match["yedge"] or ""
    return len(edge) > 1 and before not in f"近多数几全半百两0123456789{_SMALL_HAN}"


def _numeric(match: re.Match[str], year: int | None) -> Time:
    if match["y"]:
        return _day_of(match, int(match["y"]), int(match["m"]), int(match["d"]) if match["d"] else None)
    if match["y3"]:
        return _day_of(match, int(match["y3"]), int(match["m3"]), int(match["d3"]))
    named = int(match["y2"]) if match["y2"] else year
    if named is None:
        return Time(start=match.start(), end=match.end(), unread=Unread.RELATIVE)
    return _day_of(match, named, int(match["m2"]), int(match["d2"]))


def _five(match: re.Match[str], _year: int | None) -> Time:
    # The plan 十五 covered 2001 to 2005.
    if match["partly"]:  # “十五五”初
        return Time(start=match.start(), end=match.end(), unread=Unread.UNCLEAR)
    last = 2005 + 5 * ((from_han(match["ten"]) or 10) - 10)
    return Time(start=match.start(), end=match.end(), iso=f"{last}-12-31", year=None)


def _calendar(match: re.Match[str], year: int | None) -> Time:
    has_year = match["year"] or match["short"] or match["named"]
    if not has_year and _YEAR_UNREAD.search(match.string, max(0, match.start() - 8), match.start()):
        return Time(start=match.start(), end=match.end(), unread=Unread.UNCLEAR)
    named = _named_year(match, year)
    if named is None:
        return Time(start=match.start(), end=match.end(), unread=Unread.RELATIVE)
    return _month(match, named) if match["month"] else _part_of_year(match, named)


def _part_of_year(match: re.Match[str], named: int) -> Time:
    """Return the last day of a quarter, half-year or year."""
    if match["part"]:
        return Time(start=match.start(), end=match.end(), unread=Unread.UNCLEAR, year=named)
    if match["half"]:
        return _day_of(match, named, 6 if match["half"] in "上前" else 12, None)
    if quarter := match["quarter"] or match["quarter2"]:
        return _day_of(match, named, 3 * (_small(quarter) or 0), None)
    edge = (match["yedge"] or "末")[-1]
    if edge in "初中":
        return Time(start=match.start(), end=match.end(), unread=Unread.UNCLEAR, year=named)
    return _day_of(match, named, 12, None)


def _month(match: re.Match[str], year: int) -> Time:
    month = _small(match["month"])
    if match["day"]:
        return _day_of(match, year, month, _small(match["day"]))
    if match["of_ten"]:
        return Time(start=match.start(), end=match.end(), unread=Unread.UNCLEAR, year=year)
    if match["ten"]:
        return _day_of(match, year, month, _LAST_OF_TEN.get(max(match["ten"], key=_TENS.index)))
    if (match["edge"] or _LAST)[-1] not in _LAST:
        return Time(start=match.start(), end=match.end(), unread=Unread.UNCLEAR, year=year)
    return _day_of(match, year, month, None)


def _named_year(match: re.Match[str], year: int | None) -> int | None:
    if match["year"]:
        text = match["year"]
        return int(text) if text.isascii() and text.isdigit() else from_han(text)
    if match["short"]:
        return 2000 + int(match["short"])
    if match["named"] is None or year is None:
        return year
    steps = dict(zip("明次翌下来后去上前", (1, 1, 1, 1, 1, 2, -1, -1, -2), strict=True))
    return year + steps.get(match["named"][0], 0)


def _small(text: str) -> int | None:
    return int(text) if text.isdigit() else from_han(text)


def _day_of(match: re.Match[str], year: int, month: int | None, day: int | None) -> Time:
    """Return the last day of a month, or a day in it, if the day exists."""
    if month is None or not 1 <= month <= 12:
        return Time(start=match.start(), end=match.end(), unread=Unread.IMPOSSIBLE, year=year)
    last = calendar.monthrange(year, month)[1]
    if day is not None and not 1 <= day <= last:
        return Time(start=match.start(), end=match.end(), unread=Unread.IMPOSSIBLE, year=year)
    iso = f"{year:04}-{month:02}-{day or last:02}"
    return Time(start=match.start(), end=match.end(), iso=iso, year=year)


def _is_whole(match: re.Match[str], tail: re.Match[str]) -> bool:
    """Tell whether a time is more than a day and no end of it: 12月前 may mean before its first day or its last.

    No standard says which: GB/T 7408.1 has no word for it, and the Civil Code (1259) includes the day named in 以内 and
    届满 and is silent on 以前.
    """
    if tail["end"]:
        return False
    if match.re is _FIVE:
        return match[0][-1] not in "末满"
    if match.re is _NUMERIC:
        return bool(match["y"]) and not match["d"]
    return not (match["day"] or match["edge"] or match["yedge"])


def _is_of_another_year(text: str, match: re.Match[str], words: Words) -> bool:
    """Tell whether what stands before a year makes another of it: 丙午年底, 大后年."""
    start = match.start()
    return any(m.end() == start for m in words[_OTHER_YEAR].finditer(text, max(0, start - 2), start + 2))


def _is_middle_of_a_word(text: str, match: re.Match[str], words: Words) -> bool:
    """Tell whether what looks like the middle of a year begins a word: 2026年中心城区, 2026年中小学."""
    if match.re is not _CALENDAR or not match["year"] or not match["yedge"]:
        return False
    return words[_MIDDLE_WORD].match(text, match.end() - 1) is not None


def _in_context(text: str, match: re.Match[str], time: Time, words: Words | None) -> Time:
    """Extend a time by what follows: 底前 belongs to it, 起 makes it a start, an event invalidates its day."""
    tail = _TAIL.match(text, match.end())
    end = tail.end() if tail else match.end()
    if time.unread is not None:
        return Time(start=time.start, end=end, unread=time.unread, year=time.year)
    rest = text[end : end + 16]
    before_all = tail is not None and (tail["before"] or "").endswith("前") and _is_whole(match, tail)
    cut = _TRUNCATED.match(rest) and not (tail and tail[0].strip()) and not match.groupdict().get("day")
    midnight = tail is not None and (tail["hour"] or "").strip("0零") == "" and bool(tail["hour"])
    if before_all or cut or midnight or _ROUGHLY.match(text, end):
        return Time(start=time.start, end=end, unread=Unread.UNCLEAR, year=time.year)
    is_open = end == match.end() or text[end - 1] in _LAST
    if words is not None and (
        words[_NOT_BEFORE].search(text[max(0, match.start() - 6) : match.start()])
        or (is_open and words[_STARTS].match(rest))
    ):
        return Time(start=time.start, end=end, unread=Unread.START, year=time.year)
    if is_open:
        event = _EVENT.match(rest) or (words[_EVENT_WORD].match(rest) if words is not None else None)
        if event:
            return Time(start=time.start, end=end + event.end(), unread=Unread.EVENT, year=time.year)
    if words is not None and words[_PART_UNREAD].match(text, match.end()):
        return Time(start=time.start, end=end, unread=Unread.UNCLEAR, year=time.year)
    return Time(start=time.start, end=end, iso=time.iso, year=time.year)
