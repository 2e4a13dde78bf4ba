"""The names of a body beside its official one, as texts write them: 省科协, 贵州省科协."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.lexicon.bodies import abbreviates
from kgbuild.link.anchor import full_name, level_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Division, Lexicon

SHORT_FORMS = 3
"""Short forms of a kind that its bodies carry as other names; rarer ones are still recognised."""


def aliases(kind: str, pattern: str, division: Division, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the other names of the body that a kind has in a division.

    Args:
        kind: Key of the kind of body.
        pattern: The official name without its place, or with {place} and the like.
        division: Where the body is.
        lexicon: The register.
    """
    return tuple(dict.fromkeys(_written(kind, pattern, division, lexicon)))


def _written(kind: str, pattern: str, division: Division, lexicon: Lexicon) -> Iterator[str]:
    pointer = pointer_of(division)
    place = full_name(division, lexicon)
    if "{" not in pattern:
        yield pointer + pattern
    forms = [form for form in lexicon.forms_of.get((kind, level_of(division)), ()) if _fits(form, pattern, division)]
    for form in forms[:SHORT_FORMS]:
        yield pointer + form
        yield place + form
    if pattern == "共青团{place}委员会":
        # the only name that is written around the place
        yield f"团{pointer}委"
        yield f"团{place}委"


def _fits(form: str, pattern: str, division: Division) -> bool:
    """Tell whether a wording of the kind is short for this name; organs of the Party bear their committee."""
    if "{committee}" in pattern:
        committee = "党委" if division.kind in ("autonomous_region", "corps") else "委"
        return form.startswith(committee) and abbreviates(form, pattern.replace("{committee}", committee))
    return form != pattern and abbreviates(form, pattern)


def pointer_of(division: Division) -> str:
    """Return the word by which texts of a division point at it.

    Example: 省 for 贵州省, 自治区 for 西藏自治区, 州 for an autonomous prefecture.
    """
    if division.kind == "corps":
        return "兵团"
    for ending in ("自治区", "地区"):
        if division.name.endswith(ending):
            return ending
    return division.name[-1]
