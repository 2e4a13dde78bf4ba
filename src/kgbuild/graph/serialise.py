"""Graphs → bytes, the same on every machine.

ttl, nt, xml and jsonld hold the asserted graph with its slice of the vocabularies (and the closure on request); nq and
trig hold named graphs. Turtle and TriG are written here; N-Triples and N-Quads are sorted lines; RDF/XML and JSON-LD
are written by pyoxigraph from sorted input.
"""

from __future__ import annotations

import re
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import InputError, Message
from kgbuild.graph.triples import Triples, triples_of, union
from kgbuild.graph.turtle import trig_pieces, turtle_pieces
from kgbuild.terms import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_AT_ONCE = 5_000


def ontology_header(base: str, source_key: str) -> set[Triple]:
    """Return the ontology header of a data file; without it OWL tools misinterpret the file."""
    node = f"<{terms.graph_name(base, source_key, 'asserted')}>"
    imports = f"<{terms.OWL}imports>"
    return {
        (node, TYPE, f"<{terms.OWL}Ontology>"),
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
    return b"".join(serialised(graphs, form, base=base, header=header))


def serialised(graphs: dict[str, Iterable[Triple]], form: str, *, base: str, header: str = "") -> Iterator[bytes]:
    """Serialise in pieces, so that a large file need not be in memory as a whole; arguments as for `serialise`."""
    if form == "nq":
        return _encoded(merge(*(_lines(ts, f" <{g}>") for g, ts in graphs.items())))
    if form == "trig":
        return _encoded(trig_pieces(graphs, base=base, header=header))
    if form == "ttl":
        return _encoded(turtle_pieces(_union(graphs), base=base, header=header))
    lines = _lines(_union(graphs), "")
    return _encoded(lines) if form == "nt" else iter([_by_library("".join(lines), form)])


def _union(graphs: dict[str, Iterable[Triple]]) -> Triples:
    return union(graphs.values())


def _lines(triples: Iterable[Triple], graph: str) -> Iterator[str]:
    """Yield the lines of triples, sorted; triples sort as their lines do, for a blank sorts before what ends a term."""
    return (f"{s} {p} {o}{graph} .\n" for s, p, o in triples_of(triples).in_order())


def _encoded(texts: Iterable[str]) -> Iterator[bytes]:
    texts = iter(texts)
    while some := list(islice(texts, _AT_ONCE)):
        yield "".join(some).encode()


def _by_library(ntriples: str, form: str) -> bytes:
    import pyoxigraph as ox

    if form == "xml" and (odd := NOT_XML.search(ntriples)):
        what = Message("cannot be written as xml (a text holds U+{code:04X})", code=ord(odd[0]))
        raise InputError(what, cure="use ttl, nt, nq, trig or jsonld")
    wanted = {"jsonld": ox.RdfFormat.JSON_LD, "xml": ox.RdfFormat.RDF_XML}[form]
    prefixes = {p: ns for p, ns in terms.PREFIXES.items() if p != "xsd"}
    try:
        triples = ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES)
        out = ox.serialize((q.triple for q in triples), format=wanted, prefixes=prefixes)
    except ValueError as e:
        raise InputError(
            Message("cannot be written as {form} ({reason})", form=form, reason=e), cure="use ttl, nt, nq or trig"
        ) from e
    return out if isinstance(out, bytes) else b""
