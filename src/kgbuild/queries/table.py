"""Rows as text: tables for people, CSV (RFC 4180) and JSON for programs.

Guarantees: no value is truncated. A table wraps its cells if a width is given and is as wide as its content otherwise;
hanzi count as two columns; control characters, which could steer a terminal, are escaped in tables.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from kgbuild import terms
from kgbuild.errors import UsageError, visible
from kgbuild.model.lines import line_column, line_starts
from kgbuild.store import Iri, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbuild.model import SourceText
    from kgbuild.store import Value

Format = Literal["table", "csv", "tsv", "json", "xml", "md", "ttl"]
FORMATS: tuple[Format, ...] = ("table", "csv", "tsv", "json", "xml", "md", "ttl")
_NARROWEST = 8
_GAP = "  "


def render_rows(rows: Rows, *, form: Format, width: int | None = None, excel: bool = False) -> str:
    """Render rows in a format, ending in a newline.

    Args:
        rows: The rows.
        form: `table`, `md`, `csv` or `json` (a list of objects) with plain values; `tsv` and `xml` (SPARQL 1.1 result
            formats) and `ttl` (the result of a CONSTRUCT) with RDF terms.
        width: Columns of the terminal; None = unlimited; tables only.
        excel: CSV for spreadsheets: with a byte order mark, which identifies UTF-8, and an apostrophe before texts that
            would be taken for formulas.

    Raises:
        UsageError: `ttl` for rows that are not triples.
    """
    if form == "table":
        return to_table(rows, width=width)
    if form == "csv":
        return "\ufeff" + to_csv(_without_formulas(rows)) if excel else to_csv(rows)
    if form in ("tsv", "xml"):
        from kgbuild.queries import results

        return results.to_tsv(rows) if form == "tsv" else results.to_xml(rows)
    if form == "ttl":
        from kgbuild.queries.results import to_turtle

        return to_turtle(rows)
    return to_json(rows) if form == "json" else to_markdown(rows)


def _without_formulas(rows: Rows) -> Rows:
    def safe(value: Value) -> Value:
        return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

    return Rows(columns=rows.columns, rows=tuple(tuple(map(safe, row)) for row in rows.rows))


def to_markdown(rows: Rows) -> str:
    """Return a Markdown table as GitHub renders it."""
    cells = [[_marked(visible(_short(value))) for value in row] for row in rows.rows]
    lines = [list(rows.columns), ["---"] * len(rows.columns), *cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _marked(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


def to_csv(rows: Rows) -> str:
    """Return CSV according to RFC 4180: header, commas, CRLF, doubled quotes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows.columns)
    writer.writerows([[_text(value) for value in row] for row in rows.rows])
    return out.getvalue()


def to_json(rows: Rows) -> str:
    """Return a JSON list of objects; unbound values are null, dates ISO texts."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1, default=_json) + "\n"


def _json(value: object) -> object:
    if isinstance(value, Decimal):
        # A JSON number if every reader represents it exactly, otherwise its digits as text.
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


# -- table --------------------------------------------------------------------------------------------------------
def to_table(rows: Rows, *, width: int | None = None) -> str:
    """Return a table with right-aligned numbers.

    Args:
        rows: The rows.
        width: Wrap cells to keep lines within this width, but not below 8 columns for a cell; None = unlimited.
    """
    if not rows.columns:
        return "\n"
    cells = [[visible(_short(value)) for value in row] for row in rows.rows]
    natural = [max(map(text_width, column)) for column in zip(rows.columns, *cells, strict=True)]
    widths = _fit(natural, width)
    right = [
        all(isinstance(row[i], int | Decimal) for row in rows.rows) and bool(rows.rows) for i in range(len(widths))
    ]
    lines = _wrapped(list(rows.columns), widths, right)
    lines.append(_GAP.join("-" * w for w in widths))
    for row in cells:
        lines += _wrapped(row, widths, right)
    return "\n".join(lines) + "\n"


def text_width(text: str) -> int:
    """Return the number of terminal columns of a text.

    Example:
        >>> text_width("省科协 a")
        8
    """
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if char < "\u0300":
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _short(value: Value) -> str:
    if isinstance(value, Iri):
        for prefix, namespace in terms.PREFIXES.items():
            if value.startswith(namespace) and value[len(namespace) :].replace("-", "").isalnum():
                return f"{prefix}:{value[len(namespace) :]}"
    return _text(value)


def _fit(natural: list[int], width: int | None) -> list[int]:
    widths = list(natural)
    if width is None:
        return widths
    room = width - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widest = widths.index(max(widths))
        second = max((w for w in widths if w < widths[widest]), default=_NARROWEST)
        surplus = sum(widths) - room
        widths[widest] = max(_NARROWEST, widths[widest] - surplus, min(second, widths[widest] - 1))
    return widths


def _wrapped(cells: list[str], widths: list[int], right: list[bool]) -> list[str]:
    stacks = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for i in range(max(map(len, stacks))):
        pieces = [stack[i] if i < len(stack) else "" for stack in stacks]
        padded = [_pad(p, w, to_right=r) for p, w, r in zip(pieces, widths, right, strict=True)]
        lines.append(_GAP.join(padded).rstrip())
    return lines


def _wrap(text: str, width: int) -> list[str]:
    lines, line, used = [], "", 0
    for char in text:
        size = _char_width(char)
        if used + size > width and line:
            lines.append(line)
            line, used = "", 0
        line, used = line + char, used + size
    return [*lines, line]


def _pad(text: str, width: int, *, to_right: bool) -> str:
    blank = " " * (width - text_width(text))
    return blank + text if to_right else text + blank


# -- places -------------------------------------------------------------------------------------------------------
def with_places(rows: Rows, text: str, source: SourceText | None = None) -> Rows:
    """Add a column `lineColumn` after `start`: `12:5`, both from 1, columns in code points.

    Args:
        rows: The answer to a query with a column `start`.
        text: The read text to which the offsets refer; lines end with LF, CRLF or CR.
        source: The source, whose pages or paragraphs replace lines if its file has none.

    Raises:
        UsageError: there is no column `start`.
    """
    if "start" not in rows.columns:
        raise UsageError("the query has no column start", where="--source", cure="leave --source out")
    at = rows.columns.index("start") + 1
    starts = line_starts(text)

    def place(offset: Value) -> str | None:
        named = source.place_name(offset) if source is not None and isinstance(offset, int) else None
        return named or place_text(offset, starts)

    new = tuple((*row[:at], place(row[at - 1]), *row[at:]) for row in rows.rows)
    columns = (*rows.columns[:at], "lineColumn", *rows.columns[at:])
    return Rows(columns=columns, rows=new, truncated=rows.truncated)


def place_text(offset: Value, starts: Sequence[int]) -> str | None:
    """Return line and column of an offset as `12:5`, both from 1; None if it is not a number."""
    if not isinstance(offset, int):
        return None
    line, column = line_column(starts, offset)
    return f"{line}:{column}"
