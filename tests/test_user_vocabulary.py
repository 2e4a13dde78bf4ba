"""What the guide of the registers promises to users: every example in it works as it stands there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from kgbuild.annotations import to_json
from kgbuild.config import Settings, data_dir, load_settings
from kgbuild.extract.measures import find_measures
from kgbuild.lexicon import Lexicon, load_lexicon
from kgbuild.link import resolve
from kgbuild.model import LinkContext, Span
from kgbuild.pipeline import Options, annotate, build_document
from kgbuild.terms import gplan, register
from kgbuild.text.passage import Passage
from kgbuild.validate import validate

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = (data_dir("ontology") / "vocab" / "README.md").read_text(encoding="utf-8")
GUIZHOU = LinkContext(division="520000", date="2020-05-28")


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """The lexicon with all examples of the guide in one file of a user's folder."""
    folder: Path = tmp_path_factory.mktemp("project")
    (folder / "vocab").mkdir()
    blocks = re.findall(r"^```turtle\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 7
    (folder / "vocab" / "mine.ttl").write_text("".join(blocks), encoding="utf-8")
    toml = re.search(r"^```toml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert toml
    (folder / "kgbuild.toml").write_text(toml[1], encoding="utf-8")
    return load_lexicon(load_settings(folder / "kgbuild.toml"))


@pytest.fixture(scope="module")
def plain() -> Lexicon:
    return load_lexicon(load_settings(None))


@pytest.mark.parametrize(
    ("wording", "context", "key", "canonical", "method"),
    [
        ("省直目标办", GUIZHOU, "520000-mbb", "贵州省目标绩效管理办公室", "registry"),
        ("贵州省目标绩效管理办公室", LinkContext(), "520000-mbb", "贵州省目标绩效管理办公室", "registry"),
        ("省低空局", GUIZHOU, "520000-dkj", "贵州省低空经济发展局", "rule"),
        ("贵阳市低空经济发展局", GUIZHOU, "520100-dkj", "贵阳市低空经济发展局", "rule"),
        ("宏观委", LinkContext(division="100000"), "100000-fgw", "国家发展和改革委员会", "registry"),
        ("省科技团体联合会", GUIZHOU, "520000-kx", "贵州省科学技术协会", "rule"),
        # what was there stays
        ("省科协", GUIZHOU, "520000-kx", "贵州省科学技术协会", "rule"),
        ("国家发改委", LinkContext(), "100000-fgw", "国家发展和改革委员会", "registry"),
    ],
)
def test_a_user_adds_bodies_kinds_and_names(
    lexicon: Lexicon, wording: str, context: LinkContext, key: str, canonical: str, method: str
) -> None:
    party = resolve(wording, context, lexicon)
    assert (party.iri, party.canonical, party.method) == (register("body", key), canonical, method)


@pytest.mark.parametrize("wording", ["省直目标办", "省低空局", "宏观委", "省科技团体联合会"])
def test_without_the_folder_they_are_unknown(plain: Lexicon, wording: str) -> None:
    assert resolve(wording, GUIZHOU, plain).iri is None


def test_a_user_lists_the_members_of_a_group(lexicon: Lexicon, plain: Lexicon) -> None:
    expected = tuple(register("body", f"520000-{kind}") for kind in ("jyt", "kx"))
    assert resolve("各成员单位", GUIZHOU, lexicon).members == expected
    assert resolve("领导小组各成员单位", GUIZHOU, lexicon).members == expected
    assert resolve("各成员单位", GUIZHOU, plain).members == ()


def test_the_examples_keep_to_the_rules_of_the_vocabularies(lexicon: Lexicon) -> None:
    triples = {(s, p, o) for s, node in lexicon.nodes.items() for p, objects in node.items() for o in objects}
    mine = ("-mbb>", "-dkj>", "/dkj>", "/kx>", "-fgw>", "literacy-office>")
    report = validate(triples, shapes=[data_dir("shapes") / "vocab.ttl"], fail_on="warning")
    assert [r for r in report.results if r.focus.endswith(mine)] == []


# -- words: what a user adds to a class or code is read wherever the grammar speaks of it ----------------------------
HEAD = """
@prefix gplan: <https://w3id.org/gplan/ontology#> .
@prefix gplanv: <https://w3id.org/gplan/vocab#> .
@prefix division: <https://w3id.org/gplan/id/division/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <https://example.org/words/> .
"""
PLAN = "云岭省2025年茶业工作要点\n一、茶园\n1.{item}\n"


def read(item: str, turtle: str, folder: Path) -> dict[str, Any]:
    """Return the annotations of a plan with one item, read with words of a user."""
    (folder / "words.ttl").write_text(HEAD + turtle, encoding="utf-8")
    settings = Settings(vocab=(folder,))
    lexicon = load_lexicon(settings)
    data = PLAN.format(item=item).encode()
    return to_json(annotate(data, name="plan.txt", settings=settings, lexicon=lexicon), lexicon)


def roles_of(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(b["surface"], b["role"]) for a in found["actions"] for b in a["bodies"]]


LEAD = 'gplanv:role-lead skos:altLabel "领办"@zh .'


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("办好茶园。（省教育厅领办，省科技厅配合）", [("省教育厅", "lead"), ("省科技厅", "cooperating")]),
        ("办好茶园。\n领办单位：省教育厅\n2.做好采摘。", [("省教育厅", "lead")]),
        ("由省教育厅领办茶园。", [("省教育厅", "lead")]),
    ],
)
def test_a_user_adds_a_word_for_a_role(item: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    assert roles_of(read(item, LEAD, tmp_path)) == expected
    assert roles_of(read(item, "", tmp_path)) != expected


def test_a_user_adds_a_kind_of_document(tmp_path: Path) -> None:
    kind = """ex:roadmap a skos:Concept , gplan:DocumentKind ; skos:inScheme gplanv:document-kinds ;
      skos:notation "roadmap" ; skos:prefLabel "路线图"@zh , "roadmap"@en ."""
    item = "落实《云岭省茶业发展路线图》（岭政发〔2024〕9号）。"
    assert [c["kind"] for c in read(item, kind, tmp_path)["citations"]] == ["roadmap"]
    settings = Settings(vocab=(tmp_path,))
    built = build_document(
        PLAN.format(item=item).encode(),
        name="plan.txt",
        settings=settings,
        lexicon=load_lexicon(settings),
        options=Options(version="0"),
    )
    kinds = {o for _, p, o in built.asserted if p == gplan("documentKind")}
    assert "<https://example.org/words/roadmap>" in kinds
    assert any(s == "<https://example.org/words/roadmap>" for s, _, _ in built.graphs.vocabulary)


def test_a_user_adds_an_ending_of_names(tmp_path: Path) -> None:
    ending = 'gplanv:formal-endings skos:member [ skos:prefLabel "联络站点"@zh ] .'
    item = "办好茶园。（省茶业联络站点、省教育厅）"
    assert [name for name, _ in roles_of(read(item, ending, tmp_path))] == ["省茶业联络站点", "省教育厅"]
    assert roles_of(read(item, "", tmp_path)) == []


def test_the_places_of_a_user_stand_outside_the_groups_of_persons(tmp_path: Path) -> None:
    place = """division:990000 a gplan:Division ; skos:prefLabel "云岭省"@zh , "Yunling"@en ;
      gplan:divisionCode "990000" ; gplan:atLevel gplanv:level-province ; gplan:divisionKind gplanv:division-province ;
      gplan:partOfDivision division:100000 ; gplan:shortName "云岭"@zh ."""

    def persons(turtle: str, words: str) -> list[str]:
        found = read(f"培训{words}。", turtle, tmp_path)
        items = [*found["actions"], *found["unassigned_items"]]
        return [p["surface"] for item in items for p in item["populations"]]

    assert persons(place, "云岭乡村电商从业人员") == ["乡村电商从业人员"]
    assert persons("", "云岭乡村电商从业人员") == ["云岭乡村电商从业人员"]
    assert persons("", "遵义乡村电商从业人员") == ["乡村电商从业人员"]


def test_a_user_adds_a_modifier_of_persons(tmp_path: Path) -> None:
    def persons(turtle: str) -> list[str]:
        found = read("表彰采茶云织妇女。", turtle, tmp_path)
        return [p["surface"] for item in found["unassigned_items"] for p in item["populations"]]

    added = 'gplanv:person-modifiers skos:member ex:w1 . ex:w1 skos:prefLabel "云织"@zh .'
    assert (persons(added), persons("")) == (["云织妇女"], ["妇女"])


def test_a_user_adds_an_adverb(tmp_path: Path) -> None:
    def verbs(turtle: str) -> list[str]:
        found = read("闪闪地推进茶园建设。", turtle, tmp_path)
        return [m["rule"] for item in found["unassigned_items"] for m in item["measures"]]

    added = 'gplanv:adverbs skos:member [ skos:prefLabel "闪闪地"@zh ] .'
    assert verbs(added) == verbs("")
    (tmp_path / "words.ttl").write_text(HEAD + added, encoding="utf-8")
    mine = load_lexicon(Settings(vocab=(tmp_path,)))
    (found,) = find_measures(Passage("闪闪地推进茶园建设", 0), mine)
    assert (found.grade, found.verbs) == ("rule", (Span(3, 5),))
