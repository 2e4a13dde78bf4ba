"""Time limits in the sentences of an action: the day by which what it says is to be done.

Takes normalised text. A time is a limit by its own form (2025年底前, 年内), by the word before it (到2025年), or by
a verb of completion behind it (12月完成); what recurs (每季度调度一次) is one without a day. No limit are days of
reporting (…前报送), of documents, of what lies in the past, of validity (延续至…) and of beginning (自…起), and times that
are an attribute (2000年底前建成的小区).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.model import Span, TimeLimit
from kgbuild.text.times import PLAIN, Time, Unread, find_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon.words import Words

_SENTENCE = re.compile(r"[^。!?;；]+")
_CLAUSE = re.compile(r"[^,:，：]+")
_MAY_HOLD = re.compile(r"[年月季旬]|岁末|五[”\"]?(?:时期|期间)?[期末]|\d[./-]\d")
_NEAR = 14
"""How far behind a time its verb of completion is looked for, in code points."""
_FORM = re.compile(r"(?:前|年内|期内|止|本月内|季度内)$")
_UP_TO = re.compile(r"(?<![达高加长升大降低少])[到至]$|(?:最迟|不晚于)(?:[在于]?)$")
_AT = re.compile(r"(?:于|力争|争取|确保)$")
_CLOCK = r"(?:\d{1,2}(?:[时点]|:\d\d))"
_TO = rf"\s*{_CLOCK}?\s*(?:[至到]|[-—–~～]+)\s*"
_BASIS = re.compile("[据照绕合]$")
_OF_AN_EVENT = re.compile("[当次翌][年月]|[去上前]年")
_HOPED = re.compile("(?:力争|争取|确保|利?用|在)$")
_DONE = "(?:{completion-verbs})"
_REPORTED = "{reporting-verbs}"
_VALID = "(?:{validity-words})[^,。;]{0,6}$|(?:{validity-words})[^,。;]{0,24}[至到]$"
_GRANTED = "^[^,。;]{0,14}(?:{permission-words})"
_FROM = "(?:[自从由比较]|{change-verbs})[^,。;]{0,12}$"
_ATTRIBUTE = (
    r"^[^,。;:的]{0,14}(?:{dated-attributes})(?:且[^,。;的]{0,8})?[的后时]|^[^,。;:的]{0,3}未[^,。;]{0,14}[的者]"
    r"|^[的版]|^[))]版|^期间|^ ?\d{1,2}(?:[时点]|:\d\d)|^[^,。;:]{0,60}的(?:,|$)"
)
_AGAIN = r"^(?:[末底前内]|\d{1,2}[月日]|{recurrence-fillers})*(?:{policy-verbs})|^[^,。;]{0,14}[\d一两二三四]次"
_MONEY = "元|补助|{granting-words}"
_PAST = "{past-words}|[了就才]"


def find_limits(
    norm: str, text: Span, words: Words, *, years: Sequence[int], since: str | None, names: Sequence[Span] = ()
) -> Iterator[TimeLimit]:
    """Yield the time limits of an action in reading order.

    Args:
        norm: Normalised text.
        text: The text of the action.
        words: Classes of words.
        years: Years that a time without one may mean, the likelier first.
        since: Day on which the document was signed: what ends before it is past.
        names: Titles and names, whose times are their own.
    """
    for sentence in _SENTENCE.finditer(norm, text.start, text.end):
        if _MAY_HOLD.search(sentence[0]):
            yield from _Sentence(norm, Span(*sentence.span()), words, years, since, names).limits()


class _Sentence:
    """Reads one sentence."""

    def __init__(
        self, norm: str, span: Span, words: Words, years: Sequence[int], since: str | None, names: Sequence[Span]
    ) -> None:
        self.norm, self.span, self.words, self.years, self.since, self.names = norm, span, words, years, since, names
        self.named: int | None = None

    def limits(self) -> Iterator[TimeLimit]:
        clauses = [Span(*m.span()) for m in _CLAUSE.finditer(self.norm, self.span.start, self.span.end)]
        for n, clause in enumerate(clauses):
            following = clauses[n + 1] if n + 1 < len(clauses) else Span(clause.end, clause.end)
            if _MAY_HOLD.search(self.norm, clause.start, clause.end):
                yield from self._clause(clause, following)

    def _clause(self, clause: Span, following: Span) -> Iterator[TimeLimit]:
        text, last = self.norm[clause.start : clause.end], 0
        for time in find_times(text, self.named or (self.years[0] if self.years else None), self.words):
            self.named = time.year if time.year and self._states_year(text[time.start : time.end]) else self.named
            before, behind = text[: time.start], text[time.end :]
            period = last and re.fullmatch(_TO, text[last : time.start]) or re.search(_TO, text[time.start : time.end])
            last = time.end
            if not re.search(r"[\u4e00-\u9fff]{2}", behind):
                behind += "," + self.norm[following.start : following.end]
            span = Span(clause.start + time.start, clause.start + time.end)
            if not self._is_aside(span) and not period and (rule := self._rule(text[time.start : time.end], time, before, behind)):
                found = self._stated(span, time, rule)
                if found is not None:
                    yield found

    def _states_year(self, text: str) -> bool:
        return re.search(r"\d\d ?年|[〇零○][一二三四五六七八九十]", text) is not None

    def _is_aside(self, span: Span) -> bool:
        """Tell whether a time stands in a title, a name or a quotation."""
        if any(name.overlaps(span) for name in self.names):
            return True
        before = self.norm[self.span.start : span.start]
        return before.count("《") > before.count("》") or before.count("“") > before.count("”")

    def _rule(self, text: str, time: Time, before: str, behind: str) -> str | None:
        """Name the rule by which a time is a limit."""
        words = self.words
        if time.unread in (Unread.START, Unread.OPEN) or _OF_AN_EVENT.search(text) or words[_ATTRIBUTE].match(behind):
            return None
        if self._is_reported(before, behind):
            return None
        if time.unread is Unread.RECURRING:
            again = words[_AGAIN].search(behind) and not words[_MONEY].search(behind)
            return "recurring-time" if again else None
        if words[_VALID].search(before) or words[_FROM].search(before) or words[_PAST].search(before[-8:]):
            return None
        if _BASIS.search(before) or words[_GRANTED].search(behind):
            return None
        done = words[_DONE].search(behind[:_NEAR])
        if time.unread is Unread.SPAN:
            hoped = done and _HOPED.search(before) and re.search("(?:年|个月).*内$", text)
            return "time-within" if hoped else None
        if self.since is None and words[_PAST].search(behind[:_NEAR]):
            return None
        if _FORM.search(text):
            return "time-before"
        if _UP_TO.search(before):
            return "time-up-to"
        return "time-of-completion" if done or (_AT.search(before) and re.search("[底末]$", text)) else None

    def _is_reported(self, before: str, behind: str) -> bool:
        """Tell whether something is to be reported by a time, and nothing to be done before that."""
        said = self.words[_REPORTED].search(behind)
        if said is None:
            return self.words[_REPORTED].search(before[-10:]) is not None and len(behind.strip()) < 4
        done = self.words[_DONE].search(behind, 0, said.start())
        return done is None

    def _stated(self, span: Span, time: Time, rule: str) -> TimeLimit | None:
        """A limit with its day; None where it is past. A day before the document is another year's or none."""
        text = self.norm[span.start : span.end]
        limit = TimeLimit(span=span, iso=time.iso, unread=time.unread not in (None, *PLAIN), rule=rule)
        if time.iso is None or self.since is None or time.iso >= self.since:
            return limit
        if self._states_year(text) or self.named:
            return None
        for year in self.years[1:]:
            other = next(iter(find_times(text, year, self.words)), None)
            if other and other.iso and other.iso >= self.since:
                return replace(limit, iso=other.iso)
        return replace(limit, iso=None, unread=True)
