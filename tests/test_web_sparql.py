"""`kgbuild serve`: SPARQL 1.1 Protocol and reading by the Graph Store Protocol; the W3C's tests of the first."""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import rdflib
from tests.support import SHARED, whole

import kgbuild
from kgbuild import api

pytest.importorskip("starlette")
from starlette.testclient import TestClient
from tests.web import Live

from kgbuild.web import ServerOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = whole("starts servers and their workers")

W3C = SHARED / "conformance" / "sparql-protocol"
DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
LOCAL = "http://localhost:8000"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
# Three joins without a common variable: no engine gets to the end of that.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def client(graph: Path) -> Iterator[TestClient]:
    app = kgbuild.serve(graph, options=ServerOptions(workers=2, timeout=20, most_rows=5_000))
    with TestClient(app, base_url=LOCAL) as client:
        yield client


def ask(client: TestClient, query: str, accept: str = "", **more: Any) -> Any:
    return client.get("/sparql", params={"query": query, **more}, headers={"Accept": accept} if accept else {})


# -- queries ------------------------------------------------------------------------------------------------------
def test_a_query_comes_by_get_by_form_and_as_the_body(client: TestClient) -> None:
    query = "SELECT ?t { ?p a gplan:Plan ; rdfs:label ?t } ORDER BY ?t"
    form = client.post("/sparql", data={"query": query})
    body = client.post("/sparql", content=query, headers={"Content-Type": "application/sparql-query"})
    got = ask(client, query)
    assert got.status_code == form.status_code == body.status_code == 200
    assert got.json() == form.json() == body.json()
    assert "云岭" in got.json()["results"]["bindings"][0]["t"]["value"]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/sparql-results+xml, text/csv;q=0.9", "application/sparql-results+xml"),
        ("text/*;q=0.5, application/sparql-results+json;q=0.1", "text/csv; charset=utf-8"),
    ],
)
def test_rows_come_in_the_format_that_is_asked_for(client: TestClient, accept: str, media: str) -> None:
    for query in ("SELECT ?s { ?s a gplan:Action }", "ASK { ?s a gplan:Action }"):
        answer = ask(client, query, accept)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert "Accept" in answer.headers["vary"]


def test_all_formats_of_rows_say_the_same(client: TestClient) -> None:
    query = 'SELECT ?s ?t { ?s a gplan:Plan ; rdfs:label ?t FILTER(LANG(?t) = "zh") } ORDER BY ?t'
    texts = {form: ask(client, query, format=form).content for form in ("json", "xml", "csv", "tsv")}
    parsed = [
        ox.parse_query_results(texts[form], format=kind)
        for form, kind in (("json", ox.QueryResultsFormat.JSON), ("xml", ox.QueryResultsFormat.XML),
                           ("tsv", ox.QueryResultsFormat.TSV))
    ]  # fmt: skip
    rows = [[[str(term) for term in row] for row in solutions] for solutions in parsed]  # type: ignore[union-attr]
    assert rows[0] == rows[1] == rows[2] != []
    assert texts["csv"].decode().splitlines()[1].split(",")[0] == rows[0][0][0][1:-1]


@pytest.mark.parametrize("form", ["ttl", "nt", "jsonld", "rdf"])
def test_graphs_come_in_all_formats(client: TestClient, form: str) -> None:
    query = "CONSTRUCT { ?s rdfs:label ?t } WHERE { ?s a gplan:Action ; rdfs:label ?t }"
    kind = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}[form]
    media = {"ttl": "text/turtle", "nt": "application/n-triples", "jsonld": "application/ld+json",
             "rdf": "application/rdf+xml"}[form]  # fmt: skip
    answer = ask(client, query, accept=media)
    assert answer.headers["content-type"].partition(";")[0] == media
    expected = {
        tuple(map(str, t)) for t in rdflib.Graph().parse(data=ask(client, query, format="nt").text, format="nt")
    }
    assert {tuple(map(str, t)) for t in rdflib.Graph().parse(data=answer.text, format=kind)} == expected != set()


