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


def cache_dir() -> Path:
    """Return the folder for compiled tables: `KGBUILD_CACHE`, else the user's cache folder."""
    named = os.environ.get("KGBUILD_CACHE")
    if named:
        return Path(named)
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path("~/.cache").expanduser()) / "kgbuild"


def load(name: str) -> object:
    """Return what was stored under the name, None if there is nothing whole."""
    body = _read(name)
    try:
        return None if body is None else json.loads(body)
    except ValueError:
        return None


def store(name: str, value: object) -> None:
    """Write a value under the name in one step; a folder that cannot be written is no error."""
    _write(name, _json(value))


class Lines(Mapping[str, Any]):
    """A table that lies on disk as a line for each key; a value is parsed when it is asked for.

    Most of the vocabularies is used by no one document: to parse all of it took longer than to read a plan.
    """

    def __init__(self, body: bytes) -> None:
        """Take what `packed` gave."""
        index, _, self._lines = body.partition(b"\n")
        self._index: dict[str, int] = json.loads(index)

    @staticmethod
    def packed(table: Mapping[str, Any]) -> bytes:
        """Return the bytes of a table: an index of where the line of each key begins, then the lines."""
        lines = [_json(value) + b"\n" for value in table.values()]
        starts = accumulate(map(len, lines), initial=0)
        return _json(dict(zip(table, starts, strict=False))) + b"\n" + b"".join(lines)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        start = self._index[key]
        return json.loads(self._lines[start : self._lines.index(b"\n", start)])

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)


def load_lines(name: str) -> Lines | None:
    """Return the table that was stored under the name, None if there is nothing whole."""
    body = _read(name)
    try:
        return None if body is None else Lines(body)
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
    path = cache_dir() / f"{name}.json"
    try:
        data = path.read_bytes()
    except OSError:
        return None
    checksum, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        log.warning("%s is damaged; compiling anew", path)
        return None
    return body


def _write(name: str, body: bytes) -> None:
    import tempfile

    folder = cache_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=name)
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        Path(temporary).replace(folder / f"{name}.json")
    except OSError as e:
        log.debug("no cache in %s: %s", folder, e)
