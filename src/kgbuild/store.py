"""Graph files in, rows out: the only user of `pyoxigraph.Store`.

Takes files of every format that we write, and SPARQL queries. Guarantees:

1. A file that is not RDF is an `InputError` with file, line and column.
2. The default graph of a `Store` is the union of all graphs as a *set*: a triple that stands in two named graphs is
   one triple (pyoxigraph's own union counts it twice). The named graphs stay reachable by GRAPH.
3. A query reads what was loaded and nothing else: SERVICE, FROM and updates are refused before the engine sees them.

A `Store` has no deadline; a query that we did not write goes through `kgbuild.queries.free`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from kgbuild import terms
from kgbuild.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kgbuild.model import Triple

Quad = tuple[str, str, str, str]
"""Subject, predicate, object, graph, each as it stands in N-Triples; the graph is '' for the default graph."""

FORMATS: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
}


class Iri(str):
    """The value of an IRI in a row, without angle brackets."""

    __slots__ = ()


Value = str | int | Decimal | date | bool | None
"""A cell: `Iri` for an IRI, `str` for text, None where the query bound nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a query in terms of N-Triples: what can be handed from one process to another.

    Attributes:
        columns: Names in the order of the query; `boolean` for ASK, `subject predicate object` for CONSTRUCT.
        rows: Terms, None where the query bound nothing.
        truncated: True where a limit cut rows off.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The answer to a query in values of Python. Iterating gives one dictionary a row.

    Attributes:
        columns: As in `Answer`.
        rows: As many values in each as there are columns, in the order of the query.
        truncated: True where a limit cut rows off.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    truncated: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


# -- reading ------------------------------------------------------------------------------------------------------
def read_quads(path: Path | Literal["-"]) -> list[Quad]:
    """Read a graph file; `-` is the standard input.

    Args:
        path: Suffix .ttl .nt .nq .trig .jsonld .rdf .xml; with any other the content decides.

    Returns:
        The quads in the order of the file, as `terms` writes them; never empty.

    Raises:
        InputError: the file cannot be read, is not RDF (with line and column), or holds no statement.
    """
    if path == "-":
        return parse_quads(sys.stdin.buffer.read(), name="<stdin>")
    try:
        data = Path(path).read_bytes()
    except OSError as e:
        cure = "give a graph file" if isinstance(e, IsADirectoryError) else "check the path"
        raise InputError(f"cannot be read ({e.strerror})", where=str(path), cure=cure) from e
    return parse_quads(data, name=str(path), suffix=Path(path).suffix.lower())


