"""Time limits in the sentences of an action, and the times that are none."""

from __future__ import annotations

import pytest
from tests.support import grows_with

from kgbuild.config import Settings
from kgbuild.extract.limits import find_limits
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Span
from kgbuild.pipeline import annotate

SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
SIGNED = "2025-03-05"

DAYS = {
    # by its own form
    "2025年12月底前，建成全省养老服务平台。": "2025-12-31",
    "于2026年年底前配备到位。": "2026-12-31",
    "6月底前完成摸底。": "2025-06-30",
    "力争年内新建书屋50个。": "2025-12-31",
    "各县（市、区）要在2025年9月30日前全部完成。": "2025-09-30",
    "健全台账制度，第三季度末前全面落实。": "2025-09-30",
    "上半年末前制定清单": "2025-06-30",
    "持续清理，2025年11月15日前全部销号；": "2025-11-15",
    "建立机制（2025年底前完成）。": "2025-12-31",
    "明年3月底前开展一次评估。": "2026-03-31",
    "最迟不晚于2026年6月30日建立名录。": "2026-06-30",
    "2026 年\n6 月底前，实现联网。": "2026-06-30",
    # by the word before it
    "到2027年，全省床位达到10万张。": "2027-12-31",
    "力争到2025年底基本建成。": "2025-12-31",
    "到“十五五”末形成完善的体系。": "2030-12-31",
    "至2026年6月，试点范围扩大到全省。": "2026-06-30",
    "到2026年底在全省推行。": "2026-12-31",
    "到 2026 年，新建水渠8万米。": "2026-12-31",
    "到2026年底，建立跟踪反馈和评估评价等机制。": "2026-12-31",
    # by the verb behind it
    "12月完成验收。": "2025-12-31",
    "2025年建成示范点100个。": "2025-12-31",
    "第二季度出台管理办法。": "2025-06-30",
    "10月中旬印发方案。": "2025-10-20",
    "2026年，力争实现全覆盖。": "2026-12-31",
    "确保2025年底全面完成改造。": "2025-12-31",
    "2026 年底事项线上可办率达到70%。": "2026-12-31",
    "2026年底各县区重点村道亮化率低于平均水平的实现达标。": "2026-12-31",
    "2026年底不达标的窑炉全面退出。": "2026-12-31",
    "2026年6月底，建设统一平台，推行网上办理。": "2026-06-30",
    "力争2026年稻米产值翻番。": "2026-12-31",
    "到2026年中心城区站点覆盖率达到100%。": "2026-12-31",
    "2026年60%以上社区达到创建要求。": "2026-12-31",
    "2026年完成2000年前建成的老旧小区改造。": "2026-12-31",
    "2026年底前将保留的生产许可证管理权限全部下放。": "2026-12-31",
    # of a period the last day, where it is to be done by then
    "2025年11月—2026年2月完成改造。": "2026-02-28",
    "2025年9月至11月完成验收。": "2025-11-30",
    # behind a label
    "完成整改。（时限：2025年四季度）": "2025-12-31",
    "从2025年到2027年完成改造。": "2027-12-31",
    "自2025年4月1日至2025年10月31日完成排查。": "2025-10-31",
    "2025—2027年，完成改造200个。": "2027-12-31",
    "2025年12月31日18时前完成改造。": "2025-12-31",
    "“十四五”期间建成体系。": "2025-12-31",
    "从2月起到10月底前完成整治。": "2025-10-31",
    # behind a label in the sentence
    "完成时限为2026年9月。": "2026-09-30",
    "整改时限原则上为9月底。": "2025-09-30",
    # at the head of a sentence, before whoever has to do it
    "2025年底，各试点县要总结试点情况。": "2025-12-31",
    "2026年6月底，各地建设并完善统一平台。": "2026-06-30",
    "实现2026年底新增备案2000项。": "2026-12-31",
    # as hoped for rather than supposed
    "如期于2026年6月底前完成，确保安全。": "2026-06-30",
    # reported only when done
    "6月底前完成整改，并将结果报送省民政厅。": "2025-06-30",
    "2025年11月30日前提交评估报告并完成专家评审。": "2025-11-30",
    "2025年11月底前提交验收材料，并完成项目结项。": "2025-11-30",
    # verbs of works that run
    "首批电站2025年6月中旬并网。": "2025-06-20",
}

