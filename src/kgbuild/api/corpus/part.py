"""One document of a corpus: the identity of its part, and the building of it, which any process can do."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.api.corpus.layout import FORMAT, Record, part_name, record_name
from kgbuild.api.files import bytes_of, name_of, settings_of
from kgbuild.api.report import counts
from kgbuild.errors import DepotError, InputError, KgbuildError, Message
from kgbuild.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kgbuild.api.corpus.layout import Layout
    from kgbuild.config import Settings
    from kgbuild.pipeline import Built
    from kgbuild.store import Index
    from kgbuild.text.decisions import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A source file with its name in the corpus."""

    file: Path
    path: str

    def __str__(self) -> str:
        return str(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A part to build.

    Attributes:
        document: Its document.
        name: Name of the part as computed by the requesting process.
        digest: Hash of the bytes that this process saw.
    """

    document: SourceFile
    name: str
    digest: str

    def __str__(self) -> str:
        return str(self.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How parts are built, apart from the bytes.

    Attributes:
        config: Configuration for all documents; None = the nearest kgbuild.toml above each.
        decisions: Folder with completed tables of doubts.
        max_bytes: Maximum size of a document; None = as configured.
    """

    config: Path | None = None
    decisions: Path | None = None
    max_bytes: int | None = None


def part_of(document: SourceFile, recipe: Recipe) -> tuple[str, str]:
    """Return the current name of the part of a document, and the hash of its bytes.

    Raises:
        InputError: it cannot be read.
    """
    settings = _settings(document.file.parent, recipe)
    digest = hashlib.sha256(bytes_of(str(document.file), settings.max_bytes)).hexdigest()
    return _name(document, digest, recipe), digest


def forget() -> None:
    """Drop cached settings, vocabularies and decisions, which may change during the life of a process."""
    _settings.cache_clear()
    _made_with.cache_clear()
    _decisions.cache_clear()


def _name(document: SourceFile, digest: str, recipe: Recipe) -> str:
    # The suffix decides where the content is ambiguous.
    parts = (digest, document.file.suffix.lower(), _made_with(document.file.parent, recipe))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@cache
def _settings(folder: Path, recipe: Recipe) -> Settings:
    """Return the settings for the documents of a folder."""
    return settings_of(str(folder / "x"), recipe.config, recipe.max_bytes)


@cache
def _made_with(folder: Path, recipe: Recipe) -> str:
    """Return the digest of version, settings, vocabularies and decisions for the documents of a folder."""
    from kgbuild.lexicon import lexicon_digest

    settings = _settings(folder, recipe)
    words = (str(FORMAT), __version__, settings.digest, repr(settings.limits), str(settings.max_bytes))
    return "\n".join((*words, lexicon_digest(settings), _decisions(recipe.decisions)[1]))


@cache
def _decisions(folder: Path | None) -> tuple[tuple[Decision, ...], str]:
    """Return the decisions with their digest."""
    if folder is None:
        return (), ""
    from kgbuild.review import digest_of_decisions, read_decisions

    decided = read_decisions(folder)
    return decided, digest_of_decisions(decided)


def make_part(order: Order, *, layout: Layout, recipe: Recipe) -> Record:
    """Build the part of a document and its record, entirely or not at all; return the record.

    An unreadable document gets a record too, so that it is not retried until it changes.

    Args:
        order: The document to build.
        layout: Where the corpus keeps its parts.
        recipe: Version, configuration and vocabularies of the process that asks for it.

    Raises:
        InputError: the file has disappeared; or this machine has another version, configuration or vocabulary than the
            requesting process.
        DepotError: the part cannot be stored.
    """
    document, depot = order.document, layout.depot
    if _name(document, order.digest, recipe) != order.name:
        forget()
        if _name(document, order.digest, recipe) != order.name:
            what = "a worker has another kgbuild, configuration, vocabulary or decisions"
            raise InputError(what, where=str(document), cure="let all machines see the same files and version")
    record, data = made_of(document, recipe)
    try:
        if record.state == "built":
            depot.write(part_name(record.part), gzip.compress(data, compresslevel=1, mtime=0))
        depot.write(record_name(record.part), f"{record.line(is_whole=True)}\n".encode())
    except OSError as e:
        what = Message("its part cannot be stored ({reason})", reason=e.strerror or e)
        raise DepotError(what, where=str(document), cure="make room, or check its mode") from e
    return replace(record, path=document.path)


def made_of(document: SourceFile, recipe: Recipe) -> tuple[Record, bytes]:
    """Build a document; return its record, whose path is '', and the sorted N-Quads of its part.

    Raises:
        InputError: the file has disappeared.
    """
    from kgbuild.store import Index

    name, digest = part_of(document, recipe)
    try:
        built = _build(document, recipe)
    except InputError as e:
        return Record(path="", part=name, file_sha256=digest, state="failed", reason=e.what), b""
    lines = _lines(built)
    data = "".join(lines).encode()
    nodes = Index((*t, "") for t in built.asserted | built.graphs.vocabulary)
    record = _record(built, nodes, name=name, digest=digest, quads=len(lines), data=data)
    return replace(record, traits=_traits(built, nodes, document, recipe)), data


def read_records(layout: Layout, names: Iterable[str]) -> Iterator[Record]:
    """Yield the records of completed parts; the path of each record is ''."""
    wanted = {record_name(name): name for name in names}
    for file, data in layout.depot.read_many(wanted):
        try:
            record = Record.read(data.decode())
        except (ValueError, TypeError):
            continue
        is_whole = record.state != "built" or layout.depot.has(part_name(wanted[file]))
        if is_whole and record.part == wanted[file]:
            yield record


def read_part(layout: Layout, name: str) -> bytes:
    """Return the sorted N-Quads of a part.

    Raises:
        InputError: it is missing or damaged.
    """
    try:
        return gzip.decompress(layout.depot.read(part_name(name)))
    except (OSError, EOFError) as e:
        cure = "delete it and build again"
        raise InputError("cannot be read", where=part_name(name), cure=cure) from e


def _build(document: SourceFile, recipe: Recipe) -> Built:
    from kgbuild.lexicon import load_lexicon
    from kgbuild.pipeline import Options, build_document

    settings = _settings(document.file.parent, recipe)
    decided, digest = _decisions(recipe.decisions)
    return build_document(
        bytes_of(str(document.file), settings.max_bytes),
        name=name_of(str(document.file)),
        settings=settings,
        lexicon=load_lexicon(settings),
        options=Options(version=__version__, decisions=decided, decisions_digest=digest),
    )


def _lines(built: Built) -> list[str]:
    from kgbuild.api.document import graphs_of

    graphs = graphs_of(built)
    return sorted({f"{s} {p} {o} <{g}> .\n" for g, triples in graphs.items() for s, p, o in triples})


def _traits(built: Built, nodes: Index, document: SourceFile, recipe: Recipe) -> dict[str, Any]:
    from kgbuild.api.corpus.relations import traits_of
    from kgbuild.lexicon import load_lexicon

    lexicon = load_lexicon(_settings(document.file.parent, recipe))
    return traits_of(built, nodes, lexicon)


def _record(built: Built, nodes: Index, *, name: str, digest: str, quads: int, data: bytes) -> Record:
    text = f"<{built.base}text/{built.source.key}>"
    carriers = nodes.subjects("hasSourceText", text)
    # The plan that a notice carries has more metadata than the notice.
    ordered = sorted(carriers, key=lambda c: (bool(nodes.subjects("transmits", c)), c), reverse=True)

    def first(prop: str) -> str:
        return next((v for c in ordered if (v := nodes.first(c, prop))), "")

    kind = nodes.first(first("documentKind"), terms.NOTATION)
    codes: dict[str, int] = {}
    for f in built.annotations.findings:
        codes[f.code] = codes.get(f.code, 0) + 1
    issued = [nodes.first(b, terms.PREF) for c in ordered for b in nodes.values(c, "issuedBy")]
    return Record(
        path="",
        part=name,
        file_sha256=digest,
        key=built.source.key,
        document=terms.bare(ordered[0]) if ordered else "",
        title=first(terms.TITLE) or first(terms.LABEL),
        number=first("documentNumber"),
        issuer="、".join(dict.fromkeys(x for x in issued if x)) or first("issuerSignature"),
        date=first("documentDate") or nodes.first(text, "webPublishedAt"),
        kind=kind,
        level=nodes.first(nodes.first(first("jurisdiction"), "atLevel"), terms.NOTATION),
        counts=counts(built.annotations),
        findings=dict(sorted(codes.items())),
        quads=quads,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def say_failure(error: KgbuildError | None) -> str:
    """Return why a document failed in this build, without paths of this machine."""
    return error.what if error is not None else "failed"


def dumps(value: object) -> bytes:
    """Serialise to canonical JSON: equal values yield equal bytes."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
