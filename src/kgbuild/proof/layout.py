"""The owner of each graph in a file: which graphs belong to a source text, and which are foreign.

The home of a source text is the graph with its asserted statements: the graph of its own name, one graph for several
texts, or the default graph of a flat file; only if a file has none of these may it be a graph of another name. Every
other graph is a vocabulary graph, the closure of a home, a graph that merely has a name of our scheme, or foreign.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.store import Index
from kgbuild.terms import TYPE, gplan, graph_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from kgbuild.model import Triple
    from kgbuild.store import Quad

VOCABULARY = f"<{terms.VOCABULARY_GRAPH}>"


class GraphLayout:
    """The graphs of a file.

    Args:
        quads: Terms in N-Triples syntax; the graph is `''` for the default graph.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        graphs: defaultdict[str, set[Triple]] = defaultdict(set)
        for s, p, o, g in quads:
            graphs[g].add((s, p, o))
        self._graphs = dict(graphs)

    @property
    def names(self) -> list[str]:
        """The sorted names of the graphs; `''` is the default graph."""
        return sorted(self._graphs)

    def graph(self, name: str) -> Set[Triple]:
        """Return the statements of a graph; none if it does not exist."""
        return self._graphs.get(name, frozenset())

    @cached_property
    def homes(self) -> dict[str, str]:
        """The home graph of each source text, by its node."""
        claimed: defaultdict[str, set[str]] = defaultdict(set)
        for name, triples in self._graphs.items():
            if name != VOCABULARY and not terms.is_inferred(name):
                for s, p, o in triples:
                    if p == TYPE and o == gplan("SourceText"):
                        claimed[s].add(name)
        homes = {}
        for text, names in sorted(claimed.items()):
            home = next((n for n in _own_names(text) if n in names), None)
            if home is not None:
                homes[text] = home
        if not homes:
            foreign = {t: sorted(n for n in names if not is_ours(n)) for t, names in claimed.items()}
            homes = {text: names[0] for text, names in sorted(foreign.items()) if names}
        return homes

    def texts_in(self, home: str) -> list[str]:
        """Return the source texts that share a home, sorted."""
        return [text for text, name in self.homes.items() if name == home]

    def inferred(self, text: str) -> str:
        """Return the name of the graph of inferred statements for the home of a source text."""
        named = terms.read_graph_name(self.homes[text])
        base, key = (named.base, named.key) if named else _base_and_key(text)
        return f"<{graph_name(base, key, 'inferred')}>"

    def needs_closure(self, text: str) -> bool:
        """Tell whether a source text must have an inferred graph; a flat file cannot have one."""
        return terms.part_of(self.homes[text]) is not None

    def is_ours(self, name: str) -> bool:
        """Tell whether a graph claims that kgbuild made it: names below `graph/` of the base of a text are reserved."""
        return is_ours(name) or any(name.startswith(f"<{base}graph/") for base in self._bases)

    def is_of_relations(self, name: str) -> bool:
        """Tell whether a graph has the name of the relations between the documents of a corpus."""
        return any(name == f"<{base}graph/relations>" for base in self._bases)

    def is_relation(self, node: str) -> bool:
        """Tell whether a node is a relation between documents."""
        return any(node.startswith(f"<{base}relation/") for base in self._bases)

    @cached_property
    def _bases(self) -> frozenset[str]:
        return frozenset(_base_and_key(text)[0] for text in self.homes)

    @cached_property
    def index(self) -> Index:
        """Index of the statements of all homes, with the slices of the vocabularies."""
        looked_at = {"", VOCABULARY, *self.homes.values()}
        return Index((*t, "") for name in looked_at for t in self.graph(name))


def is_ours(name: str) -> bool:
    """Tell whether the name of a graph claims that kgbuild made it; the default graph has no name."""
    return not name or name.startswith(f"<{terms.ID}graph/") or terms.part_of(name) is not None


def _base_and_key(text: str) -> tuple[str, str]:
    base, _, key = terms.bare(text).rpartition("text/")
    return base, key


def _own_names(text: str) -> list[str]:
    base, key = _base_and_key(text)
    return [f"<{graph_name(base, k, 'asserted')}>" for k in (key, "")] + [""]
