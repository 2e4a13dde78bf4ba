"""Word files: what stands on the printed page, numbers that no text holds, and files that mean harm."""

from __future__ import annotations

import pytest
from tests.docx import STRICT, W, docx, lists, lvl, p, package, r, root, tbl, tc, tr
from tests.support import whole

from kgbuild.config import Limits
from kgbuild.errors import InputError
from kgbuild.model import FilePlace, SourceText
from kgbuild.read import read_bytes
from kgbuild.read.numerals import format_number

HAN = lvl(0, "japaneseCounting", "%1、") + lvl(1, "chineseCountingThousand", "（%2）") + lvl(2, "decimal", "%3.")


def read(data: bytes, limits: Limits | None = None) -> SourceText:
    return read_bytes(data, name="a.docx", max_bytes=10_000_000, limits=limits)


def lines(body: str, numbering: str = "", styles: str = "") -> list[str]:
    parts = {"numbering": numbering} if numbering else {}
    parts |= {"styles": styles} if styles else {}
    return read(docx(body, parts=parts)).text.splitlines()


# -- running text --------------------------------------------------------------------------------------------------
def test_runs_of_a_paragraph_are_one_line() -> None:
    body = p(r("一、") + r("总体", "<w:b/>") + "<w:r><w:tab/></w:r>" + r("要求")) + p("（省科协负责）")
    source = read(docx(body))
    assert source.text == "一、总体\t要求\n（省科协负责）\n"
    assert source.reader == "docx/1"
    assert source.encoding == "binary"
    assert [a.place for a in source.anchors] == [FilePlace(paragraph=1), FilePlace(paragraph=2)]


def test_breaks_of_lines_and_pages() -> None:
    run = '<w:r><w:t>科普</w:t><w:br/><w:t>方案</w:t><w:br w:type="page"/><w:t>甲</w:t><w:noBreakHyphen/></w:r>'
    assert read(docx(p(run))).text == "科普\n方案甲\u2011\n"


def test_changes_are_read_as_accepted() -> None:
    body = p(
        f"<w:ins>{r('省教育厅')}</w:ins><w:del><w:r><w:delText>省科委</w:delText></w:r></w:del>{r('牵头')}"
        f"<w:moveFrom>{r('甲')}</w:moveFrom><w:moveTo>{r('乙')}</w:moveTo>"
    )
    source = read(docx(body))
    assert source.text == "省教育厅牵头乙\n"
    (found,) = source.findings
    assert (found.code, dict(found.detail)) == ("tracked-changes", {"inserted": "1", "deleted": "2"})


def test_a_deleted_mark_joins_two_paragraphs() -> None:
    assert lines(p("推动科", mark="<w:del/>") + p("普工作。")) == ["推动科普工作。"]


def test_a_deleted_row_and_cell_are_gone() -> None:
    gone = tr("x", "y").replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>", 1)
    assert lines(tbl(tr("甲", "乙"), gone, tr("丙", "丁"))) == ["甲", "乙", "丙", "丁"]


def test_controls_tags_and_links_are_looked_through() -> None:
    body = f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{p('甲')}</w:sdtContent></w:sdt>" + p(
        f"<w:smartTag>{r('云岭')}</w:smartTag><w:hyperlink>{r('网')}</w:hyperlink><w:customXml>{r('站')}</w:customXml>"
    )
    assert lines(body) == ["甲", "云岭网站"]


def test_the_result_of_a_field_is_text() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>7</w:t></w:r>'
    )
    assert lines(p(field)) == ["7"]


def test_ruby_gives_its_base() -> None:
    ruby = f"<w:r><w:ruby><w:rubyPr/><w:rt>{r('yun')}</w:rt><w:rubyBase>{r('云')}</w:rubyBase></w:ruby></w:r>{r('岭')}"
    assert lines(p(ruby)) == ["云岭"]


def test_a_symbol_gets_its_character() -> None:
    assert lines(p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + r("已完成"))) == ["☑已完成"]
    assert lines(p('<w:r><w:sym w:font="Odd" w:char="F041"/></w:r>')) == ["\uf041"]


def test_raised_figures_are_no_figures_of_the_text() -> None:
    up = '<w:vertAlign w:val="superscript"/>'
    body = p(r("建成书屋5km") + r("2", up) + r("（注") + r("[1]", up) + r("），场馆") + r("12", up) + r("共30个。"))
    assert lines(body) == ["建成书屋5km²（注[1]），场馆¹²共30个。"]


def test_a_text_box_comes_once_behind_its_paragraph() -> None:
    inside = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    box = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{inside}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    source = read(docx(p(r("正") + box + r("文")) + p("后")))
    assert source.text == "正文\n框内\n后\n"
    assert [a.kind for a in source.anchors] == ["paragraph", "text-box", "paragraph"]
    assert source.anchors[2].place.paragraph == 2


