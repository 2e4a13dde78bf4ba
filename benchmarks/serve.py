"""Load on `kgbuild serve`, on this machine: what it gives to many at once, with and without runaway queries beside.

    python -m benchmarks.serve STORE [--seconds 60] [--clients 14]

STORE is the folder of a store. Needs wrk for the rate and, to compare with, an oxigraph server (KGBUILD_OXIGRAPH).
The server keeps no answers (`--cache 0`), except for the rate that is named so. Every answer is compared with the one
that the quiet server gave. Exit code 1: a wrong answer, a server that ended, or
memory that grew beyond bounds; an aim of time that is missed is said in the table.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import psutil

from kgbuild.store import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

JSON = {"Accept": "application/sparql-results+json"}
HTML = {"Accept": "text/html", "Accept-Language": "zh"}
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
BOUND = 6_000_000_000
"""Bytes of resident memory that the server and its workers may hold together."""


@dataclass
class Seen:
    """What clients saw: seconds of small look-ups, answers by kind, and what was wrong."""

    small: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def percentile(self, part: float) -> float:
        """Milliseconds below which a part of the small look-ups stays."""
        found = sorted(self.small)
        return 1000 * found[min(len(found) - 1, int(part * len(found)))]


class Client:
    """A connection that stays open.

    Args:
        url: Address of the server.
    """

    def __init__(self, url: str) -> None:
        self._at = urlsplit(url)
        self._line = http.client.HTTPConnection(str(self._at.hostname), self._at.port, timeout=120)

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of an answer; one that was cut off has the status 0."""
        try:
            self._line.request("GET", path, headers=headers)
            answer = self._line.getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, OSError):
            self._line.close()
            return 0, b""


def sparql(query: str) -> str:
    return f"/sparql?query={quote(query)}"


def requests(url: str) -> tuple[str, list[tuple[str, dict[str, str]]]]:
    """A small look-up, and the mix: pages, saved queries, free queries."""
    query = "SELECT ?p ?b { ?a gplan:actionOf ?p ; gplan:hasAssignment/gplan:assignee ?b . ?b a gplan:Body } LIMIT 1"
    _, data = Client(url).get(f"{sparql(query)}&format=csv", {})
    plan, body = data.decode().split()[1].split(",")
    small = sparql(f"SELECT ?l {{ <{plan}> rdfs:label ?l }}")
    about = [f"/resource?iri={quote(iri, safe='')}" for iri in (plan, body)]
    pages = ["/", "/plans", "/bodies", "/populations", "/search?q=%E7%A7%91%E6%8A%80", *about]
    saved = ["coverage", "deadlines", "workload-by-kind", "indicator-targets", f"outline?plan={quote(plan, safe='')}"]
    free = [
        "SELECT ?c (COUNT(?x) AS ?n) { ?x a ?c } GROUP BY ?c ORDER BY ?c",
        "SELECT ?a ?t { ?a a gplan:Action ; gplan:itemPath ?t } ORDER BY ?a ?t LIMIT 100",
        f"CONSTRUCT {{ <{body}> ?p ?o }} WHERE {{ <{body}> ?p ?o }}",
    ]
    mix = [(path, HTML) for path in pages]
    mix += [(f"/q/{name}{'&' if '?' in name else '?'}format=csv", {}) for name in saved]
    mix += [(sparql(query), {"Accept": "*/*"}) for query in free]
    return small, mix


