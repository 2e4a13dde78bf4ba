"""Quantified targets: which figures count, what they say, by when; and which figures are none."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import grows_with

from kgbuild.api import annotations_of
from kgbuild.config import load_settings
from kgbuild.extract.indicators import find_indicators, find_unread, find_untold, sets_no_targets
from kgbuild.extract.indicators.amounts import pattern, read_number, unit_of
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Span
from kgbuild.text.intervals import Intervals

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.model import IndicatorMention

LEXICON = load_lexicon(load_settings(None))


def read(text: str, *, year: int | None = None, since: int | None = None) -> list[IndicatorMention]:
    return find_indicators(text, Span(0, len(text)), LEXICON, year=year, since=since)


def said(text: str) -> list[tuple[str, str, str]]:
    """Comparator, value and unit of each target."""
    return [(i.direction, str(i.value), i.unit) for i in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("森林覆盖率达到42.5%", [(">=", "42.5", "%")]),
        ("渔业总产值突破30亿元", [(">=", "30", "亿元")]),
        ("用电报装时限达标率达97%以上", [(">=", "97", "%")]),
        ("法定期限内综合结案率达 100%", [(">=", "100", "%")]),
        ("茶事纠纷一次性化解率达到93%以上", [(">=", "93", "%")]),
        ("担保费率期限内不超过1%", []),
        # a blank is a broken line
        ("茶叶质量合格率提 高到94%", [(">=", "94", "%")]),
        ("服务站面积不少 于100平方米", [(">=", "100", "平方米")]),
        ("各市打造样板茶园不 少于50家", [(">=", "50", "家")]),
        ("全省茶企突 破1200户", [(">=", "1200", "户")]),
        ("单位产值用水量控制在18立方米以内", [("<=", "18", "立方米")]),
        ("空置率降到6%", [("<=", "6", "%")]),
        ("茶园面积稳定在3万亩", [("=", "3", "万亩")]),
        ("旅游收入年均增长8%", [("increase_by", "8", "%")]),
        ("旅游收入年均增长不低于8%", [("increase_by", "8", "%")]),
        ("旅游收入增长到8亿元", [(">=", "8", "亿元")]),
        ("旅游收入年均增速达到8%", [(">=", "8", "%")]),
        ("单位能耗下降13%", [("decrease_by", "13", "%")]),
        ("孕产妇死亡率控制在8/10万以下", [("<=", "8", "/10万")]),
        ("出生缺陷发生率降到72/万", [("<=", "72", "/万")]),
        # people who are helped are counted, a handful of them is not
        ("帮助茶农450名掌握新工艺", [("=", "450", "名")]),
        ("资助困难学生1.2万人", [("=", "1.2", "万人")]),
        ("帮助2人以上的家庭", []),
        ("帮扶30家企业", []),
        ("新增托位1200个", [("increase_by", "1200", "个")]),
        # words that merely begin as those of conditions and of the past
        ("经济增长6%左右", [("increase_by", "6", "%")]),
        ("经营主体总量突破10万户", [(">=", "10", "万户")]),
        ("对外贸易额增长5%", [("increase_by", "5", "%")]),
        ("按期办结率达到98%", [(">=", "98", "%")]),
        ("如期完工率达到95%", [(">=", "95", "%")]),
        ("未成年人近视率降到40%", [("<=", "40", "%")]),
        ("当地就业率不低于90%", [(">=", "90", "%")]),
        ("符合率达到90%", [(">=", "90", "%")]),
        ("茶叶产量比上年增长3%", [("increase_by", "3", "%")]),
        ("覆盖率较去年提高2个百分点", [("increase_by", "2", "个百分点")]),
        ("上年建成书屋30个", []),
        # what becomes less stands between verb and figure
        ("压减审批事项30项", [("decrease_by", "30", "项")]),
        ("力争减少粮食损耗5万吨", [("decrease_by", "5", "万吨")]),
        ("全省压缩办理时限50%以上", [("decrease_by", "50", "%")]),
        ("压缩天然气100万立方米", []),
        ("每减少1吨损耗奖励10元", []),
        # the distance from a value that is not in the text
        ("高于经济增速1个百分点", []),
        # two ends of a range with a unit each
        ("每年面向800名渔民,由学校开展培训", [("=", "800", "名/年")]),
        ("完成绿化300万亩,其中治沙90万亩", [("=", "300", "万亩"), ("=", "90", "万亩")]),
        ("实施云岭、清河等6个国家湿地修复工程", [("=", "6", "个")]),
        ("建成驿站40个", [("=", "40", "个")]),
        ("建成40个以上驿站", [(">=", "40", "个")]),
        ("至少建成2个驿站", [(">=", "2", "个")]),
        ("引进工程师不少于15名", [(">=", "15", "名")]),
        ("每年培训茶农800人次", [("=", "800", "人次/年")]),
        ("入学率提高2.5个百分点", [("increase_by", "2.5", "个百分点")]),
        ("打造1,200个示范点", [("=", "1200", "个")]),
        ("层层签订茶园责任书,签订率100%", [("=", "100", "%")]),
        ("层层签订茶园责任书,签订率98%", []),
        ("茶企授信总额突破10亿元", [(">=", "10", "亿元")]),
        ("茶企贷款平均利率控制在4.5%以内", [("<=", "4.5", "%")]),
        ("给予茶企授信10亿元", []),
        # symbols of units, and of one that is not known
        ("茶园面积达到20万hm2", [(">=", "20", "万hm2")]),
        ("新增茶厂厂房3万m²", [("increase_by", "3", "万m²")]),
        ("新建茶厂污水处理能力2万m³/d", [("=", "2", "万m³/d")]),
        ("新建茶山步道120km", [("=", "120", "km")]),
        ("茶区PM2.5浓度降至30μg/m3以下", [("<=", "30", "μg/m3")]),
        ("建成光伏茶园3GW、储能1.5GWh", [("=", "3", "GW"), ("=", "1.5", "GWh")]),
        ("茶厂产能达到5万Nm3", []),
        ("到2030年茶厂产能达到2020年的2倍", []),
        ("设立总规模5亿元的茶业发展基金", [("=", "5", "亿元")]),
        ("累计新建步道120公里", [("=", "120", "公里")]),
        ("新车销量达到总销量的20%左右", [("=", "20", "%")]),
        ("绿色采购不低于采购总额的40%", [(">=", "40", "%")]),
        ("到2025年,覆盖50%以上的社区", [(">=", "50", "%")]),
        ("确保项目资金落实率100%", [("=", "100", "%")]),
        ("力争全面推开,托管茶园1500家以上", [(">=", "1500", "家")]),
        ("遴选20家茶业能效领跑者", [("=", "20", "家")]),
        ("上线证照种类超过80类", [(">=", "80", "类")]),
        ("建成示范点20个至30个", [("=", "20", "个")]),
        ("培训茶农3万人至5万人", [("=", "3", "万人")]),
        ("为1200名渔民提供技能培训", [("=", "1200", "名")]),
        ("全年为全县300户渔民适配辅助器具", [("=", "300", "户")]),
        ("为3户企业代办", []),
        ("对1000名渔民进行技能培训", [("=", "1000", "名")]),
        ("对50户以上渔村开展检查", []),
        ("新建茶厂25所,其中市区10所(含茶馆4所)", [("=", "25", "所"), ("=", "10", "所")]),
        ("具备条件的茶园通水比例达到40%", [(">=", "40", "%")]),
        ("茶叶抽检量达到5批次/千人,例行监测合格率98%", [(">=", "5", "批次/千人"), ("=", "98", "%")]),
        # two verbs, and what is worked on does not grow
        ("改造提升茶园5万亩", [("=", "5", "万亩")]),
        ("改造提升5万亩", [("=", "5", "万亩")]),
        ("招募茶艺志愿者600名", [("=", "600", "名")]),
        ("除险加固病险水库50座", [("=", "50", "座")]),
        ("治理水土流失面积80平方公里", [("=", "80", "平方公里")]),
        ("新开工茶园公路60公里", [("=", "60", "公里")]),
        ("全年招商引资到位资金60亿元", [("=", "60", "亿元")]),
        ("出栏肉鸭3万羽", [("=", "3", "万羽")]),
        ("建立用工500人以上或一次招录100人以上的茶厂服务专员制度", []),
    ],
)
def test_the_word_at_the_figure_tells_the_comparator(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "对年产值超过2000万元的茶企,一次性奖励10万元",
        "按照设备投资额的20%给予补助,最高不超过50万元",
        "每认定1家研发中心,奖励5万元",
        "培训补贴标准为每人1200元",
        "围绕12条产业链和6个园区开展服务",
        "支持产值5亿元以上企业加快改造",
        "实施“百村万户”工程,落实“3+5”产业布局",
        "完成第七次人口普查",
        "年满18周岁的居民",
        "外资比例不得超过30%",
        "实现四个现代化",
        "推进汽车零部件研发",
        "2026年02月10日 07时41分",
        "目前已建成驿站40个",
        "截至上年底,建成驿站40个",
        "从3个方面完善制度",
        "在5个工作日内办结",
        "打造15分钟生活圈",
        "各市推荐项目数量不超过3个",
        "落实《茶业振兴30条》",
        "梳理江城、河口等12个市的做法",
        "申报单位上一年度研发人员不少于20人",
        "用地许可、竣工查验和招投标等8个办理事项",
        "工程建设项目涉及90个事项全部纳入系统",
        "对吸纳就业的企业给予补贴5000元,吸纳1人以上就业的每增加1人给予1000元补贴",
        "可利用不超过3%的修复面积从事旅游",
        "打造辐射5公里便民服务圈",
        "支持金额不超过核定投入的10%",
        "对预算金额未达到50万元的项目加强监督",
    ],
)
def test_prizes_conditions_scopes_limits_and_facts_are_none(text: str) -> None:
    assert said(text) == []


def test_a_name_holds_no_comparison_no_degree_and_no_sharing_out() -> None:
    sentences = ("茶叶产量比上年增长3%", "完成改造近200公里", "新建甲、乙两类茶厂分别为10家、20家", "压减审批事项30项")
    names = [i.name for sentence in sentences for i in read(sentence)]
    assert names == ["茶叶产量", "改造", "甲、乙两类茶厂", "甲、乙两类茶厂", "审批事项"]


def test_a_grant_hides_no_target_in_another_part_of_its_sentence() -> None:
    assert said("新增茶厂贷款80亿元以上;对首次贷款的茶厂,按贷款额的1%给予贴息,单户最高不超过10万元") == [
        ("increase_by", "80", "亿元")
    ]
    assert said("对信用好的茶厂给予支持;信用额度可提高至500万元") == []  # what may be is no target


def test_a_prize_does_not_hide_a_count_in_the_same_sentence() -> None:
    assert said("每年遴选20家示范茶园,每家给予10万元奖励") == [("=", "20", "家/年")]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("水稻、玉米机收率分别达到90%和85%", ["90", "85"]),
        ("培育龙头企业30家、合作社200个", ["30", "200"]),
        ("培育龙头企业30家,示范农场50家", ["30", "50"]),
        ("培育3家综合平台,20家行业平台", ["3", "20"]),
        ("水稻、玉米机收率均达到80%", ["80", "80"]),
        ("三个县机收率均达到80%", ["80"]),
        ("水稻、玉米和大豆机收率总体达到80%", ["80"]),
    ],
)
def test_lists_give_one_target_for_each_figure_or_coordinate(text: str, values: list[str]) -> None:
    assert [str(i.value) for i in read(text)] == values


def test_targets_that_share_a_figure_are_told_apart() -> None:
    first, second = read("水稻、玉米机收率均达到80%")
    assert (first.part, second.part) == (1, 2)
    assert first.value_span == second.value_span


def test_counted_things_are_cut_at_the_mark_between_them() -> None:
    text = "培育龙头企业30家、合作社200个"
    assert [text[i.span.start : i.span.end] for i in read(text)] == ["培育龙头企业30家", "合作社200个"]
    assert [i.name for i in read(text)] == ["龙头企业", "合作社"]


def test_a_range_shows_by_its_upper_value_and_about_by_a_flag() -> None:
    (found,) = read("培育5-8家示范农场")
    assert (found.value, found.value_max, found.direction) == (Decimal(5), Decimal(8), "=")
    (found,) = read("茶园面积达到3万亩左右")
    assert (found.approximate, found.direction) == (True, "=")


def test_where_a_change_starts_is_the_baseline() -> None:
    text = "自来水普及率由85%提高到92%"
    (found,) = read(text)
    assert (found.baseline, found.value, found.direction) == (Decimal(85), Decimal(92), ">=")
    assert found.baseline_span
    assert text[found.baseline_span.start : found.baseline_span.end] == "85"


def test_value_and_unit_are_cut_out_of_the_text() -> None:
    text = "绿道总里程达到 1,350 公里"
    (found,) = read(text)
    assert text[found.value_span.start : found.value_span.end] == "1,350"
    assert text[found.unit_span.start : found.unit_span.end] == "公里"
    assert found.name == "绿道总里程"


@pytest.mark.parametrize(
    ("text", "deadlines"),
    [
        ("到2027年,茶园达到3万亩,产值突破30亿元", ["2027-12-31", "2027-12-31"]),
        ("2026年6月底前建成驿站40个", ["2026-06-30"]),
        ("到2027年,体系更加完善。茶园达到3万亩。", ["2027-12-31"]),
        ("(二)主要目标。到2027年,体系完善。茶园达到3万亩。", ["2027-12-31"]),
        ("到2026年,茶园达到3万亩。到2030年,茶园达到4万亩。产值突破30亿元。", ["2026-12-31", "2030-12-31", None]),
        ("2026年、2027年产值分别突破20亿元、25亿元", ["2026-12-31", "2027-12-31"]),
        ("年底前建成驿站40个", ["2025-12-31"]),
        ("3年内建成驿站40个", [None]),
        ("“十五五”期间新建步道120公里", ["2030-12-31"]),
        ("能耗比2020年下降13%", [None]),
        ("建成驿站40个", [None]),
        ("“驿站”行动。建成驿站40个,到2026年达到60个。", [None, "2026-12-31"]),
        ("2026年一季度建成驿站40个,二季度建成60个", ["2026-03-31", "2026-06-30"]),
        ("到2026年上半年、2028年底,驿站分别达到40个、60个", ["2026-06-30", "2028-12-31"]),
        ("到2026年6月、12月,驿站分别达到40个、60个", [None, None]),
        ("“十四五”末、“十五五”末,驿站分别达到40个、60个", ["2025-12-31", "2030-12-31"]),
        ("2026年前三季度,建成驿站40个", ["2026-09-30"]),
        ("2026年前建成驿站40个", [None]),
        ("6月底前驿站达到40个", ["2025-06-30"]),
        ("每年6月底前建成驿站40个", [None]),
        ("1.促进转型。4月底前,出台方案。建成驿站40个,投资突破50亿元。", [None, None]),
        ("4月底前,出台方案,建成驿站40个", ["2025-04-30"]),
        ("落户企业5 年内产值达到30亿元", [None]),
        ("6月底前建成驿站40个,全年办件2万件", ["2025-06-30", None]),
        ("力争到2028年,建成驿站40个,茶园达到3万亩", ["2028-12-31", "2028-12-31"]),
    ],
)
def test_the_deadline_is_that_of_clause_sentence_or_paragraph(text: str, deadlines: list[str | None]) -> None:
    assert [i.deadline for i in read(text, year=2025)] == deadlines


def test_the_phrase_that_gives_the_deadline_is_kept() -> None:
    text = "到2027年,茶园达到3万亩"
    (found,) = read(text)
    assert found.deadline_span
    assert text[found.deadline_span.start : found.deadline_span.end] == "到2027年"


@pytest.mark.parametrize(
    ("text", "name", "deadline"),
    [
        ("茶厂食堂公示率6月底前达到100%", "茶厂食堂公示率", "2031-06-30"),
        ("古桥修缮率于9月30日前提高到40%以上", "古桥修缮率", "2031-09-30"),
        ("渔港建成区面积今冬达到120万平方米", "渔港建成区面积", None),  # a season is no day, and no part of a name
        ("村级茶站覆盖率在2031年9月底前要达到80%", "村级茶站覆盖率", "2031-09-30"),
        ("书屋普及率较2030年底提高5个百分点", "书屋普及率", None),  # with what it is compared
    ],
)
def test_a_time_between_name_and_figure_is_its_deadline(text: str, name: str, deadline: str | None) -> None:
    (found,) = read(text, year=2031, since=2031)
    assert (found.name, found.deadline) == (name, deadline)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("计划完成造林面积2.6万亩", "造林面积"),  # 面积 alone does not say of what
        ("其中人工造林1.8万亩", "人工造林"),
        ("新建面积不少于3万平方米", "新建面积"),
        ("新增建设用地复垦面积5000亩", "建设用地复垦面积"),
        ("完成投资12亿元", "投资"),
        ("聘用生态护林员320名", "生态护林员"),
        ("6240元提高到6600元", None),  # what a broken line left of …标准由6240元提高到6600元
        ("元提高到6600元", None),
    ],
)
def test_a_name_says_what_is_measured(text: str, name: str | None) -> None:
    (found,) = read(text)
    assert found.name == name


def test_figures_of_one_clause_have_their_own_times() -> None:
    found = read("茶业投资一季度增长5%、上半年增长6%、全年增长8%", year=2031)
    assert [i.deadline for i in found] == ["2031-03-31", "2031-06-30", None]


def test_what_an_earlier_year_heads_is_a_fact() -> None:
    text = "2020年,茶园达到3万亩。产值突破30亿元。到2030年,茶园达到4万亩。"
    assert [str(i.value) for i in read(text, since=2026)] == ["4"]


def test_a_statement_of_a_level_in_quotes_counts() -> None:
    text = "确保完成“到2027年全县自来水普及率达到92%”目标"
    (found,) = read(text)
    assert (found.value, found.deadline) == (Decimal(92), "2027-12-31")
    assert text[found.span.start : found.span.end] == "到2027年全县自来水普及率达到92%"


def test_sections_that_look_back_or_state_terms_give_none(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    text = "云岭省茶业规划\n\n一、发展基础\n茶园达到3万亩。\n\n二、主要目标\n茶园达到5万亩。\n\n"
    text += "三、申报条件\n年产值达到800万元。\n"
    file.write_text(text, encoding="utf-8")
    found = annotations_of(str(file))["indicators"]
    assert isinstance(found, list)
    assert [(i["value"], i["unit"]) for i in found] == [(5, "万亩")]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("发展基础", True),
        ("现状与形势", True),
        ("奖补标准", True),
        ("夯实数字基础设施", False),
        ("完善标准体系", False),
    ],
)
def test_headings_that_announce_no_targets(title: str, *, expected: bool) -> None:
    assert sets_no_targets(title, LEXICON.words) is expected


def test_longer_units_come_first() -> None:
    assert [len(u) for u, _ in LEXICON.units] == sorted((len(u) for u, _ in LEXICON.units), reverse=True)
    found = pattern(LEXICON.units).search("装机120万千瓦时")
    assert found
    assert found["unit"] == "万千瓦时"


_WORDS = st.sampled_from(
    [
        *"0123456789,。、;:“”()《》%\n的",
        "到2027年",
        "达到",
        "以上",
        "建成",
        "个",
        "亿元",
        "分别",
        "由",
        "提高到",
        "每年",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(_WORDS, max_size=40).map("".join)))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for found in read(text, year=2025, since=2025):
        assert 0 <= found.span.start < found.span.end <= len(text)
        assert found.span.covers(found.value_span)
        assert text[found.unit_span.start : found.unit_span.end] == found.unit.removesuffix("/年").removesuffix(
            "/月"
        ) or ("/" in found.unit)
        assert found.value_max is None or found.value_max.is_finite()


@pytest.mark.parametrize("than", ["较", "較", "比"])
def test_the_year_compared_with_is_no_deadline(than: str) -> None:
    (found,) = read(f"到2027年,茶园面积{than}2024年增加15%", year=2025)
    assert found.deadline == "2027-12-31"


ITEMS = "云岭省养老服务工作要点\n\n一、重点任务\n\n"


def of_items(text: str, folder: Path) -> list[tuple[str | None, str | None, float, str | None, str]]:
    """Action, name, value, last day and clause of each target of a plan."""
    file = folder / "plan.txt"
    file.write_text(ITEMS + text, encoding="utf-8")
    read_ = annotations_of(str(file))
    found = read_["indicators"]
    assert isinstance(found, list)
    return [(i["action"], i["name"], i["value"], i["deadline"], i["surface"]) for i in found]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("1.新建老年食堂200个。", ("一/1", "老年食堂", 200, None, "新建老年食堂200个")),
        ("1、新建老年食堂200个。", ("一/1", "老年食堂", 200, None, "新建老年食堂200个")),
        ("1. 新建老年食堂200个。", ("一/1", "老年食堂", 200, None, "新建老年食堂200个")),
        ("(一)新建老年食堂200个。\n(二)巡访。", ("一/(一)", "老年食堂", 200, None, "新建老年食堂200个")),
        ("1.培训护理员1500名,注重实效。", ("一/1", "护理员", 1500, None, "培训护理员1500名")),
        (
            "1.到2026年底,新建老年食堂200个。",
            ("一/1", "老年食堂", 200, "2026-12-31", "新建老年食堂200个"),
        ),
        (
            "1.到2026年,入住率达到85%,护理员达到3万人。",
            ("一/1", "入住率", 85, "2026-12-31", "入住率达到85%"),
        ),
        ("1.新建老年食堂200个。(省民政厅)", ("一/1", "老年食堂", 200, None, "新建老年食堂200个")),
        ("1.护理员持证率达到90%以上。", ("一/1", "护理员持证率", 90, None, "护理员持证率达到90%以上")),
        (
            "1.全年新增护理型床位3000张。",
            ("一/1", "护理型床位", 3000, None, "全年新增护理型床位3000张"),
        ),
    ],
)
def test_a_target_in_the_first_clause_of_an_item_belongs_to_its_action(
    item: str, expected: tuple[str | None, str | None, float, str | None, str], tmp_path: Path
) -> None:
    assert of_items(item, tmp_path)[0] == expected


def read_out(text: str) -> list[tuple[str, str, str | None, str, bool]]:
    """Comparator, value, upper value, unit, and whether it is approximate."""
    return [
        (i.direction, str(i.value), str(i.value_max) if i.value_max else None, i.unit, i.approximate)
        for i in read(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("覆盖率达到百分之九十", (">=", "90", None, "%", False)),
        ("覆盖率达到百分之九十五点五", (">=", "95.5", None, "%", False)),
        ("覆盖率达到百分之95以上", (">=", "95", None, "%", False)),
        ("旅游收入增长百分之八", ("increase_by", "8", None, "%", False)),
        ("居民收入增长百分之一点五七", ("increase_by", "1.57", None, "%", False)),
        ("失业率下降百分之一", ("decrease_by", "1", None, "%", False)),
        ("覆盖率达到九成", (">=", "9", None, "成", False)),
        ("覆盖率达到九成以上", (">=", "9", None, "成", False)),
        ("新建书屋两百个", ("=", "200", None, "个", False)),
        ("新建一百二十个书屋", ("=", "120", None, "个", False)),
        ("新增托位一千二百个", ("increase_by", "1200", None, "个", False)),
        ("培训三千人次", ("=", "3000", None, "人次", False)),
        ("培训三万人", ("=", "3", None, "万人", False)),
        ("培训三十二万人", ("=", "32", None, "万人", False)),
        ("培训骨干十余万人", ("=", "10", None, "万人", True)),
        ("培训骨干10余万人", ("=", "10", None, "万人", True)),
        ("培训骨干3万余人", ("=", "3", None, "万人", True)),
        ("建成书屋120余个", ("=", "120", None, "个", True)),
        ("建成书屋120多个", ("=", "120", None, "个", True)),
        ("建成大约50个书屋", ("=", "50", None, "个", True)),
        ("培训三四万人", ("=", "3", "4", "万人", False)),
        ("到2026年,建成二十个书屋", ("=", "20", None, "个", False)),
        ("入学率提高两个百分点", ("increase_by", "2", None, "个百分点", False)),
        ("旅游收入增长8%左右", ("increase_by", "8", None, "%", True)),
        ("单位能耗下降3%左右", ("decrease_by", "3", None, "%", True)),
        ("旅游收入占比达到8%左右", ("=", "8", None, "%", True)),
        ("新建书屋廿个", ("=", "20", None, "个", False)),
        ("新建书屋卅五个", ("=", "35", None, "个", False)),
        ("培训两千零五十人", ("=", "2050", None, "人", False)),
        ("投资达到3,000.5亿元", (">=", "3000.5", None, "亿元", False)),
        ("建成书屋近200个", ("=", "200", None, "个", True)),
    ],
)
def test_every_spelling_of_a_number_is_read(text: str, expected: tuple[str, str, str | None, str, bool]) -> None:
    assert read_out(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "新建书屋几十个",
        "建成数百个书屋",
        "培训几百名骨干",
        "新建书屋一百二个",
        "培训三万五千人",
        "培训3万5千人",
        "覆盖率达到百分之十到二十",
        "新建书屋二五个",
        "覆盖率达到了百分之九十",
        "一九五九年目标,覆盖率达到百分之九十",
        "成立5成员单位",
        "实现四个现代化",
        "抓好三个清单",
        # half a number would be another one
        "建成书屋二十至三十个",
        "建成书屋3、4百个",
        "覆盖率达到九成五",
        "面积达到一点五万亩",
        "培训1千5百人",
        "覆盖率达到三分之二以上",
        "建成书屋200+个",
        "产值翻一番",
        # of the past
        "过去一年,新建书屋300个",
        "一年来,新建书屋300个,培训骨干500人",
        "近年来,新建书屋300个",
    ],
)
def test_a_number_that_is_half_understood_is_no_value(text: str) -> None:
    assert read_out(text) == []


@pytest.mark.parametrize(
    "text",
    ["覆盖率达到百分之九十", "培训骨干3万余人", "新建书屋两百个", "覆盖率达到九成", "新建书屋廿个", "新建书屋卅五个"],
)
def test_verify_reads_the_same_number_and_unit(text: str) -> None:
    (found,) = read(text)
    assert read_number(text[found.value_span.start : found.value_span.end]) == (found.value, found.value_max)
    assert unit_of(text[found.unit_span.start : found.unit_span.end]) == found.unit


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("新增养老床位、护理床位分别达到5000张、2000张", [("养老床位", "5000"), ("护理床位", "2000")]),
        ("覆盖率、满意度分别达到90%、95%以上", [("覆盖率", "90"), ("满意度", "95")]),
        ("青川市、石泉市分别建成书屋30个和20个", [("书屋", "30"), ("书屋", "20")]),
        ("失业率、物价涨幅分别控制在5%、3%以内", [("失业率", "5"), ("物价涨幅", "3")]),
        # half a name is no name: the subject is kept whole
        ("小学、初中巩固率分别达到99%、98%", [("小学、初中巩固率", "99"), ("小学、初中巩固率", "98")]),
        ("甲类、乙类床位分别达到30张、20张", [("甲类、乙类床位", "30"), ("甲类、乙类床位", "20")]),
        ("新建、改扩建茶厂分别为15家、20家", [("茶厂", "15"), ("茶厂", "20")]),
    ],
)
def test_what_is_said_in_turn_is_shared_out(text: str, shares: list[tuple[str, str]]) -> None:
    assert [(x.name, str(x.value)) for x in read(text)] == shares


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("新改建农村公路1200公里", ["农村公路"]),
        ("增设充电桩300个", ["充电桩"]),
        ("年均培训护理员不少于500人次", ["护理员"]),
        ("带动茶农户均增收3000元", ["茶农户均"]),
        ("茶园年均湿度达到60%", ["茶园年均湿度"]),
        ("救助困难渔民2000例", ["困难渔民"]),
        ("全年培训茶农500人", ["茶农"]),
        ("确保本年度茶叶抽检合格率达98%", ["茶叶抽检合格率"]),
        ("茶园覆 盖率达到30%", ["茶园覆盖率"]),
        ("新建小学3所(含教学点1个)", ["小学"]),
        ("改造1.5万套(间)旧房", ["旧房"]),
        ("森林覆盖率由60%提高到62%", ["森林覆盖率"]),
        ("茶叶出口额同比增长5%", ["茶叶出口额"]),
        ("诉求办理提速20%、平均办结率达98%", ["平均办结率"]),
        ("续建6个渡口项目120公里", ["渡口项目", "渡口项目"]),
        ("建设1所30张床位以上的护理院", ["30张床位以上的护理院"]),
        ("茶叶、水产产量分别达到30万吨和50万吨", ["茶叶、水产产量", "茶叶、水产产量"]),
        ("实现95%茶叶检测事项网上办", ["茶叶检测事项网上办"]),
        ("实现70%以上的检测事项网上办", ["检测事项网上办"]),
        ("新增茶企30家以 上", ["茶企"]),
        ("走访茶农,每月不少于2次", [None]),
        ("全年开展茶艺培训不少于50期3000人次", ["茶艺培训", None]),
        ("新建30个5G茶园", ["5G茶园"]),
        ("每年培训茶农800人次,三年累计不少于2400人次", ["茶农", None]),
        ("稳步达到3000亿元以上", [None]),
        ("全市完成茶园公路建设500公里", ["茶园公路建设"]),
        ("全年完成茶园投资15亿元", ["茶园投资"]),
        ("新建、改建茶园公路100公里", ["茶园公路"]),
        ("全年计划新改建茶园公路200公里", ["茶园公路"]),
        ("新(改)建茶园公路30公里", ["茶园公路"]),
        ("恢复和新增茶园面积30万亩", ["茶园面积"]),
        ("创作和推出茶戏3部", ["茶戏"]),
        ("家庭适老化改造600户", ["家庭适老化改造"]),
        ("带动茶农5000户以上增收", ["茶农"]),
        ("选聘到村任职大学生200名", ["到村任职大学生"]),
        ("城市新建职工住宅20万平方米", ["城市新建职工住宅"]),
        ("建设茶叶、水产示范基地各10个", ["茶叶、水产示范基地", "茶叶、水产示范基地"]),
        ("新建茶园20万亩,改造提升5万亩", ["茶园", None]),
        ("创建省级示范社40家、市级100家", ["省级示范社", None]),
    ],
)
def test_the_name_of_a_target_is_whole_and_its_own(text: str, names: list[str | None]) -> None:
    assert [i.name for i in read(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "依照省农业农村厅等13部门印发的意见",
        "持续实施13支持社会力量兴办茶馆",
        "茶叶产量增加了2.3倍",
        "达到70%以上的企业给予表扬",
        "做好新增10个书屋等信息公开",
        "推进2万个中小学学位等民生实事任务进展情况公开",
    ],
)
def test_words_that_begin_like_a_unit_past_changes_and_what_is_made_known_give_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what is counted does or is something (ERRORS.md IK1, IK2, IK4)
        ("全省60%以上的茶馆具备扫码功能", [(">=", "60", "%")]),
        ("70%的岛和80%的渔港建成标准化码头", [("=", "70", "%"), ("=", "80", "%")]),
        ("确保95%的渔村、80%的渔港建成驿站", [("=", "95", "%"), ("=", "80", "%")]),
        ("30个渔政事项实现就近办理", [("=", "30", "个")]),
        ("推动12项惠渔措施全面落地", [("=", "12", "项")]),
        ("在8个以上渔港开通夜间航班", [(">=", "8", "个")]),
        ("在3个渔港开通夜间航班", []),
        ("全省62个渔村实现快递全覆盖", [("=", "62", "个")]),
        ("每个乡镇至少有1个学习点", [(">=", "1", "个")]),
        ("确保服务事项100%网上可办", [("=", "100", "%")]),
        ("实现渔村快递通达率60%", [("=", "60", "%")]),
        ("渔村快递通达率60%", []),
        ("选择8个左右条件较好的渔港开展试点", [("=", "8", "个")]),
        # units and numerals (IK3)
        ("出口带宽3000M以上", [(">=", "3000", "M")]),
        ("出口带宽达到100MB以上", []),
        ("小学劳动课每周不少于三课时", [(">=", "3", "课时/周")]),
        ("培训教师两千人以上", [(">=", "2000", "人")]),
        ("培训教师1 200人", [("=", "1200", "人")]),
        ("建设两三个示范点", [("=", "2", "个")]),
        # a condition on people (IK6)
        ("基本实现60户以上的渔村通自来水", []),
        # signs, shortened times, scopes inside words
        ("研究生占比≥30%", [(">=", "30", "%")]),
        ("办理时限压缩50%以上", [("decrease_by", "50", "%")]),
        ("建设通自然屯公路649公里", [("=", "649", "公里")]),
    ],
)
def test_figures_that_open_a_clause_and_odd_spellings_are_read(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


def test_near_a_number_behind_a_verb_of_making_is_rough() -> None:
    assert read_out("新建近50个站点")[0][-1] is True
    assert read_out("带动近50个站点发展") == []


DOUBTFUL = {
    "培育几十个示范点": ["几十个"],
    "建成上百个书屋": ["上百个"],
    "新增数百个岗位": ["数百个"],
    "新建书屋一百二个": ["一百二个"],
    "新建书屋三五个": ["三五个"],
    "完成投资上亿元": ["上亿元"],
    "新建书屋百余个": ["百余个"],
    "组织活动二十几场": ["二十几场"],
    "培训几千名骨干": ["几千名"],
    "培育好几家企业、建成数十个站点": ["好几家", "数十个"],
    "建成书屋二十至三十个": ["二十至三十个"],
    "建成书屋3、4百个": ["3、4百个"],
    "覆盖率达到九成五以上": ["九成五"],
    "面积达到一点五万亩": ["一点五万亩"],
    "培训骨干1万2千人": ["1万2千人"],
    "覆盖率达到三分之二": ["三分之二"],
    "事故率降到千分之三以下": ["千分之三"],
    "产值翻两番": ["两番"],
    "产值增加一倍": ["一倍"],
    "建成书屋200+个": ["200+个"],
    "新建书屋壹佰个": ["壹佰个"],
    "实施三个“百千万”工程": [],
    # read, or no target at all
    "新建书屋50余个": [],
    "新建书屋两百个": [],
    "已建成几十个书屋": [],
    "几十年来的经验": [],
    "建成千兆网络": [],
    "建成万亩良田": [],
    "培育一批示范点": [],
    "减少一次性用品": [],
    "建成二期工程": [],
    "突破关键零部件技术": [],
    "建设“最后一公里”服务站": [],
    "覆盖率达到百分之十到二十": ["百分之十到二十"],
}


@pytest.mark.parametrize(
    ("text", "untold"),
    [
        ("茶农平均受教育年限达到11年", ["11"]),
        ("茶厂产量达到2020年的2倍", ["2"]),
        ("将审批时限压缩至3个工作日以内", ["3"]),
        ("茶园漏损率降为零", ["零"]),
        ("实现茶厂重大事故为零。", ["零"]),
        ("作为零售网点", []),
        ("力争实现重大事故零发生,农民工欠薪零案件。", ["零发生", "零案件"]),
        ("确保信访积案全部清零。", ["清零"]),
        ("全省茶厂达到百家", ["百"]),
        ("茶业产值突破千亿元", ["千亿"]),
        ("开展积案清零行动，推广零排放车辆", []),
        ("达到百年不遇的水平", []),
        # read, past, described, granted, or no level at all
        ("森林覆盖率达到42%", []),
        ("茶事死亡率下降到12/10万以下", []),
        ("茶农平均受教育年限达到11.3年", []),
        ("2024年茶农平均受教育年限达到11年", []),
        ("目前茶农平均受教育年限达到11年", []),
        ("对面积达到30米的茶厂开展检查", []),
        ("对评选达到3级的给予补贴50万元", []),
        ("有效期不超过5年", []),
    ],
)
def test_a_level_that_is_not_read_is_doubted_aloud(text: str, untold: list[str]) -> None:
    told = [i.span for i in read(text, since=2025)]
    found = find_untold(text, Span(0, len(text)), Intervals(told), LEXICON, 2025)
    assert [text[s.start : s.end] for s in found] == untold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # how much is to be done, behind a verb that alone does not say so
        ("统筹推进重大项目80个", [("=", "80", "个")]),
        ("设置避难场所60个", [("=", "60", "个")]),
        ("滚动推进30项关键核心技术攻关", [("=", "30", "项")]),
        ("推进7个茶园、4个茶叶基地提质升级", [("=", "7", "个"), ("=", "4", "个")]),
        ("提升青溪茶园、白石茶园等5个示范区管理", []),
        ("改善50所学校办学条件", [("=", "50", "所")]),
        ("净增潜在茶旅企业10家", [("increase_by", "10", "家")]),
        ("年节约用电30万度", [("=", "30", "万度")]),
        # for whom
        ("为4510户牧民发放补贴", [("=", "4510", "户")]),
        ("为100家左右卫生室配备终端", [("=", "100", "家")]),
        ("为3.5万名牧民、4.2万名渔民发放补贴", [("=", "3.5", "万名"), ("=", "4.2", "万名")]),
        ("吸引17万毕业生来岭就业", [("=", "17", "万")]),
        # the first of their kind; how many there are of those served
        ("制定首批5项茶叶标准", [("=", "5", "项")]),
        ("首批100个书屋全面建成", [("=", "100", "个")]),
        ("建成覆盖38个村的27处书屋", [("=", "27", "处")]),
        ("每个县新建一个儿童书屋", [("=", "1", "个")]),
        # a noun that ends like a verb; a numeral that ends a word; years that are no date
        ("新增家庭茶场20个、茶业服务组织10个", [("increase_by", "20", "个"), ("increase_by", "10", "个")]),
        ("建立救援队伍25支", [("=", "25", "支")]),
        ("人均受教育年限达到11.7年", [(">=", "11.7", "年")]),
        ("总量达到2031年", []),
        # nobody gives a rate
        ("残疾人补贴覆盖率98%以上", [(">=", "98", "%")]),
        ("给予50%补贴", []),
        ("推进岭南新城5个重点项目建设", [("=", "5", "个")]),
        ("办好15件实事,恢复茶园4万亩,选送100场戏曲", [("=", "15", "件"), ("=", "4", "万亩"), ("=", "100", "场")]),
        ("完成全省100所学校周边治理", [("=", "100", "所")]),
        ("推动60%以上的茶厂达标", [(">=", "60", "%")]),
        ("对销售额2万元以上且快递量达1000单以上的茶厂补助", []),
        ("提供申请材料2份", []),
        # a scope, and a condition
        ("力争在20个产业领域形成标志性成果", []),
        ("超时达到5次", []),
        ("违法占地面积下降5%", [("decrease_by", "5", "%")]),
    ],
)
def test_works_and_those_served_are_counted(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


def test_names_of_what_is_new_are_whole_and_listed_years_go_each_with_its_figure() -> None:
    (jobs,) = read("城镇新增就业10万人以上")
    assert (jobs.name, jobs.direction) == ("城镇新增就业", "increase_by")
    assert [(str(i.value), i.deadline) for i in read("2025、2026年改造率分别达到30%、60%")] == [
        ("30", "2025-12-31"),
        ("60", "2026-12-31"),
    ]


def test_without_a_date_of_the_document_a_bare_year_may_be_past_and_others_forecast() -> None:
    for text in ("2027年茶叶总产值达到82亿元", "据某研究院预计,到2027年茶叶总产值将达到82亿元"):
        assert read(text) == []
    assert [i.deadline for i in read("到2027年,茶叶总产值达到82亿元")] == ["2027-12-31"]
    assert [i.deadline for i in read("2027年茶叶总产值达到82亿元", since=2026)] == ["2027-12-31"]
    assert [i.deadline for i in read("2027年茶叶总产值达到82亿元以上")] == ["2027-12-31"]


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_figure_that_is_not_read_is_doubted_aloud(text: str) -> None:
    found = find_unread(text, Span(0, len(text)), LEXICON)
    assert [text[x.start : x.end] for x in found] == DOUBTFUL[text]


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("到2027年,半数以上的茶厂完成改造", ["半数以上"]),
        ("三分之二的渔港建成补给站", ["三分之二"]),
        ("将茶园亩均损耗降低到不足3%", ["3%"]),
        # two numbers, or one that a line broke
        ("建成茶业岗位3 6 万个以上", ["3 6 万个"]),
        ("茶叶合格率不足90%的要整改", []),
        ("半数茶厂在山区", []),
    ],
)
def test_shares_in_words_bounds_below_and_broken_numbers_are_doubted(text: str, unread: list[str]) -> None:
    assert read(text) == []
    assert [text[s.start : s.end] for s in find_unread(text, Span(0, len(text)), LEXICON)] == unread


@pytest.mark.parametrize(
    ("text", "deadlines"),
    [
        ("到 2027 年底,茶园面积达到 30 万亩", ["2027-12-31"]),
        ("到2027年,建成茶厂20家;\n培育茶馆300家以上,\n建成书屋5个", ["2027-12-31"] * 3),
        ("到2027年,建成茶厂20家。\n培育茶馆300家以上", ["2027-12-31", None]),
    ],
)
def test_a_deadline_holds_across_blanks_and_lines_of_a_sentence(text: str, deadlines: list[str | None]) -> None:
    assert [i.deadline for i in read(text)] == deadlines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("水电年发电量达到12亿千瓦时", [(">=", "12", "亿千瓦时")]),
        ("到2027年,茶叶产量达到12万吨,占农产品产量的25%", [(">=", "12", "万吨"), ("=", "25", "%")]),
        ("灌溉面积占总面积20%以上", [(">=", "20", "%")]),
        # the size of the one thing that is built
        ("每个乡建设1所80-150个床位的护理院", [("=", "1", "所")]),
        # an amount right before a thing, a radius, a limit, and the seats of a body
        ("年产值超过10亿元企业达到5家", [(">=", "5", "家")]),
        ("新增能耗超过5万吨标准煤“两高”项目,须报批", []),
        ("完成茶厂半径15公里范围内的锅炉关停", []),
        ("各市至多选择2个平台开展补贴", []),
        ("副秘书长不超过5人,专家组人数不少于7人", []),
        ("实现抽检量每年5批次/千人", [("=", "5", "批次/千人")]),
        # a bound behind the last coordinate holds for those before it
        ("到2027年,茶园、渔场损耗占比分别在7%、2%以下", [("<=", "7", "%"), ("<=", "2", "%")]),
        ("茶园面积、亩产分别提高5%和8%以上", [("increase_by", "5", "%"), ("increase_by", "8", "%")]),
        ("小型茶厂是指面积不大于800平方米、高度不大于24米的茶厂", []),
    ],
)
def test_units_that_end_like_a_word_parts_of_a_whole_sizes_and_definitions(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("茶厂、渔港、牧场分别达到30家、20家、10家", ["茶厂", "渔港", "牧场"]),
        ("国家级、省级茶园分别达到3个、5个", ["国家级、省级茶园"] * 2),
    ],
)
def test_things_that_are_counted_are_shared_out(text: str, names: list[str]) -> None:
    assert [i.name for i in read(text)] == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建茶厂100%执行节水标准", [("=", "100", "%")]),
        ("实现渔政服务事项100%“全程网办”", [("=", "100", "%")]),
        ("新增茶园60%以上采用新工艺", [(">=", "60", "%")]),
        ("全部机关及60%以上的事业单位建成节水单位", [(">=", "60", "%")]),
        ("按照比例100%补贴茶农", []),
        ("茶厂60%以上的股份由省里持有", []),
        ("损耗控制在年度产量4%以内", [("<=", "4", "%")]),
        ("每个乡镇至少建成一所书屋", [(">=", "1", "所")]),
        ("建成一所书屋", []),
        ("力争新增返乡创业15万人、带动就业50万人", [("increase_by", "15", "万人"), ("=", "50", "万人")]),
        ("旧家电规范化回收量达到1200万 台", [(">=", "1200", "万台")]),
        ("2027年底前设置5个便民窗口", [("=", "5", "个")]),
    ],
)
def test_what_a_lot_of_other_documents_showed(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


def test_results_below_a_heading_without_a_number_are_no_targets(tmp_path: Path) -> None:
    lines = ["云岭省政府工作报告", "“十五五”时期发展成就", "建成驿站400个。", "2031年重点工作", "驿站达到500个。"]
    plan = tmp_path / "plan.txt"
    plan.write_text("\n".join([*lines, "一、促进消费", "（一）培育名店30家。"]), encoding="utf-8")
    found = annotations_of(str(plan))["indicators"]
    assert isinstance(found, list)
    assert [i["value"] for i in found] == [500, 30]


@pytest.mark.parametrize(
    "piece", ["覆盖率达到90%", "“建成书屋30家", "建成书屋30家”", "1,000,达到3,由5%", "建成书屋30个、茶厂20家"]
)
def test_figures_without_end_in_a_clause_take_time_in_proportion(piece: str) -> None:
    assert grows_with(lambda n: read(piece * n), small=100)


def test_what_proves_a_figure_of_an_endless_clause_lies_near_it() -> None:
    found = read("普及率达到80%" * 300)
    assert len(found) == 300
    assert max(len(i.span) for i in found) < 400
    assert all(i.span.start <= i.value_span.start < i.value_span.end <= i.span.end for i in found)
    assert {i.name for i in found} == {"普及率"}
