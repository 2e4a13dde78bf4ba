"""Rows: a PDF and a Word file to their read text, beside what the usual library gives of them."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import Aim, Given, LacksError, Pair, Row, beside
from benchmarks.material import EXAMPLE, SHARED

if TYPE_CHECKING:
    from collections.abc import Callable


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
    from kgbuild.read import read_bytes

    def ours(data: bytes) -> str:
        return read_bytes(data, name="plan.pdf", max_bytes=10**9).text

    return [
        beside(name, partial(ours, data), partial(_of_pypdfium2, data), given, alike=_same_characters, clock="wall")
        for name, data in _files(full=given.full).items()
    ]


def pdf_pages(given: Given) -> list[Pair]:
    """The runs and ruling lines of all pages, taken in this process."""
    from kgbuild.read.pdfium import Extractor

    extractor = Extractor()

    def ours(data: bytes) -> list[object]:
        return list(extractor.document(data, 10**6))

    return _parts_of_pdf(given, ours)


def pdf_process(given: Given) -> list[Pair]:
    """The same from the process of PDFium, which runs already."""
    from kgbuild.read.pdf import answers
    from kgbuild.read.reader import File

    def ours(data: bytes) -> list[object]:
        return list(answers(File(data, "plan.pdf")))

    return _parts_of_pdf(given, ours)


def _parts_of_pdf(given: Given, ours: Callable[[bytes], object]) -> list[Pair]:
    return [
        beside(name, partial(ours, data), partial(_of_pypdfium2, data), given, alike=None, clock="wall")
        for name, data in _files(full=given.full).items()
    ]


def _of_pypdfium2(data: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    texts = []
    for page in document:
        text = page.get_textpage()
        texts.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return "".join(texts)


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
        name="pdf-pages",
        work="of it: runs and ruling lines of all pages, in this process",
        beside="the same",
        aim=Aim(faster=False),
        measure=pdf_pages,
        clock="wall",
    ),
    Row(
        name="pdf-process",
        work="of it: the same from the process of PDFium",
        beside="the same",
        aim=Aim(faster=False),
        measure=pdf_process,
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
