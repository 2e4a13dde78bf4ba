"""Clusters of Dask for the tests, and work for them that fails as work can fail."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers import free_port

from kgbuild.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
_PAUSE = 0.05
_PAGE = ("--dashboard-address", "127.0.0.1:0")
"""Any free port: two clusters on one machine would both take 8787."""


def odd(item: str) -> str:
    """Give an item back, or fail, or end the process, as the item says."""
    if item.startswith("exit"):
        os._exit(1)
    if item.startswith("refuse"):
        raise InputError("is refused", where=item, cure="none")
    if item.startswith("raise"):
        raise ZeroDivisionError(item)
    return f"{item} done"


@contextlib.contextmanager
def local(workers: int = 2) -> Iterator[str]:
    """Start a cluster of processes on this machine."""
    import dask
    from distributed import LocalCluster

    # A death less to wait for: what makes an item guilty is ours to decide.
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
    ):
        yield str(cluster.scheduler_address)


class Workers:
    """`dask scheduler` and so many `dask worker`, each a process of its own that knows only an address."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder = folder
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self._all: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2], *_PAGE
        )
        self.workers = [self.start_worker() for _ in range(workers)]

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start one more worker; without a nanny, so that the process is the one that works."""
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")

    def end(self) -> None:
        """End all of them."""
        for process in self._all:
            process.kill()
            process.wait()

    def _start(self, what: str, *args: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *args, "--no-dashboard"]
        environ = os.environ | {"PYTHONPATH": str(ROOT)}
        with (self.folder / "dask.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environ, cwd=self.folder)
        self._all.append(process)
        return process


@contextlib.contextmanager
def separate(folder: Path, workers: int = 2) -> Iterator[Workers]:
    """Start scheduler and workers as separate processes, with TCP alone between them."""
    started = Workers(folder, workers)
    try:
        while b"Registered to" not in (folder / "dask.log").read_bytes():
            assert started.scheduler.poll() is None, (folder / "dask.log").read_text()
            time.sleep(_PAUSE)
        yield started
    finally:
        started.end()
