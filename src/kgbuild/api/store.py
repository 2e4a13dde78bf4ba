"""Loading graphs into a store or a server, dropping and listing them."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.corpus.layout import is_corpus
from kgbuild.api.graph import base_of, connect, open_store
from kgbuild.errors import InputError, KgbuildError
from kgbuild.store import Rows, load_schema, read_quads, sources_of, write_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kgbuild.model import Triple
    from kgbuild.store import DiskWriter, Quad, Source
    from kgbuild.store.endpoint import Endpoint


_DOCUMENTS = f"""
PREFIX dcterms: <{terms.DCTERMS}>
PREFIX gplan: <{terms.GPLAN}>
PREFIX rdfs: <{terms.RDFS}>
SELECT ?key ?number (MIN(?named) AS ?title) WHERE {{
  ?document gplan:hasSourceText ?text ; rdfs:label ?label .
  FILTER(LANG(?label) = "zh")
  FILTER NOT EXISTS {{ ?notice gplan:transmits ?document }}
  OPTIONAL {{ ?document gplan:documentNumber ?number }}
  OPTIONAL {{ ?document dcterms:title ?own }}
  OPTIONAL {{ ?document gplan:transmits/dcterms:title ?carried }}
  BIND(COALESCE(?own, ?carried, ?label) AS ?named)
  BIND(REPLACE(STR(?text), "^.*/text/", "") AS ?key)
}} GROUP BY ?document ?key ?number ORDER BY ?number ?title ?key
"""


_DECIMAL = f"^^<{terms.XSD}decimal>"
_QUADS = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"


def load_store(
    place: str, files: Iterable[str | Path], *, failed: Callable[[KgbuildError], None] | None = None
) -> list[str]:
    """Load graph files into a store; each source replaces its previous version, and inferred graphs are computed.

    A store on disk shows the files once all are loaded; if loading is interrupted, it remains unchanged.

    Args:
        place: The folder of the store, or the http(s) address of a graph store.
        files: Graph files.
        failed: Called for each file that cannot be loaded, and loading continues; None = the first failure ends it.

    Returns:
        The keys of the loaded sources.

    Raises:
        InputError: a file cannot be read, its document conflicts with the one that the store has under its key, or the
            store cannot be written.
    """
    keys, files = list[str](), list(files)
    with _loading(place) as loader:
        for file in files:
            try:
                keys += loader.load(file)
            except KgbuildError as e:
                if failed is None or len(files) == 1:
                    raise
                failed(e)
        if not keys:
            raise InputError("nothing was loaded", where=place, cure="give graphs written by kgbuild build")
    return keys


@contextlib.contextmanager
def _loading(place: str) -> Iterator[_ToServer | _ToFolder]:
    from kgbuild.store.endpoint import Endpoint, is_address

    if is_address(place):
        yield _ToServer(Endpoint(place))
        return
    with write_store(_own_store(place)) as writer:
        yield _ToFolder(writer)


def _own_store(place: str) -> Path:
    """Return the folder of a store that may be written.

    Raises:
        InputError: it is a corpus, whose store follows its documents.
    """
    if is_corpus(Path(place)):
        raise InputError(
            "is a corpus, whose store follows its documents",
            where=place,
            cure="write it by `kgbuild corpus build`, or load into another folder",
        )
    return Path(place)


def _sources(file: str | Path) -> Iterator[Source]:
    """Yield the sources of a file, which is held in memory, each with its inferred statements."""
    quads = read_quads("-" if str(file) == "-" else Path(file))
    yield from map(close_source, sources_of(quads, name=str(file)))


class _ToServer:
    """Loads into a graph store."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def load(self, file: str | Path) -> list[str]:
        """Load a file; return the keys of its sources."""
        keys = []
        for source in _sources(file):
            for name, triples in source.graphs.items():
                if terms.read_graph_name(name) is None:  # vocabulary graphs, which documents share
                    self._endpoint.add_to_graph(name, triples)
                else:
                    self._endpoint.put_graph(name, triples)
            keys.append(source.key)
        return keys


class _ToFolder:
    """Loads into a store on disk."""

    def __init__(self, writer: DiskWriter) -> None:
        self._writer = writer
        self._tree = load_schema().class_tree

    def load(self, file: str | Path) -> list[str]:
        """Load a file, line by line if it is one of our shards; return the keys of its sources."""
        if heads := heads_of(Path(file)):
            for source in heads:
                self._writer.replace(source)
            with Path(file).open("rb") as f:
                self._writer.load_lines(f, self._tree)
            return [source.key for source in heads]
        keys = []
        for source in _sources(file):
            self._writer.load(source, self._tree)
            keys.append(source.key)
        return keys


