"""The asserted graph: evidence for everything, nothing twice, nothing that the reasoner infers, no blank node."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild import terms
from kgbuild.config import load_settings
from kgbuild.errors import InputError
from kgbuild.graph import emit
from kgbuild.graph.triples import Column, Open, Triples, in_order
from kgbuild.graph.writer import Writer
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, build_document
from kgbuild.terms import PREF, code, gplan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Triple

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SETTINGS = load_settings(EXAMPLES / "kgbuild.toml")
LEXICON = load_lexicon(SETTINGS)
A = f"<{terms.RDF}type>"
DO = "组织开展科普服务，推动优质资源下沉，做到有计划、有步骤"
TWO_PLANS = f"""云岭省人民政府办公厅关于印发《云岭省科普方案》和《云岭省科普要点》的通知
岭政办发〔2025〕3号
各市、县人民政府：
现将《云岭省科普方案》和《云岭省科普要点》印发给你们，请认真贯彻执行。
云岭省人民政府办公厅
2025年3月1日
云岭省科普方案
一、任务
1.{DO}，培训农民。（省教育厅牵头，省科协、省教育厅配合，2025年6月底前完成）总结经验，确保成效。（省融媒体研究院等部门）
云岭省科普要点
一、任务
1.{DO}，实施“科普之光”行动计划，到2027年公民具备科学素质的比例达到15%左右。（各成员单位）
"""


def build(text: str) -> Built:
    options = Options(version="1")
    return build_document(text.encode(), name="plan.txt", settings=SETTINGS, lexicon=LEXICON, options=options)


@cache
def built(name: str) -> Built:
    return build((EXAMPLES / "yunling-2025.txt").read_text(encoding="utf-8") if name == "example" else TWO_PLANS)


def index(triples: Iterable[Triple]) -> dict[str, dict[str, set[str]]]:
    out: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for s, p, o in triples:
        out[s][p].add(o)
    return out


def of_class(triples: Iterable[Triple], name: str) -> list[str]:
    return sorted(s for s, p, o in triples if p == A and o == gplan(name))


both = pytest.mark.parametrize("name", ["example", "two plans"])
STATEMENTS = ("Assignment", "BracketField", "Targeting", "InitiativeUse", "Citation", "IndicatorTarget")


@both
def test_there_is_no_blank_node_and_every_term_is_whole(name: str) -> None:
    graphs = built(name)
    for s, p, o in graphs.asserted | graphs.graphs.vocabulary | graphs.inferred:
        assert s[0] == p[0] == "<"
        assert s[-1] == p[-1] == ">"
        assert o[0] in '<"'
        assert not o.startswith('""'), (s, p)


@both
def test_everything_that_the_text_gives_hangs_on_its_characters(name: str) -> None:
    graph = built(name).asserted
    nodes = index(graph)
    with_evidence = {s for s, p, _ in graph if p == gplan("evidence")}
    for kind in (*STATEMENTS, "Section", "Action", "Mention", "TextCorrection", "Initiative", "BodyGroup"):
        assert set(of_class(graph, kind)) <= with_evidence, kind
    for kind in STATEMENTS:
        for s in of_class(graph, kind):
            assert len(nodes[s][gplan("confidence")]) == len(nodes[s][gplan("extractionRule")]) == 1, s


@both
def test_spans_slice_the_text_again(name: str) -> None:
    found = built(name)
    nodes = index(found.asserted)
    spans = of_class(found.asserted, "SourceSpan")
    assert len(spans) > 30
    for s in spans:
        start, end = (int(terms.lexical(next(iter(nodes[s][gplan(p)])))) for p in ("startOffset", "endOffset"))
        assert terms.lexical(next(iter(nodes[s][gplan("exactText")]))) == found.source.text[start:end]
        assert s.endswith(f".{start}-{end}>")


@both
def test_every_span_is_used_and_every_link_leads_somewhere(name: str) -> None:
    found = built(name)
    everything = found.asserted | found.graphs.vocabulary
    subjects = {s for s, _, _ in everything}
    targets = {o for _, p, o in found.asserted if o.startswith("<") and p != A}
    own = {o for o in targets if o.startswith((f"<{found.base}", f"<{terms.ID}"))}
    assert own <= subjects
    assert set(of_class(found.asserted, "SourceSpan")) <= targets


@both
def test_no_property_is_both_asserted_and_inferred(name: str) -> None:
    found = built(name)
    asserted = {p for _, p, _ in found.asserted}
    inferred = {p for _, p, _ in found.inferred}
    shared = {p for p in asserted & inferred if p.startswith(f"<{terms.GPLAN}")}
    assert shared == set()
    assert found.asserted.isdisjoint(found.inferred)


@both
def test_nothing_is_said_twice(name: str) -> None:
    """Properties that have one value have one."""
    nodes = index(built(name).asserted)
    single = ("role", "assignee", "confidence", "startOffset", "itemPath", "actionOf", "documentDate", "targetValue")
    for s, values in nodes.items():
        for p in single:
            assert len(values[gplan(p)]) <= 1, (s, p)


def test_a_body_named_twice_has_one_assignment_with_both_places() -> None:
    graph = built("two plans").asserted
    nodes = index(graph)
    twice = [s for s in of_class(graph, "Assignment") if len(nodes[s][gplan("evidence")]) > 1]
    assert [nodes[s][gplan("role")] for s in twice] == [{code("role-lead")}]
    assert "duplicate-body" in {f.code for f in built("two plans").annotations.findings}


def test_a_notice_without_a_title_is_named_by_its_number() -> None:
    found = build(
        "岭政公开发〔2025〕3号\n\n各市人民政府：\n\n《云岭省科普要点》已经同意，现印发给你们，请认真执行。\n\n"
        f"云岭省科普办公室\n2025年3月1日\n\n云岭省科普要点\n\n一、任务\n1.{DO}。（省教育厅负责）\n"
    )
    (notice,) = of_class(found.asserted, "TransmittalNotice")
    assert index(found.asserted)[notice][f"<{terms.RDFS}label>"] == {terms.literal("岭政公开发〔2025〕3号", lang="zh")}


def test_number_and_date_of_a_notice_are_not_given_to_its_plans() -> None:
    graph = built("two plans").asserted
    plans, notices = of_class(graph, "Plan"), of_class(graph, "TransmittalNotice")
    assert (len(plans), len(notices)) == (2, 1)
    for p in ("documentNumber", "documentDate", "issuedBy", "mainRecipient"):
        assert [s for s, q, _ in graph if q == gplan(p)] == notices, p
    assert {(s, o) for s, p, o in graph if p == gplan("transmits")} == {(notices[0], p) for p in plans}
    assert sorted(Counter(o for s, p, o in graph if p == gplan("actionOf")).values()) == [1, 2]


def test_what_was_read_becomes_what_is_said() -> None:
    graph = built("two plans").asserted
    counted = {
        kind: len(of_class(graph, kind)) for kind in ("Assignment", "BracketField", "IndicatorTarget", "BodyGroup")
    }
    assert counted["Assignment"] == 4
    assert counted["BracketField"] == 1
    assert counted["IndicatorTarget"] == 1
    assert counted["BodyGroup"] >= 1
    approximate = [s for s, p, o in graph if p == gplan("approximate")]
    assert approximate == of_class(graph, "IndicatorTarget")
    values = {terms.lexical(o) for s, p, o in graph if p == gplan("targetValue")}
    assert values == {"15.0"}
    assert len({s for s, p, _ in graph if p == gplan("openList")}) == 1


def test_no_lead_without_a_word() -> None:
    nodes = index(built("example").asserted)
    leads = {s for s, v in nodes.items() if code("role-lead") in v[gplan("role")]}
    assert leads
    assert all(nodes[s][gplan("roleBasis")] for s in leads)


def test_findings_are_nodes_with_messages_in_both_languages() -> None:
    graph = built("two plans").asserted
    nodes = index(graph)
    found = of_class(graph, "Finding")
    assert len(found) == len({(f.code, f.span) for f in built("two plans").annotations.findings})
    for s in found:
        comments = nodes[s][f"<{terms.RDFS}comment>"]
        assert sorted(c[-3:] for c in comments) == ["@en", "@zh"]
        assert "{" not in "".join(comments)


def test_the_slice_is_what_the_document_uses() -> None:
    found = built("two plans")
    described = {s for s, _, _ in found.graphs.vocabulary}
    used = {o for _, _, o in found.asserted if o.startswith(f"<{terms.GPLANV}")}
    assert used <= described
    assert len(found.graphs.vocabulary) < 1500


WORDS = """
《 》 （ ） ( ) 、 ； ： 。 ， “ ” 1. （1） 2. 省教育厅 省科协 牵头 责任单位： 等部门 农民 培训 达到 15% 到2027年
行动计划 # " \\ 😀 ' < >
"""
PIECES = st.lists(
    st.sampled_from([*WORDS.split(), "一、任务\n", "\n", "\u202e", "\ufffd", "岭政发〔2025〕1号\n"]), max_size=60
).map("".join)


@given(PIECES)
@settings(max_examples=80, deadline=None)
def test_every_text_gives_a_graph_with_evidence(text: str) -> None:
    try:
        found = build(text)
    except InputError:
        return
    graph = found.asserted
    with_evidence = {s for s, p, _ in graph if p == gplan("evidence")}
    for kind in (*STATEMENTS, "Section", "Action", "Mention"):
        assert set(of_class(graph, kind)) <= with_evidence
    assert all(s[0] == "<" for s, _, _ in graph)
    assert of_class(graph, "Plan")


def test_the_tables_of_the_writer_are_gone_before_the_graph_is_put_in_order() -> None:
    left: list[bool] = []

    def ordered(columns: dict[str, Open], already: dict[str, Column]) -> Triples:
        left.append(any(isinstance(o, Writer) and o.columns is columns for o in gc.get_objects()))
        return in_order(columns, already)

    with patch.object(emit, "in_order", ordered):
        build(TWO_PLANS)
    assert left == [False]


def test_what_is_known_of_a_body_is_collected_once_however_often_it_is_named() -> None:
    collected: list[dict[str, Open]] = []

    def ordered(columns: dict[str, Open], already: dict[str, Column]) -> Triples:
        collected.append({name: Open(*map(list, column)) for name, column in columns.items()})
        return in_order(columns, already)

    with patch.object(emit, "in_order", ordered):
        graphs = build(TWO_PLANS.replace("各成员单位", "省教育厅")).graphs
    education = next(s for s, p, o in graphs.asserted if p == PREF and o == '"云岭省教育厅"@zh')
    assert sum(o == education for o in collected[0][gplan("assignee")].objects) == 2
    assert list(zip(*collected[0][PREF], strict=True)).count((education, '"云岭省教育厅"@zh')) == 1


def test_a_name_that_two_documents_call_two_kinds_of_thing_is_two_things() -> None:
    def types(year: int, kind: str) -> dict[str, str]:
        text = (
            f"云岭省{year}年科普工作要点\n一、重点任务\n"
            f"1.办好“云岭开讲”“云岭快评”等{kind}。（省科协负责）\n云岭省科学技术协会\n{year}年3月8日\n"
        )
        built = build(text)
        names = {s: terms.lexical(o) for s, p, o in built.asserted if p == PREF}
        return {f"{names[s]} {s}": o for s, p, o in built.asserted if p == gplan("initiativeType") and s in names}

    campaigns, platforms = types(2024, "活动"), types(2025, "平台")
    assert (
        {name.split()[0] for name in campaigns} == {name.split()[0] for name in platforms} == {"云岭开讲", "云岭快评"}
    )
    assert {*campaigns.values(), *platforms.values()} == {code("type-campaign"), code("type-platform")}
    assert not campaigns.keys() & platforms.keys()
    assert types(2026, "平台") == platforms


STAGE = """云岭省书屋建设方案

一、建设步骤
（一）集中整治阶段（2026年7月—9月）
市教育局要建立台账。各市、各县要开展自查。各部门要加强宣传，推广经验。
"""


def test_the_time_of_a_heading_is_a_statement_of_each_part_below_it() -> None:
    limits = [(s, o) for s, p, o in build(STAGE).asserted if p == gplan("hasTimeLimit")]
    assert len({action for action, _ in limits}) == len({limit for _, limit in limits}) == 3


def test_a_name_with_and_without_blanks_is_one_initiative_with_one_name() -> None:
    twice = (
        "1.办好“12345 茶事热线”平台。（省教育厅）\n2.提升“12345茶事热线”平台，办好“Tea Day 茶日”活动。（省教育厅）\n"
    )
    built_ = build(f"云岭省2026年工作要点\n\n一、任务\n{twice}").asserted
    nodes = {s for s, p, o in built_ if p == A and o == gplan("Initiative")}
    assert sorted(o for s, p, o in built_ if p == PREF and s in nodes) == [
        '"12345茶事热线"@zh',
        '"“Tea Day茶日”活动"@zh',
    ]
