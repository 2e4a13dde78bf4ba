"""The pool of worker processes, which have the store open already and are killed at a deadline.

At most as many tasks run at once as there are workers, and the queue is bounded. A worker loads what is slow to load
before it counts as idle, so that no request pays for it. A worker that exceeds its deadline, or whose client
disconnects, is killed and replaced. When the store changes, new workers take over while old ones finish. A
slow task gives up its slot as long as there are reserve workers, so that fast ones do not wait behind it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
import time
from collections import Counter, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from kgbuild.errors import Message, unpacked
from kgbuild.web.worker import HEADER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_log = logging.getLogger("kgbuild.web")
_OPENING = 120.0
_PAUSE = 2.0
_QUICK = 0.1
"""Seconds after which a task counts as slow and gives up its slot."""
_MOST_HELD = 1_000_000
"""Maximum number of bytes buffered for a client that reads slowly."""
_PATIENCE = 10
"""Multiple of its time limit that a task may take in total if the client reads slowly."""


class TaskError(Exception):
    """A task failed.

    Args:
        status: HTTP status: 4xx if the request is at fault, 503 if a limit was exceeded.
        what: What happened; shown to the client.
        where: Where it happened.
        cure: What the client can do about it.
    """

    def __init__(self, status: int, what: str, *, where: str | None = None, cure: str | None = None) -> None:
        self.status, self.what, self.where, self.cure = status, what, where, cure
        super().__init__((f"{where}: " if where else "") + what + (f"; {cure}" if cure else ""))


def _error_of(data: bytes) -> TaskError:
    """Return the error that a worker has written."""
    reply = json.loads(data)
    return TaskError(reply["status"], unpacked(reply["what"]), where=reply["where"], cure=unpacked(reply["cure"]))


@dataclass(eq=False)
class Turn:
    """The slot of a running task, held until the task ends or counts as slow."""

    is_slow: bool = False
    timer: asyncio.TimerHandle | None = None


class Worker(asyncio.SubprocessProtocol):
    """A worker process, idle or running a task.

    Its output is split into frames as it arrives: a `StreamReader` would double the time of a small answer.
    """

    def __init__(self) -> None:
        self.stamp, self.is_clean = "", True
        self._read = b""
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._held = 0
        self._is_paused = self._is_closed = False
        self._waiter: asyncio.Future[None] | None = None
        self._exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._process = cast("asyncio.SubprocessTransport", transport)
        self._in = cast("asyncio.WriteTransport", self._process.get_pipe_transport(0))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Split output into frames; stop reading if the client is slow, which makes the process wait."""
        data, at = self._read + data if self._read else data, 0
        while len(data) - at >= HEADER.size:
            kind, size = HEADER.unpack_from(data, at)
            end = at + HEADER.size + size
            if end > len(data):
                break
            self._frames.append((kind, data[at + HEADER.size : end]))
            self._held += size
            at = end
        self._read = data[at:]
        if self._held > _MOST_HELD and not self._is_paused:
            self._is_paused = True
            self._out.pause_reading()
        if self._frames:
            self._wake()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Record that there will be no more output."""
        if fd == 1:
            self._is_closed = True
            self._wake()

    def process_exited(self) -> None:
        """Record the exit code."""
        if not self._exited.done():
            self._exited.set_result(self._process.get_returncode() or 0)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    @property
    def _out(self) -> asyncio.ReadTransport:
        return cast("asyncio.ReadTransport", self._process.get_pipe_transport(1))

    def send(self, line: bytes) -> None:
        """Send a task; if the process has ended, the next `frame` raises an error."""
        if not self._in.is_closing():
            self._in.write(line)

    async def frame(self, seconds: float) -> tuple[bytes, bytes]:
        """Return the next frame.

        Args:
            seconds: How long to wait for it.

        Raises:
            TaskError: the process has ended.
            TimeoutError: no frame arrived in time.
        """
        if not self._frames and not self._is_closed:
            self._waiter = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(seconds):
                await self._waiter
        if not self._frames:
            raise _ended(await self._exit())
        kind, data = self._frames.popleft()
        self._held -= len(data)
        if self._is_paused and not self._held:
            self._is_paused = False
            self._out.resume_reading()
        return kind, data

    async def end(self) -> None:
        """Kill the process."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._exit()
        self._process.close()

    async def _exit(self) -> int:
        """Wait for the exit code; a caller may be cancelled while others go on waiting."""
        return await asyncio.shield(self._exited)


def _line(task: str, args: dict[str, Any], seconds: float) -> bytes:
    return json.dumps({"task": task, "args": args, "seconds": seconds}).encode() + b"\n"


