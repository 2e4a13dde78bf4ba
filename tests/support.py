"""What tests share: the material beside the repository, the command line in process, rows as rdflib gives them."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from click.testing import CliRunner

from kgbuild.cli import cli, main
from kgbuild.graph.interchange import to_rdflib
from kgbuild.store import Store, Value, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

    import rdflib
    from click.testing import Result

ROOT = Path(__file__).resolve().parents[1]
PLAN = ROOT / "examples" / "yunling-2025.txt"
IS_FULL = os.environ.get("KGBUILD_FULL") == "1"
"""Whether tests over a whole corpus take all of it, as .ci/run asks, or the sample that they name."""


def whole(why: str) -> pytest.MarkDecorator:
    """Mark a test for the whole suite only, which CI runs; `why` says what takes its time."""
    return pytest.mark.skipif(not IS_FULL, reason=f"{why}: KGBUILD_FULL=1")


SHARED = Path(os.environ.get("KGBUILD_SHARED") or ROOT.parent / "shared")
"""Real documents, annotations by hand and lists of names: beside the repository, no part of it."""
CORPUS = SHARED / "corpus" / "docs"
GOLD = SHARED / "gold"
SAMPLE = (
    "seed.txt",  # lists of bodies in brackets, a word altered by a mirror
    "0010.html",  # a table of responsibilities
    "0057.html",  # items without titles
    "0236.txt",  # roles: lead, cooperating
    "0260.txt",
    "0271.txt",
    "0292.txt",  # no breaks of lines
)
"""Documents that stand for the corpus where not all of it is taken: of each form that reading knows."""
_FIRST_GOLD = frozenset({"seed", "0010", "0015", "0057", "0236", "0260", "0271", "0292"})


def is_required(what: str) -> bool:
    """Tell whether the absence of something is a failure and no reason to skip."""
    return what in os.environ.get("KGBUILD_REQUIRE", "").split(",")


needs_shared = pytest.mark.skipif(
    not SHARED.is_dir() and not is_required("shared"), reason="needs ../shared (KGBUILD_SHARED)"
)


def corpus(*kinds: str) -> list[Path]:
    """Return the documents of the corpus with one of the suffixes, any without: all of them, or the sample."""
    chosen = sorted(CORPUS.iterdir()) if IS_FULL else [CORPUS / name for name in SAMPLE]
    return [p for p in chosen if not kinds or p.suffix in kinds]


def gold_files(group: str | None = None) -> list[Path]:
    """Return the annotations by hand in the order of their names, all or one group of them.

    The rules were written with `first` in view; `later` was added behind them, `second` is of another, harder corpus.
    """
    return [p for p in sorted(GOLD.glob("*.gold.json")) if group in (None, _group(p.name.partition(".")[0]))]


def _group(key: str) -> str:
    return "first" if key in _FIRST_GOLD else "second" if key.startswith("n") else "later"


def gold_source(gold: Path) -> Path:
    """Return the document of an annotation: its page where there is one, else its text."""
    key = gold.name.partition(".")[0]
    folders = (GOLD, CORPUS, SHARED / "corpus2" / "docs")
    return next(p for kind in ("html", "txt") for f in folders if (p := f / f"{key}.{kind}").is_file())


Run = Callable[..., tuple[int, str, str]]
"""Arguments → exit code, standard output, standard error."""


def runner(monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes], *words: str) -> Run:
    """Return a function that calls kgbuild as the shell does, with `words` before its arguments."""

    def call(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kgbuild", *words, *map(str, args)])
        code: object = 0
        try:
            main()
        except SystemExit as e:
            code = e.code
        out, err = capture.readouterr()
        assert isinstance(code, int)
        return code, out.decode(), err.decode()

    return call


def invoke(*words: object) -> Result:
    """Run `kgbuild` in this process; paths and numbers may stand among the words."""
    return CliRunner().invoke(cli, [str(word) for word in words])


def csv_rows(data: bytes) -> list[dict[str, str]]:
    """Return the rows of a table as spreadsheets save it, with or without a byte order mark."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def steps(work: Callable[[], object]) -> int:
    """Return how many lines and calls of Python a piece of work takes: its cost, the same on every machine.

    What regular expressions and other C code do inside one call is not seen; `benchmarks/growth.py` measures that.
    """
    count = 0

    def line(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def call(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    traced, profiled = sys.gettrace(), sys.getprofile()
    sys.settrace(line)
    sys.setprofile(call)
    try:
        work()
    finally:
        sys.settrace(traced)
        sys.setprofile(profiled)
    return count


def grows_with(work: Callable[[int], object], *, small: int, factor: int = 8) -> bool:
    """Tell whether `factor` times the input costs little more than `factor` times the steps, and not its square.

    Args:
        work: Takes the size of its input.
        small: The smaller size; large enough that the fixed cost of a call does not hide what grows.
        factor: How many times larger the other is.
    """
    work(small)  # what is loaded or compiled at the first call of each branch
    return steps(lambda: work(factor * small)) < 1.5 * factor * steps(lambda: work(small))


def in_rdflib(query: str, store: Store) -> list[tuple[Value, ...]]:
    """Return the rows that rdflib gives over the default graph of a store, with the same typed values."""
    triples = store.answer("SELECT ?s ?p ?o { ?s ?p ?o }").rows
    result = to_rdflib((str(s), str(p), str(o)) for s, p, o in triples).query(query)
    if result.type == "ASK":
        return [(bool(result.askAnswer),)]
    rows = cast("Iterable[Iterable[rdflib.term.Node | None]]", result)
    return [tuple(None if node is None else value_of(node.n3()) for node in row) for row in rows]
