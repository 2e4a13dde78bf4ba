"""SHACL property paths: parsed from a shapes graph, written in SPARQL syntax, evaluated on data.

A path is JSON: a predicate, or a list of an operator and its operands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kgbuild import terms
from kgbuild.errors import NotCoveredError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Path = str | list[Any]
"""An IRI of N-Triples, or `[operator, path, …]` with an operator of `_FORMS`, `sequence` or
`alternative`."""

_SH = "http://www.w3.org/ns/shacl#"
_FORMS = {"inverse": "^{}", "zeroOrMore": "{}*", "oneOrMore": "{}+", "zeroOrOne": "{}?"}
_MAX_DEPTH = 32


class Steps(Protocol):
    """Data on which paths are evaluated: values of a predicate, and the nodes that have a value."""

    def forward(self, predicate: str) -> Mapping[str, Sequence[str]]:
        """Return subject → objects."""

    def backward(self, predicate: str) -> Mapping[str, Sequence[str]]:
        """Return object → subjects."""


def parse_path(node: str, graph: Mapping[str, Mapping[str, list[str]]], depth: int = 0) -> Path:
    """Parse the path at a node of a shapes graph.

    Args:
        node: The value of `sh:path`.
        graph: The shapes graph: subject → predicate → objects.
        depth: Nesting depth of the path.

    Raises:
        NotCoveredError: the path is malformed.
    """
    if node.startswith("<"):
        return node
    if depth > _MAX_DEPTH:
        raise NotCoveredError(f"a path is nested deeper than {_MAX_DEPTH}")
    properties = graph.get(node, {})
    # A list is a sequence, whatever other properties its head has (W3C test path-strange-001).
    if terms.FIRST in properties:
        return ["sequence", *_operands(node, graph, depth)]
    for name in ("alternative", *_FORMS):
        for inner in properties.get(f"<{_SH}{name}Path>", ()):
            if name == "alternative":
                return [name, *_operands(inner, graph, depth)]
            return [name, parse_path(inner, graph, depth + 1)]
    raise NotCoveredError(f"{node} is not a path")


def list_items(head: str, graph: Mapping[str, Mapping[str, list[str]]]) -> list[str]:
    """Return the members of an RDF list.

    Args:
        head: Its first node, or `rdf:nil`.
        graph: Subject → predicate → objects.

    Raises:
        NotCoveredError: the list is malformed.
    """
    out: list[str] = []
    seen: set[str] = set()
    while head != terms.NIL:
        properties = graph.get(head, {})
        if head in seen or len(properties.get(terms.FIRST, ())) != 1 or len(properties.get(terms.REST, ())) != 1:
            raise NotCoveredError(f"{head} is no well-formed list")
        seen.add(head)
        out.append(properties[terms.FIRST][0])
        head = properties[terms.REST][0]
    return out


def _operands(head: str, graph: Mapping[str, Mapping[str, list[str]]], depth: int) -> list[Path]:
    members = list_items(head, graph)
    if len(members) < 2:
        raise NotCoveredError("a sequence or a choice has two members at least")
    return [parse_path(each, graph, depth + 1) for each in members]


def write_path(path: Path, short: Callable[[str], str] = lambda iri: iri) -> str:
    """Return a path in SPARQL syntax.

    Args:
        path: The path.
        short: Returns the written form of a predicate.

    Example:
        >>> write_path(["inverse", "<https://example.org/p>"])
        '^<https://example.org/p>'
    """
    if isinstance(path, str):
        return short(path)
    operator, *operands = path
    if operator in _FORMS:
        inner = write_path(operands[0], short)
        return _FORMS[operator].format(inner if isinstance(operands[0], str) else f"({inner})")
    sign = "/" if operator == "sequence" else "|"
    return sign.join(_member(each, short) for each in operands)


def _member(path: Path, short: Callable[[str], str]) -> str:
    """Return a path in the form required inside a sequence or alternative."""
    written = write_path(path, short)
    return f"({written})" if path[0] in ("sequence", "alternative") else written


def walk(path: Path, nodes: Iterable[str], data: Steps, *, backward: bool = False) -> dict[str, None]:
    """Return the nodes reached by a path, each once, in the order in which they are found.

    Args:
        path: The path.
        nodes: The start nodes.
        data: The graph.
        backward: Follow the path from its end to its start.
    """
    if isinstance(path, str):
        table = data.backward(path) if backward else data.forward(path)
        return {value: None for node in nodes for value in table.get(node, ())}
    operator, *operands = path
    if operator == "inverse":
        return walk(operands[0], nodes, data, backward=not backward)
    if operator == "sequence":
        here = dict.fromkeys(nodes)
        for each in reversed(operands) if backward else operands:
            here = walk(each, here, data, backward=backward)
        return here
    if operator == "alternative":
        starts = list(nodes)
        return {v: None for each in operands for v in walk(each, starts, data, backward=backward)}
    return _repeated(operator, operands[0], dict.fromkeys(nodes), data, backward=backward)


def _repeated(operator: str, path: Path, starts: dict[str, None], data: Steps, *, backward: bool) -> dict[str, None]:
    found = {} if operator == "oneOrMore" else dict(starts)
    fresh = starts
    while fresh:
        reached = walk(path, fresh, data, backward=backward)
        fresh = {node: None for node in reached if node not in found}
        found |= fresh
        if operator == "zeroOrOne":
            break
    return found
