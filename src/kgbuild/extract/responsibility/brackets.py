"""Bracket pairs in a text, including nested and mismatched ones.

Takes normalised text, in which all round brackets are half-width. Guarantees: pairs are ordered by their closing
bracket; an unmatched bracket belongs to no pair.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kgbuild.model import Span

_MARKS = re.compile(r"[()\[\]【】\n]")
# A page mark that `normalise` blanked: the bracket goes on behind it
_PAGE_GAP = re.compile(r"\n\s*\n {8,}\r?(?:\n|$)")
_PARTNER = {")": "(", "】": "【", "]": "["}
MAX_LENGTH = 1200
_NEAR = 200
"""Code points behind a bracket of another kind in which the right one is looked for."""


class BracketPair(NamedTuple):
    """A bracket pair and its nesting depth."""

    span: Span
    depth: int


def bracket_pairs(norm: str, start: int, end: int) -> list[BracketPair]:
    """Return the bracket pairs between two offsets; an empty line closes all open brackets, a page break does not.

    Example:
        >>> [(p.span.start, p.span.end, p.depth) for p in bracket_pairs("a(b(c)d)e", 0, 9)]
        [(3, 6, 1), (1, 8, 0)]
        >>> [p.depth for p in bracket_pairs("建设书屋(含阅览室。(省教育厅)", 0, 16)]  # the first is never closed
        [0]
    """
    return [p for p in _matched(norm, start, end)[0] if len(p.span) <= MAX_LENGTH]


def _matched(norm: str, start: int, end: int) -> tuple[list[BracketPair], list[int]]:
    """Return the pairs between two offsets, and the brackets that are still open at the second."""
    stack: list[int] = []
    open_ = dict.fromkeys(_PARTNER.values(), 0)
    found: list[Span] = []
    page = start
    for m in _MARKS.finditer(norm, start, end):
        i, c = m.start(), m[0]
        if c in open_:
            stack.append(i)
            open_[c] += 1
        elif c in _PARTNER and open_[_PARTNER[c]]:
            while norm[opened := stack.pop()] != _PARTNER[c]:
                open_[norm[opened]] -= 1
            open_[_PARTNER[c]] -= 1
            found.append(Span(opened, i + 1))
        elif c in _PARTNER and stack and not _shut_later(norm, norm[stack[-1]], i, end):  # (省教育厅】
            open_[norm[stack[-1]]] -= 1
            found.append(Span(stack.pop(), i + 1))
        elif c == "\n" and stack and i >= page and _blank_line(norm, i, end):
            if gap := _PAGE_GAP.match(norm, i, end):
                page = gap.end()
                continue
            stack.clear()
            open_ = dict.fromkeys(open_, 0)
    depths = _depths(found)
    return [BracketPair(span, depths[span]) for span in found], stack


def _shut_later(norm: str, opens: str, at: int, end: int) -> bool:
    """Tell whether a bracket is closed by its own partner further on in the line."""
    shuts = next(shut for shut, partner in _PARTNER.items() if partner == opens)
    stop = norm.find("\n", at, min(end, at + _NEAR))
    return norm.find(shuts, at, min(end, at + _NEAR) if stop < 0 else stop) >= 0


def _depths(pairs: list[Span]) -> dict[Span, int]:
    """Return for each pair the number of pairs around it."""
    around: list[Span] = []
    depths = {}
    for span in sorted(pairs):
        while around and around[-1].end <= span.start:
            around.pop()
        depths[span] = len(around)
        around.append(span)
    return depths


def left_open(norm: str, start: int, end: int) -> Span | None:
    """Return the span from the last bracket that is still open at the end of a stretch, None if there is none.

    Example:
        >>> left_open("开展评选(省教育厅负责", 0, 11), left_open("评选(一)(二", 0, 7)
        (Span(start=4, end=11), Span(start=5, end=7))
        >>> left_open("评选(时限:(6月)", 0, 10)
        Span(start=2, end=10)
    """
    stop = end
    while stop > start and norm[stop - 1].isspace():
        stop -= 1
    opened = _matched(norm, start, stop)[1]
    return Span(opened[-1], stop) if opened and stop - opened[-1] <= MAX_LENGTH else None


def never_opened(norm: str, start: int, end: int) -> Span | None:
    """Return the span up to a closing bracket at the end of a stretch that nothing opens, None if there is none.

    Example:
        >>> never_opened("开展评选。省教育厅)", 0, 10), never_opened("开展评选(省教育厅)", 0, 10)
        (Span(start=5, end=10), None)
    """
    stop = end
    while stop > start and (norm[stop - 1].isspace() or norm[stop - 1] in "。;"):
        stop -= 1
    begin = max(start, stop - MAX_LENGTH)
    before = norm[begin : stop - 1]
    if stop <= start or norm[stop - 1] != ")" or before.count("(") > before.count(")"):
        return None
    at = max(before.rfind(mark) for mark in "。;\n)")
    return Span(begin + at + 1, stop) if at >= 0 else None


def _blank_line(norm: str, i: int, end: int) -> bool:
    """Tell whether an empty line follows a line break; a single break within a bracket may be a wrapped line."""
    return norm[i + 1 : min(i + 40, end)].lstrip(" \r").startswith("\n")


@cache
def _parting(separators: str) -> re.Pattern[str]:
    return re.compile(f"[()“”{re.escape(separators)}]")


def split_top(norm: str, start: int, end: int, separators: str) -> list[Span]:
    """Split at separators outside brackets and quotes; the parts are not trimmed.

    Example:
        >>> split_top("各市(含甲、乙)政府、省厅", 0, 13, "、")
        [Span(start=0, end=10), Span(start=11, end=13)]
    """
    depth, quoted, at = 0, False, start
    out = []
    for m in _parting(separators).finditer(norm, start, end):
        i, c = m.start(), m[0]
        if c == "(":
            depth += 1
        elif c == ")":
            depth = max(0, depth - 1)
        elif c in "“”":
            quoted = c == "“"
        elif not depth and not quoted:
            out.append(Span(at, i))
            at = i + 1
    return [*out, Span(at, end)]
