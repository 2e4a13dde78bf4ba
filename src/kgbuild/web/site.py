"""What is served: a store on disk or graph files in memory, its version, and the workers that have it open."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import logging
import time
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgbuild.api import quads_to_serve, read_file
from kgbuild.api.corpus.layout import is_corpus, store_folder
from kgbuild.api.corpus.status import corpus_texts
from kgbuild.api.files import files_in
from kgbuild.errors import InputError, KgbuildError, Message, UsageError
from kgbuild.files import temporary_folder
from kgbuild.graph.facts import no_evidence
from kgbuild.queries.template import load_templates
from kgbuild.store import FORMATS, DiskStore, Served, Store, current_stamp, is_lookup
from kgbuild.version import __version__
from kgbuild.web.answers import Answers
from kgbuild.web.desk import index_file
from kgbuild.web.pool import Pool, TaskError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.queries.template import Template
    from kgbuild.store import Queryable
    from kgbuild.web.options import ServerOptions

_log = logging.getLogger("kgbuild.web")
_INDEXING = 3_600.0
"""Maximum time in seconds to make the full-text index of a large collection on a busy machine."""
_RESERVE = 2
"""Reserve workers for slow queries, per worker: some run, as many are being replaced."""
_MOST_AT_HAND = 65_536
"""Maximum size in bytes of an answer that the server gives itself; it gives up before it writes more."""
_BYTES_OF_A_QUAD = 20
"""Upper estimate for the memory of loaded quads, as a multiple of their text."""


class _Brief(io.BytesIO):
    """A stream for a short answer; what would be longer is an error.

    Args:
        most: Maximum number of bytes.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: bytes) -> int:  # type: ignore[override] # the engine writes bytes
        if self.tell() + len(data) > self._most:
            raise OSError("too long")
        return super().write(data)


