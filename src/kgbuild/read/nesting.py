"""Limit the nesting depth of an HTML page before it is parsed.

The time of lexbor grows with the square of the depth (100,000 nested elements: 18 s), as does the number of formatting
elements that HTML reconstructs in each paragraph. Browsers have a limit too (Chromium: 512). Tags beyond the limit are
removed, which keeps all text.

`flatten` tracks the stack of open elements of the HTML parser closely enough never to underestimate the depth by much;
where tags overlap it may overestimate it.
"""

from __future__ import annotations

import re

from kgbuild.lazy import lazy_pattern
from kgbuild.read.tags import (
    CHILDLESS,
    CLOSE_P,
    CLOSE_SIBLING,
    FOREIGN,
    FOREIGN_MARKERS,
    FORMATTING,
    MARKERS,
    SINGLE,
    SPECIAL,
    TABLE_PARTS,
    TABLE_STOPS,
)

MAX_DEPTH = 500
MAX_FORMATTING = 30
MAX_PIECES = 2000
"""Attributes on a tag, each with the blanks around it counted apart; lexbor compares each with all before it."""
_LONG = 4096
"""Code points of a tag from which its attributes are counted."""

_RAW = "script|style|textarea|title|xmp|iframe|noembed|noframes"
# Attributes as the tokenizer of HTML takes them (13.2.5.32 and on): quotes count only behind "=". All possessive, and
# every construct may be ended by the end of the file, so that a page is scanned once.
_PIECE = r"""(?:[\s/]++|=?+[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)?+|=)"""
_ATTRIBUTES = rf"{_PIECE}*+"
_TOKEN = lazy_pattern(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>{_RAW})(?=[\s/>]){_ATTRIBUTES}>(?P<inside>.*?)(?:</(?P=raw)(?=[\s/>])|\Z)"
    rf"|<(?P<close>/?)(?P<name>[a-z][^\s/>]*+){_ATTRIBUTES}(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_NAME = r"</?[a-z][^\s/>]*+"
_FIRST_PIECES = lazy_pattern(rf"({_NAME}{_PIECE}{{{MAX_PIECES}}}+){_ATTRIBUTES}", re.IGNORECASE)


def flatten(html: str) -> tuple[str, int]:
    """Return the page without the tags nested too deeply, and how many were removed; attributes beyond reason go too.

    Example:
        >>> flatten("<p>甲</p>")
        ('<p>甲</p>', 0)
    """
    if html.count("<") <= MAX_FORMATTING and len(html) < _LONG:
        return html, 0
    nesting = _Nesting()
    flat = _TOKEN.sub(lambda match: _trimmed(nesting.pass_tag(match)), html)
    return flat, nesting.n_removed


def _trimmed(tag: str) -> str:
    """Return a tag, with what it holds if it is raw text, without the attributes beyond the limit."""
    return tag if len(tag) < _LONG or not (m := _FIRST_PIECES.match(tag)) else m[1] + tag[m.end() :]


class _Nesting:
    """The open elements as the tags of a page pass by."""

    def __init__(self) -> None:
        self.n_removed = 0
        self._open: list[str] = []
        self._formatting: list[str] = []

    def pass_tag(self, match: re.Match[str]) -> str:
        """Return the replacement of a tag: itself, or a break or nothing if it is too deep."""
        tag, raw, close, name = match.group(0, "raw", "close", "name")
        if raw:
            return self._pass_raw(match)
        name = (name or "").lower()
        if not name or name in CHILDLESS:
            return tag
        if close:
            self._close(name)
            return tag
        if name in FORMATTING:
            has_room = len(self._formatting) < MAX_FORMATTING
            self._formatting += [name] * has_room
        else:
            has_room = self._push(name)
        if has_room:
            return tag
        self.n_removed += 1
        return "<br>" if name in SPECIAL else ""

    def _pass_raw(self, match: re.Match[str]) -> str:
        """Neutralise tags inside raw-text elements where SVG or MathML could turn them into real tags."""
        if not match["inside"] or FOREIGN.isdisjoint(self._open):
            return match[0]
        at = match.start("inside") - match.start()
        rest = match[0][at:]
        return match[0][:at] + match["inside"].replace("<", "&lt;") + rest[len(match["inside"]) :]

    def _push(self, name: str) -> bool:
        """Open an element; False if that would be too deep."""
        if FOREIGN.isdisjoint(self._open):  # inside svg and math every tag nests
            if name in SINGLE or (name in TABLE_PARTS and "table" not in self._open):
                return True  # closes the one before it, or is ignored
            self._make_room(name)
        if len(self._open) >= MAX_DEPTH:
            return False
        self._open.append(name)
        return True

    def _make_room(self, name: str) -> None:
        """Close the elements that the start of this one closes implicitly."""
        if name in TABLE_PARTS:
            while self._open[-1] != "table":
                self._open.pop()
            return
        if name == "option":
            if self._open and self._open[-1] == name:
                self._open.pop()
            return
        top = len(self._open) - 1
        while top >= 0 and self._open[top] not in SPECIAL:
            top -= 1
        closes = CLOSE_SIBLING.get(name, ())
        if top >= 0 and (self._open[top] in closes or (self._open[top] == "p" and name in CLOSE_P)):
            del self._open[top:]

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
        """Return the index of the element that an end tag closes; -1 if that is uncertain."""
        if name in FOREIGN_MARKERS:  # ordinary elements outside svg and math: leave them to what is around them
            return -1
        stops = _stops(name)
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at] == name:
                return at
            if self._open[at] in stops:
                return -1
        return -1


def _stops(name: str) -> frozenset[str]:
    """Return the elements that bound the reach of this end tag."""
    if name == "table" or name in TABLE_PARTS:
        return TABLE_STOPS
    if name in FOREIGN:
        return SPECIAL - FOREIGN_MARKERS
    return MARKERS if name in SPECIAL else SPECIAL
