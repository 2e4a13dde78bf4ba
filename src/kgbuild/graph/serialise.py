"""Graphs → bytes, the same on every machine.

ttl, nt, xml and jsonld hold the asserted graph with its slice of the vocabularies (and the closure on request); nq and
trig hold named graphs. Turtle and TriG are written here; N-Triples and N-Quads are sorted lines; RDF/XML and JSON-LD
are written by pyoxigraph from sorted input.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import InputError
from kgbuild.graph.turtle import write_trig, write_turtle
from kgbuild.graph.writer import A

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.model import Triple

FORMATS: dict[str, str] = {
    ".ttl": "ttl",
    ".nt": "nt",
    ".nq": "nq",
    ".trig": "trig",
    ".jsonld": "jsonld",
    ".rdf": "xml",
    ".xml": "xml",
}
"""Output format by file name suffix."""

NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML cannot represent."""
NAMED = frozenset({"nq", "trig"})


def ontology_header(base: str, source_key: str) -> set[Triple]:
    """Return the ontology header of a data file; without it OWL tools misinterpret the file."""
    node = f"<{terms.graph_name(base, source_key, 'asserted')}>"
    imports = f"<{terms.OWL}imports>"
    return {
        (node, A, f"<{terms.OWL}Ontology>"),
        (node, imports, f"<{terms.ONTOLOGY}>"),
        (node, imports, f"<{terms.VOCAB}>"),
    }


def serialise(graphs: dict[str, Iterable[Triple]], form: str, *, base: str, header: str = "") -> bytes:
    """Serialise named graphs; flat formats hold their union.

    Args:
        graphs: Triples by name of the graph.
        form: ttl, nt, nq, trig, jsonld or xml.
        base: Base IRI of the instances, for the prefixes.
        header: Comment at the top of Turtle and TriG.
    """
    if form == "nq":
        lines = sorted(f"{s} {p} {o} <{g}> .\n" for g, ts in graphs.items() for s, p, o in set(ts))
        return "".join(lines).encode()
    if form == "trig":
        return write_trig(graphs, base=base, header=header).encode()
    union = {t for ts in graphs.values() for t in ts}
    if form == "ttl":
        return write_turtle(union, base=base, header=header).encode()
    lines = sorted(f"{s} {p} {o} .\n" for s, p, o in union)
    if form == "nt":
        return "".join(lines).encode()
    return _by_library("".join(lines), form)


def _by_library(ntriples: str, form: str) -> bytes:
    import pyoxigraph as ox

    if form == "xml" and (odd := NOT_XML.search(ntriples)):
        what = f"cannot be written as xml (a text holds U+{ord(odd[0]):04X})"
        raise InputError(what, cure="use ttl, nt, nq, trig or jsonld")
    wanted = {"jsonld": ox.RdfFormat.JSON_LD, "xml": ox.RdfFormat.RDF_XML}[form]
    prefixes = {p: ns for p, ns in terms.PREFIXES.items() if p != "xsd"}
    try:
        triples = ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES)
        out = ox.serialize((q.triple for q in triples), format=wanted, prefixes=prefixes)
    except ValueError as e:
        raise InputError(f"cannot be written as {form} ({e})", cure="use ttl, nt, nq or trig") from e
    return out if isinstance(out, bytes) else b""
