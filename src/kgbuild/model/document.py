"""A source as read and parsed: spans, tables, header elements, plans, and the units of the tree."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import Literal

from kgbuild.errors import InternalError
from kgbuild.model.codes import Severity  # noqa: TC001 - get_type_hints must find them
from kgbuild.model.place import BlockKind, FilePlace  # noqa: TC001 - get_type_hints must find them


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the read text: code points from `start` up to, not including, `end`. It may be empty."""

    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:
        """Reject an impossible span where it is created rather than where it is written out.

        Raises:
            InternalError: the start is negative, or lies behind the end.
        """
        if not 0 <= start <= end:
            raise InternalError(f"{start}-{end} is no span")
        _set_start(self, start)  # a document has thousands: the slots are filled directly
        _set_end(self, end)

    def __len__(self) -> int:
        return self.end - self.start

    def covers(self, other: Span) -> bool:
        """Tell whether the other span lies inside this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


_set_start, _set_end = (vars(Span)[name].__set__ for name in ("start", "end"))


# -- findings -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a reader of the result should know or check.

    Attributes:
        code: Concept of ontology/vocab/findings.ttl.
        severity: How serious it is.
        span: What it is about; None for the document as a whole.
        detail: Values of the message's `{placeholders}`, in a fixed order.
        likely: The most likely reading, where there is one.
    """

    code: str
    severity: Severity
    span: Span | None = None
    detail: tuple[tuple[str, str], ...] = ()
    likely: str | None = None


