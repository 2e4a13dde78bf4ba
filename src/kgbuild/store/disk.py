"""Many documents in a folder: an embedded store on disk (RocksDB, through oxigraph).

Guarantees: a source consists of three graphs (asserted, inferred, run), and loading it again replaces them; the default
graph is the union of all graphs as a set, as in `kgbuild.store.memory`; a document key is accepted under a second
source only if number and title agree. Changes become visible all at once or not at all: a writer works on a copy of
hard links, which then becomes the current version (`kgbuild.store.versions`).
"""

from __future__ import annotations

import contextlib
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import InputError, Message
from kgbuild.graph.facts import is_facts
from kgbuild.store.memory import answer_of, to_nquads
from kgbuild.store.queryable import Queryable
from kgbuild.store.versions import broken, current_version, has_version, new_folder, open_version, publish, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from kgbuild.model import Triple
    from kgbuild.store.reading import Quad
    from kgbuild.store.values import Answer

_PENDING = 200_000
"""Quads loaded at a time by all threads, including those of the union; the engine takes 1 KB for each."""
_GRAPH = re.compile(rb" <[^<>\n]*> \.$", re.MULTILINE)
"""The graph of a quad. One search a batch: a split a line took a tenth of the loading, and other threads waited."""
_IDENTITY = ("documentNumber", terms.TITLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The graphs of one source text: triples by graph name, without angle brackets."""

    base: str
    key: str
    graphs: Mapping[str, Sequence[Triple]]

    def name(self, part: str) -> str:
        """Return the name of one of its graphs."""
        return terms.graph_name(self.base, self.key, part)


def sources_of(quads: Iterable[Quad], *, name: str) -> list[Source]:
    """Split a file into its sources; those of a flat file get the graph names that `build` uses.

    Args:
        quads: The file, as returned by `read_quads`.
        name: Name of the file, for messages.

    Raises:
        InputError: it contains no source text, or a flat file contains several.
    """
    graphs: dict[str, list[Triple]] = {}
    for s, p, o, g in quads:
        graphs.setdefault(g[1:-1], []).append((s, p, o))
    texts = sorted(
        {s[1:-1] for ts in graphs.values() for s, p, o in ts if (p, o) == (terms.TYPE, terms.gplan("SourceText"))}
    )
    flat = graphs.pop("", [])
    if not texts or (flat and len(texts) > 1):
        what = Message("holds {count} source texts", count=len(texts)) if texts else "holds no source text"
        raise InputError(what, where=name, cure="give graphs written by kgbuild build, one document a file or .trig")
    sources = []
    for text in texts:
        base, _, key = text.rpartition("text/")
        own = {g: ts for g, ts in graphs.items() if _is_of(g, base, key)}
        if flat:
            own[terms.graph_name(base, key, "facts" if is_facts(flat) else "asserted")] = flat
        sources.append(Source(base=base, key=key, graphs=own))
    return sources


def _is_of(graph: str, base: str, key: str) -> bool:
    """Tell whether a graph belongs to a source text: its own graph, or one of no source text."""
    named = terms.read_graph_name(graph)
    return named is None or (named.base, named.key) == (base, key)


class DiskStore(Queryable):
    """A store in a folder, for reading; any number of readers may coexist with one writer.

    Args:
        path: The folder.
        compare: Compare its files with their checksums; unnecessary if that has just been done.

    Raises:
        InputError: there is no store, it is damaged, or it cannot be opened.
    """

    def __init__(self, path: Path, *, compare: bool = True) -> None:
        self.path = path
        self._version = open_version(path, compare=compare)
        with _database(path):
            self._store = ox.Store.read_only(str(self._version.folder))

    def __len__(self) -> int:
        with _database(self.path):
            return len(self._store)

    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query of any form; see `Queryable.answer`.

        Raises:
            InputError: the store is damaged.
        """
        with _database(self.path):
            return answer_of(self._store, query, limit=limit, remote=remote)

    def engine(self, *, named: bool = True) -> ox.Store:
        """Return the underlying engine, for this room only; see `kgbuild.store.served`."""
        return self._store

    def stamp(self) -> str:
        """Return a text that changes whenever the content of the store does."""
        return self._version.folder.name

    def sources(self) -> list[str]:
        """Return the keys of the sources, sorted."""
        with _database(self.path):
            return sorted(key for _, key in _sources(self._store))


def current_stamp(path: Path) -> str:
    """Return the stamp that the store would have if opened now, without opening it; '' if there is none.

    Args:
        path: The folder of the store.
    """
    try:
        return current_version(path)
    except InputError:
        return ""


class DiskWriter:
    """Loads sources into a store and drops them; created by `write_store`."""

    def __init__(self, path: Path, store: ox.Store) -> None:
        self._path = path
        self._store = store

    def load(self, source: Source, background: Iterable[Triple] = ()) -> None:
        """Load a source, replacing what was loaded under its key.

        Args:
            source: The source.
            background: Triples that every query sees but that are in no named graph: the class tree of the ontology.

        Raises:
            InputError: a document in the store has the same key but another number or title.
        """
        quads: list[Quad] = [(*t, f"<{g}>") for g, ts in source.graphs.items() for t in ts]
        quads += [(*t, "") for t in background]
        with _database(self._path, is_writing=True):
            self._check_documents(source)
            self._forget(source.base, source.key)
            self._store.extend(ox.parse(to_nquads(quads).encode(), format=ox.RdfFormat.N_QUADS))

    def load_lines(self, pieces: Iterable[bytes], background: Iterable[Triple] = (), *, threads: int = 1) -> None:
        """Load any number of N-Quads of sources that the store does not contain, in batches, and update the union.

        Args:
            pieces: One or more whole lines each: a quad a line, in a named graph, terms separated by single blanks.
            background: As for `load`.
            threads: Number of batches loaded at the same time.
        """
        from concurrent.futures import ThreadPoolExecutor  # readers never need it

        with _database(self._path, is_writing=True):
            self._store.extend(ox.parse(to_nquads((*t, "") for t in background).encode(), format=ox.RdfFormat.N_QUADS))
            with ThreadPoolExecutor(threads) as pool:
                under_way: deque[Future[None]] = deque()
                for batch in _batches(pieces, _PENDING // threads):
                    if len(under_way) == threads:
                        under_way.popleft().result()
                    under_way.append(pool.submit(self._store.bulk_load, batch, format=ox.RdfFormat.N_QUADS))
                for loading in under_way:
                    loading.result()

    def replace(self, source: Source) -> None:
        """Prepare for loading a source: check its documents against the store, and remove its previous version.

        Args:
            source: Its base and key; of its graphs, what identifies its documents suffices.

        Raises:
            InputError: a document in the store has the same key but another number or title.
        """
        with _database(self._path, is_writing=True):
            self._check_documents(source)
            if (source.base, source.key) in _sources(self._store):
                self._forget(source.base, source.key)

    def put_graph(self, graph: str, lines: bytes) -> None:
        """Replace a graph that belongs to no source, and update the union.

        Args:
            graph: Its name, without angle brackets.
            lines: N-Triples.
        """
        node, wanted = ox.NamedNode(graph), ox.Store()
        wanted.bulk_load(lines, format=ox.RdfFormat.N_TRIPLES)
        with _database(self._path, is_writing=True):
            held = self._store.quads_for_pattern(None, None, None, node)
            for q in [q for q in held if ox.Quad(q.subject, q.predicate, q.object) not in wanted]:
                self._store.remove(q)
                others = self._store.quads_for_pattern(q.subject, q.predicate, q.object, None)
                if not any(isinstance(other.graph_name, ox.NamedNode) for other in others):
                    self._store.remove(ox.Quad(q.subject, q.predicate, q.object))
            quads = [ox.Quad(q.subject, q.predicate, q.object, g) for q in wanted for g in (node, ox.DefaultGraph())]
            self._store.extend(quads)

    def drop(self, name: str) -> None:
        """Drop a source.

        Args:
            name: Its key, as printed by `kgbuild store list`.

        Raises:
            InputError: there is no such source.
        """
        with _database(self._path, is_writing=True):
            for base, key in _sources(self._store):
                if key == name:
                    self._forget(base, key)
                    return
        raise InputError(
            Message("has no source {name!r}", name=name), where=str(self._path), cure="see `kgbuild store list`"
        )

    def compact(self) -> None:
        """Rewrite the whole store to save space; not worthwhile if little of a large store changes."""
        with _database(self._path, is_writing=True):
            self._store.flush()
            self._store.optimize()

    def copy_to(self, folder: Path) -> None:
        """Copy the store to a new folder, by hard links where the system has them."""
        with _database(self._path, is_writing=True):
            self._store.flush()
            self._store.backup(str(folder))

    def close(self) -> None:
        """Let go of the store, which closes it; the writer is of no use after that."""
        del self._store

    def _forget(self, base: str, key: str) -> None:
        names = [ox.NamedNode(terms.graph_name(base, key, part)) for part in terms.PARTS]
        own = ", ".join(map(str, names))
        for graph in names:
            # From the union remove what no other graph states.
            self._store.update(
                f"DELETE {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} FILTER NOT EXISTS {{ "
                f"GRAPH ?other {{ ?s ?p ?o }} FILTER(?other NOT IN ({own})) }} }} ; DROP SILENT GRAPH {graph}"
            )

    def _check_documents(self, source: Source) -> None:
        text = f"<{source.base}text/{source.key}>"
        triples = {t for ts in source.graphs.values() for t in ts}
        mine = [s for s, p, o in triples if (p, o) == (terms.gplan("hasSourceText"), text)]
        for document in sorted(mine):
            other = self._select(f"SELECT ?t {{ {document} {terms.gplan('hasSourceText')} ?t FILTER(?t != {text}) }}")
            if not other:
                continue
            for name in _IDENTITY:
                prop = name if name.startswith("<") else terms.gplan(name)
                new = {terms.key_text(terms.lexical(o)) for s, p, o in triples if (s, p) == (document, prop)}
                old = {terms.key_text(terms.lexical(o)) for o in self._select(f"SELECT ?o {{ {document} {prop} ?o }}")}
                if new != old:
                    what = Message(
                        "{document} has another {property} in {other}",
                        document=document,
                        property=name.strip("<>").rpartition("/")[2],
                        other=other[0],
                    )
                    raise InputError(
                        what, where=source.key, cure="drop the other source, or give the document its number"
                    )

    def _select(self, query: str) -> list[str]:
        return [row[0] for row in answer_of(self._store, query, limit=None, remote=False).rows if row[0] is not None]


def _batches(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Yield named quads and their statements in the union, so many at a time, a piece in one batch."""
    pending, quads = list[bytes](), 0
    for piece in pieces:
        pending.append(piece)
        quads += 2 * piece.count(b"\n")
        if quads >= most:
            yield _with_union(pending)
            pending, quads = [], 0
    yield _with_union(pending)


def _with_union(pieces: list[bytes]) -> bytes:
    named = b"".join(pieces)
    return named + b"\n" + _GRAPH.sub(b" .", named)


@contextlib.contextmanager
def write_store(path: Path, *, compact: bool = True) -> Iterator[DiskWriter]:
    """Yield a writer for a store; its changes become visible when the block ends, unless it fails.

    Args:
        path: The folder of the store; created if necessary.
        compact: Compact it before it becomes visible; see `DiskWriter.compact`.

    Raises:
        InputError: the folder is not a store, another process is writing to it, it is damaged or cannot be written.
    """
    has_version(path)
    with writing(path) as work:
        if has_version(path):
            _copy(path, work)
        with _database(path, is_writing=True):
            writer = DiskWriter(path, ox.Store(str(work)))
        try:
            yield writer
            # Compacted and copied without its write logs, a store takes a third of the space.
            if compact:
                writer.compact()
            with _database(path, is_writing=True):
                done = new_folder(path)
                writer.copy_to(done)
                publish(path, done)
        finally:
            writer.close()  # else the engine might put a file into the folder while it is removed


def _copy(path: Path, work: Path) -> None:
    version = open_version(path)
    with _database(path):
        store = ox.Store.read_only(str(version.folder))
    with _database(path, is_writing=True):
        store.backup(str(work))


@contextlib.contextmanager
def _database(path: Path, *, is_writing: bool = False) -> Iterator[None]:
    """Add the name of the store to errors of its database."""
    try:
        yield
    except (OSError, RuntimeError) as e:
        raise broken(path, e, is_writing=is_writing) from e


def _sources(store: ox.Store) -> list[tuple[str, str]]:
    names = (g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))
    found = [named for n in names if (named := terms.read_graph_name(n)) and named.key]
    return sorted({(named.base, named.key) for named in found if named.part in ("asserted", "facts")})
