"""Checks of values that share no code with what read them: what they catch, what they leave alone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Span
from kgbuild.pipeline import Options, assert_document
from kgbuild.proof.independent import against_day, against_name, against_number, against_setting
from kgbuild.proof.readings import READERS, Claim, SourceClaims
from kgbuild.proof.verify import verify
from kgbuild.store import Index
from kgbuild.terms import date, decimal, gplan, literal
from kgbuild.text.normalise import normalise

if TYPE_CHECKING:
    from kgbuild.model import SourceText
    from kgbuild.store import Quad

DAYS = (
    ("2025-12-31", "到2025年底"),
    ("2025-04-20", "2025 年4 月20\n日"),
    ("2025-06-30", "2025\n年 6\n月底前"),
    ("2025-06-30", "2025年6月底前"),
    ("2025-06-30", "2025 年 6 月底前"),
    ("2025-06-30", "2025年上半年"),
    ("2025-09-30", "2025年三季度"),
    ("2025-06-20", "2025年6月中旬"),
    ("2025-05-08", "2025年5月8号"),
    ("2025-06-30", "2025.06.30"),
    ("2025-06-30", "2025/6/30前"),
    ("2025-12-31", "二〇二五年十二月底前"),
    ("2025-12-31", "“十四五”末"),
    ("2025-12-31", "年底前"),
    ("2030-12-31", "到2025年、2030年"),
    ("2025-12-31", "2021—2025年"),
    ("2026-12-31", "次年底前"),
    ("2025-03-31", "2024年12月至2025年3月"),
    ("2025-06", "2025年6月"),
    ("2025-12-31", "2025年6月30日前完成方案，12月底前建成"),
    ("2025-12-31", "2025年6月30日前启动、2025年12月完成"),
    ("2025-12-20", "2025年6月30日前启动、12月20日前完成"),
    ("2025-12-31", "2025年12月1日开工，年底前完成"),
    ("2027-12-31", "2026年6月启动，2027年完成"),
    ("2026-09-30", "2026年6月启动，三季度完成"),
    ("2025-12-31", "2025年3月1日至2025年12月"),
    ("2025-12-31", "2025年12月15日前报送，12月底前完成"),
    ("2025-12-31", "2025年第四季度（12月1日开始）"),
    ("2025-12-31", "2025.06.30前启动，2025年12月完成"),
)
WRONG_DAYS = (
    ("2026-12-31", "到2025年底"),
    ("2025-12-31", "2025年6月底前"),
    ("2025-12-31", "2025 年 6 月 底 前"),
    ("2025-06-29", "2025年6月底前"),
    ("2025-05-09", "2025年5月8日前"),
    ("2025-06-30", "到2025年底"),
    ("2025-12-31", "2025.06.30"),
    ("2024-12-31", "二〇二五年底"),
    ("2025-11-30", "二〇二五年十二月"),
    ("2025-06-15", "年底前"),
    ("2025-07", "2025年6月"),
    ("2025-05-31", "2025年5月8日前"),
    ("2025-12-31", "2025年12月15日前"),
    ("2025-12-31", "2025年12月年03月01日"),
    ("2026-12-31", "2025年6月30日前启动，12月完成"),
    ("2025-12-31", "2025年6月30日前启动，节约用水，建好台账"),
    ("2025-12-30", "2025年6月30日前完成方案，12月底前建成"),
    ("2025-06-20", "2025年6月30日前启动、12月20日前完成"),
    ("2025-09-30", "2025年6月30日前启动、12月20日前完成"),
    ("2025-12-15", "2025年6月15日前启动、2025年12月完成"),
    # which day that is is not plain
    ("2025-12-31", "12月前"),
    ("2025-06-30", "6月份以前"),
    ("2025-09-30", "第三季度前"),
    ("2026-12-31", "2026年之前"),
    ("2025-06-30", "6月下旬初"),
    ("2025-12-31", "农历年底前"),
)
NUMBERS = (
    ("90", "90%以上"),
    ("2000", "2,000例"),
    ("6.5", "6.50"),
    ("35000", "3.5万"),
    ("9", "九成"),
    ("300000000", "3亿"),
)
WRONG_NUMBERS = (("9", "90%"), ("900", "90%"), ("91", "90%以上"), ("2", "2,000例"), ("3.6", "3.5万"))
NAMES = (
    ("科普基地", "建成科普基地30个"),
    ("全省公民具备科学素质的比例", "全省公民具备科学素质的比例达到15%"),
    ("全省公民比例", "全省到2025年公民比例达到15%"),
    ("新改建农村公路", "新改建 农村公路100公里"),
)
WRONG_NAMES = (
    ("科地", "建成科普基地30个"),
    ("全省比例", "全省公民具备科学素质的比例达到15%"),
    ("基地科普", "建成科普基地30个"),
    ("卫星", "建成科普基地30个"),
)


@pytest.mark.parametrize(("day", "wording"), DAYS)
def test_a_day_that_its_wording_names_is_left_alone(day: str, wording: str) -> None:
    assert against_day(day, normalise(wording)) == ""


@pytest.mark.parametrize(("day", "wording"), WRONG_DAYS)
def test_a_day_that_its_wording_does_not_name_is_caught(day: str, wording: str) -> None:
    assert against_day(day, normalise(wording)) != ""


@pytest.mark.parametrize(("value", "quote"), NUMBERS)
def test_a_number_whose_digits_stand_there_is_left_alone(value: str, quote: str) -> None:
    assert against_number(value, normalise(quote)) == ""


@pytest.mark.parametrize(("value", "quote"), WRONG_NUMBERS)
def test_a_number_whose_digits_do_not_is_caught(value: str, quote: str) -> None:
    assert against_number(value, normalise(quote)) != ""


@pytest.mark.parametrize(("name", "clause"), NAMES)
def test_a_name_that_stands_in_its_clause_is_left_alone(name: str, clause: str) -> None:
    assert against_name(name, normalise(clause)) == ""


@pytest.mark.parametrize(("name", "clause"), WRONG_NAMES)
def test_a_name_of_scattered_characters_is_caught(name: str, clause: str) -> None:
    assert against_name(name, normalise(clause)) != ""


@pytest.mark.parametrize(
    ("before", "wording", "behind"),
    [
        ("", "2026年底", "或2027年6月底完成迁建"),
        ("2026年6月底前或者", "9月底前", "完成迁建"),
        ("", "2026年底前", "暂不扩大试点"),
        ("", "2026年底前", "，暂停新增"),
    ],
)
def test_a_day_among_two_or_of_a_ban_is_caught(before: str, wording: str, behind: str) -> None:
    text = normalise(before + wording + behind)
    assert against_setting(text, Span(len(before), len(before) + len(wording)))


@pytest.mark.parametrize("behind", ["完成改造", "拆除或改造", "暂时关闭的站点全部恢复", "，或按规定延期"])
def test_a_day_by_which_something_is_done_is_left_alone(behind: str) -> None:
    assert against_setting(normalise("2026年底前" + behind), Span(0, 7)) == ""


# -- where the reader itself errs ---------------------------------------------------------------------------------
TEXT = """云岭省2025年科普工作要点
一、重点任务
1.科普基地到2025年底达到30个。（省科协牵头）
2.办好讲坛。（责任单位：省教育厅；完成时限：2025年6月底前）
"""


@cache
def graph(text: str = TEXT) -> tuple[tuple[Quad, ...], SourceText]:
    settings = Settings()
    found, graphs = assert_document(
        text.encode(), name="x.txt", settings=settings, lexicon=load_lexicon(settings), options=Options(version="1")
    )
    return tuple((*t, "") for t in graphs.asserted | graphs.vocabulary), found.document.source


PLANTED = (
    ("IndicatorTarget", "deadline", date("2026-12-31")),
    ("BracketField", "deadline", date("2025-12-31")),
    ("IndicatorTarget", "targetValue", decimal(3)),
)


@pytest.mark.parametrize(("kind", "name", "value"), PLANTED)
def test_a_value_that_the_reader_reads_wrongly_twice_is_caught(
    kind: str, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads, source = graph()
    assert verify(quads, [source]).level == "consistent"
    (node,) = (s for s in Index(quads).of_type(kind) if Index(quads).values(s, name))
    planted = [(s, p, value if (s, p) == (node, gplan(name)) else o, g) for s, p, o, g in quads]
    read = READERS[gplan(name)]
    monkeypatch.setitem(READERS, gplan(name), lambda r: {value, *read(r)})
    report = verify(planted, [source])
    assert [(m.node, m.what) for m in report.mismatches] == [(node[1:-1], name)]


def test_a_day_that_the_reader_takes_of_two_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    quads, source = graph(
        "云岭省2025年科普工作要点\n一、重点任务\n1.2025年6月底前或者9月底前完成展厅改造。\n2.办好讲坛。\n"
    )
    node = min(Index(quads).of_type("TimeLimit"))
    assert not Index(quads).values(node, "deadline")
    value = date("2025-06-30")
    read = READERS[gplan("deadline")]
    monkeypatch.setitem(READERS, gplan("deadline"), lambda r: {value, *read(r)})
    report = verify([*quads, (node, gplan("deadline"), value, "")], [source])
    assert [m.what for m in report.mismatches] == ["deadline"]
    assert "one of two times" in report.mismatches[0].found


def test_an_indicator_is_no_subsequence_of_its_clause() -> None:
    quads, source = graph()
    (node,) = Index(quads).of_type("IndicatorTarget")
    planted = [(s, p, literal("科地") if (s, p) == (node, gplan("indicatorName")) else o, g) for s, p, o, g in quads]
    report = verify(planted, [source])
    assert [(m.node, m.what) for m in report.mismatches] == [(node[1:-1], "indicatorName")]


def test_a_unit_that_a_line_breaks_is_read_whole() -> None:
    text = "跨境电商交易额超过40 亿\n元"
    claim = Claim(
        source=SourceClaims(index=Index([]), node="", text=text), span=Span(len(text) - 3, len(text)), node=""
    )
    assert literal("亿元") in READERS[gplan("unitText")](claim)
