"""Names with quotes: a head before, in or behind them, members of closed lists, brands in use.

Takes a member of a list with its quotes. Slogans, fixed terms and role words have no head and no such list.
Source: §7 of the annotation guidelines, rows 2a and 2b, S2 to S4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.extract.named_heads import follows, start_of
from kgbuild.extract.named_rules import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.extract.named_heads import HeadMatch, Words
    from kgbuild.extract.named_text import Member
    from kgbuild.model import NamedType

MAX_TAIL = 14
MAX_FIELD = 12
_QUOTE = re.compile(r"“(ｑ{2,30})”")
_PERIOD = re.compile(r"十[一二三四五六七]五|三农|[一二三四五六七八九十]个(?:意识|自信|全面|维护|确立|一流)")
_SEVERAL = re.compile(r"(?:一批|各类|各级|系列|多场次|[0-9]+[个家项])$")
_AS = re.compile(r"作为$")
_USING = re.compile(r"依托|用好|用足|优化|接入|发挥|利用好|打响|推送|推广")
_CLOSED: dict[str, NamedType] = {
    "活动": "campaign",
    "讲座": "lecture_series",
    "平台": "platform",
    "项目": "programme",
    "工程": "programme",
    "计划": "programme",
    "行动": "campaign",
    "赛事": "competition",
    "大赛": "competition",
    "竞赛": "competition",
    "展会": "event",
    "会展": "event",
    "展览": "event",
    "品牌": "platform",
    "载体": "facility",
    "阵地": "facility",
    "设施": "facility",
    "评选": "award",
    "奖项": "award",
    "系统": "platform",
    "作用": "platform",
}
_LOOSE = frozenset({"活动", "项目", "计划", "工程", "平台", "服务", "社区", "体系", "机制"})
"""Heads that only repeat the class of a name which has its own head inside the quotes."""


def read_quotes(text: str, masked: str, words: Words, member: Member) -> Iterator[Candidate]:
    """Yield the names of a member that stand in quotes or begin with them."""
    for quote in _QUOTE.finditer(masked, member.start, member.end):
        inner = text[quote.start() + 1 : quote.end() - 1]
        if _PERIOD.fullmatch(inner) or _SEVERAL.search(masked, max(0, quote.start() - 4), quote.start()):
            continue
        found = _read(text, masked, words, member, quote.span())
        if found:
            yield found


def _read(text: str, masked: str, words: Words, member: Member, quote: tuple[int, int]) -> Candidate | None:
    start, end = quote
    inner = text[start + 1 : end - 1]
    own = _own_head(inner, words)
    tail = _tail(masked, words, member, end)
    if masked.startswith("——", end) and tail:
        return Candidate(start, tail.end, tail.type, "quoted-apposition", tail.row)
    if own and (tail is None or tail.word in _LOOSE or own[1] in {"platform", "facility"}):
        return Candidate(start + 1, end - 1, own[0], "quoted-name", own[1])
    if tail and not re.search(r"[,。;:、]", inner) and not _AS.search(masked, max(0, start - 2), start):
        left = _field(masked, member, start)
        return Candidate(left, _bracketed(masked, tail.end, member.end), tail.type, "quoted-head", tail.row)
    kind = None if re.search(r"[,。;:]", inner) or tail else _closed(masked, member, end)
    return Candidate(start + 1, end - 1, kind, "quoted-list", "quoted") if kind else None


def _own_head(inner: str, words: Words) -> tuple[NamedType, str] | None:
    """The head at the end of what stands in the quotes."""
    if re.search(r"[,。;:、]", inner):
        return None
    for length in range(min(6, len(inner) - 1), 0, -1):
        head = words.table.get(inner[-length:])
        if head and len(inner) - length >= (2 if length > 1 else 1):
            return head.type, head.row
    return None


def _tail(masked: str, words: Words, member: Member, end: int) -> HeadMatch | None:
    """The head behind the quotes, with nothing between but a noun phrase."""
    limit = min(member.end, end + MAX_TAIL + 4)
    following = masked.find("“", end, limit)
    for head in words.heads_in(end, limit if following < 0 else following):
        gap = masked[end : head.start]
        if len(gap) > MAX_TAIL or start_of(masked, end, head.start)[0] != end or not follows(masked, head.end):
            continue
        if head.row == "listed" or re.search(r"企业|人才|建设|发展|和|等|与", gap):
            continue
        return head
    return None


def _field(masked: str, member: Member, quote: int) -> int:
    """Where the name begins: at a word of the field that is joined to the quotes."""
    start, whole = start_of(masked, member.start, quote)
    field = masked[start:quote]
    fits = whole and member.clean and 0 < len(field) <= MAX_FIELD and re.fullmatch(r"[\u4e00-\u9fffA-Za-z0-9]+", field)
    return start if fits else quote


def _bracketed(masked: str, end: int, limit: int) -> int:
    bracket = re.compile(r"\(ｂ{2,4}\)").match(masked, end, limit)
    return bracket.end() if bracket else end


def _closed(masked: str, member: Member, end: int) -> NamedType | None:
    """The type that a closed list, a choice of the best or a verb of use gives to a label without head."""
    behind = masked[end : min(member.end, end + 4)]
    if member.awarded:
        return "award"
    if re.match(
        r"企业|人才|产品|人员|产业|模式|原则|方式|理念|精神|要求|政策|方针|思维|问题|国家|地区|沿线|时期|期间|规划|产|的",
        behind,
    ):
        return None
    if member.closing in _CLOSED:
        return _CLOSED[member.closing]
    return "platform" if _USING.search(member.verb) and member.closing in {"", "等"} else None
