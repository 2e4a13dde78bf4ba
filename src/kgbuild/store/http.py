"""HTTP requests with an overall deadline, a size limit, no redirects and no leaked secrets.

The client is httpx2: maintained, strict about what a server sends (h11), and with both authentication schemes that
servers ask for. It lacks a deadline for a whole request, as its timeouts apply between packets; a request therefore
runs in a thread of its own, which is abandoned when the time is up.

Credentials come only from the environment: KGBUILD_ENDPOINT_TOKEN (bearer), or KGBUILD_ENDPOINT_USER and
KGBUILD_ENDPOINT_PASSWORD (basic, or digest if the server asks for it).
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import httpx2

from kgbuild.errors import AwayError, InputError, KgbuildError, Message, UsageError, shown
from kgbuild.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 512_000_000
"""Maximum size of an answer in bytes."""
_RETRIES = 3
_LONGEST_PAUSE = 30.0
_TOKEN, _USER, _PASSWORD = (f"KGBUILD_ENDPOINT_{name}" for name in ("TOKEN", "USER", "PASSWORD"))
_CREDENTIALS = Message("set {token}, or {user} and {password}", token=_TOKEN, user=_USER, password=_PASSWORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The answer of a server.

    Attributes:
        status: Status code.
        kind: Media type in lower case, without parameters; '' if there is none.
        body: The decompressed body.
    """

    status: int
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Again:
    """A request to retry: the error if it fails finally, and the seconds that a busy server asks for, if any."""

    error: KgbuildError
    seconds: float | None = None


