"""What a user says of a document beside its text: stated as given, in no key, taken from the graph by `verify`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kgbuild import api
from kgbuild.api import Metadata, build, metadata_of, open, read_manifest, verify_graph  # noqa: A004 - as kgbuild.open
from kgbuild.cli import cli
from kgbuild.errors import InputError, KgbuildError
from kgbuild.terms import gplan, lexical

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

TEXT = """云岭省养老服务工作要点

一、重点任务

1.2025年底前建成示范站点100个。（省民政厅）

2.做好服务保障。（省卫生健康委）
"""
GIVEN = {
    "title": "云岭省二〇二五年养老要点",
    "date": "2025-03-05",
    "number": "云政发〔2025〕7号",
    "issuer": "云岭省人民政府",
    "place": "云岭省",
    "source_url": "https://example.org/plans/7.html",
    "name": "要点.txt",
}
PREDICATES = ("givenTitle", "givenDate", "givenNumber", "givenIssuer", "givenPlace", "givenUrl", "givenName")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def code(result: Result) -> int:
    """The exit code that the command line gives for what was raised."""
    error = result.exception
    return error.exit_code if isinstance(error, KgbuildError) else result.exit_code


def options() -> list[str]:
    return [word for name, value in GIVEN.items() for word in (f"--{name.replace('_', '-')}", value)]


def test_what_is_given_is_stated_on_the_source_text_and_changes_nothing_else(plan: Path) -> None:
    without, with_it = (build(plan, metadata=m).built.asserted for m in (None, Metadata(**GIVEN)))
    assert without <= with_it
    extra = with_it - without
    assert len({s for s, _, _ in extra}) == 1
    assert sorted(re.sub(r".*#|>", "", p) for _, p, _ in extra) == sorted(PREDICATES)


def test_verify_takes_it_from_the_graph_and_says_so(plan: Path, tmp_path: Path) -> None:
    graph = tmp_path / "plan.ttl"
    assert run("build", str(plan), "-o", str(graph), "-q", *options()).exit_code == 0
    proof = run("verify", str(graph), "--source", str(plan))
    assert proof.exit_code == 0, proof.output
    assert "given      givenDate, givenIssuer" in proof.output
    assert proof.output.rstrip().endswith("proved")
    assert run("validate", str(graph)).exit_code == 0


def test_a_second_value_is_foreign(plan: Path, tmp_path: Path) -> None:
    graph = tmp_path / "plan.nt"
    assert run("build", str(plan), "-o", str(graph), "-q", "--title", "甲").exit_code == 0
    text = graph.read_text(encoding="utf-8")
    line = next(x for x in text.splitlines() if "givenTitle" in x)
    graph.write_text(text + line.replace('"甲"', '"乙"') + "\n", encoding="utf-8")
    assert run("verify", str(graph), "--source", str(plan)).exit_code == 1


def test_what_is_given_cannot_pose_as_what_the_text_says(plan: Path, tmp_path: Path) -> None:
    graph = tmp_path / "plan.nt"
    assert run("build", str(plan), "-o", str(graph), "-q", "--date", "2025-03-05").exit_code == 0
    text = graph.read_text(encoding="utf-8")
    graph.write_text(text.replace("ontology#givenDate", "ontology#documentDate"), encoding="utf-8")
    assert run("verify", str(graph), "--source", str(plan)).exit_code == 1


def test_a_manifest_and_the_configuration_name_files(plan: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(TEXT.replace("养老", "托育"), encoding="utf-8")
    manifest = tmp_path / "plans.csv"
    manifest.write_text("\ufefffile,title,date\nplan.txt,甲,2025-01-02\nother.txt,乙,\n", encoding="utf-8")
    (tmp_path / "kgbuild.toml").write_text(
        '[documents."plan.txt"]\nplace = "云岭省"\ndate = 2024-01-01\n', encoding="utf-8"
    )
    out = tmp_path / "out"
    assert run("build", str(plan), str(other), "-o", str(out), "-q", "--manifest", str(manifest)).exit_code == 0
    first, second = (open(str(out / name)).quads for name in ("plan.ttl", "other.ttl"))
    said = [{re.sub(r".*#|>", "", p): o for _, p, o, _ in quads if "#given" in p} for quads in (first, second)]
    assert {name: value.split('"')[1] for name, value in said[0].items()} == {
        "givenTitle": "甲",
        "givenDate": "2025-01-02",
        "givenPlace": "云岭省",
    }
    assert {*said[1]} == {"givenTitle"}
    assert verify_graph(str(out / "plan.ttl"), [plan]).level == "proved"


@pytest.mark.parametrize(
    "words",
    [
        ["--date", "2025-02-30"],
        ["--date", "2025年3月"],
        ["--source-url", "http://user:secret@example.org/"],
        ["--source-url", "file:///etc/passwd"],
        ["--title", "甲\n乙"],
        ["--name", "x" * 2000],
    ],
)
def test_a_wrong_option_is_usage(plan: Path, words: list[str]) -> None:
    result = run("build", str(plan), *words)
    assert code(result) == 2
    assert "secret" not in f"{result.output}{result.exception}"


def test_options_are_for_one_input(plan: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(TEXT, encoding="utf-8")
    assert code(run("build", str(plan), str(other), "-o", str(tmp_path / "out"), "--title", "甲")) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"name,title\nplan.txt,x\n",
        b"file,title\nplan.txt\n",
        b"file,title\nplan.txt,x,y\n",
        b"file,colour\nplan.txt,red\n",
        b"file,date\nplan.txt,yesterday\n",
        b"file,title\nplan.txt,a\nplan.txt,b\n",
        b"file,title\nplan.txt,\xff\n",
        b'file,title\nplan.txt,"open\n',
        b"file,title\nplan.txt," + b"x" * 200_000 + b"\n",
        b"file,title\nelsewhere.txt,x\n",
    ],
)
def test_a_wrong_manifest_is_told_with_its_place(plan: Path, tmp_path: Path, content: bytes) -> None:
    manifest = tmp_path / "plans.csv"
    manifest.write_bytes(content)
    result = run("build", str(plan), "-o", str(tmp_path / "x.ttl"), "--manifest", str(manifest))
    assert code(result) == 3, result.output
    assert "plans.csv" in str(result.exception) + result.output


@pytest.mark.parametrize("table", ["documents = 3", "[documents]\nx = 3", '[documents."plan.txt"]\ncolour = "red"'])
def test_a_wrong_configuration_is_told(plan: Path, table: str) -> None:
    (plan.parent / "kgbuild.toml").write_text(table, encoding="utf-8")
    assert code(run("build", str(plan), "-o", str(plan.parent / "x.ttl"))) == 3


def test_nothing_but_known_fields_is_taken() -> None:
    assert metadata_of({"source-url": "https://example.org/a", "date": ""}, "x") == Metadata(
        source_url="https://example.org/a"
    )
    with pytest.raises(InputError, match="unknown field"):
        metadata_of({"colour": "red"}, "x")


def test_a_manifest_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (
            '<link rel="canonical" href="https://www.yunling.example/zc/16.html">',
            "https://www.yunling.example/zc/16.html",
        ),
        (
            "<LINK HREF='https://www.yunling.example/?a=1&amp;b=2' REL='Canonical'/>",
            "https://www.yunling.example/?a=1&b=2",
        ),
        ("<link rel=canonical href=https://www.yunling.example/16>", "https://www.yunling.example/16"),
        ('<!-- <link rel="canonical" href="https://www.yunling.example/16"> -->', None),
        ('<link rel="canonical" href="/zc/16.html">', None),
        ('<link rel="canonical" href="https://user:secret@www.yunling.example/16">', None),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="stylesheet" href="https://www.yunling.example/a.css">', None),
        ('<link rel="canonical" href="https://a.example/"><link rel="canonical" href="https://b.example/">', None),
    ],
)
def test_a_page_may_give_its_own_address(head: str, url: str | None, tmp_path: Path) -> None:
    """It is stated as given by the page, enters no key, and is proved by the page."""
    page = "<html><head><meta charset=utf-8>{}</head><body><p>云岭省科普工作要点</p><p>一、任务</p></body>"
    path, plain = tmp_path / "plan.html", tmp_path / "plain.html"
    path.write_text(page.format(head), encoding="utf-8")
    plain.write_text(page.format(""), encoding="utf-8")
    built, other = api.build(path), api.build(plain)
    stated = {lexical(o) for _, p, o in built.built.asserted if p == gplan("pageUrl")}
    assert stated == ({url} if url else set())
    assert {s for s, _, _ in built.built.asserted if "document/" in s} == {
        s for s, _, _ in other.built.asserted if "document/" in s
    }
