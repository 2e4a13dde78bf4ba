"""What the keeper of a server may set."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_BASE_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """Settings of a server.

    Attributes:
        title: What the pages call the collection, '' for our words.
        host: Address to listen at.
        port: Port, 0 for a free one.
        hosts: Names under which the server may be asked, beside those of this machine (`localhost`, addresses).
        token: What a client must show, as `Authorization: Bearer` or as a password; '' for nothing.
        rate: Requests a minute from one address, 0 for any number; of a proxy on this machine its client counts.
        base_path: Path under which a proxy shows the server, such as `/plans`; '' for the root.
        sources: Files or folders with the source texts, for the reading view.
        folders: Folders with further saved queries.
        is_free: Whether queries of a client's own are answered.
        timeout: Seconds for a request to work.
        workers: Queries of clients that run at once, as long as they are quick; twice as many more may take long; and
            as many processes do everything else.
        waiting: Requests that may wait for a worker.
        most_rows: Rows of an answer.
        most_bytes: Bytes of an answer.
        most_body: Bytes of a request.
        memory: Bytes of address space of a worker.
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

    def __post_init__(self) -> None:
        if not _BASE_PATH.fullmatch(self.base_path):
            raise UsageError(f"{self.base_path[:80]!r} is no path", where="--base-path", cure="write it like /plans")
        if (
            self.rate < 0
            or self.timeout <= 0
            or min(self.workers, self.waiting, self.most_rows, self.most_bytes, self.most_body) < 1
        ):
            raise UsageError("limits must be positive", where="serve", cure="give numbers above 0")
