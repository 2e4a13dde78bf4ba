"""The facade for Python users: `kgbuild.open(path).query("outline")`.

Composes the rooms below; holds no logic of its own.
"""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.config import data_dir, find_config, load_settings
from kgbuild.errors import InputError
from kgbuild.queries.free import LIMIT, TIMEOUT, free_query
from kgbuild.queries.run import run_template
from kgbuild.queries.table import with_places
from kgbuild.queries.template import find_template
from kgbuild.store import Store, read_quads

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib

    from kgbuild.model import SourceText, Triple
    from kgbuild.proof.verify import VerifyReport
    from kgbuild.queries.run import Given
    from kgbuild.store import Quad, Rows

__all__ = ["Graph", "locate", "open", "open_graphs", "read_file", "read_query"]

_SUBCLASS = f"<{terms.RDFS}subClassOf>"


class Graph:
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

    def query(self, name: str, /, *, limit: int | None = None, **params: Given | Iterable[Given]) -> Rows:
        """Run a saved query.

        Args:
            name: Name of the query, such as `bodies-of-action`.
            limit: Most rows to return, None for all.
            **params: Value or values by parameter of the query.

        Raises:
            UsageError: unknown query or parameter, missing or unfit value, unknown or ambiguous name.

        Example:
            `graph.query("bodies-of-action", item="8")`
        """
        template = find_template(name)
        store = self._full if template.graph == "full" else self._asserted
        return run_template(template, store, params, limit=limit)

    def sparql(
        self, query: str, *, timeout: float = TIMEOUT, limit: int | None = LIMIT, inferred: bool = False
    ) -> Rows:
        """Run a query of your own, in a process that the deadline ends.

        Args:
            query: SELECT, ASK, CONSTRUCT or DESCRIBE; our prefixes need no declaration.
            timeout: Seconds for the query.
            limit: Most rows to return, None for all.
            inferred: Ask the graph with its closure and the class tree, not the graph as given.

        Raises:
            UsageError: a syntax error, SERVICE, FROM or an update.
            InputError: it took too long or too much memory.
        """
        return free_query(self._full if inferred else Store(self.quads), query, timeout=timeout, limit=limit)

    def verify(self, source: SourceText) -> VerifyReport:
        """Compare every evidence span with the source; see `kgbuild.proof.verify`."""
        from kgbuild.proof.verify import verify

        return verify(self.quads, source)

    def to_rdflib(self) -> rdflib.Graph:
        """Return the union of all graphs as an rdflib graph."""
        from kgbuild.graph.interchange import to_rdflib

        return to_rdflib(sorted(self.triples))

    @cached_property
    def _asserted(self) -> Store:
        store = Store(self.quads)
        store.add((*t, "") for t in _ontology() if t[1] == _SUBCLASS)
        return store

    @cached_property
    def _full(self) -> Store:
        from kgbuild.graph.reason import close, compile_rules

        # Closing what is closed already adds nothing, so a file with inferred statements needs no case of its own.
        store = Store(self.quads)
        store.add((*t, "") for t in close(self.triples, compile_rules(_ontology())))
        store.add((*t, "") for t in _ontology() if t[1] == _SUBCLASS)
        return store


def _ontology() -> list[Triple]:
    return [(s, p, o) for s, p, o, _ in read_quads(data_dir("ontology") / "gplan.ttl")]


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


def locate(graph: Graph, rows: Rows, source: Path) -> Rows:
    """Return rows with line and column in the source behind their column `start`.

    Args:
        graph: The graph that was asked.
        rows: The answer.
        source: The file that the graph was built from.

    Raises:
        UsageError: the rows have no column `start`.
        InputError: the file cannot be read, or its text is not the one of the graph.
    """
    text = read_file(source)
    hashes = {terms.lexical(o) for _, p, o in graph.triples if p == terms.gplan("contentSha256")}
    if hashes != {text.sha256}:
        what = (
            f"is one of {len(hashes)} texts of the graph" if text.sha256 in hashes else "is not the text of the graph"
        )
        raise InputError(what, where=str(source), cure="give the graph of this file alone, or leave --source out")
    return with_places(rows, text.text)


def read_file(path: Path) -> SourceText:
    """Read a file as `kgbuild read` does, with the settings of the nearest kgbuild.toml.

    Raises:
        InputError: the file cannot be read.
    """
    from kgbuild.read import read_bytes

    try:
        data = path.read_bytes()
    except OSError as e:
        raise InputError(f"cannot be read ({e.strerror})", where=str(path), cure="check the path") from e
    return read_bytes(data, name=path.name, max_bytes=load_settings(find_config(path)).max_bytes)


def read_query(text: str) -> str:
    """Return a query: the text itself, or what stands in a file `*.rq` or, for `-`, in the standard input.

    Raises:
        InputError: the file cannot be read.
    """
    if text == "-":
        return sys.stdin.read()
    if not text.endswith(".rq"):
        return text
    try:
        return Path(text).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise InputError("cannot be read as UTF-8", where=text, cure="check the path") from e
