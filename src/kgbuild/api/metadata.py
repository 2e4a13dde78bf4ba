"""What the user states about documents beyond their texts: options, a table in `kgbuild.toml`, a CSV file.

Values are asserted as given; they enter no key and do not affect extraction.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message
from kgbuild.model import Metadata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIELDS = tuple(f.name for f in fields(Metadata))
"""Fields as named in a CSV file; `kgbuild.toml` also accepts `-` for `_`."""
MOST = 1_000
"""Maximum length of a value in code points."""
_LARGEST = 64_000_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`@]+")


def metadata_of(values: Mapping[str, object], where: str) -> Metadata:
    """Return validated metadata.

    Args:
        values: Values by field; empty ones count as absent.
        where: Name of the place to report in errors.

    Raises:
        InputError: an unknown field, a value that is not a text, a nonexistent day, an invalid web address.

    Example:
        >>> metadata_of({"date": "2025-03-05", "place": ""}, "plan.csv").date
        '2025-03-05'
    """
    stated: dict[str, str] = {}
    for key, value in values.items():
        name = key.replace("-", "_")
        if name not in FIELDS:
            raise InputError(
                Message("unknown field {key!r}", key=key[:40]),
                where=where,
                cure=Message("use one of: {names}", names=", ".join(FIELDS)),
            )
        text = value.isoformat() if isinstance(value, datetime.date) else value  # TOML has dates
        if not isinstance(text, str):
            raise InputError(Message("{key} must be a text", key=key), where=where, cure="put it into quotes")
        if text.strip():
            stated[name] = _checked(name, text.strip(), where)
    return Metadata(**stated)


def _checked(name: str, value: str, where: str) -> str:
    if len(value) > MOST or _CONTROL.search(value):
        raise InputError(
            Message("{name} is too long or holds control characters", name=name),
            where=where,
            cure="give one line of text",
        )
    if name == "date":
        try:
            return datetime.date.fromisoformat(value).isoformat()
        except ValueError as e:
            raise InputError(
                Message("{value!r} is not a date", value=value[:40]), where=where, cure="give it as YYYY-MM-DD"
            ) from e
    if name == "source_url" and not _URL.fullmatch(value):
        cure = "give an http(s) address without a user name and password"
        raise InputError("source_url is not a web address", where=where, cure=cure)
    return value


def read_manifest(path: Path) -> dict[str, Metadata]:
    """Read a CSV file of metadata, by file name.

    Args:
        path: UTF-8 with a header row: `file` and any of `FIELDS`.

    Raises:
        InputError: it cannot be read, has no column `file`, or contains an invalid value.
    """
    try:
        data = _bytes_of(path)
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (OSError, ValueError) as e:
        what = e.strerror if isinstance(e, OSError) else e
        raise InputError(
            Message("cannot be read ({reason})", reason=what), where=str(path), cure="check the file"
        ) from e
    except csv.Error as e:
        raise InputError(Message("is not CSV ({reason})", reason=e), where=str(path), cure="mend the file") from e
    found: dict[str, Metadata] = {}
    for n, row in enumerate(rows, 2):
        where = f"{path}:{n}"
        name = row.pop("file", None)
        if not name or None in row or None in row.values():
            raise InputError("a row needs a file and as many cells as the head", where=where, cure="mend the row")
        if name in found:
            raise InputError(Message("{name!r} comes twice", name=name[:80]), where=where, cure="keep one of the rows")
        found[name] = metadata_of(row, where)
    return found


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():  # a pipe has no end
        raise OSError(0, "it is not a file")
    with path.open("rb") as f:
        data = f.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(0, "it is too large")
    return data


def over(general: Metadata | None, own: Metadata | None) -> Metadata | None:
    """Merge metadata of one document: its own values take precedence over general ones."""
    if general is None or own is None:
        return own or general
    return replace(general, **{name: value for name in FIELDS if (value := getattr(own, name))})
