"""Names that are only the end of one word and the beginning of the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ahocorasick_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.lexicon.borders import LEAST, Borders, compile_borders, usual_words
from kgbuild.lexicon.words import Word, WordTable

if TYPE_CHECKING:
    from kgbuild.lexicon import Lexicon

NAMES = ("甲乙", "乙丙", "丙丁戊", "丁")
WORDS = {"丑甲": 90, "乙丑": 80, "丑乙": 70, "丙丑": 60, "甲乙": 50}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("老年人社交活动", "人社"),
        ("平台山东分中心", "台山"),
        ("养老机构建设", "构建"),
        ("全面推行人力资源服务", "行人"),
        ("共和国民事法律", "国民"),
    ],
)
def test_what_two_words_make_at_their_border_is_no_word(lexicon: Lexicon, text: str, name: str) -> None:
    start = text.index(name)
    assert lexicon.borders.straddled(text, start, start + len(name))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("省人社厅", "人社"),
        ("支持台山分中心", "台山"),
        ("构建设施网络", "构建"),
        ("机构构建体系", "构建"),
        ("中国人民法院", "人民"),
        ("会同住建部门", "住建"),
        ("引进人才培养基地", "人才"),
    ],
)
def test_a_word_stands_beside_others(lexicon: Lexicon, text: str, name: str) -> None:
    """A neighbour on one side, or one much rarer than the name itself, says nothing."""
    start = text.index(name)
    assert not lexicon.borders.straddled(text, start, start + len(name))


def test_finders_leave_out_what_is_no_word(lexicon: Lexicon) -> None:
    assert [m.concept for m in lexicon.find_populations("全面推行人力资源服务")] == []
    assert [m.concept for m in lexicon.find_populations("方便行人和老年人")] == ["travellers", "elderly"]
    assert [m.concept for m in lexicon.names.find_places("平台山东分中心")] == ["370000"]
    verbs = lexicon.words.table("policy-verbs")
    assert (verbs.end("机构建设", 1), verbs.end("机构建设", 2), verbs.end("来构建", 1)) == (0, 4, 3)


def test_a_word_may_start_inside_what_is_none() -> None:
    table = WordTable([Word("甲乙"), Word("乙丙")], Borders(compile_borders(NAMES, WORDS)))
    assert [table.end("丑甲乙丑", 1), table.ends("丑甲乙丙", 1), table.end("丑甲乙丙", 2)] == [0, [3], 4]


@given(text=st.text("甲乙丙丁戊丑", max_size=24))
def test_matches_are_leftmost_longest_of_the_words(text: str) -> None:
    """The finder that rescans a few characters agrees with one that tries every name at every offset."""
    borders = Borders(compile_borders(NAMES, WORDS))
    kind = ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST
    found = borders.find(ahocorasick_rs.AhoCorasick(NAMES, matchkind=kind), text)
    expected, at = [], 0
    while at < len(text):
        sizes = [(len(n), k) for k, n in enumerate(NAMES) if text.startswith(n, at)]
        # the longest at an offset stands or falls; a shorter one does not take its place
        size, which = max(sizes, default=(0, 0))
        if size and not borders.straddled(text, at, at + size):
            expected.append((which, at, at + size))
            at += size
        else:
            at += 1
    assert found == expected


def test_the_dictionary_gives_usual_words_of_a_few_characters() -> None:
    words = usual_words()
    assert 40_000 < len(words) < 60_000
    assert min(words.values()) >= LEAST
    assert {len(word) for word in words} == {2, 3, 4}
