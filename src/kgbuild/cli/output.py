"""Writing results: standard output or a file, never half a file."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from kgbuild.errors import InputError


def write_output(data: bytes, path: Path | None) -> None:
    """Write bytes to a file by way of a temporary one beside it, or to the standard output.

    Raises:
        InputError: it cannot be written; what stood there before is untouched.
    """
    try:
        if path is None or str(path) == "-":
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        elif path.exists() and not path.is_file():
            path.write_bytes(data)  # a pipe or a device, which no file may replace; a folder refuses
        else:
            _replace(path.resolve(), data)
    except BrokenPipeError:
        raise
    except OSError as e:
        where = str(path or "standard output")
        raise InputError(f"cannot be written ({e.strerror})", where=where, cure="choose another place with -o") from e


def _replace(path: Path, data: bytes) -> None:
    """Put a file in place at once; whatever interrupts this leaves no trace."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(data)
            f.flush()
            os.fsync(f.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
