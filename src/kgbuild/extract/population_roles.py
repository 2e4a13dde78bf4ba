"""The part that a group plays: target, agent or topic, and the two embedded ones.

The first rule that fits decides, in the order of the guidelines: embedded in a name, counted, agent, permitted,
target, a thing about the group, only mentioned. A mention that modifies a noun is judged by that noun, else by the
nearest verb or preposition that governs it.
Source: gold/GUIDELINES.md §6 (roles) of the project's annotation rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbuild.model import PopulationRole

_CLAUSE = re.compile(r"[,。;:!?\n]")
_REST = re.compile(r"^(?:等(?!级))?(?:群体|重点群体|相关人员)?")

METAPHORS = frozenset(("巾帼", "红领巾", "蓝领"))
_OPEN_HOUSE = re.compile(r"(?:科技|文化)?(?:书屋|之家|家园)")
_SERVES = re.compile(r"[^,。;”》]{0,8}(?:服务|帮扶|志愿|签约|支教|宣讲|下乡|讲师团)")

_FIGURE_BEHIND = re.compile(
    r"[^,。;、0-9]{0,14}(?:不少于|不低于|达到|达|超过|突破|比例|人数|数量|覆盖率|普及率)[^,。;]{0,10}[0-9０-９一二三四五六七八九十百千万]+(?:\.[0-9]+)?(?:%|％|万|名|人|户|个)"
)
_FIGURE_BEFORE = re.compile(
    r"[0-9０-９一二三四五六七八九十百千]+(?:余|多)?万?(?:余|多)?(?:名|人|位|个|户)(?:以上)?(?:的)?$|[0-9]+万?$"
)

_QUALITY = (
    r"(?:科学|科学文化|科技|整体|综合|思想|思想政治|政治|理论|技能|职业|职业技能|岗位|专业|专业技术|业务|心理|身体|身心|健康|安全|基本|公共|文化|数字|信息|"
    r"现实|合理|迫切|多样化|多元化|精神|物质|生产|生活|就业|创业|创新|创新创业|医疗|卫生|养老|高质量|合法|合法权|切身|经济|继续|终身|实践|研学|卫生健康|"
    r"转移|充分|稳定|收入|工资性|财产性|公共卫生|引育|队伍|健康管理|法律|社会|实际|急难愁盼|防疫|风险)"
)
_OWNED = re.compile(
    rf"的?{_QUALITY}{{0,4}}的?(?:培训|教育|培养|引育|引进|招引|队伍|需求|需要|素质|素养|能力|水平|职称|意愿|权益|权利|利益|关切|期盼|诉求|就业|创业|增收|"
    r"收入|健康|满意|获得感|幸福感|安全感|生活|学习|待遇|问题|成长|发展|特点|特征|特长|潜能|集聚|汇聚|聚集|负担|考核|评价|考录|招录|选拔|管理|监管|保护|救助|关爱|照护|服务|体质|意识|(?:精神)?风貌|"
    r"参保|积极性|主动性|就医|看病|出行|办事|入学|升学|住房|社会保险|保险|薪酬|工资|津贴|补贴|培训基地|基地|梦想|隐私|生命|财产|安置|帮扶|需|家庭|活动)"
)
_ABOUT = re.compile(
    r"的?(?:动态|需求|供给|信用|基本|管理|评价|建设|薪酬|激励|专项|执业|实名|个人|相关|成长|引进|培养|工作|就业|收入|从业|典型|先进|比例|聘用|聘任){0,3}"
    r"(?:清单|目录|名录|名单|台账|档案|数据库|信息库|专家库|库|统计|制度|办法|政策|规划|条例|标准|数据|资料|比例|占比|比重|事迹|故事|模式|论坛|所办企业|"
    r"调查|普查|名额|规定|政策研究|(?:生动)?实践|要求)"
)
_TAPPED = re.compile(r"[^,。;、]{0,14}(?:作用|优势|功能|力量|资源|创造性|智慧|潜力|首创精神|才智|纽带|引领|带头)")
_ABILITY = re.compile(r"等?(?:方面|工作)?的?(?:工作)?能力")

_AGENT_VERBS = (
    r"组织|动员|发挥|依靠|挖掘|引入|选派|聘请|邀请|派出|派遣|发动|号召|招募|选聘|抽调|遴选|"
    r"(?<![自理])由|(?<![神曾已])经(?![营济])"
)
_LET = r"鼓励|支持|允许|引导|吸纳|倡导|推动"
_TARGET_VERBS = (
    r"面向|针对|(?<![应反])对|(?<![行作成])为|(?<![面方])向|在|给予|帮助|帮扶|培训|教育|培养|培育|引进|引育|吸引|招收|评聘|打造|建立|扶持|激发|关注|考核|方便|保障|"
    r"满足|提高|提升|增强|改善|加强|关心|关爱|壮大|集聚|聚集|选树|评选|选拔|尊重|救助|资助|安置|维护|促进|解决|扩展|延伸|拓展|放宽|赋予|惠及|覆盖|服务|围绕|贴近|落实|扩大|发展|"
    r"稳定|做好|抓好|调动|激励|奖励|表彰|减轻|让|使|把|将|以|注重|重视|推进|完善|健全|实施|开展|增加|强化|确保|与|同|监督|规范|查处"
)
_MENTIONED = r"担任|作为|成为|爱|热爱|配合好?|协助|弘扬|(?<![终继][身续])学习(?!活动|型|资源|成果)"
_GOVERNOR = re.compile(
    rf"(?P<agent>{_AGENT_VERBS})|(?P<let>{_LET})|(?P<mentioned>{_MENTIONED})|(?P<target>{_TARGET_VERBS})"
)

_INSTRUCTED = re.compile(r"(?:参加|接受|进行)?[^,。;、]{0,6}(?:培训|学习|体检|考试|观看)")
_WIDENED = re.compile(r"(?:逐步|依法)?(?:扩展|扩大|延伸|拓展|放宽|调整|覆盖)(?:到|至|为)")

_MANNER = r"(?:全程|积极|广泛|主动|共同|踊跃|直接|深度|充分|有序|带头|依法|自愿|更多|到[^,。;、]{1,6})"
_TAKES_PART = re.compile(rf"{_MANNER}{{0,2}}(?:参与|担任|投身|加入)")
_FOR_OTHERS = re.compile(
    rf"{_MANNER}{{0,2}}[^,。;]{{0,6}}(?:深入|下沉|下基层|提供[^,。;]{{0,12}}(?:服务|指导)|开展[^,。;]{{0,10}}(?:服务|活动|宣讲|宣传|指导|帮扶|义诊)|服务|指导|志愿|"
    r"履行|帮扶|帮助|宣讲|讲授|授课|支教|支援|传授|担任|带动|引领|巡诊|义诊|审理|讲解)|为[^,。;]{1,16}(?:提供|服务)"
)
_OWN_GAIN = re.compile(
    rf"{_MANNER}{{0,2}}(?:在|到|就地|就近|通过|利用|返乡|入乡|按|依法|自主)?[^,。;]{{0,12}}(?:学习|强化|增强|提升|提高|出国|留学|投资|创新创业|就业|创业|享受|申请|持有|持股|"
    r"进修|深造|培训|落户|购买|参保|体检|考试|就医|获得|晋升|交流|掌握|树立|养成|入股)"
)
_MAY = re.compile(r"[^,。;]{0,10}(?:可(?![再视])|有权|享受|持有|按规定|凭)")
_MAY_LATER = re.compile(r",[^。;]{0,40}(?:可(?![再视])|有权|享受)")
_ACTS = re.compile(
    rf"{_MANNER}{{0,2}}[^,。;、]{{0,4}}(?:指导|帮助|帮扶|服务|审理|讲解|要|应当?|须|负责|负总责|牵头|带头|率先|主要|为|对|向|开展|组织|深入|履行)"
)


def embedded_role(word: str, behind: str) -> PopulationRole:
    """Return the role of a group inside a name or title: does the name say that it acts for others?"""
    return "embedded_agent" if word not in METAPHORS and _SERVES.match(behind) else "embedded_target"


def always_embedded(word: str, behind: str) -> bool:
    """Whether the word stands for a group only within a name, wherever it is found (巾帼, 职工书屋, 家庭医生签约)."""
    if word in METAPHORS or _OPEN_HOUSE.match(behind):
        return True
    return word == "家庭医生" and behind.startswith(("签约", "服务"))


def plain_role(text: str, start: int, end: int) -> PopulationRole:
    """Return the role of the group or coordinated groups at `text[start:end]` by rules 2 to 7."""
    before = text[max(0, start - 60) : start]
    before = before[max((m.end() for m in _CLAUSE.finditer(before)), default=0) :]
    rest = text[end : end + 60]
    stop = _CLAUSE.search(rest)
    behind = rest[: stop.start()] if stop else rest
    behind = behind[_REST.match(behind).end() :]  # type: ignore[union-attr]  # matches the empty string too
    if _FIGURE_BEHIND.match(behind) or _FIGURE_BEFORE.search(before):
        return "target"
    kind = None
    for governor in _GOVERNOR.finditer(before):
        kind = governor.lastgroup
    if kind is None and (not behind or behind.endswith("的")) and _MAY_LATER.match(rest, stop.start() if stop else 0):
        return "target"
    return _by_noun(before, behind, kind) or _by_verb(before, behind, kind)


def _by_noun(before: str, behind: str, kind: str | None) -> PopulationRole | None:
    """The role by the noun that the mention modifies, None where it modifies none."""
    if kind == "agent" and _TAPPED.match(behind):
        return "agent"
    if _ABILITY.match(behind) and behind.startswith(("等", "方面")):
        return "topic"
    about, owned = _ABOUT.match(behind), _OWNED.match(behind)
    if about and (not owned or about.end() >= owned.end()):
        return "topic"
    return "target" if owned and not (kind == "let" and _FOR_OTHERS.match(behind)) else None


def _by_verb(before: str, behind: str, kind: str | None) -> PopulationRole:
    if _TAKES_PART.match(behind) and kind != "target":
        return "agent"
    if kind == "agent":
        return "target" if _WIDENED.match(behind) or _INSTRUCTED.match(behind) else "agent"
    if kind == "let":
        return _permitted(behind)
    if kind == "mentioned":
        return "target" if behind.startswith("的") else "topic"
    if kind == "target":
        return "target"
    return _subject(before, behind)


def _permitted(behind: str) -> PopulationRole:
    others, own = _FOR_OTHERS.match(behind), _OWN_GAIN.match(behind)
    if others and (not own or others.end() <= own.end()):
        return "agent"
    return "target" if own or not behind or behind[0] in "的、" else "agent"


def _subject(before: str, behind: str) -> PopulationRole:
    if _MAY.match(behind):
        return "target"
    if _ACTS.match(behind):
        return "agent"
    return "target" if before and not behind else "topic"
