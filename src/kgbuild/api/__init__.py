"""The facade for Python users: `kgbuild.open(path).query("outline")`.

Composes the rooms below; holds no logic of its own.
"""

from kgbuild.api.answers import cite_rows, draw, find_text, locate
from kgbuild.api.document import Result, annotations_of, build, doubts_of, graphs_of, header_of
from kgbuild.api.files import read_file, read_query, read_source
from kgbuild.api.graph import Graph, base_of, connect, ontology, open, open_graphs, open_store  # noqa: A004 - used as kgbuild.open, like gzip.open
from kgbuild.api.proof import explain_graph, relocate_graph, verify_graph
from kgbuild.api.register import bodies_named, body_over_time
from kgbuild.api.store import drop_from_store, export_store, list_store, load_store
from kgbuild.api.view import draw_diagram, view_pages

__all__ = [
    "Graph",
    "Result",
    "annotations_of",
    "base_of",
    "bodies_named",
    "body_over_time",
    "build",
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
    "read_file",
    "read_query",
    "read_source",
    "relocate_graph",
    "verify_graph",
    "view_pages",
]
