"""Quantified targets: a clause with a figure for a result to reach, and the last day by which it is due.

Takes spans of normalised text. Which figures count is decided in `figures`; this module adds the clause, the name, the
coordination that 均 and 分别 distribute, and the deadline: that of the clause, else of the start of its sentence, else
of the start of its paragraph (a paragraph with several dated sentences lends no deadline).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.indicators.amounts import numbers
from kgbuild.extract.indicators.doubtful import find_doubtful, in_doubt
from kgbuild.extract.indicators.figures import Figure, definition_in, find_figures, gives_money, is_past
from kgbuild.extract.indicators.names import COORDINATE, TAIL_OF_SUBJECT, name_of, names_in_turn, time_at_end
from kgbuild.extract.indicators.wordings import BARE_YEAR, JOINT, MAKE, NUMBERING, REACH, TIME, YEAR
from kgbuild.lexicon import Lexicon
from kgbuild.lexicon.words import Words
from kgbuild.model import IndicatorMention, Span
from kgbuild.text.numerals import find_period, last_day
from kgbuild.text.times import PLAIN, find_times, last_day_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words

_YEARS = re.compile(f"{YEAR}|{BARE_YEAR}")
_ONE_YEAR = re.compile(r"(?:19|20)\d\d")
_THAN = r"(?:{comparison-words}|[较較])(?:上年|“)?$"
_SENTENCE = re.compile(r"[^。!?]+")
_PART = re.compile(r"[^;]+")
_CLAUSE = re.compile(r"(?:[^(,。;:\n!?]+|\([^()\n]{0,80}\)|\(|(?<=\d),(?=\d{3}(?!\d)))+")
_LONGEST = 1_000
"""Characters beyond which a clause is none of a text: its figures are proved by what is near them, not by all of it."""
_LINE = re.compile(r"[^\n]+")
_QUOTE_MARK = re.compile("[“”]")
_OPEN_END = re.compile(r"[;,、][ \u3000]*$")
_LOOKS_BACK = "(?:{standing-grounds})基础$|基础(?:与|和|及)|{looking-back}|存在的?问题"
_BARE = re.compile(f"{YEAR}度?")
_TERMS = "(?:{grant-acts})(?:{terms-fillers}|、)*(?:条件|标准)"
_WHOLE_YEAR = "{whole-year-words}"
_EACH = f"均|都|{{each-words}}(?:{MAKE})?$"
"""One figure for each coordinate: 茶厂、茶馆均达到5家, 茶厂、茶馆各5家."""


class _Time(NamedTuple):
    """A time phrase: its days in order, and its span."""

    days: tuple[str, ...]
    span: Span

    def day(self, n: int) -> str | None:
        return self.days[min(n, len(self.days) - 1)] if self.days else None


def sets_no_targets(title: str, words: Words) -> bool:
    """Tell whether a heading announces past results, or the conditions of a grant.

    Example:
        >>> from kgbuild.config import Settings
        >>> from kgbuild.lexicon import load_lexicon
        >>> words = load_lexicon(Settings()).words
        >>> [sets_no_targets(title, words) for title in ("发展基础", "夯实数据基础", "申报条件", "强化成效宣传")]
        [True, False, True, False]
    """
    return looks_back(title, words) or words[_TERMS].search(title) is not None


def looks_back(title: str, words: Words) -> bool:
    """Tell whether a heading announces past results: 发展基础, 建设成效."""
    found = words[_LOOKS_BACK].search(title)
    if found is None:
        return False
    # 强化成效宣传 is a task: a verb opens it, and what was reached is not what it ends with.
    return found.end() == len(title) or not words.table("policy-verbs").end(title, 0)


def find_indicators(
    norm: str,
    part: Span,
    lexicon: Lexicon,
    *,
    year: int | None,
    since: int | None,
    marks: Mapping[int, int] | None = None,
) -> list[IndicatorMention]:
    """Return the targets in a span of text in reading order.

    Args:
        norm: Normalised text.
        part: The span.
        lexicon: Units and words.
        year: Year of the document, for 年底前.
        since: Year in which the plan starts; what is dated earlier is a past fact.
        marks: Start → end of item numbers, which do not belong to the first clause of an item.
    """
    reader = _Reader(norm, lexicon, year=year, since=since, marks=marks or {})
    return [
        found
        for paragraph in _paragraphs(norm, part, marks or {})
        if (places := [number.start() for number in numbers(norm, paragraph, lexicon)])
        for found in reader.paragraph(paragraph, places)
    ]


def _paragraphs(norm: str, part: Span, marks: Mapping[int, int]) -> Iterator[Span]:
    """Yield the paragraphs: a line that ends in mid-sentence goes on in the next (建成茶厂20家; / 培育茶馆30家)."""
    start, end = part.start, part.start
    for m in _LINE.finditer(norm, part.start, part.end):
        goes_on = end > start and _OPEN_END.search(norm, max(start, end - 4), end) is not None
        if not goes_on or _skipped(norm, m.start(), m.end()) in marks:
            if end > start:
                yield Span(start, end)
            start = m.start()
        end = m.end()
    if end > start:
        yield Span(start, end)


def find_unread(norm: str, part: Span, lexicon: Lexicon) -> Iterator[Span]:
    """Yield the figures in a span that state a target but from which no value can be read."""
    if not in_doubt(norm, part, lexicon):
        return
    for m in _CLAUSE.finditer(norm, part.start, part.end):
        yield from find_doubtful(norm, Span(*m.span()), lexicon)


class _Reader:
    """Reads the targets of one text."""

    def __init__(
        self, norm: str, lexicon: Lexicon, *, year: int | None, since: int | None, marks: Mapping[int, int]
    ) -> None:
        self.norm, self.lexicon, self.words = norm, lexicon, lexicon.words
        self.year, self.since, self.marks = year, since, marks

    def paragraph(self, line: Span, places: Sequence[int]) -> Iterator[IndicatorMention]:
        """Yield the targets of a paragraph in which numbers begin at the places: a clause without one has none."""
        sentences = [Span(*m.span()) for m in _SENTENCE.finditer(self.norm, line.start, line.end)]
        clauses = [self._clauses(s) for s in sentences]
        heads = [self._clause_times(c) for c in clauses]
        head = _paragraph_time(self.norm, sentences, heads)
        past = False
        for sentence, parts, times in zip(sentences, clauses, heads, strict=True):
            if times:
                past = all(self._over(t) for t in times.values())
            if not past and _holds(places, sentence.start, sentence.end):
                yield from self._sentence(sentence, parts, times, head, places)

    def _over(self, time: _Time | None) -> bool:
        """Tell whether a time phrase names a year before the plan."""
        return bool(time and time.days and self.since and int(time.days[-1][:4]) < self.since)

    def _may_be_over(self, time: _Time | None, figures: Sequence[Figure]) -> bool:
        """Tell whether a figure in a document without a date may be a result: 2027年总额达到827亿元.

        达到827亿元以上 is a target: a result is known exactly.
        """
        if time is None or not time.days or self.since is not None:
            return False
        bounded = any(self.norm[f.unit_span.end : f.end].strip() for f in figures)
        return not bounded and _BARE.fullmatch(self.norm, time.span.start, time.span.end) is not None

    def _clauses(self, sentence: Span) -> list[tuple[int, int, Span]]:
        """Return the clauses of a sentence: start, end, and span of the content."""
        return [
            (*m.span(), _trimmed(self.norm, *m.span(), self.marks))
            for m in _CLAUSE.finditer(self.norm, sentence.start, sentence.end)
        ]

    def _sentence(
        self,
        sentence: Span,
        clauses: Sequence[tuple[int, int, Span]],
        times: dict[int, _Time],
        head: _Time | None,
        places: Sequence[int],
    ) -> Iterator[IndicatorMention]:
        norm = self.norm
        grants, defines = self._grants(sentence), definition_in(norm, sentence)
        time, serial = None, False
        for start, end, clause in clauses:
            if head is not None and head.span.start < end:  # 建成书屋200个,到2026年达到300个: no day for the first
                time = time or head
            time = times.get(start, time)
            if not _holds(places, start, end):
                continue
            dated = time is not None
            given = any(part.covers(clause) for part in grants)
            figures = find_figures(norm, clause, self.lexicon, serial=serial, dated=dated, given=given)
            if not figures or is_past(norm, sentence, clause, figures, self.words, defines=defines):
                continue
            own = _inner_time(norm, clause, figures[0], self.year, self.words) or time
            if not (self._over(own) or self._may_be_over(own, figures)):
                serial = True
                yield from _mentions(norm, clause, figures, self._times_in_turn(own, figures), self.lexicon)

    def _grants(self, sentence: Span) -> list[Span]:
        """Return the parts of a sentence that grant money: of 新增贷款80亿元;对茶厂给予10万元补助 the second."""
        parts = (Span(*m.span()) for m in _PART.finditer(self.norm, sentence.start, sentence.end))
        return [part for part in parts if gives_money(self.norm, part, self.lexicon)]

    def _times_in_turn(self, time: _Time | None, figures: Sequence[Figure]) -> list[_Time | None]:
        """Return the time of each figure of a clause: 一季度增长5%、上半年增长6%."""
        found = [time]
        for last, figure in pairwise(figures):
            own = _time_before(self.norm, last.end, figure, self.year, self.words)
            if own is None and (m := self.words[_WHOLE_YEAR].search(self.norm, last.end, figure.keyword.start)):
                own = _Time((), Span(*m.span()))
            found.append(own or found[-1])
        return found

    def _clause_times(self, clauses: Sequence[tuple[int, int, Span]]) -> dict[int, _Time]:
        """The phrases of time at the heads of the clauses of a sentence, by the start of the clause."""
        found: dict[int, _Time] = {}
        year = self.year
        for start, end, clause in clauses:
            if m := self.words[TIME].match(self.norm, clause.start, end):
                found[start] = _time(self.norm, m, end, year, self.words)
            elif own := self._other_time(clause, year):
                found[start] = own
            if start in found and found[start].days and _YEARS.search(self.norm, clause.start, found[start].span.end):
                year = int(found[start].days[-1][:4])
        return found

    def _other_time(self, clause: Span, year: int | None) -> _Time | None:
        """The time of another form at the head of a clause: 二季度, 全年 say nothing of the time before them."""
        if own := self.words[_WHOLE_YEAR].match(self.norm, clause.start, clause.end):
            return _Time((), Span(*own.span()))
        first = next(find_times(self.norm[clause.start : clause.end], year, self.words), None)
        if first is None or first.start or first.unread in PLAIN:
            return None
        return _Time((first.iso,) if first.iso else (), Span(clause.start, clause.start + first.end))


def _holds(places: Sequence[int], start: int, end: int) -> bool:
    i = bisect_left(places, start)
    return i < len(places) and places[i] < end


def days_of(text: str, year: int | None, words: Words | None = None) -> tuple[str, ...]:
    """Return the last days that a time phrase names, several if it names several years.

    Example:
        >>> days_of("到2025年、2030年", None), days_of("到年底", 2021)
        (('2025-12-31', '2030-12-31'), ('2021-12-31',))
        >>> days_of("2031", None)
        ('2031-12-31',)
    """
    period = find_period(text) if re.search(r"\d年?(?:-|—|–|~|至|到)", text) or "五" in text else None
    if period:
        return (period[1],)
    if _ONE_YEAR.fullmatch(text):  # the head of a column
        return (last_day(int(text)),)
    years = _YEARS.findall(text)
    if len(years) > 1:
        return tuple(last_day(int(y[:4])) for y in years)
    iso, _ = last_day_of(text, year, words)
    return (iso,) if iso else ()


def _time(norm: str, m: re.Match[str], stop: int, year: int | None, words: Words) -> _Time:
    """Return the days of a phrase; none if what follows it makes it another time (2026年汛期前)."""
    text = norm[m.start() : stop]
    times = find_times(text, year, words)
    whole = next(times, None)
    if whole is None or (len(_YEARS.findall(m[0])) > 1 and whole.unread is None):
        return _Time(days_of(m[0], year, words), Span(*m.span()))
    row = [whole]
    for time in times:
        if JOINT.fullmatch(text, row[-1].end, time.start) is None:
            break
        row.append(time)
    span = Span(m.start(), max(m.end(), m.start() + row[-1].end))  # 2026年前三季度: more than the head is time
    # 2026年6月、12月: which figure is of which is not read
    plain = all(t.iso for t in row) and not any(re.search("[、和及或]", text[t.start : t.end]) for t in row)
    return _Time(tuple(t.iso for t in row if t.iso) if plain else (), span)


def _is_lent(time: _Time | None) -> bool:
    """Tell whether a time may hold for later sentences too: 到2027年, but not 4月底前."""
    return time is None or not time.days or time.days[-1].endswith("12-31")


def _paragraph_time(norm: str, sentences: Sequence[Span], heads: Sequence[dict[int, _Time]]) -> _Time | None:
    """Return the time phrase at the start of a paragraph, skipping a run-in heading."""
    if sum(bool(h) for h in heads) > 1:
        return None
    first = 1 if len(sentences) > 1 and _is_heading(norm, sentences[0]) and not heads[0] else 0
    if first >= len(sentences):
        return None
    found = heads[first].get(sentences[first].start)
    found = found or (next(iter(heads[first].values()), None) if first else None)
    return found if _is_lent(found) else None


def _is_heading(norm: str, sentence: Span) -> bool:
    text = norm[sentence.start : sentence.end]
    return len(text) <= 40 and (NUMBERING.match(text) is not None or "," not in text)


def _trimmed(norm: str, start: int, end: int, marks: Mapping[int, int]) -> Span:
    """Return the clause without blanks, bullets and the number of the item that it starts."""
    start = _skipped(norm, start, end)
    if start in marks:
        start = _skipped(norm, min(marks[start], end), end)
    while start < end and norm[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _skipped(norm: str, start: int, end: int) -> int:
    while start < end and (norm[start].isspace() or norm[start] in "—-·●■◆▲*"):
        start += 1
    return start


def _inner_time(norm: str, clause: Span, figure: Figure, year: int | None, words: Words) -> _Time | None:
    """Return the time phrase within a clause before its figure; a year of comparison does not count."""
    for m in words[TIME].finditer(norm, clause.start, figure.span.start):
        if not words[_THAN].search(norm[clause.start : m.start()]) and not m[0].startswith("自"):
            found = _time(norm, m, clause.end, year, words)
            if found.days:
                return found
    return _time_before(norm, clause.start, figure, year, words)


def _time_before(norm: str, start: int, figure: Figure, year: int | None, words: Words) -> _Time | None:
    """Return the time phrase right before the word of a figure: 入园率6月底前达到90%."""
    before = words[TAIL_OF_SUBJECT].sub("", norm[start : figure.keyword.start])
    opens = time_at_end(before, words)
    if opens is None or words[_THAN].search(before[:opens]):
        return None
    day, _ = last_day_of(before[opens:], year, words)
    return _Time((day,) if day else (), Span(start + opens, start + len(before.rstrip())))


def _mentions(
    norm: str, clause: Span, figures: Sequence[Figure], times: Sequence[_Time | None], lexicon: Lexicon
) -> Iterator[IndicatorMention]:
    words, time = lexicon.words, times[0]
    places = [Span(*m.span()) for m in numbers(norm, clause, lexicon)]
    shared = norm[clause.start : figures[0].span.start]
    is_long = len(clause) > _LONGEST
    paired = not is_long and ("分别" in shared or (time is not None and len(time.days) == len(figures) > 1))
    names = names_in_turn(norm, clause, figures, words) if paired else ()
    several = time is not None and len(time.days) > 1
    named: str | None = None
    quotes = _Quotes(norm, clause)
    targets = frozenset(f.span.start for f in figures)
    for n, figure in enumerate(figures):
        whole = paired or (figure.kind == "share" and not len(figure.keyword))  # 90%的市和70%的县达到二级
        part = clause if whole else _part(norm, quotes.around(figure), figures, n)
        if is_long:
            part = _around(part, figure)
        if names:
            named = names[n]
        elif not n or is_long or JOINT.fullmatch(norm, figures[n - 1].end, figure.span.start) is None:
            named = name_of(norm, _own(norm, part, figure, places, targets), figure, words)
        elif not paired and part.start > figures[n - 1].span.start:
            named = None  # 举办活动3项、500场次: the name lies outside the part that proves the second
        own = times[n]
        mention = _mention(part, figure, own, n if several and own is time else 0, named)
        copies = _copies(mention.name or "") if len(figures) == 1 and words[_EACH].search(shared[-8:]) else 1
        for copy in range(1, copies + 1):
            yield replace(mention, part=copy)


class _Quotes:
    """The quotations of a clause; its marks are looked for once, however many figures it has."""

    def __init__(self, norm: str, clause: Span) -> None:
        self._norm, self._clause = norm, clause
        self._marks = [m.start() for m in _QUOTE_MARK.finditer(norm, clause.start, clause.end)]
        self._ends = [at for at in self._marks if norm[at] == "”"]

    def around(self, figure: Figure) -> Span:
        """Return the clause, or the inside of the quotation that contains the figure."""
        before = bisect_left(self._marks, figure.span.start)
        behind = bisect_left(self._ends, figure.end)
        if not before or self._norm[self._marks[before - 1]] == "”" or behind == len(self._ends):
            return self._clause
        return Span(self._marks[before - 1] + 1, self._ends[behind])


def _around(part: Span, figure: Figure) -> Span:
    """Return what of a part of a clause lies within reach of a figure."""
    opens = min(figure.span.start, figure.unit_span.start)
    return Span(max(part.start, opens - REACH), min(part.end, figure.end + REACH))


def _copies(subject: str) -> int:
    """Return the number of coordinates that share one figure."""
    return len(COORDINATE.findall(subject)) + 1


def _part(norm: str, clause: Span, figures: Sequence[Figure], n: int) -> Span:
    """Return the part of a clause for one of several counted things: split at 、 and 和 between them."""
    start, end = clause.start, clause.end
    if n:
        start = _cut(norm, figures[n - 1].end, figures[n].span.start) or start
    if n + 1 < len(figures):
        end = (_cut(norm, figures[n].end, figures[n + 1].span.start) or end + 1) - 1
    return Span(start, end)


def _cut(norm: str, start: int, end: int) -> int | None:
    """Return the offset after the last coordinating mark between two figures."""
    return max(norm.rfind(mark, start, end) for mark in "、和") + 1 or None


def _own(norm: str, part: Span, figure: Figure, places: Sequence[Span], targets: Collection[int]) -> Span:
    """Return the part in which the name of a figure lies: bounded by the neighbouring figures.

    诉求办理提速20%、平均办结满意率达98%: the second name starts after 、. 续建16个干线项目382公里: both are targets of
    one thing, whose name lies between them.
    """
    start, end = part.start, part.end
    # A name lies within reach; of what is further away, only the nearest number can set a mark within reach apart.
    first = bisect_left(places, figure.span.start - REACH, key=lambda place: place.end) - 1
    last = bisect_right(places, figure.end + REACH, key=lambda place: place.start) + 1
    for place in places[max(0, first) : last]:
        is_target = place.start in targets
        if start < place.end <= figure.span.start:
            start = _cut(norm, place.end, figure.span.start) or (place.end if is_target else start)
        elif figure.end < place.start < end:
            cut = _cut(norm, figure.end, place.start)
            end = cut - 1 if cut else place.start if is_target else end
    return Span(start, end)


def _mention(clause: Span, figure: Figure, time: _Time | None, n: int, name: str | None) -> IndicatorMention:
    day = time.day(n) if time else None
    per = f"/{figure.per}" if figure.per and "/" not in figure.unit else ""
    return IndicatorMention(
        span=clause,
        name=name,
        value=figure.value,
        value_span=figure.span,
        unit=figure.unit + per,
        unit_span=figure.unit_span,
        direction=figure.direction,
        value_max=figure.value_max,
        approximate=figure.approximate,
        deadline=day,
        deadline_span=time.span if time and day else None,
        baseline=figure.baseline.value if figure.baseline else None,
        baseline_span=figure.baseline.span if figure.baseline else None,
    )
