"""The facts of one document for display: each fact with labels in both languages and its places in the text.

Built from a graph and the node of a source text. Every fact has at least one place, facts are in text order, and
nothing is shown that the graph does not state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kgbuild import terms
from kgbuild.model.layers import LAYERS
from kgbuild.terms import bare, code, gplan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kgbuild.model import Span
    from kgbuild.store import Index


def shown_layers() -> list[str]:
    """Return the layers of the reading view in order of priority for clicks."""
    return ["document", *dict.fromkeys(layer.shown for layer in LAYERS.values()), "correction"]


_LABELS = (terms.PREF, terms.LABEL, terms.TITLE)
_HEAD = (
    *("documentNumber", "documentDate", "issuerSignature", "periodStart", "periodEnd"),
    *("webPublishedAt", "publisherAsFound", terms.TITLE),
)


class Both(NamedTuple):
    """A wording in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact that the graph states about the text.

    Attributes:
        node: IRI of its node.
        layer: Name of its layer.
        kind: Label of its role, type or property.
        name: Label of the thing or value.
        thing: IRI of the thing for filters, '' for a value.
        places: Evidence spans in reading order.
        item: Index of the action that contains it, None for none.
        details: Further properties as (name, value).
        rule: Id of the extraction rule.
        grade: Confidence grade.
    """

    node: str
    layer: str
    kind: Both
    name: Both
    places: tuple[Span, ...]
    thing: str = ""
    item: int | None = None
    details: tuple[tuple[Both, Both], ...] = field(default=())
    rule: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionText:
    """An action: its node, path and text spans."""

    node: str
    path: str
    places: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A section: label, title, depth from 1, and the span of its title."""

    label: str
    title: str
    depth: int
    place: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A finding of the extraction, with its severity."""

    node: str
    severity: str
    message: Both
    place: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The metadata of a document: IRI, title, document number and date."""

    node: str
    title: str
    number: str
    date: str


