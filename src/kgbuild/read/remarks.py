"""Findings common to text readers: undecodable bytes, and characters that no graph can hold."""

from __future__ import annotations

from kgbuild.model import Finding, Span

_MAX_FINDINGS = 50


def undecodable(broken: tuple[Span, ...], encoding: str, *, cut: bool) -> list[Finding]:
    """Return one finding for each position; beyond a limit the last one counts the remainder.

    Args:
        broken: Runs of characters that replace undecodable bytes, in order.
        encoding: The encoding in which the file was read.
        cut: Whether the last run is a character truncated by the end of the file.
    """
    if not broken:
        return []
    places = [*broken[:_MAX_FINDINGS]]
    if len(broken) > _MAX_FINDINGS:
        places[-1] = Span(broken[_MAX_FINDINGS - 1].start, broken[-1].end)
    counts = [*(len(span) for span in places[:-1]), sum(len(span) for span in broken[len(places) - 1 :])]
    return [
        Finding(
            code="undecodable-bytes",
            severity="warning",
            span=span,
            detail=(
                ("encoding", encoding),
                ("count", str(count)),
                ("place", "end" if cut and span.end == broken[-1].end else "middle"),
            ),
        )
        for span, count in zip(places, counts, strict=True)
    ]


def controls(places: tuple[int, ...]) -> list[Finding]:
    """Return one finding for all characters that no graph can hold, located at the first of them."""
    if not places:
        return []
    span = Span(places[0], places[0] + 1)
    return [Finding(code="control-characters", severity="info", span=span, detail=(("count", str(len(places))),))]
