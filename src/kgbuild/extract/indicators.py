"""Quantified targets: a clause with a figure for a result to be reached.

Takes passages of the plan. Figures inside names and quotes, ordinals, years, conditions (…亿元以上的企业) and amounts
of subsidies are no targets. Value and unit are as written; the deadline is the last day that the sentence names.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from kgbuild.model import Direction, IndicatorMention, Span
from kgbuild.text.numerals import HAN, deadline_iso, from_han

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNIT = (
    "个百分点|百分点|%|亿千瓦时|千瓦时|亿千瓦|万千瓦|千瓦|兆瓦|万亿元|亿元|万元|亿美元|万美元|美元|元|万人次|亿人次|人次|万户|"
    "万家|万名|万个|亿册|万册|万亩|亿亩|亩|万吨|亿吨|吨|平方公里|万平方米|平方米|公里|公顷|立方米|万套|万台|万辆|万件|万人|"
    "亿人|(?:[EPTG]?FLOPS|PFlops|EFlops)|标准机架|机架|家|个|项|名|件|所|处|座|套|台|辆|倍|册|场次|场|次|部|条|种|支|张|批|期|门|人|户|岁|"
    "栋|只|头|株|艘|架|款|例|单|对|组|片|幅|篇|亿|万"
)
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?|[{HAN}]{{1,5}}(?=(?:个|家|项|名|件|所|处|座|套|场|部|条))"
_FIGURE = re.compile(
    rf"(?<![\d.第\-—“A-Za-z])(?P<n>{_NUMBER}) ?(?:(?:-|—|~|至|到) ?(?P<max>\d+(?:\.\d+)?) ?)?(?P<unit>{_UNIT})(?P<post>以上|以下|以内|左右)?"
)
_LEVEL = re.compile(
    r"达到|达|超过|突破|不低于|不少于|至少|不超过|不高于|控制在|降到|降至|提高到|提升到|提高至|提升至|增加到|增长到|稳定在|保持在|"
    r"下降到|降低到|力争|实现|占比?|为|不断?小于|高于|优于"
)
_MAKE = re.compile(
    r"建成|建设|打造|培育|遴选|认定|建立|新建|新增|培养|引进|引育|选树|发展|形成|创建|布局|实施|开展|举办|组织|培训|完成|推广|征集|"
    r"扶持|改造|升级|招引|落地|推出|制定|制修订|修订|发布|评选|扩大|选拔|储备|构建|设立|孵化|推进|启动|聚集|集聚|招收|配备|转化|"
    r"产出|研发|突破|攻克|推动|服务|覆盖|入选|争创|创成|新培|凝练|挖掘|支持"
)
_CHANGE_UP = re.compile(r"增长|新增|增加|提高|提升|新培育|新建成")
_CHANGE_DOWN = re.compile(r"下降|减少|降低|压减|缩短|压缩")
_MONEY_GIVEN = re.compile(
    r"给予|奖励|补助|补贴|资助|奖补|补偿|一次性|罚款|减免|贴息|最高|封顶|每人每|标准为|额度|缴纳|注册资本|租金|单个|不予|贷款"
)
_CONDITION = re.compile(
    r"^(?:以上|以下|以内)?(?:\([^()]*\))?的(?!目标|任务|水平|要求)|^以上(?!农|应|标准|的?新)[\u4e00-\u9fff]{0,4}(?:企业|项目|人员|老人|老年人)"
)
_PAST = re.compile(r"(?:目前|截至|以来|已经?|去年|上年|过去)")
_TIME = re.compile(
    r"(?:到|在|至|力争)?(?:(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?|[“\"]?十[一二三四五六]五[”\"]?(?:期)?)(?:底|末)?(?:前|之前|以前)?"
    r"|年底前|年内|今年"
)
_CLAUSE = re.compile(r"[^,。;:\n!?]+")


def find_indicators(norm: str, start: int, end: int, *, year: int | None) -> list[IndicatorMention]:
    """Return the targets between two offsets in reading order."""
    out: list[IndicatorMention] = []
    for line in re.finditer(r"[^\n]+", norm[start:end]):
        out += _paragraph(norm, start + line.start(), start + line.end(), year)
    return out


def _paragraph(norm: str, start: int, end: int, year: int | None) -> Iterator[IndicatorMention]:
    head = _head_time(norm, start, end)
    sentences = [Span(start + m.start(), start + m.end()) for m in re.finditer(r"[^。!?]+", norm[start:end])]
    several = sum(_TIME.search(norm, s.start, s.end) is not None for s in sentences) > 1
    for n, sentence in enumerate(sentences):
        given = _MONEY_GIVEN.search(norm, sentence.start, sentence.end) is not None
        time = _head_time(norm, sentence.start, sentence.end) or (None if several and n else head)
        for m in _CLAUSE.finditer(norm, sentence.start, sentence.end):
            clause = _trimmed(norm, m.start(), m.end())
            if own := _TIME.match(norm, clause.start, clause.end):
                time = Span(*own.span())
            if not _PAST.search(norm, clause.start, clause.end):
                yield from _clause(norm, clause, time, given=given, year=year)


def _head_time(norm: str, start: int, end: int) -> Span | None:
    while start < end and (norm[start].isspace() or norm[start] in "—-·"):
        start += 1
    m = _TIME.match(norm, start, end)
    return Span(*m.span()) if m else None


def _trimmed(norm: str, start: int, end: int) -> Span:
    while start < end and norm[start].isspace():
        start += 1
    while start < end and norm[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _clause(norm: str, clause: Span, time: Span | None, *, given: bool, year: int | None) -> Iterator[IndicatorMention]:
    figures = [m for m in _FIGURE.finditer(norm, clause.start, clause.end) if _counts(norm, clause, m, given=given)]
    if not figures:
        return
    inner = next((Span(*m.span()) for m in _TIME.finditer(norm, clause.start, figures[0].start())), None)
    when = inner or time
    iso = deadline_iso(norm[when.start : when.end], year) if when else None
    subject = re.sub(
        r"(?:分别|均|都|力争|确保|完成|实现)+$", "", norm[clause.start : _subject_end(norm, clause, figures[0].start())]
    )
    copies = (
        2
        if len(figures) == 1 and re.search(r"均|都", norm[clause.start : figures[0].start()]) and _coordinated(subject)
        else 1
    )
    for m in figures:
        for _ in range(copies):
            yield _indicator(norm, clause, m, subject, iso, when)


def _coordinated(subject: str) -> bool:
    return bool(re.search(r"[、和]", subject))


def _subject_end(norm: str, clause: Span, at: int) -> int:
    found = [m.start() for m in _LEVEL.finditer(norm, clause.start, at)]
    return found[-1] if found else clause.start


def _counts(norm: str, clause: Span, m: re.Match[str], *, given: bool) -> bool:
    """Tell whether a figure is a target."""
    before, after = norm[clause.start : m.start()], norm[m.end() : clause.end]
    if (
        before.count("“") > before.count("”")
        or before.count("《") > before.count("》")
        or before.count("(") > before.count(")")
    ):
        return False
    unit = m["unit"]
    if given and re.search(r"元|%|[亿万]$", unit):
        return False
    if unit in {"岁", "月", "人", "次", "期", "门", "例", "单", "对", "组", "片"} and not _LEVEL.search(before):
        return False
    behind = (m["post"] or "") + after
    if _CONDITION.match(behind) or re.match(r"(?:月|年|日|号|时|分钟|小时|周岁|工作日|条)", after):
        return False
    return bool(
        _LEVEL.search(before)
        or _MAKE.search(before)
        or m["post"]
        or _CHANGE_UP.search(before)
        or _CHANGE_DOWN.search(before)
    )


def _indicator(
    norm: str, clause: Span, m: re.Match[str], subject: str, iso: str | None, when: Span | None
) -> IndicatorMention:
    before = norm[clause.start : m.start()]
    number = m["n"].replace(",", "")
    value = Decimal(number) if number[0].isdigit() else Decimal(from_han(number) or 0)
    yearly = re.search(r"每年|每月", before)
    unit = m["unit"] + ("/年" if yearly and yearly[0] == "每年" and "元" not in m["unit"] else "")
    direction, about = _direction(before, m["post"])
    return IndicatorMention(
        span=clause,
        name=_TIME.sub("", subject).strip("、 ") or None,
        value=value,
        value_span=Span(m.start("n"), m.end("max" if m["max"] else "n")),
        unit=unit,
        unit_span=Span(m.start("unit"), m.end("unit")),
        direction=direction,
        value_max=Decimal(m["max"]) if m["max"] else None,
        approximate=about,
        deadline=iso,
        deadline_span=when if iso else None,
    )


def _direction(before: str, post: str | None) -> tuple[Direction, bool]:
    """The comparator by the word at the figure."""
    tail = before[-8:]
    if post == "左右" or re.search(r"约$|大约$", tail):
        return "=", True
    if (
        re.search(r"(?:降低|下降|减少|降|压减|压缩)(?:到|至)$", tail)
        or re.search(r"不超过$|不高于$|控制在$", tail)
        or post in {"以内", "以下"}
    ):
        return "<=", False
    if re.search(r"(?:增长|增速|增加|提高|提升)(?:率)?(?:约)?$", tail):
        return "increase_by", False
    if re.search(r"(?:下降|减少|降低|压减|压缩|缩短)$", tail):
        return "decrease_by", False
    if re.search(r"新增|新培育$", tail) and not re.search(r"到|至", tail):
        return "increase_by", False
    if post == "以上" or re.search(
        r"(?:达到|达|超过|突破|不低于|不少于|至少|超|不小于|高于|(?:提高|提升|增加|增长)(?:到|至))$", tail
    ):
        return ">=", False
    return "=", False
