"""The command that checks a folder of plans: check."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from kgbuild.cli.options import (
    baseline_option,
    config_option,
    fail_on_option,
    lang_option,
    output_option,
    shapes_option,
    workers_option,
)
from kgbuild.errors import Message, UsageError

if TYPE_CHECKING:
    from kgbuild.api import Checked, Severity


FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")


class CheckOptions(TypedDict):
    """The options of `check`."""

    shapes: tuple[Path, ...]
    fail_on: Severity
    form: str
    lang: str
    baseline: Path | None
    writes: tuple[str, ...]
    update: bool
    config: Path | None
    output: Path | None
    workers: int | None


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@shapes_option
@fail_on_option
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the findings are written; the summary table goes to the standard error.",
)
@baseline_option
@click.option(
    "--write",
    "writes",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Also write the findings in a format to a file; may be repeated.",
)
@click.option("--update", is_flag=True, help="Write the answers of today in place of the expected ones.")
@lang_option
@config_option
@output_option
@workers_option
def check(folder: Path, **options: Unpack[CheckOptions]) -> None:
    """Build, validate and verify every plan of a folder, and compare the answers of saved queries.

    DIR/expected/PLAN.QUERY.csv holds the answer that QUERY must give of PLAN; parameters stand in the name as
    PLAN.QUERY.NAME=VALUE.csv, with %2F for a slash. DIR/queries may hold queries of your own.

    \b
    Example:
      kgbuild check examples
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import Judging, check_folder, plans_in, read_baseline, render_rows, summarise_folder
    from kgbuild.api.many import cores
    from kgbuild.cli.many import progress
    from kgbuild.cli.output import say, write_output

    wanted = [_wanted(text) for text in options["writes"]]
    known = read_baseline(options["baseline"]) if options["baseline"] else frozenset()
    judging = Judging(shapes=options["shapes"], fail_on=options["fail_on"], known=known)
    workers = options["workers"] or cores()
    work = check_folder(folder, judging, config=options["config"], update=options["update"], workers=workers)
    with closing(work):
        checked = list(progress(work, len(plans_in(folder))))
    lang = options["lang"]
    for form, output in [(options["form"], options["output"]), *wanted]:
        text = f"{render_rows(summarise_folder(checked, lang), form='md')}\n" if form == "markdown" else ""
        text += _render(checked, form, lang, has_baseline=options["baseline"] is not None)
        write_output(text, output, inputs=[c.file for c in checked])
    for line in render_rows(summarise_folder(checked, lang), form="table").splitlines():
        say(line, prefix="")
    for c in checked:
        if c.error is not None:
            say(c.error)
    worst = max(c.exit_code for c in checked)
    if worst:
        sys.exit(worst)


def _wanted(text: str) -> tuple[str, Path]:
    form, cut, file = text.partition("=")
    if form not in FORMATS or not cut or not file:
        raise UsageError(
            Message("{text!r} is not FORMAT=FILE", text=text),
            where="--write",
            cure=Message("use one of: {names}", names=", ".join(FORMATS)),
        )
    return form, Path(file)


def _render(checked: list[Checked], form: str, lang: str, *, has_baseline: bool) -> str:
    from kgbuild.api import render_verdicts

    return render_verdicts([c.verdict for c in checked if c.verdict is not None], form, lang, has_baseline=has_baseline)
