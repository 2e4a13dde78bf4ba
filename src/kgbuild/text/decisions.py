"""What a reviewer decided about a doubt, placed in a text and applied to its corrections.

A decision is keyed by the quote and the characters around it, not by offsets, so that it survives a new extraction
and a corrected source. Guarantees: a decision applies to one place or to none; one that fits nowhere any more is kept
apart, for a finding. A decision on a name of a body, whatever stands around it (`EVERYWHERE`), applies to all places
where that is the whole name, in all documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set

    from kgbuild.model import Correction

Verdict = Literal["accept", "reject", "other"]
EVERYWHERE = "*"
"""What stands for both sides of a decision on a name."""
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
    def is_everywhere(self) -> bool:
        """Tell whether it is on a name, wherever that stands."""
        return self.before == self.after == EVERYWHERE

    @property
    def key(self) -> str:
        """What identifies the doubt."""
        return terms.h(self.quote, self.before, self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Decisions placed in one text.

    Attributes:
        placed: Place → the decision on it.
        lost: Those that fit nowhere, or contradict another one of the same place.
    """

    placed: Mapping[Span, Decision] = field(default_factory=dict)
    lost: tuple[Decision, ...] = ()

    def unused(self, used: Set[Span]) -> list[Decision]:
        """Return the decisions that fit no doubt of the document any more.

        Args:
            used: Places of the doubts that were looked up.
        """
        placed = [d for s, d in sorted(self.placed.items()) if s not in used and not d.is_everywhere]
        return [*self.lost, *placed]


def place_decisions(norm: str, decisions: Iterable[Decision]) -> Decisions:
    """Return decisions with their places in a text."""
    placed: dict[Span, Decision] = {}
    lost: list[Decision] = []
    decisions = list(decisions)
    for decision in decisions:
        if decision.is_everywhere:
            continue
        span = place(norm, decision)
        if span is None or placed.get(span, decision) != decision:
            lost.append(decision)
        else:
            placed[span] = decision
    for decision in decisions:  # what was decided on one place goes before
        if decision.is_everywhere and decision.quote:
            for m in re.finditer(re.escape(decision.quote), norm):
                placed.setdefault(Span(m.start(), m.end()), decision)
    return Decisions(placed=placed, lost=tuple(lost))


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


def decided(corrections: Iterable[Correction], decisions: Decisions) -> tuple[Correction, ...]:
    """Return the corrections as reviewed: accepted ones certain, rejected ones gone, others with another reading."""
    out = []
    for c in corrections:
        decision = decisions.placed.get(c.span)
        if decision is None or decision.is_everywhere:
            out.append(c)
        elif decision.verdict == "accept":
            out.append(replace(c, certainty="certain", rule="decision"))
        elif decision.verdict == "other":
            out.append(replace(c, original=decision.value, certainty="certain", rule="decision"))
    return tuple(out)
