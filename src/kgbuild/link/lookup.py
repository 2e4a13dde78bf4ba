"""Queries on the register itself, without a document: what a name denotes at a place and date, and its history.

Takes a wording with place and date and returns parties as `resolve` does. Nothing is guessed here either.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from kgbuild.errors import Message, UsageError
from kgbuild.link.anchor import COUNTRY, full_name, level_of, pick
from kgbuild.link.entries import BODY, entry
from kgbuild.model import LinkContext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Party

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_CODE = re.compile(r"[1-9]\d{5}")


def context_at(place: str | None, day: str | None, lexicon: Lexicon) -> LinkContext:
    """Return the context of names at a place and date.

    Args:
        place: Name, short name or code of a division; None if the names contain it.
        day: ISO date, or a year or month; None for any time.
        lexicon: The register.

    Raises:
        UsageError: the place is unknown or ambiguous, or the date is invalid.
    """
    if day is not None and not _is_date(day):
        raise UsageError(Message("--date {day!r} is not a date", day=day), cure="write 2020, 2020-05 or 2020-05-28")
    return LinkContext(division=None if place is None else _division(place, lexicon), date=day)


def timeline(iri: str, lexicon: Lexicon) -> list[Party]:
    """Return a body with all its predecessors and successors, in chronological order."""
    before = _chain(iri, lexicon, back=True)
    after = _chain(iri, lexicon, back=False)
    keys = dict.fromkeys((*reversed(before), iri, *after))
    return [party for key in keys if (party := entry(key, lexicon)) is not None]


def record(name: str, party: Party, lexicon: Lexicon) -> dict[str, object]:
    """Return what is known about a name, as plain values for JSON and tables; `iri` and candidates are IRIs.

    Args:
        name: The name as asked.
        party: What it denotes, from `resolve`.
        lexicon: The register.
    """
    division = lexicon.division(party.division) if party.division else None
    return {
        "name": name,
        "iri": party.iri,
        "canonical": party.canonical,
        "kind": party.kind,
        "place": division.name if division else None,
        "parent": _parent(party, lexicon),
        "method": party.method,
        "grade": party.grade,
        "candidates": list(party.candidates),
        "note": party.note,
    }


def history(name: str, party: Party, lexicon: Lexicon) -> list[dict[str, object]]:
    """Return predecessors, the body itself and successors, each with its other names and its first and last day."""
    if party.iri is None:
        return [record(name, party, lexicon) | {"relation": "open", "since": None, "until": None, "names": []}]
    found = []
    relation = "predecessor"
    for other in timeline(party.iri, lexicon):
        relation = "body" if other.iri == party.iri else "successor" if relation != "predecessor" else relation
        shown = party if relation == "body" else other
        times = {"relation": relation, "since": other.valid_from, "until": other.valid_until}
        found.append(record(name, shown, lexicon) | times | {"names": list(other.aliases)})
    return found


def _parent(party: Party, lexicon: Lexicon) -> str | None:
    """Return the body above: as stated, else the one with whose name the name starts, else that of its place.

    国家税务总局贵州省税务局 belongs to 国家税务总局, 贵州省教育厅 to 贵州省人民政府, 中共贵州省委宣传部 to
    中共贵州省委员会.
    """
    division = lexicon.division(party.division) if party.division else None
    if party.parent or party.iri is None or division is None or party.canonical is None:
        return party.parent
    place = full_name(division, lexicon)
    at = max(party.canonical.find(place), party.canonical.find(division.short))
    heads = lexicon.body_forms.get(party.canonical[: max(at, 0)], ())
    if len(heads) == 1:
        return BODY + heads[0]
    if party.kind == "party_organ":
        above = "zgzy" if division.code == COUNTRY else "dangwei"
    elif party.canonical.startswith(place) and _serves_its_place(party.iri, lexicon):
        above = "zf"
    else:
        return None
    found = entry(f"{division.code}-{above}", lexicon)
    return found.iri if found and found.iri != party.iri else None


def _serves_its_place(iri: str, lexicon: Lexicon) -> bool:
    """Tell whether a body is a department of its government: of a kind that counties have, unlike 海关."""
    key = iri.removeprefix(BODY)
    body = lexicon.body(key)
    kind = body.kind if body else key.partition("-")[2]
    if not kind or kind not in lexicon.kinds:
        return False
    record = lexicon.kind(kind)
    return record.party == "government_department" and "{" not in record.names.get("county", ("{",))[0]


def _is_date(day: str) -> bool:
    if not _DATE.fullmatch(day):
        return False
    try:
        date.fromisoformat(day + "-01-01"[len(day) - 4 :])
    except ValueError:
        return False
    return True


def _division(place: str, lexicon: Lexicon) -> str:
    if _CODE.fullmatch(place) and lexicon.division(place):
        return place
    codes = lexicon.places(place)
    if not codes:
        raise UsageError(
            Message("no place in the register is called {place!r}", place=place), cure="give its full name or its code"
        )
    codes = pick(codes, None, lexicon)
    if len(codes) > 1:
        raise UsageError(
            Message("several places are called {place!r}", place=place),
            cure=Message("give a code: {codes}", codes=", ".join(codes)),
        )
    return codes[0]


def _chain(iri: str, lexicon: Lexicon, *, back: bool) -> list[str]:
    found: list[str] = []
    todo = [iri]
    while todo:
        here = todo.pop(0)
        for near in sorted(_before(here, lexicon) if back else _after(here, lexicon)):
            if near not in (iri, *found):
                found.append(near)
                todo.append(near)
    return found


def _after(iri: str, lexicon: Lexicon) -> tuple[str, ...]:
    party = entry(iri, lexicon)
    return party.succeeded_by if party else ()


def _before(iri: str, lexicon: Lexicon) -> Iterator[str]:
    """Yield the bodies that name this one as their successor."""
    key = iri.removeprefix(BODY)
    for other, registered in lexicon.bodies.items():
        if key in registered.successors:
            yield BODY + other
    body = lexicon.body(key)
    code, _, kind = (body.division, "-", body.kind or "") if body else key.partition("-")
    division = lexicon.division(code)
    if division is None:
        return
    for other in lexicon.kinds:
        record = lexicon.kind(other)
        own = (code, other) in lexicon.own_names
        if kind in record.successors and not own and record.names.get(level_of(division)):
            candidate = f"{BODY}{code}-{other}"
            if iri in _after(candidate, lexicon):
                yield candidate
