"""The folder of a store on disk: complete versions side by side, and a small file that names the current one.

Guarantees: a version is never modified once the file names it, and the file is replaced atomically. However a writer is
interrupted, readers find the old version or the new one, complete; a reader keeps the version that it opened. Each file
of a version is verified by size and SHA-256, because the engine takes a damaged table for an empty one; the SHA-256 is
skipped for versions above a gigabyte, which would take seconds to open.

Locks use `fcntl`. On systems without it, the caller must keep writers apart.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message
from kgbuild.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POINTER = "version"
_LOCK = "writer.lock"
_NAME = re.compile(r"[vw]-[0-9a-f]{32}")
_LEFT = re.compile(r"[vw]-[0-9a-f]{32}(\.tmp)?")
_COMPARED = 1_000_000_000
_AGAIN = "load its graphs again, into a new folder"


class Hold:
    """A shared lock on the folder of a version, held until released or garbage-collected."""

    def __init__(self, folder: Path) -> None:
        self._handle = os.open(folder, os.O_RDONLY)
        _locked(self._handle, shared=True)

    def __del__(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            os.close(self._handle)


@dataclass(frozen=True, slots=True)
class Version:
    """A version held for reading.

    Attributes:
        folder: Its folder.
        hold: Prevents its deletion by writers.
    """

    folder: Path
    hold: Hold = field(repr=False, compare=False)


def open_version(place: Path, *, compare: bool = True) -> Version:
    """Hold the current version of a store for reading.

    Args:
        place: The folder of the store.
        compare: Compare its files with their checksums; unnecessary if that has just been done.

    Raises:
        InputError: there is no store, it has no version yet, or it is damaged.
    """
    for _ in range(100):  # a writer may have deleted the version that was current a moment ago
        name, files = _pointer(place)
        try:
            version = Version(place / name, Hold(place / name))
        except FileNotFoundError:
            if _pointer(place)[0] == name:
                raise _damaged(place, Message("{name} is missing", name=name)) from None
            continue
        except OSError as e:
            raise InputError(
                Message("cannot be opened ({reason})", reason=e.strerror),
                where=str(place),
                cure=Message("check the folder, or {again}", again=_AGAIN),
            ) from e
        if _pointer(place)[0] == name:
            if compare:
                _check(place, version.folder, files)
            return version
    raise InputError("is being written again and again", where=str(place), cure="try again")


def current_version(place: Path) -> str:
    """Return the name of the current version.

    Raises:
        InputError: there is no store.
    """
    return _pointer(place)[0]


def has_version(place: Path) -> bool:
    """Tell whether a store has a version; False for an empty or missing folder.

    Raises:
        InputError: the folder contains something else.
    """
    if (place / _POINTER).is_file():
        return True
    try:
        is_other = _others(place)
    except FileNotFoundError:
        return False
    except OSError as e:
        raise InputError(
            Message("cannot be read ({reason})", reason=e.strerror), where=str(place), cure="give a folder"
        ) from e
    if is_other:
        raise _no_store(place)
    return False


def _others(place: Path) -> bool:
    """Tell whether a folder holds anything that no writer of a store left there."""
    return any(p.name != _LOCK and not _LEFT.fullmatch(p.name) for p in place.iterdir())


@contextlib.contextmanager
def writing(place: Path) -> Iterator[Path]:
    """Yield a working folder for the single writer of a store, after deleting leftovers of earlier writers.

    Args:
        place: The folder of the store; created if necessary.

    Raises:
        InputError: another process is writing to it, or it cannot be written.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
        handle = os.open(place / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as e:
        raise InputError(
            Message("cannot be written ({reason})", reason=e.strerror), where=str(place), cure="choose another folder"
        ) from e
    try:
        if not _locked(handle):
            raise InputError("is being written by another process", where=str(place), cure="try again when it is done")
        sweep(place)
        work = place / f"w-{uuid.uuid4().hex}"
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    finally:
        os.close(handle)


def new_folder(place: Path) -> Path:
    """Return the path of the folder for a new version; it does not exist yet."""
    return place / f"v-{uuid.uuid4().hex}"


def publish(place: Path, version: Path) -> None:
    """Make a version the current one, and delete versions without readers.

    Raises:
        OSError: it cannot be written; the previous version stays current.
    """
    files = {file.name: _known_mark(place, file) or _mark(file) for file in sorted(version.iterdir())}
    text = json.dumps({"version": version.name, "files": files}, indent=1)
    replace_file(place / _POINTER, f"{text}\n".encode())
    with contextlib.suppress(OSError):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    sweep(place)


def sweep(place: Path) -> None:
    """Delete versions without readers, and leftovers of killed writers."""
    current = _pointer(place)[0] if (place / _POINTER).is_file() else ""
    for folder in place.iterdir():
        if folder.name.startswith(".kgbuild-"):
            folder.unlink(missing_ok=True)
        if folder.name == current or not _LEFT.fullmatch(folder.name):
            continue
        handle = os.open(folder, os.O_RDONLY)
        try:
            if _locked(handle):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)


