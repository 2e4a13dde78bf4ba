"""The level that reading has reached on the hand-annotated documents: no layer may fall below it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from kgbuild.cli import cli

SHARED = Path(os.environ.get("KGBUILD_SHARED") or Path(__file__).resolve().parents[2] / "shared")
IS_REQUIRED = "shared" in os.environ.get("KGBUILD_REQUIRE", "").split(",")
needs_shared = pytest.mark.skipif(
    not (SHARED / "gold").is_dir() and not IS_REQUIRED, reason="shared gold annotations not found"
)

# The rules were written with these documents in view: a floor against going back, no estimate for others.
FLOORS = {
    "header": 1.0,
    "sections": 1.0,
    "responsibility": 1.0,
    "action-text": 1.0,
    "bodies": 1.0,
    "bodies-role": 1.0,
    "bodies-role-macro": 1.0,
    "bodies-canonical": 0.99,
    "bodies-kind": 1.0,
    "duplicates": 1.0,
    "open-list": 1.0,
    "fields": 1.0,
    "populations": 0.98,
    "populations-role": 0.96,
    "populations-concept": 0.97,
    "populations-inherited": 1.0,
    "named-things": 0.97,
    "named-things-type": 0.96,
    "citations": 1.0,
    "indicators": 1.0,
    "measures": 0.98,
    "measures-role": 0.98,
    "corruptions": 0.95,
}


@needs_shared
def test_no_layer_falls_below_the_level_reached() -> None:
    pairs = []
    for gold in sorted((SHARED / "gold").glob("*.gold.json")):
        document = next((SHARED / "corpus/docs").glob(f"{gold.name.partition('.')[0]}.*"))
        pairs += [str(document), str(gold)]
    assert len(pairs) == 16
    minima = [word for layer, least in FLOORS.items() for word in ("--min", f"{layer}={least}")]
    result = CliRunner().invoke(cli, ["evaluate", *pairs, *minima])
    assert result.exit_code == 0, f"{result.output}{result.exception}"
