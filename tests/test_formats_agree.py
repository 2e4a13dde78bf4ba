"""The bundled example in other formats: the same actions, bodies, roles and indicators, whatever the file."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.docx import docx, lists, lvl, p
from tests.made_files import Sheet, ofd, pdf

from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, build_document

if TYPE_CHECKING:
    from kgbuild.model import Span

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"
LINES = EXAMPLE.read_text(encoding="utf-8").splitlines()
SETTINGS = Settings()
LEXICON = load_lexicon(SETTINGS)
LEVELS = lists(lvl(0, "chineseCounting", "%1、") + lvl(1, "chineseCounting", "（%2）") + lvl(2, "decimal", "%3."))
MARKS = (r"[一二三四五六七八九十]+、", r"（[一二三四五六七八九十]+）", r"\d+\.")


def automatic(line: str) -> str:
    """Return a paragraph whose number is counted by the program."""
    for depth, mark in enumerate(MARKS):
        if m := re.match(mark, line):
            return p(line[m.end() :], num=(1, depth))
    return p(line)


def printed() -> list[Sheet]:
    """Return the pages of a print."""
    sheets, y = [Sheet()], 110.0
    for line in LINES:
        if y > 700:
            sheets[-1].centred(810, f"— {len(sheets)} —", 14)
            sheets.append(Sheet())
            y = 110.0
        y = sheets[-1].para(y, line) if line.strip() else y
    return sheets


FORMS = {
    "html": "".join(f"<p>{escape(line)}</p>" for line in LINES).encode(),
    "docx": docx("".join(map(p, LINES))),
    "docx, counted": docx("".join(map(automatic, LINES)), parts={"numbering": LEVELS}),
    "md": EXAMPLE.read_bytes(),
    "pdf": pdf(*printed()),
    "ofd": ofd(*printed()),
    "eml": b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    + EXAMPLE.read_bytes(),
}


def said(built: Built) -> tuple[object, ...]:
    """What a document says, without offsets."""
    found, text = built.annotations, built.source.text

    def words(span: Span | None) -> str:
        return "".join(text[span.start : span.end].split()) if span else ""

    actions = [
        (
            found.document.units[a.unit].path,
            words(a.text),
            [(b.surface, b.role) for b in a.statement.bodies] if a.statement else [],
            [(m.concept, m.role) for m in a.populations],
            [n.name for n in a.named],
        )
        for a in found.actions
    ]
    indicators = [(i.name, i.value, i.unit, i.direction, i.deadline) for i, _ in found.indicators]
    header = found.document.header
    return actions, indicators, words(header.title), header.number and header.number.normal, len(found.document.plans)


def build(name: str, data: bytes) -> Built:
    options = Options(version="t")
    return build_document(data, name=name, settings=SETTINGS, lexicon=LEXICON, options=options)


@pytest.fixture(scope="module")
def wanted() -> tuple[object, ...]:
    return said(build("a.txt", EXAMPLE.read_bytes()))


@pytest.mark.parametrize("form", FORMS)
def test_the_format_changes_nothing_of_what_is_said(form: str, wanted: tuple[object, ...]) -> None:
    built = build(f"a.{form[:4]}".rstrip(","), FORMS[form])
    assert said(built) == wanted
    if form == "docx, counted":
        generated = [s for a in built.source.anchors for s in a.generated]
        assert len(generated) > 5
