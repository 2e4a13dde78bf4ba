"""Markdown: the file as it stands; its marks are no wording, and its name changes nothing."""

from __future__ import annotations

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, build_document

SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
PLAN = """---
title: 云岭省2031年科普工作要点
责任单位: 省民政厅
---
# 云岭省2031年科普工作要点

## 一、重点任务

1. **建设科普书屋。** 每县一个。（责任单位：省教育厅）
2. 举办科普讲坛。（责任单位：省科协）

> 二、保障措施

- （一）加强督查。（责任单位：省教育厅）
"""


def build(name: str, text: str = PLAN) -> Built:
    options = Options(version="t")
    return build_document(text.encode(), name=name, settings=SETTINGS, lexicon=LEXICON, options=options)


def test_the_text_is_the_file_and_its_marks_are_no_wording() -> None:
    built = build("plan.md")
    source, doc = built.source, built.annotations.document
    assert (source.text, source.reader) == (PLAN, "markdown/1")
    assert [source.text[s.start : s.end] for s in source.left_out] == [PLAN[: PLAN.index("\n# ")], "> ", "- "]
    assert [doc.units[a.unit].path for a in built.annotations.actions] == ["一/1", "一/2", "二/(一)"]
    assert doc.header.title is not None
    assert source.text[doc.header.title.start : doc.header.title.end] == "云岭省2031年科普工作要点"
    assert not any("民政" in p.surface for _, p in built.annotations.parties)


def test_the_same_bytes_say_the_same_under_another_name() -> None:
    one, other = build("plan.md"), build("plan.txt")
    assert one.annotations.actions == other.annotations.actions
    assert other.source.reader == "text/1"


def test_a_text_without_marks_loses_nothing() -> None:
    assert build("a.txt", "一、任务\n- 甲。\n* 乙。\n---\nx: 1\n---\n").source.left_out == ()
