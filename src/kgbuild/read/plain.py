"""Plain text: the text as it stands."""

from __future__ import annotations

from kgbuild.model import Span
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
        findings=(*undecodable(decoded.broken, decoded.encoding, cut=decoded.cut), *controls(decoded.controls)),
    )


READER = Reader(version="text/1", claims=lambda _: True, read=_read, is_text=True)
