"""The division to which a word such as 省 or 市 refers in a document, and the level of a division."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon import Division, Lexicon

COUNTRY = "100000"
_LEVELS = ("country", "province", "prefecture", "county")


def level_of(division: Division) -> str:
    """Return the level by which kinds of bodies define their names in a division."""
    return "municipality" if division.kind in ("municipality", "corps") else division.level


def anchor(marker: str, division: str | None, lexicon: Lexicon) -> str | None:
    """Return the division to which a marker refers, seen from the document's division: itself or the nearest above.

    Args:
        marker: 省, 市, 县 …
        division: Code of the document's division; None if unknown.
        lexicon: The register.

    Example: 省 in a document of a city is its province; 市 in a document of a province is no single city: None.
    """
    if division is None:
        return None
    types = lexicon.words.marks("division-markers").get(marker, ())
    for code in lexicon.ancestors(division):
        record = lexicon.division(code)
        if record and record.kind in types:
            return code
    return None


def pick(codes: Sequence[str], division: str | None, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the most likely of several divisions with the same name; several if it remains ambiguous.

    Divisions nearest to the document's division are preferred, then the higher level: 承德 is 承德市 rather than
    承德县, and 河北 is the province rather than 河北区.

    Args:
        codes: Codes of the divisions.
        division: Code of the document's division; None if unknown.
        lexicon: The register.
    """
    if len(codes) < 2:
        return tuple(codes)
    for above in lexicon.ancestors(division) if division else ():
        if above == COUNTRY:
            break
        near = tuple(code for code in codes if above in lexicon.ancestors(code))
        if near:
            return _highest(near, lexicon)
    return _highest(tuple(codes), lexicon)


def _highest(codes: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    levels = {code: record.level for code in codes if (record := lexicon.division(code))}
    best = min(levels.values(), key=_LEVELS.index)
    return tuple(code for code in codes if levels.get(code) == best)


def committee_of(division: Division) -> str:
    """Return the Party committee of a division in the form in which names of its organs contain it.

    Source: usage of the committees: 中共贵州省委, 中共广西壮族自治区委员会, 中共恩施州委, 中共喀什地委.
    """
    if division.kind in ("autonomous_region", "corps"):
        return division.name + "委员会"
    if division.kind == "prefecture":
        return division.name.removesuffix("区") + "委"
    return (division.short if division.kind == "autonomous_prefecture" else division.name) + "委"


def full_name(division: Division, lexicon: Lexicon) -> str:
    """Return the form of a division's name with which names of bodies start: a district includes its city."""
    if division.kind != "district" or not division.parent:
        return division.name
    city = lexicon.division(division.parent)
    return (city.name if city and city.level != "country" else "") + division.name


def fill(pattern: str, division: Division, lexicon: Lexicon) -> str:
    """Fill the placeholders of an official name ({place}, {short}, {committee}, {tail}) with a division.

    A name without placeholders follows the name of the place: 教育厅 of 云岭省 is 云岭省教育厅.
    """
    place = full_name(division, lexicon)
    if "{" not in pattern:
        return place + pattern
    lead = place.removesuffix(division.name)
    tail = "区" if division.name.endswith("自治区") else division.name[-1:]
    filled = pattern.replace("{committee}", lead + committee_of(division)).replace("{place}", place)
    return filled.replace("{short}", division.short).replace("{tail}", tail)
