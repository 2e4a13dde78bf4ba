"""The store of a corpus, brought in line with its documents while these are still being built.

Where other processes build the documents, this one has little to do, so a thread loads those that the store does not
hold as they come; the engine works without Python's lock. Replaced and removed ones follow when all are known, and what
belongs to no one document comes last. Nothing of it is visible before `finish`: the writer works on a copy.
"""

from __future__ import annotations

import contextlib
import json
import queue
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from kgbuild import terms
from kgbuild.api.corpus.layout import comparison_name, replace_if_other
from kgbuild.api.corpus.part import dumps, read_part
from kgbuild.api.corpus.shards import by_graph, vocabulary
from kgbuild.store import DiskStore, load_schema, write_store
from kgbuild.terms import VOCABULARY_GRAPH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Future

    from kgbuild.api.cluster import Crew
    from kgbuild.api.corpus.layout import Layout, Record
    from kgbuild.api.corpus.series import Step
    from kgbuild.model import Triple
    from kgbuild.store import DiskWriter

_FEW = 0.02
"""Share of changed sources below which the store is updated rather than rewritten."""


class SharedGraph(NamedTuple):
    """A graph that belongs to no one document: a mark of its content, and a function that returns it as N-Triples."""

    mark: str
    lines: Callable[[], bytes]


def shared_graphs(
    layout: Layout, relations: Mapping[str, list[Triple]], steps: Iterable[Step]
) -> dict[str, SharedGraph]:
    """Return the graphs of relations and of comparisons by name."""

    def lines(triples: list[Triple]) -> bytes:
        return "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()

    def compared(step: Step) -> bytes:
        return by_graph(layout.depot.read(comparison_name(step.name)))[step.graph]

    out = {
        name: SharedGraph(terms.h(*(" ".join(t) for t in triples)), partial(lines, triples))
        for name, triples in relations.items()
    }
    return out | {step.graph: SharedGraph(step.name, partial(compared, step)) for step in steps}


@contextlib.contextmanager
def loading(layout: Layout, crew: Crew, *, early: bool) -> Iterator[Loading]:
    """Yield what brings the store in line; without its `finish`, the store stays as it was.

    Args:
        layout: Where the corpus keeps its parts and its store.
        crew: Who builds the documents.
        early: Whether documents are to be built, so that loading beside it pays.

    Raises:
        InputError: another process is writing to the store, it is damaged or cannot be written.
    """
    with contextlib.ExitStack() as opened:
        yield Loading(layout, opened, threads=crew.threads, is_beside=early and crew.is_elsewhere)


class Loading:
    """Loads parts into a store and keeps its journal; created by `loading`.

    The journal beside the store records which part of each source it holds. An entry is removed before the store
    changes and written again afterwards, so that after an interruption whatever is uncertain is redone.
    """

    def __init__(self, layout: Layout, opened: contextlib.ExitStack, *, threads: int, is_beside: bool) -> None:
        self._layout, self._opened = layout, opened
        self._threads, self._is_beside = threads, is_beside
        self._writer: DiskWriter | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._work: Future[None] | None = None
        self._coming = queue.SimpleQueue[str]()
        self._is_given_up = False
        self._there, self._held = set[str](), dict[str, str]()
        self._marks: dict[str, str] = {}
        self._wanted: dict[str, str] = {}
        self._early, self._new = set[str](), list[str]()

    def take(self, records: Iterable[Record]) -> Iterator[Record]:
        """Pass on the records of all documents in the sources, and bring their graphs into the store."""
        if self._is_beside:
            self._look()
        for record in records:
            if record.state == "built":
                self._wanted[record.key] = record.part
                if self._is_beside and self._held.get(record.key) != record.part:
                    self._put(record)
            yield record
        if self._thread:
            self._coming.put("")
            self._work = self._thread.submit(self._update, self._work)
        else:
            self._look()
            self._update()

    def finish(self, shared: Mapping[str, SharedGraph]) -> int:
        """Put the graphs that belong to no one document, make all changes visible; return the number of sources loaded.

        Raises:
            InputError: the store cannot be written.
        """
        if self._work:
            self._work.result()
        marks = {name: graph.mark for name, graph in shared.items()}
        known = self._marks
        if self._writer or known != marks:
            other = {name for name in known.keys() | marks.keys() if known.get(name) != marks.get(name)}
            writer = self._open()
            for name in sorted(other):
                writer.put_graph(name, shared[name].lines() if name in shared else b"")
            writer.put_graph(VOCABULARY_GRAPH, b"".join(vocabulary(self._layout)))
            held = {key: part for key, part in self._held.items() if self._wanted.get(key) == part}
            unsure = {name: mark for name, mark in known.items() if name not in other} | dict.fromkeys(other, "")
            replace_if_other(self._layout.loaded, dumps(held | unsure))
            self._opened.close()
        replace_if_other(self._layout.loaded, dumps(self._wanted | marks))
        return len(self._new)

    # -- steps ----------------------------------------------------------------------------------------------------
    def _open(self) -> DiskWriter:
        if self._writer is None:
            self._writer = self._opened.enter_context(write_store(self._layout.store, compact=False))
        return self._writer

    def _look(self) -> None:
        """Learn what the store holds."""
        is_there = (self._layout.store / "version").is_file()
        self._there = set(DiskStore(self._layout.store, compare=False).sources()) if is_there else set()
        journal = held_by_store(self._layout) if is_there else {}
        self._held = {key: part for key, part in journal.items() if key in self._there}
        self._marks = {name: mark for name, mark in journal.items() if "/" in name}

    def _put(self, record: Record) -> None:
        """Have a part loaded by the thread; one that replaces another waits until all documents are known."""
        if self._thread is None:
            writer = self._open()
            self._look()  # now that nobody else can change it
            self._thread = ThreadPoolExecutor(1)
            self._opened.callback(self._give_up, self._thread)  # called before the store is closed
            self._work = self._thread.submit(self._load, writer, iter(self._coming.get, ""))
        if record.key not in self._there:
            self._early.add(record.key)
            self._coming.put(record.part)

    def _load(self, writer: DiskWriter, parts: Iterable[str]) -> None:
        pieces = (read_part(self._layout, part) for part in parts if not self._is_given_up)
        writer.load_lines(pieces, load_schema().class_tree, threads=self._threads)

    def _update(self, before: Future[None] | None = None) -> None:
        """Bring what is still different in line, now that all documents are known."""
        if before:
            before.result()
        wanted = self._wanted
        self._new = sorted(key for key, part in wanted.items() if self._held.get(key) != part)
        old = sorted(self._there - (wanted.keys() - set(self._new)))
        if not self._new and not old:
            return
        writer = self._open()
        for key in old:  # the replaced version may have had another base
            writer.drop(key)
        if rest := [wanted[key] for key in self._new if key not in self._early]:
            self._load(writer, rest)
        if len(self._new) + len(old) > _FEW * len(wanted):
            writer.compact()

    def _give_up(self, thread: ThreadPoolExecutor) -> None:
        """End the thread, at the latest when it has loaded what it has in hand."""
        self._is_given_up = True
        self._coming.put("")
        thread.shutdown(cancel_futures=True)


def held_by_store(layout: Layout) -> dict[str, str]:
    """Return which part of each source the store holds for certain."""
    try:
        found = json.loads(layout.loaded.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
