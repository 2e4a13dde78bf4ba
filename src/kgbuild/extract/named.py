"""Named things: programmes, campaigns, competitions, platforms, … by proper name.

Takes passages. A name is a head word (工程, 大赛, 平台) with what stands before it: quotes, a place, or a modifier long
enough to be one, as the object of a verb of doing. Members of a list share the head of their neighbour. Slogans and
fixed terms in quotes have no head and are no names.
Source: gold/GUIDELINES.md §7 of the project's annotation rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.model import NamedMention, NamedType, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.extract.passage import Passage
    from kgbuild.lexicon import Lexicon

_HEADS: tuple[tuple[str, NamedType], ...] = (
    ("行动计划", "plan"),
    ("示范工程", "programme"),
    ("试点工程", "programme"),
    ("工程", "programme"),
    ("计划", "programme"),
    ("专项", "programme"),
    ("项目", "programme"),
    ("基金", "programme"),
    ("试点", "programme"),
    ("行动", "campaign"),
    ("活动", "campaign"),
    ("改革", "campaign"),
    ("战略", "plan"),
    ("大赛", "competition"),
    ("竞赛", "competition"),
    ("锦标赛", "competition"),
    ("博览会", "event"),
    ("交易会", "event"),
    ("大会", "event"),
    ("论坛", "event"),
    ("科技节", "event"),
    ("活动周", "event"),
    ("科普日", "event"),
    ("科学日", "event"),
    ("讲堂", "lecture_series"),
    ("讲坛", "lecture_series"),
    ("沙龙", "lecture_series"),
    ("平台", "platform"),
    ("系统", "platform"),
    ("小程序", "platform"),
    ("资源网", "platform"),
    ("服务云", "platform"),
    ("大脑", "platform"),
    ("单一窗口", "platform"),
    ("示范区", "facility"),
    ("先导区", "facility"),
    ("产业园", "facility"),
    ("软件园", "facility"),
    ("园区", "facility"),
    ("基地", "facility"),
    ("中心", "facility"),
    ("研究院", "facility"),
    ("服务站", "facility"),
    ("书屋", "facility"),
    ("之家", "facility"),
    ("科技馆", "facility"),
    ("少年宫", "facility"),
    ("名城", "award"),
    ("名园", "award"),
    ("奖", "award"),
    ("能手", "award"),
    ("制度", "system"),
    ("机制", "system"),
    ("体系", "system"),
    ("调查", "survey"),
    ("普查", "survey"),
    ("读本", "publication"),
    ("指南", "publication"),
)
_HEAD_ALT = "|".join(re.escape(h) for h, _ in _HEADS)
_TYPE: dict[str, NamedType] = dict(_HEADS)
_QUOTED = re.compile(rf"“(?P<in>[^“”,。;]{{2,24}})”(?P<field>[\u4e00-\u9fff]{{0,6}}?)(?P<head>{_HEAD_ALT})?")
_DO = r"(?:实施|开展|推进|启动|参加|举办|办好|组织|争创|争取|深化|依托|用好|落实|执行|推行|实行|建设|打造|完善|接入|发挥|创建|参与)"
_OBJECT = re.compile(
    rf"{_DO}(?:好|了)?(?P<list>[^,。;:“”《》()、]{{0,24}}?(?P<head>{_HEAD_ALT}))(?=$|[,。;:、等的和及])"
)
_VAGUE = re.compile(
    r"^(?:一批|各类|各级|各项|系列|重大|重点|相关|有关|本|该|此|这|若干|多个|一系列|全面|深入|积极|大力|专项|示范|具体|国家级|省级|市级|试点|"
    r"主要|基础|科普|科技|专题|宣传|教育|培训|公共|综合|管理|服务|工作|项目|建设|各|新|主题)*$"
)
_REGION = re.compile(r"^(?:中国|全国|国家|中华|齐鲁|黄河|长江|长三角|京津冀|粤港澳|一带一路)")
_STRONG: frozenset[str] = frozenset({"大赛", "竞赛", "博览会", "战略", "论坛", "讲堂", "讲坛", "行动计划"})
_LABEL_CLOSING = re.compile(r"等(?:品牌)?(?:活动|讲座|平台|项目|工程|计划|大赛|赛事|行动|工作)")


def find_named(passage: Passage, lexicon: Lexicon) -> list[NamedMention]:
    """Return the named things of a passage, in reading order, without overlaps; the longest name wins."""
    found = sorted((*_quoted(passage), *_objects(passage, lexicon)), key=lambda n: (n.span.start, -len(n.span)))
    out: list[NamedMention] = []
    for name in found:
        if not out or name.span.start >= out[-1].span.end:
            out.append(name)
    return out


def _quoted(passage: Passage) -> Iterator[NamedMention]:
    """Quotes with a head, before or in them, and quoted members of a list that a class word closes."""
    text = passage.text
    for m in _QUOTED.finditer(text):
        inner, head = m["in"], m["head"]
        own = next((h for h, _ in _HEADS if inner.endswith(h)), None)
        if head:
            start = m.start()
            name = text[start : m.end()]
            yield _mention(passage, start, m.end(), name, _TYPE[head], "quoted-head")
        elif own and len(inner) > len(own) + 1:
            yield _mention(passage, m.start("in"), m.end("in"), inner, _TYPE[own], "quoted-name")
        elif (closing := _LABEL_CLOSING.search(text, m.end(), m.end() + 80)) and _in_list(
            text, m.end(), closing.start()
        ):
            word = closing[0].removeprefix("等").removeprefix("品牌")
            kind: NamedType = {"讲座": "lecture_series", "赛事": "competition", "工作": "campaign"}.get(
                word
            ) or _TYPE.get(word, "campaign")  # type: ignore[assignment]  # mypy widens the dict
            yield _mention(passage, m.start("in"), m.end("in"), inner, kind, "quoted-list")


def _in_list(text: str, start: int, end: int) -> bool:
    return not re.search(r"[,。;]", text[start:end])


def _objects(passage: Passage, lexicon: Lexicon) -> Iterator[NamedMention]:
    """Names without quotes: the object of a verb of doing, with a place or a modifier that is long enough."""
    text = passage.text
    for m in _OBJECT.finditer(text):
        name, head = m["list"], m["head"]
        start = m.start("list")
        trimmed = re.sub(rf"^(?:{_DO}|好|全省|我省|全市|我市|新一代|全民)+", "", name)
        start += len(name) - len(trimmed)
        modifier = trimmed.removesuffix(head)
        if not modifier or _VAGUE.match(modifier) or re.search(r"的|一批|各类|与|了", modifier):
            continue
        placed = bool(_REGION.match(modifier)) or bool(_place_prefix(modifier, lexicon))
        least = 2 if head in _STRONG or placed else 6 if _TYPE[head] in {"programme", "campaign"} else 99
        if len(modifier) >= least:
            yield _mention(passage, start, start + len(trimmed), trimmed, _TYPE[head], "object-head")


def _place_prefix(text: str, lexicon: Lexicon) -> bool:
    return any(lexicon.places(text[:n]) for n in range(2, min(6, len(text)) + 1))


def _mention(passage: Passage, start: int, end: int, name: str, kind: NamedType, rule: str) -> NamedMention:
    return NamedMention(span=passage.span(start, end), name=name, type=kind, rule=rule)


def spans_of(mentions: list[NamedMention]) -> tuple[Span, ...]:
    """Return where the names stand."""
    return tuple(m.span for m in mentions)
