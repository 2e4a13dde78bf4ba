"""The validation engine, its report and its command: own rules, foreign rules, exit codes, languages."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl
import pytest
import rdflib
from rdflib import SH
from tests.support import Run, runner, whole

from kgbuild.api.judge import judge_graph
from kgbuild.config import data_dir
from kgbuild.errors import InputError
from kgbuild.graph.interchange import from_rdflib, text, to_rdflib
from kgbuild.graph.reason import close, compile_rules
from kgbuild.validate import render_json, render_text, validate
from kgbuild.validate.asserted import asserted

if TYPE_CHECKING:
    from kgbuild.model import Severity, Triple

PLANTED = Path(__file__).parent / "planted"
FOREIGN_SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ;
  sh:property [ sh:path ex:age ; sh:datatype xsd:integer ; sh:minCount 1 ; sh:severity sh:Warning ] ,
    [ sh:path ( ex:knows [ sh:inversePath ex:knows ] ) ; sh:maxCount 1 ; sh:message "too many" ] ,
    [ sh:path [ sh:zeroOrMorePath [ sh:alternativePath ( ex:a ex:b ) ] ] ; sh:nodeKind sh:IRI ] .
"""
FOREIGN_DATA = """
@prefix ex: <http://example.org/> .
ex:p a ex:Person ; ex:knows ex:q ; ex:a "x" . ex:q a ex:Person ; ex:age 3 . ex:r ex:knows ex:q .
"""


@cache
def codes() -> frozenset[Triple]:
    data = rdflib.Graph()
    for path in ("codes", "findings"):
        data.parse(data_dir("ontology") / "vocab" / f"{path}.ttl")
    return frozenset(from_rdflib(data))


def graph(extra: str = "", name: str = "gplan") -> set[Triple]:
    body = (PLANTED / f"{name}.ttl").read_text(encoding="utf-8") + extra
    return from_rdflib(rdflib.Graph().parse(data=body, format="turtle")) | codes()


@pytest.fixture
def valid(tmp_path: Path) -> Path:
    path = tmp_path / "valid.ttl"
    to_rdflib(graph()).serialize(path, format="turtle", encoding="utf-8")
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.nt"
    to_rdflib(graph(":act1 gplan:itemOrder 9 .\n")).serialize(path, format="nt", encoding="utf-8")
    return path


NO_SHACL = """@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetClass <urn:C> ;
  sh:property [ sh:path <urn:p> ; sh:minCount "x" ] ."""
BARE_ACTION = """:act9 a gplan:Action ; rdfs:label 'x'@zh ; gplan:itemPath 'x' ; gplan:itemOrder 9 ;
  gplan:actionOf :plan ; gplan:evidence :s2 ."""
QUOTED_NAME = """:ini2 a gplan:Initiative ; skos:prefLabel '“万家”'@zh ; gplan:initiativeType gplanv:type-programme ;
  gplan:registrationStatus gplanv:status-unregistered ."""


@whole("asks pyshacl, which is slow")
@pytest.mark.parametrize(
    ("extra", "verdicts"),
    [
        ("", {"violation": True, "warning": True, "info": True}),
        (":act1 gplan:itemOrder 9 .", {"violation": False, "warning": False, "info": False}),
        (BARE_ACTION, {"violation": True, "warning": True, "info": False}),
        (QUOTED_NAME, {"violation": True, "warning": False, "info": False}),
    ],
    ids=["nothing", "a violation", "an info", "a warning"],
)
def test_the_verdict_is_pyshacls(extra: str, verdicts: dict[Severity, bool]) -> None:
    data = graph(extra)
    assert {fail_on: validate(data, fail_on=fail_on).conforms for fail_on in verdicts} == verdicts
    # The strictest level that it passes and the laxest that it fails: the others follow.
    passed = [s for s in verdicts if verdicts[s]]
    failed = [s for s in verdicts if not verdicts[s]]
    for fail_on in passed[-1:] + failed[:1]:
        raw, _, _ = pyshacl.validate(
            to_rdflib(data),
            shacl_graph=str(data_dir("shapes") / "gplan.ttl"),
            ont_graph=str(data_dir("ontology") / "gplan.ttl"),
            inference="none",
            allow_warnings=fail_on == "violation",
            allow_infos=fail_on in ("violation", "warning"),
        )
        assert raw == verdicts[fail_on]


@whole("asks pyshacl, which is slow")
def test_the_results_are_pyshacls() -> None:
    data = graph(":act1 gplan:itemOrder 9 . :s3 gplan:exactText '牵' . :plan gplan:titel 'x' .")
    _, found, _ = pyshacl.validate(
        to_rdflib(data),
        shacl_graph=str(data_dir("shapes") / "gplan.ttl"),
        ont_graph=str(data_dir("ontology") / "gplan.ttl"),
        inference="none",
    )
    raw = {
        (text(found.value(r, SH.sourceShape)), text(found.value(r, SH.focusNode)), found.value(r, SH.value) is None)
        for r in found.subjects(rdflib.RDF.type, SH.ValidationResult)
    }
    ours = {(r.shape, r.focus) for r in validate(data).results}
    assert len(raw) >= 3
    assert {shape for shape, _, _ in raw} == {shape for shape, _ in ours}


