"""Programmes, campaigns, competitions, platforms and other things referred to by proper name.

Takes passages. A name has a head word of the vocabulary (工程, 大赛, 平台) with a place, quotes or a governing verb, is
a member of a list of names, or is an initiative known to the vocabulary. Slogans, fixed terms and classes are not
names. Guarantees: names are in reading order and disjoint; of two that overlap the longer one is kept.
Source: observation of plans, agreed between annotators.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from kgbuild.extract.named.heads import follows, landmarks_of
from kgbuild.extract.named.lists import read_lists
from kgbuild.extract.named.quotes import MOTTO, is_coded, is_of_kind, read_quotes
from kgbuild.extract.named.rules import Candidate, read_member
from kgbuild.extract.named.text import TITLE, mask, members
from kgbuild.model import NamedMention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.extract.named.heads import Landmarks
    from kgbuild.extract.named.text import Member
    from kgbuild.lexicon import Lexicon
    from kgbuild.text.passage import Passage

_QUOTE_MARKS = str.maketrans("", "", "“”")
_QUOTED = re.compile("“([^“”]{2,12})”")
_PROGRAM = "(?:微信)?(?:{program-words})"
_OWN = frozenset({"quoted-name", "quoted-label"})
MAX_BEHIND = 12
_PLAIN = re.compile(r"[\u4e00-\u9fff]+")
_LONGER = re.compile(r"[度期均份]")


def find_named(passage: Passage, lexicon: Lexicon) -> list[NamedMention]:
    """Return the named things in a passage."""
    return find_all_named([passage], lexicon)[0]


def find_all_named(passages: Sequence[Passage], lexicon: Lexicon) -> list[list[NamedMention]]:
    """Return the named things in the passages of a document, passage by passage.

    A quoted label recognised as a service at one place is recognised everywhere: “云岭办”小程序, then “云岭办”.
    """
    read = [_candidates(p, lexicon) for p in passages]
    labels = {label for p, found in zip(passages, read, strict=True) for label in _labels(p.text, found, lexicon)}
    again = re.compile("“({})”".format("|".join(map(re.escape, sorted(labels))))) if labels else None
    out = []
    for p, found in zip(passages, read, strict=True):
        known = [*_remembered(p.text, found, again, lexicon)] if again else []
        out.append([_mention(p, c) for c in sorted([*found, *known])])
    return out


def _labels(text: str, found: Sequence[Candidate], lexicon: Lexicon) -> Iterator[str]:
    """Yield the quoted names of services: with a head of their own, a place, or followed by the word for a program."""
    for c in found:
        quotes = _QUOTED.search(text, max(0, c.start - 1), c.end + 1) if c.type == "platform" else None
        if quotes and c.rule.startswith("quoted-"):
            label, behind = quotes[1], text[quotes.end() : c.end]
            program = lexicon.words[_PROGRAM].fullmatch(behind) is not None
            placed = any(not r.weak or r.start == 0 for r in lexicon.initiatives.regions(label))
            motto = lexicon.words[MOTTO].search(label) is not None
            if c.rule in _OWN or program or ((placed or is_coded(label, lexicon.words)) and not motto):
                yield label


def _remembered(text: str, found: Sequence[Candidate], again: re.Pattern[str], lexicon: Lexicon) -> Iterator[Candidate]:
    masked = mask(text)
    for m in again.finditer(text):
        if (
            masked[m.start()] == TITLE
            or any(c.start < m.end() and m.start() < c.end for c in found)
            or is_of_kind(text, m.end(), lexicon.words)
        ):
            continue
        yield Candidate(m.start(1), m.end(1), "platform", "quoted-again", "quoted")


def _candidates(passage: Passage, lexicon: Lexicon) -> list[Candidate]:
    masked = mask(passage.text)
    marks = landmarks_of(passage.text, masked, lexicon)
    known = [k for k in _known(passage.text, masked, lexicon) if not _is_modifier(marks, k)]
    read = [
        (m, list(_read(passage.text, masked, marks, m, known)) if known or marks.holds(m.start, m.end) else [])
        for m in members(masked, marks.ends_head, lexicon.words, holds=marks.holds, begins=marks.place_at)
    ]
    return _longest([*read_lists(passage.text, marks, read), *known])


def _read(text: str, masked: str, marks: Landmarks, member: Member, known: Sequence[Candidate]) -> Iterator[Candidate]:
    quoted = list(read_quotes(text, masked, marks, member)) if "“" in masked[member.start : member.end] else []
    yield from quoted
    i = bisect_left(known, member.start, key=lambda k: k.start)
    while i < len(known) and known[i].end <= member.end:
        yield known[i]
        i += 1
    plain = read_member(masked, marks, member)
    if plain and not any(q.start < plain.end and plain.start < q.end for q in quoted):
        yield plain


def _known(text: str, masked: str, lexicon: Lexicon) -> Iterator[Candidate]:
    """Yield initiatives of the vocabulary, anywhere except in titles."""
    for k in lexicon.initiatives.known(text):
        if masked[k.start] != TITLE and not _LONGER.match(text, k.end):
            yield Candidate(k.start, k.end, k.type, "known-initiative", "known", name=k.name)


def _is_modifier(marks: Landmarks, k: Candidate) -> bool:
    """Tell whether an initiative merely says what a system is for: 现代学徒制信息管理系统."""
    for head in marks.heads_in(k.end, k.end + MAX_BEHIND):
        gap = marks.text[k.end : head.start]
        if head.row == "platform" and len(gap) > 1 and _PLAIN.fullmatch(gap):
            return not follows(marks.text, k.end, marks.words)
    return False


def _longest(found: Iterable[Candidate]) -> list[Candidate]:
    out: list[Candidate] = []
    for c in sorted(found, key=lambda c: (c.start, -c.end)):
        if out and c.start < out[-1].end:
            if c.end - c.start > out[-1].end - out[-1].start:
                out[-1] = c
        else:
            out.append(c)
    return out


def _mention(passage: Passage, c: Candidate) -> NamedMention:
    name = c.name or passage.text[c.start : c.end]
    return NamedMention(span=passage.span(c.start, c.end), name=name, type=c.type, rule=c.rule)
