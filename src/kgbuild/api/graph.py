"""Graphs, stores and endpoints for querying."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgbuild.api.corpus.layout import store_folder
from kgbuild.queries.dataset import Dataset, StoredDataset
from kgbuild.store import DiskStore, Store, load_schema, read_quads
from kgbuild.terms import gplan

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib

    from kgbuild.model import Triple
    from kgbuild.proof.verify import VerifyReport
    from kgbuild.queries.template import GraphNeed
    from kgbuild.store import Quad


class Graph(Dataset):
    """A graph in memory.

    Args:
        quads: Quads as returned by `kgbuild.store.read_quads`.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.quads: tuple[Quad, ...] = tuple(quads)

    def __len__(self) -> int:
        return len(self.triples)

    @cached_property
    def triples(self) -> frozenset[Triple]:
        """The union of all graphs, with inferred statements only as far as they were given."""
        return frozenset((s, p, o) for s, p, o, _ in self.quads)

    def store(self, graph: GraphNeed) -> Store:
        """Return the store on which saved queries run; it contains the class tree of the ontology too.

        Args:
            graph: `asserted` for the graph as given, `full` for its closure.
        """
        return self._full if graph == "full" else self._asserted

    def free_store(self, *, inferred: bool) -> Store:
        """Return the store on which free queries run: as given, or with closure and class tree."""
        return self._full if inferred else Store(self.quads)

    def verify(self, *sources: str | Path, config: Path | None = None, decisions: Path | None = None) -> VerifyReport:
        """Prove the graph against its sources; the `level` of the report says how far.

        Args:
            sources: Files from which it was built, or folders with them.
            config: Configuration with which it was built; None = the nearest kgbuild.toml above each.
            decisions: Folder with the decisions with which it was built.

        Raises:
            InputError: a file cannot be read, or the default graph contains inferred statements.
        """
        from kgbuild.api.proving import prove

        return prove(self.quads, map(Path, sources), config=config, decisions=decisions)

    def to_rdflib(self) -> rdflib.Graph:
        """Return the union of all graphs as an rdflib graph."""
        from kgbuild.graph.interchange import to_rdflib

        return to_rdflib(sorted(self.triples))

    @cached_property
    def _asserted(self) -> Store:
        store = Store(self.quads)
        store.add((*t, "") for t in load_schema().class_tree)
        return store

    @cached_property
    def _full(self) -> Store:
        from kgbuild.graph.reason import close

        # Closing a closed graph adds nothing, so files with inferred statements need no special case.
        store = Store(self.quads)
        store.add((*t, "") for t in close(self.triples, load_schema().rules))
        store.add((*t, "") for t in load_schema().class_tree)
        return store


def ontology() -> list[Triple]:
    """Return the triples of our ontology."""
    return list(load_schema().triples)


def open(path: str | Path) -> Graph:  # noqa: A001 - used as kgbuild.open, like gzip.open
    """Open a graph file in any format that kgbuild writes; `-` is the standard input.

    Raises:
        InputError: the file cannot be read, or is not RDF.
    """
    return open_graphs([path])


def open_graphs(paths: Iterable[str | Path]) -> Graph:
    """Open several graph files as one graph.

    Raises:
        InputError: a file cannot be read, or is not RDF.
    """
    places: list[Path | Literal["-"]] = ["-" if str(path) == "-" else Path(path) for path in paths]
    return Graph(quad for place in places for quad in read_quads(place))


def open_store(path: str | Path) -> StoredDataset:
    """Open a store filled by `kgbuild store load`, or the store of a corpus, for reading.

    Args:
        path: The folder of the store or of the corpus.

    Raises:
        InputError: there is no store.
    """
    return StoredDataset(DiskStore(store_folder(Path(path))))


def connect(url: str, *, timeout: float = 60.0) -> StoredDataset:
    """Return a dataset for a SPARQL endpoint; see `kgbuild.store.endpoint`.

    Raises:
        UsageError: the address is invalid.
    """
    from kgbuild.store.endpoint import Endpoint

    return StoredDataset(Endpoint(url, timeout=timeout))


def base_of(triples: Iterable[Triple]) -> str:
    """Return the base IRI of the instances of a graph, taken from the IRI of its source text."""
    kind = gplan("SourceText")
    found = sorted(s[1:-1].rpartition("text/")[0] for s, _, o in triples if o == kind)
    return found[0] if found else ""
