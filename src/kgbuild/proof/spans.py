"""First level of proof: every evidence span quotes its source correctly, and everything has evidence.

Guarantees: every span of a source is cut out of the read text and compared, without sampling; every statement, mention,
section, action and document without evidence is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.model.layers import LAYERS
from kgbuild.proof.report import Mismatch
from kgbuild.terms import bare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.model import SourceText
    from kgbuild.store import Index

_EVIDENCED = (
    *("Action", "BodyGroup", "Mention", "OfficialDocument", "Plan", "Section"),
    *("TextCorrection", "TransmittalNotice"),
)
"""Classes, besides those of the layers, whose instances require evidence."""
RUN_VALUES = ("toolVersion", "readerName", "configDigest", "vocabularyDigest")
"""Properties of a run, each with exactly one value."""


def evidenced() -> list[str]:
    """Return the classes whose instances require evidence, sorted."""
    return sorted({*_EVIDENCED, *(layer.cls for layer in LAYERS.values())})


def match_source(
    index: Index, source: SourceText, others: Sequence[SourceText] = ()
) -> tuple[str | None, list[Mismatch]]:
    """Return the source text node of a source, and how the two differ.

    Args:
        index: The graph.
        source: The source as read. Its node is the one with its hash; if there is none and only one text of the graph
            is left, that one, so that a changed source shows what has changed.
        others: Other sources, whose own nodes are excluded.
    """
    texts = sorted(index.of_type("SourceText"))
    same = [text for text in texts if index.text(text, "contentSha256") == source.sha256]
    taken = {other.sha256 for other in others}
    left = [text for text in texts if index.text(text, "contentSha256") not in taken]
    if not same and len(left) != 1:
        known = ", ".join(map(bare, texts)) or "no source text"
        return None, [Mismatch(node=source.name, what="contentSha256", expected=known, found=source.sha256)]
    text = (same or left)[0]
    twins = [
        Mismatch(node=bare(t), what="contentSha256", expected="one source text", found=bare(text)) for t in same[1:]
    ]
    # The hash of the file is not compared: the text saved by `kgbuild read` proves as much as the original page.
    found = {"contentSha256": source.sha256, "contentLength": str(len(source.text))}
    stated = {name: index.text(text, name) or "nothing" for name in found}
    wrong = [
        Mismatch(node=bare(text), what=name, expected=stated[name], found=value)
        for name, value in found.items()
        if stated[name] != value
    ]
    return text, wrong + twins


def check_run(index: Index, text: str) -> list[Mismatch]:
    """Check the run of a source text: it must exist and have one value for each property."""
    runs = index.values(text, "generatedBy")
    if len(runs) != 1:
        found = " ".join(map(bare, runs)) or "none"
        return [Mismatch(node=bare(text), what="generatedBy", expected="one run", found=found)]
    return [
        Mismatch(node=bare(runs[0]), what=name, expected="one value", found=" ".join(values))
        for name in RUN_VALUES
        if len(values := index.values(runs[0], name)) > 1
    ]


def check_span(index: Index, span: str, text: str) -> list[Mismatch]:
    """Return the differences between a span and the source."""
    start, end = index.number(span, "startOffset"), index.number(span, "endOffset")
    quote = index.text(span, "exactText")
    node = bare(span)
    if not index.values(span, "inSource"):
        return [Mismatch(node=node, what="inSource", expected="one source text", found="none")]
    if start is None or end is None or not start < end <= len(text):
        place = f"{start}-{end}".replace("None", "?")
        return [Mismatch(node=node, what="offsets", expected=f"within 0-{len(text)}", found=place)]
    if quote != text[start:end]:
        return [Mismatch(node=node, what="exactText", expected=str(quote), found=text[start:end])]
    return []


def check_evidence(index: Index) -> tuple[int, tuple[str, ...], list[Mismatch]]:
    """Return the number of nodes that require evidence, those without it, and evidence that is not described."""
    spans = index.of_type("SourceSpan")
    needing = set().union(*map(index.of_type, evidenced()))
    without = tuple(bare(n) for n in sorted(needing) if not index.values(n, "evidence"))
    lost = [
        Mismatch(node=bare(node), what=name, expected="a span", found=f"{bare(span)}, not described")
        for name in ("evidence", "roleBasis")
        for node, span in index.pairs(name)
        if span not in spans
    ]
    return len(needing), without, lost


def unused(index: Index) -> tuple[str, ...]:
    """Return the spans to which nothing refers."""
    used = {span for name in ("evidence", "roleBasis") for _, span in index.pairs(name)}
    return tuple(bare(s) for s in sorted(index.of_type("SourceSpan") - used))
