"""Reviewers' decisions about parties; a decision that names an unknown body becomes a finding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.link.entries import entry
from kgbuild.link.resolve import resolve
from kgbuild.model import Finding, LinkContext, Party, Span

if TYPE_CHECKING:
    from kgbuild.lexicon import Lexicon
    from kgbuild.text.decisions import Decision


def decided_party(
    party: Party, decision: Decision | None, place: Span, context: LinkContext, lexicon: Lexicon
) -> tuple[Party, Finding | None]:
    """Apply a decision to a party; return the party, and a finding if the decision cannot be applied.

    Args:
        party: The party as resolved.
        decision: The decision on it; None if there is none.
        place: Span of the mention.
        context: What the document says about itself.
        lexicon: Compiled vocabularies.
    """
    if decision is None:
        return party, None
    if decision.verdict == "reject":
        open_ = Party(surface=party.surface, kind=party.kind, method="decision", grade="exact")
        return open_, None
    if decision.verdict == "accept" and party.iri:
        return replace(party, method="decision", grade="exact", note=None, slip=None, candidates=()), None
    if decision.verdict == "other" and (named := _named(decision.value, context, lexicon)):
        settled = replace(named, surface=party.surface, method="decision", grade="exact", slip=None, candidates=())
        return settled, None
    return party, lost(decision, place)


def _named(value: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """Return the body that a decision names by IRI, key or name."""
    party = entry(value, lexicon) or resolve(value, context, lexicon)
    return party if party.iri else None


def lost(decision: Decision, span: Span | None = None) -> Finding:
    """Return the finding for a decision that no longer applies."""
    detail = (("text", decision.quote), ("where", decision.where or "-"))
    return Finding(code="decision-not-applied", severity="warning", span=span, detail=detail)
