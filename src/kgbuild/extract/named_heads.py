"""Head words and places of a passage, and what may stand before and behind a head.

Takes the masked text of a passage. A head counts only where the word ends there: 工程 in 工程师 is none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.initiatives import Head, Initiatives
    from kgbuild.model import NamedType

    Region = tuple[int, int]

# What goes on behind a head and makes another word of it.
_LONGER: dict[str, str] = {
    "工程": (
        "师|机械|技术|建设项目|造价|质量|款|车|院|学|类|规划|设计|监理|硕士|科技|化|招标|领域|审批|勘|咨|总承包|"
        "项目|物资|系列|管理|机"
    ),
    "计划": "达|完成|增|减|到|生育|单列|经济|内|外|性|总|指标|任务|管理|安排",
    "行动计划": "",
    "项目": (
        "组|部|库|法人|负责人|单位|化|经理|审批|申报|管理|评审|储备|推介|资本金|清单|谋划|用地|前期|业主|建议|式|"
        "制|招|落地|集|环评|可行|备案|贷"
    ),
    "行动": "者|力|能力|不便|指南|方案|纲要|路线|上|自觉|起来|轨迹",
    "基金": "会|管理|业|支出|收|份额|监管|结余|征缴|预算|安全|公司|小镇|缴",
    "活动": "中心|室|场所|站|量|阵地|周|月|日",
    "改革": "开放|创新|委|试点|试验|发展|方案|任务",
    "试点": "示范|城市|地区|单位|县|省|市|区|企业|范围|机构|方案|工程|基地|村|乡|学校|期|项目|行业|平台",
    "平台": "企业|经济|公司|型|期|化|类",
    "系统": "性|化|内|地|集成|治理|推进|思维|观念|工程|谋划|总结|梳理|学习|解决|重塑|开展|单位|干部|人员|工作",
    "节点": "城市|型",
    "圈": "层|子|定",
    "中心": (
        "集群|城|镇|任务|环节|组|理论|点|地带|化|乡|村|学校|卫生院|区|医院|支行|主任|党组|下达|血站|线|思想|法院|"
        "广场|校|敬老院|群|主体"
    ),
    "基地": "化",
    "机场": "集团|公司|管理|群|口岸|建设指挥",
    "口岸": "物流|管理|办|服务|城市|开放|经济|通关|委|局|收费|营商|岸线",
    "大会": "战|堂",
    "论坛": "",
    "调查": "研究|员|官|取证|问卷|处理|处置|核实|摸底|队|组|了解|显示|统计|监测|表|评估|评价|研|令|核",
    "普查": "员|办|数据|机构|区|表",
    "制度": "化|性|型|体系|机制|环境|设计|保障|供给|文件|成本|开放|规定|建设",
    "机制": "化|体制|创新|改革|性",
    "体系": "化|认证|内|结构",
    "战略": (
        "性|合作|定位|部署|支撑|支点|资源|意义|地位|目标|任务|思维|安排|规划|科学家|投资|联盟|高地|腹地|通道|"
        "物资|储备|导向|布局|机遇|枢纽|力量|举措|谋划|纲要|要地|基点|决策|需求|前沿|优势|人才|研究"
    ),
    "枢纽": "经济|型|城市|站|节点|港|机场|功能|地位",
    "指南": "针",
    "指数": "型|化",
    "目录": "内|外|清单|管理",
    "都": "[及和与等]|要|是|有|能|会|得",
    "园区": "内|管委|企业|化|主体|建设水平",
    "走廊": "",
    "示范区": "内|域",
    "名城": "名|镇",
    "能手": "",
    "竞赛": "机制",
    "景区": "化",
    "研究院": "所|校|士",
    "之家": "",
    "大脑": "皮",
    "数据库": "",
    "板": "块|材|桥|房",
    "码": "头|洋",
    "贷": "款",
    "热线": "电话",
    "社区": "居|工|矫|服务|医|卫|治|养|网|党|干|书|组|教|建|学|老|基",
}
_GUARD = {word: re.compile(f"(?:{rest})") for word, rest in _LONGER.items() if rest}
# Behind a head of one character, and behind 专项, the name must be at its end.
_STRICT_ROWS = frozenset({"listed", "spot"})
_BORDER = re.compile(
    r"$|[^\u4e00-\u9fffA-Za-z0-9ｑ]|等|和|及|与|建设|作用|平台|功能|项目|活动|品牌|评选|协同|为|工作|应用|"
    r"通关|利用|开展|系列|办理|前后|期间|当[天日]"
)
# What may follow a head so that it is still the head of the phrase.
_FOLLOW = re.compile(
    r"$|[^\u4e00-\u9fffA-Za-z0-9]|建设|作用|应用|任务|活动|工作|契机|经验|框架|资源|功能|平台|项目|试点|评选|"
    r"品牌|提档|升级|运行|联通|合作|"
    r"对|资金|支持|优势|政策|牵引|实施|机制|体系|成果|中|内|上|下|为|等|的|以|在|向|与|和|及|或|申报|创建|"
    r"培育|开展|并|后|前|时|要求|落地|"
    r"布局|部署|专项|推进|改造|系列|一批|协同|联动|互联|对接|力度|示范|获|入选|评审|遴选|认定|管理|主体|落实|"
    r"有关|相关|进行|取得|标准|前后|期间|当[天日]"
)
_BAD = re.compile(
    r"[的了将把该是且在□着+]|[一二三四五六七八九十两]类|[二三四五六七八九十两]大|一批|若干|有关|相关|以上|"
    r"以下|多个|所有|任何|正在|为主|其他|各类|各级|各项|系列|"
    r"[0-9]+(?:个|家|项|座|处|类|种)|"
    r"(?:如|包括|基于|位于|符合|具备|根据|按照|针对|以及|属于|已有|尚未|能够|可以|应当|不得|未经|鼓励|"
    r"(?:支持|引导)(?!$))|(?<!超)级(?=[\u4e00-\u9fff])"
)
NATION = re.compile(
    r"(?<![A-Za-z员线盟”])国家(?!尽快|对|将|应|已|给予|出台|支持|鼓励|级|和|或|、|机关|有关|层面|[0-9]A)|"
    r"全国(?!首|最|第一|领先|唯一|性|统一|范围|各|率先|前)|"
    r"中国(?!特色|式|共产党|人|梦)|中华(?!民族)"
)
_LATIN = re.compile(r"[A-Z][A-Za-z0-9]{2,}|[A-Z]{2,}")
_PREPOSED = re.compile(
    r"(?:[经在与由向从对于至到赴为及和同]|支持|利用|推动|引导|依托|建设|加强|执飞|推进|建立|通过|加快|执行|"
    r"打造|实施|开展|达)$"
)
MAX_PREFIX = 6
WINDOW = 60
"""How far back the start of a name is looked for: farther than any name is long."""
_ACTORS = re.compile(r"企业|部门|政府|单位|机构|学校|高校|院校|申请|公司|院士|教授|同志|[局厅委会者人]$")
_COMMON_NETS = re.compile(r"(?:[联电路管官外内光水热气专入上并农]|骨干|政府)网$|[水仓智国金车书文]库$")
_COMPANY = re.compile("有限|股份|集团|公司")
SEVERAL = re.compile(
    r"(?:一批|一系列|系列|多场次|各类|各级|各种|多个|(?:[0-9]+|[一二三四五六七八九十百两]+|若干)(?:余|"
    r"多)?[个家项座处类])[ “]?$"
)
"""Words of quantity: what stands behind them is a class, no definite thing."""
_BEFORE = frozenset("经在由向从至到赴")


class HeadMatch(NamedTuple):
    """A head word where it stands."""

    start: int
    end: int
    word: str
    type: NamedType
    row: str


@dataclass(frozen=True, slots=True)
class Words:
    """Heads and places of one passage, in order."""

    text: str
    finder: Initiatives
    heads: tuple[HeadMatch, ...]
    ends: tuple[int, ...]
    regions: tuple[tuple[int, int, bool], ...]
    starts: tuple[int, ...]

    @property
    def table(self) -> Mapping[str, Head]:
        """Head word → type and row."""
        return self.finder.heads

    def heads_in(self, start: int, end: int) -> Iterator[HeadMatch]:
        """Yield the heads that end in a stretch, last first."""
        i = bisect_left(self.ends, end + 1) - 1
        while i >= 0 and self.ends[i] > start:
            if self.heads[i].start >= start:
                yield self.heads[i]
            i -= 1

    def holds(self, start: int, end: int) -> bool:
        """Tell whether a head or quotes stand in a stretch: without them there is no name but a known one."""
        i = bisect_left(self.ends, start + 1)
        return (i < len(self.ends) and self.ends[i] <= end) or self.text.find("“", start, end) >= 0

    def ends_head(self, at: int) -> bool:
        """Tell whether a name may end at an offset: a head, a closing quote or bracket."""
        i = bisect_left(self.ends, at)
        return (i < len(self.ends) and self.ends[i] == at) or (at > 0 and self.text[at - 1] in "”)")

    def region_behind_and(self, region: tuple[int, int], end: int) -> tuple[int, int]:
        """Return the last place before `end` that stands behind 和 or 及, else the place given: there a name begins."""
        for i in range(bisect_left(self.starts, region[1]), bisect_left(self.starts, end)):
            left, right, _ = self.regions[i]
            if right <= end and self.text[left - 1] in "和及与":
                region = left, right
        return region

    def places(self, text: str) -> bool:
        """Tell whether a place is named in a text that is no part of the passage: the inside of quotes."""
        return any(not r.weak or r.start == 0 for r in self.finder.regions(text))

    def region_in(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first place inside a stretch; a weak one only at its start."""
        for i in range(bisect_left(self.starts, start), len(self.starts)):
            left, right, weak = self.regions[i]
            if left >= end:
                break
            if right <= end and (not weak or left == start or self.text[left - 1] in _BEFORE):
                return left, right
        return None


