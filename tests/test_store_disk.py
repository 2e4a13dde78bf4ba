"""A store on disk: the same answers as in memory, sources replaced and dropped without a trace, keys kept apart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.test_query_answers import ANSWERS

from kgbuild import api, terms
from kgbuild.errors import InputError, UsageError
from kgbuild.queries.template import load_templates
from kgbuild.store import DiskStore, sources_of

if TYPE_CHECKING:
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
        with pytest.raises(InputError, match="is no store"):
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
