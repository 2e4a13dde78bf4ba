"""The shared corpus: every text and page gives a graph and no traceback; the known facts of one plan, by hand."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from tests.support import CORPUS, IS_FULL, corpus, needs_shared

import kgbuild.api as kgbuild
from kgbuild.api.report import counts
from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Built, Options, annotate, build_document
from kgbuild.terms import gplan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_shared
SETTINGS = Settings()
MAX_UNPARSED = 0.05


def explicit() -> list[Path]:
    """The plans that say who is responsible, as texts and pages."""
    lines = (CORPUS.parent / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    found = [CORPUS.parent / r["file"] for r in records if r.get("responsibility") == "explicit"]
    return [p for p in found if p.suffix in {".txt", ".html"}]


def build(path: Path) -> Built:
    return build_document(
        path.read_bytes(),
        name=path.name,
        settings=SETTINGS,
        lexicon=load_lexicon(SETTINGS),
        options=Options(version="1"),
    )


def test_every_text_and_page_gives_a_graph_with_evidence() -> None:
    chosen = corpus(".txt", ".html")
    assert len(chosen) > (100 if IS_FULL else 5)
    for path in chosen:
        built = build(path)
        graph = built.asserted
        assert any(p == gplan("hasSourceText") for _, p, _ in graph), path.name
        assert not any(t.startswith("_:") for triple in graph for t in triple), path.name
        with_evidence = {s for s, p, _ in graph if p == gplan("evidence")}
        said = {s for s, _, o in graph if o in {gplan(c) for c in ("Assignment", "Mention", "Action", "Section")}}
        assert said <= with_evidence, path.name
        figures = counts(built.annotations)
        assert figures["statements"] <= figures["actions"], path.name


def test_graphs_of_all_kinds_of_documents_conform() -> None:
    for path in corpus(".txt", ".html"):
        result = kgbuild.build(path)
        assert result.conforms, path.name


def test_plans_that_name_who_is_responsible_are_understood() -> None:
    shares = {}
    for path in explicit():
        found = annotate(path.read_bytes(), name=path.name, settings=SETTINGS, lexicon=load_lexicon(SETTINGS))
        figures = counts(found)
        shares[path.name] = figures["unparsed_share"]
        assert figures["actions"] >= 10, path.name
        assert figures["body_mentions"] >= 10, path.name
    assert len(shares) >= 25
    assert {name: share for name, share in shares.items() if share > MAX_UNPARSED} == {}


# -- one plan, counted by hand ------------------------------------------------------------------------------------
@cache
def seed() -> Built:
    return build(CORPUS / "seed.txt")


def test_the_seed_has_its_sections_actions_and_bodies() -> None:
    found = seed().annotations
    assert sum(u.title is not None for u in found.document.units) == 14
    assert len(found.actions) == 40
    labels = [found.document.units[a.unit].label for a in found.actions]
    assert labels == [str(n) for n in range(1, 41)]
    bodies = [b for a in found.actions if a.statement for b in a.statement.bodies]
    assert len(bodies) == 238
    text = found.document.norm
    assert all(text[b.span.start - 1] in "(、" and text[b.span.end] in ")、" for b in bodies)
    assert len({text[b.span.start : b.span.end] for b in bodies}) == 41
    assert len({p.iri or p.surface for _, p in found.parties}) == 37


def test_the_seed_names_no_lead() -> None:
    graph = seed().asserted
    assert Counter(o.rsplit("#", 1)[-1] for _, p, o in graph if p == gplan("role")) == {
        "role-responsible>": 236  # two bodies are named twice, each with one assignment
    }
    assert not [t for t in seed().inferred if t[1] == gplan("leadBody")]


def test_the_slips_of_the_seed_are_findings() -> None:
    found = seed().annotations
    twice = [f for f in found.findings if f.code == "duplicate-body"]
    assert len(twice) == 2
    labels = [
        found.document.units[a.unit].label
        for a in found.actions
        for f in twice
        if a.statement and f.span and a.statement.span.covers(f.span)
    ]
    assert labels == ["11", "19"]


def test_the_header_of_the_seed() -> None:
    header = seed().annotations.document.header
    assert header.number is not None
    assert header.signed is not None
    assert header.published is not None
    assert (header.number.year, header.number.serial) == (2020, 3)
    assert header.signed.iso == "2020-05-28"
    assert header.published.iso > header.signed.iso
    assert "T" in header.published.iso
    assert len(header.issuers) == 1
    assert header.addressee is not None
    assert seed().annotations.document.carried
    assert seed().annotations.context.division == "520000"


def test_what_surrounds_the_seed_is_outside_its_plan() -> None:
    document = seed().annotations.document
    (plan,) = document.plans
    last = seed().annotations.actions[-1]
    assert last.statement is not None
    assert plan.span.end == last.statement.span.end
    assert document.header.published is not None
    assert not plan.span.covers(document.header.published.span)


def test_the_altered_words_of_the_seed_are_restored_where_certain() -> None:
    found = seed().annotations
    counted = Counter(c.certainty for c in found.corrections)
    assert counted == {"certain": 37}
    words = Counter(found.document.norm[c.span.start : c.span.end] for c in found.corrections)
    assert len(words) == 6
