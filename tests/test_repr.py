"""What an interactive session shows of the objects of the facade: a line, not a million characters."""

from __future__ import annotations

from pathlib import Path

import pytest

import kgbuild
from kgbuild.api.judge import judge_graph

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"


@pytest.fixture(scope="module")
def plan() -> kgbuild.Result:
    return kgbuild.build(EXAMPLE)


def test_every_object_is_shown_in_a_line(plan: kgbuild.Result) -> None:
    built = plan.built
    verdict = judge_graph(built.asserted | built.graphs.vocabulary, name="plan.ttl")
    found = built.annotations
    shown = [plan, built, built.source, found, found.document, built.graphs, plan.validation, verdict, plan.graph()]
    for each in shown:
        text = repr(each)
        assert "\n" not in text
        assert 10 < len(text) < 300, type(each).__name__


def test_a_result_says_what_it_is(plan: kgbuild.Result) -> None:
    assert "云岭省全民数字素养提升行动方案" in repr(plan)
    assert "23 actions, 22 assigned" in repr(plan)
    assert repr(plan).endswith("conforms>")
    assert "not validated" in repr(kgbuild.build(EXAMPLE, validate=False))


def test_a_notebook_shows_a_table_without_markup_of_the_text(plan: kgbuild.Result, tmp_path: Path) -> None:
    html = plan._repr_html_()
    assert html.startswith("<table><caption>")
    assert "<td>23 actions, 22 assigned</td>" in html
    odd = tmp_path / "odd.txt"
    odd.write_text("关于<script>alert(1)</script>工作要点\n\n一、开展活动。\n", encoding="utf-8")
    assert "<script>" not in kgbuild.build(odd)._repr_html_()
