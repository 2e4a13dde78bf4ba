"""Full-text search."""

from __future__ import annotations

from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kgbuild.api.ask import bounded
from kgbuild.api.files import read_file
from kgbuild.config import find_config, load_settings
from kgbuild.graph.facts import no_evidence
from kgbuild.store import DiskStore, Iri, Rows
from kgbuild.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.api.ask import Within
    from kgbuild.config import Settings
    from kgbuild.queries.dataset import Dataset
    from kgbuild.search import WordIndex
    from kgbuild.store import Queryable


def find_text(
    asked: Dataset,
    keywords: Sequence[str],
    *,
    kinds: Iterable[str] = (),
    sources: Iterable[Path] = (),
    limit: int,
    within: Within = nullcontext,
) -> Rows:
    """Return the actions, headings and names that contain all keywords, best match first.

    Args:
        asked: Where to search.
        keywords: The keywords.
        kinds: Kinds of passages to include; empty for all.
        sources: Files from which the graphs were built, for line and column.
        limit: Maximum number of rows.
        within: Bounds the time of the search; see `kgbuild.api.ask`.

    Raises:
        UsageError: a keyword contains no letter.
        InputError: a source cannot be read, or the text of a document is missing.
    """
    from kgbuild.model.lines import line_starts
    from kgbuild.queries.table import place_text

    if asked.store("asserted").holds_facts:
        raise no_evidence("search")
    held = asked.store("full")  # reading and reasoning are no part of the search
    with bounded(asked, within), closing(_index(held)) as index:
        hits = index.search(keywords, kinds=kinds, limit=limit + 1)
    texts = {text.sha256: (text, line_starts(text.text)) for text in map(read_file, sources)}
    rows = []
    for hit in hits[:limit]:
        p = hit.passage
        offset = None if p.start is None else p.start + hit.offset
        place = None
        if p.source in texts and offset is not None:
            text, starts = texts[p.source]
            place = text.place_name(offset) or place_text(offset, starts)
        rows.append((p.kind, hit.snippet, p.document, p.item, offset, *([place] if texts else []), Iri(p.node)))
    columns = ("kind", "snippet", "document", "item", "offset", *(["lineColumn"] if texts else []), "node")
    return Rows(columns=columns, rows=tuple(rows), truncated=len(hits) > limit)


def _index(store: Queryable) -> WordIndex:
    """Return the index of a store; for a store on disk it is kept in a file until the content of the store changes."""
    if not isinstance(store, DiskStore):
        return index_of(store, None, stamp="")
    return index_of(store, store.path.with_name(f"{store.path.name}.search"), stamp=store.stamp())


def index_of(store: Queryable, file: Path | None, *, stamp: str) -> WordIndex:
    """Return the full-text index of a store.

    Args:
        store: The store.
        file: Where the index is kept between searches; None, or a place that cannot be written, for nowhere.
        stamp: Identifies the content of the store; an index made from other content is rebuilt.

    Raises:
        InputError: this SQLite lacks full-text search, or a vocabulary cannot be read.
    """
    from kgbuild.lexicon import lexicon_digest
    from kgbuild.search import WordIndex

    whole = f"{__version__} {lexicon_digest(_settings())} {stamp}"
    if file is not None and (index := WordIndex.open(file, stamp=whole)):
        return index
    index = make_index(store)
    if file is not None:
        with suppress(OSError):  # the store may be on a read-only file system
            index.write(file, stamp=whole)
    return index


def make_index(store: Queryable) -> WordIndex:
    """Return a new full-text index of a store.

    Args:
        store: The store.

    Raises:
        InputError: this SQLite lacks full-text search, or a vocabulary cannot be read.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.search import WordIndex, passages_of

    segmenter = load_lexicon(_settings()).segmenter

    def words(text: str) -> Iterator[str]:
        return (word for word, _, _ in segmenter.words(text))

    return WordIndex(passages_of(store), words)


def _settings() -> Settings:
    return load_settings(find_config(Path.cwd()))
