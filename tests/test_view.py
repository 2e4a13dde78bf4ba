"""The reading view without a browser: the cutting of the text, the page as a file, its escapes, the diagrams."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import whole

from kgbuild import api
from kgbuild.cli import cli
from kgbuild.errors import InputError, UsageError
from kgbuild.model import Span
from kgbuild.store import Index
from kgbuild.view.diagrams import outline
from kgbuild.view.facts import Facts, shown_layers
from kgbuild.view.segments import cut

if TYPE_CHECKING:
    from kgbuild.view.reading import Page

PLAN = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"
TEXT = PLAN.read_text(encoding="utf-8")


@cache
def page() -> Page:
    (found,) = api.view_pages([str(PLAN)])
    return found


@cache
def nodes(plan: Path = PLAN) -> Index:
    return Index(api.build(plan, validate=False).graph().quads)


def facts(plan: Path = PLAN) -> Facts:
    return Facts(nodes(plan), min(nodes(plan).of_type("SourceText")))


# -- cutting ----------------------------------------------------------------------------------------------------
TEXTS = st.text(st.sampled_from("省科🌱𠮷\t\r\n 。a"), max_size=40)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 39), st.integers(1, 12)), max_size=8))
@settings(deadline=None)
def test_pieces_are_the_text_and_lie_wholly_in_or_out_of_a_place(text: str, places: list[tuple[int, int]]) -> None:
    marks = [[Span(a, min(a + n, len(text)))] for a, n in places if a < len(text)]
    lines = cut(text, marks, {})
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert "".join(p.text for line in lines for p in line.pieces) == re.sub(r"[\r\n]", "", text)
    for n, (place,) in enumerate(marks):
        said = "".join(p.text for line in lines for p in line.pieces if n in p.marks)
        assert said == re.sub(r"[\r\n]", "", text[place.start : place.end])


def test_a_place_after_an_emoji_a_tab_and_a_windows_line_end_is_cut_exactly() -> None:
    text = "🌱\t省科协\r\n𠮷🌱省教育厅"
    lines = cut(text, [[Span(2, 5)], [Span(9, 13)]], {})
    assert [[(p.text, p.marks) for p in line.pieces] for line in lines] == [
        [("🌱\t", ()), ("省科协", (0,))],
        [("𠮷🌱", ()), ("省教育厅", (1,))],
    ]


def test_a_correction_cut_by_a_border_gives_each_piece_its_share() -> None:
    (line,) = cut("省学问厅", [[Span(0, 2)]], {Span(1, 3): "文化"})
    assert [(p.text, p.right) for p in line.pieces] == [("省", None), ("学", "文"), ("问", "化"), ("厅", None)]
    (line,) = cut("科技工编辑", [[Span(0, 4)]], {Span(3, 5): "作者们"})
    assert "".join(p.right or p.text for p in line.pieces) == "科技工作者们"


# -- facts ------------------------------------------------------------------------------------------------------
def test_every_statement_and_mention_of_the_graph_is_a_fact_with_its_places() -> None:
    found = facts().facts
    by_node = {f.node for f in found}
    for kind in ("Assignment", "InitiativeUse", "Citation", "IndicatorTarget", "BracketField", "Measure"):
        assert {n[1:-1] for n in nodes().of_type(kind)} <= by_node
    assert all(f.places for f in found)
    assert [f.places[0] for f in found] == sorted(f.places[0] for f in found)
    assert {f.layer for f in found} <= set(shown_layers())


def test_a_fact_says_who_in_which_role_in_both_languages() -> None:
    lead = next(f for f in facts().facts if f.layer == "body" and f.kind.en == "lead body")
    assert (lead.kind.zh, lead.name.zh) == ("牵头单位", "云岭省商务厅")
    assert TEXT[lead.places[0].start : lead.places[0].end] == "省商务厅"
    assert facts().items[lead.item or 0].path.endswith("/2")


def test_a_time_without_a_day_is_shown_as_it_is_worded(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("2031年工作要点\n\n一、茶园\n1.对茶厂每半年至少检查一次。（省茶业厅；长期坚持）\n", "utf-8")
    assert {f.name.zh for f in facts(plan).facts if f.layer == "field"} == {"每半年", "长期坚持"}


def test_a_population_in_the_title_of_an_item_is_shown_once(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("2031年工作要点\n\n一、茶园\n（一）培训全省茶农\n牵头单位：省茶业厅\n", "utf-8")
    (found,) = (f for f in facts(plan).facts if f.layer == "population")
    assert found.item is not None


# -- the page ---------------------------------------------------------------------------------------------------
def test_the_page_loads_nothing_and_names_its_script() -> None:
    html = page().html
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", html)
    assert "default-src 'none'" in html
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]+'", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert len(html.encode()) < 400_000


@pytest.mark.parametrize("suffix", ["ttl", "nq"])
def test_graph_and_document_give_the_same_page(suffix: str, tmp_path: Path) -> None:
    graph = tmp_path / f"plan.{suffix}"
    graph.write_bytes(api.build(PLAN, validate=False).serialise(suffix))
    (found,) = api.view_pages([str(graph)], sources=[PLAN])
    assert found.html == page().html
    with pytest.raises(InputError, match="source"):
        api.view_pages([str(graph)])


def test_text_is_never_markup(tmp_path: Path) -> None:
    nasty = tmp_path / "x.txt"
    nasty.write_text(
        "关于<script>alert(1)</script>的通知\n\n一、办好</script>“<img src=x onerror=alert(1)>”活动。（省科协）",
        "utf-8",
    )
    (found,) = api.view_pages([str(nasty)])
    assert "<script>alert" not in found.html
    assert "<img" not in found.html
    assert found.html.count("</script>") == 2


def test_a_text_of_one_character_gives_a_page(tmp_path: Path) -> None:
    tiny = tmp_path / "x.txt"
    tiny.write_text("科", "utf-8")
    (found,) = api.view_pages([str(tiny)])
    assert "科" in found.html


TARGETS = """# 云岭省科普规划

