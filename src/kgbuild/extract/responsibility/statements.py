"""Responsibility statements in brackets, labelled lines and table cells, and the text that each governs.

Takes a document. Guarantees: statements are in reading order and disjoint; each names at least one body as written; a
lead rests on a word or on a rule that the text states, never on order alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.limits import years_of
from kgbuild.extract.responsibility import roles
from kgbuild.extract.responsibility.brackets import bracket_pairs, left_open, never_opened
from kgbuild.extract.responsibility.cells import Cells
from kgbuild.extract.responsibility.clauses import find_clauses
from kgbuild.extract.responsibility.party_list import PartyList, joined, parse_party_list, without
from kgbuild.extract.responsibility.unread import find_unread_duties
from kgbuild.lexicon.names import COLLECTIVE
from kgbuild.model import Finding, Span, Statement, StatementType
from kgbuild.text import trim
from kgbuild.text.intervals import Intervals
from kgbuild.text.normalise import TWO_HANZI
from kgbuild.text.passage import flowing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import Document, Unit

_SHORT = 80
"""Code points of a bracket that is never closed and may be a statement all the same."""
_NEVER = r"^(?:{note-openers}|注:|附:)"
_OF_A_LEVEL = r"(?!市场|[省市县区]域|国家级|全国性)(?:{level-names})[\u4e00-\u9fff]{3,}"
_TITLE = r"[^。,;:!?\n]{3,24}。"
_TITLED = re.compile(rf"[。;:)\]]\s*\n\s*(?={_TITLE}[^\n])")
"""Before a paragraph with a title of its own: a short first sentence, with text behind it."""
_POST = "(?:{posts})$"
_LIKE_A_BODY = _OF_A_LEVEL + "(?:{body-suffixes})"
_NOTE = re.compile(r"[(〔][^()〔〕]*[)〕]$")
NAMES_AROUND = 2
"""Number of registered names that a list needs for one unregistered piece not to disqualify it."""
_WITHIN = ", 的"
"""Before a label within a sentence, where all behind it are names: 建设书屋,责任单位:甲; 该项工作的责任单位是甲."""
_OF_THIS = r"(?:{words-for-this-item})(?:{referred-nouns})?的?$|[,的]$"


class _Found(NamedTuple):
    """A statement whose governed text is not yet determined."""

    span: Span
    type: StatementType
    content: PartyList


def find_statements(doc: Document, lexicon: Lexicon) -> tuple[tuple[Statement, ...], tuple[Finding, ...]]:
    """Return the statements of all units, and a finding for each bracket that resembles one but is none.

    Args:
        doc: The document.
        lexicon: Compiled vocabularies.
    """
    rows = {row.start: row for row in doc.rows}
    plan_years = [next(iter(years_of(doc, plan)[0]), None) for plan in doc.plans]
    cells = Cells(
        doc.norm, [cell for row in rows.values() for cell, _ in row.bodies], lexicon, next(iter(plan_years), None)
    )
    out: list[Statement] = []
    findings = list(cells.doubts)
    rule: Span | None = None
    running = flowing(doc.norm, doc.paragraphs)  # a printed line does not end the sentence
    for index, unit in enumerate(doc.units):
        if unit.mark.start in rows:
            out += cells.statements(index, rows[unit.mark.start])
            continue
        year = plan_years[max(0, unit.plan - 1)] if plan_years else None
        found, doubts = _of_unit(doc, unit, lexicon, year)
        found = [f for f in found if not any(span.overlaps(f.span) for span in doc.unread_tables)]
        findings += doubts
        spoken = roles.first_leads(doc.norm, unit.own.start, unit.own.end, lexicon.words)
        start = text_start(doc.norm, unit)
        clauses = find_clauses(running, index, unit, lexicon, start=start, alone=not found, year=year)
        if not found:
            taken = [s for c in clauses for s in (*(b.span for b in c.bodies), c.span)]
            unread = find_unread_duties(running, unit, lexicon, start=start, taken=taken)
            findings += [_unread(doc.norm, d) for d in unread]
        statements = _with_text(doc.norm, index, unit, found, lexicon.words)
        for s, f in zip(statements, found, strict=True):
            rule = f.content.leads_rule or rule
            out.append(_apply_rule(doc.norm, s, rule) if rule else s)
        taken = [s.span for s in statements]
        out += [c for c in clauses if not any(c.span.overlaps(span) for span in (*taken, *doc.unread_tables))]
        rule = rule or spoken
    return tuple(out), tuple(findings)


def _of_unit(doc: Document, unit: Unit, lexicon: Lexicon, year: int | None) -> tuple[list[_Found], list[Finding]]:
    norm = doc.norm
    found: list[_Found] = []
    doubts: list[Finding] = []
    labels = roles.labels(norm, unit.own.start, unit.own.end, lexicon.words)
    named = {x.span.start: x.span for x in labels}
    for pair in bracket_pairs(norm, unit.own.start, unit.own.end):
        if pair.depth or ((label := named.get(pair.span.start)) and label.covers(pair.span)):
            continue
        inner = Span(pair.span.start + 1, pair.span.end - 1)
        content = _bracket(norm, pair.span, inner, unit, lexicon, year)
        if content is not None:
            found.append(_Found(pair.span, "bracket", content))
            doubts += [_doubt(norm, aside) for aside in content.asides]
        elif _registered_inside(norm, inner, lexicon) or any(x.field is None and inner.covers(x.span) for x in labels):
            doubts.append(_doubt(norm, pair.span))
    rest = left_open(norm, unit.own.start, unit.own.end)
    # one that holds a closed bracket is the statement only where it begins with a label: (责任单位:甲;时限:(6月)
    if rest and ")" in norm[rest.start : rest.end] and not any(x.span.start == rest.start + 1 for x in labels):
        rest = None
    if rest and not any(f.span.overlaps(rest) for f in found):
        content = _bracket(norm, rest, Span(rest.start + 1, rest.end), unit, lexicon, year)
        if content is not None:
            found.append(_Found(rest, "bracket", content))
        elif len(rest) <= _SHORT and _registered_inside(norm, rest, lexicon):  # (省教育厅〕: lost, but not in silence
            doubts.append(_doubt(norm, rest))
    if (rest := never_opened(norm, unit.own.start, unit.own.end)) and _registered_inside(norm, rest, lexicon):
        doubts.append(_doubt(norm, rest))
    lines = list(_label_lines(doc, unit, labels, found, lexicon, year))
    doubts = [d for d in doubts if not any(d.span and line.span.covers(d.span) for line in lines)]
    doubts += [_doubt(norm, aside) for line in lines for aside in line.content.asides]
    found = [f for f in found if not any(line.span.covers(f.span) for line in lines)]
    return sorted([*found, *lines], key=lambda f: f.span), doubts


def _doubt(norm: str, span: Span) -> Finding:
    text = norm[span.start : span.end]
    return Finding(code="bracket-without-statement", severity="info", span=span, detail=(("text", text),))


def _unread(norm: str, span: Span) -> Finding:
    text = norm[span.start : span.end]
    return Finding(code="duty-without-statement", severity="info", span=span, detail=(("text", text),))


def _bracket(norm: str, span: Span, inner: Span, unit: Unit, lexicon: Lexicon, year: int | None) -> PartyList | None:
    """Parse a bracket as a statement; None if it is not one."""
    text = norm[inner.start : inner.end].strip()
    if len(text) < 2 or lexicon.words[_NEVER].match(text) or not TWO_HANZI.search(text):
        return None
    content = parse_party_list(norm, inner.start, inner.end, lexicon, year=year)
    if not content.bodies:
        return None
    if content.labelled:
        return content
    # 建设合作园（石桥市）, 住所（经营场所）: no duty
    names = ["".join(b.surface.split()) for b in content.bodies]
    aside = not content.verbs and not _behind_stop(norm, span, unit) and not any(_is_body(n, lexicon) for n in names)
    if aside or not _closes_sentence(norm, span, unit):
        return None
    if content.verbs:
        posts = sum(lexicon.words[_POST].search(norm, b.span.start, b.span.end) is not None for b in content.bodies)
        likely = (content.known + bool(content.known) * posts) * 2 >= len(content.bodies) or all(
            lexicon.words[_OF_A_LEVEL].match(norm, b.span.start, b.span.end) for b in content.bodies
        )
        return content if likely and not content.rest else None
    # 。(青溪镇、白石镇)
    only_townships = content.townships == len(content.bodies) > 1 and not content.rest
    return content if only_townships and _behind_stop(norm, span, unit) else _without_stranger(content, lexicon)


def _is_body(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a name is that of a body, by the register or as a class, and not only a place."""
    named = lexicon.is_registered(name) or lexicon.words[COLLECTIVE].match(name)
    return bool(named) and not lexicon.places(name)


