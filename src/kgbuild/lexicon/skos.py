"""What all readers of the vocabularies share: the predicates of SKOS, and the Chinese labels of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.terms import SKOS, lexical

if TYPE_CHECKING:
    from kgbuild.lexicon.turtle import Node

PREF = f"<{SKOS}prefLabel>"
ALT = f"<{SKOS}altLabel>"
HIDDEN = f"<{SKOS}hiddenLabel>"
SCHEME = f"<{SKOS}inScheme>"
MEMBER = f"<{SKOS}member>"
BROADER = f"<{SKOS}broader>"
BROAD_MATCH = f"<{SKOS}broadMatch>"
NOTATION = f"<{SKOS}notation>"
DEFINITION = f"<{SKOS}definition>"


def zh(node: Node, *predicates: str) -> list[str]:
    """Return the Chinese values of a node for some predicates, in the order of the predicates and of the file."""
    return [lexical(o) for predicate in predicates for o in node.get(predicate, ()) if o.endswith("@zh")]
