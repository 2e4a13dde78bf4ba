"""Uploading a corpus to a server: SPARQL 1.1 Graph Store Protocol, graph by graph, changes only.

A journal for each server records what it holds. The entry of a graph is removed before the graph is sent and restored
after the server has accepted it; after an interruption, whatever is uncertain is sent again.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.corpus.layout import COMPARISONS, RELATION_FILE, Layout
from kgbuild.api.corpus.part import read_part
from kgbuild.api.corpus.shards import by_graph, comparison_files, vocabulary
from kgbuild.errors import AwayError, KgbuildError
from kgbuild.files import replace_file
from kgbuild.store.versions import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import IO

    from kgbuild.store.endpoint import Endpoint

_PATIENCE = 6
"""Number of retries for a graph; with the pauses, a server may be unavailable for about half a minute."""
SHARED = ""
"""Journal key for graphs that documents share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push did.

    Attributes:
        put: Number of graphs sent.
        deleted: Number of graphs deleted.
        unchanged: Number of graphs that the server already had.
        failed: Documents that the server rejected, with the reasons.
        server: Its address, without secrets.
    """

    put: int
    deleted: int
    unchanged: int
    failed: tuple[tuple[str, KgbuildError], ...] = ()
    server: str = ""


def push_corpus(
    place: Path,
    url: str,
    *,
    is_all: bool = False,
    timeout: float = 120.0,
    told: Callable[[str, KgbuildError], None] | None = None,
) -> Pushed:
    """Bring a server in line with a corpus.

    Args:
        place: Folder of the corpus.
        url: Address of the graph store, http or https, without credentials, which come from the environment.
        is_all: Send every graph, as to a server that was emptied.
        timeout: Seconds for each graph, including retries.
        told: Called for each document that the server rejects.

    Raises:
        InputError: there is no corpus, or it is being written.
        AwayError: the server is unreachable, fails or refuses access; what was sent so far is recorded.
        UsageError: the address is invalid.
    """
    from kgbuild.store.endpoint import Endpoint

    endpoint = Endpoint(url, timeout=timeout)
    layout, _ = Layout.of(place)
    # The address may contain a key in its query, so the journal is named by its hash.
    file = layout.pushed / f"{terms.h(url)}.jsonl"
    with writing(place):
        if is_all:
            file.unlink(missing_ok=True)
        with Journal(file) as journal:
            push = _Push(layout, endpoint, journal, told)
            push.run()
            return push.done()


@dataclass(slots=True)
class ServerState:
    """What a server holds of a source: the part from which its graphs come, and their hashes ('' if uncertain)."""

    part: str = ""
    graphs: dict[str, str] = field(default_factory=dict)


class Journal:
    """What a server holds, by source key. Changes are appended as lines; the file is rewritten on a clean exit."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.held = dict(_read(file))
        self._out: IO[bytes] | None = None

    def __enter__(self) -> Journal:
        self._file.parent.mkdir(exist_ok=True)
        is_cut = self._file.is_file() and not self._file.read_bytes().endswith(b"\n")
        self._out = self._file.open("ab")
        if is_cut:  # a line interrupted while it was written
            self._out.write(b"\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._out is not None:
            self._out.close()
        if kind is None:
            lines = (_line(key, held) for key, held in sorted(self.held.items()) if held.graphs)
            replace_file(self._file, "".join(lines).encode())

    def enter(self, key: str, held: ServerState, *, is_sure: bool = False) -> None:
        """Record what the server holds of a source.

        Args:
            key: Key of the source.
            held: What the server holds.
            is_sure: Flush to disk before returning: a removed entry must stay removed whatever happens.
        """
        self.held[key] = held
        assert self._out is not None  # noqa: S101 - between __enter__ and __exit__
        self._out.write(_line(key, held).encode())
        self._out.flush()
        if is_sure:
            os.fsync(self._out.fileno())


def _line(key: str, held: ServerState) -> str:
    return json.dumps({"key": key, "part": held.part, "graphs": held.graphs}, sort_keys=True) + "\n"


def _read(file: Path) -> Iterator[tuple[str, ServerState]]:
    if not file.is_file():
        return
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found = json.loads(line)
            yield (
                str(found["key"]),
                ServerState(str(found["part"]), {str(k): str(v) for k, v in found["graphs"].items()}),
            )
        except (ValueError, KeyError, TypeError, AttributeError):  # truncated, so its content is unknown
            continue


class _Push:
    """One push."""

    def __init__(
        self,
        layout: Layout,
        endpoint: Endpoint,
        journal: Journal,
        told: Callable[[str, KgbuildError], None] | None,
    ) -> None:
        self._layout, self._endpoint, self._journal, self._told = layout, endpoint, journal, told
        self._put = self._deleted = self._unchanged = 0
        self._failed: list[tuple[str, KgbuildError]] = []
        # A comparison of other texts of the same plans has another file but the same graph.
        self._holders: dict[str, list[str]] = {}
        for key, held in journal.held.items():
            if key.startswith(f"{COMPARISONS}/"):
                for graph in held.graphs:
                    self._holders.setdefault(graph, []).append(key)

    def done(self) -> Pushed:
        return Pushed(
            put=self._put,
            deleted=self._deleted,
            unchanged=self._unchanged,
            failed=tuple(self._failed),
            server=self._endpoint.address,
        )

    def run(self) -> None:
        wanted = {r.key: r for r in self._layout.read_manifest() if r.state == "built"}
        compared = comparison_files(self._layout)
        for key in sorted(self._journal.held.keys() - wanted.keys() - {SHARED, *compared}):
            self._try(key, key, "", {})
        for key, record in sorted(wanted.items()):
            held = self._journal.held.get(key)
            if held is not None and held.part == record.sha256:
                self._unchanged += len(held.graphs)
            else:
                self._try(record.path, key, record.sha256, self._graphs(record.part))
        words = b"".join(vocabulary(self._layout))
        shared = {terms.VOCABULARY_GRAPH: words} if words else {}
        if self._layout.depot.has(RELATION_FILE):
            shared |= by_graph(self._layout.depot.read(RELATION_FILE))
        self._try("vocabularies and relations", SHARED, "", shared)
        for file in compared:  # one at a time: a large corpus has many; its name stands for its content
            held = self._journal.held.get(file)
            if held is not None and held.part == file:
                self._unchanged += len(held.graphs)
            else:
                self._try(file, file, file, by_graph(self._layout.depot.read(file)))

    def _graphs(self, part: str) -> dict[str, bytes]:
        """Return the graphs of a document as sorted N-Triples, without shared ones."""
        found = by_graph(read_part(self._layout, part))
        return {g: lines for g, lines in found.items() if terms.read_graph_name(g) is not None}

    def _try(self, name: str, key: str, part: str, graphs: dict[str, bytes]) -> None:
        try:
            self._bring(key, part, graphs)
        except AwayError:
            raise
        except KgbuildError as e:
            self._failed.append((name, e))
            if self._told:
                self._told(name, e)

    def _bring(self, key: str, part: str, graphs: dict[str, bytes]) -> None:
        """Bring the graphs of a source on the server in line with the corpus."""
        held = self._journal.held.get(key, ServerState())
        hashes = {g: hashlib.sha256(lines).hexdigest()[:32] for g, lines in sorted(graphs.items())}
        todo = [g for g in hashes if held.graphs.get(g) != hashes[g]]
        gone = sorted(held.graphs.keys() - hashes.keys())
        now = ServerState("", {**held.graphs, **dict.fromkeys((*todo, *gone), "")})
        if todo or gone:
            self._journal.enter(key, now, is_sure=True)
        for g in todo:
            self._endpoint.put_lines(g, graphs[g], patience=_PATIENCE)
            now.graphs[g] = hashes[g]
            self._put += 1
        for g in gone:
            self._endpoint.delete_graph(g, patience=_PATIENCE)
            del now.graphs[g]
            self._doubt(g, but=key)
            self._deleted += 1
        self._unchanged += len(hashes) - len(todo)
        if todo or gone or now.part != part:
            self._journal.enter(key, ServerState(part, now.graphs))

    def _doubt(self, graph: str, *, but: str) -> None:
        """Note that no other source is sure to have its graph of this name on the server, which was deleted."""
        for key in self._holders.get(graph, ()):
            held = self._journal.held[key]
            if key != but and graph in held.graphs:
                self._journal.enter(key, ServerState("", {**held.graphs, graph: ""}))
