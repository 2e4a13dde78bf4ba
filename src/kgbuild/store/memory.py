"""Quads in memory, asked by oxigraph.

The default graph is the union of all graphs as a *set*: a triple that stands in two named graphs is one triple
(pyoxigraph's own union counts it twice). The named graphs stay reachable by GRAPH.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import InputError, UsageError
from kgbuild.store.asked import Asked
from kgbuild.store.guard import check_query
from kgbuild.store.reading import term_text
from kgbuild.store.values import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.store.reading import Quad


class Store(Asked):
    """Quads in memory, ready for queries. The prefixes of `terms.PREFIXES` need no declaration.

    Args:
        quads: Quads with terms in N-Triples, as `read_quads` gives them.
    """

    def __init__(self, quads: Iterable[Quad] = ()) -> None:
        self._store = ox.Store()
        self.add(quads)

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads; those of named graphs join the default graph too."""
        self._store.bulk_load(lines_of(quads).encode(), format=ox.RdfFormat.N_QUADS)

    def dump(self) -> bytes:
        """Return all that the store holds, for `restore` in another process."""
        return self._store.dump(format=ox.RdfFormat.N_QUADS) or b""

    @classmethod
    def restore(cls, data: bytes) -> Store:
        """Return the store that `dump` was called on."""
        store = cls()
        store._store.bulk_load(data, format=ox.RdfFormat.N_QUADS)
        return store

    def __len__(self) -> int:
        return len(self._store)

    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query of any form; see `Asked.answer`."""
        return answer_of(self._store, query, limit=limit, remote=remote)


def answer_of(store: ox.Store, query: str, *, limit: int | None, remote: bool) -> Answer:
    """Run a query on a store of oxigraph; arguments and errors as in `Asked.answer`."""
    check_query(query, remote=remote)
    try:
        found = store.query(query, prefixes=terms.PREFIXES)
    except SyntaxError as e:
        raise _syntax_error(e) from e
    except (OSError, RuntimeError) as e:  # only SERVICE reaches out, and only where that is allowed
        raise InputError(f"the query failed ({e})", where="query", cure="check the endpoint that it names") from e
    return collect(found, limit=limit)


def collect(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, *, limit: int | None) -> Answer:
    """Return what oxigraph found as terms, at most `limit` rows."""
    if isinstance(found, ox.QueryBoolean):
        value = terms.literal(str(bool(found)).lower(), datatype=f"{terms.XSD}boolean")
        return Answer(columns=("boolean",), rows=((value,),))
    columns: tuple[str, ...] = ("subject", "predicate", "object")
    if isinstance(found, ox.QuerySolutions):
        columns = tuple(v.value for v in found.variables)
    try:
        rows = tuple(tuple(None if t is None else term_text(t) for t in row) for row in islice(found, limit))
        truncated = limit is not None and len(rows) == limit and next(found, None) is not None
    except (OSError, RuntimeError) as e:
        raise InputError(f"the query failed ({e})", where="query", cure="check the endpoint that it names") from e
    return Answer(columns=columns, rows=rows, truncated=truncated)


def lines_of(quads: Iterable[Quad]) -> str:
    """Return quads as N-Quads, those of named graphs in the default graph too."""
    return "".join(f"{s} {p} {o} .\n{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n" for s, p, o, g in quads)


def _syntax_error(error: SyntaxError) -> UsageError:
    match = re.match(r"error at (\d+):(\d+): (.*)", error.msg, re.DOTALL)
    place, what = (f"query, line {match[1]}, column {match[2]}", match[3]) if match else ("query", error.msg)
    short = " ".join(what.split())
    short = short if len(short) <= 160 else short[:159] + "…"
    return UsageError(f"syntax error, {short}", where=place, cure="mend the query")