def test_a_result_says_where_what_and_what_to_do() -> None:
    (result,) = validate(graph(":act1 gplan:itemOrder 9 .")).results
    assert result.number == "S050"
    assert result.severity == "violation"
    assert result.focus == "<https://example.org/gplan/id/act1>"
    assert result.subject == "一/(一)/1 送书下乡"
    assert result.path == "gplan:itemOrder"
    assert result.component == "MaxCountConstraintComponent"
    assert result.message("zh").startswith("S050 行动必须有一个次序")
    assert result.message("en").startswith("S050 An action has one position")
    assert result.message("fr") == result.message("en")


def test_a_query_reports_the_node_and_both_languages() -> None:
    (result,) = validate(graph(":plan gplan:titel 'x' .")).results
    assert result.focus == "<https://w3id.org/gplan/ontology#titel>"
    assert result.value == ""
    assert [lang for lang, _ in result.messages] == ["en", "zh"]


def test_a_node_without_label_is_named_by_its_quote_and_its_owner() -> None:
    (result,) = validate(graph(":asg4 gplan:listPosition 7 .")).results
    assert result.subject == "送书下乡 ← 一/(一)/1 建读书屋"


def test_results_are_in_order_and_equal_every_time() -> None:
    data = graph(":plan gplan:titel 'x' . :asg4 gplan:listPosition 7 . :m2 gplan:normalizedText '送书下乡' .")
    report = validate(data)
    assert [r.number for r in report.results] == sorted(
        r.number for r in report.results if r.severity == "violation"
    ) + [r.number for r in report.results if r.severity != "violation"]
    assert report == validate(sorted(data, reverse=True))


def test_text_and_json_of_a_verdict() -> None:
    verdict = judge_graph(graph(":act1 gplan:itemOrder 9 ."), name="g.ttl")
    said = render_text(verdict, "en")
    assert said.startswith(
        "violation: S050 An action has one position.\n"
        "  一/(一)/1 送书下乡 <https://example.org/gplan/id/act1>\n"
        "  gplan:itemOrder\n"
        "  [20-24] “送书下乡”\n"
        "  → Give gplan:itemOrder.\n"
        "warning: unresolved-body "
    )
    assert said.endswith("g.ttl: does not conform (violations 1, warnings 1, infos 0)\n")
    assert render_text(verdict, "zh").endswith("不符合规则 (违反 1，警告 1，提示 0)\n")
    record = json.loads(render_json(verdict))
    assert record["graph"] == "g.ttl"
    assert record["conforms"] is False
    assert record["counts"] == {"violation": 1, "warning": 1, "info": 0}
    assert record["findings"][0]["node"] == {"type": "uri", "value": "https://example.org/gplan/id/act1"}
    assert set(record["findings"][0]["message"]) == {"zh", "en"}


def test_json_tells_literals_with_language_and_datatype() -> None:
    data = graph(":wlt skos:altLabel 'x'@zh . :s1 gplan:startOffset -1 . :law dcterms:title '条例'@fr .")
    values = [f["value"] for f in json.loads(render_json(judge_graph(data, name="")))["findings"]]
    assert {"type": "literal", "value": "条例", "xml:lang": "fr"} in values
    assert {"type": "literal", "value": "-1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"} in values
    assert all(v is None or v["type"] in ("uri", "literal", "bnode") for v in values)


