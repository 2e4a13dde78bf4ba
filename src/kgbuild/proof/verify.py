"""Does a graph hold against its sources? Three levels, each of which names by IRI what does not.

1. Every span says what the source says, and everything has evidence (`spans`).
2. Every value follows from the characters that prove it (`values`).
3. The document, built again in the same way, gives the same asserted graph; the building is done by who calls.

Inferred graphs are left out. A graph without a span proves nothing, and does not hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.proof.readings import Source
from kgbuild.proof.report import Mismatch, Rebuild, SourceCheck, VerifyReport
from kgbuild.proof.spans import check_evidence, check_span, match_source, unused
from kgbuild.proof.values import check_values, unproved
from kgbuild.store import Index
from kgbuild.terms import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kgbuild.model import SourceText


def verify(
    quads: Iterable[tuple[str, str, str, str]],
    sources: Sequence[SourceText],
    *,
    values: bool = True,
    rebuilds: Mapping[str, Rebuild] | None = None,
) -> VerifyReport:
    """Compare a graph with its sources.

    Args:
        quads: Terms in N-Triples, the graph '' for the default graph.
        sources: The sources as read.
        values: Also read every value again (second level).
        rebuilds: Third level, by the SHA-256 of the source.
    """
    nodes = Index(quads)
    checks, wrong = [], []
    compared: set[str | None] = set()
    for source in sources:
        text, differs = match_source(nodes, source, [s for s in sources if s is not source])
        spans = _spans_of(nodes, text, len(sources))
        broken = [m for span in spans for m in check_span(nodes, span, source.text)]
        count, unlike = check_values(nodes, Source(nodes, text, source.text)) if values and text else (0, [])
        compared.add(text)
        wrong += [*differs, *broken, *unlike]
        checks.append(
            SourceCheck(
                source=source.name,
                sha256=source.sha256,
                spans=len(spans),
                matching=len(spans) - len({m.node for m in broken}),
                values=count,
                derived=count - len(unlike),
                rebuild=(rebuilds or {}).get(source.sha256),
            )
        )
    evidenced, without, lost = check_evidence(nodes)
    return VerifyReport(
        sources=tuple(checks),
        nodes=evidenced,
        mismatches=tuple(sorted({*wrong, *lost})),
        without_evidence=without,
        unproved=unproved(nodes) if values else (),
        unused=unused(nodes),
        other_sources=tuple(_others(nodes, compared)),
    )


def _spans_of(nodes: Index, text: str | None, sources: int) -> list[str]:
    """The spans of a source text, and those of none where there is but one source."""
    own = [s for s in nodes.subjects("inSource", text) if nodes.values(s, "inSource") == [text]] if text else []
    homeless = [s for s in nodes.of_type("SourceSpan") if not nodes.values(s, "inSource")] if sources == 1 else []
    return sorted({*own, *homeless})


def _others(nodes: Index, compared: set[str | None]) -> Iterable[tuple[str, str]]:
    for span in sorted(nodes.of_type("SourceSpan")):
        of = nodes.values(span, "inSource")
        if of and (len(of) > 1 or of[0] not in compared):
            yield bare(span), " ".join(map(bare, of))


__all__ = ["Mismatch", "Rebuild", "SourceCheck", "VerifyReport", "verify"]
