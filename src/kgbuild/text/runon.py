"""Texts that arrived as a single line: restores the lost breaks between head, headings, items and signature.

Takes a paragraph far too long to be one. Guarantees: its parts tile it; a number begins a part only where it counts on
from 第一章, 第一条, 一、 (一) or 1. behind the end of a sentence or a heading; 第一条 or 一、 has two more behind it,
or 一、 has 二、 behind it and (一) (二) or 1. 2. below it.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.lazy import lazy_pattern
from kgbuild.model import Span
from kgbuild.text.lines import squeeze, trim
from kgbuild.text.numbering import mark_at
from kgbuild.text.numerals import find_dates, to_han

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.lexicon.words import Words

LONG, LONG_ALONE = 600, 80
"""Lengths in characters from which a paragraph is examined: one of many, one that is nearly the whole text."""
FEW = 3
HEAD = 420
MIN_CHAIN = 3
MAX_HEADING = 40
MAX_NAME = 60
FOOT = 250
"""Characters that may follow the last signature: page residue, a list of annexes."""
_ENDS = "。;:!?)”》.\n "
_NUMBER = lazy_pattern(r"[〔\[(](?:19|20)\d\d[〕\])][^\d。:]{0,2}\d{1,5}[\u4e00-\u9fff]")
MAX_CODE = 14
_TITLE = r"(?:{document-kinds}|{title-ends})"
_CLOSING = ")》"
_TITLE_ALONE = rf"^.{{4,}}{_TITLE}[{_CLOSING}]*$"
# 石桥县快递进村工作方案 为推进…: the blank that was a break
_TITLE_FIRST = rf"[^。,;:\n]{{4,60}}?{_TITLE}[{_CLOSING}]* +(?=\S)"
_ADDRESSED = r"(?:{addressee-words})[^。:]*:"
_HEADING = r"(?:{run-on-headings})(?![,。、;:]|{of-and})"
_SIGNING = "{signing-bodies}$"
_NAMED = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_NOTE = re.compile(r"\([^()]{2,30}\)")


class _Form(NamedTuple):
    """A numbering form: what precedes and follows the number, and whether it is in Arabic digits."""

    before: str
    behind: str
    arabic: bool = False


_CHAPTER, _ARTICLE = _Form(*"第章"), _Form(*"第条")
_HAN, _PAREN, _ARABIC = _Form("", "、"), _Form("(", ")"), _Form("", "", arabic=True)


def run_on(norm: str, para: Span, words: Words, *, of: int) -> Iterator[Span]:
    """Yield the parts of a paragraph: the paragraph itself, unless it is a whole text on one line.

    Args:
        norm: Normalised text.
        para: One of its paragraphs.
        words: Word classes: ends of titles, addressees, usual headings.
        of: How many paragraphs the text has.
    """
    is_one_of_many = of > FEW and 2 * len(para) < len(norm)
    if len(para) < (LONG if is_one_of_many else LONG_ALONE) or not _is_text(
        norm, _behind_title(norm, para, words), para.end
    ):
        yield para
        return
    seams = _seams(norm, para, words)
    starts = {para.start, *seams}
    for start, end in itertools.pairwise([para.start, *seams, para.end]):
        cuts = list(_counted(norm, _behind_title(norm, Span(start, end), words), end, words))
        starts |= set(cuts)
        if start == para.start:
            starts |= set(_head(norm, Span(start, min([*cuts, end])), words))
    edges = [*sorted(starts), para.end]
    for start, end in itertools.pairwise(edges):
        part = trim(norm, start, end)
        if len(part):
            yield part


def _behind_title(norm: str, part: Span, words: Words) -> int:
    """Return where the first number of a text stands if only its title precedes it, else its start: 阅读方案一、….

    Args:
        norm: Normalised text.
        part: The text.
        words: Ends of titles.
    """
    at = norm.find(f"{to_han(1)}{_HAN.behind}", part.start, min(part.end, part.start + HEAD))
    title = norm[part.start : max(at, part.start)]
    return (
        at if words[_TITLE_ALONE].match(title) and not any(c in _ENDS for c in title.rstrip(_CLOSING)) else part.start
    )


def _is_text(norm: str, start: int, end: int) -> bool:
    """Tell whether a paragraph contains chapter or article numbers that no ordinary paragraph would contain."""
    if _are_chapters(norm, _chain(norm, _HAN, start, end), end):
        return True
    parts = _chain(norm, _CHAPTER, start, end, 2)  # 第一章 and 第一条 follow a title
    return len(_chain(norm, _ARTICLE, start, end, 2, parts)) >= MIN_CHAIN - 1


def _are_chapters(norm: str, chapters: Sequence[int], end: int) -> bool:
    """Tell whether 一、 二、 are those of a text: there are three of them, or (一) (二), 1. 2. below one of the two."""
    if len(chapters) < MIN_CHAIN - 1:
        return False
    within = itertools.pairwise([*chapters, end])
    return len(chapters) >= MIN_CHAIN or any(
        len(_chain(norm, form, at + 2, to)) > 1 for at, to in within for form in (_PAREN, _ARABIC)
    )


# -- numbers ------------------------------------------------------------------------------------------------------
def _counted(norm: str, start: int, end: int, words: Words) -> Iterator[int]:
    """Yield where the chapters, articles and items of one text start."""
    parts = _chain(norm, _CHAPTER, start, end)
    articles = _chain(norm, _ARTICLE, start, end, parts=parts)
    if len(articles) >= MIN_CHAIN:
        yield from parts
        yield from articles
        for at, to in itertools.pairwise([*articles, end]):
            yield from _chain(norm, _PAREN, at, to)
        return
    chapters = _chain(norm, _HAN, start, end)
    if not _are_chapters(norm, chapters, end):
        return
    yield from chapters
    last = 0
    for at, to in itertools.pairwise([*chapters, end]):
        text = norm.index("、", at) + 1
        # (一) restarts in each chapter, or counts on through all of them
        inner = _chain(norm, _PAREN, text, to) or (_chain(norm, _PAREN, text, to, last + 1) if last else [])
        last = _number(norm, inner[-1]) if inner else last
        yield from inner
        for a, b in itertools.pairwise([*(inner or [text]), to]):
            items = _chain(norm, _ARABIC, a, b)
            yield from items if len(items) > 1 or (items and _heads(norm, a, items[0])) else []
        if not (inner and _heads(norm, text, inner[0])) and (m := words[_HEADING].match(norm, text, to)):
            yield m.end()


def _number(norm: str, at: int) -> int:
    mark = mark_at(norm, at, min(len(norm), at + 8))
    return mark.number if mark else 0


def _chain(norm: str, form: _Form, start: int, end: int, first: int = 1, parts: Sequence[int] = ()) -> list[int]:
    """Return the offsets of first, first + 1 … in one form, each after the end of a sentence or a heading.

    `parts` are the offsets of 第一章 … whose headings may directly precede a number.
    """
    found: list[int] = []
    at = start
    for number in itertools.count(first):
        place = _next(norm, form, number, Span(at, end), (start, *parts))
        if place is None:
            return found
        found.append(place)
        at = place + 1
    return found  # pragma: no cover - a text holds finitely many numbers


def _next(norm: str, form: _Form, number: int, within: Span, headings: Sequence[int]) -> int | None:
    shown = f"{number}." if form.arabic else f"{form.before}{to_han(number)}{form.behind}"
    at = norm.find(shown, within.start, within.end)
    while at >= 0:
        is_number = not form.arabic or _number(norm, at) == number
        ends = at == headings[0] or norm[at - 1] in _ENDS
        if is_number and (ends or (form is not _HAN and any(_heads(norm, h, at) for h in headings))):
            return at
        at = norm.find(shown, at + 1, within.end)
    return None


def _heads(norm: str, start: int, at: int) -> bool:
    """Tell whether only a heading lies between the number above and this one: 二、基本原则(一)…."""
    return 0 < at - start <= MAX_HEADING and not any(c in ",。;:" for c in norm[start:at])


# -- the head, and where one text follows another -----------------------------------------------------------------
def _head(norm: str, head: Span, words: Words) -> Iterator[int]:
    """Yield where number, addressee and text start in a head that was run together."""
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
    elif title := words[_TITLE_FIRST].match(norm, at, limit):
        yield title.end()
    if colon >= at and "。" not in norm[at:colon] and words[_ADDRESSED].search(norm, at, colon + 1):
        yield colon + 1


def _seams(norm: str, para: Span, words: Words) -> list[int]:
    """Return where a signature starts, where its date ends, and where the title of the following plan ends.

    …请认真组织实施。云岭市人民政府2022年6月1日云岭市标准地改革方案为推进…: what follows the date is a title that the
    notice names in 《》, a note in brackets, or residue at the foot.
    """
    found: list[int] = []
    for date in (d.span for d in find_dates(norm, para.start, para.end)):
        before = max(norm.rfind(c, para.start, date.start) for c in "。)")
        name = norm[before + 1 : date.start].strip()
        if (
            before < 0
            or (found and before < found[-1])
            or len(name) > MAX_NAME
            or any(c in _ENDS + ",、" for c in name.replace(" ", ""))
            or not (not name or words[_SIGNING].search(name) or para.end - date.end <= FOOT)
        ):
            continue
        note = _NOTE.match(norm, _behind_blanks(norm, date.end), para.end)
        at = _behind_blanks(norm, note.end() if note else date.end)
        named = [m[1] for m in _NAMED.finditer(norm, para.start, before)]
        title = _title_end(norm, at, named)
        if name and title is not None:
            found += [before + 1, date.end, *([at] if note else []), title, *_more_titles(norm, title, para, named)]
        elif para.end - date.end <= FOOT and name:
            found += [before + 1, date.end]
    return sorted(set(found))


def _behind_blanks(norm: str, at: int) -> int:
    while norm.startswith(" ", at):
        at += 1
    return at


def _title_end(norm: str, at: int, named: Sequence[str]) -> int | None:
    """Return the end of a previously named title if it occurs at this offset."""
    return next((at + len(n) for n in named if squeeze(norm[at : at + len(n)]) == squeeze(n)), None)


def _more_titles(norm: str, start: int, para: Span, named: Sequence[str]) -> Iterator[int]:
    """Yield the start and end of the titles of further named plans that follow the end of a sentence."""
    for name in named:
        at = norm.find(f"。{name}", start, para.end)
        if at >= 0 and _title_end(norm, at + 1, named) == at + 1 + len(name):
            yield from (at + 1, at + 1 + len(name))
