"""Rows that say where the text says it: every quote is cut out of the text again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.test_query_answers import ANSWERS

from kgbuild import api
from kgbuild.errors import InputError, UsageError
from kgbuild.queries.template import load_templates

DATA = Path(__file__).parent / "data"
TEXTS = [DATA / "mini.txt", DATA / "later.txt"]
OLD, NEW = "云岭省数字乡村2024年工作要点", "云岭省数字乡村2025年工作要点"


@pytest.fixture(scope="module")
def graph() -> api.Graph:
    return api.open_graphs([DATA / "mini.ttl", DATA / "later.ttl"])


def test_quotes_stand_in_the_text_where_they_say(graph: api.Graph) -> None:
    plans = {OLD: TEXTS[0].read_text(encoding="utf-8"), NEW: TEXTS[1].read_text(encoding="utf-8")}
    seen = 0
    for name, params, _ in ANSWERS:
        if load_templates()[name].form != "SELECT":
            continue
        for row in api.cite_rows(graph.query(name, cite=True, **params), TEXTS):
            if row["citedItem"] is None:
                continue
            text = plans[str(row["citedPlan"])]
            line, column = map(int, str(row["citedAt"]).split(":"))
            offset = sum(len(part) for part in text.splitlines(keepends=True)[: line - 1]) + column - 1
            assert offset == row["offset"]
            label = str(row["citedItem"]).rpartition("/")[2]
            assert str(row["sentence"]) in text
            assert text.splitlines()[line - 1].startswith(label)
            assert str(row["sentence"]) in text.splitlines()[line - 1]
            seen += 1
    assert seen > 150


def test_a_count_is_cited_by_as_many_places(graph: api.Graph) -> None:
    kinds = graph.query("workload-by-kind", cite=True)
    assert [len(q) for q in kinds.quotes] == [row[3] for row in kinds.rows] == [15, 2, 1]
    pairs = graph.query("joint-work", cite=True)
    assert [len(q) for q in pairs.quotes] == [row[2] for row in pairs.rows]
    matrix = graph.query("body-population-matrix", cite=True)
    assert [len(q) for q in matrix.quotes] == [row[2] for row in matrix.rows]


def test_the_nearest_words_are_cited(graph: api.Graph) -> None:
    rows = graph.query("evidence-for-responsibility", body="省商务厅", cite=True)
    assert [[q.start for q in quotes] for quotes in rows.quotes] == [[row[5]] for row in rows.rows]
    twice = graph.query("bodies-of-action", item="一/2", plan=OLD, cite=True)
    assert [q[0].start for q in twice.quotes] == [187, 192, 197]
    equal = graph.query("equal-actions", cite=True)
    assert [(q.document, q.item, q.start) for q in equal.quotes[0]] == [(OLD, "一/1", 127), (NEW, "一/1", 72)]


def test_rows_that_rest_on_no_action_have_no_quote(graph: api.Graph) -> None:
    card = graph.query("document-card", cite=True)
    assert card.quotes == ((), ())
    assert len(api.cite_rows(card, [])) == 2
    plan = graph.query("indicator-targets", cite=True)
    assert [(q.item, q.start) for quotes in plan.quotes for q in quotes] == [(None, 47), ("一/2", 126)]


def test_what_cannot_be_cited_is_told(graph: api.Graph) -> None:
    for name in ("every-action-has-a-body", "body-population-network"):
        with pytest.raises(UsageError, match="rest on single places"):
            graph.query(name, cite=True)
    with pytest.raises(InputError, match="is the text of no row"):
        api.cite_rows(graph.query("unregistered-names", cite=True), [TEXTS[1]])


@pytest.mark.parametrize("start", ['"here"', "-7", "1.5", f'"{"9" * 5000}"^^xsd:integer', "gplan:Action"])
def test_an_offset_that_is_none_gives_no_quote(start: str, tmp_path: Path) -> None:
    text = re.sub(
        r"gplan:startOffset \d+", f"gplan:startOffset {start}", (DATA / "mini.ttl").read_text(encoding="utf-8")
    )
    file = tmp_path / "odd.ttl"
    file.write_text(text, encoding="utf-8")
    odd = api.open_graphs([file])
    for name in ("action-table", "initiatives"):
        rows = odd.query(name, cite=True)
        assert rows.rows
        assert not any(rows.quotes)
