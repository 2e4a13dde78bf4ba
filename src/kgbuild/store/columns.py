"""The index of a graph in columns, which halves these instead of holding tables where the graph is large."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kgbuild.graph.halved import Halved, turned
from kgbuild.graph.triples import LARGE
from kgbuild.store.index import Index, _term

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kgbuild.graph.triples import Triples


def index_of(triples: Triples) -> Index:
    """Return the index of a graph, with small look-up tables where it is large."""
    return ColumnIndex(triples) if len(triples) > LARGE else Index((s, p, o, "") for s, p, o in triples)


class ColumnIndex(Index):
    """Says what `Index` says. Only a property that is asked backward gets a table, sorted by its values.

    Args:
        triples: The graph, whose columns are not copied.
    """

    def __init__(self, triples: Triples) -> None:
        super().__init__(())
        self._columns = {name: Halved(*column, {}) for name, column in triples.columns.items()}
        self._triples = triples
        self._turned: dict[str, Halved] = {}

    def _get(self, node: str, predicate: str) -> Collection[str]:
        column = self._columns.get(predicate)
        return () if column is None else column.get(node, ())

    def _backward(self, predicate: str) -> Halved | None:
        table = self._turned.get(predicate)
        column = self._triples.columns.get(predicate)
        if table is None and column is not None:
            table = self._turned[predicate] = Halved(*turned(*column), {})
        return table

    @cached_property
    def _links(self) -> list[str]:
        """The properties that lead to nodes."""
        columns = self._triples.columns.items()
        return [name for name, column in columns if any(o.startswith("<") for o in column.objects)]

    def subjects(self, name: str, value: str) -> list[str]:
        """Return the nodes with a value."""
        table = self._backward(_term(name))
        return [] if table is None else list(table.get(value, ()))

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """Return all (subject, object) pairs of a property."""
        column = self._triples.columns.get(_term(name))
        return [] if column is None else list(zip(*column, strict=True))

    def all_terms(self) -> Iterator[tuple[str, str]]:
        """Yield subject and object of every statement."""
        return ((s, o) for s, _, o in self._triples)

    def owners(self, node: str) -> list[tuple[str, str]]:
        """Return the statements that refer to a node, as (subject, property)."""
        if not node.startswith("<"):
            return []
        tables = ((name, self._backward(name)) for name in self._links)
        return sorted((s, name) for name, table in tables if table is not None for s in table.get(node, ()))
