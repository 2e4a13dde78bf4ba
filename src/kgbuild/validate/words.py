"""Words for the nodes and terms of a result, for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.terms import gplan
from kgbuild.validate.literals import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbuild.validate.data import Data

_QUOTE = 40
_EXACT = gplan("exactText")


def subject_words(data: Data, node: str, owners: Iterable[str]) -> str:
    """Return what the graph calls a node: its label, its quote, or the label of what it belongs to.

    Args:
        data: The graph.
        node: The node.
        owners: The nodes that refer to it.

    Returns:
        At most `_QUOTE` characters of each; '' if there are no words.
    """
    own = _label(data, node, (*terms.LABELS, _EXACT))
    if own:
        return own
    evidence = data.forward(gplan("evidence")).get(node, ())
    quote = _label(data, evidence[0], (_EXACT,)) if evidence else ""
    owner = next((found for found in (_label(data, o, terms.LABELS) for o in sorted(owners)) if found), "")
    return " ← ".join(part for part in (quote, owner) if part)


def _label(data: Data, node: str, properties: tuple[str, ...]) -> str:
    for name in properties:
        values = data.forward(name).get(node)
        if values:
            words = bare_characters(min(values, key=lambda v: (language(v) != "zh", bare_characters(v))))
            return words if len(words) <= _QUOTE else words[: _QUOTE - 1] + "…"
    return ""


def bare_characters(term: str) -> str:
    """Return the lexical form of a literal, or an IRI without angle brackets."""
    return terms.lexical(term) if term.startswith('"') else term.strip("<>")


_LOCAL = re.compile(r"[A-Za-z_](?:[\w.-]*[\w-])?")


def short_term(term: str, prefixes: Mapping[str, str] = terms.PREFIXES) -> str:
    """Return a term in Turtle syntax, with a prefix if possible.

    Example:
        >>> short_term("<https://w3id.org/gplan/ontology#Action>")
        'gplan:Action'
    """
    for prefix, namespace in prefixes.items():
        if term.startswith(f"<{namespace}") and _LOCAL.fullmatch(local := term[len(namespace) + 1 : -1]):
            return f"{prefix}:{local}"
    return term
