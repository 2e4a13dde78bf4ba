"""Charts on pages: pure functions from rows to geometry, which templates render as HTML and SVG.

Unlike the charts in `kgbuild.view.charts`, which are files, these need no script, follow the colours of the page and
contain links. The same rows give the same geometry, and what does not fit is counted (`left`). The layouts are bars,
timelines, sparklines, a matrix, a force-directed network, and a tile map with one square per province.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kgbuild.view.facts import Both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kgbuild.store import Value

Picture = dict[str, Any]
Row = dict[str, "Value"]
TILES: dict[str, tuple[int, int, Both]] = {
    "23": (8, 0, Both("黑龙江", "Heilongjiang")),
    "65": (0, 1, Both("新疆", "Xinjiang")),
    "15": (6, 1, Both("内蒙古", "Inner Mongolia")),
    "22": (8, 1, Both("吉林", "Jilin")),
    "62": (2, 2, Both("甘肃", "Gansu")),
    "64": (3, 2, Both("宁夏", "Ningxia")),
    "14": (5, 2, Both("山西", "Shanxi")),
    "11": (6, 2, Both("北京", "Beijing")),
    "12": (7, 2, Both("天津", "Tianjin")),
    "21": (8, 2, Both("辽宁", "Liaoning")),
    "54": (0, 3, Both("西藏", "Tibet")),
    "63": (1, 3, Both("青海", "Qinghai")),
    "61": (3, 3, Both("陕西", "Shaanxi")),
    "41": (5, 3, Both("河南", "Henan")),
    "13": (6, 3, Both("河北", "Hebei")),
    "37": (7, 3, Both("山东", "Shandong")),
    "51": (2, 4, Both("四川", "Sichuan")),
    "50": (3, 4, Both("重庆", "Chongqing")),
    "42": (5, 4, Both("湖北", "Hubei")),
    "34": (6, 4, Both("安徽", "Anhui")),
    "32": (7, 4, Both("江苏", "Jiangsu")),
    "31": (8, 4, Both("上海", "Shanghai")),
    "53": (2, 5, Both("云南", "Yunnan")),
    "52": (3, 5, Both("贵州", "Guizhou")),
    "43": (4, 5, Both("湖南", "Hunan")),
    "36": (5, 5, Both("江西", "Jiangxi")),
    "33": (7, 5, Both("浙江", "Zhejiang")),
    "45": (3, 6, Both("广西", "Guangxi")),
    "44": (4, 6, Both("广东", "Guangdong")),
    "35": (6, 6, Both("福建", "Fujian")),
    "71": (8, 6, Both("台湾", "Taiwan")),
    "46": (3, 7, Both("海南", "Hainan")),
    "82": (4, 7, Both("澳门", "Macao")),
    "81": (5, 7, Both("香港", "Hong Kong")),
}
"""Column, row and short name of each province, by the first two digits of its code (GB/T 2260)."""
_BARS, _LINES, _DAYS, _NODES = 30, 12, 80, 40
_SERIES = 8
_ROUNDS = 120
_WIDTH, _HEIGHT, _LETTERS = 1000, 720, 12
_SHADES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDivision:
    """An administrative division: code (GB/T 2260), name and IRI."""

    code: str
    label: str
    iri: str


def picture(
    kind: str, channels: Mapping[str, str], rows: Sequence[Row], *, places: Mapping[str, MapDivision] | None = None
) -> Picture | None:
    """Return the geometry of a chart, None if there is nothing to draw.

    Args:
        kind: Type of the chart, see `kgbuild.queries.template.CHANNELS`.
        channels: Column by channel.
        rows: The answer, as value by column.
        places: Division by name, for maps.

    Returns:
        `kind`, `left` (number of rows or nodes that do not fit), and the values for the template of the kind.
    """
    makers = {"bar": _bar, "line": _line, "matrix": _matrix, "network": _network, "timeline": _timeline}
    made = tile_map(channels, rows, places or {}) if kind == "map" else makers[kind](channels, rows)
    return {"kind": kind, "left": 0, **made} if made else None


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def _colours(names: Iterable[str]) -> dict[str, int]:
    """Assign a colour to each name, most frequent first; names beyond the last colour share it."""
    counted = Counter(names)
    return {name: min(i, _SERIES - 1) for i, (name, _) in enumerate(counted.most_common())}


def _bar(channels: Mapping[str, str], rows: Sequence[Row]) -> Picture | None:
    found: list[tuple[str, float, str]] = []
    for row in rows:
        size = _number(row[channels["x"]])
        if size is not None:
            found.append((str(row[channels["y"]] or "—"), size, str(row.get(channels.get("color", ""), "") or "")))
    most = max((size for _, size, _ in found), default=0)
    if most <= 0:
        return None
    colours = _colours(c for _, _, c in found)
    bars = [
        {"label": label, "size": _short(size), "part": round(100 * size / most, 2), "colour": colours[c], "series": c}
        for label, size, c in found[:_BARS]
    ]
    for before, bar in pairwise(bars):  # a name that several bars share is shown once
        bar["again"] = before["label"] == bar["label"]
    return {"bars": bars, "left": len(found) - len(bars), "legend": _legend(colours)}


def _legend(colours: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"label": name, "colour": n} for name, n in colours.items() if n < _SERIES] if len(colours) > 1 else []


def _short(size: float) -> str:
    return f"{size:g}"


def _line(channels: Mapping[str, str], rows: Sequence[Row]) -> Picture | None:
    """A small chart for each series, because series have different units and no common scale."""
    series: dict[str, list[tuple[date, float]]] = {}
    for row in rows:
        day, size = _day(row[channels["x"]]), _number(row[channels["y"]])
        if day is not None and size is not None:
            series.setdefault(str(row.get(channels.get("color", ""), "") or ""), []).append((day, size))
    days = [day for points in series.values() for day, _ in points]
    if not days:
        return None
    first, last = min(days), max(days)
    shown = sorted(series.items(), key=lambda item: (-len({d for d, _ in item[1]}), item[0]))
    lines = []
    for label, points in shown[:_LINES]:
        points.sort()
        low, high = min(size for _, size in points), max(size for _, size in points)
        lines.append({
            "label": label,
            "points": [
                {
                    "x": round(10 + 220 * _part(day.toordinal(), first.toordinal(), last.toordinal()), 1),
                    "y": round(70 - 50 * _part(size, low, high), 1), "day": day.isoformat(), "size": _short(size),
                }
                for day, size in points
            ],
        })  # fmt: skip
    return {"lines": lines, "left": len(shown) - len(lines), "first": first.isoformat(), "last": last.isoformat()}


def _part(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5


def _day(value: Value) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _timeline(channels: Mapping[str, str], rows: Sequence[Row]) -> Picture | None:
    """Dates with their entries, and the number of entries per month."""
    days: dict[date, list[dict[str, Any]]] = {}
    names = _colours(str(row.get(channels.get("color", ""), "") or "") for row in rows)
    for row in rows:
        day = _day(row[channels["x"]])
        if day is not None:
            series = str(row.get(channels.get("color", ""), "") or "")
            entry = {"label": str(row[channels["y"]] or ""), "series": series, "colour": names[series]}
            if entry not in days.setdefault(day, []):
                days[day].append(entry)
    if not days:
        return None
    first, last = min(days).toordinal(), max(days).toordinal()
    most = max(map(len, days.values()))
    points = [
        {
            "x": round(12 + 976 * _part(day.toordinal(), first, last), 1), "day": day.isoformat(), "n": len(found),
            "r": round(4 + 10 * math.sqrt(len(found) / most), 1),
        }
        for day, found in sorted(days.items())
    ]  # fmt: skip
    listed = [{"day": day.isoformat(), "entries": found} for day, found in sorted(days.items())]
    years = range(min(days).year, max(days).year + 1)
    ticks = [
        {"x": round(12 + 976 * _part(date(year, 1, 1).toordinal(), first, last), 1), "year": year}
        for year in years[1 :: max(1, len(years) // 12)]
    ] if first < last else []  # fmt: skip
    return {"ticks": ticks, "points": points, "days": listed[:_DAYS], "left": len(listed) - len(listed[:_DAYS]),
            "first": min(days).isoformat(), "last": max(days).isoformat()}  # fmt: skip


def _matrix(channels: Mapping[str, str], rows: Sequence[Row]) -> Picture | None:
    cells: dict[tuple[str, str], float] = {}
    for row in rows:
        size = _number(row[channels["value"]])
        if size:
            cells[str(row[channels["y"]] or "—"), str(row[channels["x"]] or "—")] = size
    if not cells:
        return None
    across, down = Counter[str](), Counter[str]()
    for (y, x), size in cells.items():
        across[x] += size  # type: ignore[assignment]  # sums of any number
        down[y] += size  # type: ignore[assignment]
    columns, lines = [x for x, _ in across.most_common(20)], [y for y, _ in down.most_common(_BARS)]
    most = max(cells.values())
    table = [
        {"label": y, "cells": [{"size": _short(s) if (s := cells.get((y, x), 0)) else "", "shade": shade(s, most)}
                               for x in columns]}
        for y in lines
    ]  # fmt: skip
    shown = sum((y, x) in cells for y in lines for x in columns)
    return {"columns": columns, "rows": table, "left": len(cells) - shown}


def shade(size: float, most: float) -> int:
    """Return the shade of a cell, 0 (empty) to 4, on a square-root scale so that small numbers remain distinct.

    Example:
        >>> [shade(n, 100) for n in (0, 1, 10, 100)]
        [0, 1, 2, 4]
    """
    return math.ceil(_SHADES * math.sqrt(size / most)) if size > 0 and most > 0 else 0


# -- network ------------------------------------------------------------------------------------------------------
def _network(channels: Mapping[str, str], rows: Sequence[Row]) -> Picture | None:
    links: dict[tuple[str, str], float] = {}
    for row in rows:
        a, b = row[channels["source"]], row[channels["target"]]
        size = _number(row[channels["value"]]) if "value" in channels else 1.0
        if a and b and a != b and size:
            pair = (min(str(a), str(b)), max(str(a), str(b)))
            links[pair] = max(size, links.get(pair, 0.0))
    degree: Counter[str] = Counter()
    for pair, size in links.items():
        for name in pair:
            degree[name] += size  # type: ignore[assignment]  # sums of any number
    names = [name for name, _ in sorted(degree.items(), key=lambda item: (-item[1], item[0]))[:_NODES]]
    kept = {pair: size for pair, size in links.items() if pair[0] in names and pair[1] in names}
    if not kept:
        return None
    names = [name for name in names if any(name in pair for pair in kept)]
    most, busiest = max(kept.values()), max(degree[name] for name in names)
    sizes = {name: 5 + 9 * math.sqrt(degree[name] / busiest) for name in names}
    at = _apart(_springs(names, kept), sizes)
    nodes = [
        {"label": name, "short": _clipped(name), "x": x, "y": y, "r": round(sizes[name], 1), "n": _short(degree[name])}
        for name, (x, y) in at.items()
    ]
    lines = [
        {"x1": at[a][0], "y1": at[a][1], "x2": at[b][0], "y2": at[b][1], "width": round(1 + 4 * size / most, 1),
         "label": f"{a} – {b}", "n": _short(size)}
        for (a, b), size in sorted(kept.items(), key=lambda item: (item[1], item[0]))
    ]  # fmt: skip
    return {"nodes": nodes, "links": lines, "left": len(degree) - len(names), "width": _WIDTH, "height": _HEIGHT}


def _clipped(name: str) -> str:
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"


def _springs(names: Sequence[str], links: Mapping[tuple[str, str], float]) -> dict[str, complex]:
    """Force-directed layout: links attract, all nodes repel each other, and positions are kept within bounds."""
    n = len(names)
    index = {name: i for i, name in enumerate(names)}
    near = Counter(name for pair in links for name in pair)
    # Deterministic start on a spiral, with the nodes of highest degree in the middle.
    turn = math.pi * (3 - math.sqrt(5))
    at = [complex(math.sqrt(i + 0.5) * math.cos(i * turn), math.sqrt(i + 0.5) * math.sin(i * turn)) for i in range(n)]
    # Attraction is divided by degree; otherwise a group that is fully linked collapses into one heap.
    pairs = [(index[a], index[b], 2.0 / max(near[a], near[b])) for a, b in sorted(links)]
    for step in range(_ROUNDS):
        force = [-0.1 * p for p in at]
        for i in range(n):
            for j in range(i + 1, n):
                apart = at[i] - at[j]
                push = apart / max(abs(apart) ** 2, 0.01) * 1.2
                force[i] += push
                force[j] -= push
        for i, j, weight in pairs:
            pull = (at[j] - at[i]) * 0.5 * weight
            force[i] += pull
            force[j] -= pull
        cool = 1 - step / _ROUNDS
        at = [p + f / max(abs(f), 1e-9) * min(abs(f), cool) for p, f in zip(at, force, strict=True)]
    xs, ys = [p.real for p in at], [p.imag for p in at]
    return {
        name: complex(_WIDTH * _part(p.real, min(xs), max(xs)), _HEIGHT * _part(p.imag, min(ys), max(ys)))
        for name, p in zip(names, at, strict=True)
    }


def _apart(at: dict[str, complex], sizes: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Move nodes until no labels overlap; each node is the bounding box of its circle and label."""
    names = list(at)
    half = {name: complex(max(6.8 * len(_clipped(name)), sizes[name]) + 4, sizes[name] + 11) for name in names}

    def inside(name: str) -> complex:
        box, p = half[name], at[name]
        x = min(max(p.real, box.real), _WIDTH - box.real)
        return complex(x, min(max(p.imag, box.imag + 8), _HEIGHT - box.imag))

    for _ in range(_ROUNDS):
        for i, a in enumerate(names):
            for b in names[i + 1 :]:
                room, gap = half[a] + half[b], at[a] - at[b]
                over = complex(room.real - abs(gap.real), room.imag - abs(gap.imag))
                if over.real <= 0 or over.imag <= 0:
                    continue
                if over.real < over.imag:
                    move = complex(math.copysign(over.real / 2, gap.real), 0)
                else:
                    move = complex(0, math.copysign(over.imag / 2, gap.imag))
                at[a] += move
                at[b] -= move
        for name in names:
            at[name] = inside(name)
    return {name: (round(p.real, 1), round(p.imag, 1)) for name, p in at.items()}