def _locked(handle: int, *, shared: bool = False) -> bool:
    """Lock a file or folder exclusively without waiting, or wait for a shared lock; False if it is taken.

    If the operating system or file system has no locks, every attempt succeeds.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _is_being_written(place: Path) -> bool:
    try:
        handle = os.open(place / _LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _locked(handle)
    finally:
        os.close(handle)


# -- the file that names the version ------------------------------------------------------------------------------
def _pointer(place: Path) -> tuple[str, dict[str, str]]:
    try:
        data = json.loads((place / _POINTER).read_bytes())
        name, files = data["version"], data["files"]
        if _NAME.fullmatch(name) and all(isinstance(mark, str) for mark in files.values()):
            return name, files
    except (FileNotFoundError, NotADirectoryError):
        raise _no_store(place) from None
    except OSError as e:
        raise InputError(
            Message("cannot be read ({reason})", reason=e.strerror),
            where=str(place),
            cure=Message("check the folder, or {again}", again=_AGAIN),
        ) from e
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise _damaged(place, Message("{pointer} is not as it was written", pointer=_POINTER))


def _no_store(place: Path) -> InputError:
    if _is_being_written(place):
        return InputError("is being written for the first time", where=str(place), cure="try again when it is done")
    if (place / _LOCK).exists() and not _others(place):
        return InputError("was never loaded to the end", where=str(place), cure="load its graphs again")
    if (place / "CURRENT").is_file():
        return InputError("is a store of an earlier kgbuild", where=str(place), cure=_AGAIN)
    return InputError(
        "is not a store", where=str(place), cure="make one by `kgbuild store load`, in a folder of its own"
    )


def _mark(file: Path) -> str:
    with file.open("rb") as f:
        return f"{file.stat().st_size} {hashlib.file_digest(f, 'sha256').hexdigest()}"


def _known_mark(place: Path, file: Path) -> str:
    """Return the checksum of a file shared with the previous version by a hard link; '' for a new file."""
    if not (place / _POINTER).is_file():
        return ""
    name, marks = _pointer(place)
    try:
        is_same = (place / name / file.name).samefile(file)
    except OSError:
        return ""
    return marks.get(file.name, "") if is_same else ""


def _check(place: Path, version: Path, files: dict[str, str]) -> None:
    try:
        sizes = {name: (version / name).stat().st_size for name in files}
        is_small = sum(sizes.values()) <= _COMPARED
        for name, mark in files.items():
            if mark.partition(" ")[0] != str(sizes[name]) or (is_small and _mark(version / name) != mark):
                raise _damaged(place, Message("{name} is not as it was written", name=name))
    except OSError as e:
        raise _damaged(
            place, Message("{filename} cannot be read ({reason})", filename=e.filename, reason=e.strerror)
        ) from e


def _damaged(place: Path, what: str) -> InputError:
    return InputError(Message("is damaged: {reason}", reason=what), where=str(place), cure=_AGAIN)


def broken(place: Path, error: BaseException, *, is_writing: bool = False) -> InputError:
    """Return the error for a failure of the database itself while a version is read or written.

    Args:
        place: The folder of the store.
        error: What the database raised.
        is_writing: Whether it was writing, so that the disk may be full.
    """
    text = " ".join(str(error).split())
    if "file descriptors" in text or "Too many open files" in text:
        return InputError("needs more file handles", where=str(place), cure="allow 512 or more, as by `ulimit -n 512`")
    if is_writing:
        cure = "look at room, mode and limits of the disk, then load again; the store is as it was"
        return InputError(Message("cannot be written ({reason})", reason=text[:160]), where=str(place), cure=cure)
    return _damaged(place, text[:160])
