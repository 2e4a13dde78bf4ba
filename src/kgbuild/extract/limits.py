"""Time limits in the sentences of an action: the day by which the work is due.

Takes normalised text. A time is a limit by its own form (2025年底前, 年内), by the preceding word (到2025年), or by a
following verb of completion (12月完成); a stage (排查阶段(4月至6月)) is over on its last day; a recurring time
(每季度调度一次) is a limit without a day. Not limits: days of reporting (…前报送), of documents, of the past, of
validity (延续至…) and of a start (自…起), and times in attributes (2000年底前建成的小区).
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from kgbuild.model import Span, TimeLimit
from kgbuild.text.intervals import Intervals
from kgbuild.text.normalise import TWO_HANZI
from kgbuild.text.numerals import HAN, TO_TEN, ZERO
from kgbuild.text.times import PLAIN, Time, Unread, find_times, last_day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon.words import Words
    from kgbuild.model import Document, PlanPart

_SENTENCE = re.compile(r"[^。!?;；]+")
_CLAUSE = re.compile(r"[^,:，：]+")
_WRAP = re.compile(r"[ \u3000]*\n[ \u3000]*")
"""An end of a line may part the words of a sentence: 1个月内要⏎制定."""
_MAY_HOLD = re.compile(r"[年月季旬每末周日天前春夏秋冬五百期\d](?:(?<=\D)|[./-]\d|(?<=2)0\d{6})")
_NEAR = 14
"""Code points after a time within which its verb of completion is searched for."""
_REACH = 400
"""Code points before and after a time that may decide on it: no clause is as long, so a line of dates stays linear."""
_FORM = re.compile("[前内止]$")
_UP_TO = "{up-to-words}$"
_AT = "{at-words}$"
_CLOCK = r"\d{1,2}(?:[时点]|:\d\d)"
_TO = re.compile(rf"\s*(?:{_CLOCK})?\s*(?:[起至到]{{1,2}}|[-—–~～]+)\s*")
_SAID_BY_OTHERS = r"\s*(?:{report-openers})"
_OF_AN_EVENT = "{event-years}"
_AFTER_EVENT = "{following-years}"
_OWN_YEAR = "{own-years}"
_DONE = "{completion-verbs}"
_AND_DONE = ",?并(?:{completion-verbs})"
_EITHER = r"\s*(?:{either-words})\s*"
# 春节前 names a day that no calendar here holds: the wording is kept, and doubted.
_EVENT = "“?(?:{day-events})[^,。;:、的前]{0,4}?[之以]?前(?![后列沿端景期夕])"
# 完成汛前检查: the object of a verb, rather than when it is done
_GOVERNED = "(?:{policy-verbs})$"
_ORDERED = "^(?!不)(?:{recurrence-fillers})*(?:{policy-verbs}|{effect-openers}|{counting-adverbs})"
# 2026年底,各试点县要总结经验: an end at the head of a sentence, whoever has to do it
_ORDERED_OF = "^,[^,。;:]{2,16}(?:{modal-words})|^,(?:{subject-openers})[^,。;:]{1,12}(?:{policy-verbs})"
_OPENS = "(?:{since-words})$"
# 截至2026年底完成: a limit, or a result that is expected
# 1957年完成投资65亿元,超过原定计划4%: a result, in a document whose date may not be known
_SURPASSED = "^,(?:{surpassing-words})"
_SUPPOSED = r"\s*(?:{supposing-words})"
# 2026年9月前不得启动: until when something is forbidden
_FORBIDDEN = "^,?(?:{recurrence-fillers})*[^,。;:]{0,2}(?:{forbidding-modals})"
_CUT_OFF = "(?:{cut-off-words})$"
# 本方案印发之日起30日内, 会后一周内
_SINCE_ISSUE = "(?:{issuing-acts}|{single-acts})(?:{act-ends})?[之日后起]{0,3}$"
_ENDS = "^[前底]{0,2}(?:{completing-verbs})"
# 反馈 in 跟踪反馈和评估机制 is part of a name.
_REPORTED = "(?:{reporting-verbs})(?!(?:[和与、][^,。;]{0,10}|等)?(?:{verb-noun-followers}))"
_VALID = "(?:{validity-words})[^,。;]{0,6}$|(?:{validity-words})[^,。;]{0,24}{up-to-words}$"
_GRANTED = "^[^,。;]{0,14}(?:{permission-words})"
_FROM = "(?:{since-words}|{change-verbs})[^,。;]{0,12}$|日[至到]$|(?:{basis-ends})$"
_ATTRIBUTE = (
    r"^[^,。;:的年]{0,14}(?:{dated-attributes})(?:{attribute-tails})|^(?:{claiming-verbs})[^,。;的]{1,10}的"
    rf"|^[^,。;:的]{{0,3}}未[^,。;]{{0,14}}[的者]|^[^,。;:的]{{0,40}}已[^,。;]{{0,14}}的"
    rf"|^[))]?(?:{{dated-tails}})|^ ?{_CLOCK}|^[^,。;:]{{0,60}}的(?:,|$)"
)
_AGAIN = (
    r"^(?:\d{1,2}[月日]|{recurrence-fillers})*(?:{policy-verbs})"
    rf"|^[^,。;]{{0,14}}[\d{HAN}]次"
)
# 落实好2025年3月前的阶段性措施: a verb with its complement takes what follows as its object
_OF_OBJECT = "(?:{policy-verbs})(?:{object-complements})$"
_AIM = "{aiming-words}$"
_OF_THOSE = "{those-words}[^,。;]{0,40}$"
_LABEL = "(?:{deadline-labels}|{stage-words}) ?[:：]$"
# 排查阶段(2025年4月—6月): a stage, whose work ends with it
_STAGE = r"{stage-words} ?\($"
# 2025年4月开始,6月底结束: nothing but a time
_BESIDE_TIME = r"(?:[\W]|{time-openers}|{since-words}|{time-starts}|{completion-verbs}|{stage-ends})*"
_YEARS_ALONE = re.compile(r"(?:\W*\d{4}\W*\w?)+")
_DAY = re.compile(r"日|\d[./-]\d{1,2}[./-]\d")
# 完成时限为2026年9月
_TOLD = "(?:{deadline-labels})(?:{label-verbs})$"
_MONEY = "{money-words}|{granting-words}"
_PAST = "{past-words}|{done-particles}"
# 已 in 通过已建成的基地 belongs to the bases.
_HAPPENED = "(?:{past-words}|{done-particles})(?![^,。;]{1,6}的)"
_BRIEF = re.compile("[日时周期].?内")
"""20个工作日内: of a procedure, mostly, rather than of the work."""
_CAMPAIGN = "^(?:{campaign-lengths})"
_END = re.compile("[底末初]$")
"""2026年8月初发布榜单: no day is read, but it is one by which."""
_RELATIVE = re.compile("[今本当明次翌后去]年|[本下]一?年")
_SINCE = "{past-words}"
"""2022年以来的问题,6月底前整改: not June 2022."""
_YEAR = re.compile(rf"\d\d ?年|[{ZERO}][{TO_TEN}]")


def find_limits(
    norm: str, text: Span, words: Words, *, years: Sequence[int], since: str | None, names: Sequence[Span] = ()
) -> Iterator[TimeLimit]:
    """Yield the time limits of an action in reading order.

    Args:
        norm: Normalised text.
        text: The text of the action.
        words: Word classes.
        years: Years that a time without a year may refer to, most likely first.
        since: Day on which the document was signed (YYYY-MM-DD); a limit before it lies in the past.
        names: Titles and names; times within them are not limits.
    """
    for sentence in _SENTENCE.finditer(norm, text.start, text.end):
        # 据研究机构预计,到2030年…: what others say, not what is to be done
        if _MAY_HOLD.search(sentence[0]) and not words[_SAID_BY_OTHERS].match(sentence[0]):
            yield from _Sentence(norm, Span(*sentence.span()), words, years, since, names).limits()


def limit_of_heading(
    norm: str, title: Span, bracket: Span, words: Words, *, years: Sequence[int], since: str | None
) -> TimeLimit | None:
    """Return the last day of the time that is all a bracket behind a heading holds; None if it holds more.

    动员部署(2025年3月1日至31日), 第二阶段(2025—2026年): what is below is done by its end. Without a stage, years
    alone are those of what the heading names: 特色小镇行动(2025—2027年).

    Args:
        norm: Normalised text.
        title: The heading.
        bracket: What stands in the brackets at its end.
        words: Word classes.
        years: Years that a time without a year may refer to, most likely first.
        since: Day on which the document was signed; a limit before it lies in the past.
    """
    text = norm[bracket.start : bracket.end]
    sentence = _Sentence(norm, bracket, words, years, since, ())
    times = sentence.times(text)
    ends = [0, *(t.end for t in times)]
    beside = "".join(text[a:b] for a, b in zip(ends, [*(t.start for t in times), len(text)], strict=True))
    if not times or words[_BESIDE_TIME].fullmatch(beside) is None:
        return None
    is_stage = words[_STAGE].search(norm, title.start, bracket.start) is not None
    is_span = len(times) > 1 or _TO.search(text) is not None
    # A day alone is that of a document, or of an event: 关于建设书屋的通知(2025年3月1日)
    is_date = not is_span and _DAY.search(text) is not None and not _FORM.search(text)
    if not is_stage and (is_date or _YEARS_ALONE.fullmatch(text)):
        return None
    day, why = last_day_of(text, next(iter(years), None), words)
    if why in PLAIN:
        return None
    return sentence.stated(bracket, Time(0, len(text), iso=day, unread=why), "time-of-heading")


def years_of(doc: Document, plan: PlanPart) -> tuple[list[int], str | None]:
    """Return the years that a time of a plan may mean, the likelier first, and the day before which all is past.

    A plan for 2026 that is signed in December 2025 means 2026 by 6月底前; a year that is over is none of them.
    """
    signed, period = (plan.header or doc.header).signed, plan.period
    one = period is not None and period[0][:4] == period[1][:4]
    years = ([int(period[0][:4])] if period and one else []) + ([int(signed.iso[:4])] if signed else [])
    if signed is None:
        return years, period[0] if period else None
    # A date without a day may be that of any day of its month or year.
    since = (signed.iso + "-01-01")[:10] if len(signed.iso) < 10 else signed.iso[:10]
    return [year for year in dict.fromkeys(years) if f"{year}-12-31" >= since], since


def day_in_time(day: str, text: str, years: Sequence[int], since: str | None, words: Words) -> str | None:
    """Return the last day that the wording of a deadline names, in the likeliest year in which it is not past.

    Args:
        day: What was read from it without a look at the past.
        text: Normalised wording.
        years: Years that a time without one may mean, the likelier first.
        since: Day before which all is past.
        words: Classes of words.

    Returns:
        The day (YYYY-MM-DD); None if it is ambiguous: 明年 of a plan for 2026 that is signed in 2025, or a day
        without a year that is over in each of them.
    """
    if len(years) > 1 and _RELATIVE.search(text):
        return None
    if since is None or day >= since or _YEAR.search(text):
        return day
    others = (last_day_of(text, year, words)[0] for year in years[1:])
    return next((other for other in others if other and other >= since), None)


class _Sentence:
    """Finds the limits of one sentence."""

    def __init__(
        self, norm: str, span: Span, words: Words, years: Sequence[int], since: str | None, names: Sequence[Span]
    ) -> None:
        self.norm, self.span, self.words, self.years, self.since, self.names = norm, span, words, years, since, names
        self.named: int | None = None
        self._counted, self._titles, self._quotes = span.start, 0, 0

    def limits(self) -> Iterator[TimeLimit]:
        clauses = [Span(*m.span()) for m in _CLAUSE.finditer(self.norm, self.span.start, self.span.end)]
        for n, clause in enumerate(clauses):
            following = clauses[n + 1] if n + 1 < len(clauses) else Span(clause.end, clause.end)
            if _MAY_HOLD.search(self.norm, clause.start, clause.end):
                yield from self._clause(clause, following)

    def _clause(self, clause: Span, following: Span) -> Iterator[TimeLimit]:
        text, first, last = self.norm[clause.start : clause.end], 0, 0
        more = "," + self.norm[following.start : min(following.end, following.start + _REACH)]
        times = self.times(text)
        is_supposed = bool(len(following)) and self.words[_SUPPOSED].match(text)
        if self.words[_SURPASSED].match(more):
            times = []
        for found, after in zip_longest(times, times[1:]):
            time = found
            wording = text[time.start : time.end]
            joined = bool(last and _TO.fullmatch(text, last, time.start))
            either = bool(last and self.words[_EITHER].fullmatch(text, last, time.start))
            begin = first if joined or either else time.start
            # Blanks around a time (到 2025 年 ,) say nothing.
            before = _WRAP.sub("", text[max(begin - _REACH, 0) : begin]).rstrip()
            behind = _WRAP.sub("", text[time.end : time.end + _REACH]).lstrip()
            is_since = time.unread is Unread.START and self.words[_SINCE].match(behind) is not None
            if time.year and _YEAR.search(wording) and not is_since:
                self.named = time.year
            # 2025年底2026年初: one time, not two limits
            opens_period = after is not None and (
                time.end == after.start or _TO.fullmatch(text, time.end, after.start) is not None
            )
            # 2025年6月至8月开展宣传 says when; 2025年11月至2026年2月完成 says by when.
            closes_period = joined or (_TO.search(wording) is not None and time.unread is not Unread.SPAN)
            ends = closes_period and self.words[_ENDS].match(behind or more.lstrip(",")) is not None
            if ends:  # 从2025年到2027年完成
                before = self.words[_OPENS].sub("", before)
            is_stage = self._is_of_a_stage(clause.start, begin, before, behind)
            is_period = opens_period or (closes_period and not ends and not is_stage)
            if time.iso and self._is_cut_off(time.iso, before, behind):
                time, before = time._replace(iso=None, unread=Unread.UNCLEAR), self.words[_CUT_OFF].sub("", before)
            first, last = begin, time.end
            span = Span(clause.start + time.start, clause.start + time.end)
            if is_period or self._is_aside(span) or is_supposed:
                continue
            reaches = not TWO_HANZI.search(behind) or self.words[_AND_DONE].match(more)
            rule = self._rule(wording, time, before, behind + more if reaches else behind)
            if rule is None and time.iso and is_stage:
                rule = "time-label"
            if rule and (limit := self.stated(span, time, rule)):
                yield limit

    def _is_cut_off(self, day: str, before: str, behind: str) -> bool:
        """Tell whether a day to come closes a count rather than a task, or both: 截至2026年底完成."""
        to_come = self.since is not None and day >= self.since and not self.words[_HAPPENED].search(behind[:_NEAR])
        return to_come and self.words[_CUT_OFF].search(before) is not None

    def _placed(self, time: Time, text: str) -> Time:
        """Return a time, without its day where it follows an event: 次年6月底前."""
        words, place = self.words, (text, time.start, time.end)
        follows = words[_AFTER_EVENT].search(*place) or words[_OWN_YEAR].search(*place)
        return time._replace(iso=None, unread=Unread.RELATIVE) if follows else time

    def times(self, text: str) -> list[Time]:
        """Return the times of a clause and the events before which something is to be done, in reading order."""
        year = self.named or next(iter(self.years), None)
        times = [self._placed(t, text) for t in find_times(text, year, self.words)]
        dated = Intervals([Span(t.start, t.end) for t in times])
        events = (Span(*m.span()) for m in self.words[_EVENT].finditer(text))
        times += [Time(e.start, e.end, unread=Unread.EVENT) for e in events if not dated.overlapping(e)]
        return sorted(times)

    def _is_of_a_stage(self, start: int, begin: int, before: str, behind: str) -> bool:
        """Tell whether a time is labelled (时限:2025年四季度, 验收阶段:2025年11月至12月), or that of a stage.

        Args:
            start: Offset of its clause in the text.
            begin: Its own offset in the clause.
            before: What precedes it in the clause.
            behind: What follows it there.
        """
        if behind.startswith(")") and self.words[_STAGE].search(before):
            return True
        return (
            not begin and self.words[_LABEL].search(self.norm, max(self.span.start, start - _REACH), start) is not None
        )

    def _is_aside(self, span: Span) -> bool:
        """Tell whether a time lies in a title, a name or a quotation. Must be called in reading order."""
        # Counting continues from the previous time rather than from the start of the sentence, to stay linear.
        begin, self._counted = self._counted, span.start
        self._titles += self.norm.count("《", begin, span.start) - self.norm.count("》", begin, span.start)
        self._quotes += self.norm.count("“", begin, span.start) - self.norm.count("”", begin, span.start)
        # 2025年全国科普日前: the name is a part of the time.
        in_name = any(name.start <= span.start and name.overlaps(span) for name in self.names)
        return self._titles > 0 or self._quotes > 0 or in_name

    def _rule(self, text: str, time: Time, before: str, behind: str) -> str | None:
        """Return the rule that makes a time a limit, None if none does."""
        words = self.words
        if time.unread in (Unread.START, Unread.OPEN) or self._is_of_an_event(text):
            return None
        if time.unread is Unread.EVENT and not self._is_before_event(text, time, before, behind[:_NEAR]):
            return None
        if words[_ATTRIBUTE].match(behind) or self._is_reported(before, behind):
            return None
        if time.unread is Unread.RECURRING:
            again = words[_AGAIN].search(behind) and not words[_MONEY].search(behind)
            return "recurring-time" if again else None
        if time.iso and words[_TOLD].search(before):
            return "time-label"
        counted = time.unread is Unread.SPAN and words[_SINCE_ISSUE].search(before)
        elsewhere = not counted and self._belongs_elsewhere(before, behind)
        return None if elsewhere else self._form(text, time, before, behind)

    def _is_of_an_event(self, text: str) -> bool:
        """Tell whether a time is the year or month of an event and no limit in it: 当年, but not 当年10月底前."""
        words = self.words
        is_due = words[_AFTER_EVENT].search(text) or (words[_OWN_YEAR].search(text) and _FORM.search(text))
        return words[_OF_AN_EVENT].search(text) is not None and not is_due

    def _is_before_event(self, text: str, time: Time, before: str, behind: str) -> bool:
        """Tell whether something is to be done before an event, rather than what is done then: 完成汛前检查."""
        words = self.words
        if "的" in text or not (time.year or self._is_ordered(behind)):
            return False
        aimed = words[_AT].search(before) or words[_AIM].search(before)
        return bool(time.year or aimed or words[_DONE].search(behind) or not words[_GOVERNED].search(before))

    def _is_ordered(self, behind: str) -> bool:
        done = self.words[_DONE].search(behind) or self.words[_ORDERED].match(behind)
        return done is not None and "的" not in behind

    def _form(self, text: str, time: Time, before: str, behind: str) -> str | None:
        words = self.words
        done = words[_DONE].search(behind[:_NEAR]) is not None
        if time.unread is Unread.SPAN:
            return self._within(text, before, behind, done=done)
        if _FORM.search(text):
            return "time-before"
        # 力争2025年产值翻番
        if words[_UP_TO].search(before) or (time.year and words[_AIM].search(before)):
            return "time-up-to"
        if time.iso and not time.year:  # “十五五”期间建成体系, but not 编制“十五五”规划 nor “十五五”时期是…
            return "time-of-completion" if words[_DONE].match(behind.lstrip(",")) else None
        if behind.startswith(")") and before.endswith("("):  # (2025年) refers to what precedes it
            return None
        # 2025年底各县重点村道的亮化率达到90%: an end that opens a clause is a limit of all of it.
        ordered = words[_ORDERED].match(behind.lstrip(",")) or words[_ORDERED_OF].match(behind)
        opened = not before and (words[_DONE].search(behind) or ordered)
        at_end = _END.search(text) and (opened or words[_AT].search(before))
        return "time-of-completion" if done or at_end else None

    def _within(self, text: str, before: str, behind: str, *, done: bool) -> str | None:
        """Return the rule of a length of time in which something is to be done."""
        words = self.words
        opens = not before or words[_AT].search(before)
        ordered = (done or words[_ORDERED].match(behind.lstrip(","))) and not words[_MONEY].search(behind)
        is_brief = _BRIEF.search(text) and not words[_CAMPAIGN].match(text)
        counted = words[_SINCE_ISSUE].search(before) or (opens and not is_brief)
        return "time-within" if ordered and counted else None

    def _belongs_elsewhere(self, before: str, behind: str) -> bool:
        """Tell whether a time concerns validity, the past, a comparison, a grant or a description."""
        words = self.words
        return bool(
            words[_VALID].search(before)
            or words[_FROM].search(before)
            or words[_PAST].search(before[-8:])
            or words[_OF_OBJECT].search(before)
            or words[_GRANTED].search(behind)
            or words[_FORBIDDEN].match(behind)
            or (words[_OF_THOSE].search(before) and "的" in behind[:40])
            or (self.since is None and words[_HAPPENED].search(behind[:_NEAR]))
        )

    def _is_reported(self, before: str, behind: str) -> bool:
        """Tell whether something is to be reported by a time rather than done."""
        reported = self.words[_REPORTED].search(behind)
        if reported is None:
            return self.words[_REPORTED].search(before[-10:]) is not None and len(behind.strip()) < 4
        # 6月底前报送清单并完成整改
        done = self.words[_DONE].search(behind, 0, reported.start()) or self.words[_AND_DONE].search(behind)
        return done is None

    def stated(self, span: Span, time: Time, rule: str) -> TimeLimit | None:
        """Return a limit with its day; None if it is past. A day before the document may belong to another year."""
        text = self.norm[span.start : span.end]
        limit = TimeLimit(span=span, iso=time.iso, unread=time.unread not in (None, *PLAIN), rule=rule)
        if len(self.years) > 1 and _RELATIVE.search(text):
            return replace(limit, iso=None, unread=True)
        if time.iso is None or self.since is None or time.iso >= self.since:
            return limit
        if _YEAR.search(text) or self.named:
            return None
        for year in self.years[1:]:
            other = next(iter(find_times(text, year, self.words)), None)
            if other and other.iso and other.iso >= self.since:
                return replace(limit, iso=other.iso)
        return replace(limit, iso=None, unread=True)
