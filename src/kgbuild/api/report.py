"""The report of a build: what was counted, skipped, restored and doubted.

Nothing in a report depends on the machine or the clock.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from kgbuild.model.layers import LAYERS
from kgbuild.model.lines import line_column, line_starts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Annotations, Finding, SourceText, Span
    from kgbuild.pipeline import Built
    from kgbuild.validate import Report

REPORT_VERSION = "1.0"


def report_of(built: Built, validation: Report | None) -> dict[str, Any]:
    """Return the report of one document, conforming to report.schema.json; see `Result.report`."""
    return {
        "report_version": REPORT_VERSION,
        "file": built.source.name,
        "sha256": built.source.sha256,
        "file_sha256": built.source.file_sha256,
        "encoding": built.source.encoding,
        "reader": built.source.reader,
        "counts": counts(built.annotations)
        | {
            "asserted": len(built.asserted),
            "inferred": len(built.inferred),
            "vocabulary": len(built.graphs.vocabulary),
        },
        "conforms": None if validation is None else conforms(built, validation),
        "inconsistencies": [
            {"rule": c.rule, "statements": [list(t) for t in c.statements]} for c in built.inconsistencies
        ],
        "findings": findings_of(built.annotations),
        "shapes": [
            {"number": r.number, "severity": r.severity, "focus": r.focus[1:-1], "message": dict(r.messages)}
            for r in (validation.results if validation else ())
        ],
    }


def conforms(built: Built, validation: Report | None) -> bool:
    """Tell whether there are neither inconsistencies nor violations; an unvalidated graph has no violations."""
    return not built.inconsistencies and (validation is None or validation.conforms)


def count_visible(text: str, spans: Iterable[Span]) -> int:
    """Count the visible characters in spans, each once."""
    count = at = 0
    for s in sorted(spans):
        count += sum(not char.isspace() for char in text[max(s.start, at) : s.end])
        at = max(at, s.end)
    return count


def counts(found: Annotations) -> dict[str, Any]:
    """Return the counts of a document, in a fixed order."""
    doc = found.document
    known: set[str] = set()
    unresolved: set[str] = set()
    for _, party in found.parties:
        known.add(party.iri or party.surface)
        if party.method == "unresolved" and not party.collective:
            unresolved.add(party.surface)
    mentions, stated, populations = _in_actions(found)
    from kgbuild.extract.coverage import coverage, gaps

    read = coverage(found)
    plan = read.total
    lost = count_visible(doc.norm, gaps(found))
    return {
        "characters": len(doc.source.text),
        "plan_characters": plan,
        "understood_characters": read.understood,
        "understood_share": _share(read.understood, plan),
        "introductory_characters": read.introductory,
        "introductory_share": _share(read.introductory, plan),
        "not_understood_characters": read.rest,
        "not_understood_share": _share(read.rest, plan),
        "unparsed_characters": lost,
        "unparsed_share": _share(lost, plan),
        "plans": len(doc.plans),
        "sections": sum(u.title is not None for u in doc.units),
        "actions": len(found.actions),
        "statements": stated,
        "body_mentions": len(found.parties),
        "bodies": len(known),
        "bodies_unresolved": len(unresolved),
        **{layer.count: mentions[layer.name] for layer in LAYERS.values() if layer.count},
        "populations": populations,
        "corrections": len(found.corrections),
        "findings": dict(sorted(Counter(f.severity for f in found.findings).items())),
    }


def _in_actions(found: Annotations) -> tuple[Counter[str], int, int]:
    """Count the mentions of each layer, the actions with a statement, and the groups; actions are made once for all."""
    counted = Counter({layer.name: len(whole) for layer in LAYERS.values() if (whole := layer.of_document(found))})
    within = [layer for layer in LAYERS.values() if layer.of_document(found) is None]
    stated = 0
    populations: set[str] = set()
    for action in found.actions:
        stated += action.statement is not None
        populations.update(p.concept for p in action.populations)
        for layer in within:
            counted[layer.name] += len(layer.of(action))
    return counted, stated, len(populations)


def _share(part: int, plan: int) -> float:
    return round(part / plan, 4) if plan else 0.0


def findings_of(found: Annotations) -> list[dict[str, Any]]:
    """Return the findings with offsets, line and column (from 1, in code points) and the text concerned."""
    source = found.document.source
    starts = line_starts(source.text)
    return [_finding(f, source, starts) for f in found.findings]


def _finding(f: Finding, source: SourceText, starts: list[int]) -> dict[str, Any]:
    out: dict[str, Any] = {"code": f.code, "severity": f.severity}
    if f.span:
        line, column = line_column(starts, f.span.start)
        out |= {"start": f.span.start, "end": f.span.end, "line": line, "column": column}
        out["quote"] = source.text[f.span.start : min(f.span.end, f.span.start + 80)]
        if (place := source.place_at(f.span.start)) is not None:
            out["place"] = place.record()
    out["detail"] = dict(f.detail)
    if f.likely:
        out["likely"] = f.likely
    return out
