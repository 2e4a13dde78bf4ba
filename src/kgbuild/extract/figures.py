"""Figures in a clause: which of them state a target, and how.

Takes a clause of normalised text. A figure is a number with a unit of the vocabulary. It is a target where the clause
says that a level is to be reached, an amount to change, or so many things to be made; figures inside names and quotes,
ordinals, conditions (…亿元以上的企业), scopes (围绕37条产业链), limits of law, prizes and facts of the past are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from kgbuild.model import Direction, Span
from kgbuild.text.numerals import HAN, from_han

if TYPE_CHECKING:
    from collections.abc import Sequence

REACH = 160
"""How far around a figure its words are looked for; keeps the cost of a clause without marks linear."""

Units = tuple[tuple[str, str], ...]
"""Units as written, longer ones first, each with its kind: share, money, quantity, count."""

_LEVEL_UP = (
    "达到|达|超过|突破|不低于|不少于|不小于|不弱于|至少|高于|优于|多于|大于|超|过|以上|"
    "(?:提高|提升|增加|增长|上升|扩大|扩展|拓展|发展|壮大|增|升|提|扩|增强)(?:到|至|为)"
)
_LEVEL_DOWN = (
    "不超过|不高于|不大于|不多于|低于|小于|少于|控制在|控制到|压控在|"
    "(?:下降|降低|减少|压减|压缩|缩短|缩减|降|减|压)(?:到|至|为)"
)
_LEVEL_EVEN = "稳定在|保持在|维持在|稳定到|保持|维持|实现|完成|达成|力争|总计|合计|约为|为|占"
_UP = "(?:增长|增加|新增加?|净增|增幅|增速|提高|提升|上升|新培育|新增长|扩大|增产|增收|递增|增)(?:了|率)?"
_DOWN = "(?:下降|减少|降低|压减|压缩|缩短|缩减|降幅|削减|减排|下调|递减)(?:了|率)?"
_FILLER = "(?:分别|均|都|约|大约|近|将|力争|总体|总数|累计|年均|每年|再|一律|全部|平均|各|同比|整体|也|能够|要|在|到)?"
_AT_FIGURE = re.compile(
    rf"(?:(?P<up>{_LEVEL_UP})|(?P<down>{_LEVEL_DOWN})|(?P<even>{_LEVEL_EVEN})|(?P<more>{_UP})|(?P<less>{_DOWN}))"
    rf"{_FILLER}{_FILLER} ?$"
)
MAKE = re.compile(
    "选取|选定|选出|评出|挑选|筛选|建成|建设|建立|建好|新建|改建|续建|扩建|共建|创建|筹建|组建|构建|搭建|打造|培育|孵化|培养|培训|轮训|遴选|认定|评选|选拔|选树|选派|"
    "评定|推选|推介|发展|形成|布局|实施|开展|举办|组织|承办|召开|完成|推广|征集|扶持|改造|升级|提升|招引|引进|引育|招聘|招收|吸引|"
    "落地|推出|制定|制修订|修订|起草|发布|编制|编写|出版|扩大|储备|设立|推进|启动|聚集|集聚|汇聚|配备|配置|转化|产出|研发|开发|"
    "突破|攻克|攻关|推动|服务|覆盖|入选|争创|创成|创办|开办|新增|新培育|凝练|挖掘|支持|资助|实现|达到|力争|争取|壮大|做强|做大|做优|"
    "投放|部署|开通|铺设|安装|更新|替换|淘汰|治理|修复|整治|种植|造林|绿化|增加|带动|帮助|帮扶|接入|汇集|完善|命名|获批|获得|取得|"
    "派驻|选聘|聘请|录用|吸纳|安置|开设|开行|安排|撬动|发放|签约|对接|梳理|总结|树立|建|达"
)
_MAKES_HERE = re.compile(rf"(?:{MAKE.pattern})(?:了|不少于|约|近|出|好)?$")
_OF_QUALITY = frozenset(("提高", "提升", "上升"))
_GROWN = re.compile("新增|净增|新培育")
_SCOPE = re.compile(
    "围绕|针对|聚焦|依托|面向|对(?!接|外)|按照|根据|包括|其中|例如|除|自|从|由|的(?=.{0,3}$)|在(?!线|建|校|岗)"
)
_CONDITION_END = re.compile("(?:的|的部分|者|时|后|之日起)$")
_CONDITION_HEAD = re.compile(
    "^(?:对|凡|如|若|当|经|未|符合|具有|具备|按|根据|单个|每人|每户|每亩|每次|每件|每项|每标准|同一)"
)
_LIMIT = re.compile(
    "不得|不能|不可|不应|原则上|最多|最高|上限|下限|封顶|起付|限额|期限|时限|任期|有效期|注册资本|实缴|罚款|处以|标准为|按.{0,12}标准|一次性|(?:申报|推荐|报送)的?[^,]{0,20}(?:不超过|不多于)"
)
_MONEY_GIVEN = re.compile(
    "给予|予以|奖励|奖补|补助|补贴|资助|奖金|补偿|减免|贴息|贴补|扣除|罚款|最高|一次性|抵扣|返还|租金|缴纳|收取|征收|税率|费率|利率|贷款额度|授信"
)
_PAST = re.compile("目前|截至|以来|已(?!有)|去年|上年|过去|曾|现有|现已|基础上|原有|当前")
_OF_GOAL = re.compile("^的(?:目标|任务|水平|速度|增速|增长|比例|总目标|要求|建设目标)")
_NO_COUNT = re.compile(
    "^(?:钟|方面|部分|阶段|环节|层面|维度|步骤|月|工作日|小时|季度|学期|等次|等级|级|号|版|届|周年|维|代|字|百分点|原则|基本|全面|明确|坚持|确保|关系|不|关键)"
)
_OWNER = re.compile(
    "^(?:大|重点|规上|规模以上|龙头|骨干|独角兽|级|元级|以上)?(?:企业|产业|项目|园区|集群|产品|品牌|县|镇|村|基地|平台|单位|客户|龙头)"
)
_NOUN_OF_LEVEL = re.compile(
    "(?:率|比例|比重|占比|增速|增幅|总量|总值|产值|收入|规模|面积|数量|保有量|总数|产量|销量|营收|投资|强度|里程|长度|能力|总额|成交额|增加值|人数|寿命|年限|数)$"
)
_FUND = re.compile("(?:设立|组建|成立|发起|建立|打造|形成|筹集|筹建|用好|整合).{0,24}(?:规模|总额|资金|金额)")
_CHANGE_BEFORE = re.compile(
    rf"(?:(?P<more>{_UP})|(?P<less>{_DOWN}))(?<![率速幅])(?:不低于|不少于|不小于|超过|达到|至少|达|超|高于){_FILLER} ?$"
)
_AT_LEAST = re.compile("(?:至少|不少于|不低于).{1,6}$")
_RULE_BEHIND = re.compile("必须|应当|不得|应[由在按有符具不]|方可|须[由在按有符具]")
_EVERY = re.compile("每(?P<per>年|月|季度|周)度?|年均(?!增|提|下降|降|复合|减)")
_NOT_A_TARGET_BEFORE = re.compile(
    "(?:第|前|近|全球|全国|全省|全市|世界|排名|位居|稳居|位列|进入|首批|上述|以上|下列|这|该|其余|剩余|其他|另外|共)$"
)


_WEAK = re.compile(
    "支持|资助|提升|完善|推进|推动|服务|帮助|帮扶|带动|覆盖|做强|做大|做优|壮大|总结|梳理|对接|安排|治理"
)
_PER_CASE = re.compile(
    f"每(?!年|月|季|周|学)(?:{MAKE.pattern}|增|新)[^,]{{0,4}}$|每(?:个|家|名|人|户|项|亩|件|次|例)?$"
)
_HANZI = re.compile("[一-鿿]")
_GOES_ON = re.compile("[、和与及]|以及|并|且")
_QUOTED = re.compile("“[^”]*”|《[^》]*》")
_LISTED = re.compile("等共?$")
_TERRITORY = re.compile("[省市县区州]|国家|城市|地区|部门")
_EARNS = re.compile("实现|完成|引进|吸引|带动|撬动|新增|突破|达到|力争|达|增加")
_APPLICANT = re.compile("申报(?:主体|单位|企业|者|人)|申请(?:人|单位|企业|者)|上一?年度")
_BARS = (_LIMIT, _NOT_A_TARGET_BEFORE, _PER_CASE, _APPLICANT)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The value from which a change starts, and where it stands."""

    value: Decimal
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure that states a target, its place in the text, and what stands around it."""

    value: Decimal
    value_max: Decimal | None
    span: Span
    unit: str
    unit_span: Span
    kind: str
    direction: Direction
    approximate: bool
    keyword: Span
    end: int
    baseline: Baseline | None = None
    per: str | None = None


@lru_cache(maxsize=8)
def pattern(units: Units) -> re.Pattern[str]:
    """Return the expression for a number with a unit; linear, anchored on the number."""
    counts = "|".join(re.escape(u) for u, kind in units if kind == "count" and u not in "次期批门人部组片")
    every = "|".join(re.escape(u) for u, _ in units)
    many = "[千百十]?万?亿|[千百十]?万|千(?!瓦|米|克|伏)|百(?!分)"
    return re.compile(
        rf"(?:(?<![\d.第A-Za-z+/\-—–~—“])(?P<n>\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+(?:\.\d+)?)"
        rf"|(?<![{HAN}第数几多余])(?P<han>[二三四五六七八九十两][{HAN}]{{0,4}})(?=(?:{counts})))"
        rf" ?(?:(?:%|[万亿])?(?:-|—|–|~|至|到)+ ?(?P<max>\d+(?:\.\d+)?) ?)?"
        rf"(?P<unit>(?:{many})?(?:{every}))(?P<rate>/(?:年|月|日|天|人|户|小时|秒|公里|亩))?"
        rf"(?P<post>(?:及|或)?以上|(?:及|或)?以下|以内|之内|左右|上下)?"
    )


@lru_cache(maxsize=8)
def _kinds(units: Units) -> dict[str, str]:
    return dict(units)


def find_figures(norm: str, clause: Span, *, units: Units, serial: bool, dated: bool, given: bool) -> list[Figure]:
    """Return the figures of a clause that state a target.

    Args:
        norm: The normalised text.
        clause: Between two marks, without the phrase of time at its head.
        units: Units of the vocabulary.
        serial: A clause of the same sentence before this one has a target: a bare “…20家” goes on with its verb.
        dated: The clause stands under a deadline.
        given: The sentence gives money: sums and shares in it are no targets.
    """
    found = list(pattern(units).finditer(norm, clause.start, clause.end))
    if not found or not _may_state(norm, clause):
        return []
    reader = _Reader(norm, clause, _kinds(units), serial=serial, dated=dated, given=given)
    out: list[Figure] = []
    base: Baseline | None = None
    last: Figure | None = None
    end = clause.start
    for m in found:
        if _is_baseline(norm, clause, m):
            base = Baseline(_value(m), _place(m))
        elif figure := reader.read(m, last, end, base):
            out.append(figure)
            last, end, base = figure, figure.end, None
            continue
        last, end = None, m.end()
    return out


def _may_state(norm: str, clause: Span) -> bool:
    text = norm[clause.start : clause.end]
    return not (_CONDITION_END.search(text) or _CONDITION_HEAD.match(text))


def _around(norm: str, clause: Span, m: re.Match[str]) -> tuple[str, str]:
    """What the clause has before and behind a figure, as far as it can matter."""
    before = norm[max(clause.start, m.start() - REACH) : m.start()]
    return before, norm[m.end() : min(clause.end, m.end() + REACH)]


def _is_baseline(norm: str, clause: Span, m: re.Match[str]) -> bool:
    """Tell whether the figure is where a change starts: 从30%提高到50%."""
    before, after = _around(norm, clause, m)
    return bool(
        re.search(r"(?:由|从)[^,、]{0,20}$", before)
        and re.match(
            r"[^、]{0,4}(?:提高|提升|增加|增长|上升|扩大|增|升|下降|降低|降|减少|压缩|缩短|发展|扩展)(?:到|至|为)",
            after,
        )
    )


def _place(m: re.Match[str]) -> Span:
    """Where the number stands, the upper end of a range included."""
    group = "n" if m["n"] else "han"
    return Span(m.start(group), m.end("max" if m["max"] else group))


def _value(m: re.Match[str]) -> Decimal:
    return Decimal(m["n"].replace(",", "")) if m["n"] else Decimal(from_han(m["han"]) or 0)


def periods(text: str) -> set[str]:
    """Return the periods that make a figure a rate: 每年, 每月, 年均.

    Example:
        >>> periods("每年举办展览"), periods("年均开展")
        ({'年'}, {'年'})
    """
    return {m["per"] or "年" for m in _EVERY.finditer(text)}


_NUMBER = re.compile(
    rf"(?:(?P<n>\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+(?:\.\d+)?)|(?P<han>[{HAN}]{{1,5}}))"
    r"(?: ?(?:%|[万亿])?(?:-|—|–|~|至|到)+ ?(?P<max>\d+(?:\.\d+)?))?"
)


def read_number(text: str) -> tuple[Decimal, Decimal | None] | None:
    """Return the value of the number of a figure, and its upper value where it is a range.

    Example:
        >>> read_number("1,200"), read_number("三"), read_number("10%-20")
        ((Decimal('1200'), None), (Decimal('3'), None), (Decimal('10'), Decimal('20')))
    """
    m = _NUMBER.fullmatch(text)
    return (_value(m), Decimal(m["max"]) if m["max"] else None) if m else None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A number with its unit, and what the clause has around it."""

    match: re.Match[str]
    kind: str
    before: str
    after: str
    word: re.Match[str] | None

    @property
    def post(self) -> str:
        return self.match["post"] or ""

    def place(self, word: re.Match[str] | None) -> Span | None:
        """Return where a word found in `before` stands in the text."""
        start = self.match.start() - len(self.before)
        return Span(start + word.start(), start + word.end()) if word else None


