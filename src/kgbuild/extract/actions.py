"""Actions: one for each responsibility statement, and one for each text of a numbered leaf item without a statement.

Takes a document and its statements. Guarantees: actions are in reading order; every statement belongs to exactly one;
a heading is an action only if it carries a statement or has no units below it; of a leaf item no sentence is left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.extract.responsibility import text_start
from kgbuild.lazy import lazy_pattern
from kgbuild.model import Action, Document, Span, Statement
from kgbuild.text import trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kgbuild.model import TableRow, Unit

_SAYS = lazy_pattern(r"[\u4e00-\u9fff]{4}")
"""What a clause needs at least to say something."""


def build_actions(doc: Document, statements: Sequence[Statement]) -> tuple[Action, ...]:
    """Return the actions of all plans in reading order.

    Args:
        doc: The document.
        statements: Its responsibility statements.
    """
    by_unit: dict[int, list[Statement]] = {}
    for s in statements:
        by_unit.setdefault(s.unit, []).append(s)
    rows = {row.start: row for row in doc.rows}
    out: list[Action] = []
    for index in range(len(doc.units)):
        out += _of_unit(doc, index, by_unit.get(index, ()), rows, len(out))
    return tuple(out)


def _of_unit(
    doc: Document, index: int, statements: Sequence[Statement], rows: Mapping[int, TableRow], before: int
) -> Iterator[Action]:
    unit = doc.units[index]
    row = rows.get(unit.mark.start)
    found = [
        Action(unit=index, ordinal=0, part=n, text=s.text, whole=s.whole, statement=s)
        for n, s in enumerate(statements, 1)
    ]
    if not found and not unit.has_children:
        text = (row.content if row else None) or trim(doc.norm, text_start(doc.norm, unit), unit.own.end)
        if len(text):
            found.append(Action(unit=index, ordinal=0, part=1, text=text, whole=unit.own, statement=None))
    elif not unit.has_children and row is None:
        for part, text in enumerate(_left_over(doc, unit, statements), len(statements) + 1):
            found.append(Action(unit=index, ordinal=0, part=part, text=text, whole=text, statement=None))
        found.sort(key=lambda a: a.whole)
    for n, action in enumerate(found, 1):
        yield replace(action, ordinal=before + n)


def _left_over(doc: Document, unit: Unit, statements: Sequence[Statement]) -> Iterator[Span]:
    """Yield the text of an item before, between and behind what its statements govern.

    In 加强宣传，提高认识。各单位要每月报送进展。 the first sentence is such a text: a task, but nobody's.
    """
    title = unit.title.end if unit.title else unit.mark.end
    governed = [span for s in statements for span in (s.text, s.whole, s.span)]
    for gap in outside(Span(text_start(doc.norm, unit), unit.own.end), governed):
        start = gap.start
        while start < gap.end and doc.norm[start] in "。;,)":
            start += 1
        text = trim(doc.norm, start, gap.end)
        is_lead_in = doc.norm.startswith(":", text.end - 1)  # of the items that follow
        if not is_lead_in and _SAYS.search(doc.norm, max(text.start, title), text.end):
            yield text


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
