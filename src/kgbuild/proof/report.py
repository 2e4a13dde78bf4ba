"""The result of a proof: records, the level reached, and their rendering."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from kgbuild.errors import Message
from kgbuild.terms import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.store import Quad

_SHOWN = 20
"""Lines of each kind in the report for people, who need to see what is wrong rather than every place of it."""

State = Literal["equal", "differs", "not re-derivable", "not compared"]
Level = Literal["proved", "consistent", "broken"]
_CURES: dict[str, str] = {
    "proved": "",
    "consistent": Message("--level consistent asks for no more than this"),
    "broken": Message("build the graph again from this file, or use --relocate"),
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mismatch:
    """A discrepancy: node, property, what the graph says, what the source says, and its place in the source."""

    node: str
    what: str
    expected: str
    found: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """Third level: the rebuilt document, and what the graph lacks of it.

    Attributes:
        state: equal, differs; `not re-derivable` if another version, configuration, vocabulary, decision or reader made
            the graph; `not compared` if the graph is of another text.
        made_by: What made the graph, in words, if it differs from the current set-up.
        missing: Statements that the document yields and their graph lacks.
    """

    state: State
    made_by: str = ""
    missing: tuple[Quad, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """The comparison with one source.

    Attributes:
        source: Name of the file.
        sha256: Hash of its read text.
        spans: Number of spans of this source; all are cut out again.
        matching: Number of spans that match.
        values: Number of values and roles reread from their own characters.
        derived: Number of these with the same result.
        rebuild: The third level; None if not requested.
        given: Statements of the user's metadata, taken from the graph and not proved.
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
        nodes: Number of nodes that require evidence.
        mismatches: What does not hold.
        without_evidence: Nodes that require evidence and have none.
        unproved: Values from the text that no mention proves, as (node, property, value).
        unused: Spans to which nothing refers.
        other_sources: Spans of other source texts, which were not compared, as (span, text).
        foreign: Statements in graphs of ours that neither a document nor a rule yields.
        missing: Inferred statements that an inferred graph lacks; statements missing from documents are in `Rebuild`.
        follows: Number of inferred statements that follow from the asserted ones.
        others: Statements in graphs with foreign names, which were not examined.
        not_given: Source texts of the graph whose sources were not given.
        not_compared: Number of statements that may belong to them.
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
        """Number of spans that match."""
        return sum(s.matching for s in self.sources)

    @property
    def rebuilds(self) -> tuple[Rebuild, ...]:
        """The third level of each source for which it was requested."""
        return tuple(s.rebuild for s in self.sources if s.rebuild)

    @property
    def level(self) -> Level:
        """The level reached.

        `proved`: every document was rebuilt; every statement in a graph of ours is yielded by a document or a rule, and
        none is missing. `consistent`: nothing contradicts the graph, but `why` says what was not rebuilt. `broken`:
        something does not hold, or no span was compared.
        """
        if self.broken or not self.sources or not all(s.spans for s in self.sources):
            return "broken"
        return "consistent" if self.why else "proved"

    @property
    def why(self) -> tuple[str, ...]:
        """Why not all of the graph was rebuilt, in words; empty if it was."""
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
        """Number of discrepancies."""
        lists: tuple[tuple[object, ...], ...] = (
            *(self.mismatches, self.without_evidence, self.unproved, self.foreign, self.missing),
            *(r.missing for r in self.rebuilds),
        )
        return sum(map(len, lists))

    @property
    def verdict(self) -> str:
        """The conclusion, with the level reached."""
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
    """Render a report for people: each source, what does not hold, and the level at the end."""
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
    yield from _first("mismatch", (_mismatch(m) for m in report.mismatches))
    yield from _first("unproved", (f"{node} has no evidence" for node in report.without_evidence))
    unproved = (f"{node} {name} {value}: no mention proves it" for node, name, value in report.unproved)
    yield from _first("unproved", unproved)
    yield from _first("foreign", map(_quad, report.foreign))
    for missing in (report.missing, *(r.missing for r in report.rebuilds)):
        yield from _first("missing", map(_quad, missing))
    yield from _first("unused", report.unused)
    yield from _first("not ours", (f"{span} in {text}" for span, text in report.other_sources))
    yield from _first("not given", report.not_given)
    yield from _first("of others", map(_quad, report.others))


def _first(word: str, things: Iterable[str]) -> Iterator[str]:
    """Yield a line for each of the first things, and one that counts the others: the wrong source breaks thousands."""
    rest = 0
    for n, thing in enumerate(things, 1):
        if n <= _SHOWN:
            yield f"{word:<10} {thing}"
        rest = n - _SHOWN
    if rest > 0:
        yield f"{word:<10} … and {rest} more; --format json has all of them"


def _mismatch(m: Mismatch) -> str:
    where = f" ({m.place})" if m.place else ""
    return f"{m.node} {m.what}: expected {m.expected!r}, found {m.found!r}{where}"


def _quad(quad: Quad) -> str:
    return " ".join(quad).rstrip()


def to_json(report: VerifyReport) -> str:
    """Return a report as a JSON object: the fields of `VerifyReport`, the level and why."""
    told: dict[str, Any] = {"level": report.level, "why": report.why, "broken": report.broken}
    return json.dumps({**asdict(report), **told}, ensure_ascii=False, indent=1) + "\n"
