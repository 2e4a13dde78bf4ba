"""Head words of named undertakings, initiatives of the whole country, regions: vocabulary → tables and finders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast, get_args

import ahocorasick_rs

from kgbuild import terms
from kgbuild.model import NamedType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbuild.lexicon.turtle import Node

_SCHEME = f"<{terms.SKOS}inScheme>"
_PREF = f"<{terms.SKOS}prefLabel>"
_ALT = f"<{terms.SKOS}altLabel>"
_MEMBER = f"<{terms.SKOS}member>"
_BROAD = f"<{terms.SKOS}broadMatch>"
_TYPES: dict[str, NamedType] = {terms.code("type-" + t.replace("_", "-")): t for t in get_args(NamedType)}
_ROW = terms.code("heads-").removesuffix(">")
# Short names of counties that are everyday words: they name a place only with 县, 市 or 区 behind them.
_WORDS = frozenset(
    (
        "资源|合作|和平|南部|解放|东方|前进|港口|公安|友好|共和|城中|平安|中方|安定|延长|光明|"
        "新兴|运河|万年|东风|光泽|南岸|大理|城北|会同|工农|大名|富裕|清水|前锋|复兴|长子|清新|"
        "宏伟|平定|太和|三元|振兴|大方|新华|建平|威信|平和|名山|建华|大观|建安|永和|台前|丰满|"
        "永新|保康|高台|无为|民权|小店|同心|平房|灯塔|天涯|七星|海棠|回民|江岸|安居|黑水|鼓楼|"
        "麒麟|新民|富民|清流|老城|爱民|新星|上高|和顺|天台|开化|天元|方山|兴化|民乐|兴业|铜鼓|"
        "大安|三台|路南|市北|永年|市南|永定|安化|平利|平远|路北|友谊|民主|新区|城区|城关|郊区|"
        "矿区|高新|开发|交口|河口|江口|西区|东区|中山|朝阳|南山|长安|安宁|新建|新城|建设|胜利|"
        "团结|红旗|向阳|双流|大通|通道|海港|海安|比如|双桥|永福|滨海"
    ).split("|")
)


class Head(NamedTuple):
    """A head word: the type of what it names, and the row of conditions for its names."""

    type: NamedType
    row: str


class Known(NamedTuple):
    """An initiative of the vocabulary where it stands in a text."""

    start: int
    end: int
    name: str
    type: NamedType


class Region(NamedTuple):
    """The name of a place where it stands in a text; `weak` if only its start of a name makes it sure."""

    start: int
    end: int
    weak: bool


def compile_initiatives(nodes: Mapping[str, Node]) -> dict[str, list[list[str]]]:
    """Return heads (word, type, row), initiatives (wording, name, type) and regions (name), each sorted."""
    rows = {member: _row(subject) for subject, node in nodes.items() for member in node.get(_MEMBER, ())}
    heads = terms.code("initiative-heads")
    known = terms.code("known-initiatives")
    regions = terms.code("named-regions")
    out: dict[str, list[list[str]]] = {"heads": [], "known": [], "regions": []}
    for subject, node in nodes.items():
        schemes = node.get(_SCHEME, ())
        if regions in schemes:
            out["regions"].append([_zh(node, _PREF)[0]])
        elif heads in schemes:
            out["heads"].append([_zh(node, _PREF)[0], _type(node), rows.get(subject, "")])
        elif known in schemes:
            name = _zh(node, _PREF)[0]
            out["known"] += [[form, name, _type(node)] for form in (name, *_zh(node, _ALT))]
    return {key: sorted(table) for key, table in out.items()}


@dataclass(frozen=True, eq=False)
class Initiatives:
    """What the extraction of named things asks: heads by word; initiatives and places in a text."""

    tables: Mapping[str, list[list[str]]]
    places: Mapping[str, bool]
    """Wording of a place → whether it is only the short name of a county or district."""

    @cached_property
    def heads(self) -> dict[str, Head]:
        """Head word → type and row."""
        return {word: Head(cast("NamedType", kind), row) for word, kind, row in self.tables["heads"]}

    def known(self, text: str) -> list[Known]:
        """Return the initiatives of the vocabulary that a text names, leftmost-longest."""
        found = self._known.find_matches_as_indexes(text)
        rows = self.tables["known"]
        return [Known(start, end, rows[i][1], cast("NamedType", rows[i][2])) for i, start, end in found]

    def regions(self, text: str) -> list[Region]:
        """Return the places and regions that a text names, leftmost-longest."""
        automaton, weak = self._regions
        return [Region(start, end, weak[i]) for i, start, end in automaton.find_matches_as_indexes(text)]

    def head_words(self, text: str) -> list[tuple[int, int, str]]:
        """Return every head word of a text, overlapping ones too."""
        automaton, words = self._heads
        return [(start, end, words[i]) for i, start, end in automaton.find_matches_as_indexes(text, overlapping=True)]

    @cached_property
    def _heads(self) -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
        words = list(self.heads)
        return ahocorasick_rs.AhoCorasick(words, store_patterns=False), words

    @cached_property
    def _known(self) -> ahocorasick_rs.AhoCorasick:
        return _automaton(row[0] for row in self.tables["known"])

    @cached_property
    def _regions(self) -> tuple[ahocorasick_rs.AhoCorasick, list[bool]]:
        weak = {form: short for form, short in self.places.items() if len(form) > 1 and form not in _WORDS}
        weak |= {row[0]: False for row in self.tables["regions"]}
        return _automaton(weak), list(weak.values())


def _automaton(words: Iterable[str]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(
        list(words), matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST, store_patterns=False
    )


def _type(node: Node) -> NamedType:
    return _TYPES[node[_BROAD][0]]


def _row(subject: str) -> str:
    return subject.removeprefix(_ROW).removesuffix(">")


def _zh(node: Node, predicate: str) -> list[str]:
    return [terms.lexical(o) for o in node.get(predicate, ()) if o.endswith("@zh")]
