"""Pages: all visible text and nothing else, anchors that another parser finds too, tables as rows and columns."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import html5rdf  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from tests.support import whole

from kgbuild.model import Span, Table
from kgbuild.read.html import PageText, read_page
from kgbuild.read.nesting import MAX_DEPTH, flatten

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

PORTAL = """<!DOCTYPE html>
<html><head><title>门户</title><style>p{color:red}</style></head><body>
<div class="nav"><a href="/">首页</a> <a href="/a">政策，文件</a><ul><li><a>公开，目录，指南。</a></li></ul></div>
<div id="hide" style="display: none">计数，隐藏。</div>
<div class="page"><!-- 正文 -->
 <table class="head"><tr><td><b>索 引 号：</b></td><td>YL-2031-7</td></tr><tr><td>发布日期：</td><td></td></tr></table>
 <div class="zoom">
  <p align="center"><b>云岭省乡村书屋
     提升行动方案</b></p>
  <p>&nbsp;</p>
  <p>各市（州）人民政府，省政府各部门：</p>
  <p>　　一、总体要求。坚持<span>以读者</span>为中心，<font>建成</font>书屋1200个。<br>
　　二、重点任务<br><br>（一）阅读活动。</p>
  前置文字，<i>斜体</i>；<p>段落。</p>后置文字。<o:p>附注：略。</o:p><svg><text>图示</text></svg>
  <script>document.write("<p>假</p>")</script><noscript>请启用脚本</noscript>
  <pre>  一行
二行</pre>
 </div>
