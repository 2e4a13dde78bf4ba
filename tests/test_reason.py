"""The command `reason` and what `build` says of statements that clash."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.support import PLAN, ROOT, Run, runner, whole

import kgbuild
from kgbuild import api, terms
from kgbuild.api.reason import reason_graph
from kgbuild.graph.reason import Inconsistency, compile_rules, reason
from kgbuild.store import read_quads

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = PLAN.parent


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    return runner(monkeypatch, capsysbinary)


@pytest.fixture(scope="module")
def built() -> api.Result:
    return kgbuild.build(PLAN, validate=False)


@pytest.fixture
def graph(built: api.Result, tmp_path: Path) -> Path:
    path = tmp_path / "plan.ttl"
    path.write_bytes(built.serialise("ttl"))
    return path


@pytest.fixture
def small(graph: Path) -> Path:
    """What owlrl closes: the graph of a few items; tests/test_example.py takes the whole example in full."""
    mini = kgbuild.build(ROOT / "tests" / "data" / "mini.txt", config=EXAMPLES / "kgbuild.toml", validate=False)
    graph.write_bytes(mini.serialise("ttl"))
    return graph


@pytest.fixture
def clashing(graph: Path) -> Path:
    clash(graph)
    return graph


def clash(graph: Path) -> None:
    """Let the body of the first statement cooperate and lead in one statement."""
    text = graph.read_text(encoding="utf-8")
    statement = next(line.split()[0] for line in text.splitlines() if " a gplan:Assignment" in line)
    role = "gplanv:role-lead , gplanv:role-cooperating"
    graph.write_text(f"{text}\n{statement} gplan:role {role} .\n", encoding="utf-8")


@pytest.mark.parametrize("suffix", [".trig", ".nq"])
def test_the_inferred_statements_get_a_graph_of_their_own(
    run: Run, graph: Path, built: api.Result, suffix: str
) -> None:
    out = graph.with_suffix(suffix)
    assert run("reason", graph, "-o", out) == (0, "", "")
    quads = read_quads(out)
    named = {(s, p, o) for s, p, o, g in quads if g.endswith("/inferred>")}
    assert named == set(built.graphs()[f"{built.built.base}graph/{built.built.source.key}/inferred"])
    assert {q[:3] for q in quads} - named == {q[:3] for q in read_quads(graph)}


def test_what_is_reasoned_already_gives_the_same_again(run: Run, graph: Path) -> None:
    first, second = graph.with_suffix(".trig"), graph.with_name("again.trig")
    run("reason", graph, "-o", first)
    run("reason", first, "-o", second)
    assert first.read_bytes() == second.read_bytes()


def test_a_flat_format_mixes_only_when_told_to(run: Run, graph: Path, built: api.Result) -> None:
    out = graph.with_suffix(".nt")
    code, _, err = run("reason", graph, "-o", out)
    assert (code, out.exists()) == (2, False)
    assert "--inferred" in err
    assert run("reason", graph, "-o", out, "--inferred")[0] == 0
    assert {q[:3] for q in read_quads(out)} == {q[:3] for q in read_quads(graph)} | built.built.inferred
    code, _, err = run("reason", out)
    assert code == 3
    assert "holds inferred statements" in err


@whole("test_reason_contract.py and test_pipeline.py compare closures")
def test_owlrl_says_the_same(run: Run, small: Path) -> None:
    first, second = small.with_suffix(".nq"), small.with_name("owlrl.nq")
    run("reason", small, "-o", first)
    assert run("reason", small, "--reasoner", "owlrl", "-o", second)[0] == 0
    assert first.read_bytes() == second.read_bytes()


def test_a_budget_is_never_a_silent_cut(run: Run, graph: Path, built: api.Result) -> None:
    out = graph.with_suffix(".trig")
    code, _, err = run("reason", graph, "--budget", 40, "-o", out)
    assert code == 1
    assert "incomplete: stopped after 4" in err
    assert out.read_text(encoding="utf-8").startswith("# INCOMPLETE")
    part = {(s, p, o) for s, p, o, g in read_quads(out) if g.endswith("/inferred>")}
    assert 40 < len(part) < 100
    assert part < built.built.inferred
    again = graph.with_name("again.trig")
    run("reason", graph, "--budget", 40, "-o", again)
    assert again.read_bytes() == out.read_bytes()
    assert run("reason", graph, "--budget", len(built.built.inferred) + 10_000, "-o", out)[0] == 0
    assert run("reason", graph, "--budget", 1, "--reasoner", "owlrl")[0] == 2


def test_an_inconsistency_names_its_statements_and_their_sentences(run: Run, clashing: Path) -> None:
    out = clashing.with_suffix(".trig")
    code, _, err = run("reason", clashing, "--source", PLAN, "-o", out)
    assert code == 1
    assert out.exists()
    assert "inconsistent (cax-adc): no node can be of both classes" in err
    assert "gplan:LeadAssignment" in err
    assert "gplan:CooperatingAssignment" in err
    assert "cls-hv2: gplan:role = gplanv:role-lead ⊑ gplan:LeadAssignment" in err
    (found,) = reason_graph(str(clashing), sources=[PLAN]).clashes
    place = found[1][0].premises[0].places[0]
    line = PLAN.read_text(encoding="utf-8").splitlines()[(place.line or 0) - 1]
    assert line[(place.column or 0) - 1 :].startswith(place.quote)
    assert f"{place.line}:{place.column} " in err
    assert "矛盾 (cax-adc)" in run("reason", clashing, "--lang", "zh")[2]


@whole("asks owlrl, which is slow")
def test_both_reasoners_find_the_clash(small: Path) -> None:
    clash(small)
    compiled, reference = (reason_graph(str(small), reasoner=r) for r in ("compiled", "owlrl"))
    assert [c for c, _ in compiled.clashes] == [c for c, _ in reference.clashes] != []


def test_a_build_that_clashes_says_so_and_does_not_conform(built: api.Result) -> None:
    inconsistency = Inconsistency("cax-adc", (("<urn:a>", "<urn:p>", "<urn:b>"),))
    result = replace(built, built=replace(built.built, inconsistencies=(inconsistency,)))
    assert not result.conforms
    assert "INCONSISTENT in 1 places" in result.summary("en")
    assert "1 处矛盾" in result.summary("zh")
    assert result.report()["inconsistencies"] == [
        {"rule": "cax-adc", "statements": [["<urn:a>", "<urn:p>", "<urn:b>"]]}
    ]


def test_the_alignments_say_the_same_in_foreign_vocabularies(run: Run, graph: Path, tmp_path: Path) -> None:
    plain, out, again = (tmp_path / name for name in ("plain.nq", "aligned.nq", "again.nq"))
    run("reason", graph, "-o", plain)
    assert run("reason", graph, "--align", "-o", out) == (0, "", "")
    quads = read_quads(out)
    aligned = {q[:3] for q in quads if terms.part_of(q[3]) == "aligned"}
    assert {q for q in quads if q[:3] not in aligned} == set(read_quads(plain))
    bodies = {s for s, p, o, _ in quads if (p, o) == (f"<{terms.RDF}type>", terms.gplan("Body"))}
    assert bodies == {s for s, _, o in aligned if o == "<http://www.w3.org/ns/org#Organization>"}
    assert not any(term.startswith(f"<{terms.GPLAN}") for triple in aligned for term in triple[1:])
    # The run read the text: it was used by the run, and made by nobody here.
    runs = {(o, s) for s, p, o, _ in quads if p == terms.gplan("generatedBy")}
    prov = "http://www.w3.org/ns/prov#"
    assert runs == {(s, o) for s, p, o in aligned if p == f"<{prov}used>"}
    assert not any(p in (f"<{prov}wasGeneratedBy>", f"<{prov}wasDerivedFrom>") for _, p, _ in aligned)
    # Given again, the aligned graph is made anew, not taken for a source of its own.
    run("reason", out, "--align", "-o", again)
    assert again.read_bytes() == out.read_bytes()
    assert run("verify", out, "--source", PLAN)[1].endswith("proved\n")


@pytest.mark.parametrize("kind", ["added", "taken away"])
def test_a_forged_alignment_does_not_hold(run: Run, graph: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "aligned.nq"
    run("reason", graph, "--align", "-o", out)
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    n = next(i for i, line in enumerate(lines) if "/aligned>" in line and "org#Organization" in line)
    forged = lines[n].replace("org#Organization", "org#Site")
    lines[n : n + 1] = [lines[n], forged] if kind == "added" else []
    out.write_text("".join(lines), encoding="utf-8")
    code, printed, _ = run("verify", out, "--source", PLAN)
    assert code == 1
    assert ("foreign" if kind == "added" else "missing") in printed
    assert printed.endswith("does not hold: 1 thing\n")


def test_a_graph_of_other_makers(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "foreign.ttl"
    path.write_text(f"<urn:d> <{terms.GPLAN}partOfDivision> <urn:e> .", encoding="utf-8")
    code, out, _ = run("reason", path, "--format", "nq")
    assert code == 0
    assert f"<urn:d> <{terms.GPLAN}withinDivision> <urn:e> <{terms.ID}graph/inferred> ." in out.splitlines()


def test_two_documents_of_one_file_stay_apart(run: Run, graph: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("云岭省科普工作方案\n一、任务\n1.组织科普。（省教育厅牵头，省科协配合）\n", encoding="utf-8")
    files = []
    for n, file in enumerate((PLAN, other)):
        built = kgbuild.build(file, config=EXAMPLES / "kgbuild.toml", validate=False)
        files.append(tmp_path / f"{n}.nq")
        files[-1].write_bytes(built.serialise("nq"))
    both = tmp_path / "both.nq"
    both.write_bytes(b"".join(f.read_bytes() for f in files))
    code, out, _ = run("reason", both, "--format", "nq")
    assert code == 0
    assert set(out.splitlines()) == set(both.read_text(encoding="utf-8").splitlines())


def test_the_budget_of_a_closure_says_whether_it_was_enough() -> None:
    rules = compile_rules(api.ontology())
    part = terms.gplan("partOfDivision")
    data = [(f"<urn:{n}>", part, f"<urn:{n + 1}>") for n in range(30)]
    whole = reason(data, rules)
    assert whole.complete
    cut = reason(data, rules, budget=50)
    assert not cut.complete
    assert cut.new < whole.new
    assert json.dumps(sorted(cut.new)) == json.dumps(sorted(reason(reversed(data), rules, budget=50).new))
