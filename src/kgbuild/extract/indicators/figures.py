"""Which figures in a clause state a target, and how.

Takes a clause of normalised text. A figure is a number with a unit of the vocabulary. It is a target if the clause says
that a level is to be reached, an amount to change, or so many things to be created. Not targets: figures in names and
quotations, ordinals, conditions (…亿元以上的企业), scopes (围绕37条产业链), legal limits, prizes and past facts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.indicators.amounts import (
    EVERY,
    LARGE,
    YEAR,
    ends_of_ranges,
    numbers,
    place_of,
    rows,
    unit_of,
    value_of,
    values_of,
)
from kgbuild.extract.indicators.bars import is_barred, is_inside_marks
from kgbuild.extract.indicators.seen import Context, Seen, bound_of
from kgbuild.extract.indicators.wordings import (
    A_RATE,
    ACTS_AT_SHARE,
    ACTS_BEFORE,
    ACTS_FOR,
    AIM,
    ALL_DO,
    ALL_OF,
    AT_FIGURE,
    AT_LEAST,
    AT_PLACE,
    BROKEN,
    CHANGE_BEFORE,
    CHANGE_TO,
    CONDITION_END,
    CONDITION_HEAD,
    COUNT_ACTS,
    DEFINES,
    EACH,
    EARNS,
    FIRST,
    FOR_PEOPLE,
    FUND,
    GROWN,
    JOINT,
    MAKE,
    MAKES_HERE,
    MAKES_IN_ALL,
    MANY,
    MANY_PEOPLE,
    MONEY_GIVEN,
    NEAR,
    NOUN_OF_LEVEL,
    OF,
    OF_COUNTED,
    OF_PEOPLE,
    OF_QUALITY,
    PAST,
    PAST_OPENS,
    QUOTED,
    REACH,
    ROUGHLY,
    SCOPE,
    SERVED,
    SHARE_ACTS,
    WEAK,
    WORKS,
    WRITTEN_YEAR,
    YEARLY,
)
from kgbuild.lexicon import Lexicon
from kgbuild.lexicon.words import Words
from kgbuild.model import Direction, Span
from kgbuild.text.normalise import HANZI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words


_ALL = (Decimal(100), None)
_NOUN = 2
"""Length of the shortest noun between a verb and the figure behind it."""


class Baseline(NamedTuple):
    """The value from which a change starts, its span, and where the words that introduce it start (由60%)."""

    value: Decimal
    span: Span
    opens: int


class Figure(NamedTuple):
    """A figure that states a target, with its position and its context.

    Attributes:
        value: Its value, in the unit as written.
        value_max: Upper bound of a range.
        span: Span of the number.
        unit: The unit as written.
        unit_span: Span of the unit.
        kind: Kind of the unit: share, money, quantity or count.
        direction: Bound, equality or change.
        approximate: Whether it is marked as approximate.
        keyword: The word that makes it a target; empty at the figure if none is written.
        end: End of the figure with the words that belong to it.
        baseline: Value from which a change starts.
        per: Period of a rate.
    """

    value: Decimal
    value_max: Decimal | None
    span: Span
    unit: str
    unit_span: Span
    kind: str
    direction: Direction
    approximate: bool
    keyword: Span
    end: int
    baseline: Baseline | None = None
    per: str | None = None


def find_figures(norm: str, clause: Span, lexicon: Lexicon, *, serial: bool, dated: bool, given: bool) -> list[Figure]:
    """Return the figures of a clause that state a target.

    Args:
        norm: Normalised text.
        clause: The text between two marks, without a leading time phrase.
        lexicon: Units and words.
        serial: Whether an earlier clause of the sentence has a target, whose verb a bare “…20家” continues.
        dated: Whether the clause is under a deadline.
        given: Whether the sentence grants money, so that sums and shares in it are not targets.
    """
    found = numbers(norm, clause, lexicon)
    if not found or not _may_state(norm, clause, lexicon.words):
        return []
    reader = _Reader(Context(norm, clause, lexicon, serial=serial, dated=dated, given=given))
    out: list[Figure] = []
    bounds: list[Direction | None] = []
    base: Baseline | None = None
    last: Figure | None = None
    end = clause.start
    wholes = list(rows(norm, clause, lexicon))
    starts = [row.start for row in wholes]
    halves = {m.start() for ends in ends_of_ranges(norm, found) for m in ends}
    for m in found:
        row = bisect_left(starts, m.start()) - 1
        if m.start() in halves or (row >= 0 and m.start() < wholes[row].end):
            continue  # 三至五个, 3、4百个, 二十个至三十个: half a number is none
        if (opens := _opens_baseline(norm, clause, m, lexicon.words)) is not None:
            base = Baseline(value_of(m), place_of(m), opens)
        elif figure := reader.read(m, last, end, base):
            out.append(figure)
            bounds.append(bound_of(m["post"] or ""))
            last, end, base = figure, figure.end, None
            continue
        last, end = None, m.end()
    return _shared_bounds(out, bounds, norm)


def _may_state(norm: str, clause: Span, words: Words) -> bool:
    text = norm[clause.start : clause.end]
    return not (words[CONDITION_END].search(text) or words[CONDITION_HEAD].match(text))


def _masked(m: re.Match[str]) -> str:
    """Return a match made unreadable, of the same length."""
    return "…" * len(m[0])


def _around(norm: str, clause: Span, m: re.Match[str]) -> tuple[str, str]:
    """Return the text of the clause before and after a figure, as far as it is relevant."""
    before = norm[max(clause.start, m.start() - REACH) : m.start()]
    return before, norm[m.end() : min(clause.end, m.end() + REACH)]


def _opens_baseline(norm: str, clause: Span, m: re.Match[str], words: Words) -> int | None:
    """Return where the words start that make a figure the start of a change: 从30%提高到50%."""
    before, after = _around(norm, clause, m)
    led = re.search(r"(?:由|从)[^,、]{0,20}$", before)
    return m.start() - len(before) + led.start() if led and words[CHANGE_TO].match(after) else None


class _Reader:
    """Decides about the figures of one clause."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.norm, self.clause, self.words = context.norm, context.clause, context.words

    def read(self, m: re.Match[str], last: Figure | None, since: int, base: Baseline | None) -> Figure | None:
        """Return the target that a figure states, None if it states none.

        Args:
            m: The number with its unit.
            last: The previous target of the clause.
            since: Offset at which the context of the figure starts.
            base: The value from which a change starts.
        """
        seen = self._seen(m)
        if seen is None or is_inside_marks(seen) or is_barred(seen, self.context):
            return None
        between = self.norm[since : m.start()]
        if since > self.clause.start and not between.strip() and HANZI.match(seen.after):
            return None  # 1所80至150个床位的护理院: the size of the one thing
        if last and JOINT.fullmatch(between):
            changing = last.direction.endswith("_by")
            direction = last.direction if changing else bound_of(seen.post) or last.direction
            return self._figure(seen, direction, last.keyword, base, approximate=last.approximate)
        if m["han"] and (seen.before.endswith("了") or not self._counts_in_words(seen)):
            return None
        keyword = self._keyword(seen, follows=last is not None)
        if keyword is None:
            return None
        change = self.words[CHANGE_BEFORE].search(seen.before) or self.context.reduces(seen)
        word = change or (seen.word if self._states(seen) else self.context.of_share(seen))
        about = seen.is_rough or self.words[ROUGHLY].search(seen.before) is not None
        # 新增用地60%以上采用新工艺: the share is that of the subject, no growth
        direction = _direction(word, seen.post, "" if seen.acts else seen.before, self.words)
        if about and not direction.endswith("_by"):
            direction = "="
        return self._figure(seen, direction, keyword, base, approximate=about)

    def _counts_in_words(self, seen: Seen) -> bool:
        """Tell whether a Chinese numeral counts something (建成三个以上中心); most are set phrases (四个现代化)."""
        stated = seen.word is not None and bool(seen.word["up"] or seen.word["down"])
        m = seen.match
        values = values_of(m)
        ranged = values is not None and values[1] is not None  # 两三个
        large = seen.kind == "share" or m["more"] or m["unit"][0] in LARGE or value_of(m) >= MANY or ranged
        if large and (seen.word or self.words[MAKE].search(seen.before)):
            return True
        owed = self.context.dated or bool(seen.post) or self._per(m)  # 每个乡镇至少建成一所书屋
        return stated or (owed and self.words[MAKES_HERE].search(seen.before) is not None)

    def _seen(self, m: re.Match[str]) -> Seen | None:
        unit = unit_of(m["of"] or m["unit"])
        kind = next((self.context.kinds[unit[i:]] for i in range(len(unit)) if unit[i:] in self.context.kinds), None)
        if kind is None or values_of(m) is None:
            return None
        since = max(0, self.clause.start - REACH * 4)
        # 一个 is mostly an article; 百分之一点五 is no less a share for being small
        is_article = kind != "share" and value_of(m) < 2 and not self._per(m)
        if m["han"] and (is_article or WRITTEN_YEAR.search(self.norm, since, self.clause.end)):
            return None  # times in Chinese characters are not read here: the figure may be a past fact
        before, after = _around(self.norm, self.clause, m)
        read = self.words[FIRST].sub("", BROKEN.sub("", before))  # 不|少于; the first ones of their kind are no rank
        read = self.words[MAKES_IN_ALL].sub(r"\g<make>", read)  # 完成|全省|1000所学校改造
        seen = Seen(m, kind, read, BROKEN.sub("", after), self.words[AT_FIGURE].search(read), before)
        return seen._replace(acts=self._acts(seen))

    def _per(self, m: re.Match[str]) -> bool:
        """Tell whether a number is a ratio: 每周不少于一课时."""
        return self.words[EACH].search(self.norm, max(self.clause.start, m.start() - NEAR), m.start()) is not None

    def _acts(self, seen: Seen) -> bool:
        """Tell whether the figure starts its clause and a share or number of things is the subject."""
        if self.context.given or seen.kind not in {"share", "count"}:
            return False
        if seen.kind == "share" and not seen.post and self.words[ALL_OF].match(seen.before):
            verb = HANZI.match(seen.after)
            if verb and verb[0] != OF:
                return True
        if self._all_do(seen):
            return True
        counted = seen.kind == "count" and not bound_of(seen.post)
        unit = seen.match["unit"]
        served = counted and (self.words[SERVED].search(unit) or self.context.counts_people(unit, seen.after))
        if served and self.words[FOR_PEOPLE].match(seen.before) and self.words[ACTS_FOR].match(seen.after):
            return True
        opens = self.words[ACTS_BEFORE].match(seen.before)
        if opens is None or (opens["at"] and not seen.post):  # 在8个以上县开通; 在3个县 is a scope
            return False
        return self.words[SHARE_ACTS if seen.kind == "share" else COUNT_ACTS].match(seen.after) is not None

    def _all_do(self, seen: Seen) -> bool:
        """Tell whether a share is of the subject before it, whose verb follows: 茶厂60%以上采用新工艺."""
        if seen.kind != "share" or seen.word or not self.words[ALL_DO].search(seen.before):
            return False
        if not seen.post and values_of(seen.match) == _ALL and HANZI.match(seen.after.lstrip("“")):
            return seen.after[0] != OF
        return bound_of(seen.post) == ">=" and self.words[ACTS_AT_SHARE].match(seen.after) is not None

    def _keyword(self, seen: Seen, *, follows: bool) -> Span | None:
        """Return the word that makes the figure a target; an empty span at the figure if none is written."""
        none = Span(seen.match.start(), seen.match.start())
        stated = seen.word if self._states(seen) else self.context.of_share(seen)
        if stated:
            return seen.place(stated)
        if seen.kind == "count" and (yearly := self.words[YEARLY].search(seen.before)):
            return seen.place(yearly)
        reduced = self.context.reduces(seen)
        if reduced or seen.acts:
            return seen.place(reduced) or none
        noun = self.words[NOUN_OF_LEVEL].search(seen.before) is not None and seen.kind != "count"
        if seen.kind != "share":
            makes = self._makes(seen)
            if makes:
                return seen.place(makes[0])
            noun = noun and (self.context.serial or self.context.dated or bool(seen.post))
            aimed = seen.kind == "count" and bool(seen.post) and self._aimed(seen)
            series = seen.kind != "money" and self._in_series(seen, follows=follows)
            return none if noun or aimed or series else None
        aims = self.words[ALL_OF].match(seen.before) is not None
        # 层层签订责任书,签订率100%: what is to be all is a target; another share may be how things stand
        whole = values_of(seen.match) == _ALL and not HANZI.match(seen.after)
        owed = self.context.dated or self.context.serial or seen.post or aims or whole or self._aimed(seen)
        return none if noun and owed else None

    def _aimed(self, seen: Seen) -> bool:
        """Tell whether the sentence up to this clause states an aim: 力争, 确保."""
        start, near = max(0, self.clause.start - REACH), seen.match.start() - 4 * REACH
        start = max(self.norm.rfind("。", start, self.clause.start) + 1, start, near)
        return self.words[AIM].search(self.norm, start, min(self.clause.end, seen.match.end() + REACH)) is not None

    def _states(self, seen: Seen) -> bool:
        """Tell whether the word at a figure expresses a level or change of its kind; 提升20个县 expresses no change."""
        if seen.word is None:
            return False
        if seen.word["even"] in {"为", "占"}:
            return self.context.dated and seen.kind != "count"
        if seen.word["even"] and self.words[AT_PLACE].search(seen.before):
            return False  # 力争在8个领域形成成果: a scope
        if seen.word["more"] not in self.words.of(OF_QUALITY):
            return True
        # 改造提升5万亩: two verbs, and what is worked on does not grow
        joined = self.words[f"(?:{MAKE})$"].search(seen.before, 0, seen.word.start("more")) is not None
        return not (seen.kind == "count" or (seen.kind == "quantity" and joined))

    def _makes(self, seen: Seen) -> list[re.Match[str]]:
        """Return the verbs of creation that govern a figure; 支持N个 and the like only if an aim is explicit."""
        before = OF_COUNTED.sub(_masked, QUOTED.sub(_masked, seen.before))
        found = [v for v in self.words[MAKE].finditer(before) if not self.words[SCOPE].search(before, v.end())]
        plain = bool(self.context.dated or self.context.serial or seen.post or EVERY.search(before))
        plain = plain or self._is_of_works(seen, found)
        unit = seen.match["unit"]
        many = OF_PEOPLE.search(unit) and (value_of(seen.match) >= MANY_PEOPLE or unit[0] in LARGE)
        if not (plain or many) and all(self.words[WEAK].fullmatch(v[0]) for v in found):
            return []
        if (
            found
            and seen.kind == "money"
            and not (self.words[EARNS].fullmatch(found[-1][0]) or self.words[FUND].search(seen.before))
        ):
            return []
        return found

    def _is_of_works(self, seen: Seen, verbs: Sequence[re.Match[str]]) -> bool:
        """Tell whether the figure says how much is to be done: 推进重大项目8个, 推进8项技术攻关."""
        if seen.kind != "count" or not verbs:
            return False
        if verbs[-1].end() + _NOUN <= len(seen.before) and (seen.after[:1] in {"", "、", "("} or "、" in seen.before):
            return seen.after[:1] in {"", "、", "("}
        return self.words[WORKS].match(seen.after) is not None

    def _in_series(self, seen: Seen, *, follows: bool) -> bool:
        """Tell whether a bare “…20家” continues the verb of the preceding clause or part."""
        goes_on = follows or self.context.serial
        if goes_on and seen.kind == "count" and seen.before.endswith(("、", "和", "以及")) | (not seen.before):
            return True
        at_end = not seen.after or seen.after[0] in "、和("
        return (
            at_end
            and (goes_on or self.context.dated)
            and not self.words[SCOPE].search(seen.before.removeprefix("其中"))
        )

    def _figure(
        self,
        seen: Seen,
        direction: Direction,
        keyword: Span,
        base: Baseline | None,
        *,
        approximate: bool,
    ) -> Figure:
        m = seen.match
        every = EVERY.search(seen.before)
        found = values_of(m)
        unit = "of" if m["of"] else "unit"
        # 占比每年提高0.5个百分点: a change again and again; 年均增长8% is a rate by itself
        is_rate = seen.kind != "share" or (direction.endswith("_by") and unit_of(m[unit]) != "%")
        return Figure(
            value=found[0] if found else value_of(m),
            value_max=found[1] if found else None,
            span=place_of(m),
            unit=unit_of(m[unit]) + (m["rate"] or ""),
            unit_span=Span(m.start(unit), m.end("rate" if m["rate"] else unit)),
            kind=seen.kind,
            direction=direction,
            approximate=approximate,
            keyword=keyword,
            end=m.end(),
            baseline=base,
            per=(every["per"] or YEAR) if every and is_rate else None,
        )


