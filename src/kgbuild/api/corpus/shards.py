"""Shards: all graphs of a corpus as sorted N-Quads, partitioned by the first two hex digits of the source keys.

A quad stated by several documents of a shard, such as a label, is stored once. Memory use is one line for each document
of a shard.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import json
import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kgbuild.api.corpus.layout import (
    COMPARISONS,
    RELATION_FILE,
    RELATIONS,
    SHARD_INDEX,
    SHARDS,
    VOCABULARY,
    part_name,
    shard_name,
    vocabulary_name,
)
from kgbuild.api.corpus.part import dumps
from kgbuild.terms import VOCABULARY_GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from kgbuild.api.cluster import Crew
    from kgbuild.api.corpus.layout import Layout, Record

_NAME_DIGITS = 2
_OF_VOCABULARY = f" <{VOCABULARY_GRAPH}> .\n".encode()
_AT_ONCE = 200
"""Number of parts open at the same time; systems allow a process some thousand open files, some only 256."""


def shard_of(key: str) -> str:
    """Return the name of the shard of a source."""
    return key[:_NAME_DIGITS] or "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A shard to write.

    Attributes:
        name: Its name.
        parts: Its parts, sorted.
        quads: Total number of quads.
    """

    name: str
    parts: tuple[str, ...]
    quads: int

    def __str__(self) -> str:
        return shard_name(self.name)


def write_shards(layout: Layout, records: Iterable[Record], crew: Crew) -> int:
    """Write the shards whose documents changed and delete empty ones; return the number written.

    Args:
        layout: Where the corpus keeps its shards.
        records: The documents of the corpus.
        crew: Who does the work.

    Raises:
        KgbuildError: one cannot be written.
    """
    known = _read_index(layout)
    index: dict[str, dict[str, str]] = {}
    todo = list[Shard]()
    there = {*layout.depot.names(SHARDS), *layout.depot.names(VOCABULARY)}
    for name, group in sorted(shards_of(records).items()):
        parts = hashlib.sha256("\n".join(sorted(f"{r.part} {r.sha256}" for r in group)).encode()).hexdigest()
        index[name] = known.get(name, {})
        if index[name].get("parts") != parts or not {shard_name(name), vocabulary_name(name)} <= there:
            index[name] = {"parts": parts}
            names = tuple(sorted(r.part for r in group))
            todo.append(Shard(name=name, parts=names, quads=sum(r.quads for r in group)))
    if todo:  # until they are complete, the index must not list them: documents may revert to their previous state
        sure = {name: entry for name, entry in known.items() if name in index and "sha256" in index[name]}
        layout.depot.write(SHARD_INDEX, dumps(sure))
        known = sure
    with closing(crew.each(partial(_merge, layout=layout), todo, size=_bytes_of)) as outcomes:
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
            index[outcome.item.name]["sha256"] = outcome.value or ""
    kept = {SHARD_INDEX, vocabulary_name(RELATIONS), *map(shard_name, index), *map(vocabulary_name, index)}
    for file in there - kept:
        layout.depot.delete(file)
    if index != known:
        layout.depot.write(SHARD_INDEX, dumps(index))
    return len(todo)


def shards_of(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the documents in the graphs by shard."""
    out: dict[str, list[Record]] = {}
    for r in records:
        if r.state == "built":
            out.setdefault(shard_of(r.key), []).append(r)
    return out


def shard_hashes(layout: Layout) -> dict[str, str]:
    """Return the hash of each shard as written."""
    return {name: entry.get("sha256", "") for name, entry in _read_index(layout).items()}


def merged(layout: Layout, parts: Iterable[str]) -> Iterator[bytes]:
    """Yield the merged lines of parts in sort order, without duplicates."""
    with ExitStack() as opened:
        files = [opened.enter_context(layout.depot.reading(part_name(p))) for p in parts]
        yield from _once(opened.enter_context(gzip.open(f, "rb")) for f in files)


def _once(files: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    last = b""
    for line in heapq.merge(*files):
        if line != last:
            yield line
            last = line


def _bytes_of(shard: Shard) -> int:
    return shard.quads * 20  # roughly what a quad takes in a part, so that batches have the usual size


def _merge(shard: Shard, *, layout: Layout) -> str:
    digest, depot = hashlib.sha256(), layout.depot
    with depot.writing(shard_name(shard.name)) as out, depot.writing(vocabulary_name(shard.name)) as words:
        for line in _lines(layout, shard.parts):
            digest.update(line)
            out.write(line)
            words.write(word_of(line))
    return digest.hexdigest()


def word_of(line: bytes) -> bytes:
    """Return the statement of a line of N-Quads as N-Triples if it is of the vocabularies, else nothing."""
    return line[: -len(_OF_VOCABULARY)] + b" .\n" if line.endswith(_OF_VOCABULARY) else b""


def vocabulary(layout: Layout) -> Iterator[bytes]:
    """Yield what all documents use of the vocabularies: sorted lines of N-Triples without duplicates."""
    with ExitStack() as opened:
        names = [n for n in layout.depot.names(VOCABULARY) if n.endswith(".nt")]
        yield from _once([opened.enter_context(layout.depot.reading(n)) for n in names])


def shared_files(layout: Layout) -> list[str]:
    """Return the files of quads that are of no one document: relations between documents, comparisons of plans."""
    found = comparison_files(layout)
    return [RELATION_FILE, *found] if layout.depot.has(RELATION_FILE) else found


def comparison_files(layout: Layout) -> list[str]:
    """Return the files of comparisons, whose names stand for their content; each holds one graph."""
    return sorted(name for name in layout.depot.names(COMPARISONS) if name.endswith(".nq"))


def by_graph(quads: bytes) -> dict[str, bytes]:
    """Convert lines of N-Quads to N-Triples by graph name."""
    out: dict[str, list[bytes]] = {}
    for line in quads.splitlines():
        triple, _, graph = line.rpartition(b" <")
        out.setdefault(graph.partition(b">")[0].decode(), []).append(triple + b" .\n")
    return {g: b"".join(lines) for g, lines in out.items()}


def _lines(layout: Layout, parts: tuple[str, ...]) -> Iterator[bytes]:
    """Merge many parts, some at a time into temporary files and then these."""
    if len(parts) <= _AT_ONCE:
        yield from merged(layout, parts)
        return
    with ExitStack() as opened:
        runs: list[IO[bytes]] = []
        for n in range(0, len(parts), _AT_ONCE):
            run = opened.enter_context(tempfile.TemporaryFile())
            run.writelines(merged(layout, parts[n : n + _AT_ONCE]))
            run.seek(0)
            runs.append(run)
        yield from _once(runs)


def _read_index(layout: Layout) -> dict[str, dict[str, str]]:
    try:
        found = json.loads(layout.depot.read(SHARD_INDEX))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
