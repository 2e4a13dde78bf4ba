"""Query answers as terms and as Python values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from html import escape
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING

from kgbuild import terms
from kgbuild.errors import Message, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    import pandas
    import polars


class Iri(str):
    """An IRI in a row, without angle brackets."""

    __slots__ = ()


Value = str | int | Decimal | date | bool | None
"""A cell: `Iri` for an IRI, `str` for text, None if unbound."""


def text_of(value: Value) -> str | None:
    """Return a cell as text; None if unbound."""
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer in N-Triples terms, which can be passed between processes.

    Attributes:
        columns: Names in the order of the query; `boolean` for ASK, `subject predicate object` for CONSTRUCT.
        rows: Terms, None if unbound.
        truncated: Whether a limit cut rows off.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The passage of the text that supports a row.

    Attributes:
        document: Title of the plan; None if the row rests on no action.
        item: Path of the action; None likewise.
        sentence: Text of the action or, without one, of the statement, as found.
        start: Offset of the words of the statement, or of the action.
        place: `line:column` of it, if the source was given.
        source: SHA-256 of the read text to which `start` refers.
    """

    document: str | None
    item: str | None
    sentence: str
    start: int
    place: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """An answer in Python values. Iteration yields one dictionary for each row.

    Attributes:
        columns: As in `Answer`.
        rows: Rows with one value for each column, in the order of the query.
        truncated: Whether a limit cut rows off.
        terms: The same cells as N-Triples terms; empty for rows that come from no query.
        quotes: For each row the supporting passages; empty unless requested.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    truncated: bool = False
    terms: tuple[tuple[str | None, ...], ...] = field(default=(), compare=False, repr=False)
    quotes: tuple[tuple[Quote, ...], ...] = field(default=(), compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas data frame; needs pandas.

        Raises:
            UsageError: pandas is not installed.
        """
        frame: pandas.DataFrame = _library("pandas").DataFrame(
            [[_plain(value) for value in row] for row in self.rows], columns=list(self.columns)
        )
        return frame

    def to_polars(self) -> polars.DataFrame:
        """Return a polars data frame; needs polars.

        Raises:
            UsageError: polars is not installed.
        """
        columns = {name: [_plain(row[i]) for row in self.rows] for i, name in enumerate(self.columns)}
        frame: polars.DataFrame = _library("polars").DataFrame(columns, strict=False)
        return frame

    def _repr_html_(self) -> str:
        """Return the HTML table that notebooks show."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join("<tr>" + "".join(f"<td>{escape(_shown(v))}</td>" for v in row) + "</tr>" for row in self.rows)
        more = "<p>…</p>" if self.truncated else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _library(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as e:
        raise UsageError(
            Message("{name} is not installed", name=name), cure=Message("pip install {name}", name=name)
        ) from e


def _plain(value: Value) -> Value:
    # Column types reject subclasses of str.
    return str(value) if isinstance(value, Iri) else value


def _shown(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(form: str, convert: Callable[[str], Value]) -> Callable[[str], Value]:
    # Python accepts more than XML Schema: sNaN, 1_000, digits of other scripts.
    fits = re.compile(form).fullmatch

    def read(text: str) -> Value:
        return convert(text) if fits(text) else text

    return read


_TYPES: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(("integer", "int", "long", "nonNegativeInteger"), _number(r"\s*[+-]?[0-9]+\s*", int)),
    "decimal": _number(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*", Decimal),
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
    "boolean": lambda text: {"true": True, "1": True, "false": False, "0": False}[text],
}
_CONVERSIONS = {f"^^<{terms.XSD}{name}>": convert for name, convert in _TYPES.items()}
"""Converters by datatype, as written after the quotes of a literal."""


def value_of(term: str | None) -> Value:
    """Return the Python value of an N-Triples term.

    A literal that is invalid for its datatype, or whose datatype has no Python counterpart, is returned as text.

    Example:
        >>> value_of('"6.5"^^<http://www.w3.org/2001/XMLSchema#decimal>')
        Decimal('6.5')
    """
    # A table has tens of thousands of cells, so each is inspected as little as possible.
    if term is None:
        return None
    first = term[0]
    if first == "<":
        return Iri(term[1:-1])
    if first != '"':
        return term
    end = term.rindex('"')
    text = terms.lexical(term) if "\\" in term else term[1:end]
    convert = _CONVERSIONS.get(term[end + 1 :])
    if convert is None:
        return text
    try:
        return convert(text)
    except (ValueError, ArithmeticError, KeyError):
        return text


def typed(answer: Answer) -> Rows:
    """Return an answer with Python values in place of terms."""
    # Titles, names and codes repeat in many rows.
    value = {term: value_of(term) for term in set(chain.from_iterable(answer.rows))}.__getitem__
    rows = tuple([tuple(map(value, row)) for row in answer.rows])
    return Rows(columns=answer.columns, rows=rows, truncated=answer.truncated, terms=answer.rows)
