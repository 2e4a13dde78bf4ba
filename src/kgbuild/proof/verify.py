"""First level of proof: does every evidence span say what the source says?

Takes quads and the source as read. Guarantees:

1. Every span of the source is cut out of the read text again and compared, none is sampled.
2. Whatever does not hold is named by its IRI, with what was expected and what was found.
3. Every statement, mention, section, action and document without evidence is named.

Inferred graphs are left out. Whether a fact follows from its evidence is not looked at here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.terms import gplan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import SourceText

EVIDENCED = (
    "Action",
    "Assignment",
    "BracketField",
    "Citation",
    "IndicatorTarget",
    "InitiativeUse",
    "Measure",
    "Mention",
    "OfficialDocument",
    "Plan",
    "Section",
    "Targeting",
    "TextCorrection",
    "TransmittalNotice",
)
"""Classes whose instances must have evidence."""

_TYPE = f"<{terms.RDF}type>"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mismatch:
    """Something that does not hold: the IRI of the node, the property, what the graph says, what is there."""

    node: str
    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was compared and what does not hold; all tuples are sorted.

    Attributes:
        source: Name of the source file.
        sha256: Hash of its read text.
        spans: Spans of this source, all of them compared.
        matching: Spans of this source that hold.
        nodes: Nodes that must have evidence.
        mismatches: What does not hold.
        other_sources: Spans of another source text, which were not compared, as (span, source text).
        without_evidence: Nodes that must have evidence and have none.
    """

    source: str
    sha256: str
    spans: int
    matching: int
    nodes: int
    mismatches: tuple[Mismatch, ...]
    other_sources: tuple[tuple[str, str], ...]
    without_evidence: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Tell whether everything was proved: at least one span, no mismatch, no node without evidence."""
        return self.spans > 0 and not self.mismatches and not self.without_evidence


class _Nodes:
    """Values by subject and property; the inferred graphs are left out."""

    def __init__(self, quads: Iterable[tuple[str, str, str, str]]) -> None:
        self._values: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._subjects: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for s, p, o, g in quads:
            if not g.endswith("/inferred>"):
                self._values[s, p].add(o)
                self._subjects[p, o].add(s)

    def of_type(self, name: str) -> set[str]:
        return self._subjects.get((_TYPE, gplan(name)), set())

    def values(self, node: str, name: str) -> list[str]:
        return sorted(self._values.get((node, gplan(name)), ()))

    def text(self, node: str, name: str) -> str | None:
        values = self.values(node, name)
        return terms.lexical(values[0]) if len(values) == 1 and values[0].startswith('"') else None

    def number(self, node: str, name: str) -> int | None:
        text = self.text(node, name)
        return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else None


def verify(quads: Iterable[tuple[str, str, str, str]], source: SourceText) -> VerifyReport:
    """Compare a graph with its source.

    Args:
        quads: Terms in N-Triples, the graph '' for the default graph.
        source: The source as read. The text node that is compared is the one with its hash; where none has it and the
            graph knows only one text, that one, so that a changed source shows what changed.

    Returns:
        The report; a graph without spans does not hold.
    """
    nodes = _Nodes(quads)
    text_node, mismatches = _match_source(nodes, source)
    spans, others = [], []
    for span in sorted(nodes.of_type("SourceSpan")):
        sources = nodes.values(span, "inSource")
        if sources and sources != [text_node]:
            others.append((_bare(span), " ".join(map(_bare, sources))))
        else:
            spans.append(span)
    broken = [m for span in spans for m in _check_span(nodes, span, source.text)]
    evidenced, bare, dangling = _check_evidence(nodes)
    return VerifyReport(
        source=source.name,
        sha256=source.sha256,
        spans=len(spans),
        matching=len(spans) - len({m.node for m in broken}),
        nodes=evidenced,
        mismatches=tuple(sorted((*mismatches, *broken, *dangling))),
        other_sources=tuple(others),
        without_evidence=bare,
    )


def _match_source(nodes: _Nodes, source: SourceText) -> tuple[str | None, list[Mismatch]]:
    texts = sorted(nodes.of_type("SourceText"))
    same = [text for text in texts if nodes.text(text, "contentSha256") == source.sha256]
    if not same and len(texts) != 1:
        known = ", ".join(map(_bare, texts)) or "no source text"
        return None, [Mismatch(node=source.name, what="contentSha256", expected=known, found=source.sha256)]
    text = (same or texts)[0]
    # The hash of the file is not compared: the text that `kgbuild read` saved proves as much as the page it came from.
    found = {"contentSha256": source.sha256, "contentLength": str(len(source.text))}
    said = {name: nodes.text(text, name) or "nothing" for name in found}
    wrong = [
        Mismatch(node=_bare(text), what=name, expected=said[name], found=value)
        for name, value in found.items()
        if said[name] != value
    ]
    return text, wrong


def _check_span(nodes: _Nodes, span: str, text: str) -> list[Mismatch]:
    start, end = nodes.number(span, "startOffset"), nodes.number(span, "endOffset")
    quote = nodes.text(span, "exactText")
    node = _bare(span)
    if not nodes.values(span, "inSource"):
        return [Mismatch(node=node, what="inSource", expected="one source text", found="none")]
    if start is None or end is None or not start < end <= len(text):
        place = f"{start}-{end}".replace("None", "?")
        return [Mismatch(node=node, what="offsets", expected=f"within 0-{len(text)}", found=place)]
    if quote != text[start:end]:
        return [Mismatch(node=node, what="exactText", expected=str(quote), found=text[start:end])]
    return []


def _check_evidence(nodes: _Nodes) -> tuple[int, tuple[str, ...], list[Mismatch]]:
    spans = nodes.of_type("SourceSpan")
    needing = sorted(set().union(*map(nodes.of_type, EVIDENCED)))
    bare, dangling = [], []
    for node in needing:
        evidence = nodes.values(node, "evidence")
        if not evidence:
            bare.append(_bare(node))
        for span in evidence:
            if span not in spans:
                lost = Mismatch(
                    node=_bare(node), what="evidence", expected="a span", found=f"{_bare(span)}, not described"
                )
                dangling.append(lost)
    return len(needing), tuple(bare), dangling


def _bare(term: str) -> str:
    return term[1:-1] if term.startswith("<") else term


def describe(report: VerifyReport) -> str:
    """Return a report for people: a summary, then a line for each thing that does not hold."""
    lines = [
        f"source     {report.source}  sha256 {report.sha256}",
        f"spans      {report.matching} of {report.spans} say what the source says",
        f"evidence   {report.nodes - len(report.without_evidence)} of {report.nodes} nodes have it",
    ]
    if report.other_sources:
        lines.append(f"other      {len(report.other_sources)} spans belong to another source and were not compared")
    lines += [f"mismatch   {m.node} {m.what}: expected {m.expected!r}, found {m.found!r}" for m in report.mismatches]
    lines += [f"unproved   {node} has no evidence" for node in report.without_evidence]
    lines += [f"not ours   {span} in {text}" for span, text in report.other_sources]
    lines.append("holds" if report.holds else "does not hold")
    return "\n".join(lines) + "\n"


def to_json(report: VerifyReport) -> str:
    """Return a report as a JSON object: the fields of `VerifyReport`, and `holds`."""
    fields = {**asdict(report), "other_sources": [list(pair) for pair in report.other_sources], "holds": report.holds}
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"
