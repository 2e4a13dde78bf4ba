"""Turtle files of the vocabularies → triples by subject.

Guarantees: the same files yield the same digest, in whatever order the operating system lists them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from kgbuild.config import Settings, data_dir
from kgbuild.errors import InputError, Message, OntologyError
from kgbuild.lexicon.entries import checked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kgbuild.model import Triple

BOM = b"\xef\xbb\xbf"
"""The byte order mark that some editors write before UTF-8."""

Node = dict[str, list[str]]
"""Predicate → objects of one subject, in the order of the file; terms in N-Triples syntax."""
Stamp = tuple[int, int]
"""Modification time in nanoseconds, and size in bytes."""


def vocabulary_files(settings: Settings) -> tuple[Path, ...]:
    """Return the Turtle files: those of the project, then those of each folder of the user, sorted.

    Raises:
        InputError: a folder cannot be listed, or changes while it is.
    """
    return tuple(path for folder in (data_dir("ontology"), *settings.vocab) for path in _files_in(folder))


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(folder.rglob("*.ttl"))
    except OSError as e:
        what = Message("cannot be read ({reason})", reason=e.strerror)
        raise InputError(what, where=str(folder), cure="check the path") from e


def digest_of(files: Iterable[Path]) -> str:
    """Return the first 16 hex digits of the SHA-256 of the names and contents of files."""
    total = hashlib.sha256()
    for path in files:
        total.update(path.name.encode("utf-8", "surrogateescape") + b"\0" + hashlib.sha256(_read(path)).digest())
    return total.hexdigest()[:16]


def stamps_of(files: Iterable[Path]) -> tuple[Stamp, ...]:
    """Return modification time and size of each file."""
    return tuple(map(_stamp, files))


def parse_file(path: Path) -> tuple[Triple, ...]:
    """Return the triples of a Turtle file in its order.

    Raises:
        OntologyError: a file of the project is broken.
        InputError: a file of a user is broken, or an entry in it is unusable.
    """
    import pyoxigraph

    ours = path.is_relative_to(data_dir("ontology"))
    try:
        triples = tuple(
            (str(quad.subject), str(quad.predicate), str(quad.object))
            for quad in pyoxigraph.parse(_read(path), format=pyoxigraph.RdfFormat.TURTLE)
        )
    except SyntaxError as e:
        error = OntologyError if ours else InputError
        raise error(f"is not valid Turtle ({e})", where=str(path), cure="mend the file") from e
    return triples if ours else checked(triples, path)


def by_subject(triples: Iterable[Triple]) -> dict[str, Node]:
    """Group triples by subject; subjects and objects keep the order of the input."""
    nodes: dict[str, Node] = {}
    for subject, predicate, value in triples:
        nodes.setdefault(subject, {}).setdefault(predicate, []).append(value)
    return nodes


def _read(path: Path) -> bytes:
    if not path.is_file() and path.exists():  # reading a pipe would never end
        raise InputError("is not a file", where=str(path), cure="keep nothing but vocabularies under this name")
    try:
        return path.read_bytes().removeprefix(BOM)
    except OSError as e:
        raise _unreadable(path, e) from e


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError as e:
        raise _unreadable(path, e) from e
    return found.st_mtime_ns, found.st_size


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(
        Message("cannot be read ({reason})", reason=error.strerror), where=str(path), cure="check the file"
    )
