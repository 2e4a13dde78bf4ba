"""The SPARQL 1.1 Protocol and the read operations of the Graph Store Protocol over HTTP.

Workers do the work. Invalid requests get a 4xx response with an explanation. An answer that fails before its first byte
is 503; one that fails later is cut off without the end of its transfer encoding, so that no client takes a part for the
whole. Nothing is ever fetched or changed.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from kgbuild.errors import Message, UsageError
from kgbuild.store import check_depth, form_of, is_steady
from kgbuild.web import negotiate
from kgbuild.web.describe import server_void, service_triples, write
from kgbuild.web.pool import TaskError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping

    from starlette.requests import Request
    from starlette.types import Send

    from kgbuild.web.pool import Pool
    from kgbuild.web.site import Site

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Location, Retry-After",
}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
"""Headers of the response to a CORS preflight request."""
_MOST_FIELDS = 100
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_READ_ONLY = TaskError(403, "this server changes nothing", cure="load graphs by `kgbuild store load`")


class Streamed(StreamingResponse):
    """A response whose body comes from a worker; if that fails, the connection is closed before the body ends."""

    async def stream_response(self, send: Send) -> None:
        """Send the head, the pieces and, only after success, the end of the body."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async for piece in self.body_iterator:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        except TaskError:
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def refusal(error: TaskError) -> Response:
    """Return an error as plain text: what is wrong, where, and what to do about it."""
    headers = {**CORS, "Cache-Control": "no-store"}
    if error.status == 503:
        headers["Retry-After"] = "5"
    return PlainTextResponse(f"{error}\n", error.status, headers=headers)


def parameters(data: bytes) -> dict[str, list[str]]:
    """Return the fields of a query string or form, by name.

    Raises:
        TaskError: the data is not UTF-8 or has too many fields.
    """
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as e:
        raise TaskError(400, "cannot be read", where="the parameters", cure="write them in UTF-8, escaped") from e
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


