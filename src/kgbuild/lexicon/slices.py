"""The slice of the vocabularies that one graph needs, in the form of the graph profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.terms import GPLAN, GPLANV, ID, RDF, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbuild.lexicon.turtle import Node
    from kgbuild.model import Triple

_TYPE = f"<{RDF}type>"
_LABELS = (f"<{SKOS}prefLabel>", f"<{SKOS}altLabel>")
_PLACE = ("divisionCode", "atLevel", "partOfDivision")
_DIVISION = (_TYPE, f"<{SKOS}prefLabel>", *(f"<{GPLAN}{name}>" for name in _PLACE))
_POPULATION = (_TYPE, *_LABELS, f"<{SKOS}broader>")
_CODE = (_TYPE, *_LABELS, f"<{SKOS}notation>", f"<{SKOS}inScheme>")
_FOLLOWED = {f"<{GPLAN}partOfDivision>", f"<{GPLAN}atLevel>", f"<{SKOS}broader>"}
_CONCEPT = f"<{SKOS}Concept>"


def slice_of(nodes: Mapping[str, Node], iris: Iterable[str]) -> set[Triple]:
    """Return the triples for these IRIs, for everything above them, and for the codes of their levels."""
    triples: set[Triple] = set()
    todo = [f"<{value}>" for value in iris]
    seen: set[str] = set()
    while todo:
        subject = todo.pop()
        if subject in seen:
            continue
        seen.add(subject)
        wanted = _predicates(subject, nodes)
        node = nodes.get(subject, {}) if wanted else {}
        for predicate in wanted:
            for value in node.get(predicate, ()):
                if predicate == _TYPE and value == _CONCEPT:
                    continue
                triples.add((subject, predicate, value))
                if predicate in _FOLLOWED:
                    todo.append(value)
    return triples


def _predicates(subject: str, nodes: Mapping[str, Node]) -> tuple[str, ...]:
    if subject.startswith(f"<{ID}division/"):
        return _DIVISION
    if subject.startswith(f"<{ID}population/"):
        return _POPULATION
    # codes added by a user have IRIs of their own
    schemes = nodes.get(subject, {}).get(f"<{SKOS}inScheme>", ())
    return _CODE if any(scheme.startswith(f"<{GPLANV}") for scheme in (subject, *schemes)) else ()
