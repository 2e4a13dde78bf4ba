"""Relocates spans in a changed source, by their quotes and by their context.

Takes a graph and the current source. The old text is not available; all that is known of it are the quotes of the
graph, which overlap and adjoin, so that most spans have known neighbours. White space is ignored: a text with other
line ends or indents counts as the same text. A span inside another one moves with it.

Guarantees: nothing is guessed: a span moves to the only place that fits, otherwise it stays with the old text and is
reported. No statement is lost. IRIs that contain offsets or the key of the source are minted anew by the rules of keys.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import Message
from kgbuild.model import Span
from kgbuild.proof.report import table_line
from kgbuild.store import Index
from kgbuild.terms import bare, gplan, integer, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.model import SourceText

Quad = tuple[str, str, str, str]
CONTEXT = 40
"""Number of known characters on each side that are compared."""
_BETWEEN = frozenset(" \t\r\n\u3000、，,;；:：。.()（）《》“”")
SURE = 10
"""Number of characters of quote and context that must agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocation:
    """A graph that fits its source again.

    Attributes:
        quads: The corrected graph.
        moved: Spans with new offsets.
        kept: Spans with unchanged offsets.
        lost: Spans that were not found, as (IRI, quote); they stay with the old source text.
    """

    quads: tuple[Quad, ...]
    moved: int
    kept: int
    lost: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Old:
    """A span of the old text: its node, its place, its quote."""

    node: str
    span: Span
    quote: str


class _Squeezed:
    """A text without white space, with the original offset of each character."""

    def __init__(self, text: str) -> None:
        self.at = [i for i, c in enumerate(text) if not c.isspace()]
        self.text = "".join(text[i] for i in self.at)

    def find(self, quote: str) -> Iterator[int]:
        """Yield each offset of a quote."""
        at = self.text.find(quote)
        while at >= 0:
            yield at
            at = self.text.find(quote, at + 1)


def relocate(quads: Iterable[Quad], text: str, source: SourceText) -> Relocation:
    """Relocate the spans of one source text to the current source.

    Args:
        quads: The graph.
        text: Node of the source text.
        source: The current source.
    """
    quads = list(quads)
    index = Index(quads)
    old = _spans(index, text)
    found = _Finder(old, source.text).places()
    lost = tuple((bare(o.node), o.quote) for o in old if o.node not in found)
    rename = _Rename(index, text, source, {o.node: (o.span, found[o.node]) for o in old if o.node in found})
    out = {rename.quad(q) for q in quads if not rename.replaced(q)}
    out |= set(rename.described(graph=_graph(quads, text)))
    if lost:  # the old text remains, because spans refer to it
        out |= {q for q in quads if q[0] == text or (q[2] == text and q[1] == gplan("hasSourceText"))}
    moved = sum(o.span != found[o.node] for o in old if o.node in found)
    return Relocation(quads=tuple(sorted(out)), moved=moved, kept=len(found) - moved, lost=lost)


def _spans(index: Index, text: str) -> list[_Old]:
    """Return the spans of the text, outer ones before those inside them."""
    out = []
    for node in index.subjects("inSource", text):
        place, quote = index.place(node), index.text(node, "exactText")
        if place is not None and quote and len(quote) == len(place):
            out.append(_Old(node, place, quote))
    return sorted(out, key=lambda o: (o.span.start, -o.span.end))


def _graph(quads: Sequence[Quad], text: str) -> str:
    return next((g for s, p, _, g in quads if s == text and p == gplan("contentSha256")), "")


class _Finder:
    """Finds the spans of an old text, of which only the spans are known, in a new text."""

    def __init__(self, old: Sequence[_Old], text: str) -> None:
        self._old = old
        self._new = _Squeezed(text)
        self._known: dict[int, str] = {}
        for o in old:
            self._known.update(zip(range(o.span.start, o.span.end), o.quote, strict=True))

    def places(self) -> dict[str, Span]:
        """Return the place of each span that was found."""
        starts: dict[str, int] = {}
        outer: list[_Old] = []
        for o in self._old:
            outer = [p for p in outer if p.span.covers(o.span)]
            at = self._inside(o, outer[-1], starts) if outer else self._search(o)
            if at is not None:
                starts[o.node] = at
                outer.append(o)
        starts |= self._between(starts)
        return {o.node: self._span(o, starts[o.node]) for o in self._old if o.node in starts}

    def _inside(self, o: _Old, outer: _Old, starts: dict[str, int]) -> int:
        return starts[outer.node] + len(_visible(outer.quote[: o.span.start - outer.span.start]))

    def _span(self, o: _Old, start: int) -> Span:
        at = self._new.at
        return Span(at[start], at[start + len(_visible(o.quote)) - 1] + 1)

    def _search(self, o: _Old) -> int | None:
        quote = _visible(o.quote)
        if not quote:
            return None
        scored = sorted(((self._score(o, at, len(quote)), at) for at in self._new.find(quote)), reverse=True)
        if not scored or scored[0][0] + len(quote) < SURE or (len(scored) > 1 and scored[0][0] == scored[1][0]):
            return None
        return scored[0][1]

    def _score(self, o: _Old, at: int, length: int) -> int:
        """Count the known characters of the old context that agree with the new one, up to the first difference."""
        text = self._new.text
        left = self._agree((o.span.start - 1 - i for i in range(CONTEXT)), reversed(text[max(0, at - CONTEXT) : at]))
        end = at + length
        return left + self._agree((o.span.end + i for i in range(CONTEXT)), iter(text[end : end + CONTEXT]))

    def _agree(self, old: Iterable[int], new: Iterable[str]) -> int:
        """Compare contexts; characters covered by no span are mostly line ends or marks, and are skipped."""
        count, known = 0, [c for c in map(self._known.get, old) if c is not None and c not in _BETWEEN]
        for was, now in zip(known, (c for c in new if c not in _BETWEEN), strict=False):
            if was != now:
                return count
            count += 1
        return count

    def _between(self, starts: dict[str, int]) -> dict[str, int]:
        """Assign short ambiguous spans to the only place between their nearest neighbours that were found."""
        out: dict[str, int] = {}
        top = [o for o in self._old if o.node in starts]
        by_end = sorted((o.span.end, starts[o.node] + len(_visible(o.quote))) for o in top)
        by_start = sorted(((o.span.start, starts[o.node]) for o in top), reverse=True)
        last = list(accumulate((end for _, end in by_end), max))
        first = list(accumulate((start for _, start in by_start), min))
        for o in self._old:
            quote = _visible(o.quote)
            if o.node in starts or not quote:
                continue
            left = bisect_right(by_end, o.span.start, key=itemgetter(0))
            right = bisect_right(by_start, -o.span.end, key=lambda pair: -pair[0])
            before = last[left - 1] if left else 0
            after = first[right - 1] if right else len(self._new.text)
            fits = [at for at in self._new.find(quote) if before <= at < after]
            if len(fits) == 1:
                out[o.node] = fits[0]
        return out


