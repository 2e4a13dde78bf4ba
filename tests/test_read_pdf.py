"""PDF: what stands where becomes paragraphs, cells and running heads; what cannot be read is said with its cure."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import struct
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.made_files import HEIGHT, WIDTH, Sheet, draft_pdf, pdf
from tests.support import whole

from kgbuild.config import Limits, Settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.read import pdf as reader
from kgbuild.read import pdfium, read_bytes
from kgbuild.read.reader import File

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.model import SourceText

TASK = "（一）建设农家书屋。在全省行政村建成一批农家书屋，配齐图书和报刊，组织阅读推广活动，让农民在家门口读到好书。"
OTHER = "（二）办好科普大篷车。组织科普大篷车进乡村、进社区、进学校，全年行程不少于一万公里，覆盖全省所有县（市、区）。"


def read(data: bytes, **limits: int) -> SourceText:
    return read_bytes(data, name="plan.pdf", max_bytes=10**8, limits=Limits(**limits))


def blocks(source: SourceText) -> list[tuple[str, str]]:
    return [(a.kind, source.text[a.span.start : a.span.end]) for a in source.anchors]


def texts(source: SourceText) -> list[str]:
    return [text for _, text in blocks(source)]


def read_or_refused(data: bytes, **limits: int) -> str:
    """The text, or the name of the file that the error names."""
    try:
        return read(data, **limits).text
    except InputError as error:
        return error.where or ""


def test_wrapped_lines_are_joined_and_an_item_begins_a_paragraph() -> None:
    sheet = Sheet()
    y = sheet.para(120, TASK)
    y = sheet.para(y, OTHER)
    sheet.para(y, "三、保障措施")
    assert texts(read(pdf(sheet))) == [TASK, OTHER, "三、保障措施"]


def test_the_order_of_painting_does_not_matter() -> None:
    sheet = Sheet()
    sheet.para(sheet.para(120, TASK), OTHER)
    sheet.texts.reverse()
    assert texts(read(pdf(sheet))) == [TASK, OTHER]


def test_a_centred_title_over_two_lines_is_one_block() -> None:
    sheet = Sheet().centred(120, "云岭省人民政府办公厅关于印发全民").centred(154, "科学素质行动方案的通知")
    sheet.centred(186, "云政办发〔2022〕7号", 16)
    sheet.text(89, 230, "各市、县人民政府：")
    sheet.para(260, TASK)
    assert blocks(read(pdf(sheet))) == [
        ("heading", "云岭省人民政府办公厅关于印发全民科学素质行动方案的通知"),
        ("paragraph", "云政办发〔2022〕7号"),
        ("paragraph", "各市、县人民政府："),
        ("paragraph", TASK),
    ]


def test_names_below_each_other_are_no_title() -> None:
    names = ["林一民 省自然资源厅副厅长", "吴 二 省地方金融监管局副局长", "许三 省生态环境厅总工程师"]
    sheet = Sheet().text(89, 100, "成 员：")
    for i, name in enumerate(names):
        sheet.text(185, 130 + 30 * i, name)
    sheet.para(300, TASK)
    assert texts(read(pdf(sheet))) == ["成 员：", *names, TASK]


def test_a_value_behind_another_with_its_label_is_a_block() -> None:
    sheet = Sheet().text(89, 100, "索引号：0001/2026").text(280, 100, "发文机关：云岭省人民政府")
    sheet.para(200, TASK)
    assert texts(read(pdf(sheet)))[:2] == ["索引号：0001/2026", "发文机关：云岭省人民政府"]


def test_the_head_of_an_official_document_keeps_its_parts_apart() -> None:
    sheet = Sheet().centred(90, "云岭省教育厅", 36, "red").centred(140, "云岭省科学技术厅", 36, "red")
    sheet.text(105, 200, "云教发〔2023〕9号").text(390, 200, "签发人：王一民")
    sheet.para(260, TASK)
    sheet.text(105, 700, "云岭省教育厅办公室").text(350, 700, "2023年3月25日印发")
    assert texts(read(pdf(sheet))) == [
        "云岭省教育厅",
        "云岭省科学技术厅",
        "云教发〔2023〕9号",
        "签发人：王一民",
        TASK,
        "云岭省教育厅办公室",
        "2023年3月25日印发",
    ]


def test_letters_spread_over_a_line_are_one_word() -> None:
    sheet = Sheet()
    for i, char in enumerate("云岭省人民政府"):
        sheet.text(100 + 60 * i, 100, char, 30, "red")
    sheet.para(200, TASK)
    assert texts(read(pdf(sheet)))[0] == "云岭省人民政府"


def test_a_sentence_goes_on_over_the_number_of_the_page() -> None:
    first, second = Sheet(), Sheet()
    whole = TASK + OTHER[3:]
    first.para(750, whole[: 24 + 26])
    second.para(120, whole[24 + 26 :], indent=0)
    second.para(300, OTHER)
    first.text(270, 800, "— 1 —", 14)
    second.text(270, 800, "— 2 —", 14)
    source = read(pdf(first, second))
    assert blocks(source) == [
        ("paragraph", whole),
        ("page-number", "— 1 —"),
        ("paragraph", OTHER),
        ("page-number", "— 2 —"),
    ]
    assert [source.text[s.start : s.end] for s in source.left_out] == ["— 1 —", "— 2 —"]
    assert [place.page for _, place in source.anchors[0].parts] == [1, 1, 2, 2, 2]


def test_running_heads_and_feet_are_no_text_of_the_plan() -> None:
    sheets = []
    for i in range(1, 4):
        sheet = Sheet().text(89, 50, "云岭省科普规划", 9).text(89, 815, f"云岭省人民政府公报 {i}/3", 9)
        sheet.para(sheet.para(120, f"{'一二三'[i - 1]}、第{i}项任务"), TASK)
        sheets.append(sheet)
    kinds = [kind for kind, _ in blocks(read(pdf(*sheets)))]
    assert kinds == ["header", "paragraph", "paragraph", "footer"] * 3


def test_items_at_the_same_height_of_several_pages_are_text() -> None:
    sheets = []
    for i in (1, 5, 2):
        sheet = Sheet()
        sheet.para(70, f"{i}.推进第{i}批示范县建设。")
        sheet.para(200, TASK)
        sheets.append(sheet)
    assert {kind for kind, _ in blocks(read(pdf(*sheets)))} == {"paragraph"}


def test_a_note_below_a_short_line_is_left_out() -> None:
    sheet = Sheet().rule(89, 730, 230, 730).text(89, 750, "①指全省行政村。", 9)
    sheet.para(120, TASK)
    assert blocks(read(pdf(sheet))) == [("paragraph", TASK), ("note", "①指全省行政村。")]


def test_ruling_lines_make_cells() -> None:
    sheet = Sheet().grid([90, 130, 330, 500], [100, 130, 190, 250])
    for x, text in ((94, "序号"), (134, "重点任务"), (334, "责任单位")):
        sheet.text(x, 120, text, 12)
    sheet.text(94, 160, "1", 12).text(134, 155, "建设农家书屋，配齐图书和报刊，组织", 11).text(134, 175, "阅读推广", 11)
    sheet.text(334, 150, "省教育厅", 12).text(334, 170, "省科协", 12)
    sheet.text(94, 220, "2", 12).text(134, 220, "办好科普大篷车", 12).text(334, 220, "省科协", 12)
    source = read(pdf(sheet))
    (table,) = source.tables
    cells = [(c.row, c.column, c.header, source.text[c.span.start : c.span.end]) for c in table.cells]
    assert cells == [
        (0, 0, True, "序号"),
        (0, 1, True, "重点任务"),
        (0, 2, True, "责任单位"),
        (1, 0, False, "1"),
        (1, 1, False, "建设农家书屋，配齐图书和报刊，组织阅读推广"),
        (1, 2, False, "省教育厅\n省科协"),
        (2, 0, False, "2"),
        (2, 1, False, "办好科普大篷车"),
        (2, 2, False, "省科协"),
    ]
    assert source.anchors[4].place.shown("zh") == "第1页 表1 第2行"


def test_a_text_that_runs_over_a_ruling_line_is_two_cells() -> None:
    sheet = Sheet().grid([90, 186, 300], [100, 130, 160])
    sheet.text(90, 120, "建设农家书屋省委宣传部", 16).text(90, 150, "办科普大篷车省科协", 16)
    assert texts(read(pdf(sheet))) == ["建设农家书屋", "省委宣传部", "办科普大篷车", "省科协"]


def test_merged_cells_cover_their_rows() -> None:
    sheet = Sheet().rule(90, 100, 500, 100).rule(300, 130, 500, 130).rule(90, 160, 500, 160)
    for x in (90, 300, 500):
        sheet.rule(x, 100, x, 160)
    sheet.text(95, 135, "建设农家书屋", 12).text(305, 120, "省教育厅", 12).text(305, 150, "省科协", 12)
    places = [a.place for a in read(pdf(sheet)).anchors]
    assert [(p.row, p.column, p.rows) for p in places] == [(1, 1, 2), (1, 2, 1), (2, 2, 1)]


def table_page(rows: list[tuple[str, str, str]], y: float = 100) -> Sheet:
    ys = [y + 30 * i for i in range(len(rows) + 2)]
    sheet = Sheet().grid([90, 130, 330, 500], ys)
    for i, row in enumerate([("序号", "任务", "责任单位"), *rows]):
        for x, text in zip((94, 134, 334), row, strict=True):
            if text:
                sheet.text(x, ys[i] + 20, text, 12)
    return sheet


def test_a_table_goes_on_over_a_page_and_its_head_counts_once() -> None:
    first = table_page([("1", "建设农家书屋", "省教育厅")], 700)
    source = read(pdf(first, table_page([("2", "办好科普大篷车", "省科协")])))
    assert len(source.tables) == 1
    assert [(kind, text) for kind, text in blocks(source) if kind != "cell"] == [
        ("header", "序号"),
        ("header", "任务"),
        ("header", "责任单位"),
    ]
    assert [a.place.row for a in source.anchors if a.kind == "cell"] == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_a_row_that_a_page_cuts_is_one_row() -> None:
    first = table_page([("1", "建设农家书屋，配齐图书报刊，组织", "省教育厅")], 700)
    source = read(pdf(first, table_page([("", "阅读推广活动", ""), ("2", "办好科普大篷车", "省科协")])))
    assert "建设农家书屋，配齐图书报刊，组织阅读推广活动" in texts(source)
    assert [a.place.row for a in source.anchors if a.kind == "cell"][-3:] == [3, 3, 3]


def test_a_whole_row_below_a_merged_cell_that_goes_on_over_a_page_is_a_row_of_its_own() -> None:
    xs = [90.0, 150.0, 370.0, 540.0]
    first, second = Sheet().grid(xs, [690, 730, 770]), Sheet().grid(xs, [100, 140])
    for x, head, own, below in zip(
        xs,
        ("类别", "任务", "责任单位"),
        ("场馆", "建设农家书屋，配齐图书报刊并组织阅读", "省教育厅"),
        ("", "办好科普大篷车", "省科协"),
        strict=False,
    ):
        first.text(x + 4, 715, head, 12).text(x + 4, 755, own, 12)
        second.text(x + 4, 125, below, 12)
    assert texts(read(pdf(first, second)))[-2:] == ["办好科普大篷车", "省科协"]


def test_what_heads_an_attachment_on_a_new_page_continues_no_line() -> None:
    sheet = Sheet()
    sheet.para(sheet.para(120, TASK), "附件：1.云岭省农家书屋建设任务分工表和重点项目清单及其说明", em=28)
    following = Sheet().text(89, 120, "附件1").centred(170, "任务分工表")
    following.para(220, OTHER)
    assert "附件1" in texts(read(pdf(sheet, following)))


def test_a_salutation_that_fills_its_line_ends_there() -> None:
    line = "各市、自治州人民政府，省政府各厅局、各直属机构："
    sheet = Sheet()
    sheet.text(89, 120, line)
    sheet.para(149, OTHER[3:], em=len(line))
    assert texts(read(pdf(sheet))) == [line, OTHER[3:]]


def test_small_print_on_the_page_does_not_part_the_lines_of_the_text() -> None:
    full, sheet = Sheet(), Sheet()
    full.para(full.para(150, OTHER), "三、保障措施")
    y = sheet.para(120, TASK[:40])
    for i in range(6):
        sheet.text(95, y + 40 + 15 * i, f"发文字号{i}：岭政办发〔2031〕{i}号", 10)
    assert TASK[:40] in texts(read(pdf(full, sheet)))


def test_a_box_around_text_is_no_table() -> None:
    sheet = Sheet().grid([80, 520], [100, 300])
    sheet.para(130, TASK)
    assert blocks(read(pdf(sheet))) == [("paragraph", TASK)]


def test_columns_are_read_one_after_the_other() -> None:
    sheet = Sheet().centred(60, "云岭省人民政府公报")
    for x, text in ((60, TASK * 5), (320, OTHER * 5)):
        sheet.para(100, text, left=x, em=20, size=11)
    assert texts(read(pdf(sheet))) == ["云岭省人民政府公报", TASK * 5, OTHER * 5]


def test_three_columns_are_read_one_after_the_other() -> None:
    sheet = Sheet().centred(60, "云岭省人民政府公报")
    third = "四是推进书屋建设，"
    for x, text in ((50, TASK * 4), (222, OTHER * 4), (394, third * 16)):
        sheet.para(100, text, left=x, em=15, size=10)
    assert texts(read(pdf(sheet))) == ["云岭省人民政府公报", TASK * 4, OTHER * 4, third * 16]


def test_words_that_end_below_one_another_are_no_columns() -> None:
    sheet = Sheet()
    for row in range(20):
        for x in (50, 222, 394):
            sheet.text(x, 100 + 20 * row, "建设书屋建设书屋")
        sheet.text(50 + 8 * 16 + 4, 100 + 20 * row, "和讲").text(222 + 8 * 16 + 4, 100 + 20 * row, "和讲")
    assert texts(read(pdf(sheet)))[0].startswith("建设书屋建设书屋和讲 建设书屋建设书屋和讲 建设书屋")


def test_raised_figures_are_no_numbers_of_the_text() -> None:
    sheet = (
        Sheet().text(90, 200, "建设科普场馆").text(186, 195, "1", 8).text(192, 200, "，面积5 km").text(272, 194, "2", 8)
    )
    sheet.text(90, 240, "共3").text(114, 240, "0", 12).text(122, 240, "个。")
    assert read(pdf(sheet)).text.split() == ["建设科普场馆¹，面积5", "km²", "共30个。"]
    form = Sheet().text(90, 300, "编号：").text(150, 295, "05", 8).text(90, 500, "代码：").text(136, 495, "0500", 8)
    assert read(pdf(form)).text.split() == ["编号：", "05", "代码：0500"]
    note = Sheet().text(90, 380, "2", 8).text(95, 385, "指全省书屋。", 11)
    assert read(pdf(note)).text.split() == ["²指全省书屋。"]


def test_generated_blanks_and_hyphens() -> None:
    sheet = Sheet()
    sheet.text(89, 120, "到").text(89 + 16 + 4, 120, "2025").text(89 + 16 + 4 + 32 + 4, 120, "年，全省")
    sheet.text(89, 160, "实施 STEM 教育")
    sheet.text(89, 200, "“十四五”时期（2021-", 16).text(89, 240, "云岭省 青川市")
    assert texts(read(pdf(sheet)))[:2] == ["到2025年，全省", "实施 STEM 教育"]
    assert "云岭省 青川市" in texts(read(pdf(sheet)))
    assert not set(read(pdf(sheet)).text) & set("\x02\ufffe\u00ad")


def test_words_of_narrow_letters_are_parted() -> None:
    # A blank of 4.4 points behind letters that take half of what is estimated.
    made = draft_pdf(Sheet())
    made.put(3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    words = ((100, "will"), (126.7, "fill"), (149.1, "it."))
    content = " ".join(f"BT /F1 16 Tf 1 0 0 1 {x} 700 Tm ({word}) Tj ET" for x, word in words)
    made.put(11, "<<>>", content.encode())
    assert texts(read(made.bytes())) == ["will fill it."]


def test_a_hyphen_at_the_end_of_a_line_stays() -> None:
    sheet = Sheet()
    sheet.para(120, "甲" * 20 + "abc-")
    sheet.text(89, 120 + 1.8 * 16, "def" + "乙" * 10)
    (line,) = texts(read(pdf(sheet)))
    assert "abc-" in line
    assert "\x02" not in line


def test_text_printed_twice_to_look_bold_is_read_once() -> None:
    sheet = Sheet()
    for shift in (0.0, 0.4):
        sheet.text(100 + shift, 100, "一、总体要求")
    assert texts(read(pdf(sheet))) == ["一、总体要求"]


def test_radicals_stay_as_they_are_written() -> None:
    source = read(pdf(Sheet().text(100, 100, "⼀、推进⽣态建设")))
    assert source.text.startswith("⼀、推进⽣态建设")


def test_a_page_whose_fonts_lost_their_characters_is_told() -> None:
    garbled = "ÈÉ)*ÊÃK)*69(ËÌeÍ6。ÎËVÏÐ6ÑVÏÐ6ÒKÂ(ÃK)*"
    lost = read(pdf(Sheet().text(90, 100, garbled, 12).text(90, 130, garbled, 12)))
    assert [(f.code, f.severity) for f in lost.findings if f.code == "unmapped-characters"]
    kept = read(pdf(Sheet().text(90, 100, TASK[:30], 12).text(90, 130, "5km²·±×©É", 12)))
    assert "unmapped-characters" not in [f.code for f in kept.findings]


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_is_read_upright(rotate: int) -> None:
    # The text is printed so that it stands upright when a viewer turns the page.
    sheet = Sheet(rotate=rotate)
    made = draft_pdf(sheet)
    matrix, places = {
        90: ("0 1 -1 0", [(100, 100), (130, 100)]),
        180: ("-1 0 0 -1", [(500, 100), (500, 130)]),
        270: ("0 -1 1 0", [(500, 700), (470, 700)]),
    }[rotate]
    content = " ".join(
        f"BT /F1 16 Tf {matrix} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET"
        for (x, y), text in zip(places, ("一、总体要求", "二、重点任务"), strict=True)
    )
    made.put(11, "<<>>", content.encode())
    assert blocks(read(made.bytes())) == [("paragraph", "一、总体要求"), ("paragraph", "二、重点任务")]


def test_a_table_printed_sideways_is_read_upright() -> None:
    sheet = Sheet().text(200, 700, "一、总体要求", 16, "up").text(240, 700, "二、重点任务", 16, "up")
    assert texts(read(pdf(sheet))) == ["一、总体要求", "二、重点任务"]


def test_a_watermark_across_the_page_is_left_out() -> None:
    sheet = Sheet().text(200, 500, "内部资料", 60, "askew")
    sheet.para(120, TASK)
    assert sorted(blocks(read(pdf(sheet)))) == [("header", "内部资料"), ("paragraph", TASK)]


def test_hidden_text_beside_shown_text_is_not_read() -> None:
    sheet = Sheet().text(100, 300, "不可见", 16, "hidden")
    sheet.para(120, TASK)
    source = read(pdf(sheet))
    assert texts(source) == [TASK]
    assert ("hidden-content", (("count", "3"),)) in {(f.code, f.detail) for f in source.findings}


WIDE = "全省各级各部门要坚持问题导向，抓住重点，破解难点，统筹推进各项工作，全面提升服务水平，各单位要按时完成。"
NARROW = ("组织科普大篷车进乡村、进社区、进学校，服务群众。" * 9, "改造学校食堂，定期公布检查结果，接受社会监督。" * 9)


@pytest.mark.parametrize("above", [9, 0])
@pytest.mark.parametrize("below", [7, 0])
def test_columns_that_begin_down_the_page_are_read_one_after_the_other(above: int, below: int) -> None:
    sheet, y = Sheet().centred(60, "云岭省2031年工作要点"), 90.0
    for _ in range(above):
        y = sheet.para(y, WIDE, em=42, size=10, left=85)
    top = y + 10
    y = sheet.para(top, NARROW[0], em=20, size=10, left=85)
    sheet.para(top, NARROW[1], em=20, size=10, left=305)
    for _ in range(below):
        y = sheet.para(y, WIDE, em=42, size=10, left=85)
    assert texts(read(pdf(sheet)))[1:] == [WIDE] * above + list(NARROW) + [WIDE] * below


@pytest.mark.parametrize(
    ("title", "step", "line"),
    [
        (tuple("YUNLING GAZETTE"), 16, "Y U N L I N G G A Z E T T E"),
        (tuple("YUNLING GAZETTE"), 22, "Y U N L I N G G A Z E T T E"),
        (tuple("云岭省人民政府公报"), 36, "云岭省人民政府公报"),
    ],
)
def test_a_title_set_letter_by_letter_above_columns_is_one_line(title: tuple[str, ...], step: int, line: str) -> None:
    sheet = Sheet()
    for n, letter in enumerate(title):
        if letter != " ":
            sheet.text((WIDTH - len(title) * step) / 2 + n * step, 80, letter, 24)
    sheet.para(120, NARROW[0], em=20, size=10, left=85)
    sheet.para(120, NARROW[1], em=20, size=10, left=305)
    assert texts(read(pdf(sheet))) == [line, *NARROW]


def test_words_of_a_title_above_columns_are_one_line_and_heads_of_two_columns_two() -> None:
    sheet, x = Sheet(), 160.0
    for word in ["Work", "Plan", "of", "Yunling", "Province", "2031"]:
        sheet.text(x, 80, word, 16)
        x += len(word) * 8 + 5
    sheet.text(150, 110, "News", 14).text(370, 110, "Briefs", 14)
    sheet.para(135, NARROW[0], em=20, size=10, left=85)
    sheet.para(135, NARROW[1], em=20, size=10, left=305)
    assert texts(read(pdf(sheet))) == ["Work Plan of Yunling Province 2031", "News", NARROW[0], "Briefs", NARROW[1]]


def test_labels_with_values_below_a_text_are_no_columns() -> None:
    sheet, y = Sheet(), 90.0
    for _ in range(6):
        y = sheet.para(y, WIDE, em=42, size=10, left=85)
    for n in range(9):
        sheet.text(85, y, f"第{n + 1}项任务名称", 10).text(305, y, "省政府办公厅", 10)
        y += 18
    found = texts(read(pdf(sheet)))
    assert [text for text in found if text.startswith("第1项")] == ["第1项任务名称"]
    assert found.index("省政府办公厅") == found.index("第1项任务名称") + 1


def test_recognised_text_behind_a_scan_is_the_text() -> None:
    sheet = Sheet().image()
    for x, y, text, size, _ in (s := Sheet(), s.para(120, TASK))[0].texts:
        sheet.text(x, y, text, size, "hidden")
    assert texts(read(pdf(sheet))) == [TASK]


def test_a_scanned_page_is_named() -> None:
    sheet = Sheet()
    sheet.para(120, TASK)
    source = read(pdf(sheet, Sheet().image()))
    assert ("scanned-pages", (("pages", "2"),)) in [(f.code, f.detail) for f in source.findings]


def test_scans_alone_are_refused_with_the_cure() -> None:
    with pytest.raises(InputError, match=r"scanned pages \(2\) and no text; .*ocrmypdf -l chi_sim"):
        read(pdf(Sheet().image(), Sheet().image()))


def test_fonts_that_are_not_embedded_are_reported() -> None:
    source = read(pdf(Sheet().text(100, 100, "一、总体要求")))
    assert [(f.code, f.detail) for f in source.findings] == [("fonts-not-embedded", (("fonts", "STSong-Light"),))]


def test_a_password_is_said() -> None:
    made = draft_pdf(Sheet().text(100, 100, "一、总体要求"))
    made.put(7, f"<</Filter/Standard/V 1/R 2/Length 40/P -4/O<{'41' * 32}>/U<{'42' * 32}>>>")
    made.trailer = b"/Encrypt 7 0 R/ID[<41><41>]"
    with pytest.raises(InputError, match=r"plan\.pdf: is protected by a password; .*qpdf"):
        read(made.bytes())


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\0" * 5000, b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\n"]
)
def test_damage_is_said(data: bytes) -> None:
    with pytest.raises(InputError, match=r"plan\.pdf: (?:is damaged|holds no visible)"):
        read(data)


def test_a_file_with_a_broken_table_of_contents_is_read() -> None:
    data = pdf(Sheet().text(100, 100, "一、总体要求"))
    assert texts(read(re.sub(rb"startxref\n\d+", b"startxref\n99", data))) == ["一、总体要求"]


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(InputError, match=r"more pages than allowed \(3, limit 2\)"):
        read(pdf(Sheet(), Sheet(), Sheet()), pages=2)


def test_a_million_pages_that_are_one() -> None:
    made = draft_pdf(Sheet().text(100, 100, "一、总体要求"))
    made.put(2, f"<</Type/Pages/Count 1000000/Kids[{'10 0 R ' * 1000000}]>>")
    with pytest.raises(InputError, match=r"more pages than allowed"):
        read(made.bytes())


def test_a_tree_of_pages_that_holds_itself() -> None:
    made = draft_pdf(Sheet().text(100, 100, "一、总体要求"))
    made.put(2, "<</Type/Pages/Count 5/Kids[2 0 R 2 0 R 10 0 R]>>")
    assert read_or_refused(made.bytes()) in ("一、总体要求\n", "plan.pdf")


def test_a_drawing_that_draws_itself() -> None:
    made = draft_pdf(Sheet())
    made.put(11, "<<>>", b"/Fm Do BT /F1 16 Tf 1 0 0 1 100 700 Tm <4e003001> Tj ET")
    made.put(10, made.objects[10].replace(b"/XObject<</Im 6 0 R>>", b"/XObject<</Fm 8 0 R>>"))
    made.put(8, "<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</Fm 8 0 R>>>>>>", b"/Fm Do /Fm Do")
    assert read_or_refused(made.bytes(), seconds=2) in ("一、\n", "plan.pdf")


def test_text_outside_of_the_page_is_not_read() -> None:
    sheet = Sheet().text(WIDTH + 200, 100, "页外").text(100, HEIGHT + 300, "页外").text(100, 100, "一、总体要求")
    assert texts(read(pdf(sheet))) == ["一、总体要求"]


def test_places_are_pages_and_boxes() -> None:
    sheet = Sheet()
    sheet.para(120, TASK)
    (anchor,) = read(pdf(Sheet().text(100, 100, "附件"), sheet)).anchors[1:]
    assert anchor.place.page == 2
    assert anchor.place.box is not None
    left, top, right, bottom = anchor.place.box
    assert (left, right) == (89, 505)
    assert 105 < top < 108
    assert bottom > top + 2 * 1.8 * 16
    assert [place.box[0] for _, place in anchor.parts if place.box] == [121, 89, 89]


# -- the process ------------------------------------------------------------------------------------------------------
def one_line(_: int = 0) -> str:
    return read(pdf(Sheet().text(100, 100, "一、总体要求"))).text


def sent(*answers: dict[str, object]) -> bytes:
    bodies = [json.dumps(answer).encode() for answer in answers]
    return b"".join(struct.pack(">Q", len(body)) + body for body in bodies)


def test_a_page_comes_before_the_next_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    first = sent({"pages": 2}, {"broken": True})
    slow.write_text(
        f"import sys, time\nsys.stdout.buffer.write({first!r})\nsys.stdout.flush()\ntime.sleep(60)\n", encoding="utf-8"
    )
    reader._end_all()
    with monkeypatch.context() as patched:
        patched.setattr(pdfium, "__file__", str(slow))
        with closing(reader.answers(File(b"%PDF-", "plan.pdf"))) as answers:
            assert next(answers) == {"broken": True}
    assert reader._kept == []  # what waits in the pipe would answer for the next file
    assert one_line() == "一、总体要求\n"


def test_one_process_reads_file_after_file() -> None:
    one_line()
    (worker,) = reader._kept
    one_line()
    assert reader._kept == [worker]


def test_a_process_that_hangs_is_ended_and_the_next_file_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    reader._end_all()
    with monkeypatch.context() as patched:
        patched.setattr(pdfium, "__file__", str(stuck))
        with pytest.raises(InputError, match=r"took more than 1 s"):
            read(pdf(Sheet().text(100, 100, "一")), seconds=1)
    assert one_line() == "一、总体要求\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0" * 7,
        b"\0" * 8,
        struct.pack(">Q", 50) + b"{}",
        b"\xff" * 99,
        struct.pack(">Q", 2) + b"\xff[",
        sent({"pages": 2}, {"broken": True}),
    ],
)
def test_a_process_that_breaks_off_is_an_error_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: bytes
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text(f"import sys\nsys.stdout.buffer.write({answer!r})\n", encoding="utf-8")
    reader._end_all()
    with monkeypatch.context() as patched:
        patched.setattr(pdfium, "__file__", str(broken))
        with pytest.raises(InputError, match=r"plan\.pdf: cannot be read: PDFium ended over it"):
            read(pdf(Sheet().text(100, 100, "一")))
    assert one_line() == "一、总体要求\n"


def test_a_file_larger_than_the_memory_allowed_is_an_error() -> None:
    data = pdf(Sheet().text(100, 100, "一")) + b"%" * 90_000_000
    with pytest.raises(InputError, match=r"plan\.pdf: cannot be read"):
        read(data, memory=120_000_000)
    assert one_line() == "一、总体要求\n"


@whole("starts processes anew")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_daemonic_workers_read_too(method: str) -> None:
    one_line()
    with multiprocessing.get_context(method).Pool(2) as pool:
        read_there = pool.map_async(one_line, range(4)).get(timeout=300)  # a pool waits for ever for a dead worker
        assert set(read_there) == {"一、总体要求\n"}
    assert one_line() == "一、总体要求\n"


# -- the whole way ----------------------------------------------------------------------------------------------------
def test_a_plan_in_pdf_gives_the_actions_of_its_text_and_is_proved() -> None:
    lines = ["一、重点任务", f"{TASK}（省教育厅牵头，省科协配合）", f"{OTHER}（责任单位：省科协、省教育厅）"]
    sheets, y = [Sheet().centred(120, "云岭省全民科学素质行动实施方案")], 180.0
    for line in lines:
        if y > 700:
            sheets.append(Sheet())
            y = 120.0
        y = sheets[-1].para(y, line)
    for i, sheet in enumerate(sheets, 1):
        sheet.text(270, 800, f"— {i} —", 14)
    settings, data = Settings(), pdf(*sheets)
    lexicon, options = load_lexicon(settings), Options(version="t")
    text = "\n".join(["云岭省全民科学素质行动实施方案", *lines]).encode()
    built, plain = (
        build_document(raw, name=name, settings=settings, lexicon=lexicon, options=options)
        for raw, name in ((data, "plan.pdf"), (text, "plan.txt"))
    )

    def said(found: Built) -> list[tuple[str, list[tuple[str, str]]]]:
        shown = found.source.text
        return [
            (
                shown[a.text.start : a.text.end],
                [(b.role, shown[b.span.start : b.span.end]) for b in a.statement.bodies] if a.statement else [],
            )
            for a in found.annotations.actions
        ]

    assert said(built) == said(plain)
    assert len(said(built)) == 2
    fresh = Fresh(sha256=built.source.sha256, base=built.base, graphs=built.graphs)
    assert verify([(*t, "") for t in fresh.statements], [built.source], fresh=[fresh]).level == "proved"
