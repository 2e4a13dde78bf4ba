"""The same work for many inputs, on several cores.

Guarantees: outcomes come in the order of the inputs and are the same whatever the number of workers; an input that
fails, or that ends the process which works on it, costs no other input; no more outcomes are held than a fixed number
for each worker; when the caller stops, so do the workers.
"""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from kgbuild.errors import InputError, InternalError, KgbuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

Item = TypeVar("Item")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[Item, Value]):
    """What came of one input: the value of the work, or the error; exactly one is set."""

    item: Item
    value: Value | None = None
    error: KgbuildError | None = None


def cores() -> int:
    """Return how many cores this process may use; 1 in a process that may start no other, as those of a cluster."""
    processes = sys.modules.get("multiprocessing")  # who is a daemon has it loaded
    if processes is not None and processes.current_process().daemon:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def each(
    work: Callable[[Item], Value], items: Sequence[Item], *, workers: int = 1
) -> Generator[Outcome[Item, Value], None, None]:
    """Yield what comes of each item, in their order.

    Args:
        work: A function of a module, or a `functools.partial` of one, so that another process can import it.
        items: Inputs; an error names them as `str` writes them.
        workers: Number of processes, never more than items; 1 = in this process.
    """
    workers = min(workers, len(items))
    if workers > 1:
        from kgbuild.api.workers import share

        yield from share(work, items, workers)
        return
    for item in items:
        yield outcome_of(work, item)


def outcome_of(work: Callable[[Item], Value], item: Item) -> Outcome[Item, Value]:
    """Return what comes of one item; whatever the work raises is caught, but the end of the process."""
    try:
        return Outcome(item=item, value=work(item))
    except KgbuildError as e:
        return Outcome(item=item, error=e)
    except BrokenPipeError:  # whoever reads our output has gone: no fault of the item
        raise
    except MemoryError:
        error: KgbuildError = InputError("out of memory", where=str(item), cure="give a smaller input")
        return Outcome(item=item, error=error)
    except Exception as e:  # a bug that one input shows must not cost the others
        if os.environ.get("KGBUILD_DEBUG"):
            traceback.print_exc()
        return Outcome(item=item, error=InternalError.of(e, where=str(item)))
