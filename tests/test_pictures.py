"""Pictures on pages: what is drawn is what the rows say, the same each time; what finds no room is counted."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from kgbuild.view.pictures import TILES, MapDivision, picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.view.pictures import Row

BARS = {"y": "name", "x": "n"}
PAIRS = {"source": "a", "target": "b", "value": "n"}


def test_every_province_has_a_square_of_its_own() -> None:
    assert len(TILES) == len({(x, y) for x, y, _ in TILES.values()}) == 34
    assert len({name for _, _, name in TILES.values()}) == 34


def test_bars_are_parts_of_the_longest_and_the_rest_is_counted() -> None:
    rows: list[Row] = [{"name": f"某局{n}", "n": n} for n in range(50, 0, -1)]
    made = picture("bar", BARS, rows)
    assert made is not None
    assert (made["bars"][0]["part"], made["bars"][0]["size"], made["left"]) == (100, "50", 20)
    assert made["bars"][25]["part"] == 50
    assert made["legend"] == []
    both = picture("bar", {**BARS, "color": "kind"}, [{"name": "甲", "n": 2, "kind": k} for k in ("x", "y")])
    assert both is not None
    assert [b.get("again", False) for b in both["bars"]] == [False, True]
    assert [e["label"] for e in both["legend"]] == ["x", "y"]


@pytest.mark.parametrize(
    ("kind", "channels"),
    [
        ("bar", BARS),
        ("line", {"x": "day", "y": "n"}),
        ("timeline", {"x": "day", "y": "name"}),
        ("matrix", {"x": "a", "y": "b", "value": "n"}),
        ("network", PAIRS),
        ("map", {"place": "a"}),
    ],
)
def test_where_there_is_nothing_there_is_no_picture(kind: str, channels: Mapping[str, str]) -> None:
    nothing: Row = {"name": None, "n": None, "day": None, "a": None, "b": None}
    assert picture(kind, channels, []) is None
    assert picture(kind, channels, [nothing]) is None


def test_a_line_has_a_point_for_each_value_of_its_series() -> None:
    days = [date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1)]
    rows: list[Row] = [{"day": d, "n": n, "of": "基地"} for n, d in enumerate(days)]
    made = picture("line", {"x": "day", "y": "n", "color": "of"}, [*rows, {"day": days[0], "n": 5, "of": "率"}])
    assert made is not None
    (first, second) = made["lines"]
    assert [(p["x"], p["size"]) for p in first["points"]] == [(10, "0"), (119.8, "1"), (230, "2")]
    assert (second["label"], len(second["points"])) == ("率", 1)


def test_days_are_points_in_order_and_what_falls_on_them_is_told_once() -> None:
    rows: list[Row] = [{"day": date(2025, m, 1), "what": "a"} for m in (6, 1, 6, 12)]
    made = picture("timeline", {"x": "day", "y": "what"}, rows)
    assert made is not None
    assert [(d["day"], len(d["entries"])) for d in made["days"]] == [
        ("2025-01-01", 1), ("2025-06-01", 1), ("2025-12-01", 1)
    ]  # fmt: skip
    assert made["points"][0]["x"] < made["points"][1]["x"] < made["points"][2]["x"]


def test_no_name_of_a_network_stands_upon_another() -> None:
    rows: list[Row] = [
        {"a": f"云岭省第{i}厅", "b": f"云岭省第{j}厅", "n": 1 + i * j % 5} for i, j in combinations(range(24), 2)
    ]
    made = picture("network", PAIRS, rows)
    assert made == picture("network", PAIRS, rows)
    assert made is not None
    assert (len(made["nodes"]), len(made["links"]), made["left"]) == (24, 276, 0)
    for one, other in combinations(made["nodes"], 2):
        assert abs(one["x"] - other["x"]) > 60 or abs(one["y"] - other["y"]) > 18, (one, other)
    assert all(0 <= n["x"] <= made["width"] and 0 <= n["y"] <= made["height"] for n in made["nodes"])


def test_what_lies_in_a_province_counts_for_it_and_other_places_stand_below() -> None:
    places = {
        "贵州省": MapDivision(code="520000", label="贵州省", iri="https://example.org/52"),
        "贵阳市": MapDivision(code="520100", label="贵阳市", iri="https://example.org/5201"),
        "云岭省": MapDivision(code="990000", label="云岭省", iri="https://example.org/99"),
    }
    rows: list[Row] = [
        {"place": name, "n": n} for name, n in (("贵州省", 1), ("贵阳市", 2), ("云岭省", 4), ("某地", 8))
    ]
    made = picture("map", {"place": "place", "value": "n"}, rows, places=places)
    assert made is not None
    filled = [t for t in made["tiles"] if t["size"]]
    assert [(t["label"].zh, t["size"], t["shade"], t["iri"]) for t in filled] == [
        ("贵州", "3", 4, "https://example.org/52")
    ]
    assert [(o["label"], o["size"]) for o in made["others"]] == [("云岭省", "4")]
    assert made["left"] == 1