def test_what_cannot_be_given_is_said_before_anything_is_asked(client: TestClient) -> None:
    assert ask(client, "ASK {}", "image/png").status_code == 406
    assert ask(client, "ASK {}", "text/csv;q=0").status_code == 406
    assert ask(client, "ASK {}", format="docx").status_code == 400
    assert "ttl" in ask(client, "DESCRIBE <http://x.example/>", format="csv").text


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("ASK {", 400, "line 1"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400, "SERVICE is refused"),
        ("INSERT DATA { <http://a.example/> <http://b.example/> 1 }", 400, "INSERT is an update"),
        ("# all\nDROP ALL", 400, "DROP is an update"),
        ("ASK " + "{" * 200 + "}" * 200, 400, "brackets"),
        ("SELECT * { ?s ?p ?o } LIMIT", 400, "syntax error"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 6000", 422, "more than 5,000 rows"),
    ],
)
def test_a_query_that_is_none_is_refused_with_words(client: TestClient, query: str, status: int, words: str) -> None:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    if status == 422:  # many small pieces are out when it is found: the end is missing
        assert len(answer.content) > 0
        return
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_from_names_graphs_of_the_store_and_fetches_nothing(client: TestClient, graph: Path) -> None:
    file = graph.as_uri()
    assert ask(client, "SELECT * FROM <FILE> { ?s ?p ?o }".replace("FILE", file)).json()["results"]["bindings"] == []
    names = ask(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s a gplan:Action } }").json()["results"]["bindings"]
    (name,) = (row["g"]["value"] for row in names)
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}".format
    counted = [
        ask(client, count("")),
        ask(client, count(f"FROM <{name}>")),
        ask(client, count(""), **{"default-graph-uri": name}),
        ask(client, count(""), **{"named-graph-uri": name}),
    ]
    whole, one, same, none = (int(c.json()["results"]["bindings"][0]["n"]["value"]) for c in counted)
    assert whole > one == same > none == 0


def test_the_default_graph_is_the_union_with_what_follows(client: TestClient) -> None:
    found = ask(client, "ASK { ?a gplan:assignedTo ?b FILTER NOT EXISTS { ?a gplan:hasAssignment/gplan:nothing ?x } }")
    assert found.json()["boolean"] is True
    assert ask(client, "ASK { gplan:LeadAssignment rdfs:subClassOf gplan:Assignment }").json()["boolean"] is True


# -- time, size, many at once -------------------------------------------------------------------------------------
def test_a_runaway_query_is_killed_and_nobody_else_waits_for_it(graph: Path) -> None:
    app = kgbuild.serve(graph, options=ServerOptions(workers=2, timeout=2))
    with TestClient(app, base_url=LOCAL) as client, ThreadPoolExecutor(4) as threads:
        bad = [threads.submit(ask, client, RUNAWAY) for _ in range(2)]
        assert client.get("/store", params={"default": ""}).status_code == 200
        for answer in (b.result() for b in bad):
            assert (answer.status_code, "stopped after 2 s" in answer.text) == (503, True), answer.text
            assert answer.headers["retry-after"]
        assert ask(client, "ASK {}").json()["boolean"] is True
        assert 'kgbuild_killed_total{pool="free"} 2' in client.get("/-/metrics").text


@whole("keeps both cores busy for seconds")
def test_quick_queries_do_not_wait_behind_long_ones(graph: Path) -> None:
    """One quick worker, two long queries: the quick one is answered while both still run."""
    import httpx

    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    done: list[str] = []

    def run_away() -> None:
        answer = httpx.get(f"{server.url}/sparql", params={"query": endless}, timeout=60)
        done.append(f"long {answer.status_code}")

    with Live([str(graph), "--workers", "1", "--timeout", "8"]) as server:
        threads = [threading.Thread(target=run_away) for _ in range(2)]
        for thread in threads:
            thread.start()
        slow = 0
        while slow < 2:  # until both have made way
            found = re.search(r'kgbuild_slow\{pool="free"\} (\d)', httpx.get(f"{server.url}/-/metrics").text)
            slow = int(found[1]) if found else 0
        answer = httpx.get(f"{server.url}/sparql", params={"query": "ASK {}"}, timeout=60)
        done.append(f"quick {answer.status_code}")
        for thread in threads:
            thread.join()
    assert done == ["quick 200", "long 503", "long 503"]


