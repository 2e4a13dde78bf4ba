"""Diagrams of the ontology as SVG: a class with its properties, and an overview of the main classes.

Colours and fonts are CSS classes of site.css, so that diagrams follow the page. Widths are estimated from characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_ROW, _PAD, _MOST = 24, 10, 12
_EM = 13.0
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A class with its properties.

    Attributes:
        label: Label in the language of the page.
        name: Local name.
        above: Superclasses.
        values: Name and datatype of its datatype properties.
        out: Name and range of object properties from the class.
        into: Name and domain of object properties to the class.
    """

    label: str
    name: str
    above: tuple[str, ...]
    values: Pairs
    out: Pairs
    into: Pairs


def width_of(text: str, size: float = _EM) -> float:
    """Estimate the width of a text in the unit of `size`; a Chinese character is as wide as it is high.

    Example:
        >>> width_of("行动", 10.0)
        20.0
    """
    return size * sum(1.0 if ord(c) > 0x2E80 else 0.56 for c in text)


def class_diagram(box: Box) -> str:
    """Return the diagram of a class: properties that lead to it left, those from it right, values inside."""
    into, out = _cut(box.into), _cut(box.out)
    lines = [f"{name} : {kind}" if kind else name for name, kind in _cut(box.values)]
    title = box.label if box.label == box.name else f"{box.label} {box.name}"
    inner = max(width_of(title, 14), *(width_of(x, 12) for x in (*lines, "")), 120) + 2 * _PAD
    sides = [max((width_of(end or "—") for _, end in side), default=0) + 2 * _PAD for side in (into, out)]
    gaps = [max((width_of(name, 12) for name, _ in side), default=0) + 34 for side in (into, out)]
    left = sides[0] + gaps[0] if into else 0.0
    total = left + inner + (gaps[1] + sides[1] if out else 0)
    top = 34 if box.above else 4
    tall = max(_ROW * (len(lines) + 1) + 14, _ROW * max(len(into), len(out)) + 4)
    parts = [_box(left, top, inner, tall, "focus")]
    parts.append(_text(left + inner / 2, top + 18, title, "title", anchor="middle"))
    parts += [_text(left + _PAD, top + 20 + _ROW * (n + 1), line, "value") for n, line in enumerate(lines)]
    if lines:
        parts.append(f'<path class="rule" d="M{left:.0f} {top + 27}h{inner:.0f}"/>')
    if box.above:
        parts.append(_line(left + inner / 2, top, left + inner / 2, 22, "super"))
        parts.append(_text(left + inner / 2, 15, "、".join(box.above), "end", anchor="middle"))
    for n, (name, end) in enumerate(into):
        y = top + 2 + _ROW * n + _ROW / 2
        parts += [
            _box(0, y - 10, sides[0], 20, "end"),
            _text(sides[0] / 2, y + 4.5, end or "—", "end", anchor="middle"),
        ]
        parts += [
            _line(sides[0], y, left, y, "arrow"),
            _text(sides[0] + gaps[0] / 2 - 3, y - 3, name, "edge", "middle"),
        ]
    for n, (name, end) in enumerate(out):
        y = top + 2 + _ROW * n + _ROW / 2
        x = left + inner + gaps[1]
        parts += [
            _box(x, y - 10, sides[1], 20, "end"),
            _text(x + sides[1] / 2, y + 4.5, end or "—", "end", anchor="middle"),
        ]
        parts += [_line(left + inner, y, x, y, "arrow"), _text(x - gaps[1] / 2 - 3, y - 3, name, "edge", "middle")]
    return _svg(total, top + tall + 4, box.label, parts)


