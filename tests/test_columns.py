"""Graph files read into columns, and look-ups that halve these: what they say is what lists of quads and tables say."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from tests.support import ROOT

import kgbuild
from kgbuild.api import Judging, judge_file, render_verdicts
from kgbuild.errors import InputError
from kgbuild.graph.triples import Triples, triples_of
from kgbuild.store import Index, columns, index_of, read_quads, read_triples
from kgbuild.terms import COMMENT, TYPE, gplan, is_inferred

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = ROOT / "examples" / "kgbuild.toml"
PLAN = """云岭省数字乡村建设工作方案

一、推进平台建设
（一）建设综合服务平台。到2027年底，建成20个平台。（省农业农村厅牵头，省科技厅、省某某局配合）
（二）加强人员培训。今年内培训村干部3000人次。（责任单位：省民政厅、各市）
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("columns")
    (path / "plan.txt").write_text(PLAN, encoding="utf-8")
    built = kgbuild.build(path / "plan.txt", config=CONFIG)
    for form in ("ttl", "trig"):
        (path / f"plan.{form}").write_bytes(built.serialise(form))
    return path


@pytest.mark.parametrize("form", ["ttl", "trig"])
def test_columns_hold_what_the_quads_say(folder: Path, form: str) -> None:
    quads = read_quads(folder / f"plan.{form}")
    asserted, inferred = read_triples(folder / f"plan.{form}")
    assert set(asserted) == {q[:3] for q in quads if not is_inferred(q[3])}
    assert set(inferred) == {q[:3] for q in quads if is_inferred(q[3])}
    assert bool(inferred) == (form == "trig")


@pytest.mark.parametrize(("text", "error"), [("", "no statement"), ("<urn:a> <urn:p> .\n", "not Turtle")])
def test_errors_are_the_same(tmp_path: Path, text: str, error: str) -> None:
    file = tmp_path / "bad.ttl"
    file.write_text(text, encoding="utf-8")
    said = []
    for read in (read_quads, read_triples):
        with pytest.raises(InputError, match=error) as e:
            read(file)
        said.append(str(e.value))
    assert said[0] == said[1]


def test_a_halved_index_answers_like_tables(folder: Path) -> None:
    graph, _ = read_triples(folder / "plan.ttl")
    plain, halved = both(graph)
    assert sorted(halved.all_terms()) == sorted(plain.all_terms())
    nodes = sorted({t for s, _, o in graph for t in (s, o)} | {"<urn:none>"})
    names = [*graph.columns, gplan("none")]
    assert [halved.owners(n) for n in nodes] == [plain.owners(n) for n in nodes]
    assert [halved.mentions(n) for n in nodes] == [plain.mentions(n) for n in nodes]
    for name in names:
        assert halved.pairs(name) == plain.pairs(name)
        assert [halved.values(n, name) for n in nodes] == [plain.values(n, name) for n in nodes]
        assert [halved.subjects(name, n) for n in nodes] == [plain.subjects(name, n) for n in nodes]
        assert [halved.proofs(n, name) for n in nodes] == [plain.proofs(n, name) for n in nodes]
    assert halved.of_type("Action") == plain.of_type("Action") != frozenset()
    text = plain.subjects(TYPE, gplan("SourceText"))[0]
    assert halved.standing_in(text, "Action") == plain.standing_in(text, "Action") != []


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_findings_on_a_large_graph_are_those_on_a_small_one(folder: Path, form: str) -> None:
    judging = Judging(sources=(folder / "plan.txt",), fail_on="info")
    small = judge_file(str(folder / "plan.ttl"), judging)
    with patch.object(columns, "LARGE", 0):
        large = judge_file(str(folder / "plan.ttl"), judging)
    assert render_verdicts([large], form) == render_verdicts([small], form)
    assert small.findings
    assert all(f.graph_line and f.spot for f in small.findings)


def test_a_halved_index_takes_a_tenth_of_the_memory() -> None:
    graph = triples_of((f"<urn:{n}>", f"<urn:p{p}>", f'"{n}"') for n in range(5000) for p in range(4))
    sizes = []
    for limit in (len(graph), 0):
        with patch.object(columns, "LARGE", limit):
            tracemalloc.start()
            index = index_of(graph)
            sizes.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()
            assert index.values("<urn:7>", "<urn:p3>") == ['"7"']
    assert sizes[1] < sizes[0] / 10


def test_iris_where_a_graph_of_ours_has_texts_are_no_bug(folder: Path, tmp_path: Path) -> None:
    """A foreign graph may have an IRI as the comment of a finding, and as the hash of a text."""
    names = {COMMENT, gplan("contentSha256")}
    quads = [(s, p, "<urn:other>" if p in names else o) for s, p, o, _ in read_quads(folder / "plan.ttl")]
    (tmp_path / "foreign.nt").write_text("".join(f"{s} {p} {o} .\n" for s, p, o in quads), encoding="utf-8")
    verdict = judge_file(str(tmp_path / "foreign.nt"), Judging(sources=(folder / "plan.txt",)))
    assert not verdict.conforms
    assert any(f.origin == "builder" and f.rule == "unresolved-body" for f in verdict.findings)


def both(graph: Triples) -> tuple[Index, Index]:
    with patch.object(columns, "LARGE", 0):
        halved = index_of(graph)
    plain = index_of(graph)
    assert type(plain) is Index is not type(halved)
    return plain, halved
