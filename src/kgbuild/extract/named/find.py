"""Named things: programmes, campaigns, competitions, platforms, … by proper name.

Takes passages. A name has a head word of the vocabulary (工程, 大赛, 平台) with a place, quotes or a governing verb,
stands in a list of names, or is an initiative that the vocabulary knows. Slogans, fixed terms and classes are none.
Guarantees: names are in reading order and do not overlap; of two that do, the longer one stands.
Source: observation of plans, agreed between annotators.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from kgbuild.extract.named.heads import landmarks_of
from kgbuild.extract.named.lists import read_lists
from kgbuild.extract.named.quotes import read_quotes
from kgbuild.extract.named.rules import Candidate, read_member
from kgbuild.extract.named.text import mask, members
from kgbuild.model import NamedMention, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.extract.named.heads import Landmarks
    from kgbuild.extract.named.text import Member
    from kgbuild.lexicon import Lexicon
    from kgbuild.text.passage import Passage

_QUOTE_MARKS = str.maketrans("", "", "“”")
_LONGER = re.compile(r"[度期均份]")


def find_named(passage: Passage, lexicon: Lexicon) -> list[NamedMention]:
    """Return the named things of a passage."""
    masked = mask(passage.text)
    marks = landmarks_of(masked, lexicon)
    known = list(_known(passage.text, masked, lexicon))
    read = [
        (m, list(_read(passage.text, masked, marks, m, known)))
        for m in members(masked, marks.ends_head, lexicon.words, holds=marks.holds)
    ]
    found = [*read_lists(passage.text, marks, read), *known]
    return [_mention(passage, c) for c in _longest(found)]


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
    """Initiatives of the vocabulary, wherever they stand but in titles."""
    for k in lexicon.initiatives.known(text):
        if masked[k.start] != "□" and not _LONGER.match(text, k.end):
            yield Candidate(k.start, k.end, k.type, "known-initiative", "known", name=k.name)


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


def spans_of(mentions: list[NamedMention]) -> tuple[Span, ...]:
    """Return where the names stand."""
    return tuple(m.span for m in mentions)