def parse_quads(data: bytes, *, name: str, suffix: str = "") -> list[Quad]:
    """Parse the bytes of a graph file; see `read_quads`.

    Args:
        data: UTF-8, with or without a byte order mark.
        name: What messages call it.
        suffix: Suffix that tells the format, '' to look at the content.

    Raises:
        InputError: see `read_quads`.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    form = FORMATS.get(suffix) or _sniff(data)
    try:
        quads = [_quad(q) for q in ox.parse(data, format=form)]
    except SyntaxError as e:
        raise _not_rdf(e, name=name, form=form) from e
    except TypeError as e:
        raise InputError("holds an RDF 1.2 triple term", where=name, cure="give RDF 1.1") from e
    if not quads:
        raise InputError("holds no statement", where=name, cure="give a graph written by kgbuild build")
    return quads


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
    # Turtle and N-Triples are TriG as well; N-Quads is not.
    return ox.RdfFormat.N_QUADS if _QUAD_LINE.match(first) else ox.RdfFormat.TRIG


def _not_rdf(error: SyntaxError, *, name: str, form: ox.RdfFormat) -> InputError:
    what = re.sub(r"^Parser error at line \d+ (?:column \d+|between [^:]*): ", "", error.msg)
    where = name if error.lineno is None else f"{name}:{error.lineno}:{error.offset}"
    return InputError(f"is not {form.name}: {what}", where=where, cure="give a graph written by kgbuild build")


def _quad(quad: ox.Quad) -> Quad:
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else _term(quad.graph_name)
    return _term(quad.subject), _term(quad.predicate), _term(quad.object), graph


def _term(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<{term.value}>"
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        plain = term.language or datatype == f"{terms.XSD}string"
        return terms.literal(term.value, lang=term.language, datatype=None if plain else datatype)
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    raise TypeError(type(term).__name__)


# -- values -------------------------------------------------------------------------------------------------------
_INTEGERS = frozenset(f"{terms.XSD}{name}" for name in ("integer", "int", "long", "nonNegativeInteger"))
_CONVERSIONS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(_INTEGERS, int),
    f"{terms.XSD}decimal": Decimal,
    f"{terms.XSD}date": date.fromisoformat,
    f"{terms.XSD}dateTime": datetime.fromisoformat,
    f"{terms.XSD}boolean": lambda text: {"true": True, "1": True, "false": False, "0": False}[text],
}


def value_of(term: str | None) -> Value:
    """Return the Python value of a term in N-Triples.

    A literal whose form does not fit its datatype, and one of a datatype that Python has no type for, is its text.

    Example:
        >>> value_of('"6.5"^^<http://www.w3.org/2001/XMLSchema#decimal>')
        Decimal('6.5')
    """
    if term is None:
        return None
    if term.startswith("<"):
        return Iri(term[1:-1])
    if not term.startswith('"'):
        return term
    text = terms.lexical(term)
    convert = _CONVERSIONS.get(term[term.rindex('"') + 4 : -1])
    if convert is None:
        return text
    try:
        return convert(text)
    except (ValueError, ArithmeticError, KeyError):
        return text


def typed(answer: Answer) -> Rows:
    """Return an answer with Python values in place of terms."""
    rows = tuple(tuple(map(value_of, row)) for row in answer.rows)
    return Rows(columns=answer.columns, rows=rows, truncated=answer.truncated)


# -- what a query may not do --------------------------------------------------------------------------------------
_TOKEN = re.compile(
    r"""\#[^\n\r]*
      | <[^<>"{}|^`\\\x00-\x20]*>
      | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
      | [?$]\w+ | @[A-Za-z][\w-]*
      | (?P<prefix>[^\W\d_][\w.-]*)? :(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*
      | (?P<word>[^\W\d_]\w*)
      | .""",
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
_UNICODE_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")


def check_query(query: str) -> None:
    """Refuse what leaves the loaded graph or would change it.

    This gives the clear message. It is no wall: where `<` compares and where it opens an IRI only a parser knows. The
    wall is the process of `kgbuild.queries.free`, which can open neither file nor socket.

    Raises:
        UsageError: SERVICE, FROM or an update, with line and column.
    """
    decoded = _UNICODE_ESCAPE.sub(lambda m: chr(min(int(m[1] or m[2], 16), 0x10FFFF)), query)
    for text in dict.fromkeys((query, decoded)):
        matches = [m for m in _TOKEN.finditer(text) if m["word"] or m["prefix"]]
        for match in matches:
            _refuse_reach((match["word"] or match["prefix"]).upper(), _place(text, match.start()))
        words = (m for m in matches if m["word"] and m["word"].upper() not in ("PREFIX", "BASE"))
        form = next(words, None)
        if form is not None and form["word"].upper() in _UPDATES:
            what = f"{form['word'].upper()} is an update and graphs are read-only"
            cure = "write SELECT, ASK, CONSTRUCT or DESCRIBE"
            raise UsageError(what, where=_place(text, form.start()), cure=cure)


def _refuse_reach(word: str, place: str) -> None:
    # The engine needs no blank after a keyword (`SERVICEex:a {…}`, `trueSERVICE<…>{…}`): look inside words.
    if "SERVICE" in word:
        raise UsageError("SERVICE is refused: a query reaches no other endpoint", where=place, cure="remove it")
    if "FROM" in word:
        raise UsageError("FROM is refused: a query runs over the graphs given", where=place, cure="use --graph")


def _place(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    return f"query, line {line}, column {offset - text.rfind(chr(10), 0, offset)}"


# -- the store ----------------------------------------------------------------------------------------------------
class Store:
    """Quads in memory, ready for queries. The prefixes of `terms.PREFIXES` need no declaration.

    Args:
        quads: Quads with terms in N-Triples, as `read_quads` gives them.
    """

    def __init__(self, quads: Iterable[Quad] = ()) -> None:
        self._store = ox.Store()
        self.add(quads)

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads; those of named graphs join the default graph too."""
        self._store.bulk_load(_lines(quads).encode(), format=ox.RdfFormat.N_QUADS)

    def dump(self) -> bytes:
        """Return all that the store holds, for `restore` in another process."""
        return self._store.dump(format=ox.RdfFormat.N_QUADS) or b""

    @classmethod
    def restore(cls, data: bytes) -> Store:
        """Return the store that `dump` was called on."""
        store = cls()
        store._store.bulk_load(data, format=ox.RdfFormat.N_QUADS)
        return store

    def __len__(self) -> int:
        return len(self._store)

    def answer(self, query: str, *, limit: int | None = None) -> Answer:
        """Run a query of any form.

        Args:
            query: The query; a text that a user wrote freely belongs into `kgbuild.queries.free`.
            limit: Most rows to return, None for all.

        Raises:
            UsageError: the query has a syntax error (with line and column) or is refused.
        """
        check_query(query)
        try:
            found = self._store.query(query, prefixes=terms.PREFIXES)
        except SyntaxError as e:
            raise _syntax_error(e) from e
        if isinstance(found, ox.QueryBoolean):
            value = terms.literal(str(bool(found)).lower(), datatype=f"{terms.XSD}boolean")
            return Answer(columns=("boolean",), rows=((value,),))
        columns: tuple[str, ...] = ("subject", "predicate", "object")
        if isinstance(found, ox.QuerySolutions):
            columns = tuple(v.value for v in found.variables)
        rows = tuple(tuple(None if t is None else _term(t) for t in row) for row in islice(found, limit))
        truncated = limit is not None and len(rows) == limit and next(found, None) is not None
        return Answer(columns=columns, rows=rows, truncated=truncated)

    def select(self, query: str, *, limit: int | None = None) -> Rows:
        """Run a query of any form and return values of Python; see `answer`."""
        return typed(self.answer(query, limit=limit))

    def ask(self, query: str) -> bool:
        """Run an ASK; see `answer`."""
        answer = self.select(query)
        if answer.columns != ("boolean",):
            raise UsageError("is no ASK", where="query")
        return answer.rows == ((True,),)

    def construct(self, query: str) -> list[Triple]:
        """Run a CONSTRUCT or DESCRIBE and return its triples, sorted; see `answer`."""
        answer = self.answer(query)
        if answer.columns != ("subject", "predicate", "object"):
            raise UsageError("is no CONSTRUCT", where="query")
        return sorted((s or "", p or "", o or "") for s, p, o in answer.rows)


def _lines(quads: Iterable[Quad]) -> str:
    return "".join(f"{s} {p} {o} .\n{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n" for s, p, o, g in quads)


def _syntax_error(error: SyntaxError) -> UsageError:
    match = re.match(r"error at (\d+):(\d+): (.*)", error.msg, re.DOTALL)
    place, what = (f"query, line {match[1]}, column {match[2]}", match[3]) if match else ("query", error.msg)
    short = " ".join(what.split())
    short = short if len(short) <= 160 else short[:159] + "…"
    return UsageError(f"syntax error, {short}", where=place, cure="mend the query")