class _Reader:
    """Judges the figures of one clause."""

    def __init__(
        self, norm: str, clause: Span, kinds: dict[str, str], *, serial: bool, dated: bool, given: bool
    ) -> None:
        self.norm, self.clause, self.kinds = norm, clause, kinds
        self.serial, self.dated, self.given = serial, dated, given

    def read(self, m: re.Match[str], last: Figure | None, since: int, base: Baseline | None) -> Figure | None:
        """Return the target that a figure states, None if it states none."""
        seen = self._seen(m)
        if seen is None or _inside_marks(seen) or self._barred(seen):
            return None
        between = self.norm[since : m.start()]
        if last and re.fullmatch("、|和|与|及|以及|或", between):
            return self._figure(seen, last.direction, last.keyword, base, approximate=last.approximate)
        if m["han"] and not self._counts_in_words(seen):
            return None
        keyword = self._keyword(seen, follows=last is not None)
        if keyword is None:
            return None
        word = _CHANGE_BEFORE.search(seen.before) or (seen.word if self._states(seen) else None)
        about = seen.post in {"左右", "上下"} or re.search("约为?$", seen.before) is not None
        direction = "=" if about else _direction(word, seen.post, seen.before)
        return self._figure(seen, direction, keyword, base, approximate=about)

    def _counts_in_words(self, seen: _Seen) -> bool:
        """Tell whether a number in characters counts (建成三个以上中心); most are set phrases (四个现代化)."""
        stated = seen.word is not None and bool(seen.word["up"] or seen.word["down"])
        return stated or ((self.dated or bool(seen.post)) and _MAKES_HERE.search(seen.before) is not None)

    def _seen(self, m: re.Match[str]) -> _Seen | None:
        unit = m["unit"]
        kind = next((self.kinds[unit[i:]] for i in range(len(unit)) if unit[i:] in self.kinds), None)
        if kind is None:
            return None
        before, after = _around(self.norm, self.clause, m)
        return _Seen(m, kind, before, after, _AT_FIGURE.search(before))

    def _barred(self, seen: _Seen) -> bool:
        """Tell whether what stands around the figure makes it no target."""
        if any(p.search(seen.before) for p in _BARS) or _NO_COUNT.match(seen.after):
            return True
        if _LISTED.search(seen.before) and _TERRITORY.match(seen.after):
            return True
        if seen.match["unit"] == "岁" and _HANZI.match(seen.after):
            return True
        if seen.match["unit"] in "万亿" and not seen.post and _HANZI.match(seen.after):
            return True
        return self._count_barred(seen) if seen.kind == "count" else self._amount_barred(seen)

    def _count_barred(self, seen: _Seen) -> bool:
        if self.given and re.match("的?,?(?:奖|补|资)", seen.after):
            return True
        if seen.after.startswith("的") and not MAKE.search(seen.before[-6:]):
            return True
        return _RULE_BEHIND.search(seen.after) is not None

    def _amount_barred(self, seen: _Seen) -> bool:
        if self.given:
            return True
        if _OF_GOAL.match(seen.after) or ("基金" in seen.after and _FUND.search(seen.before)):
            return False
        if seen.after.startswith("的") or _OWNER.match(seen.after):
            return True
        return bool(seen.post and _HANZI.match(seen.after) and not _GOES_ON.match(seen.after))

    def _keyword(self, seen: _Seen, *, follows: bool) -> Span | None:
        """Return the word that makes the figure a target; an empty span at the figure where none is written."""
        none = Span(seen.match.start(), seen.match.start())
        if self._states(seen):
            return seen.place(seen.word)
        noun = _NOUN_OF_LEVEL.search(seen.before) is not None and seen.kind != "count"
        if seen.kind != "share":
            makes = self._makes(seen)
            if makes:
                return seen.place(makes[0])
            noun = noun and (self.serial or self.dated or bool(seen.post))
            return none if noun or (seen.kind != "money" and self._in_series(seen, follows=follows)) else None
        return none if noun and (self.dated or seen.post) else None

    def _states(self, seen: _Seen) -> bool:
        """Tell whether the word at a figure states a level or change of its kind: 提升20个县 changes none."""
        if seen.word is None:
            return False
        if seen.word["even"] in {"为", "占"}:
            return self.dated and seen.kind != "count"
        return not (seen.kind == "count" and seen.word["more"] in _OF_QUALITY)

    def _makes(self, seen: _Seen) -> list[re.Match[str]]:
        """The verbs of making that govern a figure; 支持N个 and the like only where an aim is plain."""
        before = _QUOTED.sub(lambda m: "…" * len(m[0]), seen.before)
        found = [v for v in MAKE.finditer(before) if not _SCOPE.search(before, v.end())]
        plain = self.dated or self.serial or seen.post or "每年" in before
        if not plain and all(_WEAK.fullmatch(v[0]) for v in found):
            return []
        if found and seen.kind == "money" and not (_EARNS.fullmatch(found[-1][0]) or _FUND.search(seen.before)):
            return []
        return found

    def _in_series(self, seen: _Seen, *, follows: bool) -> bool:
        """Tell whether a bare “…20家” goes on with the verb of the clause or part before it."""
        goes_on = follows or self.serial
        if goes_on and seen.kind == "count" and seen.before.endswith(("、", "和", "以及")) | (not seen.before):
            return True
        at_end = not seen.after or seen.after[0] in "、和"
        return at_end and (goes_on or self.dated) and not _SCOPE.search(seen.before)

    def _figure(
        self,
        seen: _Seen,
        direction: Direction,
        keyword: Span,
        base: Baseline | None,
        *,
        approximate: bool,
    ) -> Figure:
        m = seen.match
        every = _EVERY.search(seen.before)
        return Figure(
            value=_value(m),
            value_max=Decimal(m["max"]) if m["max"] else None,
            span=_place(m),
            unit=m["unit"] + (m["rate"] or ""),
            unit_span=Span(m.start("unit"), m.end("rate" if m["rate"] else "unit")),
            kind=seen.kind,
            direction=direction,
            approximate=approximate,
            keyword=keyword,
            end=m.end(),
            baseline=base,
            per=(every["per"] or "年") if every and seen.kind != "share" else None,
        )


