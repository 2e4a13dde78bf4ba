"""What a reviewer decided about a doubt, applied to a document.

A decision is keyed by the quote and the characters around it, not by offsets, so that it survives a new extraction
and a corrected source. Guarantees: a decision applies to one place or to none; one that fits nowhere any more, or
names a body that nobody knows, is a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.link.entries import entry
from kgbuild.link.resolve import resolve
from kgbuild.model import Correction, Finding, LinkContext, Party, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import BodyMention

Verdict = Literal["accept", "reject", "other"]
CONTEXT = 12
"""Visible characters on each side that key a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided: accept the reading, reject it, or take another (`value`)."""

    quote: str
    before: str
    after: str
    verdict: Verdict
    value: str = ""
    where: str = ""

    @property
    def key(self) -> str:
        """What identifies the doubt."""
        return terms.h(self.quote, self.before, self.after)


class Applied:
    """The decisions placed in one text; remembers which of them were used."""

    def __init__(self, norm: str, decisions: Sequence[Decision]) -> None:
        self._placed: dict[Span, Decision] = {}
        self.lost: list[Decision] = []
        for decision in decisions:
            span = place(norm, decision)
            if span is None or self._placed.get(span, decision) != decision:
                self.lost.append(decision)
            else:
                self._placed[span] = decision
        self._used: set[Span] = set()

    def at(self, span: Span) -> Decision | None:
        """Return the decision on exactly this place."""
        found = self._placed.get(span)
        if found is not None:
            self._used.add(span)
        return found

    def unused(self) -> list[Decision]:
        """Return the decisions that fit no doubt of the document any more."""
        return [*self.lost, *(d for s, d in sorted(self._placed.items()) if s not in self._used)]


def around(norm: str, span: Span) -> tuple[str, str]:
    """Return the visible characters before and behind a span that key a decision.

    Example:
        >>> around("(省教育厅、 省科协)", Span(7, 10))
        ('(省教育厅、', ')')
    """
    before = "".join(norm[max(0, span.start - 4 * CONTEXT) : span.start].split())[-CONTEXT:]
    after = "".join(norm[span.end : span.end + 4 * CONTEXT].split())[:CONTEXT]
    return before, after


def place(norm: str, decision: Decision) -> Span | None:
    """Find the place of a decision: quote with both sides, else the only place with one side, else the only place."""
    if not decision.quote:
        return None
    spans = [Span(m.start(), m.end()) for m in re.finditer(re.escape(decision.quote), norm)]
    sides = [around(norm, s) for s in spans]
    for fits in (
        [s for s, (b, a) in zip(spans, sides, strict=True) if b == decision.before and a == decision.after],
        [s for s, (b, a) in zip(spans, sides, strict=True) if b == decision.before or a == decision.after],
        spans,
    ):
        if len(fits) == 1:
            return fits[0]
    return None


def decided_corrections(corrections: Sequence[Correction], applied: Applied) -> tuple[Correction, ...]:
    """Return the corrections as reviewed: accepted ones certain, rejected ones gone, others with another reading."""
    out = []
    for c in corrections:
        decision = applied.at(c.span)
        if decision is None:
            out.append(c)
        elif decision.verdict == "accept":
            out.append(replace(c, certainty="certain", rule="decision"))
        elif decision.verdict == "other":
            out.append(replace(c, original=decision.value, certainty="certain", rule="decision"))
    return tuple(out)


def decided_party(
    body: BodyMention, party: Party, applied: Applied, context: LinkContext, lexicon: Lexicon
) -> tuple[Party, Finding | None]:
    """Return the party as reviewed, and a finding where the decision cannot be carried out."""
    decision = applied.at(body.span)
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
    return party, lost(decision, body.span)


def _named(value: str, context: LinkContext, lexicon: Lexicon) -> Party | None:
    """The body that a decision names by its IRI, its key, or its name."""
    party = entry(value, lexicon) or resolve(value, context, lexicon)
    return party if party.iri else None


def lost(decision: Decision, span: Span | None = None) -> Finding:
    """Return the finding for a decision that no longer applies."""
    detail = (("text", decision.quote), ("where", decision.where or "-"))
    return Finding(code="decision-not-applied", severity="warning", span=span, detail=detail)
