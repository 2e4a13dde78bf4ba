"""What a careful reader would question in the form of a text: gaps in numbering, empty headings, a truncated end.

Takes the text and its units. All results are remarks: nothing is changed or skipped because of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_pattern
from kgbuild.model import Finding, Span, Unit
from kgbuild.text.normalise import HANZI, odd_characters, sounds
from kgbuild.text.numbering import LETTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.model import PlanPart, Severity, Table

SHOWN = 40
SHOWN_KINDS = 10
_PAIRS = re.compile(r"\([^()（）\n]{1,200}）|（[^()（）\n]{1,200}\)")
_DIGITS = re.compile(rf"\(?(?P<n>\d{{1,3}})\)? ?[.、,)](?!\d)|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}} ?(?={LETTER})")
_YEAR = re.compile(r"(?<!\d)(?P<year>\d{4}) ?年")
FIRST_YEAR, LAST_YEAR = 1840, 2100
"""Years of which plans speak; others are exchanged digits where they recur."""
MIN_ODD_YEARS = 3
_LATIN = re.compile(r"[\x80-\xff]")
# The bytes 80 to 9F are read as these characters by Windows, which are rarely in a text in other places.
_WINDOWS = {ord(c): b for b in range(0x80, 0xA0) if (c := bytes([b]).decode("cp1252", "ignore"))}
MOST_ODD = 5
"""The share of odd characters of a text, one in so many, from which on they are more than a remark."""
# 印发(fā), and 发fā of <ruby>: a syllable with the mark of its tone, in one character or two, directly behind a hanzi
MIN_MISREAD, SAMPLE = 20, 4_000
# A row of a printed table, and a line under a label (责任单位:省教育厅), end without a mark.
_ENDS_WITHOUT_STOP = lazy_pattern(r"\s*[\u4e00-\u9fff]{2,8}:[^,。;\n]*$|[^\n]*\|\s*$")
_END = re.compile(r"[。!?;:)》”…—\]】]$")


def find_doubts(
    text: str,
    norm: str,
    paras: Sequence[Span],
    plans: Sequence[PlanPart],
    units: Sequence[Unit],
    tables: Sequence[Table],
) -> Iterator[Finding]:
    """Yield the remarks, in no particular order.

    Args:
        text: The read text.
        norm: Its normalised form.
        paras: Its paragraphs.
        plans: Its plans.
        units: Its numbered units.
        tables: Its tables; a cell ends without a stop.
    """
    yield from _gaps(units)
    yield from _digits_without_unit(norm, paras, plans, units)
    yield from _empty_headings(text, units)
    for m in _PAIRS.finditer(text):
        shown = m[0] if len(m[0]) <= SHOWN else m[0][:SHOWN] + "…"
        yield Finding(code="mixed-brackets", severity="info", span=Span(*m.span()), detail=(("text", shown),))
    end = plans[-1].span.end if plans else 0
    if not any(t.span.start < end and not norm[t.span.end : end].strip(" \r\n|") for t in tables):
        yield from _broken_end(text, norm, plans)
    yield from _odd_characters(text)
    yield from _pinyin(text)
    yield from _misread(text)
    yield from _impossible_years(norm)


def _impossible_years(norm: str) -> Iterator[Finding]:
    """One remark for years that no plan speaks of (5158年), if they recur and outnumber the others."""
    years = [(m, m["year"]) for m in _YEAR.finditer(norm)]
    odd = [(m, year) for m, year in years if not FIRST_YEAR <= int(year) <= LAST_YEAR]
    if len(odd) >= MIN_ODD_YEARS and 2 * len(odd) > len(years):
        shown = "、".join(dict.fromkeys(year for _, year in odd[:SHOWN_KINDS]))
        detail = (("count", str(len(odd))), ("text", shown))
        yield Finding(code="impossible-years", severity="warning", span=Span(*odd[0][0].span("year")), detail=detail)


def _misread(text: str) -> Iterator[Finding]:
    """One remark for a text whose bytes were once read in a wrong encoding and saved so: ÊéÎÝ for 书屋, å…» for 养."""
    odd = [m.start() for m in _LATIN.finditer(text)]
    if len(odd) < MIN_MISREAD or len(odd) < len(HANZI.findall(text)):
        return
    written = text[:SAMPLE].translate(_WINDOWS).encode("latin-1", "ignore")
    for encoding in ("utf-8", "gb18030"):
        read = "".join(written.decode(encoding, "ignore").split())
        if 2 * len(HANZI.findall(read)) >= len(read):
            detail = (("count", str(len(odd))), ("encoding", encoding.upper()))
            yield Finding(code="misread-text", severity="warning", span=Span(odd[0], odd[0] + 1), detail=detail)
            return


def _odd_characters(text: str) -> Iterator[Finding]:
    """One remark for all characters that are invisible or resemble others."""
    odd = odd_characters(text)
    if odd:
        first = min(places[0] for places in odd.values())
        kinds = " ".join(f"U+{ord(c):04X}" for c in [*odd][:SHOWN_KINDS]) + (" …" if len(odd) > SHOWN_KINDS else "")
        detail = (("count", str(sum(map(len, odd.values())))), ("text", kinds))
        # Between all letters they part all words, so that hardly anything is read.
        many = sum(map(len, odd.values())) > len(text) // MOST_ODD
        severity: Severity = "warning" if many else "info"
        yield Finding(code="odd-characters", severity=severity, span=Span(first, first + 1), detail=detail)


def _pinyin(text: str) -> Iterator[Finding]:
    """One remark for sounds that a copy has put behind characters all over: they part words like 产(chǎn)业."""
    if found := sounds(text):
        first = found[0]
        shown = "、".join(dict.fromkeys(m[0].strip("(（ ") for m in found[:SHOWN_KINDS]))
        detail = (("count", str(len(found))), ("text", shown))
        yield Finding(code="sounds-behind-letters", severity="warning", span=Span(*first.span()), detail=detail)


def _gaps(units: Sequence[Unit]) -> Iterator[Finding]:
    """Numbers that neither start a series nor continue the previous number of their style in the plan."""
    last: dict[tuple[int, str], int] = {}
    for u in units:
        number = _number(u)
        if number is None:
            continue
        before = last.get((u.plan, u.style))
        if number != 1 and before is not None and number not in (before, before + 1):
            shown = (("text", u.label), ("before", str(before)))
            yield Finding(code="numbering-gap", severity="info", span=u.mark, detail=shown)
        last[u.plan, u.style] = number


def _number(unit: Unit) -> int | None:
    """Return the printed number of a unit, from its last key step: `3`, `c2`, `a5.x2`."""
    m = re.match(r"[a-z]*(\d+)", unit.steps[-1]) if unit.steps and len(unit.mark) else None
    return int(m[1]) if m else None


def _digits_without_unit(
    norm: str, paras: Sequence[Span], plans: Sequence[PlanPart], units: Sequence[Unit]
) -> Iterator[Finding]:
    """Digits at the start of a paragraph that look like a number but start no unit."""
    marks = {u.mark.start for u in units}
    for p in paras:
        m = _DIGITS.match(norm, p.start, p.end)
        if m and p.start not in marks and any(plan.span.covers(p) for plan in plans):
            shown = norm[p.start : min(p.end, p.start + SHOWN)]
            yield Finding(code="digits-without-item", severity="info", span=Span(*m.span()), detail=(("text", shown),))


def _empty_headings(text: str, units: Sequence[Unit]) -> Iterator[Finding]:
    """Headings on a line of their own with nothing below; one that ends in a full stop is an item."""
    for u in units:
        if u.title and not u.has_children and not u.run_in and not text[u.title.end : u.own.end].strip():
            shown = (("text", text[u.title.start : u.title.end]),)
            yield Finding(code="heading-without-item", severity="info", span=u.title, detail=shown)


def _broken_end(text: str, norm: str, plans: Sequence[PlanPart]) -> Iterator[Finding]:
    """A plan whose last paragraph breaks off in the middle of a sentence."""
    if not plans or not len(plans[-1].span):
        return
    span = plans[-1].span
    tail = norm[max(span.start, span.end - SHOWN) : span.end]
    if _END.search(tail) or not re.search(r"[,、。;]", norm[max(span.start, span.end - 200) : span.end]):
        return
    start = span.end - len(tail.rsplit("\n", maxsplit=1)[-1])
    if not _ENDS_WITHOUT_STOP.match(norm, norm.rfind("\n", span.start, start) + 1, span.end):
        shown = (("text", text[start : span.end]),)
        yield Finding(code="truncated-text", severity="warning", span=Span(start, span.end), detail=shown)
