"""Many inputs on several cores: the same bytes in the same order, and no input pays for another.

The work of these tests is `eval`: what an item does stands in the item, and another process can import it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support import runner

from kgbuild.api.many import cores, each
from kgbuild.api.workers import AHEAD
from kgbuild.cli.many import for_each, progress
from kgbuild.errors import InputError, InternalError

if TYPE_CHECKING:
    from tests.support import Run

    from kgbuild.api.outcome import Outcome

ROOT = Path(__file__).resolve().parents[1]
PLAN = ROOT / "examples" / "yunling-2025.txt"
OTHERS = (ROOT / "tests" / "data" / "mini.txt", ROOT / "tests" / "data" / "later.txt")
TEXTS = ("一、总体要求\n（一）培训农民。（省教育厅）\n", "一、主要任务\n1.举办科普讲座。（省科协牵头）\n")
KILL = "__import__('os').kill(__import__('os').getpid(), {})"
WORKERS = (1, 2, 3)
needs_fork = pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    return runner(monkeypatch, capfdbinary)


def outcomes(*items: str, workers: int) -> list[Outcome[str, Any]]:
    return list(each(eval, items, workers=workers))


# -- the function -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("workers", WORKERS)
def test_values_come_in_the_order_of_the_items(workers: int) -> None:
    late_first = ["__import__('time').sleep(0.3) or 0", *map(str, range(1, 60))]
    assert [o.value for o in outcomes(*late_first, workers=workers)] == list(range(60))


@pytest.mark.parametrize("workers", WORKERS)
def test_what_the_system_refuses_is_no_bug(workers: int) -> None:
    (found,) = outcomes("(_ for _ in ()).throw(OSError(28, 'No space left on device'))", workers=workers)
    assert isinstance(found.error, InputError)
    assert "No space left on device" in str(found.error)
    assert found.error.exit_code == 3


@pytest.mark.parametrize("workers", WORKERS)
def test_an_error_costs_its_own_item_only(workers: int) -> None:
    found = outcomes("1", "1/0", "[0] * 10**17", "2", workers=workers)
    assert [o.value for o in found] == [1, None, None, 2]
    bug, memory = found[1].error, found[2].error
    assert isinstance(bug, InternalError)
    assert str(bug).startswith("1/0: internal error (ZeroDivisionError: division by zero)")
    assert isinstance(memory, InputError)
    assert str(memory).startswith("[0] * 10**17: out of memory")


@pytest.mark.parametrize("workers", WORKERS)
def test_an_error_keeps_place_and_cure(workers: int) -> None:
    missing = "__import__('kgbuild').api.read_file(__import__('pathlib').Path('/nowhere.txt'))"
    for outcome in outcomes(missing, missing, workers=workers):
        error = outcome.error
        assert isinstance(error, InputError)
        assert (error.where, error.cure, error.exit_code) == ("/nowhere.txt", "check the path", 3)


@needs_fork
@pytest.mark.parametrize(
    ("item", "kind", "words"),
    [
        (KILL.format(9), InputError, "killed 2 times (signal 9); free memory"),
        (KILL.format(11), InternalError, "died 2 times (signal 11)"),
        ("__import__('os')._exit(7)", InternalError, "died 2 times (exit code 7)"),
    ],
)
@pytest.mark.parametrize("workers", [2, 3])
def test_a_dead_worker_is_the_failure_of_its_item(item: str, kind: type[Exception], words: str, workers: int) -> None:
    found = outcomes("1", item, "2", "3", item, "4", workers=workers)
    assert [o.value for o in found] == [1, None, 2, 3, None, 4]
    for outcome in (found[1], found[4]):
        assert isinstance(outcome.error, kind)
        assert words in str(outcome.error)
        assert str(outcome.error).startswith(item)


@needs_fork
def test_an_item_whose_worker_dies_once_gets_another(tmp_path: Path) -> None:
    mark = str(tmp_path / "mark")
    once = f"__import__('os').path.exists({mark!r}) or (open({mark!r}, 'w').close(), {KILL.format(9)})"
    assert [o.value for o in outcomes("1", once, "2", workers=2)] == [1, True, 2]


def test_one_item_stays_in_this_process() -> None:
    me = "__import__('os').getpid()"
    assert outcomes(me, workers=4)[0].value == os.getpid()
    assert os.getpid() not in {o.value for o in outcomes(me, me, workers=2)}


def test_who_stops_listening_stops_the_workers() -> None:
    sleep = "__import__('time').sleep(600)"
    with closing(each(eval, ["1", sleep, sleep], workers=2)) as found:
        assert next(found).value == 1
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()


def test_no_more_than_a_window_is_finished_before_it_is_taken(tmp_path: Path) -> None:
    limit = 2 * AHEAD - 1
    done = f"len(__import__('os').listdir({str(tmp_path)!r}))"
    slow = f"(any({done} >= {limit} or __import__('time').sleep(0.01) for _ in range(3000)), "
    slow += f"__import__('time').sleep(0.3), {done})[-1]"
    touch = [f"open({str(tmp_path / str(n))!r}, 'w').close()" for n in range(2 * limit)]
    found = outcomes(slow, *touch, workers=2)
    assert found[0].value == limit
    assert len(list(tmp_path.iterdir())) == 2 * limit


def test_a_worker_of_a_cluster_starts_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cores() >= 1
    monkeypatch.setattr(multiprocessing.current_process(), "_config", {"daemon": True})
    assert cores() == 1


# -- as commands show it ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("workers", [1, 2])
def test_failures_are_lines_in_their_order_and_the_highest_code_wins(
    workers: int, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: list[int] = []

    def then(value: int) -> int:
        taken.append(value)
        return 1

    items = ["1", "[0] * 10**17", "2", "1/0", "3"]
    assert for_each(eval, items, workers=workers, then=then) == 4
    assert taken == [1, 2, 3]
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[:2] for line in lines] == [["kgbuild", " [0] * 10**17"], ["kgbuild", " 1/0"]]
    assert for_each(eval, items[:2], workers=workers, then=then) == 3
    assert for_each(eval, items[:1], workers=workers, then=then) == 1
    assert for_each(eval, items[:1], workers=workers, then=lambda _: 0) == 0


def test_a_bar_stands_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress([1, 2, 3], 3)) == [1, 2, 3]
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(progress([1, 2, 3], 3)) == [1, 2, 3]
    assert "3/3" in capsys.readouterr().err
    assert list(progress([1, 2, 3], 3, quiet=True)) == [1, 2, 3]
    assert list(progress([1], 1)) == [1]
    assert capsys.readouterr() == ("", "")


def written(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


@pytest.mark.parametrize("command", [["build", "--no-validate", "--report", "out/report.json"], ["extract"]])
def test_the_number_of_workers_changes_no_byte(command: list[str], run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b" ")
    seen = []
    for workers in WORKERS:
        (tmp_path / "out").mkdir()
        done = run(*command, PLAN, "empty.txt", *OTHERS, "missing.txt", "-o", "out", "--workers", workers)
        seen.append((done, written(tmp_path / "out")))
        (tmp_path / "out").rename(tmp_path / f"out{workers}")
    assert seen[0][0][0] == 3
    assert len(seen[0][1]) == 3 + ("--report" in command)
    assert seen[0] == seen[1] == seen[2]


def test_check_and_verify_say_the_same_whatever_the_number_of_workers(run: Run, tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    for n, text in enumerate(TEXTS):
        (plans / f"{n}.txt").write_text(text, encoding="utf-8")
    (plans / "empty.txt").write_bytes(b" ")
    checked = [run("check", plans, "--format", "json", "--workers", n) for n in (1, 2)]
    assert checked[0] == checked[1]
    assert checked[0][0] == 3
    assert checked[0][2].count("empty.txt") == 2
    (plans / "empty.txt").unlink()
    assert run("build", *sorted(plans.iterdir()), "--no-validate", "-q", "-o", "out", "--format", "nq")[0] == 0
    (tmp_path / "both.nq").write_bytes(b"".join(written(tmp_path / "out").values()))
    proved = [run("verify", "both.nq", "--source", plans, "--strict", "--workers", n) for n in (1, 2)]
    assert proved[0] == proved[1]
    assert proved[0][0] == 0


def test_the_standard_input_is_read_by_the_first_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kgbuild", "extract", "-", str(PLAN), "-o", str(tmp_path / "out")]
    done = subprocess.run([*command, "--workers", "2"], input=OTHERS[0].read_bytes(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert sorted(written(tmp_path / "out")) == ["stdin.json", f"{PLAN.stem}.json"]


def test_no_report_is_left_where_nothing_was_built(run: Run, tmp_path: Path) -> None:
    assert run("build", "no.txt", "none.txt", "-o", "out", "--report", "report.json")[0] == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


@needs_fork
def test_ctrl_c_ends_all_processes_and_leaves_no_half_file(tmp_path: Path) -> None:
    pipes = [tmp_path / f"{n}.txt" for n in (1, 2)]
    for path in pipes:
        os.mkfifo(path)
    command = [sys.executable, "-m", "kgbuild", "build", str(OTHERS[0]), *map(str, pipes), "--no-validate", "-q"]
    process = subprocess.Popen(
        [*command, "-o", str(tmp_path / "out"), "--report", str(tmp_path / "report.json"), "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for((tmp_path / "out" / "mini.ttl").exists)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.decode().strip()) == (130, b"", "kgbuild: stopped")
    wait_for(partial(is_gone, process.pid))
    assert sorted(p.name for p in tmp_path.rglob("*.*")) == ["1.txt", "2.txt", "mini.ttl"]


def wait_for(is_so: Any) -> None:
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.1)
    pytest.fail("waited in vain")


def is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
