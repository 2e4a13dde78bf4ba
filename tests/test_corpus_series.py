"""Series in a corpus: which plans belong together, and what changed from each to the next, kept in its store."""

from __future__ import annotations

import gzip
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kgbuild import api
from kgbuild.api.cluster import Crew
from kgbuild.api.corpus import depot, series
from kgbuild.api.corpus.build import build_corpus
from kgbuild.api.corpus.layout import Layout
from kgbuild.api.corpus.part import Recipe, read_part, read_records
from kgbuild.api.corpus.stats import corpus_stats
from kgbuild.api.corpus.status import verify_corpus
from kgbuild.errors import InputError
from kgbuild.files import replace_file
from kgbuild.publish.parts import PARTS

if TYPE_CHECKING:
    from pathlib import Path

ONE = Crew(workers=1)
NEW = "组织科普志愿者进社区"


def plan(year: int, *items: str, place: str = "贵州省", subject: str = "科普") -> str:
    lines = "".join(f"{n}.{item}。（责任单位：省科协）\n" for n, item in enumerate(items, 1))
    return f"{place}{year}年{subject}工作要点\n一、重点任务\n{lines}{place}人民政府办公厅\n{year}年3月8日\n"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    for name, text in (
        ("2023", plan(2023, "举办科普展览", "编写科普读本")),
        ("2024", plan(2024, "举办科普展览", NEW)),
        ("2025", plan(2025, "举办科普展览", NEW)),
        ("other-place", plan(2025, "举办科普展览", "编写科普读本", place="云南省")),
        ("other-subject", plan(2024, "举办健康讲座", subject="卫生健康")),
    ):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def place(sources: Path, tmp_path: Path) -> Path:
    build_corpus([sources], tmp_path / "corpus", recipe=Recipe(), crew=ONE)
    return tmp_path / "corpus"


def files(place: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in (place / "comparisons").iterdir()}


def test_the_store_tells_series_and_what_is_new_in_each_year(place: Path) -> None:
    held = api.open_store(place)
    assert [(row[0], row[2]) for row in held.query("series-of-plan").rows] == [
        ("贵州省科普工作要点", f"贵州省{year}年科普工作要点") for year in (2023, 2024, 2025)
    ]
    assert [row[1::2] for row in held.query("what-is-new").rows] == [("贵州省2024年科普工作要点", f"{NEW}。")]
    assert [row[2:] for row in held.query("what-was-dropped").rows] == [("一/2", "编写科普读本。")]
    assert [row[:3] for row in corpus_stats(place).rows if row[0] == "series"] == [("series", "贵州省科普工作要点", 3)]
    assert verify_corpus(place, crew=ONE) == []


def test_comparisons_are_those_of_diff(place: Path, sources: Path) -> None:
    years = [sources / f"{year}.txt" for year in (2023, 2024, 2025)]
    wanted = api.render_series(*api.diff_series(years), "nq").splitlines(keepends=True)
    kept = b"".join(files(place).values()).splitlines(keepends=True)
    assert sorted(kept) == sorted(line for line in wanted if b"/graph/comparison/" in line and b"/series/" not in line)


def test_only_what_changed_is_compared_again(place: Path, sources: Path) -> None:
    before = files(place)
    (sources / "2025.txt").write_text(plan(2025, "举办科普展览", NEW, "开放科技馆"), encoding="utf-8")
    build_corpus([], place, crew=ONE)
    after = files(place)
    assert (len(before), len(after), len(before.keys() & after.keys())) == (2, 2, 1)
    assert [row[3] for row in api.open_store(place).query("what-is-new").rows] == [f"{NEW}。", "开放科技馆。"]
    assert verify_corpus(place, crew=ONE) == []


def test_a_plan_that_leaves_takes_its_comparisons_with_it(place: Path, sources: Path, tmp_path: Path) -> None:
    (sources / "2024.txt").unlink()
    build_corpus([], place, crew=ONE)
    assert len(files(place)) == 1
    fresh = tmp_path / "fresh"
    build_corpus([sources], fresh, recipe=Recipe(), crew=ONE)
    assert files(place) == files(fresh)
    query = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"
    a, b = (set(api.open_store(x).store("asserted").answer(query).rows) for x in (place, fresh))
    assert a == b


