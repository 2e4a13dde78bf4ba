"""A passage cut into what names may stand in: members of lists, each with the verb that governs it.

Takes the text of a passage. Guarantees: members are disjoint and in order; what stands in quotes, in brackets or
between 《 and 》 is never cut; every step reads the text a fixed number of times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TITLE, QUOTED, BRACKETED = "□", "ｑ", "ｂ"
_TITLES = re.compile(r"《[^《》\n]*》")
_QUOTES = re.compile(r"“[^“”\"\n]*[”\"]")
_STRAIGHT = re.compile(r"\"[^“”\"\n]*\"")
_BRACKETS = re.compile(r"\([^()\n]*\)")
_CLAUSE = re.compile(r"[^,。;:!?\n]+")

_FINAL = (
    "贯彻落实|贯彻执行|组织实施|推进落实|推动实施|实施|开展好|开展|接入|依托|用好|用足|申报|争创|争取|打造成|"
    "打造|构建|搭建|建立|建成|"
    "举办好|举办|办好|推行|实行|落实好|落实|深化|参加|参与|承办|承担|制定|编制|研究部署|启动|借鉴|共建|申建|"
    "发挥好|发挥|健全|引进|融入|"
    "纳入|选树|布局|谋划|设立|成立|组建|做强|做大|做优|建好|执行|入选|获评|获批|授予|荣获|推荐|贯彻|创办|"
    "主办|召开|推出|发布|印发|加大|接续|遴选|命名|打响|坚持|采用|维护|服务于"
)
_LIGHT = (
    "加快|推动|支持|鼓励|引导|探索|积极|大力|深入|全面|进一步|不断|继续|统筹|组织|配合|加强|通过|利用好|利用|"
    "助力|做好|抓好|围绕|聚焦|面向|"
    "强化|优化|完善|推广|持续|扎实|认真|充分|着力|切实|稳步|逐步|有序|率先|督促|指导|"
    "借助|联合|创建"
)
_NOUNS_BEHIND = (
    "支持(?:计划|工程|项目)|行动|工程|计划|项目|专项|机制|体系|平台|制度|中心|基地"
    "|能力|方案|办法|意见|细则|主体|型|性|化"
)
_HEADS_BEHIND = (
    "行动|工程|计划|项目|专项|活动|试点|示范|基金|机制|体系|平台|制度|中心|基地|大赛|应用|能力|与|和|升级|"
    "整治|提升|改造|创新|发展|模式|资金|"
    "作用|政策|工作|办法|方案|型|性|化|园|区|战略|贷|目录|指南"
)
# the first characters go ahead, so that the alternatives are tried only where one can begin
_HOW = r"高(?:标准|水平|质量)(?=推|建|打造|实施|开展|举办|编制|完成|谋划|规划|落实)"  # 高水平大学 is a noun
_FIRST = "".join(sorted({word[0] for word in f"{_FINAL}|{_LIGHT}|{_HOW}".split("|")}))
_MARK = re.compile(
    rf"(?=[、”\[\]{TITLE}以和及与或暨等{_FIRST}])(?:"
    rf"(?P<stop>、|”(?=“)|[\[\]{TITLE}])|(?P<and>以及|和|及|与|或|暨)|(?P<close>等)|"
    rf"(?P<verb>(?P<final>{_FINAL})(?!{_NOUNS_BEHIND})|(?P<light>{_LIGHT}|{_HOW})(?!{_HEADS_BEHIND})))"
)
_CLASS = re.compile(
    r"等[^、等“”]{0,12}?(?P<class>讲座|赛事|大赛|竞赛|展会|会展|展览|载体|阵地|园区|作用|设施|评选|奖项|"
    r"试点|枢纽|基地|服务商|机构|单位|"
    r"主体|组织|部门|群体|领域|方式|模式|方面|环节|认证|课程|职业|岗位|场所|"
    # these stand before other nouns too: 产业对接活动, 服务平台, 项目基地
    r"(?:活动|品牌|平台|项目|工程|计划|行动|工作|制度|系统|企业|人员|人才|产业|行业|产品|专业|服务)"
    r"(?=$|[^\u4e00-\u9fff]|建设|作用|评选|申报|实施|[的和及与为在以中]))"
)
KINDS = frozenset(
    (
        "企业",
        "服务商",
        "机构",
        "单位",
        "主体",
        "组织",
        "部门",
        "群体",
        "人员",
        "人才",
        "产业",
        "行业",
        "领域",
        "方式",
        "模式",
        "方面",
        "环节",
        "产品",
        "认证",
        "专业",
        "课程",
        "职业",
        "岗位",
        "场所",
        "服务",
    )
)
"""Class words behind 等 that make the members kinds of things, no names."""
_AWARD = re.compile(r"评选|选树|推选|评比|表彰")

_LEADING = re.compile(
    r"(?:推进|建设好|建设|服务|提升|提高|培育|拓展|整合|增强|学好|改善|研发|开发|运用|应用|使用|认定|评审|"
    r"把握|抓住|扶持|"
    r"保障|确保|实现|迎接|按照|根据|依据|新建|改建|扩建|巩固|创新(?!驱动|创业|发展|能力|人才|券)|发展|主动|"
    r"重点|尽快|共同|协同|适时|定期|严格|"
    r"广泛|协调|加入|参照|普及|丰富|协助|管好|筹建|做实|做精|学习|宣传|推选|评选|推送|形成|提供|抢抓|促进|"
    r"筹备|运营好|建强|完成|赋能|结合|用足|办|评选)"
)
_PARTICLES = re.compile(
    r"(?:好|了|并|也|要|以(?!工)|与|在(?!线|建)|对(?!外|口|接|标)|向|为|由|将|及|和(?!平|谐)|同(?!心)|从|到|"
    r"更|再|还|已|把|使|让|其|各项|"
    r"新一轮|新一代|年度|统一|现有|已有|首批|优先|[全我本](?:省|市|县|区|州|国家?)(?<!全国)(?:的|内|域)?|"
    r"[省市县区州]级|省内|市内|国内|境内| |·|—|-)"
)
_OWNER = re.compile(r"(?:省|市|自治区)(?![会场民域区际外内县州直级政委长校容本])")
_NATION = re.compile(r"全国|全省|全市")
_SEVERAL = re.compile(r"一批|一系列|各[类级种]")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a list, or an object that stands alone."""

    start: int
    end: int
    verb: str
    """The verb that governs it, "" where none is known."""
    list: int
    """Members of one list have one number."""
    closing: str
    """The class word that closes the list behind 等: 活动, 平台; "" where none does."""
    ranked: bool
    """省 or 省级 stands in front of it or of a neighbour before it."""
    clean: bool
    """What stands before the start is a mark or a verb, so that the name begins here."""
    awarded: bool
    """The list is what is chosen in a 评选."""
    several: bool
    """一批, 各类 or the like stands in front of the first of its list: all are of a class."""
    first: bool
    """It is the first of its list, and a mark or a verb stands before it."""