def test_hidden_text_is_no_text_but_told() -> None:
    source = read(docx(p(r("甲") + r("秘密", "<w:vanish/>") + r("乙", '<w:vanish w:val="0"/>'))))
    assert source.text == "甲乙\n"
    assert [(f.code, f.detail) for f in source.findings] == [("hidden-content", (("count", "2"),))]


def test_heads_feet_and_notes_follow_and_are_left_out() -> None:
    body = p(r("科普基地") + '<w:r><w:footnoteReference w:id="4"/></w:r>' + r("建设"))
    notes = root(
        "footnotes", f'<w:footnote w:id="0">{p("-")}</w:footnote><w:footnote w:id="4">{p("指书屋。")}</w:footnote>'
    )
    source = read(
        docx(
            body,
            parts={"footnotes": notes, "header": root("hdr", p("内部资料")), "footer": root("ftr", p("— 1 —") + p(""))},
        )
    )
    assert source.text == "科普基地建设\n内部资料\n— 1 —\n1 指书屋。\n"
    assert [a.kind for a in source.anchors] == ["paragraph", "header", "footer", "note"]
    assert [source.text[s.start : s.end] for s in source.left_out] == ["内部资料", "— 1 —", "1 指书屋。"]
    assert [source.text[s.start : s.end] for s in source.anchors[3].generated] == ["1 "]


def test_contents_of_the_file_are_left_out() -> None:
    styles = root("styles", '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>')
    source = read(docx(p("一、甲\t1", style="T1") + p("一、甲"), parts={"styles": styles}))
    assert [a.kind for a in source.anchors] == ["contents", "paragraph"]


def test_strict_files_have_other_namespaces() -> None:
    data = docx(p("甲", num=(1, 0)), space=STRICT, parts={"numbering": lists(HAN).replace(W, STRICT)})
    assert read(data).text == "一、甲\n"


def test_the_main_part_is_found_by_its_relation() -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<R><Relationship Id="a" Type="{kind}" Target="/word/document2.xml"/></R>',
        "word/document2.xml": root("document", f"<w:body>{p('甲')}</w:body>"),
    }
    assert read(package(members)).text == "甲\n"


# -- automatic numbers ---------------------------------------------------------------------------------------------
def test_levels_count_and_set_those_below_back() -> None:
    places = [0, 1, 2, 2, 1, 2, 0, 1]
    body = "".join(p("甲", num=(1, depth)) for depth in places)
    assert lines(body, numbering=lists(HAN)) == [
        *("一、甲", "（一）甲", "1.甲", "2.甲", "（二）甲", "1.甲", "二、甲", "（一）甲"),
    ]


def test_a_hidden_empty_paragraph_counts_and_prints_no_number() -> None:
    # So the numbers of a list go on past chapters that another list counts.
    levels = lists(lvl(0, "decimal", "%1.") + lvl(1, "decimal", "%1.%2."))
    hidden = p(num=(1, 0), mark="<w:vanish/>")
    body = p("第一章 总则") + hidden + p("第二章 任务") + hidden + p("建书屋", num=(1, 1)) + p("办展览", num=(1, 1))
    assert lines(body, levels) == ["第一章 总则", "第二章 任务", "2.1.建书屋", "2.2.办展览"]


def test_numbers_are_marked_as_generated() -> None:
    source = read(docx(p("甲", num=(1, 1)), parts={"numbering": lists(HAN)}))
    (anchor,) = source.anchors
    assert [source.text[s.start : s.end] for s in anchor.generated] == ["（一）"]
    assert anchor.kind == "list-item"


def test_an_override_begins_anew_and_another_list_goes_on() -> None:
    nums = (
        '<w:num w:numId="7"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        '<w:num w:numId="8"><w:abstractNumId w:val="0"/></w:num>'
    )
    body = "".join(p("甲", num=(num, 0)) for num in (1, 1, 8, 7, 7, 8))
    assert [line[0] for line in lines(body, numbering=lists(HAN, nums=nums))] == [*"一二三五六七"]


def test_levels_shown_inside_others_and_legal_ones() -> None:
    levels = (
        lvl(0, "chineseCounting", "第%1章")
        + lvl(1, "decimal", "%1.%2", more="<w:isLgl/>")
        + lvl(2, "decimal", "%1.%2.%3", more="<w:isLgl/>")
    )
    body = "".join(p("甲", num=(1, depth)) for depth in (0, 1, 2, 0, 1))
    assert lines(body, numbering=lists(levels)) == ["第一章 甲", "1.1 甲", "1.1.1 甲", "第二章 甲", "2.1 甲"]


