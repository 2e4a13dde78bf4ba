"""Vocabularies of users: what is taken, what is refused with file, node and cure, what `vocab check` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support import Run, runner

from kgbuild.config import Settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """@prefix gplan: <https://w3id.org/gplan/ontology#> .
@prefix gplanv: <https://w3id.org/gplan/vocab#> .
@prefix body: <https://w3id.org/gplan/id/body/> .
@prefix division: <https://w3id.org/gplan/id/division/> .
@prefix population: <https://w3id.org/gplan/id/population/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
BODY = """body:520000-xhb a gplan:Body ;
  skos:prefLabel {name} , "Guizhou Star Sea Office"@en ;
  gplan:partyKind gplanv:party-government-department ;
  gplan:inDivision division:520000 ;
  gplan:registrationStatus gplanv:status-registered {more}.
"""


@pytest.fixture
def kgbuild(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    return runner(monkeypatch, capfdbinary, "vocab", "check")


def written(folder: Path, text: str, *, mark: bytes = b"") -> Path:
    path = folder / "mine.ttl"
    path.write_bytes(mark + (HEAD + text).encode())
    return path


def test_every_tag_of_chinese_is_one(tmp_path: Path) -> None:
    names = {tag: f"贵州省{tag}办公室" for tag in ("zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "ZH", "cmn")}
    bodies = [BODY.format(name=f'"{name}"@{tag}', more="").replace("-xhb", f"-{tag}") for tag, name in names.items()]
    written(tmp_path, "".join(bodies), mark=b"\xef\xbb\xbf")
    forms = load_lexicon(Settings(vocab=(tmp_path,))).body_forms
    assert {tag: forms.get(name) for tag, name in names.items()} == {tag: (f"520000-{tag}",) for tag in names}


FAULTS = {
    "no Chinese name": (BODY.format(name='"Star Sea"@en-GB', more=""), "has no Chinese name"),
    "no language": (BODY.format(name='"贵州省星海办公室"', more=""), 'write "贵州省星海办公室"@zh'),
    "an empty name": (BODY.format(name='" "@zh', more=""), "has an empty name"),
    "a name that is no text": (BODY.format(name="body:x", more=""), "that is not text"),
    "a year for a day": (
        BODY.format(name='"贵州省星海办公室"@zh', more='; gplan:validFrom "2023"^^xsd:gYear '),
        'write "YYYY-MM-DD"^^xsd:date',
    ),
    "a body without a place": (
        'body:x a gplan:Body ; skos:prefLabel "星海办"@zh ; gplan:partyKind gplanv:party-other .',
        "without gplan:inDivision",
    ),
    "a division without a code": (
        'division:999 a gplan:AdministrativeDivision ; skos:prefLabel "海省"@zh .',
        "divisionCode",
    ),
    "a name by level of the draft": (
        '<https://w3id.org/gplan/id/body-kind/xh> gplan:variantNameAtCounty "星海局"@zh .',
        '[ a gplan:NamingRule ; gplan:atLevel gplanv:level-county ; gplan:variantName "星海局"@zh ] .',
    ),
    "a population without a name": ("population:readers a gplan:TargetPopulation .", "has no Chinese name"),
    "no Turtle": ("body:x a", "not valid Turtle"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_file_node_and_cure(name: str, tmp_path: Path, kgbuild: Run) -> None:
    text, said = FAULTS[name]
    path = written(tmp_path, text)
    with pytest.raises(InputError) as raised:
        load_lexicon(Settings(vocab=(tmp_path,)))
    assert str(raised.value).startswith(f"{path}: ")
    assert said in str(raised.value)
    code, out, err = kgbuild(path)
    assert (code, out) == (3, "")
    assert said in err


def test_levels_and_kinds_of_the_draft_are_read_as_codes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vocabulary that worked goes on working; that it speaks in former terms is said when it is compiled."""
    monkeypatch.setenv("KGBUILD_CACHE", str(tmp_path / "cache"))
    written(
        tmp_path,
        'division:990000 a gplan:AdministrativeDivision ; skos:prefLabel "云岭省"@zh ; gplan:divisionCode "990000" ;'
        ' gplan:divisionLevel "province" ; gplan:divisionType "autonomous_region" ;'
        " gplan:partOfDivision division:100000 .",
    )
    load_lexicon(Settings(vocab=(tmp_path,)))
    said = [r.getMessage() for r in caplog.records]
    assert [text.rpartition("write ")[2] for text in said] == [
        "gplan:atLevel gplanv:level-…",
        "gplan:divisionKind gplanv:division-…",
    ]


def test_a_level_that_is_no_code_is_told(tmp_path: Path) -> None:
    written(
        tmp_path,
        'division:990000 a gplan:AdministrativeDivision ; skos:prefLabel "云岭省"@zh ; gplan:divisionCode "990000" ;'
        " gplan:atLevel gplanv:level-state ; gplan:divisionKind gplanv:division-province ;"
        " gplan:partOfDivision division:100000 .",
    )
    with pytest.raises(InputError, match=r"vocab#level-state> \(gplan:atLevel\), which is not a code; write a code"):
        load_lexicon(Settings(vocab=(tmp_path,)))


def test_a_right_vocabulary_may_refer_to_the_registers(tmp_path: Path, kgbuild: Run) -> None:
    path = written(tmp_path, BODY.format(name='"贵州省星海办公室"@zh-CN', more=""))
    code, out, err = kgbuild(path)
    assert (code, err) == (0, "")
    assert out.startswith(f"{path}: conforms")


def test_a_term_that_the_ontology_does_not_have_is_found(tmp_path: Path, kgbuild: Run) -> None:
    other = tmp_path / "other.ttl"
    other.write_text(HEAD + BODY.format(name='"贵州省星海办公室"@zh', more=""), "utf-8")
    path = written(tmp_path, "body:520000-xhc a gplan:GovernmentBody ; gplan:seat division:520000 .")
    code, out, _ = kgbuild(tmp_path)
    assert code == 1
    assert out.count("V036") == 2
    assert "ontology#GovernmentBody>" in out
    assert "ontology#seat>" in out
    assert f"{other}: conforms" in out
    assert f"{path}: does not conform" in out


def test_a_file_without_terms_of_ours_does_not_conform(tmp_path: Path, kgbuild: Run) -> None:
    path = tmp_path / "foreign.ttl"
    path.write_text("<urn:a> <urn:b> 1 .\n", "utf-8")
    code, out, _ = kgbuild(path, "--lang", "zh")
    assert code == 1
    assert "什么也没有检查" in out
    assert "ontology/vocab/README.md" in out


def test_findings_come_with_the_line_of_the_node(tmp_path: Path, kgbuild: Run) -> None:
    text = BODY.format(name='"贵州省星海办公室"@zh', more="; gplan:inDivision division:530000 ")
    path = written(tmp_path, text.replace("party-government-department", "party-nonsense"))
    code, out, _ = kgbuild(tmp_path, "--format", "github", "--lang", "zh")
    assert code == 1
    assert f"::error file={path},line=8,title=V020" in out
    assert f"::error file={path},line=8,title=V021" in out


def test_nothing_to_check_is_a_mistake_of_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgbuild: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kgbuild.toml").write_text("", encoding="utf-8")
    assert kgbuild()[0] == 2
    assert kgbuild(tmp_path)[0] == 3
    (tmp_path / "v").mkdir()
    written(tmp_path / "v", BODY.format(name='"贵州省星海办公室"@zh', more=""))
    (tmp_path / "kgbuild.toml").write_text('vocab = ["v"]', encoding="utf-8")
    assert kgbuild()[0] == 0
