"""Rereads values from the characters that prove them, with the functions that originally read them.

Each reader takes a `Claim` and returns the terms that the characters of a mention may denote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.extract.citations import number_of, title_of
from kgbuild.extract.indicators import days_of
from kgbuild.extract.indicators.amounts import periods, read_number, unit_of
from kgbuild.model import Correction, DateMention, Span
from kgbuild.proof.independent import against_name
from kgbuild.terms import ALT, IDENTIFIER, PREF, SUBJECT, TITLE, date, decimal, gplan, integer, lexical, literal
from kgbuild.text.document_number import find_number
from kgbuild.text.normalise import comparable
from kgbuild.text.numbering import mark_at, maybe_mark_at
from kgbuild.text.numerals import find_dates, find_period, number
from kgbuild.text.reading import restored
from kgbuild.text.times import find_times, last_day_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbuild.store import Index

_SAID_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d) ?年")
_SENTENCE = 200
"""Characters before a time in its line from which it may take its year: 2025年6月底前启动,12月底前完成."""
_OPEN = re.compile("等|有关|相关|各|其他")
_SURE = (terms.code("certainty-certain"), terms.code("certainty-high"))


@dataclass(frozen=True)
class SourceClaims:
    """A source text with what the graph states about it as a whole: corrections, and the years of undated phrases."""

    index: Index = field(repr=False)
    node: str
    text: str = field(repr=False)
    left_out: tuple[Span, ...] = field(default=(), repr=False)

    @cached_property
    def norm(self) -> str:
        """The text in normalised form."""
        return comparable(self.text, self.left_out)

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """The certain corrections of the graph, in reading order."""
        found = (
            Correction(span=place, original=right, certainty="certain", rule="graph")
            for c in sorted(self.index.of_type("TextCorrection"))
            if set(self.index.values(c, "certainty")) & set(_SURE)
            for place in self.index.places(c, self.node)
            if (right := self.index.text(c, "correctedForm"))
        )
        return tuple(sorted(found, key=lambda c: c.span))

    @cached_property
    def years(self) -> tuple[int | None, ...]:
        """The years to which 年底前 may refer: of the signed date, else of a one-year plan; None for no year."""
        index = self.index
        found: set[int] = set()
        for document in index.subjects("hasSourceText", self.node):
            day = index.text(document, "documentDate")
            first, last = index.text(document, "periodStart"), index.text(document, "periodEnd")
            found |= {int(day[:4])} if day else set()
            found |= {int(first[:4])} if first and last and first[:4] == last[:4] else set()
        return (*sorted(found), None)

    def restored(self, span: Span) -> str:
        """Return a stretch with wrapped lines joined and certain corrections applied."""
        return restored(self.text, span, self.corrections)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A mention to reread: its place, and the node whose property it proves."""

    source: SourceClaims
    span: Span
    node: str

    @property
    def quote(self) -> str:
        """The characters as found."""
        return self.source.text[self.span.start : self.span.end]

    @property
    def norm(self) -> str:
        """The characters in normalised form."""
        return self.source.norm[self.span.start : self.span.end]

    @property
    def before(self) -> str:
        """The preceding text of its line, in normalised form."""
        return self.source.norm[self.source.norm.rfind("\n", 0, self.span.start) + 1 : self.span.start]

    @property
    def clause(self) -> str:
        """The preceding text of its sentence, which may span printed lines; without blanks."""
        sentence = re.split(r"[。;]|\n\s*\n", self.source.norm[max(0, self.span.start - _SENTENCE) : self.span.start])[
            -1
        ]
        return "".join(sentence.split())


def _label(r: Claim) -> set[str]:
    """A printed number; a table cell may contain a bare one."""
    end = r.source.norm.find("\n", r.span.end)  # the blanks behind a number may hold the end of a printed line
    line = (r.source.norm, r.span.start, end if end >= 0 else len(r.source.norm))
    mark = mark_at(*line) or maybe_mark_at(*line)
    found = {literal(mark.label)} if mark and mark.end >= r.span.end else set()
    cell = re.sub(r"\s", "", r.norm).strip("().、")
    return found | ({literal(cell)} if number(cell) is not None else set())


def _number(name: str) -> Callable[[Claim], set[str]]:
    def read(r: Claim) -> set[str]:
        found = find_number(r.norm)
        cited = number_of(r.norm)
        if found is None:
            return {literal(cited)} if cited and name == "documentNumber" else set()
        return {
            "documentNumber": {literal(n) for n in (found.normal, cited) if n},
            "issuerCode": {literal(found.code)},
            "issueYear": {integer(found.year)},
            "issueSerial": {integer(found.serial)},
        }[name]

    return read


