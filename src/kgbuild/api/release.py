"""A release of built graphs: from graphs, stores or a corpus to a folder that a portal can serve unchanged."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.api.corpus.layout import RELATIONS, Layout, is_corpus, vocabulary_name
from kgbuild.api.corpus.part import read_part
from kgbuild.api.corpus.shards import shared_files
from kgbuild.api.files import files_in, read_file
from kgbuild.api.graph import open_store
from kgbuild.api.store import as_written, close_source
from kgbuild.config import find_config, load_settings
from kgbuild.errors import InputError, Message, UsageError
from kgbuild.graph.facts import is_facts
from kgbuild.publish.folder import check_target, read_mark, writing
from kgbuild.publish.material import About, Material
from kgbuild.publish.parts import PARTS
from kgbuild.publish.words import DESCRIPTION, KEYWORDS, TITLE
from kgbuild.store import parse_quads, read_quads, sources_of
from kgbuild.version import __version__
from kgbuild.view.facts import Both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kgbuild.config import Settings
    from kgbuild.graph.facts import Profile
    from kgbuild.model import SourceText, Triple
    from kgbuild.publish.folder import Written
    from kgbuild.publish.parts import Part
    from kgbuild.store import Quad, Source

_ALL = "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }"
_GRAPH_FILE = re.compile(r"\.(ttl|nt|nq|trig|jsonld|rdf|xml)(\.gz)?$")
_EXAMPLE = re.compile(r"https?://(?:[^/]+\.)?example\.(?:org|com|net)/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release as written.

    Attributes:
        folder: Its folder.
        about: Its metadata.
        profile: Its profile.
        documents: Number of source texts.
        triples: Number of distinct triples.
        files: Its files.
        warnings: What to know before it is published.
    """

    folder: Path
    about: About
    profile: Profile
    documents: int
    triples: int
    files: tuple[Written, ...]
    warnings: tuple[str, ...]


def publish(  # noqa: PLR0913 - one for each option of the command
    inputs: Iterable[str | Path],
    output: str | Path,
    *,
    config: Path | None = None,
    profile: Profile = "full",
    day: str | None = None,
    without: Iterable[str] = (),
    changelog: Path | None = None,
    sources: Iterable[Path] = (),
    told: Callable[[str], None] | None = None,
) -> Release:
    """Write a release of graphs into a folder, replacing the release that is there.

    Args:
        inputs: Graph files, folders of them, stores, corpora.
        output: The folder; see `kgbuild.publish.folder`.
        config: Configuration; None = the nearest kgbuild.toml above the first input.
        profile: `full`, or `facts` without evidence.
        day: Day of the release (YYYY-MM-DD), or `today`; None = as configured, else from SOURCE_DATE_EPOCH, else the
            most recent day that the documents state.
        without: Names of parts to omit, see `kgbuild.publish.parts.PARTS`.
        changelog: Folder of an earlier release, to list the changes since.
        sources: Files from which the graphs were built, or folders with them, for pages that show the text.
        told: Called with the name of each part before it is written.

    Raises:
        UsageError: an unknown part, or an invalid day.
        InputError: an input cannot be read, contains only facts where `full` is asked for, or the folder is unusable.

    Example:
        `kgbuild.api.publish(["corpus/"], "release/", profile="facts")`
    """
    folder, places = Path(output), [Path(p) for p in inputs]
    parts = _parts(set(without))
    _check(folder, changelog)
    settings = load_settings(config or find_config(places[0] if places else Path.cwd()))
    found, vocabulary, shared = _sources(places)
    warnings: list[str] = []
    material = Material(
        about=_about(settings, found, day, warnings),
        profile=_fitting(profile, found),
        sources=found,
        vocabulary=vocabulary,
        shared=shared,
        texts=_texts(sources, found),
        before=changelog,
    )
    return _release(folder, material, _write(folder, parts, material, told), warnings)


def _check(folder: Path, changelog: Path | None) -> None:
    """Refuse a folder that cannot hold a release, and an earlier release that is none, before anything is read."""
    check_target(folder)
    if changelog is not None:
        read_mark(changelog)


