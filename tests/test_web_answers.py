"""`kgbuild serve`: answers that are kept, and look-ups that need no worker, say what a worker says."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.support import whole

import kgbuild
from kgbuild import api
from kgbuild.store.guard import is_lookup, is_steady

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from kgbuild.web import ServerOptions
from kgbuild.web.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = whole("starts servers: one that keeps answers, one that does not")
LOCAL = "http://localhost:8000"
HTML = {"Accept": "text/html", "Accept-Language": "zh"}
PLANS = "SELECT ?plan { ?plan a gplan:Plan } ORDER BY ?plan"


@pytest.fixture(scope="module")
def client(graph: Path) -> Iterator[TestClient]:
    with TestClient(kgbuild.serve(graph, options=ServerOptions(workers=1)), base_url=LOCAL) as client:
        yield client


@pytest.fixture(scope="module")
def forgetful(graph: Path) -> Iterator[TestClient]:
    """A server that keeps nothing and hands everything to a worker."""
    app = kgbuild.serve(graph, options=ServerOptions(workers=1, cache=0))
    app.state.site.at_hand = None
    with TestClient(app, base_url=LOCAL) as client:
        yield client


def metric(client: TestClient, name: str) -> int:
    found = re.search(rf"^kgbuild_{name} (\d+)$", client.get("/-/metrics").text, re.MULTILINE)
    assert found is not None, name
    return int(found[1])


def parts(answer: Any) -> tuple[int, dict[str, str], bytes]:
    # The time when graphs in memory were written is that of their file: the same for both.
    return answer.status_code, dict(answer.headers), answer.content


def plan(client: TestClient) -> str:
    return str(client.get("/sparql", params={"query": PLANS, "format": "csv"}).text.split()[1])


# -- answers that are kept ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", HTML),
        ("/", {**HTML, "Accept-Language": "en"}),
        ("/plans", HTML),
        ("/bodies", {**HTML, "Accept-Encoding": "identity"}),
        ("/search?q=教育", HTML),
        ("/q/deadlines", HTML),
        ("/q/deadlines?format=csv", {}),
        ("/page/population/teachers", HTML),
        ("/page/population/teachers.ttl", {}),
        ("/id/population/teachers", HTML),
        ("/sparql?query=SELECT * { ?s a gplan:Plan }", {"Accept": "text/csv"}),
        ("/sparql", {"Accept": "text/turtle"}),
        ("/openapi.json", {}),
    ],
)
def test_an_answer_that_is_kept_is_the_one_that_was_given(
    client: TestClient, forgetful: TestClient, path: str, headers: dict[str, str]
) -> None:
    given = forgetful.get(path, headers=headers, follow_redirects=False)
    assert given.status_code in (200, 303)
    first, before = client.get(path, headers=headers, follow_redirects=False), metric(client, "answers_found_total")
    second = client.get(path, headers=headers, follow_redirects=False)
    assert metric(client, "answers_found_total") == before + 1
    assert parts(first) == parts(second)
    if "content-encoding" not in given.headers:  # gzip writes the time
        assert parts(second) == parts(given)
    assert (second.status_code, second.text) == (given.status_code, given.text)


def test_whatever_an_answer_depends_on_tells_it_from_others(client: TestClient) -> None:
    for _ in range(2):
        zh, en = (client.get("/plans", headers={**HTML, "Accept-Language": lang}).text for lang in ("zh", "en"))
        assert ('lang="zh-CN"' in zh, 'lang="en"' in en) == (True, True)
        by_cookie = client.get("/plans", headers={**HTML, "Cookie": "lang=en"})
        assert 'lang="en"' in by_cookie.text
        page, data = (client.get("/q", headers={"Accept": a}) for a in ("text/html", "application/json"))
        assert page.headers["content-type"] != data.headers["content-type"]
        here, there = (client.get("/sparql", headers={"Accept": "text/turtle", "Host": h}).text
                       for h in ("localhost:1", "localhost:2"))  # fmt: skip
        assert ("localhost:1/" in here, "localhost:2/" in there) == (True, True)
        tag = page.headers["etag"]
        held = client.get("/q", headers={"Accept": "text/html", "If-None-Match": tag})
        assert (held.status_code, held.content) == (304, b"")
        assert client.get("/q", headers={"Accept": "text/html", "If-None-Match": '"x"'}).text == page.text
        twice = [("Accept", "text/csv"), ("Accept", "application/sparql-results+xml")]
        once = [("Accept", "application/sparql-results+xml")]
        kinds = [client.get("/sparql?query=ASK{}", headers=h).headers["content-type"] for h in (twice, once)]
        assert kinds[1] == "application/sparql-results+xml"


def test_what_is_new_each_time_and_what_went_wrong_is_not_kept(client: TestClient) -> None:
    query = {"query": "SELECT (STRUUID() AS ?id) {}", "format": "csv"}
    first, second = (client.get("/sparql", params=query) for _ in range(2))
    assert first.status_code == 200
    assert first.text != second.text
    assert (first.headers["cache-control"], "etag" in first.headers) == ("no-store", False)
    page = client.get("/sparql", params={**query, "format": "html"}, headers=HTML)
    assert page.headers["cache-control"] == "no-store"
    before = metric(client, "answers_kept")
    for path in ("/no", "/sparql?query=SELECT", "/q/nothing", "/q/deadlines?nothing=1", "/plans?lang=en", "/text/0"):
        client.get(path, headers=HTML)
    client.post("/sparql", data={"query": "ASK {}"})
    client.head("/plans")
    client.cookies.clear()
    assert metric(client, "answers_kept") == before


def test_a_query_of_the_keeper_that_changes_by_itself_is_not_kept(tmp_path: Path, graph: Path) -> None:
    head = (
        "#+ id: by-day\n#+ question:\n#+   zh: 今天？\n#+   en: Today?\n#+ tags: [plan]\n"
        "#+ params: {}\n#+ returns:\n#+   day: {zh: 日, en: day}\n#+ graph: asserted\n#+ since: 0.1.0\n"
    )
    (tmp_path / "by-day.rq").write_text(f"{head}SELECT (STRUUID() AS ?day) {{}}\n", encoding="utf-8")
    app = kgbuild.serve(graph, options=ServerOptions(workers=1, folders=(tmp_path,)))
    with TestClient(app, base_url=LOCAL) as client:
        first, second = (client.get("/q/by-day?format=csv") for _ in range(2))
        assert first.status_code == 200, first.text
        assert first.text != second.text
        assert client.get("/q/by-day", headers=HTML).headers["cache-control"] == "no-store"


def test_who_holds_an_answer_is_told_so_as_a_worker_would(client: TestClient, forgetful: TestClient) -> None:
    for path, accept in (
        ("/initiatives", "text/html"),
        (f"/sparql?query={PLANS}", "text/csv"),
        ("/vocab", "text/html"),
    ):
        headers = {"Accept": accept, "Accept-Encoding": "identity", "Accept-Language": "zh"}
        tag = {"If-None-Match": forgetful.get(path, headers=headers).headers["etag"]}
        told = forgetful.get(path, headers={**headers, **tag})
        assert told.status_code == 304
        asked = [client.get(path, headers=h) for h in ({**headers, **tag}, headers, {**headers, **tag}, headers)]
        assert [a.status_code for a in asked] == [304, 200, 304, 200]
        assert parts(asked[0]) == parts(asked[2]) == parts(told)
        assert parts(asked[1]) == parts(asked[3])


def test_answers_have_a_bound_and_the_oldest_goes_first() -> None:
    answers = Answers(most=100 * 1_500)
    for n in range(200):
        answers.put((n,), {"type": "http.response.start"}, b"x" * 500)
        assert answers.get((0,)) is not None
    assert len(answers) == 100
    assert answers.size == 100 * 1_500
    assert answers.get((1,)) is None
    assert answers.get((199,)) is not None
    answers.put(("long",), {"type": "http.response.start"}, b"x" * 3_000)
    assert answers.get(("long",)) is None
    answers.clear()
    assert (len(answers), answers.size) == (0, 0)


def test_a_store_that_changes_is_told_anew(tmp_path: Path, graph: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("青川市科普工作要点\n1．开展科普培训。（市科协牵头）\n", encoding="utf-8")
    second = tmp_path / "other.trig"
    second.write_bytes(api.build(other, validate=False).serialise("trig"))
    place = tmp_path / "store"
    api.load_store(str(place), [graph])
    with TestClient(kgbuild.serve(place, options=ServerOptions(workers=1)), base_url=LOCAL) as client:
        look_up = f"SELECT ?l {{ <{plan(client)}> rdfs:label ?l }}"
        asked = [("/plans", HTML), (f"/sparql?query={PLANS}", {}), (f"/sparql?query={look_up}", {})]
        before = [client.get(path, headers=headers) for path, headers in asked * 2]
        assert metric(client, "answers_kept") >= 3
        stamp = client.get("/-/health").json()["store"]
        api.load_store(str(place), [second])
        while client.get("/-/health").json()["store"] == stamp:
            time.sleep(0.05)
        after = [client.get(path, headers=headers) for path, headers in asked]
        looked_up = metric(client, "looked_up_total")
    assert "青川市科普工作要点" in after[0].text
    assert len(after[1].json()["results"]["bindings"]) == 1 + len(before[1].json()["results"]["bindings"])
    assert after[2].content == before[2].content
    assert looked_up == 2
    for old, new in zip(before[:3], after, strict=True):
        assert old.headers["etag"] != new.headers["etag"]


# -- look-ups -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "is_one"),
    [
        ("SELECT ?l { <urn:x> rdfs:label ?l }", True),
        ("select * where { <urn:x> ?p ?o . } limit 10", True),
        ("ASK{<urn:x> a gplan:Plan}", True),
        ("PREFIX r: <urn:r> SELECT ?l { r:x r:y ?l }", True),
        ("SELECT ?service { <urn:a> <urn:b> ?service }", True),
        ("SELECT ?l { ?x rdfs:label ?l }", False),
        ("SELECT ?y { <urn:x> ?y ?y }", False),
        ("SELECT DISTINCT ?l { <urn:x> rdfs:label ?l }", False),
        ("SELECT ?l { <urn:x> rdfs:label ?l } ORDER BY ?l", False),
        ("SELECT ?l { <urn:x> rdfs:label ?l } OFFSET 1", False),
        ("SELECT (COUNT(*) AS ?n) { <urn:x> rdfs:label ?l }", False),
        ("SELECT ?l { <urn:x> rdfs:member* ?l }", False),
        ("SELECT ?l { <urn:x> ^rdfs:label ?l }", False),
        ("SELECT ?l { <urn:x> rdfs:label ?l ; ?p ?o }", False),
        ("SELECT ?l FROM <urn:g> { <urn:x> rdfs:label ?l }", False),
        ("SELECT ?l { GRAPH <urn:g> { <urn:x> rdfs:label ?l } }", False),
        ("SELECT ?l { SERVICE <urn:g> { <urn:x> rdfs:label ?l } }", False),
        ("SELECT ?l { <urn:x> rdfs:label ?l } VALUES ?l { 1 }", False),
        ("DESCRIBE <urn:x>", False),
        ("SELECT " + "?l " * 2_000 + "{ <urn:x> rdfs:label ?l }", False),
        ("", False),
    ],
)
def test_what_counts_as_a_look_up(query: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_lookup(query) is is_one


@pytest.mark.parametrize(
    "query", ["SELECT (now() AS ?t) {}", "SELECT (\\u0052AND() AS ?t) {}", "SELECT (UUID() AS ?t) {}"]
)
def test_what_is_not_steady(query: str) -> None:
    assert not is_steady(query)


def test_a_look_up_says_what_a_worker_says(client: TestClient, forgetful: TestClient) -> None:
    node = plan(client)
    own = [
        f"SELECT ?l {{ <{node}> rdfs:label ?l }}",
        f"SELECT * {{ <{node}> ?p ?o }}",
        f"ASK {{ <{node}> a gplan:Plan }}",
        f"SELECT ?o {{ <{node}> rdfs:label ?o }} LIMIT 3",
        "SELECT ?o { <urn:nothing> ?p ?o }",
        f"SELECT ?other {{ <{node}> a ?kind }}",
        "SELECT ?o { <population/teachers> ?p ?o }",  # a relative IRI, resolved by both in the same way
    ]
    before = metric(client, "looked_up_total")
    for query in own:
        for form in ("json", "xml", "csv", "tsv"):
            asked = {"query": query, "format": form}
            ours, theirs = (c.get("/sparql", params=asked) for c in (client, forgetful))
            assert (ours.status_code, ours.headers["etag"]) == (theirs.status_code, theirs.headers["etag"])
            # A store in memory gives its rows in any order.
            assert sorted(ours.text) == sorted(theirs.text), query
    assert metric(client, "looked_up_total") == before + 4 * len(own)
    assert metric(forgetful, "looked_up_total") == 0


def test_a_look_up_that_is_wrong_or_long_goes_to_a_worker(client: TestClient, forgetful: TestClient) -> None:
    before = metric(client, "looked_up_total")
    for query in ("SELECT ?l ?l { <urn:x> nothing:label ?l }", "ASK { <urn:x> rdfs:label ?l } LIMIT 1"):
        ours, theirs = (c.get("/sparql", params={"query": query}) for c in (client, forgetful))
        assert (ours.status_code, ours.text) == (theirs.status_code, theirs.text)
    assert client.get("/sparql", params={"query": "SELECT ?l ?l { <urn:x> nothing:label ?l }"}).status_code == 400
    assert metric(client, "looked_up_total") <= before + 1


def test_a_long_look_up_is_left_to_a_worker(tmp_path: Path, graph: Path) -> None:
    many = tmp_path / "many.nt"
    data = graph.read_bytes() + b"".join(b"<urn:hub> <urn:p> <urn:o%06d> .\n" % n for n in range(20_000))
    many.with_suffix(".trig").write_bytes(data)
    app = kgbuild.serve(many.with_suffix(".trig"), options=ServerOptions(workers=1))
    with TestClient(app, base_url=LOCAL) as client:
        answer = client.get("/sparql", params={"query": "SELECT ?o { <urn:hub> <urn:p> ?o }", "format": "csv"})
        assert len(answer.text.split()) == 20_001
        assert metric(client, "looked_up_total") == 0