def _title(r: Claim) -> set[str]:
    """A title line with corrections applied, or the text between the marks of a citation."""
    cited = {literal(title_of(r.source.norm, r.span), lang="zh")} if r.norm.startswith("《") else set()
    return {literal(r.source.restored(r.span), lang="zh")} | cited


def _dates(r: Claim) -> list[DateMention]:
    """The dates of a wording, also of one that two printed lines hold."""
    return [d for wording in (r.norm, "".join(r.norm.split())) for d in find_dates(wording)]


def _period_start(r: Claim) -> set[str]:
    found = find_period(r.norm)
    return {date(found[0])} if found else set()


def _period_end(r: Claim) -> set[str]:
    found = find_period(r.norm)
    return {date(found[1])} if found else set()


def _value(at: int) -> Callable[[Claim], set[str]]:
    def read(r: Claim) -> set[str]:
        found = read_number(r.norm)
        value = found[at] if found else None
        return {decimal(value)} if value is not None else set()

    return read


def _unit(r: Claim) -> set[str]:
    """The unit as written, a line broken within it (亿⏎元) joined; a preceding 每年 or the like makes it a rate."""
    units = {unit_of(r.norm), unit_of("".join(r.norm.split()))}
    rates = {f"{unit}/{per}" for unit in units for per in periods(r.before + r.clause)}
    return {literal(unit) for unit in units | rates}


def _deadline(r: Claim) -> set[str]:
    before = r.before[-_SENTENCE:]
    stated = [int(y) for y in _SAID_YEAR.findall(before) + _SAID_YEAR.findall(r.clause)]
    stated += [time.year for time in find_times(before, None) if time.year]  # 二〇三一年…在年底前
    years = (*r.source.years, *stated)
    days = {day for year in years for day in (*days_of(r.norm, year), last_day_of(r.norm, year)[0]) if day}
    days |= {time.iso for year in years for time in find_times(r.norm, year) if time.iso}  # of several, each
    return {date(day) for day in days}


def _indicator_name(r: Claim) -> set[str]:
    """The name, if it occurs in the clause, apart from a time phrase within it."""
    stated = r.source.index.text(r.node, "indicatorName") or ""
    return {literal(stated)} if stated and not against_name(stated, r.norm) else set()


def _status(r: Claim) -> set[str]:
    """The statuses of targets that the cell names, by the labels that the graph has for them."""
    index, wording = r.source.index, "".join(r.norm.split())
    stated = index.values(r.node, "targetStatus")
    return {v for v in stated for label in (*index.values(v, PREF), *index.values(v, ALT)) if lexical(label) in wording}


def _open_list(r: Claim) -> set[str]:
    return {f'"true"^^<{terms.XSD}boolean>'} if _OPEN.search("".join(r.norm.split())) else set()


def _verb(r: Claim) -> set[str]:
    """Any verb of the measure that occurs in its characters, as restored."""
    stated = r.source.index.values(r.node, "policyVerb")
    return {v for v in stated if terms.lexical(v) in r.source.restored(r.span)}


READERS: dict[str, Callable[[Claim], set[str]]] = {
    TITLE: _title,
    IDENTIFIER: lambda r: {literal(r.quote)} | _number("documentNumber")(r),
    SUBJECT: lambda r: {literal(r.quote)},
    gplan("documentNumber"): _number("documentNumber"),
    gplan("issuerCode"): _number("issuerCode"),
    gplan("issueYear"): _number("issueYear"),
    gplan("issueSerial"): _number("issueSerial"),
    gplan("documentDate"): lambda r: {date(d.iso[:10]) for d in _dates(r)},
    gplan("webPublishedAt"): lambda r: {date(d.iso) for d in _dates(r)},
    gplan("issuerSignature"): lambda r: {literal(r.quote)},
    gplan("publisherAsFound"): lambda r: {literal(r.quote)},
    gplan("periodStart"): _period_start,
    gplan("periodEnd"): _period_end,
    gplan("itemLabel"): _label,
    gplan("sectionLabel"): _label,
    gplan("openList"): _open_list,
    gplan("indicatorName"): _indicator_name,
    gplan("targetValue"): _value(0),
    gplan("targetValueMax"): _value(1),
    gplan("baselineValue"): _value(0),
    gplan("baselineDate"): _deadline,
    gplan("targetStatus"): _status,
    gplan("unitText"): _unit,
    gplan("deadline"): _deadline,
    gplan("policyVerb"): _verb,
}
"""Reader of each property whose values are taken from the text."""

OF_ITS_OWN = ((gplan("deadline"), "BracketField"), (gplan("deadline"), "TimeLimit"), (gplan("policyVerb"), "Measure"))
"""Properties proved by the evidence of the node itself, with the class concerned."""

RELATIONS = (gplan("issuedBy"), gplan("mainRecipient"), gplan("headingPopulation"))
"""Relations taken from the text, proved by a mention of the object within the subject."""
