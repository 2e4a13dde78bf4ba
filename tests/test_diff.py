"""What changed between two plans, on two invented ones (tests/data/series-*.txt): kinds, facts, formats, inputs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.support import invoke

import kgbuild
from kgbuild import api
from kgbuild.cli import cli
from kgbuild.comparison.plan import plans_of_graph
from kgbuild.comparison.rows import fact_text
from kgbuild.comparison.series import find_series, series_rows, title_without_year
from kgbuild.comparison.words import mark, unwrapped
from kgbuild.errors import InputError, UsageError
from kgbuild.store import Index, read_quads
from kgbuild.store.reading import parse_quads

if TYPE_CHECKING:
    from click.testing import Result

    from kgbuild.comparison.changes import Comparison

DATA = Path(__file__).parent / "data"
OLD, NEW = DATA / "series-2023.txt", DATA / "series-2024.txt"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return kgbuild.diff(OLD, NEW)


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("graphs")
    for file in (OLD, NEW):
        (folder / f"{file.stem}.ttl").write_bytes(api.build(file, validate=False).serialise("ttl"))
    return folder / f"{OLD.stem}.ttl", folder / f"{NEW.stem}.ttl"


def kinds(comparison: Comparison) -> set[tuple[str, str, str, bool]]:
    return {(c.before.path if c.before else "", c.after.path if c.after else "", c.kind, c.moved)
            for c in comparison.changes}  # fmt: skip


def run(*args: object) -> Result:
    return invoke("diff", *args)


# -- what changed -------------------------------------------------------------------------------------------------
def test_each_action_is_what_a_reader_says_it_is(comparison: Comparison) -> None:
    assert kinds(comparison) == {
        ("一/1", "一/1", "reworded", False),
        ("一/2", "一/2", "split", False),
        ("一/2", "一/3", "split", False),
        ("一/3", "", "dropped", False),
        ("二/4", "二/4", "kept", False),
        ("二/5", "", "dropped", False),
        ("二/6", "二/5", "merged", False),
        ("二/7", "二/5", "merged", False),
        ("", "二/6", "new", False),
        ("三/9", "二/7", "kept", True),
        ("三/8", "三/8", "reworded", False),  # its heading has another name, and is the same
    }
    assert comparison.counts == {"kept": 2, "reworded": 2, "split": 1, "merged": 1, "new": 1, "dropped": 2, "moved": 1}
    assert comparison.differs


def test_facts_are_gained_lost_and_changed_by_role_and_value(comparison: Comparison) -> None:
    facts = {c.after.path: [fact_text(f) for f in c.facts] for c in comparison.changes if c.after and c.before}
    assert facts["一/1"] == ["+ body 市文化和旅游局 (responsible)", "~ indicator 青少年观众 10万人次 → 12万人次"]
    assert facts["一/2"] == facts["一/3"] == []  # of a split, all parts together have what the whole had
    assert facts["二/4"] == [
        "~ body 市农业农村局 (cooperating → lead)",
        "~ body 市科技局 (lead → cooperating)",
    ]
    assert facts["三/8"] == [
        "~ deadline 2023-12-31 → 2024-12-31",
        "~ indicator 公民具备科学素质的比例 12.5% → 13.8%",
    ]
    whole = [fact_text(f) for f in comparison.facts]
    assert "- population 老年人" in whole
    assert "+ body 市交通运输局 (responsible)" in whole
    assert not any("市教育局" in f for f in whole)


_SPLIT = """云岭省{year}年全民阅读行动计划

