"""What a build counted, skipped, restored and doubted: the report beside the graph, and the share not understood.

*Unparsed* are the visible characters of a plan in no heading, item, responsibility statement, preamble or row of a
table. Nothing in a report depends on machine or clock.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kgbuild.model import Annotations, Finding, Span
from kgbuild.text.structure import introduction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REPORT_VERSION = "1.0"


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


def visible(text: str, spans: Iterable[Span]) -> int:
    """Count the characters in spans that are no blanks; each once."""
    seen: set[int] = set()
    for s in spans:
        seen.update(i for i in range(s.start, s.end) if not text[i].isspace())
    return len(seen)


def counts(found: Annotations) -> dict[str, Any]:
    """Return the figures of a document, in a fixed order."""
    doc = found.document
    parties = [p for _, p in found.parties]
    known = {p.iri or p.surface for p in parties}
    plan = visible(doc.norm, (p.span for p in doc.plans))
    lost = visible(doc.norm, gaps(found))
    return {
        "characters": len(doc.source.text),
        "plan_characters": plan,
        "unparsed_characters": lost,
        "unparsed_share": round(lost / plan, 4) if plan else 0.0,
        "plans": len(doc.plans),
        "sections": sum(u.title is not None for u in doc.units),
        "actions": len(found.actions),
        "statements": sum(a.statement is not None for a in found.actions),
        "body_mentions": len(parties),
        "bodies": len(known),
        "bodies_unresolved": len({p.surface for p in parties if p.method == "unresolved" and not p.collective}),
        "population_mentions": sum(len(a.populations) for a in found.actions),
        "populations": len({p.concept for a in found.actions for p in a.populations}),
        "named_things": sum(len(a.named) for a in found.actions),
        "citations": len(found.citations),
        "indicators": len(found.indicators),
        "corrections": len(found.corrections),
        "findings": dict(sorted(Counter(f.severity for f in found.findings).items())),
    }


def findings_of(found: Annotations) -> list[dict[str, Any]]:
    """Return the findings with offsets, line and column (code points from 1) and the words concerned."""
    text = found.document.source.text
    starts = line_starts(text)
    return [_finding(f, text, starts) for f in found.findings]


def _finding(f: Finding, text: str, starts: list[int]) -> dict[str, Any]:
    out: dict[str, Any] = {"code": f.code, "severity": f.severity}
    if f.span:
        line, column = place(starts, f.span.start)
        out |= {"start": f.span.start, "end": f.span.end, "line": line, "column": column}
        out["quote"] = text[f.span.start : min(f.span.end, f.span.start + 80)]
    out["detail"] = dict(f.detail)
    if f.likely:
        out["likely"] = f.likely
    return out


def line_starts(text: str) -> list[int]:
    r"""Return where the lines of a text begin; lines end with \n, \r\n or \r only."""
    return [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", text))]


def place(starts: list[int], offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1."""
    line = bisect.bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1