def _without_stranger(content: PartyList, lexicon: Lexicon) -> PartyList | None:
    """Drop the one piece of a plain list that is not a party, if at least two registered names surround it."""
    if not content.rest and (content.known == len(content.bodies) or _is_list_of_bodies(content, lexicon)):
        return content
    strangers = [b.span for b in content.bodies if not lexicon.is_party("".join(b.surface.split()))]
    strangers += content.rest
    if len(strangers) != 1 or not lexicon.find_parties(content.bodies[0].surface):
        return None
    bodies = tuple(b for b in content.bodies if b.span not in strangers)
    if len(bodies) < NAMES_AROUND or not all(lexicon.is_registered("".join(b.surface.split())) for b in bodies):
        return None
    return content._replace(bodies=bodies, rest=(), asides=tuple(dict.fromkeys((*content.asides, *strangers))))


def _is_list_of_bodies(content: PartyList, lexicon: Lexicon) -> bool:
    """Tell whether most names of a list are registered, and the others formed as names of bodies: 市审管办."""
    names = [_NOTE.sub("", "".join(b.surface.split())) for b in content.bodies]
    known = sum(_is_body(name, lexicon) for name in names)
    if known < NAMES_AROUND or known * 2 < len(names):
        return False
    return all(lexicon.is_party(n) or lexicon.words[_LIKE_A_BODY].fullmatch(n) for n in names)


