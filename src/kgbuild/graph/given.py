"""What the user states about a document ↔ triples on its source text.

Each value has a property of its own (`gplan:givenTitle` …), so that it cannot be mistaken for what the text says.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from kgbuild.model import Metadata
from kgbuild.terms import date, gplan, lexical, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Triple

PROPERTIES = {
    "title": gplan("givenTitle"),
    "date": gplan("givenDate"),
    "number": gplan("givenNumber"),
    "issuer": gplan("givenIssuer"),
    "place": gplan("givenPlace"),
    "source_url": gplan("givenUrl"),
    "name": gplan("givenName"),
}
"""Property for each field of `Metadata`."""


def given_statements(text: str, metadata: Metadata | None) -> frozenset[Triple]:
    """Return the triples for what the user stated.

    Args:
        text: Node of the source text.
        metadata: What the user stated.

    Example:
        >>> sorted(given_statements("<t>", Metadata(number="云政发〔2025〕1号")))[0][2]
        '"云政发〔2025〕1号"'
    """
    stated = {f.name: getattr(metadata, f.name) for f in fields(Metadata)} if metadata else {}
    return frozenset(
        (text, PROPERTIES[name], date(value) if name == "date" else literal(value))
        for name, value in stated.items()
        if value
    )


def read_given(text: str, triples: Iterable[Triple]) -> Metadata:
    """Return what the user stated according to a graph; of several values for a field, the first in sort order.

    Args:
        text: Node of the source text.
        triples: The graph.
    """
    names = {predicate: name for name, predicate in PROPERTIES.items()}
    found = sorted((names[p], lexical(o)) for s, p, o in triples if s == text and p in names and o.startswith('"'))
    return Metadata(**dict(reversed(found)))
