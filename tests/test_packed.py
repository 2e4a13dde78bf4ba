"""Annotations kept as bytes are those kept as records."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import kgbuild
from kgbuild.api.document import annotations_of
from kgbuild.model import Finding, Span, packed
from kgbuild.model.packed import Packed

EXAMPLES = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.txt"))
FINDINGS = tuple(Finding(code="unparsed-text", severity="info", span=Span(n, n + 3)) for n in range(300))


def test_a_packed_sequence_is_that_of_its_records() -> None:
    some = Packed(FINDINGS)
    assert len(some) == len(FINDINGS)
    assert tuple(some) == FINDINGS
    assert [some[n] for n in (299, 0, 150, -1)] == [FINDINGS[n] for n in (299, 0, 150, -1)]
    assert some[120:140] == FINDINGS[120:140]
    assert FINDINGS[7] in some
    assert not Packed(())
    with pytest.raises(IndexError):
        some[300]


def test_packed_sequences_are_compared_by_their_records() -> None:
    assert Packed(FINDINGS) == Packed(FINDINGS)
    assert Packed(FINDINGS) != Packed((*FINDINGS[:-1], replace(FINDINGS[-1], severity="warning")))
    assert "300 records" in repr(Packed(FINDINGS))


@pytest.mark.parametrize("plan", EXAMPLES, ids=lambda plan: plan.name)
def test_a_long_text_yields_what_it_would_yield_unpacked(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> tuple[object, ...]:
        built = kgbuild.build(plan)
        return (
            type(built.built.annotations.actions).__name__,
            built.serialise("trig"),
            built.report(),
            built.summary(),
            built.row(),
            json.dumps(annotations_of(str(plan))),
        )

    plain, *expected = told()
    monkeypatch.setattr(packed, "LONG", 0)
    monkeypatch.setattr("kgbuild.graph.writer._KNOWN_TERMS", 3)
    monkeypatch.setattr("kgbuild.graph.triples._MANY", 5)
    monkeypatch.setattr("kgbuild.graph.reason.LARGE", 0)
    monkeypatch.setattr("kgbuild.validate.data.LARGE", 0)
    monkeypatch.setattr("kgbuild.validate.data._LONG", 5)
    kept, *found = told()
    assert (plain, kept) == ("tuple", "Packed")
    assert found == expected
