"""Texts that crashed a build, or whose graph was rejected, one of each kind; and many made by `fuzz`."""

from __future__ import annotations

import os

import pytest
from tests.fuzz import SHARED, Case, case, faults
from tests.support import IS_FULL

from kgbuild.config import Settings
from kgbuild.errors import InternalError
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Span
from kgbuild.pipeline import Options, annotate, build_document
from kgbuild.proof.verify import verify
from kgbuild.terms import code, gplan
from kgbuild.text.decisions import Decision

COUNT = 1_000 if IS_FULL else 100
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
    "a duty of the whole item": f"{HEAD}1.建书屋，由省教育厅牵头，省科协配合，管理由省财政厅负责。本条由省科协牵头。",
    "a duty behind a bracket": f"{HEAD}1.建设书屋，（省科协牵头）由省教育厅牵头，省科协配合，管理由省财政厅负责。",
    "a year in the line above": f"{HEAD}1.2025年“微光”行动启动，\n成效评估6月底前完成。（责任单位：省教育厅）",
    "a year with digits before it": f"{HEAD}1.推行“岭读通”平台，2022025年3月27日6年第三季度前完成。（省教育厅）",
    "a share below a day": f"{HEAD}1.办班。责任单位：省科协；完成时限：2025年12月\n骨干达到2/3，增长5个百分点左右。",
    "a day in two lines behind the title": (
        "云岭省人民政府办公厅关于深化科普工作若干措施的通知（2023 年5 月\n23 日）\n岭政办发〔2023〕16 号\n\n一、办班。"
    ),
    "a title at the end": "关于印发\n2020年\n云岭省科普工作方案",
}
# Printed lines of forty characters: what belongs together stands in two of them.
TASK = (
    "深入实施科普能力提升行动，面向老年人、农村妇女开展数字技能培训，组织科普志愿者走进社区、学校和企业，"
    "办好云岭科普讲坛和科技活动周，持续推动全省科普工作高质量发展，不断提升公众科学素质和服务水平。"
)
PRINTED = {
    "a shared board behind a bracket": (
        "[责任单位：省科技厅，石桥高新区、云湖度假（旅游）\n区管委会]",
        "石桥高新区管委会",
    ),
    "a shared board in a labelled line": ("\n责任单位：省科协、石桥高新区、\n云湖度假区管委会", "石桥高新区管委会"),
    "a shared board in a bracket left open": ("（责任单位：省科协、石桥高新区、\n云湖度假区管委会", "石桥高新区管委会"),
    "a shared head behind a bracket": (
        "（责任单位：省财政厅（牵头）、省医疗保障局基金处、\n监督处）",
        "省医疗保障局监督处",
    ),
    "a name over the mark of a page": ("\n牵头单位：省科协、省科\n\n# Page 12:\n技厅。完成时限：2025年12月。", ""),
    "an open list": ("（省科协、省教育厅牵头，省直有\n关部门按职责分工负责）", ""),
    "a rate": ("每年举办云岭科普\n集市活动10场以上，其中下乡展览不少于5场。（责任单位：省科协）", ""),
}
PAGES = {
    "no column of numbers": TABLE.format("任务</th><th>责任单位", "开展培训</td><td>省教育厅"),
    "two columns of tasks": TABLE.format(
        "任务</th><th>内容</th><th>责任单位", "培训</td><td>开展培训</td><td>省教育厅"
    ),
    "numbers behind merged tasks": (
        "<table><tr><th>主要内容</th><th>任务</th><th>序号</th><th>责任单位</th></tr>"
        "<tr><td rowspan=2>2.到2025年底，建成科普基地30个。（省科协牵头）</td><td>培训</td><td rowspan=2>（3）</td>"
        "<td>省教育厅</td></tr><tr><td>办好讲坛</td><td>省科协</td></tr></table>"
    ),
    "nothing but bodies": TABLE.format("牵头单位</th><th>责任单位", "省教育厅</td><td>省科协"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_ordinary_text_is_built_and_proved(name: str) -> None:
    assert faults(Case(f"{name}.txt", TEXTS[name].encode()), shapes=True) == []


def printed(tail: str) -> bytes:
    """A plan in printed lines; `tail` stands behind its fourth task."""
    lines = ["云岭省2025年科普工作要点", "一、重点任务"]
    for n in range(1, 9):
        task = f"{n}.{TASK}"
        lines += [task[i : i + 40] for i in range(0, len(task), 40)]
        lines[-1] += tail if n == 4 else "（责任单位：省科协）"
    return "\n".join(lines).encode()


@pytest.mark.parametrize("name", PRINTED)
def test_what_two_printed_lines_hold_is_built_and_proved(name: str) -> None:
    tail, completed = PRINTED[name]
    assert faults(Case("x.txt", printed(tail))) == []
    found = annotate(printed(tail), name="x.txt", settings=(settings := Settings()), lexicon=load_lexicon(settings))
    named = {b.surface for a in found.actions if a.statement for b in a.statement.bodies}
    assert not completed or completed in named


def test_a_name_completed_with_what_stands_elsewhere_is_not_proved() -> None:
    data, lexicon = printed(PRINTED["a shared board in a labelled line"][0]), load_lexicon(Settings())
    built = build_document(data, name="x.txt", settings=Settings(), lexicon=lexicon, options=Options(version="fuzz"))
    written, forged = '"石桥高新区管委会"', '"石桥高新区水利厅"'
    quads = [(s, p, forged if o == written else o, "") for s, p, o in built.asserted | built.graphs.vocabulary]
    assert forged in {q[2] for q in quads}
    report = verify(quads, [built.source])
    assert "normalizedText" in {m.what for m in report.mismatches}


@pytest.mark.parametrize("name", PAGES)
def test_a_table_of_tasks_is_built_and_proved(name: str) -> None:
    page = f"<html><body><h1>云岭省科普工作要点</h1>{PAGES[name]}</body></html>"
    assert faults(Case(f"{name}.html", page.encode())) == []


def test_decisions_that_fit_nowhere_are_found_each() -> None:
    lost = [Decision(quote=q, before="无", after="无", verdict="reject") for q in ("省水利厅", "省林业局", "省林业局")]
    options = Options(version="fuzz", decisions=tuple(lost), decisions_digest="x")
    tried = Case("x.txt", TEXTS["nothing but a page number"].encode(), options=options)
    assert faults(tried, shapes=True) == []
    built = build_document(
        tried.data, name="x.txt", settings=tried.settings, lexicon=load_lexicon(tried.settings), options=options
    )
    code_ = (gplan("findingCode"), code("finding-decision-not-applied"))
    assert len({s for s, p, o in built.asserted if (p, o) == code_}) == 2


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


def test_invented_documents_are_built_and_proved() -> None:
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
