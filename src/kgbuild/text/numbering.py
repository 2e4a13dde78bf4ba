"""The numbering styles of official documents: 一、 (一) 1. (1) ① 第一条 专栏 (GB/T 9704-2012, 7.3.3).

Takes normalised text. A style is told by its form alone; what level it stands on is a matter of the tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kgbuild.text.numerals import HAN, number

Style = Literal["part", "chapter", "section", "article", "box", "han", "han_paren", "arabic", "arabic_paren", "circle"]

KEY_LETTER: dict[Style, str] = {
    "part": "p",
    "chapter": "h",
    "section": "s",
    "article": "a",
    "box": "b",
    "han": "",
    "han_paren": "",
    "arabic": "",
    "arabic_paren": "c",
    "circle": "c",
}
"""Style letter of a step in a key. DESIGN.md fixes a, b, c and none; 编, 章, 节 got letters of their own."""

RANK: dict[Style, int] = {"part": 0, "chapter": 1, "section": 2}
"""编, 章, 节 have a fixed order, whatever was open."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A number at the head of a unit; `label` as printed in half-width, without the closing 、 or dot."""

    start: int
    end: int
    style: Style
    number: int
    label: str


_N = f"[{HAN}]{{1,5}}"
_FORMS: tuple[tuple[Style, str], ...] = (
    ("part", rf"第 ?(?P<part>{_N}|\d{{1,3}}) ?(?:编|部分)(?=[\s:、]|$)[\s:、]*"),
    ("chapter", rf"第 ?(?P<chapter>{_N}|\d{{1,3}}) ?章(?=[\s:、]|[^节条款])[\s:、]*"),
    ("section", rf"第 ?(?P<section>{_N}|\d{{1,3}}) ?节(?=[\s:、]|$)[\s:、]*"),
    ("article", rf"第 ?(?P<article>{_N}|\d{{1,3}}) ?条(?=[\s:、]|[^款第例规])[\s:、]*"),
    ("box", rf"专 ?栏 ?(?P<box>\d{{1,3}}|{_N})(?=[\s:.、]|[^\d])[\s:.、]*"),
    ("han", rf"(?P<han>{_N}) ?(?:、|\.(?!\d))(?!{_N}(?:、|是|产|级|次))\s*"),
    ("han_paren", rf"\( ?(?P<han_paren>{_N}) ?\)[、.]?\s*"),
    ("arabic", r"(?P<arabic>\d{1,3}) ?(?:[.、](?![\d.])|\.(?=\d+[GgDd维家个大类]))(?!\d{1,2}(?:[.、]|\d))\s*"),
    ("arabic_paren", r"(?:\( ?(?P<arabic_paren>\d{1,3}) ?\)|(?P<arabic_half>\d{1,2})\))[、.]?\s*"),
    ("circle", r"(?P<circle>[①-⑳㈠-㈩⑴-⒇])[、.]?\s*"),
)
_ANY = re.compile("|".join(f"(?P<_{style}>{form})" for style, form in _FORMS))


def mark_at(norm: str, start: int, end: int) -> Mark | None:
    """Return the mark that stands at `start`, None if no unit begins there.

    Example:
        >>> mark_at("(十二)促进", 0, 6)
        Mark(start=0, end=4, style='han_paren', number=12, label='(十二)')
        >>> mark_at("2020年", 0, 5), mark_at("一、二、三产业融合", 0, 9)
        (None, None)
    """
    m = _ANY.match(norm, start, end)
    if m is None:
        return None
    style: Style = next(s for s, _ in _FORMS if m[f"_{s}"] is not None)
    digits = m["arabic_half"] or m[style]
    value = _value(style, digits)
    if not value:
        return None
    shown = m[0].rstrip()
    if style == "circle" and digits in "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩":
        style = "han_paren"
    return Mark(m.start(), m.end(), style, value, _label(style, shown))


def _value(style: Style, digits: str) -> int | None:
    if style != "circle":
        return number(digits)
    for first in "①㈠⑴":
        if ord(first) <= ord(digits) <= ord(first) + 19:
            return ord(digits) - ord(first) + 1
    return None


def _label(style: Style, shown: str) -> str:
    if style == "box":
        return re.sub(r"[\s:.、]+$", "", shown)
    bare = re.sub(r"[\s、.:]+$", "", shown).replace(" ", "")
    return bare[:-1] if re.fullmatch(r"\d+\)", bare) else bare
