"""A graph by subject, predicate and object, as the rooms of proof look at it; inferred graphs are left out."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.model import Span
from kgbuild.terms import gplan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TYPE = f"<{terms.RDF}type>"


def bare(term: str) -> str:
    """Return an IRI without angle brackets, any other term as it is."""
    return term[1:-1] if term.startswith("<") else term


def term(name: str) -> str:
    """Return a term: a full IRI as it is, a local name as one of our ontology."""
    return name if name.startswith("<") else gplan(name)


class Nodes:
    """Values by subject and property."""

    def __init__(self, quads: Iterable[tuple[str, str, str, str]]) -> None:
        self._values: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._subjects: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._of: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for s, p, o, g in quads:
            if not g.endswith("/inferred>"):
                self._values[s, p].add(o)
                self._subjects[p, o].add(s)
        for (s, p), objects in self._values.items():
            self._of[p] += [(s, o) for o in objects]

    def of_type(self, name: str) -> set[str]:
        """Return the instances of a class."""
        return self._subjects.get((TYPE, gplan(name)), set())

    def values(self, node: str, name: str) -> list[str]:
        """Return the values of a property, sorted."""
        return sorted(self._values.get((node, term(name)), ()))

    def subjects(self, name: str, value: str) -> list[str]:
        """Return the nodes that have a value, sorted."""
        return sorted(self._subjects.get((term(name), value), ()))

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """Return all subjects and objects of a property, sorted."""
        return sorted(self._of.get(term(name), ()))

    def text(self, node: str, name: str) -> str | None:
        """Return the characters of the only value, None without one or with several."""
        values = self.values(node, name)
        return terms.lexical(values[0]) if len(values) == 1 and values[0].startswith('"') else None

    def number(self, node: str, name: str) -> int | None:
        """Return the only value as a number from 0, None where it is none."""
        text = self.text(node, name)
        return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else None

    def place(self, span: str) -> Span | None:
        """Return the offsets of a span node, None where they are no offsets."""
        start, end = self.number(span, "startOffset"), self.number(span, "endOffset")
        return Span(start, end) if start is not None and end is not None and start < end else None

    @cached_property
    def _by_text(self) -> dict[str, list[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for node, span in self._of.get(gplan("evidence"), ()):
            for text in self._values.get((span, gplan("inSource")), ()):
                found[text].add(node)
        return {text: sorted(nodes) for text, nodes in found.items()}

    def standing_in(self, text: str, kind: str = "") -> list[str]:
        """Return the nodes with evidence in a source text, sorted; `kind` is a class, '' for all."""
        found = self._by_text.get(text, [])
        if not kind:
            return found
        wanted = gplan(kind)
        return [n for n in found if wanted in self._values.get((n, TYPE), ())]

    def has(self, node: str, name: str, value: str) -> bool:
        """Tell whether a statement stands in the graph."""
        return value in self._values.get((node, term(name)), ())

    def places(self, node: str, text: str, name: str = "evidence") -> list[Span]:
        """Return where a node stands in a source text, in reading order."""
        spans = [s for s in self.values(node, name) if self.values(s, "inSource") == [text]]
        return sorted(p for s in spans if (p := self.place(s)) is not None)

    def all_terms(self) -> Iterator[tuple[str, str]]:
        """Yield subject and object of every statement."""
        for (s, _), objects in self._values.items():
            yield from ((s, o) for o in objects)
