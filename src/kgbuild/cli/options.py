"""Options that several commands share, so that they are called and explained alike."""

from __future__ import annotations

import math
import os
from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgbuild.errors import InputError, Message, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_PATH = click.Path(path_type=Path)
COUNT = click.IntRange(min=1, max=2**53)
"""How many of something: more than anybody has, and still a number of every system."""


class _Seconds(click.FloatRange):
    """A time above 0; NaN is within every range of floats."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - as click has it
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            text = gettext("{value!r} is not a valid {number_type}.")  # as click says it of other words
            self.fail(text.format(value=value, number_type=self.name), param, ctx)
        return seconds


class _Output(click.Path):
    """Where to write: a name that ends in a slash is a folder, also one that is not there yet (out/).

    Args:
        takes_folder: Whether the command can write into a folder, which is then made; others refuse it.
    """

    def __init__(self, *, takes_folder: bool) -> None:
        super().__init__(path_type=Path)
        self._takes_folder = takes_folder

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ANN401 - as click has it
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not os.fspath(value).endswith(_SLASHES):
            return path
        if not self._takes_folder:
            raise UsageError("is a folder, and one file is written", where=os.fspath(value), cure="give -o FILE")
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            what = Message("cannot be made ({reason})", reason=e.strerror)
            raise InputError(what, where=str(path), cure="choose another place with -o") from e
        return path


_SLASHES = tuple(filter(None, (os.sep, os.altsep)))
PLACE = _Output(takes_folder=True)
"""A file or a folder."""
SECONDS = _Seconds(min=0, min_open=True, max=366 * 86_400)

config_option = click.option(
    "--config", type=_PATH, metavar="FILE", help="Configuration; default: the nearest kgbuild.toml."
)
lang_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), envvar="KGBUILD_LANG", default="en", help="Language of messages."
)
output_option = click.option("-o", "--output", type=_Output(takes_folder=False), metavar="PATH", help="Where to write.")
place_option = click.option(
    "-o", "--output", type=PLACE, metavar="PATH", help="The file to write; a folder that is there, or one named out/."
)
shapes_option = click.option(
    "--shapes", multiple=True, type=_PATH, metavar="FILE", help="Rules to use in place of ours; may be repeated."
)
fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info"]),
    default="violation",
    show_default=True,
    help="Mildest severity that counts against a graph.",
)
baseline_option = click.option(
    "--baseline",
    type=_PATH,
    metavar="FILE",
    help="Only findings that are not in this earlier report (--format json or sarif) count.",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes to work in; default: one for each core at hand. 1 = in this process.",
)
dask_option = click.option(
    "--dask",
    metavar="ADDRESS",
    help="Let a cluster of Dask work, by the address of its scheduler (tcp://HOST:8786); extra `cluster`.",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No summary and no progress.")
files_argument = click.argument("files", nargs=-1, required=True, metavar="FILE...")
max_bytes_option = click.option("--max-bytes", type=COUNT, metavar="N", help="Refuse larger inputs (default 64000000).")


def source_option(text: str, *, required: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return `--source`, which may be repeated, under what it does for a command."""
    return click.option(
        "--source",
        "sources",
        type=_PATH,
        multiple=True,
        required=required,
        metavar="FILE",
        help=f"{text}; may be repeated.",
    )


def decisions_option(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return `--decisions` under what it does for a command."""
    return click.option("--decisions", type=_PATH, metavar="DIR", help=text)
