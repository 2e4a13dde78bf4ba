"""Actions: one for each responsibility statement, and one for each numbered leaf item without a statement.

Takes a document and its statements. Guarantees: actions are in reading order; every statement belongs to exactly one;
a heading is an action only if it carries a statement or has no units below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extract.responsibility import text_start
from kgbuild.model import Action, Document, Span, Statement
from kgbuild.text import trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kgbuild.text.tables import PlanRow


def build_actions(doc: Document, statements: Sequence[Statement], rows: Mapping[int, PlanRow]) -> tuple[Action, ...]:
    """Return the actions of all plans in reading order.

    Args:
        doc: The document.
        statements: Its responsibility statements.
        rows: The rows of its responsibility tables, by the start of their marks.
    """
    by_unit: dict[int, list[Statement]] = {}
    for s in statements:
        by_unit.setdefault(s.unit, []).append(s)
    out: list[Action] = []
    for index in range(len(doc.units)):
        out += _of_unit(doc, index, by_unit.get(index, ()), rows, len(out))
    return tuple(out)


def _of_unit(
    doc: Document, index: int, statements: Sequence[Statement], rows: Mapping[int, PlanRow], before: int
) -> Iterator[Action]:
    unit = doc.units[index]
    for n, s in enumerate(statements, 1):
        yield Action(unit=index, ordinal=before + n, part=n, text=s.text, whole=s.whole, statement=s)
    if statements or unit.has_children:
        return
    row = rows.get(unit.mark.start)
    in_row = row.content if row else None
    text = in_row or trim(doc.norm, text_start(doc.norm, unit), unit.own.end)
    if len(text):
        yield Action(unit=index, ordinal=before + 1, part=1, text=text, whole=unit.own, statement=None)


def heading_units(doc: Document, index: int) -> list[int]:
    """Return the indices of the titled units above a unit, nearest first."""
    out = []
    at = doc.units[index].parent
    while at is not None:
        if doc.units[at].title is not None:
            out.append(at)
        at = doc.units[at].parent
    return out


def outside(text: Span, left_out: Iterable[Span]) -> list[Span]:
    """Return the parts of a span that overlap none of the other spans.

    Example:
        >>> outside(Span(0, 9), [Span(2, 4), Span(3, 5)])
        [Span(start=0, end=2), Span(start=5, end=9)]
    """
    out, at = [], text.start
    for span in sorted(left_out):
        if span.overlaps(text):
            if span.start > at:
                out.append(Span(at, span.start))
            at = max(at, span.end)
    if at < text.end:
        out.append(Span(at, text.end))
    return out
