"""Reading of a file: bytes → `SourceText`. The only entrance of this room.

Guarantees: the text has a visible character; every span lies within it; the same bytes and name yield the same record
on every machine.
"""

from __future__ import annotations

import hashlib
import unicodedata
from importlib import import_module
from typing import TYPE_CHECKING, cast

from kgbuild.config import Limits
from kgbuild.errors import InputError, Message
from kgbuild.model import SourceText
from kgbuild.read import plain
from kgbuild.read.reader import Draft, File, Reader
from kgbuild.read.sniff import BUNDLE, Refused, is_docx, is_html, is_mail, refused

if TYPE_CHECKING:
    from collections.abc import Callable


def _later(module: str) -> Callable[[File], Draft]:
    """Return a reading function whose module is imported when the first file of the format arrives."""
    return lambda file: cast("Draft", import_module(f"kgbuild.read.{module}").read(file))


READERS: dict[str, Reader] = {
    "bundle": Reader(
        version="bundle/1", claims=lambda file: bool(file.members) and file.data.endswith(BUNDLE), read=_later("bundle")
    ),
    "docx": Reader(version="docx/1", claims=lambda file: is_docx(file.members), read=_later("docx")),
    "pdf": Reader(version="pdf/1", claims=lambda file: b"%PDF-" in file.data[:1024], read=_later("pdf")),
    "ofd": Reader(version="ofd/1", claims=lambda file: "OFD.xml" in file.members, read=_later("ofd")),
    "mail": Reader(version="mail/1", claims=lambda file: is_mail(file.data), read=_later("mail")),
    # The version of selectolax is left out: graphs must be identical on every machine, and the text that we derive from
    # its tree has been stable across releases (a change would show in the hash of the text anyway).
    "html": Reader(
        version="html/1",
        claims=lambda file: is_html(file.decoded.text, name=file.name),
        read=_later("page"),
        is_text=True,
    ),
    "markdown": plain.MARKDOWN,
    "text": plain.READER,
}
"""One reader for each format; the first that claims a file reads it, text readers last."""

_CONVERT = "convert it (soffice --headless --convert-to docx FILE) and give that"
_REFUSED: dict[Refused, tuple[str, str]] = {
    "doc": ("the old Word format (.doc, .wps) is not supported", _CONVERT),
    "office-xml": ("an office document saved as one XML file is not supported", _CONVERT),
    "rtf": ("RTF is not supported", _CONVERT),
    "office": (
        "spreadsheets, slides and OpenDocument are not supported",
        "convert it (soffice --headless --convert-to html FILE) and give that",
    ),
    "image": (
        "is an image",
        "recognise its text (img2pdf FILE -o scan.pdf; ocrmypdf -l chi_sim scan.pdf out.pdf) and give that",
    ),
    "binary": ("is not a text (binary data)", "give a text, HTML, Word, PDF or OFD file"),
}


def read_bytes(data: bytes, *, name: str, max_bytes: int, limits: Limits | None = None) -> SourceText:
    """Read a file.

    Args:
        data: Its bytes.
        name: Its name, for messages and the record; its suffix helps where the content is ambiguous.
        max_bytes: Maximum size in bytes.
        limits: Resource limits of the readers; None = the defaults.

    Raises:
        InputError: it is too large, contains no visible character, is damaged, or has an unsupported format or
            encoding.

    Example:
        >>> source = read_bytes("一、总体要求".encode(), name="plan.txt", max_bytes=1000)
        >>> source.text, source.encoding, source.reader
        ('一、总体要求', 'utf-8', 'text/1')
    """
    if len(data) > max_bytes:
        raise InputError(
            Message("is larger than allowed ({count:,} bytes, limit {limit:,})", count=len(data), limit=max_bytes),
            where=name,
            cure="split it or raise --max-bytes",
        )
    file = File(data, name, limits or Limits())
    reader = reader_of(file)
    draft = reader.read(file)
    if not any(map(_is_visible, draft.text)):
        raise InputError("holds no visible character", where=name, cure="give a file that has a text")
    return SourceText(
        text=draft.text,
        name=name,
        sha256=_sha256(draft.text.encode()),
        file_sha256=_sha256(data),
        encoding=draft.encoding,
        reader=reader.version,
        main=draft.main,
        anchors=draft.anchors,
        tables=draft.tables,
        items=draft.items,
        left_out=draft.left_out,
        findings=draft.findings,
        page_url=draft.page_url,
    )


def reader_of(file: File) -> Reader:
    """Return the reader for a file.

    Raises:
        InputError: its format is not supported, or its encoding cannot be determined.
    """
    for reader in READERS.values():
        if not reader.is_text and reader.claims(file):
            return reader
    if (kind := refused(file.data, file.members)) is not None:
        what, cure = _REFUSED[kind]
        raise InputError(what, where=file.name, cure=cure)
    return next(reader for reader in READERS.values() if reader.is_text and reader.claims(file))


def _is_visible(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf"}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
