"""The fast engine says what pyshacl says of graphs that are right, planted with errors, mutated."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.test_shapes import MUTATIONS, ONTOLOGY, parse, with_codes

import kgbuild.api as kgbuild
from kgbuild.cli import cli
from kgbuild.config import data_dir
from kgbuild.errors import UsageError
from kgbuild.validate import Engine, validate

pytest.importorskip("pyshacl_turbo")

ROOT = Path(__file__).resolve().parents[1]
SIZE = 40
IS_FULL = os.environ.get("KGBUILD_FULL") == "1"


def said(triples: set[tuple[str, str, str]], engine: Engine, suite: str = "gplan") -> tuple[object, ...]:
    """The verdict, and of each result all that a person or a program acts on."""
    report = validate(
        triples, shapes=[data_dir("shapes") / f"{suite}.ttl"], ontology=ONTOLOGY[suite], engine=engine, fail_on="info"
    )
    found = [(r.shape, r.focus, r.path, r.value, r.component, r.severity, r.messages) for r in report.results]
    return report.conforms, sorted(map(repr, found))


def example() -> list[tuple[str, str, str]]:
    built = kgbuild.build(ROOT / "examples" / "yunling-2025.txt", validate=False).built
    return sorted(built.asserted | built.graphs.vocabulary)


def test_of_the_example() -> None:
    graph = set(example())
    assert said(graph, "fast") == said(graph, "pyshacl")


@pytest.mark.parametrize("suite", sorted(MUTATIONS))
def test_of_planted_errors(suite: str) -> None:
    planted = MUTATIONS[suite]
    # Graphs of the other suites share terms, so each is a run of its own; a sample stands for all but in CI.
    batches = (
        [range(n, min(n + SIZE, len(planted))) for n in range(0, len(planted), SIZE)]
        if suite == "gplan"
        else [range(n, n + 1) for n in range(0, len(planted), 1 if IS_FULL else 4)]
    )
    fired = 0
    for batch in batches:
        graph = with_codes(set().union(*(parse(planted[n], n) for n in batch)))
        slow = said(graph, "pyshacl", suite)
        assert said(graph, "fast", suite) == slow, [planted[n].name for n in batch]
        fired += slow[0] is False
    assert fired > len(batches) / 2


@pytest.mark.parametrize("seed", range(6))
def test_of_mutated_graphs(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    graph = example()
    kept = set(rng.sample(graph, int(len(graph) * 0.9)))
    for s, p, o in rng.sample(graph, 60):
        other = rng.choice(graph)
        kept.add(rng.choice([(other[0], p, o), (s, other[1], o), (s, p, other[2])]))
    slow = said(kept, "pyshacl")
    assert slow[0] is False
    assert said(kept, "fast") == slow


def test_an_engine_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl_turbo", None)
    plan = tmp_path / "plan.ttl"
    built = kgbuild.build(ROOT / "examples" / "yunling-2025.txt", validate=False)
    plan.write_bytes(built.serialise("ttl"))
    call = ["validate", str(plan), "--engine", "fast"]
    with pytest.raises(UsageError, match=r"kgbuild\[fast\]"):
        CliRunner().invoke(cli, call, standalone_mode=False, catch_exceptions=False)
