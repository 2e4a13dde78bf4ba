"""Quads in memory, queried by oxigraph.

The default graph is the union of all graphs as a *set*: a triple in two named graphs counts once (pyoxigraph's own
union counts it twice). Named graphs are accessible through GRAPH.

The union has a store of its own: in memory, oxigraph scans all quads of a node regardless of graph, so a second copy of
each triple would double query times. The store with named graphs is created for the first query that needs it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import InputError, Message
from kgbuild.store.guard import check_query, names_graphs, syntax_error
from kgbuild.store.queryable import Queryable
from kgbuild.store.reading import term_text
from kgbuild.store.values import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.store.reading import Quad


class Store(Queryable):
    """Quads in memory, ready for queries. The prefixes of `terms.PREFIXES` need no declaration.

    Args:
        quads: Quads with terms in N-Triples syntax, as returned by `read_quads`.
    """

    def __init__(self, quads: Iterable[Quad] = ()) -> None:
        self._union = ox.Store()
        self._named: list[Quad] = []
        self._whole: ox.Store | None = None
        self.add(quads)

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads; those of named graphs also join the default graph."""
        quads = list(quads)
        self._named += [quad for quad in quads if quad[3]]
        self._whole = None
        # Sorted insertion keeps the triples of a node adjacent in memory and can halve query times.
        union = sorted({f"{s} {p} {o} .\n" for s, p, o, _ in quads})
        self._union.bulk_load("".join(union).encode(), format=ox.RdfFormat.N_TRIPLES)

    def dump(self, *, named: bool = True) -> bytes:
        """Serialise the store, for `restore` in another process.

        Args:
            named: Include the named graphs, not only the union.
        """
        return (self._graphs() if named else self._union).dump(format=ox.RdfFormat.N_QUADS) or b""

    @classmethod
    def restore(cls, data: bytes) -> Store:
        """Return a store from the output of `dump`, for reading."""
        store = cls()
        store._union.bulk_load(data, format=ox.RdfFormat.N_QUADS)
        store._whole = store._union
        return store

    def __len__(self) -> int:
        return len(self._union)

    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query of any form; see `Queryable.answer`."""
        store = self._graphs() if self._named and names_graphs(query) else self._union
        return answer_of(store, query, limit=limit, remote=remote)

    def engine(self, *, named: bool = True) -> ox.Store:
        """Return the underlying engine, for this room only; see `kgbuild.store.served`.

        Args:
            named: Include the named graphs, not only the union.
        """
        return self._graphs() if named else self._union

    def _graphs(self) -> ox.Store:
        if self._whole is None:
            self._whole = ox.Store()
            self._whole.extend(self._union)
            self._whole.bulk_load(
                "".join(f"{' '.join(q)} .\n" for q in self._named).encode(), format=ox.RdfFormat.N_QUADS
            )
        return self._whole


def answer_of(store: ox.Store, query: str, *, limit: int | None, remote: bool) -> Answer:
    """Run a query on a store of oxigraph; arguments and errors as in `Queryable.answer`."""
    check_query(query, remote=remote)
    try:
        found = store.query(query, prefixes=terms.PREFIXES)
    except SyntaxError as e:
        raise syntax_error(e) from e
    except (OSError, RuntimeError) as e:
        if not remote:
            raise
        raise _unreached(e) from e
    return collect(found, limit=limit, remote=remote)


def collect(
    found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, *, limit: int | None, remote: bool = False
) -> Answer:
    """Collect results of oxigraph as terms.

    Args:
        found: The results.
        limit: Maximum number of rows; None = all.
        remote: Whether SERVICE was allowed, so that a failure may be that of another server.

    Raises:
        InputError: another server failed, or the answer contains a triple term of RDF 1.2.
    """
    if isinstance(found, ox.QueryBoolean):
        value = terms.literal(str(bool(found)).lower(), datatype=f"{terms.XSD}boolean")
        return Answer(columns=("boolean",), rows=((value,),))
    columns: tuple[str, ...] = ("subject", "predicate", "object")
    if isinstance(found, ox.QuerySolutions):
        columns = tuple(v.value for v in found.variables)
    rows: list[tuple[str | None, ...]] = []
    try:
        for row in islice(found, limit):
            rows.append(tuple(map(_cell, row)))  # noqa: PERF401 - see below
        truncated = limit is not None and len(rows) == limit and next(found, None) is not None
    except (OSError, RuntimeError) as e:
        if not remote:
            raise
        raise _unreached(e) from e
    except TypeError as e:
        cure = "ask for SUBJECT(?x), PREDICATE(?x) and OBJECT(?x)"
        raise InputError("the answer holds an RDF 1.2 triple term", where="query", cure=cure) from e
    finally:
        # No traceback frame may keep objects that only their own thread may drop.
        del found
    return Answer(columns=columns, rows=tuple(rows), truncated=truncated)


def _unreached(error: Exception) -> InputError:
    return InputError(
        Message("the query failed ({reason})", reason=error), where="query", cure="check the endpoint that it names"
    )


def _cell(term: object) -> str | None:
    if term is None:
        return None
    if isinstance(term, ox.Triple):
        raise TypeError(type(term).__name__)
    # The engine serialises terms as we do except for escapes, and faster.
    text = str(term)
    return text if "\\" not in text else term_text(term)


def to_nquads(quads: Iterable[Quad]) -> str:
    """Return quads as N-Quads; those of named graphs also in the default graph."""
    return "".join(f"{s} {p} {o} .\n{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n" for s, p, o, g in quads)
