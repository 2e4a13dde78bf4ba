"""Full-text search over actions, measures, headings and names.

Takes passages and keywords. Guarantees: complete (every passage that contains all keywords is found, 科协 finds 省科协)
and exact (no others are), because each character is a token and hits are verified. The order is by BM25 over two
columns of SQLite FTS5, in which keywords that are words, as segmented by jieba with our names in its dictionary, have
fourfold weight. An index lives in memory and can be written to a file for later searches.
"""

from __future__ import annotations

import os
import re
import sqlite3
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import InputError, Message, UsageError
from kgbuild.store import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from kgbuild.store import Queryable

CONTEXT = 18
"""Characters of context in a snippet before and after the first hit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A searchable text.

    Attributes:
        kind: action, measure, section, body, population, initiative or document.
        text: The text as found.
        node: IRI of the node to which it belongs.
        document: Title of the plan; None for names.
        item: Path of the item, or of the action of a measure; None for names.
        start: Offset in the read text; None for names.
        source: SHA-256 of the read text.
    """

    kind: str
    text: str
    node: str
    document: str | None = None
    item: str | None = None
    start: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that contains the keywords; `offset` is the first hit, and `snippet` marks hits by «»."""

    passage: Entry
    offset: int
    snippet: str


_PASSAGES = f"""
PREFIX dcterms: <{terms.DCTERMS}>
PREFIX gplan: <{terms.GPLAN}>
PREFIX rdfs: <{terms.RDFS}>
SELECT DISTINCT ?kind ?text ?node ?document ?item ?start ?source WHERE {{
  {{ ?node a gplan:Action ; gplan:itemPath ?item ; gplan:actionOf ?of . BIND("action" AS ?kind) }}
  UNION {{ ?action gplan:hasMeasure ?node ; gplan:itemPath ?item ; gplan:actionOf ?of . BIND("measure" AS ?kind) }}
  UNION {{ ?node a gplan:Section ; gplan:itemPath ?item ; gplan:withinDocument ?of . BIND("section" AS ?kind) }}
  ?node gplan:evidence ?span .
  ?span gplan:exactText ?text ; gplan:startOffset ?start ; gplan:inSource/gplan:contentSha256 ?source .
  ?of rdfs:label ?document .
  FILTER(LANG(?document) = "zh")
}} ORDER BY ?document ?start ?kind
"""
_NAMES = f"""
PREFIX gplan: <{terms.GPLAN}>
PREFIX rdfs: <{terms.RDFS}>
PREFIX skos: <{terms.SKOS}>
SELECT DISTINCT ?kind ?text ?node WHERE {{
  {{ ?node a gplan:Body ; skos:prefLabel|skos:altLabel ?text . BIND("body" AS ?kind) }}
  UNION {{ ?node a gplan:TargetPopulation ; skos:prefLabel|skos:altLabel ?text . BIND("population" AS ?kind) }}
  UNION {{ ?node a gplan:Initiative ; skos:prefLabel|skos:altLabel ?text . BIND("initiative" AS ?kind) }}
  UNION {{ ?node gplan:hasSourceText ?source ; rdfs:label ?text . BIND("document" AS ?kind) }}
  FILTER(LANG(?text) = "zh")
}} ORDER BY ?kind ?text ?node
"""


def passages_of(store: Queryable) -> list[Entry]:
    """Return the searchable texts of a graph: actions, measures, headings, names and titles.

    Args:
        store: The graph with its closure.
    """
    found = [
        Entry(kind=str(kind), text=str(text), node=str(node), document=text_of(document), item=text_of(item),
                start=start if isinstance(start, int) else None, source=str(source))
        for kind, text, node, document, item, start, source in store.select(_PASSAGES).rows
    ]  # fmt: skip
    return found + [Entry(kind=str(k), text=str(t), node=str(n)) for k, t, n in store.select(_NAMES).rows]


_TABLES = """
CREATE VIRTUAL TABLE t USING fts5(ch, w, tokenize = 'unicode61 remove_diacritics 0');
CREATE TABLE p (
  id INTEGER PRIMARY KEY, kind TEXT, text TEXT, node TEXT, document TEXT, item TEXT, start INTEGER, source TEXT
);
CREATE TABLE stamp (text TEXT);
"""
_FIELDS = ("kind", "text", "node", "document", "item", "start", "source")


class WordIndex:
    """A full-text index.

    Args:
        passages: The searchable texts.
        words: Segments a text into words.

    Raises:
        InputError: this SQLite lacks FTS5.
    """

    def __init__(self, passages: Iterable[Entry], words: Callable[[str], Iterable[str]]) -> None:
        self._db = sqlite3.connect(":memory:")
        try:
            self._db.executescript(_TABLES)
        except sqlite3.OperationalError as e:
            raise InputError(
                Message("this SQLite has no full text ({reason})", reason=e), cure="use a Python whose SQLite has FTS5"
            ) from e
        passages = list(passages)
        rows = ((i, _characters(p.text), _tokens(words(p.text))) for i, p in enumerate(passages, 1))
        self._db.executemany("INSERT INTO t(rowid, ch, w) VALUES (?, ?, ?)", rows)
        found = ((i, *(getattr(p, name) for name in _FIELDS)) for i, p in enumerate(passages, 1))
        self._db.executemany("INSERT INTO p VALUES (?, ?, ?, ?, ?, ?, ?, ?)", found)
        self._db.commit()

    def write(self, file: Path, *, stamp: str) -> None:
        """Write the index to a file, replacing it.

        Args:
            file: The file.
            stamp: Identifies what was indexed; `open` compares it.

        Raises:
            OSError: the file cannot be written.
        """
        self._db.execute("DELETE FROM stamp")
        self._db.execute("INSERT INTO stamp VALUES (?)", (stamp,))
        self._db.commit()
        # Readers see the old index or the new one, never a part.
        part = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            part.write_bytes(self._db.serialize())
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)

    @classmethod
    def open(cls, file: Path, *, stamp: str) -> WordIndex | None:
        """Return the index in a file; None if there is none, or if it indexes something else."""
        if not file.is_file():
            return None
        made = cls((), lambda _: ())
        made.close()
        made._db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            if made._db.execute("SELECT text FROM stamp").fetchall() == [(stamp,)]:
                return made
        except sqlite3.Error:  # not an index: it will be rebuilt
            pass
        made.close()
        return None

    def __len__(self) -> int:
        return int(self._db.execute("SELECT COUNT(*) FROM p").fetchone()[0])

    def close(self) -> None:
        """Release the memory."""
        self._db.close()

    def search(self, keywords: Sequence[str], *, kinds: Iterable[str] = (), limit: int | None = None) -> list[Hit]:
        """Return the passages that contain all keywords, best match first.

        Args:
            keywords: Any texts; width and case do not matter.
            kinds: Kinds of passages to include; empty for all.
            limit: Maximum number of hits; None = all.

        Raises:
            UsageError: no keyword contains a letter or digit.
        """
        folded = [_fold(k) for k in keywords]
        if not folded or not all(_characters(k) for k in keywords):
            raise UsageError("holds no letter", where="KEYWORD", cure="give a word to look for")
        match = " AND ".join(f"(ch:{_phrase(_characters(k))} OR w:{_phrase(_token(k))})" for k in folded)
        query = "SELECT p.* FROM t JOIN p ON p.id = t.rowid WHERE t MATCH ? ORDER BY bm25(t, 1.0, 4.0), p.id"
        wanted = set(kinds)
        hits = []
        for row in self._db.execute(query, (match,)):
            hit = _hit(Entry(**dict(zip(_FIELDS, row[1:], strict=True))), folded)
            if hit is not None and (not wanted or hit.passage.kind in wanted):
                hits.append(hit)
            if limit is not None and len(hits) == limit:
                break
        return hits


def _fold(text: str) -> str:
    # One character must stay one, to preserve offsets; characters that fold to several are left unchanged.
    return "".join(f if len(f := unicodedata.normalize("NFKC", c).casefold()) == 1 else c for c in text)


def _characters(text: str) -> str:
    return " ".join(_unit(c) for c in _fold(text) if c.isalnum())


def _token(word: str) -> str:
    return "".join(map(_unit, _fold(word)))


def _unit(char: str) -> str:
    # FTS5 drops letters newer than Unicode 6.1, so characters that it may not know are written as code points.
    known = (char.isascii() and char.isalnum()) or "\u3400" <= char <= "\u4db5" or "\u4e00" <= char <= "\u9fcb"
    return char if known else f"x{ord(char):x}x"


def _tokens(words: Iterable[str]) -> str:
    return " ".join(_token(w) for w in words if any(c.isalnum() for c in w))


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\x00", " ") + '"'


def _hit(passage: Entry, keywords: list[str]) -> Hit | None:
    folded = _fold(passage.text)
    places = [folded.find(k) for k in keywords]
    if min(places) < 0:
        return None
    first = min(places)
    start, end = max(0, first - CONTEXT), min(len(folded), first + CONTEXT + max(map(len, keywords)))
    pattern = re.compile("|".join(re.escape(k) for k in sorted(set(keywords), key=len, reverse=True)))
    snippet, at = "", start
    for m in pattern.finditer(folded, start, end):
        snippet += f"{passage.text[at : m.start()]}«{passage.text[m.start() : m.end()]}»"
        at = m.end()
    snippet += passage.text[at:end]
    shown = f"{'…' if start else ''}{snippet}{'…' if end < len(folded) else ''}"
    return Hit(passage=passage, offset=first, snippet=" ".join(shown.split()))