def test_plans_without_a_title_are_in_no_series(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for year in (2023, 2024):
        text = plan(year, "举办展览").partition("\n")[2]
        (folder / f"{year}.txt").write_text(f"黔府办发〔{year}〕2号\n\n各市人民政府：\n{text}", encoding="utf-8")
    built = build_corpus([folder], tmp_path / "corpus", recipe=Recipe(), crew=ONE)
    assert [r.title for r in built.records] == ["黔府办发〔2023〕2号", "黔府办发〔2024〕2号"]
    assert api.open_store(tmp_path / "corpus").query("series-of-plan").rows == ()


def test_a_release_has_them_whether_made_of_the_corpus_or_of_its_store(place: Path, tmp_path: Path) -> None:
    kept = [p for p in PARTS if p not in ("dumps", "descriptions")]
    made = [
        api.publish([given], tmp_path / name, without=kept)
        for given, name in ((place, "of-corpus"), (place / "store", "of-store"))
    ]
    assert made[0].triples == made[1].triples
    dumps = [gzip.decompress((release.folder / "data" / "full.nq.gz").read_bytes()) for release in made]
    assert dumps[0] == dumps[1]
    assert all(line in dumps[0] for line in b"".join(files(place).values()).splitlines())
    facts = api.publish([place], tmp_path / "facts", profile="facts", without=kept)
    assert b"/comparison/" not in gzip.decompress((facts.folder / "data" / "facts.nq.gz").read_bytes())


def test_two_plans_of_one_year_or_of_unknown_place_are_in_no_series(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for year in (2023, 2024):
        (folder / f"a{year}.txt").write_text(plan(year, "举办展览", place="某地"), encoding="utf-8")
        (folder / f"b{year}.txt").write_text(plan(year, "举办展览"), encoding="utf-8")
    (folder / "b2024-2.txt").write_text(plan(2024, "开放科技馆").replace("3月", "4月"), encoding="utf-8")
    build_corpus([folder], tmp_path / "corpus", recipe=Recipe(), crew=ONE)
    assert not (tmp_path / "corpus" / "comparisons").exists()
    assert api.open_store(tmp_path / "corpus").query("series-of-plan").rows == ()


@pytest.mark.parametrize("harm", ["changed", "deleted", "invented"])
def test_a_comparison_that_does_not_hold_is_found_and_a_deleted_one_is_made_again(place: Path, harm: str) -> None:
    before = files(place)
    file = min((place / "comparisons").iterdir())
    if harm == "changed":
        file.write_bytes(file.read_bytes().replace(b"change-kept", b"change-new"))
    elif harm == "deleted":
        file.unlink()
    else:
        shutil.copy(file, file.with_name("0000000000000000.nq"))
    assert {f.where.partition("/")[0] for f in verify_corpus(place, crew=ONE)} >= {"comparisons"}
    if harm != "changed":  # a name stands for its parts
        build_corpus([], place, crew=ONE)
        assert files(place) == before
        assert verify_corpus(place, crew=ONE) == []


# -- while plans are compared -------------------------------------------------------------------------------------
def test_a_plan_between_two_is_read_once(
    sources: Path, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list[str]()

    def count(layout: Layout, name: str) -> bytes:
        names.append(name)
        return read_part(layout, name)

    monkeypatch.setattr("kgbuild.api.corpus.series.read_part", count)
    build_corpus([sources], tmp_path / "again", recipe=Recipe(), crew=ONE)
    assert (len(names), len(set(names))) == (3, 3)
    assert files(tmp_path / "again") == files(place)


def test_a_long_series_is_compared_by_several_workers_in_rows(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for year in range(2010, 2018):
        (folder / f"{year}.txt").write_text(plan(year, "举办科普展览", f"编写第{year - 2009}册读本"), encoding="utf-8")
    made = [tmp_path / name for name in ("one", "two")]
    built = build_corpus([folder], made[0], recipe=Recipe(), crew=ONE)
    build_corpus([folder], made[1], recipe=Recipe(), crew=Crew(workers=2))
    assert files(made[0]) == files(made[1])
    assert len(files(made[0])) == 7
    known = list(read_records(Layout(made[0]), [r.part for r in built.records]))
    chains = series.chains_of(series.steps_of(series.series_among(known)))
    assert sorted(len(c.steps) for c in chains) == [2, 5]
    assert verify_corpus(made[0], crew=Crew(workers=2)) == []


def test_a_build_that_is_killed_while_it_compares_goes_on(place: Path, sources: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    code = (
        "import os\n"
        "from pathlib import Path\n"
        "from kgbuild import api\n"
        "from kgbuild.api.cluster import Crew\n"
        "from kgbuild.api.corpus import depot, part\n"
        "replace = depot.replace_file\n"
        "def write(path, data):\n"
        "    replace(path, data)\n"
        "    if 'comparisons' in path.parts: os.kill(os.getpid(), 9)\n"
        "depot.replace_file = write\n"
        f"sources, corpus = [Path({str(sources)!r})], Path({str(other)!r})\n"
        "api.build_corpus(sources, corpus, recipe=part.Recipe(), crew=Crew(workers=1))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert (len(files(other)), (other / "store" / "version").exists()) == (1, False)
    build_corpus([], other, crew=ONE)
    assert files(other) == files(place)
    assert verify_corpus(other, crew=ONE) == []


def test_a_full_disk_while_it_compares_is_told_and_mended_by_the_next_build(
    place: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sources / "2025.txt").write_text(plan(2025, "举办科普展览", NEW, "开放科技馆"), encoding="utf-8")

    def full(path: Path, data: bytes) -> None:
        if "comparisons" in path.parts:
            raise OSError(28, "No space left on device")
        replace_file(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(depot, "replace_file", full)
        with pytest.raises(InputError, match="No space left on device"):
            build_corpus([], place, crew=ONE)
    held = api.open_store(place).query("what-is-new")
    assert [row[3] for row in held.rows] == [f"{NEW}。"]  # the store is as it was
    build_corpus([], place, crew=ONE)
    assert [row[3] for row in api.open_store(place).query("what-is-new").rows] == [f"{NEW}。", "开放科技馆。"]
    assert verify_corpus(place, crew=ONE) == []


def test_a_second_build_is_refused_while_the_first_compares(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, refusals = tmp_path / "again", list[str]()

    def write(path: Path, data: bytes) -> None:
        if "comparisons" in path.parts:
            with pytest.raises(InputError, match="is being written by another process"):
                build_corpus([], corpus, crew=ONE)
            refusals.append(path.name)
        replace_file(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(depot, "replace_file", write)
        build_corpus([sources], corpus, recipe=Recipe(), crew=ONE)
    assert len(refusals) == 2
    assert verify_corpus(corpus, crew=ONE) == []
