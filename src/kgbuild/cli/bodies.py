"""The command that asks the register of bodies: bodies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from kgbuild.cli.options import config_option, output_option
from kgbuild.cli.output import write_output
from kgbuild.errors import InputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 64_000_000
_TIMES = ("relation", "canonical", "since", "until", "kind", "place", "method", "grade", "iri", "candidates", "names")
_MANY = ("name", "canonical", "kind", "place", "parent", "method", "grade", "iri", "candidates")


class PlaceAndDate(TypedDict):
    """Where and when the names are meant."""

    place: str | None
    date: str | None
    config: Path | None


@click.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--file", "file", metavar="NAMES.txt", help="Many names, one a line; - is the standard input.")
@click.option("--place", metavar="PLACE", help="Where the names are meant: a division, or its code.")
@click.option("--date", metavar="DATE", help="When they are meant: 2020, 2020-05, 2020-05-28.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@output_option
@config_option
def bodies(name: str | None, file: str | None, form: str, output: Path | None, **where: Unpack[PlaceAndDate]) -> None:
    """Look up a body with its names over time, or resolve many names at once.

    One NAME gives the body it means at the place and date, those before it and those after it. With --file each line
    is one name, and each gives one row: its body and how that is known, or the candidates, of which none is chosen.

    \b
    Example:
      kgbuild bodies 省科协 --place 贵州 --date 2020
      kgbuild bodies --file names.txt --place 贵州 --format json
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import bodies_named, body_over_time

    if (name is None) == (file is None):
        raise UsageError("give one NAME, or --file with many", cure="see kgbuild bodies --help")
    if name is not None:
        text = _printed(body_over_time(name, **where), _TIMES, form)
    else:
        text = _printed(bodies_named(_names_in(file or "-"), **where), _MANY, form)
    write_output(text, output, inputs=[file] if file else ())


def _names_in(file: str) -> list[str]:
    from kgbuild.api.files import bytes_of

    try:
        lines = bytes_of(file, _LARGEST).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as e:
        raise InputError("is not UTF-8", where=file, cure="save the names as UTF-8") from e
    return [line.strip() for line in lines if line.strip()]


def _printed(found: list[dict[str, object]], columns: tuple[str, ...], form: str) -> str:
    if form == "json":
        return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    from kgbuild.api import Rows, render_rows

    rows = tuple(tuple(_cell(entry[column]) for column in columns) for entry in found)
    return render_rows(Rows(columns=columns, rows=rows), form="csv" if form == "csv" else "table")


def _cell(value: object) -> str | None:
    if isinstance(value, list):
        return "、".join(value) or None
    return None if value is None else str(value)
