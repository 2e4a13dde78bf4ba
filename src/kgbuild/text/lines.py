"""Paragraphs of a text, however its line breaks lie.

Takes normalised text. Guarantees: spans are trimmed, in order, disjoint, and every visible character is in one, but
for the marks of Markdown at the ends of a line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

# A paragraph break that was lost leaves the indent of two ideographic blanks behind the end of a sentence or heading;
# a page number (— 5 —) that a PDF left stands between two.
_LOST_BREAK = re.compile(
    r"(?<=[。:;!?)”》]) {2,}(?=\S)|(?<=\S) {4,}(?=\S)"
    r"|(?<=\S) {2,}(?=\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、|\d{1,2}[.、]"
    r"|第[一二三四五六七八九十百\d]+[章节条])"
    r"|(?<!\S)[-—] ?\d{1,3} ?[-—](?=\S|$) *"
)
# Marks of a heading (# …) or of strong type (** … **) around a line
_MARKDOWN = re.compile(r"(?:#{1,6} +)?(?:\*\*)?")
_MARKDOWN_END = re.compile(r"(?<!\*)\*\*$")
_LINE = re.compile(r"[^\n\r]+")


def paragraphs(norm: str) -> list[Span]:
    r"""Return the paragraphs: lines, and the parts of a line between which an indent stands.

    Example:
        >>> paragraphs("题目\n  一、要求  做好。  (一)目标")
        [Span(start=0, end=2), Span(start=5, end=14), Span(start=16, end=21)]
    """
    return [s for line in _LINE.finditer(norm) for s in _parts(norm, line.start(), line.end())]


def _parts(norm: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for gap in _LOST_BREAK.finditer(norm, start, end):
        yield from _trimmed(norm, at, gap.start())
        at = gap.end()
    yield from _trimmed(norm, at, end)


def _trimmed(norm: str, start: int, end: int) -> Iterator[Span]:
    """The part without blanks and without the marks of a text saved as Markdown."""
    span = trim(norm, start, end)
    opened = _MARKDOWN.match(norm, span.start, span.end)
    at = opened.end() if opened else span.start
    closed = _MARKDOWN_END.search(norm, at, span.end)
    inner = trim(norm, at, closed.start() if closed else span.end)
    if len(span):
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
    return re.sub(r"[—-]+", "-", re.sub(r"[\s《》〈〉“”\"'‘’]", "", text))
