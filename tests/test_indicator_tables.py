"""Tables of indicators: what each cell and head says of a target, in every format, and proved from those cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.docx import docx, p, tbl, tc, tr
from tests.made_files import Sheet, ofd, pdf
from tests.test_assigning_tables import build

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.model import IndicatorMention
    from kgbuild.pipeline import Built

TITLE = "云岭省茶业发展规划（2031—2035年）"
BEFORE = (TITLE, "一、发展目标", "到2035年，茶业明显壮大。", "专栏 茶业发展主要指标")
HEADS = ("序号", "指标", "单位", "2030年", "2035年", "属性")
ROWS = (
    HEADS,
    ("1", "茶园面积", "万亩", "320", "350", "预期性"),
    ("2", "绿色茶园占比", "%", "42.5", "≥60", "约束性"),
    ("3", "茶农年人均收入", "元", "12 800", "18000左右", "预期性"),
    ("4", "单位产值能耗降低", "%", "—", "〔13.5〕", "约束性"),
    ("5", "茶事纠纷调解", "—", "—", "完成省下达任务", "指导性"),
)
SAID = [
    ("茶园面积", "=", "350", "万亩", "2035-12-31", "320", "2030-12-31", "anticipated"),
    ("绿色茶园占比", ">=", "60", "%", "2035-12-31", "42.5", "2030-12-31", "binding"),
    ("茶农年人均收入", "=", "18000", "元", "2035-12-31", "12800", "2030-12-31", "anticipated"),
    ("单位产值能耗降低", "decrease_by", "13.5", "%", "2035-12-31", None, None, "binding"),
]
AFTER = ("二、重点任务", "（一）建设茶园。整治茶园。（省农业农村厅）")


def page(rows: Sequence[Sequence[str]]) -> bytes:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    around = [[f"<p>{line}</p>" for line in lines] for lines in (BEFORE, AFTER)]
    return "\n".join([*around[0], f"<table>{cells}</table>", *around[1]]).encode()


def lines(rows: Sequence[Sequence[str]], between: str) -> bytes:
    return "\n".join([*BEFORE, "", *(between.join(row) for row in rows), "", *AFTER]).encode()


def markdown(rows: Sequence[Sequence[str]]) -> bytes:
    made = [f"| {' | '.join(row)} |" for row in rows]
    return "\n\n".join(
        ["\n\n".join(BEFORE), "\n".join([made[0], "|---" * len(rows[0]) + "|", *made[1:]]), *AFTER]
    ).encode()


def word(rows: Sequence[Sequence[str]]) -> bytes:
    table = tbl(*(tr(*(tc(p(cell)) for cell in row)) for row in rows))
    return docx("".join(map(p, BEFORE)) + table + "".join(map(p, AFTER)))


def sheet(rows: Sequence[Sequence[str]]) -> Sheet:
    made = Sheet()
    for n, line in enumerate(BEFORE):
        made.text(89, 100 + 29 * n, line)
    xs, top = [80.0, 120.0, 240.0, 300.0, 370.0, 470.0, 530.0], 230.0
    made.grid(xs, [top + 30 * n for n in range(len(rows) + 1)])
    for n, row in enumerate(rows):
        for x, cell in zip(xs, row, strict=False):
            made.text(x + 4, top + 30 * n + 20, cell, 12)
    for n, line in enumerate(AFTER):
        made.text(89, top + 30 * len(rows) + 60 + 29 * n, line)
    return made


FORMATS = {
    "tabs.txt": lines(ROWS, "\t"),
    "gaps.txt": lines(ROWS, "    "),
    "cells.txt": lines(ROWS, "\n"),
    "plan.md": markdown(ROWS),
    "plan.html": page(ROWS),
    "plan.docx": word(ROWS),
    "plan.pdf": pdf(sheet(ROWS)),
    "plan.ofd": ofd(sheet(ROWS)),
}


def targets(made: Built) -> list[IndicatorMention]:
    return [i for i, _ in made.annotations.indicators if i.rule == "indicator-table"]


def said(made: Built) -> list[tuple[str | None, ...]]:
    def text(value: object) -> str | None:
        return None if value is None else str(value)

    return [
        (i.name, i.direction, str(i.value), i.unit, i.deadline, text(i.baseline), i.baseline_date, i.status)
        for i in targets(made)
    ]


def values(*rows: Sequence[str]) -> list[tuple[str | None, ...]]:
    """Name, comparator, value, unit and deadline of the targets of a table."""
    return [row[:5] for row in said(build(page(rows), "plan.html"))]


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_says_the_same_in_every_format(name: str) -> None:
    made = build(FORMATS[name], name)
    assert said(made) == SAID


def test_each_part_of_a_target_stands_in_its_own_cell() -> None:
    made = build(FORMATS["plan.html"], "plan.html")
    text, first = made.source.text, targets(made)[0]
    spans = (
        first.name_span,
        first.value_span,
        first.unit_span,
        first.deadline_span,
        first.baseline_date_span,
        first.status_span,
    )
    assert [s and text[s.start : s.end] for s in spans] == ["茶园面积", "350", "万亩", "2035年", "2030年", "预期性"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # two rows of heads, and years of their own
        (
            [("指标", "计量单位", "2032年目标", "2035年目标"), ("茶企总数", "户", "200", "260")],
            [("茶企总数", "=", "200", "户", "2032-12-31"), ("茶企总数", "=", "260", "户", "2035-12-31")],
        ),
        # the unit stands behind the name, or behind the figure
        ([("主要指标", "2035年"), ("茶园机耕率（%）", "85以上")], [("茶园机耕率", ">=", "85", "%", "2035-12-31")]),
        ([("指标名称", "目标值"), ("茶企总数", "50-60家")], [("茶企总数", "=", "50", "家", None)]),
        (
            [("指标", "“十五五”末", "“十六五”末"), ("茶企总数（户）", "180", "260")],
            [("茶企总数", "=", "260", "户", "2035-12-31")],
        ),
        (
            [("指标", "单位", "现状值", "目标值（2035年）"), ("茶企总数", "户", "180", "＜260")],
            [("茶企总数", "<=", "260", "户", "2035-12-31")],
        ),
        (
            [("指标", "单位", "2030", "2035"), ("茶企总数", "户", "180", "260（含个体）")],
            [("茶企总数", "=", "260", "户", "2035-12-31")],
        ),
        # growth is in percent where something says so
        (
            [("指标", "单位", "2035年", "年均增速（%）"), ("茶业产值", "亿元", "90", "6.5")],
            [("茶业产值", "=", "90", "亿元", "2035-12-31"), ("茶业产值", "increase_by", "6.5", "%", "2035-12-31")],
        ),
        (
            [
                ("指标", "2030年", "2035年", "年均/累计"),
                ("茶业产值增长（%）", "5", "—", "6"),
                ("能耗降低（%）", "—", "—", "〔12〕"),
            ],
            [
                ("茶业产值增长", "increase_by", "6", "%", "2035-12-31"),
                ("能耗降低", "decrease_by", "12", "%", "2035-12-31"),
            ],
        ),
        # what is past, what compares, what has no figure, what is no table of indicators
        (
            [("指标", "单位", "2025年目标值", "2025年实际值", "较目标值增加"), ("茶企总数", "户", "150", "180", "30")],
            [],
        ),
        ([("指标", "分值", "评分标准"), ("茶企总数", "10", "每少1户扣1分")], []),
        ([("指标", "单位", "2035年"), ("茶企总数", "户", "明显增加")], []),
        ([("县", "2035年"), ("云岭县", "20")], []),
    ],
)
def test_heads_say_what_a_figure_is(rows: list[tuple[str, ...]], expected: list[tuple[str, ...]]) -> None:
    assert values(*rows) == expected


def test_merged_cells_hold_for_their_rows() -> None:
    html = (
        "<table><tr><td rowspan=2>类别</td><td rowspan=2>指标</td><td rowspan=2>单位</td><td colspan=2>目标值</td>"
        "<td rowspan=2>属性</td></tr><tr><td>2032年</td><td>2035年</td></tr>"
        "<tr><td rowspan=2>产业</td><td>茶企总数</td><td rowspan=2>户</td><td>200</td><td>260</td>"
        "<td rowspan=2>约束性</td></tr>"
        "<tr><td>茶馆总数</td><td>30</td><td>40</td></tr></table>"
    )
    made = build(
        "".join([f"<p>{line}</p>" for line in BEFORE] + [html] + [f"<p>{line}</p>" for line in AFTER]).encode(),
        "plan.html",
    )
    assert [(n, v, u, d, s) for n, _, v, u, d, _, _, s in said(made)] == [
        ("茶企总数", "200", "户", "2032-12-31", "binding"),
        ("茶企总数", "260", "户", "2035-12-31", "binding"),
        ("茶馆总数", "30", "户", "2032-12-31", "binding"),
        ("茶馆总数", "40", "户", "2035-12-31", "binding"),
    ]


@pytest.mark.parametrize("cell", ["1.2万", "260个", "比2030年翻2番"])
def test_a_figure_that_is_not_understood_is_reported(cell: str) -> None:
    made = build(page([("指标", "单位", "2035年"), ("茶企总数", "户", cell)]), "plan.html")
    assert targets(made) == []
    assert "unread-figure" in [f.code for f in made.annotations.findings]


@given(
    st.lists(
        st.lists(st.sampled_from(("指标", "单位", "2035年", "320", "〔3〕", "≥", "%", "")), min_size=1, max_size=5),
        max_size=5,
    )
)
def test_any_table_is_read_without_failing(rows: list[list[str]]) -> None:
    build(page(rows), "plan.html")
