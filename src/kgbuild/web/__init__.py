"""The server: pages, saved queries and SPARQL over HTTP, read only.

Takes a store or graphs and gives an ASGI application (`serve`). The only user of starlette. Guarantees: whatever a
client sends is answered by a process that a deadline ends; nothing is fetched, nothing is changed.

Its names are loaded when they are used: a worker (`kgbuild.web.worker`) needs no server.
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
