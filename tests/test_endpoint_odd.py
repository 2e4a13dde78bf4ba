"""What a server may do to who asks it: odd bytes, odd times, odd addresses; and no message tells a secret."""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from kgbuild.errors import InputError, KgbuildError, UsageError, shown
from kgbuild.store import http
from kgbuild.store.endpoint import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support import Run

SECRET = "swordfish"  # noqa: S105 - what must not be printed
JSON = b"Content-Type: application/sparql-results+json\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
TRUE = b'{"head": {}, "boolean": true}'


@contextlib.contextmanager
def raw(*answers: bytes | Callable[[socket.socket], None]) -> Iterator[tuple[str, list[bytes]]]:
    """Run a server that answers each connection with the next bytes, whatever it is asked; keep what it was sent."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(5)
                    seen.append(_request(connection))
                    if isinstance(answer, bytes):
                        connection.sendall(answer)
                    else:
                        answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/sparql", seen


def _request(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    length = re.search(rb"(?i)content-length: (\d+)", data)
    while length and len(data.partition(b"\r\n\r\n")[2]) < int(length[1]):
        data += connection.recv(65_536)
    return data


def sized(body: bytes, head: bytes = OK + JSON) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


DEEP = b'{"type":"triple","value":{"subject":' * 50_000
ODD = {
    "no status line": b"what do you want\r\n\r\n",
    "a bad status line": b"HTTP/1.1 abc OK\r\n\r\n",
    "a status without meaning": b"HTTP/1.1 999 ?\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.0\r\n",
    "nothing": b"",
    "a short body": OK + JSON + b"Content-Length: 999\r\n\r\n{",
    "a length that is no number": OK + JSON + b"Content-Length: many\r\n\r\n" + TRUE,
    "two lengths": OK + JSON + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n" + TRUE,
    "a negative length": OK + JSON + b"Content-Length: -1\r\n\r\n" + TRUE,
    "a bad chunk": OK + JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "a chunk that is cut": OK + JSON + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{}",
    "long headers": OK + b"X: " + b"a" * 300_000 + b"\r\n\r\n",
    "many headers": OK + b"X: a\r\n" * 50_000 + b"\r\n",
    "a header without a name": OK + b": a\r\n\r\n",
    "a header of control characters": OK + b"X: \x00\x1b[2J\r\n\r\n",
    "a kind that is no text": OK + b"Content-Type: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
    "no kind": OK + b"Content-Length: 2\r\n\r\n{}",
    "another kind": sized(b"<html>", OK + b"Content-Type: text/html\r\n"),
    "401 without a scheme": b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
    "401 with an unknown scheme": b"HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n",
    "401 with an empty scheme": b"HTTP/1.1 401 No\r\nWWW-Authenticate: \r\nContent-Length: 0\r\n\r\n",
    "401 with half a challenge": b"HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm\r\nContent-Length: 0\r\n\r\n",
    "403": b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
    "a redirect": b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "a redirect without a place": b"HTTP/1.1 302 x\r\nContent-Length: 0\r\n\r\n",
    "a failure that speaks to the terminal": sized(b"\x1b[2J\x07\r\n::error::", b"HTTP/1.1 500 x\r\n"),
    "no JSON": sized(b"{"),
    "JSON of another kind": sized(b"[1, 2, 3]"),
    "no results": sized(b'{"head": {"vars": ["x"]}}'),
    "a binding that is none": sized(b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": 1}]}}'),
    "deep JSON": sized(DEEP),
    "no UTF-8": sized(b'{"head": {}, "boolean": \xff}'),
    "no XML": sized(b"<sparql>", OK + b"Content-Type: application/sparql-results+xml\r\n"),
    "XML with a document type": sized(
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', OK + b"Content-Type: application/sparql-results+xml\r\n"
    ),
    "deep XML": sized(b"<a>" * 10_000, OK + b"Content-Type: application/sparql-results+xml\r\n"),
    "no gzip": OK + JSON + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "an unknown switch": b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n",
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_answer_is_one_line_and_code_3(case: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGBUILD_ENDPOINT_USER", "anna")
    monkeypatch.setenv("KGBUILD_ENDPOINT_PASSWORD", SECRET)
    with raw(*[ODD[case]] * 2) as (url, _):
        code, out, err = run("sparql", "ASK {}", "--endpoint", url, "--timeout", "8")
    assert (code, out) == (3, "")
    assert err.startswith("kgbuild: ")
    assert err.count("\n") == 1
    assert len(err) < 500
    assert SECRET not in err
    assert err.rstrip("\n").isprintable()


def test_a_triple_term_and_a_number_that_is_none_are_no_bug(run: Run) -> None:
    term = '{"type": "uri", "value": "http://x/a"}'
    triple = f'{{"type": "triple", "value": {{"subject": {term}, "predicate": {term}, "object": {term}}}}}'
    head = '{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": %s}]}}'
    decimal = '{"type": "literal", "value": "sNaN", "datatype": "http://www.w3.org/2001/XMLSchema#decimal"}'
    with raw(sized((head % triple).encode())) as (url, _):
        code, out, err = run("sparql", "SELECT ?x {}", "--endpoint", url)
        assert (code, out, err.count("\n")) == (3, "", 1)
        assert "RDF 1.2 triple term" in err
    for form in ("json", "csv", "table", "tsv", "xml", "md"):
        with raw(sized((head % decimal).encode())) as (url, _):
            code, out, _ = run("sparql", "SELECT ?x {}", "--endpoint", url, "--format", form)
            assert code == 0
            assert "sNaN" in out


def test_columns_come_as_they_were_asked_for_or_not_at_all(run: Run) -> None:
    row = '{"x": {"type": "literal", "value": "1"}, "y": {"type": "literal", "value": "2"}}'
    answer = '{"head": {"vars": [%s]}, "results": {"bindings": [%s]}}'
    ask = ("sparql", "SELECT ?x ?y {}", "--format", "csv", "--endpoint")
    with raw(sized((answer % ('"y", "x"', row)).encode())) as (url, _):
        assert run(*ask, url)[:2] == (0, "x,y\r\n1,2\r\n")
    with raw(sized((answer % ("", "")).encode())) as (url, _):
        assert run(*ask, url)[:2] == (0, "x,y\r\n")
    with raw(*[sized((answer % ('"y"', '{"y": {"type": "literal", "value": "2"}}')).encode())] * 2) as (url, _):
        code, out, err = run(*ask, url)
        assert (code, out, err.count("\n")) == (3, "", 1)
        assert "other columns" in err


# -- time and size ------------------------------------------------------------------------------------------------
def slowly(data: bytes, *, first: bytes = b"") -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.sendall(first)
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(0.1)

    return send


def silence(connection: socket.socket) -> None:
    time.sleep(5)


def endless(connection: socket.socket) -> None:
    connection.sendall(OK + JSON + b"\r\n")
    while True:
        connection.sendall(b" " * 65_536)


SLOW: dict[str, Callable[[socket.socket], None]] = {
    "headers byte by byte": slowly(OK + JSON + b"Content-Length: 29\r\n\r\n" + TRUE),
    "a body byte by byte": slowly(b" " * 900, first=OK + JSON + b"Content-Length: 900\r\n\r\n"),
    "chunks one by one": slowly(b"1\r\n \r\n" * 90, first=OK + JSON + b"Transfer-Encoding: chunked\r\n\r\n"),
    "a failure byte by byte": slowly(b"HTTP/1.1 500 x\r\nContent-Length: 900\r\n\r\n" + b"x" * 900),
    "silence": silence,
}


@pytest.mark.parametrize("case", SLOW)
def test_the_deadline_is_one_for_the_whole_exchange(case: str) -> None:
    with raw(SLOW[case]) as (url, _), pytest.raises(InputError, match=r"did not answer within 0\.8 s"):
        Endpoint(url, timeout=0.8, environ={}).ask("ASK {}")


def test_an_answer_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST", 100_000)
    body = gzip.compress(b" " * 10_000_000)
    zipped = sized(body, OK + JSON + b"Content-Encoding: gzip\r\n")
    for answer in (sized(b" " * 200_000), zipped, endless):
        with raw(answer) as (url, _), pytest.raises(InputError, match="sends more than 100,000 bytes"):
            Endpoint(url, timeout=20, environ={}).ask("ASK {}")


@pytest.mark.parametrize("named", [b"", b"soon", b"-1", "²".encode(), b"9" * 400, b"Wed, 21 Oct 2099 07:28:00 GMT"])
def test_a_pause_is_never_longer_than_what_is_left(named: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(http, "pause", slept.append)
    busy = b"HTTP/1.1 503 x\r\nRetry-After: " + named + b"\r\nContent-Length: 0\r\n\r\n"
    with raw(*[busy] * 4) as (url, _), pytest.raises(InputError, match="is busy"):
        Endpoint(url, timeout=60, environ={}).ask("ASK {}")
    assert slept == [0.5, 1.0, 2.0]
    busy = b"HTTP/1.1 503 x\r\nRetry-After: 25\r\nContent-Length: 0\r\n\r\n"
    with raw(busy) as (url, _), pytest.raises(InputError, match="is busy"):
        Endpoint(url, timeout=5, environ={}).ask("ASK {}")
    assert slept == [0.5, 1.0, 2.0]


# -- credentials --------------------------------------------------------------------------------------------------
CHALLENGE = b"HTTP/1.1 401 No\r\nWWW-Authenticate: %s\r\nContent-Length: 0\r\n\r\n"


def test_credentials_go_in_the_scheme_that_is_asked_for_and_nowhere_else() -> None:
    digest = CHALLENGE % b'Digest realm="x", nonce="n", qop="auth"'
    user = {"KGBUILD_ENDPOINT_USER": "anna", "KGBUILD_ENDPOINT_PASSWORD": SECRET}
    with raw(digest, digest, sized(TRUE)) as (url, seen):
        assert Endpoint(url, environ=user).ask("ASK {}")
        assert b"authorization" not in seen[0].lower()
        assert b"digest username=" in seen[2].lower()
    with raw(sized(TRUE), b"HTTP/1.1 302 x\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n") as (
        url,
        seen,
    ):
        endpoint = Endpoint(url, environ={"KGBUILD_ENDPOINT_TOKEN": SECRET})
        endpoint.ask("ASK {}")
        with pytest.raises(InputError, match="answers 302"):
            endpoint.ask("ASK {}")
        assert all(f"Bearer {SECRET}".encode() in request for request in seen)


@pytest.mark.parametrize("token", [f"{SECRET}\n", f"{SECRET}\r\nX: y", f"a {SECRET}", f"{SECRET}科", f"{SECRET}\x00"])
def test_a_token_that_no_header_can_hold_is_not_told(token: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError) as caught:
        Endpoint("http://127.0.0.1:1/", environ={"KGBUILD_ENDPOINT_TOKEN": token})
    assert SECRET not in str(caught.value)
    assert "KGBUILD_ENDPOINT_TOKEN" in str(caught.value)


def test_a_server_that_gives_a_secret_back_does_not_get_it_printed() -> None:
    for answer in (sized(SECRET.encode(), b"HTTP/1.1 500 x\r\n"), sized(SECRET.encode(), b"HTTP/1.1 400 x\r\n")):
        with raw(answer) as (url, _), pytest.raises(KgbuildError) as caught:
            Endpoint(url, environ={"KGBUILD_ENDPOINT_TOKEN": SECRET}).ask("ASK {}")
        assert SECRET not in str(caught.value)


WITH_SECRETS = [
    f"{scheme}{part}"
    for scheme in ("http://", "https://", "ftp://", "ssh://", "HTTP://", "http:/", "git+ssh://")
    for part in (f"anna:{SECRET}@h/x", f"{SECRET}@h", f"a:b{SECRET}@c@h/", f"anna:{SECRET}/x@h/y", f"anna:{SECRET}@")
] + [f"anna:{SECRET}@h", f"//anna:{SECRET}@h/"]


@pytest.mark.parametrize("address", WITH_SECRETS)
def test_what_stands_before_the_sign_at_is_never_printed(
    address: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (
        ["sparql", "ASK {}", "--endpoint", address],
        ["store", "list", address],
        ["store", "drop", address, "x"],
    ):
        code, out, err = run(*command)
        assert code in (2, 3)
        assert "://" not in address or SECRET not in out + err
    if "://" in address:
        for command in (
            ["query", "coverage", "--graph", address],
            ["query", "coverage", "--store", address],
            ["store", "load", address, "missing.ttl"],
            ["build", address],
            ["build", "x", address],
            ["nothing", address],
            ["read", "--nothing", address],
            ["check", address],
            ["validate", address],
        ):
            code, out, err = run(*command)
            assert code in (2, 3)
            assert SECRET not in out + err


def test_what_is_no_secret_is_shown() -> None:
    for text in ('<http://x/a> "云"@zh', "https://x/a, b@c", "mail a@b", "http://x/a b@c"):
        assert shown(text) == text


ADDRESSES = [
    "http://",
    "http:///x",
    "http://x:port/",
    "http://127.0.0.1:99999/",
    "http://[::1",
    "http://h h/",
    "http://.../",
    "http://-/",
    "http://a\nb/",
    "http://a\x1b[2Jb/",
    f"http://{'a' * 300}/",
    "http://x/\udcff",
    "http://127.0.0.1:1/查询?名=科",
    "http://127.0.0.1:1/a b",
    "http://127.0.0.1:1/%zz",
    "http://\u2100/",
    "http://xn--/",
    "http:127.0.0.1:1",
    "https://127.0.0.1:1/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_odd_address_is_one_line_and_code_3(address: str, run: Run) -> None:
    code, out, err = run("sparql", "ASK {}", "--endpoint", address, "--timeout", "9")
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert err.rstrip("\n").isprintable()
    assert len(err) < 500


def test_a_path_that_is_not_of_ascii_is_asked_for(run: Run) -> None:
    with raw(sized(TRUE)) as (url, seen):
        assert run("sparql", "ASK {}", "--endpoint", f"{url}/查询 一?名=科")[0] == 0
        assert seen[0].startswith(b"POST /sparql/%E6%9F%A5%E8%AF%A2%20%E4%B8%80?%E5%90%8D=%E7%A7%91 HTTP/1.1\r\n")
