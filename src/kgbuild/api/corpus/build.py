"""Building a corpus, or rebuilding what has changed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kgbuild import terms
from kgbuild.api.cluster import Crew
from kgbuild.api.corpus.depot import is_leftover
from kgbuild.api.corpus.layout import (
    COMPARISONS,
    FORMAT,
    PARTS,
    SHARDS,
    VOCABULARY,
    Layout,
    Record,
    comparison_name,
    part_name,
    record_name,
    replace_if_other,
)
from kgbuild.api.corpus.part import (
    Order,
    Recipe,
    SourceFile,
    dumps,
    forget,
    make_part,
    part_of,
    read_part,
    read_records,
    say_failure,
)
from kgbuild.api.corpus.relations import write_relations
from kgbuild.api.corpus.series import write_comparisons
from kgbuild.api.corpus.shards import by_graph, vocabulary, write_shards
from kgbuild.errors import DepotError, InputError, Message, UsageError, refused
from kgbuild.store import DiskStore, load_schema, write_store
from kgbuild.store.versions import writing
from kgbuild.terms import VOCABULARY_GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kgbuild.api.corpus.series import Step
    from kgbuild.model import Triple

SUFFIXES = (".txt", ".md", ".html", ".htm", ".xhtml", ".shtml", ".docx", ".pdf", ".ofd")
"""Suffixes of documents in a folder; files given explicitly may have any suffix."""
_FEW = 0.02
"""Share of changed sources below which the store is updated rather than rewritten."""
Told = Callable[[Record], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusBuild:
    """What a build did.

    Attributes:
        records: All documents, as in the manifest.
        made: Number of documents built now; the others were unchanged.
        gone: Number of documents removed from the corpus.
        shards: Number of shards written.
        loaded: Number of sources loaded into the store.
    """

    records: tuple[Record, ...]
    made: int
    gone: int
    shards: int
    loaded: int

    @property
    def failed(self) -> tuple[Record, ...]:
        """The documents that could not be built."""
        return tuple(r for r in self.records if r.state == "failed")


def documents_in(sources: Iterable[Path]) -> list[SourceFile]:
    """Return the documents in files and folders, sorted by their names in the corpus.

    Raises:
        InputError: a source does not exist, or contains no document.
        UsageError: two documents have the same name.
    """
    found: dict[str, SourceFile] = {}
    for source in sources:
        top = source.absolute()
        for file in _files(top):
            path = file.relative_to(top.parent).as_posix()
            other = found.setdefault(path, SourceFile(file=file, path=path))
            if other.file != file:
                raise UsageError(
                    Message("and {file} have the same name", file=other.file),
                    where=str(file),
                    cure="give folders of other names",
                )
    return [found[path] for path in sorted(found)]


def _files(top: Path) -> list[Path]:
    if top.is_file():
        return [top]
    if not top.is_dir():
        raise InputError("is not there", where=str(top), cure="give files or folders")
    files = [
        f
        for f in sorted(top.rglob("*"))
        if f.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in f.relative_to(top).parts)
        and f.is_file()
    ]
    if not files:
        raise InputError(
            Message("holds no document ({names})", names=" ".join(SUFFIXES)),
            where=str(top),
            cure="give a folder with documents",
        )
    return files


def build_corpus(  # noqa: PLR0913 - each is a choice of its own, by its name
    sources: Sequence[Path],
    place: Path,
    *,
    recipe: Recipe | None = None,
    crew: Crew | None = None,
    data: str | None = None,
    store: bool | None = None,
    told: Told | None = None,
) -> CorpusBuild:
    """Build a corpus, or bring it up to date.

    Args:
        sources: Files and folders; empty = those of the previous build.
        place: Folder of the corpus; created if necessary.
        recipe: How documents are built; None = as before.
        crew: Who builds; None = one process for each core. Workers on other machines must see the sources, the
            configuration and the vocabularies under the same paths.
        data: fsspec address of parts and shards, which workers write; None = as before, or the folder.
        store: Keep a store; without one, manifest and shards are all there is, for another engine to load. None = as
            before, or keep one.
        told: Called for each document that was built or failed, in the order of paths.

    Raises:
        InputError: a source cannot be read, another process is building the corpus, it cannot be written, or the
            cluster of the crew cannot be reached.
        UsageError: the corpus has a store, and is to be built without one.
        DepotError: a part cannot be stored; what was built is kept.
    """
    _check_place(Layout(place))
    forget()
    with writing(place), _system_told(place):
        before, sources, settings, recipe = _settings(sources, place, recipe, data, store=store)
        layout = Layout(place, settings["data"])
        documents = documents_in(sources)
        replace_if_other(layout.settings, dumps(settings))
        crew = crew or Crew()
        found, made = _records(documents, layout, recipe, crew, told)
        records = one_a_text(found)
        layout.write_manifest(records, lambda: manifest_turtle(records))
        shards = write_shards(layout, records, crew)
        shared = _shared(layout, write_relations(layout, records), write_comparisons(layout, records, crew))
        loaded = _load(layout, records, shared, crew.threads) if settings["store"] else 0
        _sweep(layout, records)
    gone = len({r.path for r in before} - {r.path for r in records})
    return CorpusBuild(records=tuple(records), made=made, gone=gone, shards=shards, loaded=loaded)


@contextlib.contextmanager
def _system_told(place: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # who reads what is told has gone
        raise
    except OSError as e:
        raise refused(e, where=str(place)) from e


def _settings(
    sources: Sequence[Path], place: Path, recipe: Recipe | None, data: str | None, *, store: bool | None
) -> tuple[list[Record], Sequence[Path], dict[str, Any], Recipe]:
    """Return the previous records, and the sources and settings of this build."""
    layout = Layout(place)
    known = layout.read_settings() if layout.settings.is_file() or not sources or recipe is None else {}
    sources = sources or [Path(s) for s in known["sources"]]
    recipe = recipe or recipe_of(known)
    settings = {
        "format": FORMAT,
        "sources": [str(s.absolute()) for s in sources],
        "config": str(recipe.config.absolute()) if recipe.config else None,
        "decisions": str(recipe.decisions.absolute()) if recipe.decisions else None,
        "max_bytes": recipe.max_bytes,
        "data": data or known.get("data"),
        "store": known.get("store", True) if store is None else store,
    }
    if not settings["store"] and layout.store.exists():  # it would tell of documents as they were
        cure = Message("delete {store}, or build with --store", store=layout.store)
        raise UsageError("has a store, which would not be brought up to date", where=str(place), cure=cure)
    return layout.read_manifest(), sources, settings, recipe


def recipe_of(settings: Mapping[str, object]) -> Recipe:
    """Return the recipe of the previous build."""

    def path(name: str) -> Path | None:
        value = settings.get(name)
        return Path(value) if isinstance(value, str) else None

    most = settings.get("max_bytes")
    return Recipe(config=path("config"), decisions=path("decisions"), max_bytes=most if isinstance(most, int) else None)


def _check_place(layout: Layout) -> None:
    place = layout.place
    others = [p.name for p in place.iterdir()] if place.is_dir() else []
    ours = layout.settings.is_file() or all(name == "writer.lock" or name.startswith(".kgbuild-") for name in others)
    if (place.exists() and not place.is_dir()) or not ours:
        raise InputError("is not a corpus", where=str(place), cure="give a folder that is new or empty")


def _records(
    documents: Sequence[SourceFile], layout: Layout, recipe: Recipe, crew: Crew, told: Told | None
) -> tuple[list[Record], int]:
    """Return the record of each document, building parts that are missing, and the number of parts built."""
    out: dict[str, Record] = {}
    orders: dict[str, Order] = {}
    names: dict[str, str] = {}
    for document in documents:
        try:
            name, digest = part_of(document, recipe)
        except InputError as e:
            out[document.path] = Record(path=document.path, state="failed", reason=say_failure(e))
            continue
        names[document.path] = name
        orders.setdefault(name, Order(document=document, name=name, digest=digest))
    known = {record.part: record for record in read_records(layout, orders)}
    todo = [order for name, order in orders.items() if name not in known]
    work = partial(make_part, layout=layout, recipe=recipe)
    with closing(crew.each(work, todo, size=_size)) as outcomes:
        for outcome in outcomes:
            if isinstance(outcome.error, DepotError):  # else a full disk would cost a document that was built before
                raise outcome.error
            path = outcome.item.document.path
            record = outcome.value or Record(path=path, state="failed", reason=say_failure(outcome.error))
            known[outcome.item.name] = record
            if told:
                told(record)
    out |= {path: replace(known[name], path=path) for path, name in names.items()}
    return [out[d.path] for d in documents], len(todo)


def _size(order: Order) -> int:
    try:
        return order.document.file.stat().st_size
    except OSError:  # it has just disappeared; reported when it is read
        return 0


def one_a_text(records: Iterable[Record]) -> list[Record]:
    """Keep each text once in the graphs: of files with the same text, the first by path.

    Mirrors, different texts of a document with the same number and title, are kept side by side; a document with the
    same key but another number or title fails, as in `kgbuild store load`.
    """
    texts: dict[str, str] = {}
    documents: dict[str, tuple[str, Record]] = {}
    out = []
    for r in records:
        named = terms.key_text(f"{r.number} {r.title}")
        if r.state == "built" and texts.setdefault(r.key, r.path) != r.path:
            r = replace(r, state="duplicate", reason=texts[r.key])  # noqa: PLW2901 - the same record, told apart
        elif r.state == "built" and r.document and (other := documents.setdefault(r.document, (named, r)))[0] != named:
            reason = f"its document has another number or title in {other[1].path}"
            r = replace(r, state="failed", reason=reason)  # noqa: PLW2901 - likewise
        out.append(r)
    return out


# -- the store ----------------------------------------------------------------------------------------------------
class _Graph(NamedTuple):
    """A graph that belongs to no one document: a mark of its content, and a function that returns it as N-Triples."""

    mark: str
    lines: Callable[[], bytes]


def _shared(layout: Layout, relations: dict[str, list[Triple]], steps: Iterable[Step]) -> dict[str, _Graph]:
    """Return the graphs of relations and of comparisons by name."""

    def lines(triples: list[Triple]) -> bytes:
        return "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()

    def compared(step: Step) -> bytes:
        return by_graph(layout.depot.read(comparison_name(step.name)))[step.graph]

    out = {
        name: _Graph(terms.h(*(" ".join(t) for t in triples)), partial(lines, triples))
        for name, triples in relations.items()
    }
    return out | {step.graph: _Graph(step.name, partial(compared, step)) for step in steps}


def _load(layout: Layout, records: Iterable[Record], shared: dict[str, _Graph], threads: int) -> int:
    """Bring the store in line with the manifest; return the number of sources loaded.

    A journal beside the store records which part of each source it holds. An entry is removed before the store changes
    and written again afterwards, so that after an interruption whatever is uncertain is redone.
    """
    wanted = {r.key: r.part for r in records if r.state == "built"}
    is_there = (layout.store / "version").is_file()
    there = set(DiskStore(layout.store, compare=False).sources()) if is_there else set()
    journal = held_by_store(layout) if is_there else {}
    marks = {name: graph.mark for name, graph in shared.items()}
    known = {name: mark for name, mark in journal.items() if "/" in name}
    held = {key: part for key, part in journal.items() if key in there}
    new = sorted(key for key, part in wanted.items() if held.get(key) != part)
    old = sorted(there - {key for key in wanted if held.get(key) == wanted[key]})
    if new or old or known != marks:
        other = {name for name in known.keys() | marks.keys() if known.get(name) != marks.get(name)}
        unsure = {name: mark for name, mark in known.items() if name not in other} | dict.fromkeys(other, "")
        replace_if_other(layout.loaded, dumps({k: p for k, p in held.items() if wanted.get(k) == p} | unsure))
        tree = load_schema().class_tree
        with write_store(layout.store, compact=len(new) + len(old) > _FEW * len(wanted)) as writer:
            for key in old:  # the replaced version may have had another base
                writer.drop(key)
            # Sorted, so that the engine receives them in roughly the order in which it stores them.
            writer.load_lines((read_part(layout, wanted[key]) for key in new), tree, threads=threads)
            for name in sorted(other):
                writer.put_graph(name, shared[name].lines() if name in shared else b"")
            writer.put_graph(VOCABULARY_GRAPH, b"".join(vocabulary(layout)))
    replace_if_other(layout.loaded, dumps(wanted | marks))
    return len(new)


def held_by_store(layout: Layout) -> dict[str, str]:
    """Return which part of each source the store holds for certain."""
    try:
        found = json.loads(layout.loaded.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _sweep(layout: Layout, records: Iterable[Record]) -> None:
    """Delete parts that no document refers to, and leftovers of killed writers."""
    wanted = {name for r in records for name in (part_name(r.part), record_name(r.part))}
    for name in layout.depot.names(PARTS):
        if name not in wanted:
            layout.depot.delete(name)
    for name in (n for folder in (SHARDS, VOCABULARY, COMPARISONS) for n in layout.depot.names(folder)):
        if is_leftover(name):
            layout.depot.delete(name)


# -- the manifest as RDF ------------------------------------------------------------------------------------------
def manifest_turtle(records: Iterable[Record]) -> str:
    """Return the manifest as Turtle: a DCAT-like entry for each document, identified by its source text."""
    from kgbuild.graph.turtle import write_turtle

    base = "https://w3id.org/gplan/id/"
    return write_turtle(set(_entries(records, base)), base=base, header="manifest of a corpus; licence CC BY 4.0")


def _entries(records: Iterable[Record], base: str) -> Iterator[Triple]:
    literal, dcterms = terms.literal, terms.DCTERMS
    for r in records:
        node = f"<{base}manifest/{terms.h(r.path)}>"
        yield node, f"<{dcterms}identifier>", literal(r.path)
        yield node, f"<{terms.PREFIXES['prov']}value>", literal(r.state)
        for name, value in (("title", r.title), ("creator", r.issuer), ("date", r.date), ("type", r.kind)):
            if value:
                yield node, f"<{dcterms}{name}>", literal(value)
        if r.reason:
            yield node, f"<{dcterms}description>", literal(r.reason)
        if r.state == "built":
            yield node, f"<{dcterms}source>", literal(r.key)
            yield node, f"<{dcterms}extent>", terms.integer(r.quads)
