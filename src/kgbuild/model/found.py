"""What is found in a document: mentions, statements, actions, parties."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003 - get_type_hints must find it
from typing import Literal

from kgbuild.model.codes import (  # noqa: TC001 - get_type_hints must find them
    Direction,
    FieldKey,
    Force,
    Grade,
    MeasureRole,
    Method,
    NamedType,
    PartyKind,
    PopulationRole,
    Role,
    Slip,
    StatementType,
)
from kgbuild.model.document import Document, Finding, Span  # noqa: TC001 - get_type_hints must find them


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
class TimeLimit:
    """A time in the text of an action by which, or in which turn, its work is due: 6月底前, 每季度.

    `iso` is the last day, None where the wording names none; `unread` tells that it should name one.
    """

    span: Span
    iso: str | None
    unread: bool
    rule: str
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
    limits: tuple[TimeLimit, ...] = ()


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

    def __repr__(self) -> str:
        """What was read, counted."""
        return f"<Annotations of {self.document.source.name!r}, {len(self.actions)} actions>"
