"""Collects the triples of one document: evidence once, mentions with what they prove, nothing twice."""

from __future__ import annotations

from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import InternalError
from kgbuild.graph.triples import Column, Integers, Open
from kgbuild.model import CONFIDENCE
from kgbuild.terms import LABEL, TITLE, TYPE, code, gplan, literal
from kgbuild.text.reading import restored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.model import Correction, Grade, Party, SourceText, Span


_CONFIDENCE = {grade: terms.decimal(number) for grade, number in CONFIDENCE.items()}
_SPAN, _SOURCE, _START, _END, _EXACT = map(gplan, ("SourceSpan", "inSource", "startOffset", "endOffset", "exactText"))
_name_of_rule = lru_cache(maxsize=1024)(literal)
"""Rules are few, and each has found hundreds of mentions."""

_MENTION_LETTER: dict[str, str] = {
    "title": "t",
    "documentNumber": "n",
    "issuerCode": "c",
    "issueYear": "g",
    "issueSerial": "f",
    "documentDate": "d",
    "issuerSignature": "s",
    "issuedBy": "j",
    "mainRecipient": "a",
    "webPublishedAt": "w",
    "publisherAsFound": "u",
    "index": "r",
    "topic": "m",
    "periodStart": "y",
    "periodEnd": "z",
    "unitText": "q",
    "itemLabel": "l",
    "sectionLabel": "l",
    "headingPopulation": "h",
    "targetValue": "v",
    "targetValueMax": "x",
    "baselineValue": "k",
    "baselineDate": "kd",
    "targetStatus": "vs",
    "deadline": "e",
    "population": "p",
    "body": "b",
    "indicatorName": "i",
    "openList": "o",
}
"""Letter of the layer in the key of a mention, by what it proves or names."""
_KNOWN_TERMS = 50_000
"""Number of terms that are held once; a long text has many more, and most stand near each other."""
_FAR = 1 << 32
"""More characters than a text has."""


class _Columns(dict[str, Open]):
    """Columns by property; one that has not been named before begins here."""

    def __missing__(self, name: str) -> Open:
        column = self[name] = Open([], [])
        return column


class _Named(dict[str, Open]):
    """The same columns by the names by which the code calls the properties: terms, or local names of our ontology."""

    def __init__(self, columns: _Columns) -> None:
        self._columns = columns

    def __missing__(self, name: str) -> Open:
        column = self[name] = self._columns[name if name.startswith("<") else gplan(name)]
        return column


