"""Writes the folder of a release: first to a temporary folder, which is moved into place when it is complete.

If writing fails or is interrupted, the previous content remains. A folder that holds anything but a release made by
kgbuild is never touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from kgbuild.errors import InputError, InternalError, Message
from kgbuild.files import locked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbuild.publish.material import ReleaseFile

MARK = "release.json"
"""Name of the file that marks a folder as a release and lists its files; it is written last."""
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file of a release after it was written.

    Attributes:
        item: Its description; the data is empty.
        size: Its size in bytes.
        sha256: Its SHA-256 in hexadecimal.
        part: Name of the part that made it.
    """

    item: ReleaseFile
    size: int
    sha256: str
    part: str


def check_target(folder: Path) -> None:
    """Check that a release may be written to a folder.

    Raises:
        InputError: the path is a file, or a folder that holds anything but a release made by kgbuild.
    """
    cure = "give a new folder with -o, or one that holds a release"
    if folder.is_dir():
        with contextlib.suppress(StopIteration):
            next(folder.iterdir())
            read_mark(folder, cure=cure)
    elif folder.exists() or folder.is_symlink():
        raise InputError("is not a folder", where=str(folder), cure=cure)


_GIVE = Message("give the folder of a release")


def read_mark(folder: Path, *, cure: str = _GIVE) -> dict[str, Any]:
    """Return the content of the mark of a release.

    Raises:
        InputError: the folder holds no release made by kgbuild; `cure` is the advice of the message.
    """
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise InputError("holds something other than a release of kgbuild", where=str(folder), cure=cure) from e
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise InputError("holds a release of another kgbuild", where=str(folder), cure=cure)
    return found


class ReleaseWriter:
    """Writes the files of a release one by one; see `writing`.

    Attributes:
        written: The files written so far, in order.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.written: list[Written] = []
        self._paths: set[str] = set()

    def add(self, item: ReleaseFile, part: str) -> None:
        """Write a file.

        Raises:
            InternalError: a file of this path exists, or the path leads out of the folder.
        """
        inside = PurePosixPath(item.path)
        if item.path in self._paths or inside.is_absolute() or ".." in inside.parts:
            raise InternalError(f"two files of a release are called {item.path!r}, or it leads out of it")
        self._paths.add(item.path)
        place = self._root / inside
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(item.data)
        sha256 = hashlib.sha256(item.data).hexdigest()
        self.written.append(Written(item=_without_data(item), size=len(item.data), sha256=sha256, part=part))

    def finish(self, entries: dict[str, Any]) -> None:
        """Write the mark of the release.

        Args:
            entries: Entries of the mark in addition to the list of files.
        """
        files = {w.item.path: {"bytes": w.size, "sha256": w.sha256, "part": w.part} for w in self.written}
        mark = {"format": FORMAT, **entries, "files": dict(sorted(files.items()))}
        text = json.dumps(mark, ensure_ascii=False, indent=1) + "\n"
        (self._root / MARK).write_text(text, encoding="utf-8", newline="\n")


def _without_data(item: ReleaseFile) -> ReleaseFile:
    from dataclasses import replace

    return replace(item, data=b"")


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[ReleaseWriter]:
    """Yield a writer; when the block ends without an error, the new release replaces the content of the folder.

    Args:
        folder: Where to put the release; see `check_target`.

    Raises:
        InputError: the folder may not be used, or a file cannot be written.
    """
    folder = Path(os.path.realpath(folder))
    try:
        _recover(folder)
        check_target(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=_aside(folder)))
    except OSError as e:
        raise _unwritten(folder, e) from e
    try:
        with locked(aside):
            yield ReleaseWriter(aside)
            _put_in_place(aside, folder)
    except OSError as e:
        raise _unwritten(folder, e) from e
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _aside(folder: Path) -> str:
    return f".{folder.name}.kgbuild-"


def _recover(folder: Path) -> None:
    """Remove what an interrupted process left; put a complete release back that it had moved aside."""
    for left in sorted(folder.parent.glob(f"{_aside(folder)}*")) if folder.parent.is_dir() else ():
        with locked(left) as is_ours:
            if not is_ours:
                continue
            if (left / MARK).is_file() and not folder.exists():
                left.rename(folder)
            else:
                shutil.rmtree(left, ignore_errors=True)


def _put_in_place(aside: Path, folder: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    aside.chmod(0o777 & ~mask)  # tempfile creates folders that only their owner can read
    if not folder.exists():
        aside.rename(folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=_aside(folder)))
    folder.replace(old)  # succeeds if the target is an empty folder
    try:
        aside.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _unwritten(folder: Path, error: OSError) -> InputError:
    cure = "make room, or choose another place with -o"
    return InputError(Message("cannot be written ({reason})", reason=error.strerror), where=str(folder), cure=cure)
