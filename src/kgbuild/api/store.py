"""Load graphs into a store or an endpoint, drop them, list them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.graph import connect, open_store
from kgbuild.store import DiskStore, Rows, load_schema, read_quads, sources_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.store import Source


_DOCUMENTS = f"""
PREFIX gplan: <{terms.GPLAN}>
PREFIX rdfs: <{terms.RDFS}>
SELECT ?key ?number ?title WHERE {{
  ?document gplan:hasSourceText ?text ; rdfs:label ?title .
  FILTER(LANG(?title) = "zh")
  FILTER NOT EXISTS {{ ?notice gplan:transmits ?document }}
  OPTIONAL {{ ?document gplan:documentNumber ?number }}
  BIND(REPLACE(STR(?text), "^.*/text/", "") AS ?key)
}} ORDER BY ?number ?title ?key
"""


def load_store(place: str, files: Iterable[str | Path]) -> list[str]:
    """Load graph files into a store, each in place of what was loaded of its source; inferred graphs are made.

    Args:
        place: The folder of the store, or the http(s) address of a graph store.
        files: Graph files.

    Returns:
        The keys of the sources that were loaded.

    Raises:
        InputError: a file cannot be read, or its document is another than the store has under its key.
    """
    from kgbuild.store.endpoint import Endpoint

    remote = place.startswith(("http://", "https://"))
    target = Endpoint(place) if remote else DiskStore(Path(place), write=True)
    keys = []
    for file in files:
        for source in sources_of(read_quads("-" if str(file) == "-" else Path(file)), name=str(file)):
            whole = _with_closure(source)
            if isinstance(target, DiskStore):
                target.load(whole, load_schema().class_tree)
            else:
                for name, triples in whole.graphs.items():
                    target.put_graph(name, triples)
            keys.append(source.key)
    if isinstance(target, DiskStore):
        target.flush()
    return keys


def drop_from_store(place: str, keys: Iterable[str], *, base: str) -> None:
    """Drop sources from a store.

    Args:
        place: As for `load_store`.
        keys: Keys of the sources.
        base: Base of their graphs, which a graph store needs.

    Raises:
        InputError: there is no such source.
    """
    from kgbuild.store.endpoint import Endpoint

    if place.startswith(("http://", "https://")):
        endpoint = Endpoint(place)
        for key in keys:
            for part in terms.PARTS:
                endpoint.delete_graph(terms.graph_name(base, key, part))
        return
    store = DiskStore(Path(place), write=True)
    for key in keys:
        store.drop(key)


def list_store(place: str) -> Rows:
    """Return the documents of a store or of an endpoint: key of the source, number, title.

    Raises:
        InputError: there is no store, or the endpoint does not answer.
    """
    held = connect(place) if place.startswith(("http://", "https://")) else open_store(Path(place))
    return held.store("asserted").select(_DOCUMENTS)


def _with_closure(source: Source) -> Source:
    from kgbuild.graph.reason import close

    name = source.name("inferred")
    if name in source.graphs:
        return source
    triples = {t for ts in source.graphs.values() for t in ts}
    inferred = sorted(close(triples, load_schema().rules) - triples)
    return replace(source, graphs={**source.graphs, name: inferred})
