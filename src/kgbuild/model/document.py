"""A text as read and taken apart: spans, tables, header, plans, units of the tree."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from kgbuild.errors import InternalError
from kgbuild.model.codes import Severity  # noqa: TC001 - get_type_hints must find them
from kgbuild.model.place import BlockKind, FilePlace  # noqa: TC001 - get_type_hints must find them


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of the read text: code points from `start` up to `end`; it may be empty, but never turned round."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse what is no piece of any text, where it is made and not where it is written.

        Raises:
            InternalError: it begins before the text, or ends before it begins.
        """
        if not 0 <= self.start <= self.end:
            raise InternalError(f"{self.start}-{self.end} is no span")

    def __len__(self) -> int:
        return self.end - self.start

    def covers(self, other: Span) -> bool:
        """Tell whether the other span lies inside this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


# -- findings -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should know or look at. `code` is a concept of ontology/vocab/findings.ttl.

    `detail` holds what the message's `{placeholders}` stand for, in a fixed order.
    """

    code: str
    severity: Severity
    span: Span | None = None
    detail: tuple[tuple[str, str], ...] = ()
    likely: str | None = None


# -- read ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A block of the read text, and where it stands in a file without lines.

    Attributes:
        span: Its extent.
        place: Where the block stands.
        kind: What it is.
        generated: Ranges that are not in the file: numbers that a program counts (automatic numbering).
        parts: Finer places of ranges of the block, in order (the printed lines of a paragraph of a PDF).
    """

    span: Span
    place: FilePlace
    kind: BlockKind = "paragraph"
    generated: tuple[Span, ...] = ()
    parts: tuple[tuple[Span, FilePlace], ...] = ()

    def record(self, text: str) -> dict[str, object]:
        """Return the block for JSON: kind, offsets, words and place; ranges that the file does not hold."""
        out: dict[str, object] = {"kind": self.kind, "start": self.span.start, "end": self.span.end}
        out |= {"text": text[self.span.start : self.span.end], "place": self.place.record()}
        return out | ({"generated": [[s.start, s.end] for s in self.generated]} if self.generated else {})

    def place_at(self, offset: int) -> FilePlace:
        """Return the place of a character of the block: of its part, else of the block."""
        return next((place for span, place in self.parts if span.start <= offset < span.end), self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table; `row` and `column` from 0, spans of merged cells counted."""

    span: Span
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, its cells in reading order."""

    span: Span
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """An item of a numbered list of a page; its number is shown by a browser and is no text.

    Attributes:
        start: Where its text begins.
        number: The number that a browser shows.
        depth: Numbered lists around it, from 1.
        within: Which list of the page it belongs to.
    """

    start: int
    number: int
    depth: int
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A file as it was read: exactly what `kgbuild read` prints, and where it comes from.

    Attributes:
        text: What was read; offsets count its code points.
        name: Name of the file, for messages.
        sha256: Hash of the text in UTF-8.
        file_sha256: Hash of the bytes.
        encoding: Encoding of a text file, `binary` for other files.
        reader: Name and version of the reader.
        main: Extent of the main part.
        anchors: Blocks with their places, in reading order; () for a file with lines.
        tables: Tables with their cells.
        items: Items of numbered lists whose numbers stand beside the text (HTML).
        left_out: Stretches that are no text of the plan (running heads, page numbers, notes), in order.
        findings: What the reader remarked.
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

    def __repr__(self) -> str:
        """Name and size: the text itself would fill a screen."""
        return f"<SourceText {self.name!r}, {len(self.text)} code points, {self.reader}, key {self.key}>"

    @property
    def key(self) -> str:
        """First 16 hex digits of the hash of the read text: the key of the source."""
        return self.sha256[:16]

    def place_at(self, offset: int) -> FilePlace | None:
        """Return where a character stands in the file; None for a file with lines."""
        at = bisect.bisect_right(self.anchors, offset, key=lambda a: a.span.start) - 1
        if not self.anchors:
            return None
        return self.anchors[max(at, 0)].place_at(offset)

    def place_name(self, offset: int, lang: str = "en") -> str | None:
        """Return where a character stands as a person finds it (`page 3`); None where its line says that."""
        place = self.place_at(offset)
        return place.shown(lang) if place is not None and place.is_printed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a user says of a document beside its text. It is stated as given and enters no key.

    Attributes:
        title: Its title.
        date: Its day (YYYY-MM-DD).
        number: Its 发文字号.
        issuer: Who issued it.
        place: Where it holds.
        source_url: Where it was published.
        name: What the user calls the file.
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
    """A date as written, with the precision that the text gives: `2020`, `2020-05`, `2020-05-28`, or a time."""

    span: Span
    iso: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberMention:
    """A 发文字号 as written and taken apart (GB/T 9704-2012, 7.2.5)."""

    span: Span
    code: str
    year: int
    serial: int

    @property
    def normal(self) -> str:
        """The number with the year in 〔〕 and without white space."""
        return f"{self.code}〔{self.year}〕{self.serial}号"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The elements of an official document (GB/T 9704-2012) as the text has them; absent ones are None or ()."""

    title: Span | None = None
    number: NumberMention | None = None
    issuers: tuple[Span, ...] = ()
    addressee: Span | None = None
    signed: DateMention | None = None
    published: DateMention | None = None
    site: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """One plan in the text: its title line (None where the document's own title is the plan's), its extent."""

    title: Span | None
    span: Span
    preamble: Span | None = None
    period: tuple[str, str] | None = None
    period_span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A numbered unit of a plan, heading or item, in reading order.

    `path` joins the labels from the outermost unit inwards (`二/(三)/2`); `steps` are the same as key steps
    (ARCHITECTURE.md, Keys). `own` is the unit's own text without the units below it, its mark included; `span` holds
    them too. `title` is the heading without its number where the unit has one.
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
    cell_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The text as a tree."""

    source: SourceText
    norm: str
    header: Header
    plans: tuple[PlanPart, ...]
    units: tuple[Unit, ...]
    paragraphs: tuple[Span, ...] = ()
    carried: bool = False
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        """What it holds, counted."""
        return f"<Document {self.source.name!r}, {len(self.plans)} plans, {len(self.units)} units>"
