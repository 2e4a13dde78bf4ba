"""Recognises file formats by content; the file name is only a hint where the content is ambiguous."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Container

Refused = Literal["doc", "office-xml", "pdf", "ofd", "rtf", "image", "office", "binary"]
"""Kinds of files that are recognised but not supported."""

BUNDLE = b"kgbuild: one document"
"""The comment of an archive whose files are one document (`read/bundle.py`)."""

_PAGE_NAME = re.compile(r"(.+?)(?:[_-](\d{1,3}))?(\.[xs]?html?)", re.IGNORECASE)

_MAGIC: tuple[tuple[bytes, Refused], ...] = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),  # OLE container: doc, xls, wps
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x1f\x8b", "binary"),
    (b"7z\xbc\xaf\x27\x1c", "binary"),
    (b"Rar!\x1a\x07", "binary"),
    (b"\xfd7zXZ\x00", "binary"),
    (b"BZh9", "binary"),
    (b"\x28\xb5\x2f\xfd", "binary"),
    (b"\x7fELF", "binary"),
    (b"SQLite format 3\x00", "binary"),
)

_OFFICE_XML = (
    b"http://schemas.microsoft.com/office/2006/xmlPackage",
    b"http://schemas.microsoft.com/office/word/2003/wordml",
    b"urn:oasis:names:tc:opendocument:xmlns:office:1.0",
)
"""Namespaces of office documents saved as one XML file; read as text they would be tags."""

_MEMBERS: tuple[tuple[str, Refused], ...] = (
    ("OFD.xml", "ofd"),
    ("xl/workbook.xml", "office"),
    ("ppt/presentation.xml", "office"),
    ("content.xml", "office"),
)

_TAGS = (
    "html|head|body|title|meta|link|div|p|table|tbody|tr|td|span|ul|ol|li|h[1-6]|br|center|font|a|b|strong|img|style"
    "|script|form|frameset|section|article|main|header|nav|pre"
)
_PREFIX = r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
_PAGE = re.compile(_PREFIX + r"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)
_FRAGMENT = re.compile(_PREFIX + rf"<(?:{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]{0,300}?\bcharset|\?xml\b[^>]{0,100}?\bencoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""",
    re.IGNORECASE,
)


_MAIL = re.compile(
    rb"(?:From [^\n]*\n)?(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,200}?(?:MIME-Version|Message-ID):", re.IGNORECASE
)
"""The header of a message, below the line that a mailbox puts above it; relays prepend dozens of lines."""
_MAIL_HEAD = 60_000


def is_docx(members: Collection[str]) -> bool:
    """Tell whether a zip archive with these members is a Word document, whatever the name of its main part."""
    if "word/document.xml" in members:
        return True
    names = (name.lower() for name in members)
    return "[Content_Types].xml" in members and any(n.startswith("word/document") and n.endswith(".xml") for n in names)


def is_mail(data: bytes) -> bool:
    """Tell whether the bytes start with the header of a message (.eml, .mht)."""
    return _MAIL.match(data[:_MAIL_HEAD]) is not None


def refused(data: bytes, members: Container[str]) -> Refused | None:
    r"""Return the kind of an unsupported file; None for a text.

    Args:
        data: Its bytes.
        members: Names of its members, if it is an archive.

    Example:
        >>> refused(b"Rar!\x1a\x07", ()), refused(b"text", ())
        ('binary', None)
    """
    for magic, found in _MAGIC:
        if data.startswith(magic):
            return found
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((found for member, found in _MEMBERS if member in members), "binary")
    head = data[:2000]
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") and any(space in head for space in _OFFICE_XML):
        return "office-xml"
    if data.startswith((b"MZ", b"BM", b"RIFF")) and b"\0" in head:
        return "binary"
    return None


def is_html(text: str, *, name: str) -> bool:
    """Tell whether a text is HTML: by its first tag, or by any tag if the file name says HTML.

    Other XML, and prose that merely mentions a tag, is plain text.

    Example:
        >>> is_html("<div><p>甲</p></div>", name="a.txt"), is_html("用 <p> 标记段落", name="a.txt")
        (True, False)
    """
    if _PAGE.match(text):
        return True
    if name.lower().endswith(_HTML_SUFFIXES):
        return _TAG.search(text) is not None
    first = _FRAGMENT.match(text)
    return first is not None and _TAG.search(text, first.end()) is not None


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding label declared in an HTML or XML file, in lower case; None if there is none."""
    found = _DECLARED.search(data[:4096])
    return found[1].decode("ascii").lower() if found else None


def page_number(name: str) -> tuple[str, int] | None:
    """Return what the pages of one document share in their names, and the number of this one; None for no page.

    Example:
        >>> page_number("plan.html"), page_number("plan_2.html"), page_number("plan.pdf")
        (('plan.html', 1), ('plan.html', 2), None)
    """
    m = _PAGE_NAME.fullmatch(name)
    return (m[1] + m[3], int(m[2] or 1)) if m else None
