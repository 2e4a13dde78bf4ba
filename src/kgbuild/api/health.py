"""The checks of `doctor`, each independent of the others so that one failure hides no other.

A check is `ok`, `note` (kgbuild works without it) or `broken`.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
from dataclasses import dataclass, fields
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgbuild.config import Settings, data_dir, find_config, load_settings
from kgbuild.errors import KgbuildError, Message, OntologyError
from kgbuild.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbuild.lexicon import Lexicon

State = Literal["ok", "note", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The result of one check."""

    name: str
    state: State
    value: str


def examine(config: Path | None) -> list[Check]:
    """Check everything that a run needs, in a fixed order.

    Args:
        config: Configuration file; None = the nearest kgbuild.toml above the working folder.
    """
    checks = [Check(name="python", state="ok", value=platform.python_version())]
    checks += [Check(name="kgbuild", state="ok", value=__version__), *_packages()]
    checks += [_try(f"data {name}", partial(_folder, name)) for name in ("ontology", "shapes", "queries")]
    settings, in_force = _configuration(config)
    checks += in_force
    checks += [
        _try("ontology rules", _rules),
        _try("vocabularies", lambda: _vocabularies(settings)),
        _try("shapes parse", _shapes),
        _try("saved queries", _queries),
        _try("pdf reader", _pdf),
        _cache(),
        _full_text(),
    ]
    return checks


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name=name, state="ok", value=look())
    except KgbuildError as e:
        return Check(name=name, state="broken", value=str(e))


def _folder(name: str) -> str:
    return str(data_dir(name))


def _packages() -> list[Check]:
    """Check the packages that this installation requires, without those of its extras."""
    try:
        wanted = metadata.requires("kgbuild") or []
    except metadata.PackageNotFoundError:
        return [Check(name="installation", state="broken", value="kgbuild is not installed; run pip install -e .")]
    names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in wanted if "extra ==" not in line]
    return [_package(name) for name in sorted(names, key=str.lower)]


def _package(name: str) -> Check:
    try:
        return Check(name=name, state="ok", value=metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name=name, state="broken", value="not installed; run pip install kgbuild again")


def _configuration(config: Path | None) -> tuple[Settings, list[Check]]:
    try:
        settings = load_settings(config or find_config(Path.cwd()))
    except KgbuildError as e:
        return Settings(), [Check(name="configuration", state="broken", value=str(e))]
    checks = [Check(name="configuration", state="ok", value=str(settings.source or "none found; defaults"))]
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name != "source":
            shown = ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)
            checks.append(Check(name=f"  {field.name.replace('_', '-')}", state="ok", value=shown))
    return settings, checks


def _rules() -> str:
    from kgbuild.store import Schema, read_quads

    # Not the cached schema: what is on disk now is checked.
    ontology = Schema(tuple(quad[:3] for quad in read_quads(data_dir("ontology") / "gplan.ttl")))
    _ = ontology.rules
    return f"{len(ontology.triples)} triples compiled"


def _vocabularies(settings: Settings) -> str:
    from kgbuild.lexicon import load_lexicon

    lexicon = load_lexicon(settings)
    counts = _counts(lexicon)
    empty = [name for name, count in counts.items() if not count]
    if empty:
        raise OntologyError(
            Message("no {names}", names=", ".join(empty)), where="vocabularies", cure="reinstall kgbuild"
        )
    return ", ".join(f"{count} {name}" for name, count in counts.items()) + f"; digest {lexicon.digest}"


def _counts(lexicon: Lexicon) -> dict[str, int]:
    tables = {"divisions": "divisions", "kinds": "kinds of bodies", "bodies": "bodies", "populations": "populations"}
    return {name: len(lexicon.tables[table]) for table, name in tables.items()}


def _shapes() -> str:
    from kgbuild.lexicon.turtle import parse_file

    files = sorted(data_dir("shapes").glob("*.ttl"))
    if not files:
        raise OntologyError("no shapes", where=str(data_dir("shapes")), cure="reinstall kgbuild")
    return ", ".join(f"{path.name} {len(parse_file(path))} triples" for path in files)


def _pdf() -> str:
    from kgbuild.read.pdf import pdfium_version

    return pdfium_version()


def _queries() -> str:
    from kgbuild.queries.template import load_templates

    names = sorted(load_templates())
    if not names:
        raise OntologyError("no saved query", where=str(data_dir("queries")), cure="reinstall kgbuild")
    return f"{len(names)}: {', '.join(names)}"


def _cache() -> Check:
    """A cache that cannot be written costs time but never affects results."""
    from kgbuild.lexicon.cache import cache_dir, why_unusable

    folder = cache_dir()
    if why := why_unusable(folder):
        return Check(name="cache", state="note", value=f"{folder} {why}; vocabularies are compiled in each run")
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    usable = nearest.is_dir() and os.access(nearest, os.W_OK)
    return Check(
        name="cache",
        state="ok" if usable else "note",
        value=str(folder) if usable else f"{folder} cannot be written; vocabularies are compiled in each run",
    )


def _full_text() -> Check:
    """SQLite with FTS5, needed only for searches over many documents."""
    name, absent = "sqlite fts5", "absent; full-text search will not work"
    try:
        import sqlite3
    except ImportError:
        return Check(name=name, state="note", value=absent)
    try:
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    except sqlite3.Error:
        return Check(name=name, state="note", value=absent)
    return Check(name=name, state="ok", value=f"SQLite {sqlite3.sqlite_version}")
