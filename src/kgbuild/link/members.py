"""The bodies that a group comprises: governments by the register of divisions, others by lists of the user.

Nothing is guessed: a wording with a word that is not understood has no members.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.link.anchor import level_of
from kgbuild.terms import register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Division, Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import LinkContext

LIMIT = 130
"""Larger groups are not expanded: every member is a node, and every action of the group would link to each."""

_LEVELS = (
    frozenset({"province", "autonomous_region", "municipality"}),
    frozenset({"prefecture_city", "autonomous_prefecture", "league", "prefecture"}),
    frozenset(
        {
            "city",
            "county",
            "autonomous_county",
            "district",
            "special_district",
            "forestry_district",
            "banner",
            "autonomous_banner",
        }
    ),
)
_UNIT = "{division-units}"
_GOVERNMENTS = re.compile(r"^各(?P<units>.+?)(?:人民政府|政府)?$")
_MARKS = re.compile(r"[（）()、，,/和及]")
_INCLUDED = re.compile(r"[（(](?:含|包括)(?P<places>[^（）()]*)[)）]")
_BELOW = re.compile(r"[，,]?下同$")
# divisions without an organ that is addressed
_OUT_OF_REACH = frozenset({"710000"})


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a group.

    Attributes:
        bodies: Their IRIs, sorted; empty if there are more than `LIMIT`.
        basis: Source from which they are known.
        count: Their number.
    """

    bodies: tuple[str, ...]
    basis: str
    count: int


def members_of(wording: str, context: LinkContext, lexicon: Lexicon) -> Members | None:
    """Return the members of a group, None if they are unknown.

    Example: 各市（州）人民政府 in a document of Guizhou are the governments of its six cities and three prefectures.
    """
    if context.division is None:
        return None
    return _listed(wording, context.division, lexicon) or _governments(wording, context.division, lexicon)


def _listed(wording: str, division: str, lexicon: Lexicon) -> Members | None:
    found = lexicon.group(wording, division)
    if found is None:
        return None
    basis, keys = found
    return Members(tuple(sorted(register("body", key) for key in keys)), basis, len(keys))


def _governments(wording: str, code: str, lexicon: Lexicon) -> Members | None:
    place = lexicon.division(code)
    included = _included(wording, code, lexicon)
    units = _units(_INCLUDED.sub("", wording), lexicon.words)
    if place is None or included is None or not units:
        return None
    kinds = frozenset(_kinds(units, place, lexicon.words))
    if not _whole(kinds, code, lexicon):
        return None
    codes = sorted({*lexicon.divisions_in(code, kinds), *included} - _OUT_OF_REACH)
    if not codes:
        return None
    basis = f"行政区划登记表 register of divisions: {place.name} ({code}), {' '.join(sorted(kinds))}"
    bodies = tuple(register("body", _government(member, lexicon)) for member in codes)
    return Members(bodies if len(codes) <= LIMIT else (), basis, len(codes))


def _units(wording: str, words: Words) -> list[str]:
    """Return the division words that make up a wording, [] if it contains anything else."""
    match = _GOVERNMENTS.match(wording)
    if match is None:
        return []
    text = _MARKS.sub("", match["units"])
    units = [found[0] for found in words[_UNIT].finditer(text)]
    return units if "".join(units) == text else []


def _kinds(units: list[str], place: Division, words: Words) -> Iterator[str]:
    """Yield the kinds of divisions; 市 after 县 or 区 is of their level, and so is every 市 below a city."""
    low = level_of(place) in ("prefecture", "municipality")
    for unit in units:
        low = low or unit in words.of("county-units")
        if unit == "市":
            yield "city" if low else "prefecture_city"
        else:
            yield from words.marks("division-units")[unit]


def _whole(kinds: frozenset[str], code: str, lexicon: Lexicon) -> bool:
    """Tell whether a wording covers every kind of division on its levels.

    各市县 of a province may or may not include its districts, and 各县区 its county-level cities: then members are
    unknown.
    """
    levels = [level for level in _LEVELS if level & kinds]
    return all(not lexicon.divisions_in(code, level - kinds) for level in levels)


def _included(wording: str, code: str, lexicon: Lexicon) -> list[str] | None:
    """Return the divisions that a note adds (含定州、辛集市，下同), None if one of them is unknown."""
    match = _INCLUDED.search(wording)
    if match is None:
        return []
    found = []
    for name in re.split("[、，,和]", _BELOW.sub("", match["places"])):
        inside = [member for member in lexicon.places(name) if code in lexicon.ancestors(member)]
        if len(inside) != 1:
            return None
        found += inside
    return found


def _government(code: str, lexicon: Lexicon) -> str:
    own = lexicon.own_names.get((code, "zf"), ())
    division = lexicon.division(code)
    office = division is not None and division.kind in ("prefecture", "league")
    return own[0] if len(own) == 1 else f"{code}-{'xzgs' if office else 'zf'}"
