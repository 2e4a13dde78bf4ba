"""Tables that assign by a sign: a column for each body, and a √ or ● where it has to do with the task of the row.

What a sign means says a legend (●为牵头单位，○为配合单位) or, where the table has one sign only, the head above the
bodies (责任单位). A table with a sign that neither explains assigns nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.text.columns import names_bodies, squeezed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kgbuild.lexicon.words import Words
    from kgbuild.model import Cell, Table

SIGNS = "√✓✔☑●○◎◆◇■□★☆▲△"
_HEAD_ROWS = 3
_FEWEST = 2
_REACH = 400
"""Code points around a table in which its legend is looked for."""
_BODY = "{signing-bodies}$"
_SAYS = r"[^,。;、()\n]{0,8}?(?P<role>(?:{roles})(?:{role-units})|{role-lead}|{role-cooperating})"


@dataclass(frozen=True, slots=True)
class Matrix:
    """The columns of bodies of a table.

    Attributes:
        row: The row with the names of the bodies.
        heads: The name of the body of each column.
        says: What each sign means, as the legend or the head above the bodies words it.
    """

    row: int
    heads: Mapping[int, Cell]
    says: Mapping[str, Span]


def matrix_of(norm: str, table: Table, words: Words) -> Matrix | None:
    """Return the columns of bodies of a table that assigns by signs; None for other tables."""
    signs = {s for c in table.cells if (s := squeezed(norm, c.span)) and len(s) == 1 and s in SIGNS}
    if not signs:
        return None
    filled: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if len(cell.span) and squeezed(norm, cell.span):
            filled.setdefault(cell.column, []).append(cell)
    for row in range(_HEAD_ROWS):
        heads = {c.column: c for cells in filled.values() for c in cells if c.row == row and c.colspan == 1}
        below = {column: [c for c in filled[column] if c.row > row] for column in heads}
        marked = {
            column: head
            for column, head in heads.items()
            if below[column] and all(squeezed(norm, c.span) in signs for c in below[column])
        }
        bodies = [head for head in marked.values() if words[_BODY].search(squeezed(norm, head.span))]
        if len(bodies) < _FEWEST or 2 * len(bodies) < len(marked):
            continue
        # a body that no row marks
        blank = {
            column: head
            for column, head in heads.items()
            if not below[column] and words[_BODY].search(squeezed(norm, head.span))
        }
        says = _legend(norm, table, signs, words) or _of_head(norm, table, row, marked, signs, words)
        used = {squeezed(norm, c.span) for column in marked for c in below[column]}
        return Matrix(row, marked | blank, says) if used <= set(says) else None
    return None


def _legend(norm: str, table: Table, signs: set[str], words: Words) -> dict[str, Span]:
    """Return what a legend near the table says of its signs."""
    found: dict[str, Span] = {}
    places = [(table.span.start, table.span.end + _REACH), (max(table.span.start - _REACH, 0), table.span.start)]
    for sign in sorted(signs):
        form = words[re.escape(sign) + _SAYS]
        named = next((m for start, end in places if (m := form.search(norm, start, end))), None)
        if named:
            found[sign] = Span(*named.span("role"))
    return found


def _of_head(
    norm: str, table: Table, row: int, marked: Mapping[int, Cell], signs: set[str], words: Words
) -> dict[str, Span]:
    """Return the head above the bodies as the meaning of the only sign."""
    above = [
        c
        for c in table.cells
        if c.row < row
        and any(c.column <= column < c.column + c.colspan for column in marked)
        and names_bodies(squeezed(norm, c.span), words)
    ]
    return dict.fromkeys(signs, above[0].span) if len(signs) == 1 and above else {}


def marked_bodies(norm: str, matrix: Matrix, cells: Sequence[Cell]) -> list[tuple[Span, Span]]:
    """Return the bodies whose columns a row marks with a sign of known meaning, each with the words that say it."""
    marked = [(matrix.heads[c.column], squeezed(norm, c.span)) for c in cells if c.column in matrix.heads]
    return [(head.span, matrix.says[sign]) for head, sign in marked if sign in matrix.says]
