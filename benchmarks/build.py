"""Rows: from a text to its graph, in a warm process and in a cold one, and of many documents at once."""

from __future__ import annotations

import os
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.harness import KGBUILD, PYTHON, Aim, Given, LacksError, Pair, Row, at_least, at_most, beside, process
from benchmarks.material import CORPUS, EXAMPLE, cut, documents, variants

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib

    from kgbuild.api import Result
    from kgbuild.model import Triple

MANY = 100


# -- in a warm process ----------------------------------------------------------------------------------------------
def whole(given: Given) -> list[Pair]:
    """Bytes → reasoned and validated graph, beside the same triples through rdflib, owlrl and pyshacl.

    They take the triples that we wrote together with the ontology: less work than ours, since no text is read. The
    rows `closure` and `rules` compare every triple and every result; here all that we infer has to be in their
    closure, and the verdict and the number of results have to be theirs.
    """
    import kgbuild
    from kgbuild.graph.interchange import from_rdflib

    def alike(ours: Result, theirs: Judged) -> bool:
        assert ours.validation is not None
        return ours.built.inferred <= from_rdflib(theirs.closed) and (
            (ours.validation.conforms, len(ours.validation.results)) == (theirs.conforms, theirs.results)
        )

    return [
        beside(path.name, partial(kgbuild.build, path), partial(by_libraries, *stated(path)), given, alike=alike)
        for path in documents(full=given.full)
    ]


def stated(path: Path) -> tuple[str, str]:
    """Return what we state of a document, and the ontology, in N-Triples."""
    import kgbuild
    from kgbuild.api import ontology

    def lines(triples: Iterable[Triple]) -> str:
        return "".join(f"{s} {p} {o} .\n" for s, p, o in triples)

    built = kgbuild.build(path, validate=False).built
    return lines(built.asserted | built.graphs.vocabulary), lines(ontology())


class Judged(NamedTuple):
    """What rdflib, owlrl and pyshacl make of triples: their closure, the verdict, the number of results."""

    closed: rdflib.Graph
    conforms: bool
    results: int


