"""A passage split into the stretches that may contain names: list members, each with its governing verb.

Takes the text of a passage. Guarantees: members are disjoint and in order; text in quotes, brackets or 《 》 is never
split; each step scans the text a constant number of times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kgbuild.lexicon.words import Words

TITLE, QUOTED, BRACKETED = "□", "ｑ", "ｂ"
_WITHIN = "inner-joins"
_TITLES = re.compile(r"《[^《》\n]*》")
_QUOTES = re.compile(r"“[^“”\"\n]*[”\"]")
_STRAIGHT = re.compile(r"\"[^“”\"\n]*\"")
_BRACKETS = re.compile(r"\([^()\n]*\)")
_CLAUSE = re.compile(r"[^,。;:!?\n]+")

_FINAL = "{governing-verbs}"
_LIGHT = "{light-verbs}"
_NOUNS_BEHIND = "支持(?:计划|工程|项目)|{verb-noun-followers}"
_HEADS_BEHIND = "{light-verb-followers}"
_HOW = r"高(?:标准|水平|质量)(?={quality-followers})"  # 高水平大学 is a noun
# The first characters are tested first, so that alternatives are tried only where one can start
_MARK = (
    rf"(?=[、”\[\]{TITLE}以和及与或暨等高{{^governing-verbs}}{{^light-verbs}}{{^joining-verbs}}])(?:(?P<stop>、|”(?=“)|[\[\]{TITLE}])|(?P<and>以及|和|及|与|或|暨)|(?P<close>等(?!奖(?!项)))|"
    rf"(?P<verb>(?P<final>{_FINAL})(?!(?:{_NOUNS_BEHIND})(?!{{object-openers}}))|(?P<light>{_LIGHT}|{_HOW})(?!{_HEADS_BEHIND}))|(?P<joint>{{joining-verbs}}))"
)
_CLASS = (
    r"等[^、等“”]{0,12}?(?P<class>{closing-nouns}|(?:{closing-nouns-free})(?=$|"
    r"[^\u4e00-\u9fff]|{class-followers}|[的和及与为在以中]|{governing-verbs}|{light-verbs}))"
)
_SHIELD = "{name-shields}"
_HELPING = r"助力[\u4e00-\u9fff]{2,12}?{helped-heads}"
_LATER = "{later-verbs}"
_ADVERB = "{lead-adverbs}"
KINDS = "kind-words"
"""Class words after 等 that make the members kinds of things rather than names."""
_AWARD = r"{choosing-verbs}"

_LEADING = r"(?:{leading-verbs})"
_PARTICLES = r"(?:{noun-particles}|[全我本](?:省|市|县|区|州|国家?)(?<!全国)(?:的|内|域)?|[省市县区州]级| |·|—|-)"
_OWNER = re.compile(r"(?:省|市|自治区)(?![会场民域区际外内县州直级政委长校容本])")
_NATION = re.compile(r"全国|全省|全市")
_SEVERAL = re.compile(r"一批|一系列|各[类级种]")


class Member(NamedTuple):
    """A member of a list, or a single object."""

    start: int
    end: int
    verb: str
    """The verb that governs it; "" if unknown."""
    list: int
    """Number of its list."""
    closing: str
    """The class word that closes the list after 等: 活动, 平台; "" if there is none."""
    ranked: bool
    """Whether 省 or 省级 precedes it or an earlier neighbour."""
    clean: bool
    """Whether a mark or a verb precedes it, so that the name starts here."""
    awarded: bool
    """Whether the list is the result of a 评选."""
    several: bool
    """Whether 一批, 各类 or the like precedes the list, so that all members are classes."""
    first: bool
    """Whether it is the first of its list and follows a mark or a verb."""


def mask(text: str) -> str:
    """Return the text in equal length with titles and the inside of quotes and brackets made opaque.

    Example:
        >>> mask("办“好事”(一)的《通知》")
        '办“ｑｑ”(ｂ)的□□□□'
    """
    text = _TITLES.sub(lambda m: TITLE * len(m[0]), text)
    text = _QUOTES.sub(_opaque, text)
    if text.count('"') % 2 == 0:
        text = _STRAIGHT.sub(_opaque, text)
    return _BRACKETS.sub(lambda m: f"({BRACKETED * (len(m[0]) - 2)})", text)


def _opaque(quotes: re.Match[str]) -> str:
    """Replace quotes of any style, also mixed ones, by a pair of one style."""
    return f"“{QUOTED * (len(quotes[0]) - 2)}”"


def members(
    masked: str,
    ends: Callable[[int], bool],
    words: Words,
    *,
    holds: Callable[[int, int], bool] = lambda *_: True,
    begins: Callable[[int], bool] = lambda _: False,
) -> Iterator[Member]:
    """Yield the members of all lists.

    Args:
        masked: Result of `mask`.
        words: Word classes: verbs and class words.
        ends: Tells whether a name may end at an offset; only there does 和 separate two names.
        holds: Tells whether a clause may contain a name; others are skipped.
        begins: Tells whether a place starts at an offset; between a name and a place 建设 is a verb.
    """
    number = 0
    for clause in _CLAUSE.finditer(masked):
        if not holds(*clause.span()):
            continue
        for part in _lists(masked, clause.start(), clause.end(), ends, begins, words):
            number += 1
            yield from _trimmed(masked, part, number, words)


@dataclass(slots=True, kw_only=True)
class _List:
    spans: list[tuple[int, int]] = field(default_factory=list)
    verb: str = ""
    clear: bool = True
    closing: str = ""
    awarded: bool = False
    light: str = ""


def _lists(
    masked: str, start: int, end: int, ends: Callable[[int], bool], begins: Callable[[int], bool], words: Words
) -> Iterator[_List]:
    """Split a clause into lists at verbs and after 等, and each list into members."""
    current, at = _List(), start
    shields = [s.span() for s in words[_SHIELD].finditer(masked, start, end)]
    for m in words[_MARK].finditer(masked, start, end):
        if m.start() < at or (m["and"] and not ends(m.start()) and not _may_list(m["and"], current.spans, ends, words)):
            continue
        if shields and any(left <= m.start() and m.end() <= right for left, right in shields):
            continue
        if m["joint"] and not (m.start() > at and ends(m.start()) and begins(m.end())):
            continue
        if m["light"] and current.verb and m.start() > at and words[_HELPING].match(masked, m.start(), end):
            continue
        if m["close"] and not (current.spans or m.start() > at):
            current, at = _List(clear=False), m.end()
            continue
        if m["verb"] or m["joint"]:
            if m.start() > at:
                current.spans.append((at, m.start()))
                yield current
                current = _List()
            verb, light = m["final"] or m["joint"] or current.verb, m["light"] or current.light
            current = _List(verb=verb, light=light, spans=current.spans)
        else:
            current.spans.append((at, m.start() + (masked[m.start()] == "”")))
            if m["close"]:
                closing = words[_CLASS].match(masked, m.start(), end)
                current.closing = closing["class"] if closing else "等"
                tail = masked[m.start() : m.start() + 14]
                current.awarded = current.verb == "选树" or bool(words[_AWARD].search(tail))
                yield current
                current = _List(clear=False)
                at = closing.end() if closing else m.end()
                continue
        at = m.end()
    current.spans.append((at, end))
    yield current


def _may_list(mark: str, spans: Sequence[tuple[int, int]], ends: Callable[[int], bool], words: Words) -> bool:
    """Tell whether 和 behind a phrase without a head may separate; 与 does not if its neighbours have heads.

    奶业振兴行动、耕地保护与质量提升行动: the second is one name.
    """
    return len(spans) > 1 and not (mark in words.of(_WITHIN) and ends(spans[-1][1]))


def _trimmed(masked: str, part: _List, number: int, words: Words) -> Iterator[Member]:
    """Strip verbs and determiners from the start of list members."""
    verb, owned = part.verb, False
    several = bool(part.spans) and _SEVERAL.search(masked, *part.spans[0]) is not None
    chosen = bool(part.spans) and words[_AWARD].search(masked, *part.spans[-1]) is not None
    for index, (left, end) in enumerate(part.spans):
        again = words[_LATER].match(masked, left, end) if index else None
        start, lead, ranked = _content(masked, again.end() if again else left, end, words, governed=bool(part.verb))
        if index == 0:
            verb = verb or lead or part.light
        owned |= ranked
        if start < end:
            yield Member(
                start=start,
                end=end,
                verb=verb,
                list=number,
                closing=part.closing,
                ranked=owned,
                clean=part.clear or index > 0,
                awarded=part.awarded or chosen or verb == "选树",
                first=part.clear and index == 0,
                several=several and index > 0,
            )


def _content(masked: str, start: int, end: int, words: Words, *, governed: bool) -> tuple[int, str, bool]:
    """Return the start of the noun phrase after particles, one leading verb and words that refer to the place."""
    verb, ranked = "", False
    while start < end:
        step = words[_PARTICLES].match(masked, start, end)
        if not step and not verb and not governed:
            step = words[_LEADING].match(masked, start, end)
            verb = "" if not step or words[_ADVERB].fullmatch(step[0]) else step[0]
        if not step:
            break
        ranked |= step[0] in {"省级", "全省", "我省"}
        start = step.end()
    owner = _OWNER.match(masked, start, end)
    return (owner.end(), verb, True) if owner else (start, verb, ranked)
