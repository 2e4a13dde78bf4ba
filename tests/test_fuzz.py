"""Texts that crashed a build, or whose graph was rejected, one of each kind; and a thousand made by `fuzz`."""

from __future__ import annotations

import os

import pytest
from tests.fuzz import SHARED, Case, case, faults

from kgbuild.config import Settings
from kgbuild.errors import InternalError
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Span
from kgbuild.pipeline import annotate

COUNT = 1_000
HEAD = "云岭省2025年科普工作要点\n一、重点任务\n"
NOTICE = "关于印发云岭省科普工作方案的通知"
CARRIED = f"{NOTICE}\n\n各市（州）人民政府：\n现将《云岭省科普工作方案》印发给你们。\n云岭省人民政府\n2025年3月1日\n\n"
TABLE = "<table><tr><th>{}</th></tr><tr><td>{}</td></tr><tr><td></td><td>省科技厅</td></tr></table>"
TEXTS = {
    "a bracket in a labelled line": "牵头单位：省教育厅（省科技厅配合）",
    "the same in an item": f"{HEAD}1.开展培训。\n牵头单位：省教育厅（省科技厅配合）\n2.办好讲坛。",
    "a bracket that is all of it": f"{HEAD}牵头单位：（海关配合）",
    "a label in the bracket of a label": f"{HEAD}1.做好工作。责任单位：省教育厅（责任单位：省科技厅）",
    "a bracket that goes on in the next line": f"{HEAD}1.做好工作。\n责任单位：省教育厅（省科技厅\n配合）",
    "a label behind an item": f"{HEAD}1.开展培训。牵头单位：省教育厅（省科技厅配合）。2.办好讲坛。",
    "a page number at the start": "\n—1—\n云岭省科普工作要点\n一、重点任务\n1.开展培训。（省教育厅牵头）",
    "nothing but a page number": "\n—1—",
    "the title of the notice again": f"{CARRIED}{NOTICE}\n\n一、重点任务\n1.开展培训。（省教育厅牵头）",
    "two plans of one title": f"{CARRIED}云岭省科普工作方案\n1.开展培训。\n附件\n《云岭省科普工作方案》\n1.办好讲坛。",
    "a bullet behind a name": f"{HEAD}（一）加强组织。（责任单位：省教育厅•、省科技厅）",
    "a hyphen behind a name": f"{HEAD}（一）加强组织。（责任单位：省教育厅‐、省科技厅）",
    "a name behind the bracket of a label": f"{HEAD}1.办班。牵头单位：省教育厅（省科技厅配合）（省财政厅）培训",
    "a title at the end": "关于印发\n2020年\n云岭省科普工作方案",
}
PAGES = {
    "no column of numbers": TABLE.format("任务</th><th>责任单位", "开展培训</td><td>省教育厅"),
    "two columns of tasks": TABLE.format(
        "任务</th><th>内容</th><th>责任单位", "培训</td><td>开展培训</td><td>省教育厅"
    ),
    "nothing but bodies": TABLE.format("牵头单位</th><th>责任单位", "省教育厅</td><td>省科协"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_ordinary_text_is_built_and_proved(name: str) -> None:
    assert faults(Case(f"{name}.txt", TEXTS[name].encode())) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_table_of_tasks_is_built_and_proved(name: str) -> None:
    page = f"<html><body><h1>云岭省科普工作要点</h1>{PAGES[name]}</body></html>"
    assert faults(Case(f"{name}.html", page.encode())) == []


def test_a_bracket_in_a_labelled_line_keeps_its_roles() -> None:
    text = TEXTS["the same in an item"].encode()
    settings = Settings()
    found = annotate(text, name="x.txt", settings=settings, lexicon=load_lexicon(settings))
    (statement,) = [a.statement for a in found.actions if a.statement]
    bodies = [(b.surface, b.role) for b in statement.bodies]
    assert bodies == [("省教育厅", "lead"), ("省科技厅", "cooperating")]


@pytest.mark.parametrize(("start", "end"), [(3, 2), (-1, 2)])
def test_what_is_no_piece_of_a_text_is_no_span(start: int, end: int) -> None:
    with pytest.raises(InternalError, match="is no span"):
        Span(start, end)


def test_a_thousand_documents_are_built_and_proved() -> None:
    wrong = {tried.name: found for n in range(COUNT) if (found := faults(tried := case(2025, n)))}
    assert wrong == {}


@pytest.mark.skipif(
    not SHARED.is_dir() and "shared" not in os.environ.get("KGBUILD_REQUIRE", "").split(","),
    reason="needs ../shared (KGBUILD_SHARED)",
)
def test_the_cases_of_others_are_built_and_proved() -> None:
    files = [f for folder in ("attack", "fuzz-spans") for f in sorted((SHARED / "cases" / folder).iterdir())]
    tried = [Case(f.name, f.read_bytes()) for f in files if f.suffix in {".txt", ".html"}]
    assert len(tried) >= 5
    assert {t.name: found for t in tried if (found := faults(t))} == {}