@whole("keeps both cores busy for seconds")
def test_too_many_at_once_are_sent_away(graph: Path) -> None:
    app = kgbuild.serve(graph, options=ServerOptions(workers=1, waiting=1, timeout=3))
    with TestClient(app, base_url=LOCAL) as client, ThreadPoolExecutor(6) as threads:
        answers = [a.result() for a in [threads.submit(ask, client, RUNAWAY) for _ in range(6)]]
    assert {a.status_code for a in answers} == {503}
    assert any("wait already" in a.text for a in answers)


def test_no_sparql_closes_free_queries_alone(graph: Path) -> None:
    with TestClient(kgbuild.serve(graph, options=ServerOptions(workers=1, is_free=False)), base_url=LOCAL) as client:
        assert ask(client, "ASK {}").status_code == 403
        assert client.get("/.well-known/void").status_code == 200


def test_what_is_too_long_is_refused(client: TestClient) -> None:
    assert client.post("/sparql", data={"query": "ASK {} #" + "x" * 1_000_001}).status_code == 413
    assert client.get("/sparql?" + "&".join(f"a{i}=1" for i in range(101))).status_code == 400


def test_an_answer_is_compressed_and_known_by_its_tag(client: TestClient) -> None:
    query = "SELECT * { ?s ?p ?o } LIMIT 200"
    answer = ask(client, query)
    assert answer.headers["content-encoding"] == "gzip"
    again = client.get("/sparql", params={"query": query}, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(
        "/sparql", params={"query": query}, headers={"If-None-Match": answer.headers["etag"], "Accept": "text/csv"}
    )
    assert other.status_code == 200
    assert answer.headers["last-modified"].endswith("GMT")


def test_other_sites_may_read(client: TestClient) -> None:
    for answer in (ask(client, "ASK {}"), ask(client, "ASK {"), client.options("/sparql")):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


# -- description, graphs ------------------------------------------------------------------------------------------
def test_the_service_describes_itself(client: TestClient) -> None:
    found = rdflib.Graph().parse(data=client.get("/sparql", headers={"Accept": "text/turtle"}).text)
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = found.subjects(rdflib.RDF.type, sd.Service)
    assert list(found.objects(service, sd.endpoint)) == [rdflib.URIRef(f"{LOCAL}/sparql")]
    assert len(set(found.objects(service, sd.resultFormat))) == 8
    assert set(found.objects(service, sd.supportedLanguage)) == {sd.SPARQL11Query}
    for form, kind in (("application/rdf+xml", "xml"), ("application/ld+json", "json-ld")):
        text = client.get("/sparql", headers={"Accept": form}).text
        assert len(rdflib.Graph().parse(data=text, format=kind)) == len(found)


def test_void_counts_what_is_there(client: TestClient) -> None:
    found = rdflib.Graph().parse(data=client.get("/.well-known/void").text)
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    (dataset,) = found.subjects(rdflib.RDF.type, void.Dataset)
    counted = int(ask(client, COUNT).json()["results"]["bindings"][0]["n"]["value"])
    assert int(str(found.value(dataset, void.triples))) == counted
    assert int(str(found.value(dataset, void.documents))) >= 1


def test_graphs_are_read_by_name(client: TestClient) -> None:
    names = ask(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").json()["results"]["bindings"]
    total = 0
    for row in names:
        name = row["g"]["value"]
        answer = client.get("/store", params={"graph": name}, headers={"Accept": "application/n-triples"})
        counted = ask(client, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}").json()
        assert len(answer.text.splitlines()) == int(counted["results"]["bindings"][0]["n"]["value"]) > 0
        total += len(answer.text.splitlines())
    everything = client.get("/store", headers={"Accept": "application/n-quads"}).text.splitlines()
    union = client.get("/store", params={"default": ""}, headers={"Accept": "application/n-triples"}).text.splitlines()
    assert len(everything) == total + len(union)
    head = client.head("/store", params={"graph": names[0]["g"]["value"]})
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("graph=http://nowhere.example/", 404), ("graph=file:///etc/passwd", 404), ("graph=nothing", 400),
        ("graph=http://a.example/&default", 400), ("other=1", 400),
    ],
)  # fmt: skip
def test_a_graph_that_is_not_there_is_not_given(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/store?{query}").status_code == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_no_graph_is_written(client: TestClient, method: str) -> None:
    before = ask(client, COUNT).json()
    assert client.request(method, "/store?default", content="<a:b> <a:b> <a:b> .").status_code == 405
    assert ask(client, COUNT).json() == before


# -- clients ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def live(graph: Path) -> Iterator[Live]:
    with Live([str(graph), "--workers", "2", "--timeout", "3"]) as server:
        yield server


def test_sparqlwrapper_asks(live: Live) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    for method in (wrapper.GET, wrapper.POST):
        asked = wrapper.SPARQLWrapper(f"{live.url}/sparql", returnFormat=wrapper.JSON)
        asked.setMethod(method)
        asked.setQuery("SELECT ?a { ?a a gplan:Action }")
        assert len(asked.query().convert()["results"]["bindings"]) > 10
        asked.setReturnFormat(wrapper.TURTLE)
        asked.setQuery("CONSTRUCT { ?a a ?c } WHERE { ?a a ?c }")
        assert len(rdflib.Graph().parse(data=asked.query().convert(), format="turtle")) > 10


def test_rdflib_asks(live: Live) -> None:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    for method in ("GET", "POST", "POST_FORM"):
        found = rdflib.Graph(SPARQLStore(f"{live.url}/sparql", method=method))
        rows = list(found.query("SELECT ?a { ?a a <https://w3id.org/gplan/ontology#Action> }"))
        assert len(rows) > 10
        assert found.query("ASK { ?s ?p ?o }").askAnswer


def test_kgbuild_asks_itself(live: Live, graph: Path) -> None:
    asked = api.connect(f"{live.url}/sparql")
    assert asked.query("bodies-of-action", item="8").rows == api.open(graph).query("bodies-of-action", item="8").rows


def test_an_answer_that_cannot_be_finished_has_no_end(live: Live) -> None:
    import httpx

    # The first pieces come at once, the rest never.
    query = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with httpx.stream("POST", f"{live.url}/sparql", data={"query": query}, timeout=60) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()
    assert httpx.post(f"{live.url}/sparql", data={"query": "ASK {}"}).json()["boolean"] is True


@whole("keeps both cores busy for seconds")
def test_a_store_that_changes_is_served_without_a_gap(tmp_path: Path, graph: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("青川市科普工作要点\n1．开展科普培训。（市科协牵头）\n", encoding="utf-8")
    second = tmp_path / "other.trig"
    second.write_bytes(api.build(other, validate=False).serialise("trig"))
    place = tmp_path / "store"
    api.load_store(str(place), [graph])
    import httpx

    seen, failed, over = set(), [], threading.Event()
    with Live([str(place), "--workers", "1"]) as server:

        def look() -> None:
            while not over.is_set():
                answer = httpx.get(f"{server.url}/sparql", params={"query": COUNT}, timeout=60)
                if answer.status_code != 200:
                    failed.append(answer.text)
                    return
                seen.add(answer.json()["results"]["bindings"][0]["n"]["value"])

        looking = threading.Thread(target=look)
        looking.start()
        before = httpx.get(f"{server.url}/-/health").json()["store"]
        for _ in range(1200):
            if failed or seen:  # on a busy computer the first answer may take longer than the loading below
                break
            time.sleep(0.05)
        api.load_store(str(place), [second])
        for _ in range(1200):
            if failed or (len(seen) > 1 and httpx.get(f"{server.url}/-/health").json()["store"] != before):
                break
            time.sleep(0.05)
        over.set()
        looking.join()
    assert failed == []
    assert len(seen) == 2


# -- the W3C's tests of the protocol ------------------------------------------------------------------------------
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
_REQUESTS = f"""
PREFIX mf: <{MF}> PREFIX ht: <{HT}> PREFIX cnt: <http://www.w3.org/2011/content#> PREFIX rdf: <{rdflib.RDF}>
SELECT ?test ?path ?method ?body ?encoding ?type ?status ?boolean ?format ?place {{
  ?test a mf:ProtocolTest ; mf:action/ht:requests ?list .
  ?list rdf:rest*/rdf:first ?request .
  ?request ht:absolutePath ?path ; ht:methodName ?method ; ht:resp ?answer .
  ?answer mf:expectedStatus ?status .
  OPTIONAL {{ ?request ht:body ?b . ?b cnt:chars ?body ; cnt:characterEncoding ?encoding }}
  OPTIONAL {{ ?request ht:headers/rdf:rest*/rdf:first ?h . ?h ht:fieldName "content-type" ; ht:fieldValue ?type }}
  OPTIONAL {{ ?answer mf:expectedBoolean ?boolean }}
  OPTIONAL {{ ?answer mf:expectedFormat ?format }}
}}
"""


def w3c() -> list[dict[str, Any]]:
    if not W3C.is_dir():
        return []
    found: dict[str, dict[str, Any]] = {}
    manifest = ox.Store()
    manifest.load(path=W3C / "manifest.ttl", base_iri="http://example.org/manifest")
    rows: Any = manifest.query(_REQUESTS)
    columns = [variable.value for variable in rows.variables]
    for row in rows:
        named = {name: None if cell is None else cell.value for name, cell in zip(columns, row, strict=True)}
        name = str(named["test"]).rpartition("#")[2]
        one = found.setdefault(
            f"{name} {named['path']} {named.get('body')}", {**named, "name": name, "statuses": set()}
        )
        one["statuses"].add(str(named["status"])[-3])
    return sorted(found.values(), key=lambda test: (test["name"], test["path"]))


@pytest.fixture(scope="module")
def w3c_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    file = tmp_path_factory.mktemp("w3c") / "data.nq"
    quads = []
    for i in (1, 2, 3):
        triples = (W3C / f"data{i}.nt").read_text(encoding="utf-8").strip().rstrip(".")
        quads.append(f"{triples} <{DATA.format(i)}> .\n")
    file.write_text("".join(quads), encoding="utf-8")
    with TestClient(kgbuild.serve(file, options=ServerOptions(workers=1)), base_url=LOCAL) as client:
        yield client


@pytest.mark.skipif(not W3C.is_dir(), reason="needs ../shared/conformance/sparql-protocol")
@pytest.mark.parametrize("test", w3c(), ids=lambda test: test["name"])
def test_w3c_protocol(w3c_client: TestClient, test: dict[str, Any]) -> None:
    headers = {"Content-Type": test["type"]} if test.get("type") else {}
    body = test.get("body")
    content = body.encode(test["encoding"]) if body is not None else None
    answer = w3c_client.request(test["method"], test["path"], content=content, headers=headers)
    is_look = (test.get("type"), test["method"]) == ("application/sparql-query", "POST")  # has it been done?
    if "update" in test["name"] and not is_look:  # nothing can be changed here
        assert 400 <= answer.status_code < 500, answer.text
        return
    assert str(answer.status_code)[0] in test["statuses"], answer.text
    media = answer.headers["content-type"].partition(";")[0]
    if test.get("boolean") and "update" not in test["name"]:
        assert answer.json()["boolean"] is (test["boolean"] == "true")
    if test.get("format"):
        expected = {"RDF": "text/turtle"}.get(test["format"], "application/sparql-results+json")
        assert media == expected


@pytest.mark.skipif(not W3C.is_dir(), reason="needs ../shared/conformance/sparql-protocol")
def test_the_w3c_has_34_tests_20_of_them_about_queries() -> None:
    names = {test["name"] for test in w3c()}
    assert (len(names), len([n for n in names if "update" not in n])) == (34, 20)


def test_gzip_is_what_was_sent(client: TestClient) -> None:
    with client.stream("GET", f"/sparql?{urlencode({'query': 'SELECT * { ?s ?p ?o } LIMIT 300'})}") as answer:
        raw = b"".join(answer.iter_raw())
    assert len(json.loads(gzip.decompress(raw))["results"]["bindings"]) == 300
