"""Writing results: standard output or a file, never half a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kgbuild.errors import InputError
from kgbuild.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kgbuild.errors import KgbuildError


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
            replace_file(path, data)
    except BrokenPipeError:
        raise
    except OSError as e:
        where = str(path or "standard output")
        raise InputError(f"cannot be written ({e.strerror})", where=where, cure="choose another place with -o") from e


def end(failures: Sequence[KgbuildError]) -> None:
    """Leave with the highest exit code where something failed; a failure alone is raised as it is."""
    if len(failures) == 1:
        raise failures[0]
    for failure in failures:
        click.echo(f"kgbuild: {failure}", err=True)
    if failures:
        sys.exit(max(failure.exit_code for failure in failures))
