"""Bound the nesting of a page before it is parsed.

The time of lexbor grows with the square of the depth (100,000 elements inside each other: 18 s), and so does the number
of formatting elements that HTML makes again in each paragraph. Browsers bound the depth too (Chromium at 512). Here
the tags beyond the bound are taken out, which keeps all text.

`flatten` follows the stack of open elements of the HTML parser closely enough never to think it much shallower than
it is; where tags overlap it may think it deeper.
"""

from __future__ import annotations

import re

from kgbuild.read.tags import CHILDLESS, CLOSE_P, CLOSE_SIBLING, FORMATTING, MARKERS, SINGLE, SPECIAL, TABLE_PARTS

MAX_DEPTH = 500
MAX_FORMATTING = 30

_RAW = "script|style|textarea|title|xmp|iframe|noembed|noframes"
# Attributes as the tokenizer of HTML takes them (13.2.5.32 and on): quotes count only behind "=". All possessive, and
# every construct may be ended by the end of the file, so that a page is scanned once.
_ATTRIBUTES = r"""(?:[\s/]++|=?+[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)?+|=)*+"""
_TOKEN = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>{_RAW})(?=[\s/>]){_ATTRIBUTES}>.*?(?:</(?P=raw)(?=[\s/>])|\Z)"
    rf"|<(?P<close>/?)(?P<name>[a-z][^\s/>]*+){_ATTRIBUTES}(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)


def flatten(html: str) -> tuple[str, int]:
    """Return the page without the tags that nest too deep, and how many were taken out.

    Example:
        >>> flatten("<p>甲</p>")
        ('<p>甲</p>', 0)
    """
    if html.count("<") <= MAX_FORMATTING:
        return html, 0
    nesting = _Nesting()
    flat = _TOKEN.sub(nesting.pass_tag, html)
    return flat, nesting.n_removed


class _Nesting:
    """The open elements while the tags of a page go by."""

    def __init__(self) -> None:
        self.n_removed = 0
        self._open: list[str] = []
        self._formatting: list[str] = []

    def pass_tag(self, match: re.Match[str]) -> str:
        """Return what stands for a tag: itself, or a break or nothing where it is too deep."""
        name = (match["name"] or "").lower()
        if not name or name in CHILDLESS or name in SINGLE:
            return match[0]
        if match["close"]:
            self._close(name)
            return match[0]
        if name in FORMATTING:
            return self._open_formatting(name, match[0])
        self._make_room(name)
        if len(self._open) >= MAX_DEPTH:
            self.n_removed += 1
            return "<br>" if name in SPECIAL else ""
        self._open.append(name)
        return match[0]

    def _open_formatting(self, name: str, tag: str) -> str:
        if len(self._formatting) >= MAX_FORMATTING:
            self.n_removed += 1
            return ""
        self._formatting.append(name)
        return tag

    def _make_room(self, name: str) -> None:
        """Close what the start of an element closes."""
        if name in TABLE_PARTS and "table" in self._open:
            while self._open[-1] != "table":
                self._open.pop()
            return
        top = self._nearest_special()
        closes = CLOSE_SIBLING.get(name, ())
        if top >= 0 and (self._open[top] in closes or (self._open[top] == "p" and name in CLOSE_P)):
            del self._open[top:]

    def _nearest_special(self) -> int:
        top = len(self._open) - 1
        while top >= 0 and self._open[top] not in SPECIAL and self._open[top] != "option":
            top -= 1
        return top

    def _close(self, name: str) -> None:
        if name in FORMATTING:
            if name in self._formatting:
                self._formatting.remove(name)
            return
        at = self._find(name)
        if at < 0:
            return
        if name == "form":  # </form> takes out the form and leaves open what is inside
            del self._open[at]
        else:
            del self._open[at:]

    def _find(self, name: str) -> int:
        """Return the place of the element that an end tag closes, -1 where it closes none."""
        if name in TABLE_PARTS or name == "table":
            stops: frozenset[str] = frozenset(("table", "template"))
        else:
            stops = MARKERS if name in SPECIAL else SPECIAL
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] == name:
                return at
            if self._open[at] in stops:
                return -1
        return -1