RECURRING = [
    "每季度至少开展一次检查。",
    "每年组织培训不少于2次。",
    "每半年召开一次调度会。",
    "按月通报进展情况。",
    "每年6月底前组织开展评估。",
    "每学期举办专题讲座。",
    "每两年评选一次优秀案例。",
    "每个月对重点场所检查1次。",
    "按季度发布监测结果。",
    "每周调度，每月通报一次。",
]

WITHIN = [
    "印发之日起30日内制定实施方案。",
    "自本方案印发之日起3个月内出台配套措施。",
    "用3年左右时间建成体系。",
    "未来五年建成体系。",
    "两年内建成50个站点。",
    "各部门要在1个月内公布实施细则。",
    "五年内至少开展一次诊断。",
    "半年内建立名录。",
    "3年内，累计招引项目20个以上。",
    "三年内使农村面貌基本改观。",
    "争取在三年内，使多数县通高速公路。",
    "会后一周内完成任务分解。",
    "动员会结束后5日内制定清单。",
    "印发之日起1个月内要\n制定专项方案。",
    "百日内完成整治。",
    "100天内完成整治。",
    "五年左右时间建成体系。",
]

BEFORE_EVENTS = [
    "春季学期开学前完成改造。",
    "节前完成慰问。",
    "“五一”前完成改造。",
    "上冻前完成植树造林。",
    "“两会”前完成改造。",
    "今冬明春完成水渠修复。",
    "暑假期间完成改造。",
    # counted from a day that the text does not give, or from none that is plain
    "本月底前完成改造。",
    "翌年3月底前完成改造。",
    "12月前完成改造。",
    "6月份前完成改造。",
    "农历年底前完成改造。",
    "2025学年末完成改造。",
    "“十五五”初建成体系。",
    "截至2025年底完成改造。",
    "截止到2025年12月31日全部完成改造。",
    "2025年底2026年初完成改造。",
    "次年6月底前完成改造。",
    "周五前完成排查。",
    "下周三前上线平台。",
    "各县于次月10日前完成拨付。",
    "当年10月底前完成清理。",
    "月内完成清理。",
    "中旬完成培训。",
    "春节前发放到位。",
    "各县要在汛期来临前完成加固。",
    "国庆节前投入使用。",
    "2026年第三季度初发布榜单。",
]

EITHER = ["2026年7月底或8月初启动建设。", "2026年底或2027年初完成整体迁建。", "2026年6月底前或者9月底前完成整体迁建。"]

