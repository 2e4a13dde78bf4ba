"""The slice of the vocabularies that one graph needs, in the form of the graph profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.terms import ALT, BROADER, GPLAN, GPLANV, ID, NOTATION, PREF, SCHEME, SKOS, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbuild.lexicon.turtle import Node
    from kgbuild.model import Triple

_LABELS = (PREF, ALT)
_PLACE = ("divisionCode", "atLevel", "partOfDivision")
_DIVISION = (TYPE, PREF, *(f"<{GPLAN}{name}>" for name in _PLACE))
_POPULATION = (TYPE, *_LABELS, BROADER)
_CODE = (TYPE, *_LABELS, NOTATION, SCHEME)
_FOLLOWED = {f"<{GPLAN}partOfDivision>", f"<{GPLAN}atLevel>", BROADER}
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
                if predicate == TYPE and value == _CONCEPT:
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
    schemes = nodes.get(subject, {}).get(SCHEME, ())
    return _CODE if any(scheme.startswith(f"<{GPLANV}") for scheme in (subject, *schemes)) else ()