def _shared_bounds(figures: Sequence[Figure], bounds: Sequence[Direction | None], norm: str) -> list[Figure]:
    """Give a figure without a word the bound of the coordinate behind it: 占比分别在7%、2%以下."""
    out = list(figures)
    for i in range(len(out) - 2, -1, -1):
        bound = bounds[i + 1]
        if bound and out[i].direction == "=" and JOINT.fullmatch(norm, out[i].end, out[i + 1].span.start):
            out[i] = out[i]._replace(direction=bound)
    return out


def _direction(word: re.Match[str] | None, post: str, before: str, words: Words) -> Direction:
    """Return the comparator expressed by the words at the figure."""
    groups = {k for k, v in word.groupdict().items() if v} if word else set()
    if "down" in groups or bound_of(post) == "<=":
        return "<="
    if "more" in groups or (not groups & {"up", "less"} and words[GROWN].search(_own_part(before, words))):
        return "increase_by"
    if "less" in groups:
        return "decrease_by"
    if "up" in groups or bound_of(post) or words[AT_LEAST].search(before):
        return ">="
    return "="


def _own_part(before: str, words: Words) -> str:
    """Return what precedes a figure, without coordinates before it if it has a verb of its own: 新增…、带动…50人."""
    part = before.rpartition("、")[2]
    verbs, end = list(words[MAKE].finditer(part)), len(part)
    for verb in reversed(verbs):  # at its end they are nouns: 新增茶园5个、茶业|服务|组织|3个
        end = verb.start() if verb.end() == end else end
    return part if any(not v.start() or v.end() <= end for v in verbs) else before


