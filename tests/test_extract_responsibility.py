"""Responsibility statements of every layout: what they govern, whom they name, in which role, on which words."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import grows_with, steps

from kgbuild.config import Settings
from kgbuild.extract import extract
from kgbuild.extract.responsibility import roles
from kgbuild.extract.responsibility.brackets import bracket_pairs, split_top
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import annotate
from kgbuild.read import read_bytes
from kgbuild.text import parse_document
from kgbuild.text.reading import Reading

if TYPE_CHECKING:
    from kgbuild.model import Document, Span, Statement

LEXICON = load_lexicon(Settings())
DO = "组织开展科普服务，推动优质资源下沉，做到有计划、有步骤"


def parse(item: str, name: str = "plan.txt") -> tuple[Document, list[Statement]]:
    text = item if name.endswith("html") else f"云岭省科普工作方案\n一、工作任务\n1.{item}"
    doc = parse_document(read_bytes(text.encode(), name=name, max_bytes=1_000_000), LEXICON)
    return doc, [a.statement for a in extract(Reading(document=doc), LEXICON).actions if a.statement]


@dataclass(frozen=True)
class Expected:
    """A statement in short: `lead 省科协@牵头` is a body with its role and the words that the role rests on."""

    bodies: str
    fields: tuple[str, ...] = ()
    type: str = "bracket"
    open: bool = False
    text: str = f"{DO}。"
    names: tuple[str, ...] = ()


def shown(doc: Document, s: Statement) -> Expected:
    norm = doc.source.text

    def words(x: Span) -> str:
        return norm[x.start : x.end]

    bodies = " ".join(
        f"{'' if b.role == 'responsible' else b.role + ':'}{words(b.span)}"
        + (f"@{words(b.role_basis)}" if b.role_basis else "")
        for b in s.bodies
    )
    fields = tuple(f"{f.key} {words(f.span)}" + (f" = {f.iso}" if f.iso else "") for f in s.fields)
    surfaces = tuple(b.surface for b in s.bodies if b.surface != doc.norm[b.span.start : b.span.end])
    return Expected(bodies, fields, s.type, s.open_list, words(s.text), surfaces)


LAYOUTS = {
    "a class with a word of level is open": (
        f"{DO}。（省科协牵头，省直有关部门分头落实）",
        [Expected("lead:省科协@牵头 省直有关部门@落实", open=True)],
    ),
    "a class behind 等": (
        f"{DO}。（省科协等省政府有关部门按职责分工负责）",
        [Expected("省科协@负责 省政府有关部门@负责", ("manner 按职责分工",), open=True)],
    ),
    "a broken list of classes": (
        f"{DO}。（省科协牵头，省级有关部门\n和乡镇街道按职责分工负责）",
        [Expected("lead:省科协@牵头 省级有关部门@负责 乡镇街道@负责", ("manner 按职责分工",), open=True)],
    ),
    "two verbs are one word": (f"{DO}。（省科协配合组织落实）", [Expected("cooperating:省科协@配合组织落实")]),
    "a rule of the rest": (
        f"{DO}。（省科协牵头，各县人民政府均为责任单位，以下不再列出）",
        [Expected("lead:省科协@牵头 各县人民政府@均为责任单位", ("standing_rule 以下不再列出",))],
    ),
    "a label behind its object": (
        f"{DO}。（指标牵头单位：省科协）",
        [Expected("lead:省科协@指标牵头单位")],
    ),
    "a label of a time that a line cuts": (
        f"{DO}。（省科协负责，完\n成时限：2023年底前）",
        [Expected("省科协@负责", ("deadline 2023年底前 = 2023-12-31",))],
    ),
    "boards of zones": (
        f"{DO}。（责任单位：省科协，石桥高新区、云湖度假区管委会）",
        [Expected("省科协@责任单位 石桥高新区@责任单位 云湖度假区管委会@责任单位", names=("石桥高新区管委会",))],
    ),
    "boards beside governments of a class": (
        f"{DO}。（各县（区）人民政府、管委会，省科协、省财政厅）",
        [Expected("各县（区）人民政府 管委会 省科协 省财政厅", names=("各管委会",))],
    ),
    "departments of a ministry": (
        f"{DO}。（养老服务司牵头，规划财务司、法制股配合，9月底前）",
        [
            Expected(
                "lead:养老服务司@牵头 cooperating:规划财务司@配合 cooperating:法制股@配合",
                ("deadline 9月底前",),
            )
        ],
    ),
    "the government of a place behind its committee": (
        f"{DO}。（省科协，各市（州）党委、政府，石桥新区党工委、管委会）",
        [
            Expected(
                "省科协 各市（州）党委 政府 石桥新区党工委 管委会",
                names=("各市(州)政府", "石桥新区管委会"),
            )
        ],
    ),
    "等 before a class": (
        f"{DO}。（责任单位：省科协、省财政厅等有关部门（单位），省教育厅等行业主管部门）",
        [
            Expected(
                "省科协@责任单位 省财政厅@责任单位 有关部门（单位）@责任单位 省教育厅@责任单位 行业主管部门@责任单位",
                open=True,
            )
        ],
    ),
    "等 before a bare class": (
        f"{DO}。（责任单位：省科协等处室）",
        [Expected("省科协@责任单位", open=True)],
    ),
    "one party of two words": (
        f"{DO}。（责任单位：省科协，县、区政府，省直有关部门、单位）",
        [Expected("省科协@责任单位 县、区政府@责任单位 省直有关部门、单位@责任单位", open=True)],
    ),
    "按分工": (f"{DO}。（省科协、省教育厅按分工负责）", [Expected("省科协@负责 省教育厅@负责", ("manner 按分工",))]),
    "taking up a duty": (
        f"{DO}。（省科协、省教育厅按职责抓好分工落实）",
        [Expected("省科协@落实 省教育厅@落实", ("manner 按职责抓好分工",))],
    ),
    "two words of duty": (
        f"{DO}。（省科协、省教育厅牵头并按职责分工负责，各县人民政府结合实际落实）",
        [Expected("lead:省科协@牵头 lead:省教育厅@牵头 各县人民政府@落实", ("manner 按职责分工",))],
    ),
    "a field of another kind": (
        f"{DO}。（牵头部门：省科协；目标位置：全国前5）",
        [Expected("lead:省科协@牵头部门", ("other 全国前5",))],
    ),
    "a standing rule with a bracket": (
        f"{DO}。（省科协、各镇人民政府（街道办）落实（以下各项均由各镇人民政府（街道办）落实，不再列出））",
        [
            Expected(
                "省科协@落实 各镇人民政府（街道办）@落实",
                ("standing_rule 以下各项均由各镇人民政府（街道办）落实，不再列出",),
            )
        ],
    ),
    "wrapped item": (f"{DO}，促进高质\n量发展。（省教育厅）", [Expected("省教育厅", text=f"{DO}，促进高质\n量发展。")]),
    "wrapped list": (f"{DO}。（省教育厅、\n省科协负责）", [Expected("省教育厅@负责 省科协@负责")]),
    "plain list": (f"{DO}。（省教育厅、省科技厅、省科协）", [Expected("省教育厅 省科技厅 省科协")]),
    "half-width": (f"{DO}。(省教育厅、省科协)", [Expected("省教育厅 省科协")]),
    "before the stop": (f"{DO}（省教育厅、省科协）。", [Expected("省教育厅 省科协", text=DO)]),
    "mismatched ends": (f"{DO}。(省教育厅、省科协）", [Expected("省教育厅 省科协")]),
    "square": (f"{DO}。［省教育厅、省科协］", [Expected("省教育厅 省科协")]),
    "one body": (f"{DO}。（省教育厅）", [Expected("省教育厅")]),
    "responsible for": (f"{DO}。（省教育厅、省科协负责）", [Expected("省教育厅@负责 省科协@负责")]),
    "a name that no register knows": (f"{DO}。（省科普研讨会堂负责）", [Expected("省科普研讨会堂@负责")]),
    "by duty": (
        f"{DO}。（省教育厅、省科协按职责分工负责）",
        [Expected("省教育厅@负责 省科协@负责", ("manner 按职责分工",))],
    ),
    "lead and cooperating": (
        f"{DO}。（省教育厅牵头，省科协、省文联配合）",
        [Expected("lead:省教育厅@牵头 cooperating:省科协@配合 cooperating:省文联@配合")],
    ),
    "semicolon": (
        f"{DO}。（省教育厅牵头；省科协参与；省文联指导）",
        [Expected("lead:省教育厅@牵头 cooperating:省科协@参与 guiding:省文联@指导")],
    ),
    "two leads": (
        f"{DO}。（省教育厅、省科技厅牵头，省科协按职责分工负责）",
        [Expected("lead:省教育厅@牵头 lead:省科技厅@牵头 省科协@负责", ("manner 按职责分工",))],
    ),
    "supervising": (
        f"{DO}。（省教育厅负责，省审计厅监督）",
        [Expected("省教育厅@负责 supervising:省审计厅@监督")],
    ),
    "labels in a bracket": (
        f"{DO}。（牵头单位：省教育厅；配合单位：省科协、省文联）",
        [Expected("lead:省教育厅@牵头单位 cooperating:省科协@配合单位 cooperating:省文联@配合单位")],
    ),
    "responsible label": (
        f"{DO}。（责任单位：省教育厅、省科协）",
        [Expected("省教育厅@责任单位 省科协@责任单位")],
    ),
    "deadline label": (
        f"{DO}。（责任单位：省教育厅；完成时限：2025年6月底）",
        [Expected("省教育厅@责任单位", ("deadline 2025年6月底 = 2025-06-30",))],
    ),
    "deadline in the list": (
        f"{DO}。（省教育厅、省科协，2025年6月底前完成）",
        [Expected("省教育厅 省科协", ("deadline 2025年6月底前完成 = 2025-06-30",))],
    ),
    "scope": (
        f"{DO}。（负责部门：省教育厅；适用范围：全省）",
        [Expected("省教育厅@负责部门", ("scope 全省",))],
    ),
    "open list": (f"{DO}。（省教育厅、省科协等部门）", [Expected("省教育厅 省科协", open=True)]),
    "open list by duty": (
        f"{DO}。（省教育厅、省科协等按职责分工负责）",
        [Expected("省教育厅@负责 省科协@负责", ("manner 按职责分工",), open=True)],
    ),
    "collective": (
        f"{DO}。（各市、州人民政府，省直有关部门）",
        [Expected("各市、州人民政府 省直有关部门", open=True)],
    ),
    "members": (f"{DO}。（各成员单位）", [Expected("各成员单位")]),
    "nested": (
        f"{DO}。（省教育厅，各市（含县级市，下同）政府）",
        [Expected("省教育厅 各市（含县级市，下同）政府")],
    ),
    "county (district)": (
        f"{DO}。（省教育厅、各县（市、区）人民政府）",
        [Expected("省教育厅 各县（市、区）人民政府")],
    ),
    "two statements": (
        f"{DO}。（省教育厅）加强督促检查，确保取得实效。（省科协）",
        [Expected("省教育厅"), Expected("省科协", text="加强督促检查，确保取得实效。")],
    ),
    "labelled line": (
        f"{DO}。\n责任单位：省教育厅、省科协\n2.{DO}。\n责任单位：省文联",
        [
            Expected("省教育厅@责任单位 省科协@责任单位", type="label"),
            Expected("省文联@责任单位", type="label"),
        ],
    ),
    "two labelled lines": (
        f"{DO}。\n牵头单位：省教育厅\n配合单位：省科协、省文联\n2.{DO}。",
        [Expected("lead:省教育厅@牵头单位 cooperating:省科协@配合单位 cooperating:省文联@配合单位", type="label")],
    ),
    "label behind the sentence": (
        f"{DO}。责任单位：省教育厅、省科协。",
        [Expected("省教育厅@责任单位 省科协@责任单位", type="label")],
    ),
    "labels of one word behind the sentence": (
        f"{DO}。牵头：省教育厅；配合：省科协。",
        [Expected("lead:省教育厅@牵头 cooperating:省科协@配合", type="label")],
    ),
    "numbered names": (
        f"{DO}。（责任单位：1.省教育厅；2.省科协）",
        [Expected("省教育厅@责任单位 省科协@责任单位")],
    ),
    "names with circled numbers": (
        f"{DO}。（责任单位：①省教育厅②省科协）",
        [Expected("省教育厅@责任单位 省科协@责任单位")],
    ),
    "a member that is not settled": (f"{DO}。（责任单位：省教育厅、待定）", [Expected("省教育厅@责任单位")]),
    "jointly": (
        f"{DO}。（省教育厅会同省科协负责）",
        [Expected("省教育厅@负责 cooperating:省科协@会同")],
    ),
    "and": (f"{DO}。（省教育厅和省科协负责）", [Expected("省教育厅@负责 省科协@负责")]),
    "shared tail": (
        f"{DO}。（济南、青岛市政府）",
        [Expected("济南 青岛市政府", names=("济南市政府",))],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str) -> None:
    item, expected = LAYOUTS[layout]
    doc, statements = parse(item)
    assert [shown(doc, s) for s in statements] == expected


@pytest.mark.parametrize(
    "item",
    [
        f"{DO}，建设县（区）科普基地。",
        f"{DO}，办好基（营）地。",
        f"{DO}，实施三年计划（2025—2027年）。",
        f"{DO}。（此件公开发布）",
        f"{DO}。（校长负责）",
        f"{DO}。（谁主管谁负责）",
        f"{DO}。（市场主体自主负责）",
        f"{DO}。责任单位：见附件",
        f"{DO}。（见附件2）",
        f"{DO}。（0.5分）",
        f"{DO}，落实《云岭省科普条例》（以下简称《条例》）。",
        f"{DO}，项目牵头申报单位应当具有法人资格。",
        f"{DO}，处置非法集资牵头部门要加强协调。",
        f"{DO}，积极牵头组织国际大科学计划。",
        f"{DO}。（联系人：张三，电话：12345678）",
        f"{DO}，推广“互联网+”（包括微博、微信）。",
        f"{DO}（含省教育厅、省科协）的经费要落实。",
    ],
)
def test_false_friends_assign_nothing(item: str) -> None:
    assert parse(item)[1] == []


def test_a_name_whose_bracket_is_never_closed_is_none() -> None:
    """Between the two lists of such a line lies what belongs to neither, and a shared head would be taken from it."""
    line = f"牵头单位：省教育厅（省科技厅{DO}，由省科协牵头（省民政厅配合）省财政厅、合作处"
    for statement in parse(line)[1]:
        assert all(body.surface.count("(") == body.surface.count(")") for body in statement.bodies)


def test_a_bracket_with_a_registered_name_and_no_statement_is_a_finding() -> None:
    item = f"{DO}，由省级主管部门（原省教育厅机关）统筹使用经费。"
    doc, statements = parse(item)
    assert statements == []
    codes = [f.code for f in extract(Reading(document=doc), LEXICON).findings]
    assert codes == ["bracket-without-statement"]


def test_the_label_of_a_footer_assigns_nothing() -> None:
    _, statements = parse(f"{DO}。\n2.{DO}。（省科协）\n责任部门：省教育厅办公室\n主办单位：云岭省科协")
    assert [s.type for s in statements] == ["bracket"]


# -- a rule stated once -------------------------------------------------------------------------------------------
RULE = "列第一位者为牵头单位，下同"


@pytest.mark.parametrize("aside", ["延伸到所有乡镇（街道）。", "建书屋（青溪镇）。", "改造文化站（青溪镇、白石镇）。"])
def test_townships_behind_what_they_explain_have_no_duty(aside: str) -> None:
    assert not parse(f"服务{aside}")[1]


def test_the_first_leads_where_the_text_says_so_and_from_there_on() -> None:
    text = f"{DO}。（省财政厅、省文联）\n2.{DO}。（省教育厅、省科协，{RULE}）\n"
    text += f"3.{DO}。（省科技厅、省科协）\n4.{DO}。（省文联）"
    doc, statements = parse(text)
    roles = [[b.role for b in s.bodies] for s in statements]
    assert roles == [["responsible"] * 2, ["lead", "responsible"], ["lead", "responsible"], ["responsible"]]
    basis = statements[2].bodies[0].role_basis
    assert basis is not None
    assert doc.source.text[basis.start : basis.end] == RULE
    assert [f.key for f in statements[1].fields] == ["role_rule"]
    assert statements[2].bodies[0].rule == "first-leads"


@pytest.mark.parametrize(
    "rule",
    [
        "列第一位者为工作牵头单位或汇总单位，下同",
        "排在第一位的为总牵头单位",
        "列首位的为牵头单位，下同",
        "排首位的单位为牵头单位",
        "第一责任单位为牵头单位，下同",
        "第一位为牵头单位",
        "排名第一的单位为牵头单位",
        "居首位者为主要牵头单位，以下同",
        "列第一位的为主责单位",
        "列第一位的牵头",
    ],
)
def test_wordings_of_the_rule_that_the_first_leads(rule: str) -> None:
    doc, (first, second) = parse(f"{DO}。\n责任单位：省教育厅、省科协（{rule}）\n2.{DO}。（省科技厅、省文联）")
    assert [[b.role for b in s.bodies] for s in (first, second)] == [["lead", "responsible"]] * 2
    assert [doc.source.text[f.span.start : f.span.end] for f in first.fields] == [rule]


@pytest.mark.parametrize(
    "rule",
    [
        "各项任务均需各市人民政府落实，不再列出，下同",
        "具体任务均涉及各市人民政府，不再做分工，下同",
        "各市人民政府均为责任单位，不再逐一列出",
        "以上任务各市人民政府均需落实，不再单列",
        "各项工作都涉及各市人民政府，不再重复列出",
    ],
)
def test_what_is_said_of_all_items_at_once_names_no_body_of_this_one(rule: str) -> None:
    doc, (statement,) = parse(f"{DO}。〔责任单位：省教育厅、省科协负责。{rule}。〕")
    assert [b.surface for b in statement.bodies] == ["省教育厅", "省科协"]
    assert [(f.key, doc.source.text[f.span.start : f.span.end]) for f in statement.fields] == [("standing_rule", rule)]


@pytest.mark.parametrize(
    "heading",
    [
        "一、强化服务（以下任务均由省教育厅牵头，省科协配合）",
        "一、强化服务（均由省教育厅牵头，省科协配合）",
        "一、强化服务\n以下任务由省教育厅牵头，省科协配合：",
        "一、强化服务\n下列任务由省教育厅牵头，省科协配合。",
    ],
)
def test_a_heading_gives_the_duty_for_all_below_it(heading: str) -> None:
    text = f"云岭省科普工作方案\n{heading}\n1.{DO}。\n2.{DO}。（省文联负责）\n"
    doc = parse_document(read_bytes(text.encode(), name="plan.txt", max_bytes=1_000_000), LEXICON)
    first, second = [a.statement for a in extract(Reading(document=doc), LEXICON).actions if a.statement]
    assert doc.units[first.unit].path == "一"
    assert [(b.surface, b.role) for b in first.bodies] == [("省教育厅", "lead"), ("省科协", "cooperating")]
    assert [b.surface for b in second.bodies] == ["省文联"]


def test_the_same_below_is_no_body() -> None:
    _, (statement,) = parse(f"{DO}。（省教育厅牵头，省科协配合，下同）")
    assert [b.surface for b in statement.bodies] == ["省教育厅", "省科协"]


@pytest.mark.parametrize("rule", ["两省市列首位的为牵头单位，下同", "各地排第一位的为牵头单位，下同"])
def test_the_first_of_each_half_leads_where_the_text_says_so(rule: str) -> None:
    text = f"{DO}。（责任单位：省教育厅、省科协；石桥市教育局、石桥市科协；{rule}）\n"
    text += f"2.{DO}。（省科技厅、省文联；石桥市科技局）"
    doc, found = parse(text)
    roles = [[b.role for b in s.bodies] for s in found]
    assert roles == [["lead", "responsible", "lead", "responsible"], ["lead", "responsible", "lead"]]
    assert [doc.source.text[f.span.start : f.span.end] for f in found[0].fields] == [rule]


def test_those_before_the_first_comma_lead_where_the_text_says_so() -> None:
    text = f"{DO}。〔责任单位：省教育厅、省科协，省文联、省财政厅（逗号前为牵头单位，下同）〕\n"
    text += f"2.{DO}。〔责任单位：省科技厅，省科协、省文联〕\n3.{DO}。〔责任单位：省科协、省文联〕"
    doc, statements = parse(text)
    roles = [[b.role for b in s.bodies] for s in statements]
    assert roles == [
        ["lead", "lead", "responsible", "responsible"],
        ["lead", "responsible", "responsible"],
        ["responsible"] * 2,
    ]
    assert [f.key for f in statements[0].fields] == ["role_rule"]
    basis = statements[1].bodies[0].role_basis
    assert basis is not None
    assert doc.source.text[basis.start : basis.end] == "逗号前为牵头单位，下同"


def test_a_role_word_of_its_own_is_stronger_than_the_rule() -> None:
    text = f"{DO}。（省教育厅、省科协，{RULE}）\n2.{DO}。（省文联、省科技厅，省财政厅牵头）"
    _, statements = parse(text)
    assert [b.role for b in statements[1].bodies] == ["responsible", "responsible", "lead"]


def test_nobody_leads_by_order_alone() -> None:
    _, statements = parse(f"{DO}。（省教育厅、省科协）\n2.{DO}。（省科协、省教育厅）")
    assert {b.role for s in statements for b in s.bodies} == {"responsible"}
    assert {b.role_basis for s in statements for b in s.bodies} == {None}


# -- tables -------------------------------------------------------------------------------------------------------
def test_columns_give_the_roles() -> None:
    head = "<tr><th>序号</th><th>重点任务</th><th>牵头单位</th><th>配合单位</th><th>完成时限</th></tr>"
    row = f"<tr><td>1</td><td>{DO}。</td><td>省教育厅</td><td>省科协、省文联</td><td>2025年6月底</td></tr>"
    page = f"<html><body><h1>云岭省科普任务分工</h1><p>请落实。</p><table>{head}{row}</table></body></html>"
    doc, statements = parse(page, "plan.html")
    bodies = "lead:省教育厅@牵头单位 cooperating:省科协@配合单位 cooperating:省文联@配合单位"
    assert [shown(doc, s) for s in statements] == [
        Expected(bodies, ("deadline 2025年6月底 = 2025-06-30",), "cell", text=f"{DO}。")
    ]


# -- brackets and lists -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("(a)", ["(a)"]),
        ("(a(b)c)", ["(b)", "(a(b)c)"]),
        ("(a", []),
        ("a)", []),
        ("(a]b)", ["(a]b)"]),
        ("(a[b)c", ["(a[b)"]),
        # shut by a bracket of another kind, where its own comes nowhere in the line
        ("(a]", ["(a]"]),
        ("(a】b\n(c)", ["(a】", "(c)"]),
        ("(a\nb)", ["(a\nb)"]),
        ("(a\n \nb)", []),
    ],
)
def test_bracket_pairs(text: str, pairs: list[str]) -> None:
    assert [text[p.span.start : p.span.end] for p in bracket_pairs(text, 0, len(text))] == pairs


@given(st.text(alphabet="()[]【】a、，\n", max_size=60))
def test_pairs_nest_or_are_apart(text: str) -> None:
    spans = [p.span for p in bracket_pairs(text, 0, len(text))]
    for a in spans:
        for b in spans:
            assert a.covers(b) or b.covers(a) or not a.overlaps(b)


@given(st.text(alphabet="()“”a、；", max_size=60))
def test_split_parts_and_separators_make_the_text(text: str) -> None:
    parts = split_top(text, 0, len(text), "、；")
    assert parts[0].start == 0
    assert parts[-1].end == len(text)
    assert all(text[a.end] in "、；" and a.end + 1 == b.start for a, b in itertools.pairwise(parts))


NAMES = ["省教育厅", "省科技厅", "省科协", "省文联", "省财政厅", "各成员单位", "省融媒体研究院"]
TAILS = ["", "负责", "按职责分工负责", "牵头", "等部门", "，列第一位者为牵头单位，下同", "；完成时限：2025年底"]


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6), st.sampled_from(TAILS), st.sampled_from("（("))
@settings(deadline=None)
def test_every_list_gives_its_names_in_order(names: list[str], tail: str, opening: str) -> None:
    text = f"{DO}。{opening}责任单位：{'、'.join(names)}{tail}）"
    doc, statements = parse(text)
    assert len(statements) == 1
    s = statements[0]
    assert [doc.source.text[b.span.start : b.span.end] for b in s.bodies] == names
    assert all(s.span.covers(b.span) for b in s.bodies)
    assert all(s.span.covers(f.span) for f in s.fields)
    assert doc.source.text[s.text.start : s.text.end] == f"{DO}。"


@given(st.text(alphabet="（）()省教育厅科协、，；。：牵头负责责任单位等下同\n1.一、", max_size=120))
@settings(deadline=None)
def test_statements_are_in_order_and_apart(text: str) -> None:
    _, statements = parse(f"做好。{text}")
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(statements))
    for s in statements:
        assert s.bodies
        assert s.type == "clause" or s.text.end <= s.span.start or s.text.start >= s.span.end
        assert all(b.role != "lead" or b.role_basis for b in s.bodies)


# -- names run together, and lists with a piece that is none ------------------------------------------------------
RUN_TOGETHER = {
    "role words between 、": ("（省司法厅牵头、省教育厅配合）", "lead:省司法厅@牵头 cooperating:省教育厅@配合"),
    "no mark between": ("（省司法厅牵头省教育厅配合）", "lead:省司法厅@牵头 cooperating:省教育厅@配合"),
    "two and two": (
        "（省司法厅、省财政厅牵头、省教育厅、省民政厅配合）",
        "lead:省司法厅@牵头 lead:省财政厅@牵头 cooperating:省教育厅@配合 cooperating:省民政厅@配合",
    ),
    "lead together with": ("（由省司法厅牵头会同省教育厅）", "lead:省司法厅@牵头 cooperating:省教育厅@会同"),
    "together with, behind a comma": (
        "（由省民政厅牵头，会同省教育厅、省财政厅负责）",
        "lead:省民政厅@牵头 cooperating:省教育厅@会同 cooperating:省财政厅@会同",
    ),
    "会同 before 县 is a verb behind who leads": (
        "（县水利局牵头，会同县财政局）",
        "lead:县水利局@牵头 cooperating:县财政局@会同",
    ),
    "会同县 in a list is a county": (
        "（市财政局牵头，鹤城区财政局、会同县财政局配合）",
        "lead:市财政局@牵头 cooperating:鹤城区财政局@配合 cooperating:会同县财政局@配合",
    ),
    "all behind 会同 help": (
        "（省民政厅会同省教育厅、省财政厅负责）",
        "省民政厅@负责 cooperating:省教育厅@会同 cooperating:省财政厅@会同",
    ),
    "the governments of both levels help": (
        "（省教育厅牵头各市、州人民政府配合）",
        "lead:省教育厅@牵头 cooperating:各市、州人民政府@配合",
    ),
    "blank": ("（省司法厅 省教育厅）", "省司法厅 省教育厅"),
    "blanks and a verb": (
        "（省司法厅　省教育厅 省财政厅负责）",
        "省司法厅@负责 省教育厅@负责 省财政厅@负责",
    ),
    "dot": ("（省司法厅·省教育厅）", "省司法厅 省教育厅"),
    "slash": ("（省司法厅/省教育厅）", "省司法厅 省教育厅"),
    "offices with heads of their own": (
        "（省教育厅基础教育处、省民政厅养老服务处、儿童福利处）",
        "省教育厅基础教育处 省民政厅养老服务处 儿童福利处",
    ),
    "bar": ("（省司法厅|省教育厅）", "省司法厅 省教育厅"),
    "plus": ("（省司法厅+省教育厅）", "省司法厅 省教育厅"),
    "dash": ("（省司法厅—省教育厅）", "省司法厅 省教育厅"),
    "nothing at all": ("（省司法厅省教育厅省财政厅）", "省司法厅 省教育厅 省财政厅"),
    "和 behind a comma": ("（省司法厅、省教育厅，和省财政厅）", "省司法厅 省教育厅 省财政厅"),
    "consulting": ("（省司法厅商省教育厅）", "省司法厅 cooperating:省教育厅@商"),
    "the office of trade": ("（省司法厅、省商务厅）", "省司法厅 省商务厅"),
    "stars": ("（★省司法厅、省教育厅※）", "省司法厅 省教育厅"),
    "characters apart": ("（省司法厅、 省 教 育 厅）", "省司法厅 省 教 育 厅"),
    "label and dash": ("（责任单位-省司法厅、省教育厅）", "省司法厅@责任单位 省教育厅@责任单位"),
    "label and 为": ("（牵头单位为省司法厅、省教育厅）", "lead:省司法厅@牵头单位 lead:省教育厅@牵头单位"),
    "first and second": (
        "（第一责任单位：省司法厅；第二责任单位：省教育厅）",
        "省司法厅@第一责任单位 省教育厅@第二责任单位",
    ),
    "who mainly does it": ("（省司法厅为主，省教育厅协助）", "lead:省司法厅@为主 cooperating:省教育厅@协助"),
    "who answers for all": ("（省司法厅负总责，省教育厅抓落实）", "lead:省司法厅@负总责 省教育厅@抓落实"),
    "each for its own": ("（省司法厅、省教育厅各负其责）", "省司法厅@各负其责 省教育厅@各负其责"),
    "a blank inside a name": ("（省委 宣传部）", "省委 宣传部"),
    "blank between 省委 and 省政府": ("（省委 省政府）", "省委 省政府"),
    "label in 【】": ("【责任单位】省财政厅、省民政厅", "省财政厅@责任单位 省民政厅@责任单位"),
    "label in 【】 with a colon": ("【责任单位】：省财政厅", "省财政厅@责任单位"),
    "two labels in 【】": (
        "【牵头单位】省财政厅【配合单位】省民政厅、省教育厅",
        "lead:省财政厅@牵头单位 cooperating:省民政厅@配合单位 cooperating:省教育厅@配合单位",
    ),
    "label in [ ]": ("［责任单位］省财政厅", "省财政厅@责任单位"),
    "label without a colon": ("（责任单位 省档案局）", "省档案局@责任单位"),
    "two labels without colons": (
        "（牵头单位 省档案局；配合单位 省教育厅、省财政厅）",
        "lead:省档案局@牵头单位 cooperating:省教育厅@配合单位 cooperating:省财政厅@配合单位",
    ),
    "a bracket that closes no sentence": (
        "\n牵头单位：省教育厅（省科技厅配合）、省民政厅",
        "lead:省教育厅@牵头单位 cooperating:省科技厅@配合 lead:省民政厅@牵头单位",
    ),
    "a label that a line break cuts": (
        "（责\n任单位：省教育厅、省民政厅）",
        "省教育厅@责\n任单位 省民政厅@责\n任单位",
    ),
    "a verb that a line break cuts": ("（省教育厅、省民政厅负\n责）", "省教育厅@负\n责 省民政厅@负\n责"),
    "a role word within a name": ("（市政府督查室及各有关部门负责）", "市政府督查室@负责 各有关部门@负责"),
    "each township": ("（省教育厅，各乡、镇人民政府）", "省教育厅 各乡、镇人民政府"),
    "levels that name nobody alone": ("（省教育厅，各区、县级市）", "省教育厅 各区、县级市"),
    "some of these levels": ("（省教育厅、各有关乡、镇、街道）", "省教育厅 各有关乡、镇、街道"),
    "districts, and bodies of the city": ("（各县、区、市教育局、市财政局）", "各县、区 市教育局 市财政局"),
    "townships, and streets": ("（省教育厅，各乡镇、街道）", "省教育厅 各乡镇 街道"),
    "townships beside a body": ("（县教育局、青溪镇、白石街道、石桥管理区）", "县教育局 青溪镇 白石街道 石桥管理区"),
    "townships alone, behind a stop": ("（青溪镇、白石街道）", "青溪镇 白石街道"),
    "a merged department": ("（区人社和医保局、区财政局）", "区人社和医保局 区财政局"),
    "a department of each province": (
        "（各省、自治区、直辖市及计划单列市、新疆生产建设兵团教育局负责）",
        "各省、自治区、直辖市及计划单列市、新疆生产建设兵团教育局@负责",
    ),
    "a department of two names in each province": (
        "（各省、自治区、直辖市教育厅（教委）、新疆生产建设兵团教育局）",
        "各省、自治区、直辖市教育厅（教委） 新疆生产建设兵团教育局",
    ),
    "a government or a board": ("（各区政府（管委会）、省教育厅）", "各区政府（管委会） 省教育厅"),
    "posts beside a body": (
        "（分管副省长、协管副秘书长负责，省科协牵头）",
        "分管副省长@负责 协管副秘书长@负责 lead:省科协@牵头",
    ),
    "zones without a place": (
        "（市教育局、市财政局，各镇（街道）、经开区、石桥经开区）",
        "市教育局 市财政局 各镇（街道） 经开区 石桥经开区",
    ),
    "an office under two names": ("（学工部（处）、校团委、保卫处）", "学工部（处） 校团委 保卫处"),
    "courts of each county and district": (
        "（责任部门：民二庭、执行局，各县、区人民法院）",
        "民二庭@责任部门 执行局@责任部门 各县、区人民法院@责任部门",
    ),
    "districts, and a class of the city": ("（省教育厅，各区、市有关部门）", "省教育厅 各区 市有关部门"),
    "rooms of an inspection": (
        "\n责任领导：陈某　牵头室：第一监督检查室　责任室：第二监督检查室、信访室",
        "lead:第一监督检查室@牵头室 第二监督检查室@责任室 信访室@责任室",
    ),
    "collectives joined by 及": ("（省有关单位及各区人民政府负责）", "省有关单位@负责 各区人民政府@负责"),
    "role in a bracket": ("（省教育厅（牵头）、省民政厅）", "lead:省教育厅@牵头 省民政厅"),
    "second name in a bracket": ("（省教育厅（省语委办）、省科技厅）", "省教育厅 省科技厅"),
    "second name behind the last": ("（省委宣传部、省委党校（省行政学院））", "省委宣传部 省委党校"),
    "offices in a bracket": (
        "（责任单位：省教育厅（基础教育处、教师处）、省民政厅）",
        "省教育厅@责任单位 省民政厅@责任单位",
    ),
    "levels in brackets": (
        "（省民政厅，各市（州）、县（市、区）人民政府）",
        "省民政厅 各市（州）、县（市、区）人民政府",
    ),
    "twelve departments": ("（省司法厅等十二部门）", "省司法厅"),
    "12 departments": ("（省司法厅、省教育厅等12个部门）", "省司法厅 省教育厅"),
    "a time in the list": ("（省教育厅、2025年6月底前、省民政厅）", "省教育厅 省民政厅"),
    "a time behind a name": ("（省教育厅2025年6月底前完成，省民政厅）", "省教育厅 省民政厅"),
    "a time in a bracket": ("（省教育厅（2025年6月底前）、省民政厅）", "省教育厅 省民政厅"),
    "a lasting time in the list": ("（省教育厅、长期、省民政厅）", "省教育厅 省民政厅"),
    "a level": ("（责任单位：省级、省民政厅）", "省民政厅@责任单位"),
    "role words alone as labels": (
        "（牵头：省教育厅 配合：省民政厅）",
        "lead:省教育厅@牵头 cooperating:省民政厅@配合",
    ),
    "a host and a helper": (
        "（主办：省教育厅；协办：省民政厅）",
        "lead:省教育厅@主办 cooperating:省民政厅@协办",
    ),
    "duties of their own": (
        "（省教育厅负责组织实施，省财政厅负责资金保障）",
        "省教育厅@负责组织实施 省财政厅@负责",
    ),
    "a label beside a word of duty": (
        "（牵头单位：省教育厅、省科技厅等部门按照职能负责；责任单位：省民政厅）",
        "lead:省教育厅@牵头单位 lead:省科技厅@牵头单位 省民政厅@责任单位",
    ),
    "classes that help": (
        "（省教育厅、省财政厅会同履行监管职责机构和其他行业主管部门负责）",
        "省教育厅@负责 省财政厅@负责 cooperating:履行监管职责机构@会同 cooperating:其他行业主管部门@会同",
    ),
    "offices with the character of a note": ("（注册处、信息中心负责）", "注册处@负责 信息中心@负责"),
    "a manner without a verb": (
        "（责任单位：省教育厅、省民政厅等相关部门按职责分工，各县人民政府）",
        "省教育厅@责任单位 省民政厅@责任单位 相关部门@责任单位 各县人民政府@责任单位",
    ),
    "a broken 会同": ("（省教育厅会\n同省有关部门单位负责）", "省教育厅@负责 cooperating:省有关部门单位@会\n同"),
    "a class broken behind 等": (
        "（省教育厅、省民政厅等相关\n部门和单位及各地按职责分工负责）",
        "省教育厅@负责 省民政厅@负责 相关\n部门和单位@负责 各地@负责",
    ),
    "a class broken in its second noun": ("（省教育厅，省直有关部门、单\n位）", "省教育厅 省直有关部门、单\n位"),
    "a class behind 、等": ("（省教育厅、省民政厅、等厅直单位）", "省教育厅 省民政厅"),
    "a class in angle brackets": (
        "（省教育厅，各区〈新区、合作区〉管委会负责）",
        "省教育厅 各区〈新区、合作区〉管委会@负责",
    ),
    "a page mark inside": (
        "（省教育厅、省民\n\n# Page 12:\n政厅负责）",
        "省教育厅@负责 省民\n\n# Page 12:\n政厅@负责",
    ),
    "a bracket that is not closed again": (
        "（牵头单位：省教育厅；配合单位：省民政厅；完成时限：（2025年6月）",
        "lead:省教育厅@牵头单位 cooperating:省民政厅@配合单位",
    ),
    "a line end behind 和": ("（省教育厅和\n石家庄市、唐山市政府负责）", "省教育厅@负责 石家庄市@负责 唐山市政府@负责"),
    "persons beside bodies": (
        "（责任领导：赵某；牵头单位：省教育厅；责任人：钱某）",
        "lead:省教育厅@牵头单位",
    ),
    "square brackets behind a name": ("（省教育厅[含省招考院]、省财政厅）", "省教育厅 省财政厅"),
    "lenticular brackets": ("〖省教育厅、省财政厅〗", "省教育厅 省财政厅"),
    "angle brackets": ("〈省教育厅、省财政厅〉", "省教育厅 省财政厅"),
    "ASCII angle brackets": ("<省教育厅、省财政厅>", "省教育厅 省财政厅"),
    "a thing": ("（省教育厅、省民政厅、做好书屋建设）", "省教育厅 省民政厅"),
}


@pytest.mark.parametrize("layout", RUN_TOGETHER)
def test_names_run_together_are_told_apart(layout: str) -> None:
    item, bodies = RUN_TOGETHER[layout]
    doc, statements = parse(f"{DO}。{item}\n2.{DO}。")
    assert [shown(doc, s).bodies for s in statements] == [bodies]


@pytest.mark.parametrize(
    ("item", "fields", "is_open"),
    [
        ("（省教育厅、2025年6月底前、省民政厅）", ("deadline 2025年6月底前 = 2025-06-30",), False),
        (
            "（省教育厅（2025年6月底前）、省民政厅）",
            ("deadline 2025年6月底前 = 2025-06-30",),
            False,
        ),
        ("（省教育厅2025年6月底前完成）", ("deadline 2025年6月底前完成 = 2025-06-30",), False),
        ("（省教育厅、长期、省民政厅）", ("deadline 长期",), False),
        ("（省教育厅按职责分\n工负责）", ("manner 按职责分\n工",), False),
        ("（省司法厅等十二部门）", (), True),
        # a time that is read in part keeps the list and gives no day
        ("（省教育厅，2026年第三周完成）", ("deadline 2026年第三周完成",), False),
        ("（省教育厅，2026年6月1日前后完成）", ("deadline 2026年6月1日前后完成",), False),
        ("（省教育厅，2026年暑假期间完成）", ("deadline 2026年暑假期间完成",), False),
        ("（省教育厅、2025、2026年分批完成）", ("deadline 2025、2026年分批完成",), False),
        ("（省教育厅、推迟至2026年6月）", ("deadline 推迟至2026年6月",), False),
        ("（省教育厅、不早于2026年6月完成）", ("deadline 不早于2026年6月完成",), False),
        ("（省教育厅、近期完成）", ("deadline 近期完成",), False),
        # the parts of a list of times
        ("（省教育厅，2026年4、5月）", ("deadline 2026年4、5月 = 2026-05-31",), False),
        (
            "（省教育厅、2026年6月底、12月底前）",
            ("deadline 2026年6月底 = 2026-06-30", "deadline 12月底前 = 2026-12-31"),
            False,
        ),
        ("（省教育厅，2026年6月30日24时前）", ("deadline 2026年6月30日24时前 = 2026-06-30",), False),
    ],
)
def test_what_a_list_says_beside_names_is_kept(item: str, fields: tuple[str, ...], *, is_open: bool) -> None:
    doc, (statement,) = parse(f"{DO}。{item}")
    found = shown(doc, statement)
    assert (found.fields, found.open) == (fields, is_open)


@pytest.mark.parametrize(
    ("item", "doubted"),
    [
        ("（省教育厅（省语委办）、省科技厅）", "(省语委办)"),
        ("（责任单位：省教育厅（基础教育处）、省民政厅）", "(基础教育处)"),
        ("（省教育厅、省民政厅、做好书屋建设）", "做好书屋建设"),
        ("（责任单位：省级、省民政厅）", "省级"),
        ("（责任单位：指标）", "(责任单位:指标)"),
        ("（省教育厅，省财政厅负责资金保障）", "负责资金保障"),
        ("（责任人：赵某，责任单位：省教育厅）", "赵某"),
        ("（做好书屋建设、省民政厅、省教育厅）", "(做好书屋建设、省民政厅、省教育厅)"),
        ("（省教育厅、做好书屋建设）", "(省教育厅、做好书屋建设)"),
        (
            "（省教育厅、省民政厅、做好书屋建设、抓紧收尾）",
            "(省教育厅、省民政厅、做好书屋建设、抓紧收尾)",
        ),
    ],
)
def test_what_is_not_understood_in_a_list_is_doubted(item: str, doubted: str) -> None:
    doc, _ = parse(f"{DO}。{item}")
    found = extract(Reading(document=doc), LEXICON).findings
    assert [(f.code, f.detail) for f in found] == [("bracket-without-statement", (("text", doubted),))]


def test_a_bracket_that_nothing_opens_is_doubted_where_it_names_a_body() -> None:
    doc, _ = parse(f"{DO}。教育部）")
    found = extract(Reading(document=doc), LEXICON).findings
    assert [(f.code, f.detail) for f in found] == [("bracket-without-statement", (("text", "教育部)"),))]


WITHOUT_A_COLON_OR_AN_END = [
    ("推进阅读。\n责任单位 省教育厅", ["省教育厅"], []),
    ("推进阅读。\n牵头单位　省教育厅、省民政厅\n完成时限　2025年9月底前", ["省教育厅", "省民政厅"], ["2025-09-30"]),
    ("开展评选。\n【责任单位】省教育厅、省民政厅【完成时限】2025年6月底前", ["省教育厅", "省民政厅"], ["2025-06-30"]),
    ("开展评选。【牵头单位】省教育厅【完成时限】2025年底", ["省教育厅"], ["2025-12-31"]),
    ("开展评选。[责任单位]省教育厅[完成时限]2025年10月", ["省教育厅"], ["2025-10-31"]),
    ("开展评选（省教育厅、省民政厅负责", ["省教育厅", "省民政厅"], []),
    ("建设书屋（含阅览室。（省教育厅、省民政厅）", ["省教育厅", "省民政厅"], []),
    ("开展培训。（责任单位：省教育厅", ["省教育厅"], []),
    ("开展培训。（省教育厅牵头，省民政厅配合，2025年12月底前完成", ["省教育厅", "省民政厅"], ["2025-12-31"]),
    ("开展培训。【责任单位：省教育厅", ["省教育厅"], []),
    # no label, no list
    ("推进阅读。\n责任单位 落实工作到位", [], []),
    ("开展培训（以下简称省教育厅培训", [], []),
]


@pytest.mark.parametrize(("item", "bodies", "days"), WITHOUT_A_COLON_OR_AN_END)
def test_labels_without_a_colon_and_brackets_without_an_end(item: str, bodies: list[str], days: list[str]) -> None:
    _, statements = parse(f"{item}\n2.做好保障。")
    assert [b.surface for s in statements for b in s.bodies] == bodies
    assert [f.iso for s in statements for f in s.fields] == days


@pytest.mark.parametrize(
    ("item", "statements"),
    [
        ("建设书屋。\n牵头单位：省教育厅。\n加强队伍，\n完善制度。", ["牵头单位：省教育厅"]),
        ("建设书屋。责任单位：省教育厅。完成时限：2025年底。", ["责任单位：省教育厅。完成时限：2025年底"]),
        ("建设书屋。牵头单位：省教育厅。责任单位：省民政厅。加快推进。", ["牵头单位：省教育厅。责任单位：省民政厅"]),
    ],
)
def test_a_labelled_statement_ends_with_its_sentence(item: str, statements: list[str]) -> None:
    doc, found = parse(f"{item}\n2.做好保障。")
    assert [doc.source.text[s.span.start : s.span.end] for s in found] == statements


def test_places_and_things_in_a_bracket_behind_a_noun_are_no_list() -> None:
    for item in ("建设书屋（石家庄）", "公开住所（经营场所）\n清单。", "支持人才（团队）"):
        assert parse(f"{item}\n2.做好保障。")[1] == []
    assert [b.surface for s in parse("建设书屋。（石家庄市）\n2.做好保障。")[1] for b in s.bodies] == ["石家庄市"]


def test_a_heading_with_a_duty_is_what_the_duty_is_about() -> None:
    doc, found = parse("图书（牵头单位：省教育厅；目标位置：全国前五）\n（1）建设书屋。\n（2）开展评选。")
    unit = doc.units[found[0].unit]
    assert unit.title
    assert doc.norm[unit.title.start : unit.title.end] == "图书"
    assert shown(doc, found[0]).text == "图书"


INTRODUCED = """一、重点任务
（一）空间布局行动
坚持集约利用，把保护红线融入城市规划，加快形成节约资源、保护环境的空间格局。
优化茶园布局。落实亩产评价规则，提高利用效率。（责任单位：省农业农村厅）
优化园区布局。按照排放特征实施监管。（责任单位：省生态环境厅）
（二）书屋建设行动
按照先易后难的原则，分期建设书屋，逐步覆盖所有的乡镇。
首批建设十个。（责任单位：省文化和旅游厅）
"""


def test_an_introduction_is_no_part_of_the_first_of_several_statements() -> None:
    doc = parse_document(read_bytes(INTRODUCED.encode(), name="plan.txt", max_bytes=1_000_000), LEXICON)
    found = [a.statement for a in extract(Reading(document=doc), LEXICON).actions if a.statement]
    texts = [doc.norm[s.text.start : s.text.end] for s in found]
    assert [text[:7] for text in texts] == ["优化茶园布局。", "优化园区布局。", "按照先易后难的"]


def test_a_list_with_several_unknown_bureaus_is_one_where_most_are_known() -> None:
    statements = parse("完善审批流程。（省财政厅、省目审办（省公资办）、省教育厅、省园山局，各市、县（市）政府）")[1]
    assert [b.surface for s in statements for b in s.bodies] == [
        "省财政厅",
        "省目审办(省公资办)",
        "省教育厅",
        "省园山局",
        "各市、县(市)政府",
    ]
    assert parse("建设文化设施。（市书屋楼、县茶园村、省教育厅）")[1] == []


def test_a_class_with_a_note_opens_its_list() -> None:
    statements = parse("建设书屋。（牵头单位：省教育厅，省直有关部门（单位））")[1]
    assert [s.open_list for s in statements] == [True]


def test_a_ratio_sign_is_a_colon() -> None:
    doc, statements = parse("建设书屋。（责任单位∶省教育厅、省财政厅）")
    assert [doc.norm[b.span.start : b.span.end] for s in statements for b in s.bodies] == ["省教育厅", "省财政厅"]


def test_a_heading_above_nothing_but_its_duty_is_the_text() -> None:
    doc, found = parse("图书\n（省教育厅负责）\n（1）建设书屋。\n（2）开展评选。")
    assert shown(doc, found[0]).text == "图书"


def test_a_class_that_holds_the_word_for_consulting_is_one_name() -> None:
    _, (found,) = parse("建设书屋。（责任单位：各商业银行、省财政厅商省教育厅）")
    assert [(b.surface, b.role) for b in found.bodies] == [
        ("各商业银行", "responsible"),
        ("省财政厅", "responsible"),
        ("省教育厅", "cooperating"),
    ]


def test_governments_that_share_a_tail_keep_their_own_class() -> None:
    _, found = parse("建设书屋。（责任单位：官渡区、安宁市、富民县人民政府）")
    assert [b.surface for b in found[0].bodies] == ["官渡区人民政府", "安宁市人民政府", "富民县人民政府"]


WITHIN_A_SENTENCE = [
    ("建设书屋1间，由省教育厅牵头，省科技厅、省科协配合，9月底前完成。",
     "lead:省教育厅@牵头 cooperating:省科技厅@配合 cooperating:省科协@配合"),
    ("建设书屋，日常管理由省教育厅具体负责，省科协协助。", "省教育厅@负责 cooperating:省科协@协助"),
    ("省教育厅牵头，省科协参与，建设书屋。", "lead:省教育厅@牵头 cooperating:省科协@参与"),
    ("由省教育厅牵头会同省科技厅、省科协制定办法。",
     "lead:省教育厅@牵头 cooperating:省科技厅@会同 cooperating:省科协@会同"),
    ("省教育厅会同省科技厅每季度开展一次抽查。", "省教育厅 cooperating:省科技厅@会同"),
    ("省教育厅会同省政府有关部门建设书屋。", "省教育厅"),
    ("建立由省教育厅牵头的机制。", ""),
    ("造成损失的，由省教育厅负责。", ""),
    ("建设书屋，由省教育厅负责解释。", ""),
    ("培训骨干，由省教育厅会同省科协每半年组织一次检查。", "省教育厅 cooperating:省科协@会同"),
    ("建设书屋，本办法由省教育厅会同省科协负责解释。", ""),
    ("建设书屋，由各乡镇（街道）负责，省教育厅指导。", "各乡镇（街道）@负责 guiding:省教育厅@指导"),
    ("建设书屋。各县（市、区）要每月报送进展。", "各县（市、区）"),
    ("疫情期间，各级、各部门要\n错峰办理业务。", "各级 各部门"),
    ("建设书屋。省教育厅负责同志要每月到场，省科协负责人应到场。", ""),
    ("围绕乡村阅读，省教育厅牵头制定书目，省科协负责选派讲师。", "lead:省教育厅@牵头 省科协"),
    ("未按时归还的，省教育厅应当催还。", ""),
    ("省教育厅：负责建立台账，每月通报进展。", "省教育厅"),
    ("各乡镇（街道）：开展排查，建立台账。", "各乡镇（街道）"),
    ("省教育厅：0000-1234567。", ""),
    ("省教育厅、省科协按照各自职责，完善借阅规则。", "省教育厅 省科协"),
    ("各部门依职责管理指导本系统书屋。", "各部门"),
    # 监督检查, 指导, 牵头部门: what stands in the object is no role of the subject
    ("省教育厅负责书屋食品安全监督检查，依法查处“三无”食品。", "省教育厅"),
    ("各部门要在省的统一指导下建设书屋。", "各部门"),
    ("各部门要主动与牵头部门对接。", "各部门"),
    ("各县（市、区）要加强业务指导。", "guiding:各县（市、区）@指导"),
    ("建设书屋。由省教育厅牵头，会同省科协、省广电网络公司，于2031年6月前完成。",
     "lead:省教育厅@牵头 cooperating:省科协@会同 cooperating:省广电网络公司@会同"),
    ("鼓励开发课程。牵头单位为省教育厅，参与单位为省科协、省文联。",
     "lead:省教育厅@牵头单位 cooperating:省科协@参与单位 cooperating:省文联@参与单位"),
]  # fmt: skip


@pytest.mark.parametrize(("item", "bodies"), WITHIN_A_SENTENCE)
def test_clauses_of_a_sentence_that_say_who_does_what_give_each_its_role(item: str, bodies: str) -> None:
    doc, statements = parse(f"{item}\n2.做好保障。")
    assert " ".join(shown(doc, s).bodies for s in statements) == bodies


def test_a_sentence_that_only_names_holds_the_time_of_the_text_before_it() -> None:
    _, (found,) = parse("建设书屋。省教育厅牵头，2031年9月底前完成。\n2.做好保障。")
    assert [f.iso for f in found.fields] == ["2031-09-30"]
    _, (alone,) = parse("省教育厅牵头，2031年9月底前完成。\n2.做好保障。")
    assert alone.fields == ()


def test_the_bodies_of_a_sentence_have_a_part_of_it_each() -> None:
    doc, found = parse("围绕乡村阅读，省教育厅牵头制定书目，省科协负责选派讲师。\n2.做好保障。")
    assert [shown(doc, s).text for s in found] == ["围绕乡村阅读，省教育厅牵头制定书目", "省科协负责选派讲师。"]


def test_the_text_above_the_parts_of_an_item_gives_duties_too() -> None:
    doc, found = parse("建设书屋。由省教育厅牵头，省科协配合。\n（1）每个县3间。\n（2）每个乡1间。\n2.做好保障。")
    assert [shown(doc, s).bodies for s in found] == ["lead:省教育厅@牵头 cooperating:省科协@配合"]
    actions = extract(Reading(document=doc), LEXICON).actions
    assert [doc.norm[a.text.start : a.text.end] for a in actions if a.statement] == ["建设书屋。"]
    doc, found = parse("建设书屋，由省教育厅牵头，省科协配合\n（1）每个县3间。\n（2）每个乡1间。\n2.做好保障。")
    assert [doc.norm[s.text.start : s.text.end] for s in found] == ["建设书屋,由省教育厅牵头,省科协配合"]


def test_a_sentence_that_only_names_may_say_how() -> None:
    doc, (found,) = parse("建设书屋。省教育厅、省科协按职责分工负责。\n2.做好保障。")
    assert shown(doc, found).bodies == "省教育厅@负责 省科协@负责"
    assert [f.key for f in found.fields] == ["manner"]


def test_a_printed_line_is_no_sentence() -> None:
    printed = "统一书目，做好书目更新、书目公开、书目评选、书目推荐、书目宣传和书目归档"
    lines = [*[printed] * 12, "工作。各县（市、区）、", "各有关部门要落实书目，并且每月报送进展。"]
    doc, found = parse("，\n".join(lines[:12]) + "\n" + "\n".join(lines[12:]) + "\n2.做好保障。")
    assert [shown(doc, s).bodies for s in found] == ["各县（市、区） 各有关部门"]


def test_text_of_an_item_that_no_statement_governs_is_an_action_too() -> None:
    doc, _ = parse(
        "建设书屋1间。（省教育厅）为学生开设课程。\n2.加强宣传，\n培训骨干。广泛征集意见。省科协要每月报送进展。"
    )
    actions = extract(Reading(document=doc), LEXICON).actions
    assert [(a.unit, a.part, bool(a.statement), doc.norm[a.text.start : a.text.end]) for a in actions] == [
        (1, 1, True, "建设书屋1间。"),
        (1, 2, False, "为学生开设课程。"),
        (2, 2, False, "加强宣传,\n培训骨干。广泛征集意见。"),
        (2, 1, True, "省科协要每月报送进展。"),
    ]
    assert [p.concept for p in actions[1].populations] == ["students"]


def test_a_duty_with_a_name_that_no_register_knows_is_doubted() -> None:
    doc, statements = parse("建设书屋，由省教育厅牵头，市数规中心岭东分局配合。\n2.培训由专人负责。")
    found = extract(Reading(document=doc), LEXICON).findings
    assert not statements
    assert [(f.code, f.detail) for f in found] == [
        ("duty-without-statement", (("text", "省教育厅牵头,市数规中心岭东分局配合"),))
    ]


@pytest.mark.parametrize(
    ("item", "bodies"),
    [
        ("加强领导，省教育厅、省民政厅按职责分工负责。", "省教育厅@负责 省民政厅@负责"),
        ("建设书屋，省教育厅具体负责。", "省教育厅@负责"),
        ("完善机制，省教育厅牵头，省民政厅配合。", "lead:省教育厅@牵头 cooperating:省民政厅@配合"),
        ("建设书屋，省教育厅、省民政厅负责，2026年底前完成。", "省教育厅@负责 省民政厅@负责"),
        ("省教育厅、省民政厅，各市人民政府按职责负责。", "省教育厅 省民政厅 各市人民政府@负责"),
    ],
)
def test_a_list_with_its_role_behind_a_comma_assigns(item: str, bodies: str) -> None:
    doc, statements = parse(item)
    assert [shown(doc, s).bodies for s in statements] == [bodies]


@pytest.mark.parametrize(
    "item",
    [
        "加强领导，企业主体负责。",
        "本细则自印发之日起施行，由省教育厅负责解释。",
        "未达标的，省教育厅负责。",
        "落实要求，省教育厅负责人带队检查。",
        "建设书屋，由市数规中心岭东分局牵头，省教育厅配合。",
        "建设书屋，市数规中心岭东分局牵头，省教育厅配合。",
        "市数规中心岭东分局、省教育厅，各市人民政府按职责负责。",
    ],
)
def test_what_only_looks_like_a_list_behind_a_comma_assigns_nothing(item: str) -> None:
    assert not parse(item)[1]


@pytest.mark.parametrize(
    ("item", "bodies"),
    [
        # those who help stand behind a comma, with the task of all behind them
        ("由省农业农村厅牵头，会同省文物局制定茶园保护办法。", "lead:省农业农村厅@牵头 cooperating:省文物局@会同"),
        (
            "省农业农村厅牵头，会同有关部门和各市政府建立台账，6月底前完成。",
            "lead:省农业农村厅@牵头 cooperating:有关部门@会同 cooperating:各市政府@会同",
        ),
        (
            "由省农业农村厅会同省文物局，联合省财政厅制定办法。",
            "省农业农村厅 cooperating:省文物局@会同 cooperating:省财政厅@联合",
        ),
        ("省教育厅（牵头）、省财政厅负责建立保障机制。", "lead:省教育厅@牵头 省财政厅"),
        ("由省教育厅（牵头）会同省财政厅建立机制。", "lead:省教育厅@牵头 cooperating:省财政厅@会同"),
        ("由省科技厅、省教育厅共同牵头组建创新联合体。", "lead:省科技厅@牵头 lead:省教育厅@牵头"),
        ("省人力资源社会保障厅配合做好职称评定。", "cooperating:省人力资源社会保障厅@配合"),
        # each his own duty
        ("建设书屋。省教育厅、省财政厅按照职责分工，各负其责。", "省教育厅 省财政厅"),
        ("建设书屋（省教育厅、省财政厅各司其职）。", "省教育厅@各司其职 省财政厅@各司其职"),
        ("建设书屋（省教育厅、省财政厅各负其责、密切配合）。", "省教育厅@各负其责 省财政厅@各负其责"),
        ("建设书屋，省教育厅、省财政厅各司其职、各负其责。", "省教育厅@各司其职 省财政厅@各司其职"),
        ("建设书屋（省教育厅、省财政厅，按行业分工负责）。", "省教育厅 省财政厅"),
        # a label within a sentence
        ("建设书屋100家，责任单位是省教育厅。", "省教育厅@责任单位"),
        ("建设书屋100家，责任单位：省教育厅（牵头）、省财政厅。", "lead:省教育厅@牵头 省财政厅@责任单位"),
        ("建设书屋100家 责任单位：省教育厅 省财政厅", "省教育厅@责任单位 省财政厅@责任单位"),
        (
            "建设书屋。本项工作的责任单位是省教育厅，配合单位是省财政厅。",
            "省教育厅@责任单位 cooperating:省财政厅@配合单位",
        ),
        ("该项工作的牵头部门是省教育厅。", "lead:省教育厅@牵头部门"),
        ("建设书屋。责任单位——省教育厅。", "省教育厅@责任单位"),
        # adverbs before the word of a role are no part of a name
        ("推广节水。责任单位为省水利厅，省农业农村厅予以支持。", "省水利厅@责任单位 cooperating:省农业农村厅@支持"),
        (
            "推广节水。（省水利厅牵头，省农业农村厅、省财政厅积极配合、给予支持）",
            "lead:省水利厅@牵头 cooperating:省农业农村厅@支持 cooperating:省财政厅@配合",
        ),
        (
            "建设新馆。（省档案馆负责实施，省发展改革委、省财政厅予以保障）",
            "省档案馆@负责实施 省发展改革委 省财政厅",
        ),
        (
            "建设规章库。〔任务分工：省司法厅牵头做好清理，省直各单位及时做好发布；各县（市）区政府做好相关工作〕",
            "lead:省司法厅@牵头 省直各单位@任务分工 各县（市）区政府@任务分工",
        ),
        ("省粮食和储备局要切实负起牵头责任，保障收购。", "lead:省粮食和储备局@牵头责任"),
        ("各省级牵头部门要会同有关部门制定规则。", "各省级牵头部门 cooperating:有关部门@会同"),
        ("省教育厅应当自收到指导事项之日起5日内答复。", "省教育厅"),
        ("建立专家库，省科协为主，省科技厅为辅。", "lead:省科协@为主 cooperating:省科技厅@为辅"),
    ],
)
def test_sentences_give_everybody_in_them_a_part(item: str, bodies: str) -> None:
    doc, statements = parse(item)
    assert [shown(doc, s).bodies for s in statements] == [bodies]


@pytest.mark.parametrize(
    ("item", "doubted"),
    [
        # for one case only
        ("建设书屋。特殊情况由省财政厅负责。", "特殊情况由省财政厅负责"),
        ("遇有重大灾情时，由省应急管理厅负责处置。", "遇有重大灾情时,由省应急管理厅负责处置"),
        ("争议较大的事项，由省司法厅牵头协调。", "争议较大的事项,由省司法厅牵头协调"),
        ("涉及资金的事项由省财政厅负责。", "涉及资金的事项由省财政厅负责"),
        ("发生舆情的，由省委网信办牵头处置。", "省委网信办牵头处置"),
        ("必要时由省财政厅牵头研究。", "必要时由省财政厅牵头研究"),
        # an office by its form, which no register knows
        ("强化监督。省纪委监委、省委某督查室要加强检查，每周通报。", "省纪委监委、省委某督查室要加强检查"),
        ("省教育厅、省书屋管理办按照各自职责，完善规则。", "省教育厅、省书屋管理办按照各自职责"),
        # a wording that is not read
        ("该项工作责任主体为省教育厅。", "省教育厅"),
        ("省税务局配合省财政厅做好契税征管。", "省税务局配合省财政厅做好契税征管"),
        ("加强督察。由省统计局党组负责组织实施。", "省统计局党组负责组织实施"),
        ("强化保护，省自然资源厅负直接责任。", "省自然资源厅负直接责任"),
        ("改进工作，由省信访局总牵头，各有关部门抓好落实。", "省信访局总牵头,各有关部门抓好落实"),
    ],
)
def test_a_duty_that_is_not_read_is_doubted(item: str, doubted: str) -> None:
    doc, statements = parse(item)
    found = extract(Reading(document=doc), LEXICON).findings
    assert not statements
    assert [(f.code, f.detail) for f in found] == [("duty-without-statement", (("text", doubted),))]


@pytest.mark.parametrize(
    "item",
    [
        "本办法由省教育厅负责解释。",
        "本办法由省教育厅会同省书屋管理办负责解释。",
        "推广由省教育厅认定的学校经验。",
        "落实要求，省教育厅主要负责同志带队检查。",
        "省教育厅印发了通知。",
        "学习省教育厅先进经验，健全政府主导、部门联动的格局。",
    ],
)
def test_what_gives_nobody_a_duty_is_not_doubted(item: str) -> None:
    doc, statements = parse(item)
    found = extract(Reading(document=doc), LEXICON).findings
    assert not statements
    assert not [f for f in found if f.code == "duty-without-statement"]


def test_a_sentence_of_many_duties_costs_what_it_is_long() -> None:
    def work(n: int) -> None:
        parse("加强领导，" + "某数规中心负责，" * n + "。")

    assert grows_with(work, small=100)


OF_OTHER_TEXT = {
    "this item": (
        "建设书屋。本条由省教育厅牵头。\n2.做好保障。",
        [("一/1", "建设书屋。", "lead:省教育厅@牵头")],
    ),
    "this work": (
        "建设书屋。该项工作由省教育厅负责。\n2.做好保障。",
        [("一/1", "建设书屋。", "省教育厅@负责")],
    ),
    "the item, by a sentence that only names": (
        "建设书屋，培训骨干。省教育厅牵头，省科协配合。\n2.做好保障。",
        [("一/1", "建设书屋,培训骨干。", "lead:省教育厅@牵头 cooperating:省科协@配合")],
    ),
    "the item, by a sentence with a time": (
        "建设书屋，培训骨干。省教育厅牵头，省科协配合，2031年9月底前完成。\n2.做好保障。",
        [("一/1", "建设书屋,培训骨干。", "lead:省教育厅@牵头 cooperating:省科协@配合")],
    ),
    "two tasks of an item, each by such a sentence": (
        "建设书屋。由省教育厅负责。培训骨干。由省科协负责。\n2.做好保障。",
        [("一/1", "建设书屋。", "省教育厅@负责"), ("一/1", "培训骨干。", "省科协@负责")],
    ),
    "what stands above": (
        "建设书屋。\n2.做好保障。\n以上任务由省教育厅牵头负责。",
        [("一", "以上任务由省教育厅牵头负责。", "lead:省教育厅@牵头负责")],
    ),
    "what stands above, beside brackets": (
        "建设书屋。（省民政厅）\n2.做好保障。（省财政厅）以上各项工作均由省教育厅牵头。",
        [
            ("一/1", "建设书屋。", "省民政厅"),
            ("一/2", "做好保障。", "省财政厅"),
            ("一", "以上各项工作均由省教育厅牵头。", "lead:省教育厅@牵头"),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_TEXT)
def test_a_sentence_gives_the_duty_of_its_item_or_of_what_stands_above(case: str) -> None:
    item, expected = OF_OTHER_TEXT[case]
    doc, statements = parse(item)
    found = [(doc.units[s.unit].path, doc.norm[s.text.start : s.text.end], shown(doc, s).bodies) for s in statements]
    assert sorted(found) == sorted(expected)


def test_the_longest_verb_of_a_list_is_found_at_its_end() -> None:
    """Only the end of a list is searched for its verb, as far as any verb reaches."""
    longest = {name: max(sorted(LEXICON.words.of(name)), key=len) for name in ("roles", "duty-takes")}
    verb = f"{longest['roles']}并按照各自职责{longest['duty-takes']}分工协同均为{longest['roles']}"
    text = "、".join(["省教育厅"] * 30) + verb
    end, manner, word = roles.verb_at_end(text, 0, len(text), LEXICON.words)
    assert (text[end:], manner is not None, word is not None) == (verb, True, True)


SLIPS = """云岭省社区阅读推广工作要点

