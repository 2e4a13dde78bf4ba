"""OFD: pages in their order, templates, matrices and repeated distances; seals and annotations counted, not read."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.made_files import Sheet, ofd, ofd_document, ofd_page, ofd_root, ofd_text, packed

from kgbuild.config import Limits, Settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Options, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.read import read_bytes

if TYPE_CHECKING:
    from kgbuild.model import SourceText

TASK = "（一）建设农家书屋。在全省行政村建成一批农家书屋，配齐图书和报刊，组织阅读推广活动，让农民在家门口读到好书。"
PAGE = '<ofd:Page ID="100" BaseLoc="Pages/P.xml"/>'


def read(data: bytes, **limits: int) -> SourceText:
    return read_bytes(data, name="plan.ofd", max_bytes=10**8, limits=Limits(**limits))


def texts(source: SourceText) -> list[str]:
    return [source.text[a.span.start : a.span.end] for a in source.anchors]


def one(content: str, common: str = "", more: str = "", **members: str | bytes) -> bytes:
    """An OFD of one page with this content."""
    return packed(
        {
            "OFD.xml": ofd_root("Doc_0/Document.xml"),
            "Doc_0/Document.xml": ofd_document(PAGE, common, more),
            "Doc_0/Pages/P.xml": ofd_page(content),
            **members,
        }
    )


def code(inner: str, *, box: str = "10 10 100 10", more: str = "") -> str:
    return f'<ofd:TextObject ID="5" Boundary="{box}" Font="3" Size="5"{more}>{inner}</ofd:TextObject>'


def test_pages_come_in_their_order_and_lines_are_joined() -> None:
    first, second = Sheet(), Sheet()
    first.para(750, TASK[:50])
    second.para(120, TASK[50:], indent=0)
    first.text(270, 800, "— 1 —", 14)
    second.text(270, 800, "— 2 —", 14)
    source = read(ofd(first, second))
    assert texts(source) == [TASK, "— 1 —", "— 2 —"]
    assert [place.page for _, place in source.anchors[0].parts] == [1, 1, 2]
    assert source.reader == "ofd/1"


def test_objects_on_one_line_are_read_from_the_left() -> None:
    sheet = Sheet().text(105, 100, "总体要求").text(89, 100, "一").text(89 + 16 * 5, 100, "和目标")
    assert texts(read(ofd(sheet))) == ["一总体要求和目标"]


def test_ruling_paths_make_cells() -> None:
    sheet = Sheet().grid([90, 300, 500], [100, 130, 160])
    sheet.text(95, 120, "任务", 12).text(305, 120, "责任单位", 12)
    sheet.text(95, 150, "建设农家书屋", 12).text(305, 150, "省教育厅", 12)
    (table,) = read(ofd(sheet)).tables
    assert [(c.row, c.column, c.header) for c in table.cells] == [
        (0, 0, True),
        (0, 1, True),
        (1, 0, False),
        (1, 1, False),
    ]


def test_distances_repeat_and_texts_in_one_object_take_over_the_line() -> None:
    inner = (
        '<ofd:TextCode X="0" Y="5" DeltaX="g 2 5 5">一、推广</ofd:TextCode>'
        '<ofd:TextCode X="20" DeltaX="g 1 5">科普</ofd:TextCode>'
        '<ofd:TextCode X="0" Y="15">二、保障</ofd:TextCode>'
    )
    assert texts(read(one(code(inner)))) == ["一、推广科普", "二、保障"]


def test_downward_distances_make_lines() -> None:
    inner = '<ofd:TextCode X="0" Y="5" DeltaX="0 0" DeltaY="g 2 20">甲乙丙</ofd:TextCode>'
    assert texts(read(one(code(inner)))) == ["甲", "乙", "丙"]


def test_the_matrix_of_an_object_counts() -> None:
    small = '<ofd:TextCode X="0" Y="20" DeltaX="g 3 5">一、目标</ofd:TextCode>'
    content = code(small, more=' CTM="0.5 0 0 0.5 0 0"') + code(
        '<ofd:TextCode X="0" Y="10">二</ofd:TextCode>', box="20 10 9 9"
    )
    source = read(one(content))
    assert texts(source) == ["一、目标二"]
    box = source.anchors[0].place.box
    assert box is not None
    assert box[0] == pytest.approx(10 * 72 / 25.4, abs=0.1)


def test_a_page_printed_sideways_is_read_upright() -> None:
    inner = '<ofd:TextCode X="0" Y="5" DeltaX="g 3 5">{}</ofd:TextCode>'
    turned = ' CTM="0 -1 1 0 0 0"'
    content = code(inner.format("一、目标"), box="50 200 10 50", more=turned)
    content += code(inner.format("二、任务"), box="70 200 10 50", more=turned)
    assert texts(read(one(content))) == ["一、目标", "二、任务"]


def test_a_template_belongs_to_its_pages() -> None:
    common = '<ofd:TemplatePage ID="50" BaseLoc="Tpls/T.xml"/>'
    page = ofd_page(ofd_text(100, 200, "一、总体要求"), '<ofd:Template TemplateID="50" ZOrder="Background"/>')
    data = packed(
        {
            "OFD.xml": ofd_root("/Doc_0/Document.xml"),
            "Doc_0/Document.xml": ofd_document(PAGE, common),
            "Doc_0/Pages/P.xml": page,
            "Doc_0/Tpls/T.xml": ofd_page(ofd_text(100, 120, "云岭省人民政府公报")),
        }
    )
    assert texts(read(data)) == ["云岭省人民政府公报", "一、总体要求"]


def test_a_template_that_names_itself_is_read_once() -> None:
    common = '<ofd:TemplatePage ID="50" BaseLoc="Pages/P.xml"/>'
    page = ofd_page(ofd_text(100, 200, "一、总体要求"), '<ofd:Template TemplateID="50"/>')
    data = one("", common, **{"Doc_0/Pages/P.xml": page})
    assert texts(read(data)) == ["一、总体要求"]


def test_a_drawing_of_the_resources_is_read_and_one_that_holds_itself_ends() -> None:
    unit = (
        '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CompositeGraphicUnits>'
        '<ofd:CompositeGraphicUnit ID="9" Width="50" Height="50"><ofd:Content>'
        f'{ofd_text(0, 16, "一、目标")}<ofd:CompositeObject ID="8" ResourceID="9" Boundary="0 30 50 50"/>'
        "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )
    content = '<ofd:CompositeObject ID="7" ResourceID="9" Boundary="20 20 50 50"/>'
    source = read(one(content, "<ofd:DocumentRes>Res.xml</ofd:DocumentRes>", **{"Doc_0/Res.xml": unit}))
    assert set(texts(source)) == {"一、目标"}
    assert len(texts(source)) < 10


def test_drawings_that_hold_each_other_many_times_end() -> None:
    inner = '<ofd:CompositeObject ID="8" ResourceID="9" Boundary="0 0 50 50"/>' * 30
    unit = (
        '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CompositeGraphicUnits>'
        f'<ofd:CompositeGraphicUnit ID="9"><ofd:Content>{inner}</ofd:Content></ofd:CompositeGraphicUnit>'
        "</ofd:CompositeGraphicUnits></ofd:Res>"
    )
    content = ofd_text(100, 100, "一、目标") + inner
    source = read(one(content, "<ofd:DocumentRes>Res.xml</ofd:DocumentRes>", **{"Doc_0/Res.xml": unit}))
    assert texts(source) == ["一、目标"]


def test_several_documents_follow_each_other_and_nothing_runs_over_their_end() -> None:
    sheet = Sheet().grid([90, 300, 500], [100, 130, 160])
    for x in (95, 305):
        sheet.text(x, 120, "甲", 12).text(x, 150, "乙", 12)
    made = ofd(sheet)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    members |= {name.replace("Doc_0", "Doc_1"): body for name, body in members.items() if name.startswith("Doc_0")}
    members["OFD.xml"] = ofd_root("Doc_0/Document.xml", "Doc_1/Document.xml")
    source = read(packed(members))
    assert {a.place.page for a in source.anchors} == {1, 2}
    assert len(source.tables) == 2


def test_what_is_not_read_is_counted() -> None:
    signatures = '<ofd:Signatures xmlns:ofd="o"><ofd:Signature ID="1"/><ofd:Signature ID="2"/></ofd:Signatures>'
    annotations = (
        '<a:Annotations xmlns:a="o"><a:Page PageID="1"><a:FileLoc>P/A.xml</a:FileLoc></a:Page></a:Annotations>'
    )
    notes = '<a:PageAnnot xmlns:a="o"><a:Annot ID="1" Type="Stamp"/><a:Annot ID="2" Type="Link"/></a:PageAnnot>'
    data = one(
        ofd_text(100, 100, "一、目标") + ofd_text(100, 200, "不可见", more=' Visible="false"'),
        "",
        "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>",
        **{
            "OFD.xml": ofd_root("Doc_0/Document.xml", more="<ofd:Signatures>S/Signatures.xml</ofd:Signatures>"),
            "S/Signatures.xml": signatures,
            "Doc_0/Annots/Annotations.xml": annotations,
            "Doc_0/Annots/P/A.xml": notes,
        },
    )
    source = read(data)
    assert texts(source) == ["一、目标"]
    assert {(f.code, dict(f.detail)["count"]) for f in source.findings} == {
        ("seals-not-read", "2"),
        ("annotations-not-read", "1"),
        ("hidden-content", "3"),
    }


def test_glyphs_without_characters_are_counted() -> None:
    source = read(one(ofd_text(100, 100, "一、\ue003¤目标")))
    assert [(f.code, f.detail) for f in source.findings] == [("unmapped-characters", (("count", "2"),))]


def test_scans() -> None:
    picture = Sheet().image()
    with pytest.raises(InputError, match=r"scanned pages \(1\) and no text; .*ocrmypdf"):
        read(ofd(picture))
    source = read(ofd(Sheet().text(100, 100, "一、总体要求"), picture))
    assert [(f.code, f.detail) for f in source.findings] == [("scanned-pages", (("pages", "2"),))]


def test_a_page_that_is_missing_is_named() -> None:
    pages = PAGE + '<ofd:Page ID="101" BaseLoc="Pages/None.xml"/>'
    data = one(ofd_text(100, 100, "一、目标"), **{"Doc_0/Document.xml": ofd_document(pages)})
    source = read(data)
    assert [(f.code, f.detail) for f in source.findings] == [("damaged-pages", (("pages", "2"),))]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"OFD.xml": ofd_root()}, "without a page"),
        ({"OFD.xml": ofd_root("Doc_0/None.xml")}, "is missing"),
        ({"OFD.xml": "<a"}, "broken XML"),
        ({"OFD.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "DOCTYPE"),
        ({"OFD.xml": "<a>" + " " * 50_000_000 + "</a>"}, "packed too tightly"),
        ({"OFD.xml": ofd_root("../../etc/passwd")}, "is missing"),
    ],
)
def test_damage_is_said(members: dict[str, str | bytes], said: str) -> None:
    with pytest.raises(InputError, match=rf"plan\.ofd: .*{said}"):
        read(packed(members))


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(InputError, match=r"more pages than allowed \(3, limit 2\)"):
        read(one("", **{"Doc_0/Document.xml": ofd_document(PAGE * 3)}), pages=2)


def test_numbers_beyond_reason_are_no_places() -> None:
    content = ofd_text(100, 100, "一、目标") + code(
        '<ofd:TextCode X="1e300" Y="-9e99" DeltaX="g 999999999 1">甲乙</ofd:TextCode>'
    )
    assert "一、目标" in read(one(content)).text


def test_a_plan_in_ofd_is_proved() -> None:
    sheet = Sheet().centred(120, "云岭省全民科学素质行动实施方案")
    sheet.para(sheet.para(180, "一、重点任务"), f"{TASK}（省教育厅牵头，省科协配合）")
    settings = Settings()
    lexicon = load_lexicon(settings)
    options = Options(version="t")
    built = build_document(ofd(sheet), name="plan.ofd", settings=settings, lexicon=lexicon, options=options)
    (action,) = built.annotations.actions
    assert action.statement is not None
    named = [built.source.text[b.span.start : b.span.end] for b in action.statement.bodies]
    assert named == ["省教育厅", "省科协"]
    fresh = Fresh(sha256=built.source.sha256, base=built.base, graphs=built.graphs)
    assert verify([(*t, "") for t in fresh.statements], [built.source], fresh=[fresh]).level == "proved"


def test_sizes_and_places_that_are_none_break_nothing() -> None:
    content = "".join(
        code(f'<ofd:TextCode X="{x}" Y="{y}">甲乙</ofd:TextCode>', more=more)
        for x, y, more in (
            ("0", "0", ' CTM="0 0 0 0 0 0"'),
            ("99999999", "-99999999", ""),
            ("nan", "inf", ' CTM="1 0 0"'),
            ("0", "5", ' HScale="0"'),
        )
    )
    data = one(content + code('<ofd:TextCode X="0" Y="5">丙</ofd:TextCode>').replace('Size="5"', 'Size="0"'))
    assert sorted(set("".join(read(data).text.split()))) == ["丙", "乙", "甲"]
