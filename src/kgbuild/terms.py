"""Namespaces, the terms of the ontology that the code writes or reads, and the minting of instance IRIs.

Pure. Terms and literals are strings as they stand in N-Triples, so that a graph is a set of tuples of strings that
sorts, compares and serialises without a library. Keys follow the contract of ARCHITECTURE.md: ASCII, deterministic, no
running counter, nothing in them that better knowledge could change.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.model import Span

GPLAN = "https://w3id.org/gplan/ontology#"
GPLANV = "https://w3id.org/gplan/vocab#"
ID = "https://w3id.org/gplan/id/"
VOCABULARY_GRAPH = ID + "graph/vocabulary"
ONTOLOGY = "https://w3id.org/gplan/ontology"
VOCAB = "https://w3id.org/gplan/vocab"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
ORG = "http://www.w3.org/ns/org#"
XSD = "http://www.w3.org/2001/XMLSchema#"

TYPE = f"<{RDF}type>"
"""`rdf:type` as a term."""

PREFIXES: dict[str, str] = {
    "gplan": GPLAN,
    "gplanv": GPLANV,
    "dcterms": DCTERMS,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "xsd": XSD,
}
"""Prefixes of everything that is written, ours first."""

TYPES = (
    "document",
    "text",
    "run",
    "section",
    "action",
    "measure",
    "statement",
    "mention",
    "span",
    "correction",
    "group",
    "body",
    "initiative",
    "finding",
)
"""Types of instance under the base that the user sets."""


def iri(value: str) -> str:
    """Return an IRI as N-Triples writes it."""
    return f"<{value}>"


def bare(term: str) -> str:
    """Return an IRI without angle brackets, any other term as it is."""
    return term[1:-1] if term.startswith("<") else term


def curie(iri: str) -> str:
    """Return an IRI as a prefixed name where one of `PREFIXES` fits, else as it is.

    Args:
        iri: The IRI, without angle brackets.

    Example:
        >>> curie("https://w3id.org/gplan/ontology#Action"), curie("urn:x")
        ('gplan:Action', 'urn:x')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


# A graph of one plan spells some fifty terms thirty thousand times.
@lru_cache(maxsize=1024)
def gplan(name: str) -> str:
    """Return a term of our ontology.

    Example:
        >>> gplan("Action")
        '<https://w3id.org/gplan/ontology#Action>'
    """
    return f"<{GPLAN}{name}>"


@lru_cache(maxsize=1024)
def code(name: str) -> str:
    """Return a code of our vocabulary.

    Example:
        >>> code("role-lead")
        '<https://w3id.org/gplan/vocab#role-lead>'
    """
    return f"<{GPLANV}{name}>"


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_ESCAPE = re.compile(r'["\\\n\r]')


def literal(value: str, *, lang: str | None = None, datatype: str | None = None) -> str:
    r"""Return a literal as canonical N-Triples writes it; `datatype` is a full IRI.

    Example:
        >>> literal('他说"好"', lang="zh")
        '"他说\\"好\\""@zh'
    """
    quoted = '"' + _ESCAPE.sub(lambda m: _ESCAPES[m[0]], value) + '"'
    if lang:
        return f"{quoted}@{lang}"
    return f"{quoted}^^<{datatype}>" if datatype else quoted


def integer(value: int) -> str:
    """Return an `xsd:integer`."""
    return f'"{value}"^^<{XSD}integer>'


