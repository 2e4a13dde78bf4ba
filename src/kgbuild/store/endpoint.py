"""Another machine that answers: the SPARQL 1.1 Protocol and the Graph Store Protocol over HTTP.

The client is `urllib.request` of the standard library: no proxy of content, no cookie, and here no redirect, which
would carry the credentials elsewhere. A server that is busy (503) or away is asked again, a few times, with growing
pauses or as long as it says.

Credentials come from the environment and from nowhere else: KGBUILD_ENDPOINT_TOKEN (bearer), or
KGBUILD_ENDPOINT_USER and KGBUILD_ENDPOINT_PASSWORD (basic, or digest where the server asks for it).
"""

from __future__ import annotations

import os
import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import InputError, UsageError
from kgbuild.store.asked import Asked
from kgbuild.store.guard import check_query, form_of
from kgbuild.store.memory import collect
from kgbuild.store.reading import term_text
from kgbuild.store.values import Answer
from kgbuild.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.message import Message
    from typing import IO

    from kgbuild.model import Triple

_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}
_GRAPHS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_RETRIES = 3
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Response:
    status: int
    kind: str
    body: bytes


class Endpoint(Asked):
    """A SPARQL endpoint, or a graph store.

    Args:
        url: Address, http or https, without credentials.
        timeout: Seconds that the server may be silent.
        environ: Where the credentials stand; None for the environment of the process.

    Raises:
        UsageError: the address is none, or holds credentials.
    """

    def __init__(self, url: str, *, timeout: float = 60.0, environ: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url[:80]!r} is no address", where="--endpoint", cure="give http://… or https://…")
        if parts.username or parts.password:
            cure = "set KGBUILD_ENDPOINT_USER and KGBUILD_ENDPOINT_PASSWORD"
            raise UsageError("the address holds credentials", where="--endpoint", cure=cure)
        self.url = url
        self.timeout = timeout
        credentials = os.environ if environ is None else environ
        self._headers = {"User-Agent": f"kgbuild/{__version__}", **_authorization(credentials)}
        self._opener = urllib.request.build_opener(_NoRedirect, *_on_challenge(url, credentials))

    # -- SPARQL Protocol ------------------------------------------------------------------------------------------
    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query of any form; see `Asked.answer`.

        Raises:
            InputError: the server does not answer, or not with results.
        """
        check_query(query, remote=remote)
        form = form_of(query)
        # A server that is offered both forms may send a graph as a table, so only what fits is asked for.
        kinds = _GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else _RESULTS
        accept = ", ".join(f"{kind};q=0.{9 - i}" for i, kind in enumerate(kinds))
        response = self._send(
            "POST",
            self.url,
            urlencode({"query": with_prefixes(query)}).encode(),
            {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"},
        )
        try:
            return self._read(response, limit=limit, ask=form == "ASK")
        except (SyntaxError, ValueError) as e:
            raise self._bad(f"did not send what it promised ({e})") from e

    def _read(self, response: _Response, *, limit: int | None, ask: bool) -> Answer:
        if response.kind in _RESULTS:
            answer = collect(ox.parse_query_results(response.body, format=_RESULTS[response.kind]), limit=limit)
            return _as_boolean(answer) if ask else answer
        if response.kind in _GRAPHS:
            triples = {(term_text(q.subject), term_text(q.predicate), term_text(q.object))
                       for q in ox.parse(response.body, format=_GRAPHS[response.kind])}  # fmt: skip
            rows = tuple(sorted(triples))
            cut = limit is not None and len(rows) > limit
            return Answer(columns=("subject", "predicate", "object"), rows=rows[:limit], truncated=cut)
        raise self._bad(f"answers with {response.kind or 'nothing'}")

    # -- Graph Store Protocol -------------------------------------------------------------------------------------
    def put_graph(self, name: str | None, triples: Iterable[Triple]) -> None:
        """Put triples in place of a named graph, None for the default graph.

        Raises:
            InputError: the server refuses or does not answer.
        """
        body = "".join(f"{s} {p} {o} .\n" for s, p, o in sorted(set(triples))).encode()
        self._send("PUT", self._graph_url(name), body, {"Content-Type": "application/n-triples"})

    def delete_graph(self, name: str | None) -> None:
        """Delete a graph; one that is not there is no error.

        Raises:
            InputError: the server refuses or does not answer.
        """
        self._send("DELETE", self._graph_url(name), None, {}, allowed=(404,))

    def get_graph(self, name: str | None) -> list[Triple]:
        """Return the triples of a graph, sorted.

        Raises:
            InputError: there is none, or the server does not answer.
        """
        response = self._send(
            "GET", self._graph_url(name), None, {"Accept": "application/n-triples, text/turtle;q=0.8"}
        )
        if response.kind not in _GRAPHS:
            raise self._bad(f"answers with {response.kind or 'nothing'}")
        quads = ox.parse(response.body, format=_GRAPHS[response.kind])
        return sorted({(term_text(q.subject), term_text(q.predicate), term_text(q.object)) for q in quads})

    def _graph_url(self, name: str | None) -> str:
        sign = "&" if urlsplit(self.url).query else "?"
        return f"{self.url}{sign}" + (f"graph={quote(name, safe='')}" if name else "default")

    # -- HTTP -----------------------------------------------------------------------------------------------------
    def _send(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, allowed: tuple[int, ...] = ()
    ) -> _Response:
        request = urllib.request.Request(url, data=body, headers={**self._headers, **headers}, method=method)  # noqa: S310 - the scheme was checked
        for attempt in range(_RETRIES + 1):
            last = attempt == _RETRIES
            try:
                with self._opener.open(request, timeout=self.timeout) as response:
                    kind = response.headers.get_content_type()
                    return _Response(status=response.status, kind=kind, body=response.read())
            except urllib.error.HTTPError as e:
                with e:
                    if e.code in allowed:
                        return _Response(status=e.code, kind="", body=b"")
                    if e.code != 503 or last:
                        raise self._refused(e) from e
                    pause = _pause(e.headers.get("Retry-After"), attempt)
            except TimeoutError as e:
                raise self._bad(f"was silent for {self.timeout:g} s") from e
            except (urllib.error.URLError, OSError) as e:
                reason = getattr(e, "reason", e)
                if isinstance(reason, TimeoutError):
                    raise self._bad(f"was silent for {self.timeout:g} s") from e
                raise self._bad(f"does not answer ({reason})") from e
            time.sleep(pause)
        raise self._bad("does not answer")

    def _refused(self, error: urllib.error.HTTPError) -> InputError | UsageError:
        said = " ".join(error.read(2000).decode(errors="replace").split())[:200]
        if error.code in (401, 403):
            cure = "set KGBUILD_ENDPOINT_TOKEN, or KGBUILD_ENDPOINT_USER and KGBUILD_ENDPOINT_PASSWORD"
            return InputError(f"refuses ({error.code})", where=self.url, cure=cure)
        if error.code == 400:
            return UsageError(f"does not take the query ({said})", where=self.url, cure="mend the query")
        return InputError(f"answers {error.code} {said}", where=self.url, cure="ask its operator, or try later")

    def _bad(self, what: str) -> InputError:
        return InputError(what, where=self.url, cure="check the address of the endpoint")


class _Closing(urllib.request.BaseHandler):
    """Closes what came with a challenge before the handlers of credentials ask again; the library does not."""

    handler_order = 480

    def http_error_401(self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message) -> None:
        """Close the body and leave the rest to others."""
        fp.close()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Follow nothing: the credentials were meant for the address given."""


