"""The records that the stages hand on: frozen, without behaviour beyond derived values.

Offsets are code points into the read text (`SourceText.text`), from 0, end-exclusive.
A room takes the records of the room before it and returns its own; nobody changes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003 - get_type_hints must find it
from typing import Literal

Triple = tuple[str, str, str]
"""Subject, predicate, object, each as it stands in N-Triples: `<iri>`, `"text"@zh`, `"6.5"^^<…>`."""

Grade = Literal["exact", "rule", "context", "doubtful"]
Severity = Literal["violation", "warning", "info"]
Role = Literal["lead", "cooperating", "guiding", "supervising", "responsible"]
PopulationRole = Literal["target", "agent", "topic", "embedded_target", "embedded_agent"]
StatementType = Literal["bracket", "label", "cell", "clause"]
FieldKey = Literal["deadline", "scope", "manner", "role_rule", "scope_rule", "standing_rule", "other"]
Direction = Literal[">=", "<=", "=", "increase_by", "decrease_by"]
PartyKind = Literal[
    "party_organ",
    "government_department",
    "mass_organisation",
    "public_institution",
    "leading_group",
    "leading_group_office",
    "government",
    "local_government",
    "enterprise",
    "internal_office",
    "collective",
    "subject",
]
NamedType = Literal[
    "programme",
    "campaign",
    "competition",
    "platform",
    "facility",
    "event",
    "award",
    "lecture_series",
    "survey",
    "plan",
    "system",
    "publication",
]
MeasureRole = Literal["measure", "aim", "context"]
Force = Literal["must", "may", "must_not", "encourage", "explore"]
Method = Literal["registry", "rule", "context", "slip", "decision", "unresolved"]
Slip = Literal["former-name", "suffix", "not-yet"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of the read text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def covers(self, other: Span) -> bool:
        """Tell whether the other span lies inside this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


# -- read ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where a block of the read text stands in a file without lines (HTML: an XPath)."""

    span: Span
    place: str


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
class SourceText:
    """A file as it was read: exactly what `kgbuild read` prints, and where it comes from."""

    text: str
    name: str
    sha256: str
    file_sha256: str
    encoding: str
    reader: str
    main: Span
    anchors: tuple[Anchor, ...] = ()
    tables: tuple[Table, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        """First 16 hex digits of the hash of the read text: the key of the source."""
        return self.sha256[:16]


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
    (DESIGN.md, Keys). `own` is the unit's own text without the units below it, its mark included; `span` holds
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
    carried: bool = False
    findings: tuple[Finding, ...] = ()


# -- extract ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMention:
    """A party of a responsibility statement as written.

    `surface` is the wording to look up: the slice, restored where certain, a shared head or tail completed.
    """

    span: Span
    surface: str
    role: Role
    role_basis: Span | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMention:
    """Another piece of information in a statement, such as a deadline."""

    span: Span
    key: FieldKey
    iso: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One responsibility statement: what it governs (`text`), where it stands (`span`), whom it names."""

    unit: int
    type: StatementType
    span: Span
    text: Span
    whole: Span
    bodies: tuple[BodyMention, ...]
    fields: tuple[FieldMention, ...] = ()
    open_list: bool = False
    part: int = 1
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationMention:
    """A group of persons in a text: concept of the register, and its part in the action."""

    span: Span
    concept: str
    role: PopulationRole
    rule: str
    grade: Grade = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMention:
    """A programme, campaign, platform … by name. `name` is complete where the wording shares its head."""

    span: Span
    name: str
    type: NamedType
    rule: str
    grade: Grade = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationMention:
    """A 《…》 with what stands behind it. `title` without the marks; `number` in normal form."""

    span: Span
    title: str
    number: str | None = None
    number_span: Span | None = None
    kind: str | None = None
    resolved: str | None = None
    rule: str = "book-title-marks"
    grade: Grade = "exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorMention:
    """A quantified target. `value` in the written unit, so 10 and 亿千瓦; `deadline` its last day.

    `part` counts the targets that share one figure: 种植、收获机械化率均达到… are two.
    """

    span: Span
    name: str | None
    value: Decimal
    value_span: Span
    unit: str
    unit_span: Span
    direction: Direction
    value_max: Decimal | None = None
    approximate: bool = False
    deadline: str | None = None
    deadline_span: Span | None = None
    baseline: Decimal | None = None
    baseline_span: Span | None = None
    part: int = 1
    rule: str = "figure"
    grade: Grade = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureMention:
    """A piece of an action's text: something to do, an effect looked for, or scope and manner.

    `verbs` are its head verbs; `force` is None where the piece orders nothing.
    """

    span: Span
    role: MeasureRole
    verbs: tuple[Span, ...] = ()
    force: Force | None = None
    rule: str = "verb-object"
    grade: Grade = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A place where the text was altered after publication, and what stood there."""

    span: Span
    original: str
    certainty: Literal["certain", "high", "medium", "low"]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMention:
    """A keyword of an action: its first place, its weight, and the population concept that it is the label of."""

    span: Span
    word: str
    weight: float
    concept: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do: a responsibility statement with its text, or a numbered leaf item without one."""

    unit: int
    ordinal: int
    part: int
    text: Span
    whole: Span
    statement: Statement | None
    populations: tuple[PopulationMention, ...] = ()
    inherited: tuple[tuple[PopulationMention, str], ...] = ()
    named: tuple[NamedMention, ...] = ()
    measures: tuple[MeasureMention, ...] = ()


# -- link ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class LinkContext:
    """What a document says about itself, for the reading of names: place, date, issuer, defined short forms."""

    division: str | None = None
    date: str | None = None
    issuer: str | None = None
    defined: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """What a wording was linked to.

    `iri` is bare (no angle brackets) and None for a collective or unregistered wording: the graph mints those.
    `canonical` is the official name at the date of the document, None where not certain. Two candidates: `method`
    is `unresolved`, both are listed, none is chosen. `parent` and `succeeded_by` are bare IRIs; `valid_from` is the
    first day under the name, `valid_until` the last. `slip` says what is wrong with a wording that is a slip.
    `members` are the bare IRIs of those who make up a collective, by what is known as `basis`; of a collective with too
    many of them only `member_count` is told.
    """

    surface: str
    kind: PartyKind
    method: Method
    grade: Grade
    iri: str | None = None
    canonical: str | None = None
    label_en: str | None = None
    division: str | None = None
    parent: str | None = None
    collective: bool = False
    aliases: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    note: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    succeeded_by: tuple[str, ...] = ()
    slip: Slip | None = None
    members: tuple[str, ...] = ()
    basis: str | None = None
    member_count: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """All that was read in one document: the input of the graph and of `kgbuild extract`."""

    document: Document
    actions: tuple[Action, ...]
    headings: tuple[tuple[int, PopulationMention], ...]
    parties: tuple[tuple[BodyMention, Party], ...]
    issuers: tuple[tuple[Span, Party], ...]
    addressee: Party | None
    citations: tuple[CitationMention, ...]
    indicators: tuple[tuple[IndicatorMention, int | None], ...]
    corrections: tuple[Correction, ...]
    context: LinkContext
    findings: tuple[Finding, ...]
