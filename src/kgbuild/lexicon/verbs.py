"""Policy verbs of the vocabulary → kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms

if TYPE_CHECKING:
    from kgbuild.lexicon.turtle import Node

_SCHEME = f"<{terms.SKOS}inScheme>"
_PREF = f"<{terms.SKOS}prefLabel>"
_BROADER = f"<{terms.SKOS}broader>"
_KIND = terms.code("verb-kind-")[:-1]


def compile_verbs(nodes: dict[str, Node]) -> dict[str, list[str]]:
    """Return verb → kinds (measure, aim, assure, context, encourage, explore, permit, forbid); longer verbs first."""
    scheme = terms.code("policy-verbs")
    table = {
        terms.lexical(label): sorted(k[len(_KIND) : -1] for k in node.get(_BROADER, ()) if k.startswith(_KIND))
        for node in nodes.values()
        if scheme in node.get(_SCHEME, ()) and node.get(_BROADER)
        for label in node.get(_PREF, ())
        if label.endswith("@zh")
    }
    return dict(sorted(table.items(), key=lambda row: (-len(row[0]), row[0])))