def _authorization(environ: Mapping[str, str]) -> dict[str, str]:
    token = environ.get("KGBUILD_ENDPOINT_TOKEN")
    return {"Authorization": f"Bearer {token}"} if token else {}


def _on_challenge(url: str, environ: Mapping[str, str]) -> list[urllib.request.BaseHandler]:
    user = environ.get("KGBUILD_ENDPOINT_USER")
    if not user:
        return []
    known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    known.add_password(None, url, user, environ.get("KGBUILD_ENDPOINT_PASSWORD", ""))
    return [_Closing(), urllib.request.HTTPDigestAuthHandler(known), urllib.request.HTTPBasicAuthHandler(known)]


def _pause(retry_after: str | None, attempt: int) -> float:
    if retry_after and retry_after.strip().isdigit():
        return min(float(retry_after), _LONGEST_PAUSE)
    return min(0.5 * 2.0**attempt, _LONGEST_PAUSE)


def _as_boolean(answer: Answer) -> Answer:
    # Virtuoso 7 answers an ASK with a table: one row with 1 for true, none for false.
    if answer.columns == ("boolean",):
        return answer
    value = bool(answer.rows) and terms.lexical(answer.rows[0][0] or '""') in ("1", "true")
    term = terms.literal(str(value).lower(), datatype=f"{terms.XSD}boolean")
    return Answer(columns=("boolean",), rows=((term,),))


def with_prefixes(query: str) -> str:
    """Return a query with our prefixes that it uses and does not declare, all on its first line.

    Example:
        >>> with_prefixes("ASK { ?a a gplan:Action }")
        'PREFIX gplan: <https://w3id.org/gplan/ontology#> ASK { ?a a gplan:Action }'
    """
    declared = set(re.findall(r"(?i)\bPREFIX\s+([\w.-]*):", query))
    bare = re.sub(r"<[^<>\s]*>", "<>", query)
    used = [p for p in terms.PREFIXES if p not in declared and re.search(rf"(?<![\w:?$]){p}:", bare)]
    return "".join(f"PREFIX {p}: <{terms.PREFIXES[p]}> " for p in used) + query
