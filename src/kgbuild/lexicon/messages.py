"""Messages and cures of findings in Chinese and English, from the vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.errors import InternalError
from kgbuild.lexicon.skos import label_in
from kgbuild.terms import DEFINITION, NOTATION

if TYPE_CHECKING:
    from kgbuild.lexicon.turtle import Node
    from kgbuild.model import Finding

_CURE = terms.gplan("cure")


def compile_messages(nodes: dict[str, Node]) -> dict[str, dict[str, list[str]]]:
    """Return code of the finding → language → [message template, cure]."""
    table = {}
    for node in nodes.values():
        if _CURE in node and NOTATION in node:
            code = terms.lexical(node[NOTATION][0])
            table[code] = {lang: [label_in(node, lang, p) or "" for p in (DEFINITION, _CURE)] for lang in ("zh", "en")}
    return table


def message(table: dict[str, Any], finding: Finding, lang: str) -> str:
    """Return the message of a finding with its details filled in.

    Args:
        table: Result of `compile_messages`.
        finding: The finding.
        lang: `zh` or `en`.

    Raises:
        InternalError: the vocabulary lacks the code, or its template refers to a detail that the finding lacks.
    """
    if finding.code not in table:
        raise InternalError(f"finding {finding.code!r} is not in ontology/vocab/findings.ttl")
    try:
        return str(table[finding.code][lang][0]).format_map(dict(finding.detail))
    except KeyError as e:
        raise InternalError(f"finding {finding.code!r} has no detail {e}") from e
