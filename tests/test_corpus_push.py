"""A corpus on a server: what changed is sent, whatever ends the sending; servers fail, secrets are not told."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from tests import servers
from tests.kills import Told, aloud, silent
from tests.support import whole
from tests.test_corpus_build import KNOWN, ONE, RECIPE, plan

from kgbuild import api, terms
from kgbuild.api.corpus.build import build_corpus
from kgbuild.api.corpus.push import Journal, push_corpus
from kgbuild.api.corpus.shards import by_graph
from kgbuild.cli import cli
from kgbuild.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAIN = "from kgbuild.cli import main; main()"
_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


class Memory:
    """A graph store that keeps graphs as they are sent, and does what a test asks of it."""

    def __init__(self) -> None:
        self.graphs: dict[str, bytes] = {}
        self.answers: list[int] = []
        self.puts = self.seen = 0
        self.delay = 0.0
        self.kept = ""  # graphs with this in their names are not given up


@contextlib.contextmanager
def memory() -> Iterator[tuple[Memory, str]]:
    held = Memory()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            graph = parse_qs(urlsplit(self.path).query)["graph"][0]
            held.seen += 1
            time.sleep(held.delay)
            status = held.answers.pop(0) if held.answers else 204
            if held.kept and held.kept in graph and self.command == "DELETE":
                status = 409
            if status == 0:  # the line breaks
                self.connection.close()
                return
            if status < 300 and self.command == "PUT":
                held.graphs[graph] = body
                held.puts += 1
            elif status < 300 and held.graphs.pop(graph, None) is None:
                status = 404
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        do_PUT = do_DELETE = _do  # noqa: N815 - as http.server calls them

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().handle()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        try:
            yield held, f"http://127.0.0.1:{httpd.server_address[1]}/store?key=swordfish"
        finally:
            httpd.shutdown()
            thread.join()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    for n in range(3):
        (folder / f"p{n}.txt").write_text(plan(n), "utf-8")
    build_corpus([folder], tmp_path / "corpus", recipe=RECIPE, crew=ONE)
    return tmp_path / "corpus"


def change(corpus: Path) -> None:
    """One document changes, one goes, one comes."""
    folder = corpus.parent / "plans"
    (folder / "p0.txt").write_text(plan(0, "举办科普讲座"), "utf-8")
    (folder / "p1.txt").unlink(missing_ok=True)
    (folder / "p7.txt").write_text(plan(7), "utf-8")
    build_corpus([], corpus, crew=ONE)


def wanted(corpus: Path) -> dict[str, list[bytes]]:
    """What a server should hold, from the files of quads; what relations use of the vocabularies has no graph name."""
    out: dict[str, set[bytes]] = {}
    for file in (*(corpus / "shards").glob("*.nq"), *corpus.glob("relations.nq"), *corpus.glob("comparisons/*.nq")):
        for line in file.read_bytes().splitlines():
            triple, _, graph = line.rpartition(b" <")
            out.setdefault(graph.partition(b">")[0].decode(), set()).add(triple + b" .")
    for file in corpus.glob("vocabulary/relations.nt"):
        out[terms.VOCABULARY_GRAPH].update(file.read_bytes().splitlines())
    return {g: sorted(lines) for g, lines in out.items()}


def held_by(memory: Memory) -> dict[str, list[bytes]]:
    return {g: sorted(body.splitlines()) for g, body in memory.graphs.items()}


def test_a_comparison_whose_old_text_could_not_be_deleted_at_first_is_not_lost(tmp_path: Path) -> None:
    folder, corpus = tmp_path / "plans", tmp_path / "corpus"
    folder.mkdir()
    for n in range(2):
        (folder / f"p{n}.txt").write_text(plan(n, place=KNOWN), "utf-8")
    build_corpus([folder], corpus, recipe=RECIPE, crew=ONE)
    with memory() as (server, url):
        push_corpus(corpus, url)
        (folder / "p1.txt").write_text(plan(1, "举办科普讲座", place=KNOWN), "utf-8")
        build_corpus([], corpus, crew=ONE)
        server.kept = "/comparison/"
        assert len(push_corpus(corpus, url).failed) == 1
        server.kept = ""
        assert push_corpus(corpus, url).failed == ()
        assert held_by(server) == wanted(corpus)


def test_comparisons_of_a_series_are_sent_one_by_one_and_only_where_they_changed(tmp_path: Path) -> None:
    folder, corpus = tmp_path / "plans", tmp_path / "corpus"
    folder.mkdir()

    def write(year: int, what: str) -> None:
        text = (
            f"贵州省{year}年科普工作要点\n一、任务\n1.举办科普{what}。（省科协负责）\n贵州省人民政府\n{year}年3月8日\n"
        )
        (folder / f"{year}.txt").write_text(text, "utf-8")

    def compared(graphs: dict[str, bytes]) -> list[bytes]:
        return sorted(body for name, body in graphs.items() if "/graph/comparison/" in name)

    def kept() -> list[bytes]:
        return sorted(b for f in (corpus / "comparisons").iterdir() for b in by_graph(f.read_bytes()).values())

    for year in (2023, 2024, 2025):
        write(year, "展览")
    build_corpus([folder], corpus, recipe=RECIPE, crew=ONE)
    with memory() as (server, url):
        assert push_corpus(corpus, url).put == server.puts
        assert len(kept()) == 2
        assert compared(server.graphs) == kept()
        assert push_corpus(corpus, url).put == 0
        write(2025, "讲座")
        build_corpus([], corpus, crew=ONE)
        push_corpus(corpus, url)
        assert compared(server.graphs) == kept()
        (folder / "2025.txt").unlink()
        build_corpus([], corpus, crew=ONE)
        push_corpus(corpus, url)
        assert compared(server.graphs) == kept()
        assert len(kept()) == 1


def test_only_what_changed_is_sent(corpus: Path) -> None:
    with memory() as (server, url):
        first = push_corpus(corpus, url)
        assert (first.put, first.deleted, first.unchanged) == (len(wanted(corpus)), 0, 0)
        assert held_by(server) == wanted(corpus)
        again = push_corpus(corpus, url)
        assert (again.put, again.deleted, again.unchanged) == (0, 0, first.put)
        change(corpus)
        done = push_corpus(corpus, url)
        assert held_by(server) == wanted(corpus)
        assert done.put < first.put
        assert done.deleted > 0
        everything = push_corpus(corpus, url, is_all=True)
        assert (everything.put, everything.unchanged) == (len(wanted(corpus)), 0)


@whole("starts two servers")
def test_two_servers_are_two(corpus: Path) -> None:
    with memory() as (one, first), memory() as (two, second):
        push_corpus(corpus, first)
        change(corpus)
        push_corpus(corpus, second)
        push_corpus(corpus, first)
        assert held_by(one) == held_by(two) == wanted(corpus)


@whole("pushes many times")
def test_a_server_that_fails_for_a_while_is_asked_again(corpus: Path, pauses: list[float]) -> None:
    with memory() as (server, url):
        server.answers = [503, 500, 0, 429, 204, 0]
        push_corpus(corpus, url)
        assert held_by(server) == wanted(corpus)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 0.5]


@whole("pushes many times")
def test_a_server_that_goes_away_is_gone_on_with(corpus: Path, pauses: list[float]) -> None:
    with memory() as (server, url):
        server.answers = [204] * 4 + [500] * 60
        with pytest.raises(InputError, match="answers 500"):
            push_corpus(corpus, url)
        server.answers, server.seen = [], 0
        done = push_corpus(corpus, url)
        assert held_by(server) == wanted(corpus)
        assert server.seen == done.put == len(wanted(corpus)) - 4
    with pytest.raises(InputError, match="does not answer"):
        push_corpus(corpus, f"http://127.0.0.1:{servers.free_port()}/store")
    assert pauses


def test_a_document_that_is_not_taken_costs_no_other(corpus: Path) -> None:
    told: list[str] = []
    with memory() as (server, url):
        server.answers = [204] * 3 + [413]
        done = push_corpus(corpus, url, told=lambda name, _: told.append(name))
        assert len(done.failed) == len(told) == 1
        assert push_corpus(corpus, url).failed == ()
        assert held_by(server) == wanted(corpus)


@whole("pushes many times")
def test_what_was_being_sent_back_and_forth_is_sure(corpus: Path) -> None:
    """A graph that was sent, then not entered, then changed back is sent again."""
    file = corpus.parent / "plans" / "p0.txt"
    with memory() as (server, url), pytest.MonkeyPatch.context() as patch:
        push_corpus(corpus, url)
        file.write_text(plan(0, "举办科普讲座"), "utf-8")
        build_corpus([], corpus, crew=ONE)
        enter = Journal.enter

        def cut(self: Journal, key: str, held: Any, *, is_sure: bool = False) -> None:
            if not is_sure:
                raise KeyboardInterrupt
            enter(self, key, held, is_sure=is_sure)

        patch.setattr(Journal, "enter", cut)
        with pytest.raises(KeyboardInterrupt):
            push_corpus(corpus, url)
        patch.undo()
        file.write_text(plan(0), "utf-8")
        build_corpus([], corpus, crew=ONE)
        push_corpus(corpus, url)
        assert held_by(server) == wanted(corpus)


def test_a_line_that_was_cut_off_is_not_sure(tmp_path: Path) -> None:
    file = tmp_path / "j.jsonl"
    file.write_text('{"key": "a", "part": "1", "graphs": {"g": "x"}}\n{"key": "b", "par', "utf-8")
    with Journal(file) as journal:
        assert journal.held.keys() == {"a"}
        journal.enter("c", journal.held["a"])
        assert file.read_text("utf-8").splitlines()[-1].startswith('{"graphs": {"g": "x"}, "key": "c"')
    assert len(file.read_text("utf-8").splitlines()) == 2


def test_secrets_are_not_told(corpus: Path, monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    monkeypatch.setenv("KGBUILD_ENDPOINT_TOKEN", "opensesame")
    with memory() as (server, url):
        done = CliRunner().invoke(cli, ["corpus", "push", str(corpus), url])
        assert done.exit_code == 0, done.output
        server.answers = [401] * 20
        refused = CliRunner().invoke(cli, ["corpus", "push", str(corpus), url, "--all"])
        assert "KGBUILD_ENDPOINT_TOKEN" in str(refused.exception)
        files = b"".join(f.read_bytes() for f in (corpus / "pushed").iterdir())
        names = "".join(f.name for f in (corpus / "pushed").iterdir())
        for secret in ("opensesame", "swordfish"):
            assert secret not in done.output + refused.output + str(refused.exception) + names
            assert secret.encode() not in files
    with pytest.raises(UsageError):
        push_corpus(corpus, "http://user:pass@localhost/store")
    assert pauses == []


@whole("starts servers")
@pytest.mark.parametrize("name", ["oxigraph", "virtuoso"])
def test_real_servers_hold_what_the_corpus_holds(
    name: str, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers.find({"oxigraph": "oxigraph", "virtuoso": "virtuoso-t"}[name])
    folder = tmp_path / "server"
    folder.mkdir()
    with getattr(servers, name)(folder) as server:
        for variable, value in server.environ.items():
            monkeypatch.setenv(variable, value)
        push_corpus(corpus, server.graphs)
        change(corpus)
        push_corpus(corpus, server.graphs)
        here, there = api.open_store(corpus / "store"), api.connect(server.query)
        graphs = {
            str(row[0]) for row in here.store("asserted").answer("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows
        }
        held = {
            str(row[0]) for row in there.store("asserted").answer("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows
        }
        assert graphs <= held
        assert {g for g in held if terms.read_graph_name(g)} == {g for g in graphs if terms.read_graph_name(g)}
        assert sorted(map(repr, there.query("coverage").rows)) == sorted(map(repr, here.query("coverage").rows))
        assert len(there.query("coverage").rows) == 3


# -- killed -------------------------------------------------------------------------------------------------------
def kills(folder: Path, rounds: int, *, documents: int = 6, seed: int = 0, told: Told = silent) -> tuple[int, int]:
    """Kill pushes at random moments, then push to the end; return how many were killed and how often it differed."""
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    sources, corpora = folder / "plans", []
    sources.mkdir(parents=True)
    for state in range(3):  # what was there comes back
        for n in range(documents):
            text = plan(n, f"开展第{state if n % 2 else 0}轮科普培训", place=KNOWN)
            (sources / f"p{n}.txt").write_text(text, "utf-8")
        (sources / "gone.txt").write_text(plan(90 + state, place=KNOWN), "utf-8")
        build_corpus([sources], folder / "corpus", recipe=RECIPE, crew=ONE)
        corpora.append(shutil.copytree(folder / "corpus", folder / f"corpus{state}"))
    killed = differed = turn = 0
    with memory() as (server, url):
        server.delay = 0.005
        push_corpus(corpora[0], url)
        most = server.seen
        while killed < rounds:
            turn += 1
            corpus = corpora[turn % 3]
            _share_journal(corpora, corpora[(turn - 1) % 3], corpus)
            server.seen = 0
            until = chance.randint(0, most)
            args = [sys.executable, "-c", _MAIN, "corpus", "push", str(corpus), url, "-q"]
            process = subprocess.Popen(args, stderr=subprocess.DEVNULL)
            while process.poll() is None and server.seen < until:
                time.sleep(0.001)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                killed += 1
            process.wait()
            if killed % 5 == 0 or killed == rounds:  # some are killed again before they are done
                push_corpus(corpus, url)
                differed += held_by(server) != wanted(corpus)
                told(f"{killed} killed, {differed} differed in the end")
    return killed, differed


def _share_journal(corpora: list[Path], last: Path, corpus: Path) -> None:
    """The corpus of each state is a copy: what the server holds is known to the one that was pushed last."""
    if (last / "pushed").is_dir() and last != corpus:
        shutil.rmtree(corpus / "pushed", ignore_errors=True)
        shutil.copytree(last / "pushed", corpus / "pushed")


@whole("pushes many times")
@pytest.mark.skipif(os.name != "posix", reason="needs signals of POSIX")
def test_pushes_that_are_killed_lose_nothing(tmp_path: Path) -> None:
    rounds = 5
    assert kills(tmp_path, rounds) == (rounds, 0)


if __name__ == "__main__":  # `python -m tests.test_corpus_push ROUNDS` is the whole of it
    import tempfile

    with tempfile.TemporaryDirectory() as found:
        kills(Path(found), int(sys.argv[1]), documents=30, told=aloud)
