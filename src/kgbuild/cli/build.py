"""The commands that read documents: read, extract, build."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

from kgbuild.cli import internal
from kgbuild.cli.options import (
    config_option,
    decisions_option,
    files_argument,
    lang_option,
    max_bytes_option,
    output_option,
)
from kgbuild.cli.output import check_target, say, write_output
from kgbuild.errors import InputError, InternalError, KgbuildError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


class BuildOptions(TypedDict):
    """What `build` may be told."""

    form: str | None
    lang: str
    config: Path | None
    max_bytes: int | None
    reasoner: Literal["compiled", "owlrl"]
    decisions: Path | None
    inferred: bool
    validate: bool
    quiet: bool


@click.command()
@click.argument("file", metavar="FILE")
@output_option
@config_option
@max_bytes_option
def read(file: str, output: Path | None, config: Path | None, max_bytes: int | None) -> None:
    """Print the text of a document exactly as it was read; all offsets count its code points.

    \b
    Example:
      kgbuild read plan.html -o plan.txt
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import read_source

    check_target(output, [file])
    write_output(read_source(file, config=config, max_bytes=max_bytes).text, output)


@click.command()
@files_argument
@output_option
@config_option
@max_bytes_option
@click.option("--topics", is_flag=True, help="Also rank the keywords of each action (loads a dictionary, 0.6 s).")
def extract(
    files: tuple[str, ...], output: Path | None, config: Path | None, max_bytes: int | None, *, topics: bool
) -> None:
    """Print what is read in each document as one JSON object, after extract.schema.json.

    \b
    Example:
      kgbuild extract examples/yunling-2025.txt | python -m json.tool
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import annotations_of

    targets = _targets(files, output, ".json")

    def one(file: str) -> int:
        write_output(_json(annotations_of(file, config=config, max_bytes=max_bytes, topics=topics)), targets[file])
        return 0

    _each(files, one)


@click.command()
@files_argument
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["ttl", "nt", "nq", "trig", "jsonld", "xml"]),
    help="Format; default: by the name of the output, else ttl.",
)
@click.option("--inferred", is_flag=True, help="Also write the inferred statements into a flat format.")
@click.option("--reasoner", type=click.Choice(["compiled", "owlrl"]), default="compiled", show_default=True)
@decisions_option("Folder with filled-in tables of doubts.")
@click.option("--validate/--no-validate", default=True, show_default=True, help="Check the graph against the shapes.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE", help="Write all that was counted and doubted as JSON."
)
@lang_option
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
@config_option
@max_bytes_option
def build(files: tuple[str, ...], output: Path | None, report: Path | None, **options: Unpack[BuildOptions]) -> None:
    """Turn documents into graphs, reasoned and validated, with a summary on the standard error.

    Exit code 1 where a graph does not conform; it is written all the same.

    \b
    Example:
      kgbuild build examples/yunling-2025.txt -o plan.ttl
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import build as build_file
    from kgbuild.cli.summary import report_of, summary

    check_target(report, files)
    form = options["form"] or _format_of(output)
    targets = _targets(files, output, {"xml": ".rdf"}.get(form, f".{form}"))
    reports = []

    def one(file: str) -> int:
        built = build_file(
            file,
            decisions=options["decisions"],
            config=options["config"],
            max_bytes=options["max_bytes"],
            reasoner=options["reasoner"],
            validate=options["validate"],
        )
        write_output(built.serialise(form, inferred=options["inferred"]), targets[file])
        reports.append(report_of(built))
        if not options["quiet"]:
            for line in summary(built, options["lang"], targets[file]).split("\n"):
                say(line, prefix="")
        return 0 if built.conforms else 1

    try:
        _each(files, one)
    finally:
        if report is not None and reports:
            write_output(_json(reports[0] if len(files) == 1 else {"documents": reports}), report)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def _format_of(output: Path | None) -> str:
    from kgbuild.graph.serialise import FORMATS

    if output is None or str(output) == "-" or output.is_dir() or not output.suffix:
        return "ttl"
    if output.suffix not in FORMATS:
        raise UsageError(
            f"no format for the suffix {output.suffix!r}",
            where=str(output),
            cure=f"use {' '.join(FORMATS)} or --format",
        )
    return FORMATS[output.suffix]


def _targets(files: tuple[str, ...], output: Path | None, suffix: str) -> dict[str, Path | None]:
    """Where each input's result goes: with several inputs the output is a folder, one file a document."""
    targets = _places(files, output, suffix)
    for target in targets.values():
        check_target(target, files)
    return targets


def _places(files: tuple[str, ...], output: Path | None, suffix: str) -> dict[str, Path | None]:
    if len(files) == 1 and (output is None or not output.is_dir()):
        return {files[0]: output}
    if output is None:
        raise UsageError("several inputs need a folder", where="-o", cure="give -o FOLDER")
    if output.exists() and not output.is_dir():
        raise UsageError("several inputs, and the output is a file", where=str(output), cure="give -o FOLDER")
    if output.suffix and not output.exists():
        raise UsageError("several inputs, and the output names a file", where=str(output), cure="give -o FOLDER")
    names = {f: output / ((Path(f).stem if f != "-" else "stdin") + suffix) for f in files}
    if len(set(names.values())) < len(files):
        raise UsageError("two inputs have one name", where=str(output), cure="build them into different folders")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        what = f"cannot be made ({e.strerror})"
        raise InputError(what, where=str(output), cure="choose another place with -o") from e
    return dict(names)


def _each(files: tuple[str, ...], work: Callable[[str], int]) -> None:
    """Do the work for every input; one that fails is reported, and the highest code wins."""
    worst = 0
    for file in files:
        try:
            worst = max(worst, work(file))
        except KgbuildError as e:
            if len(files) == 1:
                raise
            say(e)
            worst = max(worst, e.exit_code)
        except Exception as e:  # a bug that one document shows must not cost the others
            if len(files) == 1 or os.environ.get("KGBUILD_DEBUG"):
                raise
            say(f"{file}: {internal(e)}")
            worst = max(worst, InternalError.exit_code)
    if worst:
        sys.exit(worst)
