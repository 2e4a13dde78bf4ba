"""What is found in a document: mentions, responsibility statements, actions and the bodies they are linked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - get_type_hints must find them
from dataclasses import dataclass, field
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
    TargetStatus,
)
from kgbuild.model.document import Document, Finding, Header, Span  # noqa: TC001 - get_type_hints must find them


# -- extract ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMention:
    """A party named in a responsibility statement.

    Attributes:
        span: Where it is named.
        surface: Wording to look up: the characters of the span, with certain corrections applied and a head or tail
            that several names share completed (市、县教育局).
        role: Its role.
        role_basis: The words that give it the role; None where the position alone does.
        rule: Rule that found it.
    """

    span: Span
    surface: str
    role: Role
    role_basis: Span | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMention:
    """Information in a statement other than parties, such as a deadline.

    Attributes:
        span: Where it is given.
        key: Its kind.
        iso: Last day of a deadline (YYYY-MM-DD), None where the wording names none.
    """

    span: Span
    key: FieldKey
    iso: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A responsibility statement, such as （省教育厅牵头，省科协配合）.

    Attributes:
        unit: Index of its unit.
        type: Form: bracket, labelled line, table cell or clause.
        span: Extent of the statement itself.
        text: The text that it governs.
        whole: Governed text and statement together.
        bodies: Parties in the order of naming.
        fields: Other information in it.
        open_list: Whether the list ends in 等.
        part: Ordinal among the statements of the unit, from 1.
        rule: Rule that found it.
    """

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
    """A group of persons. `concept` is its IRI in the register of populations, `role` its part in the action."""

    span: Span
    concept: str
    role: PopulationRole
    rule: str
    grade: Grade = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMention:
    """A programme, campaign, platform … by name. `name` is completed where several names share a head."""

    span: Span
    name: str
    type: NamedType
    rule: str
    grade: Grade = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationMention:
    """A citation in 《》. `title` is without the marks, `number` in normal form.

    Attributes:
        resolved: Title of the document that a short form (《方案》) refers to.
    """

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
    """A quantified target.

    Attributes:
        span: The whole wording.
        name: What is measured; None where the text does not say.
        value: Number in the unit as written (10 and 亿千瓦, not 1,000,000,000 and 千瓦); the lower bound of a range.
        unit: Unit as written.
        direction: Bound, equality, or change.
        value_max: Upper bound of a range.
        approximate: Whether the number is given as approximate (约, 左右).
        deadline: Last day by which it is to be reached (YYYY-MM-DD).
        baseline: Value that it starts from.
        baseline_date: Last day of the time of that value (YYYY-MM-DD).
        status: Whether it binds, where a table of indicators says so.
        name_span: Where the name stands, if it is not the whole wording: the cell of a table.
        part: Ordinal among targets that share one figure, from 1: 种植、收获机械化率均达到… are two.
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
    baseline_date: str | None = None
    baseline_date_span: Span | None = None
    status: TargetStatus | None = None
    status_span: Span | None = None
    name_span: Span | None = None
    part: int = 1
    rule: str = "figure"
    grade: Grade = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """A time in the text of an action, or in brackets in a heading above it, by which or at which interval it is due.

    Attributes:
        iso: Last day (YYYY-MM-DD), None where the wording names none.
        unread: Whether the wording should name a day that could not be derived.
    """

    span: Span
    iso: str | None
    unread: bool
    rule: str
    grade: Grade = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureMention:
    """A clause of an action's text: a measure to take, an intended effect, or its scope and manner.

    Attributes:
        verbs: Its head verbs.
        force: Deontic force; None where the clause orders nothing.
    """

    span: Span
    role: MeasureRole
    verbs: tuple[Span, ...] = ()
    force: Force | None = None
    rule: str = "verb-object"
    grade: Grade = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A place where the text was altered after publication, with the original reading."""

    span: Span
    original: str
    certainty: Literal["certain", "high", "medium", "low"]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMention:
    """A keyword of an action: first occurrence, weight, and the population concept of which it is a label."""

    span: Span
    word: str
    weight: float
    concept: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do: the text that a responsibility statement governs, or a numbered leaf item without a statement.

    Attributes:
        unit: Index of its unit.
        ordinal: Ordinal in the document, from 1.
        part: Ordinal within the unit, from 1; parts without a statement come after those with one.
        text: The text that says what to do.
        whole: The text with its statement.
        statement: Who is responsible; None for an item without a statement.
        populations: Groups named in the text.
        inherited: Groups named in headings above it, each with the path of that heading.
        named: Programmes, platforms … named in the text.
        measures: Clauses of the text.
        limits: Times in the text.
    """

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
    """What a document says about itself that bears on the reading of names.

    Attributes:
        division: Code of the division where it applies (GB/T 2260).
        date: Its date (YYYY-MM-DD).
        issuer: The issuing body, as the register identifies it.
        defined: Short forms that the text defines (以下简称…), each with its full form.
        is_dated: Whether the date is the document's own, not the year of a source or of an aim that it mentions.
        is_inner: Whether it is of a university, hospital or firm, whose own departments it names without a level.
    """

    division: str | None = None
    date: str | None = None
    issuer: str | None = None
    defined: tuple[tuple[str, str], ...] = ()
    is_dated: bool = True
    is_inner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """What a wording was linked to. IRIs are bare (without angle brackets).

    Attributes:
        surface: The wording that was looked up.
        kind: Kind of party.
        method: How the link was made; `unresolved` where several candidates remain and none is chosen.
        grade: How certain it is.
        iri: The body; None for a collective or an unregistered name, whose IRI is minted in the graph.
        canonical: Official name at the date of the document; None where uncertain.
        division: Code of its division (GB/T 2260).
        parent: IRI of the body above it.
        candidates: IRIs of all bodies that the wording could denote.
        valid_from: First day on which it bore the name.
        valid_until: Last day on which it bore the name.
        succeeded_by: IRIs of its successors.
        slip: What is wrong with a wording that is an author's slip.
        members: IRIs of the members of a collective; () if there are too many to list.
        basis: Source from which the members are known.
        member_count: Number of members, whether listed or not.
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
class Head:
    """The header of an official document with its parties linked.

    Attributes:
        header: Its elements.
        issuers: Issuing bodies with what they were linked to.
        addressee: The addressee, linked.
        context: What the document says about itself.
    """

    header: Header
    issuers: tuple[tuple[Span, Party], ...]
    addressee: Party | None
    context: LinkContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """Everything that was read in one document: input of the graph and of `kgbuild extract`.

    What a long text has many of is `Packed`, not a tuple.

    Attributes:
        document: The parsed document.
        actions: Actions in reading order.
        headings: Groups named in headings, each with the index of the unit.
        parties: Mentions of parties with what they were linked to.
        issuers: Issuing bodies with what they were linked to.
        addressee: The addressee, linked.
        citations: Cited documents.
        indicators: Targets, each with the index of its action (None for one that stands outside all actions).
        corrections: Corrections in reading order.
        context: What the document says about itself.
        findings: Findings of all stages.
        further: The heads of the further documents of a file, by the number of each plan that is one or is carried by
            one.
    """

    document: Document
    actions: Sequence[Action]
    headings: tuple[tuple[int, PopulationMention], ...]
    parties: Sequence[tuple[BodyMention, Party]]
    issuers: tuple[tuple[Span, Party], ...]
    addressee: Party | None
    citations: tuple[CitationMention, ...]
    indicators: Sequence[tuple[IndicatorMention, int | None]]
    corrections: tuple[Correction, ...]
    context: LinkContext
    findings: Sequence[Finding]
    further: Mapping[int, Head] = field(default_factory=dict)

    def head_of(self, plan: int) -> Head:
        """Return the head of the document that a plan is, or that carries it."""
        own = Head(header=self.document.header, issuers=self.issuers, addressee=self.addressee, context=self.context)
        return self.further.get(plan, own)

    def __repr__(self) -> str:
        """Return what was read, in counts."""
        return f"<Annotations of {self.document.source.name!r}, {len(self.actions)} actions>"
