"""Head words of initiatives, national initiatives and regions: from the vocabulary to tables and finders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast, get_args

import ahocorasick_rs

from kgbuild import terms
from kgbuild.lexicon.skos import zh
from kgbuild.model import NamedType
from kgbuild.terms import ALT, BROAD_MATCH, HIDDEN, MEMBER, PREF, SCHEME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbuild.lexicon.borders import Borders
    from kgbuild.lexicon.turtle import Node

_TYPES: dict[str, NamedType] = {terms.code("type-" + t.replace("_", "-")): t for t in get_args(NamedType)}
_NOT_BEFORE = terms.gplan("notBefore")
_ROW = terms.code("heads-").removesuffix(">")


class Head(NamedTuple):
    """A head word: type of what it names, row of conditions, and continuations that make it another word."""

    type: NamedType
    row: str
    longer: tuple[str, ...] = ()


class InitiativeMatch(NamedTuple):
    """An initiative of the vocabulary at its position in a text."""

    start: int
    end: int
    name: str
    type: NamedType


class Region(NamedTuple):
    """The name of a place at its position in a text; `weak` if it is certain only at the start of a name."""

    start: int
    end: int
    weak: bool


def compile_initiatives(nodes: Mapping[str, Node]) -> dict[str, list[list[str]]]:
    """Compile heads, initiatives, regions and everyday words, each sorted.

    A head consists of word, type, row and continuations that make it another word; an initiative of wording, name and
    type.
    """
    rows = {member: _row(subject) for subject, node in nodes.items() for member in node.get(MEMBER, ())}
    heads = terms.code("initiative-heads")
    known = terms.code("known-initiatives")
    regions = terms.code("named-regions")
    everyday = terms.code("everyday-place-names")
    out: dict[str, list[list[str]]] = {"heads": [], "known": [], "regions": [], "everyday": []}
    for subject, node in nodes.items():
        schemes = node.get(SCHEME, ())
        if regions in schemes:
            out["regions"].append([zh(node, PREF)[0]])
        elif everyday in schemes:
            out["everyday"] += [[word] for word in zh(node, HIDDEN)]
        elif heads in schemes:
            longer = sorted(terms.lexical(o) for o in node.get(_NOT_BEFORE, ()))
            out["heads"].append([zh(node, PREF)[0], _type(node), rows.get(subject, ""), *longer])
        elif known in schemes:
            name = zh(node, PREF)[0]
            out["known"] += [[form, name, _type(node)] for form in (name, *zh(node, ALT))]
    return {key: sorted(table) for key, table in out.items()}


@dataclass(frozen=True, eq=False)
class Initiatives:
    """Lookups for the extraction of named things: heads by word, initiatives and places in a text."""

    tables: Mapping[str, list[list[str]]]
    places: Mapping[str, bool]
    """Name of a place → whether it is only the short name of a county or district."""
    borders: Borders

    @cached_property
    def everyday(self) -> frozenset[str]:
        """Names of places that are also everyday words."""
        return frozenset(word for (word,) in self.tables["everyday"])

    @cached_property
    def heads(self) -> dict[str, Head]:
        """Head word → type and row."""
        return {
            word: Head(cast("NamedType", kind), row, tuple(longer)) for word, kind, row, *longer in self.tables["heads"]
        }

    def known(self, text: str) -> list[InitiativeMatch]:
        """Return the initiatives named in a text, leftmost-longest."""
        found = self._known.find_matches_as_indexes(text)
        rows = self.tables["known"]
        return [
            InitiativeMatch(start, end, name, cast("NamedType", kind))
            for i, start, end in found
            for _, name, kind in (rows[i],)
        ]

    def regions(self, text: str) -> list[Region]:
        """Return the places and regions named in a text, leftmost-longest."""
        automaton, weak = self._regions
        return [Region(start, end, weak[i]) for i, start, end in self.borders.find(automaton, text)]

    def head_words(self, text: str) -> list[tuple[int, int, str]]:
        """Return all head words in a text, including overlapping ones."""
        automaton, words = self._heads
        return [(start, end, words[i]) for i, start, end in automaton.find_matches_as_indexes(text, overlapping=True)]

    @cached_property
    def _heads(self) -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
        words = list(self.heads)
        return ahocorasick_rs.AhoCorasick(words, store_patterns=False), words

    @cached_property
    def _known(self) -> ahocorasick_rs.AhoCorasick:
        return _automaton(wording for wording, _, _ in self.tables["known"])

    @cached_property
    def _regions(self) -> tuple[ahocorasick_rs.AhoCorasick, list[bool]]:
        weak = {form: short for form, short in self.places.items() if len(form) > 1 and form not in self.everyday}
        weak |= {region: False for (region,) in self.tables["regions"]}
        return _automaton(weak), list(weak.values())


def _automaton(words: Iterable[str]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(
        list(words), matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST, store_patterns=False
    )


def type_of(concept: str) -> NamedType:
    """Return the type of named thing that a code denotes."""
    return _TYPES[concept]


def _type(node: Node) -> NamedType:
    return type_of(node[BROAD_MATCH][0])


def _row(subject: str) -> str:
    return subject.removeprefix(_ROW).removesuffix(">")
