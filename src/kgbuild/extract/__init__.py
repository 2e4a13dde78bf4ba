"""`Document` → mentions: responsibility statements, populations, named things, citations, indicators.

Pure. Mentions are not linked to entities here; each carries its span in the read text and the rule that found it. What
`norm`, offsets, `words` and `lexicon` are, `kgbuild.text` says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.actions import build_actions, heading_units, outside
from kgbuild.extract.citations import find_citations
from kgbuild.extract.conditions import find_conditions
from kgbuild.extract.indicators import (
    find_indicators,
    find_unread,
    find_untold,
    looks_back,
    read_indicator_tables,
    sets_no_targets,
)
from kgbuild.extract.left_out import find_left_out
from kgbuild.extract.limits import day_in_time, find_limits, limit_of_heading, years_of
from kgbuild.extract.measures import find_measures
from kgbuild.extract.named import find_all_named
from kgbuild.extract.populations import find_heading_populations, find_populations
from kgbuild.extract.responsibility import find_statements
from kgbuild.model import Finding, Span, TimeLimit
from kgbuild.text.intervals import Intervals
from kgbuild.text.passage import flowing
from kgbuild.text.times import PLAIN, Unread, find_times, last_day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import (
        Action,
        CitationMention,
        Document,
        IndicatorMention,
        PlanPart,
        PopulationMention,
        Statement,
        TableRow,
    )
    from kgbuild.text.reading import Reading

__all__ = ["Extraction", "extract"]

_HEADING = re.compile(r"[^。;:,!?\n]{4,40}")
"""A line that is no sentence."""
_OPENING = re.compile(r"[^,。;:!?()\n]{2,14}\([^()\n]{1,40}\)(?=[。:\n])")
"""What opens a text like a heading: a phrase with a bracket."""
_BRACKET = re.compile(r"\(([^()]{1,40})\)$")


class Extraction(NamedTuple):
    """All mentions of a document before linking.

    Attributes:
        actions: Actions with the mentions in their texts, in reading order.
        headings: Groups named in headings, each with the index of the unit.
        citations: Cited documents.
        indicators: Targets, each with the index of its action (None outside all actions).
        findings: What was recognised but could not be read.
    """

    actions: tuple[Action, ...]
    headings: tuple[tuple[int, PopulationMention], ...]
    citations: tuple[CitationMention, ...]
    indicators: tuple[tuple[IndicatorMention, int | None], ...]
    findings: tuple[Finding, ...]


def extract(reading: Reading, lexicon: Lexicon) -> Extraction:
    """Return the mentions of a document.

    Args:
        reading: The document with its corrections.
        lexicon: Compiled vocabularies.
    """
    doc = reading.document
    rows = {row.start: row for row in doc.rows}
    statements, findings = find_statements(doc, lexicon)
    statements = tuple(_dated(doc, _restored(s, reading), lexicon.words) for s in statements)
    title = doc.header.title
    own = doc.norm[title.start : title.end] if title else None
    citations, doubts = find_citations(doc.norm, 0, len(doc.norm), lexicon.words, own_title=own)
    titles = [c.span for c in citations]
    headings: dict[int, list[PopulationMention]] = {}
    for index, mention in _headings(reading, lexicon, titles):
        headings.setdefault(index, []).append(mention)
    places = Intervals(titles)
    tabled, unread = _indicators_of_tables(doc, lexicon.words)
    built = build_actions(doc, statements)
    named = find_all_named([reading.passage(a.text) for a in built], lexicon)
    actions = tuple(
        _with_mentions(
            reading,
            replace(a, named=tuple(names)),
            lexicon,
            [titles[i] for i in places.overlapping(a.text)],
            headings,
            None if a.statement else rows.get(doc.units[a.unit].mark.start),
        )
        for a, names in zip(built, named, strict=True)
    )
    found = _indicators(doc, actions, lexicon, tabled)
    indicators = tuple(sorted(found, key=lambda target: target[0].span.start))
    return Extraction(
        actions=actions,
        headings=tuple((index, m) for index, mentions in headings.items() for m in mentions),
        citations=tuple(citations),
        indicators=indicators,
        findings=(
            *findings,
            *doubts,
            *_unread_times(doc, statements, lexicon.words),
            *_unread_limits(doc, actions),
            *find_conditions(doc.norm, _told(actions, indicators), lexicon.words),
            *find_left_out(reading, actions, titles, lexicon, times=partial(_times_in, doc, titles, lexicon.words)),
            *_unread_figures(doc, actions, [i.span for i, _ in indicators], unread, lexicon),
        ),
    )


def _dated(doc: Document, statement: Statement, words: Words) -> Statement:
    """A statement whose deadlines name no day that was past when the document was signed."""
    if not any(f.iso for f in statement.fields):
        return statement
    years, since = years_of(doc, _plan_of(doc, statement.unit))
    fields = tuple(
        replace(f, iso=day_in_time(f.iso, doc.norm[f.span.start : f.span.end], years, since, words)) if f.iso else f
        for f in statement.fields
    )
    return replace(statement, fields=fields)


def _plan_of(doc: Document, unit: int) -> PlanPart:
    return doc.plans[max(0, doc.units[unit].plan - 1)]


def _unread_times(doc: Document, statements: Sequence[Statement], words: Words) -> Iterator[Finding]:
    """Deadlines that should name a day but of which none could be derived."""
    for field in (f for s in statements for f in s.fields if f.key == "deadline" and f.iso is None):
        text = doc.norm[field.span.start : field.span.end]
        year = next(iter(years_of(doc, doc.plans[0])[0]), None) if doc.plans else None
        reason = last_day_of(text, year, words)[1]
        if reason in PLAIN:
            continue
        code = "impossible-date" if reason is Unread.IMPOSSIBLE else "unread-deadline"
        yield Finding(code=code, severity="warning", span=field.span, detail=(("text", text),))


def _unread_limits(doc: Document, actions: Sequence[Action]) -> Iterator[Finding]:
    """Time limits within sentences that should name a day but of which none could be derived."""
    for span in dict.fromkeys(x.span for a in actions for x in a.limits if x.unread):
        text = doc.norm[span.start : span.end]
        yield Finding(code="unread-deadline", severity="warning", span=span, detail=(("text", text),))


def _told(actions: Sequence[Action], indicators: Sequence[tuple[IndicatorMention, int | None]]) -> list[Span]:
    """Return where times and targets are stated."""
    fields = (f.span for a in actions if a.statement for f in a.statement.fields if f.iso)
    return [*(x.span for a in actions for x in a.limits), *fields, *(i.value_span for i, _ in indicators)]


def _unread_figures(
    doc: Document, actions: Sequence[Action], told: Sequence[Span], cells: Sequence[Span], lexicon: Lexicon
) -> Iterator[Finding]:
    """Figures that state a target in the text of an action or a table, but whose value could not be read."""
    found = [*cells, *(s for a in actions for s in find_unread(doc.norm, a.text, lexicon))]
    texts, text = Intervals([a.text for a in actions]), flowing(doc.norm, doc.paragraphs)
    places = Intervals(told)
    untold = [
        s
        for plan, part in _parts(doc, actions, lexicon.words)
        for s in find_untold(text, part, places, lexicon, _first_year(doc, plan))
        if texts.covering(s) is not None
    ]
    doubted = Intervals(found)
    found += [s for s in untold if not doubted.overlapping(s)]
    for span in dict.fromkeys(sorted(found, key=lambda s: s.start)):
        text = doc.norm[span.start : span.end]
        yield Finding(code="unread-figure", severity="info", span=span, detail=(("text", text),))


def _restored(statement: Statement, reading: Reading) -> Statement:
    """Set the wording to look up for each body: certain corrections applied, wrapped lines joined."""
    bodies = []
    for b in statement.bodies:
        surface = b.surface
        if surface == reading.document.norm[b.span.start : b.span.end]:
            surface = reading.passage(b.span).text
        surface = "".join(surface.split())
        bodies.append(b if surface == b.surface else replace(b, surface=surface))
    same = all(new is old for new, old in zip(bodies, statement.bodies, strict=True))
    return statement if same else replace(statement, bodies=tuple(bodies))


def _headings(reading: Reading, lexicon: Lexicon, titles: Sequence[Span]) -> Iterator[tuple[int, PopulationMention]]:
    """Yield the groups named in headings, each with the index of its unit."""
    for index, unit in enumerate(reading.document.units):
        if unit.title is None:
            continue
        for mention in find_heading_populations(reading.passage(unit.title), lexicon, titles=titles):
            yield index, mention


def _with_mentions(
    reading: Reading,
    action: Action,
    lexicon: Lexicon,
    titles: Sequence[Span],
    headings: Mapping[int, Sequence[PopulationMention]],
    row: TableRow | None,
) -> Action:
    """Return an action with what its text says; `row` is its row in a table that names no bodies for it."""
    doc, text = reading.document, reading.passage(action.text)
    above = sorted(heading_units(doc, action.unit))
    inherited = [(m, doc.units[u].path) for u in above for m in headings.get(u, ())]
    populations = find_populations(text, lexicon, names=[n.span for n in action.named], titles=titles)
    titles_above = (doc.units[u].title for u in (action.unit, *above))
    is_past = any(t and looks_back(doc.norm[t.start : t.end], lexicon.words) for t in titles_above)
    measures = find_measures(text, lexicon, is_past=is_past)
    names = [*titles, *(n.span for n in action.named)]
    limits = _limits(doc, action.unit, action.text, lexicon.words, names)
    limits = (*limits, *(_limits_of_row(doc, action, row, lexicon.words) if row else ()))
    return replace(
        action,
        populations=tuple(populations),
        inherited=tuple(inherited),
        measures=tuple(measures),
        limits=limits or _limits_above(doc, action, lexicon.words),
    )


def _limits(doc: Document, unit: int, text: Span, words: Words, names: Sequence[Span] = ()) -> tuple[TimeLimit, ...]:
    years, since = years_of(doc, _plan_of(doc, unit))
    return tuple(find_limits(doc.norm, text, words, years=years, since=since, names=names))


def _times_in(doc: Document, titles: Sequence[Span], words: Words, unit: int, text: Span) -> list[Span]:
    return [limit.span for limit in _limits(doc, unit, text, words, titles)]


def _limits_above(doc: Document, action: Action, words: Words) -> tuple[TimeLimit, ...]:
    """What the nearest heading sets in brackets, 二、建设阶段(2026年9月底前), for an action without one."""
    if action.statement and any(f.key == "deadline" for f in action.statement.fields):
        return ()
    years, since = years_of(doc, _plan_of(doc, action.unit))
    own = _OPENING.match(doc.norm, action.text.start, action.text.end)  # 动员部署(5月1日—5月10日)。各市制定细则。
    titles = (doc.units[index].title for index in (action.unit, *heading_units(doc, action.unit)))
    for title in (Span(*own.span()) if own else None, *titles):
        bracket = _BRACKET.search(doc.norm, title.start, title.end) if title else None
        if title and bracket and any(find_times(bracket[1], words=words)):
            place = Span(*bracket.span(1))
            whole = limit_of_heading(doc.norm, title, place, words, years=years, since=since)
            limits = (whole,) if whole else _limits(doc, action.unit, place, words)
            return tuple(replace(limit, rule="time-of-heading", grade="context") for limit in limits)
    return ()


def _limits_of_row(doc: Document, action: Action, row: TableRow, words: Words) -> Iterator[TimeLimit]:
    """Yield the deadlines in the cells of a row that names no bodies, which has no statement to hold them."""
    years, since = years_of(doc, _plan_of(doc, action.unit))
    for span, key in row.fields:
        if key == "deadline":
            text = doc.norm[span.start : span.end]
            day, reason = last_day_of(text, next(iter(years), None), words)
            day = day_in_time(day, text, years, since, words) if day else None
            yield TimeLimit(span=span, iso=day, unread=day is None and reason not in PLAIN, rule="table-cell")


def _indicators_of_tables(doc: Document, words: Words) -> tuple[list[IndicatorMention], list[Span]]:
    """Return the targets in the tables of the plans, and the cells with figures that could not be read."""
    targets: list[IndicatorMention] = []
    unread: list[Span] = []
    tables = list(doc.source.tables)
    for plan in doc.plans if tables else ():
        own = [t for t in tables if plan.span.covers(t.span)]
        since = int(plan.period[0][:4]) if plan.period else _first_year(doc, plan)
        found = read_indicator_tables(doc.norm, own, words, since=since)
        targets += found.targets
        unread += found.unread
    return targets, unread


def _indicators(
    doc: Document, actions: Sequence[Action], lexicon: Lexicon, tabled: Sequence[IndicatorMention]
) -> Iterator[tuple[IndicatorMention, int | None]]:
    """Yield the targets of the plans, each with the index of the action whose text contains it."""
    texts = Intervals([a.text for a in actions])
    yield from ((i, texts.covering(i.span)) for i in tabled)
    marks = {u.mark.start: u.mark.end for u in doc.units}
    text = flowing(doc.norm, doc.paragraphs)
    for plan, part in _parts(doc, actions, lexicon.words, [i.span for i in tabled]):
        year, since = next(iter(years_of(doc, plan)[0]), None), _first_year(doc, plan)
        for found in find_indicators(text, part, lexicon, year=year, since=since, marks=marks):
            yield found, texts.covering(found.span)


def _parts(
    doc: Document, actions: Sequence[Action], words: Words, tabled: Sequence[Span] = ()
) -> Iterator[tuple[PlanPart, Span]]:
    """Yield the parts of the plans in which targets stand: no duties, no rows already read, nothing of the past."""
    left_out = [a.statement.span for a in actions if a.statement]
    left_out += [u.span for u in doc.units if u.title and sets_no_targets(doc.norm[u.title.start : u.title.end], words)]
    left_out += _looking_back(doc, words)
    left_out += dict.fromkeys(tabled)
    left_out += _between_cells(doc)
    for plan in doc.plans:
        yield from ((plan, part) for part in outside(plan.span, left_out))


def _between_cells(doc: Document) -> Iterator[Span]:
    """Yield what parts the cells of one line (bars, tabs, wide gaps): no target reaches over it.

    | 建设书屋 | 改造书屋60家 |: the target is of 书屋, as in a table whose cells have a line each.
    """
    for table in doc.source.tables:
        for before, after in pairwise(sorted(cell.span for cell in table.cells if len(cell.span))):
            if before.end < after.start and "\n" not in doc.norm[before.end : after.start]:
                yield Span(before.end, after.start)


def _looking_back(doc: Document, words: Words) -> Iterator[Span]:
    """Yield what stands before the items of a plan below a heading without a number that looks back.

    A report to a congress tells results first: 2030年工作回顾, then 2031年重点工作.
    """
    for plan in doc.plans:
        end = next((u.span.start for u in doc.units if plan.span.covers(u.span)), plan.span.end)
        lines = [
            p
            for p in doc.paragraphs
            if plan.span.start <= p.start < end and _HEADING.fullmatch(doc.norm, p.start, p.end)
        ]
        for line, after in zip_longest(lines, lines[1:]):
            if sets_no_targets(doc.norm[line.start : line.end].strip(), words):
                yield Span(line.start, after.start if after else end)


def _first_year(doc: Document, plan: PlanPart) -> int | None:
    """The year in which a plan begins; what an earlier one heads is past."""
    first = int(plan.period[0][:4]) if plan.period else None
    signed = (plan.header or doc.header).signed
    if signed is None:
        return first
    year = int(signed.iso[:4])
    return min(year, first or year)