def words_of(masked: str, lexicon: Lexicon) -> Words:
    """Return the heads and places of a masked text."""
    table = lexicon.initiatives
    longest: dict[int, tuple[int, str]] = {}
    for start, end, word in table.head_words(masked):
        if end not in longest or start < longest[end][0]:
            longest[end] = (start, word)
    heads = tuple(
        HeadMatch(start, end, word, *table.heads[word])
        for end, (start, word) in sorted(longest.items())
        if _stands(masked, end, word, table.heads[word].row)
    )
    regions = sorted(
        [
            *((r.start, r.end, r.weak) for r in table.regions(masked)),
            *((*m.span(), False) for m in NATION.finditer(masked)),
        ]
    )
    return Words(masked, table, heads, tuple(h.end for h in heads), tuple(regions), tuple(r[0] for r in regions))


def _stands(masked: str, end: int, word: str, row: str) -> bool:
    guard = _GUARD.get(word)
    if guard and guard.match(masked, end):
        return False
    if (word in {"网", "库"} and _COMMON_NETS.search(masked, max(0, end - 3), end)) or _COMPANY.match(masked, end):
        return False
    if row in _STRICT_ROWS or len(word) == 1 or word == "专项":
        return _BORDER.match(masked, end) is not None
    return True


def follows(masked: str, end: int) -> bool:
    """Tell whether what stands behind a head leaves it the head of its phrase."""
    return _FOLLOW.match(masked, end) is not None


def start_of(masked: str, start: int, end: int) -> tuple[int, str]:
    """Return where a name that ends before `end` may begin at the earliest, and why there.

    "" for the start of the phrase, "的" behind the end of a modifier, "cut" behind a word that no name holds or at
    the end of the window.
    """
    far = max(start, end - WINDOW)
    last = None
    for found in _BAD.finditer(masked, far, end):
        last = found
    if last is None:
        return far, "cut" if far > start else ""
    return last.end(), "的" if last[0] in {"的", "级"} else "cut"


def is_latin(text: str) -> bool:
    """Tell whether a Latin label stands in the text."""
    return _LATIN.search(text) is not None


def is_prefix(text: str, row: str) -> bool:
    """Tell whether what stands before a place belongs to the name: short, and no verb or preposition at its end."""
    return (
        row != "gateway"
        and len(text) <= MAX_PREFIX
        and not _PREPOSED.search(text)
        and not re.search("[. ]", text)
        and not _ACTORS.search(text)
    )
