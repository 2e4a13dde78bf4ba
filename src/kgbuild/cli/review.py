"""The command that writes the doubts for a person: review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kgbuild.cli.options import config_option, files_argument, lang_option, max_bytes_option, output_option
from kgbuild.cli.output import make_folder_of, write_output

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@files_argument
@output_option
@lang_option
@config_option
@max_bytes_option
def review(files: tuple[str, ...], output: Path | None, lang: str, config: Path | None, max_bytes: int | None) -> None:
    """Write what is open in documents as one CSV table: unknown, ambiguous, doubtful and restored wordings.

    Fill `accept`, `reject` or `other` into the column decision (and for other the right name or register key into
    value), keep the file in a folder, and build with --decisions FOLDER.

    \b
    Example:
      kgbuild review plan.txt -o decisions/plan.csv
      kgbuild build plan.txt --decisions decisions -o plan.ttl
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import doubts_of

    make_folder_of(output)
    write_output(doubts_of(files, config=config, max_bytes=max_bytes, lang=lang), output, inputs=files)
