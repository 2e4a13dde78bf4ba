"""Our ontology: statements, classes, inferred properties, compiled rules.

Read once for each process, because nobody edits it while kgbuild runs. Documents are built with the ontology of their
`Lexicon`, which reads the same file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.config import data_dir
from kgbuild.store.reading import read_quads
from kgbuild.terms import SUBCLASS

if TYPE_CHECKING:
    from kgbuild.graph.axioms import Rules
    from kgbuild.model import Triple


@dataclass(frozen=True)
class Schema:
    """The content of an ontology.

    Attributes:
        triples: Its statements, in the order of the file.
    """

    triples: tuple[Triple, ...] = field(repr=False)

    @cached_property
    def class_tree(self) -> tuple[Triple, ...]:
        """The subclass statements; queries see them in addition to the data."""
        return tuple(t for t in self.triples if t[1] == SUBCLASS)

    @cached_property
    def inferred(self) -> frozenset[str]:
        """The properties that are never asserted."""
        return frozenset(s for s, p, o in self.triples if (p, o) == (terms.gplan("derivation"), '"inferred"'))

    @cached_property
    def former(self) -> dict[str, str]:
        """Former term → its replacement."""
        return {s: o for s, p, o in self.triples if p == terms.REPLACED_BY}

    @cached_property
    def rules(self) -> Rules:
        """The compiled axioms.

        Raises:
            OntologyError: an axiom is not supported.
        """
        from kgbuild.graph.axioms import compile_rules

        return compile_rules(self.triples)

    def subclasses(self, cls: str) -> frozenset[str]:
        """Return a class and all its subclasses, as IRIs without angle brackets."""
        found = {cls}
        while below := {s[1:-1] for s, _, o in self.class_tree if o[1:-1] in found} - found:
            found |= below
        return frozenset(found)


@cache
def load_schema(*, aligned: bool = False) -> Schema:
    """Return our ontology.

    Args:
        aligned: Include the links to foreign vocabularies (`ontology/alignments.ttl`).
    """
    names = ("gplan.ttl", "alignments.ttl") if aligned else ("gplan.ttl",)
    quads = [quad for name in names for quad in read_quads(data_dir("ontology") / name)]
    return Schema(tuple((s, p, o) for s, p, o, _ in quads))
