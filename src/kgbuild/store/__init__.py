"""Graph storage and SPARQL: files, memory, disk, remote servers. Graphs are kept in `pyoxigraph.Store` here alone.

Queries see only what was loaded: SERVICE, FROM and updates are refused before the engine sees them. A store has no
deadline; user-written queries go through `kgbuild.queries.free`.

Each module is loaded when one of its names is first used, so a build does not load what only stores need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_names

if TYPE_CHECKING:
    from kgbuild.store.columns import index_of
    from kgbuild.store.disk import DiskStore, DiskWriter, Source, current_stamp, sources_of, write_store
    from kgbuild.store.guard import check_depth, check_query, form_of, is_lookup, is_steady, names_graphs
    from kgbuild.store.index import Index
    from kgbuild.store.memory import Store
    from kgbuild.store.queryable import Queryable
    from kgbuild.store.reading import FORMATS, Quad, parse_quads, read_quads, read_triples
    from kgbuild.store.schema import Schema, load_schema
    from kgbuild.store.served import Scope, Served, write_triples
    from kgbuild.store.values import Answer, Iri, Quote, Rows, Value, text_of, typed, value_of

__all__ = [
    "FORMATS",
    "Answer",
    "DiskStore",
    "DiskWriter",
    "Index",
    "Iri",
    "Quad",
    "Queryable",
    "Quote",
    "Rows",
    "Schema",
    "Scope",
    "Served",
    "Source",
    "Store",
    "Value",
    "check_depth",
    "check_query",
    "current_stamp",
    "form_of",
    "index_of",
    "is_lookup",
    "is_steady",
    "load_schema",
    "names_graphs",
    "parse_quads",
    "read_quads",
    "read_triples",
    "sources_of",
    "text_of",
    "typed",
    "value_of",
    "write_store",
    "write_triples",
]

_HOMES = {
    "queryable": "Queryable",
    "columns": "index_of",
    "disk": "DiskStore DiskWriter Source current_stamp sources_of write_store",
    "guard": "check_depth check_query form_of is_lookup is_steady names_graphs",
    "index": "Index",
    "memory": "Store",
    "reading": "FORMATS Quad parse_quads read_quads read_triples",
    "schema": "Schema load_schema",
    "served": "Scope Served write_triples",
    "values": "Answer Iri Quote Rows Value text_of typed value_of",
}
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
