"""Names with quotes: with a head before, in or after them, members of closed lists, brands in use.

Takes a list member with its quotes. Slogans, fixed terms and role words have neither a head nor such a list.
Source: observation of plans, agreed between annotators.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.extract.named.heads import SEVERAL, follows, start_of
from kgbuild.extract.named.rules import ENDS_IN_VERB, PROJECT, STARTED, Candidate
from kgbuild.extract.named.text import KINDS
from kgbuild.text.numerals import TO_TEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.extract.named.heads import HeadMatch, Landmarks
    from kgbuild.extract.named.text import Member
    from kgbuild.lexicon.words import Words
    from kgbuild.model import NamedType

MAX_TAIL = 14
MAX_FIELD = 12
MAX_LABEL = 12
_QUOTE = re.compile(r"“(ｑ{2,30})”")
_FIXED = rf"十[一二三四五六七]?五|三农|走出去|引进来|一国两制|[{TO_TEN}]个(?:{{fixed-counts}})"
_COUNT = rf"[{TO_TEN}两][个项].{{2}}$|[{TO_TEN}两]大(?:{{fixed-heads}})$"
_IDIOM = "{fixed-idioms}"
_CONTENTS = re.compile(r"[,。;:、]")
_CIRCLE = re.compile(f"[^{TO_TEN}两]圈$")
_MANNER = r"(?:[\u4e00-\u9fff]{2,4})?(?:{manner-words})"
_CODE = re.compile("[码卡通办]$")
_SHORTEST = 2
_SHORTEST_PROJECT = 3
_RESULT = re.compile("[为成]$")
_ZERO = "零"
_NO_CODE = "(?:{code-stems})$"
MOTTO = "{motto-words}"
_BREAKS = "{tail-breakers}"
NEAR = 8
"""Characters after quotes within which a head may follow, if the quotes hold several phrases or name a mechanism."""
_AFTER_LABEL = r"{label-followers}|[和及与等的] ?$|[^\u4e00-\u9fff]"
_VERB_IN_FIELD = "^[上下]|^(?:{leading-verbs})|{governing-verbs}|{later-verbs}"
_AS = re.compile(r"作为$")
_USING = r"{verbs-of-use}"
_PARTED = "{gap-breakers}|[和等与]"
_BROKEN = "^(?:为|{gap-openers})|" + _PARTED
_KIND_BEHIND = "(?:服务)?(?:模式|{tail-breakers})"
_SLOGAN = "(?:{slogan-ends})$"
_VERB = 2
_FOR_PERSONS = frozenset({"endeavour", "arrangement"})
_SPEAKING = 4
"""The length from which a head for a platform names one by itself."""
_CLEAR = frozenset({"endeavour", "quoted", "platform", "rule", "arrangement", "pilot", "facility", "place", "strategy"})


def read_quotes(text: str, masked: str, marks: Landmarks, member: Member) -> Iterator[Candidate]:
    """Yield the names of a member that are in quotes or start with quotes."""
    for quote in _QUOTE.finditer(masked, member.start, member.end):
        if marks.words[SEVERAL].search(masked, max(0, quote.start() - 8), quote.start()):
            continue
        found = _read(text, masked, marks, member, quote.span())
        if found:
            yield found


def _read(text: str, masked: str, marks: Landmarks, member: Member, quote: tuple[int, int]) -> Candidate | None:
    start, end = quote
    inner = text[start + 1 : end - 1]
    idiom = marks.words[_IDIOM].fullmatch(inner) is not None
    own = None if idiom else _own_head(inner, masked, end, marks, closed=bool(member.closing))
    if member.closing in marks.words.of(KINDS):
        return None
    tail = _tail(masked, marks, member, end)
    if masked.startswith("——", end) and tail:
        return Candidate(start, tail.end, tail.type, "quoted-apposition", tail.row)
    if (
        own
        and not _is_of_titled(own, tail, end)
        and (
            tail is None
            or (tail.word == "活动" and (tail.start == end or len(own[2]) > 1))
            or (
                len(own[2]) > 1 and own[2] != inner and (tail.start > end or tail.word in marks.words.of("loose-heads"))
            )
        )
    ):
        return Candidate(start + 1, end - 1, own[0], "quoted-name", own[1])
    several = _CONTENTS.search(inner) is not None
    fixed = marks.words[_FIXED].fullmatch(inner) is not None
    if tail and (not several or tail.start - end <= NEAR) and not _AS.search(masked, max(0, start - 2), start):
        left = _field(masked, member, start, marks.words)
        if idiom or (fixed and (tail.row != "endeavour" or start - left < 4)):
            return None
        return Candidate(left, marks.bracketed(tail.end, member.end), tail.type, "quoted-head", tail.row)
    return None if several or tail or fixed or idiom else _label(inner, masked, marks, member, quote)


def _is_of_titled(own: tuple[NamedType, str, str], tail: HeadMatch | None, end: int) -> bool:
    """Tell whether quotes hold the title of those for whom a programme behind them is: “云岭好青年”选培计划."""
    return own[1] == "title" and tail is not None and tail.row == "endeavour" and tail.start - end <= NEAR


def _label(inner: str, masked: str, marks: Landmarks, member: Member, quote: tuple[int, int]) -> Candidate | None:
    """Return the name given by a label that no head follows."""
    start, end = quote
    # the class word that closes the list says what its members are
    kind, rule = _closed(masked, inner, member, end, marks), "quoted-list"
    if not (kind and member.closing) and _is_label(inner, marks) and not is_of_kind(masked, end, marks.words):
        kind, rule = "platform", "quoted-label"
    return Candidate(start + 1, end - 1, kind, rule, "quoted") if kind else None


def is_of_kind(masked: str, end: int, words: Words) -> bool:
    """Tell whether the word after quotes makes them a method or a class: “X”服务模式, “X”企业."""
    return words[_KIND_BEHIND].match(masked, end) is not None


def is_coded(inner: str, words: Words) -> bool:
    """Tell whether a quoted text ends like the name of a service: 云企通, 云岭办."""
    return len(inner) > _SHORTEST and _CODE.search(inner) is not None and words[_NO_CODE].search(inner) is None


def _is_label(inner: str, marks: Landmarks) -> bool:
    """Tell whether a quoted text has the form of a service name: 安心码, 云岭通, 好客云岭·云游岭上."""
    if marks.words[_NO_CODE].search(inner) or len(inner) > MAX_LABEL:
        return False
    if inner[-1] in "码卡" and len(inner) > (2 if inner[-1] == "码" else 3):
        return True
    made = "·" in inner or (_CODE.search(inner) is not None and not marks.words[MOTTO].search(inner))
    return made and len(inner) > 2 and marks.places(inner)


def _own_head(
    inner: str, masked: str, end: int, marks: Landmarks, *, closed: bool
) -> tuple[NamedType, str, str] | None:
    """Return the head at the end of the quoted text."""
    if _CONTENTS.search(inner) or inner.count("+") > 1 or marks.words[_COUNT].match(inner):
        return None
    # “以事项为中心” is a slogan; of “总部+基地”管理模式 the quotes are the way of working
    if marks.words[_MANNER].match(masked, end) or marks.words[_SLOGAN].search(inner):
        return None
    whole = marks.table.get(inner)
    if whole:
        # the one word says which platform is meant: “单一窗口”
        return (whole.type, whole.row, inner) if whole.type == "platform" and len(inner) >= _SPEAKING else None
    for length in range(min(6, len(inner) - 1), 0, -1):
        head = marks.table.get(inner[-length:])
        if head and head.row != "survey" and _names(inner, length, marks, closed=closed):
            return head.type, head.row, inner[-length:]
    return None


def _names(inner: str, length: int, marks: Landmarks, *, closed: bool) -> bool:
    """Tell whether a head of this length and the text before it form a name; one-character heads need more."""
    if inner.endswith(PROJECT) and len(inner) - length < _SHORTEST_PROJECT:
        return False  # “两高”项目 in one pair of quotes is a class
    if length > 1:
        return len(inner) - length >= (1 if marks.table[inner[-length:]].row == "facility" else 2)
    head = marks.table[inner[-1]]
    if head.row == "listed":
        return closed and len(inner) > 2
    return (
        head.row in {"rule", "title"}
        or (head.row == "quoted" and len(inner) > 4)
        or (_CIRCLE.search(inner) is not None and len(inner) > 4)
        or marks.places(inner)
        or inner[-1] in "岛谷"
    )


def _tail(masked: str, marks: Landmarks, member: Member, end: int) -> HeadMatch | None:
    """Return the head after the quotes, if only a noun phrase intervenes."""
    limit = min(member.end, end + MAX_TAIL + 4)
    following = masked.find("“", end, limit)
    for head in marks.heads_in(end, limit if following < 0 else following):
        gap = masked[end : head.start]
        if (
            len(gap) > MAX_TAIL
            or (gap not in marks.words.of("series-words") and start_of(masked, end, head.start, marks.words)[0] != end)
            or not (follows(masked, head.end, marks.words) or _is_clear(head, gap))
            or marks.words[_BREAKS].match(masked, head.end)
        ):
            continue
        if (
            head.row in {"listed", "survey"}
            or head.word == "链"
            or (marks.words[_BROKEN].search(gap) and not _made_for(head, gap, marks.words))
            or (head.row == "arrangement" and len(gap) > NEAR)
        ):
            continue
        return head
    return None


def _made_for(head: HeadMatch, gap: str, words: Words) -> bool:
    """Tell whether what would begin another phrase says for whom it is: “暖岭之光”人才计划, “岭商易”企业服务平台."""
    if head.row in _FOR_PERSONS:
        # “岭峰”企业培育支持计划: what is done for them stands before the head
        done = gap[-_VERB:] in words.of("policy-verbs") and head.row == "endeavour" and head.word != PROJECT
        return (done and not words[_PARTED].search(gap)) or gap in words.of("gap-openers")
    return head.row == "platform" and len(gap) <= NEAR and gap.endswith(tuple(words.of("gap-closers")))


def _is_clear(head: HeadMatch, gap: str) -> bool:
    """Tell whether quotes and head form a name whatever follows."""
    return len(head.word) > 1 and head.row in _CLEAR and (head.word != "项目" or not gap)


def _field(masked: str, member: Member, quote: int, words: Words) -> int:
    """Return the start of the name: at a field word attached to the quotes."""
    start, whole = start_of(masked, member.start, quote, words)
    field = masked[start:quote]
    if words[ENDS_IN_VERB].search(field) or words[STARTED].match(field) or words[_VERB_IN_FIELD].search(field):
        return quote
    fits = (
        (whole == "的" or (not whole and member.first and member.verb))
        and 0 < len(field) <= MAX_FIELD
        and re.fullmatch(r"(?:(?![向把将由和与及])[\u4e00-\u9fffA-Za-z0-9])+", field)
    )
    return start if fits else quote


def _closed(masked: str, inner: str, member: Member, end: int, marks: Landmarks) -> NamedType | None:
    """Return the type that a closed list, a selection or a verb of use implies for a label without a head."""
    if member.closing in marks.words.of(KINDS):
        return None
    behind, quote = masked[end : min(member.end, end + 4)], end - len(inner) - 2
    if member.awarded:
        return "award"
    if behind and (not marks.words[_AFTER_LABEL].match(behind) or marks.words[_KIND_BEHIND].match(behind)):
        return None
    kind = marks.closing_types.get(member.closing)
    if kind:
        return kind
    # 优化为“一件事”, 打响“满意度”: a result or a quality is no service that is used
    if (
        _RESULT.search(masked, max(0, quote - 1), quote)
        or marks.words[_SLOGAN].search(inner)
        or inner.startswith(_ZERO)
    ):
        return None
    return "platform" if marks.words[_USING].search(member.verb) and member.closing in {"", "等"} else None
