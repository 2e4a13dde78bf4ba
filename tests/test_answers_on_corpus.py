"""Answers of saved queries on three plans, against counts taken from their texts by a reader.

The figures were counted before any query ran on these texts: items by reading, names by searching the text itself.
Four of them were mended afterwards, each against the text: an item of one body, two counts of bodies listed first, and
heading 一 of two plans, which has a paragraph of its own and no item, and so is an action that names nobody.
They are numbers of items and of places, names of bodies and dates; no sentence of the corpus stands here.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.support import CORPUS, needs_shared

import kgbuild.api as kgbuild

if TYPE_CHECKING:
    from kgbuild.store import Rows

pytestmark = needs_shared


@cache
def graph(name: str) -> kgbuild.Graph:
    result = kgbuild.build(CORPUS / f"{name}.txt", validate=False)
    return kgbuild.Graph((*t, f"<{g}>") for g, triples in result.graphs().items() for t in triples)


def steps(rows: Rows) -> Counter[str]:
    """The last step of each path, as often as it comes: the number of the item as printed."""
    return Counter(str(row["path"]).rpartition("/")[2] for row in rows)


def numbers(*items: int | str) -> Counter[str]:
    return Counter(str(item) for item in items)


# -- who is responsible -------------------------------------------------------------------------------------------
SEED_SCIENCE = (2, 3, 7, 8, *range(10, 16), 17, 19, 21, 22, 23, *range(25, 36), 38, 39)
SEED_EDUCATION = (2, 3, 6, 7, 8, 10, 13, 14, 23, 24, 25, 26, 27, 30, 33, 34, 35)


@pytest.mark.parametrize(
    ("name", "body", "items"),
    [
        ("seed", "省科协", numbers(*SEED_SCIENCE)),
        ("seed", "省教育厅", numbers(*SEED_EDUCATION)),
        ("seed", "团省委", numbers(7, 8, 10, 13, 14, 15, 16, 26, 28, 30, 31, 34, 35)),
        ("seed", "省妇联", numbers(7, 10, 12, 14, 15, 16, 26)),
        ("seed", "省统计局", numbers(39)),
        ("0260", "省工业和信息化厅", numbers(*range(1, 22), "(一)", "(二)", "(三)", "(四)")),
        ("0260", "省发展改革委", numbers(4, 5, 7, 8, 10, 11, 12, 13, 14, 15, "(二)")),
        ("0260", "省科技厅", numbers(4, 5, 6, 7, 10, 16, 20, "(二)")),
        ("0260", "省财政厅", numbers(8, 13, 14, 15, 19, "(二)")),
        ("0271", "合肥海关", numbers(1, 1, 2, 3, 4, 17, 23)),
        ("0271", "省商务厅", numbers(1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 19, 21, 23, 24)),
        ("0271", "省贸促会", numbers(3, 13, 19, 21, 23, 24)),
        ("0271", "省市场监管局", numbers(9, 16, 19)),
        ("0271", "省港航集团", numbers(17, 18, 18)),
    ],
)
def test_the_actions_of_a_body(name: str, body: str, items: Counter[str]) -> None:
    assert steps(graph(name).query("actions-of-body", body=body)) == items


@pytest.mark.parametrize(
    ("name", "body", "roles"),
    [
        ("0260", "省工业和信息化厅", {"lead": 24, "cooperating": 1}),
        ("0260", "省发展改革委", {"lead": 2, "cooperating": 9}),
        ("0260", "省科技厅", {"lead": 2, "cooperating": 6}),
        ("0260", "省财政厅", {"lead": 1, "cooperating": 5}),
        ("0260", "省商务厅", {"cooperating": 2, "responsible": 1}),
        ("0271", "合肥海关", {"lead": 2, "cooperating": 4, "responsible": 1}),
        ("0271", "省商务厅", {"lead": 12, "cooperating": 2, "responsible": 5}),
        ("0271", "省外办", {"cooperating": 2, "responsible": 1}),
    ],
)
def test_the_roles_of_a_body(name: str, body: str, roles: dict[str, int]) -> None:
    for role in ("lead", "cooperating", "responsible"):
        found = graph(name).query("actions-of-body", body=body, role=role)
        assert len(found) == roles.get(role, 0), role


def test_bodies_in_printed_order() -> None:
    rows = list(graph("seed").query("bodies-of-action", item="8"))
    # Positions counted in the printed list; the list itself is the text's own and stays there.
    found = {str(row["asFound"]): row["position"] for row in rows}
    assert (len(found), found["省教育厅"], found["省工信厅"], found["省农科院"], found["省科协"]) == (12, 1, 3, 8, 12)
    assert [row["position"] for row in rows] == list(range(1, 13))
    rows = list(graph("0260").query("bodies-of-action", item="13", lang="en"))
    assert [rows[n]["asFound"] for n in (0, 2, 4)] == ["省工业和信息化厅", "省财政厅", "省市场监管局"]
    assert [str(row["role"]).split()[0].lower() for row in rows] == ["lead"] + ["cooperating"] * 4


@pytest.mark.parametrize(
    ("name", "position_one"),
    [
        ("seed", {"省教育厅": 6, "省科协": 5, "省委组织部": 4, "省人社厅": 3, "省科技厅": 4, "省委宣传部": 3}),
        ("0260", {"省工业和信息化厅": 22, "省科技厅": 1, "省发展改革委": 1, "省委宣传部": 1}),
        ("0271", {"省商务厅": 17, "合肥海关": 3, "省外办": 1, "省贸促会": 1, "省发展改革委": 1}),
    ],
)
def test_who_is_listed_first(name: str, position_one: dict[str, int]) -> None:
    first = Counter(row["start"] for row in graph(name).query("first-listed-bodies"))
    for body, times in position_one.items():
        mine = graph(name).query("actions-of-body", body=body)
        assert len([row for row in mine if row["start"] in first]) == times, body


@pytest.mark.parametrize(("name", "actions", "nobody"), [("seed", 40, []), ("0260", 26, ["一"]), ("0271", 32, ["一"])])
def test_every_action_has_its_bodies(name: str, actions: int, nobody: list[str]) -> None:
    assert graph(name).query("every-action-has-a-body").rows == ((not nobody,),)
    assert [row["path"] for row in graph(name).query("actions-without-body")] == nobody
    assert len({(row["path"], row["text"]) for row in graph(name).query("action-table")}) == actions


@pytest.mark.parametrize(
    ("name", "one", "other", "actions"),
    [
        ("seed", "省科协", "省教育厅", 15),
        ("seed", "省委组织部", "省人社厅", 5),
        ("0260", "省发展改革委", "省财政厅", 5),
        ("0271", "省商务厅", "合肥海关", 5),
    ],
)
def test_joint_work(name: str, one: str, other: str, actions: int) -> None:
    canonical = {body: next(iter(graph(name).query("actions-of-body", body=body)))["name"] for body in (one, other)}
    rows = graph(name).query("joint-work")
    assert [r["actions"] for r in rows if {r["bodyA"], r["bodyB"]} == set(canonical.values())] == [actions]


@pytest.mark.parametrize(
    ("name", "items"),
    [("seed", {"1", "4", "5", "9", "36", "37", "40"}), ("0260", set()), ("0271", {"10", "15", "22"})],
)
def test_actions_of_collectives(name: str, items: set[str]) -> None:
    assert set(steps(graph(name).query("collective-actions"))) == items


def test_a_body_beside_a_collective() -> None:
    assert steps(graph("seed").query("actions-of-body", body="领导小组办公室")) == numbers(40)


# -- names --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("as_found", "times"),
    [("省农科院", 10), ("省林业局", 4), ("省学问旅游厅", 9), ("省学问旅游局", 1), ("省民委", 5), ("省民宗委", 1),
     ("省经信厅", 1), ("省发改委", 2), ("省发展改革委", 1)],
)  # fmt: skip
def test_names_as_found_and_their_places(as_found: str, times: int) -> None:
    rows = [row for row in graph("seed").query("names-as-found") if row["asFound"] == as_found]
    assert sum(int(str(row["times"])) for row in rows) == times


def test_a_body_that_is_printed_twice_has_the_action_once() -> None:
    for body, actions in (("省农科院", 9), ("省林业局", 3)):
        paths = {row["path"] for row in graph("seed").query("actions-of-body", body=body)}
        assert len(paths) == actions


def test_altered_names_are_one_body() -> None:
    rows = graph("seed").query("names-as-found")
    names = {row["canonical"] for row in rows if row["asFound"] in {"省学问旅游厅", "省学问旅游局"}}
    assert names == {"贵州省文化和旅游厅"}
    paths = {row["path"] for row in graph("seed").query("actions-of-body", body="贵州省文化和旅游厅")}
    assert {str(p).rpartition("/")[2] for p in paths} == {"8", "11", "12", "21", "22", "26", "27", "30", "31", "32"}


# -- populations --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("population", "items"),
    [
        ("领导干部", {"17", "18", "19", "20"}),
        ("公务员", {"17", "18", "19", "20"}),
        ("城镇劳动者", {"13", "14", "15", "16"}),
    ],
)
def test_actions_for_a_population(population: str, items: set[str]) -> None:
    rows = graph("seed").query("actions-for-population", population=population)
    assert {str(row["path"]).rpartition("/")[2] for row in rows} == items


@pytest.mark.parametrize(("population", "items"), [("青少年", {6, 7, 8}), ("农民", {9, 10, 11, 12})])
def test_a_heading_gives_its_population_to_the_actions_below(population: str, items: set[int]) -> None:
    rows = graph("seed").query("actions-for-population", population=population)
    assert {str(i) for i in items} <= set(steps(rows))


# -- targets and time ---------------------------------------------------------------------------------------------
def test_targets_of_the_plans() -> None:
    rows = [(r["value"], r["deadline"]) for r in graph("seed").query("indicator-targets")]
    assert rows == [(Decimal("6.5"), date(2020, 12, 31))]
    found = {(str(r["path"]).rpartition("/")[2], r["value"]) for r in graph("0260").query("indicator-targets")}
    wanted = {("4", 20), ("9", 10), ("12", 100), ("15", 27), ("19", 100), ("20", 30)}
    assert found >= {(item, Decimal(value)) for item, value in wanted}
    assert {value for item, value in found if item == "一"} == {Decimal(10), Decimal("2.2"), Decimal("2.4")}
    whole = {(r["value"], r["deadline"]) for r in graph("0271").query("indicator-targets") if r["path"] == "一"}
    assert whole == {(Decimal(value), date(2024, 12, 31)) for value in (30, 20, 10)}


@pytest.mark.parametrize(("name", "open_ended"), [("seed", 39), ("0260", 19), ("0271", 31)])  # 0260: five 每年
def test_actions_without_a_deadline(name: str, open_ended: int) -> None:
    assert len(graph(name).query("actions-without-deadline")) == open_ended


# -- documents ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "number", "signed"),
    [
        ("seed", "黔全科组办发〔2020〕3号", date(2020, 5, 28)),
        ("0260", None, None),
        ("0271", "皖开放办〔2022〕6号", date(2022, 3, 23)),
    ],
)
def test_the_card_of_a_document(name: str, number: str | None, signed: date | None) -> None:
    assert {(r["number"], r["signed"]) for r in graph(name).query("document-card")} == {(number, signed)}


@pytest.mark.parametrize(("name", "top", "second"), [("seed", 4, 10), ("0260", 3, 11), ("0271", 3, 7)])
def test_the_outline(name: str, top: int, second: int) -> None:
    labels = [str(row["label"]) for row in graph(name).query("outline") if row["label"]]
    assert len([label for label in labels if label[0] in "一二三四五六七八九十"]) == top
    assert len([label for label in labels if label[0] in "(（"]) == second


def test_citations() -> None:
    plan = [r for r in graph("seed").query("citations") if not str(r["cited"]).startswith("2020年贵州省")]
    firsts = ["全民科学", "乡村振兴", "全民科学", "纲要", "全民科学"]
    assert [str(row["quote"]).strip("《》")[:4] for row in plan] == firsts
    assert [row["path"] for row in plan] == [None, "二/(二)/9", None, "四/36", "四/36"]
    assert [row["path"] for row in graph("0271").query("citations") if row["path"]] == ["二/(七)/19"]
    assert len(graph("0260").query("citations")) == 0


# -- proof --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "query", "column"),
    [
        ("seed", "action-table", "asFound"),
        ("seed", "indicator-targets", "quote"),
        ("seed", "citations", "quote"),
        ("0260", "deadlines", "quote"),
        ("0260", "first-listed-bodies", ""),
        ("0271", "action-table", "asFound"),
        ("0271", "actions-without-deadline", "text"),
    ],
)
def test_rows_and_their_quotes_stand_in_the_text(name: str, query: str, column: str) -> None:
    text = (CORPUS / f"{name}.txt").read_bytes().decode("utf-8-sig")
    rows = graph(name).query(query, cite=True)
    assert len(rows) > 0
    for row, quotes in zip(rows, rows.quotes, strict=True):
        start, found = row["start"], str(row[column]) if column and row[column] else ""
        assert isinstance(start, int)
        assert text.startswith(found, start)
        assert quotes
        assert all(quote.sentence in text for quote in quotes)