NONE = {
    "events that describe": [
        "抓好汛前检查。",
        "开展节前走访。",
        "对春节前返乡的务工人员开展培训。",
        "汛期前后加强巡查。",
        "做好“两会”前夕服务。",
        "中秋前将总结报送省民政厅。",
    ],
    "reporting": [
        "2026年底，将总结反馈省民政厅。",
        "于2025年11月30日前将总结报送省民政厅。",
        "请各市于6月底前上报工作方案。",
        "2025年12月20日前，将年度工作总结报省民政厅。",
        "每季度末报送进展情况。",
        "请于4月10日前反馈书面意见。",
        "每月5日前将统计表报至省统计局。",
        "各地要在9月底前将推荐名单上报省教育厅。",
        "请于2025年5月15日前提交申报材料。",
        "2025年10月底前将自评报告寄至省科技厅。",
        "每年12月底前向省人民政府报告落实情况。",
    ],
    "results above a plan": ["2025年完成投资65亿元，超过原定计划4%。"],
    "suppositions": [
        "如不能在6月底前完成，应书面说明原因。",
        "若2026年6月底前资金到位，可以开工。",
    ],
    "bans": [
        "2026年9月1日前不得启动。",
        "2026年底前一律不得新建扩建。",
        "2026年底前，严禁新增产能。",
        "2026年底前暂不扩大试点范围。",
        "2026年底前暂停新增。",
    ],
    "steps of procedures": [
        "自收到申请之日起7个工作日内答复。",
        "10日内进行现场审查。",
        "三次内完成整改。",
    ],
    "past": [
        "2024年底前已建成书屋300个。",
        "截至2024年底，全省建成书屋300个。",
        "2024年完成投资10亿元。",
        "到2023年，覆盖率达到90%。",
        "2025年1月底前完成前期摸底的基础上，继续推进。",
        "2019年，全省实现县县通高速。",
        "去年底完成改造任务。",
        "2025年2月完成招标。",
        "到2020年全面建成小康社会以来的经验。",
        "2024年12月31日前完成登记。",
    ],
    "dates of documents": [
        "落实《云岭省2025年底前完成事项清单》。",
        "按照2025年版目录执行。",
        "更新《服务指南》（2025年）版。",
        "按照事项清单（2025年），完成清单更新。",
        "对照2025年6月印发的清单，逐项落实。",
        "根据2025年全省行动方案，抓好落实到位。",
        "贯彻2025年发布的实施意见。",
        "深入开展“到2027年百村达标”活动。",
        "落实2025年4月出台的措施。",
        "依照2025年7月修订的办法办理。",
        "编制2025年的预算。",
    ],
    "beginnings": [
        "自2025年7月起全面推行。",
        "2025年7月1日起施行。",
        "从2026年1月开始试点。",
        "2025年以后逐步推广。",
        "自2025年6月1日起，取消证明事项。",
        "2026年起，每县设立一个站点。",
        "9月启动申报工作。",
        "从2025年秋季学期起实行。",
        "2025年7月后停止受理。",
        "2025年8月1日生效。",
    ],
    "attributes and conditions": [
        "改造2000年底前建成的老旧小区。",
        "对2025年底前到期的合同及时续签。",
        "2025年6月30日前登记注册的企业可以参加。",
        "对2026年年底前未完成任务的单位予以通报。",
        "支持2025年新建的示范点。",
        "落实好2025年3月前阶段性补贴机制。",
        "对企业在2025年12月31日前与职工签订合同期满的，给予奖励。",
        "面向2025年毕业的学生开展招聘。",
        "2025年底前竣工的项目纳入清单。",
        "2025年12月31日前取得证书的人员给予补贴。",
        "2025年6月底前投产后给予支持。",
        "2025年7月1日之前省级部门已经受理的申请，继续办理。",
        "对2025年四季度和2026年一季度贡献突出的前3位单位给予激励。",
    ],
    "validity": [
        "政策延续执行至2025年12月31日。",
        "有效期至2027年12月31日。",
        "本方案印发之日至2025年12月31日受理申请。",
        "补贴期限延长至2026年底。",
        "执行期限为2025年1月1日至2027年12月31日。",
        "2025年6月1日至8月31日开展集中宣传。",
        "还本付息日期最长可延至2025年6月30日。",
        "继续实施降费政策至2025年底。",
        "优惠政策保留到2026年。",
        "对2025年4月1日至12月31日期间购车的消费者给予补贴。",
        "2026年年底前企业可免缴相关费用。",
    ],
    "no limits": [
        "综合考虑2035年远景目标等因素，编制方案。",
        "对照2025年目标任务，倒排工期。",
        "2025年重点工作如下。",
        "从2020年的10个增加到2025年的30个。",
        "较2024年增长5%。",
        "招用人数达到当年新增职工的30%。",
        "继续开展2025年度评选。",
        "每年补助500元。",
        "每年给予每人300元补贴。",
        "受理之日起20个工作日内办结。",
        "一年内服务达到100人次的给予补贴。",
        "三年内不得新任理事。",
        "5年内按不高于80%的比例分档实施奖补。",
        "近三年内未发生事故。",
        "6月开展宣传月活动。",
        "据某研究机构预计，到2027年产值将达到500亿元。",
        "2025年9月9日24时前在“换新”或“焕新”平台上已经提交过申请的无需另行预约。",
    ],
}


def limits(text: str, since: str | None = SIGNED) -> list[tuple[str | None, str]]:
    from kgbuild.text.normalise import normalise

    norm = normalise(text)
    found = find_limits(norm, Span(0, len(norm)), LEXICON.words, years=[2025], since=since)
    return [(x.iso, x.rule) for x in found]


@pytest.mark.parametrize("text", DAYS)
def test_a_sentence_says_by_which_day(text: str) -> None:
    assert [day for day, _ in limits(text)] == [DAYS[text]]


@pytest.mark.parametrize("text", RECURRING)
def test_what_recurs_is_a_limit_without_a_day(text: str) -> None:
    found = limits(text)
    assert found
    assert {*found} == {(None, "recurring-time")}


@pytest.mark.parametrize("text", BEFORE_EVENTS)
def test_what_is_due_before_an_event_has_no_day_and_is_doubted(text: str) -> None:
    found = list(find_limits(text, Span(0, len(text)), LEXICON.words, years=[2025], since=SIGNED))
    assert [(x.iso, x.unread) for x in found] == [(None, True)]


