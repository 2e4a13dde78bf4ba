"""`kgbuild serve`: who may ask, what is told, and two hundred requests that mean no good."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import signal
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from tests.support import whole

import kgbuild
from kgbuild.errors import InputError, UsageError

pytest.importorskip("starlette")
from starlette.testclient import TestClient
from tests.web import Live

from kgbuild.web import ServerOptions
from kgbuild.web.app import is_own_name
from kgbuild.web.pool import TaskError
from kgbuild.web.rate import Rate
from kgbuild.web.sparql import body_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

pytestmark = whole("starts servers and their workers")

LOCAL = "http://localhost:8000"
EVERYWHERE, TOKEN = "0.0.0.0", "secret-token"  # noqa: S104 - no server is started
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(graph: Path) -> Iterator[TestClient]:
    app = kgbuild.serve(graph, options=ServerOptions(workers=1, timeout=5, most_body=100_000, most_bytes=5_000_000))
    with TestClient(app, base_url=LOCAL) as client:
        yield client


# -- who may ask --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("host", "listens", "own"),
    [
        ("localhost:8000", "127.0.0.1", True),
        ("127.0.0.1:8000", "127.0.0.1", True),
        ("[::1]:8000", "::1", True),
        ("LOCALHOST", "127.0.0.1", True),
        ("evil.example", "127.0.0.1", False),
        ("evil.example:8000", EVERYWHERE, False),
        ("localhost.evil.example", "127.0.0.1", False),
        ("127.0.0.1.evil.example", "127.0.0.1", False),
        ("192.168.1.5:8000", "127.0.0.1", False),
        ("192.168.1.5:8000", EVERYWHERE, True),
        ("", "127.0.0.1", False),
        ("plans.example", EVERYWHERE, True),
        ("localhost@evil.example", "127.0.0.1", False),
    ],
)
def test_only_names_of_this_server_are_answered(host: str, listens: str, own: bool) -> None:  # noqa: FBT001
    assert is_own_name(host, ServerOptions(host=listens, hosts=("plans.example",))) is own


def test_a_foreign_name_gets_nothing(client: TestClient) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert (answer.status_code, "云岭" in answer.text) == (421, False)


def test_a_token_is_asked_for_and_taken_in_two_ways(graph: Path) -> None:
    app = kgbuild.serve(graph, options=ServerOptions(workers=1, token=TOKEN))
    basic = base64.b64encode(b"anybody:secret-token").decode()
    wrong = base64.b64encode(b"anybody:secret").decode()
    with TestClient(app, base_url=LOCAL) as client:
        for headers in (
            {},
            {"Authorization": "Bearer secret"},
            {"Authorization": f"Basic {wrong}"},
            {"Authorization": "Basic ?"},
            {"Authorization": "secret-token"},
        ):
            for path in ("/", "/sparql?query=ASK%7B%7D", "/-/metrics", "/static/site.css", "/no"):
                answer = client.get(path, headers=headers)
                assert (answer.status_code, answer.headers["www-authenticate"][:5]) == (401, "Basic")
        for headers in ({"Authorization": "Bearer secret-token"}, {"Authorization": f"Basic {basic}"}):
            assert client.get("/sparql?query=ASK%7B%7D", headers=headers).status_code == 200
        assert client.get("/-/health").json()["status"] == "ok"
    assert "secret-token" not in repr(app.state.site.options)


def test_headers_of_safety_stand_on_every_answer(client: TestClient) -> None:
    for path in ("/", "/sparql?query=ASK%7B%7D", "/no", "/q/nothing", "/static/site.css", "/-/health", "/openapi.json"):
        headers = client.get(path, headers=HTML).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers


def test_an_address_may_ask_so_often_and_pages_keep_their_style(graph: Path) -> None:
    app = kgbuild.serve(graph, options=ServerOptions(workers=1, rate=3))
    with TestClient(app, base_url=LOCAL) as client:
        answers = [client.get("/sparql?query=ASK%7B%7D") for _ in range(5)]
        assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
        for path in ("/static/site.css", "/-/health"):
            assert client.get(path).status_code == 200
    with TestClient(app, base_url=LOCAL, client=("192.0.2.9", 1)) as other:
        assert other.get("/sparql?query=ASK%7B%7D").status_code == 200


def test_rates_of_networks() -> None:
    rate = Rate(60)
    assert [rate.wait("2001:db8::1", 0) for _ in range(60)] == [0] * 60
    assert rate.wait("2001:db8::2", 0) == 1
    assert rate.wait("2001:db8:0:1::1", 0) == 0
    assert rate.wait("::ffff:192.0.2.1", 0) == rate.wait("192.0.2.1", 0) == rate.wait("no address", 0) == 0
    for n in range(20_000):
        rate.wait(f"10.0.{n // 256}.{n % 256}", 1)
    assert len(rate._buckets) <= 10_000
    assert not any(Rate(0).wait("192.0.2.1", 0) for _ in range(1000))


def test_everything_stands_under_a_path_of_a_proxy(graph: Path) -> None:
    app = kgbuild.serve(graph, options=ServerOptions(workers=1, base_path="/kg/plans"))
    with TestClient(app, base_url=LOCAL) as client:
        for path in ("/kg/plans/", "/"):  # a proxy may cut the path off, or not
            html = client.get(path, headers=HTML).text
            assert 'href="/kg/plans/bodies"' in html
            assert 'href="/bodies"' not in html
            assert 'action="/kg/plans/search"' in html
        page = client.get("/kg/plans/bodies", headers=HTML).text
        assert 'href="/kg/plans/page/body/' in page
        assert 'href="/kg/plans/bodies?lang=en"' in page
        assert (
            client.get("/kg/plans/id/population/minors", headers=HTML, follow_redirects=False).headers["location"]
            == "/kg/plans/page/population/minors"
        )
        assert f"{LOCAL}/kg/plans/sparql" in client.get("/sparql", headers={"Accept": "text/turtle"}).text


@pytest.mark.parametrize(
    "given", [{"base_path": "plans"}, {"base_path": "/a b"}, {"base_path": "/<x>"}, {"timeout": 0}]
)
def test_a_senseless_setting_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        ServerOptions(**given)  # type: ignore[arg-type]


def test_what_cannot_be_served_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to serve"):
        kgbuild.serve()
    for place in (tmp_path, tmp_path / "none.ttl"):
        with pytest.raises(InputError):
            kgbuild.serve(place)


# -- what is told -------------------------------------------------------------------------------------------------
def test_the_log_holds_no_query(graph: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.INFO, "kgbuild.web"),
        TestClient(kgbuild.serve(graph, options=ServerOptions(workers=1)), base_url=LOCAL) as client,
    ):
        client.get("/search?q=SECRETWORD", headers=HTML)
        client.post("/sparql", data={"query": 'ASK { ?s ?p "SECRETWORD" }'})
        client.get("/a%0d%0aforged%20line")
    assert "SECRETWORD" not in caplog.text
    assert "GET /search " in caplog.text
    assert not any(line.startswith("forged") for line in caplog.text.splitlines())


def test_a_bug_of_ours_tells_nothing(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = kgbuild.serve(graph, options=ServerOptions(workers=1))
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        monkeypatch.setattr("kgbuild.web.pages.render", lambda *_, **__: 1 / 0)
        answer = client.get("/", headers=HTML)
    assert answer.status_code == 500
    for word in ("Traceback", "ZeroDivision", "/", str(graph)):
        assert word not in answer.text


def test_metrics_count_what_was_done(client: TestClient) -> None:
    client.get("/sparql?query=ASK%7B%7D")
    text = client.get("/-/metrics").text
    assert 'kgbuild_requests_total{path="/sparql",method="GET",status="200"}' in text
    for line in text.splitlines():
        assert line.startswith("#") or float(line.rpartition(" ")[2]) >= 0


def test_a_signal_ends_the_server_and_its_workers(graph: Path) -> None:
    import httpx

    with Live([str(graph), "--workers", "1", "--timeout", "30"]) as server:
        children = _children(server.process.pid)
        # One for pages, one for quick queries, two for long ones; and one that makes the index, while it does.
        assert len(children) in (4, 5)
        assert httpx.get(f"{server.url}/sparql?query=ASK%7B%7D", timeout=60).status_code == 200
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(60) in (0, 130, -signal.SIGINT)
    assert [pid for pid in children if _lives(pid)] == []


def _children(pid: int) -> list[int]:
    try:
        import psutil
    except ImportError:
        pytest.skip("needs psutil")
    return [child.pid for child in psutil.Process(pid).children()]


def _lives(pid: int) -> bool:
    import psutil

    return bool(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


# -- hostile requests ---------------------------------------------------------------------------------------------
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "javascript:alert(1)",
    "{{7*7}}",
    "${7*7}",
    "</textarea><script>1</script>",
    '"onmouseover="alert(1)',
    "<svg/onload=alert(1)>",
    "%3Cscript%3E",
)
PATHS = (
    "/../etc/passwd",
    "/static/../../pyproject.toml",
    "/static/%2e%2e%2fsite.css",
    "/static/..%5c..%5csite.css",
    "/page/../../etc/passwd",
    "/page/%2e%2e/%2e%2e/etc/passwd",
    "/text/..%2f..%2fetc%2fpasswd",
    "/text/%00",
    "/id/%00",
    "/page/%ff%fe",
    "/q/..%2f..%2fpyproject",
    "/q/%2fetc%2fpasswd.csv",
    "/q/coverage%00.csv",
    "//evil.example/",
    "/page//evil.example",
    "/id//evil.example/x.ttl",
    "/id/\\evil.example",
    "/page/" + "a/" * 500,
    "/" + "a" * 4000,
    "/q/coverage/values/%3Cscript%3E",
    "/.git/config",
    "/-/env",
    "/static/",
    "/text/",
    "/%252e%252e/",
)
INJECTED = ("a\r\nSet-Cookie: x=1", "a\nLocation: http://evil.example", "%0d%0aX-Evil: 1", "a%E5%98%8A%E5%98%8DX: 1")
QUERIES = (
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "LOAD <file:///etc/passwd>",
    "CLEAR ALL",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM NAMED <http://127.0.0.1:1/> { GRAPH ?g { ?s ?p ?o } }",
    "DESCRIBE <file:///etc/passwd>",
    "\x00ASK {}",
    "ASK { ?s ?p '''" + "a" * 90_000,
    "ASK {" + "?s ?p ?o ." * 8_000 + "}",
    "SELECT" + " ?x" * 20_000 + " {}",
    "ASK { FILTER(" + "!" * 30_000 + "true) }",
    "PREFIX a: <" + "b" * 50_000 + "> ASK {}",
    "SELECT (REPLACE(STR(?o), '(a+)+$', '') AS ?x) { ?s ?p ?o }",
    "ASK { FILTER REGEX('" + "a" * 5_000 + "!', '^(a+)+$') }",
    "ASK" + "{" * 101 + "}" * 101,
    "SELECT * { ?s " + "^" * 20_000 + "<a:b> ?o }",
    "\ud7ffASK {}",
    'ASK { ?s ?p "\\uD800" }',
    "SELECT * { BIND(CONCAT('" + "x" * 40_000 + "') AS ?a) BIND(CONCAT(?a,?a,?a,?a,?a,?a,?a,?a) AS ?b) }",
)
PARAMETERS = (
    "> . ?s ?p ?o } #",
    "} UNION { ?s ?p ?o",
    "<http://a.example/> <http://b.example/>",
    "\\u003e",
    "UNDEF",
    "'; DROP ALL; --",
    "\u202egnp.exe",
    "\x00",
    "a" * 50_000,
    "file:///etc/passwd",
)


def hostile() -> list[tuple[str, str, dict[str, str]]]:
    """Method, address, and headers or body, of requests that try something."""
    found: list[tuple[str, str, dict[str, str]]] = [("GET", path, {}) for path in PATHS]
    found += [("HEAD", path, {}) for path in PATHS[:8]]
    for text in (*SCRIPTS, *INJECTED):
        words = quote(text, safe="")
        found += [
            ("GET", f"{start}{words}", {})
            for start in (
                "/search?q=",
                "/search?q=a&kind=",
                "/page/",
                "/resource?iri=",
                "/q/coverage?plan=",
                "/q/",
                "/plans?year=",
                "/sparql?edit=",
                "/?lang=",
                "/text/",
            )
        ]
    for text in PARAMETERS:
        words = quote(text, safe="")
        found += [
            ("GET", f"/q/bodies-of-action?item={words}", {}),
            ("GET", f"/q/deadlines?since={words}", {}),
            ("GET", f"/q/actions-of-body/values/body?q={words}", {}),
        ]
    found += [("POST", "/sparql", {"query": query}) for query in QUERIES]
    found += [(method, "/sparql", {}) for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "EVIL")]
    found += [
        ("GET", f"/sparql?query=ASK%7B%7D&{name}={quote(uri, safe='')}", {})
        for name in ("default-graph-uri", "named-graph-uri")
        for uri in ("file:///etc/passwd", "http://127.0.0.1:1/", "<x>", "", "\x00")
    ]
    found += [
        ("GET", f"/store?graph={quote(uri, safe='')}", {}) for uri in ("file:///etc/passwd", "../x", "<>", "\x00")
    ]
    found += [
        ("GET", f"/q/coverage?{name}={value}", {})
        for name in ("limit", "offset")
        for value in ("-1", "1e9", "9" * 400, "NaN", "０")
    ]
    return found


def test_there_are_two_hundred_of_them() -> None:
    assert len(hostile()) >= 200


def test_hostile_requests_have_no_effect(client: TestClient, graph: Path) -> None:
    before = client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).json()
    secrets = ("root:", "[project]", "Traceback", "kgbuild-site-", str(graph.parent))
    for n, (method, address, body) in enumerate(hostile()):
        accept = {"Accept": "*/*" if n % 3 == 0 else "text/html"}
        answer = client.request(method, address, data=body or None, headers=accept, follow_redirects=False)
        assert answer.status_code < 500 or answer.status_code == 503, (method, address[:200], answer.text[:300])
        for secret in secrets:
            assert secret not in answer.text, (address[:200], secret)
        assert "x-evil" not in answer.headers
        assert "lang=" in address or "set-cookie" not in answer.headers
        assert urlsplit(answer.headers.get("location", "")).netloc in ("", "localhost:8000"), address
        assert not answer.headers.get("location", "/").startswith("//"), address
        if answer.headers.get("content-type", "").startswith("text/html"):
            for text in SCRIPTS[:2] + SCRIPTS[6:9]:
                assert text not in answer.text, (address[:200], text)
    assert client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).json() == before


def test_names_in_the_data_are_never_markup(tmp_path: Path) -> None:
    file = tmp_path / "evil.ttl"
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    iri = "http://a.example/%3Cscript%3E\"onclick='x"
    file.write_text(
        f"""@prefix gplan: <https://w3id.org/gplan/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <http://a.example/p> a gplan:Plan ; rdfs:label "{evil}"@zh ; gplan:hasSourceText <http://a.example/text/1> .
        <http://a.example/b> a gplan:Body ; skos:prefLabel "{evil}"@zh ; rdfs:seeAlso <javascript:alert(1)> .
        <http://a.example/a> a gplan:Action ; gplan:actionOf <http://a.example/p> ; gplan:itemPath "{evil}" ;
          gplan:itemLabel "{evil}" ; gplan:itemOrder 1 ; rdfs:label "{evil}"@zh ;
          gplan:hasAssignment <http://a.example/s> .
        <http://a.example/s> gplan:assignee <http://a.example/b> ; gplan:role <http://a.example/r> .
        """,
        encoding="utf-8",
    )
    assert iri
    with TestClient(kgbuild.serve(file, options=ServerOptions(workers=1)), base_url=LOCAL) as client:
        paths = ["/", "/plans", "/bodies", "/q/action-table", "/search?q=alert", "/q/actions-of-body"]
        paths += [f"/resource?iri=http%3A%2F%2Fa.example%2F{name}" for name in "pba"]
        for path in paths:
            answer = client.get(path, headers=HTML)
            assert answer.status_code == 200, path
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
            assert 'href="javascript:' not in answer.text
        assert "&lt;script&gt;" in client.get("/plans", headers=HTML).text


LONG = (
    [b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", *[b"a" * 10_000] * 50],
    [b"GET / HTTP/1.1\r\nHost: localhost\r\n", *[b"X: " + b"a" * 1_000 + b"\r\n"] * 500],
    [b"GET /", *[b"a" * 10_000] * 50],
    [b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;", *[b"a" * 10_000] * 50],
    [b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", *[b"X: aaaaaaaa\r\n"] * 20_000],
)


@pytest.mark.parametrize("pieces", LONG)
def test_what_comes_before_a_request_is_understood_has_a_bound(pieces: list[bytes]) -> None:
    async def until_closed(port: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        taken = 0
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                taken += len(piece)
                await asyncio.sleep(0)
            await reader.read()
        writer.close()
        return taken

    assert asyncio.run(_asked_of_protocol(until_closed)) >= 65_536


def test_a_head_that_does_not_come_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbuild.web.server._HEAD_SECONDS", 0.2)

    async def until_closed(port: int) -> int:
        for begun in (b"", b"GET / HTTP/1.1\r\nHost: localhost\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begun)
            assert await reader.read() == b""
            writer.close()
        return 1

    assert asyncio.run(_asked_of_protocol(until_closed)) == 1


async def _asked_of_protocol(ask: Callable[[int], Awaitable[int]]) -> int:
    """Ask our HTTP on a free port, behind which nothing ends before the request does."""
    import uvicorn
    from uvicorn.server import ServerState

    from kgbuild.web.server import _Protocol

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    config, state = uvicorn.Config(app, log_config=None, ws="none"), ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Protocol(config=config, server_state=state, app_state={}), "127.0.0.1")
    async with server, asyncio.timeout(60):
        return await ask(server.sockets[0].getsockname()[1])


def test_a_body_that_does_not_come_is_not_waited_for(graph: Path) -> None:
    with Live([str(graph), "--workers", "1", "--timeout", "0.5"]) as server:
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
                b"Content-Length: 99\r\n\r\nSELECT"
            )
            assert line.recv(100).startswith(b"HTTP/1.1 408")


def test_a_client_that_hangs_up_is_no_bug_of_ours() -> None:
    from starlette.requests import Request

    came: list[dict[str, object]] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": b"ASK", "more_body": True},
    ]

    async def receive() -> dict[str, object]:
        return came.pop()

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(TaskError, match="has ended before its time"):
        asyncio.run(body_of(request, 100, 60))


def test_slow_and_broken_clients_keep_nobody_waiting(graph: Path) -> None:
    import httpx

    with Live([str(graph), "--workers", "1"]) as server:
        port = int(server.url.rpartition(":")[2])
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
        for n, line in enumerate(slow):
            line.sendall(
                (
                    b"GET / HTTP/1.1\r\n",
                    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nque",
                    b"\x16\x03\x01",
                )[n % 3]
            )
        assert httpx.get(f"{server.url}/sparql?query=ASK%7B%7D", timeout=60).json()["boolean"] is True
        huge = socket.create_connection(("127.0.0.1", port))
        huge.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000)
        assert b"200" not in huge.recv(100)
        assert httpx.get(f"{server.url}/-/health", timeout=60).json()["status"] == "ok"
        for line in (*slow, huge):
            line.close()
