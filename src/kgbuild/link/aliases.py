"""Names of a body besides its official one, as used in texts: 省科协, 贵州省科协."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.lexicon.bodies import abbreviates
from kgbuild.link.anchor import full_name, level_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Division, Lexicon

SHORT_FORMS = 3
"""Short forms that are listed as other names of a body; rarer ones are only recognised."""


def aliases(kind: str, pattern: str, division: Division, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the other names of the body that a kind has in a division.

    Args:
        kind: Key of the kind of body.
        pattern: Its official name without the place, or with placeholders such as {place}.
        division: Division of the body.
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
        # the only name that encloses the place
        yield f"团{pointer}委"
        yield f"团{place}委"


def _fits(form: str, pattern: str, division: Division) -> bool:
    """Tell whether a short form of the kind belongs to this name; Party organs carry the name of their committee."""
    if "{committee}" in pattern:
        committee = "党委" if division.kind in ("autonomous_region", "corps") else "委"
        return form.startswith(committee) and abbreviates(form, pattern.replace("{committee}", committee))
    return form != pattern and abbreviates(form, pattern)


def pointer_of(division: Division) -> str:
    """Return the word by which texts of a division refer to it.

    Example: 省 for 贵州省, 自治区 for 西藏自治区, 州 for an autonomous prefecture.
    """
    if division.kind == "corps":
        return "兵团"
    for ending in ("自治区", "地区"):
        if division.name.endswith(ending):
            return ending
    return division.name[-1]