# -- read ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A block of the read text and its place in a file that has no lines.

    Attributes:
        span: Extent in the read text.
        place: Page, paragraph, table cell or element.
        kind: Paragraph, heading, cell, running head …
        generated: Ranges that do not occur in the file because an application computes them (automatic numbering).
        parts: Places of sub-ranges, in order: the printed lines of a PDF paragraph.
    """

    span: Span
    place: FilePlace
    kind: BlockKind = "paragraph"
    generated: tuple[Span, ...] = ()
    parts: tuple[tuple[Span, FilePlace], ...] = ()

    def record(self, text: str) -> dict[str, object]:
        """Return the block for JSON: kind, offsets, text and place, and the ranges that the file does not contain."""
        out: dict[str, object] = {"kind": self.kind, "start": self.span.start, "end": self.span.end}
        out |= {"text": text[self.span.start : self.span.end], "place": self.place.record()}
        return out | ({"generated": [[s.start, s.end] for s in self.generated]} if self.generated else {})

    def place_at(self, offset: int) -> FilePlace:
        """Return the place of a character: that of the part it lies in, otherwise that of the block."""
        return next((place for span, place in self.parts if span.start <= offset < span.end), self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A table cell. `row` and `column` count from 0; merged cells occupy all the rows and columns that they cover."""

    span: Span
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its cells in reading order."""

    span: Span
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """An item of a numbered HTML list, whose number is rendered by the browser and is not part of the text.

    Attributes:
        start: Offset of its text.
        number: Number that a browser displays.
        depth: Number of ordered lists around it, from 1.
        within: Identifier of its list, unique within the page.
        label: The number as displayed: 1, 一, A.
    """

    start: int
    number: int
    depth: int
    within: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A file as read: exactly the text that `kgbuild read` prints, and its provenance.

    Attributes:
        text: The read text; all offsets count its code points.
        name: File name, for messages only.
        sha256: Hash of the text in UTF-8.
        file_sha256: Hash of the bytes of the file.
        encoding: Encoding of a text file, `binary` for other formats.
        reader: Name and version of the reader, such as `docx/1`.
        main: Extent of the main content.
        anchors: Blocks with their places, in reading order; () for files that have lines.
        tables: Tables with their cells.
        items: Items of numbered lists whose numbers are not in the text (HTML).
        left_out: Spans that do not belong to the plan (running heads, page numbers, notes), in order.
        findings: Remarks of the reader.
        page_url: The address that a page gives as its own (`<link rel=canonical>`).
    """

    text: str
    name: str
    sha256: str
    file_sha256: str
    encoding: str
    reader: str
    main: Span
    anchors: tuple[Anchor, ...] = ()
    tables: tuple[Table, ...] = ()
    items: tuple[ListItem, ...] = ()
    left_out: tuple[Span, ...] = ()
    findings: tuple[Finding, ...] = ()
    page_url: str | None = None

    def __repr__(self) -> str:
        """Return name and size; the text itself would fill the screen."""
        return f"<SourceText {self.name!r}, {len(self.text)} code points, {self.reader}, key {self.key}>"

    @property
    def key(self) -> str:
        """Key of the source: the first 16 hex digits of the hash of the read text."""
        return self.sha256[:16]

    def place_at(self, offset: int) -> FilePlace | None:
        """Return the place of a character in the file; None for a file that has lines."""
        at = bisect.bisect_right(self.anchors, offset, key=lambda a: a.span.start) - 1
        if not self.anchors:
            return None
        return self.anchors[max(at, 0)].place_at(offset)

    def place_name(self, offset: int, lang: str = "en") -> str | None:
        """Return the place of a character as a person would name it (`page 3`); None where a line number says it."""
        place = self.place_at(offset)
        return place.shown(lang) if place is not None and place.is_printed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the user states about a document beyond its text. It is asserted as given and never enters a key.

    Attributes:
        title: Its title.
        date: Its date (YYYY-MM-DD).
        number: Its 发文字号.
        issuer: Name of the issuing body.
        place: Name of the division where it applies.
        source_url: Where it was published.
        name: Display name of the file.
    """

    title: str | None = None
    date: str | None = None
    number: str | None = None
    issuer: str | None = None
    place: str | None = None
    source_url: str | None = None
    name: str | None = None


# -- text ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date as written. `iso` keeps the precision of the text: `2020`, `2020-05`, `2020-05-28`, or a date and time."""

    span: Span
    iso: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberMention:
    """A 发文字号 parsed into code, year and serial number (GB/T 9704-2012, 7.2.5)."""

    span: Span
    code: str
    year: int
    serial: int

    @property
    def normal(self) -> str:
        """The number in normal form: year in 〔〕, no white space."""
        return f"{self.code}〔{self.year}〕{self.serial}号"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The elements of an official document (GB/T 9704-2012) that the text has; absent ones are None or ().

    Attributes:
        title: 标题.
        number: 发文字号.
        issuers: 发文机关, one span for each body.
        addressee: 主送机关, without its colon.
        signed: 成文日期.
        published: Publication time printed by the web page.
        site: Web site that the page names as its source.
    """

    title: Span | None = None
    number: NumberMention | None = None
    issuers: tuple[Span, ...] = ()
    addressee: Span | None = None
    signed: DateMention | None = None
    published: DateMention | None = None
    site: Span | None = None


PageFieldKey = Literal["index", "topic", "issuer", "publisher", "number", "title", "signed", "published", "validity"]
"""What a field of a page says: 索引号, 主题分类, 发文机关, 发布机构, 发文字号, 标题, 成文日期, 发布日期, 有效性."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageField:
    """A field of the table that a portal prints around a document.

    Attributes:
        key: What it says.
        label: Its label, without the colon.
        value: Its value.
    """

    key: PageFieldKey
    label: Span
    value: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row of a table that assigns tasks to bodies, or a heading in it. Each is a unit.

    Attributes:
        start: Start of the mark of its unit.
        span: Its extent.
        content: What to do; None for a heading.
        bodies: Cells that name bodies, each with the head of its column.
        fields: Cells with other information, each with its key.
    """

    start: int
    span: Span
    content: Span | None = None
    bodies: tuple[tuple[Span, Span], ...] = ()
    fields: tuple[tuple[Span, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """One plan in the text.

    Attributes:
        title: Its title line; None where the title of the document is also that of the plan.
        span: Its extent.
        preamble: Text between the title and the first unit.
        period: First and last day (YYYY-MM-DD) of the period that the title names.
        period_span: Where the title names it.
        header: The header of the document that it is, or that carries it, where the file holds several; None for the
            first of them, whose header is that of `Document`.
    """

    title: Span | None
    span: Span
    preamble: Span | None = None
    period: tuple[str, str] | None = None
    period_span: Span | None = None
    header: Header | None = None

    @property
    def is_carried_by_further(self) -> bool:
        """Tell whether a notice carries it that is not the first document of its file."""
        return self.header is not None and self.header.title != self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A numbered unit of a plan, heading or item. Units stand in reading order.

    Attributes:
        path: Labels from the outermost unit inwards, joined by `/`: `二/(三)/2`.
        label: Its own label, as printed in half-width characters.
        steps: The path as steps of a key (ARCHITECTURE.md, Keys).
        level: Depth in the tree, from 1.
        plan: Index of its plan; 0 is the notice that carries the plans.
        parent: Index of the unit above it.
        mark: The printed number; empty where none is printed.
        title: The heading without its number.
        run_in: Whether text follows the heading on the same line.
        own: Its own text with the mark, without the units below it.
        span: Its text with all units below it.
        style: Numbering style, see `text/numbering.py`.
        has_children: Whether units lie below it.
    """

    path: str
    label: str
    steps: tuple[str, ...]
    level: int
    plan: int
    parent: int | None
    mark: Span
    title: Span | None
    run_in: bool
    own: Span
    span: Span
    style: str
    has_children: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source parsed into header, plans and a tree of units.

    Attributes:
        source: The source as read.
        norm: Its text in normalised form, of the same length (`text/normalise.py`).
        header: Header elements.
        plans: Plans in reading order.
        units: Units in reading order; parents precede their children.
        paragraphs: Paragraphs in reading order.
        carried: Whether the plans are carried by a notice.
        findings: Remarks on the form of the text.
        page_fields: The table of data that a portal prints around it.
        rows: Rows of the tables that assign tasks to bodies, in reading order.
        unread_tables: Tables that assign tasks in a form that is not read.
        closings: Paragraphs behind the items that say since when a plan is in force, or who explains it.
    """

    source: SourceText
    norm: str
    header: Header
    plans: tuple[PlanPart, ...]
    units: tuple[Unit, ...]
    paragraphs: tuple[Span, ...] = ()
    carried: bool = False
    findings: tuple[Finding, ...] = ()
    page_fields: tuple[PageField, ...] = ()
    rows: tuple[TableRow, ...] = ()
    unread_tables: tuple[Span, ...] = ()
    closings: tuple[Span, ...] = ()

    @property
    def title(self) -> Span | None:
        """Its title; if the notice prints none, that of the plan that it carries."""
        return self.header.title or next((plan.title for plan in self.plans if plan.title), None)

    def __repr__(self) -> str:
        """Return name and counts."""
        return f"<Document {self.source.name!r}, {len(self.plans)} plans, {len(self.units)} units>"
