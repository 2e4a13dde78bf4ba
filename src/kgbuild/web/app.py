"""The ASGI application: routes and middleware.

Middleware from the outside: metrics and access log, check of the Host header (against DNS rebinding), token, security
headers, answers given before, compression. Error messages never contain a traceback, a file path or a setting.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hmac
import ipaddress
import logging
import math
import time
from collections import Counter
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from kgbuild.version import __version__
from kgbuild.web import pages, sparql
from kgbuild.web.answers import Remembering
from kgbuild.web.options import ServerOptions
from kgbuild.web.pool import TaskError
from kgbuild.web.rate import Rate
from kgbuild.web.site import open_site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kgbuild.web.site import Site

_log = logging.getLogger("kgbuild.web")
_WATCH = 1.0
"""Seconds between checks whether the store has changed."""
_OPEN = ("/-/health",)
"""Paths that need no token, since monitoring has none."""
_FREE = ("/static/", "/-/")
"""Paths without rate limit: static files of pages, and monitoring."""
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SAFETY = {
    b"content-security-policy": _POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}


def serve(*places: str | Path, options: ServerOptions | None = None) -> Starlette:
    """Return the server as an ASGI application, to run with uvicorn or to mount in another application.

    Args:
        places: The folder of one store, or graph files and folders of such files.
        options: Settings; None for the defaults.

    Raises:
        UsageError: no place was given, or a setting is invalid.
        InputError: a place cannot be read.

    Example:
        `uvicorn.run(kgbuild.serve("store/"))`
    """
    return make_app(open_site(places, options or ServerOptions()))


def make_app(site: Site) -> Starlette:
    """Return the application for a site; its workers start at application startup.

    Args:
        site: What is served.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await site.start()
        watch = asyncio.get_running_loop().create_task(_watch(site))
        try:
            yield
        finally:
            watch.cancel()
            await site.stop()

    middleware = [
        Middleware(Watched, site=site),
        Middleware(Guarded, options=site.options),
        *([Middleware(Remembering, answers=site.answers, version=site.edition)] if site.options.cache else ()),
        Middleware(Packed),
    ]
    handlers = {TaskError: _refused, HTTPException: _no_route, Exception: _broken}
    app = Starlette(routes=_routes(), middleware=middleware, lifespan=lifespan, exception_handlers=handlers)
    app.state.site = site
    return app


def _routes() -> list[Route]:
    return [
        *(Route(path, pages.sparql, methods=["GET", "POST"]) for path in ("/sparql", "/sparql/")),
        Route("/", pages.home),
        Route("/plans", pages.plans),
        *(Route(path, pages.listed) for path in ("/bodies", "/populations", "/initiatives")),
        *(Route(path, pages.vocabulary) for path in ("/ontology", "/vocab")),
        Route("/vocab/{name}", pages.register),
        Route("/search", pages.search),
        Route("/things", pages.things),
        Route("/terms.json", pages.terms_json),
        Route("/id/{path:path}", pages.identifier),
        Route("/page/{path:path}", pages.thing),
        Route("/resource", pages.resource),
        Route("/compare", pages.compare),
        Route("/text/{key}", pages.text),
        Route("/q", pages.queries),
        Route("/q/{name}", pages.saved),
        Route("/q/{name}/values/{param}", pages.values),
        Route("/openapi.json", pages.interface),
        Route("/static/{name}", pages.static),
        Route("/robots.txt", pages.robots),
        Route("/store", sparql.graph_store, methods=["GET"]),
        Route("/.well-known/void", sparql.void, methods=["GET"]),
        Route("/-/health", health, methods=["GET"]),
        Route("/-/metrics", metrics, methods=["GET"]),
    ]


async def _watch(site: Site) -> None:
    while True:
        await asyncio.sleep(_WATCH)
        flush_log()
        try:
            if await site.renew():
                _log.info("the store has changed; new workers serve it")
        except TaskError as e:
            _log.error("the store has changed and cannot be opened: %s", e)


def flush_log() -> None:
    """Write buffered log lines."""
    for handler in _log.handlers:
        handler.flush()