@pytest.mark.parametrize("text", EITHER)
def test_of_two_times_of_which_one_holds_neither_is_stated(text: str) -> None:
    found = list(find_limits(text, Span(0, len(text)), LEXICON.words, years=[2025], since=SIGNED))
    assert found
    assert all(x.iso is None and x.unread for x in found)


@pytest.mark.parametrize("text", WITHIN)
def test_a_length_of_time_is_a_limit_without_a_day(text: str) -> None:
    assert limits(text) == [(None, "time-within")]


def test_what_is_done_already_makes_no_fact_of_the_past_where_it_describes() -> None:
    """No date of the document tells the future from the past there."""
    assert limits("到2026年底，通过已建成的基地形成一批案例。", since=None) == [("2026-12-31", "time-up-to")]
    assert limits("到2020年，已建成基地10个。", since=None) == []


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in NONE.items() for text in texts])
def test_other_times_are_none(kind: str, text: str) -> None:
    assert limits(text) == [], kind


def test_a_year_holds_for_what_stands_behind_it_in_the_sentence() -> None:
    assert [d for d, _ in limits("2026年6月底前启动改造，12月底前全部完成。")] == ["2026-06-30", "2026-12-31"]


def test_a_year_since_which_something_is_so_holds_for_nothing_behind_it() -> None:
    text = "排查2022年以来的账目,6月底前完成整改。"
    assert [d for d, _ in limits(text)] == ["2025-06-30"]
    found = find_limits(text, Span(0, len(text)), LEXICON.words, years=[], since=None)
    assert [(limit.iso, text[limit.span.start : limit.span.end]) for limit in found] == [(None, "6月底前")]


def test_of_two_years_that_may_be_meant_the_one_after_the_signing_is() -> None:
    """A plan for 2026 signed in December 2025 means June 2026; a day before the signing is nobody's."""
    words = LEXICON.words
    for years, since, day in (([2026, 2025], "2025-12-20", "2026-06-30"), ([2025], "2025-08-01", None)):
        found = list(find_limits("6月底前完成摸底。", Span(0, 9), words, years=years, since=since))
        assert [(x.iso, x.unread) for x in found] == [(day, day is None)]


COMING = """云岭省2024年养老服务工作总结和2025年工作要点

1.{}

云岭省人民政府办公厅
2024年12月20日
"""


@pytest.mark.parametrize(
    ("item", "days"),
    [
        ("年底前新建书屋50个。（省教育厅，6月底前完成）", ["2025-12-31", "2025-06-30", "2025-12-31"]),
        ("2月底前完成摸底。（省教育厅，12月25日前）", ["2025-02-28", "2025-12-25"]),
        ("今年底前完成摸底。（省教育厅，明年6月底前）", [None, None]),
    ],
)
def test_a_plan_for_the_coming_year_means_that_year(item: str, days: list[str | None]) -> None:
    """今年 and 明年 in a plan for 2025 that is signed in 2024 may mean either."""
    found = annotate(COMING.format(item).encode(), name="plan.txt", settings=SETTINGS, lexicon=LEXICON)
    (action,) = found.actions
    fields = action.statement.fields if action.statement else ()
    assert [
        *(x.iso for x in action.limits),
        *(f.iso for f in fields),
        *(i.deadline for i, _ in found.indicators),
    ] == days
    assert len([f for f in found.findings if f.code == "unread-deadline"]) == days.count(None)


def test_a_day_that_was_past_at_the_signing_is_no_deadline_of_a_list() -> None:
    text = PLAN.replace("2024年12月27日", "2025年3月5日").replace("汛期前完成加固。（责任单位：", "加固。（1月底前，")
    found = annotate(text.encode(), name="plan.txt", settings=SETTINGS, lexicon=LEXICON)
    assert [f.iso for a in found.actions if a.statement for f in a.statement.fields] == [None]


PLAN = """2025年云岭省养老服务工作要点

1.2025年底前建成示范站点100个。（责任单位：省民政厅）

2.2月底前完成摸底。（责任单位：省民政厅）

3.80周岁以上老年人每年体检一次。（责任单位：省卫生健康委）

4.2026年汛期前完成加固。（责任单位：省水利厅）

云岭省人民政府办公厅
2024年12月27日
"""


def test_limits_of_a_document_and_what_is_doubted() -> None:
    found = annotate(PLAN.encode(), name="plan.txt", settings=SETTINGS, lexicon=LEXICON)
    stated = [[(x.iso, x.rule) for x in a.limits] for a in found.actions]
    assert stated == [
        [("2025-12-31", "time-before")],
        [("2025-02-28", "time-before")],
        [(None, "recurring-time")],
        [(None, "time-before")],
    ]
    doubts = [
        (f.code, dict(f.detail).get("text")) for f in found.findings if "deadline" in f.code or "digits" in f.code
    ]
    assert doubts == [("unread-deadline", "2026年汛期前")]


