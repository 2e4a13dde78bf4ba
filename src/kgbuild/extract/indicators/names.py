"""The name of what a figure measures or counts.

Takes a clause of normalised text and a figure in it. A level is that of the words before it; what is counted stands
behind the figure, or between it and the verb that governs it. A name holds no number of an item, no time, no verb of
making and no word of degree.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.extract.indicators.amounts import EVERY
from kgbuild.extract.indicators.wordings import (
    ACTS_BEFORE,
    BROKEN,
    DOWN,
    JOINT,
    LEVEL_DOWN,
    LEVEL_UP,
    MAKE,
    NOUN_OF_LEVEL,
    NUMBERING,
    OF_PEOPLE,
    OF_QUALITY,
    REACH,
    TIME,
    UP,
)
from kgbuild.text.numerals import HAN
from kgbuild.text.times import find_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.extract.indicators.figures import Figure
    from kgbuild.lexicon.words import Words
    from kgbuild.model import Span

_LEVEL = "{level-reached}"
# 完成造林面积2万亩: what is left must say what is measured, and 面积 alone does not
_MADE = rf"^(?:(?:{JOINT.pattern})?(?:{MAKE})|\((?:{MAKE})\))+(?=.{{2}})(?!(?:{{size-nouns}})$)"
# 年均培训护理员不少于500人: neither how often nor a verb of making names anything; 年均浓度 is one name
_EACH_TIME = rf"^(?:{EVERY.pattern})(?:{MAKE})(?=.{{2}})"
_OTHER_UNIT = re.compile(r"^\([^()]{1,4}\)")
"""A unit in brackets, alternative to the one before it: 2.5万套(间)."""
_WHERE_NEW = "(?:{scopes-of-growth})$"
_VERBS = f"(?:[、和]|{MAKE})+"
COORDINATE = re.compile("[、和与]|及(?!其)|以及")
_NO_THING = re.compile("[级型类性省市县区州镇乡]$")
TAIL_OF_SUBJECT = r"(?:{subject-tails})+$"
_FIGURE_ALONE = re.compile(r"\d[\d,.]*[\u4e00-\u9fff]{1,3}")
"""Another figure of the same thing: 3000人次 behind 不少于50期."""
# 三年累计不少于2400人次: how long, and not what
_LENGTH = rf"^[\d{HAN}]{{1,3}}(?:{{length-units}})$"
_RATE_ALONE = re.compile("(?:每.{1,2})+")
"""每月不少于2次 behind 探访老人: how often is no name of what is measured."""
# 省级示范社40家、市级100家: the thing is named by another figure
_RANK_ALONE = "^(?:{ranks})$"
_HEAD_OF_SUBJECT = r"^(?:{subject-heads}|:)+"
_WORKS = "{verbs-of-works}"
_OPENS_TIME = "(?:{time-openers})?$"


def names_in_turn(norm: str, clause: Span, figures: Sequence[Figure], words: Words) -> tuple[str, ...]:
    """Return the names to which 分别 assigns several figures in turn; () if the assignment is not obvious.

    甲床位、乙床位分别达到…: one name each. 三市分别建成书屋30个、20个: the counted noun is the name of all.
    小学、初中巩固率: the first name is incomplete.
    """
    first = figures[0]
    counted = norm[first.keyword.end : min(first.span.start, first.unit_span.start)].strip()
    counted = words[_MADE].sub("", words[TAIL_OF_SUBJECT].sub("", counted))
    if first.kind == "count" and counted:
        return (counted,) * len(figures)
    subject = norm[clause.start : first.keyword.start].rpartition("分别")[0]
    subject = words[_HEAD_OF_SUBJECT].sub("", words[TIME].sub("", NUMBERING.sub("", subject)).strip("、 "))
    subject = words[TAIL_OF_SUBJECT].sub("", subject)
    subject = words[_MADE].sub("", subject) if first.kind == "count" else subject
    parts = tuple(p.strip() for p in COORDINATE.split(subject))
    alike = all(p[-2:] == parts[-1][-2:] or words[NOUN_OF_LEVEL].search(p) for p in parts)
    # 茶厂、渔港分别达到30家、20家: things that are counted need no noun of measure, but are neither ranks nor places
    alike = alike or (first.kind == "count" and not any(_NO_THING.search(p) for p in parts))
    return parts if len(parts) == len(figures) and alike and all(parts) else ()


def name_of(norm: str, clause: Span, figure: Figure, words: Words) -> str | None:
    """Return what is measured: for a level the preceding words, for counted things the noun at the figure."""
    start, end = max(clause.start, figure.span.start - REACH), min(clause.end, figure.end + REACH)
    opens = min(figure.span.start, figure.unit_span.start)  # 百分之 precedes its number
    before = BROKEN.sub("", norm[start : min(figure.keyword.start, opens)])
    behind = _OTHER_UNIT.sub("", BROKEN.sub("", norm[figure.end : end]))
    between = BROKEN.sub("", norm[max(figure.keyword.end, start) : opens])
    before = words[f"(?:{LEVEL_UP}|{LEVEL_DOWN})$"].sub("", before)  # 书屋达到≥200个
    level = words[_LEVEL].search(norm, start, figure.span.start) is not None
    # 新建、改造410万亩农田: only verbs of creation precede the figure
    verbs = words[_VERBS].fullmatch(norm, figure.keyword.start, opens) is not None
    made = not level and (figure.kind == "count" or (figure.kind == "quantity" and verbs))
    noun = "" if behind.startswith("(") else behind.removeprefix("的")
    is_thing = noun.strip("、和 ") and not _FIGURE_ALONE.fullmatch(noun)
    # 带动农户5000户以上增收: whom a verb governs, and not what they do
    governed = _NO_THING.sub("", words[TAIL_OF_SUBJECT].sub("", between).strip("、* "))
    is_thing = is_thing and not (made and len(governed) > 1 and OF_PEOPLE.search(figure.unit))
    if is_thing and (made or (figure.kind == "share" and words[ACTS_BEFORE].match(before))):
        return _trimmed_name(noun, words)
    # 压减审批事项30项, 全市完成农村公路建设500公里: what a verb governs stands between it and the figure
    verb = norm[figure.keyword.start : figure.keyword.end]
    governs = not level and figure.kind != "share" and words[f"(?:{MAKE}|{UP}|{DOWN})$"].search(verb) is not None
    reduced = (governs or figure.direction == "decrease_by") and len(between) > 1
    name = between if (made or reduced) and words[TAIL_OF_SUBJECT].sub("", between).strip() else before or between
    if not between.strip() and before and words[_WORKS].fullmatch(verb):  # 家庭适老化改造600户
        works = words[TAIL_OF_SUBJECT].sub("", before)
        return _trimmed_name(words[_MADE].sub("", works) + verb * (works == before), words)
    if (made or governs) and (
        scope := words[_WHERE_NEW].search(before)
    ):  # 城镇新增就业: no part of the name may be lost
        return scope[0] + verb + between
    if figure.baseline and figure.baseline.opens > start:
        name = BROKEN.sub("", norm[start : figure.baseline.opens])
    name = _trimmed_name(name, words) or ""
    name = words[_MADE].sub("", name.strip("、 ")) if made or governs else name
    # 新建茶园20万亩,改造提升5万亩
    name = "" if name in words.of(OF_QUALITY) or name == figure.unit else name.strip("、 ")
    return name or (_trimmed_name(noun, words) if figure.kind == "share" else None)


def time_at_end(before: str, words: Words) -> int | None:
    """Return where the time begins with which the words before a figure end: 入园率于6月底前 | 达到90%.

    None if they end with no time, or are nothing else.
    """
    before = before.rstrip()
    times = list(find_times(before, None, words))
    if not times or times[-1].end < len(before):
        return None
    opens = words[_OPENS_TIME].search(before, 0, times[-1].start)
    return (opens.start() if opens else 0) or None


def _trimmed_name(name: str, words: Words) -> str | None:
    """Return a name without leading number, time and words of aim, and without trailing words of degree."""
    name = NUMBERING.sub("", words[TIME].sub("", name)).strip("、 ").lstrip(")")
    opens = next(find_times(name, None, words), None)
    name = name[opens.end :] if opens and not opens.start else name
    name = words[TAIL_OF_SUBJECT].sub("", words[_HEAD_OF_SUBJECT].sub("", name)).strip("、 ")
    name = words[_EACH_TIME].sub("", name)
    name = name[: time_at_end(name, words) or len(name)]
    is_half = _RATE_ALONE.fullmatch(name) or words[_LENGTH].match(name) or words[_RANK_ALONE].match(name)
    is_half = is_half or _FIGURE_ALONE.fullmatch(name)  # 6240元提高到6600元 behind the end of a line
    return None if not name or is_half else name
