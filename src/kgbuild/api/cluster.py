"""The same work for many inputs on a Dask cluster (`distributed`).

Guarantees, as for `kgbuild.api.many`: outcomes are in the order of the inputs and do not depend on where the work is
done; an input that fails, or that kills its worker, affects no other input. Work lost with a worker is restarted on
another one.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import uuid
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from kgbuild.api.many import cores, each
from kgbuild.api.outcome import Item, Outcome, Value, outcome_of
from kgbuild.errors import InputError, InternalError, Message, extra_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

_BATCH_BYTES = 2_000_000
_BATCH_ITEMS = 50
_SHARES = 8
"""Minimum number of batches for each thread of the cluster, so that no thread waits for the last batch."""
_AHEAD = 4
"""Batches for each thread in flight or waiting for an earlier one; bounds the memory of this process."""
_MOST_THREADS = 4
"""More would share one disk, and load smaller batches at a higher price."""
_CONNECT_SECONDS = 15
_WORKERS_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who does the work.

    Attributes:
        workers: Number of local processes; None = one for each core.
        dask: Address of a Dask scheduler, which then does the work: `tcp://HOST:8786`.
    """

    workers: int | None = None
    dask: str | None = None

    @property
    def threads(self) -> int:
        """Number of threads for what only this process can do, such as loading a store."""
        return min(_MOST_THREADS, self.workers or cores())

    @property
    def is_elsewhere(self) -> bool:
        """Whether other processes do the work, so that this one has time for something else."""
        return self.dask is not None or (self.workers or cores()) > 1

    def each(
        self, work: Callable[[Item], Value], items: Sequence[Item], *, size: Callable[[Item], int]
    ) -> Generator[Outcome[Item, Value], None, None]:
        """Yield the outcome of each item, in order; see `kgbuild.api.many.each`.

        Args:
            work: A module-level function, or a `functools.partial` of one.
            items: Inputs.
            size: Estimates the work of an item, in bytes.

        Raises:
            InputError: the cluster cannot be reached, or is unusable.
        """
        if self.dask is None or not items:
            return each(work, items, workers=self.workers or cores())
        return each_on(self.dask, work, items, size=size)


def each_on(
    address: str, work: Callable[[Item], Value], items: Sequence[Item], *, size: Callable[[Item], int]
) -> Generator[Outcome[Item, Value], None, None]:
    """Yield the outcome of each item on a cluster, in order; see `Crew.each`."""
    with _client(address) as (client, threads):
        batches = _batches([size(item) for item in items], threads)
        yield from _Share(client, work, items).run(batches, _AHEAD * threads)


@contextlib.contextmanager
def _client(address: str) -> Iterator[tuple[Any, int]]:
    """Connect to a scheduler; yield the client and the number of threads of its workers."""
    try:
        from distributed import Client
    except ImportError as e:
        raise extra_missing(e, "cluster", where="--dask") from e
    # Lost workers and connections are reported by our own errors, so its loggers are silenced.
    for name in ("distributed", "distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    cure = "start `dask scheduler` and `dask worker`, and give the address that the scheduler prints"
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as e:
        what = Message("no scheduler answers ({reason})", reason=str(e)[:160] or type(e).__name__)
        raise InputError(what, where=address, cure=cure) from e
    try:
        try:
            client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
        except TimeoutError as e:
            raise InputError("its scheduler has no worker", where=address, cure=cure) from e
        yield client, max(1, sum(client.nthreads().values()))
    finally:
        with contextlib.suppress(Exception):  # the scheduler may be gone
            client.close(timeout=5)


def _batches(sizes: Sequence[int], threads: int) -> list[range]:
    """Cut a sequence of items into batches of similar size, several for each thread."""
    most = max(1, min(_BATCH_BYTES, sum(sizes) // (_SHARES * threads)))
    out, start, so_far = list[range](), 0, 0
    for at, size in enumerate(sizes):
        if at > start and (so_far + size > most or at - start >= _BATCH_ITEMS):
            out.append(range(start, at))
            start, so_far = at, 0
        so_far += size
    return [*out, range(start, len(sizes))] if sizes else []


def _do(
    work: Callable[[Item], Value], items: Sequence[Item], threshold: tuple[int, int, int]
) -> list[Outcome[Item, Value]]:
    """Process a batch; runs on a worker."""
    gc.set_threshold(*threshold)
    return [outcome_of(work, item) for item in items]


class _Share(Generic[Item, Value]):
    """Submits batches to a cluster.

    Dask suspects everything that a dead worker had in hand. Items of an abandoned batch are therefore retried one by
    one, with nothing running beside them, so that only the culprit fails.
    """

    def __init__(self, client: Any, work: Callable[[Item], Value], items: Sequence[Item]) -> None:  # noqa: ANN401
        self._client, self._work, self._items = client, work, items
        self._done: dict[int, Outcome[Item, Value]] = {}
        self._suspects = deque[int]()
        self._under_way: dict[Any, range] = {}

    def run(self, batches: Sequence[range], ahead: int) -> Iterator[Outcome[Item, Value]]:
        """Yield the outcomes in the order of the items, with at most `ahead` batches in flight or waiting."""
        from distributed import as_completed

        due = first = sent = 0
        finished = as_completed(loop=self._client.loop)
        try:
            while due < len(self._items):
                while not self._suspects and sent < len(batches) and sent - first < ahead:
                    future = self._send(batches[sent])
                    self._under_way[future] = batches[sent]
                    finished.add(future)
                    sent += 1
                if self._under_way:
                    self._take(next(finished))
                else:
                    at = self._suspects.popleft()
                    self._done[at] = self._alone(at)
                while due in self._done:
                    yield self._done.pop(due)
                    due += 1
                while first < len(batches) and batches[first].stop <= due:
                    first += 1
        finally:
            with contextlib.suppress(Exception):  # the scheduler may be gone
                self._client.cancel(list(self._under_way), force=True)

    def _send(self, batch: range) -> Any:  # noqa: ANN401 - a future of a library without types
        items = [self._items[at] for at in batch]
        key = f"kgbuild-{uuid.uuid4().hex}"
        return self._client.submit(_do, self._work, items, gc.get_threshold(), key=key, pure=False)

    def _take(self, future: Any) -> None:  # noqa: ANN401
        batch = self._under_way.pop(future)
        found = self._outcomes(future)
        if found is None:
            self._suspects += batch
        else:
            self._done |= dict(zip(batch, found, strict=True))
        future.release()

    def _alone(self, at: int) -> Outcome[Item, Value]:
        found = self._outcomes(self._send(range(at, at + 1)))
        if found:
            return found[0]
        item = self._items[at]
        what = "every worker that worked on it died"
        cure = "give workers more memory (`dask worker --memory-limit`), or report it with the input"
        return Outcome(item=item, error=InternalError(what, where=str(item), cure=cure))

    def _outcomes(self, future: Any) -> list[Outcome[Item, Value]] | None:  # noqa: ANN401
        """Return the outcomes of a batch; None if its workers died."""
        from distributed.scheduler import KilledWorker

        try:
            outcomes: list[Outcome[Item, Value]] = future.result()
        except KilledWorker:
            return None
        except Exception as e:
            what = Message("a worker cannot do the work ({name}: {reason})", name=type(e).__name__, reason=str(e)[:300])
            cure = "install this kgbuild on every worker; look at the log of scheduler and workers"
            raise InputError(what, where="--dask", cure=cure) from e
        return outcomes
