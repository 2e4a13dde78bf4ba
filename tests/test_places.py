"""Where a fact stands in a file without lines, as findings, citations, explanations and verdicts say it."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from tests.docx import docx, p, tbl, tr

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Run

BODY = (
    p("云岭省2031年科普工作要点")
    + p("一、重点任务")
    + p("（一）建设科普书屋。（责任单位：省教育厅、云岭省飞虹办）")
    + tbl(tr("任务", "责任单位"), tr("举办科普讲坛", "省科协"))
)


@pytest.fixture
def built(run: Run, tmp_path: Path) -> tuple[Path, Path, Path]:
    plan, graph, report = tmp_path / "plan.docx", tmp_path / "plan.ttl", tmp_path / "plan.json"
    plan.write_bytes(docx(BODY))
    assert run("build", plan, "-o", graph, "--report", report, "-q")[0] == 0
    return plan, graph, report


def test_blocks_are_printed_with_their_places(run: Run, built: tuple[Path, Path, Path]) -> None:
    lines = [json.loads(line) for line in run("read", built[0], "--places")[1].splitlines()]
    assert lines[2] == {
        "kind": "paragraph",
        "start": 22,
        "end": 50,
        "text": "（一）建设科普书屋。（责任单位：省教育厅、云岭省飞虹办）",
        "place": {"paragraph": 3},
    }
    assert lines[-1]["place"] == {"paragraph": 7, "table": 1, "row": 2, "column": 2}


def test_findings_of_the_report_have_places(built: tuple[Path, Path, Path]) -> None:
    found = json.loads(built[2].read_text(encoding="utf-8"))["findings"]
    places = [f["place"] for f in found if f["code"] == "unresolved-body"]
    assert {"paragraph": 3} in places


def test_explanations_and_citations_name_the_place(run: Run, built: tuple[Path, Path, Path]) -> None:
    plan, graph, _ = built
    code, text, told = run("explain", graph, "一/(一)", "--source", plan, "--lang", "zh")
    assert code == 0, told
    assert "第3段 " in text
    code, text, told = run("query", "action-table", "--graph", graph, "--cite", "--source", plan, "--format", "csv")
    assert code == 0, told
    assert "table 1 row 2" in text


def test_a_binary_source_is_read_again_and_proved(run: Run, built: tuple[Path, Path, Path]) -> None:
    plan, graph, _ = built
    code, text, told = run("verify", graph, "--source", plan)
    assert (code, "proved" in text) == (0, True), told
    plan.write_bytes(docx(BODY.replace("书屋", "书亭")))
    assert run("verify", graph, "--source", plan)[0] == 1


def test_what_does_not_hold_is_said_with_its_place(run: Run, built: tuple[Path, Path, Path]) -> None:
    plan, graph, _ = built
    said = graph.read_text(encoding="utf-8")
    graph.write_text(said.replace('exactText "省教育厅"', 'exactText "省科技厅"'), encoding="utf-8")
    assert graph.read_text(encoding="utf-8") != said
    code, text, _ = run("verify", graph, "--source", plan)
    assert code == 1
    assert "expected '省科技厅', found '省教育厅' (paragraph 3)" in text
    graph.write_text(said.replace('exactText "省科协"', 'exactText "省科技厅"'), encoding="utf-8")
    found = json.loads(run("verify", graph, "--source", plan, "--format", "json")[1])
    assert "table 1 row 2" in {m["place"] for m in found["mismatches"]}


def test_doubts_hits_and_the_reading_view_name_the_place(
    run: Run, built: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    plan, graph, _ = built
    code, text, told = run("review", plan, "--lang", "zh")
    assert code == 0, told
    rows = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    assert "第3段" in {row["place"] for row in rows}
    code, text, told = run("search", "讲坛", "--graph", graph, "--source", plan, "--format", "csv")
    assert code == 0, told
    assert "table 1 row 2" in text
    page = tmp_path / "plan.html"
    assert run("view", graph, "--source", plan, "--lang", "zh", "-o", page)[0] == 0
    html = page.read_text(encoding="utf-8")
    assert 'title="第3段"' in html
    assert '<span class="zh" lang="zh">表1</span>' in html
    assert '<span class="zh" lang="zh">表1 第2行</span>' in html


def test_verdicts_name_the_place(run: Run, built: tuple[Path, Path, Path]) -> None:
    plan, graph, _ = built
    _, text, _ = run("validate", graph, "--source", plan)
    assert "plan.docx: paragraph 3: " in text
    _, text, _ = run("validate", graph, "--source", plan, "--format", "json")
    places = [f["place"] for f in json.loads(text.splitlines()[0])["findings"] if f["place"]]
    assert {"paragraph": 3} in [place.get("in_file") for place in places]


def test_a_number_whose_printed_line_ends_behind_it_is_proved(run: Run, tmp_path: Path) -> None:
    plan, graph = tmp_path / "plan.txt", tmp_path / "plan.ttl"
    wide = ("推动科普工作向基层延伸并支持各地建设书屋" * 2)[:40]
    item = f"（{{}}）\n{wide}\n{wide}\n办好讲坛。（责任单位：省科协）\n"
    items = "".join(item.format(n) for n in "一二三四五六")
    plan.write_text(f"云岭省2031年科普工作要点\n一、重点任务\n{items}", encoding="utf-8")
    assert run("build", plan, "-o", graph, "-q", "--no-validate")[0] == 0
    assert run("verify", graph, "--source", plan)[0] == 0