一、完善设施
{items}
"""


def test_what_parts_of_a_split_have_stands_with_them(tmp_path: Path) -> None:
    whole = (
        "1.改造乡村书屋和流动图书车。改造农家书屋，更新图书配置；配备流动图书车，开展图书进村巡回服务。"
        "（省新闻出版局牵头，省农业农村厅、省残联配合）"
    )
    parts = (
        "1.改造乡村书屋。改造农家书屋，更新图书配置。（省新闻出版局牵头，省农业农村厅配合）\n"
        "2.配备流动图书车。配备流动图书车，开展图书进村巡回服务。（省新闻出版局牵头，省交通运输厅配合）"
    )
    files = []
    for year, items in ((2024, whole), (2025, parts)):
        files.append(tmp_path / f"{year}.txt")
        files[-1].write_text(_SPLIT.format(year=year, items=items), encoding="utf-8")
    there, back = api.diff(*files), api.diff(*reversed(files))
    assert {c.after.path: [fact_text(f) for f in c.facts] for c in there.changes if c.after} == {
        "一/1": ["- body 省残联 (cooperating)"],  # said of no part: with the first
        "一/2": ["+ body 省交通运输厅 (cooperating)"],
    }
    assert {c.before.path: [fact_text(f) for f in c.facts] for c in back.changes if c.before} == {
        "一/1": ["+ body 省残联 (cooperating)"],
        "一/2": ["- body 省交通运输厅 (cooperating)"],
    }


def test_an_action_that_is_whole_in_the_later_plan_is_not_split(tmp_path: Path) -> None:
    """What both say, 为…周岁以上老年人, is in the later plan twice; the first has all of the action."""
    same = (
        "1.新建农村公路120公里，改造危桥8座，开通客货邮线路不少于5条。（省交通运输厅）\n"
        "2.改造老旧小区43个，加装电梯20部以上。（省住房城乡建设厅）\n"
        "3.提高城乡低保标准，城市低保标准提高到每月720元。（省民政厅）\n"
    )
    kept = same + "4.为全省65周岁以上老年人免费体检一次，体检率不低于{}。（省卫生健康委）\n"
    new = "5.新建城市书房15个，改造社区食堂30家，为80周岁以上老年人免费送餐。（省民政厅）\n"
    files = []
    for year, items in ((2024, kept.format("75%")), (2025, kept.format("80%") + new)):
        files.append(tmp_path / f"{year}.txt")
        files[-1].write_text(_SPLIT.format(year=year, items=items), encoding="utf-8")
    found = kinds(api.diff(*files))
    assert {("一/4", "一/4", "reworded", False), ("", "一/5", "new", False)} <= found


def test_headings_are_kept_or_renamed(comparison: Comparison) -> None:
    found = [(h.kind, h.before and h.before.title, h.after and h.after.title) for h in comparison.headings]
    assert found == [
        ("kept", "建设科普阵地", "建设科普阵地"),
        ("kept", "服务重点人群", "服务重点人群"),
        ("renamed", "加强组织保障", "加强组织工作"),
    ]


def test_a_plan_does_not_differ_from_itself() -> None:
    same = kgbuild.diff(OLD, OLD)
    assert not same.differs
    assert {c.kind for c in same.changes} == {"kept"}
    assert {c.grade for c in same.changes} == {"exact"}


def test_plans_of_other_subjects_are_not_forced_together(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(
        "云岭省2024年防汛工作要点\n一、备汛\n1.检修水库闸门。（省水利厅）\n2.储备沙袋编织布。（省应急厅）\n", "utf-8"
    )
    assert {c.kind for c in kgbuild.diff(OLD, other).changes} == {"new", "dropped"}


def test_going_back_is_the_other_way_round(comparison: Comparison) -> None:
    turned = {"split": "merged", "merged": "split", "new": "dropped", "dropped": "new"}
    expected = {(b, a, turned.get(kind, kind), moved) for a, b, kind, moved in kinds(comparison)}
    assert kinds(kgbuild.diff(NEW, OLD)) == expected


def test_a_graph_says_what_its_document_says(comparison: Comparison, graphs: tuple[Path, Path]) -> None:
    assert api.render_diff(kgbuild.diff(*graphs), "json") == api.render_diff(comparison, "json")


# -- words --------------------------------------------------------------------------------------------------------
@given(st.text(alphabet="推进建设，。12 a\n", max_size=40), st.text(alphabet="推进建设，。12 a\n", max_size=40))
def test_marked_words_joined_are_the_wordings(before: str, after: str) -> None:
    left, right = mark(before, after)
    assert "".join(p.text for p in left) == unwrapped(before)
    assert "".join(p.text for p in right) == unwrapped(after)
    if unwrapped(before) == unwrapped(after):
        assert not any(p.differs for p in (*left, *right))


# -- formats ------------------------------------------------------------------------------------------------------
def test_names_are_told_in_the_language_of_the_page() -> None:
    comparison = kgbuild.diff(OLD, NEW)
    named = [f.fact for f in comparison.facts if f.fact.kind == "population"]
    assert named
    assert all(fact.english for fact in named)
    html = api.render_diff(comparison, "html", lang="en").decode()
    english, chinese = (api.render_diff(comparison, "md", lang=lang).decode() for lang in ("en", "zh"))
    for fact in named:
        assert (
            f'<strong><span class="zh" lang="zh">{fact.label}</span><span class="en" lang="en">{fact.english}</' in html
        )
        assert f"Population {fact.english}" in english
        assert f"人群 {fact.label}" in chinese


@pytest.mark.parametrize("form", ["table", "csv", "json", "md", "html", "ttl", "trig", "nq"])
def test_every_format_is_the_same_twice_and_names_what_is_new(comparison: Comparison, form: Any) -> None:
    data = api.render_diff(comparison, form)
    assert data == api.render_diff(kgbuild.diff(OLD, NEW), form)
    assert ("推广低空飞行器安全常识" in data.decode()) == (form not in ("ttl", "trig", "nq"))


def test_json_holds_offsets_of_the_read_texts(comparison: Comparison) -> None:
    found = json.loads(api.render_diff(comparison, "json"))
    texts = {"before": api.read_file(OLD).text, "after": api.read_file(NEW).text}
    sides = [(side, a[side]) for a in found["actions"] for side in texts if a[side]]
    assert len(sides) == 19
    for side, action in sides:
        assert texts[side][action["span"]["start"] : action["span"]["end"]] == action["text"]
    reworded = next(a for a in found["actions"] if a["after"] and a["after"]["path"] == "三/8")
    assert (reworded["removed"], reworded["added"]) == (["2023", "12.5%"], ["2024", "13.8%"])


def test_markdown_strikes_what_went_and_has_both_languages(comparison: Comparison) -> None:
    assert "农技图书和放映设备~~，培训书屋管理员~~。" in api.render_diff(comparison, "md").decode()
    chinese = api.render_diff(comparison, "md", lang="zh").decode()
    assert "### 三/9 → 二/7 保留 · 移位" in chinese
    assert not re.search(r"\b(kept|moved|gained)\b", chinese)


def test_statements_keep_the_rules_and_point_at_both_texts(
    comparison: Comparison, graphs: tuple[Path, Path], tmp_path: Path
) -> None:
    data = api.render_diff(comparison, "trig")
    file = tmp_path / "changes.trig"
    file.write_bytes(data)
    checked = CliRunner().invoke(cli, ["validate", str(file)])
    assert checked.exit_code == 0, checked.output
    quads = parse_quads(data, name="changes.trig")
    nodes = Index(quads)
    spans = set(Index(q for path in graphs for q in read_quads(path)).of_type("SourceSpan"))
    assert len(nodes.of_type("ActionChange")) == len(comparison.changes) == 11
    for change in nodes.of_type("ActionChange"):
        evidence = nodes.values(change, "evidence")
        sides = [*nodes.values(change, "actionBefore"), *nodes.values(change, "actionAfter")]
        assert len(evidence) == len(sides)
        assert spans.issuperset(evidence)
    assert not any(t.startswith("_:") for q in quads for t in q)
    assert len({g for _, _, _, g in quads}) == 2  # its own, and the slice of the vocabularies


# -- inputs -------------------------------------------------------------------------------------------------------
def test_plans_of_a_store_are_named_by_title_or_iri(
    comparison: Comparison, graphs: tuple[Path, Path], tmp_path: Path
) -> None:
    place = tmp_path / "two.store"
    api.load_store(str(place), graphs)
    held = api.open_store(place)
    titles = ("青川市2023年科学普及工作要点", "青川市2024年科学普及工作要点")
    assert kinds(kgbuild.diff(*titles, store=held)) == kinds(comparison)
    iris = [p.node[1:-1] for p in (comparison.before, comparison.after)]
    assert kgbuild.diff(*iris, store=held).counts == comparison.counts
    (series,) = api.series_in(held)
    assert (series.title, series.years) == ("青川市科学普及工作要点", (2023, 2024))
    plans, changes = api.diff_series([titles[1]], store=held)
    assert [p.year for p in plans] == [2023, 2024]
    assert len(changes) == 1
    with pytest.raises(UsageError, match="no Plan in the graph"):
        kgbuild.diff("青川市2099年科学普及工作要点", titles[0], store=held)


def test_what_cannot_be_compared_is_an_error_with_a_cure(tmp_path: Path, graphs: tuple[Path, Path]) -> None:
    empty = tmp_path / "empty.nt"
    empty.write_text("<http://x/a> <http://x/b> <http://x/c> .\n", "utf-8")
    with pytest.raises(InputError, match="holds no action"):
        kgbuild.diff(empty, OLD)
    both = tmp_path / "both.nt"
    both.write_bytes(b"".join(api.build(f, validate=False).serialise("nt") for f in (OLD, NEW)))
    with pytest.raises(UsageError, match="holds 2 documents"):
        kgbuild.diff(both, OLD)


def test_the_command_ends_with_1_where_plans_differ_only_when_asked(tmp_path: Path) -> None:
    assert run(OLD, NEW).exit_code == 0
    assert run(OLD, NEW, "--exit-code", "-o", tmp_path / "a.md").exit_code == 1
    assert (tmp_path / "a.md").read_text("utf-8").startswith("# 青川市2023年")
    assert run(OLD, OLD, "--exit-code").exit_code == 0


@pytest.mark.parametrize(
    ("args", "code"),
    [((OLD,), 2), ((OLD, NEW, OLD), 2), ((OLD, NEW, "-o", "x.docx"), 2), ((OLD, "missing.txt"), 3)],
)
def test_wrong_calls_end_with_their_code(args: tuple[object, ...], code: int) -> None:
    result = run(*args)
    error = result.exception
    assert getattr(error, "exit_code", result.exit_code) == code


# -- series -------------------------------------------------------------------------------------------------------
def test_a_series_is_one_table_over_its_years() -> None:
    plans, comparisons = api.diff_series([NEW, OLD])
    rows = [dict(zip(("2023", "2024", "text"), row, strict=True)) for row in
            series_rows(plans, comparisons).rows]  # fmt: skip
    assert [p.year for p in plans] == [2023, 2024]
    assert len(rows) == 12 - 1
    moved = next(r for r in rows if r["2023"] == "三/9")
    assert moved["2024"] == "二/7 (kept, moved)"
    assert next(r for r in rows if r["2024"] == "二/6 (new)")["2023"] is None


@pytest.mark.parametrize(
    ("titles", "years"),
    [
        (["云岭省2023年科普工作要点", "云岭省2024年科普工作要点"], (2023, 2024)),
        (["2023年云岭省科普工作要点", "云岭省2024年度科普工作要点"], (2023, 2024)),
        (["云岭省2024年科普工作要点", "云岭省2024年科普工作要点"], None),  # two texts of one year
        (["云岭省2023年科普工作要点", "云岭省2024年科普工作总结"], None),
        (["云岭省科普工作要点", "云岭省科普条例"], None),
    ],
)
def test_a_series_has_one_title_but_for_the_year(
    comparison: Comparison, titles: list[str], years: tuple[int, ...] | None
) -> None:
    from dataclasses import replace

    from kgbuild.comparison.plan import year_of

    plans = [replace(comparison.before, node=f"<http://x/{n}>", title=t, year=year_of(t)) for n, t in enumerate(titles)]
    found = find_series(plans)
    assert [s.years for s in found] == ([years] if years else [])


def test_one_title_in_two_places_is_no_series(comparison: Comparison) -> None:
    from dataclasses import replace

    plans = [
        replace(comparison.before, node="<http://x/1>", place="<http://x/a>"),
        replace(comparison.after, node="<http://x/2>", place="<http://x/b>"),
    ]
    assert find_series(plans) == []
    assert title_without_year("青川市数字经济行动计划（2023—2025年）") == "青川市数字经济行动计划"


def test_plans_are_read_with_place_issuer_number_and_day(graphs: tuple[Path, Path]) -> None:
    (plan,) = plans_of_graph(Index(read_quads(graphs[0])))
    assert (plan.number, plan.dated, plan.year, len(plan.actions)) == ("青科普办〔2023〕3号", "2023-02-08", 2023, 9)
