"""Statements in table rows: the head of the column gives the role unless the cell states it.

A cell lists one body on each line as often as it separates them: 省教育厅⏎省科协 are two, 省发展和改⏎革委员会 is one.
It may number them (1.省教育厅 2.省科协). A line may start with a role word and a colon (牵头：省教育厅⏎配合：省科协); a
bracket may give a role (省教育厅（省科协配合）). A person after a body (省教育厅 李明) has no duty of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.extract.responsibility import roles
from kgbuild.extract.responsibility.brackets import bracket_pairs
from kgbuild.extract.responsibility.party_list import STARS, PartyList, joined, parse_party_list
from kgbuild.lazy import lazy_pattern
from kgbuild.model import BodyMention, FieldMention, Finding, Span, Statement
from kgbuild.text.numbering import mark_at
from kgbuild.text.times import last_day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import TableRow
    from kgbuild.text.numbering import Style

_BREAK = re.compile(r" *(?:\r?\n|<br ?/?>) *")
_TAG = re.compile(r"<br ?/?>")
_TAGS_BEHIND = re.compile(r"(?:<br ?/?>|\s)+$")
_GAP = re.compile(r" *(?:\r?\n|<br ?/?>|[:、,;]) *| +")
_EDGE = re.compile(r"[、,;。:()\n<>]")
_ASIDE_BEHIND = re.compile(r"\([^()\n]*\)$")
_START = re.compile(r"[\n>、,;。 ] *")
_COUNTING: frozenset[Style] = frozenset({"arabic", "arabic_paren", "circle"})
_PERSON_END = lazy_pattern(r"[^\u4e00-\u9fff]")
_PERSON = r"^(?:{surnames})[\u4e00-\u9fff]{1,2}$"
_FULL_NAME = r"(?<![^、,;:\n>])(?P<name>(?:{surnames})(?:[\u4e00-\u9fff]{2}| [\u4e00-\u9fff]))(?=\s*(?:[、,;\n<]|$))"
_LABEL = r"(?:^|(?<=[\n>;]))\s*(?P<label>{roles}(?:{role-units})?) ?:"


class Cells:
    """The body cells of a document.

    Args:
        norm: Normalised text.
        cells: Spans of the cells.
        lexicon: Knows what names of parties look like.
        year: Year of the document, for deadlines without one.

    Attributes:
        doubts: Findings on what in the cells has no duty.
    """

    def __init__(self, norm: str, cells: Iterable[Span], lexicon: Lexicon, year: int | None) -> None:
        self._norm = norm
        self._lexicon = lexicon
        self._year = year
        self._brackets: dict[Span, list[PartyList]] = {}
        self.doubts: list[Finding] = []
        edits: dict[Span, str] = {}
        for cell in dict.fromkeys(cells):
            edits |= dict.fromkeys(self._numbers(cell), "")
            edits |= {Span(*m.span()): "" for m in _TAG.finditer(norm, cell.start, cell.end)}
            edits |= dict.fromkeys(self._breaks(cell), "、")
            for span, name in (*self._alone(cell), *self._persons(cell)):
                edits[span] = "、"
                self.doubts.append(_person(norm, name))
            for span, content in self._asides(cell):
                edits[span] = ""
                self._brackets.setdefault(cell, []).append(content)
        self._text = _edited(norm, edits)

    def statements(self, unit: int, row: TableRow) -> Iterator[Statement]:
        """Yield the statement of a row, if its cells name bodies and say what to do."""
        bodies: list[BodyMention] = []
        fields = [self._field(span, key) for span, key in row.fields]
        open_list = False
        for cell, column in row.bodies:
            head = column  # 责任单位（列第一位的牵头）: the bracket does not give all of them a role
            if rule := roles.first_leads(self._norm, head.start, head.end, self._lexicon.words):
                head = Span(head.start, max(head.start, self._norm.find("(", head.start, rule.start)))
            own: list[BodyMention] = []
            for part, label in self._parts(cell):
                basis = label or head
                content = parse_party_list(self._text, part.start, part.end, self._lexicon, year=self._year)
                own += self._with_role(content, basis, "column" if label is None else "label")
                fields += content.fields
                open_list |= content.open_list
            if rule and len(own) > 1 and not any(b.role == "lead" for b in own):
                own[0] = replace(own[0], role="lead", role_basis=rule, rule="first-leads")
            if aside := self._brackets.get(cell):
                inside = joined(aside[0], aside[1:])
                own += inside.bodies
                fields += inside.fields
            bodies += own
        if not bodies or row.content is None:
            return
        cells = [c for c, _ in row.bodies]
        yield Statement(
            unit=unit,
            type="cell",
            span=Span(min(c.start for c in cells), max(c.end for c in cells)),
            text=row.content,
            whole=row.span,
            bodies=tuple(sorted(bodies, key=lambda b: b.span)),
            fields=tuple(sorted(fields, key=lambda f: f.span)),
            open_list=open_list,
            rule="table-cell",
        )

    def _with_role(self, content: PartyList, basis: Span, rule: str) -> Iterator[BodyMention]:
        if content.labelled or content.verbs:
            yield from content.bodies
            return
        # 牵 头 部 门: a head may be set wide
        role = roles.role_of("".join(self._norm[basis.start : basis.end].split()), self._lexicon.words)
        for body in content.bodies:
            yield replace(body, role=role, role_basis=basis, rule=rule)

    def _parts(self, cell: Span) -> Iterator[tuple[Span, Span | None]]:
        """Yield the parts of a cell that start with a label, each with the label; the whole cell if there is none."""
        found = list(self._lexicon.words[_LABEL].finditer(self._norm, cell.start, cell.end))
        if not found:
            yield cell, None
            return
        if found[0].start() > cell.start:
            yield Span(cell.start, found[0].start()), None
        ends = [*(m.start() for m in found[1:]), cell.end]
        for m, end in zip(found, ends, strict=True):
            yield Span(m.end(), end), Span(*m.span("label"))

    def _breaks(self, cell: Span) -> Iterator[Span]:
        """Yield the line breaks that separate two bodies."""
        for m in _BREAK.finditer(self._norm, cell.start, cell.end):
            before, after = self._around(cell, m)
            if self._lexicon.is_party(before) and self._lexicon.is_party(after):
                yield Span(*m.span())

    def _around(self, cell: Span, gap: re.Match[str]) -> tuple[str, str]:
        """Return the names on both sides of a gap, without numbers, stars and the bracket of the first."""
        before = _TAGS_BEHIND.sub("", self._norm[cell.start : gap.start()])
        before = _TAGS_BEHIND.sub("", _ASIDE_BEHIND.sub("", before))
        after = self._norm[gap.end() : cell.end]
        mark = mark_at(after, 0, len(after))
        after = after[mark.end :] if mark and mark.style in _COUNTING else after
        names = _EDGE.split(before)[-1], _EDGE.split(after.strip(f" {STARS}"), maxsplit=1)[0]
        first, second = (name.strip(f" {STARS}") for name in names)
        mark = mark_at(first, 0, len(first))
        return first[mark.end :] if mark and mark.style in _COUNTING else first, second

    def _numbers(self, cell: Span) -> Iterator[Span]:
        """Yield the numbers before the names of a cell: 1.省教育厅 ②省科协."""
        for at in (cell.start, *(m.end() for m in _START.finditer(self._norm, cell.start, cell.end))):
            mark = mark_at(self._norm, at, cell.end)
            if mark and mark.style in _COUNTING and mark.end < cell.end:
                yield Span(mark.start, mark.end)

    def _persons(self, cell: Span) -> Iterator[tuple[Span, Span]]:
        """Yield the persons behind a body, each with the gap before it: 省教育厅 李明."""
        for m in _GAP.finditer(self._norm, cell.start, cell.end):
            before, _ = self._around(cell, m)
            end = _PERSON_END.search(self._norm, m.end(), cell.end)
            name = self._norm[m.end() : end.start() if end else cell.end]
            is_body = self._lexicon.is_party(name) or self._lexicon.is_party(before + name)
            if self._lexicon.words[_PERSON].match(name) and not is_body and self._lexicon.is_party(before):
                yield Span(m.start(), m.end() + len(name)), Span(m.end(), m.end() + len(name))

    def _alone(self, cell: Span) -> Iterator[tuple[Span, Span]]:
        """Yield the persons who stand where a body would: 李小明, 李 明. Two characters may be a field (林业, 金融)."""
        for m in self._lexicon.words[_FULL_NAME].finditer(self._norm, cell.start, cell.end):
            name = "".join(m["name"].split())
            if not (self._lexicon.is_party(name) or self._lexicon.places(name)):
                yield Span(*m.span("name")), Span(*m.span("name"))

    def _asides(self, cell: Span) -> Iterator[tuple[Span, PartyList]]:
        """Yield the brackets in a cell that give bodies another role."""
        for pair in bracket_pairs(self._norm, cell.start, cell.end):
            if pair.depth or pair.span.start == cell.start:
                continue
            inner = Span(pair.span.start + 1, pair.span.end - 1)
            content = parse_party_list(self._norm, inner.start, inner.end, self._lexicon, year=self._year)
            if content.bodies and (content.verbs or content.labelled) and not content.rest:
                yield pair.span, content

    def _field(self, span: Span, key: str) -> FieldMention:
        if key != "deadline":
            return FieldMention(span=span, key="scope")
        day = last_day_of(self._norm[span.start : span.end], self._year, self._lexicon.words)[0]
        return FieldMention(span=span, key="deadline", iso=day)


def _person(norm: str, span: Span) -> Finding:
    return Finding(code="person-in-cell", severity="info", span=span, detail=(("text", norm[span.start : span.end]),))


def _edited(norm: str, edits: dict[Span, str]) -> str:
    """Return the text with replacements at some spans, padded with blanks to the same length."""
    parts, at = [], 0
    for span in sorted(edits):
        if span.start >= at:
            parts += [norm[at : span.start], edits[span].ljust(len(span))]
            at = span.end
    return "".join((*parts, norm[at:]))
