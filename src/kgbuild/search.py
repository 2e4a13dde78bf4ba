"""Full text: which actions, headings and names hold these words?

Takes passages and keywords. Guarantees: complete (every passage that holds all keywords is found, 科协 finds 省科协)
and exact (nothing else is), because one character is one token and what is found is compared again. The order is that
of BM25 over two columns of SQLite's FTS5, where a keyword that stands as a word of its own, as jieba cuts with our
names in its dictionary, counts four times.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kgbuild.store import Asked

CONTEXT = 18
"""Characters that a snippet shows before the first hit and after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text that can be found.

    Attributes:
        kind: action, section, body, population, initiative or document.
        text: The text, as found.
        node: IRI of what it belongs to.
        document: Title of the plan, None for names.
        item: Path of the item, None for names.
        start: First code point in the read text, None for names.
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
    """A passage that holds the keywords; `offset` is the first hit in its text, `snippet` marks hits by «»."""

    passage: Passage
    offset: int
    snippet: str


_PASSAGES = f"""
PREFIX dcterms: <{terms.DCTERMS}>
PREFIX gplan: <{terms.GPLAN}>
PREFIX rdfs: <{terms.RDFS}>
SELECT DISTINCT ?kind ?text ?node ?document ?item ?start ?source WHERE {{
  {{ ?node a gplan:Action ; gplan:actionOf ?of . BIND("action" AS ?kind) }}
  UNION {{ ?node a gplan:Section ; gplan:itemPath ?item ; gplan:withinDocument ?of . BIND("section" AS ?kind) }}
  ?node gplan:itemPath ?item ; gplan:evidence ?span .
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


def passages_of(store: Asked) -> list[Passage]:
    """Return what can be found in a graph: its actions, headings, names and titles.

    Args:
        store: The graph with its closure.
    """
    found = [
        Passage(kind=str(kind), text=str(text), node=str(node), document=_text(document), item=_text(item),
                start=start if isinstance(start, int) else None, source=str(source))
        for kind, text, node, document, item, start, source in store.select(_PASSAGES).rows
    ]  # fmt: skip
    return found + [Passage(kind=str(k), text=str(t), node=str(n)) for k, t, n in store.select(_NAMES).rows]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


class Index:
    """An index of passages in memory.

    Args:
        passages: What can be found.
        words: Cuts a text into words.

    Raises:
        InputError: this SQLite has no FTS5.
    """

    def __init__(self, passages: Iterable[Passage], words: Callable[[str], Iterable[str]]) -> None:
        self._passages = list(passages)
        self._db = sqlite3.connect(":memory:")
        try:
            self._db.execute("CREATE VIRTUAL TABLE t USING fts5(ch, w, tokenize = 'unicode61 remove_diacritics 0')")
        except sqlite3.OperationalError as e:
            raise InputError(f"this SQLite has no full text ({e})", cure="use a Python whose SQLite has FTS5") from e
        rows = ((i, _characters(p.text), _tokens(words(p.text))) for i, p in enumerate(self._passages, 1))
        self._db.executemany("INSERT INTO t(rowid, ch, w) VALUES (?, ?, ?)", rows)

    def __len__(self) -> int:
        return len(self._passages)

    def close(self) -> None:
        """Give the memory back."""
        self._db.close()

    def search(self, keywords: Sequence[str], *, limit: int | None = None) -> list[Hit]:
        """Return the passages that hold all keywords, the best first.

        Args:
            keywords: Any texts; half and full width and case are one.
            limit: Most hits to return, None for all.

        Raises:
            UsageError: no keyword has a letter or a digit.
        """
        folded = [_fold(k) for k in keywords]
        if not folded or not all(_characters(k) for k in keywords):
            raise UsageError("holds no letter", where="KEYWORD", cure="give a word to look for")
        match = " AND ".join(f"(ch:{_phrase(_characters(k))} OR w:{_phrase(_token(k))})" for k in folded)
        query = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t, 1.0, 4.0), rowid"
        hits = []
        for (number,) in self._db.execute(query, (match,)):
            hit = _hit(self._passages[number - 1], folded)
            if hit is not None:
                hits.append(hit)
            if limit is not None and len(hits) == limit:
                break
        return hits


def _fold(text: str) -> str:
    # One character stays one character, so that offsets hold: what unfolds to several is left as it is.
    return "".join(f if len(f := unicodedata.normalize("NFKC", c).casefold()) == 1 else c for c in text)


def _characters(text: str) -> str:
    return " ".join(_unit(c) for c in _fold(text) if c.isalnum())


def _token(word: str) -> str:
    return "".join(map(_unit, _fold(word)))


def _unit(char: str) -> str:
    # FTS5 knows the letters of Unicode 6.1 and drops the rest: what it might not know is written by its code point.
    known = (char.isascii() and char.isalnum()) or "\u3400" <= char <= "\u4db5" or "\u4e00" <= char <= "\u9fcb"
    return char if known else f"x{ord(char):x}x"


def _tokens(words: Iterable[str]) -> str:
    return " ".join(_token(w) for w in words if any(c.isalnum() for c in w))


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\x00", " ") + '"'


def _hit(passage: Passage, keywords: list[str]) -> Hit | None:
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
