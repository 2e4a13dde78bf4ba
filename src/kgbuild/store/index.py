"""An in-memory index of a graph by subject, predicate and object, shared by all rooms that look nodes up.

Takes quads, without inferred graphs. Guarantees: every list is sorted, so that nothing depends on the order of a file;
the cost of a lookup is proportional to its answer. Our own properties are given by local name (`"evidence"`), others by
their full term.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.model import Span
from kgbuild.terms import TYPE, gplan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from kgbuild.store.reading import Quad

_MOST_DIGITS = 18
"""Maximum number of digits of an offset; longer numbers are not offsets, and would be slow to parse."""


def offset_of(text: str) -> int | None:
    """Return a text as a non-negative integer; None if it is not one, whatever a file or a server may hold.

    Example:
        >>> offset_of("12"), offset_of("-1"), offset_of("9" * 5000)
        (12, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


class Index:
    """Values by subject and property, and the inverse.

    Args:
        quads: Terms in N-Triples syntax; the graph is `''` for the default graph.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        # By property, then by node: a graph has few properties, and most nodes have one value of each.
        self._tables: defaultdict[str, dict[str, tuple[str, ...] | set[str]]] = defaultdict(dict)
        self._inverse: dict[str, dict[str, list[str]]] = {}
        self._pairs: dict[str, list[tuple[str, str]]] = {}
        self._instances: dict[str, frozenset[str]] = {}
        is_inferred = cache(terms.is_inferred)  # a file has few graphs but many statements
        for s, p, o, g in quads:
            if is_inferred(g):
                continue
            table = self._tables[p]
            known = table.get(s)
            if known is None:
                table[s] = (o,)
            elif isinstance(known, set):
                known.add(o)
            elif o not in known:
                table[s] = {*known, o}

    def _get(self, node: str, predicate: str) -> Collection[str]:
        table = self._tables.get(predicate)
        return () if table is None else table.get(node, ())

    @cached_property
    def _owners(self) -> dict[str, list[tuple[str, str]]]:
        found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for p, table in self._tables.items():
            for s, objects in table.items():
                for o in objects:
                    if o.startswith("<"):
                        found[o].append((s, p))
        return {o: sorted(owners) for o, owners in found.items()}

    @cached_property
    def _by_text(self) -> dict[str, list[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for node, span in self.pairs("evidence"):
            for text in self._get(span, gplan("inSource")):
                found[text].add(node)
        return {text: sorted(nodes) for text, nodes in found.items()}

    @cached_property
    def _proofs(self) -> dict[tuple[str, str], list[str]]:
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for name in ("mentionOf", "mentionIn"):  # a relation is proved by a mention of, or in, its subject
            for mention, node in self.pairs(name):
                for proved in self._get(mention, gplan("proves")):
                    found[node, proved].add(mention)
        return {key: sorted(mentions) for key, mentions in found.items()}

    # -- one statement ----------------------------------------------------------------------------
    def has(self, node: str, name: str, value: str) -> bool:
        """Tell whether the graph contains a statement; `name` is the local name of a property of ours."""
        return value in self._get(node, _term(name))

    def values(self, node: str, name: str) -> list[str]:
        """Return the values of a property."""
        return _sorted(self._get(node, _term(name)))

    def subjects(self, name: str, value: str) -> list[str]:
        """Return the nodes with a value."""
        predicate = _term(name)
        inverse = self._inverse.get(predicate)
        if inverse is None:
            found: defaultdict[str, list[str]] = defaultdict(list)
            for s, objects in self._tables.get(predicate, {}).items():
                for o in objects:
                    found[o].append(s)
            inverse = self._inverse[predicate] = {o: _sorted(subjects) for o, subjects in found.items()}
        return inverse.get(value, [])

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """Return all (subject, object) pairs of a property."""
        predicate = _term(name)
        pairs = self._pairs.get(predicate)
        if pairs is None:
            table = self._tables.get(predicate, {})
            pairs = self._pairs[predicate] = sorted((s, o) for s, objects in table.items() for o in objects)
        return pairs

    def of_type(self, name: str) -> frozenset[str]:
        """Return the instances of a class of ours."""
        if name not in self._instances:
            self._instances[name] = frozenset(self.subjects(TYPE, gplan(name)))
        return self._instances[name]

    def owners(self, node: str) -> list[tuple[str, str]]:
        """Return the statements that refer to a node, as (subject, property)."""
        return self._owners.get(node, [])

    def all_terms(self) -> Iterator[tuple[str, str]]:
        """Yield subject and object of every statement."""
        for table in self._tables.values():
            for s, objects in table.items():
                yield from ((s, o) for o in objects)

    # -- what a value says ------------------------------------------------------------------------
    def first(self, node: str, name: str) -> str:
        """Return the first value, Chinese ones first: lexical form or IRI; '' if there is none."""
        values = self.values(node, name)
        value = next((v for v in values if v.endswith("@zh")), values[0] if values else "")
        return terms.lexical(value) if value.startswith('"') else value

    def text(self, node: str, name: str) -> str | None:
        """Return the lexical form of the only value; None if there is none or several."""
        values = self.values(node, name)
        is_one = len(values) == 1 and values[0].startswith('"')
        return terms.lexical(values[0]) if is_one else None

    def number(self, node: str, name: str) -> int | None:
        """Return the only value as a non-negative integer; None if it is not one."""
        return offset_of(self.text(node, name) or "")

    # -- evidence ---------------------------------------------------------------------------------
    def place(self, span: str) -> Span | None:
        """Return the offsets of a span node in code points; None if they are invalid."""
        start, end = self.number(span, "startOffset"), self.number(span, "endOffset")
        return Span(start, end) if start is not None and end is not None and start < end else None

    def places(self, node: str, text: str, name: str = "evidence") -> list[Span]:
        """Return the spans in a source text (a node) to which a property of a node leads, in reading order."""
        spans = [s for s in self.values(node, name) if self.values(s, "inSource") == [text]]
        return sorted(p for s in spans if (p := self.place(s)) is not None)

    def standing_in(self, text: str, kind: str = "") -> list[str]:
        """Return the nodes with evidence in a source text; `kind` is a class of ours, '' for all."""
        found = self._by_text.get(text, [])
        return [n for n in found if self.has(n, TYPE, gplan(kind))] if kind else found

    def mentions(self, node: str) -> list[str]:
        """Return the mentions of a node."""
        return self.subjects("mentionOf", node)

    def proofs(self, node: str, name: str) -> list[str]:
        """Return the mentions of a node, or within it, that prove one of its properties."""
        return self._proofs.get((node, _term(name)), [])


def _sorted(values: Collection[str]) -> list[str]:
    """Sort values, of which there is mostly one or none."""
    return sorted(values) if len(values) > 1 else list(values)


def _term(name: str) -> str:
    """Return a full term unchanged, a local name as a term of our ontology."""
    return name if name.startswith("<") else gplan(name)
