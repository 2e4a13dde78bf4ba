"""Charts: every declared one is a valid specification over its columns, drawn with all its values."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kgbuild import api
from kgbuild.errors import InputError, UsageError
from kgbuild.queries.template import load_templates
from kgbuild.store import Rows, Value
from kgbuild.view import charts

DATA = Path(__file__).parent / "data"
CHARTS = [name for name, template in load_templates().items() if template.chart]


@pytest.fixture(scope="module")
def graph() -> api.Graph:
    return api.open_graphs([DATA / "mini.ttl", DATA / "later.ttl", DATA / "series.ttl"])


def test_every_type_of_chart_is_declared_by_some_query() -> None:
    declared = {t.chart.type for t in load_templates().values() if t.chart}
    assert declared == {"bar", "line", "map", "matrix", "network", "timeline"}


def shown(value: Value) -> str:
    """A value as JSON has it: its numbers are floats."""
    return str(float(value) if isinstance(value, Decimal) else value)


@pytest.mark.parametrize("name", CHARTS)
def test_the_specification_holds_the_rows_as_they_are(name: str, graph: api.Graph) -> None:
    rows = graph.query(name)
    data, warnings = api.draw(name, rows, ".json")
    spec = json.loads(data)
    assert not warnings
    chart = load_templates()[name].chart
    assert chart is not None
    if chart.type == "network":
        names = [n["name"] for n in spec["data"][0]["values"]]
        links = [(names[x["source"]], names[x["target"]], x["value"]) for x in spec["data"][1]["values"]]
        assert links == [row[:3] for row in rows.rows]
    else:
        values = [tuple(v.values()) for v in spec["data"]["values"]]
        assert [tuple(map(str, v)) for v in values] == [tuple(map(shown, r)) for r in rows.rows]
        used = set(re.findall(r'"field": "(\w+)"', json.dumps(spec)))
        assert {column for _, column in chart.channels} <= used <= set(rows.columns)


@pytest.mark.parametrize("name", CHARTS)
def test_svg_shows_every_name_as_text_and_is_the_same_twice(name: str, graph: api.Graph) -> None:
    pytest.importorskip("vl_convert")
    rows = graph.query(name)
    svg, _ = api.draw(name, rows, ".svg")
    assert (svg, []) == api.draw(name, rows, ".svg")
    shown = set(re.findall(r"<text[^>]*>([^<]+)</text>", svg.decode()))
    chart = load_templates()[name].chart
    assert chart is not None
    for channel, column in chart.channels:
        texts = {str(row[column]) for row in rows if isinstance(row[column], str)}
        assert texts <= shown, (channel, texts - shown)
    if chart.type == "bar":
        bars = re.findall(r'aria-roledescription="bar"', svg.decode())
        assert len(bars) == len(rows)


def test_png_warns_where_chinese_would_be_boxes(graph: api.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vl_convert")
    rows = graph.query("workload-by-kind")
    png, _ = api.draw("workload-by-kind", rows, ".png")
    assert png.startswith(b"\x89PNG")
    monkeypatch.setattr(charts, "has_cjk_font", lambda: False)
    assert api.draw("workload-by-kind", rows, ".png")[1] == [charts.NO_FONT]
    assert api.draw("workload-by-kind", rows, ".svg")[1] == []


def test_the_font_check_sees_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    def boxes(_: dict[str, Any], **__: object) -> bytes:
        return b"the same box"

    monkeypatch.setattr(charts, "_library", lambda: type("Box", (), {"vega_to_png": staticmethod(boxes)}))
    charts.has_cjk_font.cache_clear()
    assert not charts.has_cjk_font()
    charts.has_cjk_font.cache_clear()


@pytest.mark.parametrize(
    ("name", "suffix", "message"),
    [
        ("outline", ".svg", "declares no chart"),
        ("joint-work", ".pdf", "no chart is written as .pdf"),
        ("joint-work", "", "a file without suffix"),
    ],
)
def test_what_cannot_be_drawn_is_told(name: str, suffix: str, message: str, graph: api.Graph) -> None:
    with pytest.raises(UsageError, match=message):
        api.draw(name, graph.query(name), suffix)


def test_nothing_is_not_drawn_and_a_missing_library_is_told(graph: api.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="nothing to draw"):
        api.draw("joint-work", Rows(columns=("bodyA", "bodyB", "actions"), rows=()), ".svg")
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    with pytest.raises(InputError, match=r"\.\[charts\]"):
        api.draw("joint-work", graph.query("joint-work"), ".svg")


def network(nodes: int) -> Rows:
    """A ring of strong links, and a weak link between any two of its nodes."""
    ring = [(f"省{i:02}局", f"省{(i + 1) % nodes:02}局", 9, "甲类", "甲类") for i in range(nodes)]
    weak = [
        (f"省{i:02}局", f"省{j:02}局", 1, "甲类", "甲类")
        for i in range(nodes)
        for j in range(i + 2, nodes)
        if j - i < nodes - 1
    ]
    return Rows(columns=("bodyA", "bodyB", "actions", "kindA", "kindB"), rows=(*ring, *weak))


def drawn(rows: Rows, lang: str = "zh") -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(api.draw("joint-work", rows, ".json", lang=lang)[0])
    return spec


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "共 435 条连线，画出最强的 45 条"), ("en", "the strongest 45 of 435 links")]
)
def test_of_a_large_network_the_strong_links_are_drawn_and_the_rest_is_counted(lang: str, said: str) -> None:
    spec = drawn(network(30), lang)
    links = spec["data"][1]["values"]
    assert sum(link["value"] == 9 for link in links) == 30
    assert spec["title"]["subtitle"] == said
    assert {i for link in links for i in (link["source"], link["target"])} == set(range(30))


def test_of_a_small_network_all_links_are_drawn() -> None:
    spec = drawn(network(6))
    assert len(spec["data"][1]["values"]) == len(network(6).rows)
    assert "subtitle" not in spec["title"]


def test_legends_say_what_colour_and_width_mean() -> None:
    assert [legend["title"] for legend in drawn(network(6))["legends"]] == ["单位类别", "同时写明两者的行动数"]


@pytest.mark.parametrize(
    ("days", "ticks"),
    [
        (["2025-12-31", "2025-06-30", "2025-12-31"], ["2025-06-30", "2025-12-31"]),
        ([f"2025-{m:02}-15" for m in range(1, 13)] + ["2026-12-31"], None),
    ],
)
def test_the_ticks_of_deadlines_are_last_days(days: list[str], ticks: list[str] | None) -> None:
    rows = Rows(
        columns=("deadline", "what", "document", "path", "basis", "quote", "start"),
        rows=tuple(
            (date.fromisoformat(d), f"行动{i}", "要点", "一", "clause", "年底前", i) for i, d in enumerate(days)
        ),
    )
    spec = json.loads(api.draw("deadlines", rows, ".json")[0])
    shown = [f"{v['year']}-{v['month']:02}-{v['date']:02}" for v in spec["encoding"]["x"]["axis"]["values"]]
    quarters = [f"{y}-{m}" for y in (2025, 2026) for m in ("03-31", "06-30", "09-30", "12-31")]
    assert shown == (ticks or quarters)
