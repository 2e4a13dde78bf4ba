"""`SourceText` → `Document`: normalise, then find the header, the plans and the tree of units. Total and pure.

In this room and in `extract`, `norm` is the normalised text of the whole document, and `start`, `end` and every `Span`
are offsets into it, in code points, the end exclusive. `paras` are its paragraphs in order; `text` beside them holds
their texts. `words` are the classes of words of the vocabularies, `lexicon` is all of the vocabularies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.model import Document, Finding, Span, Unit
from kgbuild.text import structure
from kgbuild.text.annexes import annex_lists
from kgbuild.text.columns import heads_of_text, rows_behind_tables
from kgbuild.text.doubts import find_doubts
from kgbuild.text.foot import find_closings
from kgbuild.text.header import parse_frame
from kgbuild.text.lines import outside, paragraphs, trim
from kgbuild.text.normalise import comparable, normalise
from kgbuild.text.page_fields import completed, find_page_fields
from kgbuild.text.plans import titles_carried
from kgbuild.text.runon import run_on
from kgbuild.text.tables import read_tables
from kgbuild.text.traditional import is_traditional

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Header, PlanPart, SourceText

__all__ = ["attachments_of", "normalise", "parse_document", "trim"]


def parse_document(source: SourceText, lexicon: Lexicon) -> Document:
    """Parse a text into header, plans and numbered units.

    Every text yields a document. What the text does not say is absent and, where a reader would expect it, a finding.

    Args:
        source: The text as read.
        lexicon: Compiled vocabularies.
    """
    norm = comparable(source.text, source.left_out)
    whole = paragraphs(norm)
    paras = [part for para in whole for part in run_on(norm, para, lexicon.words, of=len(whole))]
    assigning = read_tables(norm, source.tables, lexicon)
    listed = [a.span for a in annex_lists(norm, paras, lexicon.words)]
    skip = [*assigning.spans, *structure.skip_contents(norm, paras), *listed]
    marks = structure.find_marks(norm, paras, skip, source.items)
    heads = {mark.start: mark for mark in marks}
    frame = parse_frame(norm, paras, assigning.spans, heads, lexicon)
    fields = find_page_fields(norm, paras, lexicon.words)
    frame = frame._replace(header=completed(frame.header, fields, norm, lexicon))
    closings = find_closings(norm, paras, marks, [plan.span for plan in frame.plans], lexicon.words)
    units = structure.build_units(norm, paras, frame, assigning.rows, marks, [*listed, *closings])
    units = _with_unnumbered(norm, frame.plans, units, frame.header.title)
    remarks = find_doubts(source.text, norm, outside(paras, skip), frame.plans, units, source.tables)
    return Document(
        source=source,
        norm=norm,
        header=frame.header,
        plans=structure.with_preambles(norm, frame.plans, units),
        units=units,
        paragraphs=tuple(paras),
        carried=frame.carried,
        page_fields=fields,
        rows=tuple(row for _, _, row in assigning.rows),
        unread_tables=assigning.unread,
        closings=tuple(closings),
        findings=(
            *source.findings,
            *structure.repeated_labels(units),
            *remarks,
            *(Finding(code="tasks-side-by-side", severity="warning", span=span) for span in assigning.unread),
            *_unread(norm, source, lexicon),
            *(_closing(source.text, span) for span in closings),
            *_missing(frame.header),
            *_further(frame.plans),
            *_script(source.text),
        ),
    )


def attachments_of(source: SourceText, lexicon: Lexicon) -> list[str]:
    """Return the titles of what a notice says that it carries, and does not hold itself; [] for other documents."""
    doc = parse_document(source, lexicon)
    if doc.carried:
        return []
    first = min((u.own.start for u in doc.units if u.label), default=len(doc.norm))
    return titles_carried(doc.norm, doc.paragraphs, doc.header, first, lexicon.words)


def _with_unnumbered(
    norm: str, plans: tuple[PlanPart, ...], units: tuple[Unit, ...], title: Span | None
) -> tuple[Unit, ...]:
    """Give a plan without any numbers a single unit, so that its text is addressable."""
    out = list(units)
    for n, plan in enumerate(plans, 1):
        if not any(u.plan == n for u in units):
            out.append(structure.whole_plan_unit(norm, plan, n, plan.title or title))
    return tuple(out)


def _unread(norm: str, source: SourceText, lexicon: Lexicon) -> Iterator[Finding]:
    spans = [
        *heads_of_text(norm, source.tables, lexicon.words),
        *rows_behind_tables(norm, source.tables, lexicon.words),
    ]
    for span in spans:
        yield Finding(code="columns-not-read", severity="warning", span=span)


def _closing(text: str, span: Span) -> Finding:
    said = "".join(text[span.start : span.end].split())
    return Finding(code="closing-terms", severity="info", span=span, detail=(("text", said),))


def _script(text: str) -> tuple[Finding, ...]:
    return (Finding(code="traditional-text", severity="info"),) if is_traditional(text) else ()


def _further(plans: Sequence[PlanPart]) -> tuple[Finding, ...]:
    titles = dict.fromkeys(plan.header.title for plan in plans if plan.header)
    return tuple(Finding(code="further-document", severity="info", span=title) for title in titles)


def _missing(header: Header) -> tuple[Finding, ...]:
    absent = (
        ("missing-title", header.title),
        ("missing-number", header.number),
        ("missing-date", header.signed),
        ("missing-issuer", header.issuers or None),
    )
    return tuple(Finding(code=code, severity="info") for code, value in absent if value is None)
