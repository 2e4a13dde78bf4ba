"""Automatic numbering of word processors (ECMA-376-1, 17.9): which paragraphs are numbered, and what is printed.

A paragraph is numbered by a `numPr` of its own or of its style, inherited along `basedOn`, which refers to a level of
an abstract list. Counters belong to the abstract list: two lists based on one continue each other unless one overrides
the start. A paragraph on a level resets all deeper levels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild.read.numerals import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_LEVELS = 9
_CLOSED = re.compile(r"[、.．)）\]】:：]$")
_PLACEHOLDER = re.compile(r"%([1-9])")


def local(element: Element) -> str:
    """Return the local name of an element; strict files use other namespaces than transitional ones."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element | None, name: str) -> str | None:
    """Return an attribute in the namespace of its element, or in none."""
    if element is None:
        return None
    space = str(element.tag).rpartition("}")[0]
    found = element.get(f"{space}}}{name}" if space else name)
    return element.get(name) if found is None else found


def child(element: Element | None, *names: str) -> Element | None:
    """Return the descendant that a path of child names leads to, the first match at each step."""
    for name in names:
        element = next((e for e in element if local(e) == name), None) if element is not None else None
    return element


def val_of(element: Element | None, *names: str) -> str | None:
    """Return the `val` attribute of the descendant at a path of child names."""
    return attribute(child(element, *names), "val")


