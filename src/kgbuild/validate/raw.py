"""The engine's own report as Turtle, the same bytes for the same report.

Written here because rdflib orders the values of a node by hash, and the nodes of a report have no names to sort by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.graph.interchange import text
from kgbuild.validate.words import short_term

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_SH = "http://www.w3.org/ns/shacl#"
_PREFIXES = {"sh": _SH, "gpsh": "https://w3id.org/gplan/shapes#", **terms.PREFIXES}


def report_turtle(found: Graph) -> str:
    """Return a validation report in Turtle, sorted; nodes without a name are written where they are used."""
    from rdflib import RDF, URIRef

    head = "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in sorted(_PREFIXES.items()))
    roots = sorted(
        _node(found, root, frozenset()) for root in found.subjects(RDF.type, URIRef(_SH + "ValidationReport"))
    )
    return head + "".join(f"\n{root} .\n" for root in roots)


def _node(found: Graph, node: Node, above: frozenset[Node], depth: int = 0) -> str:
    """A term; a blank node with all that is said of it, except inside itself."""
    from rdflib import BNode

    if not isinstance(node, BNode):
        return short_term(text(node), _PREFIXES)
    statements = [] if node in above else list(found.predicate_objects(node))
    if not statements:
        return "[]"
    pad = "  " * (depth + 1)
    inner = sorted(
        f"{short_term(text(p), _PREFIXES)} {_node(found, o, above | {node}, depth + 1)}" for p, o in statements
    )
    return "[\n" + " ;\n".join(pad + line for line in inner) + f"\n{'  ' * depth}]"
