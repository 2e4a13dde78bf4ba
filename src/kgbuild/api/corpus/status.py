"""The state of a corpus without building (new, changed, removed, failed documents), and its verification."""

from __future__ import annotations

import hashlib
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgbuild.api.cluster import Crew
from kgbuild.api.corpus.build import documents_in, manifest_turtle, one_a_text, recipe_of
from kgbuild.api.corpus.layout import (
    COMPARISONS,
    RELATIONS,
    SHARDS,
    VOCABULARY,
    Layout,
    Record,
    comparison_name,
    shard_name,
    vocabulary_name,
)
from kgbuild.api.corpus.loading import held_by_store
from kgbuild.api.corpus.part import Recipe, SourceFile, forget, made_of, part_of, read_part, read_records, say_failure
from kgbuild.api.corpus.relations import files_of, relation_graph
from kgbuild.api.corpus.series import Chain, Step, chains_of, compared, series_among, size_of_chain, steps_of
from kgbuild.api.corpus.shards import merged, shard_hashes, shards_of, shared_files, vocabulary, word_of
from kgbuild.api.proving import prove
from kgbuild.errors import InputError, KgbuildError, Message
from kgbuild.store import DiskStore, Store
from kgbuild.store.reading import parse_quads
from kgbuild.terms import VOCABULARY_GRAPH, iri, read_graph_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
Standing = Literal["new", "changed", "gone", "failed", "duplicate", "unfinished", "unchanged"]
"""`unfinished`: its build was interrupted before the store held it; the next one goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentStatus:
    """The state of a document relative to the manifest, and why it failed."""

    path: str
    standing: Standing
    reason: str = ""


def corpus_status(place: Path) -> list[DocumentStatus]:
    """Return the state of each document, by path, without building.

    Raises:
        InputError: there is no corpus, or its sources cannot be read.
    """
    forget()
    layout, settings = Layout.of(place)
    recipe = recipe_of(settings)
    known = {r.path: r for r in layout.read_manifest()}
    held = held_by_store(layout) if settings["store"] else {r.key: r.part for r in known.values()}
    documents = documents_in(Path(s) for s in settings["sources"])
    found = [_entry(d, known.get(d.path), recipe, held) for d in documents]
    paths = {d.path for d in documents}
    found += [DocumentStatus(path=path, standing="gone") for path in known if path not in paths]
    return sorted(found, key=lambda e: e.path)


def _entry(document: SourceFile, record: Record | None, recipe: Recipe, held: dict[str, str]) -> DocumentStatus:
    try:
        name, _ = part_of(document, recipe)
    except KgbuildError as e:
        return DocumentStatus(path=document.path, standing="failed", reason=say_failure(e))
    if record is None:
        return DocumentStatus(path=document.path, standing="new")
    if record.part != name:
        return DocumentStatus(path=document.path, standing="changed")
    if record.state == "built" and held.get(record.key) != record.part:
        return DocumentStatus(path=document.path, standing="unfinished")
    standing: Standing = "unchanged" if record.state == "built" else record.state
    return DocumentStatus(path=document.path, standing=standing, reason=record.reason)


def corpus_texts(place: Path) -> dict[str, Path]:
    """Return the source files of the built documents by the key of their text; one that is not here now is left out.

    Args:
        place: Folder of the corpus.

    Raises:
        InputError: there is no corpus.
    """
    layout, settings = Layout.of(place)
    files: dict[str, Path] = {}
    for source in map(Path, settings["sources"]):
        with suppress(InputError):  # it is away, or holds no document any more
            files |= {d.path: d.file for d in documents_in([source])}
    return {r.key: files[r.path] for r in layout.read_manifest() if r.state == "built" and r.path in files}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault in a corpus: where, and what."""

    where: str
    what: str


