"""Invisible characters between all letters: left out where the read text is what a page shows, and told."""

from __future__ import annotations

import hashlib
import re
from itertools import cycle

import pytest
from tests import docx
from tests.support import grows_with

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.model import FilePlace, SourceText
from kgbuild.pipeline import Built, Options, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.read import read_bytes
from kgbuild.read.blocks import Block, draft_of
from kgbuild.read.unseen import between_letters

PLAN = """云岭省人民政府办公厅关于印发2031年数字书屋建设工作要点的通知
云政办发〔2031〕12号
各市（州）人民政府，省政府各部门：
现将《2031年数字书屋建设工作要点》印发给你们，请认真贯彻执行。
云岭省人民政府办公厅
2031年3月5日
2031年数字书屋建设工作要点
一、完善设施
（一）建设数字书屋。新建数字书屋300个，培训管理员200名。
责任单位：省文化和旅游厅、省农业农村厅
（二）开放学校书屋。每个县开放5所学校的书屋。
责任单位：省教育厅
"""
MIXED = "\u200b\ufeff\u2060\xad"
PARTING = re.compile("(?<=[一-鿿])(?=[一-鿿])")


def parted(text: str, unseen: str = MIXED) -> str:
    """Put an invisible character between every two hanzi."""
    chars = cycle(unseen)
    return PARTING.sub(lambda _: next(chars), text)


def page(text: str) -> str:
    return "<html><body><div>" + "".join(f"<p>{line}</p>" for line in text.splitlines()) + "</div></body></html>"


def read(data: bytes, name: str = "page.html") -> SourceText:
    return read_bytes(data, name=name, max_bytes=10_000_000)


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u2060", "\xad", "\u200d", MIXED, "\ufe0f"])
def test_a_page_is_read_as_if_they_were_not_there(unseen: str) -> None:
    data = page(parted(PLAN, unseen)).encode()
    source = read(data)
    assert source.text == PLAN
    assert source.anchors == read(page(PLAN).encode()).anchors
    assert source.file_sha256 == hashlib.sha256(data).hexdigest()
    (found,) = source.findings
    count = len(PARTING.findall(PLAN))
    assert (found.code, dict(found.detail)["count"]) == ("unseen-left-out", str(count))
    assert all(f"U+{ord(char):04X}" in dict(found.detail)["text"] for char in unseen)


def test_entities_and_elements_make_no_difference() -> None:
    written = page(parted(PLAN, "\xad")).replace("\xad", "<b>&shy;</b>")
    assert read(written.encode()).text == PLAN


def test_they_are_left_out_of_a_page_hidden_until_a_script_shows_it() -> None:
    written = page(parted(PLAN)).replace("<body>", "<body style='display:none'>")
    assert read(written.encode()).text == PLAN


def test_lines_and_cells_that_hold_nothing_else_are_empty() -> None:
    rows = "<tr><td>任务</td><td>责任单位</td></tr><tr><td>\u200b</td><td>省教育厅</td></tr>"
    source = read((page(parted(PLAN)) + f"<p>\u200b</p><table>{rows}</table>").encode())
    assert source.text == f"{PLAN}任务\n责任单位\n省教育厅\n"
    (table,) = source.tables
    assert [source.text[c.span.start : c.span.end] for c in table.cells] == ["任务", "责任单位", "", "省教育厅"]


def test_a_few_stay() -> None:
    text = PLAN.replace("书屋", "书\u200b屋")
    source = read(page(text).encode())
    assert (source.text, source.findings) == (text, ())


def test_marks_that_turn_the_text_around_stay() -> None:
    text = parted(PLAN, "\u202e")
    assert read(page(text).encode()).text == text


@pytest.mark.parametrize("name", ["plan.txt", "plan.md"])
def test_plain_text_is_read_as_it_stands(name: str) -> None:
    text = parted(PLAN)
    assert read(text.encode(), name).text == text


def test_a_word_document_is_read_without_them() -> None:
    body = "".join(docx.p(line) for line in parted(PLAN).splitlines())
    source = read(docx.docx(body), "plan.docx")
    assert source.text == PLAN
    assert [f.code for f in source.findings] == ["unseen-left-out"]


def test_the_ranges_of_a_block_move_with_its_text() -> None:
    one, two = FilePlace(page=1), FilePlace(page=2)
    text = parted("（一）建设数字书屋", "\u200b")
    at = text.index("数")
    block = Block("list-item", text, one, generated=((0, 3),), parts=((0, at, one), (at, len(text), two)))
    draft = draft_of([Block("paragraph", parted(PLAN.replace("\n", "")), one), block])
    anchor = draft.anchors[1]
    (span, _), (behind, place) = anchor.parts
    assert draft.text[anchor.span.start : anchor.span.end] == "（一）建设数字书屋"
    assert [draft.text[s.start : s.end] for s in (span, behind, *anchor.generated)] == [
        "（一）建设",
        "数字书屋",
        "（一）",
    ]
    assert (place, len(draft.text)) == (two, draft.main.end)


def build(text: str) -> Built:
    settings = Settings()
    lexicon, options = load_lexicon(settings), Options(version="t")
    return build_document(page(text).encode(), name="page.html", settings=settings, lexicon=lexicon, options=options)


def test_the_graph_of_such_a_page_is_proved_and_says_what_that_of_a_clean_page_says() -> None:
    built, clean = build(parted(PLAN)), build(PLAN)
    assert len(built.annotations.actions) == 2
    assert (built.annotations.actions, built.source.sha256) == (clean.annotations.actions, clean.source.sha256)
    fresh = Fresh(sha256=built.source.sha256, base=built.base, graphs=built.graphs)
    assert verify([(*t, "") for t in fresh.statements], [built.source], fresh=[fresh]).level == "proved"


def test_time_grows_with_the_length() -> None:
    assert grows_with(lambda n: between_letters(parted(PLAN) * n), small=20)
