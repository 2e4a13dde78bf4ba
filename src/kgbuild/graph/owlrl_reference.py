"""The reference reasoner owlrl, and the statements that it infers beyond ours, each with the reason.

owlrl reasons over data and axioms together and returns everything that OWL 2 RL permits, most of it trivial.
`close_owlrl` returns what remains after removing the patterns of `TRIVIAL`; that equals `reason.close`, which the tests
show on every fixture and on random graphs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.graph.axioms import SCHEMA_TYPES, THING
from kgbuild.graph.interchange import from_rdflib, to_rdflib
from kgbuild.graph.reason import Closure, clashes
from kgbuild.terms import TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kgbuild.graph.axioms import Rules
    from kgbuild.model import Triple

_SAME = f"<{terms.OWL}sameAs>"
_BUILT_IN = tuple(f"<{namespace}" for namespace in (terms.OWL, terms.RDFS, terms.RDF, terms.XSD))
TRIVIAL: dict[str, tuple[str, Callable[[Triple, set[str]], bool]]] = {
    "literal-subject": (
        "a statement about a literal is no RDF and does not parse again",
        lambda t, _: t[0].startswith('"'),
    ),
    "node-without-name": (
        "a subject or object without a name is a part of an axiom or a message of owlrl, no thing of the data",
        lambda t, _: t[0].startswith("_:") or t[2].startswith("_:"),
    ),
    "same-as-itself": (
        "every thing is the same as itself",
        lambda t, _: t[1] == _SAME and t[0] == t[2],
    ),
    "everything-is-a-thing": (
        "membership in owl:Thing holds of everything",
        lambda t, _: t[1:] == (TYPE, THING),
    ),
    "about-the-schema": (
        "statements about classes, properties, datatypes and ontologies repeat the ontology, not the data",
        lambda t, schema: t[0] in schema or t[0].startswith(_BUILT_IN),
    ),
}
"""Name, reason and test for each pattern of trivial triples; the test also receives the terms of the schema."""


def close_owlrl(triples: Iterable[Triple], axioms: Iterable[Triple]) -> set[Triple]:
    """Return what owlrl infers from data and axioms, without the data, the axioms and the trivial triples.

    Args:
        triples: The data.
        axioms: The ontology; its blank nodes are kept apart from those of the data.
    """
    from owlrl import DeductiveClosure, OWLRL_Semantics

    stated = {_apart(triple) for triple in axioms}
    given = set(triples) | stated
    graph = to_rdflib(given)
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    schema = {s for s, p, o in stated if p == TYPE and o in SCHEMA_TYPES}
    return {
        triple for triple in from_rdflib(graph) - given if not any(test(triple, schema) for _, test in TRIVIAL.values())
    }


def reason_owlrl(triples: Iterable[Triple], axioms: Iterable[Triple], rules: Rules) -> Closure:
    """Return what owlrl infers and which statements are inconsistent, as `reason.reason` does.

    Args:
        triples: The data.
        axioms: The ontology.
        rules: The same ontology compiled; it determines inconsistencies, which owlrl reports as text only.
    """
    given = set(triples)
    new = frozenset(close_owlrl(given, axioms))
    return Closure(new=new, inconsistencies=clashes(given | new, rules))


def _apart(triple: Triple) -> Triple:
    s, p, o = ("_:axiom-" + term[2:] if term.startswith("_:") else term for term in triple)
    return (s, p, o)