def _release(folder: Path, material: Material, files: Sequence[Written], warnings: Sequence[str]) -> Release:
    return Release(
        folder=folder,
        about=material.about,
        profile=material.profile,
        documents=len(material.sources),
        triples=len(material.triples),
        files=tuple(files),
        warnings=(*warnings, *material.warnings),
    )


def _write(
    folder: Path, parts: Mapping[str, Part], material: Material, told: Callable[[str], None] | None
) -> tuple[Written, ...]:
    """Write the parts of a release, and return its files."""
    with writing(folder) as writer:
        for name, part in parts.items():
            if told is not None:
                told(name)
            for item in part.make(material, writer.written):
                writer.add(item, name)
        writer.finish(_mark(material))
    return tuple(writer.written)


def _parts(left_out: set[str]) -> dict[str, Part]:
    """Return the parts of a release without some of them."""
    if unknown := left_out - PARTS.keys():
        raise UsageError(
            Message("there is no part {name!r}", name=min(unknown)),
            where="--without",
            cure=Message("use one of: {names}", names=", ".join(PARTS)),
        )
    return {name: part for name, part in PARTS.items() if name not in left_out}


def _mark(material: Material) -> dict[str, object]:
    """Return what the mark of a release says of it."""
    about = material.about
    return {
        "kgbuild": __version__,
        "profile": material.profile,
        "title": about.title._asdict(),
        "version": about.version,
        "date": about.date,
        "base": about.base,
        "url": about.url,
        "documents": len(material.sources),
        "triples": len(material.triples),
        "facts": len(material.all_facts),
    }


# -- what goes in -------------------------------------------------------------------------------------------------
def _sources(
    places: Sequence[Path],
) -> tuple[tuple[Source, ...], frozenset[Triple], dict[str, frozenset[Triple]]]:
    """Return the sources of all inputs, sorted, the vocabulary slices, and the graphs that belong to no one source.

    How they were stored does not matter.
    """
    from dataclasses import replace

    vocabulary: set[Triple] = set()
    shared: dict[str, set[Triple]] = {}
    found: dict[str, Source] = {}
    for place in places:
        for s, p, o, g in _shared_in(place):
            (shared.setdefault(g[1:-1], set()) if g else vocabulary).add((s, p, o))
        for name, quads in _read(place):
            for source in sources_of(_checked(quads, name), name=name):
                graphs = dict(source.graphs)
                for graph in [g for g in graphs if g != terms.VOCABULARY_GRAPH and terms.read_graph_name(g) is None]:
                    shared.setdefault(graph, set()).update(graphs.pop(graph))
                facts = source.name("facts") in graphs
                vocabulary.update(graphs.pop(terms.VOCABULARY_GRAPH, ()))
                asserted = source.name("asserted")
                if not facts:
                    mixed = graphs.get(asserted, ())
                    vocabulary.update(t for t in mixed if _is_register(t[0]))
                    graphs[asserted] = [t for t in mixed if not _is_register(t[0])]
                plain = replace(source, graphs={name: sorted(set(ts)) for name, ts in sorted(graphs.items())})
                other = found.setdefault(source.key, plain)
                if other.graphs != plain.graphs:
                    what = Message("holds another graph of the source {key} than an input before it", key=source.key)
                    raise InputError(what, where=name, cure="give each document once")
    if not found:
        raise InputError("holds no graph", where=str(places[0]) if places else "publish", cure="give built graphs")
    slices = frozenset(vocabulary)
    closed = tuple(close_source(s, slices) for _, s in sorted(found.items()))
    return closed, slices, {name: frozenset(triples) for name, triples in sorted(shared.items())}


def _shared_in(place: Path) -> Iterator[Quad]:
    """Yield what a corpus holds beside its documents: shared graphs, and in no graph the vocabularies they use."""
    if is_corpus(place):
        layout, _ = Layout.of(place)
        for file in shared_files(layout):
            yield from parse_quads(layout.depot.read(file), name=f"{place}/{file}", suffix=".nq")
        words = vocabulary_name(RELATIONS)
        if layout.depot.has(words):
            yield from parse_quads(layout.depot.read(words), name=f"{place}/{words}", suffix=".nt")


def _is_register(subject: str) -> bool:
    return subject.startswith((f"<{terms.ID}", f"<{terms.GPLANV}", f"<{terms.VOCAB}"))


