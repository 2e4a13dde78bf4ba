"""Output of a command: results to the standard output or a file, messages to the standard error, and its exit.

Guarantees: a file is written completely or not at all, and never replaces an input of the command; a terminal receives
no foreign control characters; a reader that stops reading the output does not affect the result of the command.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import threading
from typing import IO, TYPE_CHECKING

import click

from kgbuild.api.files import replacing
from kgbuild.cli.language import language
from kgbuild.errors import InputError, KgbuildError, Message, UsageError, refused, shown, visible
from kgbuild.translation import told, translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO


# -- results ------------------------------------------------------------------------------------------------------
def write_output(
    data: bytes | str, path: Path | None, *, inputs: Iterable[str | Path] = (), codes: tuple[str, ...] = ()
) -> None:
    """Write bytes to a file through a temporary file beside it, or to the standard output.

    Args:
        data: The bytes, or a text to encode as UTF-8, with undecodable parts of file names escaped.
        path: The file; None or `-` for the standard output.
        inputs: Inputs of the command, which must not be replaced; `-` and missing files are ignored.
        codes: Control sequences of our own that may be sent to a terminal.

    Raises:
        UsageError: the file is one of the inputs.
        InputError: it cannot be written; what existed before is unchanged.
    """
    if isinstance(data, str):
        data = data.encode("utf-8", "backslashreplace")
    if path is None or str(path) == "-":
        _print(data, codes)
        return
    check_target(path, inputs)
    with writing(path) as out:
        out.write(data)


def as_json(value: object) -> bytes:
    """Return a value as indented JSON; parts of file names that are not UTF-8 are escaped."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def make_folder_of(path: Path | None) -> None:
    """Create the folder of an output, for commands whose table belongs in a folder of its own.

    Raises:
        InputError: it cannot be created.
    """
    if path is None or str(path) == "-":
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise refused(e, where=str(path)) from e


@contextlib.contextmanager
def writing(path: Path | None) -> Iterator[IO[bytes]]:
    """Open an output to be written in pieces: a file that is put in place when the block ends, or the standard output.

    Raises:
        InputError: it cannot be written; what existed before is unchanged.
    """
    if path is None or str(path) == "-":
        pieces = io.BytesIO()
        yield pieces
        _print(pieces.getvalue(), ())
        return
    with replacing(path) as out:
        yield out


def check_target(path: Path | None, inputs: Iterable[str | Path]) -> None:
    """Refuse to replace an input.

    Raises:
        UsageError: the file is one of the inputs, possibly under another name.
    """
    for source in inputs:
        with contextlib.suppress(OSError, ValueError):
            if path is not None and str(source) != "-" and path.is_file() and path.samefile(source):
                raise UsageError("is also an input", where=str(path), cure="write to another file")


def _print(data: bytes, codes: tuple[str, ...]) -> None:
    if sys.stdout is None:
        raise InputError("is closed", where="standard output", cure="leave it open, or give -o FILE")
    if sys.stdout.isatty():
        data = _harmless(data.decode(errors="replace").replace("\r\n", "\n"), codes).encode()
    try:
        sys.stdout.flush()
        _write_all(sys.stdout.buffer, data)
    except BrokenPipeError:
        # The reader has seen enough. This affects neither the result of the command nor its exit code.
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
    """Discard all further output, including the flush at the end of the process."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def _unwritten(error: OSError, where: str) -> InputError:
    return InputError(
        Message("cannot be written ({reason})", reason=error.strerror), where=where, cure="choose another place with -o"
    )


# -- messages -----------------------------------------------------------------------------------------------------
def say(message: object, *, prefix: str = "kgbuild: ") -> None:
    """Write a line to the standard error, an error in the language chosen; one that cannot be written is dropped."""
    if isinstance(message, KgbuildError):
        text = told(message, language())
    else:
        text = shown(translated(message, language()) if isinstance(message, Message) else str(message))
    with contextlib.suppress(OSError, ValueError):
        click.echo(f"{prefix}{text}", err=True)


def end(failures: Sequence[KgbuildError]) -> None:
    """Exit with the highest exit code if anything failed; a single failure is raised unchanged."""
    if len(failures) == 1:
        raise failures[0]
    for failure in failures:
        say(failure)
    if failures:
        sys.exit(max(failure.exit_code for failure in failures))


@contextlib.contextmanager
def deadline(seconds: float, what: str) -> Iterator[None]:
    """End the process with exit code 3 if a block takes too long; nothing else can interrupt the engine.

    Args:
        seconds: Time limit in seconds.
        what: Name of the activity, for the message.
    """

    def stop() -> None:
        cure = "narrow the question, give --limit, or raise --timeout"
        say(InputError(Message("stopped after {seconds:g} s", seconds=seconds), where=what, cure=cure))
        os._exit(InputError.exit_code)

    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
