"""Settings of a run, and where the data of the project lies.

Takes `kgbuild.toml` (the one named, or the nearest above the input) and nothing else: no environment, no locale.
Guarantees: an unknown key is an error that names the known ones; paths are absolute.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kgbuild.errors import InputError, OntologyError

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG_NAME = "kgbuild.toml"
DEFAULT_BASE = "https://example.org/gplan/id/"
PACKAGE = Path(__file__).resolve().parent
DEFAULT_MAX_BYTES = 64_000_000
MOST_BYTES = 2**53
_LARGEST = 1_000_000
_BASE = re.compile(r"(?:https?://|urn:)[^\x00-\x20<>\"{}|^`\\\x7f-\x9f]{1,1000}[/#:]")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may use up; the keys of the table `[limits]` in `kgbuild.toml`.

    Attributes:
        pages: Pages of a PDF or OFD.
        members: Files in an archive (DOCX, OFD, zip).
        unpacked: Bytes of an archive when unpacked.
        ratio: How many times larger than packed a file in an archive may be; small ones may always.
        depth: Elements inside each other in XML.
        elements: Elements of an XML document.
        seconds: Time of a reader of PDF or OFD, beside a fiftieth of a second for each page.
        memory: Bytes of a reader that works in a process of its own.
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
    """What a release says of itself; the keys of the table `[release]` in `kgbuild.toml`. Nothing here touches a graph.

    Attributes:
        title: Name of the data set by language, `zh` and `en`.
        description: What it is, by language.
        publisher: Name of who publishes it.
        publisher_url: Their IRI or home page.
        contact: Mail address or page for questions.
        url: Where the release will stand on the web, with a slash at its end; '' = the base, without `id/`.
        version: Version of the data; '' = the date.
        date: Day of the release, YYYY-MM-DD.
        licence: IRI of the licence of the data.
        doi: DOI of the release.
        keywords: Words to find it by, those that hold a Chinese character in Chinese.
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
    """What a user may set. Every field is also the key in `kgbuild.toml`, with `-` for `_`.

    Attributes:
        base: IRI under which the instances of documents are minted; ends in `/` or `#`.
        max_bytes: Larger inputs are refused.
        vocab: Folders with further vocabularies in Turtle.
        lang: Language of messages, `zh` or `en`.
        limits: What one document may use up.
        documents: What is said of documents beside their texts, by name of the file below the configuration.
        release: What a release says of itself.
        source: The configuration file, None for the defaults.
    """

    base: str = DEFAULT_BASE
    max_bytes: int = DEFAULT_MAX_BYTES
    vocab: tuple[Path, ...] = ()
    lang: str = "en"
    limits: Limits = Limits()
    documents: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    release: ReleaseSettings = field(default_factory=ReleaseSettings)
    source: Path | None = None


def data_dir(name: str) -> Path:
    """Return the folder `ontology`, `shapes` or `queries`, of the wheel or of the checkout.

    Raises:
        OntologyError: neither is there.
    """
    packaged, checkout = PACKAGE / "_data" / name, PACKAGE.parents[1] / name
    for place in (packaged, checkout):
        if place.is_dir():
            return place
    raise OntologyError(f"data folder {name!r} not found", where=f"{packaged} and {checkout}", cure="reinstall kgbuild")


def find_config(start: Path) -> Path | None:
    """Return the nearest `kgbuild.toml` in or above the folder of `start`; one above it is told to the log.

    Raises:
        InputError: it belongs to another user, who could so decide what is read; root is trusted.
    """
    try:
        start = start.resolve()
        folder = start if start.is_dir() else start.parent
        found = next((p / CONFIG_NAME for p in (folder, *folder.parents) if (p / CONFIG_NAME).is_file()), None)
        owner = None if found is None else found.stat().st_uid
    except (OSError, RuntimeError, ValueError) as e:  # RuntimeError: a loop of links, up to Python 3.12
        what = e.strerror if isinstance(e, OSError) else e
        raise InputError(f"cannot be read ({what})", where=str(start), cure="check the path") from e
    if found is None:
        return None
    if hasattr(os, "geteuid") and owner not in (0, os.geteuid()):
        cure = f"look at it, and give it by --config {found} where it is yours to use"
        raise InputError("belongs to another user", where=str(found), cure=cure)
    if found.parent != folder:
        _log.info("using %s", found)
    return found


