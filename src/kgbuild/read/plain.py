"""Plain text and Markdown: the text unchanged, its tables, and the spans that are syntax rather than wording.

The two differ in name only: the same bytes yield the same text and the same actions.
"""

from __future__ import annotations

from kgbuild.model import Span
from kgbuild.read.marks import marks_in
from kgbuild.read.reader import Draft, File, Reader
from kgbuild.read.remarks import controls, undecodable
from kgbuild.read.rows import tables_in


def _read(file: File) -> Draft:
    decoded = file.decoded
    return Draft(
        text=decoded.text,
        main=Span(0, len(decoded.text)),
        encoding=decoded.encoding,
        tables=tuple(tables_in(decoded.text)),
        left_out=tuple(marks_in(decoded.text)),
        findings=(*undecodable(decoded.broken, decoded.encoding, cut=decoded.cut), *controls(decoded.controls)),
    )


READER = Reader(version="text/1", claims=lambda _: True, read=_read, is_text=True)
MARKDOWN = Reader(
    version="markdown/1", claims=lambda file: file.name.lower().endswith((".md", ".markdown")), read=_read, is_text=True
)
