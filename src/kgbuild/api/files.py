"""Reading of the inputs of the facade: documents, queries, their settings."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild import files
from kgbuild.api.inputs import INSIDE, is_container, member_bytes, members_of, pages_together, parts_of, within
from kgbuild.config import find_config, load_settings
from kgbuild.errors import InputError, Message, UsageError, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO, BinaryIO

    from kgbuild.config import Settings
    from kgbuild.model import SourceText


_LARGEST_QUERY = 1_000_000


def read_file(path: Path) -> SourceText:
    """Read a file as `kgbuild read` does, with the settings of the nearest kgbuild.toml.

    Raises:
        InputError: the file cannot be read.
    """
    return _read(str(path), settings_of(str(path), None, None))


def read_source(file: str, *, config: Path | None = None, max_bytes: int | None = None) -> SourceText:
    """Read a document as text.

    Args:
        file: Path of the document; `-` is the standard input.
        config: Configuration; None = the nearest kgbuild.toml above the file.
        max_bytes: Maximum size of the file; None = as configured.

    Raises:
        InputError: it cannot be read.
    """
    return _read(file, settings_of(file, config, max_bytes))


def _read(file: str, settings: Settings) -> SourceText:
    from kgbuild.read import read_bytes

    data = bytes_of(file, settings.max_bytes)
    return read_bytes(data, name=name_of(file), max_bytes=settings.max_bytes, limits=settings.limits)


def read_query(text: str) -> str:
    """Return a query: the text itself, or the content of a file `*.rq` or, for `-`, of the standard input.

    Raises:
        InputError: the file cannot be read.
    """
    if text != "-" and not text.endswith(".rq"):
        return text
    try:
        return bytes_of(text, _LARGEST_QUERY).decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise InputError("cannot be read as UTF-8", where=text, cure="check the path") from e


def settings_of(file: str, config: Path | None, max_bytes: int | None) -> Settings:
    """Return the settings for an input: of the given configuration, or of the nearest kgbuild.toml above it.

    Args:
        file: The input, `-` for the standard input.
        config: Configuration; None = the nearest kgbuild.toml above the input.
        max_bytes: Maximum size of an input; None = as configured.
    """
    start = Path.cwd() if file == "-" else Path(parts_of(file)[0])
    settings = load_settings(config or find_config(start))
    return settings if max_bytes is None else replace(settings, max_bytes=max_bytes)


def name_of(file: str) -> str:
    """Return the name of an input for reports, with control characters and undecodable bytes escaped."""
    return "stdin" if file == "-" else " + ".join(visible(Path(part).name) for part in parts_of(file))


def bytes_of(file: str, limit: int) -> bytes:
    """Return the bytes of an input; one that exceeds the limit is not read to its end, which it may not have.

    Raises:
        InputError: it cannot be read, or is larger than `limit` bytes.
    """
    if len(parts := parts_of(file)) > 1:
        from kgbuild.read.bundle import pack

        return pack([(name_of(part), bytes_of(part, limit)) for part in parts])
    if INSIDE in file and not Path(file).exists():
        return member_bytes(file, limit)
    try:
        if file == "-":
            data = _some(_stdin(), limit + 1)
        else:
            with Path(file).open("rb") as f:
                data = _some(f, limit + 1)
    except OSError as e:
        raise InputError(
            Message("cannot be read ({reason})", reason=e.strerror), where=file, cure="check the path"
        ) from e
    except ValueError as e:
        raise InputError(Message("is not a file name ({reason})", reason=e), where=file, cure="check the path") from e
    return within(data, limit, file)


def _some(stream: BinaryIO, most: int) -> bytes:
    # In pieces: a stream asked for a petabyte would allocate the buffer for it.
    pieces, left = [], most
    while left and (piece := stream.read(min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        raise InputError("is closed", where="standard input", cure="give a file")
    return sys.stdin.buffer


def format_of(output: Path | None, *, default: str) -> str:
    """Return the format that the name of a graph file asks for.

    Args:
        output: The file to write; the default applies to None, `-`, a folder, and a name without a suffix.
        default: A format of `kgbuild.graph.serialise`.

    Raises:
        UsageError: no format has the suffix.
    """
    from kgbuild.graph.serialise import FORMATS

    if output is None or str(output) == "-" or output.is_dir() or not output.suffix:
        return default
    if output.suffix not in FORMATS:
        cure = Message("use {names} or --format", names=" ".join(FORMATS))
        raise UsageError(
            Message("no format for the suffix {suffix!r}", suffix=output.suffix), where=str(output), cure=cure
        )
    return FORMATS[output.suffix]


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces an existing one when the block ends, entirely or not at all.

    A pipe or device, which cannot be replaced, is written to directly.

    Raises:
        InputError: it cannot be written; what existed before is unchanged.
    """
    try:
        special = path.exists() and not path.is_file()  # a folder refuses
        with path.open("wb") if special else files.replacing(path) as out:
            yield out
    except BrokenPipeError:
        raise
    except OSError as e:
        what = Message("cannot be written ({reason})", reason=e.strerror)
        raise InputError(what, where=str(path), cure="choose another place with -o") from e


def files_in(places: Iterable[Path]) -> list[Path]:
    """Return the given files, the files in the given folders, and the documents in archives among them.

    Files that form one document are returned as one, as `build` takes them.
    """
    found = [f for p in places for f in (sorted(x for x in p.iterdir() if x.is_file()) if p.is_dir() else [p])]
    names = [str(f) for p in found for f in (members_of(p) if is_container(p) else [p])]
    return [Path(name) for name in pages_together(names)]