def _behind_stop(norm: str, span: Span, unit: Unit) -> bool:
    return norm[unit.own.start : span.start].rstrip()[-1:] in "。;!?”"


def _closes_sentence(norm: str, span: Span, unit: Unit) -> bool:
    after = norm[span.end : min(span.end + 3, unit.own.end)]
    return _behind_stop(norm, span, unit) or after.lstrip(" ")[:1] in ("", "。", ";", "\n", "\r", "(")


def _registered_inside(norm: str, inner: Span, lexicon: Lexicon) -> bool:
    text = norm[inner.start : inner.end]
    return len(text) >= 3 and not lexicon.words[_NEVER].match(text) and bool(lexicon.find_parties(text))


def _line_end(doc: Document, at: int, end: int) -> int:
    """Return the end of the line, or of the paragraph of printed lines, that contains an offset."""
    stop = doc.norm.find("\n", at, end)
    n = bisect_right(doc.paragraphs, at, key=lambda p: p.start) - 1
    if n >= 0 and doc.paragraphs[n].end > at:
        stop = max(stop, doc.paragraphs[n].end) if stop >= 0 else stop
    return end if stop < 0 else min(stop, end)


def _label_lines(
    doc: Document,
    unit: Unit,
    labels: Sequence[roles.Label],
    taken: Sequence[_Found],
    lexicon: Lexicon,
    year: int | None,
) -> Iterator[_Found]:
    """Yield labelled lines (责任单位:…) and labels after the last sentence of a paragraph; adjacent ones are merged.

    A bracket within such a line that is itself a statement is parsed as a bracket and belongs to the statement of the
    line: 牵头单位:省教育厅(省科技厅配合).
    """
    norm = doc.norm
    open_: _Found | None = None
    bracketed = Intervals([t.span for t in taken])
    for label in labels:
        if label.field is not None or bracketed.covering(label.span) is not None:
            continue
        if open_ and label.span.start < open_.span.end:
            continue
        before = norm[unit.own.start : label.span.start].rstrip(" \r")[-1:]
        stands_alone = before in ("", "。", "\n", ";", ")") or label.span.start == unit.mark.end
        if not stands_alone and norm[label.span.start - 1] not in _WITHIN:
            continue
        end = _line_end(doc, label.span.end, unit.own.end)
        while (more := _next_label_line(doc, end, unit.own.end, lexicon.words)) is not None:
            end = more
        end = _statement_end(norm, label.span.end, end, labels)
        span = trim(norm, label.span.start, end)
        while span.end > span.start and norm[span.end - 1] in "。;":
            span = trim(norm, span.start, span.end - 1)
        inside = [t for t in taken if t.span.overlaps(span)]
        if cut := [t.span.start for t in inside if not span.covers(t.span)]:  # it continues on the next line
            span = trim(norm, span.start, min(cut))
            inside = [t for t in inside if span.covers(t.span)]
        content = parse_party_list(without(norm, [t.span for t in inside]), span.start, span.end, lexicon, year=year)
        content = joined(content, [t.content for t in inside])
        # A word followed by a blank is a label only before a registered name: 责任单位 落实到位.
        marked = re.search("[]:】]", norm[label.span.start : label.span.end]) is not None
        sure = stands_alone or (content.known == len(content.bodies) and not content.rest)
        if content.bodies and sure and (content.known or (marked and not content.rest)):
            open_ = _Found(span, "label", content)
            yield open_


