"""Row: what follows from the graph of a document, beside owlrl on the same triples."""

from __future__ import annotations

from functools import partial

from benchmarks.harness import Given, Pair, Row, at_least, beside
from benchmarks.material import documents
from benchmarks.validate import graph


def closure(given: Given) -> list[Pair]:
    """The closure over triples in memory."""
    from kgbuild.api import ontology
    from kgbuild.graph.owlrl_reference import close_owlrl
    from kgbuild.graph.reason import compile_rules, reason

    axioms = ontology()
    compiled = compile_rules(axioms)
    graphs = {path.name: graph(path) for path in documents(full=given.full)}
    return [
        beside(
            name,
            partial(reason, triples, compiled),
            partial(close_owlrl, triples, axioms),
            given,
            alike=lambda ours, theirs: ours.new == theirs,
        )
        for name, triples in graphs.items()
    ]


ROWS = [
    Row(
        name="closure",
        work="closure of one document, in memory",
        beside="owlrl on the same",
        aim=at_least(300),
        measure=closure,
    )
]
