"""Target populations of the vocabularies → labels and hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.terms import GPLAN, ID, RDF, SKOS, lexical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kgbuild.lexicon.turtle import Node

POPULATION = f"<{ID}population/"


def compile_populations(nodes: dict[str, Node]) -> dict[str, list[object]]:
    """Return id → [label zh, label en, other labels, ids of the broader ones]."""
    table: dict[str, list[object]] = {}
    for subject, node in nodes.items():
        if not subject.startswith(POPULATION) or f"<{GPLAN}TargetPopulation>" not in node.get(f"<{RDF}type>", ()):
            continue
        labels = node[f"<{SKOS}prefLabel>"]
        table[subject.removeprefix(POPULATION).removesuffix(">")] = [
            next(lexical(label) for label in labels if label.endswith("@zh")),
            next((lexical(label) for label in labels if label.endswith("@en")), None),
            [lexical(label) for label in node.get(f"<{SKOS}altLabel>", [])],
            [value.removeprefix(POPULATION).removesuffix(">") for value in node.get(f"<{SKOS}broader>", [])],
        ]
    return dict(sorted(table.items()))


def label_table(table: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """Return label → id; where two concepts share one, the preferred label wins, then the first id."""
    labels = {record[0]: concept for concept, record in reversed(list(table.items()))}
    for concept, record in table.items():
        for label in record[2]:
            labels.setdefault(label, concept)
    return dict(sorted(labels.items()))


def ancestors(table: Mapping[str, Sequence[Any]], concept: str) -> tuple[str, ...]:
    """Return the ids above a concept, nearest first, each once."""
    found: list[str] = []
    level = list(table[concept][3]) if concept in table else []
    while level:
        new = [parent for parent in dict.fromkeys(level) if parent not in found]
        found += new
        level = [parent for child in new if child in table for parent in table[child][3]]
    return tuple(found)
