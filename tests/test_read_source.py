"""The entrance: which files are read, how, and what is said of those that are not."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import InputError
from kgbuild.model import Finding, SourceText, Span
from kgbuild.read import read_bytes
from kgbuild.read.sniff import declared_encoding, is_html, refused

PLAN = "云岭省科普行动方案\r\n一、总体要求\r\n（省科协、省教育厅）\n"


def read(data: bytes, name: str = "plan.txt") -> SourceText:
    return read_bytes(data, name=name, max_bytes=1_000_000)


def finding(source: SourceText, code: str) -> Finding:
    found = [f for f in source.findings if f.code == code]
    assert len(found) == 1, source.findings
    return found[0]


def archive(*members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as z:
        for member in members:
            z.writestr(member, "<x/>")
    return buffer.getvalue()


def test_text_file_is_kept_as_it_is() -> None:
    data = b"\xef\xbb\xbf" + PLAN.encode()
    source = read(data)
    assert source.text == PLAN
    assert source.sha256 == hashlib.sha256(PLAN.encode()).hexdigest()
    assert source.file_sha256 == hashlib.sha256(data).hexdigest()
    assert (source.name, source.encoding, source.reader) == ("plan.txt", "utf-8", "text/1")
    assert source.main == Span(0, len(PLAN))
    assert (source.anchors, source.tables, source.findings) == ((), (), ())
    assert source.key == source.sha256[:16]


@pytest.mark.parametrize("codec", ["gb18030", "utf-16", "utf-16-le"])
def test_the_key_of_a_text_does_not_depend_on_its_encoding(codec: str) -> None:
    assert read(PLAN.encode(codec)).sha256 == read(PLAN.encode()).sha256
    assert read(PLAN.encode(codec)).file_sha256 != read(PLAN.encode()).file_sha256


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a: holds no visible character; give a file that has a text"),
        (" \r\n\t\u3000\u00a0\u200b\ufeff".encode(), "a: holds no visible character; give a file that has a text"),
        ("<html><body><!-- 甲 --></body></html>".encode(), "a: holds no visible character; "),
        ("<p hidden>甲</p><p></p>".encode(), "a: holds no visible character; "),
        (b"x" * 1_000_001, "a: is larger than allowed (1,000,001 bytes, limit 1,000,000); "),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a: is damaged: it cannot be opened as PDF; get the file again"),
        (b"{\\rtf1\\ansi x}", "a: RTF is not supported; convert it (soffice --headless"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a: the old Word format (.doc, .wps) is not supp"),
        (archive("xl/workbook.xml"), "a: spreadsheets, slides and OpenDocument are not supported; convert it"),
        (archive("readme.txt"), "a: is not a text (binary data); give a text, HTML"),
        (b"PK\x03\x04 cut off", "a: is not a text (binary data); "),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a: is an image; recognise its text"),
        (b"MZ\x90\0\x03\0\0\0", "a: is not a text (binary data); "),
    ],
)
def test_what_is_not_read_is_said_in_one_line_with_a_cure(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data, "a")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert caught.value.cure
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("text", ["甲", "。", "7", "\n\n一\n", "\ufffd"])
def test_one_visible_character_is_enough(text: str) -> None:
    assert read(text.encode()).text == text


@pytest.mark.parametrize(
    "text",
    [
        '{"标题": "方案", "正文": "<p>甲</p>"}',
        '<?xml version="1.0"?><方案><p>甲</p></方案>',
        "任务,单位\n建书屋,省教育厅\n",
        "用 <p> 标记段落，用 <div> 标记区块。",
        "<未定稿>一、总体要求",
        "BM 级和 MZ 级书屋名单",
        "<br",
    ],
)
def test_other_languages_are_just_text(text: str) -> None:
    source = read(text.encode())
    assert (source.reader, source.text) == ("text/1", text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<!DOCTYPE html><title>x</title>甲", "a.txt"),
        ("\n <!-- 保存于2031年 -->\n<HTML>甲", "a"),
        ('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "x"><html>甲</html>', "a"),
        ('<div class="wrap"><p>甲</p></div>', "a.txt"),
        ("甲<br>乙", "a.htm"),
        ("<o:p>甲</o:p><p>乙", "A.HTML"),
    ],
)
def test_pages_are_known_by_their_tags(text: str, name: str) -> None:
    assert read(text.encode(), name).reader == "html/1"
    assert is_html(text, name=name)


def test_a_file_called_html_without_a_tag_is_text() -> None:
    assert read(PLAN.encode(), "a.html").text == PLAN


def test_a_cut_end_is_told_with_its_place() -> None:
    source = read(PLAN.strip().encode()[:-1])
    assert source.text == PLAN.strip()[:-1] + "\ufffd"
    found = finding(source, "undecodable-bytes")
    assert found.severity == "warning"
    assert found.span == Span(len(source.text) - 1, len(source.text))
    assert found.detail == (("encoding", "utf-8"), ("count", "1"), ("place", "end"))


def test_very_many_broken_places_are_told_together() -> None:
    source = read(("甲" * 200).encode().join([b"\xff"] * 81))
    found = [f for f in source.findings if f.code == "undecodable-bytes"]
    assert len(found) == 50
    assert sum(int(dict(f.detail)["count"]) for f in found) == 81
    assert found[-1].span is not None
    assert found[-1].span.end == len(source.text)


def test_a_nul_in_a_text_is_told() -> None:
    source = read(("一、总体要求" * 9 + "\0" + "二、任务").encode())
    assert "\0" not in source.text
    assert finding(source, "control-characters").span == Span(54, 55)


@pytest.mark.parametrize(
    ("label", "codec", "lies"),
    [
        ("gb2312", "utf-8", True),
        ("utf-8", "gb18030", True),
        ("iso-8859-1", "gb18030", True),
        ("gb2312", "gb18030", False),
        ("GBK", "gb18030", False),
        ("UTF-8", "utf-8", False),
    ],
)
def test_a_page_that_lies_about_its_encoding(label: str, codec: str, *, lies: bool) -> None:
    page = f'<html><head><meta charset="{label}"></head><body><p>云岭省教育厅关于书屋的通知</p></body></html>'
    source = read(page.encode(codec))
    assert source.text == "云岭省教育厅关于书屋的通知\n"
    assert source.encoding == codec
    if lies:
        assert finding(source, "wrong-charset").detail == (("declared", label.lower()), ("encoding", codec))
    else:
        assert source.findings == ()


def test_an_ascii_page_cannot_lie() -> None:
    assert read(b'<meta charset="gbk"><p>plan</p>').findings == ()


@pytest.mark.parametrize(
    ("head", "label"),
    [
        (b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gb2312"),
        (b"<META CHARSET=UTF-8>", "utf-8"),
        (b"<?xml version='1.0' encoding='Big5'?>", "big5"),
        (b"<p>charset=gbk</p>", None),
        (b" " * 5000 + b"<meta charset=gbk>", None),
    ],
)
def test_declared_encoding(head: bytes, label: str | None) -> None:
    assert declared_encoding(head) == label


def test_broken_bytes_of_a_page_are_found_in_its_text() -> None:
    source = read("<p>云岭省教育厅</p>".encode() * 40 + b"<p>\xff</p>")
    found = finding(source, "undecodable-bytes")
    assert found.span is not None
    assert source.text[found.span.start : found.span.end] == "\ufffd"


def test_hidden_text_is_no_text_but_told() -> None:
    source = read('<p>甲</p><div style="color:red; DISPLAY:none">秘 密</div><script>var x</script>'.encode())
    assert source.text == "甲\n"
    assert finding(source, "hidden-content").detail == (("count", "2"),)


def test_a_page_whose_text_is_in_a_script_is_told() -> None:
    data = '{"content": "' + "一、总体要求。" * 400 + '"}'
    page = f"<html><body><p>正在加载</p><script>window.data = {data};</script></body></html>"
    assert finding(read(page.encode()), "text-in-scripts").severity == "warning"
    shown = page.replace("正在加载", "一、总体要求。" * 60)
    assert read(shown.encode()).findings == ()
    assert read(page.replace(data, "1 + 1;" * 900).encode()).findings == ()


def test_a_page_whose_data_are_escaped_is_told_too() -> None:
    data = json.dumps({"content": "一、总体要求。" * 60})
    page = f'<html><body><p>加载中</p><script type="application/json">{data}</script></body></html>'
    assert finding(read(page.encode()), "text-in-scripts").severity == "warning"
    with pytest.raises(InputError) as error:
        read(page.replace("加载中", "").encode())
    assert "script" in error.value.what
    assert error.value.cure
    assert "browser" in error.value.cure


def test_a_page_of_frames_names_them() -> None:
    with pytest.raises(InputError) as error:
        read(b'<html><frameset cols="20,*"><frame src="left.html"><frame src="main.html"></frameset></html>')
    assert "left.html, main.html" in error.value.what
    framed = '<html><body><p>首页</p><!-- <iframe src="old.html"> --><iframe src="main.html"></iframe></body></html>'
    assert finding(read(framed.encode()), "external-reference").detail == (("text", "main.html"),)
    whole = framed.replace("首页", "一、总体要求。" * 60)
    assert read(whole.encode()).findings == ()


@pytest.mark.parametrize(
    "space",
    [
        "http://schemas.microsoft.com/office/2006/xmlPackage",
        "http://schemas.microsoft.com/office/word/2003/wordml",
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    ],
)
def test_an_office_document_in_one_xml_file_is_refused_with_the_command(space: str) -> None:
    page = f'<?xml version="1.0"?>\n<x:document xmlns:x="{space}"><x:t>一、总体要求</x:t></x:document>'
    with pytest.raises(InputError) as error:
        read(page.encode())
    assert error.value.cure
    assert "soffice --headless --convert-to docx" in error.value.cure
    assert read(page.replace(space, "urn:other").encode()).text.startswith("<?xml")


def test_what_no_other_sign_claims_is_text() -> None:
    assert refused(PLAN.encode(), ()) is None


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.html"]))
def test_no_bytes_raise_anything_but_an_input_error(data: bytes, name: str) -> None:
    try:
        source = read(data, name)
    except InputError:
        return
    assert source.text.strip()
    assert 0 <= source.main.start <= source.main.end <= len(source.text)
    assert read(data, name) == source
