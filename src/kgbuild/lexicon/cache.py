"""Compiled tables on disk, keyed by the digest of what they were compiled from.

The cache determines what a graph says, so it is read only if folder and file belong to the user and nobody else can
write them; `verify` does not read it at all. The format is JSON, because `pickle` executes what it reads and `marshal`
may crash on it. Anything unreadable, truncated or malformed counts as absent: a cache never changes a result and never
stops a run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import stat
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.files import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

MAX_BYTES = 256_000_000
"""A larger file is not ours (the tables take about 3 MB)."""
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_CHECKSUM = 65
"""Length of the first line: a SHA-256 and a newline."""


def cache_dir() -> Path:
    """Return the folder for compiled tables: `KGBUILD_CACHE`, otherwise the user's cache folder."""
    named = os.environ.get("KGBUILD_CACHE")
    if named:
        return Path(named)
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path("~/.cache").expanduser()) / "kgbuild"


def why_unusable(folder: Path) -> str:
    """Return why a folder cannot serve as a cache; '' if it can, or could be created.

    Args:
        folder: As returned by `cache_dir`.
    """
    try:
        state = folder.stat()
    except FileNotFoundError:
        return ""
    except OSError as e:
        return f"cannot be read ({e.strerror})"
    if not stat.S_ISDIR(state.st_mode):
        return "is not a folder"
    return _not_private(state)


def _not_private(state: os.stat_result) -> str:
    """Return why a file or folder is not private to the user; systems without user ids keep separate folders anyway."""
    if not hasattr(os, "geteuid"):
        return ""
    if state.st_uid != os.geteuid():
        return "belongs to another user"
    return "can be written by others" if state.st_mode & _OTHERS_WRITE else ""


def load(name: str) -> object:
    """Return the stored value of a name; None if there is no intact file that only the user can have written."""
    data = _load(name)
    try:
        return None if data is None else json.loads(data[_CHECKSUM:])
    except (ValueError, RecursionError):
        return None


class Lines(Mapping[str, Any]):
    """A table on disk with one line for each key; values are parsed on access.

    Each document uses a small part of the vocabularies, and parsing all of them took longer than reading a plan.
    """

    def __init__(self, data: bytes, start: int = 0) -> None:
        """Use bytes that contain the output of `packed` from `start` on; they are not copied."""
        end = data.index(b"\n", start)
        self._index: dict[str, int] = json.loads(data[start:end])
        self._data, self._start = data, end + 1
        # A plan asks for the nodes that it uses several times, and many plans use the same nodes.
        self._value = lru_cache(maxsize=1024)(self._parsed)

    @staticmethod
    def packed(table: Mapping[str, Any]) -> bytes:
        """Serialise a table: an index of the offset of each key, then the lines."""
        lines = [_json(value) + b"\n" for value in table.values()]
        starts = accumulate(map(len, lines), initial=0)
        return _json(dict(zip(table, starts, strict=False))) + b"\n" + b"".join(lines)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        return self._value(self._index[key])

    def _parsed(self, at: int) -> Any:  # noqa: ANN401
        start = self._start + at
        return json.loads(self._data[start : self._data.index(b"\n", start)])

    def __contains__(self, key: object) -> bool:
        return key in self._index

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)


def load_lines(name: str) -> Lines | None:
    """Return the stored table of a name, None if there is no intact file."""
    data = _load(name)
    try:
        return None if data is None else Lines(data, _CHECKSUM)
    except (ValueError, RecursionError):
        return None


def store_lines(name: str, table: Mapping[str, Any]) -> Lines:
    """Store a table under a name as `store` does; return it as it will be read."""
    body = Lines.packed(table)
    _store(name, body)
    return Lines(body)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _load(name: str) -> bytes | None:
    """Return the content of a file with a valid checksum, including the checksum."""
    folder = cache_dir()
    path = folder / f"{name}.json"
    if why := why_unusable(folder):
        log.info("the cache %s is not used: it %s", folder, why)
        return None
    data = _read(path)
    if data is None:
        return None
    if _sealed(memoryview(data)[_CHECKSUM:]) != data[:_CHECKSUM]:
        log.warning("%s is damaged; compiling anew", path)
        return None
    return data


def _sealed(body: bytes | memoryview) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n"


def _read(path: Path) -> bytes | None:
    # Do not wait for a pipe in its place, nor follow a link.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    state = os.fstat(handle)
    why = _not_private(state) if stat.S_ISREG(state.st_mode) else "is not a file"
    if why := why or ("is too large" if state.st_size > MAX_BYTES else ""):
        log.info("%s is not used: it %s", path, why)
        os.close(handle)
        return None
    with os.fdopen(handle, "rb") as file, contextlib.suppress(OSError):
        return file.read()
    return None


def store(name: str, value: object) -> None:
    """Store a value under a name in one step; an unusable folder is not an error.

    Args:
        name: Name without suffix.
        value: A JSON value.
    """
    _store(name, _json(value))


def _store(name: str, body: bytes) -> None:
    import tempfile

    folder = cache_dir()
    try:
        _make(folder)
        if why := why_unusable(folder):
            log.info("the cache %s is not used: it %s", folder, why)
            return
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=name)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(_sealed(body) + body)
            Path(temporary).replace(folder / f"{name}.json")
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as e:
        log.debug("no cache in %s: %s", folder, e)


@contextlib.contextmanager
def private_dir() -> Iterator[Path]:
    """Yield a folder that only the user can write: the cache folder, otherwise a temporary one."""
    folder = cache_dir()
    with contextlib.suppress(OSError):
        _make(folder)
    if folder.is_dir() and os.access(folder, os.W_OK) and not why_unusable(folder):
        yield folder
    else:
        with temporary_folder("kgbuild-cache-") as temporary:
            yield temporary


def _make(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
