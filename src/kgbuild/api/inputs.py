"""Inputs of a command: files, folders of documents, and archives of documents.

A document in a zip is called `archive.zip!/name in the archive`; it is read from there and never unpacked to disk.
Guarantees: inputs come in a fixed order; no name of an archive leads out of the folder for the results; what is left
out of a folder is counted by its reason.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kgbuild.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIXES = (
    *(".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml"),
    *(".docx", ".docm", ".pdf", ".ofd", ".eml"),
)
"""What is a document in a folder or an archive; other files there are left alone."""
INSIDE = "!/"
_MARKERS = ("word/document.xml", "OFD.xml", "[Content_Types].xml", "META-INF/manifest.xml", "mimetype")
_UNFIT = re.compile(r'[\x00-\x1f<>:"|?*\\/]')


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a command is to read.

    Attributes:
        files: Paths, documents in archives as `archive.zip!/name`.
        places: For each the place of its result below a folder, without suffix; no two are the same.
        skipped: How many files of folders and archives were left out, by their reason (a suffix, `hidden`, `lock`).
        is_folder: Whether a folder or an archive was among the inputs.
    """

    files: tuple[str, ...]
    places: dict[str, PurePosixPath]
    skipped: dict[str, int] = field(default_factory=dict)
    is_folder: bool = False


def find_inputs(given: Iterable[str]) -> Inputs:
    """Return the documents of files, folders and archives.

    Args:
        given: Paths; `-` is the standard input.

    Raises:
        InputError: a folder or archive holds no document.
    """
    found: dict[str, PurePosixPath] = {}
    skipped: Counter[str] = Counter()
    is_folder = False
    for name in given:
        path = Path(name)
        if name != "-" and path.is_dir():
            is_folder = True
            own = dict(_in_folder(path, skipped))
        elif name != "-" and is_container(path):
            is_folder = True
            own = dict(_in_archive(path, PurePosixPath(path.stem), skipped))
        else:
            found.setdefault(name, PurePosixPath("stdin" if name == "-" else path.name.removesuffix(path.suffix)))
            continue
        if not own:
            what = f"holds no document ({' '.join(SUFFIXES)})"
            raise InputError(what, where=name, cure="give a folder or an archive with documents")
        for file, place in own.items():
            found.setdefault(file, place)
    return Inputs(tuple(found), _told_apart(found) if is_folder else found, dict(sorted(skipped.items())), is_folder)


def _in_folder(folder: Path, skipped: Counter[str]) -> Iterator[tuple[str, PurePosixPath]]:
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file():
            continue
        if any(part.startswith(".") for part in inside.parts):
            skipped["hidden"] += 1
        elif path.name.startswith("~$"):
            skipped["lock"] += 1
        elif is_about_the_folder(path.name):
            skipped["readme"] += 1
        elif not path.resolve().is_relative_to(root):
            skipped["link"] += 1
        elif is_container(path):
            yield from _in_archive(path, PurePosixPath(inside.with_suffix("").as_posix()), skipped)
        elif path.suffix.lower() in SUFFIXES:
            yield str(path), PurePosixPath(inside.with_suffix("").as_posix())
        else:
            skipped[path.suffix.lower() or "no suffix"] += 1


def is_about_the_folder(name: str) -> bool:
    """Tell whether a file says something of its folder (README.md), and is none of its documents."""
    return PurePosixPath(name).stem.casefold() == "readme"


def is_container(path: Path) -> bool:
    """Tell whether a file is an archive of documents: a zip, and no document that is packed as one."""
    if path.suffix.lower() != ".zip" or not path.is_file() or not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(marker in archive.namelist() for marker in _MARKERS)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False


def members_of(path: Path) -> list[str]:
    """Return the documents of an archive as inputs."""
    return [name for name, _ in _in_archive(path, PurePosixPath(path.stem), Counter())]


def _in_archive(path: Path, place: PurePosixPath, skipped: Counter[str]) -> Iterator[tuple[str, PurePosixPath]]:
    with zipfile.ZipFile(path) as archive:
        entries = sorted(
            (shown_name(entry), entry) for entry in archive.infolist() if entry.filename and not entry.is_dir()
        )
    for name, _ in entries:
        inside = PurePosixPath(name.replace("\\", "/"))
        if any(part.startswith(".") and part != ".." for part in inside.parts) or "__MACOSX" in inside.parts:
            skipped["hidden"] += 1
        elif inside.name.startswith("~$"):
            skipped["lock"] += 1
        elif is_about_the_folder(inside.name):
            skipped["readme"] += 1
        elif inside.suffix.lower() in SUFFIXES:
            parts = [_UNFIT.sub("_", part) for part in inside.with_suffix("").parts if part not in ("..", ".", "/")]
            yield f"{path}{INSIDE}{name}", place.joinpath(*parts)
        else:
            skipped[inside.suffix.lower() or "no suffix"] += 1


def shown_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of a member; one that is not marked as UTF-8 was written in the encoding of its machine."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _told_apart(places: dict[str, PurePosixPath]) -> dict[str, PurePosixPath]:
    """The places, those that would be the same with the suffix of their file in the name, else with a number."""
    often = Counter(str(place).lower() for place in places.values())
    taken: set[str] = set()
    out = {}
    for file, place in places.items():
        named = place if often[str(place).lower()] == 1 else place.with_name(f"{place.name}{Path(file).suffix}")
        n, chosen = 1, named
        while str(chosen).lower() in taken:
            n += 1
            chosen = named.with_name(f"{named.name}-{n}")
        taken.add(str(chosen).lower())
        out[file] = chosen
    return out


def member_bytes(file: str, limit: int) -> bytes:
    """Return a document in an archive.

    Raises:
        InputError: there is none, or it is larger than allowed.
    """
    path, _, name = file.rpartition(INSIDE)
    try:
        with zipfile.ZipFile(path) as archive:
            entry = next((e for e in archive.infolist() if shown_name(e) == name), None)
            if entry is None:
                raise InputError("is not in the archive", where=file, cure="check the name")
            if entry.flag_bits & 1:
                raise InputError("is protected by a password", where=file, cure="save it without and give that")
            with archive.open(entry) as stream:
                data = stream.read(limit + 1)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError) as e:
        raise InputError(f"cannot be read ({e})", where=file, cure="check the archive") from e
    if len(data) > limit:
        raise InputError(f"is larger than allowed ({limit:,} bytes)", where=file, cure="split it or raise --max-bytes")
    return data
