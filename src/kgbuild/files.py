"""Atomic writing of files, and temporary folders that no ended process leaves behind."""

from __future__ import annotations

import contextlib
import os
import shutil
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


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Yield a temporary folder that is deleted when the block ends, and delete those that killed processes left.

    Its process keeps it locked, so that a folder without a lock has lost its own. Where a system has no locks, nothing
    is deleted but the folder of the block.

    Args:
        prefix: First part of its name, the same for all that are used for one purpose.

    Raises:
        OSError: it cannot be made.
    """
    import tempfile

    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError), locked(left) as is_ours:
            if is_ours and left.lstat().st_uid == os.getuid():
                shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=f".{prefix}"))
    with locked(made):
        folder = made.rename(made.with_name(made.name[1:]))  # only now it has the name that others look for
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Lock a folder during a block if no other process has locked it; yield whether it is locked by us now.

    Args:
        folder: The folder, which must exist.

    Raises:
        OSError: it cannot be opened.
    """
    try:
        import fcntl
    except ImportError:  # Windows has no flock: another process may be at work
        yield False
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # taken, or the file system has no locks
        is_taken = False
    else:
        is_taken = True
    try:
        yield is_taken
    finally:
        os.close(handle)


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
