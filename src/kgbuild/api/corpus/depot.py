"""Storage of the parts and shards of a corpus: a folder visible to all processes, or any fsspec address.

Guarantees: a file exists completely or not at all, however its writer is interrupted.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from kgbuild.errors import InputError, Message, UsageError, extra_missing
from kgbuild.files import replace_file, replacing, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

_TEMPORARY = ".kgbuild-"
_AT_ONCE = 1000
"""Number of small files requested from a server at the same time."""


class Depot(Protocol):
    """Files by name; path segments are separated by `/`."""

    def has(self, name: str) -> bool:
        """Tell whether a file exists."""

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises:
            OSError: it does not exist, or cannot be read.
        """

    def read_many(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of those of many small files that exist."""

    def reading(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open a file for reading."""

    def write(self, name: str, data: bytes) -> None:
        """Store a file.

        Raises:
            OSError: it cannot be written.
        """

    def writing(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open a file that is stored when the block ends, unless it fails."""

    def names(self, folder: str) -> list[str]:
        """Return the names of all files in a folder, sorted."""

    def delete(self, name: str) -> None:
        """Delete a file; it need not exist."""


def depot_at(place: Path, url: str | None) -> Depot:
    """Return the depot of a corpus.

    Args:
        place: Folder of the corpus.
        url: fsspec address; None, or a `file:` address, for a folder.

    Raises:
        UsageError: fsspec does not support the address.
        InputError: fsspec, or the package for the address, is not installed.
    """
    if url is None:
        return Folder(place)
    if url.partition(":")[0].lower() == "file":
        return Folder(Path(unquote(urlsplit(url).path)))
    return Remote(url)


@dataclass(frozen=True)
class Folder:
    """A folder."""

    root: Path

    def has(self, name: str) -> bool:
        """See `Depot`."""
        return (self.root / name).is_file()

    def read(self, name: str) -> bytes:
        """See `Depot`."""
        return (self.root / name).read_bytes()

    def read_many(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """See `Depot`."""
        for name in names:
            with contextlib.suppress(OSError):
                yield name, self.read(name)

    def reading(self, name: str) -> IO[bytes]:
        """See `Depot`."""
        return (self.root / name).open("rb")

    def write(self, name: str, data: bytes) -> None:
        """See `Depot`."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, data)

    def writing(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """See `Depot`."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return replacing(file)

    def names(self, folder: str) -> list[str]:
        """See `Depot`; leftovers of killed writers are included."""
        return sorted(f.relative_to(self.root).as_posix() for f in (self.root / folder).rglob("*") if f.is_file())

    def delete(self, name: str) -> None:
        """See `Depot`."""
        (self.root / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Remote:
    """An fsspec address: an object store, or another machine.

    A file is first written completely on this machine and then uploaded in one call, so that object stores never show
    part of a file.
    """

    url: str

    def __post_init__(self) -> None:
        try:
            from fsspec.core import url_to_fs
        except ImportError as e:
            raise extra_missing(e, "cluster", where=self.url) from e
        try:
            url_to_fs(self.url)
        except ImportError as e:
            raise InputError(
                Message("cannot be used ({reason})", reason=e), where=self.url, cure="install what it names"
            ) from e
        except ValueError as e:
            raise UsageError(
                Message("is not an address ({reason})", reason=e),
                where=self.url,
                cure="give s3://BUCKET/FOLDER or the like",
            ) from e

    @cached_property
    def _there(self) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(self.url, use_listings_cache=False)
        return system, root.rstrip("/")

    def _path(self, name: str) -> str:
        return f"{self._there[1]}/{name}"

    def has(self, name: str) -> bool:
        """See `Depot`."""
        return bool(self._there[0].isfile(self._path(name)))

    def read(self, name: str) -> bytes:
        """See `Depot`."""
        return bytes(self._there[0].cat_file(self._path(name)))

    def read_many(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """See `Depot`."""
        wanted = list(names)
        for n in range(0, len(wanted), _AT_ONCE):
            paths = {self._path(name): name for name in wanted[n : n + _AT_ONCE]}
            found = self._there[0].cat(list(paths), on_error="omit")
            yield from ((paths[path], bytes(data)) for path, data in found.items())

    def reading(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """See `Depot`."""
        opened: contextlib.AbstractContextManager[IO[bytes]] = self._there[0].open(self._path(name), "rb")
        return opened

    def write(self, name: str, data: bytes) -> None:
        """See `Depot`."""
        system = self._there[0]
        system.makedirs(system._parent(self._path(name)), exist_ok=True)  # noqa: SLF001 - the one name it has
        system.pipe_file(self._path(name), data)

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """See `Depot`."""
        with temporary_folder("kgbuild-depot-") as work:
            file = work / "file"
            with file.open("wb") as f:
                yield f
            system = self._there[0]
            system.makedirs(system._parent(self._path(name)), exist_ok=True)  # noqa: SLF001 - likewise
            system.put_file(str(file), self._path(name))

    def names(self, folder: str) -> list[str]:
        """See `Depot`."""
        system, root = self._there
        return sorted(str(path)[len(root) + 1 :] for path in system.find(f"{root}/{folder}"))

    def delete(self, name: str) -> None:
        """See `Depot`."""
        with contextlib.suppress(FileNotFoundError):
            self._there[0].rm_file(self._path(name))


def is_leftover(name: str) -> bool:
    """Tell whether a file is a leftover of a killed writer."""
    return name.rpartition("/")[2].startswith(_TEMPORARY)
