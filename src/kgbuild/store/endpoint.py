"""Remote servers: the SPARQL 1.1 Protocol and the Graph Store Protocol over HTTP.

Requests to a busy server (503) are retried a few times within the deadline, with growing pauses or after the time that
the server asks for. For deadline, size limit and credentials see `kgbuild.store.http`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import Message
from kgbuild.store.guard import check_query, form_of
from kgbuild.store.http import Server
from kgbuild.store.memory import collect
from kgbuild.store.nesting import check_nesting
from kgbuild.store.queryable import Queryable
from kgbuild.store.reading import term_text
from kgbuild.store.values import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbuild.model import Triple
    from kgbuild.store.http import Response

_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_GRAPHS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_MEMBERS = {"head", "results", "boolean"}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")


def is_address(place: str) -> bool:
    """Distinguish an address, of any scheme, from a folder path.

    Example:
        >>> is_address("http://x/"), is_address("ftp://u:p@x/"), is_address("corpus.store")
        (True, True, False)
    """
    return _ADDRESS.match(place) is not None


class Endpoint(Queryable):
    """A SPARQL endpoint or graph store.

    Args:
        url: Address, http or https, without credentials.
        timeout: Seconds for each request, including retries.
        environ: Source of the credentials; None for the environment of the process.

    Raises:
        UsageError: the address has another scheme or contains credentials, or the token does not fit into a header.
        InputError: the address is malformed.
    """

    def __init__(self, url: str, *, timeout: float = 60.0, environ: Mapping[str, str] | None = None) -> None:
        self._server = Server(url, timeout=timeout, environ=os.environ if environ is None else environ)

    @property
    def address(self) -> str:
        """Its address for messages."""
        return self._server.address

    # -- SPARQL Protocol ------------------------------------------------------------------------------------------
    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query of any form; see `Queryable.answer`.

        Raises:
            InputError: the server does not answer, or not with results.
        """
        check_query(query, remote=remote)
        form = form_of(query)
        # Offered both, a server may send a graph as a table, so only the appropriate formats are requested.
        kinds = _GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else _RESULTS
        accept = ", ".join(f"{kind};q=0.{9 - i}" for i, kind in enumerate(kinds))
        response = self._server.send(
            "POST",
            "",
            urlencode({"query": with_prefixes(query)}).encode(),
            {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"},
        )
        wanted = _columns(with_prefixes(query)) if form == "SELECT" and not remote else None
        try:
            return _as_asked(self._read(response, limit=limit, ask=form == "ASK"), wanted)
        except (SyntaxError, ValueError, OSError, RuntimeError) as e:
            if (plain := _without_extras(response)) is not None:
                with contextlib.suppress(SyntaxError, ValueError):
                    return _as_asked(self._read(plain, limit=limit, ask=form == "ASK"), wanted)
            raise self._server.bad(Message("did not send what it promised ({reason})", reason=e)) from e

    def _read(self, response: Response, *, limit: int | None, ask: bool) -> Answer:
        check_nesting(response.body, is_xml="xml" in response.kind, is_json="json" in response.kind, name="the answer")
        if response.kind in _RESULTS:
            answer = collect(ox.parse_query_results(response.body, format=_RESULTS[response.kind]), limit=limit)
            return _as_boolean(answer) if ask else answer
        if response.kind in _GRAPHS:
            rows = tuple(_triples(response))
            cut = limit is not None and len(rows) > limit
            return Answer(columns=("subject", "predicate", "object"), rows=rows[:limit], truncated=cut)
        raise self._server.bad(Message("answers with {kind}", kind=response.kind or "nothing"))

    # -- Graph Store Protocol -------------------------------------------------------------------------------------
    def put_graph(self, name: str | None, triples: Iterable[Triple], *, patience: int = 0) -> None:
        """Replace a named graph, or the default graph if the name is None.

        Args:
            name: Name of the graph, without angle brackets.
            triples: Its triples.
            patience: Number of retries if the server is unreachable or fails.

        Raises:
            InputError: the server refuses or does not answer.
        """
        self.put_lines(name, _lines(triples), patience=patience)

    def put_lines(self, name: str | None, lines: bytes, *, patience: int = 0) -> None:
        """Replace a graph by N-Triples; see `put_graph`.

        Raises:
            InputError: the server refuses or does not answer.
        """
        self._server.send("PUT", _graph(name), lines, {"Content-Type": "application/n-triples"}, patience=patience)

    def add_to_graph(self, name: str | None, triples: Iterable[Triple]) -> None:
        """Add triples to a graph.

        Raises:
            InputError: the server refuses or does not answer.
        """
        self._server.send("POST", _graph(name), _lines(triples), {"Content-Type": "application/n-triples"})

    def delete_graph(self, name: str | None, *, patience: int = 0) -> None:
        """Delete a graph; it need not exist.

        Raises:
            InputError: the server refuses or does not answer.
        """
        self._server.send("DELETE", _graph(name), None, {}, allowed=(404,), patience=patience)

    def get_graph(self, name: str | None) -> list[Triple]:
        """Return the triples of a graph, sorted.

        Raises:
            InputError: there is none, or the server does not answer.
        """
        accept = {"Accept": "application/n-triples, text/turtle;q=0.8"}
        response = self._server.send("GET", _graph(name), None, accept)
        if response.kind not in _GRAPHS:
            raise self._server.bad(Message("answers with {kind}", kind=response.kind or "nothing"))
        try:
            return _triples(response)
        except (SyntaxError, ValueError) as e:
            raise self._server.bad(Message("did not send what it promised ({reason})", reason=e)) from e


def _columns(query: str) -> tuple[str, ...] | None:
    """Return the columns that a SELECT asks for; None where only the server knows how to read it."""
    try:
        found = ox.Store().query(query)
    except (SyntaxError, ValueError, OSError, RuntimeError):
        return None
    return tuple(v.value for v in found.variables) if isinstance(found, ox.QuerySolutions) else None


def _as_asked(answer: Answer, wanted: tuple[str, ...] | None) -> Answer:
    """Return an answer in the columns that were asked for, whatever their order.

    Raises:
        ValueError: one of them is missing.
    """
    if wanted is None or answer.columns == wanted:
        return answer
    if answer.rows and not set(wanted) <= set(answer.columns):
        raise ValueError("other columns than asked for")
    at = [answer.columns.index(name) for name in wanted] if answer.rows else []
    rows = tuple(tuple(row[i] for i in at) for row in answer.rows)
    return replace(answer, columns=wanted, rows=rows)


def _triples(response: Response) -> list[Triple]:
    check_nesting(response.body, is_xml="xml" in response.kind, name="the answer")
    quads = ox.parse(response.body, format=_GRAPHS[response.kind])
    return sorted({(term_text(q.subject), term_text(q.predicate), term_text(q.object)) for q in quads})


def _without_extras(response: Response) -> Response | None:
    """Strip non-standard members from a JSON answer, as sent by Comunica; None for any other answer."""
    if "json" not in response.kind:
        return None
    try:
        reply = json.loads(response.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(reply, dict) or reply.keys() <= _MEMBERS:
        return None
    kept = {name: reply[name] for name in reply if name in _MEMBERS}
    return replace(response, body=json.dumps(kept, ensure_ascii=False).encode())


def _lines(triples: Iterable[Triple]) -> bytes:
    """Return triples as N-Triples, sorted, each once."""
    return "".join(f"{s} {p} {o} .\n" for s, p, o in sorted(set(triples))).encode()


def _graph(name: str | None) -> str:
    return f"graph={quote(name, safe='')}" if name else "default"


def _as_boolean(answer: Answer) -> Answer:
    # Virtuoso 7 answers ASK with a table: one row with 1 for true, no row for false.
    if answer.columns == ("boolean",):
        return answer
    value = bool(answer.rows) and terms.lexical(answer.rows[0][0] or '""') in ("1", "true")
    term = terms.literal(str(value).lower(), datatype=f"{terms.XSD}boolean")
    return Answer(columns=("boolean",), rows=((term,),))


def with_prefixes(query: str) -> str:
    """Declare those of our prefixes that a query uses without declaring them, all on its first line.

    Example:
        >>> with_prefixes("ASK { ?a a gplan:Action }")
        'PREFIX gplan: <https://w3id.org/gplan/ontology#> ASK { ?a a gplan:Action }'
    """
    declared = set(re.findall(r"(?i)\bPREFIX\s+([\w.-]*):", query))
    bare = re.sub(r"<[^<>\s]*>", "<>", query)
    used = [p for p in terms.PREFIXES if p not in declared and re.search(rf"(?<![\w:?$]){p}:", bare)]
    return "".join(f"PREFIX {p}: <{terms.PREFIXES[p]}> " for p in used) + query
