"""The one list of findings: place in the policy text, formats of others, baseline, fingerprints."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pyshacl
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SH
from tests.support import Run, runner
from tests.test_validate import graph

import kgbuild
from kgbuild import terms
from kgbuild.api.judge import Judging, judge_file, judge_graph, read_baseline
from kgbuild.config import data_dir
from kgbuild.graph.interchange import to_rdflib
from kgbuild.store import read_quads
from kgbuild.validate import (
    Verdict,
    node_lines,
    render_github,
    render_json,
    render_junit,
    render_markdown,
    render_sarif,
    render_text,
    report_text,
    report_turtle,
)

if TYPE_CHECKING:
    from kgbuild.model import Triple

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "examples" / "kgbuild.toml"
SARIF = Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.json"
"""As the package @microsoft/jest-sarif carries it; the schema of SARIF 2.1.0 that the schema store serves."""
TEXT = """云岭省科普工作方案

一、主要任务
1.组织开展科普服务。（省教育厅牵头，省科普促进会配合）
2.培训农民，推动优质资源下沉。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan and its graph: one unregistered body, an item without a body, no number, no date, no issuer."""
    place = tmp_path_factory.mktemp("plan")
    (place / "plan.txt").write_text(TEXT, encoding="utf-8")
    built = kgbuild.build(place / "plan.txt", config=CONFIG, validate=False)
    (place / "plan.ttl").write_bytes(built.serialise("ttl"))
    return place


@pytest.fixture(scope="module")
def verdict(folder: Path) -> Verdict:
    return judge_file(str(folder / "plan.ttl"), Judging(sources=(folder / "plan.txt",)))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    return runner(monkeypatch, capsysbinary, "validate")


# -- one list -----------------------------------------------------------------------------------------------------
def test_builder_and_rules_are_one_list(verdict: Verdict) -> None:
    rules = {f.rule: f for f in verdict.findings}
    assert rules["unresolved-body"].origin == "builder"
    assert rules["S060"].origin == "shapes"
    assert [f.severity for f in verdict.findings] == sorted(
        (f.severity for f in verdict.findings), key=["violation", "warning", "info"].index
    )


def test_what_both_found_is_one_finding(verdict: Verdict) -> None:
    rules = {f.rule: f for f in verdict.findings}
    assert rules["S023"].also == ("missing-number",)
    assert rules["S025"].also == ("missing-issuer",)
    assert {"missing-number", "missing-date", "missing-issuer"}.isdisjoint(rules)


def test_nothing_of_the_engine_is_lost(verdict: Verdict, folder: Path) -> None:
    shapes = {(f.result.shape, f.result.focus) for f in verdict.findings if f.result}
    conforms, found, raw = pyshacl.validate(
        to_rdflib(q[:3] for q in read_quads(folder / "plan.ttl")),
        shacl_graph=str(data_dir("shapes") / "gplan.ttl"),
        ont_graph=str(data_dir("ontology") / "gplan.ttl"),
        inference="none",
        allow_warnings=True,
        allow_infos=True,
    )
    results = {(found.value(r, SH.sourceShape), r) for r in found.subjects(RDF.type, SH.ValidationResult)}
    assert {s for s, _ in shapes} == {f"<{s}>" for s, _ in results}
    assert verdict.report.conforms is conforms is True
    kinds = ("\tFocus Node", "\tMessage", "Conforms", "Results")  # paths are written with other prefixes
    ours, theirs = ([x for x in t.splitlines() if x.startswith(kinds)] for t in (report_text(verdict.report), raw))
    assert sorted(ours) == sorted(theirs)


def test_a_finding_stands_at_its_words(verdict: Verdict) -> None:
    lines = TEXT.split("\n")
    for f in verdict.findings:
        assert f.spot is not None, f
        assert f.spot.file.endswith("plan.txt")
        if f.spot.quote:
            assert TEXT[f.spot.start : f.spot.end] == f.spot.quote
            assert lines[(f.spot.line or 0) - 1][(f.spot.column or 0) - 1 :].startswith(f.spot.quote.split("\n")[0])
    unresolved = next(f for f in verdict.findings if f.rule == "unresolved-body")
    assert (unresolved.spot and unresolved.spot.line, unresolved.spot and unresolved.spot.column) == (4, 20)
    assert unresolved.subject == "省科普促进会 ← 一/1"
    assert "登记表中没有" in unresolved.message("zh")
    assert unresolved.cure("zh").startswith("核对写法")


def test_a_finding_stands_in_the_graph_file_too(verdict: Verdict, folder: Path) -> None:
    lines = (folder / "plan.ttl").read_text(encoding="utf-8").split("\n")
    for f in verdict.findings:
        assert f.graph_line is not None
        local = f.node.rstrip(">").rsplit("/", 1)[-1]
        assert local.split(".")[0] in lines[f.graph_line - 1]


def test_without_the_source_the_place_is_the_graph_file(folder: Path) -> None:
    said = render_text(judge_file(str(folder / "plan.ttl")))
    assert str(folder / "plan.ttl") + ":" in said
    assert "plan.txt" not in said


def test_a_page_of_the_web_has_no_lines_of_the_text(tmp_path: Path) -> None:
    page = tmp_path / "plan.html"
    body = "".join(f"<p>{line}</p>" for line in TEXT.split("\n"))
    page.write_text(f"<html><head><meta charset=utf-8></head><body>{body}</body></html>", encoding="utf-8")
    built = kgbuild.build(page, config=CONFIG, validate=False)
    (tmp_path / "plan.ttl").write_bytes(built.serialise("ttl"))
    found = judge_file(str(tmp_path / "plan.ttl"), Judging(sources=(page,)))
    spot = next(f.spot for f in found.findings if f.rule == "unresolved-body")
    assert spot is not None
    assert (spot.file, spot.line, spot.quote) == (str(page), None, "省科普促进会")
    results = json.loads(render_sarif([found]))["runs"][0]["results"]
    physical = next(r for r in results if r["ruleId"] == "unresolved-body")["locations"][0]["physicalLocation"]
    assert set(physical) == {"artifactLocation"}


# -- formats ------------------------------------------------------------------------------------------------------
def sarif_validator() -> Any:
    # One pattern of the schema has a bracket too many and is no regular expression for strict readers; later editions
    # mend it in the same way.
    text = SARIF.read_text(encoding="utf-8").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")
    return jsonschema_rs.validator_for(json.loads(text))


def sarif(verdicts: list[Verdict], **options: bool) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render_sarif(verdicts, "zh", **options))
    validator = sarif_validator()
    assert [e.message for e in validator.iter_errors(log)] == []
    return log


def test_sarif_is_valid_and_says_it_all(verdict: Verdict) -> None:
    (only,) = sarif([verdict])["runs"]
    assert only["columnKind"] == "unicodeCodePoints"
    assert len(only["results"]) == len(verdict.findings)
    for result in only["results"]:
        assert only["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    result = next(r for r in only["results"] if r["ruleId"] == "unresolved-body")
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]) == (4, 20, 4, 26)
    assert region["snippet"]["text"] == "省科普促进会"
    assert result["level"] == "warning"
    assert result["locations"][0]["logicalLocations"][0]["name"] == "省科普促进会 ← 一/1"
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] > 1


def test_the_schema_of_sarif_sees_a_fault(verdict: Verdict) -> None:
    log = json.loads(render_sarif([verdict]))
    log["runs"][0]["results"][0]["level"] = "grave"
    validator = sarif_validator()
    assert not validator.is_valid(log)


def test_sarif_of_a_foreign_graph_is_valid(tmp_path: Path) -> None:
    shapes, data = tmp_path / "s.ttl", tmp_path / "a b 图.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetClass <urn:C> ;"
        " sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .",
        encoding="utf-8",
    )
    data.write_text("<urn:x> a <urn:C> .\n<urn:y> a <urn:C> .\n", encoding="utf-8")
    found = judge_file(str(data), Judging(shapes=(shapes,)))
    assert [(f.rule, f.node, f.graph_line) for f in found.findings] == [
        ("MinCountConstraintComponent", "<urn:x>", 1),
        ("MinCountConstraintComponent", "<urn:y>", 2),
    ]
    assert found.fails
    assert len({f.fingerprint for f in found.findings}) == 2
    location = sarif([found])["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"].endswith("a%20b%20%E5%9B%BE.ttl")


@pytest.mark.parametrize("fail_on", ["violation", "warning", "info"])
def test_junit_fails_what_counts(folder: Path, fail_on: Any) -> None:
    found = judge_file(str(folder / "plan.ttl"), Judging(sources=(folder / "plan.txt",), fail_on=fail_on))
    suites = ET.fromstring(render_junit([found]))  # noqa: S314 - our own output
    cases = list(suites.iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None]
    limit = ["violation", "warning", "info"].index(fail_on) + 1
    counting = [f for f in found.findings if f.severity in ("violation", "warning", "info")[:limit]]
    assert len(failed) == len(counting) == int(suites.attrib["failures"])
    assert len(cases) == int(suites.attrib["tests"]) == len(found.findings) + (not counting)
    assert found.fails is bool(counting)


def test_github_annotations_carry_their_place(verdict: Verdict) -> None:
    lines = render_github([verdict], "en").splitlines()
    line = next(x for x in lines if "unresolved-body" in x)
    assert line.startswith("::warning file=")
    assert (
        ",line=4,endLine=4,col=20,endColumn=26,title=unresolved-body 省科普促进会 ← 一/1::“省科普促进会” is not" in line
    )
    assert sum(x.startswith("::notice ") for x in lines) == verdict.counts["info"]


def test_a_line_break_cannot_forge_an_annotation(folder: Path) -> None:
    text = (folder / "plan.ttl").read_text(encoding="utf-8").replace("“省科普促进会”", "a\\n::error::forged, 100%")
    path = folder / "forged.ttl"
    path.write_text(text, encoding="utf-8")
    found = judge_file(str(path))
    said = render_github([found])
    assert "%0A::error::forged, 100%25" in said
    assert not any(x.startswith("::error") for x in said.splitlines())
    assert "<br" not in render_markdown([found])


def test_markdown_is_a_table_that_text_cannot_break(verdict: Verdict) -> None:
    lines = render_markdown([verdict], "zh").splitlines()
    rows = [x for x in lines if x.startswith("| ")]
    assert len(rows) == len(verdict.findings) + 1
    assert {x.count(" | ") for x in rows} == {5}


def test_the_report_of_the_w3c_is_the_engines(verdict: Verdict) -> None:
    graph = rdflib.Graph().parse(data=report_turtle(verdict.report), format="turtle")
    results = list(graph.subjects(RDF.type, SH.ValidationResult))
    assert len(results) == len(verdict.report.results)
    assert {str(o) for o in graph.objects(None, SH.conforms)} == {"true"}
    assert {f"<{o}>" for o in graph.objects(None, SH.focusNode)} >= {
        r.focus for r in verdict.report.results if r.component != "SPARQLConstraintComponent"
    }


def test_renderers_give_the_same_bytes_twice(folder: Path, verdict: Verdict) -> None:
    again = judge_file(str(folder / "plan.ttl"), Judging(sources=(folder / "plan.txt",)))
    for render in (render_json, render_text):
        assert render(verdict) == render(again)
    for whole in (render_sarif, render_junit, render_github, render_markdown):
        assert whole([verdict]) == whole([again])
    assert report_turtle(verdict.report) == report_turtle(again.report)


CONTROL = st.text(st.characters(codec="utf-8"), max_size=12)


@given(label=CONTROL)
def test_no_label_breaks_a_format(label: str) -> None:
    found = foreign(label)
    ET.fromstring(render_junit([found]))  # noqa: S314 - our own output
    json.loads(render_sarif([found]))
    assert len([x for x in render_markdown([found]).split("\n") if x.startswith("| ")]) == len(found.findings) + 1
    assert len([x for x in render_github([found]).split("\n") if x.startswith("::")]) == len(found.findings)


def foreign(label: str) -> Verdict:
    """A graph with one finding of a builder whose words are anything."""
    node, span = "<urn:f>", "<urn:s>"
    data: set[Triple] = {
        (node, terms.gplan("findingCode"), terms.code("finding-unresolved-body")),
        (node, terms.gplan("severity"), terms.code("severity-warning")),
        (node, f"<{terms.RDFS}comment>", terms.literal(label, lang="en")),
        (node, terms.gplan("evidence"), span),
        (span, terms.gplan("exactText"), terms.literal(label)),
    }
    from kgbuild.store import Index
    from kgbuild.validate import Report, collect

    index = Index((*t, "") for t in data)
    return collect(Report(conforms=True, fail_on="violation", results=()), index, name="g", place=lambda _: None)


# -- baseline -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["json", "sarif"])
def test_only_what_is_new_counts(run: Run, folder: Path, tmp_path: Path, form: str) -> None:
    base = tmp_path / f"baseline.{form}"
    graph = folder / "plan.ttl"
    assert run(graph, "--fail-on", "info", "--format", form, "-o", base)[0] == 1
    code, out, _ = run(graph, "--fail-on", "info", "--baseline", base)
    assert code == 0
    assert "known findings of the baseline are not shown" in out
    assert "unresolved-body" not in out
    edited = tmp_path / "plan.txt"
    edited.write_text(
        TEXT.replace("一、主要任务", "为做好工作，制定本方案。\n一、主要任务")
        + "3.推广科普读物。（省科普研究会牵头，省教育厅配合）\n",
        encoding="utf-8",
    )
    built = kgbuild.build(edited, config=CONFIG, validate=False)
    (tmp_path / "plan.ttl").write_bytes(built.serialise("ttl"))
    code, out, _ = run(tmp_path / "plan.ttl", "--fail-on", "warning", "--baseline", base)
    assert code == 1
    assert "省科普研究会" in out
    assert "省科普促进会" not in out
    states = json.loads(run(tmp_path / "plan.ttl", "--baseline", base, "--format", "sarif")[1])["runs"][0]["results"]
    assert {r["baselineState"] for r in states} == {"new", "unchanged"}


def test_a_baseline_that_is_none(run: Run, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "base.json"
    path.write_text("{}", encoding="utf-8")
    assert run(folder / "plan.ttl", "--baseline", path)[0] == 3
    assert run(folder / "plan.ttl", "--baseline", tmp_path / "none.json")[0] == 3


def test_two_equal_findings_have_two_fingerprints(verdict: Verdict) -> None:
    marks = [f.fingerprint for f in verdict.findings]
    assert len(set(marks)) == len(marks)
    assert read_baseline.__doc__


# -- the command --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github", "markdown", "ttl"])
def test_every_format_has_the_same_exit_code(run: Run, folder: Path, form: str) -> None:
    assert run(folder / "plan.ttl", "--format", form, "--source", folder / "plan.txt")[0] == 0
    assert run(folder / "plan.ttl", "--format", form, "--fail-on", "warning")[0] == 1


def test_raw_is_pyshacls_own(run: Run, folder: Path) -> None:
    code, out, _ = run(folder / "plan.ttl", "--raw")
    assert code == 0
    assert out.startswith("Validation Report\nConforms: True\n")


def test_a_source_that_is_missing_is_code_3(run: Run, folder: Path) -> None:
    assert run(folder / "plan.ttl", "--source", folder / "none.txt")[0] == 3


def test_lines_of_every_line_format(folder: Path) -> None:
    built = kgbuild.build(folder / "plan.txt", config=CONFIG, validate=False)
    subjects = {s for s, _, _ in built.built.asserted | built.built.graphs.vocabulary}
    for form in ("ttl", "trig", "nt", "nq"):
        text = built.serialise(form).decode()
        found = node_lines(text.split("\n"))
        some = set(sorted(subjects)[:3])
        assert node_lines(text.splitlines(keepends=True), some) == {node: found[node] for node in some}
        assert subjects <= found.keys(), form
        lines = text.split("\n")
        for node in subjects:
            start = lines[found[node] - 1].lstrip()
            assert start.startswith(node) or node[1:-1].endswith(start.split(" ")[0].split(":", 1)[1]), form


def test_a_literal_is_no_description() -> None:
    text = '<urn:a> <urn:p> """x.\n<urn:b> <urn:p> 1 .\n""" .\n<urn:c> <urn:p> "# no" .\n'
    assert node_lines(text.split("\n")) == {"<urn:a>": 1, "<urn:c>": 4}


def test_a_graph_without_findings_conforms_in_every_format() -> None:
    found = judge_graph({t for t in graph() if not t[0].endswith("/finding>")}, name="g.ttl")
    assert found.findings == ()
    assert not found.fails
    assert render_text(found) == "g.ttl: conforms (violations 0, warnings 0, infos 0)\n"
    assert ET.fromstring(render_junit([found])).attrib["tests"] == "1"  # noqa: S314 - our own output
    assert sarif([found])["runs"][0]["results"] == []
    assert to_rdflib({("<urn:a>", "<urn:p>", "<urn:b>")})
