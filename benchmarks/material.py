"""The documents that rows are measured on: the example, invented variants of it, and real ones where they are."""

from __future__ import annotations

import json
import logging
import os
import shutil
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import LacksError

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "yunling-2025.txt"
SHARED = Path(os.environ.get("KGBUILD_SHARED") or ROOT.parent / "shared")
CORPUS = SHARED / "corpus" / "docs"
SAMPLE = ("seed.txt", "0236.txt", "0010.html")
"""Real documents that stand for the explicit ones, unless a run is full: a long list, brackets, a table."""


def shared(what: str = "../shared") -> Path:
    """Return the folder of real documents.

    Raises:
        LacksError: it is not there.
    """
    if not CORPUS.is_dir():
        raise LacksError(f"needs {what} (KGBUILD_SHARED)")
    return CORPUS


@cache
def largest() -> Path:
    """Return the largest text of the real documents."""
    return max(sorted(shared().glob("*.txt")), key=lambda p: p.stat().st_size)


def explicit(*, full: bool) -> list[Path]:
    """Return real plans that say who is responsible: all of them, or the sample."""
    folder = shared()
    if not full:
        return [folder / name for name in SAMPLE]
    lines = (folder.parent / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    found = [folder.parent / r["file"] for r in map(json.loads, lines) if r.get("responsibility") == "explicit"]
    return [p for p in found if p.suffix in {".txt", ".html"}]


def documents(*, full: bool) -> list[Path]:
    """Return the example and, where they are, real plans."""
    return [EXAMPLE, *(explicit(full=full) if CORPUS.is_dir() else [])]


def variants(folder: Path, count: int) -> list[Path]:
    """Write the example as so many documents, each with a number and a title of its own."""
    text = EXAMPLE.read_text(encoding="utf-8")
    shutil.copytree(EXAMPLE.parent / "vocab", folder / "vocab")
    shutil.copy(EXAMPLE.parent / "kgbuild.toml", folder)
    out = []
    for i in range(1, count + 1):
        path = folder / f"plan{i:03d}.txt"
        own = text.replace("〔2025〕16号", f"〔2025〕{100 + i}号").replace("全民数字素养", f"第{i}批全民数字素养")
        path.write_text(own, encoding="utf-8")
        out.append(path)
    return out


def cut() -> Callable[[str], object]:
    """Return `jieba.lcut`, its dictionary loaded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.CRITICAL)
    jieba.initialize()
    lcut: Callable[[str], object] = jieba.lcut
    return lcut
