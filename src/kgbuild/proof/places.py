"""Locates the facts of a graph in their source: spans, sentences, line and column.

Takes the index of a graph, and the source text if available. Without the source a place has only its quote and its
offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild.model import Span
from kgbuild.model.lines import line_column, line_starts
from kgbuild.text.reading import sentence_around

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import FilePlace, SourceText
    from kgbuild.store import Index


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SourcePlace:
    """A place in a source: offsets and quote; sentence, line and column if the source is available.

    `in_file` is its place in a file that has pages, paragraphs or tables.
    """

    start: int
    end: int
    quote: str
    text: str
    span: str
    sentence: str = ""
    sentence_start: int = 0
    line: int | None = None
    column: int | None = None
    in_file: FilePlace | None = field(default=None, compare=False)


class Places:
    """The evidence of nodes, in the order of the source.

    Args:
        index: The graph.
        sources: The texts as read.
    """

    def __init__(self, index: Index, sources: Iterable[SourceText] = ()) -> None:
        self.index = index
        self._texts = {source.sha256: source for source in sources}
        self._starts = {sha: line_starts(source.text) for sha, source in self._texts.items()}

    def of(self, node: str) -> list[SourcePlace]:
        """Return the places of a node with evidence of its own, in the order of the source."""
        spans = self.index.values(node, "evidence")
        return sorted(place for span in spans if (place := self.at(span)))

    def at(self, span: str) -> SourcePlace | None:
        """Return the place of a span node, None for any other node."""
        found, source = self.index.place(span), self.index.first(span, "inSource")
        if found is None or not source:
            return None
        quote = self.index.first(span, "exactText")
        bare = SourcePlace(start=found.start, end=found.end, quote=quote, text=source[1:-1], span=span[1:-1])
        sha = self.index.first(source, "contentSha256")
        is_within = sha in self._texts and found.end <= len(self._texts[sha].text)
        return self._with_sentence(bare, sha) if is_within else bare

    def _with_sentence(self, place: SourcePlace, sha: str) -> SourcePlace:
        text, starts = self._texts[sha].text, self._starts[sha]
        in_file = self._texts[sha].place_at(place.start)
        around = sentence_around(text, Span(place.start, place.end))
        line, column = line_column(starts, place.start)
        return SourcePlace(
            start=place.start,
            end=place.end,
            quote=place.quote,
            text=place.text,
            span=place.span,
            sentence=text[around.start : around.end].rstrip(),
            sentence_start=around.start,
            line=line,
            column=column,
            in_file=in_file if in_file is not None and in_file.is_printed else None,
        )