# -- what every request passes ------------------------------------------------------------------------------------
class Watched:
    """Middleware that counts responses and logs a line for each, without query strings, which may be confidential.

    Args:
        app: The wrapped application.
        site: Holds the counts.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app, self.site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, size = time.monotonic(), 0, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            kind = "/".join(scope["path"].split("/", 2)[:2])
            self.site.counts.setdefault(kind if status < 400 else "", Counter())[f"{scope['method']} {status}"] += 1
            took = 1000 * (time.monotonic() - began)
            path = scope["path"][:200].encode("unicode_escape").decode()
            _log.info("%s %s %d %d B %.0f ms", scope["method"], path, status, size, took)


class Guarded:
    """Middleware that checks host name, rate and token, and adds security headers.

    Args:
        app: The wrapped application.
        options: Settings.
    """

    def __init__(self, app: ASGIApp, options: ServerOptions) -> None:
        self.app, self.options, self.rate = app, options, Rate(options.rate)
        self._is_own_name = lru_cache(maxsize=100)(partial(is_own_name, options=options))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        base = self.options.base_path
        if base and (scope["path"] == base or scope["path"].startswith(f"{base}/")):
            scope = {**scope, "path": scope["path"][len(base) :] or "/"}

        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                held = {name for name, _ in message["headers"]}
                more = [header for header in _SAFETY.items() if header[0] not in held]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        headers = Headers(scope=scope)
        answer = self._refusal(headers, scope)
        if answer is None and scope["method"] == "OPTIONS":
            answer = Response(status_code=204, headers={**sparql.PREFLIGHT, "Allow": "GET, HEAD, POST, OPTIONS"})
        await (answer or self.app)(scope, receive, safe)

    def _refusal(self, headers: Headers, scope: Scope) -> Response | None:
        if not self._is_own_name(headers.get("host", "")):
            error = TaskError(
                421, "is not asked under this name", where="the server", cure="start it with --allow-host"
            )
            return sparql.refusal(error)
        if not scope["path"].startswith(_FREE) and (seconds := self.rate.wait(_client(scope), time.monotonic())):
            answer = sparql.refusal(TaskError(429, "asks too often", where="this address", cure="wait a little"))
            answer.headers["Retry-After"] = str(math.ceil(seconds))
            return answer
        if scope["path"] in _OPEN or scope["method"] == "OPTIONS" or has_token(headers, self.options.token):
            return None
        answer = sparql.refusal(TaskError(401, "needs a token", where="the server", cure="give it as the password"))
        answer.headers["WWW-Authenticate"] = 'Basic realm="kgbuild", charset="UTF-8"'
        return answer


class Packed:
    """Middleware that compresses responses for clients that accept gzip, without cost for others.

    Args:
        app: The wrapped application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app, self._packing = app, GZipMiddleware(app, minimum_size=1000, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "http" and any(n == b"accept-encoding" and b"gzip" in v for n, v in scope["headers"]):
            await self._packing(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _client(scope: Scope) -> str:
    return str((scope.get("client") or ("",))[0])


def is_own_name(host: str, options: ServerOptions) -> bool:
    """Tell whether a `Host` header names this server.

    In a DNS rebinding attack, the host name of a foreign site resolves to this machine, and the header contains that
    name. IP addresses cannot be rebound: loopback is always accepted, others if the server listens beyond loopback.

    Example:
        >>> from kgbuild.web.options import ServerOptions
        >>> is_own_name("localhost:8000", ServerOptions()), is_own_name("evil.example", ServerOptions())
        (True, False)
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
    name = name.strip("[]").lower()
    if name in ("localhost", options.host.lower(), *(h.lower() for h in options.hosts)):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or options.host not in ("127.0.0.1", "localhost", "::1")


def has_token(headers: Headers, token: str) -> bool:
    """Tell whether a request has the token, as `Bearer` token or as password of `Basic` authentication."""
    if not token:
        return True
    scheme, _, shown = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            shown = base64.b64decode(shown, validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, ValueError):
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(shown.strip().encode(), token.encode())


# -- errors, health -----------------------------------------------------------------------------------------------
async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, TaskError)  # noqa: S101 - registered for it
    return pages.failed(request, error)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    words = {404: "there is no such page", 405: "is not done here"}
    answer = pages.failed(request, TaskError(error.status_code, words.get(error.status_code, "cannot be done")))
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def _broken(_: Request, error: Exception) -> Response:
    _log.error("a bug of ours", exc_info=error)
    return PlainTextResponse("an error of the server; its log says more\n", 500)


async def health(request: Request) -> Response:
    """Report that the server is up, and what it serves."""
    site: Site = request.app.state.site
    state = site.own.state()
    is_well = state["workers"] > 0
    what = {"status": "ok" if is_well else "no workers", "version": __version__, "store": site.own.current}
    return JSONResponse(what, 200 if is_well else 503, headers={"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """Return the metrics in Prometheus text format."""
    site: Site = request.app.state.site
    lines = ["# TYPE kgbuild_requests_total counter"]
    for kind, found in sorted(site.counts.items()):
        for name, n in sorted(found.items()):
            method, _, status = name.partition(" ")
            method = method if method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
            lines.append(f'kgbuild_requests_total{{path="{kind}",method="{method}",status="{status}"}} {n}')
    for name, pool in (("free", site.free), ("own", site.own)):
        counted = ("tasks", "killed", "refused")
        lines += [f'kgbuild_{key}_total{{pool="{name}"}} {pool.counts[key]}' for key in counted]
        lines.append(f'kgbuild_work_seconds_total{{pool="{name}"}} {pool.seconds:.3f}')
        if name == "own" or site.options.is_free:
            lines += [f'kgbuild_{key}{{pool="{name}"}} {n}' for key, n in pool.state().items()]
    held = site.answers
    lines += [f"kgbuild_answers_{name}_total {n}" for name, n in (("found", held.hits), ("made", held.misses))]
    lines += [f"kgbuild_answers_kept {len(held)}", f"kgbuild_answers_kept_bytes {held.size}"]
    lines.append(f"kgbuild_looked_up_total {site.looked_up}")
    lines.append(f"kgbuild_uptime_seconds {time.time() - site.began:.0f}")
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "no-store"})
