"""Conversion between triples of N-Triples strings and rdflib, which pyshacl, owlrl and Python users need.

Guarantees: `from_rdflib(to_rdflib(t)) == set(t)` for triples as `terms` writes them; lexical forms are preserved
("6.50" does not become "6.5"), so that a shape sees what the file says. rdflib is imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import InputError, Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib import Graph
    from rdflib.term import Node

    from kgbuild.model import Triple


def to_rdflib(triples: Iterable[Triple]) -> Graph:
    """Return the triples as an rdflib graph.

    Raises:
        InputError: a string is not a term in N-Triples syntax.
    """
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    known: dict[str, Node] = {}
    for triple in triples:
        nodes = []
        for term in triple:
            node = known.get(term)
            if node is None:
                node = known[term] = _node(term)
            nodes.append(node)
        graph.add((nodes[0], nodes[1], nodes[2]))
    return graph


def from_rdflib(graph: Iterable[tuple[Node, Node, Node]]) -> set[Triple]:
    """Return the triples of an rdflib graph as N-Triples strings."""
    return {(text(s), text(p), text(o)) for s, p, o in graph}


def text(node: Node) -> str:
    """Return an rdflib term in N-Triples syntax.

    Example:
        >>> from rdflib import Literal
        >>> text(Literal("云岭省", lang="zh"))
        '"云岭省"@zh'
    """
    from rdflib import BNode, Literal

    if isinstance(node, Literal):
        datatype = None if node.datatype is None or node.datatype == _STRING else str(node.datatype)
        return terms.literal(str(node), lang=node.language, datatype=datatype)
    return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"


_STRING = terms.XSD + "string"


def _node(term: str) -> Node:
    from rdflib import BNode, Literal, URIRef

    if term.startswith("<") and term.endswith(">"):
        return URIRef(term[1:-1])
    if term.startswith("_:"):
        return BNode(term[2:])
    if not term.startswith('"'):
        raise InputError(
            Message("{term!r} is not an N-Triples term", term=term), cure="write <iri>, _:node or a quoted literal"
        )
    value, tail = terms.lexical(term), term[term.rindex('"') + 1 :]
    if tail.startswith("@"):
        return Literal(value, lang=tail[1:])
    datatype = URIRef(tail[3:-1]) if tail.startswith("^^<") else None
    return Literal(value, datatype=datatype, normalize=False)