@dataclass
class Site:
    """A store and its workers.

    Attributes:
        options: Settings.
        setup: What a worker opens; see `kgbuild.web.desk`.
        free: Workers for SPARQL queries of clients.
        own: Workers for pages and saved queries, which thus never wait for a runaway query.
        comparing: A worker for comparisons, which take the memory of a segmenter; it starts with the first.
        modified: Time when the store was written, in seconds since 1970.
        folder: Temporary folder, deleted with the site.
        place: Folder of a store on disk, None for graphs in memory.
        began: Time when the server started, in seconds since 1970.
        counts: Number of responses by route and status.
        templates: The saved queries by name.
        answers: Answers given to this version of the store.
        at_hand: The store opened by the server itself, and its stamp; see `look_up`.
        looked_up: Number of queries that the server answered itself.
    """

    options: ServerOptions
    setup: dict[str, Any]
    modified: float
    folder: str
    place: Path | None = None
    at_hand: tuple[str, Served] | None = None
    looked_up: int = 0
    began: float = field(default_factory=time.time)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    free: Pool = field(init=False)
    own: Pool = field(init=False)
    comparing: Pool = field(init=False)
    templates: dict[str, Template] = field(init=False)
    answers: Answers = field(init=False)
    _index: asyncio.Task[str] = field(init=False)
    _compares: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        size, waiting = self.options.workers, self.options.waiting
        self.templates = load_templates(self.options.folders)
        self.answers = Answers(self.options.cache)
        self.free = Pool(lambda: self.setup, self.stamp, size=size, reserve=_RESERVE * size, waiting=waiting)
        self.own = Pool(lambda: self.setup, self.stamp, size=size, waiting=waiting, warming="warm")
        self.comparing = Pool(lambda: self.setup, self.stamp, size=1, waiting=waiting, warming="warm_to_compare")

    @property
    def version(self) -> str:
        """Version of the store and of kgbuild: what responses depend on apart from the request."""
        return f"{__version__} {self.own.current}"

    def edition(self) -> tuple[str, float]:
        """Return what responses depend on apart from the request: version and time of the store."""
        return self.version, self.modified

    def look_up(self, query: str, *, form: str, base: str) -> bytes | None:
        """Return the answer of a query that costs less than handing it to a worker; None: a worker has to give it.

        That is one triple pattern with a given subject. The work is bounded by the length of the answer, which is
        bounded here, so that it needs no deadline.

        Args:
            query: The query.
            form: Format of the answer.
            base: Base of relative IRIs.
        """
        if self.at_hand is None or self.at_hand[0] != self.own.current or not is_lookup(query):
            return None
        out = _Brief(min(_MOST_AT_HAND, self.options.most_rows))  # a row has a byte at least, so rows are bounded too
        try:
            self.at_hand[1].write_lookup(query, out, form=form, base=base)
        except (KgbuildError, OSError):
            return None  # a worker says what is wrong
        self.looked_up += 1
        return out.getvalue()

    def stamp(self) -> str:
        """Return the version of the store as it is on disk now, '' if it cannot be opened."""
        return str(self.setup["stamp"]) if self.place is None else current_stamp(self.place)

    async def start(self) -> None:
        """Start the workers, and one that makes the full-text index in the background."""
        if self.place is not None:
            self.at_hand = _opened(self.place)
        await self.own.start()
        self._index = asyncio.get_running_loop().create_task(self._indexed())
        if self.options.is_free:
            await self.free.start()

    async def stop(self) -> None:
        """Stop the workers."""
        self._index.cancel()
        await asyncio.gather(self._index, return_exceptions=True)
        await self.own.stop()
        if self.options.is_free:
            await self.free.stop()
        if self._compares is not None:
            self._compares.cancel()
            await asyncio.gather(self._compares, return_exceptions=True)
            await self.comparing.stop()

    async def compare(self, args: dict[str, Any]) -> bytes:
        """Return the page that compares two plans.

        Args:
            args: Arguments of the task `comparison`, see `kgbuild.web.desk`.

        Raises:
            TaskError: the store cannot be opened, or the task failed or took too long.
        """
        if self._compares is None:
            self._compares = asyncio.get_running_loop().create_task(self.comparing.start())
        try:
            await asyncio.shield(self._compares)
        except TaskError:
            self._compares = None
            raise
        return await self.comparing.body("comparison", args, seconds=self.options.timeout)

    async def find(self, task: str, args: dict[str, Any], *, patience: float | None = None) -> dict[str, Any]:
        """Run a task that needs the full-text index, once the index is there.

        Args:
            task: `search` or `things`, see `kgbuild.web.desk`.
            args: Its arguments.
            patience: Maximum time to wait for the index, in seconds; None for those that a task waits for a worker.

        Raises:
            TaskError: the index is not there yet or could not be made, or the task failed.
        """
        try:
            async with asyncio.timeout(patience or self.own.patience):
                indexed = await asyncio.shield(self._index)
        except TimeoutError:
            raise TaskError(503, "the index of the words is still being made", cure="try again in a moment") from None
        if not indexed:
            raise TaskError(503, "the index of the words could not be made", cure="see the log of the server")
        return await self.own.call(task, args, seconds=self.options.timeout)

    async def _indexed(self) -> str:
        """Let a worker of its own write the index; return the stamp of what it has indexed, '' if it failed."""
        try:
            return str((await self.own.apart("index", seconds=_INDEXING))["stamp"])
        except TaskError as e:
            _log.error("no full-text index: %s", e)
            return ""

    async def renew(self) -> bool:
        """Let the workers reopen the store if it has changed; return whether it has."""
        if self.place is None or self.stamp() == self.own.current:
            return False
        # The old workers go on with the old index until the new one is there.
        index = asyncio.get_running_loop().create_task(self._indexed())
        await index
        if self.options.is_free:
            await self.free.renew()
        self.at_hand = _opened(self.place)  # not asked before `own.current` says the same
        if self._compares is not None and self._compares.done():
            await self.comparing.renew()
        changed = await self.own.renew()
        if index.result() == self.own.current:
            self._index = index
        else:  # the store has changed once more, or the index failed
            self._index = asyncio.get_running_loop().create_task(self._indexed())
        for old in set(Path(self.folder).glob("search-*")) - {index_file(self.folder, self.own.current)}:
            old.unlink(missing_ok=True)
        self.modified = _written(self.place)
        self.answers.clear()
        return changed


