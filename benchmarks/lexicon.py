"""Measures the registers: start-up from the cache, finding names beside `jieba.lcut`, real issuers resolved.

Usage: python benchmarks/lexicon.py [FILE …] [--runs N]
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kgbuild.lexicon import Lexicon

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "yunling-2025.txt"
FIRST_ANSWER = """
import time
from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
start = time.perf_counter()
lexicon = load_lexicon(Settings())
lexicon.find_parties("由贵州省科学技术协会负责"), lexicon.find_populations("农民")
print(time.perf_counter() - start)
"""
SHARED = Path(os.environ.get("KGBUILD_SHARED") or ROOT.parent / "shared")


def main() -> None:
    """Print the three figures; the last one only where the list of issuers is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", type=Path, default=[EXAMPLE])
    parser.add_argument("--runs", type=int, default=9)
    given = parser.parse_args()
    show_start(given.runs)
    show_matching("\n".join(file.read_text(encoding="utf-8") for file in given.files), given.runs)
    issuers = SHARED / "lexicon" / "issuers.tsv"
    if issuers.is_file():
        show_issuers(line.split("\t")[1] for line in issuers.read_text(encoding="utf-8").splitlines()[1:])


def show_start(runs: int) -> None:
    """Time from nothing loaded to the first names found: a new process each time, its imports not counted."""
    load()
    command = [sys.executable, "-c", FIRST_ANSWER]
    taken = [float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(runs)]
    print(f"start-up from the cache: {1000 * statistics.median(taken):.0f} ms (aim: at most 150 ms)")


def load() -> Lexicon:
    """Return a lexicon that has answered nothing yet."""
    from kgbuild.config import Settings
    from kgbuild.lexicon import load_lexicon

    return load_lexicon(Settings())


def show_matching(text: str, runs: int) -> None:
    """Names of bodies and labels of populations in a text, beside the words that jieba cuts it into."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    lexicon = load()

    def find() -> None:
        lexicon.find_parties(text)
        lexicon.find_populations(text)

    find()
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(seconds(find, 5))
        theirs.append(seconds(lambda: jieba.lcut(text), 5))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"matching: {len(text) / mine / 1e6:.1f} million characters/s; ", end="")
    print(f"{other / mine:.0f} times as fast as jieba.lcut (aim: at least 20)")


def show_issuers(names: Iterable[str]) -> None:
    """How real issuers are resolved, each with no more context than its own name."""
    from kgbuild.link import document_context, resolve

    lexicon = load()
    methods: Counter[str] = Counter()
    for name in names:
        context = document_context(
            [name], title=None, number=None, addressee=None, date=None, text_head="", lexicon=lexicon
        )
        methods[resolve(name, context, lexicon).method] += 1
    total = methods.total()
    shares = ", ".join(f"{method} {count / total:.1%}" for method, count in methods.most_common())
    print(f"issuers: {total} names: {shares} (aim: at most 10 % unresolved)")


def seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median time of a piece of work."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