def _visible(text: str) -> str:
    return "".join(text.split())


class _Rename:
    """Mints new names for relocated spans: `<base>span/key.1-5` and everything keyed by it."""

    def __init__(self, index: Index, text: str, source: SourceText, moved: dict[str, tuple[Span, Span]]) -> None:
        self.text, self.source, self.moved = text, source, moved
        self.base, _, self.key = text[1:-1].rpartition("text/")
        self._spans = dict(moved.values())
        starts = Counter((was.start, now.start) for was, now in moved.values())
        self._starts = dict(sorted(starts, key=lambda pair: starts[pair]))
        self._names = {t: self._new(t) for t in self._keyed(index)}

    def _keyed(self, index: Index) -> set[str]:
        form = re.compile(rf"<{re.escape(self.base)}[a-z]+/{re.escape(self.key)}[./>]")
        return {t for pair in index.all_terms() for t in pair if form.match(t)}

    def __call__(self, term: str) -> str:
        """Return a term with its new name."""
        return self._names.get(term, term)

    def quad(self, quad: Quad) -> Quad:
        """Return a statement with new names; spans that were not found stay in the old text."""
        s, p, o, g = quad
        stays = p == gplan("inSource") and s not in self.moved
        return self(s), p, o if stays else self(o), self(g)

    def _new(self, term: str) -> str:
        kind, _, rest = term[len(self.base) + 1 : -1].partition("/")
        tail = rest[len(self.key) :]
        m = re.fullmatch(r"(.*\.)?(\d+)-(\d+)(\..+)?", tail)
        if m:
            now = self._spans.get(Span(int(m[2]), int(m[3])))
            if now is None:
                return term
            tail = f"{m[1] or ''}{now.start}-{now.end}{m[4] or ''}"
        elif kind == "statement" and (m := re.fullmatch(r"(.*\.[a-z]+)(\d+)(\..+)?", tail)):
            start = self._starts.get(int(m[2]))
            if start is None:
                return term
            tail = f"{m[1]}{start}{m[3] or ''}"
        return f"<{self.base}{kind}/{self.source.key}{tail}>"

    def replaced(self, quad: Quad) -> bool:
        """Tell whether a statement is regenerated: one that a span or the source text makes about itself."""
        s, p, _, _ = quad
        own = {gplan(n) for n in ("startOffset", "endOffset", "exactText")}
        return (s in self.moved and p in own) or (
            s == self.text and p in {gplan(n) for n in ("contentSha256", "contentLength", "fileSha256")}
        )

    def described(self, *, graph: str) -> Iterator[Quad]:
        """Yield the current statements of the spans and the source text about themselves."""
        name, text = self(graph), self(self.text)
        yield text, gplan("contentSha256"), literal(self.source.sha256), name
        yield text, gplan("fileSha256"), literal(self.source.file_sha256), name
        yield text, gplan("contentLength"), integer(len(self.source.text)), name
        for node, (_, now) in self.moved.items():
            span = self(node)
            yield span, gplan("startOffset"), integer(now.start), name
            yield span, gplan("endOffset"), integer(now.end), name
            yield span, gplan("exactText"), literal(self.source.text[now.start : now.end]), name


def render_relocation(relocation: Relocation, lang: str = "en") -> str:
    """Return a description of what was done, in Chinese or English."""
    lines = [
        (Message("moved     "), Message("{n} spans to where their quotes stand now", n=relocation.moved)),
        (Message("kept      "), Message("{n} spans stand where they stood", n=relocation.kept)),
        (Message("not found "), Message("{n} spans stay with the old text", n=len(relocation.lost))),
        *((Message("lost      "), f"{node} {terms.literal(quote)}") for node, quote in relocation.lost),
    ]
    return "".join(f"{table_line(label, text, lang)}\n" for label, text in lines)