def open_site(places: Sequence[str | Path], options: ServerOptions) -> Site:
    """Return a site without starting its workers.

    Args:
        places: The folder of one store or corpus, or graph files and folders of such files.
        options: Settings.

    Raises:
        UsageError: no place was given, or a store together with other places.
        InputError: a store cannot be opened, a file cannot be read or is not RDF, or the graphs have no evidence.
    """
    paths = [Path(place) for place in places]
    if not paths:
        raise UsageError("nothing to serve", where="serve", cure="give the folder of a store, or graph files")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("kgbuild-site-"))
        site = _opened_site(paths, options, str(folder))
        weakref.finalize(site, stack.pop_all().close)
    return site


def _opened_site(paths: list[Path], options: ServerOptions, folder: str) -> Site:
    shared: dict[str, Any] = {
        "most_bytes": options.most_bytes,
        "queries": [str(f.resolve()) for f in options.folders],
        "folder": folder,
        "seconds": options.timeout,
        "sources": {key: str(file.resolve()) for key, file in _texts(options.sources, paths)},
    }
    paths = [store_folder(place) for place in paths]
    if len(paths) == 1 and paths[0].is_dir() and not _graphs_in(paths[0]):
        held = DiskStore(paths[0])
        _check_evidence(held)
        stamp = held.stamp()
        on_disk = {"path": str(paths[0].resolve()), "stamp": stamp, "memory": 4 * options.memory, **shared}
        return Site(options, on_disk, _written(paths[0]), folder, place=paths[0].resolve())
    files = [file for path in paths for file in (_graphs_in(path) if path.is_dir() else [path])]
    store = Store(quads_to_serve(files))
    _check_evidence(store)
    setup: dict[str, Any] = {"memory": options.memory, **shared}
    digest = hashlib.sha256()
    for name, has_graphs in (("union", False), ("named", True)):
        data = store.dump(named=has_graphs)
        setup[name] = str(Path(folder) / f"{name}.nq")
        Path(setup[name]).write_bytes(data)
        setup["memory"] += _BYTES_OF_A_QUAD * len(data)
        digest.update(data)
    setup["stamp"] = digest.hexdigest()[:16]
    modified = max(file.stat().st_mtime for file in files)
    return Site(options, setup, modified, folder, at_hand=(setup["stamp"], Served(store)))


def _opened(place: Path) -> tuple[str, Served] | None:
    """Return a store and its stamp; None if it cannot be opened now, which workers will say."""
    try:
        store = Served.on_disk(place)
    except KgbuildError:
        return None
    return store.stamp(), store


def _check_evidence(store: Queryable) -> None:
    """Refuse graphs of the profile `facts`: pages count statements and show their evidence."""
    if store.holds_facts:
        raise no_evidence("serve")


def _texts(given: Iterable[Path], served: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Yield key and file of the source texts: of served corpora, and of what can be read in files and folders."""
    for place in served:
        if is_corpus(place):
            yield from corpus_texts(place).items()
    for file in files_in(given):
        with contextlib.suppress(KgbuildError):
            yield read_file(file).sha256[:16], file


def _graphs_in(folder: Path) -> list[Path]:
    if (folder / "version").is_file():
        return []
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in FORMATS and path.is_file())
    except OSError as e:
        raise InputError(
            Message("cannot be read ({reason})", reason=e.strerror), where=str(folder), cure="give a folder"
        ) from e


def _written(place: Path) -> float:
    try:
        return (place / "version").stat().st_mtime
    except OSError:
        return time.time()
