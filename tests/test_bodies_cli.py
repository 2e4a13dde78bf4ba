"""The command bodies: one name over time, many names at once, and what is said when it cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest
from click.testing import CliRunner

from kgbuild.cli import cli
from kgbuild.errors import InputError, UsageError
from kgbuild.terms import register

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str, names: str = "") -> list[dict[str, object]]:
    result = CliRunner().invoke(cli, ["bodies", *arguments, "--format", "json"], input=names, catch_exceptions=False)
    assert result.exit_code == 0
    return cast("list[dict[str, object]]", json.loads(result.output))


def test_a_name_is_shown_over_time() -> None:
    rows = run("省卫生健康委", "--place", "湖南", "--date", "2020")
    assert [row["relation"] for row in rows] == ["predecessor"] * 3 + ["body"]
    assert rows[-1]["canonical"] == "湖南省卫生健康委员会"
    assert rows[-1]["iri"] == register("body", "430000-wsjkw")
    assert "省卫健委" in cast("list[str]", rows[-1]["names"])
    assert rows[-2]["canonical"] == "湖南省卫生和计划生育委员会"
    assert str(rows[-2]["until"]) < "2020"


def test_the_successor_stands_behind_the_body() -> None:
    rows = run("省扶贫办", "--place", "贵州", "--date", "2019")
    assert [(row["relation"], row["canonical"]) for row in rows][:2] == [
        ("body", "贵州省扶贫开发办公室"),
        ("successor", "贵州省乡村振兴局"),
    ]


@pytest.mark.parametrize("place", ["贵州", "贵州省", "520000"])
def test_a_place_is_a_name_or_a_code(place: str) -> None:
    assert run("省科协", "--place", place, "--date", "2020-05-28")[0]["canonical"] == "贵州省科学技术协会"


def test_without_a_place_nothing_is_guessed() -> None:
    (row,) = run("省科协")
    assert (row["relation"], row["iri"], row["method"]) == ("open", None, "unresolved")


def test_many_names_give_one_entry_each_in_their_order() -> None:
    names = "省科协\n\n省网信办\r\n 省直目标办 \n朝阳区教育局\n省经信厅\n"
    rows = run("--file", "-", "--place", "贵州", "--date", "2020-05-28", names=names)
    assert [row["name"] for row in rows] == ["省科协", "省网信办", "省直目标办", "朝阳区教育局", "省经信厅"]
    assert [(row["method"], row["grade"]) for row in rows] == [
        ("rule", "rule"),
        ("rule", "rule"),
        ("unresolved", "doubtful"),
        ("unresolved", "doubtful"),
        ("slip", "doubtful"),
    ]
    assert (rows[0]["place"], rows[0]["kind"]) == ("贵州省", "mass_organisation")
    assert len(cast("list[str]", rows[3]["candidates"])) == 2
    assert rows[3]["iri"] is None
    keys = {"name", "iri", "canonical", "kind", "place", "parent", "method", "grade", "candidates"}
    assert all(keys <= set(row) for row in rows)


def test_names_come_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes("\ufeff教育部\n".encode())
    (row,) = run("--file", str(tmp_path / "names.txt"))
    assert (row["canonical"], row["parent"]) == ("教育部", register("body", "100000-gwy"))


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("贵州省人民政府办公厅", "520000-zf"),
        ("贵阳市云岩区教育局", "520103-zf"),
        ("贵州省大数据发展管理局", "520000-zf"),
        ("中共贵州省委宣传部", "520000-dangwei"),
        ("中央宣传部", "100000-zgzy"),
        ("国家税务总局贵州省税务局", "100000-swzj"),
        ("中国人民银行贵阳中心支行", "100000-rmyh"),
        ("国家林业和草原局", "100000-zrzyb"),
        ("贵州省人民政府", None),
        ("中共贵州省委员会", None),
        ("贵州省科学技术协会", None),
        ("贵阳海关", None),
        ("贵州省通信管理局", None),
    ],
)
def test_the_body_above_is_stated_or_follows_from_name_and_place(name: str, parent: str | None) -> None:
    (row,) = run("--file", "-", "--date", "2020", names=name)
    assert row["parent"] == (register("body", parent) if parent else None)


def test_a_table_shows_the_same() -> None:
    result = CliRunner().invoke(cli, ["bodies", "省科协", "--place", "贵州"])
    assert "贵州省科学技术协会" in result.output
    assert register("body", "520000-kx") in result.output


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((), UsageError, "--file"),
        (("省科协", "--file", "-"), UsageError, "--file"),
        (("省科协", "--place", "云岭"), UsageError, "云岭"),
        (("省科协", "--place", "朝阳区"), UsageError, "110105"),
        (("省科协", "--date", "2020-13"), UsageError, "2020-13"),
        (("省科协", "--date", "last year"), UsageError, "last year"),
        (("--file", "absent.txt"), InputError, "absent.txt"),
    ],
)
def test_what_cannot_be_is_one_line(arguments: tuple[str, ...], error: type[Exception], says: str) -> None:
    result = CliRunner().invoke(cli, ["bodies", *arguments])
    assert isinstance(result.exception, error)
    assert says in str(result.exception)
