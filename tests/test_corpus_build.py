"""A corpus: built once, brought up to date, killed at any moment, proved; with any number of workers the same bytes."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tests.kills import Told, aloud, silent, touched
from tests.support import IS_FULL, SHARED, invoke, needs_shared, whole

from kgbuild import api
from kgbuild.api.cluster import Crew
from kgbuild.api.corpus import build as building
from kgbuild.api.corpus import depot, layout
from kgbuild.api.corpus.build import build_corpus
from kgbuild.api.corpus.layout import Layout
from kgbuild.api.corpus.part import Recipe
from kgbuild.api.corpus.stats import corpus_stats
from kgbuild.api.corpus.status import corpus_status, verify_corpus
from kgbuild.cli import cli
from kgbuild.errors import InputError, UsageError
from kgbuild.files import replace_file, replacing

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).parent / "data"
_MAIN = "from kgbuild.cli import main; main()"
RECIPE = Recipe()
ONE = Crew(workers=1)
KNOWN = "贵州省"
"""A place of the vocabularies, whose plans are compared."""
_BODIES = "SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a a <https://w3id.org/gplan/ontology#Action> }"


def plan(n: int, what: str = "开展科普培训", *, place: str = "云岭省") -> str:
    """A plan of a year; those of a place that the vocabularies know form a series."""
    return (
        f"{place}{2001 + n}年科普工作要点\n一、重点任务\n"
        f"1.{what}，帮助农民{n + 10}人次。（责任单位：省科协、省教育厅）\n"
        f"2.编写第{n + 1}册读本。（省科技厅）\n{place}科学技术协会\n{2001 + n}年3月8日\n"
    )


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    (folder / "more").mkdir(parents=True)
    for n in range(4):
        (folder / ("more" if n == 3 else "") / f"p{n}.txt").write_text(plan(n), "utf-8")
    (folder / ".hidden.txt").write_text("x", "utf-8")
    (folder / "note.bin").write_bytes(b"\0\1")
    return folder


def fingerprint(place: Path) -> dict[str, bytes]:
    """The bytes that must be the same: manifest, its graph, shards, comparisons."""
    files = [place / "manifest.jsonl", place / "manifest.ttl", *sorted((place / "shards").iterdir())]
    files += sorted(place.glob("comparisons/*"))
    return {f.relative_to(place).as_posix(): f.read_bytes() for f in files}


def quads(place: Path) -> set[tuple[str | None, ...]]:
    held = api.open_store(place / "store").store("asserted")
    return set(held.answer("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }").rows)


def standings(place: Path) -> dict[str, str]:
    return {e.path: e.standing for e in corpus_status(place)}


def test_a_corpus_is_built_once_and_answers(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    first = build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    assert [r.path for r in first.records] == ["plans/more/p3.txt", *(f"plans/p{n}.txt" for n in range(3))]
    assert (first.made, first.gone, first.loaded) == (4, 0, 4)
    assert api.open_store(place / "store").store("asserted").select(_BODIES).rows == ((8,),)
    assert verify_corpus(place, crew=ONE) == []
    before = {f: f.stat().st_mtime_ns for f in place.rglob("*") if f.is_file()}
    again = build_corpus([], place, crew=ONE)
    assert (again.made, again.shards, again.loaded) == (0, 0, 0)
    touched = {f.name for f in before if f.stat().st_mtime_ns != before[f]}
    assert touched == set()


def test_workers_and_order_change_no_byte(sources: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    build_corpus([sources], one, recipe=RECIPE, crew=ONE)
    moved = tmp_path / "elsewhere" / "plans"
    shutil.copytree(sources, moved)
    build_corpus([moved], two, recipe=RECIPE, crew=Crew(workers=2))
    assert fingerprint(one) == fingerprint(two)
    assert quads(one) == quads(two)


def test_what_changed_is_replaced_and_what_left_is_retracted(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    (sources / "p0.txt").write_text(plan(0, "举办科普讲座"), "utf-8")
    (sources / "p1.txt").unlink()
    (sources / "p9.txt").write_text(plan(9), "utf-8")
    assert standings(place) == {
        "plans/more/p3.txt": "unchanged",
        "plans/p0.txt": "changed",
        "plans/p1.txt": "gone",
        "plans/p2.txt": "unchanged",
        "plans/p9.txt": "new",
    }
    assert {f.where for f in verify_corpus(place, crew=ONE)} == {"plans/p0.txt", "plans/p1.txt", "plans/p9.txt"}
    built = build_corpus([], place, crew=ONE)
    assert (built.made, built.gone, built.loaded) == (2, 1, 2)
    fresh = tmp_path / "fresh"
    build_corpus([sources], fresh, recipe=RECIPE, crew=ONE)
    assert fingerprint(place) == fingerprint(fresh)
    assert quads(place) == quads(fresh)
    assert set(standings(place).values()) == {"unchanged"}
    assert verify_corpus(place, crew=ONE) == []


def test_a_corpus_without_a_store_is_whole_and_gets_one_when_asked(sources: Path, tmp_path: Path) -> None:
    bare, place = tmp_path / "bare", tmp_path / "corpus"
    build_corpus([sources], bare, recipe=RECIPE, crew=ONE, store=False)
    built = build_corpus([], bare, crew=ONE)  # it remembers
    assert (built.made, built.loaded, (bare / "store").exists()) == (0, 0, False)
    assert set(standings(bare).values()) == {"unchanged"}
    assert verify_corpus(bare, crew=ONE) == []
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    assert fingerprint(bare) == fingerprint(place)
    built = build_corpus([], bare, crew=ONE, store=True)
    assert (built.made, built.loaded) == (0, 4)
    assert quads(bare) == quads(place)
    with pytest.raises(UsageError, match="has a store"):
        build_corpus([], bare, crew=ONE, store=False)


def test_a_document_that_cannot_be_read_costs_no_other(sources: Path, tmp_path: Path) -> None:
    (sources / "empty.txt").write_text(" \n", "utf-8")
    (sources / "twin.txt").write_text(plan(2), "utf-8")
    place = tmp_path / "corpus"
    built = build_corpus([sources], place, recipe=RECIPE, crew=Crew(workers=2))
    states = {r.path: (r.state, r.reason) for r in built.records}
    assert states["plans/empty.txt"] == ("failed", "holds no visible character")
    assert states["plans/twin.txt"] == ("duplicate", "plans/p2.txt")
    assert sum(state == "built" for state, _ in states.values()) == 4
    assert standings(place)["plans/empty.txt"] == "failed"
    assert build_corpus([], place, crew=ONE).made == 0  # it is not tried again
    (sources / "p2.txt").unlink()  # its twin takes its place
    build_corpus([], place, crew=ONE)
    assert {r.path: r.state for r in Layout(place).read_manifest()}["plans/twin.txt"] == "built"
    assert verify_corpus(place, crew=ONE) == []


def test_other_decisions_and_settings_build_again(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    config = tmp_path / "kgbuild.toml"
    config.write_text('base = "https://data.example.org/plan/"\n', "utf-8")
    built = build_corpus([sources], place, recipe=Recipe(config=config), crew=ONE)
    assert built.made == 4
    assert all("https://data.example.org/plan/" in str(g) for g, *_ in quads(place) if "vocabulary" not in str(g))


def test_a_corpus_is_asked_as_a_store_and_written_by_its_own_command(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    assert api.open_store(place).store("asserted").select(_BODIES).rows == ((8,),)
    assert api.list_store(str(place)).rows
    (key, *_) = (r.key for r in Layout(place).read_manifest())
    with pytest.raises(InputError, match="is a corpus"):
        api.drop_from_store(str(place), [key], base="")
    with pytest.raises(InputError, match="is a corpus"):
        api.load_store(str(place), [place / "manifest.ttl"])
    asked = CliRunner().invoke(cli, ["query", "coverage", "--graph", str(place)])
    assert isinstance(asked.exception, UsageError)
    assert str(asked.exception).endswith("is a folder; ask a store or a corpus by --store")
    assert CliRunner().invoke(cli, ["query", "coverage", "--store", str(place)]).exit_code == 0


def test_damage_is_found(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    shard = min((place / "shards").glob("*.nq"))
    data = shard.read_bytes()
    shard.write_bytes(data[:-2])
    assert [f.where for f in verify_corpus(place, crew=ONE)] == [f"shards/{shard.name}"]
    shard.write_bytes(data)
    (key, *_) = (r.key for r in Layout(place).read_manifest())
    api.drop_from_store(str(place / "store"), [key], base="")
    assert [f"{f.where} {f.what}" for f in verify_corpus(place, crew=ONE)] == [f"store {key} is missing"]


def test_no_file_of_a_corpus_is_believed_and_a_deleted_one_is_made_again(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    words = min((place / "vocabulary").glob("*.nt"))
    words.write_text(words.read_text("utf-8").replace("@zh", "@en", 1), "utf-8")
    manifest = place / "manifest.jsonl"
    first, *others = manifest.read_text("utf-8").splitlines(keepends=True)
    manifest.write_text(first.replace('"actions": ', '"actions": 9', 1) + "".join(others), "utf-8")
    record = min((place / "parts").glob("*/*.json"))
    record.write_text(record.read_text("utf-8").replace('"traits": {', '"traits": {"x": 1, ', 1), "utf-8")
    wheres = {f.where for f in verify_corpus(place, crew=ONE)}
    of_record = next(r.path for r in Layout(place).read_manifest() if r.part == record.stem)
    assert wheres >= {f"vocabulary/{words.name}", "manifest.jsonl", of_record}
    assert all(
        where.startswith("store ") for where in wheres - {f"vocabulary/{words.name}", "manifest.jsonl", of_record}
    )
    for file in (words, manifest, record):
        file.unlink()
    shutil.rmtree(place / "store")
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    assert verify_corpus(place, crew=ONE) == []


def test_wrong_places_are_refused(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a corpus"):
        build_corpus([sources], sources, recipe=RECIPE, crew=ONE)
    with pytest.raises(InputError, match="is not a corpus"):
        corpus_status(tmp_path / "none")
    with pytest.raises(InputError, match="is not there"):
        build_corpus([tmp_path / "none"], tmp_path / "c", recipe=RECIPE, crew=ONE)
    other = tmp_path / "x" / "plans"
    shutil.copytree(sources, other)
    with pytest.raises(UsageError, match="same name"):
        build_corpus([sources, other], tmp_path / "d", recipe=RECIPE, crew=ONE)


def test_shards_of_many_documents_are_merged_in_runs(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgbuild.api.corpus import shards

    one, two = tmp_path / "one", tmp_path / "two"
    monkeypatch.setattr("kgbuild.api.corpus.shards._NAME_DIGITS", 0)
    build_corpus([sources], one, recipe=RECIPE, crew=ONE)
    monkeypatch.setattr(shards, "_AT_ONCE", 2)
    build_corpus([sources], two, recipe=RECIPE, crew=ONE)
    assert len(list((one / "shards").glob("*.nq"))) == 1
    assert fingerprint(one) == fingerprint(two)


def test_statistics_come_from_the_manifest(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    rows = {(r["table"], r["value"]): r for r in corpus_stats(place)}
    assert rows["state", "built"]["documents"] == 4
    assert rows["year", "2002"]["actions"] == 2
    assert rows["kind", "key_points"]["documents"] == 4


def test_the_page_of_statistics_names_what_is_counted_in_both_languages(sources: Path, tmp_path: Path) -> None:
    place, page = tmp_path / "corpus", tmp_path / "stats.html"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    ran = CliRunner().invoke(cli, ["corpus", "stats", str(place), "--page", str(page), "--lang", "zh"])
    assert (ran.exit_code, ran.stdout) == (0, "")
    html = page.read_text("utf-8")
    assert '<html lang="zh"' in html
    assert '<span class="zh" lang="zh">工作要点</span><span class="en" lang="en">key points of work</span>' in html
    assert html.count("<h2>") == len({r["table"] for r in corpus_stats(place)})
    assert '<rect width="100.0"' in html
    assert "<script" not in html


def test_mirrors_of_one_document_are_told_and_one_title_with_two_numbers_is_two(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    notice = "关于印发《云岭省2024年科普工作要点》的通知\n云科普〔2024〕{}号\n\n各单位：\n现印发给你们。\n\n"
    for name, number, more in (("a", 3, "浏览次数：4510次\n"), ("b", 3, "浏览次数：4511次\n"), ("c", 9, "")):
        (folder / f"{name}.txt").write_text(more + notice.format(number) + plan(23), "utf-8")
    build_corpus([folder], tmp_path / "corpus", recipe=RECIPE, crew=ONE)
    mirrors = [r["value"] for r in corpus_stats(tmp_path / "corpus") if r["table"] == "mirror"]
    assert mirrors == ["plans/a.txt = plans/b.txt"]
    assert verify_corpus(tmp_path / "corpus", crew=ONE) == []


@pytest.mark.parametrize("name", ["parts/", "shards/"])
def test_a_full_disk_costs_no_document_and_is_no_bug(
    name: str, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, wanted = tmp_path / "corpus", tmp_path / "wanted"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    before = (place / "manifest.jsonl").read_bytes()
    (sources / "p0.txt").write_text(plan(0, "举办科普讲座"), "utf-8")

    def full(write: Callable[..., Any], path: Path, *data: bytes) -> Any:
        if name in path.as_posix():
            raise OSError(28, "No space left on device")
        return write(path, *data)

    with monkeypatch.context() as patch:
        patch.setattr(depot, "replacing", partial(full, replacing))
        patch.setattr(depot, "replace_file", partial(full, replace_file))
        with pytest.raises(InputError, match="No space left on device"):
            build_corpus([], place, crew=ONE)
    if name == "parts/":
        assert (place / "manifest.jsonl").read_bytes() == before
        assert standings(place)["plans/p0.txt"] == "changed"
    else:  # the manifest says what the store will hold
        assert standings(place)["plans/p0.txt"] == "unfinished"
    build_corpus([], place, crew=ONE)
    build_corpus([sources], wanted, recipe=RECIPE, crew=ONE)
    assert set(standings(place).values()) == {"unchanged"}
    assert fingerprint(place) == fingerprint(wanted)
    assert quads(place) == quads(wanted)


@whole("builds many times")
@needs_shared
def test_mirrors_are_found_among_real_documents(tmp_path: Path) -> None:
    docs = SHARED / "corpus2" / "docs"
    files = [docs / name for name in ("n127.txt", "n128.txt", "n429.md", "n441.md")]
    build_corpus(files, tmp_path / "corpus", recipe=RECIPE, crew=ONE)
    mirrors = [r["value"] for r in corpus_stats(tmp_path / "corpus") if r["table"] == "mirror"]
    assert mirrors == ["n429.md = n441.md"]


def test_the_command_says_what_it_did_and_ends_with_3_where_one_failed(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"

    done = invoke("corpus", "build", sources, "-o", place, "--workers", "1")
    assert done.exit_code == 0, done.output
    assert "4 documents: 4 built now, 4 built in all, 0 duplicates, 0 failed, 0 gone" in done.output
    assert invoke("corpus", "verify", place, "--workers", "1").exit_code == 0
    (sources / "empty.txt").write_text(" \n", "utf-8")
    failed = invoke("corpus", "build", "-o", place, "--workers", "1")
    assert getattr(failed.exception, "exit_code", 0) == 3
    listed = json.loads(invoke("corpus", "status", place, "--format", "json").output)
    assert listed == [{"standing": "failed", "document": "plans/empty.txt", "reason": "holds no visible character"}]
    assert "finding" in invoke("corpus", "stats", place, "--format", "csv").output


# -- killed -------------------------------------------------------------------------------------------------------
STEPS = ("_survey", "one_a_text", "manifest_turtle", "write_shards", "write_comparisons", "shared_graphs", "_sweep")


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("step", STEPS if IS_FULL else ["shared_graphs"])
def test_a_build_that_ends_before_any_step_goes_on_to_the_same_end(
    step: str, workers: int, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = tmp_path / "wanted"
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    (sources / "p0.txt").write_text(plan(0, "举办科普讲座"), "utf-8")
    (sources / "p1.txt").unlink()
    build_corpus([sources], wanted, recipe=RECIPE, crew=ONE)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(building, step, stop)
        with pytest.raises(KeyboardInterrupt):
            build_corpus([], place, crew=Crew(workers=workers))
    build_corpus([], place, crew=ONE)
    assert fingerprint(place) == fingerprint(wanted)
    assert quads(place) == quads(wanted)


def test_a_manifest_written_half_is_made_whole_though_the_sources_are_as_before(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    before = fingerprint(place)
    was = (sources / "p0.txt").read_text("utf-8")
    (sources / "p0.txt").write_text(plan(0, "举办科普讲座"), "utf-8")

    def stop(path: Path, data: bytes) -> None:
        if path.name == "manifest.jsonl":
            raise KeyboardInterrupt
        replace_file(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(layout, "replace_file", stop)
        with pytest.raises(KeyboardInterrupt):
            build_corpus([], place, crew=ONE)
    assert fingerprint(place) != before
    (sources / "p0.txt").write_text(was, "utf-8")
    build_corpus([], place, crew=ONE)
    assert fingerprint(place) == before


def test_what_is_unchanged_is_not_even_read(sources: Path, tmp_path: Path) -> None:
    place = tmp_path / "corpus"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    code = (
        "import sys; from pathlib import Path\n"
        "from kgbuild.api import build_corpus\n"
        f"assert build_corpus([], Path({str(place)!r})).made == 0\n"
        "print(*[m for m in ('kgbuild.read.source', 'kgbuild.text', 'kgbuild.extract') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def _alive(process: subprocess.Popen[bytes]) -> Callable[[], bool]:
    return lambda: process.poll() is None


def test_a_shard_that_was_written_before_the_end_is_not_taken_for_what_it_was(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgbuild.api.corpus import shards

    monkeypatch.setattr(shards, "_NAME_DIGITS", 0)  # all documents in one shard
    place, wanted = tmp_path / "corpus", tmp_path / "wanted"
    build_corpus([sources], place, recipe=RECIPE, crew=ONE)
    build_corpus([sources], wanted, recipe=RECIPE, crew=ONE)
    file = sources / "p0.txt"
    before = file.read_bytes()
    merge = shards._merge

    def stop(*args: Any, **options: Any) -> str:
        merge(*args, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shards, "_merge", stop)
        file.write_text(plan(0, "举办科普讲座"), "utf-8")
        with pytest.raises(KeyboardInterrupt):
            build_corpus([], place, crew=ONE)
        file.write_bytes(before)
        patch.setattr(shards, "_merge", merge)
        build_corpus([], place, crew=ONE)
        build_corpus([], wanted, crew=ONE)
        assert fingerprint(place) == fingerprint(wanted)


def whole_graphs(place: Path) -> dict[str | None, frozenset[tuple[str | None, ...]]]:
    """The graphs of a store with their triples; none where there is no store yet."""
    graphs: dict[str | None, set[tuple[str | None, ...]]] = {}
    if (place / "store" / "version").is_file():
        for name, *triple in quads(place):
            graphs.setdefault(name, set()).add(tuple(triple))
    return {name: frozenset(triples) for name, triples in graphs.items()}


def kills(
    folder: Path, rounds: int, *, documents: int = 6, seed: int = 0, workers: int = 1, told: Told = silent
) -> tuple[int, int, int]:
    """Kill builds at random moments, then build to the end.

    Returns:
        How many were killed, how often the end differed, and in how many stores a kill left a graph that no whole
        build has.
    """
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    sources, place = folder / "plans", folder / "corpus"
    sources.mkdir(parents=True)

    def write(state: int) -> None:
        for n in range(documents):
            text = plan(n, f"开展第{state if n % 2 else 0}轮科普培训", place=KNOWN)
            (sources / f"p{n}.txt").write_text(text, "utf-8")

    def start(place: Path) -> subprocess.Popen[bytes]:
        args = [sys.executable, "-c", _MAIN, "corpus", "build", str(sources), "-o", str(place), "-q"]
        return subprocess.Popen([*args, "--workers", str(workers)], start_new_session=True, stderr=subprocess.DEVNULL)

    wanted, known = [], set[tuple[object, object]]()
    for state in range(3):
        write(state)
        fresh = folder / f"fresh{state}"
        build_corpus([sources], fresh, recipe=RECIPE, crew=ONE)
        wanted.append((fingerprint(fresh), quads(fresh)))
        known |= whole_graphs(fresh).items()
    write(0)
    most = touched(_alive(start(place)), place)
    killed = differed = halves = state = 0
    while killed < rounds:
        state = (state + 1) % 3  # what was there comes back
        write(state)
        process = start(place)
        touched(_alive(process), place, chance.randint(0, most))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.wait()
        halves += not whole_graphs(place).items() <= known
        if killed % 5 == 0 or killed == rounds:  # some are killed again before they are done
            assert start(place).wait() == 0
            differed += (fingerprint(place), quads(place)) != wanted[state]
            told(f"{killed} killed, {differed} differed in the end, {halves} left half a graph")
    return killed, differed, halves


@whole("builds many times")
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs signals of POSIX")
def test_builds_that_are_killed_lose_nothing(tmp_path: Path) -> None:
    rounds = 5
    assert kills(tmp_path, rounds) == (rounds, 0, 0)


if __name__ == "__main__":  # `python -m tests.test_corpus_build ROUNDS [WORKERS]` is the whole of it
    import tempfile

    with tempfile.TemporaryDirectory() as found:
        kills(Path(found), int(sys.argv[1]), documents=30, workers=int(sys.argv[2]), told=aloud)
