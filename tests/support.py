"""What several tests need: the command line in process, rows as rdflib gives them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from kgbuild.cli import main
from kgbuild.graph.interchange import to_rdflib
from kgbuild.store import Store, Value, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest
    import rdflib

Run = Callable[..., tuple[int, str, str]]
"""Arguments → exit code, standard output, standard error."""


def runner(monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes], *words: str) -> Run:
    """Return a function that calls kgbuild as the shell does, with `words` before its arguments."""

    def call(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kgbuild", *words, *map(str, args)])
        code: object = 0
        try:
            main()
        except SystemExit as e:
            code = e.code
        out, err = capture.readouterr()
        assert isinstance(code, int)
        return code, out.decode(), err.decode()

    return call


def in_rdflib(query: str, store: Store) -> list[tuple[Value, ...]]:
    """Return the rows that rdflib gives over the default graph of a store, with the same typed values."""
    triples = store.answer("SELECT ?s ?p ?o { ?s ?p ?o }").rows
    result = to_rdflib((str(s), str(p), str(o)) for s, p, o in triples).query(query)
    if result.type == "ASK":
        return [(bool(result.askAnswer),)]
    rows = cast("Iterable[Iterable[rdflib.term.Node | None]]", result)
    return [tuple(None if node is None else value_of(node.n3()) for node in row) for row in rows]
