"""The reader of times: a day only where all of the time was understood, else why there is none."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import annotate
from kgbuild.proof.days import against_day
from kgbuild.text import times
from kgbuild.text.times import Unread, find_times, last_day_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Run

YEAR = 2025
WORDS = load_lexicon(Settings()).words

DAYS = {
    # year, month, day in all spellings
    "2026年6月30日前": "2026-06-30",
    "2026 年 6 月 30 日前完成": "2026-06-30",
    "2026\u00a0年6\u3000月底前": "2026-06-30",
    "二〇二六年六月三十日": "2026-06-30",
    "二○二六年六月": "2026-06-30",
    "二0二六年六月": "2026-06-30",
    "二Ο二六年六月底": "2026-06-30",
    "二О二六年六月底": "2026-06-30",
    "二o二六年六月底": "2026-06-30",
    "二◯二六年六月底": "2026-06-30",
    "二零二六年十二月月底": "2026-12-31",
    "2026年5月8号前": "2026-05-08",
    "2026.06.30": "2026-06-30",
    "2026-06-30前": "2026-06-30",
    "2026/6/30": "2026-06-30",
    "2026.06": "2026-06-30",
    "2026年2月": "2026-02-28",
    "2028年2月底前": "2028-02-29",
    "26年6月底前": "2026-06-30",
    "26年底": "2026-12-31",
    # parts of a year
    "2026年上半年完成": "2026-06-30",
    "2026年下半年": "2026-12-31",
    "上半年": "2025-06-30",
    "2026年一季度末前完成": "2026-03-31",
    "前三季度": "2025-09-30",
    "四季度": "2025-12-31",
    "2026年Q2": "2026-06-30",
    "2026年5—8月完成": "2026-08-31",
    "2026年5月-8月完成": "2026-08-31",
    "6月1日至30日": "2025-06-30",
    "2026年6月上旬": "2026-06-10",
    "2026年2月下旬": "2026-02-28",
    "十二月月底前": "2025-12-31",
    "12月份": "2025-12-31",
    # years
    "到2027年": "2027-12-31",
    "到2027年中心城区": "2027-12-31",
    "2027年60%以上的社区": "2027-12-31",
    "2027年12个县": "2027-12-31",
    "2027年底前": "2027-12-31",
    "2027 年底前完成": "2027-12-31",
    "2027年年底前": "2027-12-31",
    "2027年末": "2027-12-31",
    "2027年内": "2027-12-31",
    "2027年度": "2027-12-31",
    "2025年至2027年": "2027-12-31",
    "2025—2027年": "2027-12-31",
    "“十四五”末": "2025-12-31",
    "“十五五”期末": "2030-12-31",
    "年底前": "2025-12-31",
    "年内完成": "2025-12-31",
    "今年底前": "2025-12-31",
    "本年度内": "2025-12-31",
    "明年6月底前": "2026-06-30",
    "次年3月": "2026-03-31",
    "当年年底前": "2025-12-31",
    "后年底": "2027-12-31",
    "来年3月底前": "2026-03-31",
    "来年底": "2026-12-31",
    # 初 and 中 that begin another word
    "2026年初步建成": "2026-12-31",
    "2026年6月初步形成": "2026-06-30",
    "2026年中小学全覆盖": "2026-12-31",
    "第三季度初审": "2025-09-30",
    # 年底前 and what follows
    "2026年底前三年行动": "2026-12-31",
    # several: the latest, a year holds for what stands behind it
    "2026年6月底前启动,12月底前完成": "2026-12-31",
    "2025年启动,2027年底前完成": "2027-12-31",
    "2026年6月30日前启动,12月底前完成": "2026-12-31",
    "2026年,6月底前完成": "2026-06-30",
    "2026年:6月底前启动,9月底前完成": "2026-09-30",
    "于2022年年底前配备到位": "2022-12-31",
    "2026年完成前期工作": "2026-12-31",
    "2026年进入全国前列": "2026-12-31",
    "自2025年1月起,到2026年底完成": "2026-12-31",
    "2026年6月底(含)前": "2026-06-30",
    "2026\n年底前": "2026-12-31",
    "2026 年\n9 月": "2026-09-30",
    # lists of parts: the last counts
    "2026年一、二季度完成": "2026-06-30",
    "2026年一至三季度": "2026-09-30",
    "2026年4、5月": "2026-05-31",
    "2026年4月或5月完成": "2026-05-31",
    "2025、2026年分批": "2026-12-31",
    "6月中下旬": "2025-06-30",
    "6月上中旬": "2025-06-20",
    "2026年6月下旬末前": "2026-06-30",
    "2026年上半年结束前": "2026-06-30",
    "2026年度末": "2026-12-31",
    "年度内": "2025-12-31",
    "2026年6月30日18时前": "2026-06-30",
    "2026年6月30日18:00前": "2026-06-30",
    # a length leads to the day behind it
    "三年内,到2027年底": "2027-12-31",
    "用三年时间,到2027年底": "2027-12-31",
    "2026年前半年": "2026-06-30",
    "2026年的上半年完成": "2026-06-30",
    "2026年6月30日24时前": "2026-06-30",
    # digits alone, before a mark of a limit
    "6/30前": "2025-06-30",
    "2026年6/30前": "2026-06-30",
    "20260630前": "2026-06-30",
}

NONE = {
    "2026年中完成": Unread.UNCLEAR,
    "2026年12前": Unread.UNCLEAR,
    "每年6月底前": Unread.RECURRING,
    "每季度末": Unread.RECURRING,
    "每半年报送一次": Unread.RECURRING,
    "每月5日前": Unread.RECURRING,
    "逐年提高": Unread.RECURRING,
    "长期坚持": Unread.OPEN,
    "持续推进": Unread.OPEN,
    "常态化开展": Unread.OPEN,
    "全年": Unread.OPEN,
    "一年内": Unread.SPAN,
    "3个月内": Unread.SPAN,
    "20个工作日内": Unread.SPAN,
    "印发后30日内": Unread.SPAN,
    "两年之内": Unread.SPAN,
    "5 年内": Unread.SPAN,
    "3 个月内": Unread.SPAN,
    "三\u3000年内": Unread.SPAN,
    "自2025年1月起": Unread.START,
    "2025年7月1日起施行": Unread.START,
    "2025年以后": Unread.START,
    "2026年春节前": Unread.EVENT,
    "春节前": Unread.EVENT,
    "2026年汛期前": Unread.EVENT,
    "2026年供暖季开始前": Unread.EVENT,
    "2026年全国两会之前": Unread.EVENT,
    "2026年春季学期": Unread.EVENT,
    "2026年2月30日": Unread.IMPOSSIBLE,
    "2026年13月底前": Unread.IMPOSSIBLE,
    "2026年6月31日前": Unread.IMPOSSIBLE,
    "2026-02-30": Unread.IMPOSSIBLE,
    "2026年6月初": Unread.UNCLEAR,
    "2026年年初": Unread.UNCLEAR,
    "2026年前完成": Unread.UNCLEAR,
    # before the first day of it or its last?
    "12月前": Unread.UNCLEAR,
    "6月份以前": Unread.UNCLEAR,
    "2026年12月之前完成": Unread.UNCLEAR,
    "2026.12前": Unread.UNCLEAR,
    "2026年第三季度前": Unread.UNCLEAR,
    "2026年Q3前": Unread.UNCLEAR,
    "上半年前": Unread.UNCLEAR,
    "2026年6月中旬前": Unread.UNCLEAR,
    "6月中上旬前": Unread.UNCLEAR,
    "2026年6月下旬初": Unread.UNCLEAR,
    "“十五五”初": Unread.UNCLEAR,
    "2026年12月31日零时前": Unread.UNCLEAR,
    # another year than that of the document
    "大后年": Unread.UNCLEAR,
    "再下一年6月底前": Unread.UNCLEAR,
    "丙午年底": Unread.UNCLEAR,
    "农历年底前": Unread.UNCLEAR,
    "贰零贰柒年底前": Unread.UNCLEAR,
    "2026学年末": Unread.UNCLEAR,
    "2026财年末": Unread.UNCLEAR,
    # counted from a day that is not given
    "本月底前": Unread.RELATIVE,
    "月底前": Unread.RELATIVE,
    "下月10日前": Unread.RELATIVE,
    "第二年完成": Unread.RELATIVE,
    "今冬明春": Unread.EVENT,
    "2026年汛后": Unread.EVENT,
    "2026年“双11”前": Unread.EVENT,
    "用三年时间": Unread.SPAN,
    "用2—3年时间": Unread.SPAN,
    "未来五年": Unread.SPAN,
    "一年半内": Unread.SPAN,
    "1.5年内": Unread.SPAN,
    "2026年6月底前启动,3个月内完成": Unread.SPAN,
    "2026年以前": Unread.UNCLEAR,
    "“十五五”前": Unread.UNCLEAR,
    "“十五五”前三年": Unread.UNCLEAR,
    "2026年6月1日前后": Unread.UNCLEAR,
    "2026年底左右": Unread.UNCLEAR,
    "2026年第三周": Unread.UNCLEAR,
    "2026年6月的最后一周": Unread.UNCLEAR,
    "2026年冬完成": Unread.UNCLEAR,
    # a part of a time whose last day is not read
    "2026年11月中": Unread.UNCLEAR,
    "2026年11月月中前": Unread.UNCLEAR,
    "2026年5月上半月": Unread.UNCLEAR,
    "2026年5月前半月完成": Unread.UNCLEAR,
    "2026年6月第二个星期": Unread.UNCLEAR,
    "2026年12月最后一个工作日": Unread.UNCLEAR,
    "2026年6月前十天": Unread.UNCLEAR,
    "2026年6月30日次日": Unread.UNCLEAR,
    "一季度初": Unread.UNCLEAR,
    "上半年中完成": Unread.UNCLEAR,
    "2026年第四季度中旬": Unread.UNCLEAR,
    "二季度首月": Unread.UNCLEAR,
    "三季度前两个月": Unread.UNCLEAR,
    "2026年头三个月": Unread.UNCLEAR,
    "2026年首季度": Unread.UNCLEAR,
    "2026年岁末年初": Unread.UNCLEAR,
    "“十五五”开局之年": Unread.UNCLEAR,
    "“十五五”时期头两年": Unread.UNCLEAR,
    "“十五五”规划中期": Unread.UNCLEAR,
    "“十五五”第一年": Unread.UNCLEAR,
    "2026年“6·5”世界环境日前": Unread.EVENT,
    "2026年六五环境日前": Unread.EVENT,
    # a year that is not read is not that of the document
    "第二年6月底前": Unread.UNCLEAR,
    "项目实施第三年年底前": Unread.UNCLEAR,
    "往年12月": Unread.UNCLEAR,
    "贰零贰柒年六月": Unread.UNCLEAR,
    "05年6月底前": Unread.UNCLEAR,
    "下学年9月底前": Unread.UNCLEAR,
    "不早于2026年6月": Unread.START,
    "最早2026年6月完成": Unread.START,
    "2026年2/30前": Unread.IMPOSSIBLE,
    "2026 年12": Unread.UNCLEAR,
    "2026年 1": Unread.UNCLEAR,
    # what is left of another time touches it
    "202月30日26年12月": Unread.UNCLEAR,
    "202年12月底前": Unread.UNCLEAR,
    "2026年2月年3月1日": Unread.UNCLEAR,
    # several that stand in no order: which of them is the last day is not plain
    "2026年12月成文日期:2026年3月1日": Unread.UNCLEAR,
    "2026年03月01日26年12月": Unread.UNCLEAR,
    "2026年6月30日12月底前": Unread.UNCLEAR,
    "2026年�2月底前完成": Unread.UNCLEAR,
    "2026年底前完成,5月底前启动": Unread.UNCLEAR,
}

NO_TIME = [
    "",
    "省教育厅",
    "开展活动",
    "第一批",
    "13个",
    "月台",
    "中旬邑",
    "半年报表",
    "提前半年",
    "比例1/3",
    "20260630号令",
    "近三年来年均",
    "下一季度",
]


@pytest.mark.parametrize("text", DAYS)
def test_the_last_day(text: str) -> None:
    assert last_day_of(text, YEAR, WORDS) == (DAYS[text], None)


@pytest.mark.parametrize("text", DAYS)
def test_no_day_is_one_that_its_wording_contradicts(text: str) -> None:
    assert against_day(DAYS[text], text) == ""


@pytest.mark.parametrize("text", NONE)
def test_no_day_and_why(text: str) -> None:
    assert last_day_of(text, YEAR, WORDS) == (None, NONE[text])


@pytest.mark.parametrize("text", NO_TIME)
def test_no_time_at_all(text: str) -> None:
    assert last_day_of(text, YEAR, WORDS) == (None, None)


@pytest.mark.parametrize("text", ["年底前", "6月底前", "上半年", "明年底", "第三季度"])
def test_without_a_year_of_the_document_there_is_no_day(text: str) -> None:
    assert last_day_of(text, None, WORDS) == (None, Unread.RELATIVE)


MARKS = list("年月日底前末第三每起—、()")
PIECES = st.sampled_from([*DAYS, *NONE, *MARKS, " ", "2026", "6", "30", "上半年", "季度"])


@given(st.lists(PIECES, max_size=6).map("".join))
def test_every_phrase_is_read_to_its_end(text: str) -> None:
    end = 0
    for time in find_times(text, YEAR, WORDS):
        assert end <= time.start < time.end <= len(text)
        assert (time.iso is None) != (time.unread is None)
        end = time.end
    iso, unread = last_day_of(text, YEAR, WORDS)
    assert iso is None or (unread is None and re.fullmatch(r"\d{4}-\d\d-\d\d", iso))


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_every_day_is_read_in_every_spelling(day: object) -> None:
    y, m, d = (int(part) for part in str(day).split("-"))
    for text in (f"{y}年{m}月{d}日", f"{y} 年 {m:02} 月 {d:02} 日前", f"{y}.{m:02}.{d:02}", f"{y}-{m}-{d}"):
        assert last_day_of(text) == (str(day), None)


PLAN = """云岭省社区阅读推广工作要点

