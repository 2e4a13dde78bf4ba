"""Chinese government plans as RDF graphs in which every fact points at its characters.

The public names; they are loaded when first used, so that importing the package costs nothing.

Example:
    `kgbuild.build("plan.txt").query("bodies-of-action", item="8")`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_names
from kgbuild.version import __version__

if TYPE_CHECKING:
    from kgbuild.api import Graph, Metadata, Result, build, diff, open  # noqa: A004 - used as kgbuild.open, like gzip.open
    from kgbuild.errors import KgbuildError
    from kgbuild.web import serve

__all__ = ["Graph", "KgbuildError", "Metadata", "Result", "__version__", "build", "diff", "open", "serve"]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "api": "Graph Metadata Result build diff open",
        "errors": "KgbuildError",
        "web": "serve",  # needs the extra `web`
    },
)
