"""Entries of the register as parties: bodies by key, whether listed or derived from kind × division.

What is stated here does not depend on any wording: names, other names, division, validity, successors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.lexicon.bodies import suffix_of
from kgbuild.link.aliases import aliases
from kgbuild.link.anchor import fill, level_of
from kgbuild.link.registry import party_of
from kgbuild.model import Party, PartyKind
from kgbuild.terms import register

if TYPE_CHECKING:
    from kgbuild.lexicon import Division, Lexicon
    from kgbuild.lexicon.words import Words

BODY = register("body", "")
_TYPES = {"厅": "Department", "局": "Bureau", "委": "Commission", "办": "Office"}
_OF_GOVERNMENT = ("government_department", "public_institution")
_TYPED = re.compile(
    r"\b(?:Office|Commission|Committee|Bureau|Department|Administration|Authority|Agency|Council|Headquarters|Centre"
    r"|Academy|Institute|Group|Brigade|People's Government)\b"
)
"""A stem that says what sort of body it is needs no second word: Office of the Committee on Ageing."""


def entry(name: str, lexicon: Lexicon) -> Party | None:
    """Return the body with an IRI or key of the register, None if there is none.

    Example: `520000-jyt` is the department of education of Guizhou, which the register does not list, but which
    follows from the kind `jyt` and the division 520000.
    """
    key = name.removeprefix(BODY)
    body = lexicon.body(key)
    if body is not None:
        return party_of(body, body.name, lexicon, method="registry", grade="exact")
    code, _, kind = key.partition("-")
    division = lexicon.division(code)
    if division is None or kind not in lexicon.kinds:
        return None
    names = lexicon.kind(kind).names.get(level_of(division), ())
    return by_rule(kind, names[0], division, lexicon) if names else None


def official_names(iri: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the official names that a body may bear: that of the register, or all that its kind has in its division.

    Args:
        iri: IRI of the body.
        lexicon: The register.

    Returns:
        The names, the usual ones first; the key alone for a body that the register does not know.
    """
    key = iri.removeprefix(BODY)
    body = lexicon.body(key)
    if body is not None:
        return (body.name,)
    code, _, kind = key.partition("-")
    division = lexicon.division(code)
    names = lexicon.kind(kind).names.get(level_of(division), ()) if division and kind in lexicon.kinds else ()
    return tuple(fill(name, division, lexicon) for name in names) if division and names else (key,)


def by_rule(kind: str, pattern: str, division: Division, lexicon: Lexicon) -> Party:
    """Return the body that a kind has in a division, under one of the official names of the kind.

    Args:
        kind: Key of the kind of body.
        pattern: Its official name at the level of the division, as in `BodyKind.names`.
        division: Its division.
        lexicon: The register.
    """
    record = lexicon.kind(kind)
    name = fill(pattern, division, lexicon)
    return Party(
        surface=name,
        kind=record.party,
        method="rule",
        grade="rule",
        iri=BODY + f"{division.code}-{kind}",
        canonical=name,
        label_en=_english(record.english, pattern, record.party, division, lexicon.words),
        division=division.code,
        aliases=aliases(kind, pattern, division, lexicon),
        valid_from=record.since,
        valid_until=record.until,
        succeeded_by=_successors(kind, division, lexicon),
    )


def _successors(kind: str, division: Division, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the body of the kind that took over, if known; none if there are two candidates."""
    found: list[str] = []
    for key in lexicon.kind(kind).successors:
        own = lexicon.own_names.get((division.code, key), ())
        if own:
            found += own
        elif lexicon.kind(key).names.get(level_of(division)):
            found.append(f"{division.code}-{key}")
    return (BODY + found[0],) if len(found) == 1 else ()


def _english(stem: str, pattern: str, party: PartyKind, division: Division, words: Words) -> str | None:
    if not division.label_en:
        return None
    typed = _TYPED.search(stem) is not None or "{" in pattern or party not in _OF_GOVERNMENT
    sort = "" if typed else _TYPES.get(suffix_of(pattern, words), "")
    return f"{stem} {sort} of {division.label_en}".replace("  ", " ")
