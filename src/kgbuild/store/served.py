"""A store behind a server: results are streamed in the SPARQL formats as they are found.

Graphs may be named in a query by FROM, or in the request, as the SPARQL protocol allows. Oxigraph interprets them as
its own graphs: unknown ones are empty, and nothing is fetched. SERVICE and updates are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, cast

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import InputError, Message, UsageError
from kgbuild.store.disk import DiskStore
from kgbuild.store.guard import check_query, names_graphs, syntax_error
from kgbuild.store.memory import Store, answer_of
from kgbuild.store.queryable import Queryable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

    from kgbuild.model import Triple
    from kgbuild.store.values import Answer

RowsFormat = Literal["json", "xml", "csv", "tsv"]
GraphFormat = Literal["ttl", "nt", "jsonld", "rdf", "nq", "trig"]
_ROWS: dict[str, ox.QueryResultsFormat] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS: dict[str, ox.RdfFormat] = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
_PREFIXED = ("ttl", "rdf", "trig")
_SMALLEST_ROW = 2
"""Minimum number of bytes of a row in any format: the line end in CSV."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a request specifies besides its query.

    Attributes:
        default: Graphs that form the default graph.
        named: Graphs accessible through GRAPH; if both are empty, the query and the store decide.
        base: Base for relative IRIs in the query, '' for none.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    base: str = ""

    def __bool__(self) -> bool:
        return bool(self.default or self.named)


class _Counted:
    """A stream that counts the bytes written to it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self.size = out, 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()


class Served(Queryable):
    """A store on disk, or a store in memory restored from two dumps.

    Args:
        union: The store whose default graph is the union of all graphs.
        named: The store that also holds the named graphs; None if it is the same.
    """

    def __init__(self, union: Store | DiskStore, named: Store | DiskStore | None = None) -> None:
        self._union, self._named = union, named or union

    @classmethod
    def on_disk(cls, path: Path) -> Served:
        """Open a store on disk whose files have already been verified.

        Raises:
            InputError: there is none.
        """
        return cls(DiskStore(path, compare=False))

    @classmethod
    def in_memory(cls, union: bytes, named: bytes) -> Served:
        """Restore a store in memory from its dumps without and with named graphs."""
        return cls(Store.restore(union), Store.restore(named))

    def stamp(self) -> str:
        """Return the name of the version of a store on disk, '' for one in memory."""
        return self._union.stamp() if isinstance(self._union, DiskStore) else ""

    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query of any form; see `Queryable.answer`."""
        return answer_of(self._engine(query), query, limit=limit, remote=remote)

    def _engine(self, query: str) -> ox.Store:
        return self._named.engine() if names_graphs(query) else self._union.engine(named=False)

    def write_answer(self, query: str, out: IO[bytes], *, form: str, scope: Scope, most: int) -> None:
        """Run a query of any form and write its result.

        Args:
            query: The query; FROM refers to graphs of this store.
            out: Output stream.
            form: One of `RowsFormat` for SELECT and ASK, of `GraphFormat` without nq and trig for the others.
            scope: Graphs that override those of the query, and the base.
            most: Maximum number of rows.

        Raises:
            UsageError: a syntax error, SERVICE, an update, or a format of the wrong kind.
            InputError: there are more rows, which is noticed while writing.
        """
        check_query(query, graphs=True)
        engine = self._named.engine() if scope else self._engine(query)
        found = _asked(engine, query, scope)
        counted = _Counted(out)
        stream = cast("IO[bytes]", counted)
        if isinstance(found, ox.QueryTriples):
            _known(form, _GRAPHS)
            ox.serialize(found, stream, _GRAPHS[form], prefixes=terms.PREFIXES if form in _PREFIXED else None)
        else:
            _known(form, _ROWS)
            found.serialize(stream, _ROWS[form])
        # Only a long answer can have too many rows; the engine does not count, so the query is run again.
        if isinstance(found, ox.QueryBoolean) or counted.size < _SMALLEST_ROW * most:
            return
        rows = cast("Iterator[object]", _asked(engine, query, scope))
        if next(islice(rows, most, None), None) is not None:
            raise InputError(
                Message("the answer has more than {most:,} rows", most=most), where="query", cure="add a LIMIT"
            )

    def write_lookup(self, query: str, out: IO[bytes], *, form: str, base: str) -> None:
        """Write the result of a query that `is_lookup` accepts, which holds nothing that `write_answer` must refuse.

        Args:
            query: The query.
            out: Output stream; it bounds the answer.
            form: One of `RowsFormat`.
            base: Base for relative IRIs in the query.

        Raises:
            UsageError: a syntax error.
        """
        found = _asked(self._union.engine(named=False), query, Scope(base=base))
        cast("ox.QuerySolutions", found).serialize(out, _ROWS[form])

    def write_graph(self, out: IO[bytes], *, form: str, name: str | None) -> None:
        """Write a graph.

        Args:
            out: Output stream.
            form: One of `GraphFormat`.
            name: Its IRI; None for the default graph, the union of all; `nq` and `trig` write all graphs.

        Raises:
            InputError: there is no such graph.
        """
        if form in ("nq", "trig"):
            self._named.engine().dump(out, _GRAPHS[form], prefixes=terms.PREFIXES if form == "trig" else None)
            return
        graph: ox.DefaultGraph | ox.NamedNode = ox.DefaultGraph()
        engine = self._union.engine(named=False)
        if name is not None:
            graph, engine = _node(name), self._named.engine()
            if not engine.contains_named_graph(graph):
                raise InputError("there is no such graph", where="graph", cure="ask SELECT DISTINCT ?g { GRAPH ?g {} }")
        engine.dump(out, _GRAPHS[form], from_graph=graph, prefixes=terms.PREFIXES if form in _PREFIXED else None)


def _known(form: str, formats: dict[str, ox.QueryResultsFormat] | dict[str, ox.RdfFormat]) -> None:
    if form not in formats:
        raise UsageError(
            Message("is not written as {form}", form=form),
            where="the answer",
            cure=Message("use one of: {names}", names=", ".join(formats)),
        )


def _node(name: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(name)
    except ValueError as e:
        raise UsageError(
            Message("is not an IRI ({reason})", reason=e), where="a graph", cure="give an absolute IRI"
        ) from e


def _asked(store: ox.Store, query: str, scope: Scope) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    try:
        if not scope:
            return store.query(query, prefixes=terms.PREFIXES, base_iri=scope.base or None)
        return store.query(
            query,
            prefixes=terms.PREFIXES,
            base_iri=scope.base or None,
            default_graph=[_node(name) for name in scope.default],
            named_graphs=[_node(name) for name in scope.named],
        )
    except SyntaxError as e:
        raise syntax_error(e) from e


def write_triples(triples: Iterable[Triple], out: IO[bytes], form: str, *, prefixes: Mapping[str, str]) -> None:
    """Write triples in a graph format.

    Args:
        triples: Terms in N-Triples.
        out: Where to write.
        form: One of `GraphFormat`.
        prefixes: Namespaces by prefix.
    """
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
    parsed = ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    ox.serialize(
        (quad.triple for quad in parsed), out, _GRAPHS[form], prefixes=dict(prefixes) if form in _PREFIXED else None
    )
