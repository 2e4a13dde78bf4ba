"""Running the application: uvicorn, and what it is told."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from starlette.applications import Starlette

_log = logging.getLogger("kgbuild.web")


class _Server(uvicorn.Server):
    """Says where it listens, once it does."""

    async def startup(self, sockets: Any = None) -> None:  # noqa: ANN401 - as uvicorn has it
        await super().startup(sockets)
        if self.started and self.servers:
            name, port = self.servers[0].sockets[0].getsockname()[:2]
            _log.info("serving at http://%s:%d/ (stop: Ctrl-C)", f"[{name}]" if ":" in name else name, port)


def run(app: Starlette, host: str, port: int) -> bool:
    """Serve until somebody stops it; return False where it could not be started.

    Args:
        app: What `kgbuild.serve` gave.
        host: Address to listen at.
        port: Port, 0 for a free one.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=65_536,
        limit_concurrency=1_000,
    )
    server = _Server(config)
    try:
        server.run()
    except SystemExit:  # the address cannot be had; uvicorn has said why
        return False
    return server.started
