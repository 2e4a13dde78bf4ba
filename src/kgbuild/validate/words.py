"""Words for the nodes and paths of a result, so that a person can read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild import terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rdflib import Graph
    from rdflib.term import Node

_SH = "http://www.w3.org/ns/shacl#"
_QUOTE = 40


def subject_words(data: Graph, node: Node) -> str:
    """Return what the graph calls a node: its label, its quote, or the label of what it belongs to; '' for none."""
    from rdflib import RDFS, SKOS, URIRef

    own = _label(data, node, (RDFS.label, SKOS.prefLabel, URIRef(terms.GPLAN + "exactText")))
    if own:
        return own
    evidence = data.value(node, URIRef(terms.GPLAN + "evidence"))
    quote = _label(data, evidence, (URIRef(terms.GPLAN + "exactText"),)) if evidence is not None else ""
    owners = sorted(data.subjects(None, node), key=str)
    owner = next((found for found in (_label(data, o, (RDFS.label, SKOS.prefLabel)) for o in owners) if found), "")
    return " ← ".join(part for part in (quote, owner) if part)


def _label(data: Graph, node: Node, properties: tuple[Node, ...]) -> str:
    for name in properties:
        values = sorted(data.objects(node, name), key=lambda v: (getattr(v, "language", None) != "zh", str(v)))
        if values:
            words = str(values[0])
            return words if len(words) <= _QUOTE else words[: _QUOTE - 1] + "…"
    return ""


def path_text(rules: Graph, path: Node | None) -> str:
    """Return a path of SHACL as SPARQL writes it, with prefixes; '' for none."""
    from rdflib import RDF, Namespace, URIRef

    if path is None:
        return ""
    if isinstance(path, URIRef):
        return _short(str(path))
    sh = Namespace(_SH)
    if (path, RDF.first, None) in rules:
        return "/".join(path_text(rules, each) for each in rules.items(path))
    choices = rules.value(path, sh.alternativePath)
    if choices is not None:
        return "|".join(path_text(rules, each) for each in rules.items(choices))
    for name, form in (
        ("inversePath", "^{}"),
        ("zeroOrMorePath", "{}*"),
        ("oneOrMorePath", "{}+"),
        ("zeroOrOnePath", "{}?"),
    ):
        inner = rules.value(path, sh[name])
        if inner is not None:
            words = path_text(rules, inner)
            return form.format(words if isinstance(inner, URIRef) else f"({words})")
    return ""


def _short(iri: str) -> str:
    return short_term(f"<{iri}>", terms.PREFIXES)


_LOCAL = re.compile(r"[A-Za-z_](?:[\w.-]*[\w-])?")


def short_term(term: str, prefixes: Mapping[str, str]) -> str:
    """Return a term as Turtle writes it, with a prefix where one fits.

    Example:
        >>> short_term("<https://w3id.org/gplan/ontology#Action>", terms.PREFIXES)
        'gplan:Action'
    """
    for prefix, namespace in prefixes.items():
        if term.startswith(f"<{namespace}") and _LOCAL.fullmatch(local := term[len(namespace) + 1 : -1]):
            return f"{prefix}:{local}"
    return term
