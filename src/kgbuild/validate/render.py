"""Verdicts as text for people, JSON for programs, Markdown for run summaries; deterministic."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.model import Severity
    from kgbuild.validate.findings import GraphFinding, Spot, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWords:
    """Words of the renderers, in one language."""

    severity: dict[Severity, str]
    conforms: str
    fails: str
    counts: str
    known: str
    columns: tuple[str, ...]
    title: str


WORDS = {
    "en": ReportWords(
        severity={"violation": "violation", "warning": "warning", "info": "info"},
        conforms="conforms",
        fails="does not conform",
        counts="violations {violation}, warnings {warning}, infos {info}",
        known="{count} known findings of the baseline are not shown",
        columns=("severity", "rule", "about", "what", "what to do", "place"),
        title="Findings",
    ),
    "zh": ReportWords(
        severity={"violation": "违反", "warning": "警告", "info": "提示"},
        conforms="符合规则",
        fails="不符合规则",
        counts="违反 {violation}，警告 {warning}，提示 {info}",
        known="基线中已有的 {count} 条未列出",
        columns=("级别", "规则", "对象", "问题", "处理办法", "位置"),
        title="发现",
    ),
}


def render_text(verdict: Verdict, lang: str = "en") -> str:
    """Render a verdict for people: one entry for each finding, the engine's verdict last."""
    words = WORDS[lang]
    lines = [line for f in verdict.findings if not f.is_known for line in _entry(f, verdict.graph, lang)]
    known = sum(f.is_known for f in verdict.findings)
    lines += [words.known.format(count=known)] if known else []
    return "\n".join([*lines, summary_line(verdict, lang)]) + "\n"


def summary_line(verdict: Verdict, lang: str) -> str:
    """Return verdict and counts in one line."""
    words = WORDS[lang]
    ending = words.conforms if verdict.conforms else words.fails
    name = f"{verdict.graph}: " if verdict.graph else ""
    return f"{name}{ending} ({words.counts.format(**verdict.counts)})"


def _entry(f: GraphFinding, graph: str, lang: str) -> Iterator[str]:
    where = place_of(f, graph, lang)
    rule = rule_label(f.rule)
    yield f"{where + ': ' if where else ''}{WORDS[lang].severity[f.severity]}: {rule} {f.message(lang)}"
    yield f"  {f.subject} {f.node}" if f.subject else f"  {f.node}"
    if f.result:
        detail = " = ".join(part for part in (f.result.path, f.result.value) if part)
        if detail:
            yield f"  {detail}"
    if f.spot and f.spot.line is None and f.spot.quote:
        yield f"  [{f.spot.start}-{f.spot.end}] “{on_one_line(f.spot.quote)}”"
    if f.cure(lang):
        yield f"  → {f.cure(lang)}"


def place_of(f: GraphFinding, graph: str, lang: str = "en") -> str:
    """Return file:line:column in the policy text, or its page or paragraph, else file:line in the graph, else ''.

    Args:
        f: The finding.
        graph: Name of the graph file.
        lang: Language of pages and paragraphs.
    """
    if f.spot and f.spot.file:
        if f.spot.in_file is not None and f.spot.in_file.is_printed:
            return f"{f.spot.file}: {f.spot.in_file.shown(lang)}"
        return f.spot.file + (f":{f.spot.line}:{f.spot.column}" if f.spot.line is not None else "")
    return f"{graph}:{f.graph_line}" if f.graph_line and graph else ""


def rule_label(rule: str) -> str:
    """Return the name of a rule; for a shape without a number the last segment of its IRI."""
    return re.split(r"[/#]", rule.strip("<>"))[-1] if rule.startswith("<") else rule


def on_one_line(text: str, limit: int = 80) -> str:
    """Return a text on one line, truncated to `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def render_json(verdict: Verdict) -> str:
    """Return a verdict as one line of JSON in all languages; terms as in SPARQL JSON results."""
    record = {
        "graph": verdict.graph or None,
        "conforms": verdict.conforms,
        "fail_on": verdict.report.fail_on,
        "fails": verdict.fails,
        "counts": verdict.counts,
        "findings": [_record(f) for f in verdict.findings],
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _record(f: GraphFinding) -> dict[str, object]:
    r = f.result
    return {
        "rule": f.rule.strip("<>"),
        "origin": f.origin,
        "also": list(f.also),
        "severity": f.severity,
        "subject": f.subject or None,
        "node": term_record(f.node),
        "path": (r.path if r else "") or None,
        "value": term_record(r.value if r else ""),
        "shape": term_record(r.shape if r else ""),
        "component": r.component if r else None,
        "message": dict(f.messages),
        "cure": dict(f.cures),
        "place": _place_record(f.spot) if f.spot else None,
        "graph_line": f.graph_line,
        "fingerprint": f.fingerprint,
        "known": f.is_known,
    }


def _place_record(spot: Spot) -> dict[str, object]:
    return {
        "file": spot.file or None,
        "line": spot.line,
        "column": spot.column,
        "end_line": spot.end_line,
        "end_column": spot.end_column,
        "start": spot.start,
        "end": spot.end,
        "quote": spot.quote,
    } | ({"in_file": spot.in_file.record()} if spot.in_file is not None else {})


def term_record(term: str) -> dict[str, str] | None:
    """Return a term as in SPARQL JSON results, None for ''."""
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


def render_markdown(verdicts: Sequence[Verdict], lang: str = "en") -> str:
    """Render verdicts for the summary page of a run: a table of findings for each graph."""
    words = WORDS[lang]
    lines = [f"## {words.title}", ""]
    for v in verdicts:
        lines += [f"### {_cell(summary_line(v, lang))}", ""]
        shown = [f for f in v.findings if not f.is_known]
        if shown:
            lines += ["| " + " | ".join(words.columns) + " |", "|" + "---|" * len(words.columns)]
            lines += [_row(f, v.graph, lang) for f in shown]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _row(f: GraphFinding, graph: str, lang: str) -> str:
    cells = (
        WORDS[lang].severity[f.severity],
        rule_label(f.rule),
        f.subject or f.node.strip("<>"),
        f.message(lang),
        f.cure(lang),
        place_of(f, graph),
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    """Return a table cell on one line, with Markdown and HTML syntax escaped."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\|`*_\[\]~])", r"\\\1", line)