def test_a_level_left_out_is_taken_by_the_one_below_it() -> None:
    body = "".join(p("甲", num=(1, depth)) for depth in (0, 2, 2, 1, 0, 1))
    assert lines(body, numbering=lists(HAN)) == ["一、甲", "1.甲", "2.甲", "（二）甲", "二、甲", "（一）甲"]


def test_a_style_may_give_the_level_alone() -> None:
    levels = lvl(0, "chineseCounting", "%1、") + lvl(1, "chineseCounting", "（%2）")
    number = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    below = '<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr>'
    styles = root(
        "styles",
        f'<w:style w:type="paragraph" w:styleId="Task">{number}</w:style>'
        f'<w:style w:type="paragraph" w:styleId="Item"><w:basedOn w:val="Task"/>{below}</w:style>',
    )
    body = p("甲", style="Task") + p("乙", style="Item") + p("丙", style="Item")
    assert lines(body, styles=styles, numbering=lists(levels)) == ["一、甲", "（一）乙", "（二）丙"]


def test_a_list_that_says_no_start_counts_from_zero_and_zeros_stay_before_legal_numbers() -> None:
    zero = lvl(0, "decimal", "%1.").replace('<w:start w:val="1"/>', "")
    padded = lvl(1, "decimalZero", "%1%2", more="<w:isLgl/>")
    body = "".join(p("甲", num=(1, depth)) for depth in (0, 0, 1))
    assert lines(body, numbering=lists(zero + padded)) == ["0.甲", "1.甲", "101 甲"]


def test_a_style_gives_the_number_and_its_level() -> None:
    levels = lvl(0, "chineseCounting", "%1、") + lvl(1, "decimal", "第%2条", more='<w:pStyle w:val="Tiao"/>')
    number = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = root(
        "styles",
        f'<w:style w:type="paragraph" w:styleId="Tiao"><w:name w:val="条"/>{number}</w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="Tiao"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>',
    )
    body = p("甲", style="Tiao") + p("乙", style="Own") + p("丙", style="Tiao", num=(0, 0)) + p("丁", style="Loop")
    assert lines(body, styles=styles, numbering=lists(levels)) == ["第1条 甲", "第2条 乙", "丙", "丁"]


def test_suffixes_bullets_restarts_and_starts() -> None:
    levels = (
        lvl(0, "decimal", "%1", start=3, more='<w:suff w:val="nothing"/>')
        + lvl(1, "decimal", "%2)", more='<w:lvlRestart w:val="0"/>')
        + lvl(2, "bullet", "\uf06c")
    )
    body = "".join(p("甲", num=(1, depth)) for depth in (0, 1, 0, 1, 2))
    assert lines(body, numbering=lists(levels)) == ["3甲", "1)甲", "4甲", "2)甲", "甲"]


def test_a_list_may_take_its_levels_from_a_style_of_lists() -> None:
    numbering = lists('<w:styleLink w:val="L"/>' + HAN, '<w:numStyleLink w:val="L"/>')
    assert lines(p("甲", num=(2, 0)), numbering=numbering) == ["一、甲"]


@pytest.mark.parametrize(
    ("form", "number", "shown"),
    [
        *(("chineseCounting", 10, "十"), ("chineseCounting", 21, "二十一"), ("chineseCounting", 101, "一〇一")),
        *(("chineseCountingThousand", 103, "一百零三"), ("chineseCountingThousand", 110, "一百一十")),
        *(("chineseCountingThousand", 1003, "一千零三"), ("japaneseCounting", 12, "十二")),
        *(("chineseLegalSimplified", 12, "壹拾贰"), ("ideographLegalTraditional", 3, "參")),
        *(("ideographTraditional", 3, "丙"), ("ideographZodiac", 12, "亥"), ("ideographDigital", 20, "二〇")),
        *(
            ("decimalEnclosedCircle", 12, "⑫"),
            ("decimalEnclosedCircleChinese", 21, "㉑"),
            ("decimalEnclosedCircle", 51, "51"),
        ),
        *(("decimalEnclosedParen", 2, "⑵"), ("decimalEnclosedFullstop", 2, "⒉"), ("decimalFullWidth", 12, "１２")),
        *(("ideographEnclosedCircle", 2, "㊁"), ("numberInDash", 4, "- 4 -"), ("decimalZero", 4, "04")),
        *(("upperRoman", 14, "XIV"), ("lowerLetter", 27, "aa"), ("upperLetter", 2, "B"), ("none", 2, "")),
        *(("odd", 2, "2"), ("chineseCounting", -1, "-1"), ("chineseCountingThousand", 10_000, "10000")),
    ],
)
def test_numbers_as_printed(form: str, number: int, shown: str) -> None:
    assert format_number(number, form) == shown


