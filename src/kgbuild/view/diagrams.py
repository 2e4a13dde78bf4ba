"""The outline of a plan as a tree diagram.

The matrix of bodies and populations and the network of cooperation are charts of saved queries (`charts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.view.charts import FONTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.store import Index

_ROW = 20
_LABEL = 26
_DEPTH = 340


def outline(nodes: Index) -> dict[str, Any]:
    """Return the Vega specification of the tree of documents, sections and actions."""
    rows = list(_rows(nodes))
    children = {r["parent"] for r in rows}
    leaves = sum(r["id"] not in children for r in rows)
    depth = max((_depth(rows, r["id"]) for r in rows), default=0)
    layout = {
        "type": "tree",
        # All leaves in the last column: the words of one in an inner column would reach into the next.
        "method": "cluster",
        "size": [{"signal": "height"}, {"signal": "width"}],
        "as": ["y", "x", "depth", "children"],
        "separation": True,
    }
    links = {"name": "links", "source": "tree", "transform": [{"type": "treelinks"}, _PATH]}
    return {
        "$schema": "https://vega.github.io/schema/vega/v5.json",
        "width": _DEPTH * max(depth, 1),
        "height": _ROW * max(leaves, 1),
        "padding": {"left": _DEPTH, "right": _DEPTH + 60, "top": 20, "bottom": 20},
        "data": [
            {"name": "tree", "values": rows, "transform": [_STRATIFY, layout]},
            links,
        ],
        "marks": [_LINE, _EDGE, _DOT, _WORDS],
    }  # fmt: skip


_STRATIFY = {"type": "stratify", "key": "id", "parentKey": "parent"}
_PATH = {"type": "linkpath", "orient": "horizontal", "shape": "diagonal"}
_LINE = {
    "type": "path",
    "from": {"data": "links"},
    "encode": {"update": {"path": {"field": "path"}, "stroke": {"value": "#bbb"}}},
}
_DOT = {
    "type": "symbol",
    "from": {"data": "tree"},
    "encode": {"enter": {"size": {"value": 40}, "fill": {"value": "#4c78a8"}},
               "update": {"x": {"field": "x"}, "y": {"field": "y"}}},
}  # fmt: skip
_WORDS: dict[str, Any] = {
    "type": "text",
    "from": {"data": "tree"},
    "encode": {
        "enter": {
            "text": {"field": "name"},
            "font": {"value": FONTS},
            "fontSize": {"value": 12},
            "baseline": {"value": "middle"},
        },
        "update": {
            "x": {"field": "x"},
            "y": {"field": "y"},
            "dx": {"signal": "datum.children ? -7 : 7"},
            "dy": {"signal": "datum.children ? -9 : 0"},
            "align": {"signal": "datum.children ? 'right' : 'left'"},
        },
    },
}  # fmt: skip


_EDGE: dict[str, Any] = {
    **_WORDS,
    "encode": {
        "enter": {**_WORDS["encode"]["enter"], "stroke": {"value": "white"}, "strokeWidth": {"value": 4},
                  "strokeJoin": {"value": "round"}},
        "update": _WORDS["encode"]["update"],
    },
}  # fmt: skip
"""Lines pass below a white edge of the words."""


def _rows(nodes: Index) -> Iterator[dict[str, str | None]]:
    """Yield the nodes of the tree (documents, sections, actions), with an extra root if there are several documents."""
    above = dict(nodes.pairs("sectionOf")) | dict(nodes.pairs("parentSection"))
    inside = dict(nodes.pairs("inSection"))
    of = dict(nodes.pairs("actionOf"))
    plans = sorted({*of.values(), *(o for _, o in nodes.pairs("sectionOf"))})
    root = "" if len(plans) > 1 else None
    if root is not None:
        yield {"id": root, "parent": None, "name": ""}
    for plan in plans:
        yield {"id": plan, "parent": root, "name": _name(nodes, plan)}
    for section in sorted(above, key=lambda s: nodes.number(s, "sectionOrder") or 0):
        yield {"id": section, "parent": above[section], "name": _name(nodes, section)}
    for action in sorted(of, key=lambda a: nodes.number(a, "itemOrder") or 0):
        yield {"id": action, "parent": inside.get(action, of[action]), "name": _name(nodes, action)}


def _name(nodes: Index, node: str) -> str:
    labels = [terms.lexical(v) for v in nodes.values(node, terms.LABEL) if not v.endswith("@en")]
    path, _, rest = (labels or [""])[0].partition(" ")
    text = f"{path.rpartition('/')[2]} {rest}".strip()
    return text if len(text) <= _LABEL else text[: _LABEL - 1] + "…"


def _depth(rows: list[dict[str, str | None]], node: str | None) -> int:
    parents = {r["id"]: r["parent"] for r in rows}
    depth = 0
    while node is not None and parents.get(node) is not None and depth <= len(rows):
        node, depth = parents[node], depth + 1
    return depth
