"""What a proof found: records, and their form for people and for programs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.model import Triple

State = Literal["equal", "differs", "not re-derivable", "not compared"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mismatch:
    """Something that does not hold: the IRI of the node, the property, what the graph says, what is there."""

    node: str
    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """Third level: the document built again, and what the two graphs do not share.

    Attributes:
        state: equal, differs; `not re-derivable` where another version, configuration, vocabulary, decision or
            reader made the graph; `not compared` where the source is another one.
        made_by: What made the graph, in words, where that is not what would make it now.
        foreign: Statements of the graph that the document does not give.
        missing: Statements that it gives and that the graph lacks.
    """

    state: State
    made_by: str = ""
    foreign: tuple[Triple, ...] = ()
    missing: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """What was compared with one source.

    Attributes:
        source: Name of the file.
        sha256: Hash of its read text.
        spans: Spans of this source, all of them cut out again.
        matching: Spans that hold.
        values: Values and roles that were read again from their own characters.
        derived: Those of them that came out the same.
        rebuild: The third level, None where it was not asked for.
    """

    source: str
    sha256: str
    spans: int
    matching: int
    values: int = 0
    derived: int = 0
    rebuild: Rebuild | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was compared and what does not hold; all tuples are sorted.

    Attributes:
        sources: One entry for each source.
        nodes: Nodes that must have evidence.
        mismatches: What does not hold.
        without_evidence: Nodes that must have evidence and have none.
        unproved: Values that come from the text and that no mention proves, as (node, property, value).
        unused: Spans that nothing rests on.
        other_sources: Spans of another source text, which were not compared, as (span, source text).
    """

    sources: tuple[SourceCheck, ...]
    nodes: int
    mismatches: tuple[Mismatch, ...]
    without_evidence: tuple[str, ...]
    unproved: tuple[tuple[str, str, str], ...] = ()
    unused: tuple[str, ...] = ()
    other_sources: tuple[tuple[str, str], ...] = ()

    @property
    def spans(self) -> int:
        """Number of spans that were compared."""
        return sum(s.spans for s in self.sources)

    @property
    def matching(self) -> int:
        """Number of spans that hold."""
        return sum(s.matching for s in self.sources)

    @property
    def rebuilds(self) -> tuple[Rebuild, ...]:
        """The third level of each source that has one."""
        return tuple(s.rebuild for s in self.sources if s.rebuild)

    @property
    def holds(self) -> bool:
        """Tell whether nothing speaks against the graph: each source has spans, and all that was compared agrees."""
        broken = self.mismatches or self.without_evidence or self.unproved
        return bool(self.sources) and all(s.spans for s in self.sources) and not broken and not self._differs

    @property
    def proved(self) -> bool:
        """Tell whether all levels were reached: it holds, and every document could be built again and compared."""
        return self.holds and all(r.state == "equal" for r in self.rebuilds)

    @property
    def _differs(self) -> bool:
        return any(r.state == "differs" for r in self.rebuilds)

    @property
    def broken(self) -> int:
        """Number of things that do not hold."""
        built = sum(len(r.foreign) + len(r.missing) for r in self.rebuilds)
        return len(self.mismatches) + len(self.without_evidence) + len(self.unproved) + built


def describe(report: VerifyReport) -> str:
    """Return a report for people: a summary of each source, then a line for each thing that does not hold."""
    return "\n".join([*_summary(report), *_details(report), "holds" if report.holds else "does not hold"]) + "\n"


def _summary(report: VerifyReport) -> Iterator[str]:
    for s in report.sources:
        yield f"source     {s.source}  sha256 {s.sha256}"
        yield f"spans      {s.matching} of {s.spans} say what the source says"
        if s.values:
            yield f"values     {s.derived} of {s.values} read again from their own characters come out the same"
        if s.rebuild:
            yield f"rebuilt    {_state(s.rebuild)}"
    yield f"evidence   {report.nodes - len(report.without_evidence)} of {report.nodes} nodes have it"
    if report.other_sources:
        yield f"other      {len(report.other_sources)} spans belong to another source and were not compared"


def _state(rebuild: Rebuild) -> str:
    if rebuild.state == "differs":
        return f"differs: {len(rebuild.foreign)} statements too many, {len(rebuild.missing)} missing"
    return f"{rebuild.state}: {rebuild.made_by}" if rebuild.made_by else rebuild.state


def _details(report: VerifyReport) -> Iterator[str]:
    for m in report.mismatches:
        yield f"mismatch   {m.node} {m.what}: expected {m.expected!r}, found {m.found!r}"
    yield from (f"unproved   {node} has no evidence" for node in report.without_evidence)
    yield from (f"unproved   {node} {name} {value}: no mention proves it" for node, name, value in report.unproved)
    for rebuild in report.rebuilds:
        yield from (f"foreign    {' '.join(t)}" for t in rebuild.foreign)
        yield from (f"missing    {' '.join(t)}" for t in rebuild.missing)
    yield from (f"unused     {span}" for span in report.unused)
    yield from (f"not ours   {span} in {text}" for span, text in report.other_sources)


def to_json(report: VerifyReport) -> str:
    """Return a report as a JSON object: the fields of `VerifyReport`, and `holds`."""
    fields: dict[str, Any] = {**asdict(report), "holds": report.holds, "broken": report.broken}
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"
