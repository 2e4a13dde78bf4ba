"""A corpus on a cluster of Dask: the same bytes as with one process, whatever fails and whoever dies."""

from __future__ import annotations

import random
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tests import clusters
from tests.kills import Told, aloud, files_of, silent
from tests.made_files import Sheet, pdf
from tests.servers import free_port
from tests.support import whole
from tests.test_corpus_build import KNOWN, ONE, RECIPE, fingerprint, plan, quads

from kgbuild.api.cluster import Crew, _batches
from kgbuild.api.corpus import part as making
from kgbuild.api.corpus.build import build_corpus
from kgbuild.api.corpus.depot import Folder, Remote, depot_at
from kgbuild.api.corpus.layout import Layout
from kgbuild.api.corpus.status import corpus_status, verify_corpus
from kgbuild.cli import cli
from kgbuild.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with clusters.local() as address:
        yield address


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Plans, a PDF, which is read in a process of its own, a twin, and what cannot be read."""
    folder = tmp_path / "plans"
    folder.mkdir()
    for n in range(5):
        (folder / f"p{n}.txt").write_text(plan(n), "utf-8")
    (folder / "twin.txt").write_text(plan(2), "utf-8")
    (folder / "empty.txt").write_text(" \n", "utf-8")
    (folder / "sheet.pdf").write_bytes(a_pdf())
    return folder


def a_pdf() -> bytes:
    sheet = Sheet()
    sheet.centred(100, "云岭省科普行动计划")
    y = sheet.para(160, "（一）开展科普进乡村活动。（责任单位：省科协、省教育厅）")
    sheet.para(y, "（二）编写科普读本。（责任单位：省科技厅）")
    return pdf(sheet)


def told(outcomes: Any) -> list[str]:
    return [f"{o.item}: {o.value or o.error.what}" for o in outcomes]


def size(item: str) -> int:
    return len(item)


def test_batches_are_cut_by_bytes_and_by_number() -> None:
    assert _batches([], 2) == []
    assert _batches([5] * 3, 1) == [range(1), range(1, 2), range(2, 3)]
    assert [len(b) for b in _batches([1] * 1000, 1)] == [50] * 20
    assert [len(b) for b in _batches([1, 10**9, 1, 1], 1)] == [1, 1, 2]


@whole("starts a cluster")
def test_a_cluster_gives_outcomes_in_order_and_the_guilty_item_fails_alone(cluster: str) -> None:
    items = [*(f"item {n:02}" for n in range(40)), "exit", "refuse", "raise", *(f"more {n}" for n in range(9))]
    found = told(Crew(dask=cluster).each(clusters.odd, items, size=size))
    wanted = {
        "exit": "exit: every worker that worked on it died",
        "refuse": "refuse: is refused",
        "raise": "raise: internal error (ZeroDivisionError: raise)",
    }
    assert found == [wanted.get(item, f"{item}: {item} done") for item in items]


@whole("starts a cluster")
def test_a_cluster_makes_the_bytes_of_one_process(cluster: str, sources: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    alone = build_corpus([sources], one, recipe=RECIPE, crew=ONE)
    crew = Crew(dask=cluster)
    built = build_corpus([sources], two, recipe=RECIPE, crew=crew)
    assert built == alone
    assert {r.path: r.state for r in built.records if r.state != "built"} == {
        "plans/empty.txt": "failed",
        "plans/twin.txt": "duplicate",
    }
    assert fingerprint(one) == fingerprint(two)
    assert quads(one) == quads(two)
    assert verify_corpus(two, crew=crew) == []
    (sources / "p1.txt").write_text(plan(1, "举办科普讲座"), "utf-8")
    assert build_corpus([], two, crew=crew).made == 1
    build_corpus([], one, crew=ONE)
    assert fingerprint(one) == fingerprint(two)


@whole("loads what a cluster needs")
@whole("starts a cluster")
def test_parts_and_shards_go_to_an_address_of_fsspec(cluster: str, sources: Path, tmp_path: Path) -> None:
    one, place, data = tmp_path / "one", tmp_path / "two", tmp_path / "data"
    build_corpus([sources], one, recipe=RECIPE, crew=ONE)
    crew = Crew(dask=cluster)
    build_corpus([sources], place, recipe=RECIPE, crew=crew, data=f"local://{data}")
    assert not (place / "shards").exists()
    assert {f.name: f.read_bytes() for f in (data / "shards").iterdir()} == {
        f.name: f.read_bytes() for f in (one / "shards").iterdir()
    }
    assert (place / "manifest.jsonl").read_bytes() == (one / "manifest.jsonl").read_bytes()
    assert quads(place) == quads(one)
    (sources / "p0.txt").unlink()
    built = build_corpus([], place, crew=crew)  # it remembers where they are
    assert (built.made, built.gone) == (0, 1)
    assert verify_corpus(place, crew=crew) == []
    assert {e.standing for e in corpus_status(place)} == {"unchanged", "failed", "duplicate"}
    next((data / "parts").rglob("*.nq.gz")).unlink()
    assert build_corpus([], place, crew=ONE).made == 1


@whole("starts a cluster")
def test_a_worker_of_another_version_makes_nothing(
    cluster: str, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "__version__", "99")
    built = build_corpus([sources], tmp_path / "corpus", recipe=RECIPE, crew=Crew(dask=cluster))
    assert {r.reason for r in built.failed} == {"a worker has another kgbuild, configuration, vocabulary or decisions"}


@whole("starts a cluster")
def test_vocabularies_that_change_are_seen_by_processes_that_live_on(
    cluster: str, sources: Path, tmp_path: Path
) -> None:
    config = tmp_path / "kgbuild.toml"
    place, crew = tmp_path / "corpus", Crew(dask=cluster)
    for n, base in enumerate(("https://a.example.org/", "https://b.example.org/")):
        config.write_text(f'base = "{base}"\n', "utf-8")
        built = build_corpus([sources], place, recipe=making.Recipe(config=config), crew=crew)
        assert built.made == 7, n
        assert base in Layout(place).manifest.read_text("utf-8")


def test_who_cannot_be_reached_is_told(tmp_path: Path, sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbuild.api.cluster._CONNECT_SECONDS", 0.5)
    with pytest.raises(InputError, match="no scheduler answers"):
        build_corpus([sources], tmp_path / "c", recipe=RECIPE, crew=Crew(dask=f"tcp://127.0.0.1:{free_port()}"))
    with pytest.raises(InputError, match="no scheduler answers"):
        list(Crew(dask="nonsense://x").each(clusters.odd, ["a"], size=size))
    done = CliRunner().invoke(
        cli, ["corpus", "build", str(sources), "-o", "c", "--workers", "2", "--dask", "tcp://x:1"]
    )
    assert isinstance(done.exception, UsageError)


def test_a_depot_has_whole_files_or_none(tmp_path: Path) -> None:
    for depot in (Folder(tmp_path / "f"), Remote("memory://depot")):
        depot.write("a/b/c", b"1")
        with depot.writing("a/d") as f:
            f.write(b"2")
        with pytest.raises(ZeroDivisionError), depot.writing("a/e") as f:
            f.write(b"3" * (1 // 0))
        assert depot.names("a") == ["a/b/c", "a/d"]
        assert dict(depot.read_many(["a/d", "a/x", "a/b/c"])) == {"a/d": b"2", "a/b/c": b"1"}
        with depot.reading("a/d") as f:
            assert f.read() == b"2"
        depot.delete("a/d")
        depot.delete("a/d")
        assert (depot.has("a/d"), depot.has("a/b/c")) == (False, True)
        with pytest.raises(FileNotFoundError):
            depot.read("a/d")
    assert depot_at(tmp_path, "file:///data/plans%201") == Folder(Path("/data/plans 1"))
    with pytest.raises(UsageError):
        depot_at(tmp_path, "nonsense://x")


# -- killed -------------------------------------------------------------------------------------------------------
def kills(folder: Path, rounds: int, *, documents: int = 6, seed: int = 0, told: Told = silent) -> tuple[int, int]:
    """Kill workers at random moments of builds; return how many were killed at work, and how often the end differed."""
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    sources, place, alone = folder / "plans", folder / "corpus", folder / "alone"
    sources.mkdir(parents=True)
    killed = differed = state = 0
    with clusters.separate(folder) as started:
        crew, most = Crew(dask=started.address), 2 * documents
        while killed < rounds:
            state += 1
            for n in range(documents):
                text = plan(n, f"开展第{state % 5 if n % 2 else 0}轮科普培训", place=KNOWN)  # what was there comes back
                (sources / f"p{n}.txt").write_text(text, "utf-8")
            over, until = threading.Event(), chance.randint(0, most)
            worker = chance.randrange(2)
            thread = threading.Thread(target=_kill, args=(started, worker, place, until, over))
            thread.start()
            try:
                build_corpus([sources], place, recipe=RECIPE, crew=crew)
            finally:
                is_early = started.workers[worker].poll() is not None
                over.set()
                thread.join()
            killed += is_early
            if started.workers[worker].poll() is not None:
                started.workers[worker] = started.start_worker()
            if is_early:
                build_corpus([sources], alone, recipe=RECIPE, crew=ONE)
                differed += fingerprint(place) != fingerprint(alone) or quads(place) != quads(alone)
                told(f"{killed} killed at work, {differed} differed in the end")
    return killed, differed


def _kill(started: clusters.Workers, worker: int, place: Path, until: int, over: threading.Event) -> None:
    """Kill a worker once so many files were written, if the build is not over before."""
    before, seen = files_of(place), set[tuple[str, int, int]]()
    while not over.is_set() and len(seen) < until:
        seen |= files_of(place) - before
        time.sleep(0.002)
    if not over.is_set():
        started.workers[worker].kill()
        started.workers[worker].wait()


@whole("starts processes")
def test_separate_processes_over_tcp_lose_nothing_when_workers_die(tmp_path: Path) -> None:
    assert kills(tmp_path, 2) == (2, 0)


if __name__ == "__main__":  # `python -m tests.test_cluster ROUNDS` is the whole of it
    import tempfile

    with tempfile.TemporaryDirectory() as found:
        kills(Path(found), int(sys.argv[1]), documents=30, told=aloud)