class Facts:
    """The facts of one source text in a graph."""

    def __init__(self, nodes: Index, text: str) -> None:
        """Collect the facts.

        Args:
            nodes: The graph.
            text: Node of the source text.
        """
        self._nodes, self.text = nodes, text
        self.items = self._items()
        self._item_of = {item.node: n for n, item in enumerate(self.items)}
        found = (*self._head(), *self._populations(), *self._statements(), *self._corrections())
        order = shown_layers()
        self.facts = sorted(found, key=lambda f: (f.places[0], order.index(f.layer), f.node))
        self.headings = self._headings()
        self.notes = self._notes()

    @property
    def cards(self) -> list[Card]:
        """The documents of the text in the order of their titles; a notice comes before the document that it issues."""
        nodes = self._nodes
        begins = {
            owner: places[0].start
            for mention in nodes.subjects("proves", f"<{terms.DCTERMS}title>")
            for owner in nodes.values(mention, "mentionOf")
            if (places := self._places(mention))
        }
        found = nodes.subjects("hasSourceText", self.text)
        carried = {o for n in found for o in nodes.values(n, "transmits")}
        return [
            Card(
                node=bare(n),
                title=self._label(n).zh,
                number=nodes.text(n, "documentNumber") or "",
                date=nodes.text(n, "documentDate") or "",
            )
            for n in sorted(found, key=lambda n: (begins.get(n, 0), n in carried, n))
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

    def property_(self, name: str) -> Both:
        """Return the label of a property, from a list here because the graph does not contain the ontology."""
        local = bare(name).rpartition("#")[2].rpartition("/")[2] if name.startswith("<") else name
        return Both(*_PROPERTIES.get(local, (local, local)))

    def _provenance(self, node: str) -> tuple[str, str]:
        return self._nodes.text(node, "extractionRule") or "", self._nodes.text(node, "confidence") or ""

    def _places(self, node: str) -> tuple[Span, ...]:
        return tuple(self._nodes.places(node, self.text))

    def coded(self, node: str, name: str) -> tuple[tuple[Both, Both], ...]:
        """Return the values of a property with codes, as (name, label)."""
        return tuple((self.property_(name), self._label(v)) for v in self._nodes.values(node, name))

    def value(self, node: str, name: str) -> tuple[tuple[Both, Both], ...]:
        """Return the values of a property with literals, as (name, text)."""
        values = [terms.lexical(v) for v in self._nodes.values(node, name)]
        return tuple((self.property_(name), Both(v, v)) for v in values)

    def _items(self) -> list[ActionText]:
        found = [
            ActionText(node=n, path=self._nodes.text(n, "itemPath") or "", places=places)
            for n in self._nodes.of_type("Action")
            if (places := self._places(n))
        ]
        return sorted(found, key=lambda i: (i.places[0], i.node))

    def _owner(self, name: str, node: str) -> int | None:
        owners = self._nodes.subjects(name, node)
        return self._item_of.get(owners[0]) if owners else None

    def _head(self) -> Iterator[Fact]:
        """Yield the metadata of the document as facts."""
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
                        node=bare(mention), layer="document", kind=self.property_(name),
                        name=self._value_in_words(owner, prop), places=places, rule=rule, grade=grade,
                    )  # fmt: skip
        for name in ("issuedBy", "mainRecipient"):
            for mention in nodes.subjects("proves", gplan(name)):
                thing, places = next(iter(nodes.values(mention, "mentionOf")), ""), self._places(mention)
                if places:
                    rule, grade = self._provenance(mention)
                    yield Fact(
                        node=bare(mention), layer="document", kind=self.property_(name), name=self._label(thing),
                        thing=bare(thing), places=places, rule=rule, grade=grade,
                    )  # fmt: skip

    def _value_in_words(self, node: str, prop: str) -> Both:
        words = " ".join(terms.lexical(v) for v in self._nodes.values(node, prop))
        return Both(words, words)

    def first(self, node: str, name: str) -> Both:
        """Return the label of the first value of a property, empty if there is none."""
        values = self._nodes.values(node, name)
        return self._label(values[0]) if values else Both("", "")

    def _fact(
        self,
        node: str,
        layer: str,
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
        found = {}
        for mention, role in self._nodes.pairs("mentionRole"):
            concept = next(iter(self._nodes.values(mention, "mentionOf")), "")
            inside = next(iter(self._nodes.values(mention, "mentionIn")), "")
            places = self._places(mention)
            item = self._item_of.get(inside)
            # The title of an item is a heading too: what both name is shown once, as of the item.
            if places and (item is not None or (places, concept, role) not in found):
                rule, grade = self._provenance(mention)
                found[places, concept, role] = Fact(
                    node=bare(mention), layer="population", kind=self._label(role), name=self._label(concept),
                    thing=bare(concept), places=places, item=item, rule=rule, grade=grade,
                )  # fmt: skip
        yield from found.values()

    def _statements(self) -> Iterator[Fact]:
        for layer in LAYERS.values():
            if layer.name == "targeting":  # its mentions are shown by _populations, along with those of other roles
                continue
            for node in self._nodes.of_type(layer.cls):
                statement = _STATEMENTS.get(layer.name, _quoted)(self, node)
                kind = statement.kind or Both(*layer.title)
                yield from self._fact(
                    node, layer.shown, layer.link, kind=kind, of=statement.of, details=statement.details
                )

    def values(self, node: str, name: str) -> Sequence[str]:
        """Return the values of a property."""
        return self._nodes.values(node, name)

    def one(self, node: str, name: str) -> str:
        """Return the first value of a property, '' if there is none."""
        return next(iter(self._nodes.values(node, name)), "")

    def text_of(self, node: str, name: str) -> str | None:
        """Return the text of a property, None if there is none."""
        return self._nodes.text(node, name)

    def when(self, node: str) -> Both:
        """Return the deadline of a statement, or the wording of one that names no day: 每半年."""
        when = self.value(node, "deadline")
        return when[0][1] if when else self.quote_of(node)

    def quote_of(self, node: str) -> Both:
        """Return the beginning of the quote that supports a node."""
        quote = next((self._nodes.text(span, "exactText") or "" for span in self._nodes.values(node, "evidence")), "")
        return Both(quote, quote)

    def _corrections(self) -> Iterator[Fact]:
        for n in self._nodes.of_type("TextCorrection"):
            right = self._nodes.text(n, "correctedForm") or ""
            yield from self._fact(n, "correction", "", kind=self.first(n, "certainty"), of=Both(right, right))

    def corrected(self) -> dict[Span, str]:
        """Return the certain corrections: the original text by span."""
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
                title = next(iter(self._nodes.values(n, terms.TITLE)), '""')
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
            by = {v.rpartition("@")[2]: terms.lexical(v) for v in self._nodes.values(n, terms.COMMENT)}
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
    "baselineValue": ("基期值", "baseline"),
    "baselineDate": ("基期", "baseline date"),
    "targetStatus": ("指标属性", "status"),
    "partyKind": ("主体类别", "kind of party"),
    "linkMethod": ("识别方法", "linked by"),
    "deonticForce": ("约束力", "force"),
}


