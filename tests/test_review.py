"""Doubts out, decisions in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tests.support import csv_rows, invoke

from kgbuild import terms
from kgbuild.api import build, doubts_of
from kgbuild.errors import InputError
from kgbuild.model import Span
from kgbuild.review import COLUMNS, digest_of_decisions, read_decisions
from kgbuild.text.decisions import Decision, place

PLAN = """贵州省科普工作要点

为做好今年科普工作，制定本要点。

一、重点任务

1.办好科普讲座，组织专家进社区、进学校，让居民就近听讲。（省教育厅、省科普联络处、省科协）

2.开展科普巡展，把展品送到乡镇，方便群众观看。（省科协、省科普联络处、省科技局）

3.编写科普读本，供中小学使用，并在网上公开。（省教育厅）
"""


def filled(path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode())


def assignees(file: Path, decisions: Path | None = None) -> dict[str, str]:
    """Wording of each assignment → its body."""
    built = build(file, decisions=decisions, validate=False).built
    spans = {s: terms.lexical(o) for s, p, o in built.asserted if p == terms.gplan("exactText")}
    evidence = {s: spans[o] for s, p, o in built.asserted if p == terms.gplan("evidence")}
    return {f"{evidence[s]}@{s.rsplit('.', 1)[0][-1]}": o for s, p, o in built.asserted if p == terms.gplan("assignee")}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    return file


def test_each_doubt_is_a_row_with_place_and_sentence(plan: Path) -> None:
    rows = csv_rows(doubts_of([str(plan)]))
    assert [(r["quote"], r["code"], r["line"]) for r in rows] == [
        ("省科普联络处", "unresolved-body", "7"),
        ("省科普联络处", "unresolved-body", "9"),
        ("省科技局", "slip-suffix", "9"),
    ]
    assert rows[2]["likely"] == "贵州省科学技术厅"
    assert "进社区" in rows[0]["sentence"]
    assert all(r["decision"] == "" for r in rows)


def test_the_folder_of_the_table_is_made(plan: Path, tmp_path: Path) -> None:
    table = tmp_path / "decisions" / "plan.csv"
    done = invoke("review", plan, "-o", table)
    assert (done.exit_code, table.is_file()) == (0, True), done.output
    (tmp_path / "file").write_text("", encoding="utf-8")
    stopped = invoke("review", plan, "-o", tmp_path / "file" / "plan.csv")
    assert getattr(stopped.exception, "exit_code", 0) == 3


def test_decisions_change_the_graph_and_the_doubts_are_gone(plan: Path, tmp_path: Path) -> None:
    rows = csv_rows(doubts_of([str(plan)]))
    rows[0] |= {"decision": "other", "value": "省科学技术厅"}
    rows[1] |= {"decision": "reject"}
    rows[2] |= {"decision": "accept"}
    folder = tmp_path / "decisions"
    folder.mkdir()
    filled(folder / "plan.csv", rows)
    body = terms.register("body", "")
    got = assignees(plan, folder)
    assert got["省科普联络处@1"] == f"<{body}520000-kjt>" == got["省科技局@2"]
    assert got["省科普联络处@2"] == assignees(plan)["省科普联络处@2"]
    built = build(plan, decisions=folder, validate=False).built
    assert {f.code for f in built.annotations.findings} & {
        "unresolved-body",
        "slip-suffix",
        "decision-not-applied",
    } == set()
    assert any(p == terms.gplan("linkMethod") and o == terms.code("method-decision") for _, p, o in built.asserted)


def test_decisions_survive_a_slightly_corrected_source_and_the_rest_is_reported(plan: Path, tmp_path: Path) -> None:
    rows = csv_rows(doubts_of([str(plan)]))
    for row in rows:
        row |= {"decision": "other", "value": "省科学技术厅"}
    folder = tmp_path / "decisions"
    folder.mkdir()
    filled(folder / "plan.csv", rows)
    moved = PLAN.replace("一、重点任务", "说明：本版有改动。\n\n一、重点任务").replace("、省科技局", "")
    plan.write_text(moved, encoding="utf-8")
    built = build(plan, decisions=folder, validate=False).built
    lost = [dict(f.detail)["text"] for f in built.annotations.findings if f.code == "decision-not-applied"]
    assert lost == ["省科技局"]
    assert not [f for f in built.annotations.findings if f.code == "unresolved-body"]


def test_the_run_states_the_decisions(plan: Path, tmp_path: Path) -> None:
    folder = tmp_path / "decisions"
    folder.mkdir()
    rows = csv_rows(doubts_of([str(plan)]))
    rows[0] |= {"decision": "accept"}
    filled(folder / "a.csv", rows)

    def run(decisions: Path | None) -> str:
        return next(
            s
            for s, _, o in build(plan, decisions=decisions, validate=False).built.asserted
            if o == terms.gplan("ExtractionRun")
        )

    assert run(None) != run(folder)
    assert digest_of_decisions(read_decisions(folder)) != ""


@pytest.mark.parametrize(
    ("change", "message"),
    [({"decision": "perhaps"}, "decision 'perhaps'"), ({"decision": "other"}, "other without a value")],
)
def test_a_wrong_table_is_one_clear_error(plan: Path, tmp_path: Path, change: dict[str, str], message: str) -> None:
    rows = csv_rows(doubts_of([str(plan)]))
    rows[0] |= change
    filled(tmp_path / "t.csv", rows)
    with pytest.raises(InputError, match=message):
        read_decisions(tmp_path)


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("quote,decision\nx,accept\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks the columns after, before, value"):
        read_decisions(tmp_path)


def test_a_quote_that_stands_twice_is_placed_by_its_context() -> None:
    text = "(甲厅、乙局)……(丙委、乙局)"
    exact = Decision(quote="乙局", before="甲厅、乙局)……(丙委、", after=")", verdict="accept")
    assert place(text, exact) == Span(13, 15)
    one_side = Decision(quote="乙局", before="(甲厅、", after="!", verdict="accept")
    assert place(text, one_side) == Span(4, 6)
    neither = Decision(quote="乙局", before="丁", after="!", verdict="accept")
    assert place(text, neither) is None


def test_a_name_that_the_system_does_not_take_is_one_clear_error() -> None:
    with pytest.raises(InputError, match=r"cannot be read|is not a folder"):
        read_decisions(Path("b" * 300))


def test_an_ambiguous_name_is_told_by_the_names_that_it_may_stand_for(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(PLAN.replace("贵州省科普", "贵阳市科普").replace("省教育厅", "市房管局"), encoding="utf-8")
    rows = csv_rows(doubts_of([str(file)], lang="zh"))
    row = next(row for row in rows if row["code"] == "ambiguous-body")
    names = row["message"].partition("可指：")[2].strip("。").split("、")
    assert {"贵阳市房产管理局", "贵阳市房屋管理局"} <= set(names)
    assert row["candidates"] == terms.register("body", "520100-fgj")