async def body_of(request: Request, most: int, seconds: float) -> bytes:
    """Return the body of a request.

    Args:
        request: The request.
        most: Maximum number of bytes to accept.
        seconds: Maximum time to wait for it.

    Raises:
        TaskError: the body is too long, took too long or breaks off.
    """
    pieces, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.stream():
                size += len(piece)
                if size > most:
                    raise TaskError(
                        413, Message("is longer than {most:,} bytes", most=most), where="the request", cure="send less"
                    )
                pieces.append(piece)
    except ClientDisconnect:  # nobody reads this, and it is no error of ours
        raise TaskError(400, "has ended before its time", where="the request", cure="send it whole") from None
    except TimeoutError:
        raise TaskError(
            408,
            Message("did not come within {seconds:g} s", seconds=seconds),
            where="the request",
            cure="send it at once",
        ) from None
    return b"".join(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlRequest:
    """A request of the SPARQL protocol: query ('' for none), data set and format."""

    query: str = ""
    dataset: dict[str, list[str]] = field(default_factory=dict)
    format: str = ""


async def asked_of(request: Request) -> SparqlRequest:
    """Parse a request of the SPARQL protocol.

    Raises:
        TaskError: the request is invalid or contains an update.
    """
    given = parameters(request.scope["query_string"])
    if request.method == "POST":
        kind = request.headers.get("content-type", "")
        charset = _CHARSET.search(kind)
        if charset and charset[1].lower() not in ("utf-8", "utf8"):
            raise TaskError(
                415, Message("{charset} is not read", charset=charset[1][:40]), where="the request", cure="send UTF-8"
            )
        media = kind.partition(";")[0].strip().lower()
        if media == _UPDATE:
            raise _READ_ONLY
        options = request.app.state.site.options
        data = await body_of(request, options.most_body, options.timeout)
        if media == _FORM:
            for name, values in parameters(data).items():
                given.setdefault(name, []).extend(values)
        elif media == _QUERY:
            given.setdefault("query", []).append(_text(data))
        else:
            cure = Message("send {query} or {form}", query=_QUERY, form=_FORM)
            raise TaskError(415, "does not say what it sends", where="Content-Type", cure=cure)
    return _asked(given)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as e:
        raise TaskError(400, "is not UTF-8", where="query", cure="send UTF-8") from e


def _asked(given: Mapping[str, list[str]]) -> SparqlRequest:
    if {"update", "using-graph-uri", "using-named-graph-uri"} & given.keys():
        raise _READ_ONLY
    queries = given.get("query", [])
    if len(queries) > 1:
        raise TaskError(
            400, Message("{count} queries in one request", count=len(queries)), where="query", cure="send one"
        )
    forms = given.get("format", []) + given.get("output", [])
    dataset = {"default": given.get("default-graph-uri", []), "named": given.get("named-graph-uri", [])}
    return SparqlRequest(query=queries[0] if queries else "", dataset=dataset, format=forms[0] if forms else "")


def form_for(request: Request, formats: dict[str, str], asked: str) -> str:
    """Return the name of the format of an answer.

    Args:
        request: The request; its `Accept` header is used if `asked` is ''.
        formats: Media type by name of a format.
        asked: Name or media type of a format, '' for none.

    Raises:
        TaskError: no format is acceptable.
    """
    if asked:
        names = {called: name for called, name in negotiate.CALLED.items() if name in formats}
        names |= {media: name for name, media in formats.items()} | {name: name for name in formats}
        if asked not in names:
            raise TaskError(
                400,
                Message("{asked!r} is not a format here", asked=asked[:40]),
                where="format",
                cure=Message("use {names}", names=", ".join(formats)),
            )
        return names[asked]
    found = negotiate.best(request.headers.get("accept", ""), negotiate.offers(formats))
    if found is None:
        raise TaskError(406, "nothing of this kind can be given", where="Accept", cure=", ".join(formats.values()))
    return found


async def sparql_data(request: Request, asked: SparqlRequest, *, form: str = "") -> Response:
    """Respond with the answer of a query as data.

    Args:
        request: The request.
        asked: The query.
        form: Format of SELECT and ASK answers; '' to negotiate it.

    Raises:
        TaskError: the server accepts no queries, the query is invalid, or no format is acceptable.
    """
    site: Site = request.app.state.site
    if not site.options.is_free:
        raise TaskError(403, "this server answers saved queries only", cure="see /q")
    try:
        check_depth(asked.query)
    except UsageError as e:
        raise TaskError(400, e.what, where=e.where, cure=e.cure) from e
    is_graph = form_of(asked.query) in ("CONSTRUCT", "DESCRIBE")
    formats = negotiate.GRAPHS if is_graph else negotiate.ROWS
    form = (form if form in formats else "ttl") if form else form_for(request, formats, asked.format)
    base = address(request, "/sparql")
    scope = {**asked.dataset, "base": base}
    args = {"query": asked.query, "form": form, "scope": scope, "most": site.options.most_rows}
    tag = negotiate.etag(site.version, form, asked.query, repr(asked.dataset)) if is_steady(asked.query) else ""
    has_dataset = any(asked.dataset.values())
    at_hand = None if has_dataset else partial(site.look_up, asked.query, form=form, base=base)
    return await streamed(request, site.free, ("sparql", args), media=formats[form], tag=tag, at_hand=at_hand)


def service_response(request: Request) -> Response:
    """Return the service description in the negotiated format.

    Raises:
        TaskError: the request has an empty query, or no format is acceptable.
    """
    if request.method == "POST":
        raise TaskError(400, "there is no query", where="query", cure="send one")
    site: Site = request.app.state.site
    form = form_for(request, negotiate.GRAPHS, "")
    triples = service_triples(address(request, "/sparql"), negotiate.ROWS, negotiate.GRAPHS)
    return graph_response(triples, form, tag=negotiate.etag(site.version, form, "service"))


async def graph_store(request: Request) -> Response:
    """Respond with a graph: `?graph=IRI`, `?default`, or without either all graphs."""
    site: Site = request.app.state.site
    given = parameters(request.scope["query_string"])
    if not given.keys() <= {"graph", "default", "format", "lang"} or {"graph", "default"} <= given.keys():
        raise TaskError(400, "names no graph", where="the parameters", cure="write ?graph=IRI or ?default")
    name = given["graph"][0] if "graph" in given else None
    is_all = name is None and "default" not in given
    formats = negotiate.DATASETS if is_all else negotiate.GRAPHS
    form = form_for(request, formats, given.get("format", [""])[0])
    tag = negotiate.etag(site.version, form, name or "", str(is_all))
    return await streamed(request, site.own, ("graph", {"name": name, "form": form}), media=formats[form], tag=tag)


async def void(request: Request) -> Response:
    """Respond with the VoID description of the data set."""
    site: Site = request.app.state.site
    form = form_for(request, negotiate.GRAPHS, "")
    facts = await site.own.call("counts", {}, seconds=site.options.timeout)
    triples = server_void(address(request, ""), facts, title=site.options.title)
    return graph_response(triples, form, tag=negotiate.etag(site.version, form, "void"))


def graph_response(triples: list[tuple[str, str, str]], form: str, *, tag: str) -> Response:
    """Return triples as a response in a graph format.

    Args:
        triples: Terms in N-Triples syntax.
        form: One of `negotiate.GRAPHS`.
        tag: Entity tag of the response.
    """
    headers = {**CORS, "ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
    return Response(write(triples, form), media_type=with_charset(negotiate.GRAPHS[form]), headers=headers)


def address(request: Request, path: str) -> str:
    """Return the absolute address of a path of this server, as clients see it."""
    site: Site = request.app.state.site
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}{site.options.base_path}{path}"


def with_charset(media: str) -> str:
    """Return a media type, with a charset parameter if it is text."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


@lru_cache(maxsize=2)
def _http_date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


async def streamed(
    request: Request,
    pool: Pool,
    task: tuple[str, dict[str, Any]],
    *,
    media: str,
    tag: str,
    at_hand: Callable[[], bytes | None] | None = None,
) -> Response:
    """Return a response that streams the body written by a task.

    Args:
        request: The request.
        pool: The workers.
        task: Name and arguments of the task.
        media: Media type of the body.
        tag: Entity tag, '' if the next answer may be another.
        at_hand: Returns the body without a worker, None if it takes one.

    Raises:
        TaskError: the task failed before its first piece.
    """
    site: Site = request.app.state.site
    headers = (
        {
            **CORS,
            "ETag": tag,
            "Last-Modified": _http_date(site.modified),
            "Vary": "Accept, Accept-Encoding",
            "Cache-Control": "no-cache",
        }
        if tag
        else {**CORS, "Cache-Control": "no-store"}
    )
    if tag and request.method in ("GET", "HEAD") and negotiate.is_held(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if at_hand is not None and (body := at_hand()) is not None:
        return Response(body, media_type=with_charset(media), headers=headers)
    pieces = _pieces(pool, task, site.options.timeout)
    first, is_whole = await anext(pieces)
    if is_whole:
        await pieces.aclose()
        return Response(first, media_type=with_charset(media), headers=headers)
    return Streamed(_joined(first, pieces), media_type=with_charset(media), headers=headers)


async def whole(answer: Response) -> bytes:
    """Return the whole body of a response of `streamed`.

    Raises:
        TaskError: the task failed after its first piece.
    """
    if isinstance(answer, Streamed):
        return b"".join([bytes(piece) async for piece in answer.body_iterator])  # type: ignore[arg-type]
    return bytes(answer.body)


async def _pieces(
    pool: Pool, task: tuple[str, dict[str, Any]], seconds: float
) -> AsyncGenerator[tuple[bytes, bool], None]:
    """Yield the pieces of a body, and whether each is the last."""
    async with pool.stream(task[0], task[1], seconds=seconds) as frames:
        async for kind, data in frames:
            if kind != b"h":
                yield data, kind == b"w"


async def _joined(first: bytes, rest: AsyncIterator[tuple[bytes, bool]]) -> AsyncIterator[bytes]:
    yield first
    async for piece, _ in rest:
        yield piece
