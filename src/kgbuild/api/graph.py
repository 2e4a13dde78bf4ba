"""Graphs, stores and endpoints that can be asked."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

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
        quads: Quads as `kgbuild.store.read_quads` gives them.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.quads: tuple[Quad, ...] = tuple(quads)

    def __len__(self) -> int:
        return len(self.triples)

    @cached_property
    def triples(self) -> frozenset[Triple]:
        """The union of all graphs, inferred statements only as far as they were given."""
        return frozenset((s, p, o) for s, p, o, _ in self.quads)

    def store(self, graph: GraphNeed) -> Store:
        """Return the store that saved queries run on, with the class tree of the ontology beside the data.

        Args:
            graph: `asserted` for the graph as given, `full` for its closure.
        """
        return self._full if graph == "full" else self._asserted

    def free_store(self, *, inferred: bool) -> Store:
        """Return the store that free queries run on: as given, or with closure and class tree."""
        return self._full if inferred else Store(self.quads)

    def verify(self, *sources: str | Path, config: Path | None = None, decisions: Path | None = None) -> VerifyReport:
        """Prove the graph against its sources; `level` of the report says what was reached.

        Args:
            sources: Files that it was built from, or folders with them.
            config: Configuration that it was built with; None = the nearest kgbuild.toml above each.
            decisions: Folder with the decisions that it was built with.

        Raises:
            InputError: a file cannot be read, or the default graph holds inferred statements.
        """
        from kgbuild.api.proof import prove

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

        # Closing what is closed already adds nothing, so a file with inferred statements needs no case of its own.
        store = Store(self.quads)
        store.add((*t, "") for t in close(self.triples, load_schema().rules))
        store.add((*t, "") for t in load_schema().class_tree)
        return store


def ontology() -> list[Triple]:
    """Return the statements of our ontology."""
    return list(load_schema().triples)


def open(path: str | Path) -> Graph:  # noqa: A001 - used as kgbuild.open, like gzip.open
    """Open a graph file of any format that we write; `-` is the standard input.

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


def open_store(path: Path) -> StoredDataset:
    """Open a store that `kgbuild store load` filled, for reading.

    Raises:
        InputError: there is none.
    """
    return StoredDataset(DiskStore(path))


def connect(url: str, *, timeout: float = 60.0) -> StoredDataset:
    """Return an endpoint to be asked; see `kgbuild.store.endpoint`.

    Raises:
        UsageError: that is no address.
    """
    from kgbuild.store.endpoint import Endpoint

    return StoredDataset(Endpoint(url, timeout=timeout))


def base_of(triples: Iterable[Triple]) -> str:
    """Return the base of the instances of a graph, from the IRI of its source text."""
    kind = gplan("SourceText")
    found = sorted(s[1:-1].rpartition("text/")[0] for s, _, o in triples if o == kind)
    return found[0] if found else ""
