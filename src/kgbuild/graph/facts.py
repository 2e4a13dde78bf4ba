"""The profile `facts`: what a portal needs of a graph, namely documents, actions and what they are related to.

Takes asserted and inferred statements with the vocabularies that they use, and returns a subset in which relations are
direct (`assignedTo`, `targets`, `usesInitiative`, `cites` …). Spans, mentions, measures, findings and statements
equivalent to a direct relation are omitted. Guarantees: every statement of the facts is in the full graph under the
same IRIs, where its evidence can be looked up; a graph of facts declares itself as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.errors import InputError
from kgbuild.terms import TYPE, gplan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Triple

Profile = Literal["full", "facts"]

LEFT_OUT = (
    *("SourceSpan", "Mention", "TextCorrection", "Finding", "Measure"),
    *("Assignment", "LeadAssignment", "CooperatingAssignment", "Targeting", "InitiativeUse", "Citation"),
)
"""Classes whose nodes are evidence, or are equivalent to a direct relation. Targets, limits and bracket fields stay,
because their numbers and days are on no other node."""
_ROOTS = frozenset(map(gplan, ("OfficialDocument", "SourceText", "Section", "Action")))
_EVIDENCE = frozenset(map(gplan, ("evidence", "roleBasis", "extractionRule")))
_LEFT_OUT = frozenset(map(gplan, LEFT_OUT))

NOT_IN_FACTS = frozenset(
    {
        *LEFT_OUT,
        *("evidence", "roleBasis", "extractionRule", "exactText", "startOffset", "endOffset", "inSource"),
        *("mentionOf", "mentionIn", "mentionRole", "proves", "normalizedText", "correctedForm", "certainty"),
        *("hasAssignment", "hasLeadAssignment", "hasCooperatingAssignment", "assignee", "role", "listPosition"),
        *("linkMethod", "hasTargeting", "targetedPopulation", "hasInitiativeUse", "usedInitiative", "hasCitation"),
        *("hasDocumentCitation", "citedDocument", "hasMeasure", "measureOrder", "measureRole", "deonticForce"),
        *("policyVerb", "findingCode", "severity", "likely"),
    }
)
"""Local names of ontology terms that no graph of facts contains; queries for them require `full`."""


def facts_of(triples: Iterable[Triple]) -> set[Triple]:
    """Return the facts of a graph.

    Args:
        triples: Asserted and inferred statements, and the slice of the vocabularies that they use.
    """
    by_subject: dict[str, list[tuple[str, str]]] = {}
    out: set[str] = set()
    pending: list[str] = []
    for s, p, o in triples:
        by_subject.setdefault(s, []).append((p, o))
        if p == TYPE:
            if o in _LEFT_OUT:
                out.add(s)
            elif o in _ROOTS:
                pending.append(s)
    kept: set[Triple] = set()
    seen = set(pending)
    while pending:
        s = pending.pop()
        for p, o in by_subject.get(s, ()):
            if p in _EVIDENCE or o in out:
                continue
            kept.add((s, p, o))
            if o not in seen and o.startswith("<"):
                seen.add(o)
                pending.append(o)
    return kept


def facts_header(base: str, source_key: str) -> set[Triple]:
    """Return what a graph of facts states about itself: its profile, and the graphs from which its statements come.

    Args:
        base: Base IRI of the instances.
        source_key: Key of the source text.
    """
    node = f"<{terms.graph_name(base, source_key, 'facts')}>"
    imports, derived = f"<{terms.OWL}imports>", f"<{terms.PROV}wasDerivedFrom>"
    return {
        (node, TYPE, f"<{terms.OWL}Ontology>"),
        (node, imports, f"<{terms.ONTOLOGY}>"),
        (node, imports, f"<{terms.VOCAB}>"),
        (node, terms.CONFORMS, f"<{terms.FACTS}>"),
        (node, derived, f"<{terms.graph_name(base, source_key, 'asserted')}>"),
        (node, derived, f"<{terms.graph_name(base, source_key, 'inferred')}>"),
    }


def is_facts(triples: Iterable[Iterable[str]]) -> bool:
    """Tell whether a graph, or a part of one, declares that it holds only facts.

    Args:
        triples: Triples or quads.
    """
    profile = f"<{terms.FACTS}>"
    return any(p == terms.CONFORMS and o == profile for _, p, o, *_ in triples)


def refuse_facts(triples: Iterable[Iterable[str]], *, where: str) -> None:
    """Refuse a graph of facts where evidence is required.

    Args:
        triples: Triples or quads.
        where: Name of the graph, for the message.

    Raises:
        InputError: it holds only facts.
    """
    if is_facts(triples):
        raise no_evidence(where)


def no_evidence(where: str) -> InputError:
    """Return the error for evidence requested from a graph of facts.

    Example:
        >>> str(no_evidence("facts.ttl")).partition("; ")[0]
        'facts.ttl: holds facts without their evidence (profile facts)'
    """
    cure = (
        "give the graph of the profile full: that of the same release, or what kgbuild build writes without --profile"
    )
    return InputError("holds facts without their evidence (profile facts)", where=where, cure=cure)
