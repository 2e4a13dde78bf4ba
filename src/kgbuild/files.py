"""Atomic writing of files."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def replace_file(path: Path, data: bytes) -> None:
    """Replace the content of a file atomically; see `replacing`.

    Args:
        path: The file; its folder must exist.
        data: The new content.

    Raises:
        OSError: it cannot be written.
    """
    with replacing(path) as f:
        f.write(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that replaces another one when the block ends.

    A link is kept and written through; an existing file keeps its mode. An interruption leaves the previous content and
    no temporary file.

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
