"""Runs the application with uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kgbuild.web.app import flush_log

if TYPE_CHECKING:
    from starlette.applications import Starlette

_log = logging.getLogger("kgbuild.web")
_MOST_HEAD = 65_536
"""Maximum size in bytes of a request head, and of input that the parser has not yet reported."""
_HEAD_SECONDS = 15.0
"""Maximum time in seconds to receive a request head, and to keep an idle connection open."""


class _TooLongError(Exception):
    """The request head is too long."""


class _Protocol(HttpToolsProtocol):
    """HTTP protocol with limits that httptools lacks: on the size of a request head and the time to receive it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as uvicorn has them
        super().__init__(*args, **kwargs)
        self._head = self._unread = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401
        super().connection_made(transport)
        self._hurry()

    def connection_lost(self, exc: Exception | None) -> None:
        self._calm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # httptools buffers a header without end and does not report it.
        self._unread += len(data)
        super().data_received(data)
        if self._unread > _MOST_HEAD and not self.transport.is_closing():
            self.send_400_response("The request is too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        self._hurry()

    def on_url(self, url: bytes) -> None:
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(name, value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._calm()
        self._unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread = 0
        super().on_message_complete()

    def _count(self, *parts: bytes) -> None:
        self._head += sum(map(len, parts))
        if self._head > _MOST_HEAD:
            raise _TooLongError

    def _hurry(self) -> None:
        self._calm()
        self._timer = self.loop.call_later(_HEAD_SECONDS, self.transport.close)

    def _calm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _Server(uvicorn.Server):
    """Prints the address once the server listens, and ends as on SIGTERM when its terminal is closed."""

    async def startup(self, sockets: Any = None) -> None:  # noqa: ANN401 - as uvicorn has it
        hang_up = getattr(signal, "SIGHUP", None)
        if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:  # nohup ignores it
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread
                asyncio.get_running_loop().add_signal_handler(hang_up, self.handle_exit, hang_up, None)
        await super().startup(sockets)
        if self.started and self.servers:
            name, port = self.servers[0].sockets[0].getsockname()[:2]
            _log.info("serving at http://%s:%d/ (stop: Ctrl-C)", f"[{name}]" if ":" in name else name, port)
            flush_log()


def run(app: Starlette, host: str, port: int) -> bool:
    """Run the server until it is stopped; return False if it could not start.

    Args:
        app: The result of `kgbuild.serve`.
        host: Address to listen on.
        port: Port, 0 for any free one.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,  # keep the logging configuration of the process
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=int(_HEAD_SECONDS),
        http=_Protocol,
        ws="none",
        limit_concurrency=1_000,
    )
    server = _Server(config)
    try:
        server.run()
    except SystemExit:
        if server.started:  # a signal, once the server had stopped
            raise
        return False  # the address is not available; uvicorn has logged why
    return server.started