def decimal(value: object) -> str:
    """Return an `xsd:decimal` without exponent and without superfluous zeros.

    Example:
        >>> decimal("6.50")
        '"6.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    text = format(Decimal(str(value)), "f")
    if "." in text:
        text = text.rstrip("0")
        text += "0" if text.endswith(".") else ""
    else:
        text += ".0"
    return f'"{text}"^^<{XSD}decimal>'


def date(value: str) -> str:
    """Return a literal for a date of the precision that the text gives: year, month, day or time."""
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}.get(len(value), "dateTime")
    return f'"{value}"^^<{XSD}{kind}>'


def lexical(term: str) -> str:
    r"""Return the characters of a literal in N-Triples.

    Example:
        >>> lexical('"a\\n"@zh')
        'a\n'
    """
    body = term[1 : term.rindex('"')]
    if "\\" not in body:
        return body
    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", _unescape, body)


def _unescape(match: re.Match[str]) -> str:
    found = match[1]
    if found[0] in "uU":
        return chr(int(found[1:], 16))
    return {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}.get(found, found)


def h(*parts: str) -> str:
    """Return the first 16 hex digits of SHA-256 over the parts in UTF-8, joined by newlines.

    Example:
        >>> h("国办发〔2018〕126号", "")
        '83bb4f68068d60c9'
    """
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def key_text(text: str) -> str:
    """Return a part of a key: after NFKC, without white space, year brackets written 〔〕.

    Example:
        >>> key_text("国发 [2016] 7号")
        '国发〔2016〕7号'
    """
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    folded = unicodedata.normalize("NFC", folded)  # an accent may have lost the blank that carried it
    return re.sub(r"[\[(【〔](\d{4})[\])】〕]", r"〔\1〕", folded)


def document_key(*, number: str | None, title: str | None, signature: str | None, signed: str | None, text: str) -> str:
    """Return the key of a document.

    Args:
        number: 发文字号 of the document, or of the notice that carries it.
        title: Its title as found.
        signature: Signature as printed, several joined by a blank; used where there is no number.
        signed: Signed date as ISO; used where there is no number.
        text: The read text, which identifies what nothing else does.
    """
    if number:
        return h(key_text(number), key_text(title or ""))
    if title and signature and signed:
        return h(key_text(title), key_text(signature), signed)
    return h(text)


def cited_key(*, title: str, number: str | None) -> str:
    """Return the key of a document that is only cited: by number and title it meets the document itself."""
    return h(key_text(number), key_text(title)) if number else h("title", key_text(title))


class Minter:
    """Mints the instance IRIs of one document; two different things under one IRI are an internal error."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._seen: dict[str, tuple[str, ...]] = {}

    def mint(self, kind: str, key: str, identity: Sequence[str] = ()) -> str:
        """Return `<{base}{kind}/{key}>`.

        Args:
            kind: One of TYPES.
            key: Key; see the contract on keys in ARCHITECTURE.md.
            identity: What the key was hashed from, to tell a collision from a repetition.

        Raises:
            InternalError: the key was used for something else.
        """
        value = f"<{self.base}{kind}/{key}>"
        known = self._seen.setdefault(value, tuple(identity))
        if known != tuple(identity):
            raise InternalError(f"two things share {value}: {known} and {tuple(identity)}")
        return value

    def span(self, source: str, span: Span) -> str:
        """Return the IRI of a span of a source text."""
        return f"<{self.base}span/{source}.{span.start}-{span.end}>"


PARTS = ("asserted", "inferred", "aligned", "run", "facts")
"""The graphs of a source text, by the last step of their names.

`aligned` says the same in foreign vocabularies; `facts` is what the profile of that name keeps of the first two.
"""

PROFILE = "https://w3id.org/gplan/profile/"
FACTS = PROFILE + "facts"
"""What a graph of facts conforms to (`dcterms:conformsTo`); see `kgbuild.graph.facts`."""
CONFORMS = f"<{DCTERMS}conformsTo>"


class GraphName(NamedTuple):
    """The name of a graph of one source text, taken apart.

    Attributes:
        base: Base of the instances.
        key: Key of the source text; '' for a graph that holds several of them.
        part: One of `PARTS`.
    """

    base: str
    key: str
    part: str

    def __str__(self) -> str:
        return graph_name(self.base, self.key, self.part)


def graph_name(base: str, key: str, part: str) -> str:
    """Return the name of a graph, without angle brackets; the parts are those of `GraphName`.

    Example:
        >>> graph_name("https://example.org/id/", "83bb4f68068d60c9", "asserted")
        'https://example.org/id/graph/83bb4f68068d60c9/asserted'
        >>> graph_name("https://example.org/id/", "", "inferred")
        'https://example.org/id/graph/inferred'
    """
    return f"{base}graph/{key}/{part}" if key else f"{base}graph/{part}"


def read_graph_name(name: str) -> GraphName | None:
    """Return the parts of a name that `graph_name` gives, None for any other name.

    Args:
        name: The name, with or without angle brackets.

    Example:
        >>> read_graph_name("<https://example.org/id/graph/83bb4f68068d60c9/run>").key
        '83bb4f68068d60c9'
    """
    base, cut, rest = name.strip("<>").rpartition("graph/")
    key, _, part = rest.rpartition("/")
    return GraphName(base, key, part) if cut and part in PARTS and "/" not in key else None


def part_of(graph: str) -> str | None:
    """Return which of `PARTS` a graph is by its name, None for a name that says nothing of them.

    Whoever gives a graph a name that ends so says that kgbuild made it, whatever stands before.

    Args:
        graph: The name, with or without angle brackets; '' for the default graph.

    Example:
        >>> part_of("<https://example.org/id/graph/83bb4f68068d60c9/inferred>")
        'inferred'
    """
    part = graph.rstrip(">").rpartition("/")[2]
    return part if part in PARTS else None


def is_inferred(graph: str) -> bool:
    """Tell whether a graph holds what reasoning gave, in our vocabulary or aligned, by its name; see `part_of`."""
    return part_of(graph) in ("inferred", "aligned")


def aligned_name(inferred: str) -> str:
    """Return the name of the aligned graph that stands beside an inferred one.

    Example:
        >>> aligned_name("<https://example.org/id/graph/83bb4f68068d60c9/inferred>")
        '<https://example.org/id/graph/83bb4f68068d60c9/aligned>'
    """
    start, _, rest = inferred.rpartition("/inferred")
    return f"{start}/aligned{rest}"


def register(kind: str, key: str) -> str:
    """Return an IRI of a register under the fixed base, without angle brackets.

    Example:
        >>> register("division", "520000")
        'https://w3id.org/gplan/id/division/520000'
    """
    return f"{ID}{kind}/{key}"
