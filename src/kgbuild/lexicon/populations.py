"""Populations of the vocabularies → labels and hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.lexicon.records import Population
from kgbuild.lexicon.skos import label_in, local, zh
from kgbuild.terms import ALT, BROADER, GPLAN, ID, PREF, TYPE, lexical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.lexicon.turtle import Node

POPULATION = f"<{ID}population/"


def compile_populations(nodes: dict[str, Node]) -> dict[str, Population]:
    """Return id → population."""
    table: dict[str, Population] = {}
    for subject, node in nodes.items():
        if not subject.startswith(POPULATION) or f"<{GPLAN}TargetPopulation>" not in node.get(TYPE, ()):
            continue
        table[local(subject, POPULATION)] = Population(
            label=zh(node, PREF)[0],
            label_en=label_in(node, "en"),
            other=tuple(lexical(label) for label in node.get(ALT, [])),
            broader=tuple(local(value, POPULATION) for value in node.get(BROADER, [])),
        )
    return dict(sorted(table.items()))


def label_table(table: Mapping[str, Population]) -> dict[str, str]:
    """Return label → id; if two concepts share a label, the preferred label wins, then the lower id."""
    labels = {record.label: concept for concept, record in reversed(list(table.items()))}
    for concept, record in table.items():
        for label in record.other:
            labels.setdefault(label, concept)
    return dict(sorted(labels.items()))
