"""Releases for the tests: the example, published once a session."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from typing import TYPE_CHECKING

import rdflib
from tests.support import PLAN, ROOT

import kgbuild

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.api import Release

DAY = "2025-06-30"
LEAN = ("site",)
"""What the releases of tests leave out: the site takes longest, and tests/test_site.py looks at one of its own."""
CONFIG = ROOT / "examples" / "kgbuild.toml"


@cache
def built() -> kgbuild.Result:
    """The example as a graph."""
    return kgbuild.build(PLAN, validate=False)


def content(folder: Path, path: str) -> bytes:
    """What a file of a release holds, unpacked."""
    data = (folder / path).read_bytes()
    return gzip.decompress(data) if path.endswith(".gz") else data


def digest(folder: Path) -> dict[str, str]:
    """The files of a folder with their hashes."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@cache
def graph_of(release: Release) -> rdflib.Graph:
    """The graph that a release holds, by rdflib."""
    return rdflib.Graph().parse(data=content(release.folder, f"data/{release.profile}.nt.gz"), format="nt")
