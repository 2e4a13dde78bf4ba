"""Groups of persons in a text: where they are named, which concept, and what part they play.

Takes passages. A label of the vocabulary found in a text is a candidate: frozen compounds (青少年宫, 职工教育经费) and
party words without persons are dropped; the role follows the nearest verb or preposition that governs the mention.
Source: gold/GUIDELINES.md §6 of the project's annotation rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.model import PopulationMention, PopulationRole, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.extract.passage import Passage
    from kgbuild.lexicon import Lexicon

# (b) of the guidelines: names of institutions, cards, fees, modes, qualities
_FROZEN_BEHIND = re.compile(
    r"^(?:宫|站|医院|联合会|身份证|教育经费|流动|精神|文化|节|法|编辑部|报|网|币|日报|出版社|基金会|协会|学会|委员会|代表大会|"
    r"政府|政协|银行|公园|广场|大会堂|法院|检察院|团体|书屋|合作社|之家|生活|作风|意识|感情|路线|大学|学院|团委|热线|卡)"
)
_FROZEN_BEFORE = re.compile(r"(?:使|科学|日常|共青团|少先队|全国|本)$")
_SCIENCE = re.compile(r"^(?:具备)?科学素质")
_INFO = re.compile(r"^(?:信息|隐私|数据|账户)")
_TALENT_FUSED = re.compile(
    r"^(?:培养|引进|流动|招引|队伍|链|中介|发展|工程|工作|政策|体制|服务|支撑|保障|智力|评价|强|兴|公寓|项目|计划|平台|高地|体系|建设|结构|优势|资源|需求|库|团队|市场|交流)"
)

_TARGET_BEFORE = re.compile(
    r"(?:面向|针对|对|为|向|给予?|帮助|培训|教育|培养|培育|引进|引育|吸引|招收|评聘|打造|建立|扶持|激发|关注|考核|方便|保障|服务|支持|惠及|覆盖|"
    r"满足|提高|提升|增强|改善|加强|关心|关爱|团结|引领|凝聚|壮大|集聚|聚集|选树|评选|选拔|尊重|救助|资助|安置|维护|促进|解决)[^,。;:]{0,14}$"
)
_AGENT_BEFORE = re.compile(r"(?:组织|动员|发挥|依靠|挖掘|引入|由|经|选派|聘请|邀请|派出|鼓励引导)[^,。;:]{0,14}$")
_AGENT_BEHIND = re.compile(r"^[^,。;:]{0,10}(?:作用|参与|担任|深入|开展|志愿服务|服务|下乡|指导|授课|宣讲)")
_TARGET_BEHIND = re.compile(
    r"^(?:等)?(?:的)?(?:科学|整体|综合|思想|技能|职业|心理|身体|健康|安全|基本)?"
    r"(?:培训|教育|培养|队伍|需求|素质|素养|能力|水平|职称|意愿|权益|关切|就业|创业|增收|健康|满意|获得感|生活|学习|待遇|问题|开展|成长|发展|收入|负担)"
)
_TOPIC_BEHIND = re.compile(r"^(?:等)?(?:清单|目录|名录|名单|制度|办法|政策|规划|数据|档案|比例|事迹|模式|标准|信息)")


def find_populations(
    passage: Passage, lexicon: Lexicon, *, names: Sequence[Span] = (), titles: Sequence[Span] = ()
) -> Iterator[PopulationMention]:
    """Yield the mentions in a passage in reading order.

    Args:
        passage: The text of an action or a heading.
        lexicon: Knows the labels of the concepts.
        names: Spans of named things in it; a group inside one is embedded.
        titles: Spans of 《…》 in it.
    """
    text = passage.text
    for m in lexicon.find_populations(text):
        before, behind = text[max(0, m.start - 40) : m.start], text[m.end : m.end + 24]
        if _dropped(text[m.start : m.end], before, behind):
            continue
        span = passage.span(m.start, m.end)
        embedded = any(n.covers(span) for n in (*names, *titles))
        role = _embedded(behind) if embedded else _role(before, behind)
        yield PopulationMention(span=span, concept=m.concept, role=role, rule="population-label")


def _dropped(word: str, before: str, behind: str) -> bool:
    if _FROZEN_BEHIND.match(behind) or _FROZEN_BEFORE.search(before):
        return True
    if word in {"全民", "公民", "公众"} and _SCIENCE.match(behind) and not behind.startswith("具备"):
        return True
    if word == "个人" and _INFO.match(behind):
        return True
    return word == "人才" and bool(_TALENT_FUSED.match(behind) or behind[:1] in {"、", "的"})


def _embedded(behind: str) -> PopulationRole:
    return "embedded_agent" if re.match(r"[^“”》]{0,6}(?:服务|帮扶|志愿|签约)", behind) else "embedded_target"


def _role(before: str, behind: str) -> PopulationRole:
    """The part that the group plays: the nearest governing word decides, else the noun that it modifies."""
    agent, target = _AGENT_BEFORE.search(before), _TARGET_BEFORE.search(before)
    if _TOPIC_BEHIND.match(behind):
        return "topic"
    if agent and (target is None or agent.start() > target.start()) and _AGENT_BEHIND.match(behind):
        return "agent"
    if target or _TARGET_BEHIND.match(behind):
        return "target"
    return "agent" if _AGENT_BEHIND.match(behind) and agent else "topic"
