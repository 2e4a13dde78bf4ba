"""Reviewers' decisions on doubts, located in a text and applied to its corrections.

A decision is keyed by a quote with the characters around it rather than by offsets, so that it survives new extractions
and corrected sources. Guarantees: a decision applies to one place or to none; one that no longer fits anywhere is
returned separately, for a finding. A decision on the name of a body in any context (`EVERYWHERE`) applies in all
documents, wherever the quote is the whole name.
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
"""Context on either side of a decision on a name, wherever it occurs."""
CONTEXT = 12
"""Number of visible characters on each side that key a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reviewer decided: to accept the reading, to reject it, or to use another one (`value`)."""

    quote: str
    before: str
    after: str
    verdict: Verdict
    value: str = ""
    where: str = ""

    @property
    def is_everywhere(self) -> bool:
        """Tell whether it concerns a name in any context."""
        return self.before == self.after == EVERYWHERE

    @property
    def key(self) -> str:
        """The identity of the doubt."""
        return terms.h(self.quote, self.before, self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Decisions located in one text.

    Attributes:
        placed: Place → decision on it.
        lost: Decisions that fit nowhere, or contradict another decision on the same place.
    """

    placed: Mapping[Span, Decision] = field(default_factory=dict)
    lost: tuple[Decision, ...] = ()

    def unused(self, used: Set[Span]) -> list[Decision]:
        """Return the decisions that no longer match a doubt in the document.

        Args:
            used: Places of the doubts that were looked up.
        """
        placed = [d for s, d in sorted(self.placed.items()) if s not in used and not d.is_everywhere]
        return [*self.lost, *placed]


def place_decisions(norm: str, decisions: Iterable[Decision]) -> Decisions:
    """Locate decisions in a text."""
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
    for decision in decisions:  # a decision on one place takes precedence
        if decision.is_everywhere and decision.quote:
            for m in re.finditer(re.escape(decision.quote), norm):
                placed.setdefault(Span(m.start(), m.end()), decision)
    return Decisions(placed=placed, lost=tuple(lost))


def around(norm: str, span: Span) -> tuple[str, str]:
    """Return the visible characters before and after a span that key a decision.

    Example:
        >>> around("(省教育厅、 省科协)", Span(7, 10))
        ('(省教育厅、', ')')
    """
    before = "".join(norm[max(0, span.start - 4 * CONTEXT) : span.start].split())[-CONTEXT:]
    after = "".join(norm[span.end : span.end + 4 * CONTEXT].split())[:CONTEXT]
    return before, after


def place(norm: str, decision: Decision) -> Span | None:
    """Locate a decision: by its quote and both contexts, else one context, else neither, if that is unique."""
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
    """Apply decisions to corrections: accepted ones become certain, rejected ones vanish, others are reread."""
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
