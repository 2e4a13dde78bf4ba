"""One list of all that can be said against a graph: what the builder noted, and what the rules found.

Takes a report of the engine and the statements of the graph; where things stand in the policy text is asked of a
function, since that is known to another room. Guarantees: what builder and rules both found is one finding; a
fingerprint names a finding by what it is about, not by offsets, so that it survives an edit elsewhere in the text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.store.reading import read_quads
from kgbuild.terms import gplan
from kgbuild.validate.report import SEVERITIES, Report, ValidationResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kgbuild.model import FilePlace, Severity
    from kgbuild.store import Index

Text = tuple[tuple[str, str], ...]
"""Text by language, sorted."""

_LABELS = (f"<{terms.RDFS}label>", f"<{terms.SKOS}prefLabel>")
_COMMENT = f"<{terms.RDFS}comment>"
_CUT = {"zh": "；", "en": "; "}
_OPAQUE = tuple(f"/{kind}/" for kind in terms.TYPES)
"""Instances of these kinds have source keys or offsets in their IRI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a finding stands in the policy text.

    Attributes:
        start: First code point of the read text.
        end: Code point behind the last.
        quote: The characters between.
        file: Name of the source, '' where it is not at hand.
        line: Line from 1; None where the file has no lines of the read text (HTML).
        column: Column in code points from 1.
        end_line: Line of the last character.
        end_column: Column behind the last character.
        in_file: Where it stands in a file that has pages, paragraphs or elements in place of lines.
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
    """One thing that a person should know of a graph.

    Attributes:
        rule: Number of the rule, code of the builder's finding, else the shape, else the component.
        origin: Who found it.
        severity: How grave it is.
        node: The node that it is about; a term of N-Triples.
        subject: Words for the node.
        messages: What is wrong, by language.
        cures: What to do about it, by language.
        result: The result of the engine, None for a finding of the builder.
        also: Codes of the builder's findings that say the same and are left out.
        spot: Its place in the policy text.
        graph_line: Its line in the graph file.
        fingerprint: The same for the same finding of another build.
        is_known: It stands in the baseline.
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
        """Return a text in a language, or in another where it has none in that."""
        texts = dict(what)
        return texts.get(lang) or texts.get("en") or next(iter(texts.values()), "")

    def message(self, lang: str) -> str:
        """Return what is wrong."""
        return self.say(self.messages, lang)

    def cure(self, lang: str) -> str:
        """Return what to do about it."""
        return self.say(self.cures, lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A graph judged: the verdict of the engine, and the one list of findings.

    Attributes:
        graph: Name of the graph.
        report: What the engine says, untouched.
        findings: All findings, the gravest first, then in the order of the text.
    """

    graph: str
    report: Report
    findings: tuple[GraphFinding, ...]

    def __repr__(self) -> str:
        """The graph, and how many findings there are of each severity."""
        found = ", ".join(f"{number} {severity}" for severity, number in self.counts.items())
        return f"<Verdict on {self.graph!r}: {'conforms' if self.conforms else 'does not conform'}, {found}>"

    @property
    def conforms(self) -> bool:
        """The verdict of the engine; where more than the rules was checked, nothing of that is wrong either."""
        return self.report.conforms and not any(f.origin == "check" and not f.is_known for f in self.findings)

    @property
    def fails(self) -> bool:
        """Tell whether a finding that is not known counts against the graph."""
        if not self.report.conforms and not any(f.is_known for f in self.findings):
            return True
        limit = SEVERITIES.index(self.report.fail_on)
        return any(not f.is_known and SEVERITIES.index(f.severity) <= limit for f in self.findings)

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity there are, the gravest first."""
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
    """Return the one list of findings of a graph.

    Args:
        report: What the engine found.
        index: The graph, which also holds what the builder noted.
        name: Name of the graph.
        place: Gives the place of a node in the policy text.
        lines: Lines of the nodes in the graph file.
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
    """What the graph calls a node: its label, else its quote."""
    label = next((w for p in _LABELS if (w := index.first(node, p))), "")
    span = index.first(node, "evidence")
    return label or index.first(node, "exactText") or index.first(span, "exactText")


def _subject(index: Index, node: str) -> str:
    """Words for what the builder speaks of: the quote, and the item that it stands in."""
    return " ← ".join(part for part in (_words(index, node), _item(index, node)) if part)


def _item(index: Index, node: str) -> str:
    """The item, section or document that a node belongs to, in words that do not change with offsets."""
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
"""Nodes to look at before giving up: what belongs to an item is a few steps from it."""


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
        gravity = index.first(node, "severity").rpartition("-")[2].rstrip(">")
        code = codes[0].rpartition("#finding-")[2].rstrip(">")
        comments = index.values(node, _COMMENT)
        yield GraphFinding(
            rule=code,
            origin="builder",
            severity=next((s for s in SEVERITIES if s == gravity), "warning"),
            node=node,
            subject="",
            messages=tuple(sorted((c.rpartition("@")[2], terms.lexical(c)) for c in comments)) or (("", code),),
            cures=_cures().get(codes[0], ()),
        )


@lru_cache(maxsize=1)
def _cures() -> dict[str, Text]:
    """What to do about each finding of the builder; graphs do not carry it."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for s, p, o, _ in read_quads(data_dir("ontology") / "vocab" / "findings.ttl"):
        if p == gplan("cure"):
            found[s].append((o.rpartition("@")[2], terms.lexical(o)))
    return {code: tuple(sorted(texts)) for code, texts in found.items()}


def _merged(
    shapes: list[GraphFinding], builder: list[GraphFinding], place: Callable[[str], Spot | None]
) -> list[GraphFinding]:
    """Both lists without what is said twice: by one rule of one node and value, or by a rule and the builder."""
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
    """What is missing stands nowhere, so that its finding has no place; what stands somewhere meets there."""
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
    """A term, '' where its IRI says where in a text it stood."""
    return "" if term.startswith("_:") or any(kind in term for kind in _OPAQUE) else term