_PLACES: dict[str, tuple[float, int]] = {
    "TransmittalNotice": (0, 0), "Plan": (2, 0), "SourceText": (6.35, 0), "Section": (1, 1), "Action": (3, 1),
    "ExtractionRun": (5, 1), "Assignment": (0, 2), "Targeting": (1, 2), "InitiativeUse": (2, 2), "Citation": (3, 2),
    "IndicatorTarget": (4, 2), "BracketField": (5, 2), "SourceSpan": (6.35, 2), "ResponsibleParty": (0, 3),
    "TargetPopulation": (1, 3), "Initiative": (2, 3), "OfficialDocument": (3, 3),
}  # fmt: skip
"""Column and row of the main classes in the overview."""
_EDGES = (
    ("TransmittalNotice", "transmits", "Plan"), ("Plan", "hasSourceText", "SourceText"),
    ("Section", "sectionOf", "Plan"),
    ("Action", "actionOf", "Plan"), ("Action", "inSection", "Section"), ("Action", "hasAssignment", "Assignment"),
    ("Action", "hasTargeting", "Targeting"), ("Action", "hasInitiativeUse", "InitiativeUse"),
    ("Action", "hasCitation", "Citation"), ("Action", "hasIndicatorTarget", "IndicatorTarget"),
    ("Action", "hasBracketField", "BracketField"), ("Assignment", "assignee", "ResponsibleParty"),
    ("Targeting", "targetedPopulation", "TargetPopulation"), ("InitiativeUse", "usedInitiative", "Initiative"),
    ("Citation", "citedDocument", "OfficialDocument"), ("BracketField", "evidence", "SourceSpan"),
    ("SourceSpan", "inSource", "SourceText"), ("SourceText", "generatedBy", "ExtractionRun"),
)  # fmt: skip
_CELL, _TALL, _WIDE, _HIGH = 156, 118, 136, 46


def overview_terms() -> set[str]:
    """Return the local names of all terms in the overview."""
    return set(_PLACES) | {p for _, p, _ in _EDGES}


def overview_diagram(label: Callable[[str], str]) -> str:
    """Return the diagram of the main classes and their relations.

    Args:
        label: Returns the label of a term by its local name.
    """
    parts, words = [], []
    for a, prop, b in _EDGES:
        start, end = _centre(a), _centre(b)
        x1, y1 = _border(start, end)
        x2, y2 = _border(end, start)
        parts.append(_line(x1, y1, x2, y2, "arrow"))
        # So that labels do not overlap, those of edges that fan out are near the ends, neighbours at two heights.
        at = (0.78, 0.46)[int(_PLACES[b][0]) % 2] if a == "Action" and _PLACES[b][1] == 2 else 0.5
        x, y = x1 + (x2 - x1) * at, y1 + (y2 - y1) * at
        words.append(_text(x, y - (5 if abs(y2 - y1) < 1 else -4), label(prop), "edge halo", "middle"))
    for name in _PLACES:
        x, y = _centre(name)
        kind = "focus" if name == "Action" else "end"
        parts.append(_box(x - _WIDE / 2, y - _HIGH / 2, _WIDE, _HIGH, kind))
        if label(name) == name:
            parts.append(_text(x, y + 5, name, "title", "middle"))
        else:
            parts += [_text(x, y - 2, label(name), "title", "middle"), _text(x, y + 15, name, "value", "middle")]
    return _svg(7.3 * _CELL, 4 * _TALL - 40, label("Plan"), [*parts, *words])


def _centre(name: str) -> tuple[float, float]:
    column, row = _PLACES[name]
    return column * _CELL + _WIDE / 2 + 4, row * _TALL + _HIGH / 2 + 4


def _border(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Return the point at which the line between the centres of two boxes leaves the first box."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    scale = min(_WIDE / 2 / abs(dx) if dx else 9e9, _HIGH / 2 / abs(dy) if dy else 9e9)
    return start[0] + dx * scale, start[1] + dy * scale


def _cut(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*pairs[:_MOST], *([(f"+{len(pairs) - _MOST}", "…")] if len(pairs) > _MOST else [])]


def _box(x: float, y: float, w: float, h: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="3"/>'


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A line with its own arrow head: an SVG marker would need an id that is unique in a page with several diagrams."""
    length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1.0)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    bx, by = x2 - 8 * ux, y2 - 8 * uy
    head = f"M{x2:.1f} {y2:.1f}L{bx - 4 * uy:.1f} {by + 4 * ux:.1f}L{bx + 4 * uy:.1f} {by - 4 * ux:.1f}Z"
    return f'<path class="{kind}" d="M{x1:.1f} {y1:.1f}L{bx:.1f} {by:.1f}"/><path class="head {kind}" d="{head}"/>'


def _svg(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    return f'<svg class="diagram" role="img" aria-label="{escape(label)}" {size}>{"".join(parts)}</svg>'