# -- map ----------------------------------------------------------------------------------------------------------
def tile_map(channels: Mapping[str, str], rows: Sequence[Row], places: Mapping[str, MapDivision]) -> Picture | None:
    """Return the map of provinces; places within a province count towards it.

    Args:
        channels: Column for `place`, and for `value`; without `value`, rows are counted.
        rows: The answer.
        places: Division by name.
    """
    sums: dict[str, float] = {}
    names: dict[str, str] = {}
    left = 0
    for row in rows:
        place = places.get(str(row[channels["place"]] or ""))
        size = _number(row[channels["value"]]) if "value" in channels else 1.0
        if place is None or size is None:
            left += row[channels["place"]] is not None
            continue
        code = place.code[:2] if place.code[:2] in TILES else place.code
        sums[code] = sums.get(code, 0) + size
        names.setdefault(code, place.label)
    if not sums:
        return None
    iris = {p.code[:2]: p.iri for p in places.values() if p.code.endswith("0000")}
    most = max((size for code, size in sums.items() if code in TILES), default=0)
    tiles = [
        {
            "x": 64 * x, "y": 64 * y, "label": label, "iri": iris.get(code, ""),
            "size": _short(sums[code]) if code in sums else "", "shade": shade(sums.get(code, 0), most),
        }
        for code, (x, y, label) in TILES.items()
    ]  # fmt: skip
    others = [{"label": names[c], "size": _short(s)} for c, s in sorted(sums.items()) if c not in TILES]
    return {"tiles": tiles, "others": others, "left": left, "width": 64 * 9, "height": 64 * 8}
