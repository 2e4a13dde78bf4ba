"""Paragraphs of a text, however its line breaks lie.

Takes normalised text. Guarantees: spans are trimmed, in order, disjoint, and every visible character is in one, but
for the marks of Markdown at the ends of a line.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.text.numbering import mark_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A paragraph break that was lost leaves the indent of two ideographic blanks behind the end of a sentence or heading;
# a page number (— 5 —) that a PDF left stands between two.
_LOST_BREAK = re.compile(
    r"(?<=[。:;!?)”》]) {2,}(?=\S)|(?<=\S) {4,}(?=\S)"
    r"|(?<=\S) {2,}(?=\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、|\d{1,2}[.、]"
    r"|第[一二三四五六七八九十百\d]+[章节条])"
    r"|(?<!\S)[-—] ?\d{1,3} ?[-—](?=\S|$) *"
)
_PAGE = re.compile(r"[-—] ?\d")
# Marks of a heading (# …) or of strong type (** … **) around a line
_MARKDOWN = re.compile(r"(?:#{1,6} +)?(?:\*\*)?")
_MARKDOWN_END = re.compile(r"(?<!\*)\*\*$")
_NARROW = re.compile("[\0-\u2000]+")
_LINE = re.compile(r"[^\n\r]+")
_WRAP = re.compile(r" ?\r?\n")
# A label (责任单位:), a mark of a list or a table of the page: what begins with it is a line of its own.
_OWN_BEGIN = re.compile(r"[\u4e00-\u9fff ]{2,8}:|[-*+|>#·●■◆▲]|附 *件")
MIN_WIDTH, MIN_LINES, SLACK = 40, 8, 3
"""A text is wrapped where so many lines of one width, so many columns wide, end in the middle of a sentence."""
MAX_TAIL, MAX_OPEN = 8, 300


def paragraphs(norm: str) -> list[Span]:
    r"""Return the paragraphs: lines, those that a hard line break cut joined, and parts between which an indent stands.

    Example:
        >>> paragraphs("题目\n  一、要求  做好。  (一)目标")
        [Span(start=0, end=2), Span(start=5, end=14), Span(start=16, end=21)]
    """
    parts = [s for line in _LINE.finditer(norm) for s in _parts(norm, line.start(), line.end())]
    width = _width(norm, parts)
    out: list[Span] = []
    for part in parts:
        if out and _goes_on(norm, out[-1], part, width):
            out[-1] = Span(out[-1].start, part.end)
        else:
            out.append(part)
    return out


def _width(norm: str, parts: Sequence[Span]) -> int | None:
    """The length at which a text is wrapped: that of most lines which end in the middle of a sentence, if many do."""
    lengths = Counter(_columns(norm, part) for part in parts if _is_cut(norm, part))
    usual = max(lengths, key=lambda n: (lengths[n], n), default=0)
    return usual if usual >= MIN_WIDTH and lengths[usual] >= MIN_LINES else None


def _goes_on(norm: str, above: Span, part: Span, width: int | None) -> bool:
    """Tell whether a line goes on with the sentence of the one above it: a text saved with hard line breaks.

    It stands right below without indent, number or label, and shows one of three things: it closes a bracket or
    title that is open (（省教育厅、⏎省科技厅负责）), it is a tail too short for a paragraph (…高质⏎量发展。), or the
    line above is as wide as the lines of this text are.
    """
    gap = norm[above.end : part.start]
    if not _is_cut(norm, above) or not _WRAP.fullmatch(gap) or _OWN_BEGIN.match(norm, part.start, part.end):
        return False
    if mark_at(norm, part.start, part.end) is not None:
        return False
    text = norm[part.start : part.end]
    last = norm[max(above.start, above.end - MAX_OPEN) : above.end]
    if any(last.rfind(a) > last.rfind(b) and 0 <= text.find(b) < (text + a).find(a) for a, b in ("()", "《》")):
        return True
    if len(text) <= MAX_TAIL:
        return text.endswith("。") and "," in norm[above.start : above.end]
    return width is not None and abs(_columns(norm, above) - width) <= SLACK


def _is_cut(norm: str, part: Span) -> bool:
    """Tell whether a line ends in the middle of a sentence."""
    return norm[part.end - 1] not in "。;:!?)”》…" if len(part) else False


def _columns(norm: str, part: Span) -> int:
    """The columns of the line on which a paragraph ends, with its indent; a Chinese character takes two."""
    line = norm[norm.rfind("\n", 0, part.end) + 1 : part.end]
    return 2 * len(line) - sum(map(len, _NARROW.findall(line)))


def _parts(norm: str, start: int, end: int) -> Iterator[Span]:
    at = start
    if norm.find("  ", start, end) >= 0 or _PAGE.search(norm, start, end):
        for gap in _LOST_BREAK.finditer(norm, start, end):
            yield from _trimmed(norm, at, gap.start())
            at = gap.end()
    yield from _trimmed(norm, at, end)


def _trimmed(norm: str, start: int, end: int) -> Iterator[Span]:
    """The part without blanks and without the marks of a text saved as Markdown."""
    span = trim(norm, start, end)
    if not len(span):
        return
    if norm[span.start] not in "#*" and norm[span.end - 1] != "*":
        yield span
        return
    opened = _MARKDOWN.match(norm, span.start, span.end)
    at = opened.end() if opened else span.start
    closed = _MARKDOWN_END.search(norm, at, span.end)
    inner = trim(norm, at, closed.start() if closed else span.end)
    yield inner if len(inner) else span


def trim(norm: str, start: int, end: int) -> Span:
    """Return the span without blanks at its ends; an empty one at `start` where there is nothing between."""
    end = max(start, end)
    while start < end and norm[start].isspace():
        start += 1
    while start < end and norm[end - 1].isspace():
        end -= 1
    return Span(start, end)


_BLANKS = re.compile(r"\s+")
_UNCOMPARED = re.compile(r"[\s《》〈〉“”\"'‘’]+")
_DASHES = re.compile("[—-]+")


def joined(text: str) -> str:
    r"""Return a text with wrapped lines joined; blanks within a line stay.

    Example:
        >>> joined("省级 预算\n　　管理")
        '省级 预算管理'
    """
    return _BLANKS.sub(lambda m: "" if "\n" in m[0] or "\r" in m[0] else m[0], text)


def squeeze(text: str) -> str:
    """Return a title in the form in which two are compared: no blanks, no 《》 or quotes, one kind of dash.

    Example:
        >>> squeeze("《云岭省 工作要点》(2020—2022年)")
        '云岭省工作要点(2020-2022年)'
    """
    return _DASHES.sub("-", _UNCOMPARED.sub("", text))