def gives_money(norm: str, sentence: Span, lexicon: Lexicon) -> bool:
    """Tell whether a sentence grants or charges money: a verb of giving with a sum or share."""
    for m in numbers(norm, sentence, lexicon):
        if m["of"] or m["unit"].endswith(("元", "%", "万", "亿")):
            start = max(sentence.start, m.start() - NEAR)
            near = norm[start : min(sentence.end, m.end() + 10)]
            rate = lexicon.words[A_RATE].search(norm, start, m.start())  # 补贴覆盖率98%: nobody gives a rate
            if rate is None and lexicon.words[MONEY_GIVEN].search(near):
                return True
    return False


def definition_in(norm: str, sentence: Span) -> int:
    """Return where a sentence begins to say what a word means (小型茶厂是指…); a place behind it if it does not."""
    found = DEFINES.search(norm[sentence.start : sentence.end])
    return sentence.start + found.end() if found else sentence.end + 1


def is_past(norm: str, sentence: Span, clause: Span, figures: Sequence[Figure], words: Words, *, defines: int) -> bool:
    """Tell whether a clause states what is already the case, or what a word means (小型茶厂是指面积不大于…).

    Args:
        norm: Normalised text.
        sentence: The sentence.
        clause: One of its clauses.
        figures: The figures of the clause.
        words: Word classes.
        defines: Result of `definition_in` for the sentence, which may have thousands of clauses.
    """
    end = figures[0].span.start if figures else clause.end
    opening = norm[sentence.start : min(clause.end, sentence.start + REACH)]
    return (
        words[PAST].search(norm, clause.start, end) is not None
        or words[PAST_OPENS].match(opening) is not None
        or clause.end >= defines
    )