class Server:
    """A server at an address.

    Args:
        address: http or https, without credentials.
        timeout: Seconds for one request, including pauses and retries.
        environ: Source of the credentials.

    Raises:
        UsageError: the address has another scheme or contains credentials, or the token does not fit into a header.
        InputError: the address is malformed.
    """

    def __init__(self, address: str, *, timeout: float, environ: Mapping[str, str]) -> None:
        # The query part of the address may contain a key.
        bare, query, _ = shown(address)[:200].partition("?")
        self.address = f"{bare}?…" if query else bare
        self.timeout = timeout
        self._url = _url(address)
        self._auth: httpx2.Auth | None = None
        self._login = (environ.get(_USER, ""), environ.get(_PASSWORD, ""))
        self._secrets = [s for s in (environ.get(_TOKEN, ""), self._login[1]) if s]
        token = environ.get(_TOKEN, "")
        if not re.fullmatch(r"[\x21-\x7e]*", token):
            raise UsageError(
                "holds a character that no token has", where=_TOKEN, cure="set it without blanks and line ends"
            )
        headers = {"User-Agent": f"kgbuild/{__version__}", "Accept-Encoding": "identity"}
        self._headers = headers | ({"Authorization": f"Bearer {token}"} if token else {})

    def send(
        self,
        method: str,
        parameters: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        allowed: tuple[int, ...] = (),
        patience: int = 0,
    ) -> Response:
        """Send a request, with retries if the server is busy.

        Args:
            method: HTTP method.
            parameters: Appended to the query part of the address.
            body: Request body.
            headers: Additional headers.
            allowed: Status codes that are not failures here.
            patience: Retries if the server is unreachable or fails (408, 429, 5xx); only for idempotent requests.

        Raises:
            InputError: the server does not answer, not in time, with too much, or with a failure.
            UsageError: it rejects the request.
        """
        end = time.monotonic() + self.timeout
        request = httpx2.Request(method, self._with(parameters), content=body, headers={**self._headers, **headers})
        for attempt in count():
            done = self._within(end - time.monotonic(), request, is_patient=patience > 0)
            if isinstance(done, Response) and patience and (done.status in (408, 429) or done.status >= 500):
                done = _Again(self._refused(done))
            if isinstance(done, Response):
                if done.status < 300 or done.status in allowed:
                    return done
                raise self._refused(done)
            seconds = min(0.5 * 2.0**attempt if done.seconds is None else done.seconds, _LONGEST_PAUSE)
            if attempt >= max(patience, _RETRIES) or seconds >= end - time.monotonic():
                raise done.error
            pause(seconds)
        raise self.bad("does not answer")

    def bad(self, what: str) -> InputError:
        """Return the error for an unusable answer, whose values may hold credentials."""
        if isinstance(what, Message):
            values = {name: self._told(v) if isinstance(v, str) else v for name, v in what.values.items()}
            what = what.with_values(**values)
        return InputError(what, where=self.address, cure="check the address of the endpoint")

    def _with(self, parameters: str) -> httpx2.URL:
        query = "&".join(filter(None, (self._url.query.decode("ascii"), parameters)))
        return self._url.copy_with(query=query.encode("ascii") or None)

    def _within(self, seconds: float, request: httpx2.Request, *, is_patient: bool) -> Response | _Again:
        over, results = threading.Event(), list[Response | _Again | Exception]()

        def run() -> None:
            try:
                results.append(self._exchange(request, over, max(seconds, 0.001)))
            except Exception as e:
                results.append(e)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(max(seconds, 0))
        over.set()
        if not results:
            raise self._late()
        if isinstance(results[0], KgbuildError):
            raise results[0]
        if isinstance(results[0], Exception):
            error = self._failed(results[0])
            if is_patient and isinstance(results[0], httpx2.TransportError):
                return _Again(AwayError(error.what, where=error.where, cure=error.cure))
            raise error from results[0]
        return results[0]

    def _exchange(self, request: httpx2.Request, over: threading.Event, seconds: float) -> Response | _Again:
        with httpx2.Client(timeout=seconds, follow_redirects=False) as client:
            response = client.send(request, auth=self._auth, stream=True)
            try:
                login = self._login_for(response)
                if login is not None:
                    response.close()
                    self._auth = login
                    response = client.send(request, auth=login, stream=True)
                if response.status_code == 503:
                    named = re.fullmatch(r"\s*(\d{1,9})\s*", response.headers.get("Retry-After", ""), re.ASCII)
                    busy = AwayError("is busy (503)", where=self.address, cure="ask its operator, or try later")
                    return _Again(busy, float(named[1]) if named else None)
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return Response(status=response.status_code, kind=kind, body=self._body(response, over))
            finally:
                response.close()

    def _login_for(self, response: httpx2.Response) -> httpx2.Auth | None:
        """Return credentials in the scheme that the server asks for; None if it does not ask, or has them already."""
        if response.status_code != 401 or self._auth is not None or not self._login[0]:
            return None
        schemes = re.findall(r"(?:^|,)\s*(basic|digest)\b", response.headers.get("WWW-Authenticate", ""), re.IGNORECASE)
        known = {scheme.lower() for scheme in schemes}
        if "digest" in known:
            return httpx2.DigestAuth(*self._login)
        return httpx2.BasicAuth(*self._login) if "basic" in known else None

    def _body(self, response: httpx2.Response, over: threading.Event) -> bytes:
        most = LARGEST if response.status_code < 300 else 2000
        pieces, size = [], 0
        for piece in response.iter_bytes(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if over.is_set() or (size > most and response.status_code >= 300):
                break
            if size > most:
                raise InputError(
                    Message("sends more than {limit:,} bytes", limit=LARGEST),
                    where=self.address,
                    cure="ask for less, by a LIMIT",
                )
        return b"".join(pieces)

    def _late(self) -> InputError:
        return self.bad(Message("did not answer within {timeout:g} s", timeout=self.timeout))

    def _failed(self, error: Exception) -> KgbuildError:
        if isinstance(error, httpx2.TimeoutException):
            return self._late()
        if isinstance(error, httpx2.InvalidURL | UnicodeError):
            return self.bad(Message("is not an address of a server ({reason})", reason=error))
        if isinstance(error, httpx2.RemoteProtocolError | httpx2.DecodingError):
            return self.bad(Message("does not speak HTTP ({reason})", reason=error))
        if isinstance(error, httpx2.HTTPError | OSError | ValueError):
            return self.bad(Message("does not answer ({reason})", reason=str(error) or type(error).__name__))
        raise error

    def _refused(self, response: Response) -> KgbuildError:
        detail = self._told(response.body[:2000].decode(errors="replace"))
        if response.status in (401, 403):
            return AwayError(
                Message("refuses ({status})", status=response.status), where=self.address, cure=_CREDENTIALS
            )
        if response.status == 400:
            return UsageError(
                Message("does not take the query ({reason})", reason=detail), where=self.address, cure="mend the query"
            )
        kind = AwayError if response.status >= 500 else InputError
        what = Message("answers {status} {reason}", status=response.status, reason=detail)
        return kind(what, where=self.address, cure="ask its operator, or try later")

    def _told(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        short = " ".join(text.split())
        return short if len(short) <= 200 else short[:199] + "…"


def _url(address: str) -> httpx2.URL:
    # Whatever precedes the last @ may be a secret, even in a malformed address.
    told = shown(f"…@{address.rpartition('@')[2]}" if "@" in address else address)[:80]
    if not re.match(r"https?:", address, re.IGNORECASE):
        raise UsageError(
            Message("{address!r} is not an address", address=told),
            where="--endpoint",
            cure="give http://… or https://…",
        )
    wrong = InputError(
        Message("{address!r} is not an address of a server", address=told),
        where="--endpoint",
        cure="give http://HOST/PATH",
    )
    try:
        url = httpx2.URL(address)
    except (httpx2.InvalidURL, ValueError):
        raise wrong from None
    if url.userinfo or "@" in address.split("//", 1)[-1].split("/", 1)[0]:
        raise UsageError(
            "the address holds credentials",
            where="--endpoint",
            cure=Message("set {user} and {password}", user=_USER, password=_PASSWORD),
        )
    if not url.host or any(c.isspace() or c == "@" for c in url.host):
        raise wrong
    return url


def pause(seconds: float) -> None:
    """Wait before a retry."""
    time.sleep(seconds)
