"""A graph that saved and free queries are asked of, wherever it lies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from kgbuild.queries.free import LIMIT, TIMEOUT, free_query
from kgbuild.queries.run import run_template
from kgbuild.queries.template import find_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kgbuild.queries.run import Given
    from kgbuild.queries.template import GraphNeed
    from kgbuild.store import Queryable, Rows


class Dataset(ABC):
    """What can be asked by name.

    Attributes:
        folders: Folders of a user with further saved queries.
        timeout: Seconds for one of these.
    """

    folders: Sequence[Path] = ()
    timeout: float = TIMEOUT

    @abstractmethod
    def store(self, graph: GraphNeed) -> Queryable:
        """Return the store that saved queries run on.

        Args:
            graph: `asserted` for the graph as given, `full` for its closure.
        """

    def query(
        self, name: str, /, *, limit: int | None = None, cite: bool = False, **params: Given | Iterable[Given]
    ) -> Rows:
        """Run a saved query.

        Args:
            name: Name of the query, such as `bodies-of-action`.
            limit: Most rows to return, None for all.
            cite: Find for each row where the text says it: `rows.quotes`.
            **params: Value or values by parameter of the query.

        Raises:
            UsageError: unknown query or parameter, missing or unfit value, unknown or ambiguous name.
            InputError: a query of a user took too long or too much memory.

        Example:
            `graph.query("bodies-of-action", item="8")`
        """
        template = find_template(name, self.folders)
        values = {key: _kept(value) for key, value in params.items()}
        rows = run_template(template, self.store(template.graph), values, limit=limit, timeout=self.timeout)
        if not cite:
            return rows
        from kgbuild.queries.cite import with_quotes

        return with_quotes(template, self.store(template.graph), values, rows, timeout=self.timeout)

    def sparql(
        self,
        query: str,
        *,
        timeout: float = TIMEOUT,
        limit: int | None = LIMIT,
        inferred: bool = False,
        remote: bool = False,
    ) -> Rows:
        """Run a query of your own, in a process that the deadline ends.

        Args:
            query: SELECT, ASK, CONSTRUCT or DESCRIBE; our prefixes need no declaration.
            timeout: Seconds for the query.
            limit: Most rows to return, None for all.
            inferred: Ask the graph with its closure and the class tree, not the graph as given.
            remote: Let SERVICE and FROM pass.

        Raises:
            UsageError: a syntax error, SERVICE, FROM or an update.
            InputError: it took too long or too much memory.
        """
        return free_query(self.free_store(inferred=inferred), query, timeout=timeout, limit=limit, remote=remote)

    def free_store(self, *, inferred: bool) -> Queryable:
        """Return the store that free queries run on."""
        return self.store("full" if inferred else "asserted")


def _kept(value: Given | Iterable[Given]) -> Given | list[Given]:
    # An iterator of values is read twice.
    from collections.abc import Iterable as Several

    return list(value) if isinstance(value, Several) and not isinstance(value, str) else value


class StoredDataset(Dataset):
    """A store on disk or on another machine: it answers from all that it holds, inferred statements included."""

    def __init__(self, store: Queryable) -> None:
        self._store = store

    def store(self, graph: GraphNeed) -> Queryable:
        """Return the store."""
        return self._store
