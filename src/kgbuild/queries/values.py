"""Parameter values: from what a user writes to RDF terms for a query.

Guarantees: the term is well-formed, or the call raises a `UsageError`. IRIs and labels are resolved against a graph in
`kgbuild.queries.lookup`.
"""

from __future__ import annotations

import difflib
import re
from datetime import date
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.errors import Message, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LiteralType = Literal["string", "lang", "integer", "decimal", "date", "year"]

_LITERALS: dict[str, tuple[str, Callable[[str], str], str]] = {
    "lang": (r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", lambda text: terms.literal(text.lower()), "zh"),
    "integer": (r"[+-]?\d{1,1000}", lambda text: terms.integer(int(text)), "12"),
    "decimal": (r"[+-]?(\d{1,1000}(\.\d{0,1000})?|\.\d{1,1000})", terms.decimal, "6.5"),
    "date": (r"\d{4}-\d\d-\d\d", lambda text: terms.date(date.fromisoformat(text).isoformat()), "2020-05-28"),
    "year": (r"\d{4}", lambda text: terms.integer(int(text)), "2020"),
}
"""For each type: accepted form (short enough to convert), conversion, example."""

_FEW = 8
"""Names that an error lists in full."""


def literal_term(kind: LiteralType, text: str) -> str:
    """Return the term for a literal parameter.

    Args:
        kind: The declared type; a year is an `xsd:integer`, as `gplan:issueYear` and `YEAR()` are.
        text: What the user wrote.

    Raises:
        UsageError: the text is not a valid literal of the type.

    Example:
        >>> literal_term("integer", "007")
        '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    _check_unicode(text)
    if kind == "string":
        return terms.literal(text)
    pattern, make, example = _LITERALS[kind]
    if re.fullmatch(pattern, text, re.ASCII):
        try:
            return make(text)
        except ValueError:
            pass
    raise UsageError(
        Message("{text} is not a valid {kind}", text=quoted(text), kind=kind),
        cure=Message("write it like {example}", example=example),
    )


def _check_unicode(text: str) -> None:
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise UsageError(Message("{text} is not valid Unicode", text=quoted(text)), cure="give UTF-8")


def iri_term(text: str) -> str:
    """Return the term for an IRI without angle brackets.

    Raises:
        UsageError: the text is not an absolute IRI.
    """
    import pyoxigraph

    _check_unicode(text)
    try:
        return terms.iri(pyoxigraph.NamedNode(text).value)
    except ValueError as e:
        raise UsageError(
            Message("{text} is not an IRI ({reason})", text=quoted(text), reason=e),
            cure="give an absolute IRI, a CURIE or a label",
        ) from e


def expand(curie: str) -> str:
    """Expand a CURIE with one of our prefixes.

    Raises:
        UsageError: the prefix is unknown.
    """
    prefix, _, name = curie.partition(":")
    if prefix not in terms.PREFIXES:
        raise UsageError(
            Message("unknown prefix {prefix}", prefix=quoted(prefix)), cure=nearest(prefix, terms.PREFIXES)
        )
    return terms.PREFIXES[prefix] + name


def sparql_term(term: str) -> str:
    r"""Return an N-Triples term in a form that is safe within SPARQL.

    rdflib decodes `\\u0022` to `\"` although its first two characters are an escaped backslash, and an engine that
    follows SPARQL 1.1, 19.2 to the letter may do so too. The letter after the backslash is therefore escaped itself.
    Tabs are also escaped, because rdflib normalises them to blanks.

    Example:
        >>> print(sparql_term(terms.literal("\\u0022")))
        "\\\U000000750022"
    """
    if not term.startswith('"'):
        return term
    return re.sub(r"\\\\([uU])", lambda m: rf"\\\U{ord(m[1]):08X}", term).replace("\t", "\\t")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the cure that names up to three known names near a wrong one; few are all named, those near first."""
    names = list(known)
    near = difflib.get_close_matches(name[:80], names, n=3, cutoff=0.4) or names[:12]
    near += [other for other in names if other not in near] if len(names) <= _FEW else []
    return Message("use one of: {names}", names=", ".join(near)) if near else Message("there are none")


def quoted(text: str) -> str:
    """Return a user's text for a message: quoted, short, without control characters."""
    shown = repr(text if len(text) <= 60 else text[:59] + "…")
    return shown.encode("utf-8", "backslashreplace").decode()
