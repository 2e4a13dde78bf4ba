"""Measures kgbuild beside rdflib, owlrl, jieba and bare imports; benchmarks/README.md says what is compared.

Usage: python benchmarks/build.py [FILE …] [--runs N]
"""

from __future__ import annotations

import argparse
import logging
import statistics
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kgbuild.config import Settings
    from kgbuild.lexicon import Lexicon
    from kgbuild.pipeline import Built

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"
PYTHON = sys.executable
KGBUILD = [PYTHON, "-c", "from kgbuild.cli import main; main()"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table: medians in seconds, and the ratio that the aim speaks of."""

    name: str
    ours: float
    other: str
    theirs: float
    aim: str
    is_speed: bool

    @property
    def ratio(self) -> float:
        """How many times as fast we are, or how many times their time we take."""
        return self.theirs / self.ours if self.is_speed else self.ours / self.theirs


def main() -> None:
    """Print a table for each file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", type=Path, default=[EXAMPLE])
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    for file in given.files:
        show(file, [*warm(file, given.runs), *cold(file, given.runs)])


def warm(file: Path, runs: int) -> list[Line]:
    """Lines a and b: everything imported, vocabularies loaded."""
    from kgbuild.config import find_config, load_settings
    from kgbuild.lexicon import load_lexicon

    settings = load_settings(find_config(file))
    lexicon = load_lexicon(settings)
    return [graph_line(file, settings, lexicon, runs), mentions_line(file, settings, lexicon, runs)]


def graph_line(file: Path, settings: Settings, lexicon: Lexicon, runs: int) -> Line:
    """Text → reasoned graph, beside the same quads through rdflib and owlrl."""
    from kgbuild.graph.owlrl_reference import close_owlrl
    from kgbuild.pipeline import Options, build_document

    options = Options(version="0")
    data = file.read_bytes()

    def ours() -> Built:
        return build_document(data, name=file.name, settings=settings, lexicon=lexicon, options=options)

    built = ours()
    triples = built.asserted | built.graphs.vocabulary
    if close_owlrl(triples, lexicon.ontology) != built.inferred:
        sys.exit(f"{file.name}: the closures differ; there is nothing to compare")
    own, other = in_turn(ours, lambda: owlrl_alone(triples | set(lexicon.ontology)), runs)
    return Line(
        name="a  text → reasoned graph, warm",
        ours=own,
        other="rdflib + owlrl",
        theirs=other,
        aim="≥ 100 ×",
        is_speed=True,
    )


def owlrl_alone(triples: Iterable[tuple[str, str, str]]) -> None:
    """Parse with rdflib and close with owlrl, as a user of both would."""
    import owlrl
    import rdflib

    graph = rdflib.Graph()
    graph.parse(data="".join(f"{s} {p} {o} .\n" for s, p, o in triples), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)


def mentions_line(file: Path, settings: Settings, lexicon: Lexicon, runs: int) -> Line:
    """Bytes → mentions, beside the words of jieba."""
    from kgbuild.extract import extract
    from kgbuild.read import read_bytes
    from kgbuild.text import parse_document
    from kgbuild.text.integrity import find_corrections

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.CRITICAL)
    jieba.initialize()
    data = file.read_bytes()
    text = read_bytes(data, name=file.name, max_bytes=settings.max_bytes).text

    def ours() -> object:
        doc = parse_document(read_bytes(data, name=file.name, max_bytes=settings.max_bytes), lexicon)
        return extract(doc, lexicon, find_corrections(doc, lexicon))

    own, other = in_turn(ours, lambda: jieba.lcut(text), 4 * runs)
    return Line(name="b  text → mentions, warm", ours=own, other="jieba.lcut", theirs=other, aim="≥ 1 ×", is_speed=True)


def cold(file: Path, runs: int) -> list[Line]:
    """Lines c and d: whole processes."""
    build = [*KGBUILD, "build", str(file), "--no-validate", "-q"]
    built, imports = in_turn(process(build), process([PYTHON, "-c", "import rdflib, pyoxigraph"]), runs)
    helped, click = in_turn(process([*KGBUILD, "--help"]), process([PYTHON, "-c", "import click"]), 2 * runs)
    return [
        Line(
            name="c  kgbuild build --no-validate",
            ours=built,
            other="import rdflib, pyoxigraph",
            theirs=imports,
            aim="≤ 5 ×",
            is_speed=False,
        ),
        Line(name="d  kgbuild --help", ours=helped, other="import click", theirs=click, aim="≤ 2 ×", is_speed=False),
    ]


def process(command: Sequence[str]) -> Callable[[], object]:
    """Return a function that runs a command to its end."""
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return the median seconds of both; they run in turn, so that a busy minute meets both."""
    ours(), theirs()
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for work, taken in zip((ours, theirs), seconds, strict=True):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def show(file: Path, lines: list[Line]) -> None:
    """Print the lines as a table in Markdown."""
    print(f"\n{file.name}, {len(file.read_text(encoding='utf-8', errors='replace'))} characters\n")
    print("| what | kgbuild | beside | seconds | ratio | aim |\n|---|---|---|---|---|---|")
    for line in lines:
        sense = "× as fast" if line.is_speed else "× the time"
        cells = (
            line.name,
            f"{line.ours:.4f} s",
            line.other,
            f"{line.theirs:.4f} s",
            f"{line.ratio:.1f} {sense}",
            line.aim,
        )
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
