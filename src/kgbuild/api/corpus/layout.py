"""The layout of a corpus folder, and the records of its documents."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from kgbuild.api.corpus.depot import Depot, depot_at
from kgbuild.errors import InputError, Message
from kgbuild.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

FORMAT = 2
"""Version of the layout; a folder with another version is rebuilt."""
State = Literal["built", "failed", "duplicate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The state of one document: a line of the manifest.

    Attributes:
        path: Its path in the sources: the name of the given folder and the path within it.
        part: Name of its part, '' if there is none.
        file_sha256: Hash of its bytes, '' if they could not be read.
        state: `built`, `failed`, or `duplicate` if another document has the same text.
        reason: Why it failed, or the path of the other document.
        key: Key of its source text.
        document: IRI of its document, shared by mirrors (same number and title).
        title: Title as found.
        number: 发文字号.
        issuer: Issuing body as printed.
        date: Day of signature, or of publication.
        kind: Kind of document.
        level: Level of the division to which it applies.
        counts: Counts as in the report of `build`.
        findings: Number of findings by code.
        quads: Number of quads in its graphs.
        sha256: Hash of its part.
        traits: What its relations to other documents are derived from; stored with the part, not in the manifest.
    """

    path: str
    part: str = ""
    file_sha256: str = ""
    state: State = "built"
    reason: str = ""
    key: str = ""
    document: str = ""
    title: str = ""
    number: str = ""
    issuer: str = ""
    date: str = ""
    kind: str = ""
    level: str = ""
    counts: dict[str, Any] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    quads: int = 0
    sha256: str = ""
    traits: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def line(self, *, is_whole: bool = False) -> str:
        """Return the record as one line of JSON; with its traits if `is_whole`."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if is_whole or f.name != "traits"}
        return json.dumps(values, ensure_ascii=False, sort_keys=True)

    @classmethod
    def read(cls, line: str) -> Record:
        """Parse a line written by `line`; keys of other versions are ignored.

        Raises:
            ValueError: it is not a record.
        """
        known = {f.name for f in fields(cls)}
        values = json.loads(line)
        if not isinstance(values, dict) or "path" not in values:
            raise ValueError("no record")
        return cls(**{k: v for k, v in values.items() if k in known})


def is_corpus(place: Path) -> bool:
    """Tell whether a folder is a corpus."""
    return Layout(place).settings.is_file()


def store_folder(place: Path) -> Path:
    """Return the folder of the store in a corpus; any other folder is returned as it is."""
    return Layout(place).store if is_corpus(place) else place


@dataclass(frozen=True)
class Layout:
    """The paths of a corpus.

    Attributes:
        place: Its folder.
        data: fsspec address of the parts and shards; None = in the folder.
    """

    place: Path
    data: str | None = None

    @cached_property
    def depot(self) -> Depot:
        """Where parts and shards are stored.

        Raises:
            UsageError: the address is invalid.
            InputError: a package for the address is not installed.
        """
        return depot_at(self.place, self.data)

    @classmethod
    def of(cls, place: Path) -> tuple[Layout, dict[str, Any]]:
        """Return the layout of an existing corpus, and its settings.

        Raises:
            InputError: there is no corpus.
        """
        settings = cls(place).read_settings()
        return cls(place, settings.get("data")), settings

    @property
    def manifest(self) -> Path:
        """The manifest: one line for each document, sorted by path."""
        return self.place / "manifest.jsonl"

    @property
    def manifest_graph(self) -> Path:
        """The manifest as Turtle."""
        return self.place / "manifest.ttl"

    @property
    def settings(self) -> Path:
        """The sources and the recipe of the corpus; the only file that contains paths of this machine."""
        return self.place / "corpus.json"

    @property
    def store(self) -> Path:
        """The store that commands query."""
        return self.place / "store"

    @property
    def loaded(self) -> Path:
        """Which part of each source the store holds."""
        return self.place / "store.json"

    @property
    def pushed(self) -> Path:
        """The folder of the journals of servers."""
        return self.place / "pushed"

    def read_manifest(self) -> list[Record]:
        """Return the records; none if no build was completed yet.

        Raises:
            InputError: it is damaged.
        """
        if not self.manifest.is_file():
            return []
        try:
            return [Record.read(line) for line in self.manifest.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError, TypeError) as e:
            cure = "delete it and build again: the parts are kept"
            raise InputError(Message("is damaged ({reason})", reason=e), where=str(self.manifest), cure=cure) from e

    def write_manifest(self, records: Iterable[Record], graph: Callable[[], str]) -> None:
        """Write the manifest, each of its files in one step; `graph` makes it as Turtle."""
        lines = "".join(f"{r.line()}\n" for r in records).encode()
        # The lines are written last: a graph that is newer is of a build that was interrupted.
        paths = self.manifest_graph, self.manifest
        times = [p.stat().st_mtime_ns for p in paths if p.is_file()]
        if len(times) == 2 and times == sorted(times) and self.manifest.read_bytes() == lines:
            return
        replace_if_other(self.manifest_graph, graph().encode())
        replace_file(self.manifest, lines)

    def read_settings(self) -> dict[str, Any]:
        """Return the settings of the last build.

        Raises:
            InputError: there is no corpus.
        """
        try:
            found = json.loads(self.settings.read_text(encoding="utf-8"))
        except (OSError, ValueError) as e:
            cure = "make one by `kgbuild corpus build SOURCES -o CORPUS`"
            raise InputError("is not a corpus", where=str(self.place), cure=cure) from e
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise InputError("is a corpus of another kgbuild", where=str(self.place), cure="build it into a new folder")
        return {"store": True} | found


def replace_if_other(path: Path, data: bytes) -> bool:
    """Write a file unless it has this content already; tell whether it was written."""
    if path.is_file() and path.read_bytes() == data:
        return False
    replace_file(path, data)
    return True


# -- names in the depot -------------------------------------------------------------------------------------------
PARTS, SHARDS, VOCABULARY = "parts", "shards", "vocabulary"
SHARD_INDEX = f"{SHARDS}/index.json"
RELATIONS = "relations"
RELATION_FILE = f"{RELATIONS}.nq"
"""Relations between documents, and series of plans, as sorted N-Quads."""
COMPARISONS = "comparisons"


def part_name(part: str) -> str:
    """Return the name of the graph file of a document: sorted N-Quads, compressed."""
    return f"{PARTS}/{part[:2]}/{part}.nq.gz"


def record_name(part: str) -> str:
    """Return the name of the record of a part; it is written after the part, so a record implies its part."""
    return f"{PARTS}/{part[:2]}/{part}.json"


def shard_name(shard: str) -> str:
    """Return the file name of a shard."""
    return f"{SHARDS}/{shard}.nq"


def comparison_name(comparison: str) -> str:
    """Return the file name of what changed from one plan of a series to the next: sorted N-Quads of one graph."""
    return f"{COMPARISONS}/{comparison}.nq"


def vocabulary_name(shard: str) -> str:
    """Return the name of the vocabulary slice of a shard: sorted N-Triples."""
    return f"{VOCABULARY}/{shard}.nt"
