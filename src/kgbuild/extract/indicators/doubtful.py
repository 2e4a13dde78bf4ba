"""Figures that state a target but from which no value can be read: 几十个, 半数以上, 降到不到3%, 3 6万个.

Takes a clause of normalised text; returns where they stand, for a finding.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kgbuild.extract.indicators.amounts import LARGE, POWERS, Units, countable, ends_of_ranges, numbers, rows
from kgbuild.extract.indicators.figures import definition_in, gives_money, is_past
from kgbuild.extract.indicators.wordings import (
    ACTS_BEFORE,
    AT_FIGURE,
    DOWN,
    LEVEL_DOWN,
    LEVEL_UP,
    MAKE,
    NEAR,
    OF,
    PAST,
    REACH,
    SHARE_ACTS,
    TO_LEVEL,
    UP,
)
from kgbuild.lexicon import Lexicon
from kgbuild.model import Span
from kgbuild.text.intervals import Intervals
from kgbuild.text.numerals import HAN, ZERO, amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.extract.indicators.amounts import Units
    from kgbuild.lexicon import Lexicon

_ROUGH = "{rough-numbers}"
_HALF = "(?:{half-shares})(?:以上)?"
_LESS_THAN = f"(?:(?:{MAKE}|{LEVEL_UP}|{LEVEL_DOWN}|{UP}|{DOWN})[^,;。]{{0,6}})(?:{{less-than-words}}) ?$"
_NAME = re.compile("“[^“”,。]{1,6}”")
"""“百千万”工程: what looks like a figure in so short a quotation is part of a name."""
_FOLDS = "倍番"
_PART = "分之"
_YEAR = re.compile(r"(?:19|20)\d\d(?= ?年)")
# 达到2020年的2倍
_BASE = rf"(?P<base>{_YEAR.pattern}[^,;。\d]{{0,4}}{OF} ?)?"
# 受教育年限达到11.3年, 漏损率降为零: what stands behind such a verb is a target, whatever its unit
_STATED = (
    rf"(?<![不未得])(?:{{level-reached}}|(?:{{rising-verbs}}|{{falling-verbs}}){TO_LEVEL})"
    rf" ?{_BASE}(?P<n>\d+(?:\.\d+)?|[{ZERO}]|(?P<power>[{POWERS}]{{1,3}}))"
    rf"|(?:{{level-even}})(?P<none>[{ZERO}])(?=[,。;、\n]|$)"
    r"|(?P<zero>{zero-outcomes})(?=[,。;、!\n]|$)"  # 实现零事故, 积案清零
)


@lru_cache(maxsize=8)
def _counted(units: Units) -> tuple[re.Pattern[str], ...]:
    every = "|".join(re.escape(u) for u, _ in countable(units))
    number, unit = f"[{HAN}]{{2,7}}", f"[{LARGE}]?(?:{every})"
    return (
        re.compile(f"(?P<number>{number}){unit}"),
        re.compile(f"(?:{number})?{unit}"),
        # 3 6万个: a line may be broken within the number, or two numbers stand side by side
        re.compile(rf"(?<![\d.])\d{{1,4}} \d+(?:\.\d+)? ?{unit}"),
        # 一批, 一次, 二期, 最后一公里: a word or an ordinal, and no figure that anybody doubts
        re.compile(f"[{HAN}](?:{every})"),
    )


def in_doubt(norm: str, part: Span, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the places of figures from which no value can be read.

    These are vague numbers (几十个, 上百个) and numerals of doubtful spelling (一百二个).
    """
    spelled, counted, broken, word = _counted(lexicon.units)
    rough = lexicon.words[_ROUGH].finditer(norm, part.start, part.end)
    found = [(m.start(), unit.end()) for m in rough if (unit := counted.match(norm, m.end(), part.end))]
    found += [m.span() for m in spelled.finditer(norm, part.start, part.end) if amount(m["number"]) is None]
    wholes = list(rows(norm, part, lexicon))
    known = numbers(norm, part, lexicon)
    read = {m.start(): m.end() for m in known}
    found += [(a.start(), b.end()) for a, b in ends_of_ranges(norm, known)]
    found += [m.span() for m in broken.finditer(norm, part.start, part.end) if m.start() not in read]
    found += [
        (x.start, x.end)
        for x in wholes
        if (norm[x.end - 1] in _FOLDS and norm[x.start] in HAN)
        or (read.get(x.start, 0) < x.end and not word.fullmatch(norm, x.start, x.end))
    ]
    found += [m.span() for m in lexicon.words[_HALF].finditer(norm, part.start, part.end)]
    found += [
        (at, end) for at, end in read.items() if lexicon.words[_LESS_THAN].search(norm, max(part.start, at - NEAR), at)
    ]
    names = Intervals([Span(*m.span()) for m in _NAME.finditer(norm, part.start, part.end)])
    return sorted(place for place in found if names.covering(Span(*place)) is None)


def find_doubtful(norm: str, clause: Span, lexicon: Lexicon) -> Iterator[Span]:
    """Yield the figures of a clause that say what to create or reach but from which no value can be read."""
    words, end = lexicon.words, clause.start
    for a, b in in_doubt(norm, clause, lexicon):
        before = norm[max(clause.start, a - NEAR) : a]
        governed = any(words[w].search(before) for w in (MAKE, AT_FIGURE, _LESS_THAN)) or before.endswith("翻")
        if not governed and (_PART in norm[a:b] or words[_HALF].fullmatch(norm, a, b)):
            # 半数以上的茶厂建成: the share is the subject
            opens = words[ACTS_BEFORE].match(norm[clause.start : a])
            governed = opens is not None and words[SHARE_ACTS].match(norm[b : clause.end]) is not None
        if a >= end and governed and not words[PAST].search(norm, clause.start, a):
            end = b
            yield Span(a, b)


def find_untold(norm: str, part: Span, told: Intervals, lexicon: Lexicon, since: int | None) -> Iterator[Span]:
    """Yield the figures behind a verb of reaching of which no target was read.

    Args:
        norm: Normalised text.
        part: A part of a plan.
        told: The targets that were read.
        lexicon: Units and words.
        since: Year in which the plan starts; what an earlier one heads is past.
    """
    counted = _counted(lexicon.units)[1]
    for m in lexicon.words[_STATED].finditer(norm, part.start, part.end):
        figure = Span(*m.span("n" if m["n"] else "none" if m["none"] else "zero"))
        if m["power"] and not counted.match(norm, figure.end, part.end):  # 达到百家; 达到千里之外
            continue
        near = max(part.start, m.start() - REACH)
        # the year that a level is a multiple of tells nothing about when
        ends = (m.start(), m.start()) if m["base"] else (figure.end, min(part.end, figure.end + NEAR))
        clause = Span(max(norm.rfind(mark, near, m.start()) for mark in ",;。\n:") + 1 or near, ends[0])
        sentence = Span(norm.rfind("。", near, m.start()) + 1 or near, ends[1])
        describes = OF in norm[figure.end : figure.end + NEAR].partition(",")[0]  # 营业收入达到2000万元的企业
        years = [int(y) for y in _YEAR.findall(norm, sentence.start, m.start())]
        if not (
            describes
            or (years and since and max(years) < since)
            or told.covering(figure) is not None
            or gives_money(norm, sentence, lexicon)
            or is_past(norm, sentence, clause, (), lexicon.words, defines=definition_in(norm, sentence))
        ):
            yield figure
