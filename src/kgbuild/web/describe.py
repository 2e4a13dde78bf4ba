"""RDF descriptions of the server: the SPARQL service (SPARQL 1.1 Service Description) and the data set (VoID)."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from kgbuild import terms
from kgbuild.publish.void import FORMATS, VOID, dataset_triples
from kgbuild.store import write_triples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.model import Triple

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}


def service_triples(endpoint: str, *formats: Mapping[str, str]) -> list[Triple]:
    """Return the description of the SPARQL service.

    Args:
        endpoint: Absolute address of the endpoint.
        formats: Tables of the formats of its answers.
    """
    service, dataset, graph = (terms.iri(f"{endpoint}{part}") for part in ("#service", "#dataset", "#graph"))
    sd = {name: terms.iri(_SD + name) for name in (
        *("Service", "Dataset", "Graph", "endpoint", "defaultDataset", "defaultGraph", "supportedLanguage"),
        *("SPARQL11Query", "resultFormat", "feature", "UnionDefaultGraph", "BasicFederatedQuery"),
    )}  # fmt: skip
    found = [
        (service, terms.TYPE, sd["Service"]),
        (service, sd["endpoint"], terms.iri(endpoint)),
        (service, sd["supportedLanguage"], sd["SPARQL11Query"]),
        (service, sd["feature"], sd["UnionDefaultGraph"]),
        (service, sd["defaultDataset"], dataset),
        (dataset, terms.TYPE, sd["Dataset"]),
        (dataset, sd["defaultGraph"], graph),
        (graph, terms.TYPE, sd["Graph"]),
    ]
    names = [name for table in formats for name in table]
    return found + [(service, sd["resultFormat"], terms.iri(FORMATS + _FORMAT_NAMES[name])) for name in names]


def server_void(address: str, facts: Mapping[str, Any], *, title: str) -> list[Triple]:
    """Return the description of the data set.

    Args:
        address: Absolute address of the server without a trailing slash.
        facts: Counts `triples`, `entities`, `graphs`, `classes`, `properties`, and `base`, see `desk.counts`.
        title: Name of the data set, '' for the default.
    """
    return dataset_triples(
        f"{address}/.well-known/void#dataset",
        base=str(facts["base"]),
        titles=[terms.literal(title or "kgbuild")],
        counts={name: int(facts[name]) for name in ("triples", "entities", "classes", "properties", "documents")},
        dumps=[f"{address}/store"],
        endpoint=f"{address}/sparql",
    )


def write(triples: list[Triple], form: str) -> bytes:
    """Serialise triples in a graph format."""
    out = BytesIO()
    write_triples(triples, out, form, prefixes={**terms.PREFIXES, "sd": _SD, "void": VOID})
    return out.getvalue()