def load_settings(path: Path | None) -> Settings:
    """Read a configuration file; None gives the defaults.

    Raises:
        InputError: the file is missing, is no TOML, or has an unknown key or a value of the wrong type.
    """
    if path is None:
        return Settings()
    try:
        raw = tomllib.loads(_text_of(path))
    except OSError as e:
        raise InputError(f"cannot be read ({e.strerror})", where=str(path), cure="check the path") from e
    except RecursionError as e:
        raise InputError("is nested too deeply", where=str(path), cure="mend the file") from e
    except ValueError as e:  # no TOML, no UTF-8, or a number of thousands of digits
        raise InputError(f"is not valid TOML ({str(e)[:200]})", where=str(path), cure="mend the file") from e
    values = {key.replace("-", "_"): value for key, value in raw.items()}
    _check(values, path)
    folders = tuple(_folder(str(p), path) for p in values.pop("vocab", ()))
    limits = Limits(**values.pop("limits", {}))
    release = _release(values.pop("release", {}), path)
    return Settings(vocab=folders, limits=limits, release=release, source=path, **values)


def _text_of(path: Path) -> str:
    if path.exists() and not path.is_file():  # a pipe or a device has no end
        raise OSError(0, "it is no file")
    with path.open("rb") as f:
        data = f.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(0, f"it is larger than {_LARGEST:,} bytes")
    return data.decode("utf-8-sig")


def _folder(name: str, config: Path) -> Path:
    try:
        folder = (config.parent / name).resolve()
        is_folder = folder.is_dir()
    except (OSError, RuntimeError, ValueError):
        folder, is_folder = config.parent / name, False
    if not is_folder:
        what = f"vocab folder {str(folder)[:200]} does not exist"
        raise InputError(what, where=str(config), cure="create it or mend the path")
    return folder


def _check(values: dict[str, object], path: Path) -> None:
    expected: dict[str, type] = {"base": str, "max_bytes": int, "vocab": list, "lang": str, "limits": dict}
    expected |= {"documents": dict, "release": dict}
    for key, value in values.items():
        if key not in expected:
            near = difflib.get_close_matches(key, expected, n=3, cutoff=0.3) or sorted(expected)
            raise InputError(f"unknown key {key!r}", where=str(path), cure=f"use one of: {', '.join(near)}")
        if not isinstance(value, expected[key]) or isinstance(value, bool):
            raise InputError(f"{key} must be a {expected[key].__name__}", where=str(path), cure="mend the value")
    if values.get("lang", "en") not in ("zh", "en"):
        raise InputError(f"lang is {values['lang']!r}", where=str(path), cure="use zh or en")
    if not 1 <= int(str(values.get("max_bytes", 1))) <= MOST_BYTES:
        raise InputError("max_bytes is no number of bytes", where=str(path), cure="give a number above 0")
    if not all(isinstance(folder, str) for folder in cast("list[object]", values.get("vocab", []))):
        raise InputError("vocab must be a list of folders", where=str(path), cure="mend the value")
    _check_limits(cast("dict[str, object]", values.get("limits", {})), path)
    documents = cast("dict[str, object]", values.get("documents", {}))
    if not all(isinstance(said, dict) for said in documents.values()):
        raise InputError("documents must hold one table a file", where=str(path), cure='write [documents."plan.txt"]')
    base = values.get("base", DEFAULT_BASE)
    if not _BASE.fullmatch(str(base)):
        raise InputError(
            f"base {str(base)[:80]!r} is no namespace", where=str(path), cure="use an http(s) IRI that ends in / or #"
        )


def _check_limits(values: dict[str, object], path: Path) -> None:
    known = [f.name for f in fields(Limits)]
    for key, value in values.items():
        if key not in known:
            what, cure = f"unknown key {key!r} in limits", f"use one of: {', '.join(known)}"
            raise InputError(what, where=str(path), cure=cure)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_BYTES:
            raise InputError(f"limits.{key} must be a number above 0", where=str(path), cure="mend the value")


def _release(given: dict[str, object], path: Path) -> ReleaseSettings:
    values = {key.replace("-", "_"): value for key, value in given.items()}
    known = {f.name: f for f in fields(ReleaseSettings)}
    for key, value in values.items():
        if key not in known:
            what, cure = f"unknown key {key!r} in release", f"use one of: {', '.join(known)}"
            raise InputError(what, where=str(path), cure=cure)
        if not _fits(key, value):
            what = f"release.{key} is {str(value)[:60]!r}"
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
