"""The bundled example against answers written down by hand from its text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.support import whole

import kgbuild.api as kgbuild
from kgbuild.api import Graph, annotations_of, open_graphs
from kgbuild.config import load_settings
from kgbuild.lexicon import load_lexicon

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PLAN = EXAMPLES / "yunling-2025.txt"
TEXT = PLAN.read_text(encoding="utf-8")
LEAD, WITH, PLAIN = "lead", "cooperating", "responsible"

# Item and part → role and bodies as printed
BODIES: dict[str, list[tuple[str, str]]] = {
    "1": [(PLAIN, "省农业农村厅 省委网信办 省通信管理局 省邮政管理局")],
    "2": [(LEAD, "省商务厅"), (WITH, "省农业农村厅 省人力资源社会保障厅 省供销社")],
    "3": [(LEAD, "团省委"), (WITH, "省商务厅 省广电局")],
    "4": [(PLAIN, "省农业农村厅 省气象局")],
    "5": [(PLAIN, "省民政厅 省卫生健康委 省老龄办")],
    "6": [(PLAIN, "省数据局 省卫生健康委 人民银行云岭省分行 省残联")],
    "7": [(PLAIN, "省残联 省民政厅 省残联")],
    "8": [(LEAD, "省教育厅"), (WITH, "省科技厅 省科协 团省委")],
    "9": [(PLAIN, "省教育厅 省财政厅")],
    "9.2": [(PLAIN, "省教育厅")],
    "10": [(PLAIN, "省委网信办 省公安厅 省教育厅 省妇联")],
    "11": [(PLAIN, "省人力资源社会保障厅 省工业和信息化厅 省总工会")],
    "12": [(PLAIN, "省委组织部 省数据局")],
    "13": [(PLAIN, "省交通运输厅 省邮政管理局 省总工会")],
    "14": [(PLAIN, "省教育厅 省文化和旅游厅 省广电局")],
    "15": [(PLAIN, "省文化和旅游厅 省科协 各市（州）人民政府")],
    "16": [(PLAIN, "省通信管理局 省发展改革委 省财政厅")],
    "17": [(PLAIN, "各成员单位")],
    "18": [(LEAD, "省委网信办"), (WITH, "各有关部门")],
    "19": [(PLAIN, "省财政厅 省民族宗教委 省卫生计生委")],
    "20": [(PLAIN, "省统计局 省数据局 省委网信办")],
    "21": [(PLAIN, "各市（州）、县（市、区）")],
}
CANONICAL = {
    "团省委": "共青团云岭省委员会",
    "省委网信办": "中共云岭省委网络安全和信息化委员会办公室",
    "省科技厅": "云岭省科学技术厅",
    "省供销社": "云岭省供销合作社联合社",
    "省妇联": "云岭省妇女联合会",
    "省发展改革委": "云岭省发展和改革委员会",
    "人民银行云岭省分行": "中国人民银行云岭省分行",
    "省人力资源社会保障厅": "云岭省人力资源和社会保障厅",
}


@cache
def found() -> dict[str, Any]:
    return annotations_of(str(PLAN))


@cache
def result() -> kgbuild.Result:
    return kgbuild.build(PLAN)


def key(action: dict[str, Any]) -> str:
    part = f".{action['part']}" if action["part"] > 1 else ""
    return str(action["label"]).rstrip(".") + part


def cut(place: dict[str, Any]) -> str:
    return TEXT[place["start"] : place["end"]]


def test_the_header() -> None:
    document = found()["document"]
    cuts = {name: cut(document[name]) for name in ("document_number", "addressee", "signed_date", "plan_title")}
    assert cuts == {
        "document_number": "岭政办发〔2025〕16号",
        "addressee": "各市（州）人民政府，省政府各部门、各直属机构",
        "signed_date": "2025年3月27日",
        "plan_title": "云岭省全民数字素养提升行动方案（2025—2027年）",
    }
    assert [i["canonical"] for i in document["issuers"]] == ["云岭省人民政府办公厅"]
    assert document["publication_date"]["iso"].startswith("2025-04-02T09:30")
    assert document["region"] == {"name": "云岭省", "code": "990000"}
    assert document["period"] == {"from": "2025-01-01", "to": "2027-12-31"}


def test_the_navigation_and_the_footer_are_outside_the_plan() -> None:
    plan = cut(found()["document"]["plan_span"])
    assert plan.startswith("云岭省全民数字素养提升行动方案")
    assert plan.endswith("重大事项及时报告。")


def test_every_heading_is_a_section_and_no_lone_sentence_is_one() -> None:
    headings = [line.strip() for line in TEXT.splitlines() if line.startswith(("一、", "二、", "三、", "四、", "（"))]
    assert [s["heading"]["surface"] for s in found()["sections"]] == [h for h in headings if "此件" not in h]


@pytest.mark.parametrize("item", BODIES)
def test_every_item_names_its_bodies_in_their_roles(item: str) -> None:
    actions = {key(a): a for a in found()["actions"]}
    assert set(actions) == set(BODIES)
    bodies = [(b["role"], b["surface"]) for b in actions[item]["bodies"]]
    assert bodies == [(role, name) for role, names in BODIES[item] for name in names.split()]


def test_short_names_become_official_ones_in_a_province_that_a_user_added() -> None:
    bodies = [b for a in found()["actions"] for b in a["bodies"]]
    assert {b["surface"]: b["canonical"] for b in bodies if b["surface"] in CANONICAL} == CANONICAL
    named = [b for b in bodies if not b["collective"]]
    assert all(b["x_iri"].startswith("https://w3id.org/gplan/id/body/990000-") for b in named)
    assert {b["surface"] for b in bodies if b["collective"]} == {
        *("各成员单位", "各有关部门", "各市（州）人民政府", "各市（州）、县（市、区）"),
    }


def test_without_the_added_province_no_body_is_placed_there(tmp_path: Path) -> None:
    copy = tmp_path / PLAN.name
    copy.write_bytes(PLAN.read_bytes())
    alone: dict[str, Any] = annotations_of(str(copy))
    assert alone["document"]["region"] is None
    assert not [b for a in alone["actions"] for b in a["bodies"] if "990000" in (b["x_iri"] or "")]


def test_the_added_vocabulary_adds_one_division() -> None:
    lexicon = load_lexicon(load_settings(EXAMPLES / "kgbuild.toml"))
    division = lexicon.division("990000")
    assert division is not None
    assert (division.name, division.short, division.label_en) == ("云岭省", "云岭", "Yunling Province")
    assert set(lexicon.divisions) - set(load_lexicon(load_settings(None)).divisions) == {"990000"}


def test_the_two_slips_of_the_author_are_findings_and_the_text_stays() -> None:
    slips = {f["code"]: cut(f["span"]) for f in found()["findings"]}
    assert slips == {"duplicate-body": "省残联", "slip-former-name": "省卫生计生委"}
    seventh = next(a for a in found()["actions"] if key(a) == "7")
    assert [b["duplicate_of"] for b in seventh["bodies"]] == [None, None, 1]


def test_a_short_form_is_resolved_to_what_it_was_defined_for() -> None:
    citations = found()["citations"]
    full = next(c for c in citations if "加快建设" in c["title"])
    assert full["number"] == "岭政发〔2024〕9号"
    short = [c for c in citations if c["surface"] == "《意见》"]
    assert [c["resolved"] for c in short] == [full["title"]] * 2


def test_the_deadlines_and_indicators() -> None:
    eighth = next(a for a in found()["actions"] if key(a) == "8")
    assert [(f["key"], f["iso"]) for f in eighth["fields"]] == [("deadline", "2026-06-30")]
    indicators = {i["surface"]: i for i in found()["indicators"]}
    rate = indicators["全省居民掌握基本数字技能的比例达到72%"]
    assert (rate["value"], rate["unit"], rate["direction"], rate["deadline"]) == (72, "%", ">=", "2027-12-31")
    assert rate["name"].endswith("掌握基本数字技能的比例")
    areas = indicators["2025年底前建成数字体验区60个"]
    assert (areas["value"], areas["unit"], areas["deadline"]) == (60, "个", "2025-12-31")


@pytest.mark.parametrize(
    ("item", "surface", "concept", "role"),
    [
        ("3", "返乡青年", "rural_youth", "target"),
        ("8", "高校科研人员", "researchers", "agent"),
        ("9.2", "乡村教师", "rural_teachers", "target"),
        ("10", "未成年人", "minors", "target"),
        ("13", "新就业形态劳动者", "platform_workers", "target"),
    ],
)
def test_populations(item: str, surface: str, concept: str, role: str) -> None:
    action = next(a for a in found()["actions"] if key(a) == item)
    assert (surface, concept, role) in [(p["surface"], p["concept"], p["role"]) for p in action["populations"]]


def test_the_graph_conforms() -> None:
    report = result().validation
    assert report is not None
    grave = [(r.number, r.focus, r.message("en")) for r in report.results if r.severity == "violation"]
    assert grave == []


def test_every_fact_has_its_proof(tmp_path: Path) -> None:
    path = tmp_path / "plan.ttl"
    path.write_bytes(result().serialise("ttl"))
    report = open_graphs([path]).verify(PLAN)
    assert report.level == "proved"
    assert report.spans > 100


@whole("owlrl takes a minute; of fewer items in test_reason.py")
def test_the_closure_equals_that_of_owlrl() -> None:
    assert kgbuild.build(PLAN, reasoner="owlrl", validate=False).built.inferred == result().built.inferred


def test_the_saved_queries_answer_from_the_text() -> None:
    graph: Graph = result().graph()
    rows = graph.query("bodies-of-action", item="8", lang="zh")
    name = rows.columns.index("asFound")
    assert [row[name] for row in rows.rows] == ["省教育厅", "省科技厅", "省科协", "团省委"]
    table = graph.query("action-table")
    # One row for each action and body: the body that item 7 prints twice has one.
    printed = [name for bodies in BODIES.values() for name in {n for _, names in bodies for n in names.split()}]
    cells = [row[table.columns.index("asFound")] for row in table.rows]
    assert sorted(str(cell) for cell in cells if cell) == sorted(printed)
