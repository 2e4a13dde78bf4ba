"""Tables without ruling lines: aligned columns become cells, or a finding says that no table was read there."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from tests.made_files import Sheet, ofd, pdf

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.read import read_bytes
from kgbuild.read.layout import Sheet as Page
from kgbuild.read.layout import TextRun, blocks_of
from kgbuild.text import parse_document

if TYPE_CHECKING:
    from kgbuild.model import SourceText

Cells = tuple[list[str], ...]

HEADS = ("序号", "重点任务", "责任单位", "完成时限")
XS = (72.0, 120.0, 300.0, 440.0)
READING: Cells = (
    ["建设乡村书屋三百个，", "为每个书屋配备一名专", "职管理员。"],
    ["省教育厅、", "省财政厅"],
    ["2031年6月底前"],
)
KITCHENS: Cells = (["推进学校食堂改造。"], ["省教育厅"], ["2031年底前"])
PARKING: Cells = (
    ["新建公共停车场二十座", "，优化收费办法。"],
    ["省住房城乡建设厅", "省发展改革委"],
    ["2031年", "9月底前"],
)
READ = [
    ["1", "建设乡村书屋三百个，为每个书屋配备一名专职管理员。", "省教育厅、\n省财政厅", "2031年6月底前"],
    ["2", "推进学校食堂改造。", "省教育厅", "2031年底前"],
    ["3", "新建公共停车场二十座，优化收费办法。", "省住房城乡建设厅\n省发展改革委", "2031年\n9月底前"],
]


def heads(sheet: Sheet, y: float, texts: tuple[str, ...] = HEADS) -> float:
    for x, head in zip(XS, texts, strict=False):
        sheet.text(x, y, head, 12)
    return y + 30


def rows(sheet: Sheet, y: float, *given: Cells, number: int = 1, middle: bool = False, space: float = 10) -> float:
    """Print rows, their cells from the top or around the middle; return where the next one stands."""
    for n, cells in enumerate(given, number):
        height = max(map(len, cells))
        for x, lines in zip(XS, ([str(n)], *cells), strict=True):
            top = y + (height - len(lines)) * 10 * middle
            for i, line in enumerate(lines):
                sheet.text(x, top + 20 * i, line, 12)
        y += height * 20 + space
    return y


def opened() -> Sheet:
    return Sheet().centred(80, "云岭省2031年重点任务分工方案").text(105, 120, "为做好全年工作，制定如下分工方案。")


def read(*sheets: Sheet, name: str = "plan.pdf") -> SourceText:
    return read_bytes((ofd if name.endswith("ofd") else pdf)(*sheets), name=name, max_bytes=10**7)


def table(source: SourceText) -> list[list[str]]:
    (found,) = source.tables
    out: dict[int, list[str]] = {}
    for cell in found.cells:
        out.setdefault(cell.row, []).append(source.text[cell.span.start : cell.span.end])
    return list(out.values())


def codes(source: SourceText) -> set[str]:
    return {f.code for f in parse_document(source, load_lexicon(Settings())).findings}


@pytest.mark.parametrize("name", ["plan.pdf", "plan.ofd"])
@pytest.mark.parametrize("space", [0, 10])
@pytest.mark.parametrize("middle", [False, True])
def test_aligned_columns_are_cells(name: str, space: float, *, middle: bool) -> None:
    sheet = opened()
    y = rows(sheet, heads(sheet, 160), READING, KITCHENS, PARKING, middle=middle, space=space)
    sheet.para(y + 30, "各单位要认真落实本方案，及时报告进展情况，确保各项任务按期完成。")
    source = read(sheet, name=name)
    assert table(source) == [list(HEADS), *READ]
    assert source.text.endswith("2031年\n9月底前\n各单位要认真落实本方案，及时报告进展情况，确保各项任务按期完成。\n")
    assert "columns-not-read" not in codes(source)
    doc = parse_document(source, load_lexicon(Settings()))
    assert [(unit.label, len(row.bodies)) for unit, row in zip(doc.units, doc.rows, strict=True)] == [
        ("1", 1),
        ("2", 1),
        ("3", 1),
    ]


@pytest.mark.parametrize("repeats", [False, True])
def test_the_table_goes_on_on_the_next_page(*, repeats: bool) -> None:
    first, second = opened(), Sheet()
    rows(first, heads(first, 600), READING, KITCHENS)
    rows(second, heads(second, 80) if repeats else 80, PARKING, number=3)
    assert table(read(first, second)) == [list(HEADS), *READ]


@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("space", [0, 10])
def test_a_row_cut_by_the_page_is_one(space: float, *, repeats: bool) -> None:
    """The first lines of a page are of the row above where they stand above the next number."""
    first, second = opened(), Sheet()
    y = rows(first, heads(first, 660), KITCHENS, space=space)
    for x, text in zip(XS, ("2", READING[0][0], *READING[1][:1], *READING[2]), strict=True):
        first.text(x, y, text, 12)
    if repeats:
        heads(second, 50)
    second.text(XS[1], 80, READING[0][1], 12).text(XS[2], 80, READING[1][1], 12).text(XS[1], 100, READING[0][2], 12)
    rows(second, 120 + space, PARKING, number=3, space=space)
    found = table(read(first, second))
    assert [row[0] for row in found] == ["序号", "1", "2", "3"]
    assert found[2][1].replace("\n", "") == READ[0][1]


def test_headings_across_the_table_and_numbers_that_begin_again() -> None:
    sheet = opened()
    y = heads(sheet, 160)
    for heading, tasks in (("一、改善民生", (READING, KITCHENS)), ("二、完善设施", (PARKING,))):
        sheet.text(72, y, heading, 12)
        y = rows(sheet, y + 30, *tasks)
    found = table(read(sheet))
    assert found[1:4] == [["一、改善民生"], *READ[:2]]
    assert found[4:] == [["二、完善设施"], ["1", *READ[2][1:]]]


def test_two_readings_are_none_and_the_heads_are_named() -> None:
    """Lines as far apart between rows as inside, all other cells of one line: the second line may be of either row."""
    sheet = opened()
    y = heads(sheet, 160)
    for n, (task, shift) in enumerate((("建设乡村书屋。", 0), ("推进学校食堂改造。", 40)), 1):
        for x, text in zip(XS, (str(n), task, "省教育厅", "2031年底前"), strict=True):
            sheet.text(x, y + shift, text, 12)
    for shift in (20, 60):
        sheet.text(XS[1], y + shift, "配备图书和报刊。", 12)
    source = read(sheet)
    assert source.tables == ()
    assert "columns-not-read" in codes(source)


def test_a_number_that_is_not_the_next_leaves_the_table_unread() -> None:
    sheet = opened()
    y = rows(sheet, heads(sheet, 160), READING, KITCHENS)
    rows(sheet, y, PARKING, number=5)
    source = read(sheet)
    assert source.tables == ()
    assert "columns-not-read" in codes(source)


def test_rows_that_do_not_go_on_as_columns_on_the_next_page_are_named() -> None:
    first, second = opened(), Sheet()
    rows(first, heads(first, 600), READING, KITCHENS)
    second.text(72, 80, "3", 12).text(100, 80, "新建公共停车场二十座，优化收费办法。省住房城乡建设厅", 12)
    source = read(first, second)
    assert [row[0] for row in table(source)] == ["序号", "1", "2"]
    assert "columns-not-read" in codes(source)


def test_a_numbered_line_in_a_cell_is_no_heading_across_the_table() -> None:
    sheet = opened()
    task = ["建好书屋：", "（一）配备专职管理员；", "（二）更新图书。"]
    rows(sheet, heads(sheet, 160), (task, ["省教育厅"], ["2031年底前"]), KITCHENS)
    assert [len(row) for row in table(read(sheet))] == [4, 4, 4]


def test_columns_without_numbers_are_named() -> None:
    sheet = opened()
    y = 160.0
    for cells in (HEADS[1:], ("推进学校食堂改造。", "省教育厅", "2031年底前")):
        for x, text in zip(XS[1:], cells, strict=True):
            sheet.text(x, y, text, 12)
        y += 30
    assert "columns-not-read" in codes(read(sheet))


def test_heads_in_a_text_are_named_unless_a_table_was_read() -> None:
    plan = "云岭省2031年重点任务分工方案\n{heads}\n1 推进学校食堂\n省教育厅 2031年底前\n改造。\n"
    bare = plan.format(heads="序号 重点任务\n责任单位\n完成时限").encode()
    assert "columns-not-read" in codes(read_bytes(bare, name="plan.txt", max_bytes=10**6))
    made = "序号\t重点任务\t责任单位\n1\t推进学校食堂改造。\t省教育厅\n2\t建设乡村书屋。\t省财政厅\n"
    assert "columns-not-read" not in codes(read_bytes(made.encode(), name="plan.txt", max_bytes=10**6))
    labels = "责任单位\n省教育厅\n完成时限\n2031年底前\n"
    assert "columns-not-read" not in codes(read_bytes(labels.encode(), name="plan.txt", max_bytes=10**6))


def test_a_list_of_contents_with_numbers_stays_text() -> None:
    """A full line below the heads belongs to no column."""
    runs = [TextRun(text, x, x + 12 * len(text), 100, 12) for x, text in zip(XS, HEADS, strict=True)]
    runs += [
        TextRun("1", 72, 78, 130, 12),
        TextRun("各单位要认真落实本方案及时报告进展情况确保按期完成", 120, 440, 130, 12),
    ]
    kinds = {block.kind for block in blocks_of([Page(1, 595, 842, runs)])}
    assert "cell" not in kinds


def _scattered(random: Random, number: int) -> tuple[list[TextRun], int]:
    """Return a page that is nearly a table: heads, numbers, cells and headings that may be missing or out of place."""
    xs = [72, 110 + random.randint(-10, 30), 300 + random.randint(-20, 20), 440]
    y = random.randint(50, 300)
    runs = [TextRun(h, x, x + 12 * len(h), y, 12) for x, h in zip(xs, HEADS, strict=True) if random.random() < 0.9]
    for _ in range(random.randint(0, 8)):
        y += random.choice((20, 30))
        if random.random() < 0.1:
            text = random.choice(("一、改善民生", "（二）设施" * 5, "正文" * 20))
            runs.append(TextRun(text, 72, 72 + 12 * len(text), y, 12))
            y += 20
        height = random.randint(1, 3)
        for column, x in enumerate(xs):
            n_lines = random.randint(0, height)
            top = y + random.choice((0, 10 * (height - n_lines)))
            for i in range(n_lines):
                text = "建设停车场" * random.randint(1, 4) if column else str(number) if i == 0 else "丁"
                runs.append(TextRun(text, x, x + 12 * len(text), top + 20 * i, 12))
        number += random.random() < 0.95
        y += 20 * (height - 1)
    return runs, number


def test_nothing_is_lost_or_added_whatever_stands_below_the_heads() -> None:
    random = Random(1)  # noqa: S311 - for tests
    n_tables = 0
    for _ in range(300):
        pages, number = [], 1
        for page in range(1, 3):
            runs, number = _scattered(random, number)
            pages.append(Page(page, 595, 842, runs))
        blocks = blocks_of(pages)
        n_tables += any(block.kind == "cell" for block in blocks)
        given = Counter("".join(run.text for page in pages for run in page.runs))
        assert Counter("".join("".join(block.text.split()) for block in blocks)) == given
    assert n_tables > 3