# -- foreign rules and foreign data ----------------------------------------------------------------------------------
def test_foreign_shapes_with_blank_nodes_and_paths(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(FOREIGN_SHAPES, encoding="utf-8")
    data = from_rdflib(rdflib.Graph().parse(data=FOREIGN_DATA, format="turtle"))
    report = validate(data, shapes=[shapes], ontology=())
    found = {(r.severity, r.focus, r.path, r.component) for r in report.results}
    knows = "<http://example.org/knows>/^<http://example.org/knows>"
    ab = "(<http://example.org/a>|<http://example.org/b>)*"
    p = "<http://example.org/p>"
    assert found == {
        ("warning", p, "<http://example.org/age>", "MinCountConstraintComponent"),
        ("violation", p, knows, "MaxCountConstraintComponent"),
        ("violation", p, ab, "NodeKindConstraintComponent"),
    }
    by_path = {r.path: r for r in report.results}
    assert by_path[knows].messages == (("", "too many"),)
    assert by_path[ab].message("en")  # made up by pyshacl
    assert by_path[ab].number == ""


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ("<urn:a> <urn:b> <urn:c> .", "holds no shape"),
        ("this is no Turtle", "is not Turtle"),
        (NO_SHACL, "pyshacl cannot use the shapes"),
    ],
    ids=["no shapes", "no Turtle", "no SHACL"],
)
def test_shapes_that_cannot_be_used(tmp_path: Path, shapes: str, said: str) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text(shapes, encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        validate(graph("<urn:x> a <urn:C> ; <urn:p> 1 ."), shapes=[path])
    assert str(path) in str(caught.value)


def test_edited_shapes_are_read_again(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    data = from_rdflib(rdflib.Graph().parse(data=FOREIGN_DATA, format="turtle"))
    shapes.write_text(FOREIGN_SHAPES, encoding="utf-8")
    assert not validate(data, shapes=[shapes], ontology=()).conforms
    shapes.write_text(FOREIGN_SHAPES.replace("ex:Person ;", "ex:Nobody ;"), encoding="utf-8")
    os.utime(shapes, ns=(1, 1))
    assert validate(data, shapes=[shapes], ontology=()).conforms


# -- inferred statements ---------------------------------------------------------------------------------------------
def test_inferred_statements_of_a_flat_file_are_refused_by_name() -> None:
    data = graph()
    rules = compile_rules(from_rdflib(rdflib.Graph().parse(data_dir("ontology") / "gplan.ttl")))
    quads = [(*t, "") for t in data | close(data, rules)]
    with pytest.raises(InputError, match=r"plan.ttl: holds inferred statements \(addresses, "):
        asserted(quads, where="plan.ttl")
    named = [(*t, "") for t in data] + [(*t, "<urn:graph/x/inferred>") for t in close(data, rules)]
    assert asserted(named, where="plan.nq") == data


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    return runner(monkeypatch, capsysbinary, "validate")


def test_command_conforms(run: Run, valid: Path) -> None:
    code, out, err = run(valid)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"{valid}: conforms (violations 0, warnings 1, infos 0)"


def test_command_does_not_conform(run: Run, broken: Path) -> None:
    code, out, err = run(broken, "--lang", "zh")
    assert code == 1
    assert "S050 行动必须有一个次序。" in out
    assert "检查发现图谱有问题" in err


def test_command_with_several_graphs_goes_on_and_takes_the_highest_code(run: Run, valid: Path, broken: Path) -> None:
    missing = valid.with_name("missing.ttl")
    code, out, err = run(missing, broken, valid, "--format", "json")
    assert code == 3
    assert [json.loads(line)["conforms"] for line in out.splitlines()] == [False, True]
    assert "missing.ttl" in err


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf"])
def test_command_reads_every_format(run: Run, valid: Path, suffix: str) -> None:
    data = rdflib.Dataset()
    for triple in rdflib.Graph().parse(valid):
        data.add(triple)
    forms = {".ttl": "turtle", ".nt": "nt", ".nq": "nquads", ".trig": "trig", ".jsonld": "json-ld", ".rdf": "xml"}
    path = valid.with_name(f"copy{suffix}")
    source = data if suffix in (".nq", ".trig") else rdflib.Graph().parse(valid)
    source.serialize(path, format=forms[suffix], encoding="utf-8")
    assert run(path)[0] == 0


def test_command_missing_file_and_missing_shapes_are_code_3(run: Run, valid: Path) -> None:
    assert run(valid.with_name("no.ttl"))[0] == 3
    code, _, err = run(valid, "--shapes", "no-shapes.ttl")
    assert code == 3
    assert "no-shapes.ttl" in err


def test_command_usage_is_code_2(run: Run, valid: Path) -> None:
    assert run()[0] == 2
    assert run(valid, "--fail-on", "whim")[0] == 2


def test_command_with_foreign_shapes(run: Run, tmp_path: Path) -> None:
    shapes, data = tmp_path / "s.ttl", tmp_path / "d.ttl"
    shapes.write_text(FOREIGN_SHAPES, encoding="utf-8")
    data.write_text(FOREIGN_DATA, encoding="utf-8")
    code, out, _ = run(data, "--shapes", shapes)
    assert code == 1
    assert "violation: MaxCountConstraintComponent too many" in out


@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
def test_a_graph_of_which_nothing_is_checked_does_not_conform(engine: str, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "other.nt"
    path.write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    code, out, _ = run(path, "--engine", engine, "--format", "json")
    assert code == 1
    assert [f["rule"] for f in json.loads(out)["findings"]] == ["nothing-checked"]


def test_a_vocabulary_is_no_graph_of_a_document(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text('<https://w3id.org/gplan/id/body/x> <urn:p> "x" .\n', encoding="utf-8")
    code, _, err = run(path)
    assert code == 3
    assert "kgbuild vocab check" in err
