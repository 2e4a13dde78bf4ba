"""The search for words in what was read."""

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
    """Return the actions, headings and names that hold all keywords, the best first.

    Args:
        asked: Where to look.
        keywords: The words.
        kinds: Only these kinds of passage; none for all.
        sources: Files that the graphs were built from, for line and column.
        limit: Most rows to return.
        within: What bounds the time of the search; see `kgbuild.api.ask`.

    Raises:
        UsageError: a keyword holds no letter.
        InputError: a source cannot be read, or a document is there without its text.
    """
    from kgbuild.model.lines import line_starts
    from kgbuild.queries.table import place_text

    if asked.store("asserted").holds_facts:
        raise no_evidence("search")
    held = asked.store("full")  # reading and reasoning are no part of the search
    with bounded(asked, within), closing(_index(held)) as index:
        hits = index.search(keywords, kinds=kinds, limit=limit + 1)
    lines = {text.sha256: line_starts(text.text) for text in map(read_file, sources)}
    rows = []
    for hit in hits[:limit]:
        p = hit.passage
        offset = None if p.start is None else p.start + hit.offset
        place = place_text(offset, lines[p.source]) if p.source in lines else None
        rows.append((p.kind, hit.snippet, p.document, p.item, offset, *([place] if lines else []), Iri(p.node)))
    columns = ("kind", "snippet", "document", "item", "offset", *(["lineColumn"] if lines else []), "node")
    return Rows(columns=columns, rows=tuple(rows), truncated=len(hits) > limit)


def _index(store: Queryable) -> WordIndex:
    """The index of a store; beside a store on disk it is kept in a file until something is loaded or dropped."""
    if not isinstance(store, DiskStore):
        return index_of(store, None, stamp="")
    return index_of(store, store.path.with_name(f"{store.path.name}.search"), stamp=store.stamp())


def index_of(store: Queryable, file: Path | None, *, stamp: str) -> WordIndex:
    """Return the index of what can be found in a store.

    Args:
        store: The store.
        file: Where the index is kept between searches, None for nowhere; where nothing can be written, nothing is.
        stamp: Names what is in the store: an index that was made of something else is made anew.

    Raises:
        InputError: this SQLite has no full text, or a vocabulary cannot be read.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.search import WordIndex, passages_of

    lexicon = load_lexicon(load_settings(find_config(Path.cwd())))
    whole = f"{__version__} {lexicon.digest} {stamp}"
    if file is not None and (index := WordIndex.open(file, stamp=whole)):
        return index
    segmenter = lexicon.segmenter

    def words(text: str) -> Iterator[str]:
        return (word for word, _, _ in segmenter.words(text))

    index = WordIndex(passages_of(store), words)
    if file is not None:
        with suppress(OSError):  # a store may lie where nothing can be written
            index.write(file, stamp=whole)
    return index