# -- what the statements of a layer say ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """How a statement is labelled: `of` names its thing or value; without a `kind` it gets the name of its layer."""

    of: str | Both
    kind: Both | None = None
    details: tuple[tuple[Both, Both], ...] = ()


def _quoted(f: Facts, node: str) -> _Statement:
    return _Statement(of=f.quote_of(node))


def _assignment(f: Facts, node: str) -> _Statement:
    party = f.one(node, "assignee")
    details = f.coded(party, "partyKind") + f.coded(node, "linkMethod")
    return _Statement(of=party, kind=f.first(node, "role"), details=details)


def _initiative(f: Facts, node: str) -> _Statement:
    thing = f.one(node, "usedInitiative")
    return _Statement(of=thing, kind=f.first(thing, "initiativeType"))


def _citation(f: Facts, node: str) -> _Statement:
    return _Statement(of=f.one(node, "citedDocument") or _UNRESOLVED, kind=f.property_("citedDocument"))


def _indicator(f: Facts, node: str) -> _Statement:
    figure = "–".join(filter(None, (f.text_of(node, "targetValue"), f.text_of(node, "targetValueMax"))))
    value = f"{_figure(figure)} {f.text_of(node, 'unitText') or ''}".strip()
    name = f.text_of(node, "indicatorName") or value
    start = " ".join(filter(None, (_figure(f.text_of(node, "baselineValue")), f.text_of(node, "unitText"))))
    baseline = ((f.property_("baselineValue"), Both(start, start)),) if f.values(node, "baselineValue") else ()
    details = (
        (f.property_("targetValue"), Both(value, value)), *f.value(node, "deadline"), *baseline,
        *f.value(node, "baselineDate"), *f.coded(node, "targetStatus"),
    )  # fmt: skip
    return _Statement(of=Both(name, name), kind=f.first(node, "comparator"), details=details)


def _figure(number: str | None) -> str:
    return (number or "").removesuffix(".0")


def _field(f: Facts, node: str) -> _Statement:
    return _Statement(of=f.when(node), kind=f.first(node, "fieldKind"))


def _limit(f: Facts, node: str) -> _Statement:
    return _Statement(of=f.when(node), kind=f.property_("deadline"))


def _measure(f: Facts, node: str) -> _Statement:
    verbs = "、".join(terms.lexical(v) for v in f.values(node, "policyVerb"))
    return _Statement(of=Both(verbs, verbs), kind=f.first(node, "measureRole"), details=f.coded(node, "deonticForce"))


_STATEMENTS: dict[str, Callable[[Facts, str], _Statement]] = {
    "assignment": _assignment,
    "initiative": _initiative,
    "citation": _citation,
    "indicator": _indicator,
    "field": _field,
    "limit": _limit,
    "measure": _measure,
}
