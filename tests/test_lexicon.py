"""The vocabularies compile to tables, come back from the cache, and find what stands in a text."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import whole

from kgbuild.config import Settings, data_dir
from kgbuild.errors import InputError
from kgbuild.extract.responsibility import roles
from kgbuild.lexicon import Lexicon, cache, compile_lexicon, load_lexicon
from kgbuild.lexicon import lexicon as module
from kgbuild.lexicon.places import short_form
from kgbuild.terms import GPLAN, GPLANV, ID, SKOS, gplan, lexical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kgbuild.lexicon.records import BodyKind, RegisteredBody

USER_TTL = """
@prefix gplan: <https://w3id.org/gplan/ontology#> .
@prefix gplanv: <https://w3id.org/gplan/vocab#> .
@prefix body: <https://w3id.org/gplan/id/body/> .
@prefix division: <https://w3id.org/gplan/id/division/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
body:520000-mbb a gplan:Body ;
  skos:prefLabel "贵州省目标绩效管理办公室"@zh , "Performance Office of Guizhou Province"@en ;
  skos:altLabel "省直目标办"@zh ;
  gplan:partyKind gplanv:party-government-department ; gplan:inDivision division:520000 ;
  gplan:registrationStatus gplanv:status-registered .
"""


def test_ambiguous_short_forms_keep_every_meaning(lexicon: Lexicon) -> None:
    assert lexicon.places("吉林") == ("220000", "220200")
    assert set(lexicon.places("朝阳")) >= {"110105", "211300"}
    assert lexicon.places("贵州省") == ("520000",)
    assert lexicon.places("云岭省") == ()


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("贵阳市", "贵阳"),
        ("单县", "单县"),
        ("黔东南苗族侗族自治州", "黔东南州"),
        ("三江侗族自治县", "三江县"),
        ("各族镇", "各族镇"),
        ("兴安盟", "兴安"),
    ],
)
def test_short_forms_by_rule(lexicon: Lexicon, name: str, short: str) -> None:
    assert short_form(name, lexicon.words) == short


@pytest.mark.parametrize(
    ("wording", "name"),
    [
        ("前郭县", "前郭尔罗斯蒙古族自治县"),
        ("前郭尔罗斯县", "前郭尔罗斯蒙古族自治县"),
        ("前郭", "前郭尔罗斯蒙古族自治县"),
        ("鄂温克旗", "鄂温克族自治旗"),
        ("鄂伦春旗", "鄂伦春自治旗"),
        ("东乡县", "东乡族自治县"),
        ("紫云县", "紫云苗族布依族自治县"),
        ("紫云", "紫云苗族布依族自治县"),
        ("黔南州", "黔南布依族苗族自治州"),
        ("黔南", "黔南布依族苗族自治州"),
        ("巴音郭楞州", "巴音郭楞蒙古自治州"),
        ("克孜勒苏州", "克孜勒苏柯尔克孜自治州"),
        ("喀左县", "喀喇沁左翼蒙古族自治县"),
        ("西双版纳", "西双版纳傣族自治州"),
        ("恩施", "恩施市"),
        ("河南", "河南省"),
        ("本溪", "本溪市"),
    ],
)
def test_autonomous_divisions_have_short_names(lexicon: Lexicon, wording: str, name: str) -> None:
    found = [lexicon.division(code) for code in lexicon.places(wording)]
    assert [division.name for division in found if division] == [name]


@pytest.mark.parametrize("word", ["互助", "民和", "沿河", "海西", "怒江", "通道"])
def test_an_everyday_word_is_no_autonomous_division(lexicon: Lexicon, word: str) -> None:
    names = [lexicon.division(code) for code in lexicon.places(word)]
    assert not [division for division in names if division and division.kind.startswith("autonomous")]


def test_a_name_without_its_level_is_no_place_in_running_text(lexicon: Lexicon) -> None:
    assert lexicon.names.is_plain_place("紫云县")
    assert lexicon.names.is_plain_place("黔南州")
    assert not lexicon.names.is_plain_place("紫云")
    assert not lexicon.names.is_plain_place("黔南")


def test_divisions_form_a_tree_under_the_country(lexicon: Lexicon) -> None:
    for code in lexicon.divisions:
        assert lexicon.ancestors(code)[-1] == "100000", code
        parents = lexicon.nodes[f"<{ID}division/{code}>"].get(gplan("partOfDivision"), [])
        assert len(parents) == (code != "100000"), code
    guiyang = lexicon.division("520100")
    assert guiyang is not None
    assert (guiyang.name, guiyang.parent, guiyang.label_en, guiyang.capital_of) == (
        "贵阳市",
        "520000",
        "Guiyang",
        "520000",
    )


def test_populations_are_found_leftmost_longest(lexicon: Lexicon) -> None:
    text = "面向农村留守儿童和老年人"
    assert [(text[m.start : m.end], m.concept) for m in lexicon.find_populations(text)] == [
        ("农村留守儿童", "left_behind_children"),
        ("老年人", "elderly"),
    ]
    assert lexicon.population_labels("elderly")[0] == "老年人"
    assert lexicon.population_labels("nobody") == ()


def test_parties_are_found_with_their_place(lexicon: Lexicon) -> None:
    text = "由省教育厅、云南省科学技术厅会同教育部和省委宣传部、团省委组织，各市政府配合。"
    assert [m.concept for m in lexicon.find_parties(text)] == [
        "省教育厅",
        "云南省科学技术厅",
        "教育部",
        "省委宣传部",
        "团省委",
        "各市政府",
    ]


@given(st.text(alphabet="省市县区委厅局部教育科技协政府和、各贵州人民银行会同", max_size=40))
def test_matches_lie_in_order_inside_the_text(text: str) -> None:
    found = load_lexicon(Settings()).find_parties(text)
    assert all(0 <= m.start < m.end <= len(text) and text[m.start : m.end] == m.concept for m in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@pytest.mark.parametrize(
    "name", ["省教育厅", "各成员单位", "云岭集团", "省直目标办", "团省委", "廊坊", "石桥市人民政府"]
)
def test_names_of_parties_are_told(lexicon: Lexicon, name: str) -> None:
    assert lexicon.is_party(name)


@pytest.mark.parametrize("words", ["推动工作", "2020年底前完成", "见附件2", "县(区)、乡镇", ""])
def test_other_words_are_not(lexicon: Lexicon, words: str) -> None:
    assert not lexicon.is_party(words)


def test_a_slice_holds_what_stands_above(lexicon: Lexicon) -> None:
    triples = lexicon.slice([ID + "division/520102", ID + "population/left_behind_children"])
    subjects = {subject for subject, _, _ in triples}
    assert {f"<{ID}division/{code}>" for code in ("520102", "520100", "520000", "100000")} <= subjects
    assert {f"<{ID}population/{name}>" for name in ("children", "public", "people")} <= subjects
    assert not any(f"<{SKOS}Concept>" in triple for triple in triples)
    assert lexicon.slice([ID + "division/999999"]) == set()


def test_a_slice_gives_codes_with_notation(lexicon: Lexicon) -> None:
    triples = lexicon.slice(["https://w3id.org/gplan/vocab#role-lead"])
    assert (
        "<https://w3id.org/gplan/vocab#role-lead>",
        f"<{SKOS}notation>",
        '"lead"',
    ) in triples


def test_a_user_adds_a_body_in_turtle(tmp_path: Path) -> None:
    (tmp_path / "mine.ttl").write_text(USER_TTL, encoding="utf-8")
    mine = load_lexicon(Settings(vocab=(tmp_path,)))
    assert mine.body_forms["省直目标办"] == ("520000-mbb",)
    assert mine.digest != load_lexicon(Settings()).digest


def test_broken_turtle_of_a_user_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("body:x a", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.ttl.*not valid Turtle.*mend"):
        load_lexicon(Settings(vocab=(tmp_path,)))


def load_anew() -> Lexicon:
    """Load as a new process does."""
    module._lexicon.cache_clear()
    return load_lexicon(Settings())


def named(nodes: Mapping[str, dict[str, list[str]]]) -> list[object]:
    """Nodes in their order, without blank ones, whose labels are new each time."""
    return [(s, [o for o in values if o[:2] != "_:"]) for s, p in nodes.items() for values in p.values() if s[0] == "<"]


@whole("compiles the vocabularies")
def test_the_cache_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "cache"))
    compiled = load_anew()
    nodes = named(compiled.nodes)
    kept = load_anew()
    assert json.dumps(kept.tables) == json.dumps(compiled.tables)  # rows are named tuples before they are stored
    assert (kept.divisions, kept.kinds, kept.bodies) == (compiled.divisions, compiled.kinds, compiled.bodies)
    assert named(load_anew().nodes) == nodes
    stored = sorted((tmp_path / "cache").iterdir())
    assert [path.name.split("-")[0] for path in stored] == ["lexicon", "nodes"]
    for path in stored:
        assert compiled.digest in path.name
        path.write_bytes(path.read_bytes().replace("贵州".encode(), "贵洲".encode()))
    damaged = load_anew()
    assert damaged.tables == compiled.tables
    assert named(damaged.nodes) == nodes


def test_a_table_of_lines_is_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path))
    table = {"甲\n": {"a": ["行\n", '"']}, "": [], "乙": {"b": ["😀\u2028"]}}
    assert cache.load_lines("x") is None
    assert dict(cache.store_lines("x", table)) == dict(cache.load_lines("x") or {}) == table
    empty = cache.store_lines("y", {})
    assert (dict(empty), "甲" in empty, empty.get("甲")) == ({}, False, None)
    stored = cache.load_lines("y")
    assert stored is not None
    assert not stored


def test_a_vocabulary_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "gone.ttl").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"gone\.ttl: cannot be read.*check the file"):
        load_lexicon(Settings(vocab=(tmp_path,)))


def test_a_cache_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "file" / "below"))
    assert load_anew().places("贵州省") == ("520000",)


def test_a_process_loads_a_vocabulary_once_and_an_edited_one_anew(tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    settings = Settings(vocab=(tmp_path,))
    own.write_text("# nothing yet", encoding="utf-8")
    first = load_lexicon(settings)
    assert load_lexicon(settings) is first
    own.write_text("# still nothing", encoding="utf-8")
    assert load_lexicon(settings) is not first


def test_the_ontology_is_at_hand(lexicon: Lexicon) -> None:
    assert any(subject == gplan("Action") for subject, _, _ in lexicon.ontology)
    assert (data_dir("ontology") / "gplan.ttl").is_file()


# -- the vocabularies themselves ------------------------------------------------------------------------------------
def test_every_entry_has_labels_in_both_languages(lexicon: Lexicon) -> None:
    for kind in lexicon.kinds.values():
        assert all((kind.label, kind.english)), kind.key
    for body in lexicon.bodies.values():
        assert all((body.name, body.label_en)), body.key
    for key, (label, english, *_) in lexicon.tables["populations"].items():
        assert all((label, english)), key


def test_dates_are_in_order_and_successors_exist_without_cycle(lexicon: Lexicon) -> None:
    registers: tuple[Mapping[str, BodyKind | RegisteredBody], ...] = (lexicon.kinds, lexicon.bodies)
    for entries in registers:
        for key, entry in entries.items():
            assert not (entry.since and entry.until) or entry.since < entry.until, key
            seen, todo = set(), list(entry.successors)
            while todo:
                heir = todo.pop()
                assert heir in entries, (key, heir)
                assert heir != key, f"{key} succeeds itself"
                if heir not in seen:
                    seen.add(heir)
                    todo += entries[heir].successors


def test_no_two_bodies_share_name_place_and_time(lexicon: Lexicon) -> None:
    spans: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for body in lexicon.bodies.values():
        spans.setdefault((body.name, body.division), []).append((body.since or "0", body.until or "9"))
    for pair, times in spans.items():
        times.sort()
        assert all(one[1] < two[0] for one, two in pairwise(times)), pair


def test_an_ended_kind_names_its_successor_or_none_exists(lexicon: Lexicon) -> None:
    ended = {key for key, kind in lexicon.kinds.items() if kind.until and not kind.successors}
    # price control went to several bodies; the branches of the central bank were dissolved into it
    assert ended <= {"wjj", "rmzx", "mkaj"}


def test_every_kind_belongs_to_some_level(lexicon: Lexicon) -> None:
    assert [key for key, kind in lexicon.kinds.items() if not kind.names] == []
    assert all(f"<{GPLAN}partyKind>" in lexicon.nodes[f"<{ID}body-kind/{key}>"] for key in lexicon.kinds)


def test_a_local_body_of_a_kind_has_the_key_of_the_rule(lexicon: Lexicon) -> None:
    """Else the rule would give the same IRI to another body, or another IRI to this one."""
    for key, body in lexicon.bodies.items():
        code, _, rest = key.partition("-")
        assert code == body.division, key
        if code != "100000":
            assert rest == body.kind if body.kind else rest not in lexicon.kinds, key


def test_a_user_adds_a_form_to_a_body(tmp_path: Path) -> None:
    (tmp_path / "forms.ttl").write_text(
        "@prefix body: <https://w3id.org/gplan/id/body/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        'body:100000-jyb skos:altLabel "国家教育主管部门"@zh .\n',
        encoding="utf-8",
    )
    mine = load_lexicon(Settings(vocab=(tmp_path,)))
    assert mine.body_forms["国家教育主管部门"] == ("100000-jyb",)


def test_every_role_word_holds_a_label_that_graphs_have(lexicon: Lexicon) -> None:
    """Rule S074 asks that the wording of a role holds a label of it; slices leave hidden labels out."""
    words = lexicon.words
    for word, code in words.codes("roles").items():
        role = roles.role_of(word, words)
        node = lexicon.nodes[f"<{GPLANV}role-{role}>"]
        labels = [lexical(label) for name in ("prefLabel", "altLabel") for label in node[f"<{SKOS}{name}>"]]
        assert role == code, word
        assert any(label in word for label in labels), word


def test_the_slice_of_a_role_has_the_words_for_it(lexicon: Lexicon) -> None:
    triples = lexicon.slice([GPLANV + "role-lead"])
    assert (f"<{GPLANV}role-lead>", f"<{SKOS}altLabel>", '"牵头"@zh') in triples


def test_another_dictionary_of_words_is_another_lexicon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = compile_lexicon(Settings()).digest
    other = tmp_path / "dict.txt"
    other.write_text("机构 90\n", "utf-8")
    monkeypatch.setattr("kgbuild.lexicon.borders.dictionary", lambda: other)
    assert compile_lexicon(Settings()).digest != before
