"""The facade for Python users: `kgbuild.open(path).query("outline")`.

Composes the rooms below; holds no logic of its own. Each part is loaded when a name of it is first used: who builds
does not wait for what answers queries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbuild.api.answers import cite_rows, draw, find_text, locate
    from kgbuild.api.document import Result, annotations_of, build, doubts_of, graphs_of, header_of
    from kgbuild.api.files import read_file, read_query, read_source
    from kgbuild.api.graph import Graph, base_of, connect, ontology, open, open_graphs, open_store  # noqa: A004 - used as kgbuild.open, like gzip.open
    from kgbuild.api.proof import explain_graph, relocate_graph, verify_graph
    from kgbuild.api.register import bodies_named, body_over_time
    from kgbuild.api.store import drop_from_store, export_store, list_store, load_store, quads_to_serve
    from kgbuild.api.view import draw_diagram, view_pages
    from kgbuild.api.vocabulary import check_vocabularies

__all__ = [
    "Graph",
    "Result",
    "annotations_of",
    "base_of",
    "bodies_named",
    "body_over_time",
    "build",
    "check_vocabularies",
    "cite_rows",
    "connect",
    "doubts_of",
    "draw",
    "draw_diagram",
    "drop_from_store",
    "explain_graph",
    "export_store",
    "find_text",
    "graphs_of",
    "header_of",
    "list_store",
    "load_store",
    "locate",
    "ontology",
    "open",
    "open_graphs",
    "open_store",
    "quads_to_serve",
    "read_file",
    "read_query",
    "read_source",
    "relocate_graph",
    "verify_graph",
    "view_pages",
]

_HOMES = {
    "answers": "cite_rows draw find_text locate",
    "document": "Result annotations_of build doubts_of graphs_of header_of",
    "files": "read_file read_query read_source",
    "graph": "Graph base_of connect ontology open open_graphs open_store",
    "proof": "explain_graph relocate_graph verify_graph",
    "register": "bodies_named body_over_time",
    "store": "drop_from_store export_store list_store load_store quads_to_serve",
    "vocabulary": "check_vocabularies",
    "view": "draw_diagram view_pages",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
