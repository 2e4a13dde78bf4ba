"""A corpus of many documents, made of few by other places and numbers: what N and 10 N cost, and what changes cost.

`python -m benchmarks.corpus WORK --documents 30 --seeds FOLDER` takes the texts of a folder (default: those of the
shared material, else the bundled example), writes 30 and 300 documents into WORK, and prints the table. Seconds are
those of the processor of one process, unless a row says `wall`; a row of the wall on a busy machine says little.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
from benchmarks.material import CORPUS, EXAMPLE

from kgbuild import api
from kgbuild.api.corpus.layout import Layout
from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.queries.template import load_templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAIN = "from kgbuild.cli import main; main()"
_NUMBER = re.compile(r"(?<![\d.〔\[])\d{1,6}(?![\d.〕\]年月日])")
_LEVELS = ("province", "prefecture")


# -- documents ----------------------------------------------------------------------------------------------------
class Substitution:
    """Other places of the same level for the places of a text, other numbers for its numbers."""

    def __init__(self) -> None:
        self._others: dict[str, list[str]] = {}
        for level in _LEVELS:
            names = sorted(d.name for d in load_lexicon(Settings()).divisions.values() if d.level == level)
            self._others |= dict.fromkeys(names, names)
        longest = sorted(self._others, key=lambda name: (-len(name), name))
        self._place = re.compile("|".join(map(re.escape, longest)))

    def of(self, text: str, n: int) -> str:
        """Return the n-th document of a text; the 0th is the text itself."""

        def place(m: re.Match[str]) -> str:
            names = self._others[m[0]]
            return names[(names.index(m[0]) + n) % len(names)]

        return _NUMBER.sub(lambda m: str(int(m[0]) + n), self._place.sub(place, text)) if n else text


def write_documents(seeds: Sequence[Path], folder: Path, documents: int) -> int:
    """Write so many documents; return their characters."""
    folder.mkdir(parents=True, exist_ok=True)
    substitution = Substitution()
    texts = [seed.read_text(encoding="utf-8") for seed in seeds]
    characters = 0
    for n in range(documents):
        text = substitution.of(texts[n % len(texts)], n // len(texts))
        (folder / f"d{n:06}.txt").write_text(text, encoding="utf-8")
        characters += len(text)
    return characters


# -- measuring ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cost:
    """What a command took."""

    cpu: float
    wall: float
    rss: int


def run(*args: object) -> Cost:
    """Run a command of kgbuild in a process of its own."""
    command = [sys.executable, "-c", _MAIN, *map(str, args)]
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in (0, 3):
        sys.exit(f"{args}: {said.decode()}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024)


def build(sources: Path, corpus: Path, *more: object) -> Cost:
    cost = run("corpus", "build", sources, "-o", corpus, "-q", *(more or ("--workers", 1)))
    told, given = len(Layout(corpus).read_manifest()), sum(1 for _ in sources.iterdir())
    if told != given:
        sys.exit(f"{corpus}: tells of {told} documents where {given} were given")
    return cost


def size(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


# -- the table ----------------------------------------------------------------------------------------------------
def rows(work: Path, seeds: Sequence[Path], documents: int, *, dask: bool) -> Iterator[tuple[str, str, str]]:
    few, many = work / "few", work / "many"
    characters = write_documents(seeds, few, documents), write_documents(seeds, many, 10 * documents)
    yield "seeds", f"{len(seeds)} texts", f"load average {os.getloadavg()[0]:.1f}"
    n = build(few, work / "few.corpus")
    yield (
        f"build of {documents}",
        f"{n.cpu:.1f} s, {n.rss / 1e6:.0f} MB",
        f"{characters[0] / n.cpu:,.0f} characters a second",
    )
    all_ = build(many, work / "many.corpus")
    quads = sum(r.quads for r in Layout(work / "many.corpus").read_manifest())
    yield f"build of {10 * documents}", f"{all_.cpu:.1f} s, {all_.rss / 1e6:.0f} MB", f"{quads:,} quads"
    ideal = characters[1] / characters[0]
    yield "N → 10 N: time", f"{all_.cpu / n.cpu:.2f} ×", f"aim ≤ 10.5 ×; the texts are {ideal:.2f} × as long"
    yield "N → 10 N: memory", f"{all_.rss / n.rss:.2f} ×", "aim: constant"
    again = build(many, work / "many.corpus")
    yield "unchanged rebuild", f"{again.cpu:.1f} s = {again.cpu / all_.cpu:.1%}", f"aim ≤ 2 %; wall {again.wall:.1f} s"
    one = many / "d000001.txt"
    one.write_text(one.read_text(encoding="utf-8") + "\n又及。\n", encoding="utf-8")
    changed = build(many, work / "many.corpus")
    yield "one changed document", f"{changed.cpu:.1f} s", f"aim ≤ 5 s; wall {changed.wall:.1f} s"
    yield from _parallel(work, few, dask=dask)
    yield from _store(work / "many.corpus", work)


def _parallel(work: Path, few: Path, *, dask: bool) -> Iterator[tuple[str, str, str]]:
    walls = {w: build(few, work / f"w{w}.corpus", "--workers", w).wall for w in (1, 2)}
    yield "two workers", f"{walls[1] / walls[2]:.2f} × (wall)", f"aim ≥ 1.75 ×; {walls[1]:.0f} s and {walls[2]:.0f} s"
    bare = {w: build(few, work / f"bare{w}.corpus", "--no-store", "--workers", w).wall for w in (1, 2)}
    yield "the same without a store", f"{bare[1] / bare[2]:.2f} × (wall)", f"{bare[1]:.0f} s and {bare[2]:.0f} s"
    if dask:
        from tests.clusters import local

        with local() as address:
            warm = work / "warm"
            write_documents([EXAMPLE], warm, 2)
            build(warm, work / "warm.corpus", "--dask", address)
            wall = build(few, work / "dask.corpus", "--dask", address).wall
        yield "Dask beside two workers", f"{walls[2] / wall:.2f} × (wall)", f"aim ≥ 0.85; {wall:.0f} s"


def _store(corpus: Path, work: Path) -> Iterator[tuple[str, str, str]]:
    shards = sorted((corpus / "shards").glob("*.nq"))
    load = run("store", "load", work / "loaded", *shards)
    start, count = time.process_time(), 0
    raw = ox.Store(str(work / "raw"))
    for shard in shards:
        raw.bulk_load(path=str(shard), format=ox.RdfFormat.N_QUADS)
    seconds, count = time.process_time() - start, len(raw)
    del raw
    yield (
        "store load of the shards",
        f"{2 * count / load.cpu:,.0f} quads/s",
        f"{load.rss / 1e6:.0f} MB; union and checks too",
    )
    yield "raw bulk_load", f"{count / seconds:,.0f} quads/s", "without the union"
    held = api.open_store(corpus / "store")
    times = []
    for name, template in load_templates().items():
        if not any(p.required for p in template.params):
            begun = time.process_time()
            found = len(held.query(name).rows)
            times.append((time.process_time() - begun, name, found))
    for took, name, found in sorted(times, reverse=True)[:10]:
        yield f"query {name}", f"{took:.2f} s", f"{found:,} rows"
    for name in ("parts", "shards", "vocabulary", "store"):
        yield f"disk: {name}", f"{size(corpus / name) / 1e6:,.0f} MB", ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("work", type=Path)
    parser.add_argument("--documents", type=int, default=30)
    parser.add_argument("--seeds", type=Path)
    parser.add_argument("--dask", action="store_true")
    given = parser.parse_args()
    folder = given.seeds or CORPUS
    seeds = sorted(folder.glob("*.txt")) if folder.is_dir() else [EXAMPLE]
    for name, value, remark in rows(given.work, seeds[: given.documents], given.documents, dask=given.dask):
        print(f"{name:<28} {value:<24} {remark}", flush=True)


if __name__ == "__main__":
    main()
