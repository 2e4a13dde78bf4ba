"""Units of measure of the vocabulary → notations by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms

if TYPE_CHECKING:
    from kgbuild.lexicon.turtle import Node

_SCHEME = f"<{terms.SKOS}inScheme>"
_NOTATION = f"<{terms.SKOS}notation>"
_BROADER = f"<{terms.SKOS}broader>"
_KIND = terms.code("unit-kind-")[:-1]


def compile_units(nodes: dict[str, Node]) -> dict[str, str]:
    """Return notation → kind (share, money, quantity, count); longer notations first."""
    scheme = terms.code("units")
    table = {
        terms.lexical(notation): kind[len(_KIND) : -1]
        for node in nodes.values()
        if scheme in node.get(_SCHEME, ())
        for kind in node.get(_BROADER, ())
        if kind.startswith(_KIND)
        for notation in node.get(_NOTATION, ())
    }
    return dict(sorted(table.items(), key=lambda row: (-len(row[0]), row[0])))