class Writer:
    """Collects the triples of one document."""

    def __init__(self, base: str, source: SourceText, corrections: Sequence[Correction] = ()) -> None:
        self.columns = _Columns()
        self._named = _Named(self.columns)
        self._terms: dict[str, str] = {}
        """Each of the last terms once: an offset, a rule or a node stands in many statements near each other."""
        self._corrections = tuple(corrections)
        self._first: dict[str, str | tuple[str, str]] = {}
        self._further: dict[str, dict[str | tuple[str, str], int]] = {}
        self._spans: dict[int, str] = {}
        self._begun: set[str] = set()
        self.parties: dict[tuple[Party, tuple[str, str | None] | None], str] = {}
        """The nodes of the parties that were written, so that one named in a hundred lists is written once."""
        self.minter = terms.Minter(base)
        self.source = source
        self.text = self.minter.mint("text", source.key, (source.sha256,))

    def add(self, subject: str, predicate: str, *objects: str) -> None:
        """Add one triple for each object; a predicate without a colon is a term of our ontology."""
        subjects, values = self._named[predicate]
        once = self._terms.setdefault
        subject = once(subject, subject)
        for o in objects:
            subjects.append(subject)
            values.append(once(o, o))

    def begins(self, node: str) -> bool:
        """Tell whether a node is described for the first time, of nodes that are asked about before they are."""
        is_new = node not in self._begun
        self._begun.add(node)
        return is_new

    def typed(self, subject: str, *classes: str) -> None:
        """Add the classes of a node, by their local names."""
        for name in classes:
            self.add(subject, TYPE, gplan(name))

    def span(self, span: Span) -> str:
        """Write a span once and return its node.

        Raises:
            InternalError: it contains no character of the text.
        """
        place = span.start * _FAR + span.end  # one number takes half the memory of two
        node = self._spans.get(place)
        if node is None:
            if not span.start < span.end <= len(self.source.text):
                raise InternalError(f"evidence of no character: {span.start}-{span.end} of {len(self.source.text)}")
            if len(self._terms) > _KNOWN_TERMS:
                self._terms.clear()
            node = self._spans[place] = self.minter.span(self.source.key, span)
        return node

    def written(self) -> tuple[dict[str, Open], dict[str, Column]]:
        """Return what was written, some of it twice, and what is in order already. Nothing can be written after it."""
        self._first, self._further, self._begun, self.parties = {}, {}, set(), {}
        places, nodes = list(self._spans), list(self._spans.values())
        self._spans, self._terms = {}, {}
        column = self.columns[TYPE]
        column.subjects.extend(nodes)
        column.objects.extend(repeat(_SPAN, len(nodes)))
        return self.columns, self._of_spans(places, nodes)

    def _of_spans(self, places: Sequence[int], nodes: Sequence[str]) -> dict[str, Column]:
        """Return what is said of spans, each of which has one value of each property."""
        once: dict[str, str] = {}
        text = self.source.text
        order = sorted(range(len(nodes)), key=nodes.__getitem__)
        subjects = [nodes[n] for n in order]
        offsets = [divmod(places[n], _FAR) for n in order]
        exact = (literal(text[start:end]) for start, end in offsets)
        starts, ends = Integers(start for start, _ in offsets), Integers(end for _, end in offsets)
        is_long = len(subjects) > _KNOWN_TERMS
        return {
            _SOURCE: Column(subjects, [self.text] * len(subjects)),
            _START: Column(subjects, starts if is_long else list(starts)),
            _END: Column(subjects, ends if is_long else list(ends)),
            _EXACT: Column(subjects, [once.setdefault(o, o) for o in exact]),
        }

    def evidence(self, node: str, *spans: Span) -> None:
        """Attach spans to a node as its evidence."""
        subjects, values = self._named["evidence"]
        node = self._terms.setdefault(node, node)
        for span in spans:
            subjects.append(node)
            values.append(self.span(span))

    def provenance(self, node: str, rule: str, grade: Grade) -> None:
        """State the rule and the grade of a mention or statement."""
        self.add(node, "extractionRule", _name_of_rule(rule))
        self.add(node, "confidence", _CONFIDENCE[grade])

    def mention(  # noqa: PLR0913 - what a mention states
        self,
        of: str,
        layer: str,
        span: Span,
        *,
        rule: str,
        grade: Grade = "exact",
        proves: str | None = None,
        inside: str | None = None,
    ) -> str:
        """Write a mention of a node: where it stands, and the property that the span proves.

        Args:
            of: The node that is mentioned, or whose property is proved.
            layer: Key of the letter table.
            span: Where.
            rule: Id of the rule.
            grade: How certain the mention is.
            proves: Property, as local name or full term.
            inside: The action, section or document in which it stands, if that is to be stated.
        """
        key = f"{self.source.key}.{span.start}-{span.end}.{_MENTION_LETTER[layer]}"
        # One numbering mark names a section and an action, or both parts of an item; a merged cell stands in the
        # actions of all its rows: a reading for each.
        node = self.minter.mint("mention", key)
        reading = (of, inside) if inside else of
        if self._first.setdefault(node, reading) != reading:
            readings = self._further.setdefault(node, {})
            node = self.minter.mint("mention", f"{key}.{readings.setdefault(reading, len(readings) + 2)}")
        self.typed(node, "Mention")
        self.add(node, "mentionOf", of)
        self.evidence(node, span)
        self.provenance(node, rule, grade)
        if proves:
            self.add(node, "proves", proves if proves.startswith("<") else gplan(proves))
        if inside:
            self.add(node, "mentionIn", inside)
        return node

    def restored(self, span: Span) -> str:
        """Return the characters of a span with wrapped lines joined and certain corrections applied."""
        return restored(self.source.text, span, self._corrections)

    def title(self, node: str, span: Span, *, rule: str, label: str = "") -> None:
        """Write the title of a document or section, restored where certain; its mention keeps the wording."""
        title = self.restored(span)
        self.add(node, TITLE, literal(title, lang="zh"))
        self.add(node, LABEL, literal(label + title, lang="zh"))
        mention = self.mention(node, "title", span, rule=rule, proves=TITLE)
        if title != self.source.text[span.start : span.end]:
            self.add(mention, "normalizedText", literal(title))

    def coded(self, node: str, predicate: str, prefix: str, value: str) -> None:
        """Add a code: `coded(n, "role", "role", "lead")` writes `gplanv:role-lead`."""
        self.add(node, predicate, code(f"{prefix}-{value.replace('_', '-')}"))
