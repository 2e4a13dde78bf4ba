"""The example notebooks run from their first cell to their last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support import whole

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = ("queries", "researcher", "portal")


@pytest.fixture(scope="module", params=NAMES)
def ran(request: pytest.FixtureRequest) -> tuple[str, list[Any]]:
    """Name of a notebook, and the outputs of its cells."""
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    for needed in ("ipykernel", "pandas", "vl_convert", "pyarrow", "networkx"):
        pytest.importorskip(needed)
    book = nbformat.read(EXAMPLES / f"{request.param}.ipynb", as_version=4)
    nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(EXAMPLES)}}).execute()
    return request.param, [out for cell in book.cells for out in cell.get("outputs", ())]


def shown(outputs: list[Any], media: str) -> list[str]:
    return [out["data"][media] for out in outputs if media in out.get("data", {})]


@whole("starts a kernel for each notebook")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_notebook_runs_and_shows_what_it_says(ran: tuple[str, list[Any]]) -> None:
    name, outputs = ran
    assert [out for out in outputs if out["output_type"] in ("error", "stream")] == []
    tables = shown(outputs, "text/html")
    assert len(tables) == {"queries": 3, "researcher": 4, "portal": 2}[name]
    assert all("<td>" in table for table in tables)
    texts = " ".join(shown(outputs, "text/plain"))
    if name == "researcher":
        assert len(shown(outputs, "image/svg+xml")) == 2
        assert "编程体验课" in texts
    if name == "portal":
        assert "True" in shown(outputs, "text/plain")
        assert ", True)" in texts


@pytest.mark.parametrize("name", NAMES)
def test_notebooks_are_kept_without_their_outputs(name: str) -> None:
    book = json.loads((EXAMPLES / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in book["cells"])
