"""The result of a proof: records, the level reached, and their rendering."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from kgbuild.errors import Message
from kgbuild.terms import bare
from kgbuild.translation import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.store import Quad

_SHOWN = 20
"""Lines of each kind in the report for people, who need to see what is wrong rather than every place of it."""

State = Literal["equal", "differs", "not re-derivable", "not compared"]
Level = Literal["proved", "consistent", "broken"]
_STATES: dict[State, str] = {
    "equal": Message("equal"),
    "differs": Message("differs"),
    "not re-derivable": Message("not re-derivable"),
    "not compared": Message("not compared"),
}
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
        told: list[str] = [r.made_by for r in self.rebuilds if r.made_by]
        if len(self.rebuilds) < len(self.sources):
            told.append(Message("the documents were not built again"))
        elif self.not_given or self.not_compared:
            texts, statements = len(self.not_given), _statements(self.not_compared)
            told.append(
                Message("{texts} source text not given, {statements} not compared", texts=texts, statements=statements)
                if texts == 1
                else Message(
                    "{texts} source texts not given, {statements} not compared", texts=texts, statements=statements
                )
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
            return _things(self.broken) if self.broken else Message("no span compared")
        word: str = Message("proved")
        if self.why:
            word = Message("consistent, not rebuilt: {why}", why=reduce(_both, self.why))
        graphs = len({g for *_, g in self.others})
        if not graphs:
            return word
        what = _statements(len(self.others))
        if graphs == 1:
            return Message(
                "{verdict}; {statements} in 1 graph of other names not looked at", verdict=word, statements=what
            )
        return Message(
            "{verdict}; {statements} in {graphs} graphs of other names not looked at",
            verdict=word,
            statements=what,
            graphs=graphs,
        )

    @property
    def cure(self) -> str:
        """What to do about the level, '' for `proved`."""
        return _CURES[self.level]


def _statements(number: int) -> str:
    return Message("1 statement") if number == 1 else Message("{n} statements", n=number)


def _things(number: int) -> str:
    return Message("does not hold: 1 thing") if number == 1 else Message("does not hold: {n} things", n=number)


def _both(one: str, other: str) -> str:
    return Message("{one}; {other}", one=one, other=other)


def render_proof(report: VerifyReport, form: str = "text", lang: str = "en") -> str:
    """Return a report.

    Args:
        report: The report.
        form: `text`, or `json`, which is in English.
        lang: Language of the text: `zh` or `en`.
    """
    return to_json(report) if form == "json" else describe(report, lang)


def describe(report: VerifyReport, lang: str = "en") -> str:
    """Render a report for people: each source, what does not hold, and the level at the end."""
    lines = (table_line(label, text, lang) for label, text in (*_summary(report), *_details(report)))
    return "\n".join([*lines, translated(report.verdict, lang)]) + "\n"


def table_line(label: str, text: str, lang: str) -> str:
    """Return a line of a report in a language: a label, which brings its blanks with it, and the text."""
    return f"{translated(label, lang)} {translated(text, lang)}"


Line = tuple[str, str]
"""The label of a line, with blanks up to the width of the column, and its text."""


def _summary(report: VerifyReport) -> Iterator[Line]:
    for s in report.sources:
        yield Message("source    "), f"{s.source}  sha256 {s.sha256}"
        matching = Message("{matching} of {spans} say what the source says", matching=s.matching, spans=s.spans)
        yield Message("spans     "), matching
        if s.values:
            derived = Message(
                "{derived} of {values} read again from their own characters come out the same",
                derived=s.derived,
                values=s.values,
            )
            yield Message("values    "), derived
        if s.given:
            names = ", ".join(sorted(bare(p).rpartition("#")[2] for _, p, _ in s.given))
            given = Message("{names}: taken from the graph as the user gave them; no text proves them", names=names)
            yield Message("given     "), given
        if s.rebuild:
            yield Message("rebuilt   "), _state(s.rebuild)
    proved = report.nodes - len(report.without_evidence)
    yield Message("evidence  "), Message("{proved} of {nodes} nodes have it", proved=proved, nodes=report.nodes)
    if report.follows:
        follow = Message("{statements} follow from the asserted ones", statements=_statements(report.follows))
        yield Message("inferred  "), follow
    if report.other_sources:
        spans = Message("{spans} spans belong to another source and were not compared", spans=len(report.other_sources))
        yield Message("other     "), spans


def _state(rebuild: Rebuild) -> str:
    state = _STATES[rebuild.state]
    if rebuild.missing:
        return Message("{state}: {statements} missing", state=state, statements=_statements(len(rebuild.missing)))
    return Message("{state}: {made_by}", state=state, made_by=rebuild.made_by) if rebuild.made_by else state


def _details(report: VerifyReport) -> Iterator[Line]:
    yield from _first(Message("mismatch  "), (_mismatch(m) for m in report.mismatches))
    without = (Message("{node} has no evidence", node=node) for node in report.without_evidence)
    yield from _first(Message("unproved  "), without)
    unproved = (
        Message("{node} {name} {value}: no mention proves it", node=node, name=name, value=value)
        for node, name, value in report.unproved
    )
    yield from _first(Message("unproved  "), unproved)
    yield from _first(Message("foreign   "), map(_quad, report.foreign))
    for missing in (report.missing, *(r.missing for r in report.rebuilds)):
        yield from _first(Message("missing   "), map(_quad, missing))
    yield from _first(Message("unused    "), report.unused)
    others = (Message("{span} in {text}", span=span, text=text) for span, text in report.other_sources)
    yield from _first(Message("not ours  "), others)
    yield from _first(Message("not given "), report.not_given)
    yield from _first(Message("of others "), map(_quad, report.others))


def _first(word: str, things: Iterable[str]) -> Iterator[Line]:
    """Yield a line for each of the first things, and one that counts the others: the wrong source breaks thousands."""
    rest = 0
    for n, thing in enumerate(things, 1):
        if n <= _SHOWN:
            yield word, thing
        rest = n - _SHOWN
    if rest > 0:
        yield word, Message("… and {rest} more; --format json has all of them", rest=rest)


def _mismatch(m: Mismatch) -> str:
    found = Message("{node} {what}: expected {expected}, found {found}", node=m.node, what=m.what,
                    expected=repr(m.expected), found=repr(m.found))  # fmt: skip
    return Message("{found} ({place})", found=found, place=m.place) if m.place else found


def _quad(quad: Quad) -> str:
    return " ".join(quad).rstrip()


def to_json(report: VerifyReport) -> str:
    """Return a report as a JSON object: the fields of `VerifyReport`, the level and why."""
    told: dict[str, Any] = {"level": report.level, "why": report.why, "broken": report.broken}
    return json.dumps({**asdict(report), **told}, ensure_ascii=False, indent=1) + "\n"
