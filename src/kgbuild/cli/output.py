"""Writing results: standard output or a file, never half a file."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kgbuild.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator


def write_output(data: bytes, path: Path | None) -> None:
    """Write bytes to a file or, for None and `-`, to the standard output; see `writing`.

    Raises:
        InputError: it cannot be written; what stood there before is untouched.
    """
    with writing(path) as out:
        out.write(data)


@contextlib.contextmanager
def writing(path: Path | None) -> Iterator[IO[bytes]]:
    """Open what is to be written: a file by way of a temporary one beside it, or the standard output.

    Raises:
        InputError: it cannot be written; what stood there before is untouched.
    """
    try:
        if path is None or str(path) == "-":
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        elif path.exists() and not path.is_file():
            with path.open("wb") as out:  # a pipe or a device, which no file may replace; a folder refuses
                yield out
        else:
            with _replacing(path.resolve()) as out:
                yield out
    except BrokenPipeError:
        raise
    except OSError as e:
        where = str(path or "standard output")
        raise InputError(f"cannot be written ({e.strerror})", where=where, cure="choose another place with -o") from e


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Put a file in place at once; whatever interrupts this leaves no trace."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
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
