"""The settings of the server."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild.errors import Message, UsageError

if TYPE_CHECKING:
    from pathlib import Path

_BASE_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """The settings of a server.

    Attributes:
        title: Name of the collection on pages, '' for the default.
        host: Address to listen on.
        port: Port, 0 for any free one.
        hosts: Accepted host names in addition to those of this machine (`localhost`, IP addresses).
        token: Token that clients must send as `Authorization: Bearer` or as a password; '' for none.
        rate: Maximum requests per minute from one address, 0 for no limit; a local proxy counts as its client.
        base_path: Path under which a proxy serves this server, such as `/plans`; '' for the root.
        sources: Files or folders with the source texts, for the reading view.
        folders: Folders with further saved queries.
        is_free: Whether to accept SPARQL queries of clients.
        timeout: Maximum time of work for a request, in seconds.
        workers: Maximum number of client queries at once while they are fast; twice as many slow ones may run in
            addition, and as many processes again do everything else.
        waiting: Maximum number of requests that wait for a worker.
        most_rows: Maximum number of rows of an answer.
        most_bytes: Maximum size of an answer in bytes.
        most_body: Maximum size of a request body in bytes.
        memory: Address space of a worker in bytes.
        cache: Maximum size in bytes of the answers kept until the store changes, 0 for none.
    """

    title: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    rate: int = 0
    base_path: str = ""
    sources: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    is_free: bool = True
    timeout: float = 30.0
    workers: int = field(default_factory=lambda: max(2, min(8, os.cpu_count() or 2)))
    waiting: int = 64
    most_rows: int = 1_000_000
    most_bytes: int = 200_000_000
    most_body: int = 1_000_000
    memory: int = 4_000_000_000
    cache: int = 64_000_000

    def __post_init__(self) -> None:
        if not _BASE_PATH.fullmatch(self.base_path):
            raise UsageError(
                Message("{base_path!r} is not a path", base_path=self.base_path[:80]),
                where="--base-path",
                cure="write it like /plans",
            )
        if (
            min(self.rate, self.cache) < 0
            or self.timeout <= 0
            or min(self.workers, self.waiting, self.most_rows, self.most_bytes, self.most_body) < 1
        ):
            raise UsageError("limits must be positive", where="serve", cure="give numbers above 0")
