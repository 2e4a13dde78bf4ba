"""Exchanged words: found where names and set phrases prove it, left alone elsewhere; nothing is changed in the text."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.annotations import to_json
from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import annotate
from kgbuild.read import read_bytes
from kgbuild.text import parse_document
from kgbuild.text.integrity import MIN_LENGTH, find_corrections

if TYPE_CHECKING:
    from kgbuild.model import Correction, Document

SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
FILLER = "组织开展形式多样的服务，推动优质资源下沉，做到有计划、有步骤，落到实处，抓出成效，使更多的人受益。"


def plan(*items: str, long: bool = True) -> str:
    """A plan of these items, long enough for the absence of a word to say something."""
    body = "".join(f"{n}.{FILLER}{item}\n" for n, item in enumerate(items, 1))
    return f"云岭省工作方案\n一、任务\n{body}" + (f"{len(items) + 1}.{FILLER * 40}\n" if long else "")


def parse(text: str) -> tuple[Document, tuple[Correction, ...]]:
    doc = parse_document(read_bytes(text.encode(), name="plan.txt", max_bytes=1_000_000), LEXICON)
    return doc, find_corrections(doc, LEXICON)


def shown(text: str) -> list[tuple[str, str]]:
    doc, found = parse(text)
    return [(doc.norm[c.span.start : c.span.end], c.original) for c in found]


MANGLED = (
    "（省文明和旅游厅、省教育厅）",
    "（市文明和旅游局、省教育厅、省科协）",
    "保护非物质文明遗产，做好科技文明卫生三下乡。（省教育厅、省文明和旅游厅）",
)


def test_a_word_exchanged_in_names_and_phrases_is_undone() -> None:
    assert shown(plan(*MANGLED)) == [("文明", "文化")] * 5


def test_in_a_short_text_the_absence_of_a_word_says_nothing() -> None:
    text = plan(*MANGLED, long=False)
    assert len(text) < MIN_LENGTH
    assert shown(text) == []


def test_a_word_that_still_stands_in_the_text_was_not_exchanged() -> None:
    assert shown(plan(*MANGLED, "丰富群众文化生活。")) == []


def test_one_name_alone_proves_nothing() -> None:
    assert shown(plan("（省文明和旅游厅、省教育厅）", "（省科协）")) == []


def test_ordinary_words_stay() -> None:
    """A word that mostly stands in its own right breaks nothing by chance."""
    own = [f"建设精神文明第{n}期，争创文明村镇、文明单位、文明校园、文明家庭。（省教育厅）" for n in range(8)]
    assert shown(plan("（省文明和旅游厅、省教育厅）", *own)) == []
    assert shown(plan("加强引导，强化支撑，普及常识，学问深厚。（省教育厅、省科协）")) == []


@pytest.mark.parametrize(
    "names",
    [
        ("（省科普厅、省教育厅）", "（市科普局、省教育厅）"),
        ("（省数字经济发展厅、省教育厅）", "（市数字经济发展局、省教育厅）"),
        ("（省经济贸易委员会、省教育厅）", "（市经济贸易委员会、省教育厅）"),
    ],
)
def test_unknown_names_are_not_made_known(names: tuple[str, ...]) -> None:
    assert shown(plan(*names)) == []


def test_a_listed_replacement_is_undone_in_any_text() -> None:
    wrong, right = LEXICON.restorations[0]
    assert shown(plan(f"学习{wrong}重要讲话。", long=False)) == [(wrong, right)]


def test_both_readings_are_kept_with_their_place() -> None:
    text = plan(*MANGLED)
    found = annotate(text.encode(), name="plan.txt", settings=SETTINGS, lexicon=LEXICON)
    data = to_json(found, LEXICON)
    assert found.document.source.text == text
    for c in data["corruptions"]:
        assert text[c["start"] : c["end"]] == c["surface"] == "文明"
        assert (c["original"], c["certainty"]) == ("文化", "certain")
    body = data["actions"][0]["bodies"][0]
    assert (body["surface"], body["normalised"]) == ("省文明和旅游厅", "省文化和旅游厅")
    codes = [f["code"] for f in data["findings"]]
    assert codes.count("restored-text") == 5


NAMES = ["省文明和旅游厅", "市文明和旅游局", "省工业和讯息化厅", "文明讯息", "非物质文明遗产", "习大大"]
PIECES = [*NAMES, *"（）、。\n", FILLER]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.booleans())
@settings(deadline=None)
def test_corrections_are_in_order_apart_and_in_the_text(text: str, long: bool) -> None:  # noqa: FBT001
    doc, found = parse(plan(text, long=long))
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(found))
    for c in found:
        assert 0 <= c.span.start < c.span.end <= len(doc.norm)
        assert c.original != doc.norm[c.span.start : c.span.end]
