"""Answers as charts: a Vega-Lite specification over the columns that the query declares, rendered by vl-convert.

The specification can be exported and used in notebooks and web pages without kgbuild. Networks are Vega specifications,
because only Vega has force layouts. Charts show the rows as they are, without aggregation; only in large networks, weak
links are left out and counted in the subtitle.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from kgbuild.errors import Message, UsageError, extra_missing

if TYPE_CHECKING:
    from types import ModuleType

    from kgbuild.store import Rows, Value

FONTS = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, WenQuanYi Micro Hei, sans-serif"
_VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"
_VEGA = "https://vega.github.io/schema/vega/v5.json"
_VERSION = "5.21"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
NO_FONT = "Chinese characters are boxes: no CJK font was found; install one, such as fonts-noto-cjk, or take .svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What to draw: type and channels (see `kgbuild.queries.template.Chart`), title, and labels of the columns."""

    type: str
    channels: dict[str, str]
    title: str
    labels: dict[str, str]


def specification(drawing: Drawing, rows: Rows) -> dict[str, Any]:
    """Return the Vega-Lite specification (Vega for a network) of an answer, with the data embedded."""
    values = [{k: _json(v) for k, v in row.items()} for row in rows]
    if drawing.type == "network":
        return _network(drawing, values)
    base = {
        "$schema": _VEGA_LITE,
        "title": drawing.title,
        "data": {"values": values},
        "config": {
            "font": FONTS,
            "title": {"anchor": "start"},
            "axis": {"labelLimit": 400, "titleFontWeight": "normal"},
            # Above the labels: beside them a long label would reach into it.
            "axisY": {"titleAngle": 0, "titleAlign": "right", "titleX": -8, "titleY": -6, "titleBaseline": "bottom"},
        },
    }
    if drawing.type == "map":
        # A file has names but no division codes, so it gets bars; the pages have the map.
        drawing = replace(drawing, channels={"y": drawing.channels["place"], "x": drawing.channels["value"]})
    if drawing.type in ("bar", "map"):
        return {**base, **_bar(drawing, values)}
    if drawing.type == "timeline":
        return {**base, **_timeline(drawing, values)}
    others = {"line": _line, "matrix": _matrix}
    return {**base, **others[drawing.type](drawing)}


def _field(drawing: Drawing, channel: str, kind: str, **more: object) -> dict[str, object]:
    column = drawing.channels[channel]
    return {"field": column, "type": kind, "title": drawing.labels.get(column, column), **more}


def _color(drawing: Drawing) -> dict[str, object]:
    return {"color": _field(drawing, "color", "nominal")} if "color" in drawing.channels else {}


def _bar(drawing: Drawing, values: list[dict[str, object]]) -> dict[str, object]:
    most = max((v for row in values if isinstance(v := row[drawing.channels["x"]], int)), default=10)
    x = _field(drawing, "x", "quantitative", axis={"tickCount": min(most, 10)})
    names = [row[drawing.channels["y"]] for row in values]
    # Bars with the same name stand side by side instead of stacked.
    beside = "color" in drawing.channels and len(set(map(str, names))) < len(names)
    side = {"yOffset": {"field": drawing.channels["color"]}} if beside else {}
    y = _field(drawing, "y", "nominal", sort=None)
    return {"mark": "bar", "width": 480, "encoding": {"y": y, "x": x, **_color(drawing), **side}}


def _matrix(drawing: Drawing) -> dict[str, object]:
    x = _field(drawing, "x", "nominal", axis={"labelAngle": -45, "orient": "top"})
    y = _field(drawing, "y", "nominal")
    # Colours stay light enough for black numbers.
    value = _field(drawing, "value", "quantitative", scale={"range": ["#e8f0fa", "#7da7d9"]}, legend=None)
    shared = {"x": x, "y": y}
    cells = {"mark": "rect", "encoding": {**shared, "color": value}}
    numbers = {"mark": {"type": "text"}, "encoding": {**shared, "text": {"field": drawing.channels["value"]}}}
    return {"width": {"step": 34}, "height": {"step": 20}, "layer": [cells, numbers]}


def _line(drawing: Drawing) -> dict[str, object]:
    """Values over time: one line per colour, with a point for each value so that a single value is visible."""
    x = _field(
        drawing, "x", "temporal", timeUnit="utcyearmonthdate", axis={"format": "%Y-%m-%d"}, scale={"padding": 12}
    )
    y = _field(drawing, "y", "quantitative", scale={"zero": False})
    mark = {"type": "line", "point": True}
    return {"mark": mark, "width": 480, "encoding": {"x": x, "y": y, **_color(drawing)}}


