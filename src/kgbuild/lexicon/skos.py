"""SKOS predicates, Chinese labels of nodes, and the plain lists of the vocabularies → tables.

Verbs, units, set phrases and known replacements are lists without further rules; everything else has a module of its
own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message
from kgbuild.terms import (
    BROADER,
    HIDDEN,
    NOTATION,
    PREF,
    SCHEME,
    bare,
    code,
    lexical,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbuild.lexicon.turtle import Node


def zh(node: Node, *predicates: str) -> list[str]:
    """Return the Chinese values of a node for some predicates, in the order of the predicates and the file."""
    return [lexical(o) for predicate in predicates for o in node.get(predicate, ()) if o.endswith("@zh")]


def label_in(node: Node, lang: str, predicate: str = PREF) -> str | None:
    """Return the first value of a node in a language; None if it has none.

    Args:
        node: The node.
        lang: `zh` or `en`.
        predicate: The property, a preferred label by default.
    """
    return next((lexical(o) for o in node.get(predicate, ()) if o.endswith(f"@{lang}")), None)


def local(term: str, start: str) -> str:
    """Return what follows the first characters of an IRI, without its bracket: the key of a registered thing."""
    return term.removeprefix(start).removesuffix(">")


def in_scheme(nodes: Mapping[str, Node], scheme: str) -> Iterator[Node]:
    """Yield the concepts of one of our schemes, given by its local name."""
    wanted = code(scheme)
    return (node for node in nodes.values() if wanted in node.get(SCHEME, ()))


def kinds_of(node: Node, prefix: str) -> list[str]:
    """Return the local names of the kinds above a concept, without a prefix, sorted."""
    start = code(prefix)[:-1]
    return sorted(kind[len(start) : -1] for kind in node.get(BROADER, ()) if kind.startswith(start))


def notations_of(nodes: Mapping[str, Node], subject: str, predicate: str) -> list[str]:
    """Return the notations of the codes to which a node refers, in the order of the file.

    Args:
        nodes: All vocabularies.
        subject: The node.
        predicate: The property whose values are codes.

    Raises:
        InputError: a value is not a described code.
    """
    found = []
    for value in nodes.get(subject, {}).get(predicate, ()):
        notation = nodes.get(value, {}).get(NOTATION)
        if not notation:
            what = Message(
                "{subject} points at {object} (gplan:{property}), which is not a code",
                subject=subject,
                object=value,
                property=bare(predicate).rpartition("#")[2],
            )
            raise InputError(what, where="vocabularies", cure="write a code of ontology/vocab/codes.ttl, gplanv:…")
        found.append(lexical(notation[0]))
    return found


def compile_verbs(nodes: Mapping[str, Node]) -> dict[str, list[str]]:
    """Return verb → kinds (measure, aim, assure, context, encourage, explore, permit, forbid); longer verbs first."""
    verbs = [node for node in in_scheme(nodes, "policy-verbs") if BROADER in node]
    table = {verb: kinds_of(node, "verb-kind-") for node in verbs for verb in zh(node, PREF)}
    return dict(sorted(table.items(), key=_longest_first))


def compile_units(nodes: Mapping[str, Node]) -> dict[str, str]:
    """Return notation → kind (share, money, quantity, count); longer notations first."""
    table = {
        lexical(notation): kind
        for node in in_scheme(nodes, "units")
        for kind in kinds_of(node, "unit-kind-")
        for notation in node.get(NOTATION, ())
    }
    return dict(sorted(table.items(), key=_longest_first))


def compile_phrases(nodes: Mapping[str, Node]) -> list[str]:
    """Return the set phrases on which the integrity check of texts rests, sorted."""
    return sorted({zh(node, PREF)[0] for node in in_scheme(nodes, "set-phrases")})


def compile_restorations(nodes: Mapping[str, Node]) -> list[list[str]]:
    """Return wrong and right wording of each known replacement, sorted."""
    found = in_scheme(nodes, "restorations")
    return sorted([wrong, zh(node, PREF)[0]] for node in found for wrong in zh(node, HIDDEN))


def _longest_first(row: tuple[str, object]) -> tuple[int, str]:
    return -len(row[0]), row[0]
