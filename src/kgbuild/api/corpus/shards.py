"""Shards: all graphs of a corpus as sorted N-Quads, cut by the first two hex digits of the source keys.

A quad that several documents of a shard state, such as a label of the vocabularies, stands there once. Memory holds one
line of each document of a shard.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import json
from contextlib import ExitStack
from typing import TYPE_CHECKING

from kgbuild.api.corpus.part import dumps
from kgbuild.files import replace_file, replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO

    from kgbuild.api.corpus.layout import Layout, Record

_NAME_DIGITS = 2
_AT_ONCE = 200
"""Parts that are open at the same time: systems allow a process some thousand files, and some only 256."""


def shard_of(key: str) -> str:
    """Return the name of the shard that a source belongs to."""
    return key[:_NAME_DIGITS] or "all"


def write_shards(layout: Layout, records: Iterable[Record]) -> int:
    """Write the shards whose documents changed, delete those that hold none; return how many were written.

    Raises:
        OSError: a file cannot be written.
    """
    layout.shards.mkdir(exist_ok=True)
    index_file = layout.shards / "index.json"
    known = _read_index(index_file)
    wanted: dict[str, list[Record]] = {}
    for r in records:
        if r.state == "built":
            wanted.setdefault(shard_of(r.key), []).append(r)
    index: dict[str, dict[str, str]] = {}
    written = 0
    for name, group in sorted(wanted.items()):
        parts = hashlib.sha256("\n".join(sorted(f"{r.part} {r.sha256}" for r in group)).encode()).hexdigest()
        file = layout.shards / f"{name}.nq"
        old = known.get(name, {})
        if old.get("parts") != parts or not file.is_file():
            old = {"parts": parts, "sha256": _merge(layout, sorted(r.part for r in group), file)}
            written += 1
        index[name] = old
    for file in layout.shards.glob("*.nq"):
        if file.stem not in index:
            file.unlink()
    if index != known:
        replace_file(index_file, dumps(index))
    return written


def shard_hashes(layout: Layout) -> dict[str, str]:
    """Return the hash of each shard as it was written."""
    return {name: entry.get("sha256", "") for name, entry in _read_index(layout.shards / "index.json").items()}


def merged(layout: Layout, parts: list[str]) -> Iterator[bytes]:
    """Yield the lines of parts in their order, each once."""
    last = b""
    with ExitStack() as opened:
        files = [opened.enter_context(gzip.open(layout.part(p), "rb")) for p in parts]
        for line in heapq.merge(*files):
            if line != last:
                yield line
                last = line


def _merge(layout: Layout, parts: list[str], file: Path) -> str:
    digest = hashlib.sha256()
    with replacing(file) as out:
        for line in _lines(layout, parts, file):
            digest.update(line)
            out.write(line)
    return digest.hexdigest()


def _lines(layout: Layout, parts: list[str], file: Path) -> Iterator[bytes]:
    """The lines of many parts: merged some at a time into files beside the shard, and these then."""
    if len(parts) <= _AT_ONCE:
        yield from merged(layout, parts)
        return
    import tempfile

    with ExitStack() as opened:
        runs: list[IO[bytes]] = []
        for n in range(0, len(parts), _AT_ONCE):
            run = opened.enter_context(tempfile.TemporaryFile(dir=file.parent))
            run.writelines(merged(layout, parts[n : n + _AT_ONCE]))
            run.seek(0)
            runs.append(run)
        last = b""
        for line in heapq.merge(*runs):
            if line != last:
                yield line
                last = line


def _read_index(path: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
