"""Writing a file: never half of one, whatever ends the process."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in place at once; see `replacing`.

    Args:
        path: The file; its folder must exist.
        data: What it shall hold.

    Raises:
        OSError: it cannot be written.
    """
    with replacing(path) as f:
        f.write(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that takes the place of another when the block ends.

    A link keeps its name and is written through; a file that is there keeps its mode. Whatever interrupts this leaves
    what was there before, and no trace.

    Args:
        path: The file; its folder must exist.

    Raises:
        OSError: it cannot be written.
    """
    import tempfile

    path = Path(os.path.realpath(path))
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".kgbuild-")
    try:
        with os.fdopen(handle, "wb") as f:
            yield f
            f.flush()
            os.fsync(f.fileno())
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
