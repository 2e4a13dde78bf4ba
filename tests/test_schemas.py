"""The two published JSON Schemas, and that everything we print is valid after them."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from click.testing import CliRunner
from tests.support import GOLD, IS_FULL, PLAN, ROOT, corpus, needs_shared

from kgbuild.api import annotations_of
from kgbuild.cli import cli
from kgbuild.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

FIXTURES = [PLAN, *sorted((ROOT / "tests" / "data").glob("*.txt"))]


def schema(name: str) -> Any:
    return json.loads((files("kgbuild") / name).read_text(encoding="utf-8"))


EXTRACT = jsonschema_rs.validator_for(schema("extract.schema.json"))
REPORT = jsonschema_rs.validator_for(schema("report.schema.json"))


def faults(validator: Any, value: object) -> list[str]:
    """What is wrong with a value that went through JSON, each with its place."""
    errors = validator.iter_errors(json.loads(json.dumps(value)))
    return [f"/{'/'.join(map(str, e.instance_path))}: {e.message[:200]}" for e in errors]


def report(*inputs: Path, folder: Path) -> Any:
    path = folder / "report.json"
    run = CliRunner().invoke(
        cli, ["build", *map(str, inputs), "-q", "-o", str(folder), "--report", str(path), "--no-validate"]
    )
    assert run.exit_code == 0, run.output
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["extract.schema.json", "report.schema.json"])
def test_a_schema_is_itself_valid(name: str) -> None:
    jsonschema_rs.meta.validate(schema(name))


@needs_shared
def test_our_schema_is_the_shared_one_without_its_example() -> None:
    # The shared file shows a piece of a real plan as example; no sentence of the corpus stands in the project.
    shared = json.loads((GOLD / "extract.schema.json").read_text(encoding="utf-8"))
    del shared["examples"]
    assert schema("extract.schema.json") == shared


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_what_extract_prints_is_valid(path: Path) -> None:
    assert faults(EXTRACT, annotations_of(str(path))) == []


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("sha256",), "no hash"),
        (("actions", 0, "bodies", 0, "role"), "boss"),
        (("actions", 0, "surplus"), 1),
        (("document", "title", "start"), -1),
    ],
)
def test_a_fault_in_what_is_printed_is_seen(at: tuple[str | int, ...], value: object) -> None:
    printed = json.loads(json.dumps(annotations_of(str(PLAN))))
    place = printed
    for step in at[:-1]:
        place = place[step]
    place[at[-1]] = value
    assert faults(EXTRACT, printed)


@needs_shared
def test_the_whole_corpus_is_valid() -> None:
    paths = corpus(".txt", ".html")
    assert len(paths) > (100 if IS_FULL else 5)
    found = {}
    for path in paths:
        try:
            found[path.name] = faults(EXTRACT, annotations_of(str(path)))
        except InputError as e:  # pragma: no cover - none is unreadable today
            pytest.fail(str(e))
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_the_report_of_one_document_is_valid(path: Path, tmp_path: Path) -> None:
    assert faults(REPORT, report(path, folder=tmp_path)) == []


def test_the_report_of_several_documents_is_valid(tmp_path: Path) -> None:
    written = report(*FIXTURES, folder=tmp_path)
    assert faults(REPORT, written) == []
    assert [d["file"] for d in written["documents"]] == [p.name for p in FIXTURES]


def test_the_report_of_a_validated_document_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    run = CliRunner().invoke(cli, ["build", str(PLAN), "-q", "-o", str(tmp_path / "plan.ttl"), "--report", str(path)])
    assert run.exit_code in {0, 1}, run.output
    written = json.loads(path.read_text(encoding="utf-8"))
    assert faults(REPORT, written) == []
    assert written["conforms"] is (run.exit_code == 0)
    assert written["shapes"]


def test_the_schema_of_the_report_names_every_count_and_no_other(tmp_path: Path) -> None:
    declared = schema("report.schema.json")["$defs"]["document"]["properties"]["counts"]["properties"]
    assert list(report(PLAN, folder=tmp_path)["counts"]) == list(declared)


@pytest.mark.parametrize(
    ("at", "value"), [(("conforms",), "yes"), (("counts", "actions"), -1), (("findings", 0, "severity"), "grave")]
)
def test_a_fault_in_a_report_is_seen(at: tuple[str | int, ...], value: object, tmp_path: Path) -> None:
    written = report(PLAN, folder=tmp_path)
    place = written
    for step in at[:-1]:
        place = place[step]
    place[at[-1]] = value
    assert faults(REPORT, written)
