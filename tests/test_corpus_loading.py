"""The store of a corpus is filled while documents are still being built, and is whole or as it was."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from tests.test_corpus_build import KNOWN, ONE, RECIPE, fingerprint, plan, quads

from kgbuild.api.cluster import Crew
from kgbuild.api.corpus.build import build_corpus
from kgbuild.api.corpus.part import read_part
from kgbuild.api.corpus.status import verify_corpus
from kgbuild.errors import InputError
from kgbuild.store import DiskWriter

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.api.corpus.layout import Layout, Record

TWO = Crew(workers=2)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    for n in range(6):
        (folder / f"p{n}.txt").write_text(plan(n, place=KNOWN), "utf-8")
    return folder


def test_parts_are_loaded_before_the_last_document_is_built(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_read, told = threading.Event(), list[bool]()

    def notice(layout: Layout, name: str) -> bytes:
        is_read.set()
        return read_part(layout, name)

    def wait(_: Record) -> None:
        if len(told) == 1:  # the first one has been passed on
            is_read.wait(30)
        told.append(is_read.is_set())

    monkeypatch.setattr("kgbuild.api.corpus.loading.read_part", notice)
    built = build_corpus([sources], tmp_path / "corpus", recipe=RECIPE, crew=TWO, told=wait)
    assert (built.loaded, told) == (6, [False, *[True] * 5])
    assert verify_corpus(tmp_path / "corpus", crew=ONE) == []


def test_new_replaced_and_removed_documents_end_as_a_fresh_build_does(sources: Path, tmp_path: Path) -> None:
    place, fresh = tmp_path / "corpus", tmp_path / "fresh"
    build_corpus([sources], place, recipe=RECIPE, crew=TWO)
    (sources / "p0.txt").unlink()
    (sources / "p1.txt").write_text(plan(1, "举办科普讲座", place=KNOWN), "utf-8")
    (sources / "p9.txt").write_text(plan(9, place=KNOWN), "utf-8")
    assert build_corpus([], place, crew=TWO).loaded == 2
    config = tmp_path / "kgbuild.toml"
    config.write_text('base = "https://data.example.org/plan/"\n', "utf-8")  # the same texts with other graphs
    (sources / "p8.txt").write_text(plan(8, place=KNOWN), "utf-8")
    recipe = type(RECIPE)(config=config)
    assert build_corpus([sources], place, recipe=recipe, crew=TWO).loaded == 7
    build_corpus([sources], fresh, recipe=recipe, crew=ONE)
    assert fingerprint(place) == fingerprint(fresh)
    assert quads(place) == quads(fresh)
    assert verify_corpus(place, crew=ONE) == []


def test_a_build_that_is_stopped_at_work_leaves_the_store_as_it_was(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=TWO)
    before, version = quads(place), (place / "store" / "version").read_bytes()
    for n in range(7, 11):
        (sources / f"p{n}.txt").write_text(plan(n, place=KNOWN), "utf-8")

    def stop(record: Record) -> None:
        if record.path.endswith("p8.txt"):
            raise KeyboardInterrupt

    alive = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        build_corpus([], place, crew=TWO, told=stop)
    assert threading.active_count() == alive
    assert (quads(place), (place / "store" / "version").read_bytes()) == (before, version)
    assert [f.name for f in (place / "store").iterdir() if f.name.startswith("w-")] == []
    build_corpus([], place, crew=TWO)
    assert verify_corpus(place, crew=ONE) == []


@pytest.mark.parametrize("step", ["load_lines", "compact", "put_graph"])
def test_a_store_that_cannot_be_written_costs_no_document(
    step: str, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "corpus"

    def full(*_: object, **__: object) -> None:
        raise InputError("cannot be written (No space left on device)", where="store", cure="make room")

    with monkeypatch.context() as patch:
        patch.setattr(DiskWriter, step, full)
        with pytest.raises(InputError, match="No space left"):
            build_corpus([sources], place, recipe=RECIPE, crew=TWO)
    assert len((place / "manifest.jsonl").read_text("utf-8").splitlines()) == 6
    built = build_corpus([], place, crew=TWO)
    assert (built.made, built.loaded) == (0, 6)
    assert verify_corpus(place, crew=ONE) == []
