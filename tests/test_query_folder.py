"""A folder of queries that somebody else wrote: it reaches nothing, ends, and is an error of input where it is odd."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support import IS_FULL, whole

from kgbuild import api
from kgbuild.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support import Run

    from kgbuild.queries.dataset import StoredDataset

DATA = Path(__file__).parent / "data"
HEAD = """#+ id: {name}
#+ question: {{zh: 问, en: "What?"}}
#+ params: {{}}
#+ returns: {{n: a number}}
#+ graph: asserted
#+ tags: [own]
#+ since: 0.1.0

PREFIX gplan: <https://w3id.org/gplan/ontology#>
PREFIX x: <http://x/>

"""
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE {\n  ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?l)\n}\n"
PLAN = "云岭省科普工作方案\n\n一、主要任务\n1.组织开展科普服务。（省教育厅牵头，省科协配合）\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "queries").mkdir()
    return tmp_path / "queries"


def write(folder: Path, body: str, name: str = "own") -> Path:
    path = folder / f"{name}.rq"
    path.write_text(HEAD.format(name=name) + body, encoding="utf-8")
    return path


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        yield server


def called(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return False
    return True


REACHING = [
    "SELECT ?n WHERE {{\n  SERVICE <{url}> {{ ?s ?p ?n }}\n}}\n",
    "SELECT ?n WHERE {{\n  x:a x:b x:.SERVICE SILENT<{url}>{{ ?s ?p ?n }}\n}}\n",
    "SELECT ?n FROM <{url}> WHERE {{\n  ?s ?p ?n\n}}\n",
    "SELECT ?n FROM NAMED <{url}> WHERE {{\n  GRAPH ?g {{ ?s ?p ?n }}\n}}\n",
    "SELECT ?n WHERE {{\n  ?s ?p 1.sErViCe#\r<{url}>{{ ?s ?p ?n }}\n}}\n",
    "SELECT ?n WHERE {{\n  ?s x:a/x:b ?n;.SERVICE<{url}>{{ ?s ?p ?n }}\n}}\n",
    'SELECT ?n WHERE {{\n  ?s ?p "a\\"" . SERVICE <{url}> {{ ?s ?p ?n }}\n}}\n',
    "BASE <{url}>\nSELECT ?n WHERE {{\n  SERVICE <sparql> {{ ?s ?p ?n }}\n}}\n",
    "PREFIX z: <{url}>\nSELECT ?n WHERE {{\n  VALUES ?u {{ z:q }} SERVICE ?u {{ ?s ?p ?n }}\n}}\n",
    "SELECT ?n WHERE {{\n  ?s ?p ?n\n}} ORDER BY EXISTS {{ SERVICE <{url}> {{ ?s ?p ?n }} }}\n",
    "SELECT (EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} AS ?n) WHERE {{\n}}\n",
    "SELECT ?n WHERE {{\n  ?s ?p ?n LATERAL {{ SERVICE <{url}> {{ ?s ?p ?n }} }}\n}}\n",
]


@pytest.mark.parametrize("body", REACHING if IS_FULL else REACHING[::6])
def test_a_query_of_a_folder_reaches_nothing(body: str, folder: Path, listener: socket.socket) -> None:
    write(folder, body.format(url=f"http://127.0.0.1:{listener.getsockname()[1]}/"))
    for asked in (api.open(DATA / "mini.ttl"), _store(folder.parent)):
        asked.folders = [folder]
        for cite in (False, True):
            with pytest.raises(UsageError, match="is refused"):
                asked.query("own", cite=cite)
    assert not called(listener)


def _store(place: Path) -> StoredDataset:
    api.load_store(str(place / "store"), [DATA / "mini.ttl"])
    return api.open_store(place / "store")


@whole("starts a process for each query")
def test_a_check_of_a_folder_reaches_nothing_and_ends(
    run: Run, folder: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folder.parent
    monkeypatch.setattr("kgbuild.queries.dataset.Dataset.timeout", 1.0)
    (root / "plan.txt").write_text(PLAN, encoding="utf-8")
    (root / "expected").mkdir()
    for name, body in {
        "service": REACHING[1].format(url=f"http://127.0.0.1:{listener.getsockname()[1]}/"),
        "endless": ENDLESS,
        "deep": "SELECT ?n WHERE " + "{" * 20_000 + "}" * 20_000,
    }.items():
        for path in [*folder.iterdir(), *(root / "expected").iterdir()]:
            path.unlink()
        write(folder, body, name)
        (root / "expected" / f"plan.{name}.csv").write_text("n\n", encoding="utf-8")
        code, _, err = run("check", root)
        assert code == {"service": 2, "endless": 3, "deep": 2}[name]
        assert {"service": "is refused", "endless": "stopped after 1 s", "deep": "100 brackets"}[name] in err
    assert not called(listener)


def test_the_answer_is_that_of_a_free_query(folder: Path) -> None:
    write(folder, "SELECT ?n WHERE {\n  ?a a gplan:Action ; gplan:itemPath ?n\n} ORDER BY ?n\n")
    graph = api.open(DATA / "mini.ttl")
    graph.folders = [folder]
    wanted = graph.sparql("SELECT ?n { ?a a gplan:Action ; gplan:itemPath ?n } ORDER BY ?n")
    assert graph.query("own") == wanted
    assert len(wanted) > 1
    assert len(graph.query("own", cite=True).quotes) == len(wanted)


@pytest.mark.parametrize("place", ["--graph", "--store"])
def test_the_deadline_of_a_query_holds_for_files_and_stores(place: str, run: Run, folder: Path) -> None:
    write(folder, ENDLESS)
    given = DATA / "mini.ttl"
    if place == "--store":
        _store(folder.parent)
        given = folder.parent / "store"
    code, out, err = run("query", "own", "--queries", folder, place, given, "--timeout", "0.4")
    assert (code, out) == (3, "")
    assert err == "kgbuild: query: stopped after 0.4 s; add a LIMIT or narrower patterns, or raise --timeout\n"


@pytest.mark.skipif(os.name != "posix", reason="needs processes of POSIX")
@pytest.mark.parametrize("what", ["ask", "print"])
def test_the_deadline_holds_for_our_own_queries_and_for_printing(what: str) -> None:
    import subprocess

    slow = "import time; "
    slow += {
        "ask": "from kgbuild.queries import dataset as d; d.run_template = lambda *a, **k: time.sleep(60); ",
        "print": "from kgbuild.queries import table as t; t.render_rows = lambda *a, **k: time.sleep(60); ",
    }[what]
    code = f"{slow}from kgbuild.cli import main; main()"
    command: list[str | Path] = [
        sys.executable,
        "-c",
        code,
        "query",
        "coverage",
        "--graph",
        DATA / "mini.ttl",
        "--timeout",
        "1",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)
    name = {"ask": "query", "print": "printing"}[what]
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"kgbuild: {name}: stopped after 1 s; ")


# -- odd files ----------------------------------------------------------------------------------------------------
GOOD = HEAD.format(name="own") + "SELECT ?n WHERE {\n  ?s ?p ?n\n}\n"
PARAM = "{type: string, required: false, many: false, doc: d}"


def with_header(line: str, instead: str) -> str:
    text = GOOD.replace(line, instead, 1)
    assert text != GOOD
    return text


ODD = {
    "a list for a text": with_header("graph: asserted", "graph: [asserted]"),
    "a mapping for a text": with_header("since: 0.1.0", "since: {a: b}"),
    "a text for a list": with_header("tags: [own]", "tags: own"),
    "a list in a list": with_header("tags: [own]", "tags: [[own]]"),
    "a list for true": with_header("params: {}", f"params: {{a: {PARAM.replace('false', '[false]', 1)}}}"),
    "a mapping for a type": with_header("params: {}", f"params: {{a: {PARAM.replace('string', '{a: b}')}}}"),
    "a name that is an expression": with_header("params: {}", f'params: {{"(": {PARAM}}}'),
    "a name that takes long": with_header("params: {}", f'params: {{"(a+)+$": {PARAM}}}'),
    "a class that is a query": with_header(
        "params: {}",
        'params: {a: {type: iri, required: false, many: false, values_from: "gplan:A> } SERVICE <http://x/", doc: d}}',
    ),
    "a chart of a list": with_header("tags: [own]", "chart: {type: [bar], y: n, x: n}\n#+ tags: [own]"),
    "a chart of lists": with_header("tags: [own]", "chart: {type: bar, y: [n], x: n}\n#+ tags: [own]"),
    "a bomb": with_header("tags: [own]", "tags: &a [own]\n" + "".join(f"#+ x{i}: &b{i} [*a, *a]\n" for i in range(9))),
    "an alias": with_header("tags: [own]", "tags: &a [own, *a]"),
    "a deep header": with_header("tags: [own]", f"tags: {'[' * 5000}{']' * 5000}"),
    "a deep mapping": with_header("tags: [own]", f"tags: {'{a: ' * 5000}b{'}' * 5000}"),
    "a long header": with_header("tags: [own]", f"tags: [{'own, ' * 20_000}]"),
    "no YAML": with_header("tags: [own]", "tags: [own"),
    "control characters": with_header("tags: [own]", "tags: [\x07]"),
    "a date": with_header("since: 0.1.0", "since: !!timestamp 2020-99-99\n#+ graph: asserted"),
    "a large file": GOOD + "#" * 1_000_001,
    "no UTF-8": "\udcff",
    "nothing": "",
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_file_in_a_folder_is_an_error_of_input(case: str, run: Run, folder: Path) -> None:
    (folder / "own.rq").write_bytes(ODD[case].encode("utf-8", "surrogateescape"))
    for command in (["queries"], ["query", "own", "--graph", DATA / "mini.ttl"]):
        code, out, err = run(*command, "--queries", folder)
        assert (code, out) == (3, "")
        assert err.startswith(f"kgbuild: {folder / 'own.rq'}: ")
        assert err.count("\n") == 1
        assert len(err) < 1000


def test_what_is_no_file_is_not_waited_for(run: Run, folder: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names")
    os.mkfifo(folder / "own.rq")
    assert run("queries", "--queries", folder)[0] == 3
    assert run("queries", "--queries", folder / "own.rq")[0] == 3


def test_a_folder_that_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for place in (tmp_path / "none", tmp_path / "loop", tmp_path / ("n" * 300), tmp_path / "bad\nname"):
        code, _, err = run("queries", "--queries", place)
        assert (code, err.count("\n")) == (3, 1)


def test_our_own_queries_are_known_by_where_they_lie(folder: Path) -> None:
    from kgbuild.queries.template import load_templates

    write(folder, "SELECT ?n WHERE {\n  ?s ?p ?n\n}\n")
    assert {t.id for t in load_templates([folder]).values() if not t.is_ours} == {"own"}
    with pytest.raises(InputError, match="already"):
        load_templates([_named_like_ours(folder)])


def _named_like_ours(folder: Path) -> Path:
    write(folder, "SELECT ?n WHERE {\n  ?s ?p ?n\n}\n", "coverage")
    return folder
