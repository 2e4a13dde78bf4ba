"""Many documents in a folder: an embedded store on disk, RocksDB by way of oxigraph.

Guarantees: a source is three graphs (asserted, inferred, run), and loading it again replaces them; the default graph
is the union of all graphs as a set, as in `kgbuild.store.memory`; a document key comes under a second source only
where number and title agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import InputError
from kgbuild.store.asked import Asked
from kgbuild.store.memory import answer_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from kgbuild.model import Triple
    from kgbuild.store.reading import Quad
    from kgbuild.store.values import Answer

_IDENTITY = ("documentNumber", f"<{terms.DCTERMS}title>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The graphs of one source text: triples by name of the graph, without angle brackets."""

    base: str
    key: str
    graphs: Mapping[str, Sequence[Triple]]

    def name(self, part: str) -> str:
        """Return the name of one of its graphs."""
        return terms.graph_name(self.base, self.key, part)


def sources_of(quads: Iterable[Quad], *, name: str) -> list[Source]:
    """Return the sources that a file holds, those of a flat file under the names that `build` gives.

    Args:
        quads: The file, as `read_quads` gives it.
        name: What messages call it.

    Raises:
        InputError: it holds no source text, or a flat file holds several.
    """
    graphs: dict[str, list[Triple]] = {}
    for s, p, o, g in quads:
        graphs.setdefault(g[1:-1], []).append((s, p, o))
    texts = sorted(
        {s[1:-1] for ts in graphs.values() for s, p, o in ts if (p, o) == (terms.TYPE, terms.gplan("SourceText"))}
    )
    flat = graphs.pop("", [])
    if not texts or (flat and len(texts) > 1):
        what = f"holds {len(texts)} source texts" if texts else "holds no source text"
        raise InputError(what, where=name, cure="give graphs written by kgbuild build, one document a file or .trig")
    sources = []
    for text in texts:
        base, _, key = text.rpartition("text/")
        own = {g: ts for g, ts in graphs.items() if _is_of(g, base, key)}
        if flat:
            own[terms.graph_name(base, key, "asserted")] = flat
        sources.append(Source(base=base, key=key, graphs=own))
    return sources


def _is_of(graph: str, base: str, key: str) -> bool:
    """Tell whether a graph belongs to a source text: one of its own, or one of no source text at all."""
    named = terms.read_graph_name(graph)
    return named is None or (named.base, named.key) == (base, key)


class DiskStore(Asked):
    """A store in a folder.

    Args:
        path: The folder.
        write: Open it for loading and dropping; it is made where it does not exist. Without, several processes may
            read at once.

    Raises:
        InputError: there is no store, it cannot be opened, or another process writes to it.
    """

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        if not write and not (path / "CURRENT").is_file():
            raise InputError("is no store", where=str(path), cure="make it by `kgbuild store load`")
        try:
            self._store = ox.Store(str(path)) if write else ox.Store.read_only(str(path))
        except OSError as e:
            raise InputError(f"cannot be opened ({e})", where=str(path), cure="close what writes to it") from e

    def __len__(self) -> int:
        return len(self._store)

    def answer(self, query: str, *, limit: int | None = None, remote: bool = False) -> Answer:
        """Run a query of any form; see `Asked.answer`."""
        return answer_of(self._store, query, limit=limit, remote=remote)

    def load(self, source: Source, background: Iterable[Triple] = ()) -> None:
        """Load a source in place of what was loaded under its key.

        Args:
            source: The source.
            background: Triples that every query sees, in no graph of their own: the class tree of the ontology.

        Raises:
            InputError: a document of the store has one of its keys and another number or title.
        """
        self._check_documents(source)
        self._forget(source.base, source.key)
        quads: list[Quad] = [(*t, f"<{g}>") for g, ts in source.graphs.items() for t in ts]
        quads += [(*t, "") for t in background]
        self._store.extend(ox.parse(lines_of(quads).encode(), format=ox.RdfFormat.N_QUADS))

    def drop(self, name: str) -> None:
        """Drop a source.

        Args:
            name: Its key, as `kgbuild store list` prints it.

        Raises:
            InputError: there is no such source.
        """
        for base, key in self._sources():
            if key == name:
                self._forget(base, key)
                self._store.flush()
                return
        raise InputError(f"has no source {name!r}", where=str(self.path), cure="see `kgbuild store list`")

    def flush(self) -> None:
        """Write what was loaded to the disk."""
        self._store.flush()
        self._store.optimize()

    def stamp(self) -> str:
        """Return a text that changes when something is loaded or dropped."""
        files = (f for f in self.path.iterdir() if f.suffix in (".sst", ".log") or f.name.startswith("MANIFEST"))
        return " ".join(sorted(f"{f.name}:{f.stat().st_size}:{f.stat().st_mtime_ns}" for f in files))

    def sources(self) -> list[str]:
        """Return the keys of the sources, sorted."""
        return sorted(key for _, key in self._sources())

    def _sources(self) -> list[tuple[str, str]]:
        names = (g.value for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))
        found = [named for n in names if (named := terms.read_graph_name(n)) and named.key]
        return [(named.base, named.key) for named in found if named.part == "asserted"]

    def _forget(self, base: str, key: str) -> None:
        names = [ox.NamedNode(terms.graph_name(base, key, part)) for part in terms.PARTS]
        own = ", ".join(map(str, names))
        for graph in names:
            # Of the union goes what no other graph says.
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
                    what = f"{document} has another {name.strip('<>').rpartition('/')[2]} in {other[0]}"
                    raise InputError(
                        what, where=source.key, cure="drop the other source, or give the document its number"
                    )

    def _select(self, query: str) -> list[str]:
        return [row[0] for row in self.answer(query).rows if row[0] is not None]