def _read(place: Path) -> Iterable[tuple[str, list[Quad]]]:
    """Yield the name and the quads of each file of an input."""
    if is_corpus(place):
        layout, _ = Layout.of(place)
        for record in layout.read_manifest():
            if record.state == "built":
                yield record.path, parse_quads(read_part(layout, record.part), name=record.path, suffix=".nq")
    elif place.is_dir() and (files := sorted(f for f in place.iterdir() if _GRAPH_FILE.search(f.name.lower()))):
        yield from ((str(f), read_quads(f)) for f in files)
    elif place.is_dir():
        rows = open_store(place).store("asserted").answer(_ALL).rows
        yield str(place), [(str(s), str(p), as_written(str(o)), str(g)) for s, p, o, g in rows]
    else:
        yield str(place), read_quads(place)


def _checked(quads: list[Quad], name: str) -> list[Quad]:
    """Return the quads of an input, which must not mix asserted with inferred statements unless it holds facts."""
    from kgbuild.validate.asserted import asserted

    flat = [q for q in quads if not q[3]]
    if not is_facts(flat):
        asserted(flat, where=name)
    return quads


def _fitting(profile: Profile, sources: Iterable[Source]) -> Profile:
    for source in sources:
        if profile == "full" and source.name("facts") in source.graphs:
            what = Message("holds the facts of the source {key} without their evidence", key=source.key)
            raise InputError(what, where="publish", cure="give the graphs of the profile full, or --profile facts")
    return profile


def _texts(files: Iterable[Path], sources: Iterable[Source]) -> dict[str, SourceText]:
    """Return the source texts by key, as far as the sources know them."""
    keys = {s.key for s in sources}
    return {key: text for text in map(read_file, files_in(files)) if (key := terms.h(text.text)) in keys}


# -- what is said of it -------------------------------------------------------------------------------------------
def _about(settings: Settings, sources: Sequence[Source], day: str | None, warnings: list[str]) -> About:
    configured, base = settings.release, sources[0].base
    if others := sorted({s.base for s in sources} - {base}):
        raise InputError(
            Message("holds graphs of two bases, {base} and {other}", base=base, other=others[0]),
            where="publish",
            cure="publish each",
        )
    on = _day(day or configured.date, sources, warnings)
    url = configured.url or re.sub(r"id/$", "", base).rstrip("#")
    url = url if url.endswith("/") else f"{url}/"
    for name, address in (("base", base), ("url", url)):
        if _EXAMPLE.match(address):
            warnings.append(
                Message(
                    "the {name} is {address}, which nobody can own; set it in kgbuild.toml before it leaves",
                    name=name,
                    address=address,
                )
            )
            break
    return About(
        title=Both(configured.title.get("zh", TITLE.zh), configured.title.get("en", TITLE.en)),
        description=Both(
            configured.description.get("zh", DESCRIPTION.zh), configured.description.get("en", DESCRIPTION.en)
        ),
        keywords=configured.keywords or KEYWORDS,
        publisher=configured.publisher,
        publisher_url=configured.publisher_url,
        contact=configured.contact,
        url=url,
        version=configured.version or on,
        date=on,
        licence=configured.licence,
        doi=configured.doi,
        base=base,
    )


def _day(given: str, sources: Iterable[Source], warnings: list[str]) -> str:
    """Return the day of the release; the clock is read only for `today`."""
    if given == "today":
        return datetime.now(UTC).date().isoformat()
    if given:
        try:
            return date.fromisoformat(given).isoformat()
        except ValueError as e:
            raise UsageError(
                Message("{given!r} is not a date", given=given[:40]), where="--date", cure="write YYYY-MM-DD, or today"
            ) from e
    if (epoch := os.environ.get("SOURCE_DATE_EPOCH", "")).isdigit():
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    wanted = {terms.gplan(n) for n in ("documentDate", "webPublishedAt", "givenDate")}
    days = [terms.lexical(o)[:10] for s in sources for ts in s.graphs.values() for _, p, o in ts if p in wanted]
    newest = max((d for d in days if re.fullmatch(r"\d{4}-\d{2}-\d{2}", d)), default="1970-01-01")
    warnings.append(
        Message("no date was given: {day}, the newest day that the documents state; give --date, or set it", day=newest)
    )
    return newest
