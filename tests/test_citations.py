"""Cited documents: number, kind, short forms resolved where the text says what they mean, else findings."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.annotations import to_json
from kgbuild.config import Settings
from kgbuild.extract.citations import find_citations
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Options, build_document
from kgbuild.terms import DCTERMS, code, gplan, lexical
from kgbuild.text.titles import kind_of_title

if TYPE_CHECKING:
    from kgbuild.model import CitationMention, Finding
    from kgbuild.pipeline import Built


WORDS = load_lexicon(Settings()).words


def read(text: str, own: str | None = None) -> tuple[list[CitationMention], list[Finding]]:
    return find_citations(text, 0, len(text), WORDS, own_title=own)


def resolved(text: str, own: str | None = None) -> list[str | None]:
    return [c.resolved for c in read(text, own)[0]]


# -- spans and numbers -----------------------------------------------------------------------------------------------
def test_a_title_in_a_title_belongs_to_the_outer_one() -> None:
    text = "落实《云岭省关于对接〈跨海合作协定〉的实施意见》和《关于印发《云岭省茶业规划》的通知》。"
    found, _ = read(text)
    assert [c.title for c in found] == [
        "云岭省关于对接〈跨海合作协定〉的实施意见",
        "关于印发《云岭省茶业规划》的通知",
    ]
    assert all(text[c.span.start] == "《" and text[c.span.end - 1] == "》" for c in found)


def test_a_wrapped_title_is_one_line() -> None:
    assert read("《云岭省\n  茶业促进条例》")[0][0].title == "云岭省茶业促进条例"
    assert read("《没有结束\n\n下一段》")[0] == []


@pytest.mark.parametrize(
    ("behind", "number"),
    [
        ("(云政发〔2021〕16号)", "云政发〔2021〕16号"),
        ("(云政发[2021]16 号,以下简称《意见》)", "云政发〔2021〕16号"),
        ("(云政办字(2021)第6号)", "云政办字〔2021〕第6号"),
        ("(国务院令第449号)", "国务院令第449号"),
        ("(云岭省茶叶局公告2023年第11号)", "云岭省茶叶局公告2023年第11号"),
        ("(GB/T 9704-2012)", "GB/T9704-2012"),
        ("(征求意见稿)", None),
        ("(见附件1)", None),
        ("(RCEP)", None),
        ("要求,云政发〔2021〕16号", None),
    ],
)
def test_the_number_stands_in_the_bracket_behind(behind: str, number: str | None) -> None:
    text = f"按照《云岭省茶业发展意见》{behind}"
    (first, *_), _ = read(text)
    assert first.number == number
    if number and first.number_span:
        assert text[first.number_span.start : first.number_span.end].startswith(number[:2])


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("茶业振兴纲要(2021—2035年)", "outline"),
        ("云岭省茶业三年行动计划", "plan"),
        ("关于做好茶叶采摘工作的通知", "notice"),
        ("茶叶质量管理办法", "administrative_measures"),
        ("中华人民共和国茶业法", "law"),
        ("茶叶检验方法", "method"),
        ("云岭省茶业条例(修订草案)", "regulation"),
        ("茶业规划纲要草案", "outline"),
        ("采摘登记表", None),
    ],
)
def test_the_kind_is_what_the_title_ends_with(title: str, kind: str | None) -> None:
    assert kind_of_title(title, WORDS) == kind


# -- which document is meant -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "definition",
    [
        "(以下简称《纲要》)",
        "(以下简称“纲要”)",
        '(以下简称"纲要")',
        "(以下简称纲要)",
        "(云发〔2021〕3号,以下简称《纲要》)",
        "(云发〔2021〕3号)(以下简称《纲要》)",
        ",以下简称《纲要》,",
    ],
)
def test_a_defined_short_form_means_the_document_before_it(definition: str) -> None:
    text = f"根据《茶业振兴行动纲要》{definition}和《水利规划纲要》制定。落实《纲要》要求。"
    found, findings = read(text)
    last = found[-1]
    assert (last.title, last.resolved, last.rule, last.grade) == (
        "纲要",
        "茶业振兴行动纲要",
        "defined-short-title",
        "rule",
    )
    assert findings == []


def test_a_definition_holds_only_behind_it_and_the_last_one_counts() -> None:
    text = "《规划》先行。《茶业规划》(以下简称《规划》)。《规划》。《水利规划》(以下简称《规划》)。《规划》。"
    assert resolved(text) == [None, "茶业规划", "茶业规划", "茶业规划", "水利规划", "水利规划", "水利规划"]


def test_a_definition_of_a_body_defines_no_document() -> None:
    found, findings = read("《茶业规划》和《水利规划》由茶业管理委员会(以下简称“规划”)执行。《规划》如下。")
    assert found[-1].resolved is None
    assert [f.detail for f in findings] == [(("text", "规划"),)]


def test_a_general_word_means_the_only_title_that_ends_so() -> None:
    found, findings = read("落实《茶业振兴行动纲要(2021—2035年)》和《茶业条例》。按《纲要》评估。")
    assert (found[-1].resolved, found[-1].rule, found[-1].grade) == (
        "茶业振兴行动纲要(2021—2035年)",
        "only-such-title",
        "context",
    )
    assert findings == []


@pytest.mark.parametrize(
    "text", ["按《纲要》评估。", "《茶业纲要》《水利纲要》。按《纲要》评估。", "按《纲要》评估《茶业纲要》。"]
)
def test_a_short_form_that_may_mean_several_or_none_is_a_finding(text: str) -> None:
    found, findings = read(text)
    short = next(c for c in found if c.title == "纲要")
    assert short.resolved is None
    assert [(f.code, f.span) for f in findings] == [("unresolved-citation", short.span)]


def test_a_short_form_with_a_number_is_no_finding() -> None:
    found, findings = read("见《通知》(云政发〔2021〕16号)。")
    assert (found[0].resolved, found[0].number, findings) == (None, "云政发〔2021〕16号", [])


def test_mentions_of_one_document_share_their_meaning() -> None:
    text = "《中华人民共和国茶业法》第三条;《茶业法》第四条;《 茶业法》。"
    assert set(resolved(text)) == {"中华人民共和国茶业法"}


def test_the_document_itself_is_self() -> None:
    assert resolved("《云岭省茶业要点》已定。《其他办法条例》", own="云岭省茶业要点") == ["self", "其他办法条例"]


# -- any text --------------------------------------------------------------------------------------------------------
PIECES = st.sampled_from([*"《》〈〉()“”\n3号", "纲要", "茶业", ",以下简称", "〔2021〕", "国发"])


@given(st.lists(PIECES, max_size=80).map("".join))
def test_any_text_gives_citations_in_order(text: str) -> None:
    found, findings = read(text)
    assert all(text[c.span.start] == "《" and text[c.span.end - 1] == "》" for c in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    assert {f.span for f in findings} == {c.span for c in found if c.resolved is None and c.number is None}


# -- kinds of documents: one vocabulary for JSON and graph -------------------------------------------------------------
def test_every_kind_of_document_is_read_from_its_labels() -> None:
    kinds = WORDS.codes("document-kinds")
    assert set(kinds.values()) == set(WORDS.concepts("document-kinds"))
    for label, kind in kinds.items():
        assert kind_of_title(f"云岭省茶业发展{label}", WORDS) == kind, label
        assert WORDS.concepts("document-kinds")[kind] == code(f"doc-{kind.replace('_', '-')}")


def test_json_and_graph_give_a_cited_document_the_same_kind() -> None:
    titles = ["云岭省茶业若干措施", "云岭省茶业工作安排", "云岭省茶业公报", "云岭省茶业条例", "云岭省茶叶分级方法"]
    text = "云岭省2025年茶业工作要点\n一、茶园\n1.落实" + "".join(
        f"《{t}》（岭政发〔2024〕{n}号）、" for n, t in enumerate(titles, 1)
    )
    lexicon = load_lexicon(Settings())
    built = build_document(
        f"{text}办好茶园。".encode(),
        name="plan.txt",
        settings=Settings(),
        lexicon=lexicon,
        options=Options(version="0"),
    )
    said = {c["title"]: c["kind"] for c in to_json(built.annotations, lexicon)["citations"]}
    title, kind = f"<{DCTERMS}title>", gplan("documentKind")
    nodes = {lexical(o): s for s, p, o in built.asserted if p == title}
    written = {t: [o for s, p, o in built.asserted if s == nodes[t] and p == kind] for t in titles}
    assert said == dict(zip(titles, ["measures", "arrangement", "communique", "regulation", "method"], strict=True))
    assert written == {t: [code(f"doc-{k}")] for t, k in said.items()}


def build_citing_twice(behind: str) -> Built:
    """Build a plan that cites one document with a blank in its title, `behind` behind it, and without one."""
    text = (
        f"云岭省茶业工作方案\n一、任务\n1.落实《云岭省 农业厅关于茶业的通知》{behind}，"
        "执行《云岭省农业厅关于茶业的通知》（岭农〔2025〕1号）。（省农业农村厅）\n"
    )
    return build_document(
        text.encode(),
        name="plan.txt",
        settings=Settings(),
        lexicon=load_lexicon(Settings()),
        options=Options(version="0"),
    )


def test_a_document_cited_with_and_without_a_blank_has_one_title() -> None:
    built = build_citing_twice("（岭农〔2025〕1号）")
    titles = {lexical(o) for _, p, o in built.asserted if p == f"<{DCTERMS}title>"}
    assert titles >= {"云岭省 农业厅关于茶业的通知"}
    assert "云岭省农业厅关于茶业的通知" not in titles


def test_of_two_wordings_of_a_title_each_document_has_the_first_that_names_it() -> None:
    built = build_citing_twice("精神")
    numbered = next(s for s, p, _ in built.asserted if p == gplan("documentNumber"))
    assert {lexical(o) for s, p, o in built.asserted if s == numbered and p == f"<{DCTERMS}title>"} == {
        "云岭省农业厅关于茶业的通知"
    }
