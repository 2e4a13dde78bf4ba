"""Groups of bodies with members listed by the user → tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message
from kgbuild.lexicon.bodies import BODY
from kgbuild.lexicon.places import DIVISION
from kgbuild.lexicon.records import Group
from kgbuild.lexicon.skos import local, zh
from kgbuild.terms import ALT, GPLAN, PREF, TYPE, lexical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.lexicon.turtle import Node

_GROUP = f"<{GPLAN}BodyGroup>"
_NAMES = (PREF, ALT)
_NEEDED = {"groupScope": "the division whose documents it holds for", "membershipBasis": "how its members are known"}


def compile_groups(nodes: dict[str, Node], tables: Mapping[str, Mapping[str, object]]) -> list[Group]:
    """Compile the groups.

    Args:
        nodes: All vocabularies.
        tables: The compiled divisions, kinds and bodies, in which members are looked up.

    Raises:
        InputError: a group lacks scope or basis, or a member is not registered.
    """
    return [_group(subject, node, tables) for subject, node in sorted(nodes.items()) if _GROUP in node.get(TYPE, ())]


def _group(subject: str, node: Node, tables: Mapping[str, Mapping[str, object]]) -> Group:
    for name, meaning in _NEEDED.items():
        if f"<{GPLAN}{name}>" not in node:
            raise InputError(
                Message("group has no gplan:{name}", name=name),
                where=subject,
                cure=Message("state {meaning}", meaning=meaning),
            )
    keys = [local(value, BODY) for value in node.get(f"<{GPLAN}hasMemberBody>", ())]
    for key in keys:
        code, _, kind = key.partition("-")
        if key not in tables["bodies"] and not (code in tables["divisions"] and kind in tables["kinds"]):
            cure = "give the IRI of a body; `kgbuild bodies NAME` prints it"
            raise InputError(Message("member {key} is not in the register", key=key), where=subject, cure=cure)
    return Group(
        wordings=tuple(zh(node, *_NAMES)),
        division=local(node[f"<{GPLAN}groupScope>"][0], DIVISION),
        basis=lexical(node[f"<{GPLAN}membershipBasis>"][0]),
        members=tuple(sorted(keys)),
    )
