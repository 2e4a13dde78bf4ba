"""The read-only HTTP server: pages, saved queries and SPARQL.

`serve` returns an ASGI application for a store or graph files. This package is the only one that imports starlette.
Every request is answered by a worker process that is killed at a deadline. The server fetches and changes nothing.

Names are imported when first used, because workers (`kgbuild.web.worker`) do not need the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_names

if TYPE_CHECKING:
    from kgbuild.web.app import serve
    from kgbuild.web.assistants import mcp_server
    from kgbuild.web.options import ServerOptions
    from kgbuild.web.server import run

__all__ = ["ServerOptions", "mcp_server", "run", "serve"]
_HOMES = {"app": "serve", "assistants": "mcp_server", "options": "ServerOptions", "server": "run"}
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