def _inside_marks(seen: _Seen) -> bool:
    """Tell whether the figure stands in a title, a bracket, or in quotes that are no statement of a level."""
    before = seen.before
    if any(before.count(a) > before.count(b) for a, b in ("《》", "()", "〔〕", "[]")):
        return True
    if before.count("“") <= before.count("”"):
        return False
    stated = seen.word is not None and (seen.word["up"] or seen.word["down"])
    return not (stated and len(before) - before.rindex("“") > 8)


def _direction(word: re.Match[str] | None, post: str, before: str) -> Direction:
    """The comparator by the words at the figure."""
    said = {k for k, v in word.groupdict().items() if v} if word else set()
    if "down" in said or post.endswith(("以下", "内")):
        return "<="
    if "more" in said or (not said & {"up", "less"} and _GROWN.search(before)):
        return "increase_by"
    if "less" in said:
        return "decrease_by"
    if "up" in said or post.endswith("以上") or _AT_LEAST.search(before):
        return ">="
    return "="


def gives_money(norm: str, sentence: Span, units: Units) -> bool:
    """Tell whether a sentence grants or takes money: a word of giving at a sum or share."""
    for m in pattern(units).finditer(norm, sentence.start, sentence.end):
        if m["unit"].endswith(("元", "%", "万", "亿")):
            near = norm[max(sentence.start, m.start() - 14) : min(sentence.end, m.end() + 10)]
            if _MONEY_GIVEN.search(near):
                return True
    return False


def is_past(norm: str, sentence: Span, clause: Span, figures: Sequence[Figure]) -> bool:
    """Tell whether a clause states what is already so."""
    end = figures[0].span.start if figures else clause.end
    return _PAST.search(norm, clause.start, end) is not None or (
        re.match(r"[^,]{0,12}(?:截至|目前|以来)", norm[sentence.start : sentence.end]) is not None
    )
