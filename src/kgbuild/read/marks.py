r"""Markdown syntax that is not wording: front matter, bullets, block quotes, code fences.

Yields the spans of a text that do not belong to the plan. Markdown is recognised by content rather than by file name,
so that the same bytes mean the same as `.txt` and as `.md`. Syntax around headings and strong text is handled by
`text`; syntax within a line stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRONT = re.compile(r"---[ \t]*\r?\n(?:[^\n]*\n){0,200}?(?:---|\.\.\.)[ \t]*(?=\r?\n|\Z)")
_KEY = re.compile(r"^[\w-]+[ \t]*:", re.MULTILINE)
_IS_MARKDOWN = re.compile(r"^(?:#{1,6} +\S|\*\*\S[^\n]*\*\*[ \t\r]*$|```|\|?[ \t]*:?-{3,}:?[ \t]*\|)", re.MULTILINE)
_MARK = re.compile(r"^[ \t]*(?P<mark>(?:>[ \t]?)+|[-*+][ \t]+(?=\S)|```[^\n]*)", re.MULTILINE)


def marks_in(text: str) -> Iterator[Span]:
    r"""Yield the spans of a text that are Markdown syntax, in order.

    Example:
        >>> text = "---\ntitle: 甲\n---\n# 云岭省方案\n- 建书屋\n"
        >>> [text[s.start : s.end] for s in marks_in(text)]
        ['---\ntitle: 甲\n---', '- ']
    """
    front = _FRONT.match(text)
    at = 0
    if front and _KEY.search(front[0]):
        yield Span(*front.span())
        at = front.end()
    if _IS_MARKDOWN.search(text, at) is None:
        return
    for m in _MARK.finditer(text, at):
        yield Span(*m.span("mark"))
