"""Graph files → quads.

A file that is not RDF raises an `InputError` with file, line and column.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import InputError, Message
from kgbuild.graph.triples import Open, in_order
from kgbuild.store.nesting import check_nesting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sized
    from typing import IO

    from kgbuild.graph.triples import Triples

LARGEST = 512_000_000
"""Maximum size of a graph file in bytes; its quads take many times as much."""
Found = TypeVar("Found", bound="Sized")
_PACKED = b"\x1f\x8b"
Quad = tuple[str, str, str, str]
"""Subject, predicate, object, graph, each in N-Triples syntax; the graph is '' for the default graph."""

FORMATS: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
}


def read_quads(path: Path | Literal["-"]) -> list[Quad]:
    """Read a graph file; `-` is the standard input.

    Args:
        path: Suffix .ttl .nt .nq .trig .jsonld .rdf .xml, followed by .gz if compressed; for any other suffix the
            content decides.

    Returns:
        The quads in the order of the file, with terms as `terms` writes them; never empty.

    Raises:
        InputError: the file cannot be read, is not RDF (with line and column), or contains no statement.
    """
    return _filled(list(_parsed(*_contents(path))), name=_name(path))


def read_triples(path: Path | Literal["-"]) -> tuple[Triples, Triples]:
    """Read a graph file into columns, without a list of its quads; see `read_quads`.

    Returns:
        The statements of all graphs but the inferred ones, and those of the inferred ones.
    """
    asserted: defaultdict[str, Open] = defaultdict(lambda: Open([], []))
    inferred: defaultdict[str, Open] = defaultdict(lambda: Open([], []))
    is_inferred = cache(terms.is_inferred)  # a file has few graphs but many statements
    for s, p, o, g in _parsed(*_contents(path)):
        column = (inferred if is_inferred(g) else asserted)[p]
        column[0].append(s)
        column[1].append(o)
    _filled(asserted or inferred, name=_name(path))
    return in_order(asserted), in_order(inferred)


def _name(path: Path | Literal["-"]) -> str:
    return "<stdin>" if path == "-" else str(path)


def _contents(path: Path | Literal["-"]) -> tuple[bytes, str, str]:
    """Return the bytes of a file, unpacked, with the name for messages and the suffix of the format."""
    if path == "-":
        return _read(sys.stdin.buffer if sys.stdin else None, "<stdin>"), "<stdin>", ""
    try:
        with Path(path).open("rb") as f:
            data = _read(f, str(path))
    except (OSError, ValueError) as e:
        cure = "give a graph file" if isinstance(e, IsADirectoryError) else "check the path"
        what = e.strerror if isinstance(e, OSError) else e
        raise InputError(Message("cannot be read ({reason})", reason=what), where=str(path), cure=cure) from e
    inner = Path(path)
    if data.startswith(_PACKED):
        data, inner = _unpacked(data, str(path)), inner.with_suffix("") if inner.suffix.lower() == ".gz" else inner
    return data, str(path), inner.suffix.lower()


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return _read(stream, name)
    except (OSError, EOFError, zlib.error) as e:
        raise InputError(Message("is not a gzip file ({reason})", reason=e), where=name, cure="fetch it again") from e


def _read(stream: IO[bytes] | gzip.GzipFile | None, name: str) -> bytes:
    if stream is None:
        raise InputError("is closed", where=name, cure="give a graph file")
    pieces, left = [], LARGEST + 1
    while left and (piece := stream.read(min(left, 1 << 24))):
        pieces.append(piece)
        left -= len(piece)
    if not left:
        raise InputError(
            Message("is larger than {limit:,} bytes", limit=LARGEST), where=name, cure="give the graphs one by one"
        )
    return b"".join(pieces)


def parse_quads(data: bytes, *, name: str, suffix: str = "") -> list[Quad]:
    """Parse the bytes of a graph file; see `read_quads`.

    Args:
        data: UTF-8, with or without a byte order mark.
        name: Name of the file, for messages.
        suffix: Suffix that determines the format; '' to inspect the content.

    Raises:
        InputError: see `read_quads`.
    """
    return _filled(list(_parsed(data, name, suffix)), name=name)


def _parsed(data: bytes, name: str, suffix: str) -> Iterator[Quad]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    form = FORMATS.get(suffix) or _sniff(data)
    check_nesting(data, name=name, is_xml=form == ox.RdfFormat.RDF_XML, is_json=form == ox.RdfFormat.JSON_LD)
    try:
        # Each term once: a term stands in many statements, and two lists of them are compared sooner.
        known: dict[str, str] = {}
        once = known.setdefault
        for s, p, o, g in map(_quad, ox.parse(data, format=form)):
            yield once(s, s), once(p, p), once(o, o), once(g, g)
    except SyntaxError as e:
        raise _not_rdf(e, name=name, form=form) from e
    except (OSError, ValueError) as e:
        raise InputError(
            Message("is not {name}: {reason}", name=form.name, reason=e),
            where=name,
            cure="give a graph written by kgbuild build",
        ) from e
    except TypeError as e:
        raise InputError("holds an RDF 1.2 triple term", where=name, cure="give RDF 1.1") from e


def _filled(found: Found, *, name: str) -> Found:
    if not found:
        raise InputError("holds no statement", where=name, cure="give a graph written by kgbuild build")
    return found


_QUAD_LINE = re.compile(
    rb'(?:<[^>]*>|_:\S+)\s+<[^>]*>\s+(?:<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"\S*)\s+(?:<[^>]*>|_:\S+)\s*\.'
)


def _sniff(data: bytes) -> ox.RdfFormat:
    lines = (line.strip() for line in data.splitlines())
    first = next((line for line in lines if line and not line.startswith(b"#")), b"")
    if first.startswith((b"<?xml", b"<rdf:RDF", b"<!DOCTYPE")):
        return ox.RdfFormat.RDF_XML
    if re.match(rb'\s*(?:\{\s*"@|\[\s*\{)', data):
        return ox.RdfFormat.JSON_LD
    # Turtle and N-Triples are also TriG; N-Quads is not.
    return ox.RdfFormat.N_QUADS if _QUAD_LINE.match(first) else ox.RdfFormat.TRIG


def _not_rdf(error: SyntaxError, *, name: str, form: ox.RdfFormat) -> InputError:
    what = re.sub(r"^Parser error at line \d+ (?:column \d+|between [^:]*): ", "", error.msg)
    where = name if error.lineno is None else f"{name}:{error.lineno}:{error.offset}"
    return InputError(
        Message("is not {name}: {reason}", name=form.name, reason=what),
        where=where,
        cure="give a graph written by kgbuild build",
    )


def _quad(quad: ox.Quad) -> Quad:
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else term_text(quad.graph_name)
    return term_text(quad.subject), term_text(quad.predicate), term_text(quad.object), graph


def term_text(term: object) -> str:
    """Return a pyoxigraph term as `terms` writes it.

    Raises:
        TypeError: it is a triple term of RDF 1.2.
    """
    if isinstance(term, ox.NamedNode):
        return f"<{term.value}>"
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        plain = term.language or datatype == f"{terms.XSD}string"
        return terms.literal(term.value, lang=term.language, datatype=None if plain else datatype)
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    raise TypeError(type(term).__name__)
