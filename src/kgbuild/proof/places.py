"""Where the facts of a graph stand in their source: spans, sentences, line and column.

Takes quads, and the source text where it is at hand. Without the source a place has its quote and offsets only.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.terms import gplan

if TYPE_CHECKING:
    from collections.abc import Iterable

SENTENCE = 160
"""Characters of context on each side at most."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A stretch of a source: offsets and quote; sentence, line and column where the source is at hand."""

    start: int
    end: int
    quote: str
    text: str
    span: str
    sentence: str = ""
    sentence_start: int = 0
    line: int | None = None
    column: int | None = None


class Places:
    """Evidence by node, in the order of the source."""

    def __init__(self, quads: Iterable[tuple[str, str, str, str]], sources: Iterable[tuple[str, str]] = ()) -> None:
        """Index a graph.

        Args:
            quads: Terms in N-Triples; inferred graphs are left out.
            sources: Read texts by their SHA-256.
        """
        self._values: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for s, p, o, g in sorted(quads):
            if not g.endswith("/inferred>"):
                self._values[s, p].append(o)
        self._proofs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._mentions: defaultdict[str, list[str]] = defaultdict(list)
        for (s, p), objects in list(self._values.items()):
            if p in {gplan("mentionOf"), gplan("mentionIn")}:  # a relation is proved by a mention in its subject
                for node in objects:
                    if p == gplan("mentionOf"):
                        self._mentions[node].append(s)
                    for proved in self.values(s, gplan("proves")):
                        self._proofs[node, proved].append(s)
        self._texts = dict(sources)
        self._starts = {k: [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", t))] for k, t in self._texts.items()}

    def values(self, node: str, predicate: str) -> list[str]:
        """Return the objects of a node and predicate, sorted."""
        return self._values.get((node, predicate), [])

    def first(self, node: str, predicate: str) -> str | None:
        """Return the first object as text, None without one."""
        found = self.values(node, predicate)
        return (terms.lexical(found[0]) if found[0].startswith('"') else found[0]) if found else None

    def proofs(self, node: str, predicate: str) -> list[str]:
        """Return the mentions that prove one property of a node."""
        return self._proofs.get((node, predicate), [])

    def mentions(self, node: str) -> list[str]:
        """Return all mentions of a node."""
        return self._mentions.get(node, [])

    def of(self, node: str) -> list[Place]:
        """Return the places of a node that has evidence of its own, in the order of the source."""
        return sorted(place for span in self.values(node, gplan("evidence")) if (place := self.at(span)))

    def at(self, span: str) -> Place | None:
        """Return the place of a span, None for a node that is none."""
        start, end = self.first(span, gplan("startOffset")), self.first(span, gplan("endOffset"))
        source = self.first(span, gplan("inSource"))
        if start is None or end is None or source is None or not (start + end).isdecimal():
            return None
        quote = self.first(span, gplan("exactText")) or ""
        bare = Place(start=int(start), end=int(end), quote=quote, text=source[1:-1], span=span[1:-1])
        sha = self.first(source, gplan("contentSha256")) or ""
        return self._with_sentence(bare, sha) if sha in self._texts else bare

    def _with_sentence(self, place: Place, sha: str) -> Place:
        text, starts = self._texts[sha], self._starts[sha]
        left = max(_after_stop(text, place.start), place.start - SENTENCE, 0)
        stops = [at for at in (text.find(c, place.end, place.end + SENTENCE) for c in "。\n") if at >= 0]
        right = min(stops, default=place.end + SENTENCE) + 1
        line = bisect.bisect_right(starts, place.start)
        return Place(
            start=place.start,
            end=place.end,
            quote=place.quote,
            text=place.text,
            span=place.span,
            sentence=text[left:right].rstrip(),
            sentence_start=left,
            line=line,
            column=place.start - starts[line - 1] + 1,
        )


def _after_stop(text: str, at: int) -> int:
    """Where the sentence that holds an offset begins; a list in brackets belongs to the sentence before it."""
    left = max(text.rfind(c, 0, at) for c in "。\n")
    if text[left + 1 : left + 2] in ("(", "（") and left > 0:
        left = max(text.rfind(c, 0, left) for c in "。\n")
    return left + 1
