"""What a worker can do: a store, and the tasks that a request may name.

A task takes the desk, a stream for a long body, and its arguments; what it returns is sent as a head in JSON. It runs
in a process of its own (`kgbuild.web.worker`), so that a deadline ends it whatever it does.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.config import DEFAULT_BASE
from kgbuild.errors import InputError, KgbuildError
from kgbuild.store import Scope, Served

if TYPE_CHECKING:
    from collections.abc import Callable

    Task = Callable[..., dict[str, Any] | None]


class MissingError(KgbuildError):
    """There is nothing under a name."""

    exit_code = 3


class Desk:
    """A store that is open.

    Args:
        setup: `path` of a store on disk, or `union` and `named`, files of what `Store.dump` gave; `stamp` of these.

    Raises:
        InputError: the store cannot be opened.
    """

    def __init__(self, setup: dict[str, Any]) -> None:
        if "path" in setup:
            self.store = Served.on_disk(Path(setup["path"]))
            self.stamp = self.store.stamp()
        else:
            self.store = Served.in_memory(Path(setup["union"]).read_bytes(), Path(setup["named"]).read_bytes())
            self.stamp = str(setup["stamp"])

    @cached_property
    def base(self) -> str:
        """The base of the instances, from the source texts; ours where there is none."""
        found = sorted(str(row[0]).rpartition("text/")[0] for row in self.store.select(_BASES).rows)
        return found[0] if found else DEFAULT_BASE


def sparql(desk: Desk, out: IO[bytes], *, query: str, form: str, scope: dict[str, Any], most: int) -> None:
    """Run a query of a user; see `Served.write_answer`."""
    named = Scope(default=tuple(scope["default"]), named=tuple(scope["named"]), base=scope["base"])
    desk.store.write_answer(query, out, form=form, scope=named, most=most)


def graph(desk: Desk, out: IO[bytes], *, name: str | None, form: str) -> None:
    """Write a graph; see `Served.write_graph`.

    Raises:
        MissingError: there is none of this name.
    """
    try:
        desk.store.write_graph(out, form=form, name=name)
    except InputError as e:
        raise MissingError(e.what, where=e.where, cure=e.cure) from e


_COUNTS = f"""
PREFIX gplan: <{terms.GPLAN}>
SELECT ?triples ?entities ?classes ?properties ?documents {{
  {{ SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?entities) (COUNT(DISTINCT ?p) AS ?properties)
    {{ ?s ?p ?o }} }}
  {{ SELECT (COUNT(DISTINCT ?c) AS ?classes) {{ ?x a ?c }} }}
  {{ SELECT (COUNT(DISTINCT ?d) AS ?documents) {{ ?d gplan:hasSourceText ?t }} }}
}}
"""
_BASES = f"SELECT DISTINCT ?text {{ ?text a <{terms.GPLAN}SourceText> }}"


def counts(desk: Desk, out: IO[bytes]) -> dict[str, Any]:
    """Return how much the store holds: triples, entities, classes, properties, documents, and the base of its IRIs."""
    rows = desk.store.select(_COUNTS)
    return {**dict(zip(rows.columns, rows.rows[0], strict=True)), "base": desk.base}


TASKS: dict[str, Task] = {"counts": counts, "graph": graph, "sparql": sparql}
