"""The end of a command by a signal: what it has begun is cleaned up, as at Ctrl-C, before it dies of the signal."""

from __future__ import annotations

import atexit
import contextlib
import signal
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What a supervisor sends, and a terminal that is closed."""


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Turn a signal that would end the process at once into `SystemExit`, during a block.

    Files and folders that are half written are removed and processes ended by whoever made them. Then the process dies
    of the signal after all, since supervisors tell a wanted end by that. A second signal ends it at once; one that is
    ignored (`nohup`) stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        came.append(number)
        signal.signal(number, signal.SIG_DFL)
        raise SystemExit(128 + number)

    def die() -> None:
        for number in came:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
            signal.raise_signal(number)

    atexit.register(die)  # it is the last to be called, since others register later
    before = {number: signal.signal(number, end) for number in _ENDS if signal.getsignal(number) is signal.SIG_DFL}
    try:
        yield
    finally:
        if not came:
            atexit.unregister(die)
            for number, handler in before.items():
                signal.signal(number, handler)
