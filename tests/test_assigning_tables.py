"""Tables that assign: columns by their heads, merged and repeated cells, several bodies in a cell; tables that do not.

The same table is given as HTML, Word, Markdown and aligned text where the format can say it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from tests.docx import docx, p, tbl, tc, tr
from tests.made_files import Sheet, ofd, pdf
from tests.support import steps

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.read.pdfium import advance
from kgbuild.read.rows import tables_in
from kgbuild.terms import gplan
from kgbuild.validate import validate

SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
TITLE = "云岭省2031年科普工作任务分工方案"


def build(data: bytes, name: str = "a") -> Built:
    built = build_document(data, name=name, settings=SETTINGS, lexicon=LEXICON, options=Options(version="t"))
    fresh = Fresh(sha256=built.source.sha256, base=built.base, graphs=built.graphs)
    report = verify([(*t, "") for t in fresh.statements], [built.source], fresh=[fresh])
    assert report.level == "proved", (report.mismatches, report.unproved)
    assert not report.unproved
    wrong = [r for r in validate(built.asserted | built.graphs.vocabulary).results if r.severity == "violation"]
    assert not wrong
    return built


def html(*rows: str) -> bytes:
    return f"<html><body><h1>{TITLE}</h1><table>{''.join(f'<tr>{r}</tr>' for r in rows)}</table></body></html>".encode()


def tds(*cells: str) -> str:
    return "".join(cell if cell.startswith("<") else f"<td>{cell}</td>" for cell in cells)


@dataclass(frozen=True)
class Said:
    """What an action says: path, text, bodies with roles, deadline."""

    path: str
    text: str
    bodies: dict[str, str] = field(default_factory=dict)
    deadline: str | None = None


def said(built: Built) -> list[Said]:
    out = []
    text, doc = built.source.text, built.annotations.document
    for action in built.annotations.actions:
        statement = action.statement
        bodies = {b.surface: b.role for b in statement.bodies} if statement else {}
        days = [f.iso for f in statement.fields if f.key == "deadline"] if statement else []
        out.append(
            Said(
                doc.units[action.unit].path,
                text[action.text.start : action.text.end],
                {name: str(role) for name, role in bodies.items()},
                days[0] if days else None,
            )
        )
    return out


HEAD = ("序号", "重点任务", "牵头单位", "配合单位", "完成时限", "备注")
ROW_1 = ("1", "建设科普书屋", "省教育厅", "省科协、省民政厅", "2031年6月底前", "")
ROW_2 = ("2", "举办科普讲坛", "省科协", "", "2031年12月31日", "每月报告")
WANTED = [
    Said("1", "建设科普书屋", {"省教育厅": "lead", "省科协": "cooperating", "省民政厅": "cooperating"}, "2031-06-30"),
    Said("2", "举办科普讲坛", {"省科协": "lead"}, "2031-12-31"),
]


def as_markdown(*rows: tuple[str, ...]) -> bytes:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([f"# {TITLE}", "", lines[0], "|" + "---|" * len(rows[0]), *lines[1:], ""]).encode()


def as_aligned(*rows: tuple[str, ...]) -> bytes:
    return "\n".join([TITLE, "", *("\t".join(row) for row in rows), ""]).encode()


def as_printed(*rows: tuple[str, ...]) -> Sheet:
    """A page with a ruled table; what is too wide for its cell goes on in a second line."""
    xs, ys = [60.0, 95.0, 200.0, 290.0, 380.0, 470.0, 540.0], [140.0 + 40 * i for i in range(len(rows) + 1)]
    sheet = Sheet().centred(100, TITLE).grid(xs, ys)
    for y, row in zip(ys, rows, strict=False):
        for x, end, text in zip(xs, xs[1:], row, strict=False):
            line, at = "", y + 16
            for char in text:
                if (sum(map(advance, line + char)) + 0.7) * 12 > end - x:
                    sheet.text(x + 4, at, line, 12)
                    line, at = "", at + 16
                line += char
            sheet.text(x + 4, at, line, 12)
    return sheet


FORMS = {
    "html": html(*(tds(*row) for row in (HEAD, ROW_1, ROW_2))),
    "docx": docx(p(TITLE) + tbl(*(tr(*row) for row in (HEAD, ROW_1, ROW_2)))),
    "md": as_markdown(HEAD, ROW_1, ROW_2),
    "aligned": as_aligned(HEAD, ROW_1, ROW_2),
    "pdf": pdf(as_printed(HEAD, ROW_1, ROW_2)),
    "ofd": ofd(as_printed(HEAD, ROW_1, ROW_2)),
}


@pytest.mark.parametrize("form", FORMS)
def test_columns_give_roles_and_deadlines_in_every_format(form: str) -> None:
    assert said(build(FORMS[form])) == WANTED


def test_the_cells_of_an_action_have_places() -> None:
    built = build(FORMS["docx"])
    statement = built.annotations.actions[1].statement
    assert statement is not None
    place = built.source.place_at(statement.bodies[0].span.start)
    assert place is not None
    assert (place.shown("zh"), place.column) == ("表1 第3行", 3)


def test_merged_cells_of_bodies_and_times_hold_for_all_their_rows() -> None:
    rows = [
        tds("序号", "任务", "责任单位", "完成时限"),
        tds("1", "建设科普书屋", '<td rowspan="2">省教育厅</td>', '<td rowspan="2">2031年6月底前</td>'),
        tds("2", "举办科普讲坛"),
        tds("3", "编写科普读本", "省科协", "长期"),
    ]
    assert said(build(html(*rows))) == [
        Said("1", "建设科普书屋", {"省教育厅": "responsible"}, "2031-06-30"),
        Said("2", "举办科普讲坛", {"省教育厅": "responsible"}, "2031-06-30"),
        Said("3", "编写科普读本", {"省科协": "responsible"}),
    ]


def test_a_name_restored_in_a_merged_cell_is_mentioned_in_the_action_of_each_row() -> None:
    merged = '<td rowspan="2">省教育厅、云岭省水源守望（节水）办公室等部门</td>'
    built = build(html(tds("任务", "责任单位"), tds("建设科普书屋", merged), tds("举办科普讲坛")))
    restored = {s for s, p, _ in built.asserted if p == gplan("normalizedText")}
    held = [(s, o) for s, p, o in built.asserted if p == gplan("mentionIn") and s in restored]
    assert len({mention for mention, _ in held}) == len({action for _, action in held}) == len(held) == 2


def test_a_merged_cell_of_tasks_is_the_heading_of_its_rows() -> None:
    body = tbl(
        tr("序号", "重点任务", "具体措施", "责任单位"),
        tr(tc("1", merge="restart"), tc("加强队伍建设", merge="restart"), "培训科普人员", "省科协"),
        tr(tc("", merge="continue"), tc("", merge="continue"), "评定科普职称", "省人力资源社会保障厅"),
        tr("2", "改善条件", "建设科普书屋", "省教育厅"),
    )
    built = build(docx(p(TITLE) + body))
    assert [(s.path, s.text) for s in said(built)] == [
        *(("1/1", "培训科普人员"), ("1/2", "评定科普职称"), ("2", "改善条件\n建设科普书屋")),
    ]
    headings = [u for u in built.annotations.document.units if u.title and u.has_children]
    assert [built.source.text[u.title.start : u.title.end] for u in headings if u.title] == ["加强队伍建设"]


def test_a_task_that_is_repeated_is_the_heading_of_its_rows_too() -> None:
    rows = (("重点任务", "具体举措", "牵头单位"), ("一、加强队伍", "培训科普人员", "省科协"))
    built = build(
        as_markdown(*rows, ("一、加强队伍", "评定科普职称", "省教育厅"), ("二、改善条件", "建设科普书屋", "省教育厅"))
    )
    assert [(s.path, s.text) for s in said(built)] == [
        *(("一/1", "培训科普人员"), ("一/2", "评定科普职称"), ("二/1", "建设科普书屋")),
    ]


BARRED = {
    "lines": "任务 | 牵 头 部 门 | 配合部门\n建设书屋 | 省教育厅 | 省科协\n举办讲坛 | 省科协 | 省民政厅\n",
    "a line for each cell": (
        "工作任务 |\n牵头单位 |\n配合单位 |\n一、改善条件 |\n||\n"
        "建设书屋 |\n省教育厅 |\n省科协 |\n举办讲坛 |\n省科协 |\n省民政厅 |\n"
    ),
    "a line for each cell, numbered": (
        "工作任务 |\n牵头单位 |\n配合单位 |\n1.建设书屋 |\n省教育厅 |\n省科协 |\n2.举办讲坛 |\n省科协 |\n省民政厅 |\n"
    ),
}


@pytest.mark.parametrize("form", BARRED)
def test_tables_of_which_only_bars_are_left(form: str) -> None:
    built = build(f"{TITLE}\n{BARRED[form]}".encode())
    found = [(s.text.lstrip("12."), s.bodies) for s in said(built)]
    assert found == [
        ("建设书屋", {"省教育厅": "lead", "省科协": "cooperating"}),
        ("举办讲坛", {"省科协": "lead", "省民政厅": "cooperating"}),
    ]


def test_a_task_over_several_rows_of_bodies_is_one_action() -> None:
    rows = [
        tds("序号", "任务", "牵头单位", "配合单位"),
        tds('<td rowspan="2">1</td>', '<td rowspan="2">建设科普书屋</td>', '<td rowspan="2">省教育厅</td>', "省科协"),
        tds("省民政厅"),
    ]
    assert said(build(html(*rows))) == [
        Said("1", "建设科普书屋", {"省教育厅": "lead", "省科协": "cooperating", "省民政厅": "cooperating"})
    ]


def test_a_head_that_comes_again_is_no_row_and_a_table_goes_on_without_one() -> None:
    first = tbl(tr("序号", "任务", "责任单位"), tr("1", "建设科普书屋", "省教育厅"), tr("序号", "任务", "责任单位"))
    second = tbl(tr("2", "举办科普讲坛", "省科协"))
    assert said(build(docx(p(TITLE) + first + p("") + second))) == [
        Said("1", "建设科普书屋", {"省教育厅": "responsible"}),
        Said("2", "举办科普讲坛", {"省科协": "responsible"}),
    ]


def test_heads_over_two_rows() -> None:
    rows = [
        '<td rowspan="2">序号</td><td rowspan="2">任务</td><td colspan="2">责任单位</td>',
        tds("牵头", "配合"),
        tds("1", "建设科普书屋", "省教育厅", "省科协"),
    ]
    assert said(build(html(*rows))) == [Said("1", "建设科普书屋", {"省教育厅": "lead", "省科协": "cooperating"})]


def test_headings_across_the_table() -> None:
    rows = [
        tds("序号", "任务", "责任单位"),
        '<td colspan="3">一、队伍建设</td>',
        tds("1", "培训科普人员", "省科协"),
        '<td colspan="3">二、条件保障</td>',
        tds("2", "建设科普书屋", "省教育厅"),
    ]
    assert [s.path for s in said(build(html(*rows)))] == ["一/1", "二/2"]
    rows[1], rows[3] = '<td colspan="3">队伍建设</td>', '<td colspan="3">条件保障</td>'
    built = build(html(*rows))
    titles = [built.source.text[u.title.start : u.title.end] for u in built.annotations.document.units if u.title]
    assert titles == ["队伍建设", "条件保障"]
    assert len({s.path for s in said(built)}) == 2


@pytest.mark.parametrize(
    ("cell", "bodies"),
    [
        (("省教育厅", "省科协"), {"省教育厅": "responsible", "省科协": "responsible"}),
        (("省发展改", "革委、省科协"), {"省发展改革委": "responsible", "省科协": "responsible"}),
        (
            ("牵头：省教育厅", "配合：省科协、省民政厅"),
            {"省教育厅": "lead", "省科协": "cooperating", "省民政厅": "cooperating"},
        ),
        (("省教育厅（省科协配合）",), {"省教育厅": "responsible", "省科协": "cooperating"}),
        (("各市（州）人民政府", "省直有关部门"), {"各市(州)人民政府": "responsible", "省直有关部门": "responsible"}),
    ],
)
def test_several_bodies_in_a_cell(cell: tuple[str, ...], bodies: dict[str, str]) -> None:
    table = tbl(tr("任务", "责任单位"), tr("建设科普书屋", tc(*cell)), tr("举办科普讲坛", "省科协"))
    assert said(build(docx(p(TITLE) + table)))[0].bodies == bodies


def test_the_first_leads_where_the_head_says_so() -> None:
    rows = [
        tds("任务", "责任单位（列第一位的为牵头单位）"),
        tds("建设科普书屋", "省教育厅、省科协"),
        tds("讲坛活动", "省科协"),
    ]
    assert said(build(html(*rows)))[0].bodies == {"省教育厅": "lead", "省科协": "responsible"}


def test_a_remark_across_columns_names_no_body() -> None:
    rows = [
        *(tds("任务", "责任单位", "完成时限"), tds("建设科普书屋", "省教育厅", "2031年6月底前")),
        tds("举办科普讲坛", '<td colspan="2">省科协</td>'),
    ]
    assert [s.bodies for s in said(build(html(*rows)))] == [{"省教育厅": "responsible"}, {}]


def spread(*rows: tuple[str, ...]) -> dict[str, bytes]:
    """The same cells in the formats that leave blank what others merge."""
    return {
        "html": html(*(tds(*row) for row in rows)),
        "docx": docx(p(TITLE) + tbl(*(tr(*row) for row in rows))),
        "md": as_markdown(*rows),
    }


@pytest.mark.parametrize("form", ["html", "docx", "md"])
def test_a_group_named_once_holds_for_the_blank_cells_below_it(form: str) -> None:
    data = spread(
        ("序号", "类别", "任务", "责任单位"),
        ("1", "队伍建设", "培训科普人员", "省科协"),
        ("", "", "评定科普职称", "省人力资源社会保障厅"),
        ("2", "条件保障", "建设科普书屋", "省教育厅"),
        ("", "", "举办科普讲坛", "省科协"),
    )[form]
    assert [(s.path, s.text) for s in said(build(data))] == [
        *(("1/1", "培训科普人员"), ("1/2", "评定科普职称"), ("2/1", "建设科普书屋"), ("2/2", "举办科普讲坛")),
    ]


def test_a_blank_cell_of_bodies_behind_the_task_is_blank() -> None:
    rows = [("任务", "责任单位", "时限"), ("建设科普书屋", "省教育厅", "6月底前"), ("举办科普讲坛", "", "9月底前")]
    built = build(as_markdown(*rows))
    assert [(s.text, s.bodies) for s in said(built)] == [
        *(("建设科普书屋", {"省教育厅": "responsible"}), ("举办科普讲坛", {})),
    ]
    assert [limit.iso for limit in built.annotations.actions[1].limits] == ["2031-09-30"]


@pytest.mark.parametrize("form", ["html", "docx", "md"])
def test_a_row_with_a_number_of_another_kind_and_one_cell_is_a_heading(form: str) -> None:
    data = spread(
        *(("序号", "任务", "责任单位"), ("一", "队伍建设", ""), ("1", "培训科普人员", "省科协")),
        *(("二", "条件保障", ""), ("2", "建设科普书屋", "省教育厅")),
    )[form]
    assert [s.path for s in said(build(data))] == ["一/1", "二/2"]


def test_merged_cells_of_two_columns_are_headings_below_each_other() -> None:
    rows = [
        tds("一级任务", "二级任务", "举措", "责任单位"),
        tds('<td rowspan="3">一、提升素质</td>', '<td rowspan="2">（一）青少年</td>', "1.办好科技馆", "省教育厅"),
        *(tds("2.开设科学课", "省科技厅"), tds("（二）农民", "3.建设科普书屋", "省农业农村厅")),
    ]
    assert [s.path for s in said(build(html(*rows)))] == ["一/(一)/1", "一/(一)/2", "一/(二)/3"]


@pytest.mark.parametrize("form", ["html", "docx", "md"])
def test_a_form_for_each_task_is_read_like_a_row(form: str) -> None:
    data = spread(
        *(
            ("任务名称", "建设科普书屋"),
            ("牵头单位", "省教育厅"),
            ("配合单位", "省科协"),
            ("完成时限", "2031年6月底前"),
        ),
        *(("任务名称", "举办科普讲坛"), ("牵头单位", "省科协"), ("完成时限", "2031年9月底前")),
    )[form]
    assert said(build(data)) == [
        Said("1", "建设科普书屋", {"省教育厅": "lead", "省科协": "cooperating"}, "2031-06-30"),
        Said("2", "举办科普讲坛", {"省科协": "lead"}, "2031-09-30"),
    ]


def test_a_form_may_have_two_labels_in_a_line() -> None:
    rows = [
        *(tds("任务名称", '<td colspan="3">建设科普书屋</td>'), tds("牵头单位", "省教育厅", "配合单位", "省科协")),
        *(tds("责任人", "李明", "完成时限", "6月底前"), tds("工作内容", '<td colspan="3">每个乡镇建设一个书屋。</td>')),
    ]
    (one,) = said(build(html(*rows)))
    assert (one.text, one.bodies, one.deadline) == (
        "建设科普书屋",
        {"省教育厅": "lead", "省科协": "cooperating"},
        "2031-06-30",
    )


def test_tasks_side_by_side_are_not_read() -> None:
    rows = [
        *(("任务", "建设科普书屋", "举办科普讲坛", "编写读本"), ("牵头单位", "省教育厅", "省科协", "省科协")),
        ("完成时限", "6月底", "9月底", "12月底"),
    ]
    for data in (html(*(tds(*row) for row in rows)), as_aligned(*rows), as_markdown(*rows)):
        built = build(data)
        assert not any(a.statement for a in built.annotations.actions)
        assert "tasks-side-by-side" in {f.code for f in built.annotations.findings}


def test_signs_for_the_cell_above() -> None:
    rows = [("任务", "责任单位", "时限"), ("建设书屋", "省教育厅", "6月底前"), ("举办讲坛", "同上", "〃")]
    assert said(build(html(*(tds(*row) for row in rows)))) == [
        Said("1", "建设书屋", {"省教育厅": "responsible"}, "2031-06-30"),
        Said("2", "举办讲坛", {"省教育厅": "responsible"}, "2031-06-30"),
    ]


def test_totals_and_notes_are_no_tasks() -> None:
    rows = [
        *(tds("序号", "项目", "责任单位", "投资"), tds("1", "建设书屋", "省教育厅", "100")),
        *('<td colspan="3">合计</td><td>100</td>', '<td colspan="4">注：由省科协负责督促。</td>'),
    ]
    assert [s.text for s in said(build(html(*rows)))] == ["建设书屋"]


def test_a_head_of_two_rows_that_comes_again_is_no_row() -> None:
    head = (
        '<td rowspan="2">序号</td><td rowspan="2">任务</td><td colspan="2">责任分工</td>',
        tds("牵头", "配合"),
    )
    rows = [*head, tds("1", "建设书屋", "省教育厅", "省科协"), *head, tds("2", "举办讲坛", "省科协", "省妇联")]
    assert [s.text for s in said(build(html(*rows)))] == ["建设书屋", "举办讲坛"]


@pytest.mark.parametrize(
    "head",
    [
        *("市级责任单位", "牵头（责任）单位", "责任股室", "牵头单位/配合单位", "责任单位及责任人", "责任乡镇"),
        *("责任单位和完成时限", "单位（部门）", "部门"),
    ],
)
def test_heads_of_columns_of_bodies(head: str) -> None:
    rows = [tds("序号", "工作任务", head), tds("1", "建设书屋", "省教育厅"), tds("2", "举办讲坛", "省科协")]
    assert [list(s.bodies) for s in said(build(html(*rows)))] == [["省教育厅"], ["省科协"]]


def test_lead_and_help_alone_are_heads_of_bodies() -> None:
    rows = [tds("任务", "牵头", "配合"), tds("建设书屋", "省教育厅", "省科协")]
    assert [s.bodies for s in said(build(html(*rows)))] == [{"省教育厅": "lead", "省科协": "cooperating"}]


def test_a_column_of_times_gives_deadlines_where_they_are_worded_so() -> None:
    rows = [
        *(
            tds("时间", "活动", "主办单位"),
            tds("5月12日", "科普周开幕", "省科协"),
            tds("6月底前", "建成书屋", "省教育厅"),
        ),
    ]
    assert [(s.text, s.deadline) for s in said(build(html(*rows)))] == [
        *(("科普周开幕", None), ("建成书屋", "2031-06-30")),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "1.省教育厅<br>2.省科协",
        "①省教育厅；②省科协",
        "★省教育厅<br>省科协",
        "省教育厅 李明、省科协 王芳",
        "省教育厅：李明<br>省科协",
    ],
)
def test_numbers_stars_and_persons_beside_bodies(cell: str) -> None:
    rows = [tds("任务", "责任单位"), tds("建设书屋", cell), tds("举办讲坛", "省科协")]
    built = build(html(*rows))
    assert list(said(built)[0].bodies) == ["省教育厅", "省科协"]
    named = [f for f in built.annotations.findings if f.code == "person-in-cell"]
    assert len(named) == cell.count("李明") + cell.count("王芳")


@pytest.mark.parametrize("name", ["李小明", "李　明", "李小明、王小芳"])
def test_a_person_alone_in_a_column_of_bodies_is_none(name: str) -> None:
    built = build(html(tds("任务", "责任单位"), tds("建设书屋", name), tds("讲坛", "林业、省科协")))
    assert [list(s.bodies) for s in said(built)] == [[], ["林业", "省科协"]]
    assert [f.code for f in built.annotations.findings].count("person-in-cell") == 1 + name.count("、")


def test_a_body_alone_in_its_row_is_one_more_for_the_task_above() -> None:
    data = as_markdown(HEAD, ROW_2, ("", "", "省民政厅", "", "", ""), ("", "", "", "省财政厅", "", ""))
    bodies = {"省科协": "lead", "省民政厅": "lead", "省财政厅": "cooperating"}
    assert [s.bodies for s in said(build(data))] == [bodies]


SIGNED = (
    ("序号", "重点任务", "省教育厅", "省科协", "省民政厅", "完成时限"),
    ("1", "建设科普书屋", "●", "○", "○", "2031年6月底前"),
    ("2", "举办科普讲坛", "", "●", "", "2031年12月31日"),
)
LEGEND = "注：●为牵头单位，○为配合单位。"


@pytest.mark.parametrize(
    "data",
    [
        html(*(tds(*row) for row in SIGNED)).replace(b"</table>", f"</table><p>{LEGEND}</p>".encode()),
        html(*(tds(*row) for row in SIGNED)).replace(b"<table>", "<p>（●牵头，○配合）</p><table>".encode()),
        docx(p(TITLE) + tbl(*(tr(*row) for row in SIGNED)) + p(LEGEND)),
        as_markdown(*SIGNED) + LEGEND.encode(),
        pdf(as_printed(*SIGNED).text(60, 400, LEGEND, 12)),
    ],
)
def test_signs_in_columns_of_bodies_assign_as_their_legend_says(data: bytes) -> None:
    assert said(build(data)) == [
        Said(
            "1", "建设科普书屋", {"省教育厅": "lead", "省科协": "cooperating", "省民政厅": "cooperating"}, "2031-06-30"
        ),
        Said("2", "举办科普讲坛", {"省科协": "lead"}, "2031-12-31"),
    ]


def test_one_sign_says_what_the_head_above_the_bodies_says() -> None:
    top = '<td rowspan="2">任务</td><td colspan="2">牵头单位</td>'
    rows = [top, tds("省教育厅", "省民政厅"), tds("建设书屋", "√", ""), tds("举办讲坛", "√", "√")]
    assert [s.bodies for s in said(build(html(*rows)))] == [
        {"省教育厅": "lead"},
        {"省教育厅": "lead", "省民政厅": "lead"},
    ]


@pytest.mark.parametrize("legend", ["", "注：●为牵头单位。", "注：●为已完成，○为未完成。"])
def test_signs_that_nothing_explains_assign_nothing(legend: str) -> None:
    data = html(*(tds(*row) for row in SIGNED)).replace(b"</table>", f"</table><p>{legend}</p>".encode())
    assert not [s for s in said(build(data)) if s.bodies]


def test_a_bracket_on_a_line_of_its_own_gives_a_role() -> None:
    rows = [tds("任务", "责任单位"), tds("建设书屋", "省教育厅<br>（牵头）<br>省科协"), tds("讲坛", "省科协")]
    assert said(build(html(*rows)))[0].bodies == {"省教育厅": "lead", "省科协": "responsible"}


def page(*blocks: str) -> bytes:
    return f"<html><body><h1>{TITLE}</h1>{''.join(blocks)}</body></html>".encode()


TABLE = f"<table>{''.join(f'<tr>{tds(*row)}</tr>' for row in (HEAD, ROW_1, ROW_2))}</table>"


def test_the_rows_of_a_table_stand_below_the_item_that_it_follows_and_nothing_stands_below_them() -> None:
    blocks = (
        "<p>一、重点任务</p><p>1.落实下列任务。</p>",
        TABLE,
        "<p>2.加强宣传。</p><p>二、保障措施</p><p>（一）加大投入。</p>",
    )
    assert [s.path for s in said(build(page(*blocks)))] == ["一/1/1", "一/1/2", "一/2", "二/(一)"]


def test_a_table_that_is_attached_belongs_to_no_item_above_it() -> None:
    blocks = ("<p>一、重点任务</p><p>（一）加强宣传。（省科协）</p><p>附件：科普工作任务分工表</p>", TABLE)
    assert [s.path for s in said(build(page(*blocks)))] == ["一/(一)", "1", "2"]


def test_a_second_row_that_divides_merged_heads_is_no_task() -> None:
    rows = [
        '<td rowspan="2">任务</td><td rowspan="2">责任单位</td><td colspan="2">目标</td>',
        *(tds("2031年", "2032年"), tds("建设书屋", "省教育厅", "50个", "100个")),
    ]
    assert [s.text for s in said(build(html(*rows)))] == ["建设书屋"]


def test_a_plan_that_ends_in_a_table_does_not_break_off() -> None:
    built = build(FORMS["html"])
    assert "truncated-text" not in {f.code for f in built.annotations.findings}


@pytest.mark.parametrize(
    "rows",
    [
        [("责任单位", "联系人", "联系电话"), ("省教育厅", "李明", "0000-1234567"), ("省科协", "王芳", "0000-7654321")],
        [("序号", "单位名称", "职务"), ("1", "省教育厅", "组长单位"), ("2", "省科协", "成员单位")],
        [("责任单位", "2030年", "2031年"), ("省教育厅", "30", "40"), ("省科协", "20", "25")],
        [("序号", "责任单位", "备注"), ("1", "省教育厅", "已报送"), ("2", "省科协", "未报送")],
        [("任务", "责任领导"), ("建设科普书屋", "李明"), ("举办科普讲坛", "王芳")],
    ],
)
def test_a_list_of_bodies_assigns_nothing(rows: list[tuple[str, ...]]) -> None:
    built = build(html(*(tds(*row) for row in rows)))
    assert not any(a.statement for a in built.annotations.actions)


STACKED = ("序号", "重点任务", "牵头单位", "配合单位", "一、阵地", "3", "建设科普书屋", "省教育厅", "省科协、省民政厅")


@pytest.mark.parametrize(("gap", "bar"), [("\n", ""), ("\n\n", ""), ("\n", " |")])
def test_a_table_copied_cell_by_cell_assigns(gap: str, bar: str) -> None:
    lines = [f"{cell}{bar}" for cell in (*STACKED, "二、活动", "28", "举办科普讲坛", "省科协", "省文联")]
    built = build(gap.join([TITLE, *lines]).encode(), name="a.txt")
    assert [s for s in said(built) if s.bodies] == [
        Said("一/3", "建设科普书屋", {"省教育厅": "lead", "省科协": "cooperating", "省民政厅": "cooperating"}),
        Said("二/28", "举办科普讲坛", {"省科协": "lead", "省文联": "cooperating"}),
    ]


def test_a_table_copied_cell_by_cell_into_paragraphs_assigns() -> None:
    cells = (*STACKED, "4", "培训管理员", "省教育厅", "省科协")
    page = f"<html><body><h1>{TITLE}</h1>{''.join(f'<p>{cell}</p>' for cell in cells)}</body></html>"
    assert [s.path for s in said(build(page.encode())) if s.bodies] == ["一/3", "一/4"]


@pytest.mark.parametrize("row", [("5", "举办讲坛", "省科协"), ("5", "举办讲坛", "省科协", "省文联", "省妇联")])
def test_a_row_with_a_cell_more_or_fewer_assigns_nothing(row: tuple[str, ...]) -> None:
    exact = (*STACKED, "4", "培训管理员", "省教育厅", "省科协")
    found = said(build("\n".join([TITLE, *exact, *row]).encode(), name="a.txt"))
    assert [s.path for s in found if s.bodies] == ["一/3", "一/4"]
    assert [s.text for s in found if not s.bodies] == ["\n".join(row[1:])]


LINES = (
    "序号\n重点任务\n责任单位\n完成时限\n"
    "1\n修缮县图书馆。\n县教育局\n县科协\n12月底前\n"
    "2\n新建2座书屋。\n县教育局\n9月底前投入使用\n"
    "3\n培训讲师。\n县残联\n6月底前\n举办讲坛。\n12月底前\n"
    "4\n评选书目。\n县科协、县文联\n县教育局\n12月底前\n"
)


def test_the_lines_of_a_copied_row_are_shared_out_to_its_columns() -> None:
    found = said(build(f"{TITLE}\n{LINES}".encode(), name="a.txt"))
    both = {"县教育局": "responsible", "县科协": "responsible"}
    assert [s for s in found if s.bodies] == [
        Said("1", "修缮县图书馆。", both, "2031-12-31"),
        Said("2", "新建2座书屋。", {"县教育局": "responsible"}, "2031-09-30"),
        Said("4", "评选书目。", both | {"县文联": "responsible"}, "2031-12-31"),
    ]
    assert [s.path for s in found if not s.bodies] == ["3"]  # two tasks with a time each: whose are the bodies?


def test_a_number_that_is_not_the_next_is_a_cell() -> None:
    table = "序號|項目名稱|年度投資|責任單位||1|修繕縣圖書館|300|縣教育局|2|舉辦讀書講壇|20|縣科協|"
    text = "縣讀書工作要點\n" + table.replace("|", " |\n")
    found = said(build(text.encode(), name="a.txt"))
    assert [(s.path, s.bodies) for s in found] == [("1", {"县教育局": "responsible"}), ("2", {"县科协": "responsible"})]


def test_a_table_with_bars_between_its_cells_assigns() -> None:
    text = (
        "序号 | 工作任务 | 细化分工 | 责任单位 | 完成时限 | 备注 |\n"
        "1 | 修缮书屋 | 更新书目 | 县教育局、县科协等单位按职责分工 | 长期坚持 |\n|\n"
        "2 | 举办讲坛 | 县科协（讲师团） | 9月底前 |\n|\n"
        "3 | 评选书目 | 县文联 |\n"
    )
    found = said(build(f"{TITLE}\n{text}".encode(), name="a.txt"))
    assert [s for s in found if s.bodies] == [
        Said("1", "修缮书屋 | 更新书目", {"县教育局": "responsible", "县科协": "responsible"}),
        Said("2", "举办讲坛", {"县科协": "responsible"}, "2031-09-30"),
        Said("3", "评选书目", {"县文联": "responsible"}),
    ]


def test_blank_remarks_that_a_copy_lost_cost_no_row() -> None:
    text = "序号\n任务\n责任单位\n时限\n备注\n1\n修缮书屋\n县教育局\n6月底前\n2\n举办讲坛\n县科协\n9月底前\n"
    found = said(build(f"{TITLE}\n{text}".encode(), name="a.txt"))
    assert [(s.path, s.bodies, s.deadline) for s in found] == [
        ("1", {"县教育局": "responsible"}, "2031-06-30"),
        ("2", {"县科协": "responsible"}, "2031-09-30"),
    ]


def test_a_line_below_a_copied_table_is_no_cell_of_it() -> None:
    text = "序号\n任务\n责任单位\n范围\n1\n修缮书屋\n县教育局\n全县\n2\n举办讲坛\n县科协\n全县\n返回页首\n"
    built = build(f"{TITLE}\n{text}".encode(), name="a.txt")
    doc = built.annotations.document
    fields = [f for a in built.annotations.actions if a.statement for f in a.statement.fields]
    assert [doc.norm[f.span.start : f.span.end] for f in fields] == ["全县", "全县"]


def test_heads_without_end_take_time_in_proportion() -> None:
    def cost(times: int) -> int:
        return steps(lambda: list(tables_in("序号\n任务\n牵头单位\n1\n" * times)))

    assert cost(400) < 6 * cost(100)


def test_rows_whose_columns_single_blanks_part_assign() -> None:
    heads = "序号 工 作 任 务 牵头单位 完成时限"
    rows = (
        "1 建设 科普书屋 省教育厅、省科协 2031年6月底前",
        "2 举办科普讲坛 省科协 2031年底前",
        "3 培训馆员 省文联 2031年5月底前",
    )
    assert [s for s in said(build("\n".join([TITLE, heads, *rows]).encode(), name="a.txt")) if s.bodies] == [
        Said("1", "建设 科普书屋", {"省教育厅": "lead", "省科协": "lead"}, "2031-06-30"),
        Said("2", "举办科普讲坛", {"省科协": "lead"}, "2031-12-31"),
        Said("3", "培训馆员", {"省文联": "lead"}, "2031-05-31"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("序号 姓名 单位", "1 李小明 省教育厅", "2 王小芳 省科协", "3 张大山 省文联"),
        ("序号 任务 责任单位", "1 建设书屋 省教育厅", "3 培训馆员 省文联", "4 举办讲坛 省科协"),
        ("序号 任务 责任单位", "1 建设书屋，省教育厅。", "2 举办讲坛，省科协。", "3 培训馆员，省文联。"),
    ],
)
def test_lines_with_blanks_that_are_no_such_rows_assign_nothing(lines: tuple[str, ...]) -> None:
    assert not any(s.bodies for s in said(build("\n".join([TITLE, *lines]).encode(), name="a.txt")))


def test_heads_before_single_blanks_take_time_in_proportion() -> None:
    def cost(times: int) -> int:
        return steps(lambda: list(tables_in("序号 任务 牵头单位\n1 建设书屋 省科协\n" * times)))

    assert cost(400) < 6 * cost(100)
