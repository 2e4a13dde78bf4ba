"""Exceptions and conditions in the sentence of a time or target are told beside it."""

from __future__ import annotations

import pytest
from tests.support import grows_with

from kgbuild.config import Settings
from kgbuild.extract import extract
from kgbuild.lexicon import load_lexicon
from kgbuild.read import read_bytes
from kgbuild.text import parse_document
from kgbuild.text.reading import Reading

LEXICON = load_lexicon(Settings())


def doubts(item: str) -> list[str]:
    text = f"云岭省2026年科普工作方案\n一、工作任务\n1.{item}\n2.加强宣传。"
    doc = parse_document(read_bytes(text.encode(), name="plan.txt", max_bytes=1_000_000), LEXICON)
    found = extract(Reading(document=doc), LEXICON).findings
    return [dict(f.detail)["text"] for f in found if f.code == "exception-or-condition"]


@pytest.mark.parametrize(
    ("item", "doubt"),
    [
        ("2026年6月底前，除海岛外完成光纤改造。", "除海岛外"),
        ("除高海拔地区以外，农村自来水普及率达到95%。", "除高海拔地区以外"),
        ("2026年底前全部完成改造，确有困难的除外。", "确有困难的除外"),
        ("原则上2026年9月30日前完成审批。", "原则上"),
        ("有条件的地区2026年底前完成改造。", "有条件的地区"),
        ("条件成熟的县，公交覆盖率达到80%以上。", "条件成熟的县"),
        ("完成改造。（省教育厅；完成时限：原则上2026年9月底前）", "原则上"),
    ],
)
def test_an_exception_or_condition_is_told(item: str, doubt: str) -> None:
    assert doubts(item) == [doubt]


@pytest.mark.parametrize(
    "item",
    [
        "2026年底前完成病险水库除险加固，扩大对外开放。",
        "2026年底前清除外部广告20处。",
        "力争2026年底前完成改造。",
        "除海岛外，推进光纤改造。",
        "创造有条件的环境。2026年底前完成改造。",
    ],
)
def test_what_limits_no_time_or_target_is_not_told(item: str) -> None:
    assert not doubts(item)


def test_many_times_in_a_sentence_cost_what_they_are_long() -> None:
    assert grows_with(lambda n: doubts("除海岛外，2026年6月底前完成改造，" * n + "。"), small=100)