def _statement_end(norm: str, start: int, end: int, labels: Sequence[roles.Label]) -> int:
    """Return the end of the sentence that closes a labelled statement: behind it only further labels belong to it.

    责任单位：甲。完成时限：6月。 is one statement; in 责任单位：甲。加快建设平台 the second sentence is none of it.
    """
    at = norm.find("。", start, end)
    while at >= 0:
        goes_on = next((x for x in labels if x.span.start > at), None)
        if goes_on is None or goes_on.span.start >= end or norm[at + 1 : goes_on.span.start].strip(" \r\n【[("):
            return at
        at = norm.find("。", goes_on.span.end, end)
    return end


def _next_label_line(doc: Document, at: int, end: int, words: Words) -> int | None:
    """Return the end of the next line if it also starts with a label."""
    norm, start = doc.norm, at
    while start < end and norm[start].isspace():
        start += 1
    found = roles.labels(norm, start, min(start + 16, end), words)
    if not found or found[0].span.start != start:
        return None
    return _line_end(doc, start, end)


def _with_text(norm: str, index: int, unit: Unit, found: Sequence[_Found], words: Words) -> list[Statement]:
    """Assign each statement the sentences before it, back to the previous statement or the start of the unit."""
    out: list[Statement] = []
    at = _behind_introduction(norm, text_start(norm, unit), unit, found)
    if found and at >= found[0].span.start:  # 用电（牵头单位：甲）: the duty is about the heading
        at = unit.mark.end
    for n, f in enumerate(found, 1):
        text = trim(norm, min(at, f.span.start), f.span.start)
        if f.type == "label" and (refers := words[_OF_THIS].search(norm, text.start, text.end)):
            text = trim(norm, text.start, refers.start() if refers.start() > text.start else text.end)
        first = unit.own.start if n == 1 else text.start
        out.append(
            Statement(
                unit=index,
                type=f.type,
                span=f.span,
                text=text,
                whole=Span(min(first, f.span.start), f.span.end),
                bodies=tuple(f.content.bodies),
                fields=tuple(sorted(f.content.fields, key=lambda x: x.span)),
                open_list=f.content.open_list,
                part=n,
                rule=f"{f.type}-statement",
            )
        )
        at = f.span.end
        while at < unit.own.end and norm[at] in "。;,. \r\n":
            at += 1
    return out


def _behind_introduction(norm: str, start: int, unit: Unit, found: Sequence[_Found]) -> int:
    """Return where the text of the first statement of a unit starts: where its paragraph does, behind an introduction.

    Under a heading on a line of its own stands what all paragraphs below it are for; then each begins with a title of
    its own (优化茶园布局。…) and ends with its statement. A unit of one statement is its text as a whole.
    """
    if unit.title is None or unit.run_in or len(found) < 2 or re.compile(_TITLE).match(norm, start):
        return start
    titled = [m.end() for m in _TITLED.finditer(norm, max(start - 1, unit.own.start), found[-1].span.start)]
    before = [at for at in titled if at <= found[0].span.start]
    return before[0] if len(before) == 1 and before[0] > start and len(titled) > 1 else start


def text_start(norm: str, unit: Unit) -> int:
    """Return where the text of a unit starts: after its number, or after a heading on a line of its own."""
    if unit.title is None or unit.run_in:
        return unit.mark.end
    at = unit.title.end
    while at < unit.own.end and (norm[at] == "。" or norm[at].isspace()):
        at += 1
    return at if norm[at : unit.own.end].strip() else unit.mark.end


def _apply_rule(norm: str, statement: Statement, rule: Span) -> Statement:
    """Apply a rule of the text about who leads: the first of a list or of each half, or all before its first comma.

    Not applied to a list that has a lead word, a single member, or no comma.
    """
    bodies = statement.bodies
    if len(bodies) < 2 or statement.type == "clause" or any(b.role == "lead" for b in bodies):
        return statement
    leads = 1
    if norm.startswith(roles.COMMA, rule.start):
        gaps = ((a.span.end, b.span.start) for a, b in pairwise(bodies))
        leads = next((n for n, gap in enumerate(gaps, 1) if "," in norm[slice(*gap)]), 0)
    led = set(range(leads))
    if re.compile(roles.EACH).match(norm, rule.start, rule.end):  # 甲、乙;丙、丁: the first of each half
        gaps = ((a.span.end, b.span.start) for a, b in pairwise(bodies))
        led |= {n for n, gap in enumerate(gaps, 1) if ";" in norm[slice(*gap)]}
    return replace(
        statement,
        bodies=tuple(
            replace(b, role="lead", role_basis=rule, rule="first-leads") if n in led else b
            for n, b in enumerate(bodies)
        ),
    )
