"""Places in files that have pages, tables or elements instead of lines."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

BlockKind = Literal[
    "paragraph",
    "heading",
    "list-item",
    "cell",
    "head-cell",
    "caption",
    "text-box",
    "note",
    "front-matter",
    "contents",
    "header",
    "footer",
    "page-number",
]

LEFT_OUT: frozenset[BlockKind] = frozenset({"note", "front-matter", "contents", "header", "footer", "page-number"})
"""Kinds of blocks that are read and displayed but do not belong to the plan."""

_WORDS = {
    "en": {
        "page": "page {}",
        "part": "{}",
        "table": "table {}",
        "row": "row {}",
        "paragraph": "paragraph {}",
        "object": "object {}",
        "note": "note",
        "header": "header",
        "footer": "footer",
        "text-box": "text box",
    },
    "zh": {
        "page": "第{}页",
        "part": "{}",
        "table": "表{}",
        "row": "第{}行",
        "paragraph": "第{}段",
        "object": "对象{}",
        "note": "脚注",
        "header": "页眉",
        "footer": "页脚",
        "text-box": "文本框",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """A place in a file, as precisely as the format allows. All numbers count from 1.

    Attributes:
        member: File inside a container (zip, mail).
        page: Page number.
        box: Left, top, right, bottom in points (1/72 inch) from the upper left corner of the page.
        part: Part within which paragraphs are counted, if not the body: `header`, `footer`, `note`, `text-box`.
        paragraph: Paragraph number in the body or part.
        table: Table number, in reading order.
        row: Row of the table.
        column: Column of the table; merged cells count for each column that they cover.
        rows: Rows that a merged cell covers.
        columns: Columns that a merged cell covers.
        xpath: Element or text node in the DOM that a browser builds.
        object: Id of an object in the file.
    """

    member: str = ""
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    part: str = ""
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    rows: int = 1
    columns: int = 1
    xpath: str = ""
    object: str = ""

    def shown(self, lang: str = "en") -> str:
        """Return the place in words.

        Example:
            >>> FilePlace(page=3).shown("zh"), FilePlace(table=2, row=4, column=1, paragraph=30).shown("en")
            ('第3页', 'table 2 row 4')
        """
        words = _WORDS[lang]
        parts = [words["page"].format(self.page)] if self.page else []
        parts += [words.get(self.part, self.part)] if self.part else []
        if self.table:
            parts += [words["table"].format(self.table)] + ([words["row"].format(self.row)] if self.row else [])
        elif self.paragraph:
            parts.append(words["paragraph"].format(self.paragraph))
        elif not parts:
            parts += [self.xpath] if self.xpath else [words["object"].format(self.object)] if self.object else []
        where = " ".join(parts)
        return f"{self.member} {where}".strip() if self.member else where

    @property
    def is_printed(self) -> bool:
        """Tell whether a person can find the place in the file; an XPath alone serves machines only."""
        return bool(self.member or self.page or self.part or self.table or self.paragraph or self.object)

    def record(self) -> dict[str, Any]:
        """Return the known attributes, for JSON."""
        known = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in known.items()
            if value not in (None, "") and not (name in ("rows", "columns") and value == 1)
        }