def digest(path: str, body: bytes) -> str:
    """What an answer says; the order of triples is the engine's."""
    lines = sorted(body.splitlines()) if "CONSTRUCT" in path else [body]
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def load(url: str, clients: int, seconds: float, runaways: int, known: dict[str, str]) -> Seen:
    """Have clients ask for some time: each a small look-up between two of the mix."""
    small, mix = requests(url)
    seen, lock, until = Seen(), threading.Lock(), time.monotonic() + seconds

    def ask(client: Client, path: str, headers: dict[str, str]) -> None:
        began = time.monotonic()
        status, body = client.get(path, headers)
        took = time.monotonic() - began
        with lock:
            seen.statuses[str(status)] += 1
            if path == small and status == 200:
                seen.small.append(took)
            if (status == 200 and digest(path, body) != known[path]) or status not in (200, 503):
                seen.wrong.append(f"{status} {path[:120]}")

    def work(n: int) -> None:
        client, at = Client(url), n
        while time.monotonic() < until:
            ask(client, small, JSON)
            ask(client, *mix[at % len(mix)])
            at += 1

    def run_away() -> None:
        client = Client(url)
        while time.monotonic() < until:
            status, _ = client.get(sparql(RUNAWAY), JSON)
            with lock:
                seen.statuses[f"runaway {status}"] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    threads += [threading.Thread(target=run_away) for _ in range(runaways)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def memory(process: psutil.Process) -> int:
    """Resident bytes of a process and its children; one that has just ended counts nothing."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.Error:
            continue
    return total


def rate(url: str, path: str) -> float:
    """Answers a second to 14 connections, by wrk."""
    command = ["wrk", "-t1", "-c14", "-d10", "-H", f"Accept: {JSON['Accept']}", f"{url}{path}"]
    found = re.search(
        r"Requests/sec:\s+([\d.]+)", subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )
    return float(found[1]) if found else 0.0


def oxigraph_rates(store: Path, paths: list[str]) -> list[float]:
    """The same of an oxigraph server that holds the same graphs; [] where there is none."""
    program = os.environ.get("KGBUILD_OXIGRAPH", "")
    if not program:
        return []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all.nq"
        with file.open("wb") as out:
            Served.on_disk(store).write_graph(out, form="nq", name=None)
        subprocess.run([program, "load", "--location", f"{folder}/db", "--file", file], check=True, capture_output=True)
        command = [program, "serve-read-only", "--location", f"{folder}/db", "--bind", "127.0.0.1:8998"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                rates = []
                for path in paths:
                    theirs = path.replace("/sparql?", "/query?union-default-graph&").replace(
                        "query=", f"query={quote('PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> ')}"
                    )
                    body = b""
                    for _ in range(100):
                        status, body = Client("http://127.0.0.1:8998").get(theirs, JSON)
                        if status == 200:
                            break
                        time.sleep(0.1)
                    assert b'"value"' in body, "the other server answers nothing"
                    rates.append(rate("http://127.0.0.1:8998", theirs))
                return rates
            finally:
                server.terminate()


def main() -> None:
    """Start a server, load it, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", metavar="STORE", help="folder of a store")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each load")
    parser.add_argument("--clients", type=int, default=14)
    args = parser.parse_args()
    with started(args.store, cache=0) as (url, server):
        failed = measured(url, psutil.Process(server.pid), args)
        failed |= server.poll() is not None
        paths = [requests(url)[0], joined(requests(url)[0])]
        rates = [rate(url, path) for path in paths] if shutil.which("wrk") else []
    if rates:
        with started(args.store, cache=64) as (url, _):
            time.sleep(10)  # a worker makes the index of full text
            rates.append(rate(url, paths[0]))
        theirs = oxigraph_rates(Path(args.store), [*paths, paths[0]])
        for n, name in enumerate(("one pattern", "two patterns, by a worker", "one pattern, answer kept")):
            beside = f"; oxigraph {theirs[n]:,.0f}/s, {rates[n] / theirs[n]:.2f} ×" if theirs else ""
            print(f"| rate, 14 connections, {name} | {rates[n]:,.0f}/s{beside} | ≥ 0.25 × |")
    sys.exit(1 if failed else 0)


@contextmanager
def started(store: str, *, cache: int, timeout: float = 2) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server, and its address."""
    command = [
        sys.executable,
        "-m",
        "kgbuild",
        "serve",
        store,
        "--port",
        "0",
        "--timeout",
        str(timeout),
        "--workers",
        "2",
    ]
    with subprocess.Popen([*command, "--cache", str(cache)], stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        url = next(m[1] for line in server.stderr if (m := re.search(r"serving at (http://\S+?)/ ", line)))
        threading.Thread(target=server.stderr.read, daemon=True).start()
        try:
            yield url, server
        finally:
            server.terminate()


def joined(small: str) -> str:
    """The look-up with a second pattern."""
    query = unquote(small.partition("query=")[2])
    return sparql(query.replace(" }", " ; ?p ?l }"))


def measured(url: str, process: psutil.Process, args: argparse.Namespace) -> bool:
    """Measure, print the table; return whether something was wrong."""
    clients, seconds = args.clients, args.seconds
    small, mix = requests(url)
    known: dict[str, str] = {}
    status, body = 0, b""
    for path, headers in [(small, JSON), *mix]:
        for _ in range(60):  # a worker makes the index of full text first
            status, body = Client(url).get(path, headers)
            if status == 200:
                break
            time.sleep(1)
        assert status == 200, (status, path, body[:200])
        known[path] = digest(path, body)
    one, seen = Client(url), Seen()
    for _ in range(1000):
        began = time.monotonic()
        one.get(small, JSON)
        seen.small.append(time.monotonic() - began)
    quiet = seen.percentile(0.5)
    peak = [0]
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.2):
            peak[0] = max(peak[0], memory(process))

    threading.Thread(target=watch, daemon=True).start()
    before = load(url, clients, seconds, 0, known)
    during = load(url, clients, seconds, 2, known)
    stop.set()
    calm = f"{before.percentile(0.5):.0f} / {before.percentile(0.99):.0f} ms"
    ratio = during.percentile(0.99) / before.percentile(0.99)
    print("| what | measured | aim |\n|---|---|---|")
    print(f"| small look-up, one client, p50 | {quiet:.2f} ms | ≤ 5 ms |")
    print(f"| small look-up, {clients} clients, p50 / p99 | {calm} | |")
    print(f"| the same beside 2 runaways | {during.percentile(0.5):.0f} / {during.percentile(0.99):.0f} ms | |")
    print(f"| p99 beside runaways / without | {ratio:.2f} × | ≤ 10 × |")
    for name, found in (("without", before), ("with runaways", during)):
        counted = ", ".join(f"{status}: {n}" for status, n in sorted(found.statuses.items()))
        print(f"| answers {name} | {counted} | wrong 0: {len(found.wrong)} |")
    print(f"| resident memory at most | {peak[0] / 1e6:,.0f} MB | ≤ {BOUND / 1e6:,.0f} MB |")
    for line in (*before.wrong, *during.wrong)[:10]:
        print(f"wrong: {line}", file=sys.stderr)
    return bool(before.wrong or during.wrong) or peak[0] > BOUND


if __name__ == "__main__":
    main()
