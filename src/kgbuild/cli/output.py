"""What a command writes: results to the standard output or a file, messages to the standard error, and its end.

Guarantees: a file is written whole or not at all, and never in place of what the command reads; a terminal gets no
control characters that somebody else chose; who stops reading the output changes nothing of what a command finds.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import threading
from typing import IO, TYPE_CHECKING

import click

from kgbuild.api.files import replacing
from kgbuild.errors import InputError, UsageError, shown, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from kgbuild.errors import KgbuildError


# -- results ------------------------------------------------------------------------------------------------------
def write_output(
    data: bytes | str, path: Path | None, *, inputs: Iterable[str | Path] = (), codes: tuple[str, ...] = ()
) -> None:
    """Write bytes to a file by way of a temporary one beside it, or to the standard output.

    Args:
        data: The bytes, or a text: it becomes UTF-8, and what of a file's name is none is written out.
        path: The file; None or `-` for the standard output.
        inputs: What the command reads, which it must not replace; `-` and what is not there are passed over.
        codes: Control sequences of our own, which a terminal may get.

    Raises:
        UsageError: the file is one of the inputs.
        InputError: it cannot be written; what stood there before is untouched.
    """
    if isinstance(data, str):
        data = data.encode("utf-8", "backslashreplace")
    if path is None or str(path) == "-":
        _print(data, codes)
        return
    check_target(path, inputs)
    with writing(path) as out:
        out.write(data)


@contextlib.contextmanager
def writing(path: Path | None) -> Iterator[IO[bytes]]:
    """Open what is to be written piece by piece: a file, in its place when the block ends, or the standard output.

    Raises:
        InputError: it cannot be written; what stood there before is untouched.
    """
    if path is None or str(path) == "-":
        pieces = io.BytesIO()
        yield pieces
        _print(pieces.getvalue(), ())
        return
    with replacing(path) as out:
        yield out


def check_target(path: Path | None, inputs: Iterable[str | Path]) -> None:
    """Refuse to write in place of what is read.

    Raises:
        UsageError: the file is one of the inputs, under this name or another.
    """
    for source in inputs:
        with contextlib.suppress(OSError, ValueError):
            if path is not None and str(source) != "-" and path.is_file() and path.samefile(source):
                raise UsageError("is what is read", where=str(path), cure="write to another file")


def _print(data: bytes, codes: tuple[str, ...]) -> None:
    if sys.stdout is None:
        raise InputError("is closed", where="standard output", cure="leave it open, or give -o FILE")
    if sys.stdout.isatty():
        data = _harmless(data.decode(errors="replace").replace("\r\n", "\n"), codes).encode()
    try:
        sys.stdout.flush()
        _write_all(sys.stdout.buffer, data)
    except BrokenPipeError:
        # Who reads has seen enough. What the command finds does not depend on that, and so its exit code does not.
        discard_output()
    except (OSError, ValueError) as e:
        error = e if isinstance(e, OSError) else OSError(0, "it is closed")
        discard_output()
        raise _unwritten(error, "standard output") from e


def _harmless(text: str, codes: tuple[str, ...]) -> str:
    kept = "|".join(map(re.escape, ("\n", "\t", *codes)))
    parts = re.split(f"({kept})", text)
    return "".join(part if i % 2 else visible(part) for i, part in enumerate(parts))


def _write_all(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)
    stream.flush()


def discard_output() -> None:
    """Let what is still to be printed, and the flush at the end of the process, go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def _unwritten(error: OSError, where: str) -> InputError:
    return InputError(f"cannot be written ({error.strerror})", where=where, cure="choose another place with -o")


# -- messages -----------------------------------------------------------------------------------------------------
def say(message: object, *, prefix: str = "kgbuild: ") -> None:
    """Write a line to the standard error, whatever stands in it; one that nobody can read is passed over."""
    with contextlib.suppress(OSError, ValueError):
        click.echo(f"{prefix}{shown(str(message))}", err=True)


def end(failures: Sequence[KgbuildError]) -> None:
    """Leave with the highest exit code where something failed; a failure alone is raised as it is."""
    if len(failures) == 1:
        raise failures[0]
    for failure in failures:
        say(failure)
    if failures:
        sys.exit(max(failure.exit_code for failure in failures))


@contextlib.contextmanager
def deadline(seconds: float, what: str) -> Iterator[None]:
    """End the process with exit code 3 where a block takes longer; the engine lets nothing else stop it.

    Args:
        seconds: How long it may take.
        what: What is stopped, as the message names it.
    """

    def stop() -> None:
        cure = "narrow the question, give --limit, or raise --timeout"
        say(InputError(f"stopped after {seconds:g} s", where=what, cure=cure))
        os._exit(InputError.exit_code)

    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
