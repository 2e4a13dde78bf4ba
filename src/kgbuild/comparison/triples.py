"""A comparison as statements: pairs of actions with evidence on both sides, in a graph of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.comparison.series import find_series
from kgbuild.model import CONFIDENCE
from kgbuild.terms import TYPE, bare, code, decimal, gplan, h, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.comparison.changes import Change, Comparison
    from kgbuild.comparison.plan import PlanHead
    from kgbuild.comparison.series import Head, Series
    from kgbuild.model import Triple

_BOOLEAN = f"{terms.XSD}boolean"


def _key(before: PlanHead, after: PlanHead) -> str:
    return h(bare(before.node), bare(after.node))


def to_triples(comparison: Comparison, base: str) -> set[Triple]:
    """Return the statements of a comparison.

    Args:
        comparison: The comparison.
        base: Base IRI of the instances.
    """
    before, after = comparison.before, comparison.after
    key = _key(before, after)
    node = f"<{base}comparison/{key}>"
    out = {
        (node, TYPE, gplan("Comparison")),
        (node, terms.LABEL, literal(f"{before.title} → {after.title}", lang="zh")),
        (node, gplan("planBefore"), before.node),
        (node, gplan("planAfter"), after.node),
    }
    for change in comparison.changes:
        out |= set(_change(change, node, f"<{base}change/{key}."))
    return out


def _change(change: Change, comparison: str, prefix: str) -> Iterator[Triple]:
    sides = (("actionBefore", change.before), ("actionAfter", change.after))
    node = f"{prefix}{h(*(bare(a.node) if a else '' for _, a in sides))}>"
    yield node, TYPE, gplan("ActionChange")
    yield node, gplan("changeIn"), comparison
    yield node, gplan("changeKind"), code(f"change-{change.kind}")
    yield node, gplan("isMoved"), literal(str(change.moved).lower(), datatype=_BOOLEAN)
    yield node, gplan("confidence"), decimal(CONFIDENCE[change.grade])
    if change.before and change.after:
        yield node, gplan("likeness"), decimal(change.likeness)
    for name, action in sides:
        if action is not None:
            yield node, gplan(name), action.node
            yield from ((node, gplan("evidence"), span) for span in action.evidence)


def graph_of(before: PlanHead, after: PlanHead, base: str) -> str:
    """Return the name of the graph of the comparison of two plans, without angle brackets."""
    return f"{base}graph/comparison/{_key(before, after)}"


def series_triples(comparisons: Sequence[Comparison], base: str) -> set[Triple]:
    """Return the statement that the plans form a series; nothing if their titles or places differ.

    Args:
        comparisons: The comparisons of adjacent plans.
        base: Base IRI of the instances.
    """
    plans = [comparisons[0].before, *(c.after for c in comparisons)]
    found = find_series(plans)
    return triples_of_series(found[0], base) if len(found) == 1 and len(found[0].plans) == len(plans) else set()


def triples_of_series(series: Series[Head], base: str) -> set[Triple]:
    """Return the statements of a series: its title and its plans."""
    node = f"<{base}series/{series.key}>"
    return {
        (node, TYPE, gplan("PlanSeries")),
        (node, terms.LABEL, literal(series.title, lang="zh")),
        *((node, gplan("hasPlan"), p.node) for p in series.plans),
    }
