"""Wordings of registered bodies: central bodies, and those entered for a division or by a user."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.link.aliases import aliases
from kgbuild.link.anchor import COUNTRY, full_name
from kgbuild.link.dates import Era, at_date
from kgbuild.model import Grade, LinkContext, Method, Party
from kgbuild.terms import register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon import Lexicon, RegisteredBody


def registered(wording: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """Return the registered body that a wording denotes here, None if there is none.

    A short form of a central body that is also the name of a kind (发展改革委) denotes that body only in central
    documents.

    Args:
        wording: The wording.
        context: What the document says about itself.
        lexicon: The register.
    """
    keys = lexicon.body_forms.get(wording, ())
    bodies = [body for key in keys if (body := lexicon.body(key)) and _in_scope(wording, body, context, lexicon)]
    if not bodies:
        return None
    return choose(wording, bodies, context, lexicon, method="registry", grade="exact")


def _in_scope(wording: str, body: RegisteredBody, context: LinkContext, lexicon: Lexicon) -> bool:
    if wording == body.name or wording.startswith(("国家", "国务院", "中国", "中央", "全国", "中共中央", "中华")):
        return True
    if body.division == COUNTRY:
        return context.division == COUNTRY or not lexicon.cores(wording)
    here = lexicon.ancestors(context.division) if context.division else ()
    division = lexicon.division(body.division)
    return body.division in here or bool(division and wording.startswith((division.name, division.short)))


def choose(
    wording: str,
    bodies: Sequence[RegisteredBody],
    context: LinkContext,
    lexicon: Lexicon,
    *,
    method: Method,
    grade: Grade,
) -> Party:
    """Return the one of several bodies that exists at the date of the document.

    If none does, its successor is likely; if several do, all are listed.

    Args:
        wording: The wording.
        bodies: Bodies that bear it as a name.
        context: What the document says about itself.
        lexicon: The register.
        method: Method of the link.
        grade: Certainty of the link.
    """
    eras = [Era(key=body.key, since=body.since, until=body.until) for body in bodies]
    chosen, state = at_date(eras, context.date, is_sure=context.is_dated)
    if len(chosen) > 1:
        return _several(wording, [body for body in bodies if body.key in chosen])
    body = next(body for body in bodies if body.key == chosen[0])
    if state == "current":
        return party_of(body, wording, lexicon, method=method, grade=grade)
    heir = _heir(body, context.date, lexicon) if state == "past" else None
    if heir is None:
        note = f"{body.name} did not exist at the date of the document"
        party = party_of(body, wording, lexicon, method="slip", grade="doubtful")
        return replace(party, note=note, slip="former-name" if state == "past" else "not-yet")
    note = f"{body.name} existed until {body.until}; its functions went to {heir.name}"
    party = party_of(heir, wording, lexicon, method="slip", grade="doubtful")
    return replace(party, note=note, slip="former-name")


def _heir(body: RegisteredBody, date: str | None, lexicon: Lexicon) -> RegisteredBody | None:
    seen = {body.key}
    while True:
        heirs = [heir for key in body.successors if key not in seen and (heir := lexicon.body(key))]
        if len(heirs) != 1:
            return None
        body = heirs[0]
        seen.add(body.key)
        if not date or not body.until or body.until >= date[: len(body.until)]:
            return body


def party_of(body: RegisteredBody, wording: str, lexicon: Lexicon, *, method: Method, grade: Grade) -> Party:
    """Return a registered body as a party.

    Args:
        body: The registered body.
        wording: The wording that denotes it.
        lexicon: The register.
        method: Method of the link.
        grade: Certainty of the link.
    """
    parent = lexicon.body(body.parent) if body.parent else None
    return Party(
        surface=wording,
        kind=body.party,
        method=method,
        grade=grade,
        iri=register("body", body.key),
        canonical=body.name,
        label_en=body.label_en,
        division=body.division,
        parent=register("body", parent.key) if parent else None,
        aliases=_names(body, lexicon),
        valid_from=body.since,
        valid_until=body.until,
        succeeded_by=tuple(register("body", key) for key in body.successors),
    )


def _names(body: RegisteredBody, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the names listed for the body, and those that its kind adds: 省大数据局."""
    division = lexicon.division(body.division)
    if not body.kind or division is None or body.division == COUNTRY:
        return body.forms
    core = body.name.removeprefix(full_name(division, lexicon))
    given = () if core == body.name else aliases(body.kind, core, division, lexicon)
    return tuple(dict.fromkeys((*body.forms, *given)))


def _several(wording: str, bodies: Sequence[RegisteredBody]) -> Party:
    kinds = {body.party for body in bodies}
    return Party(
        surface=wording,
        kind=kinds.pop() if len(kinds) == 1 else "subject",
        method="unresolved",
        grade="doubtful",
        candidates=tuple(register("body", body.key) for body in bodies),
        note="candidates: " + ", ".join(body.name for body in bodies),
    )
