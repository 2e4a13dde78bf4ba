"""Which division a word such as 省 or 市 points at in a document, and what a division's level is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon import Division, Lexicon

COUNTRY = "100000"
_LEVELS = ("country", "province", "prefecture", "county")


def level_of(division: Division) -> str:
    """Return the level under which a kind names its body in a division."""
    return "municipality" if division.kind in ("municipality", "corps") else division.level


def anchor(marker: str, division: str | None, lexicon: Lexicon) -> str | None:
    """Return the division that a marker points at, seen from the document's: itself or the nearest above.

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
    """Return those of several divisions with one name that the wording most likely means; several if it stays open.

    Those that lie nearest to the document's division come first; then the higher level: 承德 is 承德市, not its 承德县,
    and 河北 is the province, not 河北区.
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
    """Return the Party committee of a division as names of its organs write it.

    Source: usage of the committees themselves: 中共贵州省委, 中共广西壮族自治区委员会, 中共恩施州委, 中共喀什地委.
    """
    if division.kind in ("autonomous_region", "corps"):
        return division.name + "委员会"
    if division.kind == "prefecture":
        return division.name.removesuffix("区") + "委"
    return (division.short if division.kind == "autonomous_prefecture" else division.name) + "委"


def full_name(division: Division, lexicon: Lexicon) -> str:
    """Return the name of a division as names of bodies begin: a district with its city before it."""
    if division.kind != "district" or not division.parent:
        return division.name
    city = lexicon.division(division.parent)
    return (city.name if city and city.level != "country" else "") + division.name


def fill(pattern: str, division: Division, lexicon: Lexicon) -> str:
    """Return the official name that a pattern gives in a division."""
    place = full_name(division, lexicon)
    if "{" not in pattern:
        return place + pattern
    lead = place.removesuffix(division.name)
    tail = "区" if division.name.endswith("自治区") else division.name[-1:]
    filled = pattern.replace("{committee}", lead + committee_of(division)).replace("{place}", place)
    return filled.replace("{short}", division.short).replace("{tail}", tail)
