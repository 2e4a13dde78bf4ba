"""queries.free: a query that a user wrote ends at its deadline, reaches nothing, leaves nothing behind."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.support import whole

from kgbuild.errors import InputError, UsageError
from kgbuild.queries.free import free_query
from kgbuild.store import Store, read_quads

MINI = Path(__file__).parent / "data" / "mini.ttl"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?l) }"
posix = pytest.mark.skipif(os.name != "posix", reason="needs the limits of POSIX")


@pytest.fixture(scope="module")
def store() -> Store:
    return Store(read_quads(MINI))


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return started


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_an_answer_comes_back_typed(store: Store, workers: list[subprocess.Popen[bytes]]) -> None:
    query = "SELECT ?path ?order { ?a a gplan:Action ; gplan:itemPath ?path ; gplan:itemOrder ?order } ORDER BY ?order"
    assert free_query(store, query, limit=2) == store.select(query, limit=2)
    assert free_query(store, query, limit=2).rows == (("一/1", 1), ("一/2", 2))
    assert all(worker.returncode is not None for worker in workers)
    assert free_query(store, "ASK { ?a a gplan:Plan }").rows == ((True,),)
    assert len(free_query(store, "CONSTRUCT WHERE { ?s a gplan:Plan }")) == 1


@pytest.mark.parametrize("timeout", [0.4, pytest.param(0.8, marks=whole("waits"))])
def test_the_deadline_ends_a_catastrophic_query(
    timeout: float, store: Store, workers: list[subprocess.Popen[bytes]]
) -> None:
    with pytest.raises(InputError, match=f"stopped after {timeout:g} s"):
        free_query(store, ENDLESS, timeout=timeout)
    # The query alone would run for hours: that it came back at all is the proof.
    (worker,) = workers
    assert worker.returncode is not None
    assert gone(worker.pid)


@posix
def test_memory_is_bounded(store: Store) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"
    with pytest.raises(InputError, match="too much memory"):
        free_query(store, query, timeout=60, memory=600_000_000)


@posix
def test_a_query_that_breaks_the_engine_is_an_error_of_the_query(store: Store) -> None:
    with pytest.raises(InputError, match="broke the query engine"):
        free_query(store, f"SELECT * {{ {'FILTER(?x) ' * 200_000} }}")
    with pytest.raises(UsageError, match="more than 100 brackets"):
        free_query(store, "SELECT * " + "{" * 200_000 + "}" * 200_000)


def test_rows_are_capped_and_it_is_said(store: Store) -> None:
    rows = free_query(store, "SELECT * { ?s ?p ?o }", limit=5)
    assert (len(rows), rows.truncated) == (5, True)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "line 1, column 12: SERVICE is refused"),
        ("SELECT * FROM <file:///etc/hostname> { ?s ?p ?o }", "FROM is refused"),
        ("LOAD <file:///etc/hostname>", "LOAD is an update"),
        ("SELECT *\n{ ?s ?p", "line 2, column 8: syntax error"),
    ],
)
def test_refusals_come_through(query: str, message: str, store: Store) -> None:
    with pytest.raises(UsageError) as caught:
        free_query(store, query)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("timeout", "limit"), [(0, 1), (-1, 1), (float("nan"), 1), (float("inf"), 1), (1, 0), (1, 10**30)]
)
def test_senseless_limits_are_refused(timeout: float, limit: int, store: Store) -> None:
    with pytest.raises(UsageError, match="must be positive"):
        free_query(store, "ASK {}", timeout=timeout, limit=limit)


def _accepted(listener: socket.socket) -> bool:
    try:
        connection, _ = listener.accept()
    except TimeoutError:
        return False
    connection.close()
    return True


@posix
@pytest.mark.parametrize("files", [False, True])
def test_what_answers_reaches_no_network_even_where_the_check_is_deceived(*, files: bool) -> None:
    if files and not (sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")):
        pytest.skip("only the filter of Linux leaves files and takes sockets")
    call = "list(o.Store().query('SELECT * { SERVICE SILENT <http://127.0.0.1:%d/> { ?s ?p ?o } }'))"
    first = f"confine(seconds=20, memory=10**10, files={files}, network=False)"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1)
        code = f"import pyoxigraph as o; from kgbuild.queries.confine import confine; {first}; "
        code += call % listener.getsockname()[1] + (f"; open({str(MINI)!r}).read()" if files else "")
        subprocess.run([sys.executable, "-c", code], check=True)
        assert not _accepted(listener)
        # The same query outside does call: the test can fail.
        code = f"import pyoxigraph as o; {call % listener.getsockname()[1]}"
        with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as caller:
            listener.settimeout(20)
            assert _accepted(listener)
            caller.kill()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_ctrl_c_leaves_no_process_behind() -> None:
    code = (
        "from pathlib import Path\nfrom kgbuild.store import *\nfrom kgbuild.queries.free import free_query\n"
        f"free_query(Store(read_quads(Path({str(MINI)!r}))), {ENDLESS!r}, timeout=60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) as parent:
        children: list[int] = []
        children_file = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        while not children and parent.poll() is None:
            time.sleep(0.05)
            children = [int(pid) for pid in children_file.read_text().split()]
        assert children
        time.sleep(0.5)
        parent.send_signal(signal.SIGINT)
        _, error = parent.communicate(timeout=20)
    assert b"KeyboardInterrupt" in error
    assert gone(children[0])
