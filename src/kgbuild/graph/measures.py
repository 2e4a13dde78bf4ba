"""The segments of an action's text → triples: role, deontic force, head verbs, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.model.layers import LAYERS
from kgbuild.terms import integer, literal

if TYPE_CHECKING:
    from kgbuild.graph.writer import Writer
    from kgbuild.model import Action

_LAYER = LAYERS["measure"]


def write_measures(w: Writer, action: Action, node: str) -> None:
    """Write the measures of an action in reading order.

    A segment shared by two actions, that of a clause and that of the enclosing bracket, is one measure of both; its
    order is that in the first.

    Args:
        w: Collects the triples.
        action: The action.
        node: Its node.
    """
    for order, m in enumerate(action.measures, 1):
        measure = w.minter.mint("measure", f"{w.source.key}.{m.span.start}-{m.span.end}")
        w.add(node, _LAYER.link, measure)
        if not w.begins(measure):
            continue
        w.typed(measure, _LAYER.cls)
        w.add(measure, "measureOrder", integer(order))
        w.coded(measure, "measureRole", "measure", m.role)
        if m.force:
            w.coded(measure, "deonticForce", "force", m.force)
        for verb in m.verbs:
            w.add(measure, "policyVerb", literal(w.restored(verb)))
        w.evidence(measure, m.span)
        w.provenance(measure, m.rule, m.grade)