一、重点任务

1.修订制度。（{}
2.开展活动。（省教育厅）
3.建设书屋

云岭省人民政府办公厅
2025年3月27日
"""


@pytest.mark.parametrize(
    ("bracket", "bodies", "doubted"),
    [
        ("省司法厅】", ["省司法厅"], []),
        ("省司法厅〕", [], ["(省司法厅〕"]),
        ("省司法厅负责制度修订，省教育厅负责学校落实）", ["省司法厅", "省教育厅"], ["负责制度修订", "负责学校"]),
        ("分管领导：李某某；责任单位：省司法厅）", ["省司法厅"], ["分管领导:李某某"]),
    ],
)
def test_a_slip_in_a_bracket_neither_makes_a_body_nor_loses_one_in_silence(
    bracket: str, bodies: list[str], doubted: list[str]
) -> None:
    found = annotate(
        SLIPS.format(bracket).encode(), name="p.txt", settings=Settings(), lexicon=load_lexicon(Settings())
    )
    first = found.actions[0].statement
    assert [b.surface for b in first.bodies] == bodies if first else not bodies
    said = [f.span for f in found.findings if f.code == "bracket-without-statement" and f.span]
    assert [found.document.norm[s.start : s.end] for s in said] == doubted


def test_a_rule_in_a_bracket_behind_the_last_name_keeps_that_name() -> None:
    doc, (statement,) = parse(f"{DO}。\n责任单位：省教育厅、省科协（除注明外，列第一位的为牵头单位，下同）")
    assert shown(doc, statement).bodies == "lead:省教育厅@列第一位的为牵头单位，下同 省科协@责任单位"


def test_a_rule_in_a_bracket_behind_the_first_name_cuts_off_no_other() -> None:
    doc, (statement,) = parse(f"{DO}。\n责任单位：省教育厅（首位单位为牵头单位，下同）、省科协、省文联")
    rule = "首位单位为牵头单位，下同"
    assert shown(doc, statement).bodies == f"lead:省教育厅@{rule} 省科协@责任单位 省文联@责任单位"


def test_a_rule_in_a_bracket_holds_no_label_of_the_list() -> None:
    doc, (statement,) = parse(
        f"{DO}。\n\n责任单位：省教育厅、省科协（第一责任单位为牵头单位，下同）\n\n时限要求：持续推进\n2.{DO}。"
    )
    rule = "第一责任单位为牵头单位，下同"
    assert shown(doc, statement).bodies == f"lead:省教育厅@{rule} 省科协@责任单位"


@pytest.mark.parametrize(
    ("sentence", "bodies"),
    [
        ("由应急办牵头，消防站、各物业公司参与。", ["应急办 lead", "消防站 cooperating", "各物业公司 cooperating"]),
        ("市数据局负总责，石桥供电公司协同推进。", ["市数据局 lead", "石桥供电公司 cooperating"]),
        ("由龙头企业牵头，高校、科研院所参与。", []),
        ("培训工作由应急办牵头，石桥中学参与组织。", []),
    ],
)
def test_a_sentence_of_nothing_but_duties_may_name_who_is_in_no_register(sentence: str, bodies: list[str]) -> None:
    _, found = parse(f"{DO}。{sentence}")
    assert [f"{b.surface} {b.role}" for s in found for b in s.bodies] == bodies


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("（责任单位：省教育厅、省科技厅）", id="brackets-in-one-item"),
        pytest.param("（一）到2027年覆盖率达到90%。（省科协牵头）\n", id="targets-between-duties"),
    ],
)
def test_a_document_costs_what_is_in_it_and_not_its_square(piece: str) -> None:
    head = "云岭省科普工作方案\n一、任务\n"

    def read(size: int) -> None:
        annotate((head + piece * size).encode(), name="a.txt", settings=Settings(), lexicon=LEXICON)

    read(60)  # what is compiled at the first call
    assert steps(lambda: read(8 * 60)) < 9 * steps(lambda: read(60))


def test_a_government_behind_the_committee_of_a_place_is_that_of_the_place() -> None:
    """雄县、容城 and 安新县 lie in one province, whose government a bare 人民政府 would be."""
    doc, (statement,) = parse(f"{DO}。（雄县、容城、安新县委和人民政府负责）")
    assert [b.surface for b in statement.bodies] == ["雄县", "容城", "安新县委", "安新县人民政府"]
    assert shown(doc, statement).names == ("安新县人民政府",)


def test_a_rule_that_nothing_is_listed_again_may_have_several_clauses() -> None:
    rule = "以下均需各市政府落实，市政府无相关职能的，由省有关部门负责，不再列出"
    doc, (statement,) = parse(f"{DO}。（省教育厅牵头，省科协配合。{rule}）")
    assert [(doc.source.text[f.span.start : f.span.end], f.key) for f in statement.fields] == [(rule, "standing_rule")]
