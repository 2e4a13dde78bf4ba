"""One reading of a source: its parsed document with corrections, and the wordings derived from them.

All later stages look at a text through this object, so that a wording is restored in one way for the graph, the JSON
and the proof.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.text.decisions import Decisions, decided, place_decisions
from kgbuild.text.integrity import find_corrections
from kgbuild.text.lines import joined
from kgbuild.text.passage import Passage, is_sure, passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Correction, Document
    from kgbuild.text.decisions import Decision

SENTENCE = 160
"""Maximum number of context characters on each side of a span."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A document with its corrections and the reviewers' decisions on it.

    Attributes:
        document: The parsed document.
        corrections: Alterations after publication, as reviewed, in reading order.
        decisions: Decisions of reviewers, located in the text.
        reviewed: Places of all corrections, including those that a reviewer rejected.
    """

    document: Document
    corrections: tuple[Correction, ...] = ()
    decisions: Decisions = field(default_factory=Decisions)
    reviewed: frozenset[Span] = frozenset()

    @cached_property
    def _sure(self) -> tuple[Correction, ...]:
        return tuple(filter(is_sure, self.corrections))

    def quote(self, span: Span) -> str:
        """Return the characters of a span as read."""
        return self.document.source.text[span.start : span.end]

    def passage(self, span: Span) -> Passage:
        """Return a span prepared for matching: normalised, with certain corrections applied."""
        return passage(self.document.norm, span, self._sure)

    def restored(self, span: Span) -> str:
        """Return the characters of a span with wrapped lines joined and certain corrections applied."""
        return restored(self.document.source.text, span, self._sure)


def restored(text: str, span: Span, corrections: Sequence[Correction]) -> str:
    """Return a stretch of a text with wrapped lines joined and certain corrections applied."""
    return joined(passage(text, span, corrections).text)


def sentence_around(text: str, span: Span, most: int = SENTENCE) -> Span:
    """Return the sentence around a span; a list in brackets belongs to the sentence before it.

    Args:
        text: The read text.
        span: The span.
        most: Maximum number of context characters on each side.

    Example:
        >>> text = "一是培训农民。二是服务青年。（省教育厅）"
        >>> found = sentence_around(text, Span(15, 19))
        >>> text[found.start : found.end]
        '二是服务青年。（省教育厅）'
    """
    left = _behind_stop(text, span.start)
    if text[left : left + 1] in ("(", "（") and left > 1:
        left = _behind_stop(text, left - 1)
    stops = [at for at in (text.find(c, span.end, span.end + most) for c in "。\n") if at >= 0]
    return Span(max(left, span.start - most, 0), min(*stops, span.end + most, len(text) - 1) + 1)


def _behind_stop(text: str, at: int) -> int:
    return max(text.rfind(c, 0, at) for c in "。\n") + 1


def reading_of(doc: Document, lexicon: Lexicon, decisions: Iterable[Decision] = ()) -> Reading:
    """Find the corrections of a document and apply the reviewers' decisions to them.

    Args:
        doc: The parsed document.
        lexicon: Compiled vocabularies.
        decisions: Decisions of reviewers.
    """
    placed = place_decisions(doc.norm, decisions)
    found = find_corrections(doc, lexicon)
    return Reading(
        document=doc,
        corrections=decided(found, placed),
        decisions=placed,
        reviewed=frozenset(c.span for c in found),
    )
