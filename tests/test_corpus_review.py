"""Names that no register knows, over all documents of a corpus; what is decided on one holds wherever it stands."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from tests.support import csv_rows, invoke
from tests.test_corpus_build import ONE, RECIPE

from kgbuild import api, terms
from kgbuild.api.corpus.build import build_corpus
from kgbuild.api.corpus.layout import Layout
from kgbuild.api.corpus.part import Recipe
from kgbuild.errors import InputError
from kgbuild.review import NAME_COLUMNS, read_decisions
from kgbuild.text.decisions import EVERYWHERE, Decision, place_decisions

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "贵州省{year}年科普工作要点\n一、任务\n1.办好活动。（责任单位：{one}、省教育厅）\n2.编写读本。（{two}）\n"
ODD, CENTRE = "省科学技术厅技术推广站", "趣味科学推广中心"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    for n, (one, two) in enumerate([(ODD, CENTRE), (ODD, ODD), ("省科协", "省财政厅")]):
        (folder / f"p{n}.txt").write_text(TEXT.format(year=2021 + n, one=one, two=two), "utf-8")
    return folder


def decide(folder: Path, rows: list[dict[str, str]], **decisions: tuple[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / "names.csv").open("w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, rows[0].keys())
        writer.writeheader()
        for row in rows:
            decision, value = decisions.get(row["quote"], ("", ""))
            writer.writerow(row | {"decision": decision, "value": value})
    return folder


def assigned(place: Path) -> list[str]:
    query = f"""SELECT ?l {{
        ?s {terms.gplan("assignee")} ?b ; {terms.gplan("linkMethod")} {terms.code("method-decision")} .
        ?b <{terms.SKOS}prefLabel> ?l FILTER(LANG(?l) = "zh")
    }}"""
    return sorted(str(row[0]) for row in api.open_store(place / "store").store("asserted").select(query).rows)


def test_names_come_by_frequency_with_candidates_and_decisions_hold_everywhere(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    rows = csv_rows(api.review_corpus(place))
    assert [(r["quote"], r["times"], r["documents"], r["place"]) for r in rows] == [
        (ODD, "3", "2", "贵州省"),
        (CENTRE, "1", "1", "贵州省"),
    ]
    assert rows[0]["candidates"].split("、")[0] == "贵州省科学技术厅"
    assert rows[0]["example"] == "办好活动。"
    assert [r["quote"] for r in csv_rows(api.review_corpus(place, least=2))] == [ODD]
    decisions = decide(tmp_path / "decisions", rows, **{ODD: ("accept", ""), CENTRE: ("other", "贵州省科学技术协会")})
    build_corpus([sources], place, recipe=Recipe(decisions=decisions), crew=ONE)
    assert assigned(place) == ["贵州省科学技术协会", *["贵州省科学技术厅"] * 3]
    assert csv_rows(api.review_corpus(place)) == []
    codes = {code for r in Layout(place).read_manifest() for code in r.findings}
    assert "decision-not-applied" not in codes  # a document without the name misses nothing


def test_a_decision_on_one_place_goes_before_one_on_the_name() -> None:
    norm = "（省科协、省教育厅）（省科协）"
    one = Decision(quote="省科协", before="（", after="、省教育厅）（省科协）", verdict="reject")
    all_ = Decision(quote="省科协", before=EVERYWHERE, after=EVERYWHERE, verdict="other", value="x")
    placed = place_decisions(norm, [all_, one])
    assert [d.verdict for _, d in sorted(placed.placed.items())] == ["reject", "other"]
    assert placed.unused(set()) == [one]
    assert place_decisions("省妇联", [all_]).unused(set()) == []


def test_accept_needs_a_candidate(tmp_path: Path) -> None:
    row = dict.fromkeys(NAME_COLUMNS, "") | {"quote": CENTRE, "before": EVERYWHERE, "after": EVERYWHERE}
    folder = decide(tmp_path / "d", [row], **{CENTRE: ("accept", "")})
    with pytest.raises(InputError, match="accept without a candidate"):
        read_decisions(folder)


def test_the_command_writes_the_table(sources: Path, tmp_path: Path) -> None:
    build_corpus([sources], tmp_path / "corpus", recipe=RECIPE, crew=ONE)

    done = invoke("corpus", "review", tmp_path / "corpus", "-o", tmp_path / "names.csv", "--least", "2")
    assert done.exit_code == 0, done.output
    assert [r["quote"] for r in csv_rows((tmp_path / "names.csv").read_bytes())] == [ODD]
    assert isinstance(invoke("corpus", "review", tmp_path / "none").exception, InputError)
