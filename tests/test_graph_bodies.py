"""Bodies in the graph: other names, validity, successors, and only what the document needs of the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild.config import Settings
from kgbuild.pipeline import Options, assert_document
from kgbuild.terms import SKOS, code, gplan, lexical, register
from kgbuild.validate import validate

if TYPE_CHECKING:
    from kgbuild.lexicon import Lexicon

TEXT = """贵州省人民政府办公厅关于印发《云上书屋工作要点》的通知

一、建设书屋。各县都要建设书屋。（省扶贫办、省科协）
二、管好书屋。书屋要有人管。（省人民政府办公厅）

贵州省人民政府办公厅
2020年5月28日
"""


@dataclass(frozen=True)
class Parts:
    """The two parts of a graph as sets of triples."""

    asserted: frozenset[tuple[str, str, str]]
    vocabulary: frozenset[tuple[str, str, str]]

    def values(self, key: str, predicate: str) -> set[str]:
        return {o for s, p, o in self.asserted | self.vocabulary if s == body(key) and p == predicate}


def body(key: str) -> str:
    return f"<{register('body', key)}>"


def parts_of(text: str, lexicon: Lexicon) -> Parts:
    options = Options(version="0")
    _, graphs = assert_document(text.encode(), name="t.txt", settings=Settings(), lexicon=lexicon, options=options)
    report = validate(set(graphs.asserted | graphs.vocabulary))
    assert [r for r in report.results if r.severity == "violation"] == []
    return Parts(frozenset(graphs.asserted), frozenset(graphs.vocabulary))


def test_a_body_carries_its_short_names_as_of_the_date(lexicon: Lexicon) -> None:
    names = {lexical(o) for o in parts_of(TEXT, lexicon).values("520000-kx", f"<{SKOS}altLabel>")}
    assert {"省科协", "贵州省科协"} <= names
    assert "贵州省科学技术协会" not in names


def test_the_successor_is_described_in_the_slice(lexicon: Lexicon) -> None:
    parts = parts_of(TEXT, lexicon)
    assert parts.values("520000-fpb", gplan("succeededBy")) == {body("520000-xczxj")}
    assert len(parts.values("520000-fpb", gplan("validUntil"))) == 1
    about = {(p, o) for s, p, o in parts.vocabulary if s == body("520000-xczxj")}
    assert (f"<{SKOS}prefLabel>", '"贵州省乡村振兴局"@zh') in about
    assert (gplan("inDivision"), f"<{register('division', '520000')}>") in about
    assert (gplan("partyKind"), code("party-government-department")) in about
    assert not {s for s, _, _ in parts.asserted if s == body("520000-xczxj")}


def test_bodies_that_nobody_names_are_not_there(lexicon: Lexicon) -> None:
    parts = parts_of(TEXT, lexicon)
    subjects = {s for s, _, _ in parts.asserted | parts.vocabulary if s.startswith(body("")[:-1])}
    assert subjects == {body(f"520000-{kind}") for kind in ("fpb", "xczxj", "kx", "zfbgt")}