</div>
<div class="footer">主办：云岭省人民政府办公厅 <select><option>相关链接<option>友情链接</select></div>
</body></html>"""

PORTAL_LINES = [
    "首页 政策，文件",
    "公开，目录，指南。",
    "索 引 号：",
    "YL-2031-7",
    "发布日期：",
    "云岭省乡村书屋 提升行动方案",
    "各市（州）人民政府，省政府各部门：",
    "　　一、总体要求。坚持以读者为中心，建成书屋1200个。",
    "　　二、重点任务",
    "",
    "（一）阅读活动。",
    "前置文字，斜体；",
    "段落。",
    "后置文字。附注：略。图示",
    "  一行",
    "二行",
    "主办：云岭省人民政府办公厅",
    "相关链接",
    "友情链接",
]

UNSEEN = {"head", "script", "style", "noscript", "template", "title", "iframe", "noframes", "noembed", "datalist", "rp"}
UNSEEN |= {"audio", "video", "canvas"}


def cut(page: PageText, span: Span) -> str:
    return page.text[span.start : span.end]


def bare(text: str) -> str:
    return "".join(text.split())


# -- an independent reading: the tree of html5lib, and a few lines of XPath over it --
def tree(html: str) -> ET.Element:
    return html5rdf.parse(html, treebuilder="etree", namespaceHTMLElements=False)  # type: ignore[no-any-return]


def local(element: ET.Element) -> str | None:
    tag: object = element.tag  # a function for a comment
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else None


def shown(element: ET.Element) -> str:
    name = local(element)
    style = element.get("style") or ""
    if name is None or name in UNSEEN or element.get("hidden") is not None or re.search(r"display:\s*none", style):
        return ""
    return (element.text or "") + "".join(shown(child) + (child.tail or "") for child in element)


def text_nodes(element: ET.Element) -> list[str]:
    return [text for text in [element.text, *(child.tail for child in element)] if text]


def resolve(root: ET.Element, path: str) -> tuple[str, bool]:
    """Return the visible text of what an XPath names, and whether it is a text node."""
    element = root
    steps = path.strip("/").split("/")
    assert steps[0] == "html"
    for step in steps[1:]:
        found = re.fullmatch(r"([^\[]+)(?:\[(\d+)\])?", step)
        assert found is not None, step
        number = int(found[2] or 1)
        if found[1] == "text()":
            return text_nodes(element)[number - 1], True
        children = [child for child in element if local(child) is not None]
        if found[1] != "*":
            children = [child for child in children if child.tag == found[1]]
        element = children[number - 1]
    return shown(element), False


def check_against_other_parser(html: str) -> None:
    page = read_page(html)
    root = tree(html)
    assert bare(page.text) == bare(shown(root))
    for anchor in page.anchors:
        text, is_node = resolve(root, anchor.place.xpath)
        if is_node:
            piece = bare(text)
            mine = bare(page.text[anchor.span.start :])
            # The node may begin before the span where a newline of <pre> or a break lies in it; here none does.
            assert mine.startswith(piece), anchor
        else:
            assert bare(text) == bare(cut(page, anchor.span)), anchor


def check_spans(page: PageText) -> None:
    size = len(page.text)
    spans = [anchor.span for anchor in page.anchors]
    assert spans == sorted(spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(cut(page, span) == cut(page, span).strip() != "" for span in spans)
    assert bare("".join(cut(page, span) for span in spans)) == bare(page.text)  # every visible character has a place
    assert 0 <= page.main.start <= page.main.end <= size
    for table in page.tables:
        taken: set[tuple[int, int]] = set()
        for cell in table.cells:
            assert 0 <= cell.span.start <= cell.span.end <= size
            assert not cell.span or table.span.covers(cell.span)
            assert cut(page, cell.span) == cut(page, cell.span).strip()
            taken.add((cell.row, cell.column))
        assert len(taken) == len(table.cells)
        assert [c.span for c in table.cells] == sorted(c.span for c in table.cells)


def test_visible_text_line_by_line() -> None:
    assert read_page(PORTAL).text == "\n".join(PORTAL_LINES) + "\n"


def test_the_portal_against_another_parser() -> None:
    check_against_other_parser(PORTAL)
    check_spans(read_page(PORTAL))


def test_main_part_leaves_out_what_stands_around_it() -> None:
    page = read_page(PORTAL)
    main = cut(page, page.main)
    assert main.startswith("云岭省乡村书屋 提升行动方案\n各市")
    assert main.endswith("二行")


@pytest.mark.parametrize(
    "html",
    [
        "<p>书屋 提升</p><p>一个很长的段落，几乎占了全部文字，仍不是正文的全部。</p><p>2031年3月1日</p>",
        "<div><p>没有标点</p></div>",
        "<div><a>链接，文字。</a></div>",
        "直接写在外面，没有区块。",
    ],
)
def test_main_part_of_a_bare_page_is_all_of_it(html: str) -> None:
    page = read_page(html)
    assert page.main == Span(0, len(page.text.rstrip()))


def test_places_are_as_short_as_they_can_be() -> None:
    page = read_page("<div><p>甲<b>乙</b></p>丙<br>丁</div><div>戊</div>")
    assert [(cut(page, a.span), a.place.xpath) for a in page.anchors] == [
        ("甲乙", "/html/body/div[1]/p[1]"),
        ("丙", "/html/body/div[1]/text()[1]"),
        ("丁", "/html/body/div[1]/text()[2]"),
        ("戊", "/html/body/div[2]"),
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<!-- 只有注释 -->", ""),
        ("<frameset><frame src=a><noframes>无框架</noframes></frameset>", ""),
        ("<body></body>", ""),
        ("<head><title>甲</title></head>", ""),
        ("甲&amp;乙&#x4e19;&nbsp;丁&lt;p&gt;&#0;&nosuch;", "甲&乙丙\u00a0丁<p>\ufffd&nosuch;\n"),
        ("<p>甲<p>乙<li>丙<li>丁", "甲\n乙\n丙\n丁\n"),
        ("<b>甲<p>乙</b>丙</p>丁", "甲\n乙丙\n丁\n"),
        ("<p>甲\n\t  乙 </p>\n\n<p> 丙</p>", "甲 乙\n丙\n"),
        ("<p>甲 <b> 乙</b>  丙</p>", "甲 乙 丙\n"),
        ("<p>甲<b>乙</b>丙<a>丁</a></p>", "甲乙丙丁\n"),
        ("<br><br>甲<br><br><br>乙<br>", "甲\n\n乙\n"),
        ("甲<hr>乙<div></div>丙", "甲\n乙\n丙\n"),
        ("<span style='display:block'>甲</span><span>乙</span>", "甲\n乙\n"),
        ("<div hidden>甲</div><p style='visibility:hidden'>乙<b>丙</b></p><dialog>丁</dialog>戊", "戊\n"),
        ("<dialog open>甲</dialog><p style='content:\"display\"'>乙</p>", "甲\n乙\n"),
        ("<p>5km<sup>2</sup>，馆<sup> <i>12</i></sup><sup>[3]</sup>H<sub>2</sub>", "5km²，馆 ¹²[3]H2\n"),
        ("<ruby>协<rp>(</rp><rt>xié</rt><rp>)</rp></ruby>", "协xié\n"),
        ("<textarea>\n甲\n 乙</textarea>", "甲\n 乙\n"),
        ("<plaintext>甲</p>\n乙", "甲</p>\n乙\n"),
        ("甲\r\n<pre>乙\r\n丙\r丁</pre>", "甲\n乙\n丙\n丁\n"),
        ("<template><p>甲</p></template><canvas>乙</canvas><iframe>丙</iframe>丁", "丁\n"),
        ("<p>甲</p", "甲\n"),
        ("<p title='>乙'>甲<!-- 未完", "甲\n"),
        ("<p>&nbsp; 　</p><p>　　甲　</p>", "　　甲　\n"),
    ],
)
def test_text_of_a_page(html: str, text: str) -> None:
    page = read_page(html)
    assert page.text == text
    check_spans(page)


# -- tables --
def rows(page: PageText, table: Table) -> list[list[str]]:
    out: list[list[str]] = []
    for cell in table.cells:
        while len(out) <= cell.row:
            out.append([])
        out[cell.row].append(cut(page, cell.span))
    return out


MEASURES = """<p>附件</p><table border=1>
<tr><td colspan="4">表1 书屋建设任务</td></tr>
<tr><td>序号</td><td>任 务</td><td>责任单位</td><td>完成时限</td></tr>
<tr><td colspan=4>一、建设方面（共2项）</td></tr>
<tr><td>1</td><td><p>建书屋。</p><p>补书目。</p></td><td rowspan="2">省文化厅、省教育厅</td><td>2031年6月底前</td></tr>
<tr><td>2</td><td>办活动。</td><td></td></tr>
</table>"""


def test_a_table_of_measures() -> None:
    page = read_page(MEASURES)
    (table,) = page.tables
    assert rows(page, table) == [
        ["表1 书屋建设任务"],
        ["序号", "任 务", "责任单位", "完成时限"],
        ["一、建设方面（共2项）"],
        ["1", "建书屋。\n补书目。", "省文化厅、省教育厅", "2031年6月底前"],
        ["2", "办活动。", ""],
    ]
    assert [(c.row, c.column) for c in table.cells if c.row > 2] == [
        (3, 0),
        (3, 1),
        (3, 2),
        (3, 3),
        (4, 0),
        (4, 1),
        (4, 3),
    ]
    assert [c.rowspan for c in table.cells if c.row > 2] == [1, 1, 2, 1, 1, 1, 1]
    assert [c.colspan for c in table.cells if c.row < 3] == [4, 1, 1, 1, 1, 4]
    assert {c.row for c in table.cells if c.header} == {1}
    assert page.text.splitlines()[:7] == [
        "附件",
        "表1 书屋建设任务",
        "序号",
        "任 务",
        "责任单位",
        "完成时限",
        "一、建设方面（共2项）",
    ]
    assert table.span == Span(3, len(page.text) - 1)
    check_spans(page)
    check_against_other_parser(MEASURES)


@pytest.mark.parametrize(
    ("html", "heads"),
    [
        ("<tr><th>任务<th>单位<tr><td>建书屋<td>省教育厅", ["任务", "单位"]),
        ("<thead><tr><td>任务<td>单位<tbody><tr><td>建书屋<td>省教育厅", ["任务", "单位"]),
        ("<tr><td>索引号：<td>YL-7<tr><td>发布日期：<td>2031年", []),
        ("<tr><td>文号<td>云府发〔2031〕7号<tr><td>主题<td>文化", []),
        ("<tr><td>1<td>建书屋<tr><td>2<td>办活动", []),
        ("<tr><td>任务<td>单位", []),
        ("<tr><td>专栏1<tr><td>建书屋", []),
        ("<tr><td>任务<td><tr><td>建书屋<td>省教育厅", []),
        (
            "<tr><td rowspan=2>任务<td colspan=2>单位<tr><td>牵头<td>配合<tr><td>建书屋<td>省教育厅<td>省文化厅",
            ["任务", "单位", "牵头", "配合"],
        ),
        ("<tr><td>市州<td>2030年数<td>2031年数<tr><td>甲市<td>1<td>2", ["市州", "2030年数", "2031年数"]),
    ],
)
def test_heads_of_columns(html: str, heads: list[str]) -> None:
    page = read_page(f"<table>{html}</table>")
    assert [cut(page, c.span) for t in page.tables for c in t.cells if c.header] == heads


def test_a_table_that_arranges_the_page_is_no_table_of_facts() -> None:
    page = read_page(f"<table><tr><td>{MEASURES}</td><td><table><tr><td></td></tr></table></td></tr></table>")
    (table,) = page.tables
    assert len(table.cells) == 13
    check_spans(page)


@pytest.mark.parametrize(
    ("html", "places"),
    [
        ("<tr><td rowspan=0>甲<td>乙<tr><td>丙", [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]),
        ("<tr><td rowspan=99>甲<tr><td>乙", [(0, 0, 2, 1), (1, 1, 1, 1)]),
        ("<tbody><tr><td rowspan=9>甲<tbody><tr><td>乙", [(0, 0, 1, 1), (1, 0, 1, 1)]),
        (
            "<tr><td colspan=x>甲<td colspan=-1>乙<td colspan='2'>丙<td>丁",
            [(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 2), (0, 4, 1, 1)],
        ),
        (
            "<tr><td>甲<td rowspan=2 colspan=2>乙<tr><td>丙<td>丁",
            [(0, 0, 1, 1), (0, 1, 2, 2), (1, 0, 1, 1), (1, 3, 1, 1)],
        ),
        ("<td>甲", [(0, 0, 1, 1)]),
    ],
)
def test_merged_cells(html: str, places: list[tuple[int, int, int, int]]) -> None:
    page = read_page(f"<table>{html}</table>")
    (table,) = page.tables
    assert [(c.row, c.column, c.rowspan, c.colspan) for c in table.cells] == places


# -- hostile pages --
@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<table><tr><td>",
        "<b><div></b>",
        *(
            pytest.param(unit, marks=whole("reads a page of deep nesting for each"))
            for unit in ("<b>", "<span>", "<ul><li>", "<div><object></div></object>", "<svg><a>")
        ),
    ],
)
def test_deep_nesting_is_bounded_and_keeps_the_text(unit: str) -> None:
    page = read_page("首" + unit * 20_000 + "深处" + "</div>" * 20_000 + "尾")
    assert page.n_flattened > 1000
    assert bare(page.text) == "首深处尾"


def test_many_open_formatting_elements_do_not_multiply() -> None:
    page = read_page("".join(f"<b a={i}>" for i in range(3000)) + "<p>甲" * 3000)
    assert bare(page.text) == "甲" * 3000


@pytest.mark.parametrize(
    "html",
    [
        "<p>甲" * 5000,
        "<p><font>甲</p>" * 20,
        "<li><a>甲" * 3000,
        "<table><tr><td>甲" + "<td>乙<tr><td>丙" * 2000,
        "<p><span>甲<p>" * 2000,
        "<script>" + "<div>" * 5000 + "</script>甲",
        "<!--" + "<div>" * 5000 + "-->甲",
        "<p title='" + "<div>" * 5000 + "'>甲",
    ],
)
def test_sloppy_pages_are_left_as_they_are(html: str) -> None:
    assert flatten(html) == (html, 0)


def depth(html: str) -> int:
    node = LexborHTMLParser(html).root
    deepest = here = 0
    while node is not None:
        if node.child is not None:
            node, here = node.child, here + 1
            deepest = max(deepest, here)
            continue
        while node is not None and node.next is None:
            node, here = node.parent, here - 1
        node = node.next if node is not None else None
    return deepest


NAMES = re.findall(
    r"\S+",
    "div p span b font a i table tr td th tbody caption object form svg g foreignobject li ul dl dt dd button select"
    " option h1 center template marquee math mi nobr article x-y o:p ruby rt",
)
TAGS = st.builds(lambda close, name: f"<{close}{name}>", st.sampled_from(["", "", "/"]), st.sampled_from(NAMES))
SOUP = st.lists(TAGS | st.sampled_from(["甲", " 乙，", "<br>", "<!-- -->", "<p style='display:none'>"]), max_size=12)


@given(st.lists(TAGS, min_size=1, max_size=7))
def test_no_repetition_gets_deeper_than_the_bound_allows(unit: list[str]) -> None:
    flat, _ = flatten("".join(unit) * 1200)
    # The parser adds tbody and tr by itself, and an <a> may stand between two.
    assert depth(flat) <= 4 * MAX_DEPTH


@given(SOUP)
def test_tag_soup_keeps_its_text_and_its_spans(parts: list[str]) -> None:
    page = read_page("<p>首" + "".join(parts) + "尾")
    check_spans(page)
    assert page.n_flattened == 0


FLOW = st.recursive(
    st.sampled_from(
        ["甲", "乙，", "<br>", "丙。 ", "<b>丁</b>", "<!-- 注 -->", "<p>戊</p>", "<i hidden>己</i>", "<o:p>庚</o:p>"]
    ),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(["div", "ul", "section", "blockquote", "center"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(FLOW)
def test_another_parser_finds_every_place(html: str) -> None:
    check_against_other_parser(f"<div>{html}</div>")


@given(st.text(max_size=200))
def test_any_characters_are_a_page(html: str) -> None:
    page = read_page("<p>" + html)
    check_spans(page)


HIDE = "visibility:hidden"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (f"<body style='{HIDE}'><p>一、目标</p></body>", "一、目标\n"),
        ("<body style='display: none'><p>一、目标</p></body>", "一、目标\n"),
        ("<body hidden><p>一、目标</p></body>", "一、目标\n"),
        (f"<html style='{HIDE}'><body><p>一、目标</p></body></html>", "一、目标\n"),
        (f"<body><div id='app' style='{HIDE}'><p>一、目标</p><p>二、任务</p></div></body>", "一、目标\n二、任务\n"),
        ("<body><div><main style='display:none'><p>甲</p><p>乙</p></main></div></body>", "甲\n乙\n"),
        (f"<body style='{HIDE}'><p>一、目标</p><p hidden>菜单</p></body>", "一、目标\n"),
        (f"<body style='{HIDE}'><p>一、目标</p><p style='display:none'>菜单</p></body>", "一、目标\n"),
        (f"<body style='{HIDE}'><script>show()</script><ul><li>甲</li><li>乙</li></ul></body>", "甲\n乙\n"),
        (f"<body style='opacity:1; {HIDE}'><table><tr><td>甲</td><td>乙</td></tr></table></body>", "甲\n乙\n"),
        (f"<div style='{HIDE}'>甲<p>乙</p></div><p> </p>", "甲\n乙\n"),
    ],
)
def test_what_hides_everything_hides_nothing(html: str, text: str) -> None:
    assert read_page(html).text == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (f"<p>甲</p><div style='{HIDE}'>乙</div>", "甲\n"),
        ("<div hidden>甲</div><div hidden>乙</div>", ""),  # which of them would be shown, nobody knows
        (f"<body style='{HIDE}'><div hidden>甲</div></body>", ""),
        ("<p hidden>甲</p><p></p>", ""),  # a paragraph is no page
    ],
)
def test_what_hides_a_part_hides_it(html: str, text: str) -> None:
    assert read_page(html).text == text


def test_a_page_that_was_hidden_whole_keeps_its_places_and_its_main_part() -> None:
    page = read_page(f"<body style='{HIDE}'><div><p>一、推进试点，</p><p>二、总结。</p></div></body>")
    assert [anchor.place.xpath for anchor in page.anchors] == ["/html/body/div[1]/p[1]", "/html/body/div[1]/p[2]"]
    assert page.n_hidden == 0
    assert len(page.main) == len(page.text) - 1


LISTS = pytest.mark.parametrize(
    ("html", "items"),
    [
        ("<ol><li>甲</li><li>乙</li></ol>", [("甲", 1, 1), ("乙", 2, 1)]),
        ("<ol start='7'><li>甲<li>乙</ol>", [("甲", 7, 1), ("乙", 8, 1)]),
        ("<ol><li value='3'>甲</li><li>乙</li></ol>", [("甲", 3, 1), ("乙", 4, 1)]),
        ("<ol><li><p>甲</p><p>丙</p></li><li><p>乙</p></li></ol>", [("甲", 1, 1), ("乙", 2, 1)]),
        (
            "<ol><li>甲<ol><li>子</li><li>丑</li></ol></li><li>乙</li></ol>",
            [("甲", 1, 1), ("子", 1, 2), ("丑", 2, 2), ("乙", 2, 1)],
        ),
        ("<ol><li>甲</li></ol><ol><li>乙</li></ol>", [("甲", 1, 1), ("乙", 1, 1)]),
        ("<ol><li hidden>甲</li><li>乙</li></ol>", [("乙", 1, 1)]),
        ("<ol><li></li><li>乙</li></ol>", [("乙", 2, 1)]),
        ("<ol style='list-style-type: decimal'><li>甲</li></ol>", [("甲", 1, 1)]),
        ("<ol start='x'><li>甲</li></ol>", [("甲", 1, 1)]),
        ("<ol style='list-style:none'><li>甲</li></ol>", []),
        ("<ol type='a'><li>甲</li></ol>", [("甲", 1, 1)]),
        ("<ol reversed><li>甲</li><li>乙</li></ol>", []),
        ("<ol start='-1'><li>甲</li><li>乙</li><li>丙</li></ol>", [("丙", 1, 1)]),
        ("<ul><li>甲</li></ul><menu><li>乙</li></menu>", []),
    ],
)


@pytest.mark.parametrize(
    ("attributes", "labels"),
    [
        ("style='list-style-type: cjk-ideographic'", ["一", "二"]),
        ("style='list-style-type:simp-chinese-informal'", ["一", "二"]),
        ("style='list-style: inside trad-chinese-informal'", ["一", "二"]),
        ("style='list-style-type:simp-chinese-formal'", ["壹", "贰"]),
        ("style='list-style-type:cjk-heavenly-stem'", ["甲", "乙"]),
        ("style='list-style-type:upper-alpha'", ["A", "B"]),
        ("style='list-style-type:decimal-leading-zero'", ["01", "02"]),
        ("type=A", ["A", "B"]),
        ("type=i", ["i", "ii"]),
        ("type=I start=4", ["IV", "V"]),
        ("type=a style='list-style-type:decimal'", ["1", "2"]),
        ("style='list-style-type:square'", []),
        ("style='list-style-type:\"※\"'", []),
        ("type=x", []),
    ],
)
def test_numbers_of_lists_are_written_as_browsers_show_them(attributes: str, labels: list[str]) -> None:
    page = read_page(f"<ol {attributes}><li>子</li><li>丑</li></ol>")
    assert [i.label for i in page.items] == labels


@LISTS
def test_numbers_of_lists_stand_beside_the_text(html: str, items: list[tuple[str, int, int]]) -> None:
    page = read_page(html)
    assert [(page.text[i.start], i.number, i.depth) for i in page.items] == items
