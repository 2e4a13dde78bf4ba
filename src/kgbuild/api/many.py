"""The same work for many inputs, on several cores.

Guarantees: outcomes are in the order of the inputs and do not depend on the number of workers; an input that fails, or
that kills its worker, affects no other input; the number of outcomes held in memory is bounded for each worker; when
the caller stops, so do the workers.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from kgbuild.api.outcome import Item, Outcome, Value, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence


def cores() -> int:
    """Return the number of usable cores; 1 in a process that may not start others, such as a cluster worker."""
    processes = sys.modules.get("multiprocessing")  # who is a daemon has it loaded
    if processes is not None and processes.current_process().daemon:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def each(
    work: Callable[[Item], Value], items: Sequence[Item], *, workers: int = 1
) -> Generator[Outcome[Item, Value], None, None]:
    """Yield the outcome of each input, in order.

    Args:
        work: A module-level function, or a `functools.partial` of one, so that other processes can import it.
        items: Inputs; errors name them by `str`.
        workers: Number of processes, at most one for each item; 1 = this process.
    """
    workers = min(workers, len(items))
    if workers > 1:
        from kgbuild.api.workers import share  # multiprocessing is slow to load

        yield from share(work, items, workers)
        return
    for item in items:
        yield outcome_of(work, item)
