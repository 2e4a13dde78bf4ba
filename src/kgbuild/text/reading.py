"""One reading of a source: the tree of its text with its corrections, and the wordings that follow from them.

All rooms below look at a text through this object, so that a wording is restored once and alike in the graph, in the
JSON and where it is proved.
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
"""Characters of context on each side of a span at most."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A document with its corrections, and what was decided on it.

    Attributes:
        document: The text as a tree.
        corrections: What was altered after publication, as reviewed, in reading order.
        decisions: Decisions of reviewers, placed in the text.
        reviewed: Places of all corrections, of those too that a reviewer rejected.
    """

    document: Document
    corrections: tuple[Correction, ...] = ()
    decisions: Decisions = field(default_factory=Decisions)
    reviewed: frozenset[Span] = frozenset()

    @cached_property
    def _sure(self) -> tuple[Correction, ...]:
        return tuple(filter(is_sure, self.corrections))

    def quote(self, span: Span) -> str:
        """Return the characters of a span as found."""
        return self.document.source.text[span.start : span.end]

    def passage(self, span: Span) -> Passage:
        """Return a span as extractors look at it: normalised, sure corrections undone."""
        return passage(self.document.norm, span, self._sure)

    def restored(self, span: Span) -> str:
        """Return the characters of a span, wrapped lines joined and sure corrections undone."""
        return restored(self.document.source.text, span, self._sure)


def restored(text: str, span: Span, corrections: Sequence[Correction]) -> str:
    """Return a stretch of a text with wrapped lines joined and sure corrections undone."""
    return joined(passage(text, span, corrections).text)


def sentence_around(text: str, span: Span, most: int = SENTENCE) -> Span:
    """Return the sentence that holds a span; a list in brackets belongs to the sentence before it.

    Args:
        text: The read text.
        span: The span.
        most: Characters of context on each side at most.

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
    """Return a document with the corrections of its text, reviewed where somebody has decided."""
    placed = place_decisions(doc.norm, decisions)
    found = find_corrections(doc, lexicon)
    return Reading(
        document=doc,
        corrections=decided(found, placed),
        decisions=placed,
        reviewed=frozenset(c.span for c in found),
    )
