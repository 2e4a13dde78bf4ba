"""Settings of a run, and where the data of the project lies.

Takes `kgbuild.toml` (the one named, or the nearest above the input) and nothing else: no environment, no locale.
Guarantees: an unknown key is an error that names the known ones; paths are absolute.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import InputError, OntologyError

CONFIG_NAME = "kgbuild.toml"
DEFAULT_BASE = "https://example.org/gplan/id/"
PACKAGE = Path(__file__).resolve().parent
DEFAULT_MAX_BYTES = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user may set. Every field is also the key in `kgbuild.toml`, with `-` for `_`.

    Attributes:
        base: IRI under which the instances of documents are minted; ends in `/` or `#`.
        max_bytes: Larger inputs are refused.
        vocab: Folders with further vocabularies in Turtle.
        lang: Language of messages, `zh` or `en`.
        source: The configuration file, None for the defaults.
    """

    base: str = DEFAULT_BASE
    max_bytes: int = DEFAULT_MAX_BYTES
    vocab: tuple[Path, ...] = ()
    lang: str = "en"
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
    """Return the nearest `kgbuild.toml` in or above the folder of `start`."""
    folder = start.resolve() if start.is_dir() else start.resolve().parent
    for place in (folder, *folder.parents):
        if (place / CONFIG_NAME).is_file():
            return place / CONFIG_NAME
    return None


def load_settings(path: Path | None) -> Settings:
    """Read a configuration file; None gives the defaults.

    Raises:
        InputError: the file is missing, is no TOML, or has an unknown key or a value of the wrong type.
    """
    if path is None:
        return Settings()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise InputError(f"cannot be read ({e.strerror})", where=str(path), cure="check the path") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise InputError(f"is not valid TOML ({e})", where=str(path), cure="mend the file") from e
    values = {key.replace("-", "_"): value for key, value in raw.items()}
    _check(values, path)
    folders = tuple((path.parent / str(p)).resolve() for p in values.pop("vocab", ()))
    for folder in folders:
        if not folder.is_dir():
            raise InputError(
                f"vocab folder {folder} does not exist", where=str(path), cure="create it or mend the path"
            )
    return Settings(vocab=folders, source=path, **values)


def _check(values: dict[str, object], path: Path) -> None:
    expected: dict[str, type] = {"base": str, "max_bytes": int, "vocab": list, "lang": str}
    for key, value in values.items():
        if key not in expected:
            near = difflib.get_close_matches(key, expected, n=3, cutoff=0.3) or sorted(expected)
            raise InputError(f"unknown key {key!r}", where=str(path), cure=f"use one of: {', '.join(near)}")
        if not isinstance(value, expected[key]) or isinstance(value, bool):
            raise InputError(f"{key} must be a {expected[key].__name__}", where=str(path), cure="mend the value")
    if values.get("lang", "en") not in ("zh", "en"):
        raise InputError(f"lang is {values['lang']!r}", where=str(path), cure="use zh or en")
    base = values.get("base", DEFAULT_BASE)
    if not str(base).startswith(("http://", "https://", "urn:")) or not str(base).endswith(("/", "#", ":")):
        raise InputError(
            f"base {base!r} is no namespace", where=str(path), cure="use an http(s) IRI that ends in / or #"
        )