一、目标

| 指标 | 单位 | 2025年 | 2030年 | 属性 |
| --- | --- | --- | --- | --- |
| 科普场馆 | 个 | 30 | 50 | 约束性 |

二、保障

加强领导。
"""
DUTIES = """<h1>云岭省科普方案</h1><p>一、分工</p><table><tr><th>序号<th>任务<th>牵头单位</tr>
<tr><td rowspan=2>1<td>建设场馆<td>省科技厅<br>省教育厅</tr><tr><td>培训教师<td></tr></table>
<p>二、保障</p><p>加强领导。</p>"""


def _cells(name: str, text: str, folder: Path) -> tuple[str, list[list[tuple[str, str]]]]:
    """The page of a text, and for each row of its tables the tags and the words of the cells."""
    (folder / name).write_text(text, encoding="utf-8")
    (found,) = api.view_pages([str(folder / name)])
    table = re.search(r'<table class="grid">.*?</table>', found.html, re.DOTALL)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table[0] if table else "", re.DOTALL)
    cells = [re.findall(r"<(t[hd][^>]*)>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return found.html, [[(tag, re.sub(r'<p class="note.*?</p>|<[^>]*>', "", own)) for tag, own in row] for row in cells]


def test_a_table_looks_like_one(tmp_path: Path) -> None:
    html, rows = _cells("duties.html", DUTIES, tmp_path)
    assert rows == [
        [("th", "序号"), ("th", "任务"), ("th", "牵头单位")],
        [('td rowspan="2"', "1"), ("td", "建设场馆"), ("td", "省科技厅省教育厅")],
        [("td", "培训教师"), ("td", "")],
    ]
    assert re.search(r'<tr class="row" data-a="\d+">', html)
    lines = re.findall(r' id="l(\d+)"', html)
    assert lines == sorted(set(lines), key=int)


def test_a_table_in_markdown_looks_like_one_and_targets_say_where_they_start(tmp_path: Path) -> None:
    html, rows = _cells("targets.md", TARGETS, tmp_path)
    assert [[words for _, words in row] for row in rows] == [
        ["指标", "单位", "2025年", "2030年", "属性"],
        ["科普场馆", "个", "30", "50", "约束性"],
    ]
    (target,) = re.findall(r'<li class="fact indicator".*?</li>', html, re.DOTALL)
    words = " ".join(re.sub(r"<[^>]*>", " ", target).split())
    assert "基期值 baseline 30 个" in words
    assert "2025-12-31" in words
    assert "约束性 binding" in words


def test_the_documents_of_a_text_stand_in_its_order(tmp_path: Path) -> None:
    notices = "".join(
        f"云岭省科技厅关于印发《{title}》的通知\n云科〔2025〕{n}号\n各市科技局：\n现印发给你们。\n云岭省科技厅\n2025年3月{n}日\n"
        f"{title}\n一、建设\n（一）建设科普场馆。（责任单位：省科技厅）\n（二）培训教师。（责任单位：省教育厅）\n"
        for n, title in ((2, "科普场馆方案"), (1, "科普人才方案"), (3, "科普活动方案"))
    )
    (tmp_path / "notices.txt").write_text(notices, encoding="utf-8")
    (found,) = api.view_pages([str(tmp_path / "notices.txt")])
    issued = [card.number for card in found.cards if card.number]
    assert issued == ["云科〔2025〕2号", "云科〔2025〕1号", "云科〔2025〕3号"]
    assert found.cards[0].title.endswith("《科普场馆方案》的通知")


def test_several_documents_give_an_index(tmp_path: Path) -> None:
    folder, out = tmp_path / "plans", tmp_path / "out"
    folder.mkdir()
    for name in ("甲.txt", "b.txt"):
        (folder / name).write_text(f"关于{name[0]}的通知\n一、办好活动。（省科协）", "utf-8")
    run = CliRunner()
    done = run.invoke(cli, ["view", str(folder), "-o", str(out)])
    assert done.exit_code == 0
    assert sorted(p.name for p in out.iterdir()) == ["b.html", "index.html", "甲.html"]
    index = (out / "index.html").read_text("utf-8")
    assert 'href="b.html"' in index
    assert 'href="%E7%94%B2.html"' in index
    assert "关于b的通知" in index
    failed = run.invoke(cli, ["view", str(folder), "-o", str(tmp_path / "one.html")], standalone_mode=False)
    assert isinstance(failed.exception, UsageError)


# -- diagrams ---------------------------------------------------------------------------------------------------
def test_the_outline_holds_every_section_and_action_below_its_own() -> None:
    rows = {r["id"]: r for r in outline(nodes())["data"][0]["values"]}
    sections, actions = nodes().of_type("Section"), nodes().of_type("Action")
    assert sections | actions <= set(rows)
    for section in sections:
        assert [rows[section]["parent"]] == nodes().values(section, "parentSection") + nodes().values(
            section, "sectionOf"
        )
    (root,) = (r for r in rows.values() if r["parent"] is None)
    assert str(root["name"]).startswith("云岭省全民数字素养")


@whole("draws pictures, as test_charts.py does")
@pytest.mark.parametrize("kind", ["outline", "matrix", "network"])
def test_a_diagram_is_drawn_from_its_specification(kind: str, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    graph = tmp_path / "plan.nq"
    graph.write_bytes(api.build(PLAN, validate=False).serialise("nq"))
    for suffix in ("svg", "json", "png"):
        args = ["diagram", str(graph), "--kind", kind, "-o", str(tmp_path / f"d.{suffix}")]
        assert CliRunner().invoke(cli, args).exit_code == 0
    svg = (tmp_path / "d.svg").read_text("utf-8")
    assert "教育厅" in svg if kind != "outline" else "总体要求" in svg
    assert json.loads((tmp_path / "d.json").read_text("utf-8"))["$schema"].startswith("https://vega.github.io/")
    assert (tmp_path / "d.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_to_draw_and_another_format_are_said(tmp_path: Path) -> None:
    graph = tmp_path / "x.nt"
    graph.write_text("<http://x/s> <http://x/p> <http://x/o> .\n", "utf-8")
    with pytest.raises(UsageError, match="no plan"):
        api.draw_diagram(str(graph), "outline", ".svg")
    with pytest.raises(UsageError, match="nothing to draw"):
        api.draw_diagram(str(graph), "matrix", ".svg")
