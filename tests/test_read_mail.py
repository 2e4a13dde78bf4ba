"""Saved pages and mails: one text from several files, each with its name in the places."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from tests.docx import docx, p, tbl, tr

from kgbuild.config import Limits, Settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Options, build_document
from kgbuild.read import read_bytes

if TYPE_CHECKING:
    from kgbuild.model import SourceText

NOTICE = "云岭省人民政府办公厅关于印发云岭省科普工作方案的通知\n各市（州）人民政府：\n现将方案印发给你们。\n"
PLAN = docx(
    p("云岭省科普工作方案")
    + p("一、重点任务")
    + p("（一）建设科普书屋。（责任单位：省教育厅）")
    + tbl(tr("任务", "责任单位"), tr("举办科普讲坛", "省科协"))
)
WORD = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


def read(data: bytes, limits: Limits | None = None) -> SourceText:
    return read_bytes(data, name="a.eml", max_bytes=10_000_000, limits=limits)


def mail(*attachments: tuple[str, bytes], text: str = NOTICE) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "通知"
    message.set_content(text)
    for name, data in attachments:
        message.add_attachment(data, maintype=WORD[0], subtype=WORD[1], filename=name)
    return message


def test_a_notice_and_its_attachment_are_one_document() -> None:
    data = mail(("方案.docx", PLAN)).as_bytes()
    source = read(data)
    assert source.reader == "mail/1"
    assert source.text.startswith(NOTICE)
    at = source.place_at(source.text.index("建设科普书屋"))
    assert at is not None
    assert at.shown("zh") == "方案.docx 第3段"
    cell = source.place_at(source.text.index("举办科普讲坛"))
    assert cell is not None
    assert cell.shown("en") == "方案.docx table 1 row 2"
    settings = Settings()
    options = Options(version="t")
    built = build_document(data, name="a", settings=settings, lexicon=load_lexicon(settings), options=options)
    assert built.annotations.document.carried
    assert [a.statement is not None for a in built.annotations.actions] == [True, True]


@pytest.mark.parametrize(
    "above",
    [
        b"From a@example.org Wed Jul 20 17:35:09 2031\n",  # a mailbox
        b"X-Relay: a\n\tb\n" * 150,
        b"Message-ID: <1@example.org>\n",
    ],
)
def test_a_mail_is_known_by_its_header_wherever_it_came_through(above: bytes) -> None:
    plain = b"Content-Type: text/plain; charset=utf-8\n\n" + NOTICE.encode()
    head = b"" if above.startswith(b"Message") else b"MIME-Version: 1.0\n"
    assert read(above + b"From: a@example.org\n" + head + plain).text == NOTICE


def test_what_cannot_be_read_is_named() -> None:
    inner = mail().as_bytes()
    source = read(mail(("图.png", b"\x89PNG\r\n\x1a\n0"), ("转发.eml", inner)).as_bytes())
    assert [(f.code, dict(f.detail)["text"]) for f in source.findings] == [("part-not-read", "图.png, 转发.eml")]


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_saved_page_is_read_as_html(charset: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body><p>一、总体要求</p></body></html>'
    message = EmailMessage()
    message["Subject"] = "page"
    message.set_content(page, subtype="html", charset=charset)
    message.make_related()
    message.add_related(b"\x89PNG", "image", "png", cid="a")
    source = read(message.as_bytes())
    assert source.text == "一、总体要求\n"
    place = source.place_at(0)
    assert place is not None
    assert place.xpath == "/html/body/p[1]"


def test_a_charset_that_is_no_name_is_passed_over() -> None:
    data = mail(text="一、总体要求\n").as_bytes().replace(b'charset="utf-8"', b'charset="ut\0f"')
    assert b"ut\0f" in data
    assert read(data).text == "一、总体要求\n"


def test_limits_and_empty_mails() -> None:
    with pytest.raises(InputError, match="holds 4 parts"):
        read(mail(*((f"{i}.docx", PLAN) for i in range(3))).as_bytes(), Limits(members=3))
    with pytest.raises(InputError, match="holds no document that can be read"):
        read(b"MIME-Version: 1.0\nContent-Type: image/png\n\nx")