def by_libraries(data: str, axioms: str) -> Judged:
    """Parse with rdflib, validate with pyshacl, close with owlrl, as a user of the three would."""
    import owlrl
    import pyshacl
    import rdflib
    from rdflib import RDF, SH

    from kgbuild.config import data_dir

    graph, terms = (rdflib.Graph().parse(data=text, format="nt") for text in (data, axioms))
    shapes = rdflib.Graph().parse(data_dir("shapes") / "gplan.ttl")
    options: Any = {"inference": "none", "inplace": True, "allow_warnings": True, "allow_infos": True}
    conforms, found, _ = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=terms, **options)
    closed = rdflib.Graph().parse(data=data + axioms, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    return Judged(closed, bool(conforms), len(set(found.subjects(RDF.type, SH.ValidationResult))))


def floor(given: Given) -> list[Pair]:
    """Bytes → reasoned and validated graph, beside pyoxigraph that parses and writes the same quads."""
    import pyoxigraph as ox

    import kgbuild

    form = ox.RdfFormat.N_QUADS

    def quads(result: Result) -> bytes:
        graphs = result.graphs().items()
        return "".join(f"{s} {p} {o} <{name}> .\n" for name, triples in graphs for s, p, o in triples).encode()

    def copy(data: bytes) -> bytes:
        return ox.serialize(ox.parse(data, format=form), format=form) or b""

    def alike(ours: Result, theirs: bytes) -> bool:
        return set(ox.parse(quads(ours), format=form)) == set(ox.parse(theirs, format=form))

    return [
        beside(
            path.name,
            partial(kgbuild.build, path),
            partial(copy, quads(kgbuild.build(path, validate=False))),
            given,
            alike=alike,
        )
        for path in documents(full=given.full)
    ]


def mentions(given: Given) -> list[Pair]:
    """Bytes → mentions (read, tree, extraction), beside jieba that only cuts the text into words."""
    from kgbuild.config import find_config, load_settings
    from kgbuild.extract import extract
    from kgbuild.lexicon import load_lexicon
    from kgbuild.read import read_bytes
    from kgbuild.text import parse_document
    from kgbuild.text.reading import reading_of

    lcut = cut()
    pairs = []
    for path in documents(full=given.full):
        settings = load_settings(find_config(path))
        lexicon = load_lexicon(settings)
        read = partial(read_bytes, path.read_bytes(), name=path.name, max_bytes=settings.max_bytes)

        def ours(read: Any = read, lexicon: Any = lexicon) -> object:  # noqa: ANN401 - bound here, used at once
            doc = parse_document(read(), lexicon)
            return extract(reading_of(doc, lexicon), lexicon)

        pairs.append(beside(path.name, ours, partial(lcut, read().text), given, alike=None))
    return pairs


# -- in a cold process ----------------------------------------------------------------------------------------------
IMPORTS = (PYTHON, "-c", "import rdflib, pyoxigraph")


def cold(given: Given, *options: str) -> list[Pair]:
    """`kgbuild build` to Turtle, beside bare imports."""
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        for path in (EXAMPLE, *([CORPUS / "seed.txt"] if CORPUS.is_dir() else [])):
            out = Path(folder) / f"{path.stem}.ttl"
            command = (*KGBUILD, "build", str(path), "-q", *options, "-o", str(out))
            pairs.append(beside(path.name, process(*command), process(*IMPORTS), given, alike=None))
            if not out.stat().st_size:
                raise LacksError(f"{path.name}: nothing was written")
    return pairs


def show_help(given: Given) -> list[Pair]:
    """`kgbuild --help`, beside the import of click."""
    return [
        beside("--help", process(*KGBUILD, "--help"), process(PYTHON, "-c", "import click"), given, alike=None),
    ]


# -- many at once ---------------------------------------------------------------------------------------------------
def workers(given: Given) -> list[Pair]:
    """Documents built by two processes, beside one; the same bytes."""
    shown = subprocess.run([*KGBUILD, "build", "--help"], check=True, capture_output=True, encoding="utf-8").stdout
    if "--workers" not in shown:
        raise LacksError("kgbuild build has no --workers")
    if (os.cpu_count() or 1) < 2:
        raise LacksError("needs two cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [str(p) for p in variants(folder, MANY)]

        def run(count: int) -> dict[str, bytes]:
            out = folder / f"out{count}"
            process(*KGBUILD, "build", *files, "-q", "--workers", str(count), "-o", str(out))()
            return {p.name: p.read_bytes() for p in sorted(out.iterdir())}

        two, one = partial(run, 2), partial(run, 1)
        few = Given(runs=min(given.runs, 3))
        return [beside(f"{MANY} documents", two, one, few, alike=dict.__eq__, clock="wall")]


ROWS = [
    Row(
        name="whole",
        work="text → reasoned and validated graph, warm",
        beside="the same quads through rdflib, owlrl, pyshacl",
        aim=Aim(faster=True, mean=120, each=60),
        measure=whole,
    ),
    Row(
        name="floor",
        work="text → reasoned and validated graph, warm",
        beside="pyoxigraph parses and writes the same quads",
        aim=at_most(8),
        measure=floor,
    ),
    Row(name="mentions", work="text → mentions, warm", beside="jieba.lcut of it", aim=at_least(1), measure=mentions),
    Row(
        name="cold",
        work="cold `kgbuild build` to Turtle, validated",
        beside="import rdflib, pyoxigraph",
        aim=at_most(5),
        measure=cold,
    ),
    Row(
        name="cold-unvalidated",
        work="cold `kgbuild build --no-validate`",
        beside="import rdflib, pyoxigraph",
        aim=at_most(5),
        measure=lambda given: cold(given, "--no-validate"),
    ),
    Row(name="help", work="cold `kgbuild --help`", beside="import click", aim=at_most(2), measure=show_help),
    Row(
        name="workers",
        work=f"`build` of {MANY} documents, 2 workers",
        beside="1 worker",
        aim=at_least(1.75),
        measure=workers,
        clock="wall",
    ),
]
