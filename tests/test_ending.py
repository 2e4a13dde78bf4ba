"""What a command leaves behind that a signal ends: nothing, and what another one left that had no time for it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.support import PLAN, whole
from tests.web import Live

from kgbuild import api
from kgbuild.files import locked, temporary_folder

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
ENDS = (signal.SIGTERM, signal.SIGHUP)
_WRITES = """
import sys
from pathlib import Path
from kgbuild.cli.ending import ended_by_signals
from kgbuild.files import replacing
with ended_by_signals(), replacing(Path(sys.argv[1])) as f:
    f.write(b"half")
    print("begun", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ending") / "plan.trig"
    file.write_bytes(api.build(PLAN, validate=False).serialise("trig"))
    return file


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.mark.parametrize("number", ENDS)
def test_what_is_half_written_goes_and_the_signal_is_the_end(tmp_path: Path, number: int) -> None:
    target = tmp_path / "out" / "plan.ttl"
    target.parent.mkdir()
    target.write_bytes(b"before")
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", _WRITES, target], stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        assert len(list(target.parent.iterdir())) == 2
        process.send_signal(number)
        assert process.wait(60) == -number
    assert [file.read_bytes() for file in target.parent.iterdir()] == [b"before"]


def test_a_command_without_a_terminal_does_not_end_with_it(tmp_path: Path) -> None:
    code = _WRITES.replace("import sys\n", "import signal, sys\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n", 1)
    target, pipe = tmp_path / "plan.ttl", subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code, target], stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=60)
    assert (process.returncode, target.read_bytes()) == (0, b"half")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@whole("starts a server")
def test_a_server_that_is_ended_leaves_no_folder(graph: Path, temporary: Path, number: int) -> None:
    pytest.importorskip("uvicorn")
    with Live([str(graph), "--workers", "1"]) as server:
        assert len(list(temporary.iterdir())) == 1
        server.process.send_signal(number)
        server.process.wait(60)
    assert list(temporary.iterdir()) == []


@whole("starts two servers")
def test_what_a_killed_server_leaves_goes_with_the_next(graph: Path, temporary: Path) -> None:
    pytest.importorskip("uvicorn")
    with Live([str(graph), "--workers", "1"]) as first:
        first.process.kill()
        first.process.wait(60)
        left = list(temporary.iterdir())
        assert len(left) == 1
    with Live([str(graph), "--workers", "1"]):
        assert [folder in left for folder in temporary.iterdir()] == [False]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@whole("starts an assistant")
def test_an_assistant_need_not_close_its_end(graph: Path, temporary: Path, number: int) -> None:
    pytest.importorskip("mcp")
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "assistant", "version": "1"}}
    command, pipe = [sys.executable, "-m", "kgbuild", "mcp", str(graph)], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}).encode())
        server.stdin.write(b"\n")
        server.stdin.flush()
        assert b"kgbuild" in server.stdout.readline()
        assert len(list(temporary.iterdir())) == 1
        server.send_signal(number)
        assert server.wait(60) == (130 if number == signal.SIGINT else -number)
    assert list(temporary.iterdir()) == []


def test_a_folder_goes_with_its_block_or_with_the_next_of_its_name(temporary: Path) -> None:
    (temporary / "made-1").mkdir()
    (temporary / "made-1" / "file").write_bytes(b"left")
    (temporary / "other-1").mkdir()
    (temporary / "made-link").symlink_to(temporary / "other-1")
    with temporary_folder("made-") as one, temporary_folder("made-") as two:
        assert one != two
        (one / "file").write_bytes(b"ours")
        assert {path.name for path in temporary.iterdir()} == {one.name, two.name, "other-1", "made-link"}
        with locked(one) as is_ours:
            assert not is_ours
    assert {path.name for path in temporary.iterdir()} == {"other-1", "made-link"}


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="users of POSIX")
def test_a_folder_of_another_user_stays(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (temporary / "made-1").mkdir()
    monkeypatch.setattr("os.getuid", lambda: -1)
    with temporary_folder("made-"):
        assert (temporary / "made-1").is_dir()


def test_a_command_that_ends_does_not_search_what_it_leaves_for_cycles() -> None:
    code = """
import atexit, gc
atexit.register(lambda: print(gc.get_freeze_count() > 10_000))  # registered first, called last
from kgbuild.cli import main
for _ in range(2):
    try:
        main()
    except SystemExit:
        pass
print(gc.get_freeze_count())
"""
    done = subprocess.run([sys.executable, "-c", code, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["0", "True"]
