"""The collector of cyclic garbage while a document is worked on.

A document makes objects by the ten thousand and hardly a cycle, and each whole search goes through all that the process
has loaded, the vocabularies first: a tenth of the time of a warm build. The command line searches rarely all along.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

THRESHOLD = 50_000
"""Number of new objects after which young ones are searched."""
_lock = Lock()
_before: list[tuple[int, int, int]] = []
"""How the collector was set, once for each block that has not ended; the first is how the user set it."""


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Search for cycles less often; with the last block that ends, in whatever thread, as often as before.

    A collector that searches never, or less often still, stays as it is.
    """
    with _lock:
        _before.append(gc.get_threshold())
        young, *older = _before[-1]
        if 0 < young < THRESHOLD:
            gc.set_threshold(THRESHOLD, *older)
    try:
        yield
    finally:
        with _lock:
            at_first = _before[0]
            _before.pop()
            if not _before:
                gc.set_threshold(*at_first)
