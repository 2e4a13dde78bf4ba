"""Building a corpus, or rebuilding what has changed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    part_name,
    record_name,
    replace_if_other,
)
from kgbuild.api.corpus.loading import loading, shared_graphs
from kgbuild.api.corpus.part import (
    Order,
    Recipe,
    SourceFile,
    dumps,
    forget,
    make_part,
    part_of,
    read_records,
    say_failure,
)
from kgbuild.api.corpus.relations import write_relations
from kgbuild.api.corpus.series import write_comparisons
from kgbuild.api.corpus.shards import write_shards
from kgbuild.errors import DepotError, InputError, Message, UsageError, refused
from kgbuild.store.versions import writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kgbuild.api.outcome import Outcome
    from kgbuild.model import Triple

SUFFIXES = (".txt", ".md", ".html", ".htm", ".xhtml", ".shtml", ".docx", ".pdf", ".ofd")
"""Suffixes of documents in a folder; files given explicitly may have any suffix."""
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
        work = _survey(documents_in(sources), layout, recipe)
        replace_if_other(layout.settings, dumps(settings))
        crew = crew or Crew()
        with loading(layout, crew, early=bool(work.todo)) if settings["store"] else nullcontext() as held:
            found = one_a_text(_records(work, layout, recipe, crew, told))
            records = list(held.take(found) if held else found)
            layout.write_manifest(records, lambda: manifest_turtle(records))
            shards = write_shards(layout, records, crew)
            relations, steps = write_relations(layout, records), write_comparisons(layout, records, crew)
            loaded = held.finish(shared_graphs(layout, relations, steps)) if held else 0
        _sweep(layout, records)
    gone = len({r.path for r in before} - {r.path for r in records})
    return CorpusBuild(records=tuple(records), made=len(work.todo), gone=gone, shards=shards, loaded=loaded)


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


@dataclass(frozen=True, slots=True)
class _Survey:
    """What the sources hold, and what is to be built of it.

    Attributes:
        documents: The documents, in the order of their paths.
        failed: Records of those that cannot be read, by path.
        names: Name of the part of each other one, by path.
        known: Records of the parts that are there, by name.
        todo: The others, in the order of their first documents.
    """

    documents: Sequence[SourceFile]
    failed: dict[str, Record]
    names: dict[str, str]
    known: dict[str, Record]
    todo: Sequence[Order]


def _survey(documents: Sequence[SourceFile], layout: Layout, recipe: Recipe) -> _Survey:
    failed: dict[str, Record] = {}
    orders: dict[str, Order] = {}
    names: dict[str, str] = {}
    for document in documents:
        try:
            name, digest = part_of(document, recipe)
        except InputError as e:
            failed[document.path] = Record(path=document.path, state="failed", reason=say_failure(e))
            continue
        names[document.path] = name
        orders.setdefault(name, Order(document=document, name=name, digest=digest))
    known = {record.part: record for record in read_records(layout, orders)}
    todo = [order for name, order in orders.items() if name not in known]
    return _Survey(documents, failed, names, known, todo)


def _records(work: _Survey, layout: Layout, recipe: Recipe, crew: Crew, told: Told | None) -> Iterator[Record]:
    """Yield the record of each document in the order of paths, as soon as its part is built."""
    known = work.known
    with closing(crew.each(partial(make_part, layout=layout, recipe=recipe), work.todo, size=_size)) as outcomes:
        for document in work.documents:
            path = document.path
            if path in work.failed:
                yield work.failed[path]
                continue
            name = work.names[path]
            if name not in known:  # outcomes come in the order of documents
                known[name] = _record_of(next(outcomes))
                if told:
                    told(known[name])
            yield replace(known[name], path=path)


def _record_of(outcome: Outcome[Order, Record]) -> Record:
    if isinstance(outcome.error, DepotError):  # else a full disk would cost a document that was built before
        raise outcome.error
    path = outcome.item.document.path
    return outcome.value or Record(path=path, state="failed", reason=say_failure(outcome.error))


def _size(order: Order) -> int:
    try:
        return order.document.file.stat().st_size
    except OSError:  # it has just disappeared; reported when it is read
        return 0


def one_a_text(records: Iterable[Record]) -> Iterator[Record]:
    """Yield the records with each text once in the graphs: of files with the same text, the first by path.

    Mirrors, different texts of a document with the same number and title, are kept side by side; a document with the
    same key but another number or title fails, as in `kgbuild store load`.
    """
    texts: dict[str, str] = {}
    documents: dict[str, tuple[str, Record]] = {}
    for r in records:
        named = terms.key_text(f"{r.number} {r.title}")
        if r.state == "built" and texts.setdefault(r.key, r.path) != r.path:
            r = replace(r, state="duplicate", reason=texts[r.key])  # noqa: PLW2901 - the same record, told apart
        elif r.state == "built" and r.document and (other := documents.setdefault(r.document, (named, r)))[0] != named:
            reason = f"its document has another number or title in {other[1].path}"
            r = replace(r, state="failed", reason=reason)  # noqa: PLW2901 - likewise
        yield r


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
