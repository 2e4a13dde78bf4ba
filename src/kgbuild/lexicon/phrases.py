"""Set phrases and known replacements: what the integrity check of a text rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms

if TYPE_CHECKING:
    from kgbuild.lexicon.turtle import Node

_SCHEME = f"<{terms.SKOS}inScheme>"
_PREF = f"<{terms.SKOS}prefLabel>"
_HIDDEN = f"<{terms.SKOS}hiddenLabel>"


def compile_phrases(nodes: dict[str, Node]) -> list[str]:
    """Return the Chinese set phrases, sorted."""
    scheme = terms.code("set-phrases")
    return sorted({_zh(n, _PREF)[0] for n in nodes.values() if scheme in n.get(_SCHEME, ())})


def compile_restorations(nodes: dict[str, Node]) -> list[list[str]]:
    """Return wrong wording and right wording of each known replacement, sorted."""
    scheme = terms.code("restorations")
    found = [n for n in nodes.values() if scheme in n.get(_SCHEME, ())]
    return sorted([wrong, _zh(n, _PREF)[0]] for n in found for wrong in _zh(n, _HIDDEN))


def _zh(node: Node, predicate: str) -> list[str]:
    return [terms.lexical(o) for o in node.get(predicate, ()) if o.endswith("@zh")]
