"""Who a group stands for: governments by the register of divisions, others by a list; never by a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbuild.api import Graph
from kgbuild.config import Settings
from kgbuild.errors import InputError
from kgbuild.lexicon import Lexicon, load_lexicon
from kgbuild.link import resolve
from kgbuild.link.entries import entry
from kgbuild.link.members import LIMIT
from kgbuild.model import LinkContext
from kgbuild.pipeline import Options, build_document
from kgbuild.terms import gplan, register
from kgbuild.validate import validate

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.pipeline import Built

TEXT = """贵州省人民政府办公厅关于印发《云上书屋工作要点》的通知

一、建设书屋。各地都要建设书屋。（各市（州）人民政府、省科协）
二、管好书屋。书屋要有人管。（遵义市人民政府、各成员单位）
三、用好书屋。书屋要有人来。（各成员单位）

贵州省人民政府办公厅
2020年5月28日
"""
GROUP = """
@prefix gplan: <https://w3id.org/gplan/ontology#> .
@prefix body: <https://w3id.org/gplan/id/body/> .
@prefix division: <https://w3id.org/gplan/id/division/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/groups/books> a gplan:BodyGroup ;
  skos:prefLabel "各成员单位"@zh ;
  gplan:groupScope division:520000 ;
  gplan:membershipBasis "成员名单" ;
  gplan:hasMemberBody body:520000-jyt , body:520000-kx .
"""


@pytest.mark.parametrize(
    ("wording", "division", "count"),
    [
        ("各市（州）人民政府", "520000", 9),
        ("各市州", "520000", 9),
        ("各县（市、区）人民政府", "520000", 88),
        ("各市（含定州、辛集市，下同）政府", "130000", 13),
        ("各省、自治区、直辖市人民政府", "100000", 31),
        ("各盟市人民政府", "150000", 12),
        ("各区人民政府", "110000", 16),
        ("各县市区人民政府", "430100", 9),
    ],
)
def test_the_register_knows_the_members(lexicon: Lexicon, wording: str, division: str, count: int) -> None:
    party = resolve(wording, LinkContext(division=division, date="2020"), lexicon)
    assert (party.collective, party.member_count, len(party.members)) == (True, count, count)
    assert len(set(party.members)) == count
    for member in party.members:
        body = entry(member, lexicon)
        assert body is not None
        assert body.kind == "government"
        assert division in lexicon.ancestors(body.division or "")
    assert party.basis
    assert division in party.basis


@pytest.mark.parametrize(
    ("wording", "division"),
    [
        ("各市（州）人民政府", None),
        ("各成员单位", "520000"),
        ("各有关部门", "520000"),
        ("各级人民政府", "520000"),
        ("各县区", "430100"),
        ("各市、县人民政府", "430000"),
        ("各市人民政府", "520000"),
        ("各市（州）人民政府、云上新区管委会", "520000"),
        ("各市（含云岭市）政府", "130000"),
    ],
)
def test_what_is_not_said_is_not_guessed(lexicon: Lexicon, wording: str, division: str | None) -> None:
    party = resolve(wording, LinkContext(division=division, date="2020"), lexicon)
    assert (party.collective, party.members, party.member_count) == (True, (), 0)


def test_a_prefecture_without_a_government_has_its_office(lexicon: Lexicon) -> None:
    party = resolve("各盟市人民政府", LinkContext(division="150000"), lexicon)
    names = {body.canonical for member in party.members if (body := entry(member, lexicon))}
    assert {"锡林郭勒盟行政公署", "包头市人民政府"} <= names


def build(lexicon: Lexicon, text: str = TEXT) -> Built:
    options = Options(version="0")
    return build_document(text.encode(), name="t.txt", settings=Settings(), lexicon=lexicon, options=options)


def test_members_are_linked_and_their_duty_is_inferred(lexicon: Lexicon) -> None:
    built = build(lexicon)
    assert [
        r for r in validate(set(built.asserted | built.graphs.vocabulary)).results if r.severity == "violation"
    ] == []
    members = {o for _, p, o in built.asserted if p == gplan("hasMemberBody")}
    assert len(members) == 9
    assert not {t for t in built.asserted if t[1] == gplan("expandedTo")}
    assert {o for _, p, o in built.inferred if p == gplan("expandedTo")} == members
    assert f"<{register('body', '520300-zf')}>" in {o for _, p, o in built.inferred if p == gplan("assignedTo")}
    scopes = {o for _, p, o in built.asserted if p == gplan("groupScope")}
    assert scopes == {f"<{register('division', '520000')}>"}


def test_queries_tell_what_is_printed_from_what_is_expanded(lexicon: Lexicon) -> None:
    built = build(lexicon)
    graph = Graph((*t, "") for t in built.asserted | built.graphs.vocabulary)
    rows = graph.query("workload-of-bodies")
    table = {str(row[0]): row for row in rows.rows}
    name, printed, expanded = (list(rows.columns).index(c) for c in ("name", "byName", "byExpansion"))
    assert name == 0
    assert [int(str(table["遵义市人民政府"][i])) for i in (printed, expanded)] == [1, 1]
    assert [int(str(table["贵阳市人民政府"][i])) for i in (printed, expanded)] == [0, 1]
    assert [int(str(table["贵州省科学技术协会"][i])) for i in (printed, expanded)] == [1, 0]


def test_too_many_members_are_counted_only(lexicon: Lexicon) -> None:
    built = build(lexicon, TEXT.replace("贵州省", "河南省").replace("各市（州）人民政府", "各县（市、区）人民政府"))
    assert not {t for t in built.asserted if t[1] == gplan("hasMemberBody")}
    (finding,) = [f for f in built.annotations.findings if f.code == "group-not-expanded"]
    assert int(dict(finding.detail)["count"]) > LIMIT
    assert lexicon.message(finding, "en")


def with_user_file(folder: Path, turtle: str) -> Lexicon:
    (folder / "mine.ttl").write_text(turtle, encoding="utf-8")
    return load_lexicon(Settings(vocab=(folder,)))


def test_a_list_of_the_user_gives_the_members(tmp_path: Path) -> None:
    lexicon = with_user_file(tmp_path, GROUP)
    party = resolve("各成员单位", LinkContext(division="520000"), lexicon)
    assert party.members == tuple(register("body", f"520000-{kind}") for kind in ("jyt", "kx"))
    assert party.basis == "成员名单"
    assert resolve("各成员单位", LinkContext(division="430000"), lexicon).members == ()
    built = build(lexicon)
    expanded = {(s, o) for s, p, o in built.inferred if p == gplan("expandedTo") and o.endswith("520000-kx>")}
    assert len(expanded) == 2


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ('gplan:membershipBasis "成员名单" ;', "", "membershipBasis"),
        ("gplan:groupScope division:520000 ;", "", "groupScope"),
        ("body:520000-kx", "body:520000-nobody", "520000-nobody"),
    ],
)
def test_a_list_that_does_not_hold_is_refused(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        with_user_file(tmp_path, GROUP.replace(right, wrong))
