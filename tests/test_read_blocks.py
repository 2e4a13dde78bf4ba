"""Formats without lines: blocks with places, from which the read text, tables and what is left out are made."""

from __future__ import annotations

import pytest

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.model import FilePlace, Span
from kgbuild.pipeline import Options, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.read import read_bytes
from kgbuild.read import source as entrance
from kgbuild.read.blocks import Block, Notice, draft_of, of_blocks
from kgbuild.read.reader import File, Reader

PAGE = FilePlace(page=1)


def cell(row: int, column: int, text: str, **more: int) -> Block:
    return Block("cell", text, FilePlace(table=1, row=row, column=column, **more))  # type: ignore[arg-type]


def test_blocks_become_lines_and_keep_their_places() -> None:
    blocks = [
        Block("heading", "云岭省科普工作要点", PAGE),
        Block("paragraph", " \u3000", PAGE),
        Block("list-item", "（一）建书屋", FilePlace(page=2, paragraph=3), generated=((0, 3),)),
    ]
    draft = draft_of(blocks)
    assert draft.text == "云岭省科普工作要点\n（一）建书屋\n"
    assert [draft.text[a.span.start : a.span.end] for a in draft.anchors] == ["云岭省科普工作要点", "（一）建书屋"]
    assert draft.anchors[1].generated == (Span(10, 13),)
    assert draft.anchors[1].place == FilePlace(page=2, paragraph=3)


def test_running_heads_are_left_out_of_the_plan() -> None:
    draft = draft_of([Block("header", "内部资料", PAGE), Block("paragraph", "一、甲", PAGE), Block("note", "注", PAGE)])
    assert draft.left_out == (Span(0, 4), Span(9, 10))


def test_cells_become_a_table_with_merged_cells() -> None:
    blocks = [
        *(cell(1, 1, "任务"), cell(1, 2, "责任单位")),
        *(cell(2, 1, "建书屋", rows=2), cell(2, 2, "省教育厅"), cell(2, 2, "省科协")),
        cell(3, 2, "省民政厅"),
    ]
    draft = draft_of(blocks)
    (table,) = draft.tables
    assert [(c.row, c.column, c.rowspan, c.header, draft.text[c.span.start : c.span.end]) for c in table.cells] == [
        (0, 0, 1, True, "任务"),
        (0, 1, 1, True, "责任单位"),
        (1, 0, 2, False, "建书屋"),
        (1, 1, 1, False, "省教育厅\n省科协"),
        (2, 1, 1, False, "省民政厅"),
    ]


def test_a_notice_stands_at_its_block() -> None:
    draft = draft_of(
        [Block("paragraph", "", PAGE), Block("paragraph", "甲乙", PAGE)], [Notice("deep-nesting", block=1)]
    )
    assert [f.span for f in draft.findings] == [Span(0, 2)]


def test_a_place_is_found_by_offset() -> None:
    second = FilePlace(page=2)
    source = read_bytes("<p>一、甲</p><p>乙</p>".encode(), name="a", max_bytes=100)
    assert source.place_at(4) == FilePlace(xpath="/html/body/p[2]")
    assert read_bytes("甲".encode(), name="a", max_bytes=100).place_at(0) is None
    draft = draft_of([Block("paragraph", "推动科普", PAGE, parts=((0, 2, PAGE), (2, 4, second)))])
    assert [draft.anchors[0].place_at(i).page for i in range(4)] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        (FilePlace(page=3, box=(1, 2, 3, 4)), "第3页", "page 3"),
        (FilePlace(table=2, row=4, column=1, paragraph=9), "表2 第4行", "table 2 row 4"),
        (FilePlace(page=3, table=2, row=4), "第3页 表2 第4行", "page 3 table 2 row 4"),
        (FilePlace(paragraph=12), "第12段", "paragraph 12"),
        (FilePlace(part="note", paragraph=2), "脚注 第2段", "note paragraph 2"),
        (FilePlace(xpath="/html/body/p[2]"), "/html/body/p[2]", "/html/body/p[2]"),
        (FilePlace(page=1, object="17"), "第1页", "page 1"),
        (FilePlace(object="17"), "对象17", "object 17"),
        (FilePlace(member="附件1.docx", paragraph=2), "附件1.docx 第2段", "附件1.docx paragraph 2"),
    ],
)
def test_a_place_is_named_in_both_languages(place: FilePlace, zh: str, en: str) -> None:
    assert (place.shown("zh"), place.shown("en")) == (zh, en)


# -- a new format: one module with a READER, one line in READERS ---------------------------------------------------
def _toy(file: File) -> tuple[list[Block], list[Notice]]:
    blocks = []
    for page, sheet in enumerate(file.data.decode().removeprefix("TOY\n").split("\f"), 1):
        blocks += [Block("paragraph", line, FilePlace(page=page)) for line in sheet.splitlines()]
        blocks.append(Block("page-number", f"— {page} —", FilePlace(page=page)))
    return blocks, []


TOY = Reader(version="toy/1", claims=lambda file: file.data.startswith(b"TOY\n"), read=of_blocks(_toy))
PLAN = """TOY
云岭省2031年科普工作要点
一、重点任务
1.建设科普书屋。（责任单位：省教育厅）\f2.举办科普讲坛。（责任单位：省科协）
云岭省人民政府办公厅
2031年3月1日
"""


def test_a_new_format_is_one_reader_in_one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(entrance.READERS, "toy", TOY)
    settings = Settings()
    built = build_document(
        PLAN.encode(), name="a.toy", settings=settings, lexicon=load_lexicon(settings), options=Options(version="t")
    )
    actions = built.annotations.actions
    assert [built.source.text[a.text.start : a.text.end] for a in actions] == ["建设科普书屋。", "举办科普讲坛。"]
    assert [built.source.place_at(a.text.start) for a in actions] == [FilePlace(page=1), FilePlace(page=2)]
    assert not any(f.code == "unparsed-text" for f in built.annotations.findings)
    assert any('"toy/1"' in o for _, _, o in built.asserted)
    fresh = Fresh(sha256=built.source.sha256, base=built.base, graphs=built.graphs)
    assert verify([(*t, "") for t in fresh.statements], [built.source], fresh=[fresh]).level == "proved"
