"""The generated tables of the READMEs are those that the files give today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["ontology/README.md", "shapes/README.md"])
def test_tables_are_fresh(name: str) -> None:
    spec = importlib.util.spec_from_file_location("tables", ROOT / ".ci" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    text = (ROOT / name).read_text(encoding="utf-8")
    assert tables.BLOCK.search(text)
    assert tables.fresh(text) == text, "run: python .ci/tables.py"
    stale = text.replace("<!-- end -->", "| one row too many |\n<!-- end -->", 1)
    assert tables.fresh(stale) == text
