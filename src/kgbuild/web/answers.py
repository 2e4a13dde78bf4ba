"""A bounded store of whole answers: the same request to the same version of a store is answered once.

Nothing that is served changes before the store does. An answer is kept under everything that it depends on: the version
of the store, the address, and the headers that are read. What a query computes anew each time (`NOW`, `RAND`) is marked
`no-store` by whoever answers it, and is not kept.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild.web.negotiate import is_held

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READ = frozenset(
    (b"accept", b"accept-encoding", b"accept-language", b"cookie", b"host")  # what handlers look at, and the condition
)
_LIVE = ("/-/", "/text/")
"""Paths whose answers depend on more than the store: on the server itself, and on files with source texts."""
_OF_A_BODY = (b"content-length", b"content-type", b"content-encoding")
_PART = 64
"""An answer longer than this part of the whole store would push too many others out."""
_OVERHEAD = 1_000
"""Estimate of the bytes that an entry takes besides its body: key, headers, objects."""

Key = tuple[object, ...]


@dataclass
class Answers:
    """Answers by request; the least recently used is dropped first.

    Attributes:
        most: Maximum number of bytes to keep, 0 for none.
        size: Bytes kept now.
        hits: Number of requests that found an answer.
        misses: Number of requests that found none.
    """

    most: int
    size: int = 0
    hits: int = 0
    misses: int = 0
    _held: OrderedDict[Key, tuple[Message, bytes]] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Key, held: bytes = b"") -> tuple[Message, bytes] | None:
        """Return the head and the body of an answer, None if it is not kept.

        Args:
            key: What the answer depends on.
            held: The entity tags in `If-None-Match`; if that of the answer is one of them, the answer is 304.
        """
        for name in ((*key, held), key) if held else (key,):
            if (found := self._held.get(name)) is not None:
                self.hits += 1
                self._held.move_to_end(name)
                return _if_new(*found, held) if held and name is key else found
        self.misses += 1
        return None

    def put(self, key: Key, head: Message, body: bytes) -> None:
        """Keep an answer, unless it is too long."""
        if key in self._held or _OVERHEAD + len(body) > self.most // _PART:
            return
        self._held[key] = head, body
        self.size += _OVERHEAD + len(body)
        while self.size > self.most:
            _, (_, dropped) = self._held.popitem(last=False)
            self.size -= _OVERHEAD + len(dropped)

    def clear(self) -> None:
        """Drop all answers."""
        self._held.clear()
        self.size = 0


class Remembering:
    """Middleware that answers from `Answers`, and keeps there what is answered.

    Args:
        app: The wrapped application.
        answers: The store of answers.
        version: Returns what answers depend on apart from the request.
    """

    def __init__(self, app: ASGIApp, answers: Answers, version: Callable[[], object]) -> None:
        self.app, self.answers, self.version = app, answers, version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or pass it on."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_LIVE):
            await self.app(scope, receive, send)
            return
        # All fields of a name, in order: two `Accept` must not be taken for one.
        read = tuple(field for field in scope["headers"] if field[0] in _READ)
        held = b", ".join(value for name, value in scope["headers"] if name == b"if-none-match")
        key = (self.version(), scope["scheme"], scope["path"], scope["query_string"], read)
        if (found := self.answers.get(key, held)) is not None:
            await send(found[0])
            await send({"type": "http.response.body", "body": found[1]})
            return
        head: Message | None = None

        async def kept(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = message if _may_be_kept(message) else None
            elif head is not None:
                if not message.get("more_body", False):
                    # A 304 is kept for those who hold the same; the others need the whole answer.
                    self.answers.put((*key, held) if held else key, head, bytes(message.get("body", b"")))
                head = None  # what comes in pieces is long, and may end early
            await send(message)

        await self.app(scope, receive, kept)


def _if_new(head: Message, body: bytes, held: bytes) -> tuple[Message, bytes]:
    """Return an answer, or 304 if the client holds it."""
    tag = next((value for name, value in head["headers"] if name == b"etag"), b"")
    if not tag or head["status"] != 200 or not is_held(held.decode("latin-1"), tag.decode("latin-1")):
        return head, body
    headers = [field for field in head["headers"] if field[0] not in _OF_A_BODY]
    return {**head, "status": 304, "headers": headers}, b""


def _may_be_kept(head: Message) -> bool:
    return head["status"] < 400 and not any(
        name == b"set-cookie" or (name == b"cache-control" and b"no-store" in value) for name, value in head["headers"]
    )
