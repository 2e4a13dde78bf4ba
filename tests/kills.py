"""A store under a writer that is killed: what readers see, run after run.

`python tests/kills.py 300` is the whole of it; tests/test_store_disk.py does a few. Each round starts `kgbuild store
load` with another state of a document, ends it by SIGKILL or Ctrl-C once it has touched a number of files that chance
picks, while readers ask, and then asks again. A read is right where it gives the whole old state or the whole new one.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild import api
from kgbuild.cli import main
from kgbuild.errors import InputError

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

Told = Callable[[str], None]
DATA = Path(__file__).parent / "data"
_STATE = "SELECT ?v (COUNT(*) AS ?n) { ?s <http://x/state> ?v } GROUP BY ?v"
_SIZE = 400


@dataclass
class Tally:
    """What was seen.

    Attributes:
        ended: Writers by how they ended: `killed`, `stopped`, or `done`.
        reads: Reads by what they gave: `right`, `wrong`, or the message of a refusal.
        lost: Rounds after which the document was not there whole.
    """

    ended: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    lost: int = 0


def aloud(line: str) -> None:
    """Say how far hundreds of rounds have got, to a file too."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def silent(line: str) -> None:
    """Say nothing: a test has its result."""


def states(folder: Path) -> list[Path]:
    """Write two states of one document, told apart by the value of so many triples."""
    text = (DATA / "mini.ttl").read_text(encoding="utf-8")
    files = []
    for state in ("1", "2"):
        file = folder / f"state{state}.ttl"
        more = "".join(f'<http://x/{i}> <http://x/state> "{state}" .\n' for i in range(_SIZE))
        file.write_text(f"{text}\n{more}", encoding="utf-8")
        files.append(file)
    return files


def touched(is_alive: Callable[[], bool], place: Path, most: int | None = None) -> int:
    """Wait until a process has made or changed so many files of a folder, or is done; return how many it did.

    What the process has done decides, not a clock: on a busy machine it is ended no earlier than on an idle one.
    """
    before, seen = files_of(place), set[tuple[str, int, int]]()
    while is_alive() and (most is None or len(seen) < most):
        seen |= files_of(place) - before
        time.sleep(0.001)
    return len(seen)


def files_of(folder: Path) -> set[tuple[str, int, int]]:
    """Return the files of a folder, each with the time of its last change and its size."""
    found = set()
    for at, _, names in os.walk(folder):
        for name in names:
            try:
                state = os.stat(os.path.join(at, name))  # noqa: PTH116, PTH118 - asked a thousand times a second
            except FileNotFoundError:
                continue
            found.add((f"{at}/{name}", state.st_mtime_ns, state.st_size))
    return found


def _read(place: Path) -> str:
    try:
        rows = api.open_store(place).store("asserted").select(_STATE).rows
    except InputError as e:
        return str(e).replace(str(place), "…")
    return "right" if rows in ((("1", _SIZE),), (("2", _SIZE),)) else "wrong"


def run(folder: Path, rounds: int, *, readers: int = 2, seed: int = 0) -> Tally:
    """End so many writers before they are done, and count what readers saw.

    Args:
        folder: An empty folder to work in.
        rounds: How many writers are ended; those that were done before are not counted.
        readers: Threads that read again and again while a writer works.
        seed: Seed of the moments at which writers are ended.
    """
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    tally, place = Tally(), folder / "store"
    files = states(folder)
    api.load_store(str(place), files[:1])
    most = touched(_writer(place, files[1]).is_alive, place)
    while tally.ended["killed"] + tally.ended["stopped"] < rounds:
        file = files[tally.ended.total() % 2]
        writer = _writer(place, file)
        over = threading.Event()
        threads = [threading.Thread(target=_keep_reading, args=(place, over, tally)) for _ in range(readers)]
        for thread in threads:
            thread.start()
        try:
            touched(writer.is_alive, place, chance.randint(0, most))
            if writer.is_alive() and writer.pid:
                is_kill = bool(chance.getrandbits(1))
                os.kill(writer.pid, signal.SIGKILL if is_kill else signal.SIGINT)
                tally.ended["killed" if is_kill else "stopped"] += 1
            else:
                tally.ended["done"] += 1
            writer.join()
        finally:
            over.set()
            for thread in threads:
                thread.join()
        tally.lost += _read(place) != "right"
    return tally


def _writer(place: Path, file: Path) -> BaseProcess:
    # A fork of a process that has imported everything: hundreds of starts of Python would be most of the work.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kgbuild.cli", "kgbuild.api.store", __name__])
    process = context.Process(target=_write, args=(str(place), str(file)))
    process.start()
    return process


def _write(place: str, file: str) -> None:
    """Do in a process of its own what the command line does."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.argv = ["kgbuild", "store", "load", place, file]
    main()


def _keep_reading(place: Path, over: threading.Event, tally: Tally) -> None:
    while not over.is_set():
        tally.reads[_read(place)] += 1
        time.sleep(0.005)  # the writer needs the processor too


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as work:
        found = run(Path(work), int(sys.argv[1]))
        left = sorted(p.name for p in (Path(work) / "store").iterdir())
    sys.stdout.write(f"writers {dict(found.ended)}\nreads {dict(found.reads)}\nlost {found.lost}\nleft {left}\n")
