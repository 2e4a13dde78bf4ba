"""A graph for saved and free queries, wherever it is stored."""

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
    """Something that can be queried.

    Attributes:
        folders: Folders of the user with additional saved queries.
        timeout: Seconds for a user query.
    """

    folders: Sequence[Path] = ()
    timeout: float = TIMEOUT

    @abstractmethod
    def store(self, graph: GraphNeed) -> Queryable:
        """Return the store on which saved queries run.

        Args:
            graph: `asserted` for the graph as given, `full` for its closure.
        """

    def query(
        self, name: str, /, *, limit: int | None = None, cite: bool = False, **params: Given | Iterable[Given]
    ) -> Rows:
        """Run a saved query.

        Args:
            name: Name of the query, such as `bodies-of-action`.
            limit: Maximum number of rows; None = all.
            cite: Find the supporting text of each row (`rows.quotes`).
            **params: Value or values by parameter name.

        Raises:
            UsageError: unknown query or parameter, missing or invalid value, unknown or ambiguous name.
            InputError: a user query took too much time or memory.

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
        """Run a free query in a separate process that is killed at the deadline.

        Args:
            query: SELECT, ASK, CONSTRUCT or DESCRIBE; our prefixes need no declaration.
            timeout: Seconds for the query.
            limit: Maximum number of rows; None = all.
            inferred: Query the closure with the class tree rather than the graph as given.
            remote: Allow SERVICE and FROM.

        Raises:
            UsageError: a syntax error, SERVICE, FROM or an update.
            InputError: it took too much time or memory.
        """
        return free_query(self.free_store(inferred=inferred), query, timeout=timeout, limit=limit, remote=remote)

    def free_store(self, *, inferred: bool) -> Queryable:
        """Return the store on which free queries run."""
        return self.store("full" if inferred else "asserted")


def _kept(value: Given | Iterable[Given]) -> Given | list[Given]:
    # An iterator of values would be consumed twice.
    from collections.abc import Iterable as Several

    return list(value) if isinstance(value, Several) and not isinstance(value, str) else value


class StoredDataset(Dataset):
    """A store on disk or a remote server; it answers from everything that it holds, including inferred statements."""

    def __init__(self, store: Queryable) -> None:
        self._store = store

    def store(self, graph: GraphNeed) -> Queryable:
        """Return the store."""
        return self._store
