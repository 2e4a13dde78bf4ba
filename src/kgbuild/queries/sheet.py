"""Answers as an Excel workbook (`.xlsx`): one sheet, typed cells, a frozen header with filters.

Guarantees: a text never becomes a formula or a link; the same rows yield the same bytes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message, extra_missing
from kgbuild.queries.table import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from kgbuild.store import Rows, Value

_MOST_ROWS, _LONGEST = 1_048_575, 32_767
_WIDEST = 60


def to_xlsx(rows: Rows, heads: Sequence[str]) -> bytes:
    """Return rows as a workbook.

    Args:
        rows: The rows.
        heads: Column headers.

    Raises:
        InputError: more rows than a sheet can hold, or XlsxWriter is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as e:
        raise extra_missing(e, "web", where="xlsx") from e
    if len(rows) > _MOST_ROWS:
        raise InputError(
            Message("{count:,} rows, and a sheet holds {limit:,}", count=len(rows), limit=_MOST_ROWS),
            where="xlsx",
            cure="take csv",
        )
    out = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    book = Workbook(out, settings)
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
    sheet.write_row(0, 0, heads, bold)
    widths = [text_width(head) for head in heads]
    for n, row in enumerate(rows.rows, 1):
        for i, value in enumerate(row):
            if value is not None:
                _write(sheet, (n, i), value, day if isinstance(value, date) else plain)
                widths[i] = max(widths[i], text_width(str(value)[:_WIDEST]))
    for i, width in enumerate(widths):
        sheet.set_column(i, i, min(width, _WIDEST) + 2)
    sheet.freeze_panes(1, 0)
    if rows.rows:
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    book.close()
    return out.getvalue()


def _write(sheet: Worksheet, at: tuple[int, int], value: Value, form: Format) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(*at, value, form)
    elif isinstance(value, int | Decimal) and -(10**15) < value < 10**15:
        sheet.write_number(*at, float(value) if isinstance(value, Decimal) else value, form)
    elif isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
        sheet.write_datetime(*at, value, form)
    else:  # a text, never a formula; Excel holds so many characters of it
        sheet.write_string(*at, str(value)[:_LONGEST], form)