def test_what_stands_far_away_decides_on_no_time() -> None:
    far = "建设书屋和阅览室" * 100
    norm = f"2025年6月底前{far}报送省教育厅"
    (limit,) = find_limits(norm, Span(0, len(norm)), LEXICON.words, years=[2025], since=SIGNED)
    assert (limit.iso, limit.rule) == ("2025-06-30", "time-before")


STAGES = """云岭省书屋建设方案

一、建设步骤（2026年底前）
（一）摸底阶段（2025年6月底前）。各市开展摸底。
（二）建设阶段（2025年9月底前）
各市配齐图书。
（三）验收阶段（2025年11月—12月）
1.各市开展自查。
2.省教育厅开展抽查，2026年3月底前完成。
"""


def test_an_action_without_a_limit_has_that_of_the_nearest_heading() -> None:
    """The work of a stage is done by its end; what an item says itself goes before."""
    found = annotate(STAGES.encode(), name="plan.txt", settings=SETTINGS, lexicon=LEXICON)
    assert {found.document.units[a.unit].path: [(x.iso, x.rule) for x in a.limits] for a in found.actions} == {
        "一/(一)": [("2025-06-30", "time-before")],
        "一/(二)": [("2025-09-30", "time-of-heading")],
        "一/(三)/1": [("2025-12-31", "time-of-heading")],
        "一/(三)/2": [("2026-03-31", "time-before")],
    }


@pytest.mark.parametrize(
    ("heading", "day"),
    [
        ("动员部署（2025年7月1日至7月31日）", "2025-07-31"),
        ("集中整治阶段（2025年7月至11月底）", "2025-11-30"),
        ("总结阶段（从2026年2月开始，3月底结束）", "2026-03-31"),
        ("攻坚阶段（2025—2026年）", "2026-12-31"),
        ("实施茶园提升行动（2025—2027年）", None),  # the years of the campaign, not of this work
        ("总结阶段（2026年12月至长期）", None),
        ("开展自查（2025年7月以市为单位）", None),  # not only a time
        ("自查阶段（2024年3月—4月）", None),  # past
        ("关于建设书屋的通知（2025年7月1日）", None),  # the date of a document
    ],
)
def test_the_end_of_a_stage_is_the_limit_of_what_stands_below_its_heading(heading: str, day: str | None) -> None:
    steps = f"一、建设步骤\n（一）{heading}\n1.各市开展自查。\n2.各县配齐图书。"
    plan = f"云岭省书屋建设方案\n\n{steps}\n\n云岭省教育厅\n2025年5月6日\n"
    found = annotate(plan.encode(), name="plan.txt", settings=SETTINGS, lexicon=LEXICON)
    assert [[x.iso for x in a.limits if x.iso] for a in found.actions] == [[day] if day else []] * 2


def test_a_headline_with_a_time_sets_the_limit_of_its_item() -> None:
    """Of 动员部署（…）。各部门要制定细则。 the headline is no action of its own: day and body are of one."""
    steps = "一、建设步骤\n（一）动员部署（7月1日—7月31日）。各部门要制定细则。\n（二）验收（12月起长期坚持）。"
    plan = f"云岭省书屋建设方案\n\n{steps}\n\n云岭省教育厅\n2025年5月6日\n"
    found = annotate(plan.encode(), name="plan.txt", settings=SETTINGS, lexicon=LEXICON)
    assert [([x.iso for x in a.limits], bool(a.statement)) for a in found.actions] == [
        (["2025-07-31"], True),
        ([], False),
    ]


def test_a_stage_in_a_sentence_sets_its_end() -> None:
    norm = "第一阶段:2025年7月至9月,制定方案。排查阶段(2025年10月—11月)。2025年7月至8月开展宣传。"
    found = find_limits(norm, Span(0, len(norm)), LEXICON.words, years=[2025], since=SIGNED)
    assert [(x.iso, x.rule) for x in found] == [("2025-09-30", "time-label"), ("2025-11-30", "time-label")]


@pytest.mark.parametrize("piece", ["春节前", "2025年春节前、"])
def test_events_without_end_take_time_in_proportion(piece: str) -> None:
    assert grows_with(lambda n: limits(piece * n), small=100)
