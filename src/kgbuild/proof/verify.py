"""Verifies a graph against its sources, on three levels; each reports by IRI what does not hold.

1. Every span quotes its source correctly, and everything has evidence (`spans`).
2. Every value follows from the characters that prove it (`values`).
3. The document, rebuilt in the same way, yields the same graphs, asserted and inferred (`rebuild`); rebuilding is the
   task of the caller.

A graph without spans proves nothing and fails. The second level uses the functions that originally read the values, so
it detects modified graphs but not errors of reading; `independent` adds checks that do not use them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbuild.model.lines import line_column, line_starts
from kgbuild.proof.layout import GraphLayout
from kgbuild.proof.readings import SourceClaims
from kgbuild.proof.rebuild import RebuildComparison, compare
from kgbuild.proof.report import Mismatch, Rebuild, SourceCheck, VerifyReport
from kgbuild.proof.spans import check_evidence, check_run, check_span, match_source, unused
from kgbuild.proof.values import check_values, unproved
from kgbuild.terms import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.model import SourceText
    from kgbuild.proof.rebuild import Fresh
    from kgbuild.store import Index, Quad


def verify(
    quads: Iterable[Quad] | GraphLayout,
    sources: Sequence[SourceText],
    *,
    values: bool = True,
    fresh: Sequence[Fresh] | None = None,
) -> VerifyReport:
    """Compare a graph with its sources.

    Args:
        quads: Terms in N-Triples syntax, the graph is '' for the default graph; or the layout made of them, so that a
            caller need not keep both.
        sources: The sources as read.
        values: Also reread every value (second level).
        fresh: The rebuilt sources, for the third level; None = without it.
    """
    layout = quads if isinstance(quads, GraphLayout) else GraphLayout(quads)
    index = layout.index
    compared = compare(layout, fresh) if fresh is not None else RebuildComparison()
    given = {f.sha256: tuple(sorted(f.given)) for f in fresh or ()}
    checks, wrong = [], [m for text in layout.homes for m in check_run(index, text)]
    seen: set[str | None] = set()
    for source in sources:
        text, check, its = _checked(index, source, sources, values=values)
        seen.add(text)
        wrong += its
        checks.append(replace(check, rebuild=compared.rebuilds.get(source.sha256), given=given.get(source.sha256, ())))
    evidenced, without, lost = check_evidence(index)
    return VerifyReport(
        sources=tuple(checks),
        nodes=evidenced,
        mismatches=tuple(sorted({*wrong, *lost})),
        without_evidence=without,
        unproved=unproved(index) if values else (),
        unused=unused(index),
        other_sources=tuple(_others(index, seen)),
        foreign=compared.foreign,
        missing=compared.missing,
        follows=compared.follows,
        others=compared.others,
        not_given=compared.not_given,
        not_compared=compared.not_compared,
    )


def _checked(
    index: Index, source: SourceText, sources: Sequence[SourceText], *, values: bool
) -> tuple[str | None, SourceCheck, list[Mismatch]]:
    """Return the node of a source in the graph, the figures of its spans and values, and what is wrong with them."""
    text, differs = match_source(index, source, [s for s in sources if s is not source])
    spans = _spans_of(index, text, len(sources))
    broken = [m for span in spans for m in check_span(index, span, source.text)]
    count, unlike = (
        check_values(index, SourceClaims(index, text, source.text, source.left_out)) if values and text else (0, [])
    )
    check = SourceCheck(
        source=source.name,
        sha256=source.sha256,
        spans=len(spans),
        matching=len(spans) - len({m.node for m in broken}),
        values=count,
        derived=count - len(unlike),
    )
    return text, check, [*differs, *_placed(index, [*broken, *unlike], source)]


def _placed(index: Index, wrong: Iterable[Mismatch], source: SourceText) -> Iterator[Mismatch]:
    """Locate discrepancies in a source: at their span, or at the first evidence of their node."""
    starts = line_starts(source.text)
    for m in wrong:
        node = f"<{m.node}>"
        spans = [node, *index.values(node, "evidence")]
        offsets = [n for span in spans if (n := index.number(span, "startOffset")) is not None and n >= 0]
        if offsets and min(offsets) <= len(source.text):
            line, column = line_column(starts, min(offsets))
            yield replace(m, place=source.place_name(min(offsets)) or f"{line}:{column}")
        else:
            yield m


def _spans_of(index: Index, text: str | None, sources: int) -> list[str]:
    """Return the spans of a source text, including unattributed ones if there is only one source."""
    own = [s for s in index.subjects("inSource", text) if index.values(s, "inSource") == [text]] if text else []
    homeless = [s for s in index.of_type("SourceSpan") if not index.values(s, "inSource")] if sources == 1 else []
    return sorted({*own, *homeless})


def _others(index: Index, compared: set[str | None]) -> Iterator[tuple[str, str]]:
    for span in sorted(index.of_type("SourceSpan")):
        of = index.values(span, "inSource")
        if of and (len(of) > 1 or of[0] not in compared):
            yield bare(span), " ".join(map(bare, of))


__all__ = ["Mismatch", "Rebuild", "SourceCheck", "VerifyReport", "verify"]