def list_number(text: str | None, default: int) -> int:
    """Parse a number of a list definition; `default` if no list could have it."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else default


def is_on(element: Element | None) -> bool:
    """Tell whether an on/off property is present and on."""
    return element is not None and attribute(element, "val") not in {"0", "false", "off", "none"}


@dataclass(slots=True)
class _Level:
    """A level of a list."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    is_legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class _List:
    """A list: its abstract list and its overrides."""

    abstract: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, _Level] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style."""

    name: str = ""
    based_on: str | None = None
    number: tuple[str | None, int | None] | None = None
    outline: int | None = None


def read_styles(root: Element | None) -> tuple[dict[str, Style], str | None]:
    """Return the paragraph styles by id, and the id of the default style."""
    styles, default = {}, None
    for element in root if root is not None else ():
        if local(element) != "style" or attribute(element, "type") not in (None, "paragraph"):
            continue
        key = attribute(element, "styleId") or ""
        properties = child(element, "pPr")
        styles[key] = Style(
            name=val_of(element, "name") or "",
            based_on=val_of(element, "basedOn"),
            number=_number_of(properties),
            outline=list_number(val_of(properties, "outlineLvl"), 9)
            if child(properties, "outlineLvl") is not None
            else None,
        )
        if attribute(element, "default") in {"1", "true", "on"}:
            default = key
    return styles, default


def _number_of(properties: Element | None) -> tuple[str | None, int | None] | None:
    number = child(properties, "numPr")
    if number is None:
        return None
    level = val_of(number, "ilvl")
    return val_of(number, "numId"), list_number(level, 0) if level is not None else None


class Numbering:
    """The list counters of a document while its paragraphs are read in order.

    Args:
        root: Root of the numbering part; None if the document has none.
        styles: Styles by id.
    """

    def __init__(self, root: Element | None, styles: dict[str, Style]) -> None:
        self._styles = styles
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, list[int | None]] = {}
        links: dict[str, str] = {}
        named: dict[str, str] = {}
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                key = attribute(element, "abstractNumId") or ""
                self._abstract[key] = dict(_levels(element))
                if link := val_of(element, "numStyleLink"):
                    links[key] = link
                if name := val_of(element, "styleLink"):
                    named[name] = key
            elif local(element) == "num":
                self._lists[attribute(element, "numId") or ""] = _list(element)
        for key, link in links.items():  # a list that takes its levels from a style of lists
            self._abstract[key] = self._abstract.get(named.get(link, ""), {})

    def chain(self, style: str | None) -> Iterator[tuple[str, Style]]:
        """Yield a style and the styles that it is based on."""
        seen: set[str] = set()
        while style is not None and style in self._styles and style not in seen:
            seen.add(style)
            yield style, self._styles[style]
            style = self._styles[style].based_on

    def printed(self, properties: Element | None, style: str | None) -> str:
        """Count a paragraph; return its printed number with the following gap, "" if it has none."""
        place = self._place(properties, style)
        if place is None:
            return ""
        key, depth = place
        numbered = self._lists[key]
        levels = self._abstract.get(numbered.abstract, {}) | numbered.levels
        if depth not in levels:
            return ""
        self._count(key, numbered, levels, depth)
        return self._text(numbered, levels, depth)

    def _place(self, properties: Element | None, style: str | None) -> tuple[str, int] | None:
        """Return the list and the level of a paragraph."""
        direct = _number_of(properties)
        key, depth = direct or (None, None)
        if key is None:
            for name, one in self.chain(style):
                if one.number is None:
                    continue
                key = one.number[0]
                if key is None:  # a style may say the level alone, and take the list from the one below it
                    depth = depth if depth is not None else one.number[1]
                    continue
                own = [i for i, level in self._levels_of(key).items() if level.style == name]
                depth = depth if depth is not None else own[0] if own else one.number[1]
                break
        if key is None or key not in self._lists:
            return None
        return key, min(max(depth or 0, 0), _LEVELS - 1)

    def _levels_of(self, key: str) -> dict[int, _Level]:
        numbered = self._lists.get(key)
        return self._abstract.get(numbered.abstract, {}) | numbered.levels if numbered else {}

    def _count(self, key: str, numbered: _List, levels: dict[int, _Level], depth: int) -> None:
        counters = self._counters.setdefault(numbered.abstract, [None] * _LEVELS)
        if depth in numbered.starts and depth not in numbered.begun:
            counters[depth] = numbered.starts[depth]
        else:
            now = counters[depth]
            counters[depth] = levels[depth].start if now is None else now + 1
        numbered.begun.add(depth)
        for above in range(depth):  # a level left out is shown with its first number, and that is taken
            if counters[above] is None and above in levels:
                counters[above] = levels[above].start
        for below in range(depth + 1, _LEVELS):
            restart = levels[below].restart if below in levels else None
            if restart is None or depth < restart:  # 0: never; n: only after a paragraph of level n or above
                counters[below] = None

    def _text(self, numbered: _List, levels: dict[int, _Level], depth: int) -> str:
        level = levels[depth]
        if level.form == "bullet":
            return ""
        counters = self._counters[numbered.abstract]

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            shown = levels.get(at, level)
            counted = counters[at]
            form = "decimal" if level.is_legal and shown.form != "decimalZero" else shown.form
            return format_number(shown.start if counted is None else counted, form)

        text = _PLACEHOLDER.sub(number, level.text)
        if not text.strip():
            return ""
        return text if level.suffix == "nothing" or _CLOSED.search(text) else text + " "


def _levels(element: Element) -> Iterator[tuple[int, _Level]]:
    for one in element:
        if local(one) == "lvl":
            yield list_number(attribute(one, "ilvl"), 0), _level(one)


def _level(element: Element) -> _Level:
    restart = val_of(element, "lvlRestart")
    form = val_of(element, "numFmt") or val_of(child(element, "AlternateContent"), "Choice", "numFmt") or "decimal"
    return _Level(
        start=list_number(val_of(element, "start"), 0),  # 17.9.25
        form=form,
        text=val_of(element, "lvlText") or "",
        suffix=val_of(element, "suff") or "tab",
        restart=None if restart is None else list_number(restart, 0),
        is_legal=is_on(child(element, "isLgl")),
        style=val_of(element, "pStyle"),
    )


def _list(element: Element) -> _List:
    numbered = _List(val_of(element, "abstractNumId") or "")
    for override in element:
        if local(override) != "lvlOverride":
            continue
        depth = list_number(attribute(override, "ilvl"), 0)
        start, level = val_of(override, "startOverride"), child(override, "lvl")
        if level is not None:
            numbered.levels[depth] = _level(level)
        if start is not None:
            numbered.starts[depth] = list_number(start, 1)
    return numbered
