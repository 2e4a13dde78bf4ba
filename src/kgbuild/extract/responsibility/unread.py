"""Clauses that give somebody a duty and are no statement, for findings: what was not understood is not lost in silence.

Takes a unit in which no bracket, label or cell gives a duty, and the names that its sentences already assign. A name
of the register (or a class of bodies) that stands where one who acts stands is doubted aloud: behind 由 or 会同, at the
head of a clause before the word of a duty, behind 责任主体为. So are duties for one case only (遇有险情,由甲负责), and
lists of offices of a level that the register does not know (甲、县委某督查室要加强检查).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extract.responsibility.clauses import (
    AND,
    EXPLAINS,
    NO_DUTY,
    PERSON,
    SENTENCE,
    all_sure,
    case_of,
    opening_name,
    runs,
    subjects,
)
from kgbuild.extract.responsibility.party_list import HELPED, parse_party_list
from kgbuild.extract.responsibility.roles import BY
from kgbuild.model import Span
from kgbuild.text import trim
from kgbuild.text.intervals import Intervals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Unit

_ASSIGNS = "(?:{role-lead}|{plain-duties})$"
_BEFORE = rf"(?:{BY}|(?:{HELPED.pattern})|(?<=[,。;])|^|(?P<told>{{role-units}}(?:{{copulas}})))"
"""What stands before a name that has a duty; the head of a clause is nothing."""
_OPEN = r"(?:等[^,。;:]{0,8}?)?"
_DUTY = "(?:{duty-takes})?(?:{duty-manners}){0,2}(?:{modal-words}|{roles}(?![室局组科])|{duty-takes})"
# 省水利厅负直接责任, 省科技厅要…
_ACTS = _OPEN + "[^的,。;:]{0,4}?" + _DUTY
# 由省统计局党组负责, 由省市场监管局依法查处
_ACTS_BY = rf"{_OPEN}[^的,。;:]{{0,4}}?(?:{_DUTY}|{{policy-verbs}})"
_OFFICE = "^(?:{division-markers})|(?:{offices-that-lead})$"
_NOT_TO_DO = f"{EXPLAINS}|{PERSON}|{NO_DUTY}"
_OF = "的"
_REACH = 60
"""Characters of a clause in which its names and the word of their duty stand."""
_NAMES = 12
"""Names of one list that are followed."""


def find_unread_duties(
    norm: str, unit: Unit, lexicon: Lexicon, *, start: int, taken: Sequence[Span] = ()
) -> Iterator[Span]:
    """Yield the clauses that give a duty and are no statement, in reading order.

    Args:
        norm: Normalised text.
        unit: A unit in which no bracket, label or cell gives a duty.
        lexicon: Knows the names.
        start: Where the text of the unit begins.
        taken: The names that statements hold.
    """
    held = Intervals(sorted(taken))
    for m in SENTENCE.finditer(norm, start, unit.own.end):
        sentence = trim(norm, *m.span())
        assigns = bool(held.overlapping(sentence))
        spans = [
            *_unknown(norm, sentence, lexicon),
            *_unlisted(norm, sentence, lexicon),
            *_untold(norm, sentence, lexicon, assigns=assigns),
        ]
        seen = sentence.start
        for span in sorted(spans, key=lambda s: (s.start, -s.end)):
            if span.start >= seen and not held.overlapping(span):
                seen = span.end
                yield span


def _unknown(norm: str, sentence: Span, lexicon: Lexicon) -> Iterator[Span]:
    """Yield the clauses (由)…牵头 of which a name is in no register.

    Without 由 each of their names must look like that of a body: 强化内部监督 names none.
    """
    for span, content in runs(norm, sentence.start, sentence.end, lexicon, opened=True):
        is_party = [lexicon.is_party("".join(b.surface.split())) for b in content.bodies]
        is_told = norm.startswith(BY, span.start - 1) or (
            all(is_party) and lexicon.words[_ASSIGNS].search(norm, span.start, span.end)
        )
        if not all_sure(content.bodies, lexicon) and any(is_party) and is_told:
            yield span


def _unlisted(norm: str, sentence: Span, lexicon: Lexicon) -> Iterator[Span]:
    """Yield the clauses whose subject is a list of offices of a level, one of which no register knows.

    县纪委监委、县委督查室要加强检查: both are offices by their form, and the second is in no register.
    """
    words = lexicon.words
    for subject in subjects(norm, sentence.start, sentence, lexicon, is_referred=False):
        found = parse_party_list(norm, subject.start("list"), subject.end("list"), lexicon, year=None)
        names = ["".join(b.surface.split()) for b in found.bodies]
        stop = next((i for i in range(subject.end(), sentence.end) if norm[i] in ",。;:!?\n"), sentence.end)
        if (
            names
            and not (found.rest or found.fields or found.labelled or all_sure(found.bodies, lexicon))
            and all(lexicon.is_party(name) and words[_OFFICE].search(name) for name in names)
            and not words[_NOT_TO_DO].search(norm, subject.end(), stop)
        ):
            yield Span(subject.start("list"), stop)


def _untold(norm: str, sentence: Span, lexicon: Lexicon, *, assigns: bool) -> Iterator[Span]:
    """Yield the clauses in which a known name stands where one who acts stands.

    In a sentence that gives others a duty any verb of policy says so: 省数据局统筹,省委编办抓好落实.
    """
    words = lexicon.words
    case = case_of(norm, sentence.start, sentence.end, lexicon)
    for m in words[_BEFORE].finditer(norm[sentence.start : sentence.end]):
        at = sentence.start + m.end()
        stop = min(sentence.end, at + _REACH)
        names = _names(norm, at, stop, lexicon)
        if names is None:
            continue
        clause = min((i for i in range(names.end, stop) if norm[i] in ",。;:!?\n"), default=stop)
        acts = words[_ACTS_BY if m[0] or assigns else _ACTS].match(norm, names.end, clause)
        told = m["told"] or (acts and not words[_NOT_TO_DO].search(norm, names.end, clause))
        describes = norm.startswith(_OF, clause - 1) or (acts and norm.startswith(_OF, acts.end()))
        if told and not describes:  # 由省教育厅认定的学校
            yield trim(norm, min(at, case), clause)  # with the case for which it holds


def _names(norm: str, at: int, end: int, lexicon: Lexicon) -> Span | None:
    """Return the list of known names with which a stretch begins."""
    start, last = at, None
    for _ in range(_NAMES):
        name = opening_name(norm, at, end, lexicon)
        if name is None:
            break
        last, at = name, name.end
        if norm[at : at + 1] not in tuple(AND):
            break
        at += 1
    return Span(start, last.end) if last else None
