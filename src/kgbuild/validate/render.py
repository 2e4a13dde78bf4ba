"""A report as text for people and as JSON for programs. The same report gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild import terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.model import Severity
    from kgbuild.validate.report import Report, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    severity: dict[Severity, str]
    conforms: str
    fails: str
    counts: str


_WORDS = {
    "en": _Words(
        severity={"violation": "violation", "warning": "warning", "info": "info"},
        conforms="conforms",
        fails="does not conform",
        counts="violations {violation}, warnings {warning}, infos {info}",
    ),
    "zh": _Words(
        severity={"violation": "违反", "warning": "警告", "info": "提示"},
        conforms="符合规则",
        fails="不符合规则",
        counts="违反 {violation}，警告 {warning}，提示 {info}",
    ),
}


def render_text(report: Report, lang: str = "en", *, graph: str = "") -> str:
    """Return the report for people: one entry a result, the verdict last.

    Args:
        report: What the engine found.
        lang: `zh` or `en`.
        graph: Name of the graph, said before the verdict.
    """
    words = _WORDS[lang]
    lines = [line for result in report.results for line in _entry(result, lang, words)]
    verdict = words.conforms if report.conforms else words.fails
    name = f"{graph}: " if graph else ""
    return "\n".join([*lines, f"{name}{verdict} ({words.counts.format(**report.counts)})"]) + "\n"


def _entry(result: Result, lang: str, words: _Words) -> Iterator[str]:
    yield f"{words.severity[result.severity]}: {result.message(lang) or result.component}"
    yield f"  {result.subject} {result.focus}" if result.subject else f"  {result.focus}"
    detail = " = ".join(part for part in (result.path, result.value) if part)
    if detail:
        yield f"  {detail}"


def render_json(report: Report, *, graph: str = "") -> str:
    """Return the report for programs on one line, all languages in it; terms as in SPARQL JSON results.

    Args:
        report: What the engine found.
        graph: Name of the graph.
    """
    record = {
        "graph": graph or None,
        "conforms": report.conforms,
        "fail_on": report.fail_on,
        "counts": report.counts,
        "results": [_record(result) for result in report.results],
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _record(result: Result) -> dict[str, object]:
    return {
        "number": result.number or None,
        "shape": _bare(result.shape),
        "severity": result.severity,
        "focus": _term(result.focus),
        "subject": result.subject or None,
        "path": result.path or None,
        "value": _term(result.value),
        "component": result.component,
        "message": dict(result.messages),
    }


def _bare(term: str) -> str | None:
    return (term[1:-1] if term.startswith("<") else term) or None


def _term(term: str) -> dict[str, str] | None:
    if not term:
        return None
    if not term.startswith('"'):
        return {"type": "bnode" if term.startswith("_:") else "uri", "value": term.strip("<>").removeprefix("_:")}
    record = {"type": "literal", "value": terms.lexical(term)}
    tail = term[term.rindex('"') + 1 :]
    if tail.startswith("@"):
        record["xml:lang"] = tail[1:]
    elif tail:
        record["datatype"] = tail[3:-1]
    return record
