"""Full text: complete and exact against literal occurrence, ranked by words, never broken by what a user types."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild import api
from kgbuild.cli.search import search
from kgbuild.errors import UsageError
from kgbuild.search import Index, Passage, _fold, passages_of

DATA = Path(__file__).parent / "data"
FILES = [DATA / "mini.ttl", DATA / "later.ttl"]
SIGNS = "科协省农民人才a5〔〕、“《 \"'*\x00_\U00020000ａ５é"


def index(*texts: str) -> Index:
    """An index of texts whose words are given between bars, which are no part of them."""
    cut = {text.replace("|", ""): text.split("|") for text in texts}
    passages = [Passage(kind="action", text=text, node=f"http://x/{i}") for i, text in enumerate(cut)]
    return Index(passages, cut.__getitem__)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text(SIGNS, max_size=8), min_size=1, max_size=6, unique=True), st.text(SIGNS, min_size=1, max_size=3)
)
def test_found_is_what_holds_the_keyword(texts: list[str], keyword: str) -> None:
    made = index(*texts)
    expected = {f"http://x/{i}" for i, text in enumerate(texts) if _fold(keyword) in _fold(text)}
    try:
        found = {hit.passage.node for hit in made.search([keyword])}
    except UsageError:
        assert not any(c.isalnum() for c in _fold(keyword))
    else:
        assert found == expected
    finally:
        made.close()


@given(st.text(max_size=40))
def test_any_keyword_is_answered_or_a_usage_error(keyword: str) -> None:
    made = index("省科协负责")
    with contextlib.suppress(UsageError):
        assert len(made.search([keyword])) == (_fold(keyword) in "省科协负责")
    made.close()


def test_a_word_of_its_own_comes_before_a_word_that_crosses() -> None:
    made = index("经理|人|才能干", "培养|人才|，不拘一格", "人才")
    assert [hit.passage.node for hit in made.search(["人才"])] == ["http://x/2", "http://x/1", "http://x/0"]
    made.close()


def test_all_keywords_must_be_there_and_hits_are_marked() -> None:
    made = index("省科协|培训|农民", "省科协|评比")
    (hit,) = made.search(["科协", "农民"])
    assert (hit.offset, hit.snippet) == (1, "省«科协»培训«农民»")
    assert made.search(["科协", "工人"]) == []
    made.close()


def test_passages_are_actions_headings_and_names() -> None:
    found = passages_of(api.open_graphs(FILES).store("full"))
    count = {kind: sum(p.kind == kind for p in found) for kind in {p.kind for p in found}}
    # read off the files: 7 + 5 actions, 4 + 2 headings, 8 bodies of which 5 have a second name, and so on
    assert count == {"action": 12, "section": 6, "body": 13, "population": 7, "initiative": 2, "document": 3}
    for passage in found:
        if passage.start is not None:
            name = "mini.txt" if passage.source.startswith("7ad3") else "later.txt"
            assert (DATA / name).read_text(encoding="utf-8").startswith(passage.text, passage.start)


def test_the_command_finds_with_place() -> None:
    args = ["残疾人", "--source", str(DATA / "later.txt"), "--format", "json"]
    for file in FILES:
        args += ["--graph", str(file)]
    rows = json.loads(CliRunner().invoke(search, args).stdout)
    action = next(row for row in rows if row["kind"] == "action")
    line, column = map(int, action["lineColumn"].split(":"))
    assert (DATA / "later.txt").read_text(encoding="utf-8").splitlines()[line - 1][column - 1 :].startswith("残疾人")
    assert action["item"] == "二/3"
    assert "«残疾人»" in action["snippet"]
    limited = CliRunner().invoke(search, [*args, "--limit", "1", "--kind", "population"])
    assert [row["snippet"] for row in json.loads(limited.stdout)] == ["«残疾人»"]


def test_a_keyword_without_letters_is_told() -> None:
    with pytest.raises(UsageError, match="holds no letter"):
        api.find_text(api.open(FILES[0]), ["、"], limit=5)