def heads_of(file: Path) -> list[Source]:
    """Return the sources in N-Quads written by `corpus build`, each with only what identifies its documents.

    Reads the file in one pass. Returns [] for any other file: one written by another program, with a default graph, or
    without the inferred graph of a source.

    Args:
        file: Path of the file.
    """
    if file.suffix != ".nq" or not file.is_file():
        return []
    graphs, kept = set[str](), list[tuple[str, str, str, str]]()
    with file.open("rb") as f:
        for line in f:
            found = _LINE.fullmatch(line)
            if found is None:
                return []
            s, p, o, g = (part.decode(errors="replace") for part in found.groups())
            graphs.add(g)
            if p in _TELLING and (p != terms.TYPE or o == terms.gplan("SourceText")):
                kept.append((s, p, o, f"<{g}>"))
    named = {n for g in graphs if (n := terms.read_graph_name(g))}
    has_closure = {(n.base, n.key) for n in named if n.part == "inferred"}
    if not has_closure or {(n.base, n.key) for n in named} != has_closure:
        return []
    return sources_of(kept, name=str(file))


_LINE = re.compile(rb"(<[^<>\s]*>) (<[^<>\s]*>) (<[^<>\s]*>|\"(?:[^\"\\\n]|\\.)*\"\S*) <([^<>\s]*)> \.\n")
_TELLING = {terms.TYPE, terms.gplan("hasSourceText"), terms.gplan("documentNumber"), terms.TITLE}


def drop_from_store(place: str, keys: Iterable[str], *, base: str) -> None:
    """Drop sources from a store: all of them, or none if one does not exist.

    Args:
        place: As for `load_store`.
        keys: Keys of the sources.
        base: Base IRI of their graphs, required for a graph store.

    Raises:
        InputError: there is no such source, or no store.
    """
    from kgbuild.store.endpoint import Endpoint, is_address

    if is_address(place):
        endpoint = Endpoint(place)
        for key in keys:
            for part in terms.PARTS:
                endpoint.delete_graph(terms.graph_name(base, key, part))
        return
    folder = _own_store(place)
    open_store(folder)  # dropping must not create a store
    with write_store(folder) as writer:
        for key in keys:
            writer.drop(key)


def export_store(place: str, form: str) -> bytes:
    """Serialise all graphs of a store, in a form that `load_store` accepts, without the class tree of the ontology.

    Args:
        place: As for `load_store`, or the address of a SPARQL endpoint.
        form: A format of `kgbuild.graph.serialise`; flat formats hold the union of all graphs.

    Raises:
        InputError: there is no store, it is empty, or the endpoint does not answer.
    """
    from kgbuild.graph.serialise import serialise
    from kgbuild.store.endpoint import is_address

    held = connect(place) if is_address(place) else open_store(Path(place))
    graphs: dict[str, list[Triple]] = {}
    for graph, s, p, o in held.store("asserted").answer(_QUADS).rows:
        graphs.setdefault(str(graph)[1:-1], []).append((str(s), str(p), as_written(str(o))))
    if not graphs:
        raise InputError("holds nothing", where=place, cure="load graphs by `kgbuild store load`")
    base = min(base_of(triples) for name, triples in graphs.items() if terms.part_of(name) in ("asserted", "facts"))
    return serialise({name: sorted(triples) for name, triples in sorted(graphs.items())}, form, base=base)


def as_written(term: str) -> str:
    """Return a term of a store in the form of the builder; stores normalise decimals (1.0 to 1)."""
    return terms.decimal(terms.lexical(term)) if term.endswith(_DECIMAL) else term


def list_store(place: str) -> Rows:
    """Return the documents in a store or endpoint: key of the source, number, title.

    Raises:
        InputError: there is no store, or the endpoint does not answer.
    """
    from kgbuild.store.endpoint import is_address

    held = connect(place) if is_address(place) else open_store(Path(place))
    return held.store("asserted").select(_DOCUMENTS)


def quads_to_serve(files: Iterable[Path]) -> list[Quad]:
    """Return files as a store would hold them: the graphs of each source with its closure, and the class tree.

    Args:
        files: Graph files; one without a source text is used unchanged.

    Raises:
        InputError: a file cannot be read, or is not RDF.
    """
    quads: list[Quad] = []
    for file in files:
        own = read_quads(file)
        if not any((p, o) == (terms.TYPE, terms.gplan("SourceText")) for _, p, o, _ in own):
            quads += own
            continue
        for source in map(close_source, sources_of(own, name=str(file))):
            quads += [(*t, f"<{g}>") for g, ts in source.graphs.items() for t in ts]
    return quads + [(*t, "") for t in load_schema().class_tree]


def close_source(source: Source, beside: Iterable[Triple] = ()) -> Source:
    """Return a source with its inferred graph, computing it if it is missing.

    Args:
        source: The source.
        beside: Slices of the vocabularies that are in none of its graphs.
    """
    from kgbuild.graph.reason import close

    name = source.name("inferred")
    if name in source.graphs or source.name("facts") in source.graphs:  # facts already contain the closure
        return source
    triples = {*(t for ts in source.graphs.values() for t in ts), *beside}
    inferred = sorted(close(triples, load_schema().rules) - triples)
    return replace(source, graphs={**source.graphs, name: inferred})
