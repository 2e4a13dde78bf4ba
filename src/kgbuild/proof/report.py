"""What a proof found: records, the level that it reached, and their form for people and programs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from kgbuild.terms import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.store import Quad

_SHOWN_OF_OTHERS = 20
"""What nobody claims that we made is counted; a reader needs to see its kind, not all of it."""

State = Literal["equal", "differs", "not re-derivable", "not compared"]
Level = Literal["proved", "consistent", "broken"]
_CURES: dict[str, str] = {
    "proved": "",
    "consistent": "--level consistent asks for no more than this",
    "broken": "build the graph again from this file, or use --relocate",
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mismatch:
    """Something that does not hold: the node, the property, what the graph says, what is there, where in the source."""

    node: str
    what: str
    expected: str
    found: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """Third level: the document built again, and what the graph lacks of it.

    Attributes:
        state: equal, differs; `not re-derivable` where another version, configuration, vocabulary,
            decision or reader made the graph; `not compared` where the graph is of another text.
        made_by: What made the graph, in words, where that is not what would make it now.
        missing: Statements that the document gives and that their graph lacks.
    """

    state: State
    made_by: str = ""
    missing: tuple[Quad, ...] = ()


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
        given: Statements of what a user said beside the text, taken from the graph and not proved.
    """

    source: str
    sha256: str
    spans: int
    matching: int
    values: int = 0
    derived: int = 0
    rebuild: Rebuild | None = None
    given: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was compared and what does not hold; all tuples are sorted.

    Attributes:
        sources: One entry for each source.
        nodes: Nodes that must have evidence.
        mismatches: What does not hold.
        without_evidence: Nodes that must have evidence and have none.
        unproved: Values that come from the text and that no mention proves, as (node, property,
            value).
        unused: Spans that nothing rests on.
        other_sources: Spans of another source text, which were not compared, as (span, text).
        foreign: Statements in graphs of ours that no document and no rule gives.
        missing: Statements that follow and that an inferred graph lacks; what the documents
            themselves give stands in their `Rebuild`.
        follows: Number of inferred statements that follow from the asserted ones.
        others: Statements in graphs of other names, which were not looked at.
        not_given: Source texts of the graph whose sources were not given.
        not_compared: Number of statements that may be theirs.
    """

    sources: tuple[SourceCheck, ...]
    nodes: int
    mismatches: tuple[Mismatch, ...]
    without_evidence: tuple[str, ...]
    unproved: tuple[tuple[str, str, str], ...] = ()
    unused: tuple[str, ...] = ()
    other_sources: tuple[tuple[str, str], ...] = ()
    foreign: tuple[Quad, ...] = ()
    missing: tuple[Quad, ...] = ()
    follows: int = 0
    others: tuple[Quad, ...] = ()
    not_given: tuple[str, ...] = ()
    not_compared: int = 0

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
    def level(self) -> Level:
        """What was reached.

        `proved`: every document was built again, every statement in a graph of ours is one that it
        or a rule gives, and none is missing. `consistent`: nothing speaks against the graph, but
        `why` says what was not built again. `broken`: something does not hold, or no span was
        compared.
        """
        if self.broken or not self.sources or not all(s.spans for s in self.sources):
            return "broken"
        return "consistent" if self.why else "proved"

    @property
    def why(self) -> tuple[str, ...]:
        """Why not all of the graph was built again, in words; empty where it was."""
        told = [r.made_by for r in self.rebuilds if r.made_by]
        if len(self.rebuilds) < len(self.sources):
            told.append("the documents were not built again")
        elif self.not_given or self.not_compared:
            told.append(
                f"{_count(len(self.not_given), 'source text')} not given, "
                f"{_count(self.not_compared, 'statement')} not compared"
            )
        return tuple(dict.fromkeys(told))

    @property
    def broken(self) -> int:
        """Number of things that do not hold."""
        lists: tuple[tuple[object, ...], ...] = (
            *(self.mismatches, self.without_evidence, self.unproved, self.foreign, self.missing),
            *(r.missing for r in self.rebuilds),
        )
        return sum(map(len, lists))

    @property
    def verdict(self) -> str:
        """The last word, with the level that was reached."""
        if self.level == "broken":
            return f"does not hold: {_count(self.broken, 'thing')}" if self.broken else "no span compared"
        word = f"consistent, not rebuilt: {'; '.join(self.why)}" if self.why else "proved"
        graphs = {g for *_, g in self.others}
        if not graphs:
            return word
        what = f"{_count(len(self.others), 'statement')} in {_count(len(graphs), 'graph')}"
        return f"{word}; {what} of other names not looked at"

    @property
    def cure(self) -> str:
        """What to do about the level, '' for `proved`."""
        return _CURES[self.level]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def render_proof(report: VerifyReport, form: str = "text") -> str:
    """Return a report as `text` or as `json`."""
    return to_json(report) if form == "json" else describe(report)


def describe(report: VerifyReport) -> str:
    """Return a report for people: each source, what does not hold, and the level as last word."""
    return "\n".join([*_summary(report), *_details(report), report.verdict]) + "\n"


def _summary(report: VerifyReport) -> Iterator[str]:
    for s in report.sources:
        yield f"source     {s.source}  sha256 {s.sha256}"
        yield f"spans      {s.matching} of {s.spans} say what the source says"
        if s.values:
            yield f"values     {s.derived} of {s.values} read again from their own characters come out the same"
        if s.given:
            names = ", ".join(sorted(bare(p).rpartition("#")[2] for _, p, _ in s.given))
            yield f"given      {names}: taken from the graph as the user gave them; no text proves them"
        if s.rebuild:
            yield f"rebuilt    {_state(s.rebuild)}"
    yield f"evidence   {report.nodes - len(report.without_evidence)} of {report.nodes} nodes have it"
    if report.follows:
        yield f"inferred   {_count(report.follows, 'statement')} follow from the asserted ones"
    if report.other_sources:
        yield f"other      {len(report.other_sources)} spans belong to another source and were not compared"


def _state(rebuild: Rebuild) -> str:
    if rebuild.missing:
        return f"{rebuild.state}: {_count(len(rebuild.missing), 'statement')} missing"
    return f"{rebuild.state}: {rebuild.made_by}" if rebuild.made_by else rebuild.state


def _details(report: VerifyReport) -> Iterator[str]:
    for m in report.mismatches:
        where = f" ({m.place})" if m.place else ""
        yield f"mismatch   {m.node} {m.what}: expected {m.expected!r}, found {m.found!r}{where}"
    yield from (f"unproved   {node} has no evidence" for node in report.without_evidence)
    yield from (f"unproved   {node} {name} {value}: no mention proves it" for node, name, value in report.unproved)
    yield from _quads("foreign", report.foreign)
    for missing in (report.missing, *(r.missing for r in report.rebuilds)):
        yield from _quads("missing", missing)
    yield from (f"unused     {span}" for span in report.unused)
    yield from (f"not ours   {span} in {text}" for span, text in report.other_sources)
    yield from (f"not given  {text}" for text in report.not_given)
    yield from _quads("of others", report.others[:_SHOWN_OF_OTHERS])
    if (more := len(report.others) - _SHOWN_OF_OTHERS) > 0:
        yield f"of others  … and {_count(more, 'statement')} more; --format json has them all"


def _quads(word: str, quads: Iterable[Quad]) -> Iterator[str]:
    return (f"{word:<10} {' '.join(quad).rstrip()}" for quad in quads)


def to_json(report: VerifyReport) -> str:
    """Return a report as a JSON object: the fields of `VerifyReport`, the level and why."""
    told: dict[str, Any] = {"level": report.level, "why": report.why, "broken": report.broken}
    return json.dumps({**asdict(report), **told}, ensure_ascii=False, indent=1) + "\n"
