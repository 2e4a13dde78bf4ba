"""A wording in the context of its document → the party that it denotes."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kgbuild.link.collectives import collective
from kgbuild.link.kinds import of_core, of_pattern
from kgbuild.link.registry import registered
from kgbuild.link.shapes import by_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import LinkContext, Party

_SPACE = re.compile(r"\s+")
_OF_GOVERNMENT = re.compile("^([省市县区州])政府(?=.{1,8}办$)")
_ORGAN = "机关"
_NOTE = re.compile(r"[（(][^（）()]*[)）]$")


def resolve(surface: str, context: LinkContext, lexicon: Lexicon) -> Party:
    """Return the party that a wording denotes in a document.

    Args:
        surface: The wording, with certain corrections applied and a shared head or tail completed.
        context: What the document says about its place, date and issuer.
        lexicon: The register.

    Returns:
        The party with the method of the link: an entry of the register, the rule kind × place, the context of the
        document, an author's slip with one likely body, or unresolved. With several candidates it is unresolved and
        lists all.
    """
    return _cached(surface, context, lexicon)


@lru_cache(maxsize=2_048)  # a document has some hundred wordings, and no other shares its context
def _cached(surface: str, context: LinkContext, lexicon: Lexicon) -> Party:
    wording = _SPACE.sub("", surface)
    forms = tuple(_forms(wording))
    plain = _OF_GOVERNMENT.sub(r"\1", forms[-1])  # 市政府外办 is 市外办
    itself = forms[-1].removesuffix(_ORGAN)  # 市纪委监委机关 is 市纪委监委
    whole = () if itself == forms[-1] or not lexicon.is_registered(itself) else (itself,)
    for form in dict.fromkeys((*forms, plain, *whole)):
        for party in _attempts(form, context, lexicon):
            if party is not None:
                return _with_surface(party, surface)
    return _with_surface(by_shape(forms[-1], context, lexicon, resolve), surface)


def _forms(wording: str) -> Iterator[str]:
    yield wording
    bare = _NOTE.sub("", wording)
    while bare and bare != wording:
        yield bare
        wording, bare = bare, _NOTE.sub("", bare)


def _attempts(wording: str, context: LinkContext, lexicon: Lexicon) -> Iterator[Party | None]:
    full = dict(context.defined).get(wording)
    if full and wording not in (full, "领导小组"):
        plain = replace(context, defined=())
        yield _by_definition(resolve(full, plain, lexicon))
    yield collective(wording, context, lexicon)
    yield registered(wording, context, lexicon)
    yield of_pattern(wording, context, lexicon)
    yield of_core(wording, context, lexicon)


def _by_definition(party: Party) -> Party | None:
    if party.method == "unresolved":
        return None
    return replace(party, method="context", grade="context", note="short form defined in the document")


def _with_surface(party: Party, surface: str) -> Party:
    return party if party.surface == surface else replace(party, surface=surface)
