"""Namespaces, the ontology terms that the code reads or writes, and the minting of instance IRIs.

Pure. Terms are strings in N-Triples syntax, so that a graph is a set of tuples of strings that can be sorted, compared
and serialised without a library. Keys follow the contract in ARCHITECTURE.md: ASCII, deterministic, without running
counters, and free of anything that better knowledge could change.
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
DC = "http://purl.org/dc/elements/1.1/"
PROV = "http://www.w3.org/ns/prov#"
ORG = "http://www.w3.org/ns/org#"
XSD = "http://www.w3.org/2001/XMLSchema#"

# Properties of others as terms, in N-Triples syntax.
TYPE = f"<{RDF}type>"
LABEL = f"<{RDFS}label>"
COMMENT = f"<{RDFS}comment>"
SUBCLASS = f"<{RDFS}subClassOf>"
TITLE = f"<{DCTERMS}title>"
IDENTIFIER = f"<{DCTERMS}identifier>"
REPLACED_BY = f"<{DCTERMS}isReplacedBy>"
SUBJECT = f"<{DC}subject>"
PREF = f"<{SKOS}prefLabel>"
ALT = f"<{SKOS}altLabel>"
HIDDEN = f"<{SKOS}hiddenLabel>"
SCHEME = f"<{SKOS}inScheme>"
MEMBER = f"<{SKOS}member>"
BROADER = f"<{SKOS}broader>"
BROAD_MATCH = f"<{SKOS}broadMatch>"
NOTATION = f"<{SKOS}notation>"
DEFINITION = f"<{SKOS}definition>"
FIRST, REST, NIL = (f"<{RDF}{name}>" for name in ("first", "rest", "nil"))
LABELS = (LABEL, PREF)
"""What names a node: things are labelled, concepts and bodies have a preferred label."""
REGISTERS = (f"<{ID}", f"<{GPLANV}")
"""How the nodes begin that the vocabularies describe."""

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
"""Prefixes used in all output, our own first."""

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
"""Types of instances under the user's base IRI."""


def iri(value: str) -> str:
    """Return an IRI in N-Triples syntax."""
    return f"<{value}>"


def bare(term: str) -> str:
    """Return an IRI without angle brackets; any other term unchanged."""
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
    r"""Return a literal in canonical N-Triples.

    Args:
        value: Its lexical form.
        lang: Its language tag, which excludes a datatype.
        datatype: The IRI of its datatype without angle brackets; None for a plain string.

    Example:
        >>> literal('他说"好"', lang="zh")
        '"他说\\"好\\""@zh'
    """
    escaped = _ESCAPE.sub(lambda m: _ESCAPES[m[0]], value) if _ESCAPE.search(value) else value
    quoted = f'"{escaped}"'
    if lang:
        return f"{quoted}@{lang}"
    return f"{quoted}^^<{datatype}>" if datatype else quoted


def integer(value: int) -> str:
    """Return an `xsd:integer`."""
    return f'"{value}"^^<{XSD}integer>'


def decimal(value: object) -> str:
    """Return an `xsd:decimal` without exponent and trailing zeros.

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
    """Return a date literal of the precision of the value: year, year and month, day, or date and time."""
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}.get(len(value), "dateTime")
    return f'"{value}"^^<{XSD}{kind}>'


def lexical(term: str) -> str:
    r"""Return the lexical form of a literal in N-Triples.

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
    """Return the first 16 hex digits of the SHA-256 of the parts in UTF-8, joined by newlines.

    Example:
        >>> h("国办发〔2018〕126号", "")
        '83bb4f68068d60c9'
    """
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def key_text(text: str) -> str:
    """Return a text as a part of a key: NFKC, without white space, with year brackets 〔〕.

    Example:
        >>> key_text("国发 [2016] 7号")
        '国发〔2016〕7号'
    """
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    folded = unicodedata.normalize("NFC", folded)  # removing white space may have freed a combining accent
    return re.sub(r"[\[(【〔](\d{4})[\])】〕]", r"〔\1〕", folded)


def document_key(*, number: str | None, title: str | None, signature: str | None, signed: str | None, text: str) -> str:
    """Return the key of a document.

    Args:
        number: 发文字号 of the document, or of the notice that carries it.
        title: Its title as found.
        signature: Signature as printed, several joined by a blank; used if there is no number.
        signed: Signed date in ISO format; used if there is no number.
        text: The read text, which identifies a document that nothing else does.
    """
    if number:
        return h(key_text(number), key_text(title or ""))
    if title and signature and signed:
        return h(key_text(title), key_text(signature), signed)
    return h(text)


