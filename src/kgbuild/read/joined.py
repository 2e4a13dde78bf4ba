"""Several files read as one text; the blocks, tables and places of each name the file that contains them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kgbuild.model import Anchor, FilePlace, Finding, Span, Table
from kgbuild.read.reader import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class JoinedFile:
    """A file as read, and its name in its container ("" if it has none)."""

    name: str
    draft: Draft


def join(parts: Sequence[JoinedFile], findings: Iterable[Finding] = ()) -> Draft:
    r"""Join several files into one text, each starting a line.

    Args:
        parts: The files in reading order.
        findings: Further remarks.

    Example:
        >>> drafts = [Draft(text="甲", main=Span(0, 1)), Draft(text="乙", main=Span(0, 1))]
        >>> join([JoinedFile("", draft) for draft in drafts]).text
        '甲\n乙'
    """
    text, drafts = "", []
    for part in parts:
        text += "" if not text or text.endswith(("\n", "\r")) else "\n"
        drafts.append(_moved(part, len(text)))
        text += part.draft.text
    return Draft(
        text=text,
        main=drafts[0].main if len(drafts) == 1 else Span(0, len(text)),
        encoding=drafts[0].encoding if len(drafts) == 1 else "binary",
        anchors=tuple(a for d in drafts for a in d.anchors),
        tables=tuple(t for d in drafts for t in d.tables),
        items=tuple(i for d in drafts for i in d.items),
        left_out=tuple(s for d in drafts for s in d.left_out),
        findings=(*(f for d in drafts for f in d.findings), *findings),
    )


def _moved(part: JoinedFile, by: int) -> Draft:
    draft = part.draft

    def span(s: Span) -> Span:
        return Span(s.start + by, s.end + by)

    def place(p: FilePlace) -> FilePlace:
        return replace(p, member=p.member or part.name)

    def cells(table: Table) -> Table:
        return replace(table, span=span(table.span), cells=tuple(replace(c, span=span(c.span)) for c in table.cells))

    def anchors() -> Iterator[Anchor]:
        for a in draft.anchors:
            yield replace(
                a,
                span=span(a.span),
                place=place(a.place),
                generated=tuple(map(span, a.generated)),
                parts=tuple((span(s), place(p)) for s, p in a.parts),
            )
        if not draft.anchors and part.name and draft.text:
            yield Anchor(span=Span(by, by + len(draft.text)), place=FilePlace(member=part.name))

    return replace(
        draft,
        main=span(draft.main),
        anchors=tuple(anchors()),
        tables=tuple(map(cells, draft.tables)),
        items=tuple(replace(i, start=i.start + by, within=i.within + by) for i in draft.items),
        left_out=tuple(map(span, draft.left_out)),
        findings=tuple(replace(f, span=span(f.span) if f.span else None) for f in draft.findings),
    )
