"""VoID descriptions of data sets: counts, partitions and access."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.terms import TYPE
from kgbuild.view.structured import LICENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbuild.model import Triple

VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"


def void(name: str) -> str:
    """Return a term of the VoID namespace as N-Triples."""
    return f"<{VOID}{name}>"


def dataset_triples(  # noqa: PLR0913 - what VoID has to say
    node: str,
    *,
    base: str,
    titles: Iterable[str],
    counts: Mapping[str, int],
    licence: str = LICENCE,
    dumps: Iterable[str] = (),
    endpoint: str = "",
) -> list[Triple]:
    """Return the description of a whole data set.

    Args:
        node: IRI of the data set.
        base: Base IRI of its instances.
        titles: Its names as literals.
        counts: Count by VoID property (`triples`, `entities`, `classes`, `properties`, `documents` …).
        licence: IRI of its licence.
        dumps: Addresses of complete dumps.
        endpoint: Address of its SPARQL endpoint, '' for none.
    """
    me = terms.iri(node)
    found = [
        (me, TYPE, void("Dataset")),
        *((me, terms.iri(f"{terms.DCTERMS}title"), title) for title in titles),
        (me, terms.iri(f"{terms.DCTERMS}license"), terms.iri(licence)),
        (me, void("vocabulary"), terms.iri(terms.GPLAN)),
        (me, void("uriSpace"), terms.literal(base)),
        *((me, void("dataDump"), terms.iri(address)) for address in dumps),
    ]
    if endpoint:
        found.append((me, void("sparqlEndpoint"), terms.iri(endpoint)))
    return found + [(me, void(name), terms.integer(number)) for name, number in counts.items()]


def counts_of(triples: Iterable[Triple]) -> dict[str, int]:
    """Return the counts of some triples by VoID property; an entity is a subject that has a class."""
    data = set(triples)
    subjects = {s for s, _, _ in data}
    return {
        "triples": len(data),
        "entities": len({s for s, p, _ in data if p == TYPE}),
        "classes": len({o for _, p, o in data if p == TYPE}),
        "properties": len({p for _, p, _ in data}),
        "distinctSubjects": len(subjects),
        "distinctObjects": len({o for _, _, o in data}),
        "documents": len({s for s, p, _ in data if p == terms.gplan("hasSourceText")}),
    }


def partition_triples(node: str, triples: Iterable[Triple]) -> list[Triple]:
    """Return the class and property partitions of a data set, and the linksets to the registers.

    Args:
        node: IRI of the data set without a fragment; the partitions are named by fragments of it.
        triples: The data set.
    """
    of_class: defaultdict[str, set[str]] = defaultdict(set)
    of_property: defaultdict[str, list[Triple]] = defaultdict(list)
    for triple in set(triples):
        of_property[triple[1]].append(triple)
        if triple[1] == TYPE:
            of_class[triple[2]].add(triple[0])
    me, found = terms.iri(node), []
    document = node.partition("#")[0]
    for cls, members in sorted(of_class.items()):
        part = f"<{document}#class-{_name(cls)}>"
        found += [
            (me, void("classPartition"), part),
            (part, TYPE, void("Dataset")),
            (part, void("class"), cls),
            (part, void("entities"), terms.integer(len(members))),
        ]
    for prop, its in sorted(of_property.items()):
        part = f"<{document}#property-{_name(prop)}>"
        found += [
            (me, void("propertyPartition"), part),
            (part, TYPE, void("Dataset")),
            (part, void("property"), prop),
            (part, void("triples"), terms.integer(len(its))),
            (part, void("distinctSubjects"), terms.integer(len({s for s, _, _ in its}))),
            (part, void("distinctObjects"), terms.integer(len({o for _, _, o in its}))),
        ]
    return found


def _name(term: str) -> str:
    """Return the fragment for a term: its prefix and local name."""
    iri = terms.bare(term)
    for prefix, space in terms.PREFIXES.items():
        if iri.startswith(space):
            return f"{prefix}-{iri[len(space) :]}"
    return terms.h(iri)
