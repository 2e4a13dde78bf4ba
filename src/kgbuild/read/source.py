"""Bytes to SourceText: the one entrance of the room.

Post-conditions: the text has a visible character; every span lies inside it; the same bytes and name give the same
record on every machine.
"""

from __future__ import annotations

import hashlib
import unicodedata

from kgbuild.errors import InputError
from kgbuild.model import Finding, SourceText, Span
from kgbuild.read.encoding import FAMILIES, Decoded, clean, decode
from kgbuild.read.html import Page, read_page
from kgbuild.read.sniff import Format, declared_encoding, is_html, sniff

# Offsets rest on the reader, so its name enters the graph and its number rises with every change of the text made.
# The version of selectolax stays out: the graph must be the same bytes on every machine, and the text that we make
# from its tree has been the same from release to release (a change would change the hash of the text anyway).
TEXT_READER = "text/1"
HTML_READER = "html/1"

_MAX_FINDINGS = 50

_UNREAD: dict[Format, tuple[str, str]] = {
    "docx": ("DOCX is not supported yet", "save it as plain text (.txt, UTF-8) or HTML and give that"),
    "doc": ("the old Word format is not supported", "save it as plain text (.txt, UTF-8) or HTML and give that"),
    "rtf": ("RTF is not supported", "save it as plain text (.txt, UTF-8) or HTML and give that"),
    "pdf": ("PDF is not supported yet", "extract its text (for instance with pdftotext) and give that"),
    "ofd": ("OFD is not supported yet", "export its text with an OFD viewer and give that"),
    "office": ("spreadsheets, slides and OpenDocument are not supported", "save it as plain text or HTML"),
    "mhtml": ("a saved web archive (MHTML) is not supported", "save the page as HTML only"),
    "binary": ("is not a text (binary data)", "give a text or HTML file"),
}


def read_bytes(data: bytes, *, name: str, max_bytes: int) -> SourceText:
    """Read a file.

    Args:
        data: Its bytes.
        name: Its name, for messages and the record; its suffix helps where content leaves a doubt.
        max_bytes: Larger files are refused.

    Raises:
        InputError: larger than allowed, without a visible character, of a format that is not read, or in no
            recognisable encoding.

    Example:
        >>> source = read_bytes("一、总体要求".encode(), name="plan.txt", max_bytes=1000)
        >>> source.text, source.encoding, source.reader
        ('一、总体要求', 'utf-8', 'text/1')
    """
    if len(data) > max_bytes:
        raise InputError(
            f"is larger than allowed ({len(data):,} bytes, limit {max_bytes:,})",
            where=name,
            cure="split it or raise --max-bytes",
        )
    found = sniff(data)
    if found != "text":
        what, cure = _UNREAD[found]
        raise InputError(what, where=name, cure=cure)
    declared = declared_encoding(data)
    decoded = decode(data, name=name, declared=declared)
    source = _html(data, name, decoded, declared) if is_html(decoded.text, name=name) else _plain(data, name, decoded)
    if not any(map(_is_visible, source.text)):
        raise InputError("holds no visible character", where=name, cure="give a file that has a text")
    return source


def _is_visible(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf"}


def _plain(data: bytes, name: str, decoded: Decoded) -> SourceText:
    return SourceText(
        text=decoded.text,
        name=name,
        sha256=_sha256(decoded.text.encode()),
        file_sha256=_sha256(data),
        encoding=decoded.encoding,
        reader=TEXT_READER,
        main=Span(0, len(decoded.text)),
        findings=(*_undecodable(decoded.broken, decoded.encoding, cut=decoded.cut), *_controls(decoded.controls)),
    )


def _html(data: bytes, name: str, decoded: Decoded, declared: str | None) -> SourceText:
    page = read_page(decoded.text)
    text, controls = clean(page.text)
    broken = _replaced(text) if decoded.broken else ()
    return SourceText(
        text=text,
        name=name,
        sha256=_sha256(text.encode()),
        file_sha256=_sha256(data),
        encoding=decoded.encoding,
        reader=HTML_READER,
        main=page.main,
        anchors=page.anchors,
        tables=page.tables,
        items=page.items,
        findings=(
            *_undecodable(broken, decoded.encoding, cut=False),
            *_controls(controls),
            *_lie(decoded, declared),
            *_page(page),
        ),
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _undecodable(broken: tuple[Span, ...], encoding: str, *, cut: bool) -> list[Finding]:
    """Return a finding for each place, the last of very many for all that follow."""
    if not broken:
        return []
    places = [*broken[:_MAX_FINDINGS]]
    if len(broken) > _MAX_FINDINGS:
        places[-1] = Span(broken[_MAX_FINDINGS - 1].start, broken[-1].end)
    counts = [*(len(span) for span in places[:-1]), sum(len(span) for span in broken[len(places) - 1 :])]
    return [
        Finding(
            code="undecodable-bytes",
            severity="warning",
            span=span,
            detail=(
                ("encoding", encoding),
                ("count", str(count)),
                ("place", "end" if cut and span.end == broken[-1].end else "middle"),
            ),
        )
        for span, count in zip(places, counts, strict=True)
    ]


def _replaced(text: str) -> tuple[Span, ...]:
    return tuple(Span(i, i + 1) for i, char in enumerate(text) if char == "\ufffd")


def _controls(places: tuple[int, ...]) -> list[Finding]:
    if not places:
        return []
    span = Span(places[0], places[0] + 1)
    return [Finding(code="control-characters", severity="info", span=span, detail=(("count", str(len(places))),))]


def _lie(decoded: Decoded, declared: str | None) -> list[Finding]:
    if declared is None or decoded.text.isascii() or FAMILIES.get(declared) == decoded.encoding:
        return []
    detail = (("declared", declared), ("encoding", decoded.encoding))
    return [Finding(code="wrong-charset", severity="info", detail=detail)]


def _page(page: Page) -> list[Finding]:
    found = []
    if page.n_hidden:
        detail = (("count", str(page.n_hidden)),)
        found.append(Finding(code="hidden-content", severity="info", detail=detail))
    if page.n_flattened:
        detail = (("count", str(page.n_flattened)),)
        found.append(Finding(code="deep-nesting", severity="info", detail=detail))
    return found
