"""A store on disk: the same answers as in memory, sources replaced and dropped without a trace, keys kept apart."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests import kills
from tests.support import ROOT, whole
from tests.test_query_answers import ANSWERS

from kgbuild import api, terms
from kgbuild.api.store import as_written, close_source, heads_of
from kgbuild.errors import InputError, KgbuildError, UsageError
from kgbuild.queries.template import load_templates
from kgbuild.store import DiskStore, sources_of, versions, write_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbuild.store import Quad

DATA = Path(__file__).parent / "data"
FILES = [DATA / "mini.ttl", DATA / "later.ttl"]
MINI, LATER = "7ad32c73228f6792", "e3b3c9cf3c6b266f"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?l) }"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disk") / "store"
    assert api.load_store(str(folder), FILES) == [MINI, LATER]
    return folder


def content(folder: Path) -> set[tuple[str | None, ...]]:
    store = DiskStore(folder)
    flat = store.answer("SELECT ?s ?p ?o { ?s ?p ?o }").rows
    named = store.answer("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }").rows
    return {*flat, *named}


def write(path: Path, quads: list[Quad]) -> Path:
    path.write_text("".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in quads), encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "params", "expected"), ANSWERS)
def test_the_answers_are_those_read_off_the_text(name: str, params: dict[str, Any], expected: Any, place: Path) -> None:
    assert list(api.open_store(place).query(name, **params).rows) == expected


def test_loading_again_changes_nothing_and_dropping_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    api.load_store(str(folder), FILES[:1])
    alone = content(folder)
    api.load_store(str(folder), [*FILES, *FILES])
    both = content(folder)
    api.load_store(str(folder), FILES)
    assert content(folder) == both > alone
    api.drop_from_store(str(folder), [LATER], base="")
    assert content(folder) == alone
    assert [row[0] for row in api.list_store(str(folder)).rows] == [MINI]
    with pytest.raises(InputError, match="has no source"):
        api.drop_from_store(str(folder), [LATER], base="")


def test_a_notice_without_a_title_is_listed_by_that_of_its_plan(tmp_path: Path) -> None:
    file, folder = tmp_path / "notice.txt", tmp_path / "store"
    file.write_text(
        "岭政公开发〔2025〕3号\n\n各市人民政府：\n\n《云岭省科普要点》已经同意，现印发给你们，请认真执行。\n\n"
        "云岭省科普办公室\n2025年3月1日\n\n云岭省科普要点\n\n一、任务\n1.举办科普展览。（省教育厅负责）\n",
        encoding="utf-8",
    )
    graph = tmp_path / "notice.nq"
    graph.write_bytes(api.build(file).serialise("nq"))
    api.load_store(str(folder), [graph])
    assert [row[1:] for row in api.list_store(str(folder)).rows] == [("岭政公开发〔2025〕3号", "云岭省科普要点")]


def test_a_new_state_of_a_source_replaces_the_old_one(tmp_path: Path) -> None:
    quads = [q for q in api.open(FILES[1]).quads if f"{LATER}.2.3.r" not in "".join(q)]
    api.load_store(str(tmp_path / "s"), FILES)
    api.load_store(str(tmp_path / "s"), [write(tmp_path / "new.nt", quads)])
    held = api.open_store(tmp_path / "s")
    assert held.query("unregistered-names").rows == (("省供销社", "事业单位", 1, 1, 1),)
    assert "明水市农业农村局" not in {row[0] for row in held.query("workload-of-bodies").rows if row[2]}


def test_named_graphs_of_a_build_are_kept_and_flat_files_get_them(tmp_path: Path) -> None:
    base = "https://example.org/gplan/id/"
    quads = [(s, p, o, f"<{base}graph/{MINI}/asserted>") for s, p, o, _ in api.open(FILES[0]).quads]
    api.load_store(str(tmp_path / "a"), [write(tmp_path / "a.nq", quads)])
    api.load_store(str(tmp_path / "b"), FILES[:1])
    assert content(tmp_path / "a") == content(tmp_path / "b")
    graphs = DiskStore(tmp_path / "a").select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").rows
    assert [row[0] for row in graphs] == [f"{base}graph/{MINI}/{part}" for part in ("asserted", "inferred")]


@pytest.mark.parametrize("prop", [terms.gplan("documentNumber"), f"<{terms.DCTERMS}title>"])
def test_a_document_key_takes_no_second_source_with_another_number_or_title(prop: str, tmp_path: Path) -> None:
    quads: list[Quad] = []
    for s, p, o, g in api.open(FILES[0]).quads:
        s2, p2, o2 = (t.replace(MINI, "0123456789abcdef") for t in (s, p, o))
        quads.append((s2, p2, o2, g))
    api.load_store(str(tmp_path / "s"), FILES[:1])
    api.load_store(str(tmp_path / "s"), [write(tmp_path / "same.nt", quads)])
    assert len(DiskStore(tmp_path / "s").sources()) == 2
    api.drop_from_store(str(tmp_path / "s"), ["0123456789abcdef"], base="")
    other = [
        (s, p, terms.literal("云数办〔2023〕1号") if p == prop and "notice" in s else o, g) for s, p, o, g in quads
    ]
    with pytest.raises(InputError, match="has another"):
        api.load_store(str(tmp_path / "s"), [write(tmp_path / "other.nt", other)])
    assert DiskStore(tmp_path / "s").sources() == [MINI]


def test_what_is_no_store_and_what_holds_no_source_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match="is not a store"):
            api.open_store(folder)
    with pytest.raises(InputError, match="no source text"):
        sources_of([("<http://x/s>", "<http://x/p>", "<http://x/o>", "")], name="x")
    both = [(s, p, o, "") for file in FILES for s, p, o, _ in api.open(file).quads]
    with pytest.raises(InputError, match="2 source texts"):
        sources_of(both, name="x")


def test_two_processes_read_at_once(place: Path) -> None:
    DiskStore(place)
    code = "import sys; from pathlib import Path; from kgbuild.store import *; print(len(DiskStore(Path(sys.argv[1]))))"
    out = subprocess.run([sys.executable, "-c", code, str(place)], capture_output=True, text=True, check=True)
    assert int(out.stdout) == len(DiskStore(place)) > 0


@whole("starts a process for each query")
def test_free_queries_on_disk_end_reach_nothing_and_change_nothing(place: Path) -> None:
    held, before = api.open_store(place), content(place)
    assert held.sparql("ASK { ?a a gplan:Action }").rows == ((True,),)
    with pytest.raises(InputError, match="stopped after 1 s"):
        held.sparql(ENDLESS, timeout=1)
    for query in ("DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:1/> {} }", "SELECT * FROM <file:///x> {}"):
        with pytest.raises(UsageError):
            held.sparql(query)
    assert content(place) == before


def test_every_saved_query_gives_the_rows_of_memory(place: Path) -> None:
    here, there = api.open_graphs(FILES), api.open_store(place)
    for name, template in load_templates().items():
        if not any(p.required for p in template.params):
            assert sorted(map(repr, there.query(name).rows)) == sorted(map(repr, here.query(name).rows)), name


@whole("ends a writer at each of its steps")
# -- what ends a writer, what damages a store ---------------------------------------------------------------------
@pytest.mark.skipif(os.name != "posix", reason="needs signals and locks of POSIX")
def test_whatever_ends_a_writer_a_reader_finds_the_old_state_or_the_new_one(tmp_path: Path) -> None:
    # `python tests/kills.py 310` tries more than every run of CI can.
    rounds = 25 if os.environ.get("KGBUILD_FULL") else 2
    tally = kills.run(tmp_path, rounds)
    assert tally.ended["killed"] + tally.ended["stopped"] == rounds
    assert set(tally.reads) == {"right"}
    assert tally.lost == 0
    api.load_store(str(tmp_path / "store"), FILES)
    assert len(versions_in(tmp_path / "store")) == 1


def versions_in(place: Path) -> list[Path]:
    return [p for p in place.iterdir() if p.is_dir()]


def test_a_reader_keeps_the_version_that_it_opened(tmp_path: Path) -> None:
    place = tmp_path / "store"
    api.load_store(str(place), FILES[:1])
    before = DiskStore(place)
    api.load_store(str(place), FILES[1:])
    assert before.sources() == [MINI]
    assert DiskStore(place).sources() == [MINI, LATER]
    assert len(versions_in(place)) == 2
    del before
    gc.collect()
    api.load_store(str(place), FILES)
    assert len(versions_in(place)) == 1


def test_a_loaded_store_holds_no_log_of_its_writing(place: Path) -> None:
    (version,) = versions_in(place)
    sizes = {file.suffix: file.stat().st_size for file in version.iterdir()}
    assert sizes[".log"] < 1000 < sizes[".sst"]


def test_a_file_that_cannot_be_loaded_costs_neither_the_others_nor_what_was_there(tmp_path: Path) -> None:
    place, broken = tmp_path / "store", tmp_path / "broken.ttl"
    broken.write_text("no turtle", encoding="utf-8")
    failures: list[KgbuildError] = []
    assert api.load_store(str(place), [FILES[0], broken], failed=failures.append) == [MINI]
    assert [f.exit_code for f in failures] == [3]
    with pytest.raises(InputError, match=r"broken\.ttl"):
        api.load_store(str(place), [FILES[1], broken])
    with pytest.raises(InputError, match="nothing was loaded"):
        api.load_store(str(place), [broken, broken], failed=failures.append)
    assert DiskStore(place).sources() == [MINI]
    with pytest.raises(InputError, match="has no source"):
        api.drop_from_store(str(place), [MINI, LATER], base="")
    assert DiskStore(place).sources() == [MINI]


def as_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-9]),
    "empty": lambda file: file.write_bytes(b""),
    "turned": lambda file: file.write_bytes(bytes(b ^ 255 for b in file.read_bytes())),
    "a folder": as_folder,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_an_error_of_input(damage: str, place: Path, tmp_path: Path) -> None:
    for file in sorted(p.relative_to(place) for p in place.rglob("*") if p.is_file() and p.name != "writer.lock"):
        copy = tmp_path / "copy"
        shutil.copytree(place, copy)
        DAMAGES[damage](copy / file)
        with pytest.raises(InputError, match=r"is damaged|is not a store|never loaded|cannot be read") as caught:
            api.open_store(copy)
        assert "load" in str(caught.value)
        shutil.rmtree(copy)


def test_what_stands_in_the_folder_of_a_store_is_told_apart(tmp_path: Path, place: Path) -> None:
    other, old, begun = tmp_path / "other", tmp_path / "old", tmp_path / "begun"
    for folder, name in ((other, "plan.txt"), (old, "CURRENT"), (begun, "writer.lock")):
        folder.mkdir()
        (folder / name).write_text("x", encoding="utf-8")
    for folder, message in (
        (other, "is not a store"),
        (old, "of an earlier kgbuild"),
        (begun, "never loaded to the end"),
    ):
        with pytest.raises(InputError, match=message):
            api.open_store(folder)
    for folder, message in (
        (other, "is not a store"),
        (old, "of an earlier kgbuild"),
        (place / "version", "cannot be"),
    ):
        with pytest.raises(InputError, match=message):
            api.load_store(str(folder), FILES)
    assert [p.name for p in other.iterdir()] == ["plan.txt"]
    assert api.load_store(str(begun), FILES) == [MINI, LATER]


@pytest.mark.skipif(os.name != "posix", reason="needs locks of POSIX")
def test_a_second_writer_and_a_reader_before_the_first_load_are_told_to_try_again(tmp_path: Path) -> None:
    with write_store(tmp_path / "store"):
        with pytest.raises(InputError, match="being written for the first time; try again"):
            api.open_store(tmp_path / "store")
        with pytest.raises(InputError, match="being written by another process; try again"):
            api.load_store(str(tmp_path / "store"), FILES)
    assert len(DiskStore(tmp_path / "store")) == 0


@pytest.mark.skipif(os.name != "posix", reason="needs limits of POSIX")
def test_few_file_handles_are_told(place: Path) -> None:
    code = "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (64, 64)); from kgbuild.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "store", "list", place], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"needs more file handles; allow 512 or more" in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="needs limits of POSIX")
def test_a_disk_that_takes_no_more_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "store"
    api.load_store(str(place), FILES[:1])
    before = content(place)
    code = "import resource as r, signal as s; s.signal(s.SIGXFSZ, s.SIG_IGN); "
    code += "r.setrlimit(r.RLIMIT_FSIZE, (50_000, 50_000)); from kgbuild.cli import main; main()"
    # -B: Python itself would keep the first 50,000 bytes of a compiled module, and every later process fail on it
    command: list[str | Path] = [sys.executable, "-B", "-c", code, "store", "load", place, FILES[1]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1
    assert content(place) == before
    api.load_store(str(place), FILES[1:])
    assert DiskStore(place).sources() == [MINI, LATER]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_list_on_a_full_disk_is_one_line(place: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from kgbuild.cli import main; main()", "store", "list", place],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr.count(b"\n")) == (3, 1)


@pytest.mark.parametrize("name", ["findings", "review-queue", "populations-of-plan"])
def test_rows_of_two_documents_that_say_the_same_stay_two(name: str, tmp_path: Path) -> None:
    files = []
    for number in "12":
        file = tmp_path / f"plan{number}.txt"
        file.write_text(
            f"云岭省第{number}号科普工作方案\n\n一、主要任务\n1.为农民开展科普服务。（省农业厅、卫生计生委牵头）\n",
            encoding="utf-8",
        )
        graph = tmp_path / f"plan{number}.trig"
        graph.write_bytes(api.build(file).serialise("trig"))
        files.append(graph)
    api.load_store(str(tmp_path / "store"), files)
    alone = [len(api.open(file).query(name)) for file in files]
    both = api.open_store(tmp_path / "store").query(name)
    assert len(both) == sum(alone) > 1
    at = both.columns.index("document")
    assert len({row[at] for row in both.rows}) == 2
    assert len(set(both.rows)) == len(both)


@pytest.mark.parametrize("suffix", [".trig", ".nq", ".ttl"])
def test_what_is_exported_can_be_loaded_and_is_the_same(suffix: str, place: Path, tmp_path: Path) -> None:
    file = tmp_path / f"all{suffix}"
    file.write_bytes(api.export_store(str(place), suffix[1:]))
    if suffix != ".ttl":
        api.load_store(str(tmp_path / "store"), [file])
        assert content(tmp_path / "store") == content(place)
        assert api.export_store(str(tmp_path / "store"), "trig") == api.export_store(str(place), "trig")
    else:  # the union: all that is said, in no graph
        union = {(s, p, o) for s, p, o, _ in api.open(file).quads}
        held = {(s, p, as_written(o or "")) for s, p, o in (row for row in content(place) if len(row) == 3)}
        assert union == held - {t for t in api.ontology() if t[1] == f"<{terms.RDFS}subClassOf>"}


def test_what_is_exported_is_proved_and_conforms_as_what_was_built(tmp_path: Path) -> None:
    source, graph, out = ROOT / "examples" / "yunling-2025.txt", tmp_path / "a.trig", tmp_path / "b.trig"
    graph.write_bytes(api.build(source, validate=False).serialise("trig"))
    api.load_store(str(tmp_path / "store"), [graph])
    out.write_bytes(api.export_store(str(tmp_path / "store"), "trig"))
    assert api.open(out).verify(source).level == "proved"
    assert api.judge_file(str(out)).conforms


# -- shards -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("threads", [1, 3])
def test_lines_loaded_by_several_threads_are_a_set_of_quads(
    threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgbuild.store.disk._PENDING", 300)
    lines = [f"<http://x/s{n % 100}> <http://x/p> <http://x/o{n % 7}> <http://x/g{n % 3}> .\n" for n in range(500)]
    with write_store(tmp_path / "store") as writer:
        pieces = ["".join(lines[n : n + n % 5 + 1]) for n in (0, 1, 3, 6)]  # of one line, of several
        pieces += [*lines[8 : len(lines) - 1], lines[-1].rstrip()]
        writer.load_lines((piece.encode() for piece in pieces), threads=threads)
    store = DiskStore(tmp_path / "store")
    named = {tuple(row) for row in store.answer("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }").rows}
    assert named == {tuple(line.split()[:4]) for line in lines}
    union = {tuple(row) for row in store.answer("SELECT ?s ?p ?o { ?s ?p ?o }").rows}
    assert union == {row[:3] for row in named}


def test_a_line_that_cannot_be_loaded_ends_the_loading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbuild.store.disk._PENDING", 20)
    lines = [b"<http://x/s> <http://x/p> <http://x/o> <http://x/g> .\n"] * 20 + [b"nonsense <http://x/g> .\n"]
    with pytest.raises((InputError, SyntaxError)), write_store(tmp_path / "store") as writer:
        writer.load_lines(lines, threads=2)
    with pytest.raises(InputError):
        DiskStore(tmp_path / "store")


def test_a_shard_is_loaded_line_by_line_and_gives_what_its_documents_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    for name in ("mini", "later"):
        graphs = api.open(DATA / f"{name}.ttl")
        (source,) = sources_of(graphs.quads, name=name)
        whole = close_source(source)
        lines = sorted(f"{s} {p} {o} <{g}> .\n" for g, ts in whole.graphs.items() for s, p, o in ts)
        files.append(tmp_path / f"{name}.nq")
        files[-1].write_text("".join(lines), "utf-8")
    shard = tmp_path / "shard.nq"
    every = {line for f in files for line in f.read_text("utf-8").splitlines(keepends=True)}
    shard.write_text("".join(sorted(every)), "utf-8")
    query = "SELECT ?g ?s ?p ?o { { GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p ?o } }"

    def held(name: str) -> set[tuple[str | None, ...]]:
        return set(api.open_store(str(tmp_path / name)).store("asserted").answer(query).rows)

    api.load_store(str(tmp_path / "whole"), files)
    monkeypatch.setattr("kgbuild.store.disk._PENDING", 500)
    monkeypatch.setattr("kgbuild.api.store.read_quads", None)  # nothing is read as a whole
    keys = api.load_store(str(tmp_path / "streamed"), [shard])
    assert len(keys) == 2
    assert held("streamed") == held("whole")
    again = api.load_store(str(tmp_path / "streamed"), [shard])  # in place of what was there
    assert again == keys
    assert held("streamed") == held("whole")


@pytest.mark.parametrize("line", ["# a remark\n", "<http://x/s> <http://x/p> 1 .\n", "<http://x/s> <x:p> <x:o> .\n"])
def test_what_is_no_shard_of_ours_is_read_as_a_whole(line: str, tmp_path: Path) -> None:
    file = tmp_path / "x.nq"
    file.write_text(line, "utf-8")
    assert heads_of(file) == []
    assert heads_of(DATA / "mini.ttl") == []


def test_a_small_change_of_a_store_gives_a_version_whose_files_are_known(place: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(place, store)
    before = versions._pointer(store)
    with write_store(store, compact=False) as writer:
        writer.put_graph("http://x/g", b"<http://x/s> <http://x/p> <http://x/o> .\n")
    name, files = versions._pointer(store)
    folder = store / name
    assert {file.name: versions._mark(file) for file in folder.iterdir()} == files  # those that were taken over too
    assert name != before[0]
    assert DiskStore(store).answer("ASK { GRAPH <http://x/g> { ?s ?p ?o } }").rows
