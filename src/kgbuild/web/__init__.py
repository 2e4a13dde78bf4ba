"""The server: pages, saved queries and SPARQL over HTTP, read only.

Takes a store or graphs and gives an ASGI application (`serve`). The only user of starlette. Guarantees: whatever a
client sends is answered by a process that a deadline ends; nothing is fetched, nothing is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.web.app import make_app
from kgbuild.web.options import Options
from kgbuild.web.site import open_site

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.applications import Starlette

__all__ = ["Options", "serve"]


def serve(*places: str | Path, options: Options | None = None) -> Starlette:
    """Return the server as an ASGI application, for uvicorn or inside an application of one's own.

    Args:
        places: The folder of one store, or graph files and folders of them.
        options: Settings; None for the defaults.

    Raises:
        UsageError: no place, or a senseless setting.
        InputError: a place cannot be read.

    Example:
        `uvicorn.run(kgbuild.serve("store/"))`
    """
    return make_app(open_site(places, options or Options()))
