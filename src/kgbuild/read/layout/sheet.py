"""The input of the layout: pages with runs of characters and ruling lines.

Lengths are in points (1/72 inch) from the upper left corner of the page, downwards.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from kgbuild.model import FilePlace


class TextRun(NamedTuple):
    """Characters on one line without a gap.

    Attributes:
        text: The characters, without blanks.
        x: Left edge.
        end: Right edge.
        y: Baseline.
        size: Font size.
        lead: Blanks that precede it in the file.
        is_red: Whether it is printed in red, like the issuing body at the top of an official document.
        object: Id in the file.
    """

    text: str
    x: float
    end: float
    y: float
    size: float
    lead: str = ""
    is_red: bool = False
    object: str = ""


class Rule(NamedTuple):
    """A straight line: a thin horizontal or vertical box."""

    x: float
    top: float
    end: float
    bottom: float

    @property
    def is_level(self) -> bool:
        """Whether it is horizontal."""
        return self.end - self.x >= self.bottom - self.top


def sound(number: float, least: float, most: float) -> float:
    """Clamp a number; damaged files may contain NaN.

    Args:
        number: The number.
        least: Lower bound, also the result for NaN.
        most: Upper bound.

    Example:
        >>> sound(float("nan"), 1, 9), sound(0, 1, 9), sound(3, 1, 9)
        (1, 1, 3)
    """
    return min(max(number, least), most) if number == number else least  # noqa: PLR0124 - not a number


@dataclass(slots=True)
class Sheet:
    """A page as it is read.

    Attributes:
        number: Page number in the file, from 1.
        width: Width in points.
        height: Height in points.
        runs: Its characters, in any order.
        rules: Its ruling lines.
        askew: Rotated text (watermarks).
    """

    number: int
    width: float
    height: float
    runs: list[TextRun] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    askew: list[TextRun] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.width = sound(self.width, 1, 1e5)
        self.height = sound(self.height, 1, 1e5)


@dataclass(slots=True)
class Line:
    """A printed line, or a part of one between wide gaps."""

    page: int
    text: str
    x: float
    end: float
    y: float
    size: float
    is_red: bool = False
    object: str = ""

    @property
    def middle(self) -> float:
        """Horizontal centre."""
        return (self.x + self.end) / 2

    @property
    def width(self) -> float:
        """Distance between its ends."""
        return self.end - self.x

    @property
    def place(self) -> FilePlace:
        """Page and bounding box."""
        top, bottom = self.y - 0.88 * self.size, self.y + 0.12 * self.size
        box = (round(self.x, 1), round(top, 1), round(self.end, 1), round(bottom, 1))
        return FilePlace(page=self.page, box=box, object=self.object)


_LATIN = re.compile("[\u00a1-\u00a3\u00a5-\u00ff]")
_LEAST_LATIN, _LATIN_SHARE = 20, 0.05
_UNMAPPED = re.compile("[\u00a4\ufffd\ue000-\uf8ff]+")


@cache
def is_wide(char: str) -> bool:
    """Tell whether a character is full-width in a Chinese font."""
    return char >= "\u2e80" or unicodedata.east_asian_width(char) in "WFA"


def advance(char: str) -> float:
    """Estimate the width of a character in em."""
    return 1.0 if char >= "\u2014" else 0.5


def unmapped(text: str) -> int:
    """Count the characters of a page that represent glyphs without a character mapping in the file.

    Where the mapping of a font is lost, its hanzi come as signs and accented letters of Latin-1 (ËÌeÍ6。ÎËVÏÐ), of
    which a Chinese page has few.

    Example:
        >>> unmapped("省\ue001\ufffd¤")
        3
    """
    found = sum(map(len, _UNMAPPED.findall(text)))
    if text.isascii():
        return found
    n_latin = len(_LATIN.findall(text))
    return found + (n_latin if n_latin >= _LEAST_LATIN and n_latin > _LATIN_SHARE * len(text) else 0)