async def _run(worker: Worker, task: str, seconds: float) -> dict[str, Any]:
    """Run a task in a worker that takes no other, and return its head; a worker with an error may not be used again.

    Raises:
        TaskError: the task failed or took too long.
    """
    worker.send(_line(task, {}, seconds))
    head: dict[str, Any] = {}
    try:
        async with asyncio.timeout(seconds):
            while True:
                kind, data = await worker.frame(seconds)
                if kind == b"x":
                    raise _error_of(data)
                if kind == b"h":
                    head = json.loads(data)
                if kind == b"w":
                    return head
    except TimeoutError:
        raise TaskError(503, Message("took longer than {seconds:g} s", seconds=seconds), where=task) from None


def _ended(code: int) -> TaskError:
    if code in (3, -6):
        return TaskError(503, "took too much memory", where="query", cure="add a LIMIT or narrower patterns")
    if code < 0:
        return TaskError(503, "broke the query engine", where="query", cure="nest less deeply, or ask in several steps")
    return TaskError(500, "a worker ended unexpectedly", cure="see the log of the server")


@dataclass
class Pool:
    """Workers that serve one kind of task.

    Attributes:
        setup: Returns what a worker opens, see `kgbuild.web.desk`.
        stamp: Returns the stamp of what a worker would open now.
        size: Number of tasks that run at once.
        reserve: Number of additional workers for slow tasks.
        waiting: Most tasks that wait for a worker.
        patience: Maximum time that a task waits for a worker, in seconds.
        warming: Name of the task that a worker runs, outside of any request, before it counts as idle; '' for none.
        counts: Numbers of tasks, of these refused, and of workers killed and warmed.
        seconds: Total seconds of work.
        current: Stamp of what the workers have open.
    """

    setup: Callable[[], dict[str, Any]]
    stamp: Callable[[], str]
    size: int = 2
    reserve: int = 0
    waiting: int = 32
    patience: float = 20.0
    warming: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    current: str = ""
    _idle: asyncio.Queue[Worker] = field(init=False)
    _all: set[Worker] = field(init=False, default_factory=set)
    _jobs: set[asyncio.Task[None]] = field(init=False, default_factory=set)
    _queue: int = field(init=False, default=0)
    _turns: asyncio.Semaphore = field(init=False)
    _slow: int = field(init=False, default=0)

    async def start(self) -> None:
        """Open the store in all workers; they load the rest in the background.

        Raises:
            TaskError: the store cannot be opened.
        """
        self._idle, self._turns = asyncio.Queue(), asyncio.Semaphore(self.size)
        self.current = self.stamp()
        for worker in await asyncio.gather(*(self._started() for _ in range(self.size + self.reserve))):
            self._do(self._admitted(worker))

    async def stop(self) -> None:
        """Kill all workers."""
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._all))
        self._all.clear()

    async def renew(self) -> bool:
        """Replace the workers if the store has changed; return whether it has.

        Raises:
            TaskError: the new store cannot be opened; the old workers continue.
        """
        stamp = self.stamp()
        if stamp in ("", self.current):
            return False
        fresh = await asyncio.gather(*(self._ready() for _ in range(self.size + self.reserve)))
        self.current = stamp
        # No other coroutine touches the queue here, because nothing is awaited until the new workers are in it.
        old = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
        for worker in fresh:
            self._idle.put_nowait(worker)
        await asyncio.gather(*map(self._gone, old))
        return True

    # -- tasks ----------------------------------------------------------------------------------------------------
    async def call(self, task: str, args: dict[str, Any], *, seconds: float) -> dict[str, Any]:
        """Run a task that returns only a head.

        Args:
            task: Name of the task in `kgbuild.web.desk`.
            args: Its arguments.
            seconds: Its time limit.

        Raises:
            TaskError: the task was refused, failed, or took too long.
        """
        head: dict[str, Any] = {}
        async with self.stream(task, args, seconds=seconds) as frames:
            async for kind, data in frames:
                if kind == b"h":
                    head = json.loads(data)
        return head

    async def body(self, task: str, args: dict[str, Any], *, seconds: float) -> bytes:
        """Run a task and return the whole body that it writes; arguments and errors as in `call`."""
        async with self.stream(task, args, seconds=seconds) as frames:
            return b"".join([data async for kind, data in frames if kind != b"h"])

    async def apart(self, task: str, *, seconds: float) -> dict[str, Any]:
        """Run a task that returns only a head in a worker of its own, which ends with it.

        Args:
            task: Name of the task in `kgbuild.web.desk`.
            seconds: Its time limit.

        Raises:
            TaskError: the store cannot be opened, or the task failed or took too long.
        """
        worker = await self._started()
        try:
            return await _run(worker, task, seconds)
        finally:
            await self._gone(worker)

    @asynccontextmanager
    async def stream(
        self, task: str, args: dict[str, Any], *, seconds: float
    ) -> AsyncIterator[AsyncIterator[tuple[bytes, bytes]]]:
        """Run a task and yield its frames as they arrive; arguments and errors as in `call`."""
        turn = Turn()
        worker = await self._lent()
        began = time.monotonic()
        self._watch(turn)
        worker.is_clean = False
        self.counts["tasks"] += 1
        try:
            yield self._frames(worker, _line(task, args, seconds), began + _PATIENCE * seconds, seconds)
        finally:
            self.seconds += time.monotonic() - began
            self._give_back(worker, turn)

    async def _frames(
        self, worker: Worker, line: bytes, until: float, seconds: float
    ) -> AsyncIterator[tuple[bytes, bytes]]:
        left = seconds  # waiting for a slow client does not count, but is bounded by _PATIENCE
        try:
            worker.send(line)
            while True:
                began = time.monotonic()
                kind, data = await worker.frame(min(left, until - began))
                left -= time.monotonic() - began
                if kind in (b"w", b"x"):
                    worker.is_clean = True
                if kind == b"x":
                    raise _error_of(data)
                yield kind, data
                if kind == b"w":
                    return
        except TimeoutError:
            self.counts["killed"] += 1
            cure = "add a LIMIT or narrower patterns, or ask the keeper of this server for more time"
            raise TaskError(
                503, Message("stopped after {seconds:g} s", seconds=seconds), where="query", cure=cure
            ) from None

    async def _lent(self) -> Worker:
        if self._queue >= self.waiting:
            self.counts["refused"] += 1
            raise TaskError(503, "too many requests wait already", cure="try again in a moment")
        self._queue += 1
        try:
            async with asyncio.timeout(self.patience):
                await self._turns.acquire()
                try:
                    return await self._idle.get()
                except BaseException:
                    self._turns.release()
                    raise
        except TimeoutError:
            self.counts["refused"] += 1
            raise TaskError(503, "all workers are busy", cure="try again in a moment") from None
        finally:
            self._queue -= 1

    def _watch(self, turn: Turn) -> None:
        turn.timer = asyncio.get_running_loop().call_later(_QUICK, self._make_way, turn)

    def _make_way(self, turn: Turn) -> None:
        if self._slow < self.reserve:
            self._slow += 1
            turn.is_slow = True
            self._turns.release()
        else:
            self._watch(turn)

    def _give_back(self, worker: Worker, turn: Turn) -> None:
        if turn.timer is not None:
            turn.timer.cancel()
        if not turn.is_slow:
            self._turns.release()
        if worker.is_clean and worker.stamp == self.current:
            self._slow -= turn.is_slow
            self._idle.put_nowait(worker)
            return
        self._do(self._replaced(worker, turn, needs_one=worker.stamp == self.current))

    async def _replaced(self, worker: Worker, turn: Turn, *, needs_one: bool) -> None:
        try:
            await self._renewed(worker, needs_one=needs_one)
        finally:
            self._slow -= turn.is_slow  # its worker was missing until now

    async def _renewed(self, worker: Worker, *, needs_one: bool) -> None:
        await self._gone(worker)
        while needs_one:
            try:
                self._idle.put_nowait(await self._ready())
            except TaskError as e:
                _log.error("no worker: %s", e)
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def _admitted(self, worker: Worker) -> None:
        current = self.current
        try:
            await self._warmed(worker)
        except TaskError as e:
            _log.error("no worker: %s", e)
            await self._renewed(worker, needs_one=self.current == current)
            return
        if self.current in (current, worker.stamp):
            self._idle.put_nowait(worker)
        else:  # the store has changed, and there are new workers already
            await self._gone(worker)

    async def _ready(self) -> Worker:
        worker = await self._started()
        try:
            await self._warmed(worker)
        except BaseException:
            await self._gone(worker)
            raise
        return worker

    async def _warmed(self, worker: Worker) -> None:
        if self.warming:
            await _run(worker, self.warming, _OPENING)
            self.counts["warmed"] += 1

    def _do(self, work: Any) -> None:  # noqa: ANN401 - a coroutine of any kind
        job = asyncio.get_running_loop().create_task(work)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _gone(self, worker: Worker) -> None:
        await worker.end()
        self._all.discard(worker)

    async def _started(self) -> Worker:
        # -P keeps the current folder out of the import path; Ctrl-C is handled by the server, not by its workers.
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)}
        pipe = asyncio.subprocess.PIPE
        _, worker = await asyncio.get_running_loop().subprocess_exec(
            Worker, sys.executable, "-P", "-m", "kgbuild.web.worker",
            stdin=pipe, stdout=pipe, stderr=None, env=env, start_new_session=True,
        )  # fmt: skip
        try:
            worker.send(json.dumps(self.setup()).encode() + b"\n")
            kind, data = await worker.frame(_OPENING)
        except BaseException as e:
            await worker.end()
            if isinstance(e, TimeoutError):
                raise TaskError(503, "the store takes too long to open") from e
            raise
        if kind == b"x":
            await worker.end()
            raise _error_of(data)
        worker.stamp = json.loads(data)["stamp"]
        self._all.add(worker)
        return worker

    def state(self) -> dict[str, int]:
        """Return the number of idle workers and of waiting tasks."""
        return {"workers": len(self._all), "idle": self._idle.qsize(), "waiting": self._queue, "slow": self._slow}