def _timeline(drawing: Drawing, values: list[dict[str, object]]) -> dict[str, object]:
    axis: dict[str, object] = {"format": "%Y-%m-%d", "labelAngle": -45}
    if ticks := _last_days([str(row[drawing.channels["x"]])[:10] for row in values]):
        axis["values"] = [{"utc": True, "year": d.year, "month": d.month, "date": d.day} for d in ticks]
    x = _field(drawing, "x", "temporal", timeUnit="utcyearmonthdate", axis=axis, scale={"padding": 12})
    y = _field(drawing, "y", "nominal", sort={"field": drawing.channels["x"]})
    mark = {"type": "point", "filled": True, "size": 80}
    return {"mark": mark, "width": 480, "encoding": {"x": x, "y": y, **_color(drawing)}}


_MOST_TICKS = 12


def _last_days(days: list[str]) -> list[date]:
    """Return the ticks of an axis of deadlines: these days, or where they are many the ends of quarters or years.

    A deadline is a last day; beside a tick for the first of a year it would be read as one of that year.
    """
    own = sorted({date.fromisoformat(day) for day in days if _ISO.fullmatch(day)})
    if len(own) <= _MOST_TICKS:
        return own
    years = range(own[0].year, own[-1].year + 1)
    quarters = [date(y, m, 31 if m in (3, 12) else 30) for y in years for m in (3, 6, 9, 12)]
    within = [day for day in quarters if day >= own[0]]
    if len(within) <= _MOST_TICKS:
        return within
    step = -(-len(years) // _MOST_TICKS)
    return [date(year, 12, 31) for year in years[::step]]


def _network(drawing: Drawing, values: list[dict[str, object]]) -> dict[str, Any]:
    source, target, value = (drawing.channels[c] for c in ("source", "target", "value"))
    kinds: dict[str, object] = {}
    for end, kind in ((source, "sourceKind"), (target, "targetKind")):
        if column := drawing.channels.get(kind):
            kinds |= {str(row[end]): row[column] for row in values}
    names = dict.fromkeys(str(row[c]) for row in values for c in (source, target))
    nodes = [{"name": name, "kind": kinds.get(name, "")} for name in names]
    index = {name: i for i, name in enumerate(names)}
    links = [{"source": index[str(r[source])], "target": index[str(r[target])], "value": r[value]} for r in values]
    drawn = _backbone(links, len(nodes))
    side = max(400, min(2400, 120 * math.ceil(len(nodes) ** 0.5) + 120))
    title = {"text": drawing.title, "anchor": "start", "font": FONTS}
    if len(drawn) < len(links):
        note = "共 {1} 条连线，画出最强的 {0} 条" if _HAN.search(drawing.title) else "the strongest {0} of {1} links"
        title |= {"subtitle": note.format(len(drawn), len(links)), "subtitleFont": FONTS}
    return {
        "$schema": _VEGA,
        "title": title,
        "width": side,
        "height": side,
        "padding": 60,
        "data": [{"name": "nodes", "values": nodes}, {"name": "links", "values": drawn}],
        "scales": [
            {"name": "kind", "type": "ordinal", "domain": list(dict.fromkeys(n["kind"] for n in nodes)),
             "range": {"scheme": "tableau10"}},
            {"name": "width", "type": "sqrt", "domain": {"data": "links", "field": "value"}, "range": [0.8, 8],
             "zero": False},
        ],
        "legends": _legends(drawing, value, kinds, drawn),
        "marks": _network_marks(few=len(nodes) <= _FEW, has_kinds=any(kinds.values())),
    }  # fmt: skip


def _network_marks(*, few: bool, has_kinds: bool) -> list[dict[str, Any]]:
    """Return what is drawn of a network: dots that push each other apart, lines between them, their names."""
    force = {
        "type": "force",
        "signal": "force",
        "iterations": 600,
        "static": True,
        "forces": [
            {"force": "center", "x": {"signal": "width / 2"}, "y": {"signal": "height / 2"}},
            {"force": "collide", "radius": 48, "iterations": 4},
            {"force": "nbody", "strength": -180 if few else -420},
            {"force": "link", "links": "links", "distance": 110 if few else 150},
        ],
    }
    path = {"type": "linkpath", "require": {"signal": "force"}, "shape": "line", "sourceX": "datum.source.x",
            "sourceY": "datum.source.y", "targetX": "datum.target.x", "targetY": "datum.target.y"}  # fmt: skip
    line = {"type": "path", "from": {"data": "links"}, "interactive": False, "transform": [path],
            "encode": {"update": {"stroke": {"value": "#bbb"},
                                  "strokeWidth": {"scale": "width", "field": "value"}}}}  # fmt: skip
    fill = {"scale": "kind", "field": "kind"} if has_kinds else {"value": "#4c78a8"}
    dot = {"name": "dots", "type": "symbol", "zindex": 1, "from": {"data": "nodes"}, "transform": [force],
           "encode": {"enter": {"fill": fill, "size": {"value": 90}}}}  # fmt: skip
    words = {"text": {"field": "datum.name"}, "x": {"field": "x"}, "y": {"field": "y", "offset": 16},
             "align": {"value": "center"}, "font": {"value": FONTS}}  # fmt: skip
    # Lines pass below a white edge of each name.
    edge = {**words, "stroke": {"value": "white"}, "strokeWidth": {"value": 4}, "strokeJoin": {"value": "round"}}
    return [
        dot,
        line,
        {"type": "text", "zindex": 2, "from": {"data": "dots"}, "encode": {"update": edge}},
        {"type": "text", "zindex": 3, "from": {"data": "dots"}, "encode": {"update": words}},
    ]


_FEW = 20
"""Nodes up to which each link of a network is drawn; beyond, lines would hide each other."""
_LINKS_PER_NODE = 1.5


def _backbone(links: list[dict[str, Any]], nodes: int) -> list[dict[str, Any]]:
    """Return the links of a large network that carry it: the strongest that join its parts, then the strongest."""
    if nodes <= _FEW:
        return links
    part = list(range(nodes))

    def root(n: int) -> int:
        while part[n] != n:
            part[n] = part[part[n]]
            n = part[n]
        return n

    order = sorted(range(len(links)), key=lambda i: (-links[i]["value"], i))
    kept = set()
    for i in order:
        a, b = root(links[i]["source"]), root(links[i]["target"])
        if a != b:
            part[a] = b
            kept.add(i)
    room = int(_LINKS_PER_NODE * nodes) - len(kept)
    kept |= set([i for i in order if i not in kept][: max(0, room)])
    return [links[i] for i in sorted(kept)]


def _legends(
    drawing: Drawing, value: str, kinds: dict[str, object], links: list[dict[str, Any]]
) -> list[dict[str, object]]:
    """Say what colour and width mean, where they differ."""
    fonts = {"labelFont": FONTS, "titleFont": FONTS, "orient": "right", "titleFontWeight": "normal"}
    found: list[dict[str, object]] = []
    if any(kinds.values()):
        column = drawing.channels["sourceKind"]
        found.append({"fill": "kind", "title": drawing.labels.get(column, column), **fonts})
    weights = sorted({link["value"] for link in links})
    if len(weights) > 1:
        shown = sorted({weights[0], weights[len(weights) // 2], weights[-1]})
        line = {"symbols": {"update": {"stroke": {"value": "#bbb"}}}}
        found.append({"strokeWidth": "width", "symbolType": "stroke", "title": drawing.labels.get(value, value),
                      "values": shown, "encode": line, **fonts})  # fmt: skip
    return found


def _json(value: Value) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


# -- drawing ------------------------------------------------------------------------------------------------------
def draw(spec: dict[str, Any], suffix: str) -> tuple[bytes, list[str]]:
    """Render a specification; return the file and warnings.

    Args:
        spec: The result of `specification`.
        suffix: `.svg`, `.png`, or `.json` for the specification itself.

    Raises:
        UsageError: the suffix is none of these.
        InputError: vl-convert is not installed.
    """
    if suffix == ".json":
        return (json.dumps(spec, ensure_ascii=False, indent=1) + "\n").encode(), []
    if suffix not in (".svg", ".png"):
        raise UsageError(
            Message("no chart is written as {suffix}", suffix=suffix or "a file without suffix"),
            where="--chart",
            cure="use .svg, .png or .json",
        )
    vlc = _library()
    vega = spec if spec["$schema"] == _VEGA else vlc.vegalite_to_vega(spec, vl_version=_VERSION)
    if suffix == ".svg":
        return vlc.vega_to_svg(vega).encode(), []
    return vlc.vega_to_png(vega, scale=2.0), [] if has_cjk_font() else [NO_FONT]


@cache
def has_cjk_font() -> bool:
    """Tell whether a CJK font is available: without one, two different characters are drawn as the same box."""
    vlc = _library()
    pictures = {bytes(vlc.vega_to_png(_character(c))) for c in "科农"}
    return len(pictures) == 2


def _character(char: str) -> dict[str, Any]:
    text = {
        "text": {"value": char},
        "x": {"value": 20},
        "y": {"value": 30},
        "fontSize": {"value": 24},
        "font": {"value": FONTS},
    }
    return {"$schema": _VEGA, "width": 50, "height": 50, "marks": [{"type": "text", "encode": {"enter": text}}]}


def _library() -> ModuleType:
    try:
        import vl_convert
    except ImportError as e:
        raise extra_missing(e, "charts", where="charts") from e
    module: ModuleType = vl_convert
    return module
