"""The table of data that a portal prints around a document, as cells, as lines with colons, as a list."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest

from kgbuild.annotations import to_json
from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Options, annotate, build_document
from kgbuild.proof.rebuild import Fresh
from kgbuild.proof.verify import verify
from kgbuild.terms import IDENTIFIER, SUBJECT

if TYPE_CHECKING:
    from kgbuild.model import Annotations

SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
FIELDS = {
    "索引号": "YL000/2031-00007",
    "主题分类": "科技、教育",
    "发文机关": "云岭省教育厅",
    "成文日期": "2031年03月01日",
    "标题": "云岭省科普工作方案",
    "发文字号": "岭教发〔2031〕7号",
    "主题词": "",
    "发布日期": "2031-03-09",
}
WANTED = [
    *(("index", "YL000/2031-00007"), ("topic", "科技、教育"), ("issuer", "云岭省教育厅")),
    *(("signed", "2031年03月01日"), ("title", "云岭省科普工作方案"), ("number", "岭教发〔2031〕7号")),
    ("published", "2031-03-09"),
]
BODY = "<h1>云岭省科普工作方案</h1><p>一、重点任务</p><p>（一）建设科普书屋。（责任单位：省科协）</p>"


def cells(*, colon: str) -> str:
    pairs = [f"<td>{name[0]}　{name[1:]}{colon}</td><td>{value}</td>" for name, value in FIELDS.items()]
    return "<table>" + "".join(f"<tr>{a}{b}</tr>" for a, b in zip(pairs[::2], pairs[1::2], strict=True)) + "</table>"


FORMS = {
    "cells": cells(colon="："),
    "cells without colons": cells(colon=""),
    "a cell for both": "<table>" + "".join(f"<tr><td>{n}：{v}</td></tr>" for n, v in FIELDS.items()) + "</table>",
    "a list": "<ul>" + "".join(f"<li><b>{n}：</b><span>{v}</span></li>" for n, v in FIELDS.items()) + "</ul>",
    "bullets": "".join(f"<p>• {n}：</p><p>{v}</p>" for n, v in FIELDS.items() if v),
    "gaps in labels": "".join(f"<pre>{n[0]}      {n[1:]} : {v} 有效性 : </pre>" for n, v in FIELDS.items() if v),
    "cells in a line": "".join(
        f"<p>{' '.join(f'{n} {v}' for n, v in pair)}</p>" for pair in zip_longest(*[iter(FIELDS.items())] * 2)
    ),
    "cells run together": "".join(
        f"<p>{''.join(n + v for n, v in pair)}</p>" for pair in zip_longest(*[iter(FIELDS.items())] * 2)
    ),
    "definitions": "<dl>" + "".join(f"<dt>{n}</dt><dd>{v}</dd>" for n, v in FIELDS.items()) + "</dl>",
}


def read(page: str) -> Annotations:
    return annotate(f"<html><body>{page}</body></html>".encode(), name="a.html", settings=SETTINGS, lexicon=LEXICON)


@pytest.mark.parametrize("form", FORMS)
def test_the_fields_of_the_table_are_typed_and_have_their_cells(form: str) -> None:
    found = read(FORMS[form] + BODY)
    doc, norm = found.document, found.document.norm
    assert [(f.key, norm[f.value.start : f.value.end]) for f in doc.page_fields] == WANTED
    said = to_json(found, LEXICON)["document"]["x_page_fields"]
    assert (said[0]["key"], "".join(said[0]["label"].split())) == ("index", "索引号")
    assert all(field["place"]["xpath"].startswith("/html/body/") for field in said)


def test_the_day_of_a_document_is_not_that_of_its_page() -> None:
    header = read("<p>发文日期 | 2031-01-30 16:20 | 文号 | 岭教发〔2031〕7号 |</p>" + BODY).document.header
    assert header.signed is not None
    assert (header.signed.iso, header.published) == ("2031-01-30", None)


def test_the_site_of_a_body_issues_nothing() -> None:
    page = "<p>发文机构：县政府网站</p><p>文号：岭教发〔2031〕7号</p>"
    assert read(page + BODY).document.header.issuers == ()


def test_a_line_that_the_table_calls_the_title_is_the_title() -> None:
    found = read("<p>云岭省教育厅</p>" + FORMS["cells"] + BODY).document
    title = found.header.title
    assert title is not None
    assert found.norm[title.start : title.end] == "云岭省科普工作方案"


def test_an_issuer_without_its_place_is_completed_by_the_table() -> None:
    table = "<p>发文单位：三门县人民政府办公室 文 号：三政办发〔2031〕7号</p>"
    found = read(
        f"<h1>县人民政府办公室关于印发三门县科普方案的通知</h1>{table}<p>一、重点任务</p><p>（一）建设书屋。</p>"
    )
    issuers = [found.document.norm[s.start : s.end] for s in found.document.header.issuers]
    assert issuers == ["三门县人民政府办公室"]


def test_what_the_text_does_not_say_is_taken_from_the_table() -> None:
    header = (found := read(FORMS["cells"] + BODY)).document.header
    assert header.number is not None
    assert header.number.normal == "岭教发〔2031〕7号"
    assert header.signed is not None
    assert header.published is not None
    assert (header.signed.iso, header.published.iso) == ("2031-03-01", "2031-03-09")
    assert [found.document.norm[s.start : s.end] for s in header.issuers] == ["云岭省教育厅"]


def test_what_the_text_says_is_not_replaced() -> None:
    signed = BODY + "<p>云岭省科学技术协会</p><p>2031年3月5日</p>"
    header = (found := read(FORMS["cells"] + signed)).document.header
    assert [found.document.norm[s.start : s.end] for s in header.issuers] == ["云岭省科学技术协会"]
    assert header.signed is not None
    assert header.signed.iso == "2031-03-05"


def test_who_publishes_a_page_issues_no_document() -> None:
    page = FORMS["cells"].replace("发　文机关", "发　布机构")
    assert read(page + BODY).document.header.issuers == ()


def test_one_label_is_no_table() -> None:
    assert read(f"<p>标题：云岭省科普工作方案</p>{BODY}").document.page_fields == ()


def test_a_text_of_a_page_number_alone_has_no_table() -> None:
    found = annotate("\n—1—\n".encode(), name="a.txt", settings=SETTINGS, lexicon=LEXICON)
    assert found.document.page_fields == ()


def test_labels_in_bold_and_issuers_in_a_list() -> None:
    text = (
        "# 关于印发《云岭市补贴细则》的通知\n\n**发文单位：** 贵州省商务厅、贵州省财政厅\n"
        "**文号：** 黔商字〔2025〕5号\n\n---\n\n"
        "各市商务局：\n\n现印发给你们。\n\n一、范围\n\n做好工作，做到有计划、有步骤。\n"
    )
    found = annotate(text.encode(), name="a.md", settings=SETTINGS, lexicon=LEXICON)
    header, norm = found.document.header, found.document.norm
    assert [norm[s.start : s.end] for s in header.issuers] == ["贵州省商务厅", "贵州省财政厅"]
    assert header.number is not None
    assert header.number.normal == "黔商字〔2025〕5号"


def test_a_title_over_lines_starts_where_the_table_says() -> None:
    table = FORMS["cells"].replace("云岭省科普工作方案", "云岭省科协对省人大三次会议第9号建议的答复")
    body = "<p>云岭省科协对省人大<br>三次会议第9号建议的答复</p><p>岭科函〔2031〕7号</p><p>石英代表：</p>"
    body += "<p>现答复如下。</p>"
    found = read(table + body)
    title = found.document.header.title
    assert title is not None
    assert found.document.norm[title.start : title.end] == "云岭省科协对省人大\n三次会议第9号建议的答复"


def test_index_and_subject_stand_in_the_graph_and_are_proved() -> None:
    data = f"<html><body>{FORMS['cells']}{BODY}</body></html>".encode()
    built = build_document(data, name="a.html", settings=SETTINGS, lexicon=LEXICON, options=Options(version="t"))
    said = {p: o for _, p, o in built.asserted if p in (IDENTIFIER, SUBJECT)}
    assert said == {IDENTIFIER: '"YL000/2031-00007"', SUBJECT: '"科技、教育"'}
    fresh = Fresh(sha256=built.source.sha256, base=built.base, graphs=built.graphs)
    report = verify([(*t, "") for t in fresh.statements], [built.source], fresh=[fresh])
    assert report.level == "proved"
    assert not report.unproved
    forged = [(s, p, '"YL000/2031-00008"' if p == IDENTIFIER else o, "") for s, p, o in fresh.statements]
    assert verify(forged, [built.source]).level != "proved"


def test_bars_of_a_converted_table_belong_to_no_value() -> None:
    table = (
        "索引号: | 1134/202004-00328 | 信息分类: | 规范性文件 |\n成文日期: | 发布日期: | 2031-04-09 08:44 | |\n"
        "标 题: | 云岭省教育厅办公室关于印发2031年工作要点的通知 | ||\n"
        "各市教育局:\n一、重点任务\n1.建设书屋。(各市教育局)\n"
    )
    doc = annotate(table.encode(), name="a.txt", settings=SETTINGS, lexicon=LEXICON).document
    header = doc.header
    assert header.title is not None
    assert doc.norm[header.title.start : header.title.end] == "云岭省教育厅办公室关于印发2031年工作要点的通知"
    assert [doc.norm[s.start : s.end] for s in header.issuers] == ["云岭省教育厅办公室"]
    assert header.signed is None
    assert header.published is not None
