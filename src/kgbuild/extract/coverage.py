"""Which stretches of the plans were understood, which introduce, and which were not understood.

*Understood* are the visible characters of a plan inside a heading, a statement, a measure or the evidence of a fact;
*introductory* those of preambles and of what stands between a heading and its items; the rest was not understood,
although most of it has its place in an item. *Unparsed* is what has no place: it stands in no heading, item,
responsibility statement, preamble or row of a table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kgbuild.model import Annotations, Finding, Span
from kgbuild.text.structure import introduction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Visible characters of the plans, each counted once: the three figures add up to `total`."""

    total: int
    understood: int
    introductory: int

    @property
    def rest(self) -> int:
        """What was not understood."""
        return self.total - self.understood - self.introductory


def coverage(found: Annotations) -> Coverage:
    """Return how much of the plans is in facts, and how much introduces them."""
    doc = found.document
    plans = _places(p.span for p in doc.plans)
    seen = {i for i in plans if not doc.norm[i].isspace()}
    facts = seen & _places(_facts(found))
    heads = (p.preamble for p in doc.plans)
    intros = (introduction(doc.norm, u) for u in doc.units if u.title)
    introductory = (seen - facts) & _places(s for s in (*heads, *intros) if s)
    return Coverage(total=len(seen), understood=len(facts), introductory=len(introductory))


def _places(spans: Iterable[Span]) -> set[int]:
    return {i for s in spans for i in range(s.start, s.end)}


def _facts(found: Annotations) -> Iterator[Span]:
    """The headings and numbers, and the evidence of all that is stated; not the texts of the actions themselves."""
    doc = found.document
    yield from (t for t in (doc.header.title, *(p.title for p in doc.plans)) if t)
    for unit in doc.units:
        yield unit.mark
        if unit.title:
            yield unit.title
    for action in found.actions:
        if action.statement:
            yield action.statement.span
        yield from (m.span for m in action.measures if m.verbs)  # of a piece without one, only its place is known
        yield from (p.span for p in action.populations)
        yield from (n.span for n in action.named)
        yield from (x.span for x in action.limits)
    yield from (c.span for c in found.citations)
    yield from (c.span for c in found.corrections)
    yield from (i.span for i, _ in found.indicators)


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
