"""Which stretches of the plans were understood, and which were not.

*Unparsed* are the visible characters of a plan in no heading, item, responsibility statement, preamble or row of a
table.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.model import Annotations, Finding, Span
from kgbuild.text.structure import introduction

if TYPE_CHECKING:
    from collections.abc import Iterator


def covered(found: Annotations) -> list[Span]:
    """Return the stretches of the plans that were understood.

    These are titles, preambles, headings with their introductions, and the numbered items, each with all its
    paragraphs and what its statements govern. Text without any number is not.
    """
    doc = found.document
    out: list[Span] = []
    for plan in doc.plans:
        out += [s for s in (plan.title, plan.preamble) if s]
    out += [doc.header.title] if doc.header.title else []
    items = {a.unit for a in found.actions if doc.units[a.unit].label}
    for action in found.actions:
        if action.statement:
            out += [action.text, action.whole, action.statement.span]
    for index, unit in enumerate(doc.units):
        if index in items or (unit.label and unit.title is None):
            out.append(unit.own)
        elif unit.label and unit.title:
            intro = introduction(doc.norm, unit)
            out.append(Span(unit.mark.start, intro.end if intro else unit.title.end))
    return out


def gaps(found: Annotations) -> Iterator[Span]:
    """Yield the stretches of the plans that nothing covers, blanks left aside."""
    text = found.document.norm
    marks = sorted(covered(found))
    for plan in found.document.plans:
        at = plan.span.start
        for span in [*marks, Span(plan.span.end, plan.span.end)]:
            if span.end <= at or (span.start >= plan.span.end and span.start != plan.span.end):
                continue
            if span.start > at and text[at : min(span.start, plan.span.end)].strip(" \r\n。;,"):
                yield Span(at, min(span.start, plan.span.end))
            at = max(at, span.end)


def unparsed(found: Annotations) -> Annotations:
    """Return the annotations with a finding for each stretch that was not understood, and for what looks lost."""
    extra = [
        Finding(code="unparsed-text", severity="info", span=g, detail=(("count", str(len(g))),)) for g in gaps(found)
    ]
    return replace(found, findings=tuple(sorted((*found.findings, *extra), key=_order)))


def _order(f: Finding) -> tuple[int, int, str]:
    return (f.span.start, f.span.end, f.code) if f.span else (-1, -1, f.code)
