"""The shared corpus: every text and page is read, and the pages equal the texts that the gold was made on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support import CORPUS, GOLD, needs_shared

from kgbuild.read import read_bytes

if TYPE_CHECKING:
    from kgbuild.model import SourceText

pytestmark = needs_shared


def read(name: str) -> SourceText:
    return read_bytes((CORPUS / name).read_bytes(), name=name, max_bytes=64_000_000)


def bare(text: str) -> str:
    return "".join(text.split())


def test_every_text_is_read_as_it_is() -> None:
    paths = sorted(CORPUS.glob("*.txt"))
    assert len(paths) > 100
    for path in paths:
        source = read(path.name)
        assert source.text.encode() == path.read_bytes(), path.name
        assert source.reader == "text/1"
        assert source.findings == (), path.name


def test_every_page_is_read_with_a_place_for_every_character() -> None:
    paths = sorted(CORPUS.glob("*.html"))
    assert len(paths) > 20
    for path in paths:
        source = read(path.name)
        assert source.reader == "html/1"
        assert bare("".join(source.text[a.span.start : a.span.end] for a in source.anchors)) == bare(source.text)
        assert {f.code for f in source.findings} <= {"hidden-content"}, path.name


@pytest.mark.parametrize("key", ["0010", "0015", "0057"])
def test_pages_equal_the_text_of_the_gold(key: str) -> None:
    gold = (GOLD / f"{key}.plain.txt").read_text(encoding="utf-8")
    assert bare(read(f"{key}.html").text) == bare(gold)


@pytest.mark.parametrize("key", ["0010", "0015", "0057"])
def test_the_main_part_begins_behind_the_table_at_the_head(key: str) -> None:
    source = read(f"{key}.html")
    before, main = source.text[: source.main.start], source.text[source.main.start : source.main.end]
    assert bare(before).endswith("主题词：")
    assert "扫一扫" not in main
    assert bare(main).startswith("国务院")


def test_the_table_of_responsibilities() -> None:
    source = read("0010.html")
    table = source.tables[-1]
    heads = [bare(source.text[c.span.start : c.span.end]) for c in table.cells if c.header]
    assert heads == ["序号", "改革举措", "主要内容", "指导部门", "推广范围"]
    rows = [[c for c in table.cells if c.row == row] for row in range(max(c.row for c in table.cells) + 1)]
    assert all((len(row) == 1 and row[0].colspan == 5) or [c.column for c in row] == [0, 1, 2, 3, 4] for row in rows)
    numbers = [source.text[row[0].span.start : row[0].span.end] for row in rows if len(row) == 5 and not row[0].header]
    assert [int(number) for number in numbers] == [*range(1, 15), 21, 22, 23]
