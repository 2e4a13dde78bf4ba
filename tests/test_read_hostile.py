"""Files made to break a reader: each is a clear error or a text, in bounded memory and without a traceback.

Mutated Word files are read by the hundred here, and by the ten thousand with `make fuzz`.
"""

from __future__ import annotations

import random
import tracemalloc

import pytest
from tests.docx import TYPES, docx, lists, lvl, p, package, root, tbl, tc, tr
from tests.support import grows_with

from kgbuild.config import Limits, Settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon
from kgbuild.read import read_bytes
from kgbuild.read.html import read_page
from kgbuild.read.nesting import flatten
from kgbuild.text import parse_document

MOST = 250_000_000
NUMBERS = lists(lvl(0, "chineseCounting", "%1、") + lvl(1, "decimal", "%1.%2.%3.%9"))
GOOD = docx(
    p("云岭省方案", num=(1, 0)) + tbl(tr("任务", "单位"), tr(tc("甲", merge="restart"), "乙")) + p("丙", num=(1, 1)),
    parts={"numbering": NUMBERS, "footer": root("ftr", p("— 1 —"))},
)


def read(data: bytes, limits: Limits | None = None) -> str:
    """Return the text, or the error."""
    try:
        return read_bytes(data, name="a", max_bytes=64_000_000, limits=limits).text
    except InputError as e:
        return str(e) if e.cure and "\n" not in str(e) else ""


def styles_in_a_circle() -> bytes:
    style = '<w:style w:type="paragraph" w:styleId="{}"><w:basedOn w:val="{}"/></w:style>'
    return docx(p("甲", style="A"), parts={"styles": root("styles", style.format("A", "B") + style.format("B", "A"))})


HOSTILE = {
    "nested tables": docx("<w:tbl><w:tr><w:tc>" * 100_000 + p("甲") + "</w:tc></w:tr></w:tbl>" * 100_000),
    "nested boxes": docx("<w:p><w:r><w:txbxContent>" * 300 + p("甲") + "</w:txbxContent></w:r></w:p>" * 300),
    "a wide table": docx(tbl(tr(*(tc("甲", span=10**9) for _ in range(300))))),
    "a deep merge": docx(tbl(*(tr(tc("甲", merge="continue"), "乙") for _ in range(2000)))),
    "numbers beyond all": docx(
        p("甲", num=(1, 0)), parts={"numbering": lists(lvl(0, "lowerRoman", "%1", start=10**9))}
    ),
    "a bad level": docx(p("甲", num=(1, 99999)), parts={"numbering": NUMBERS}),
    "styles in a circle": styles_in_a_circle(),
    "billion laughs": docx("", more={"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    "a zip bomb": docx("", more={"word/document.xml": b" " * 60_000_000}),
    "a zip in a zip": package({"[Content_Types].xml": TYPES, "word/document.xml": docx(p("甲"))}),
    "a member without a name": package({"[Content_Types].xml": TYPES, "word/document.xml": "<x/>", "": "x"}),
    "no main part": package({"[Content_Types].xml": TYPES, "word/document2.xml": "<x/>"}),
    "a main part elsewhere": docx(
        p("甲"),
        more={"_rels/.rels": '<R><Relationship Id="a" Type="x/officeDocument" Target="../../../etc/passwd"/></R>'},
    ),
    "pdf and zip": b"%PDF-1.4\n" + docx(p("甲")),
    "many parts of a mail": b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nt\n" * 9999,
    "a mail in a mail": b"MIME-Version: 1.0\nContent-Type: message/rfc822\n\n" * 300 + "甲".encode(),
    "a table of bars": "|".join("甲" * 20_000).encode() + b"\n|" + b"-|" * 5 + b"\n",
    "gaps without end": ("甲" + " " * 200_000 + "乙\n").encode() * 3,
    "front matter without end": b"---\n" + b"a: b\n" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_harm_is_an_error_or_a_text_in_bounded_memory(name: str) -> None:
    tracemalloc.start()
    try:
        said = read(HOSTILE[name], Limits(ratio=10**9) if name == "nested tables" else None)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert said
    assert peak < MOST


def test_many_tables_cost_in_proportion() -> None:
    lexicon = load_lexicon(Settings())

    def parse(count: int) -> None:
        table = "<table><tr><th>任务<th>责任单位<tr><td>建设书屋<td>省教育厅</table>"
        parse_document(read_bytes((table * count).encode(), name="a.html", max_bytes=10**8), lexicon)

    assert grows_with(parse, small=30)


def test_cells_that_span_rows_cost_in_proportion() -> None:
    def parse(count: int) -> None:
        read_page("<table>" + "<tr><td rowspan=65534 colspan=1000>甲" * count)

    assert grows_with(parse, small=30)


@pytest.mark.parametrize("tag", ["p", "title", "/b", "p/"])
def test_attributes_beyond_reason_are_dropped_and_no_text(tag: str) -> None:
    many = " ".join(f"a{i}='>'" for i in range(50_000))
    flat, removed = flatten(f"<b>甲<{tag} {many}>乙</{tag}><p class=x>丙")
    assert (len(flat) < 30_000, removed) == (True, 0)
    assert flat.startswith(f"<b>甲<{tag} a0='>' a1='>' ")
    assert flat.endswith(f">乙</{tag}><p class=x>丙")
    few = "<p " + " ".join(f"data-a{i}='1 2 3 4 5 6 7'" for i in range(300)) + ">甲"
    assert flatten(few) == (few, 0)


def test_mutated_files_are_read_or_refused() -> None:
    rnd = random.Random("docx")  # noqa: S311 - no secret
    read_well = 0
    for _ in range(600):
        data = bytearray(GOOD)
        for _ in range(rnd.randrange(1, 6)):
            data[rnd.randrange(len(data))] = rnd.randrange(256)
        cut = bytes(data[: rnd.randrange(len(data))] if rnd.random() < 0.2 else data)
        read_well += read(cut).startswith("一、云岭省方案")
    assert read_well


def test_mutated_xml_is_read_or_refused() -> None:
    rnd = random.Random("xml")  # noqa: S311 - no secret
    body = p("云岭省方案", num=(1, 0)) + tbl(tr("任务", "单位"), tr(tc("甲", merge="restart"), "乙"))
    pieces = [
        "<w:p>",
        "</w:p>",
        "<w:tbl>",
        "</w:tbl>",
        "<w:tc>",
        "</w:tc>",
        "<w:r>",
        'w:val="',
        "&",
        "\0",
        "9" * 20,
        "<!--",
    ]
    for _ in range(400):
        xml = root("document", f"<w:body>{body}</w:body>")
        for _ in range(rnd.randrange(1, 4)):
            i = rnd.randrange(len(xml))
            xml = xml[:i] + rnd.choice(pieces) + xml[i + rnd.randrange(12) :]
        assert read(docx("", parts={"numbering": NUMBERS}, more={"word/document.xml": xml}))
