"""How much of the plans was understood, introduces something, or was not understood.

*Understood* are the visible characters of headings, statements, measures and the evidence of facts; *introductory*
those of preambles, of closing terms and of the text between a heading and its items; the rest was not understood, even
if it belongs to an item. *Unparsed* is text without a place: it lies in no heading, item, responsibility statement,
preamble or table row.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kgbuild.model import Annotations, Finding, Span
from kgbuild.text.structure import introduction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def covered(found: Annotations) -> list[Span]:
    """Return the spans of the plans that have a place in the structure.

    These are titles, preambles, closing terms, headings with their introductions, and numbered items with all their
    paragraphs and whatever their statements govern. Text without any number is not among them.
    """
    doc = found.document
    out: list[Span] = []
    for plan in doc.plans:
        out += [s for s in (plan.title, plan.preamble) if s]
    out += [doc.header.title] if doc.header.title else []
    out += doc.closings
    items: set[int] = set()
    for action in found.actions:
        if doc.units[action.unit].label:
            items.add(action.unit)
        if action.statement:
            out += [action.text, action.whole, action.statement.span]
    for index, unit in enumerate(doc.units):
        if index in items or (unit.label and unit.title is None):
            out.append(unit.own)
        elif unit.label and unit.title:
            intro = introduction(doc.norm, unit)
            out.append(Span(unit.mark.start, intro.end if intro else unit.title.end))
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Counts of visible characters of the plans, each counted once: the parts add up to `total`."""

    total: int
    understood: int
    introductory: int

    @property
    def rest(self) -> int:
        """Characters that were not understood."""
        return self.total - self.understood - self.introductory


def coverage(found: Annotations) -> Coverage:
    """Count how many characters of the plans express facts and how many introduce them."""
    doc = found.document
    heads = (p.preamble for p in doc.plans)
    intros = (introduction(doc.norm, u) for u in doc.units if u.title)
    painted = bytearray(len(doc.norm))  # a byte a character: a large text has millions
    _paint(painted, (p.span for p in doc.plans), _PLAN)
    _paint(painted, (s for s in (*heads, *intros, *doc.closings) if s), _INTRODUCTION)
    _paint(painted, _facts(found), _FACT)
    seen = Counter(kind for kind, char in zip(painted, doc.norm, strict=True) if not char.isspace())
    return Coverage(total=sum(seen.values()) - seen[0], understood=seen[3], introductory=seen[2])


_PLAN = bytes.maketrans(b"\0", b"\1")
_INTRODUCTION = bytes.maketrans(b"\1", b"\2")
_FACT = bytes.maketrans(b"\1\2", b"\3\3")
"""What becomes of a character: 1 in a plan, of these 2 in an introduction, of both 3 in the evidence of a fact."""


def _paint(painted: bytearray, spans: Iterable[Span], colour: bytes) -> None:
    for span in spans:
        painted[span.start : span.end] = painted[span.start : span.end].translate(colour)


def _facts(found: Annotations) -> Iterator[Span]:
    """Yield headings, numbers and the evidence of everything asserted, but not the whole texts of actions."""
    doc = found.document
    yield from (t for t in (doc.header.title, *(p.title for p in doc.plans)) if t)
    for unit in doc.units:
        yield unit.mark
        if unit.title:
            yield unit.title
    for action in found.actions:
        if action.statement:
            yield action.statement.span
        yield from (m.span for m in action.measures if m.verbs)  # without a verb, a clause was located but not read
        yield from (p.span for p in action.populations)
        yield from (n.span for n in action.named)
        yield from (x.span for x in action.limits)
    yield from (c.span for c in found.citations)
    yield from (c.span for c in found.corrections)
    yield from (i.span for i, _ in found.indicators)


def gaps(found: Annotations) -> Iterator[Span]:
    """Yield the spans of the plans that have no place in the structure, without blanks at their ends."""
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
    """Add a finding for each span without a place, and for each thing that seems to be missing."""
    extra = [
        Finding(code="unparsed-text", severity="info", span=g, detail=(("count", str(len(g))),)) for g in gaps(found)
    ]
    return replace(found, findings=tuple(sorted((*found.findings, *extra), key=_order)))


def _order(f: Finding) -> tuple[int, int, str]:
    return (f.span.start, f.span.end, f.code) if f.span else (-1, -1, f.code)
