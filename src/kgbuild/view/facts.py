"""A graph as the facts of one document: what each says, in both languages, and where the text says it.

Takes a graph and its source text node. Guarantees: every fact has at least one place; facts are in the order of the
text; nothing is worked out here that the graph does not state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from kgbuild import terms
from kgbuild.terms import bare, code, gplan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.model import Span
    from kgbuild.store import Index

Layer = Literal["document", "body", "population", "named", "indicator", "citation", "field", "measure", "correction"]
LAYERS: tuple[Layer, ...] = (
    "document",
    "body",
    "population",
    "named",
    "indicator",
    "citation",
    "field",
    "measure",
    "correction",
)
"""Layers of annotation, in the order in which a click takes them."""

_LABELS = (f"<{terms.SKOS}prefLabel>", f"<{terms.RDFS}label>", f"<{terms.DCTERMS}title>")
_HEAD = (
    *("documentNumber", "documentDate", "issuerSignature", "periodStart", "periodEnd"),
    *("webPublishedAt", "publisherAsFound", f"<{terms.DCTERMS}title>"),
)


class Both(NamedTuple):
    """A wording in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that the graph says of the text.

    Attributes:
        node: IRI of its node.
        layer: Where it belongs.
        kind: What it is: a role, a type, a property.
        name: Of whom or what.
        thing: IRI of that, '' for a value; the filters go by it.
        places: Where the text says it, in reading order.
        item: Number of the action that it stands in, None for none.
        details: Further properties, as name and value.
        rule: Id of the rule that found it.
        grade: Confidence.
    """

    node: str
    layer: Layer
    kind: Both
    name: Both
    places: tuple[Span, ...]
    thing: str = ""
    item: int | None = None
    details: tuple[tuple[Both, Both], ...] = field(default=())
    rule: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An action: its path and text."""

    node: str
    path: str
    places: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A section: its label, title, depth from 1, and where its title stands."""

    label: str
    title: str
    depth: int
    place: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A finding of the builder."""

    node: str
    severity: str
    message: Both
    place: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a document is: title, number, date, and its IRI."""

    node: str
    title: str
    number: str
    date: str


class Facts:
    """The facts of one source text in a graph."""

    def __init__(self, nodes: Index, text: str) -> None:
        """Read a graph.

        Args:
            nodes: The graph.
            text: Node of the source text.
        """
        self._nodes, self.text = nodes, text
        self.items = self._items()
        self._item_of = {item.node: n for n, item in enumerate(self.items)}
        found = (*self._head(), *self._bodies(), *self._populations(), *self._statements(), *self._corrections())
        self.facts = sorted(found, key=lambda f: (f.places[0], LAYERS.index(f.layer), f.node))
        self.headings = self._headings()
        self.notes = self._notes()

    @property
    def cards(self) -> list[Card]:
        """The documents of the text: the notice before what it carries."""
        nodes = self._nodes
        found = nodes.subjects("hasSourceText", self.text)
        carried = {o for n in found for o in nodes.values(n, "transmits")}
        return [
            Card(
                node=bare(n),
                title=self._label(n).zh,
                number=nodes.text(n, "documentNumber") or "",
                date=nodes.text(n, "documentDate") or "",
            )
            for n in sorted(found, key=lambda n: (n in carried, n))
        ]

    # -- parts ----------------------------------------------------------------------------------------------------
    def _label(self, node: str) -> Both:
        for name in _LABELS:
            values = self._nodes.values(node, name)
            by = {v.rpartition("@")[2]: terms.lexical(v) for v in values if v.startswith('"')}
            if by:
                zh = by.get("zh") or next(iter(by.values()))
                return Both(zh, by.get("en") or zh)
        last = bare(node).rpartition("/")[2].rpartition("#")[2]
        return Both(last, last)

    def _property(self, name: str) -> Both:
        """A property in words; the ontology is not in the graph, so the page names them by its own list."""
        local = bare(name).rpartition("#")[2].rpartition("/")[2] if name.startswith("<") else name
        return Both(*_PROPERTIES.get(local, (local, local)))

    def _provenance(self, node: str) -> tuple[str, str]:
        return self._nodes.text(node, "extractionRule") or "", self._nodes.text(node, "confidence") or ""

    def _places(self, node: str) -> tuple[Span, ...]:
        return tuple(self._nodes.places(node, self.text))

    def _coded(self, node: str, name: str) -> tuple[tuple[Both, Both], ...]:
        return tuple((self._property(name), self._label(v)) for v in self._nodes.values(node, name))

    def _value(self, node: str, name: str) -> tuple[tuple[Both, Both], ...]:
        values = [terms.lexical(v) for v in self._nodes.values(node, name)]
        return tuple((self._property(name), Both(v, v)) for v in values)

    def _items(self) -> list[Item]:
        found = [
            Item(node=n, path=self._nodes.text(n, "itemPath") or "", places=places)
            for n in self._nodes.of_type("Action")
            if (places := self._places(n))
        ]
        return sorted(found, key=lambda i: (i.places[0], i.node))

    def _owner(self, name: str, node: str) -> int | None:
        owners = self._nodes.subjects(name, node)
        return self._item_of.get(owners[0]) if owners else None

    def _head(self) -> Iterator[Fact]:
        """What the text says of itself as a document."""
        nodes = self._nodes
        of = {*nodes.subjects("hasSourceText", self.text), self.text}
        for name in _HEAD:
            prop = name if name.startswith("<") else gplan(name)
            for mention in nodes.subjects("proves", prop):
                owner = next(iter(nodes.values(mention, "mentionOf")), "")
                places = self._places(mention)
                if owner in of and places:
                    rule, grade = self._provenance(mention)
                    yield Fact(
                        node=bare(mention), layer="document", kind=self._property(name),
                        name=self._said(owner, prop), places=places, rule=rule, grade=grade,
                    )  # fmt: skip
        for name in ("issuedBy", "mainRecipient"):
            for mention in nodes.subjects("proves", gplan(name)):
                thing, places = next(iter(nodes.values(mention, "mentionOf")), ""), self._places(mention)
                if places:
                    rule, grade = self._provenance(mention)
                    yield Fact(
                        node=bare(mention), layer="document", kind=self._property(name), name=self._label(thing),
                        thing=bare(thing), places=places, rule=rule, grade=grade,
                    )  # fmt: skip

    def _said(self, node: str, prop: str) -> Both:
        said = " ".join(terms.lexical(v) for v in self._nodes.values(node, prop))
        return Both(said, said)

    def _bodies(self) -> Iterator[Fact]:
        for node in self._nodes.of_type("Assignment"):
            party = next(iter(self._nodes.values(node, "assignee")), "")
            yield from self._fact(
                node,
                "body",
                "hasAssignment",
                kind=self._first(node, "role"),
                of=party,
                details=self._coded(party, "partyKind") + self._coded(node, "linkMethod"),
            )

    def _first(self, node: str, name: str) -> Both:
        values = self._nodes.values(node, name)
        return self._label(values[0]) if values else Both("", "")

    def _fact(
        self,
        node: str,
        layer: Layer,
        link: str,
        *,
        kind: Both,
        of: str | Both,
        details: tuple[tuple[Both, Both], ...] = (),
    ) -> Iterator[Fact]:
        places = self._places(node)
        if places:
            rule, grade = self._provenance(node)
            yield Fact(
                node=bare(node), layer=layer, kind=kind, name=of if isinstance(of, Both) else self._label(of),
                thing="" if isinstance(of, Both) else bare(of),
                places=places, item=self._owner(link, node), details=details, rule=rule, grade=grade,
            )  # fmt: skip

    def _populations(self) -> Iterator[Fact]:
        for mention, role in self._nodes.pairs("mentionRole"):
            concept = next(iter(self._nodes.values(mention, "mentionOf")), "")
            inside = next(iter(self._nodes.values(mention, "mentionIn")), "")
            places = self._places(mention)
            if places:
                rule, grade = self._provenance(mention)
                yield Fact(
                    node=bare(mention), layer="population", kind=self._label(role), name=self._label(concept),
                    thing=bare(concept), places=places, item=self._item_of.get(inside), rule=rule, grade=grade,
                )  # fmt: skip

    def _statements(self) -> Iterator[Fact]:
        nodes = self._nodes
        for n in nodes.of_type("InitiativeUse"):
            thing = next(iter(nodes.values(n, "usedInitiative")), "")
            yield from self._fact(n, "named", "hasInitiativeUse", kind=self._first(thing, "initiativeType"), of=thing)
        for n in nodes.of_type("Citation"):
            cited = next(iter(nodes.values(n, "citedDocument")), "")
            kind = self._property("citedDocument")
            yield from self._fact(n, "citation", "hasCitation", kind=kind, of=cited or _UNRESOLVED)
        for n in nodes.of_type("IndicatorTarget"):
            yield from self._indicator(n)
        for n in nodes.of_type("BracketField"):
            when = self._value(n, "deadline")
            name = when[0][1] if when else Both("", "")
            yield from self._fact(n, "field", "hasBracketField", kind=self._first(n, "fieldKind"), of=name)
        for n in nodes.of_type("TimeLimit"):
            when = self._value(n, "deadline")
            kind, name = self._property("deadline"), when[0][1] if when else Both("", "")
            yield from self._fact(n, "field", "hasTimeLimit", kind=kind, of=name)
        for n in nodes.of_type("Measure"):
            verbs = "、".join(terms.lexical(v) for v in nodes.values(n, "policyVerb"))
            more = self._coded(n, "deonticForce")
            kind = self._first(n, "measureRole")
            yield from self._fact(n, "measure", "hasMeasure", kind=kind, of=Both(verbs, verbs), details=more)

    def _indicator(self, n: str) -> Iterator[Fact]:
        nodes = self._nodes
        figure = "–".join(filter(None, (nodes.text(n, "targetValue"), nodes.text(n, "targetValueMax"))))
        value = f"{figure.removesuffix('.0')} {nodes.text(n, 'unitText') or ''}".strip()
        name = nodes.text(n, "indicatorName") or value
        details = ((self._property("targetValue"), Both(value, value)), *self._value(n, "deadline"))
        kind = self._first(n, "comparator")
        yield from self._fact(n, "indicator", "hasIndicatorTarget", kind=kind, of=Both(name, name), details=details)

    def _corrections(self) -> Iterator[Fact]:
        for n in self._nodes.of_type("TextCorrection"):
            right = self._nodes.text(n, "correctedForm") or ""
            yield from self._fact(n, "correction", "", kind=self._first(n, "certainty"), of=Both(right, right))

    def corrected(self) -> dict[Span, str]:
        """Return the sure corrections: where, and what stood there."""
        sure = {code("certainty-certain"), code("certainty-high")}
        return {
            place: right
            for n in sorted(self._nodes.of_type("TextCorrection"))
            if sure & set(self._nodes.values(n, "certainty"))
            for place in self._places(n)
            if (right := self._nodes.text(n, "correctedForm"))
        }

    def _headings(self) -> list[Heading]:
        out = []
        for n in self._nodes.of_type("Section"):
            places = self._places(n)
            if places:
                label = self._nodes.text(n, "sectionLabel") or ""
                title = next(iter(self._nodes.values(n, f"<{terms.DCTERMS}title>")), '""')
                depth = self._depth(n)
                out.append(Heading(label=label, title=terms.lexical(title), depth=depth, place=places[0]))
        return sorted(out, key=lambda h: h.place)

    def _depth(self, section: str) -> int:
        depth, above = 1, self._nodes.values(section, "parentSection")
        while above and depth < len(self._nodes.of_type("Section")):
            depth, above = depth + 1, self._nodes.values(above[0], "parentSection")
        return depth

    def _notes(self) -> list[Note]:
        start = self.text.replace("text/", "finding/")[:-1]
        out = []
        for n in self._nodes.of_type("Finding"):
            if not n.startswith(f"{start}."):
                continue
            severity = next(iter(self._nodes.values(n, "severity")), "").rpartition("-")[2].rstrip(">")
            by = {v.rpartition("@")[2]: terms.lexical(v) for v in self._nodes.values(n, f"<{terms.RDFS}comment>")}
            places = self._places(n)
            message = Both(by.get("zh", ""), by.get("en", ""))
            out.append(Note(node=bare(n), severity=severity, message=message, place=places[0] if places else None))
        return sorted(out, key=lambda n: (n.place is not None, n.place, n.node) if n.place else (False, None, n.node))


_UNRESOLVED = Both("未确定所指文件", "document not determined")
_PROPERTIES: dict[str, tuple[str, str]] = {
    "title": ("标题", "title"),
    "documentNumber": ("发文字号", "document number"),
    "documentDate": ("成文日期", "date of the document"),
    "issuerSignature": ("署名", "signature"),
    "issuedBy": ("发文机关", "issued by"),
    "mainRecipient": ("主送机关", "addressed to"),
    "periodStart": ("起始", "begins"),
    "periodEnd": ("终止", "ends"),
    "webPublishedAt": ("网页发布时间", "published on the web"),
    "publisherAsFound": ("网页来源", "source as printed"),
    "citedDocument": ("引用文件", "cites"),
    "targetValue": ("目标值", "target"),
    "deadline": ("期限", "deadline"),
    "partyKind": ("主体类别", "kind of party"),
    "linkMethod": ("识别方法", "linked by"),
    "deonticForce": ("约束力", "force"),
}
