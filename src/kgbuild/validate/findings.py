"""One list of all findings on a graph: remarks of the builder and violations of the shapes.

Takes a report of the engine and the statements of the graph; places in the policy text are provided by a function of
the caller. Guarantees: what both builder and shapes report is one finding; a fingerprint identifies a finding by its
subject rather than by offsets, so that it survives edits elsewhere in the text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.store.reading import read_quads
from kgbuild.terms import COMMENT, gplan
from kgbuild.validate.report import SEVERITIES, Report, ValidationResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kgbuild.model import FilePlace, Severity
    from kgbuild.store import Index

Text = tuple[tuple[str, str], ...]
"""Text by language, sorted."""

_CUT = {"zh": "；", "en": "; "}
_OPAQUE = tuple(f"/{kind}/" for kind in terms.TYPES)
"""Types of instances whose IRIs contain source keys or offsets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """The place of a finding in the policy text.

    Attributes:
        start: Offset of its first character in the read text.
        end: Offset after its last character.
        quote: The characters in between.
        file: Name of the source, '' if it is not available.
        line: Line from 1; None if the lines of the file are not those of the read text (HTML).
        column: Column from 1, in code points.
        end_line: Line of the last character.
        end_column: Column after the last character.
        in_file: Place in a file that has pages, paragraphs or elements instead of lines.
    """

    start: int
    end: int
    quote: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    in_file: FilePlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFinding:
    """A finding on a graph.

    Attributes:
        rule: Number of the rule, or code of the builder's finding; otherwise the shape or the component.
        origin: Who found it.
        severity: Its severity.
        node: The node concerned, in N-Triples syntax.
        subject: The node in words.
        messages: What is wrong, by language.
        cures: How to fix it, by language.
        result: The result of the engine; None for a finding of the builder.
        also: Codes of equivalent builder findings that were merged into it.
        spot: Its place in the policy text.
        graph_line: Its line in the graph file.
        fingerprint: Equal for the same finding in another build.
        is_known: Whether it is in the baseline.
    """

    rule: str
    origin: Literal["builder", "shapes", "check"]
    severity: Severity
    node: str
    subject: str
    messages: Text
    cures: Text
    result: ValidationResult | None = None
    also: tuple[str, ...] = ()
    spot: Spot | None = None
    graph_line: int | None = None
    fingerprint: str = ""
    is_known: bool = False

    def say(self, what: Text, lang: str) -> str:
        """Return a text in a language, or in another one if it is missing."""
        texts = dict(what)
        return texts.get(lang) or texts.get("en") or next(iter(texts.values()), "")

    def message(self, lang: str) -> str:
        """Return what is wrong."""
        return self.say(self.messages, lang)

    def cure(self, lang: str) -> str:
        """Return how to fix it."""
        return self.say(self.cures, lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judgement on a graph: the engine's report, and the combined list of findings.

    Attributes:
        graph: Name of the graph.
        report: The engine's report, unchanged.
        findings: All findings by descending severity, then in the order of the text.
    """

    graph: str
    report: Report
    findings: tuple[GraphFinding, ...]

    def __repr__(self) -> str:
        """Return the graph and the number of findings of each severity."""
        found = ", ".join(f"{number} {severity}" for severity, number in self.counts.items())
        return f"<Verdict on {self.graph!r}: {'conforms' if self.conforms else 'does not conform'}, {found}>"

    @property
    def conforms(self) -> bool:
        """Whether the engine's report conforms and, if more was checked, nothing of that failed."""
        return self.report.conforms and not any(f.origin == "check" and not f.is_known for f in self.findings)

    @property
    def fails(self) -> bool:
        """Tell whether a finding outside the baseline counts against the graph."""
        if not self.report.conforms and not any(f.is_known for f in self.findings):
            return True
        limit = SEVERITIES.index(self.report.fail_on)
        return any(not f.is_known and SEVERITIES.index(f.severity) <= limit for f in self.findings)

    @property
    def counts(self) -> dict[Severity, int]:
        """Number of findings of each severity, most severe first."""
        found = Counter(f.severity for f in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}


def collect(
    report: Report,
    index: Index,
    *,
    name: str,
    place: Callable[[str], Spot | None],
    lines: Mapping[str, int] | None = None,
    known: frozenset[str] = frozenset(),
) -> Verdict:
    """Combine all findings on a graph.

    Args:
        report: The engine's report.
        index: The graph, which contains the builder's findings.
        name: Name of the graph.
        place: Returns the place of a node in the policy text.
        lines: Line numbers of nodes in the graph file.
        known: Fingerprints that do not count.
    """
    found = _merged([_of_shape(r) for r in report.results], list(_of_builder(index)), place)
    found = [
        replace(
            f, spot=place(f.node), subject=f.subject or _subject(index, f.node), graph_line=(lines or {}).get(f.node)
        )
        for f in found
    ]
    found.sort(key=_order)
    marked = _fingerprinted(found, index)
    findings = tuple(replace(f, is_known=f.fingerprint in known) for f in marked)
    return Verdict(graph=name, report=report, findings=findings)


def _words(index: Index, node: str) -> str:
    """Return what the graph calls a node: its label, otherwise its quote."""
    label = next((w for p in terms.LABELS if (w := index.first(node, p))), "")
    span = index.first(node, "evidence")
    return label or index.first(node, "exactText") or index.first(span, "exactText")


def _subject(index: Index, node: str) -> str:
    """Return the subject of a builder's finding: the quote, and the item that contains it."""
    return " ← ".join(part for part in (_words(index, node), _item(index, node)) if part)


def _item(index: Index, node: str) -> str:
    """Return the item, section or document of a node, in words that do not depend on offsets."""
    todo = [node, *index.values(node, "evidence")]
    seen = set(todo)
    while todo:
        here = todo.pop(0)
        path = index.first(here, "itemPath")
        if path or index.first(here, "hasSourceText"):
            return path or index.first(here, "documentNumber") or _words(index, here)
        fresh = [s for s in dict.fromkeys(s for s, _ in index.owners(here)) if s not in seen]
        seen.update(fresh)
        todo += fresh if len(seen) < _FAR else []
    return ""


_FAR = 64
"""Maximum number of nodes to visit; an item is a few steps away from what belongs to it."""


def _of_shape(result: ValidationResult) -> GraphFinding:
    messages, cures = {}, {}
    for lang, text in result.messages:
        body = text.removeprefix(f"{result.number} ") if result.number else text
        message, cut, cure = body.partition(_CUT.get(lang, "; ")) if result.number else (body, "", "")
        messages[lang] = message + (("。" if lang == "zh" else ".") if cut else "")
        cures[lang] = cure[:1].upper() + cure[1:]
    return GraphFinding(
        rule=result.number or (result.component if result.shape.startswith("_:") else result.shape),
        origin="shapes",
        severity=result.severity,
        node=result.focus,
        subject=result.subject,
        messages=tuple(sorted(messages.items())) or (("", result.component),),
        cures=tuple(sorted((lang, cure) for lang, cure in cures.items() if cure)),
        result=result,
    )


def _of_builder(index: Index) -> Iterable[GraphFinding]:
    for node in dict.fromkeys(s for s, _ in index.pairs("findingCode")):
        codes = index.values(node, "findingCode")
        severity = index.first(node, "severity").rpartition("-")[2].rstrip(">")
        code = codes[0].rpartition("#finding-")[2].rstrip(">")
        comments = [c for c in index.values(node, COMMENT) if c.startswith('"')]  # in a foreign graph perhaps an IRI
        yield GraphFinding(
            rule=code,
            origin="builder",
            severity=next((s for s in SEVERITIES if s == severity), "warning"),
            node=node,
            subject="",
            messages=tuple(sorted((c.rpartition("@")[2], terms.lexical(c)) for c in comments)) or (("", code),),
            cures=_cures().get(codes[0], ()),
        )


@lru_cache(maxsize=1)
def _cures() -> dict[str, Text]:
    """Return the cures of the builder's findings, which graphs do not contain."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for s, p, o, _ in read_quads(data_dir("ontology") / "vocab" / "findings.ttl"):
        if p == gplan("cure"):
            found[s].append((o.rpartition("@")[2], terms.lexical(o)))
    return {code: tuple(sorted(texts)) for code, texts in found.items()}


def _merged(
    shapes: list[GraphFinding], builder: list[GraphFinding], place: Callable[[str], Spot | None]
) -> list[GraphFinding]:
    """Merge both lists, dropping duplicates, and findings of the builder that a rule repeats."""
    once: dict[tuple[object, ...], GraphFinding] = {}
    for f in shapes:
        r = f.result
        once.setdefault((f.rule, f.node, f.messages, *((r.path, r.value) if r else ())), f)
    left = []
    for f in builder:
        same = next((k for k, s in once.items() if s.result and f.rule in s.result.codes and _meet(f, s, place)), None)
        if same is None:
            left.append(f)
        else:
            once[same] = replace(once[same], also=tuple(sorted({*once[same].also, f.rule})))
    return [*once.values(), *left]


def _meet(builder: GraphFinding, shape: GraphFinding, place: Callable[[str], Spot | None]) -> bool:
    """Tell whether two findings are the same: their places overlap, or one has no place."""
    mine, its = place(builder.node), place(shape.node)
    return mine is None or its is None or (mine.start < its.end and its.start < mine.end)


def _order(f: GraphFinding) -> tuple[object, ...]:
    start = f.spot.start if f.spot else -1
    detail = (f.result.path, f.result.value, f.result.shape) if f.result else ("", "", "")
    return (SEVERITIES.index(f.severity), start, f.rule, f.node, *detail)


def _fingerprinted(findings: list[GraphFinding], index: Index) -> Iterable[GraphFinding]:
    seen: Counter[str] = Counter()
    for f in findings:
        parts = [f.rule, _item(index, f.node), f.spot.quote if f.spot else f.subject]
        if f.result:
            parts += [f.result.path, *(_stable(term) for term in (f.result.focus, f.result.value))]
        mark = terms.h(*parts)
        seen[mark] += 1
        yield replace(f, fingerprint=mark if seen[mark] == 1 else f"{mark}.{seen[mark]}")


def _stable(term: str) -> str:
    """Return a term, '' if its IRI depends on a position in a text."""
    return "" if term.startswith("_:") or any(kind in term for kind in _OPAQUE) else term
