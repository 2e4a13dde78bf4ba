r"""From the blocks of a file to its read text: one block a line with its place, tables from cells, what is left out.

Readers of formats without lines yield blocks in reading order, and notices. Guarantees: 1. every visible character of
every block is in the text, in the order of the blocks, with nothing added but one newline after each; invisible ones
too, unless they stand between all letters (`read/unseen.py`); 2. blocks without
a visible character are dropped; 3. the span of an anchor is exactly the text of its block.

A paragraph that continues on the next page is one block; the foot of the page comes after it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kgbuild.model import LEFT_OUT, Anchor, BlockKind, FilePlace, Finding, Severity, Span, Table
from kgbuild.read.encoding import clean
from kgbuild.read.reader import Draft, File
from kgbuild.read.tables import GridCell, table_of
from kgbuild.read.unseen import between_letters, left_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kgbuild.read.unseen import Unseen


@dataclass(frozen=True, slots=True)
class Block:
    r"""A paragraph, cell, heading, running head … of a file.

    Attributes:
        kind: Its kind; the kinds in `LEFT_OUT` do not belong to the plan.
        text: Its text, with `\\n` for each line break in the file.
        place: Where it stands. A cell gives table, row and column, and the rows and columns that it covers.
        generated: Ranges of `text`, as (start, end), that are not in the file (automatic numbers).
        parts: Places of ranges of `text`, in order, as (start, end, place): the printed lines of a paragraph.
    """

    kind: BlockKind
    text: str
    place: FilePlace
    generated: tuple[tuple[int, int], ...] = ()
    parts: tuple[tuple[int, int, FilePlace], ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark of a reader: a code of ontology/vocab/findings.ttl, and the index of the block that it concerns."""

    code: str
    detail: tuple[tuple[str, str], ...] = ()
    severity: Severity = "info"
    block: int | None = None


Content = tuple["Sequence[Block]", "Sequence[Notice]"]


def of_blocks(read: Callable[[File], Content]) -> Callable[[File], Draft]:
    """Wrap a function that returns blocks and notices as the `read` of a `Reader`."""
    return lambda file: draft_of(*read(file))


def draft_of(blocks: Sequence[Block], notices: Iterable[Notice] = ()) -> Draft:
    r"""Build the read text from blocks.

    Args:
        blocks: Blocks in reading order.
        notices: Remarks of the reader.

    Example:
        >>> place = FilePlace(page=1)
        >>> draft = draft_of([Block("paragraph", "一、目标", place), Block("page-number", "— 1 —", place)])
        >>> draft.text, draft.left_out
        ('一、目标\n— 1 —\n', (Span(start=5, end=10),))
    """
    written = "\n".join(block.text for block in blocks)
    unseen = between_letters(written)
    if unseen:
        blocks = [_without(block, unseen) for block in blocks]
    lines: list[str] = []
    anchors: list[Anchor] = []
    at = 0
    of_block: dict[int, Span] = {}
    for number, block in enumerate(blocks):
        if not block.text.strip():
            continue
        text = block.text.rstrip("\n")
        anchors.append(_anchor(block, at, len(text)))
        of_block[number] = anchors[-1].span
        lines.append(text + "\n")
        at += len(text) + 1
    whole, controls = clean("".join(lines))
    found = [_finding(n, of_block) for n in notices]
    if controls:
        detail = (("count", str(len(controls))),)
        span = Span(controls[0], controls[0] + 1)
        found.append(Finding(code="control-characters", severity="info", span=span, detail=detail))
    return Draft(
        text=whole,
        main=Span(0, len(whole)),
        anchors=tuple(anchors),
        tables=tuple(_tables(anchors, whole)),
        left_out=tuple(a.span for a in anchors if a.kind in LEFT_OUT),
        findings=(*found, *left_out(written, unseen)),
    )


def _finding(notice: Notice, of_block: dict[int, Span]) -> Finding:
    span = of_block.get(notice.block) if notice.block is not None else None
    return Finding(code=notice.code, severity=notice.severity, span=span, detail=notice.detail)


def _without(block: Block, unseen: Unseen) -> Block:
    """Return a block without the characters to leave out, its ranges moved."""
    gone = [at for at, char in enumerate(block.text) if ord(char) in unseen]

    def moved(at: int) -> int:
        return at - bisect_left(gone, at)

    return replace(
        block,
        text=block.text.translate(unseen),
        generated=tuple((moved(start), moved(end)) for start, end in block.generated),
        parts=tuple((moved(start), moved(end), place) for start, end, place in block.parts),
    )


def _anchor(block: Block, at: int, length: int) -> Anchor:
    generated, parts = block.generated, block.parts
    if length < len(block.text):  # without the line breaks at its end
        generated = tuple((min(start, length), min(end, length)) for start, end in generated)
        parts = tuple((min(start, length), min(end, length), place) for start, end, place in parts)
    return Anchor(
        span=Span(at, at + length),
        place=block.place,
        kind=block.kind,
        generated=tuple([Span(at + start, at + end) for start, end in generated]),
        parts=tuple([(Span(at + start, at + end), place) for start, end, place in parts]),
    )


def _tables(anchors: Sequence[Anchor], text: str) -> Iterator[Table]:
    """Yield the tables whose cells are among the blocks; several blocks may belong to one cell."""
    cells: dict[int, dict[tuple[int, int], list[Anchor]]] = {}
    for anchor in anchors:
        place = anchor.place
        if anchor.kind in ("cell", "head-cell") and place.table and place.row and place.column:
            cells.setdefault(place.table, {}).setdefault((place.row, place.column), []).append(anchor)
    for table in cells.values():
        grid = [
            GridCell(
                row=row - 1,
                column=column - 1,
                rowspan=own[0].place.rows,
                colspan=own[0].place.columns,
                header=own[0].kind == "head-cell",
                span=Span(own[0].span.start, own[-1].span.end),
            )
            for (row, column), own in table.items()
        ]
        if made := table_of(text, grid):
            yield made
