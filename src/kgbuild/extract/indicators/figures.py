"""Which figures in a clause state a target, and how.

Takes a clause of normalised text. A figure is a number with a unit of the vocabulary. It is a target if the clause says
that a level is to be reached, an amount to change, or so many things to be created. Not targets: figures in names and
quotations, ordinals, conditions (…亿元以上的企业), scopes (围绕37条产业链), legal limits, prizes and past facts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.indicators.amounts import (
    EVERY,
    LARGE,
    Units,
    ends_of_ranges,
    is_rough,
    numbers,
    place_of,
    rows,
    unit_of,
    value_of,
    values_of,
)
from kgbuild.model import Direction, Span
from kgbuild.text.normalise import HANZI
from kgbuild.text.numerals import HAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words

# Wordings around a figure that make it a target or rule it out.
TO_LEVEL = "[到至为]"
LEVEL_UP = f"{{level-up}}|[≥>≧]|(?:{{rising-verbs}}){TO_LEVEL}"
LEVEL_DOWN = f"{{level-down}}|[≤<≦]|(?:{{falling-verbs}}){TO_LEVEL}"
LEVEL_EVEN = "{level-even}"
UP = "(?:{change-up}|新增加?)率?"
DOWN = "(?:{change-down})率?"
FILLER = "(?:{figure-fillers})?"
AT_FIGURE = (
    rf"(?:(?P<up>{LEVEL_UP})|(?P<down>{LEVEL_DOWN})|(?P<even>{LEVEL_EVEN})|(?P<more>{UP})|(?P<less>{DOWN}))"
    rf"{FILLER}{FILLER} ?$"
)
MAKE = "{making-verbs}"
MAKES_HERE = rf"(?:{MAKE})(?:{{endings-of-making}})?$"
OF_QUALITY = "quality-verbs"
REACHED = "(?:{completing-verbs})$"
RATE_REACHED = "率(?:{level-reached}) ?$"
GROWN = "{growth-verbs}"
ROUGHLY = rf"{{words-of-approximation}}{FILLER}$"
SCOPE = "{scope-words}|的(?=.{0,3}$)"
CONDITION_END = "(?:{condition-tails})$"
CONDITION_HEAD = "^(?:{condition-heads})"
LIMIT = "{limit-words}|按.{0,12}标准|(?:{verbs-of-quotas})的?[^,]{0,20}(?:{at-most-words})"
MONEY_GIVEN = "{granting-words}"
PAST = "{past-words}"
PAST_OPENS = "[^,]{0,12}(?:{past-openers})"
OF_GOAL = "^的(?:{goal-nouns})"
NO_COUNT = r"^(?:{uncounted-nouns}|[^,、\d]{1,8}以[上下内]的)"  # 30张床位以上的护理院 gives a size
NO_UNIT = "{words-begun-by-units}"
OWNER = "^(?:{owner-attributes})?(?:{owner-nouns})"
NOUN_OF_LEVEL = "(?:{level-nouns})$"
FUND = "(?:{founding-verbs}).{0,24}(?:{sizes-of-funds})"
CHANGE_BEFORE = rf"(?:(?P<more>{UP})|(?P<less>{DOWN}))(?<![率速幅])(?:{{level-up}}){FILLER} ?$"
BEFORE_VERB = "(?:{subject-heads}|{moving-verbs}|{whole-places}|{adverbs})*"
COMPARED = "{comparing-verbs}[^,;\\d]{2,14}$"
"""高于经济增速1个百分点: the distance from a value that is not in the text."""
AT_LEAST = "(?:{at-least-words}).{1,6}$"
RULE_BEHIND = "{ruling-words}|[应须][由在按有符具不]"
YEARLY = "每年(?:{yearly-openers})$"
EACH = "每.*(?:{level-up}|{at-least-words})"
NOT_A_TARGET_BEFORE = "(?:{ordinal-words})$"

OF_PEOPLE = re.compile("[人户名]$")
WEAK = "{weak-making-verbs}"
PER_CASE = f"每(?!年|月|季|周|学)(?:{MAKE}|增|新)[^,]{{0,4}}$|每[个家名人户项亩件次例]?$"
OF = "的"
REDUCES = rf"(?P<less>{{reducing-verbs}})(?=[^,、;:{OF}\d()]{{2,14}}$)"
"""压减审批事项30项: what becomes less stands between the verb and the figure."""
GOES_ON = re.compile("[、和与及]|以及|并|且")
BROKEN = re.compile("(?<=[一-鿿“”、()]) | (?=[一-鿿“”、()])")
"""A blank between hanzi marks a line break and is not wording."""
QUOTED = re.compile("“[^”]*”|《[^》]*》")
JOINT = re.compile(" ?(?:[、和与及或]|以及) ?")
# 75%的村和85%的社区建成卫生室: the figure starts the clause, and what it counts is the subject
ACTS_BEFORE = (
    r"^(?:\D?\d{4} ?\D{1,4})?(?:{subject-heads}|{moving-verbs}|{whole-places})*"
    rf"(?:(?:\d+|{{words-for-all}})[^,\d]{{1,14}}{JOINT.pattern})*(?P<at>{{scope-words}})?$"
)
ALL_OF = "^(?:{moving-verbs})[^,;:]{2,}$"
"""确保政务服务事项100%网上可办: the share stands between the subject and its verb."""
ALL_DO = f"(?:{HANZI.pattern}|[”)]){{2}}(?<!{{share-givers}})$"
"""新建茶厂100%执行节水标准: all of what stands before the share do what stands behind it."""
SHARE_ACTS = "^的?[^,;:]{1,24}?(?:{states-of-a-share})"
ACTS_AT_SHARE = "(?:{states-of-a-share}|{acts-of-a-share})"
COUNT_ACTS = "^[^,;:的]{1,20}?(?:{results-of-things})"
LISTED = re.compile("等共?$")
TERRITORY = "[省市县区州]|{territory-words}"
EARNS = "{earning-verbs}"
APPLICANT = "申[报请](?:{applicants})|上一?年度"
AIM = "{aiming-words}"
COVERED = "(?:{covering-verbs})$"
OF_WHOLE = f"(?<![不超])(?P<up>{LEVEL_UP})[^,]{{2,24}}的$"  # 达到新车销售总量的20%
ON_TERMS = "^[^,;。]{0,40}的(?:{grant-heads}|,|$)"  # 吸纳1人以上就业的每增加1人给予补贴
IN_REACH = "(?:{reach-units})[^,、;。]{0,14}(?:{reach-nouns})"  # 5公里便民服务圈
MAY_USE = "(?:{permitted-uses})[^,]{0,8}(?:{most-words})"  # 可利用不超过3%的面积
NOT_REACHED = "未(?:{level-up})$"  # 金额未达到50万元的项目
SEAT = "(?:{seats-of-a-body})(?:人数)?[^,;]{0,6}$"  # 副秘书长不超过5人
HELD_BY = "“?[^,;的、]{0,8}”?(?:{held-by-figures})"
HELD_WITHIN = f"(?P<down>{LEVEL_DOWN})[^,、\\d]{{2,12}}$"  # 控制在年度产量4%以内
PART_OF_WHOLE = "占[^,、]{2,24}$"  # 占全省产量的25%
_ALL = (Decimal(100), None)
DEFINES = re.compile("(?:是|^|[,;:])指(?![标导数南引定挥示派明出向])")
# 达到2020年的2倍: a multiple of a figure that is not in the text; `\w` is the 年 of the year
OF_A_YEAR = rf"(?:19|20)\d\d ?\w[^,;。\d]{{0,4}}{OF} ?$"
BARS_OF_SHARES = (MAY_USE, NOT_REACHED, PER_CASE, APPLICANT, OF_A_YEAR)
BARS = (LIMIT, NOT_A_TARGET_BEFORE, *BARS_OF_SHARES)

REACH = 160
"""Code points around a figure in which its words are searched for; keeps clauses without punctuation linear."""

NEAR = 14
"""Code points before a figure in which its verb is searched for."""

MANY_PEOPLE = 10
"""From this number on, people who are helped are counted (帮助渔民450名); fewer may be a condition."""

MANY = 20
"""Chinese numerals count from this number on; smaller ones are mostly set phrases (四个现代化)."""

_CHANGE_TO = f"[^、]{{0,4}}(?:{{change-verbs}}){TO_LEVEL}"


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


WRITTEN_YEAR = re.compile(rf"[{HAN}]{{4}}年")


@lru_cache(maxsize=8)
def _kinds(units: Units) -> dict[str, str]:
    return dict(units)


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
    reader = _Reader(norm, clause, lexicon, serial=serial, dated=dated, given=given)
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
            continue  # 三至五个, 3、4百个, 20个至30个: half a number is none
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


def _around(norm: str, clause: Span, m: re.Match[str]) -> tuple[str, str]:
    """Return the text of the clause before and after a figure, as far as it is relevant."""
    before = norm[max(clause.start, m.start() - REACH) : m.start()]
    return before, norm[m.end() : min(clause.end, m.end() + REACH)]


def _opens_baseline(norm: str, clause: Span, m: re.Match[str], words: Words) -> int | None:
    """Return where the words start that make a figure the start of a change: 从30%提高到50%."""
    before, after = _around(norm, clause, m)
    led = re.search(r"(?:由|从)[^,、]{0,20}$", before)
    return m.start() - len(before) + led.start() if led and words[_CHANGE_TO].match(after) else None


class _Seen(NamedTuple):
    """A number with its unit and its context in the clause."""

    match: re.Match[str]
    kind: str
    before: str
    after: str
    word: re.Match[str] | None
    written: str
    """The context before the figure with the blanks of broken lines."""
    acts: bool = False

    @property
    def post(self) -> str:
        return (self.match["post"] or "").replace(" ", "")  # a line may be broken within 以上

    @property
    def is_rough(self) -> bool:
        """Whether the figure itself says that it is approximate: 10余个, 90%左右."""
        m = self.match
        return bool(m["about"] or m["more"] or (m["unit"] and is_rough(m["unit"])))

    def place(self, word: re.Match[str] | None) -> Span | None:
        """Return the span of a word found in `before`; a line may be broken within it."""
        if word is None:
            return None
        blanks = {m.start() for m in BROKEN.finditer(self.written)}
        kept = [i for i in range(len(self.written) + 1) if i not in blanks]
        start = self.match.start() - len(self.written)
        return Span(start + kept[word.start()], start + kept[max(word.start(), word.end() - 1)] + (len(word[0]) > 0))


class _Reader:
    """Decides about the figures of one clause."""

    def __init__(self, norm: str, clause: Span, lexicon: Lexicon, *, serial: bool, dated: bool, given: bool) -> None:
        self.norm, self.clause = norm, clause
        self.kinds, self.words = _kinds(lexicon.units), lexicon.words
        self.serial, self.dated, self.given = serial, dated, given

    def read(self, m: re.Match[str], last: Figure | None, since: int, base: Baseline | None) -> Figure | None:
        """Return the target that a figure states, None if it states none.

        Args:
            m: The number with its unit.
            last: The previous target of the clause.
            since: Offset at which the context of the figure starts.
            base: The value from which a change starts.
        """
        seen = self._seen(m)
        if seen is None or _inside_marks(seen) or self._barred(seen):
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
        change = self.words[CHANGE_BEFORE].search(seen.before) or self._reduces(seen)
        word = change or (seen.word if self._states(seen) else self._of_share(seen))
        about = seen.is_rough or self.words[ROUGHLY].search(seen.before) is not None
        # 新增用地60%以上采用新工艺: the share is that of the subject, no growth
        direction = _direction(word, seen.post, "" if seen.acts else seen.before, self.words)
        if about and not direction.endswith("_by"):
            direction = "="
        return self._figure(seen, direction, keyword, base, approximate=about)

    def _counts_in_words(self, seen: _Seen) -> bool:
        """Tell whether a Chinese numeral counts something (建成三个以上中心); most are set phrases (四个现代化)."""
        stated = seen.word is not None and bool(seen.word["up"] or seen.word["down"])
        m = seen.match
        values = values_of(m)
        ranged = values is not None and values[1] is not None  # 两三个
        large = seen.kind == "share" or m["more"] or m["unit"][0] in LARGE or value_of(m) >= MANY or ranged
        if large and (seen.word or self.words[MAKE].search(seen.before)):
            return True
        owed = self.dated or bool(seen.post) or self._per(m)  # 每个乡镇至少建成一所书屋
        return stated or (owed and self.words[MAKES_HERE].search(seen.before) is not None)

    def _seen(self, m: re.Match[str]) -> _Seen | None:
        unit = unit_of(m["of"] or m["unit"])
        kind = next((self.kinds[unit[i:]] for i in range(len(unit)) if unit[i:] in self.kinds), None)
        if kind is None or values_of(m) is None:
            return None
        since = max(0, self.clause.start - REACH * 4)
        if m["han"] and (
            (value_of(m) < 2 and not self._per(m)) or WRITTEN_YEAR.search(self.norm, since, self.clause.end)
        ):
            return None  # times in Chinese characters are not read here: the figure may be a past fact
        before, after = _around(self.norm, self.clause, m)
        read = BROKEN.sub("", before)  # 不|少于
        seen = _Seen(m, kind, read, BROKEN.sub("", after), self.words[AT_FIGURE].search(read), before)
        return seen._replace(acts=self._acts(seen))

    def _per(self, m: re.Match[str]) -> bool:
        """Tell whether a number is a ratio: 每周不少于一课时."""
        return self.words[EACH].search(self.norm, max(self.clause.start, m.start() - NEAR), m.start()) is not None

    def _barred(self, seen: _Seen) -> bool:
        """Tell whether the context rules the figure out as a target."""
        if seen.acts:  # 全省 before what is counted does not make it a rank
            return self._is_no_unit(seen)
        if any(self.words[bar].search(seen.before) for bar in self._bars(seen)) or self._is_no_unit(seen):
            return True
        if (LISTED.search(seen.before) and self.words[TERRITORY].match(seen.after)) or self._is_reach(seen):
            return True
        return self._count_barred(seen) if seen.kind == "count" else self._amount_barred(seen)

    def _is_reach(self, seen: _Seen) -> bool:
        """Tell whether a distance merely gives a range: 5公里便民服务圈."""
        unit = seen.match.start("unit")
        return unit >= 0 and self.words[IN_REACH].match(self.norm, unit, self.clause.end) is not None

    def _bars(self, seen: _Seen) -> tuple[str, ...]:
        """Return the wordings before a figure that rule it out; 全省 before a share does not make it a rank."""
        if seen.kind != "share":
            return BARS
        changes = seen.word is not None and (seen.word["less"] or seen.word["more"])
        if changes:
            return (COMPARED, *BARS_OF_SHARES)
        # a rate that is reached is no limit, whatever it is a rate of: 时限达标率达97%
        changes = changes or self.words[RATE_REACHED].search(seen.before) or self._reduces(seen)
        return BARS_OF_SHARES if changes else (LIMIT, *BARS_OF_SHARES)

    def _is_no_unit(self, seen: _Seen) -> bool:
        """Tell whether the unit starts another word, or what follows says that nothing is counted."""
        m = seen.match
        if self.words[NO_COUNT].match(seen.after):
            return True
        if m["unit"] and self.words[NO_UNIT].match(self.norm, m.end("unit") - 1):
            return True
        follows = HANZI.match(seen.after) is not None
        if m["unit"] in {*LARGE, "成"}:  # 5万Nm3: of a unit that is not known
            return not seen.post and (follows or seen.after[:1].isalnum())
        return m["unit"] == "岁" and follows

    def _acts(self, seen: _Seen) -> bool:
        """Tell whether the figure starts its clause and a share or number of things is the subject."""
        if self.given or seen.kind not in {"share", "count"}:
            return False
        if seen.kind == "share" and not seen.post and self.words[ALL_OF].match(seen.before):
            verb = HANZI.match(seen.after)
            if verb and verb[0] != OF:
                return True
        if self._all_do(seen):
            return True
        opens = self.words[ACTS_BEFORE].match(seen.before)
        if opens is None or (opens["at"] and not seen.post):  # 在8个以上县开通; 在3个县 is a scope
            return False
        return self.words[SHARE_ACTS if seen.kind == "share" else COUNT_ACTS].match(seen.after) is not None

    def _all_do(self, seen: _Seen) -> bool:
        """Tell whether a share is of the subject before it, whose verb follows: 茶厂60%以上采用新工艺."""
        if seen.kind != "share" or seen.word or not self.words[ALL_DO].search(seen.before):
            return False
        if not seen.post and values_of(seen.match) == _ALL and HANZI.match(seen.after.lstrip("“")):
            return seen.after[0] != OF
        return bound_of(seen.post) == ">=" and self.words[ACTS_AT_SHARE].match(seen.after) is not None

    def _count_barred(self, seen: _Seen) -> bool:
        if LISTED.search(seen.before) and not seen.post and not self._begins_making(seen):
            return True  # 设计审查、招投标等8个事项: the figure counts what precedes it
        if self.given and self.words[ON_TERMS].match(seen.after):
            return True
        if self.given and re.match("的?,?[奖补资]", seen.after):
            return True
        if OF_PEOPLE.search(seen.match["unit"]):
            marked = seen.post and seen.after.startswith(OF)  # 50户以上的村寨
            if self.words[SEAT].search(seen.before) or marked:
                return not (marked and self.words[OF_GOAL].match(seen.after))
        near = re.split(r"\d", seen.before[-6:])[-1]  # 建设1所30张床位以上的护理院: one thing is created
        if seen.after.startswith(OF) and not self.words[MAKE].search(near):
            return True
        return self.words[RULE_BEHIND].search(seen.after) is not None

    def _amount_barred(self, seen: _Seen) -> bool:
        if self.given:
            return True
        if seen.kind == "share" and (self.words[REACHED].search(seen.before) or self._of_share(seen)):
            return False
        if self.words[OF_GOAL].match(seen.after) or ("基金" in seen.after and self.words[FUND].search(seen.before)):
            return False
        if seen.after.startswith(OF) or self.words[OWNER].match(seen.after):
            return True
        if seen.kind != "share" and self.words[HELD_BY].match(seen.after):
            return True  # 能耗超过5万吨标准煤“两高”项目,须: a condition without 的
        return bool(seen.post and HANZI.match(seen.after) and not GOES_ON.match(seen.after))

    def _keyword(self, seen: _Seen, *, follows: bool) -> Span | None:
        """Return the word that makes the figure a target; an empty span at the figure if none is written."""
        none = Span(seen.match.start(), seen.match.start())
        stated = seen.word if self._states(seen) else self._of_share(seen)
        if stated:
            return seen.place(stated)
        if seen.kind == "count" and (yearly := self.words[YEARLY].search(seen.before)):
            return seen.place(yearly)
        reduced = self._reduces(seen)
        if reduced or seen.acts:
            return seen.place(reduced) or none
        noun = self.words[NOUN_OF_LEVEL].search(seen.before) is not None and seen.kind != "count"
        if seen.kind != "share":
            makes = self._makes(seen)
            if makes:
                return seen.place(makes[0])
            noun = noun and (self.serial or self.dated or bool(seen.post))
            aimed = seen.kind == "count" and bool(seen.post) and self._aimed()
            series = seen.kind != "money" and self._in_series(seen, follows=follows)
            return none if noun or aimed or series else None
        aims = self.words[ALL_OF].match(seen.before) is not None
        # 层层签订责任书,签订率100%: what is to be all is a target; another share may be how things stand
        whole = values_of(seen.match) == _ALL and not HANZI.match(seen.after)
        return none if noun and (self.dated or seen.post or aims or whole or self._aimed()) else None

    def _reduces(self, seen: _Seen) -> re.Match[str] | None:
        """Return the verb at the head of the clause that makes less of what stands before the figure."""
        verb = self.words[REDUCES].search(seen.before)
        if verb is None or self.words[MAKE].search(seen.before, verb.end()):
            return None
        return verb if self.words[BEFORE_VERB].fullmatch(seen.before, 0, verb.start()) else None

    def _of_share(self, seen: _Seen) -> re.Match[str] | None:
        """Return the words that state a share which no word at the figure states: 达到总量的20%, 覆盖50%以上的社区."""
        if seen.kind != "share":
            return None
        found = self.words[OF_WHOLE].search(seen.before)
        if found is None and seen.post:
            found = self.words[HELD_WITHIN].search(seen.before)
        if found is None and seen.post:
            found = self.words[COVERED].search(seen.before)
        if found is None and (seen.post or self.dated or self.serial) and not HANZI.match(seen.after):
            found = self.words[PART_OF_WHOLE].search(seen.before)
        return found

    def _begins_making(self, seen: _Seen) -> bool:
        """Tell whether the clause starts with a verb of creation: 实施云岭、清河等6个工程."""
        near = min(self.clause.start + NEAR, seen.match.start())
        return self.words[MAKE].search(self.norm, self.clause.start, near) is not None

    def _aimed(self) -> bool:
        """Tell whether the sentence up to this clause states an aim: 力争, 确保."""
        start = max(self.norm.rfind("。", 0, self.clause.start) + 1, self.clause.start - REACH)
        return self.words[AIM].search(self.norm, start, self.clause.end) is not None

    def _states(self, seen: _Seen) -> bool:
        """Tell whether the word at a figure expresses a level or change of its kind; 提升20个县 expresses no change."""
        if seen.word is None:
            return False
        if seen.word["even"] in {"为", "占"}:
            return self.dated and seen.kind != "count"
        return not (seen.kind == "count" and seen.word["more"] in self.words.of(OF_QUALITY))

    def _makes(self, seen: _Seen) -> list[re.Match[str]]:
        """Return the verbs of creation that govern a figure; 支持N个 and the like only if an aim is explicit."""
        before = QUOTED.sub(lambda m: "…" * len(m[0]), seen.before)
        found = [v for v in self.words[MAKE].finditer(before) if not self.words[SCOPE].search(before, v.end())]
        plain = self.dated or self.serial or seen.post or "每年" in before
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

    def _in_series(self, seen: _Seen, *, follows: bool) -> bool:
        """Tell whether a bare “…20家” continues the verb of the preceding clause or part."""
        goes_on = follows or self.serial
        if goes_on and seen.kind == "count" and seen.before.endswith(("、", "和", "以及")) | (not seen.before):
            return True
        at_end = not seen.after or seen.after[0] in "、和"
        return at_end and (goes_on or self.dated) and not self.words[SCOPE].search(seen.before.removeprefix("其中"))

    def _figure(
        self,
        seen: _Seen,
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
            per=(every["per"] or "年") if every and seen.kind != "share" else None,
        )


def _inside_marks(seen: _Seen) -> bool:
    """Tell whether the figure lies in a title, a bracket, or a quotation that does not state a level."""
    before = seen.before
    if any(before.count(a) > before.count(b) for a, b in ("《》", "()", "〔〕", "[]")):
        return True
    if before.count("“") <= before.count("”"):
        return False
    stated = seen.word is not None and (seen.word["up"] or seen.word["down"])
    return not (stated and len(before) - before.rindex("“") > 8)


def bound_of(post: str) -> Direction | None:
    """Return the comparator that the words behind a figure state by themselves: 以上, 以内."""
    if post.endswith(("以下", "内")):
        return "<="
    return ">=" if post.endswith("以上") else None


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
    return part if words[MAKE].search(part) else before


def gives_money(norm: str, sentence: Span, lexicon: Lexicon) -> bool:
    """Tell whether a sentence grants or charges money: a verb of giving with a sum or share."""
    for m in numbers(norm, sentence, lexicon):
        if m["of"] or m["unit"].endswith(("元", "%", "万", "亿")):
            near = norm[max(sentence.start, m.start() - 14) : min(sentence.end, m.end() + 10)]
            if lexicon.words[MONEY_GIVEN].search(near):
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
