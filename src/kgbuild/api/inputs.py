"""Inputs of a command: files, folders of documents, and archives of documents.

A document in a zip is named `archive.zip!/name in the archive`; it is read from there and never unpacked to disk. Files
that form one document are named `notice.docx!+plan.docx`, in reading order: those given with `--attach`, a notice in an
archive with the files that it names, and the pages of one document (`plan.html`, `plan_2.html`). Guarantees: inputs are
in a fixed order; no name in an archive leads out of the output folder; files that are skipped in a folder are counted
by reason.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kgbuild.api.together import page_series, with_attachments
from kgbuild.errors import InputError, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIXES = (
    *(".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml"),
    *(".docx", ".docm", ".pdf", ".ofd", ".eml"),
)
"""Suffixes of documents in folders and archives; other files there are skipped."""
_TO_CONVERT = frozenset({".doc", ".wps", ".rtf", ".odt"})
INSIDE = "!/"
TOGETHER = "!+"
_LARGEST_PAGE, _LARGEST_MEMBER = 1_000_000, 20_000_000
"""Maximum sizes in bytes for files that are inspected for related files."""
_MARKERS = ("word/document.xml", "OFD.xml", "[Content_Types].xml", "META-INF/manifest.xml", "mimetype")
_UNFIT = re.compile(r'[\x00-\x1f<>:"|?*\\/]')


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a command.

    Attributes:
        files: Paths; documents in archives as `archive.zip!/name`.
        places: For each input the relative path of its result, without suffix; all are distinct.
        skipped: Number of files skipped in folders and archives, by reason (a suffix, `hidden`, `lock`).
        is_folder: Whether the inputs include a folder or an archive.
    """

    files: tuple[str, ...]
    places: dict[str, PurePosixPath]
    skipped: dict[str, int] = field(default_factory=dict)
    is_folder: bool = False


def find_inputs(given: Iterable[str], *, attach: str | None = None) -> Inputs:
    """Expand files, folders and archives to documents.

    Args:
        given: Paths; `-` is the standard input.
        attach: A notice that carries all of them; together they form one document.

    Raises:
        InputError: a folder or archive contains no document.
    """
    if attach is not None:
        inputs = find_inputs(given)
        name = TOGETHER.join((attach, *inputs.files))
        return Inputs((name,), {name: PurePosixPath(Path(attach).stem)}, inputs.skipped)
    found: dict[str, PurePosixPath] = {}
    skipped: Counter[str] = Counter()
    is_folder = False
    for name in given:
        if not name:
            raise InputError("is not a file name", where="''", cure="give a file, a folder or an archive")
        path = Path(name)
        if name != "-" and path.is_dir():
            is_folder = True
            own = dict(_in_folder(path, skipped))
        elif name != "-" and is_container(path):
            is_folder = True
            own = dict(_in_archive(path, PurePosixPath(path.stem), skipped))
        else:
            first = Path(parts_of(name)[0])
            place = PurePosixPath("stdin" if name == "-" else first.name.removesuffix(first.suffix))
            found.setdefault(name, place)
            continue
        if not own:
            what = Message("holds no document ({names})", names=" ".join(SUFFIXES))
            raise InputError(what, where=name, cure="give a folder or an archive with documents")
        for file, place in own.items():
            found.setdefault(file, place)
    found = _together(found, page_series(list(found), _beginning))
    return Inputs(tuple(found), _told_apart(found) if is_folder else found, dict(sorted(skipped.items())), is_folder)


def _together(found: dict[str, PurePosixPath], groups: Iterable[list[str]]) -> dict[str, PurePosixPath]:
    """Return the inputs with each group merged at the position of its first file."""
    return {TOGETHER.join(group): found[group[0]] for group in groups}


def _beginning(file: str) -> bytes:
    try:
        if INSIDE in file and not Path(file).exists():
            return member_bytes(file, _LARGEST_PAGE)
        with Path(file).open("rb") as f:
            return f.read(_LARGEST_PAGE)
    except (OSError, ValueError, InputError):  # reported when the file is read
        return b""


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
            skipped[_reason(path.suffix.lower())] += 1


def _reason(suffix: str) -> str:
    """Return why a file without a reader is skipped, with the cure where it may be a document."""
    if suffix in _TO_CONVERT:
        return f"{suffix} (convert it: soffice --headless --convert-to docx)"
    return suffix or "no suffix"


def parts_of(file: str) -> list[str]:
    """Return the files that form an input: the input itself, or several files that form one document."""
    return file.split(TOGETHER) if TOGETHER in file and not Path(file).exists() else [file]


def is_about_the_folder(name: str) -> bool:
    """Tell whether a file describes its folder (README.md) rather than being one of its documents."""
    return PurePosixPath(name).stem.casefold() == "readme"


def is_container(path: Path) -> bool:
    """Tell whether a file is an archive of documents: a zip that is not itself a document format."""
    if path.suffix.lower() != ".zip" or not path.is_file() or not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(marker in archive.namelist() for marker in _MARKERS)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False


def members_of(path: Path) -> list[str]:
    """Return the documents in an archive as inputs."""
    return list(dict(_in_archive(path, PurePosixPath(path.stem), Counter())))


def pages_together(files: Iterable[str]) -> list[str]:
    """Return the inputs with the pages of one document merged."""
    return [TOGETHER.join(group) for group in page_series(list(files), _beginning)]


def _in_archive(path: Path, place: PurePosixPath, skipped: Counter[str]) -> Iterator[tuple[str, PurePosixPath]]:
    """Yield the documents in an archive with the places of their results; a notice and what it carries are merged."""
    found = dict(_members(path, place, skipped))
    folders: dict[PurePosixPath, list[str]] = {}
    for file, below in found.items():
        folders.setdefault(below.parent, []).append(file)
    for files in folders.values():
        yield from _together(found, with_attachments(files, _member)).items()


def _member(file: str) -> bytes:
    return member_bytes(file, _LARGEST_MEMBER)


def _members(path: Path, place: PurePosixPath, skipped: Counter[str]) -> Iterator[tuple[str, PurePosixPath]]:
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
        elif inside.suffix.lower() == ".zip":
            skipped["zip inside a zip (unpack it and give that)"] += 1
        else:
            skipped[_reason(inside.suffix.lower())] += 1


def shown_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of a member; names not marked as UTF-8 are in the encoding of the machine that wrote them."""
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
    """Make the places distinct: by the suffix of the file, otherwise by a number."""
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
    """Return the bytes of a document in an archive.

    Raises:
        InputError: it does not exist, or is larger than `limit` bytes.
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
        raise InputError(Message("cannot be read ({reason})", reason=e), where=file, cure="check the archive") from e
    return within(data, limit, file)


def within(data: bytes, limit: int, file: str) -> bytes:
    """Return the bytes of a file.

    Args:
        data: What was read of it, one byte more than the limit at most.
        limit: Number of bytes that are allowed.
        file: Its name, for the message.

    Raises:
        InputError: it is larger than allowed.
    """
    if len(data) > limit:
        raise InputError(
            Message("is larger than allowed ({limit:,} bytes)", limit=limit),
            where=file,
            cure="split it or raise --max-bytes",
        )
    return data