def verify_corpus(place: Path, *, crew: Crew | None = None) -> list[Fault]:
    """Verify a corpus: each part and its record against its document, and against them all that is made of them.

    That is: the manifest in both forms, the shards, the slices of the vocabularies, the relations, and every graph of
    the store.

    Args:
        place: Folder of the corpus.
        crew: Who verifies; None = one process for each core.

    Returns:
        The faults; none if everything is consistent. A document changed since the build is a fault: build again.

    Raises:
        InputError: there is no corpus, or its sources cannot be read.
    """
    layout, settings = Layout.of(place)
    records = layout.read_manifest()
    built = [r for r in records if r.state == "built"]
    faults = [Fault(where=e.path, what=Message("is {standing}", standing=e.standing)) for e in corpus_status(place)
              if e.standing in ("new", "changed", "gone")]  # fmt: skip
    faults += _of_manifest(layout, records)
    faults += _of_shards(layout, built)
    faults += _of_store(layout, built) if settings["store"] else ()
    names = {r.part: r.path for r in built}
    known = [replace(r, path=names[r.part]) for r in read_records(layout, names)]
    faults += _of_relations(layout, known)
    faults += _of_comparisons(layout, steps_of(series_among(known)), crew or Crew())
    files = {d.path: d.file for d in documents_in(Path(s) for s in settings["sources"])}
    stale = {f.where for f in faults}
    todo = [r for r in records if r.part and r.path in files and r.path not in stale]
    work = partial(_prove, layout=layout, files=files, recipe=recipe_of(settings))
    with closing((crew or Crew()).each(work, todo, size=_size)) as outcomes:
        for outcome in outcomes:
            if what := outcome.value if outcome.error is None else say_failure(outcome.error):
                faults.append(Fault(where=outcome.item.path, what=what))
    return faults


def _of_manifest(layout: Layout, records: list[Record]) -> Iterator[Fault]:
    kept = {r.part: r for r in read_records(layout, {r.part for r in records if r.part})}
    wanted = one_a_text(replace(kept[r.part], path=r.path) if r.part in kept else r for r in records)
    for written, expected in zip(records, wanted, strict=True):
        if written != expected:
            yield Fault(
                where=layout.manifest.name, what=Message("does not say of {path} what its part says", path=written.path)
            )
    if len({r.path for r in records}) < len(records):
        yield Fault(where=layout.manifest.name, what=Message("names a document twice"))
    graph = layout.manifest_graph
    if not graph.is_file() or graph.read_bytes() != manifest_turtle(records).encode():
        yield Fault(where=graph.name, what=Message("does not say what manifest.jsonl says"))


def _of_shards(layout: Layout, built: list[Record]) -> Iterator[Fault]:
    wanted = shards_of(built)
    hashes = shard_hashes(layout)
    there = (n.rpartition("/")[2].removesuffix(".nq") for n in layout.depot.names(SHARDS) if n.endswith(".nq"))
    for name in sorted({*wanted, *hashes, *there}):
        file = shard_name(name)
        if name not in wanted:
            yield Fault(where=file, what=Message("holds no document of the manifest"))
            continue
        digest, of_words = hashlib.sha256(), hashlib.sha256()
        try:
            for line in merged(layout, sorted(r.part for r in wanted[name])):
                digest.update(line)
                of_words.update(word_of(line))
            found, found_words = _digest(layout, file), _digest(layout, vocabulary_name(name))
        except (OSError, EOFError) as e:
            yield Fault(where=file, what=Message("cannot be read ({reason})", reason=e))
            continue
        if not found == digest.hexdigest() == hashes.get(name):
            yield Fault(where=file, what=Message("is not what its documents say"))
        if found_words != of_words.hexdigest():
            yield Fault(where=vocabulary_name(name), what=Message("is not what its documents say"))
    known = {vocabulary_name(name) for name in (*wanted, RELATIONS)}
    for file in sorted({n for n in layout.depot.names(VOCABULARY) if n.endswith(".nt")} - known):
        yield Fault(where=file, what=Message("holds no document of the manifest"))


def _digest(layout: Layout, file: str) -> str:
    """Return the hash of a file of the corpus."""
    found = hashlib.sha256()
    with layout.depot.reading(file) as f:
        while piece := f.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def _of_store(layout: Layout, built: list[Record]) -> Iterator[Fault]:
    try:
        store = DiskStore(layout.store)
    except InputError as e:
        if built:
            yield Fault(where="store", what=e.what)
        return
    keys = {r.key for r in built}
    names = [str(row[0]) for row in store.answer(_GRAPHS).rows]
    held = {named.key for n in names if (named := read_graph_name(n)) and named.key}
    for key in sorted(held ^ keys):
        yield Fault(
            where=f"store {key}",
            what=Message("is missing") if key in keys else Message("is of no document of the manifest"),
        )
    for r in built:
        if r.key not in held:
            continue
        try:
            wanted = Store(parse_quads(read_part(layout, r.part), name=r.path, suffix=".nq"))
        except InputError as e:
            yield Fault(where=r.path, what=e.what)
            continue
        own = {n for n in names if (named := read_graph_name(n)) and named.key == r.key}
        for graph in sorted(own | {str(row[0]) for row in wanted.answer(_GRAPHS).rows} - {iri(VOCABULARY_GRAPH)}):
            if _rows(store, graph) != _rows(wanted, graph):
                yield Fault(where=f"store {graph}", what=Message("is not what the part says"))
    yield from _shared_in_store(layout, store, names)


