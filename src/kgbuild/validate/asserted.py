"""The statements of a file to which the shapes apply: asserted ones with their slice of the vocabularies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import InputError, Message
from kgbuild.store.schema import load_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from kgbuild.model import Triple
    from kgbuild.store import Quad


def asserted(quads: Iterable[Quad], *, where: str) -> set[Triple]:
    """Return the triples of all graphs except inferred ones.

    Args:
        quads: A file as returned by `read_quads`; in formats with named graphs, inferred graphs are left out.
        where: Name of the file, for messages.

    Raises:
        InputError: inferred statements are mixed with asserted ones and cannot be told apart.
    """
    triples = {(s, p, o) for s, p, o, graph in quads if not terms.is_inferred(graph)}
    refuse_inferred({p for _, p, _ in triples}, where=where)
    return triples


def refuse_inferred(predicates: Set[str], *, where: str) -> None:
    """Refuse asserted statements that have inferred ones among them.

    Args:
        predicates: The properties of the asserted statements.
        where: Name of the file, for messages.

    Raises:
        InputError: one of the properties is only ever inferred.
    """
    found = sorted(predicates & load_schema().inferred)
    if found:
        names = ", ".join(name.removeprefix(f"<{terms.GPLAN}").rstrip(">") for name in found[:3])
        raise InputError(
            Message("holds inferred statements ({names}), and the rules are for the asserted ones", names=names),
            where=where,
            cure="give the graph built without --inferred, or in .trig or .nq",
        )
