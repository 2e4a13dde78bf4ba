"""Rows as RDF terms: the SPARQL 1.1 result formats TSV and XML, and Turtle for the result of a CONSTRUCT."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from kgbuild import terms
from kgbuild.errors import UsageError
from kgbuild.graph.turtle import write_turtle
from kgbuild.store import Iri

if TYPE_CHECKING:
    from kgbuild.store import Rows, Value

_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_tsv(rows: Rows) -> str:
    """Return SPARQL 1.1 TSV: variables in the header, terms in Turtle syntax, empty if unbound."""
    lines = ["\t".join(f"?{name}" for name in rows.columns)]
    lines += ["\t".join((term or "").replace("\t", "\\t") for term in row) for row in cells_of(rows)]
    return "\n".join(lines) + "\n"


def to_xml(rows: Rows) -> str:
    """Return the SPARQL 1.1 Query Results XML format."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', '<sparql xmlns="http://www.w3.org/2005/sparql-results#">']
    if rows.columns == ("boolean",) and rows.rows in (((True,),), ((False,),)):
        return "\n".join([*parts, " <head/>", f" <boolean>{str(rows.rows[0][0]).lower()}</boolean>", "</sparql>", ""])
    parts += [" <head>", *(f"  <variable name={quoteattr(name)}/>" for name in rows.columns), " </head>", " <results>"]
    for row in cells_of(rows):
        parts.append("  <result>")
        parts += [
            f"   <binding name={quoteattr(n)}>{_node(t)}</binding>"
            for n, t in zip(rows.columns, row, strict=True)
            if t is not None
        ]
        parts.append("  </result>")
    return "\n".join([*parts, " </results>", "</sparql>", ""])


def _node(term: str) -> str:
    if term.startswith("<"):
        return f"<uri>{escape(term[1:-1])}</uri>"
    if not term.startswith('"'):
        return f"<bnode>{escape(term[2:])}</bnode>"
    # XML cannot represent most control characters, so they are written out visibly.
    text = escape(_XML.sub(lambda m: f"\\u{ord(m[0]):04x}", terms.lexical(term))).replace("\r", "&#13;")
    tail = term[term.rindex('"') + 1 :]
    if tail.startswith("@"):
        return f"<literal xml:lang={quoteattr(tail[1:])}>{text}</literal>"
    return f"<literal datatype={quoteattr(tail[3:-1])}>{text}</literal>" if tail else f"<literal>{text}</literal>"


def to_turtle(rows: Rows) -> str:
    """Return the triples of a CONSTRUCT or DESCRIBE as Turtle.

    Raises:
        UsageError: the rows are not triples.
    """
    if rows.columns != ("subject", "predicate", "object"):
        raise UsageError("is for CONSTRUCT and DESCRIBE", where="--format ttl", cure="choose another format")
    return write_turtle({(s or "", p or "", o or "") for s, p, o in cells_of(rows)}, base="")


def cells_of(rows: Rows) -> list[tuple[str | None, ...]]:
    """Return the cells as terms; rows that come from no query are converted from plain values."""
    return list(rows.terms) if rows.terms else [tuple(map(_term, row)) for row in rows.rows]


def _term(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return terms.literal(str(value).lower(), datatype=f"{terms.XSD}boolean")
    if isinstance(value, int | Decimal):
        return terms.integer(value) if isinstance(value, int) else terms.decimal(value)
    if isinstance(value, date | datetime):
        return terms.date(value.isoformat())
    return terms.iri(value) if isinstance(value, Iri) else terms.literal(value)
