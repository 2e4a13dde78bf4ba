"""A plan prepared for comparison: its headings and actions in reading order, extracted from a graph.

The text of an action is the wording of its evidence, so the graph suffices and no source is required.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.comparison.vectors import letters
from kgbuild.model import Span
from kgbuild.terms import NOTATION, PREF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.store import Index

FactKind = Literal["body", "population", "initiative", "deadline", "indicator"]
_LABEL, _RDFS_LABEL = PREF, terms.LABEL
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFact:
    """A fact about an action, or about the plan.

    Attributes:
        kind: Its kind.
        key: Identity across plans.
        label: Its Chinese name or value.
        evidence: IRI of the supporting span.
        role: Notation of the role of a body, '' for other kinds.
        value: Value of an indicator with its unit, or deadline as an ISO date; '' for other kinds.
        english: Its English name; '' if it has none.
    """

    kind: FactKind
    key: str
    label: str
    evidence: str
    role: str = ""
    value: str = ""
    english: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHeading:
    """A heading; `chain` holds the titles from the outermost heading to its own."""

    node: str
    path: str
    title: str
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAction:
    """An action with wording, position and facts.

    Attributes:
        node: Its IRI.
        path: Its path, such as `二/(三)/2`.
        text: Wording as found.
        span: Span of the wording in the read text, in code points.
        evidence: IRIs of the spans of the wording.
        titles: Titles of the headings above it and its own, outermost first.
        home: IRI of the heading above it, '' if there is none; never its own heading.
        facts: Facts about it, in reading order.
    """

    node: str
    path: str
    text: str
    span: Span
    evidence: tuple[str, ...]
    titles: tuple[str, ...]
    home: str
    facts: tuple[PlanFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHead:
    """What tells which plan it is, and of which series.

    Attributes:
        node: Its IRI.
        title: Its title, or else its number or the first line of the text.
        place: IRI of the division to which it applies, '' if unknown.
        year: Year in the title or period, otherwise of the signature; 0 if there is none.
        is_titled: Whether `title` is a title.
    """

    node: str
    title: str
    place: str
    year: int
    is_titled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Plan(PlanHead):
    """A plan prepared for comparison.

    Attributes:
        issuers: Names of the issuing bodies.
        number: Its number, or that of the notice that carries it; '' if there is none.
        dated: Date of signature in ISO format, '' if there is none.
        text: IRI of the source text.
        headings: Its headings in reading order.
        actions: Its actions in reading order.
        facts: Facts about the whole plan.
    """

    issuers: tuple[str, ...]
    number: str
    dated: str
    text: str
    headings: tuple[PlanHeading, ...]
    actions: tuple[PlanAction, ...]
    facts: tuple[PlanFact, ...]

    def __repr__(self) -> str:
        """Return title and size."""
        return f"<Plan {self.title!r}, {len(self.actions)} actions>"


def plans_of_graph(nodes: Index) -> list[Plan]:
    """Return the plans in a graph that have actions, the one with most actions first."""
    plans = [_Reader(nodes, plan).plan(actions) for plan, actions in _actions_of_plans(nodes).items()]
    return sorted(plans, key=lambda p: (-len(p.actions), p.node))


def heads_of_graph(nodes: Index) -> list[PlanHead]:
    """Return the heads of the plans in a graph that have actions, by IRI."""
    return [_Reader(nodes, plan).head() for plan in sorted(_actions_of_plans(nodes))]


def _actions_of_plans(nodes: Index) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for action, plan in nodes.pairs("actionOf"):
        found.setdefault(plan, []).append(action)
    return found


class _Reader:
    """Extracts one plan from a graph."""

    def __init__(self, nodes: Index, plan: str) -> None:
        self.nodes = nodes
        self.node = plan
        self.carriers = [plan, *nodes.subjects("transmits", plan)]

    @cached_property
    def sections(self) -> dict[str, PlanHeading]:
        return dict(self._headings())

    def head(self) -> PlanHead:
        nodes = self.nodes
        printed = nodes.first(self.node, terms.TITLE)
        title = printed or nodes.first(self.node, _RDFS_LABEL)
        dated = self._first("documentDate", self.carriers)
        return PlanHead(
            node=self.node,
            title=title,
            place=self._first("jurisdiction", self.carriers),
            year=year_of(title) or _year(nodes.first(self.node, "periodStart")) or _year(dated),
            is_titled=bool(printed),
        )

    def plan(self, actions: list[str]) -> Plan:
        nodes, head = self.nodes, self.head()
        issuers = [chinese_label(nodes, b) for c in self.carriers for b in nodes.values(c, "issuedBy")]
        if not issuers:
            issuers = [terms.lexical(s) for c in self.carriers for s in nodes.values(c, "issuerSignature")]
        found = sorted((self._action(a) for a in actions), key=lambda a: (a.span, a.path, a.node))
        texts = [t for c in self.carriers for t in nodes.values(c, "hasSourceText")]
        return Plan(
            node=head.node,
            title=head.title,
            place=head.place,
            year=head.year,
            is_titled=head.is_titled,
            issuers=tuple(dict.fromkeys(issuers)),
            number=self._first("documentNumber", self.carriers),
            dated=self._first("documentDate", self.carriers),
            text=texts[0] if texts else "",
            headings=tuple(self.sections.values()),
            actions=tuple(found),
            facts=tuple(self._indicators(self.node)),
        )

    def _first(self, name: str, subjects: list[str]) -> str:
        return next((v for s in subjects if (v := self.nodes.first(s, name))), "")

    def _headings(self) -> Iterator[tuple[str, PlanHeading]]:
        nodes = self.nodes
        found = sorted(self._sections(), key=lambda s: (nodes.number(s, "sectionOrder") or 0, s))
        titles = {nodes.first(s, "itemPath"): nodes.first(s, terms.TITLE) for s in found}
        for s in found:
            path = nodes.first(s, "itemPath")
            steps = path.split("/")
            above = ["/".join(steps[: n + 1]) for n in range(len(steps))]
            chain = tuple(titles[p] for p in above if titles.get(p))
            yield s, PlanHeading(node=s, path=path, title=titles[path], chain=chain)

    def _sections(self) -> set[str]:
        found, todo = set[str](), list(self.nodes.subjects("sectionOf", self.node))
        while todo:
            if (section := todo.pop()) not in found:
                found.add(section)
                todo += self.nodes.subjects("parentSection", section)
        return found

    def _action(self, node: str) -> PlanAction:
        nodes = self.nodes
        spans = sorted((p, s) for s in nodes.values(node, "evidence") if (p := nodes.place(s)) is not None)
        path = nodes.first(node, "itemPath")
        section = self.sections.get(next(iter(nodes.values(node, "inSection")), ""))
        # An item that is also a heading belongs to the heading above it.
        own = section is not None and section.path == path
        above = path.rpartition("/")[0]
        home = next((s for s, h in self.sections.items() if h.path == above), "") if own else ""
        return PlanAction(
            node=node,
            path=path,
            text="\n".join(nodes.text(s, "exactText") or "" for _, s in spans),
            span=spans[0][0] if spans else Span(0, 0),
            evidence=tuple(s for _, s in spans),
            titles=section.chain if section else (),
            home=home or (section.node if section else ""),
            facts=tuple(self._facts(node)),
        )

    def _facts(self, node: str) -> Iterator[PlanFact]:
        nodes = self.nodes
        for s in nodes.values(node, "hasAssignment"):
            role = nodes.first(nodes.first(s, "role"), NOTATION)
            for body in nodes.values(s, "assignee"):
                name = chinese_label(nodes, body)
                # Unregistered entities have a key of their document, so they match by name.
                key = body if body.startswith(f"<{terms.ID}") else letters(name)
                yield PlanFact(
                    kind="body", key=key, label=name, evidence=self._span(s), role=role,
                    english=english_label(nodes, body),
                )  # fmt: skip
        for s in nodes.values(node, "hasTargeting"):
            for who in nodes.values(s, "targetedPopulation"):
                yield PlanFact(
                    kind="population", key=who, label=chinese_label(nodes, who), evidence=self._span(s),
                    english=english_label(nodes, who),
                )  # fmt: skip
        for s in nodes.values(node, "hasInitiativeUse"):
            for what in nodes.values(s, "usedInitiative"):
                name = chinese_label(nodes, what)
                key = what if what.startswith(f"<{terms.ID}") else letters(name)  # as above
                yield PlanFact(kind="initiative", key=key, label=name, evidence=self._span(s))
        for s in (*nodes.values(node, "hasBracketField"), *nodes.values(node, "hasTimeLimit")):
            if day := nodes.first(s, "deadline"):
                yield PlanFact(kind="deadline", key="deadline", label=day, value=day, evidence=self._span(s))
        yield from self._indicators(node)

    def _indicators(self, node: str) -> Iterator[PlanFact]:
        nodes = self.nodes
        for s in nodes.values(node, "hasIndicatorTarget"):
            low, high = nodes.first(s, "targetValue"), nodes.first(s, "targetValueMax")
            unit = nodes.first(s, "unitText")
            name = nodes.first(s, "indicatorName")
            if not low or not name:
                continue
            value = _trim(low) + (f"–{_trim(high)}" if high else "") + unit
            comparator = nodes.first(nodes.first(s, "comparator"), NOTATION)
            yield PlanFact(kind="indicator", key=name, label=name, evidence=self._span(s), role=comparator, value=value)

    def _span(self, statement: str) -> str:
        return next(iter(self.nodes.values(statement, "evidence")), "")


def chinese_label(nodes: Index, node: str) -> str:
    """Return the Chinese label of a node, otherwise its wording or the last segment of its IRI."""
    return nodes.first(node, _LABEL) or nodes.first(node, _RDFS_LABEL) or terms.bare(node).rpartition("/")[2]


def english_label(nodes: Index, node: str) -> str:
    """Return the English label of a node, '' if it has none."""
    labels = (v for name in (_LABEL, _RDFS_LABEL) for v in nodes.values(node, name))
    return next((terms.lexical(v) for v in labels if v.endswith("@en")), "")


def year_of(text: str) -> int:
    """Return the first year in a text, 0 if there is none."""
    found = _YEAR.search(text)
    return int(found[0]) if found else 0


def _year(iso: str) -> int:
    return int(iso[:4]) if iso[:4].isdigit() else 0


def _trim(number: str) -> str:
    return number.removesuffix(".0")
