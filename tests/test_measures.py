"""The text of an action cut into measures, aims and context, with leading verbs and deontic force."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import grows_with

from kgbuild import terms
from kgbuild.api import annotations_of, build
from kgbuild.config import load_settings
from kgbuild.extract.measures import _Grammar, find_measures
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Correction, Span
from kgbuild.text.passage import Passage, passage

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.model import MeasureMention

LEXICON = load_lexicon(load_settings(None))


def read(text: str) -> list[MeasureMention]:
    return find_measures(Passage(text, 0), LEXICON)


def pieces(text: str) -> list[str]:
    return [text[m.span.start : m.span.end] for m in read(text)]


def verbs(text: str) -> list[list[str]]:
    return [[text[v.start : v.end] for v in m.verbs] for m in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("举办茶艺展览,培训茶农;推广新品种。", ["举办茶艺展览", "培训茶农", "推广新品种"]),
        ("成立茶业基金、评选茶艺能手", ["成立茶业基金", "评选茶艺能手"]),
        ("组织茶艺、剪纸、竹编等展示活动", ["组织茶艺、剪纸、竹编等展示活动"]),
        ("搭建、完善茶农服务平台", ["搭建、完善茶农服务平台"]),
        ("加强茶园管护能力、加工水平和品牌策划能力", ["加强茶园管护能力、加工水平和品牌策划能力"]),
        ("引导茶农学习技术、提升品质", ["引导茶农学习技术、提升品质"]),
        ("提升执行决定、服务群众等方面的能力", ["提升执行决定、服务群众等方面的能力"]),
        ("开展“送技术,下茶山”活动", ["开展“送技术,下茶山”活动"]),
        ("落实优惠政策(含减税,免费)", ["落实优惠政策(含减税,免费)"]),
        ("建立茶园档案\n  \n完善制度。", ["建立茶园档案", "完善制度"]),
        (" ,。;", []),
        ('融入“茶旅一体"工程,培训茶农', ['融入“茶旅一体"工程', "培训茶农"]),
        ("办好“茶艺展览,培训茶农", ["办好“茶艺展览", "培训茶农"]),
    ],
)
def test_cut_at_marks_and_between_verb_object_phrases_never_in_a_list(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("围绕茶农需求,举办技术讲座,提高茶农技能。", ["context", "measure", "aim"]),
        ("提高茶农技能。", ["measure"]),
        ("举办讲座。提高茶农技能。", ["measure", "measure"]),
        ("举办讲座,提高茶园管理水平。", ["measure", "measure"]),
        ("举办讲座,促进茶旅融合。", ["measure", "measure"]),
        ("确保茶农增收。", ["aim"]),
        ("以春茶为重点,加强质量检查。", ["context", "measure"]),
        ("到2027年,建成示范茶园40个。", ["context", "measure"]),
        ("依托云岭茶业研究所搭建茶树种质库。", ["measure"]),
        ("按照分类指导的原则,制定方案。", ["context", "measure"]),
        ("对符合条件的茶企,给予支持。", ["context", "measure"]),
        ("编制规划时,征求茶农意见。", ["measure", "measure"]),
        ("在编制规划时,征求茶农意见。", ["context", "measure"]),
        ("建设交易市场,为茶农增收提供保障。", ["measure", "aim"]),
        ("完善服务器机房,建设茶业网。", ["measure", "measure"]),
        ("到2027年,茶农收入显著提高,市场体系基本形成。", ["context", "aim", "aim"]),
        ("对新建的连片示范茶园,给予支持。", ["context", "measure"]),
        ("首次参展的,给予支持。", ["context", "measure"]),
        ("截至2030年底,建成茶园12处。举办讲座。", ["context", "context", "measure"]),
        ("近年来,茶农收入增加。切实解决目前存在的问题。", ["context", "context", "measure"]),
    ],
)
def test_roles(text: str, roles: list[str]) -> None:
    assert [m.role for m in read(text)] == roles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("深入开展茶艺展示", ["开展"]),
        ("办好茶艺大赛", ["办好"]),
        ("组织开展茶艺大赛", ["组织开展"]),
        ("搭建、完善服务平台", ["搭建", "完善"]),
        ("鼓励和支持茶企参展", ["鼓励", "支持"]),
        ("把茶文化纳入课程", ["纳入"]),
        ("将茶艺作为特色课程", ["作为"]),
        ("面向茶农开展讲座", ["开展"]),
        ("在茶山乡镇广泛开展讲座", ["开展"]),
        ("为茶企搭建展示平台", ["搭建"]),
        ("各县(区)要认真制定方案", ["制定"]),
        ("以春茶为重点", ["以"]),
        ("把握市场规律", ["把握"]),
    ],
)
def test_leading_verbs(text: str, expected: list[str]) -> None:
    assert verbs(text) == [expected]


@pytest.mark.parametrize(
    ("text", "force"),
    [
        ("建设示范茶园", "must"),
        ("各茶企应当建立台账", "must"),
        ("确保茶农增收", "must"),
        ("不得使用禁用农药", "must_not"),
        ("严禁以次充好", "must_not"),
        ("各县可通过竞赛等方式选拔能手", "may"),
        ("允许茶企自主定价", "may"),
        ("鼓励茶企参展", "encourage"),
        ("引导茶农入社", "encourage"),
        ("探索建立茶园托管制度", "explore"),
        ("适应市场变化", "must"),
        ("围绕茶农需求", None),
        ("发展可持续茶业", "must"),
    ],
)
def test_deontic_force(text: str, force: str | None) -> None:
    assert [m.force for m in read(text)] == [force]


def test_what_is_told_of_the_past_has_no_force() -> None:
    assert [m.force for m in read("截至2030年底,建成茶园12处。举办讲座。")] == [None, None, "must"]
    assert [m.force for m in find_measures(Passage("举办讲座3场。", 0), LEXICON, is_past=True)] == [None]


def test_an_item_below_a_heading_that_looks_back_demands_nothing(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(
        "云岭省茶业行动方案\n一、发展基础\n1.建成茶园12处。\n二、重点任务\n1.新建茶园3处。（省农业农村厅）\n", "utf-8"
    )
    made = build(str(plan), validate=False).built.annotations
    assert [[m.force for m in a.measures] for a in made.actions] == [[None], ["must"]]


def test_an_aim_that_orders_nothing_has_no_force() -> None:
    assert [m.force for m in read("举办讲座,提高茶农技能。")] == ["must", None]


def test_a_restored_word_is_read_and_its_span_is_that_of_the_source() -> None:
    text = "展开了讲座"
    fix = Correction(span=Span(0, 3), original="开展", certainty="certain", rule="r")
    (found,) = find_measures(passage(text, Span(0, 5), [fix]), LEXICON)
    assert found.span == Span(0, 5)
    assert found.verbs == (Span(0, 3),)


_PLAN = (
    "云岭省茶业工作要点\n\n一、重点任务\n\n1.建设茶园。\n\n"
    "2.围绕茶农需求，鼓励茶企开展培训，提高茶农技能。（省教育厅）\n"
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "plan.txt"
    file.write_text(_PLAN, encoding="utf-8")
    return file


def test_actions_and_items_without_statement_have_measures_in_the_annotations(plan: Path) -> None:
    found = annotations_of(str(plan))
    actions, items = found["actions"], found["unassigned_items"]
    assert isinstance(actions, list)
    assert isinstance(items, list)
    measures = actions[0]["measures"]
    assert [(m["role"], m["force"]) for m in measures] == [("context", None), ("measure", "encourage"), ("aim", None)]
    assert [[v["surface"] for v in m["leading_verbs"]] for m in measures] == [["围绕"], ["鼓励"], ["提高"]]
    assert all(_PLAN[m["start"] : m["end"]] == m["surface"] for m in measures)
    assert [m["surface"] for m in items[0]["measures"]] == ["建设茶园"]


def test_measures_are_nodes_in_order_with_role_force_verb_and_evidence(plan: Path) -> None:
    built = build(str(plan)).built
    asserted = built.asserted

    def values(subject: str, name: str) -> list[str]:
        return sorted(o for s, p, o in asserted if s == subject and p == terms.gplan(name))

    nodes = sorted({s for s, _, o in asserted if o == terms.gplan("Measure")}, key=lambda n: values(n, "measureOrder"))
    assert len(nodes) == 4
    roles = {o for n in nodes for o in values(n, "measureRole")}
    assert roles == {terms.code("measure-context"), terms.code("measure-measure"), terms.code("measure-aim")}
    assert {o for n in nodes for o in values(n, "deonticForce")} == {
        terms.code("force-encourage"),
        terms.code("force-must"),
    }
    assert {o for n in nodes for o in values(n, "policyVerb")} == {'"围绕"', '"鼓励"', '"提高"', '"建设"'}
    assert all(
        len(values(n, "evidence")) == len(values(n, "confidence")) == len(values(n, "extractionRule")) == 1
        for n in nodes
    )
    owners = [s for s, p, o in asserted if p == terms.gplan("hasMeasure") and o in nodes]
    assert len(owners) == 4
    assert len(set(owners)) == 2


_WORDS = st.sampled_from(
    [*",。;、“”《》()\n要可为把将在的等", "开展", "围绕", "以", "提高", "鼓励", "不得", "茶农", "和", "深入", "各县"]
)


@given(st.one_of(st.text(max_size=80), st.lists(_WORDS, max_size=40).map("".join)))
def test_pieces_are_in_order_and_leave_out_only_marks_and_blanks(text: str) -> None:
    found = read(text)
    for a, b in pairwise(found):
        assert a.span.end <= b.span.start
    kept = {i for m in found for i in range(m.span.start, m.span.end)}
    assert all(c.isspace() or c in ",。;、!?—-·:" for i, c in enumerate(text) if i not in kept)
    for m in found:
        assert all(m.span.covers(v) and len(v) for v in m.verbs)
        assert list(m.verbs) == sorted(m.verbs)


@pytest.mark.parametrize("piece", ["深入", "开展", "要", "、开展茶艺", "在", "“", "对的", "围绕", "茶农和"])
def test_the_cost_grows_with_the_text_only(piece: str) -> None:
    assert grows_with(lambda n: read(piece * n), small=200)


_ADVERBS = "{adverbs}|(?:客观|真实|准确|如实){1,2}地"
_ONE = "{policy-verbs}(?:好(?![的家])|到位|起来)?"
_CHAIN = f"(?:(?:{{compounding-verbs}}){{policy-verbs}}好?|{_ONE})"
_PIECES = (
    *("joints", "adverbs", "policy-verbs", "compounding-verbs", "phrase-ends"),
    *("为", "好", "的", "家", "到位", "起来", "如实", "准确", "地", "茶园", "服务", "业", ",", "、", "和", "县"),
)


def test_the_tables_of_verbs_say_what_expressions_of_the_same_words_say() -> None:
    words, grammar = LEXICON.words, _Grammar(LEXICON)
    draw = random.Random(7)  # noqa: S311 - chance, no secret
    lead = words[f"(?:{{joints}}|{_ADVERBS})+"]
    head = words[f"(?:{{joints}}|{_ADVERBS})*?(?P<v>{_CHAIN})"]
    more = words[f"[、和并与或及](?P<v>{_CHAIN})"]
    late = words[f"(?:{{phrase-ends}}|为[^,]{{2,8}}|{_ADVERBS})(?:{_ADVERBS})*(?P<v>{_CHAIN})"]
    found = 0
    for _ in range(400):
        pieces = [draw.choice(_PIECES) for _ in range(draw.randrange(1, 9))]
        text = "".join(draw.choice(sorted(words.of(p))) if p.isascii() and p != "," else p for p in pieces)
        m = head.match(text)
        assert grammar.head(text, 0) == (m.span("v") if m else None), text
        m = lead.match(text)
        assert grammar.lead(text, 0) == (m.end() if m and m.end() < len(text) else 0), text
        spans = [m.span("v") for m in late.finditer(text)]
        assert grammar.late(text, 0) == (spans[-1] if spans else None), text
        assert [*grammar.verbs(text, 0)] == [m.span() for m in words[_ONE].finditer(text)], text
        for at in range(len(text)):
            m = more.match(text, at)
            assert grammar.more(text, at) == (m.span("v") if m else None), text
        found += len(spans)
    assert found > 20


def test_a_chain_of_adverbs_without_a_verb_is_walked_once() -> None:
    assert _Grammar(LEXICON).late("积极" * 3000, 0) is None
    assert _Grammar(LEXICON).head("积极" * 3000, 0) is None
