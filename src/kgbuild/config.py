"""Settings of a run, and the location of the project's data.

Settings come only from `kgbuild.toml` (the given file, or the nearest above the input), never from the environment or
the locale. Guarantees: an unknown key is an error that names the known ones; paths are absolute.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import logging
import os
import re
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kgbuild.errors import InputError, Message, OntologyError

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG_NAME = "kgbuild.toml"
DEFAULT_BASE = "https://example.org/gplan/id/"
PACKAGE = Path(__file__).resolve().parent
DEFAULT_MAX_BYTES = 64_000_000
MOST_BYTES = 2**53
_LARGEST = 1_000_000
_BASE = re.compile(r"(?:https?://|urn:)(?:[^\x00-\x20<>\"{}|^`\\\x7f-\x9f#%]|%[0-9A-Fa-f]{2}){1,1000}(?:(?<=[/:])|#)")
_TYPES = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Resource limits for one document; the keys of the table `[limits]` in `kgbuild.toml`.

    Attributes:
        pages: Number of pages of a PDF or OFD.
        members: Number of files in an archive (DOCX, OFD, zip).
        unpacked: Size of an unpacked archive in bytes.
        ratio: Compression ratio of a file in an archive, except small ones.
        depth: Nesting depth of XML elements.
        elements: Number of elements of an XML document.
        seconds: Time for a PDF or OFD in seconds, plus a fiftieth of a second for each page.
        memory: Memory of a reader that runs in a separate process, in bytes.
    """

    pages: int = 5_000
    members: int = 10_000
    unpacked: int = 500_000_000
    ratio: int = 200
    depth: int = 1_000
    elements: int = 1_500_000
    seconds: int = 20
    memory: int = 500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSettings:
    """Metadata of a release; the keys of the table `[release]` in `kgbuild.toml`. They do not affect graphs.

    Attributes:
        title: Name of the data set by language, `zh` and `en`.
        description: Description by language.
        publisher: Name of the publisher.
        publisher_url: IRI or home page of the publisher.
        contact: Mail address or page for questions.
        url: Public address of the release, ending in a slash; '' = the base, without `id/`.
        version: Version of the data; '' = the date.
        date: Day of the release, YYYY-MM-DD.
        licence: IRI of the licence of the data.
        doi: DOI of the release.
        keywords: Keywords; those with hanzi count as Chinese.
    """

    title: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    publisher: str = "kgbuild contributors"
    publisher_url: str = ""
    contact: str = ""
    url: str = ""
    version: str = ""
    date: str = ""
    licence: str = "https://creativecommons.org/licenses/by/4.0/"
    doi: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The user's settings. Every field is also the key in `kgbuild.toml`, with `-` for `_`.

    Attributes:
        base: Base IRI of document instances, ending in `/` or `#`.
        max_bytes: Maximum size of an input in bytes.
        vocab: Folders with additional vocabularies in Turtle.
        lang: Language of messages, `zh` or `en`.
        limits: Resource limits for one document.
        documents: What is stated about documents beyond their texts, by file name relative to the configuration.
        release: Metadata of releases.
        source: The configuration file; None for the defaults.
    """

    base: str = DEFAULT_BASE
    max_bytes: int = DEFAULT_MAX_BYTES
    vocab: tuple[Path, ...] = ()
    lang: str = "en"
    limits: Limits = Limits()
    documents: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    release: ReleaseSettings = field(default_factory=ReleaseSettings)
    source: Path | None = None

    @property
    def digest(self) -> str:
        """The digest of what affects the graph, vocabularies apart."""
        return hashlib.sha256(self.base.encode()).hexdigest()


def data_dir(name: str) -> Path:
    """Return the folder `ontology`, `shapes` or `queries`, in the wheel or the checkout.

    Raises:
        OntologyError: it exists in neither.
    """
    packaged, checkout = PACKAGE / "_data" / name, PACKAGE.parents[1] / name
    for place in (packaged, checkout):
        if place.is_dir():
            return place
    raise OntologyError(
        Message("data folder {name!r} not found", name=name),
        where=f"{packaged} and {checkout}",
        cure="reinstall kgbuild",
    )


def find_config(start: Path) -> Path | None:
    """Return the nearest `kgbuild.toml` in or above the folder of `start`; one from above is logged.

    Raises:
        InputError: it belongs to another user, who could thus control what is read; root is trusted.
    """
    try:
        start = start.resolve()
        folder = start if start.is_dir() else start.parent
        found = next((p / CONFIG_NAME for p in (folder, *folder.parents) if (p / CONFIG_NAME).is_file()), None)
        owner = None if found is None else found.stat().st_uid
    except (OSError, RuntimeError, ValueError) as e:  # RuntimeError: a loop of links, up to Python 3.12
        what = "Too many levels of symbolic links" if isinstance(e, RuntimeError) else getattr(e, "strerror", str(e))
        raise InputError(
            Message("cannot be read ({reason})", reason=what), where=str(start), cure="check the path"
        ) from e
    if found is None:
        return None
    if hasattr(os, "geteuid") and owner not in (0, os.geteuid()):
        cure = Message("look at it, and give it by --config {found} where it is yours to use", found=found)
        raise InputError("belongs to another user", where=str(found), cure=cure)
    if found.parent != folder:
        _log.info("using %s", found)
    return found


def load_settings(path: Path | None) -> Settings:
    """Read a configuration file; None yields the defaults.

    Raises:
        InputError: the file is missing, is not TOML, or has an unknown key or a value of the wrong type.
    """
    if path is None:
        return Settings()
    import tomllib  # most documents have no configuration

    try:
        raw = tomllib.loads(_text_of(path))
    except OSError as e:
        raise InputError(
            Message("cannot be read ({reason})", reason=e.strerror), where=str(path), cure="check the path"
        ) from e
    except RecursionError as e:
        raise InputError("is nested too deeply", where=str(path), cure="mend the file") from e
    except ValueError as e:  # not TOML, not UTF-8, or a number with thousands of digits
        raise InputError(
            Message("is not valid TOML ({reason})", reason=str(e)[:200]), where=str(path), cure="mend the file"
        ) from e
    values = {key.replace("-", "_"): value for key, value in raw.items()}
    if len(values) < len(raw):
        raise InputError(
            Message("{raw} is given twice, with - and with _", raw=_twice(raw)), where=str(path), cure="remove one"
        )
    _check(values, path)
    folders = tuple(_folder(str(p), path) for p in values.pop("vocab", ()))
    limits = Limits(**values.pop("limits", {}))
    release = _release(values.pop("release", {}), path)
    return Settings(vocab=folders, limits=limits, release=release, source=path, **values)


def _twice(raw: Mapping[str, object]) -> str:
    """Return the key that a table holds in both spellings."""
    return next(key for key in raw if "-" in key and key.replace("-", "_") in raw)


def _text_of(path: Path) -> str:
    if path.exists() and not path.is_file():  # a pipe or device has no end
        raise OSError(0, "it is not a file")
    with path.open("rb") as f:
        data = f.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(0, f"it is larger than {_LARGEST:,} bytes")
    return data.decode("utf-8-sig")


def _folder(name: str, config: Path) -> Path:
    folder, is_there = config.parent / name, False
    with contextlib.suppress(OSError, RuntimeError, ValueError):  # a name too long, a loop of links
        folder = folder.resolve()
        is_there = folder.exists()
        if folder.is_dir():
            return folder
    what = Message(
        "vocab folder {folder} {what}",
        folder=str(folder)[:200],
        what="is not a folder" if is_there else "does not exist",
    )
    raise InputError(what, where=str(config), cure="create it or mend the path")


def _check(values: dict[str, object], path: Path) -> None:
    expected: dict[str, type] = {"base": str, "max_bytes": int, "vocab": list, "lang": str, "limits": dict}
    expected |= {"documents": dict, "release": dict}
    for key, value in values.items():
        if key not in expected:
            near = difflib.get_close_matches(key, expected, n=3, cutoff=0.3) or sorted(expected)
            raise InputError(
                Message("unknown key {key!r}", key=key),
                where=str(path),
                cure=Message("use one of: {names}", names=", ".join(near)),
            )
        if not isinstance(value, expected[key]) or isinstance(value, bool):
            raise InputError(
                Message("{key} must be {types}", key=key, types=_TYPES[expected[key]]),
                where=str(path),
                cure="mend the value",
            )
    if values.get("lang", "en") not in ("zh", "en"):
        raise InputError(Message("lang is {lang!r}", lang=values["lang"]), where=str(path), cure="use zh or en")
    if not 1 <= int(str(values.get("max_bytes", 1))) <= MOST_BYTES:
        raise InputError("max_bytes is not a number of bytes", where=str(path), cure="give a number above 0")
    if not all(isinstance(folder, str) for folder in cast("list[object]", values.get("vocab", []))):
        raise InputError("vocab must be a list of folders", where=str(path), cure="mend the value")
    _check_limits(cast("dict[str, object]", values.get("limits", {})), path)
    documents = cast("dict[str, object]", values.get("documents", {}))
    if not all(isinstance(entry, dict) for entry in documents.values()):
        raise InputError("documents must hold one table a file", where=str(path), cure='write [documents."plan.txt"]')
    base = values.get("base", DEFAULT_BASE)
    if not _BASE.fullmatch(str(base)):
        raise InputError(
            Message("base {base!r} is not a namespace", base=str(base)[:80]),
            where=str(path),
            cure="use an http(s) IRI that ends in / or #",
        )


def _check_limits(values: dict[str, object], path: Path) -> None:
    known = [f.name for f in fields(Limits)]
    for key, value in values.items():
        if key not in known:
            what, cure = (
                Message("unknown key {key!r} in limits", key=key),
                Message("use one of: {names}", names=", ".join(known)),
            )
            raise InputError(what, where=str(path), cure=cure)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_BYTES:
            raise InputError(
                Message("limits.{key} must be a number above 0", key=key), where=str(path), cure="mend the value"
            )


def _release(given: dict[str, object], path: Path) -> ReleaseSettings:
    values = {key.replace("-", "_"): value for key, value in given.items()}
    known = {f.name: f for f in fields(ReleaseSettings)}
    for key, value in values.items():
        if key not in known:
            what, cure = (
                Message("unknown key {key!r} in release", key=key),
                Message("use one of: {names}", names=", ".join(known)),
            )
            raise InputError(what, where=str(path), cure=cure)
        if not _fits(key, value):
            what = Message("release.{key} is {value!r}", key=key, value=str(value)[:60])
            raise InputError(what, where=str(path), cure=_CURES.get(key, "give a text"))
    if isinstance(words := values.get("keywords"), list):
        values["keywords"] = tuple(words)
    return ReleaseSettings(**values)  # type: ignore[arg-type]


_WEB = r"https?://[^\s<>\"{}|^`\\]+"
_RELEASE = {
    "url": rf"{_WEB}/",
    "licence": _WEB,
    "publisher_url": _WEB,
    "contact": rf"{_WEB}|[^\s@:<>]+@[^\s@:<>]+",
    "date": r"\d{4}-\d{2}-\d{2}",
    "version": r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}",
    "doi": r"10\.\d{4,9}/\S+",
}
_CURES = {
    "title": 'write title = { zh = "…", en = "…" }',
    "description": 'write description = { zh = "…", en = "…" }',
    "keywords": "give a list of words",
    "url": "give an http(s) address that ends in /",
    "licence": "give the address of the licence",
    "publisher_url": "give an http(s) address",
    "contact": "give a mail address or an http(s) address",
    "date": "write YYYY-MM-DD",
    "version": "use letters, digits, full stops, - and _",
    "doi": "write it as 10.…/…",
}


def _fits(key: str, value: object) -> bool:
    if key in ("title", "description"):
        return isinstance(value, dict) and value.keys() <= {"zh", "en"} and all(map(_is_text, value.values()))
    if key == "keywords":
        return isinstance(value, list) and all(map(_is_text, value))
    if not _is_text(value):
        return False
    if key == "date" and re.fullmatch(_RELEASE[key], str(value)):
        try:
            return bool(date.fromisoformat(str(value)))
        except ValueError:
            return False
    return re.fullmatch(_RELEASE.get(key, r"[^\x00-\x1f]+"), str(value)) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
