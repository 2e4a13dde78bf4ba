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
import tempfile
from pathlib import Path

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
    path = cache_dir() / f"{name}.json"
    try:
        data = path.read_bytes() if path.is_file() else b""  # a pipe would never end
    except OSError:
        return None
    checksum, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        log.warning("%s is damaged; compiling anew", path)
        return None
    try:
        return json.loads(body)
    except ValueError:
        return None


def store(name: str, value: object) -> None:
    """Write a value under the name in one step; a folder that cannot be written is no error."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    folder = cache_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=name)
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        Path(temporary).replace(folder / f"{name}.json")
    except OSError as e:
        log.debug("no cache in %s: %s", folder, e)
