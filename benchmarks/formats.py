"""Rows: a PDF and a Word file to their read text, beside what the usual library gives of them."""

from __future__ import annotations

from collections import Counter

from benchmarks.harness import Aim, Given, LacksError, Pair, Row, beside
from benchmarks.material import EXAMPLE, SHARED


def _example() -> bytes:
    """The bundled example as a PDF of several pages."""
    from tests.made_files import Sheet, pdf

    sheets, y = [Sheet()], 110.0
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if y > 700:
            sheets[-1].text(270, 810, f"— {len(sheets)} —", 14)
            sheets.append(Sheet())
            y = 110.0
        y = sheets[-1].para(y, line) if line.strip() else y
    return pdf(*sheets)


def _files(*, full: bool) -> dict[str, bytes]:
    """PDF files: the example, and real ones where they are, one in twelve unless a run is full."""
    found = {"example": _example()}
    real = sorted((SHARED / "corpus2" / "docs").glob("*.pdf")) if SHARED.is_dir() else []
    return found | {path.name: path.read_bytes() for path in real[:: 1 if full else 12]}


def pdf_text(given: Given) -> list[Pair]:
    """The text with its places, beside what pypdfium2 returns; blanks and hyphens may differ."""
    import pypdfium2

    from kgbuild.read import read_bytes

    pairs = []
    for name, data in _files(full=given.full).items():

        def ours(data: bytes = data) -> str:
            return read_bytes(data, name="plan.pdf", max_bytes=10**9).text

        def theirs(data: bytes = data) -> str:
            document = pypdfium2.PdfDocument(data)
            texts = []
            for page in document:
                text = page.get_textpage()
                texts.append(text.get_text_range())
                text.close()
                page.close()
            document.close()
            return "".join(texts)

        pairs.append(beside(name, ours, theirs, given, alike=_same_characters, clock="wall"))
    return pairs


def docx_text(given: Given) -> list[Pair]:
    """The text with its places, beside the paragraphs of python-docx, which reads neither tables nor numbers."""
    import io

    try:
        import docx
    except ImportError as e:
        raise LacksError("python-docx (pip install python-docx)") from e

    from tests.docx import docx as made
    from tests.docx import p

    from kgbuild.read import read_bytes

    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    files = {"example": made("".join(map(p, lines)))}
    real = sorted((SHARED / "corpus" / "docs").glob("*.docx")) if SHARED.is_dir() else []
    files |= {path.name: path.read_bytes() for path in real[:: 1 if given.full else 4]}
    pairs = []
    for name, data in files.items():

        def ours(data: bytes = data) -> str:
            return read_bytes(data, name="plan.docx", max_bytes=10**9).text

        def theirs(data: bytes = data) -> str:
            return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)

        pairs.append(beside(name, ours, theirs, given, alike=_same_characters))
    return pairs


def _same_characters(ours: str, theirs: str) -> bool:
    counts = [Counter("".join(text.split()).replace("\ufffe", "-").replace("\u00ad", "-")) for text in (ours, theirs)]
    differing = ((counts[0] - counts[1]) + (counts[1] - counts[0])).total()
    return differing <= 0.002 * counts[1].total() + 3


ROWS = [
    Row(
        name="pdf",
        work="PDF → read text with places, process warm",
        beside="pypdfium2, text of all pages",
        aim=Aim(faster=False, mean=1.5),
        measure=pdf_text,
        clock="wall",
    ),
    Row(
        name="docx",
        work="Word file → read text with places",
        beside="python-docx, text of all paragraphs",
        aim=Aim(faster=False, mean=1.5),
        measure=docx_text,
    ),
]
