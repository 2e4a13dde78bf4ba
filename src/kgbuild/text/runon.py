"""Texts that came as one line: the breaks between head, headings, items and signature that a copy has lost.

Takes a paragraph far too long to be one. Guarantees: its parts tile it; a number begins a part only where it counts on
from 一、 (一) or 1. behind the end of a sentence or a heading, and 一、 has two more behind it.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.text.lines import trim
from kgbuild.text.numerals import find_dates, to_han

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.lexicon.words import Words

LONG = 600
"""Characters from which on a paragraph is looked at."""
HEAD = 420
MIN_CHAIN = 3
MAX_HEADING = 40
MAX_NAME = 60
_ENDS = "。;:!?)”》.\n "
_NUMBER = re.compile(r"[〔\[(](?:19|20)\d\d[〕\])][^\d。:]{0,2}\d{1,5}[\u4e00-\u9fff]")
MAX_CODE = 14
_TITLE = r"(?:{document-kinds}|{title-ends})"
_ADDRESSED = r"(?:{addressee-words})[^。:]*:"
_HEADING = r"(?:{run-on-headings})(?![,。、;:]|{of-and})"


def run_on(norm: str, para: Span, words: Words) -> Iterator[Span]:
    """Yield the parts of a paragraph: itself, unless it is a whole text on one line.

    Args:
        norm: Normalised text.
        para: One of its paragraphs.
        words: Knows how titles and addressees end, and the usual headings.
    """
    if len(para) < LONG or not (cuts := _chain(norm, para, "、", para.start, para.end)) or len(cuts) < MIN_CHAIN:
        yield para
        return
    starts = {para.start, *_head(norm, Span(para.start, cuts[0]), words), *_tail(norm, para)}
    for start, end in zip(cuts, [*cuts[1:], para.end], strict=True):
        starts |= {start, *_below(norm, start, end, words)}
    edges = [*sorted(starts), para.end]
    for start, end in itertools.pairwise(edges):
        part = trim(norm, start, end)
        if len(part):
            yield part


def _chain(norm: str, para: Span, behind: str, start: int, end: int, before: str = "") -> list[int]:
    """The places of 一、 二、 … (一) (二) … that count on from one behind the end of a sentence."""
    found: list[int] = []
    at = start
    while (place := _next(norm, f"{before}{to_han(len(found) + 1)}{behind}", at, end, para.start)) is not None:
        found.append(place)
        at = place + 1
    return found


def _next(norm: str, number: str, start: int, end: int, first: int) -> int | None:
    at = norm.find(number, start, end)
    while at >= 0:
        if at == first or norm[at - 1] in _ENDS or (number[0] == "(" and _heads(norm, start, at)):
            return at
        at = norm.find(number, at + 1, end)
    return None


def _heads(norm: str, start: int, at: int) -> bool:
    """Tell whether nothing but a heading stands between the number above and this one: 二、基本原则(一)…."""
    return at - start <= MAX_HEADING and not any(c in ",。;:" for c in norm[start:at])


def _below(norm: str, start: int, end: int, words: Words) -> Iterator[int]:
    """Where the parts of a chapter begin: its text behind the heading, and (一) (二) …."""
    at = norm.index("、", start) + 1
    inner = _chain(norm, Span(start, end), ")", at, end, "(")
    yield from inner
    if not (inner and _heads(norm, at, inner[0])) and (m := words[_HEADING].match(norm, at, end)):
        yield m.end()


def _head(norm: str, head: Span, words: Words) -> Iterator[int]:
    """Where number, addressee and text of the head begin, which ran together."""
    at, limit = head.start, min(head.end, head.start + HEAD)
    colon = norm.find(":", at, limit)
    number = _NUMBER.search(norm, at, limit if colon < 0 else colon)
    if (
        number
        and "。" not in norm[at : number.start()]
        and "《" not in norm[number.start() - MAX_CODE : number.start()]
    ):
        titles = list(words[_TITLE].finditer(norm, max(at, number.start() - MAX_CODE), number.start()))
        yield from [m.end() for m in titles[-1:]]
        yield number.end()
        at = number.end()
    elif colon >= 0 and "。" not in norm[at:colon]:
        titles = [
            m for m in words[_TITLE].finditer(norm, at, colon) if words[_ADDRESSED].match(norm, m.end(), colon + 1)
        ]
        yield from [m.end() for m in titles[:1]]
    if colon >= at and "。" not in norm[at:colon] and words[_ADDRESSED].search(norm, at, colon + 1):
        yield colon + 1


def _tail(norm: str, para: Span) -> Iterator[int]:
    """Where the signature behind the last sentence, and what stands behind its date, begin."""
    start = max(para.start, para.end - HEAD)
    dates = [d.span for d in find_dates(norm, start, para.end)]
    if dates and (before := norm.rfind("。", start, dates[-1].start)) >= 0:
        name = norm[before + 1 : dates[-1].start].strip()
        if len(name) <= MAX_NAME and not any(c in _ENDS + ",、" for c in name.replace(" ", "")):
            yield before + 1
            yield dates[-1].end