一、重点任务

  1.修订制度。（省司法厅；{}）

  2.到2026 年底覆盖率达到90%。（省财政厅）

  3.2026年春节前建成书屋50个。（省民政厅）


云岭省人民政府办公厅
2025年3月27日
"""


@pytest.mark.parametrize(
    ("wording", "iso", "codes"),
    [
        ("2026 年6月底前完成", "2026-06-30", []),
        ("2026年上半年完成", "2026-06-30", []),
        ("明年3月底前完成", "2026-03-31", []),
        ("2026年汛期前完成", None, ["unread-deadline"]),
        ("2026年2月30日前完成", None, ["impossible-date"]),
        ("长期坚持", None, []),
    ],
)
def test_a_document_states_the_day_or_a_doubt(wording: str, iso: str | None, codes: list[str]) -> None:
    settings = Settings()
    found = annotate(PLAN.format(wording).encode(), name="plan.txt", settings=settings, lexicon=load_lexicon(settings))
    fields = [f for a in found.actions for f in (a.statement.fields if a.statement else ())]
    assert [(f.key, f.iso) for f in fields] == [("deadline", iso)]
    said = [f.code for f in found.findings if f.code in ("unread-deadline", "impossible-date")]
    assert said == [*codes, "unread-deadline"]  # 春节前
    assert [(str(i.value), i.deadline) for i, _ in found.indicators] == [("90", "2026-12-31"), ("50", None)]


def test_a_form_of_time_is_looked_for_once_and_again_only_from_within_what_was_passed_over() -> None:
    text = "到2027年达到,到2028年达到,20个工作日内完成"
    ahead, pattern = times._Ahead(text, WORDS), WORDS[times._SPAN]
    span = ahead.next(pattern, 0)
    assert span is not None
    assert span[0] == "20个工作日内"
    assert ahead.next(pattern, 8) is span
    assert ahead.next(pattern, span.end()) is None
    assert [t.iso for t in times.find_times(text, None, WORDS)] == ["2027-12-31", "2028-12-31", None]
    assert [t.iso for t in times.find_times("20260630前,6/30前,20260930日完成", 2026)] == [
        "2026-06-30",
        "2026-06-30",
        "2026-09-30",
    ]  # no sign of a date but 前 and 完成
    # 月 of 13月 is passed over as no month, and 3月 within it is none either
    assert [t.iso for t in times.find_times("2025年13月,6月底前", 2025)][-1] == "2025-06-30"


def test_the_year_of_a_deadline_may_stand_before_it_in_characters(tmp_path: Path, run: Run) -> None:
    plan, graph = tmp_path / "plan.txt", tmp_path / "plan.ttl"
    plan.write_text("云岭省工作要点\n1.二〇三一年要求各地在年底完成书屋建设。（省教育厅）\n", "utf-8")
    assert run("build", plan, "-o", graph, "-q")[0] == 0
    assert '"2031-12-31"' in graph.read_text("utf-8")
    assert run("verify", graph, "--source", plan)[0] == 0
