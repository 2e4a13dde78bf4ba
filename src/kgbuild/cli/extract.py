"""The commands `read` and `extract`: the text of a document as it was read, and what is found in it as JSON."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from kgbuild.cli.many import for_each
from kgbuild.cli.options import (
    config_option,
    files_argument,
    max_bytes_option,
    output_option,
    place_option,
    workers_option,
)
from kgbuild.cli.output import as_json, check_target, write_output
from kgbuild.cli.targets import targets_of, tell_configurations, workers_for

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("file", metavar="FILE")
@output_option
@config_option
@max_bytes_option
@click.option("--places", is_flag=True, help="Print the blocks with their places in the file, one JSON object a line.")
def read(file: str, output: Path | None, config: Path | None, max_bytes: int | None, *, places: bool) -> None:
    """Print the text of a document exactly as it was read; all offsets count its code points.

    \b
    Example:
      kgbuild read plan.docx -o plan.txt
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import read_source

    check_target(output, [file])
    source = read_source(file, config=config, max_bytes=max_bytes)
    lines = (json.dumps(anchor.record(source.text), ensure_ascii=False) + "\n" for anchor in source.anchors)
    write_output("".join(lines) if places else source.text, output)


@click.command()
@files_argument
@place_option
@config_option
@max_bytes_option
@click.option("--topics", is_flag=True, help="Also rank the keywords of each action (loads a dictionary, 0.6 s).")
@workers_option
def extract(
    files: tuple[str, ...],
    output: Path | None,
    config: Path | None,
    max_bytes: int | None,
    workers: int | None,
    *,
    topics: bool,
) -> None:
    """Print what is read in each document as one JSON object, after extract.schema.json.

    \b
    Example:
      kgbuild extract examples/yunling-2025.txt | python -m json.tool
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import find_inputs

    inputs = find_inputs(files)
    targets = targets_of(inputs, output, ".json")
    work = partial(_extract, targets=targets, config=config, max_bytes=max_bytes, topics=topics)
    tell_configurations(files, config)
    if code := for_each(work, inputs.files, workers=workers_for(files, workers), then=lambda _: 0):
        sys.exit(code)


def _extract(
    file: str, *, targets: dict[str, Path | None], config: Path | None, max_bytes: int | None, topics: bool
) -> str:
    """Write what is read in one document; return its name."""
    from kgbuild.api import annotations_of

    write_output(as_json(annotations_of(file, config=config, max_bytes=max_bytes, topics=topics)), targets[file])
    return file