def cited_key(*, title: str, number: str | None) -> str:
    """Return the key of a document known from citations, equal to its own key if number and title are known."""
    return h(key_text(number), key_text(title)) if number else h("title", key_text(title))


class Minter:
    """Mints the instance IRIs of one document; the same IRI for two different things is an internal error."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._seen: dict[str, tuple[str, ...]] = {}

    def mint(self, kind: str, key: str, identity: Sequence[str] = ()) -> str:
        """Return `<{base}{kind}/{key}>`.

        Args:
            kind: One of `TYPES`.
            key: The key; see the contract on keys in ARCHITECTURE.md.
            identity: What the key was derived from, to distinguish a collision from a repetition.

        Raises:
            InternalError: the key already denotes something else.
        """
        value, identity = f"<{self.base}{kind}/{key}>", tuple(identity)
        # What has no identity beside its key need not be remembered: most nodes of a graph.
        known = self._seen.setdefault(value, identity) if identity else self._seen.get(value, ())
        if known != identity:
            raise InternalError(f"two things share {value}: {known} and {identity}")
        return value

    def span(self, source: str, span: Span) -> str:
        """Return the IRI of a span of a source text."""
        return f"<{self.base}span/{source}.{span.start}-{span.end}>"


PARTS = ("asserted", "inferred", "aligned", "run", "facts")
"""The graphs of a source text, by the last segment of their names.

`aligned` restates the inferred statements in foreign vocabularies; `facts` is the content of the profile of that name.
"""

PROFILE = "https://w3id.org/gplan/profile/"
FACTS = PROFILE + "facts"
"""What a graph of facts conforms to (`dcterms:conformsTo`); see `kgbuild.graph.facts`."""
CONFORMS = f"<{DCTERMS}conformsTo>"


class GraphName(NamedTuple):
    """The parsed name of a graph of a source text.

    Attributes:
        base: Base IRI of the instances.
        key: Key of the source text; '' for a graph that covers several.
        part: One of `PARTS`.
    """

    base: str
    key: str
    part: str

    def __str__(self) -> str:
        return graph_name(self.base, self.key, self.part)


def graph_name(base: str, key: str, part: str) -> str:
    """Return the name of a graph, without angle brackets; for the arguments see `GraphName`.

    Example:
        >>> graph_name("https://example.org/id/", "83bb4f68068d60c9", "asserted")
        'https://example.org/id/graph/83bb4f68068d60c9/asserted'
        >>> graph_name("https://example.org/id/", "", "inferred")
        'https://example.org/id/graph/inferred'
    """
    return f"{base}graph/{key}/{part}" if key else f"{base}graph/{part}"


def read_graph_name(name: str) -> GraphName | None:
    """Parse a name made by `graph_name`; None for any other name.

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
    """Return the part that a graph holds, judged by its name; None for names that do not follow the scheme.

    A name that follows the scheme claims to be made by kgbuild, whatever precedes the last segments.

    Args:
        graph: The name, with or without angle brackets; '' for the default graph.

    Example:
        >>> part_of("<https://example.org/id/graph/83bb4f68068d60c9/inferred>")
        'inferred'
    """
    part = graph.rstrip(">").rpartition("/")[2]
    return part if part in PARTS else None


def is_inferred(graph: str) -> bool:
    """Tell from its name whether a graph holds inferred statements, in our vocabulary or aligned; see `part_of`."""
    return part_of(graph) in ("inferred", "aligned")


def aligned_name(inferred: str) -> str:
    """Return the name of the aligned graph that belongs to an inferred one.

    Example:
        >>> aligned_name("<https://example.org/id/graph/83bb4f68068d60c9/inferred>")
        '<https://example.org/id/graph/83bb4f68068d60c9/aligned>'
    """
    start, _, rest = inferred.rpartition("/inferred")
    return f"{start}/aligned{rest}"


def register(kind: str, key: str) -> str:
    """Return the IRI of a register entry under the fixed base, without angle brackets.

    Example:
        >>> register("division", "520000")
        'https://w3id.org/gplan/id/division/520000'
    """
    return f"{ID}{kind}/{key}"
