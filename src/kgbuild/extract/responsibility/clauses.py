"""Responsibility in running text (由甲牵头, 乙、丙要督促检查), in units without a bracket, label or cell.

Takes the text of a unit. Guarantees: every name is registered or has the form of a collective; a role other than
responsible rests on a word of its own. Duties of persons, firms and kinds of bodies are ignored: precision comes first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.extract.responsibility.party_list import parse_party_list
from kgbuild.extract.responsibility.roles import role_of
from kgbuild.model import BodyMention, Span, Statement
from kgbuild.text import trim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon import Lexicon
    from kgbuild.lexicon.words import Words
    from kgbuild.model import Role, Unit

_STATEMENT_BEFORE = re.compile(r"\([^()\n]*\)")
_SENTENCE = re.compile(r"[^。!?;\n]+[。!?;]?")
_SUBJECT = (
    r"(?P<by>由)?(?P<list>[^,。;:!?\n“”《》]{2,80}?)(?P<modal>{modal-words}|具体负责|牵头负责|负责|会同|{role-lead})"
)
_ROLE = "{role-lead}|督促检查|监督检查|督促|督导|统筹协调|指导|配合"
# 负责…工作的部门 is a description, 负责解释 a closing formula, 提出了 a report
_NO_DUTY = re.compile(r"解释|[^,。;:]{0,30}(?:的(?:部门|机构|单位|机关)|提出了|作出了|印发了|开展了)")
_COLLECTIVE = (
    r"^(?:{collective-tops}|全[省市])?(?:直|级)?(?:各|有关|相关|各级|各有关|各相关)[\u4e00-\u9fff、()]{0,24}?"
    r"(?:{clause-collectives})$"
)
_WINDOW = 14
# 本条由…牵头 refers to the preceding text of the item, 以上任务由…负责 to that of the section
_REFERS = (
    r"(?=[{^words-for-what-stands-above}{^words-for-this-item}])"
    r"(?:(?P<above>{words-for-what-stands-above})|{words-for-this-item})(?:{referred-nouns})?[均都]?"
)


class _Clause(NamedTuple):
    """A sentence that assigns a duty; `refers` matches the words that refer back to a task named elsewhere."""

    span: Span
    bodies: tuple[BodyMention, ...]
    sentence: Span
    refers: re.Match[str] | None = None

    @property
    def is_of_above(self) -> bool:
        return self.refers is not None and self.refers["above"] is not None


def find_clauses(norm: str, index: int, unit: Unit, lexicon: Lexicon, *, start: int, alone: bool) -> list[Statement]:
    """Return the statements made by the sentences of a unit.

    以上任务由甲负责 is a statement of the unit above, if there is one, and applies to all items before it.


    Args:
        norm: Normalised text.
        index: Index of the unit.
        unit: The unit.
        lexicon: Registered names.
        start: Offset at which the text of the unit starts.
        alone: Whether no bracket, label or cell of the unit assigns a duty, so that sentences may.
    """
    found = list(_sentences(norm, unit, lexicon, start)) if alone or _above(norm, unit, lexicon.words) else []
    own = [c for c in found if alone and not c.is_of_above]
    out = []
    for n, clause in enumerate(own):
        sentence = clause.sentence
        stop = own[n + 1].sentence.start if n + 1 < len(own) else unit.own.end
        since = max(start, own[n - 1].sentence.end if n else start)
        before = trim(norm, since, sentence.start)
        text = before if clause.refers and len(before) else trim(norm, sentence.start, stop)
        first = unit.own.start if n == 0 and text.start == trim(norm, start, stop).start else text.start
        out.append(_statement(index, clause, text, Span(first, max(text.end, clause.span.end)), n + 1))
    for clause in found:
        if clause.is_of_above:
            above = index if unit.parent is None else unit.parent
            part = len(out) + 1 if above == index else 1
            out.append(_statement(above, clause, clause.sentence, clause.sentence, part))
    return sorted(out, key=lambda s: s.span)


def _statement(index: int, clause: _Clause, text: Span, whole: Span, part: int) -> Statement:
    return Statement(
        unit=index,
        type="clause",
        span=clause.span,
        text=text,
        whole=whole,
        bodies=clause.bodies,
        part=part,
        rule="clause-statement",
    )


def _above(norm: str, unit: Unit, words: Words) -> bool:
    return any(m["above"] for m in words[_REFERS].finditer(norm, unit.own.start, unit.own.end))


def _sentences(norm: str, unit: Unit, lexicon: Lexicon, start: int) -> Iterator[_Clause]:
    for m in _SENTENCE.finditer(norm, start, unit.own.end):
        bracket = _STATEMENT_BEFORE.match(norm, m.start(), m.end())
        sentence = trim(norm, bracket.end() if bracket else m.start(), m.end())
        refers = lexicon.words[_REFERS].match(norm, sentence.start, sentence.end)
        opens = refers.end() if refers else sentence.start
        subject = lexicon.words[_SUBJECT].match(norm, opens, sentence.end)
        if subject is None or (refers and not subject["by"]) or _NO_DUTY.match(norm, subject.end(), sentence.end):
            continue
        bodies = _bodies(norm, subject, lexicon)
        if bodies:
            role, basis = _role(norm, subject, sentence, lexicon)
            named = tuple(_with_role(b, role, basis) for b in bodies)
            end = basis.end if basis else bodies[-1].span.end
            span = Span(bodies[0].span.start, max(end, bodies[-1].span.end))
            yield _Clause(span, named, sentence, refers)


def _bodies(norm: str, subject: re.Match[str], lexicon: Lexicon) -> tuple[BodyMention, ...]:
    """Return the names of the subject if all of them are certain, otherwise ()."""
    found = parse_party_list(norm, subject.start("list"), subject.end("list"), lexicon, year=None)
    if found.rest or found.fields or found.labelled or found.verbs:
        return ()
    sure = all(_known(b.surface, lexicon) or lexicon.words[_COLLECTIVE].match(b.surface) for b in found.bodies)
    return found.bodies if sure else ()


def _known(surface: str, lexicon: Lexicon) -> bool:
    """Tell whether the whole string is a registered name, including its place."""
    return 0 < lexicon.opening_party(surface) == len(surface)


def _role(norm: str, subject: re.Match[str], sentence: Span, lexicon: Lexicon) -> tuple[Role, Span | None]:
    """Return the role given by the words directly after the subject, with its basis."""
    window = min(subject.end() + _WINDOW, sentence.end)
    stop = next((i for i in range(subject.end(), window) if norm[i] in ",。;:"), window)
    word = lexicon.words[_ROLE].search(norm, subject.start("modal"), stop)
    if word is None or word[0] == "统筹协调":
        return "responsible", None
    return role_of(word[0], lexicon.words), Span(*word.span())


def _with_role(body: BodyMention, role: Role, basis: Span | None) -> BodyMention:
    return BodyMention(span=body.span, surface=body.surface, role=role, role_basis=basis, rule="clause")
