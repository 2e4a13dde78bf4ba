"""Doubts out, decisions in: a table that a reviewer fills in and that later builds apply.

The table is CSV (RFC 4180, UTF-8 with a byte order mark for spreadsheets). Reviewers enter `accept`, `reject` or
`other` in the column `decision`, and for `other` the correct name, register key or wording in `value`; rows left empty
are no decisions.
"""

from __future__ import annotations

import csv
import hashlib
import io
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message
from kgbuild.model.lines import line_column, line_starts
from kgbuild.text.decisions import EVERYWHERE, Decision, Verdict, around
from kgbuild.text.reading import sentence_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kgbuild.lexicon import Lexicon
    from kgbuild.model import Annotations, Finding

COLUMNS = (
    "file",
    "code",
    "quote",
    "before",
    "after",
    "line",
    "column",
    "place",
    "start",
    "end",
    "sentence",
    "likely",
    "candidates",
    "message",
    "decision",
    "value",
)
"""Columns of the table: the doubt, its place, the possible readings, and the reviewer's decision."""

DOUBTS = frozenset(
    {
        "unresolved-body",
        "ambiguous-body",
        "slip-former-name",
        "slip-suffix",
        "slip-not-yet",
        "restored-text",
        "doubtful-text",
    }
)
_VERDICTS: dict[str, Verdict] = {
    "accept": "accept",
    "reject": "reject",
    "other": "other",
    "接受": "accept",
    "拒绝": "reject",
    "其他": "other",
}


def doubts(found: Annotations, lexicon: Lexicon, lang: str) -> Iterator[dict[str, str]]:
    """Yield a row for each open doubt of a document, in reading order.

    Args:
        found: The annotations of the document.
        lexicon: Compiled vocabularies, which hold the messages.
        lang: `en` or `zh`.
    """
    starts = line_starts(found.document.source.text)
    for f in found.findings:
        if f.code in DOUBTS and f.span is not None:
            yield _row(found, f, starts, lexicon.message(f, lang), lang)


def _row(found: Annotations, f: Finding, starts: Sequence[int], message: str, lang: str) -> dict[str, str]:
    span, text = f.span, found.document.source.text
    if span is None:
        return {}
    before, after = around(found.document.norm, span)
    sentence = sentence_around(text, span)
    line, column = line_column(starts, span.start)
    detail = dict(f.detail)
    return {
        "file": found.document.source.name,
        "code": f.code,
        "quote": found.document.norm[span.start : span.end],
        "before": before,
        "after": after,
        "line": str(line),
        "column": str(column),
        "place": found.document.source.place_name(span.start, lang) or "",
        "start": str(span.start),
        "end": str(span.end),
        "sentence": text[sentence.start : sentence.end].strip(),
        "likely": f.likely or detail.get("restored", ""),
        "candidates": detail.get("candidates", ""),
        "message": message,
        "decision": "",
        "value": "",
    }


NAME_COLUMNS = (
    "quote",
    "before",
    "after",
    "times",
    "documents",
    "place",
    "example",
    "words",
    "candidates",
    "decision",
    "value",
)
"""Columns of the table of names in a corpus, whose decisions apply wherever the name occurs."""
BETWEEN = "、"
"""Separator of candidates."""


def to_csv(rows: Iterable[dict[str, str]], columns: Sequence[str] = COLUMNS) -> bytes:
    """Return the table as CSV with a byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: _safe(v) for k, v in row.items()})
    return "\ufeff".encode() + out.getvalue().encode()


def _safe(cell: str) -> str:
    """Prevent a spreadsheet from evaluating a cell as a formula."""
    return "'" + cell if cell[:1] in ("=", "+", "@") else cell


def read_decisions(folder: Path) -> tuple[Decision, ...]:
    """Read the decisions of all tables in a folder, in the order of file names and rows.

    Raises:
        InputError: the folder or a table cannot be read, or a decision is not accept, reject or other.
    """
    try:
        tables = sorted(folder.glob("*.csv")) if folder.is_dir() else None
    except (OSError, RuntimeError, ValueError) as e:  # ValueError: name too long; RuntimeError: a loop of links
        raise InputError(
            Message("cannot be read ({reason})", reason=e), where=str(folder)[:200], cure="check the path"
        ) from e
    if tables is None:
        raise InputError("is not a folder", where=str(folder), cure="give the folder that holds the filled-in tables")
    return tuple(d for path in tables for d in _of_table(path))


def _of_table(path: Path) -> Iterator[Decision]:
    if not path.is_file():  # reading a pipe would never end
        raise InputError("is not a file", where=str(path), cure="keep nothing but filled-in tables in the folder")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise InputError("cannot be read as UTF-8", where=str(path), cure="save the table as CSV in UTF-8") from e
    try:
        yield from _of_rows(csv.DictReader(io.StringIO(text, newline="")), path)
    except csv.Error as e:
        raise InputError(
            Message("is not a table that review wrote ({reason})", reason=e),
            where=str(path),
            cure="mend the row, or take it out",
        ) from e


def _of_rows(reader: csv.DictReader[str], path: Path) -> Iterator[Decision]:
    missing = {"quote", "before", "after", "decision", "value"} - set(reader.fieldnames or ())
    if missing:
        names = ", ".join(sorted(missing))
        raise InputError(
            Message("lacks the columns {names}", names=names),
            where=str(path),
            cure="keep the columns that review wrote",
        )
    for row in reader:
        verdict = (row["decision"] or "").strip().lower()
        if not verdict:
            continue
        where = f"{path.name}:{reader.line_num}"
        if verdict not in _VERDICTS:
            raise InputError(
                Message("decision {verdict!r}", verdict=verdict), where=where, cure="write accept, reject or other"
            )
        value = (row["value"] or "").strip()
        if _VERDICTS[verdict] == "other" and not value:
            raise InputError("other without a value", where=where, cure="write the right name into the column value")
        quote, before, after = ((row[k] or "").removeprefix("'") for k in ("quote", "before", "after"))
        if before == after == EVERYWHERE and _VERDICTS[verdict] == "accept":  # the first candidate, in every document
            verdict, value = "other", (row.get("candidates") or "").split(BETWEEN)[0].strip()
            if not value:
                cure = "write other, and the right name into the column value; or reject"
                raise InputError("accept without a candidate", where=where, cure=cure)
        yield Decision(quote=quote, before=before, after=after, verdict=_VERDICTS[verdict], value=value, where=where)


def digest_of_decisions(decisions: Sequence[Decision]) -> str:
    """Return the digest of decisions, '' if there are none; where they were recorded does not matter."""
    if not decisions:
        return ""
    lines = sorted("\t".join((d.quote, d.before, d.after, d.verdict, d.value)) for d in decisions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
