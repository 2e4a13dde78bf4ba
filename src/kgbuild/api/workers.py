"""Worker processes for `each`.

Each worker has a pipe of its own, so that the input of a worker that dies is known. A pool of the standard library
cannot tell: there, one dead process fails everything that was submitted.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import signal
import sys
from collections import deque
from multiprocessing import connection, resource_tracker
from typing import TYPE_CHECKING, Generic

from kgbuild.api.outcome import Item, Outcome, Value, outcome_of
from kgbuild.errors import InputError, InternalError, KgbuildError, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

AHEAD = 16
"""Number of outcomes that a worker may finish ahead of an earlier one of another worker."""
TRIES = 2
"""Number of processes that an input may kill before it is given up; the first may have died of another's memory use."""
_FORKED = "forkserver" in multiprocessing.get_all_start_methods()
_CONTEXT = multiprocessing.get_context("forkserver") if _FORKED else multiprocessing.get_context("spawn")
# The fork server imports once what every worker needs, and has no threads, so it forks safely.
_PRELOADED = [
    *("kgbuild.annotations", "kgbuild.api.document", "kgbuild.graph.turtle", "kgbuild.pipeline", "kgbuild.review"),
    "kgbuild.validate.engine",
]
_STOPPED_FROM_OUTSIDE = (-9, -15)


def share(work: Callable[[Item], Value], items: Sequence[Item], workers: int) -> Iterator[Outcome[Item, Value]]:
    """Distribute the items in order; yield the outcomes in the same order.

    Args:
        work: The function; it must be picklable.
        items: Its arguments, one for each call.
        workers: Number of processes.
    """
    todo = deque(range(len(items)))
    deaths: dict[int, int] = {}
    done: dict[int, Outcome[Item, Value]] = {}
    crew: list[_Worker[Item, Value]] = []
    due = 0
    if _FORKED:
        _CONTEXT.set_forkserver_preload(_PRELOADED)
    try:
        while due < len(items):
            idle = [w for w in crew if w.at is None]
            while todo and todo[0] < due + AHEAD * workers and (idle or len(crew) < workers):
                worker = idle.pop() if idle else _Worker(work)
                if worker not in crew:
                    crew.append(worker)
                worker.give(todo[0], items[todo.popleft()])
            for worker in _ready(crew):
                at, outcome = worker.take()
                if outcome is None:
                    crew.remove(worker)
                    deaths[at] = deaths.get(at, 0) + 1
                    if deaths[at] < TRIES:
                        todo.appendleft(at)
                        continue
                    outcome = Outcome(item=items[at], error=_death(items[at], worker.process.exitcode))
                done[at] = outcome
            while due in done:
                yield done.pop(due)
                due += 1
    finally:
        for worker in crew:
            worker.end()


class _Worker(Generic[Item, Value]):
    """A process, the pipe to it, and the index of its current item (None if idle)."""

    def __init__(self, work: Callable[[Item], Value]) -> None:
        self.at: int | None = None
        self.pipe, far = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_serve, args=(far, work, gc.get_threshold()), daemon=True)
        try:
            with _deaf():
                self.process.start()
        except OSError as e:
            what = Message("no worker process can be started ({reason})", reason=e.strerror)
            raise InputError(what, where="--workers", cure="use --workers 1") from e
        far.close()

    def give(self, at: int, item: Item) -> None:
        """Send an item to the process."""
        self.at = at
        with contextlib.suppress(OSError):  # it has just died; `take` will notice
            self.pipe.send(item)

    def take(self) -> tuple[int, Outcome[Item, Value] | None]:
        """Return the index of the item and its outcome (None if the process died)."""
        at, self.at = self.at or 0, None
        try:
            return at, self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            self.pipe.close()
            return at, None

    def end(self) -> None:
        """End the process: gracefully if idle, otherwise at once; partially written output is removed."""
        self.pipe.close()
        if self.at is not None:
            self.process.terminate()
        self.process.join(timeout=1)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()


def _ready(crew: list[_Worker[Item, Value]]) -> list[_Worker[Item, Value]]:
    """Wait for busy workers; return those that have a result, or died."""
    ready = connection.wait([w.pipe for w in crew if w.at is not None])
    return [w for w in crew if w.pipe in ready]


def _serve(pipe: Connection, work: Callable[[Item], Value], threshold: tuple[int, int, int]) -> None:
    """The loop of a worker: process one item after another until the other end of the pipe is closed."""
    gc.set_threshold(*threshold)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):  # a terminal that is closed sends it to all: the first process ends the others
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that unfinished output is cleaned up
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            pipe.send(outcome_of(work, pipe.recv()))


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, which a terminal sends to all: the first process ends the others."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # started later, it would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _death(item: object, code: int | None) -> KgbuildError:
    if code in _STOPPED_FROM_OUTSIDE:
        what = Message(
            "the process that worked on it was killed {tries} times (signal {signal})", tries=TRIES, signal=-code
        )
        return InputError(what, where=str(item), cure="free memory, or use fewer --workers")
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    what = Message("the process that worked on it died {tries} times ({how})", tries=TRIES, how=how)
    return InternalError(what, where=str(item), cure=Message("a bug: report it with the input"))