def mask(text: str) -> str:
    """Return the text in equal length with titles, and the inside of quotes and brackets, made opaque.

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
    """Quotes of any make, also “ closed by a straight one, become a pair of one make."""
    return f"“{QUOTED * (len(quotes[0]) - 2)}”"


def members(
    masked: str, ends: Callable[[int], bool], *, holds: Callable[[int, int], bool] = lambda *_: True
) -> Iterator[Member]:
    """Yield the members of all lists.

    Args:
        masked: Result of `mask`.
        ends: Tells whether a name may end at an offset: only there 和 parts two names.
        holds: Tells whether a clause may hold a name; others are passed over.
    """
    number = 0
    for clause in _CLAUSE.finditer(masked):
        if not holds(*clause.span()):
            continue
        for part in _lists(masked, clause.start(), clause.end(), ends):
            number += 1
            yield from _trimmed(masked, part, number)


@dataclass(slots=True, kw_only=True)
class _List:
    spans: list[tuple[int, int]] = field(default_factory=list)
    verb: str = ""
    clear: bool = True
    closing: str = ""
    awarded: bool = False
    light: str = ""


def _lists(masked: str, start: int, end: int, ends: Callable[[int], bool]) -> Iterator[_List]:
    """Cut a clause at verbs and behind 等 into lists, and each list into members."""
    current, at = _List(), start
    for m in _MARK.finditer(masked, start, end):
        if m.start() < at or (m["and"] and len(current.spans) < 2 and not ends(m.start())):
            continue
        if m["close"] and not (current.spans or m.start() > at):
            continue
        if m["verb"]:
            if m.start() > at:
                current.spans.append((at, m.start()))
                yield current
                current = _List()
            verb, light = m["final"] or current.verb, m["light"] or current.light
            current = _List(verb=verb, light=light, spans=current.spans)
        else:
            current.spans.append((at, m.start() + (masked[m.start()] == "”")))
            if m["close"]:
                closing = _CLASS.match(masked, m.start(), end)
                current.closing = closing["class"] if closing else "等"
                tail = masked[m.start() : m.start() + 14]
                current.awarded = current.verb == "选树" or bool(_AWARD.search(tail))
                yield current
                current = _List(clear=False)
                at = closing.end() if closing else m.end()
                continue
        at = m.end()
    current.spans.append((at, end))
    yield current


def _trimmed(masked: str, part: _List, number: int) -> Iterator[Member]:
    """Take verbs and pointers off the front of the members of a list."""
    verb, owned = part.verb, False
    several = bool(part.spans) and _SEVERAL.search(masked, *part.spans[0]) is not None
    chosen = bool(part.spans) and _AWARD.search(masked, *part.spans[-1]) is not None
    for index, (left, end) in enumerate(part.spans):
        start, lead, ranked = _content(masked, left, end, governed=bool(part.verb))
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


def _content(masked: str, start: int, end: int, *, governed: bool) -> tuple[int, str, bool]:
    """Where the noun phrase begins behind particles, one leading verb and the words that point to the place."""
    verb, ranked = "", False
    while start < end:
        step = _PARTICLES.match(masked, start, end)
        if not step and not verb and not governed:
            step = _LEADING.match(masked, start, end)
            verb = step[0] if step else ""
        if not step:
            break
        ranked |= step[0] in {"省级", "全省", "我省"}
        start = step.end()
    owner = _OWNER.match(masked, start, end)
    return (owner.end(), verb, True) if owner else (start, verb, ranked)
