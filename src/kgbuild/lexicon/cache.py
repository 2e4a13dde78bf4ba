"""Compiled tables on disk, keyed by the digest of the vocabularies and the version of the tool.

JSON, because a cache folder may be written by others: `pickle` runs what it reads and `marshal` may crash on it, while
a doctored JSON file can at worst give a wrong table, which its checksum shows. What cannot be read or written is as if
it were not there: a cache never changes a result and never stops a run.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

_CHECKSUM = 65
"""Length of the first line: a SHA-256 and its end."""


def cache_dir() -> Path:
    """Return the folder for compiled tables: `KGBUILD_CACHE`, else the user's cache folder."""
    named = os.environ.get("KGBUILD_CACHE")
    if named:
        return Path(named)
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path("~/.cache").expanduser()) / "kgbuild"


def load(name: str) -> object:
    """Return what was stored under the name, None if there is nothing whole."""
    data = _read(name)
    try:
        return None if data is None else json.loads(data[_CHECKSUM:])
    except ValueError:
        return None


def store(name: str, value: object) -> None:
    """Write a value under the name in one step; a folder that cannot be written is no error."""
    _write(name, _json(value))


class Lines(Mapping[str, Any]):
    """A table that lies on disk as a line for each key; a value is parsed when it is asked for.

    Most of the vocabularies is used by no one document: to parse all of it took longer than to read a plan.
    """

    def __init__(self, data: bytes, start: int = 0) -> None:
        """Take bytes that hold from `start` on what `packed` gave; they are not copied."""
        end = data.index(b"\n", start)
        self._index: dict[str, int] = json.loads(data[start:end])
        self._data, self._start = data, end + 1

    @staticmethod
    def packed(table: Mapping[str, Any]) -> bytes:
        """Return the bytes of a table: an index of where the line of each key begins, then the lines."""
        lines = [_json(value) + b"\n" for value in table.values()]
        starts = accumulate(map(len, lines), initial=0)
        return _json(dict(zip(table, starts, strict=False))) + b"\n" + b"".join(lines)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        start = self._start + self._index[key]
        return json.loads(self._data[start : self._data.index(b"\n", start)])

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)


def load_lines(name: str) -> Lines | None:
    """Return the table that was stored under the name, None if there is nothing whole."""
    data = _read(name)
    try:
        return None if data is None else Lines(data, _CHECKSUM)
    except ValueError:
        return None


def store_lines(name: str, table: Mapping[str, Any]) -> Lines:
    """Write a table under the name as `store` does, and return it as it will be read."""
    body = Lines.packed(table)
    _write(name, body)
    return Lines(body)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _read(name: str) -> bytes | None:
    """The bytes of a file whose checksum is right, the checksum among them."""
    path = cache_dir() / f"{name}.json"
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if _sealed(memoryview(data)[_CHECKSUM:]) != data[:_CHECKSUM]:
        log.warning("%s is damaged; compiling anew", path)
        return None
    return data


def _sealed(body: bytes | memoryview) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n"


def _write(name: str, body: bytes) -> None:
    import tempfile

    folder = cache_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=name)
        with os.fdopen(handle, "wb") as out:
            out.write(_sealed(body) + body)
        Path(temporary).replace(folder / f"{name}.json")
    except OSError as e:
        log.debug("no cache in %s: %s", folder, e)
