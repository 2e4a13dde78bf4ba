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
from kgbuild.search import Entry, WordIndex, _fold, passages_of

DATA = Path(__file__).parent / "data"
FILES = [DATA / "mini.ttl", DATA / "later.ttl"]
SIGNS = "科协省农民人才a5〔〕、“《 \"'*\x00_\U00020000ａ５é"


def index(*texts: str) -> WordIndex:
    """An index of texts whose words are given between bars, which are no part of them."""
    cut = {text.replace("|", ""): text.split("|") for text in texts}
    passages = [Entry(kind="action", text=text, node=f"http://x/{i}") for i, text in enumerate(cut)]
    return WordIndex(passages, cut.__getitem__)


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
    assert count == {
        "action": 12,
        "measure": 8,
        "section": 6,
        "body": 13,
        "population": 7,
        "initiative": 2,
        "document": 3,
    }
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


# -- measures, and the index beside a store -----------------------------------------------------------------------
EXAMPLE = Path(__file__).parents[1] / "examples" / "yunling-2025.txt"


def test_measures_are_found_in_their_action() -> None:
    built = api.build(EXAMPLE, validate=False)
    graph = api.Graph((*t, f"<{name}>") for name, triples in built.graphs().items() for t in triples)
    measures = [p for p in passages_of(graph.store("full")) if p.kind == "measure"]
    counted = graph.sparql("SELECT ?m ?path { ?a gplan:hasMeasure ?m ; gplan:itemPath ?path }").rows
    assert {(p.node, p.item) for p in measures} == set(counted)
    text = EXAMPLE.read_text(encoding="utf-8")
    assert all(p.start is not None and text.startswith(p.text, p.start) for p in measures)
    rows = api.find_text(graph, [measures[0].text[:4]], kinds=["measure"], limit=50)
    assert measures[0].node in {row["node"] for row in rows}
    assert {row["kind"] for row in rows} == {"measure"}


def test_the_index_is_kept_beside_a_store_until_the_store_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "corpus.store"
    api.load_store(str(place), [FILES[0]])
    before = api.find_text(api.open_store(place), ["数字"], limit=50)
    kept = tmp_path / "corpus.store.search"
    made = kept.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("kgbuild.search.passages_of", lambda store: pytest.fail("made anew"))
        assert api.find_text(api.open_store(place), ["数字"], limit=50) == before
    api.load_store(str(place), [FILES[1]])
    after = api.find_text(api.open_store(place), ["残疾人"], limit=50)
    assert any(row["document"] and row["kind"] == "action" for row in after)
    assert kept.read_bytes() != made
    in_memory = api.find_text(api.open_graphs(FILES), ["残疾人"], limit=50)
    assert sorted(map(repr, after.rows)) == sorted(map(repr, in_memory.rows))


@pytest.mark.parametrize("content", [b"", b"no index", b"SQLite format 3\x00" + b"\xff" * 100])
def test_a_broken_index_is_made_anew(content: bytes, tmp_path: Path) -> None:
    place = tmp_path / "corpus.store"
    api.load_store(str(place), [FILES[0]])
    (tmp_path / "corpus.store.search").write_bytes(content)
    assert len(api.find_text(api.open_store(place), ["数字"], limit=50)) > 0
    assert (tmp_path / "corpus.store.search").stat().st_size > 10_000


def test_where_nothing_can_be_written_the_index_stays_in_memory(tmp_path: Path) -> None:
    place = tmp_path / "corpus.store"
    api.load_store(str(place), [FILES[0]])
    (tmp_path / "corpus.store.search").mkdir()
    assert len(api.find_text(api.open_store(place), ["数字"], limit=50)) > 0