def _shared_in_store(layout: Layout, store: DiskStore, names: list[str]) -> Iterator[Fault]:
    """Compare the graphs of a store that are of no one document, and report those that are not of the corpus."""
    words = b"".join(vocabulary(layout))
    files = [(words, VOCABULARY, ".nt")] if words else []
    shared = set[str]()
    for data, name, suffix in chain(files, ((layout.depot.read(f), f, ".nq") for f in shared_files(layout))):
        quads = parse_quads(data, name=name, suffix=suffix)
        wanted = Store((s, p, o, g or iri(VOCABULARY_GRAPH)) for s, p, o, g in quads)
        graphs = {str(row[0]) for row in wanted.answer(_GRAPHS).rows}
        for graph in sorted(graphs):
            if _rows(store, graph) != _rows(wanted, graph):
                yield Fault(where=f"store {graph}", what=Message("is not what the corpus says"))
        shared |= graphs
    for graph in names:
        named = read_graph_name(graph)
        if graph not in shared and not (named and named.key):
            yield Fault(where=f"store {graph}", what=Message("is no graph of the corpus"))


def _rows(store: Store | DiskStore, graph: str) -> set[object]:
    """Return the statements of a graph, from the engine of both, which normalises numbers (1.0 to 1)."""
    return set(store.answer(f"SELECT ?s ?p ?o {{ GRAPH {graph} {{ ?s ?p ?o }} }}").rows)


def _of_relations(layout: Layout, known: list[Record]) -> Iterator[Fault]:
    for file, wanted in files_of(relation_graph(known)):
        if (layout.depot.read(file) if layout.depot.has(file) else b"") != wanted:
            yield Fault(where=file, what=Message("is not what the documents have to do with each other"))


def _of_comparisons(layout: Layout, steps: list[Step], crew: Crew) -> list[Fault]:
    wanted, there = {comparison_name(step.name) for step in steps}, set(layout.depot.names(COMPARISONS))
    faults = [Fault(where=file, what=Message("is missing")) for file in wanted - there]
    faults += [
        Fault(where=file, what=Message("compares no plans of a series of the corpus")) for file in there - wanted
    ]
    work = partial(_other_comparisons, layout=layout)
    with closing(crew.each(work, chains_of(steps), size=size_of_chain)) as outcomes:
        for outcome in outcomes:
            if outcome.error is not None:
                faults.append(Fault(where=str(outcome.item), what=say_failure(outcome.error)))
            for file in there.intersection(outcome.value or ()):
                faults.append(Fault(where=file, what=Message("is not what its plans say")))
    return sorted(faults, key=lambda fault: fault.where)


def _other_comparisons(chain: Chain, *, layout: Layout) -> list[str]:
    """Return the files of comparisons that do not hold what their plans say."""
    names = ((comparison_name(step.name), lines) for step, lines in compared(layout, chain))
    return [file for file, lines in names if layout.depot.has(file) and layout.depot.read(file) != lines]


def _size(record: Record) -> int:
    return record.quads * 20


def _prove(record: Record, *, layout: Layout, files: dict[str, Path], recipe: Recipe) -> str:
    """Verify a part and its record against its document; '' if they are consistent."""
    made, _ = made_of(SourceFile(file=files[record.path], path=record.path), recipe)
    kept = next(read_records(layout, [record.part]), None)
    if kept is None or kept.line(is_whole=True) != made.line(is_whole=True):
        return "its record is not as it was written"
    if made.state == "failed":
        return ""
    data = read_part(layout, record.part)
    if hashlib.sha256(data).hexdigest() != made.sha256:
        return "its part is not as it was written"
    quads = parse_quads(data, name=record.path, suffix=".nq")
    report = prove(quads, [files[record.path]], config=recipe.config, decisions=recipe.decisions, name=record.path)
    return "" if report.level == "proved" else f"its graph is {report.level}, not proved; see `kgbuild verify`"