# -- tables --------------------------------------------------------------------------------------------------------
def test_merged_cells_come_once_with_their_extent() -> None:
    body = tbl(
        tr("任务", "单位", head=True),
        tr(tc("建书屋", merge="restart"), tc("省教育厅", "省科协")),
        tr(tc("", merge="continue"), "省民政厅"),
        tr(tc("二、保障", span=2)),
    )
    source = read(docx(body))
    (table,) = source.tables
    assert [
        (c.row, c.column, c.rowspan, c.colspan, c.header, source.text[c.span.start : c.span.end]) for c in table.cells
    ] == [
        (0, 0, 1, 1, True, "任务"),
        (0, 1, 1, 1, True, "单位"),
        (1, 0, 2, 1, False, "建书屋"),
        (1, 1, 1, 1, False, "省教育厅\n省科协"),
        (2, 1, 1, 1, False, "省民政厅"),
        (3, 0, 1, 2, False, "二、保障"),
    ]
    place = source.place_at(source.text.index("省民政厅"))
    assert place is not None
    assert place.shown("zh") == "表1 第3行"


def test_the_text_of_a_table_inside_another_is_kept() -> None:
    assert lines(tbl(tr("甲", tc(tbl(tr("乙", "丙")), p("丁"))))) == ["甲", "乙", "丙", "丁"]


# -- what is named and never resolved ------------------------------------------------------------------------------
def test_macros_templates_and_embedded_files_are_named() -> None:
    more: dict[str, str | bytes] = {
        "word/vbaProject.bin": b"x",
        "word/embeddings/a.xlsx": b"x",
        "word/comments.xml": root("comments", ""),
        "word/_rels/settings.xml.rels": '<Relationships><Relationship Id="r1" Type="x/attachedTemplate" '
        'Target="https://evil.example/t.dotm" TargetMode="External"/></Relationships>',
    }
    source = read(docx(p("甲"), parts={"settings": root("settings", "")}, more=more))
    assert [(f.code, dict(f.detail)["text"]) for f in source.findings] == [
        ("active-content", "vbaProject.bin"),
        ("external-reference", "https://evil.example/t.dotm"),
        ("part-not-read", "embeddings/a.xlsx, comments.xml"),
    ]


# -- files that mean harm ------------------------------------------------------------------------------------------
def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read(data, limits)
    assert caught.value.cure
    assert caught.value.exit_code == 3
    return str(caught.value)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_doctype_is_refused(codec: str) -> None:
    xml = BOMB + root("document", f"<w:body>{p('<w:r><w:t>&b;</w:t></w:r>')}</w:body>")
    assert "has XML with a DOCTYPE" in refused(docx("", more={"word/document.xml": xml.encode(codec)}))


def test_an_odd_encoding_is_refused() -> None:
    xml = '<?xml version="1.0" encoding="utf-7"?>' + root("document", "")
    assert "in an encoding that is not read" in refused(docx("", more={"word/document.xml": xml}))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert "is packed too tightly (word/document.xml)" in refused(docx(p("科" * 3_000_000)))
    limits = Limits(ratio=10_000_000, unpacked=1_000_000)
    assert "is too large when unpacked" in refused(docx(p("科" * 3_000_000)), limits)


def test_very_deep_and_very_many_elements_are_refused() -> None:
    deep = "<w:sdt><w:sdtContent>" * 50_000 + p("甲") + "</w:sdtContent></w:sdt>" * 50_000
    assert "is nested too deeply" in refused(docx(deep), Limits(ratio=100_000))
    assert "has too many elements" in refused(docx(p("甲") * 1000), Limits(elements=100))
    assert "holds 5 files" in refused(docx(p("甲"), more={"x": "y"}), Limits(members=3))


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/passwd", "C:\\evil", "word/../../x"])
def test_names_of_members_are_no_paths(name: str) -> None:
    assert read(docx(p("甲"), more={name: "x"})).text == "甲\n"


def test_damage_is_told() -> None:
    data = docx(p("甲" * 2000))
    assert "broken XML in word/document.xml" in refused(docx("<w:p>"))
    at = data.index(b"word/document.xml") + 60
    assert "damaged archive" in refused(data[:at] + bytes(20) + data[at + 20 :])
    assert "holds no visible character" in refused(docx(p("")))
    assert "holds pictures and no text" in refused(docx(p(""), more={"word/media/a.png": b"x"}))


@whole("reads a large table")
def test_every_cell_of_a_large_merged_table_is_read() -> None:
    rows = [
        tr(tc("甲", merge="restart" if i == 0 else "continue"), *(f"乙{i}" for _ in range(20))) for i in range(2500)
    ]
    source = read(docx(tbl(*rows)), Limits(ratio=100_000))
    assert len(source.tables[0].cells) == 50_001
