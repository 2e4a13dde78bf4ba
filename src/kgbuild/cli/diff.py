"""The command diff: two plans, or the plans of several years."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from kgbuild.cli.options import config_option, decisions_option, lang_option, output_option
from kgbuild.errors import Message, NonConformance, UsageError

if TYPE_CHECKING:
    from kgbuild.api import Dataset, DiffFormat

_FORMATS = ("table", "csv", "json", "md", "html", "ttl", "nt", "nq", "trig", "jsonld", "xml")
_SUFFIXES = {".rdf": "xml", ".txt": "table"}


class DiffOptions(TypedDict):
    """The options of `diff`."""

    store: Path | None
    endpoint: str | None
    is_series: bool
    is_graph: bool
    form: DiffFormat | None
    output: Path | None
    exit_code: bool
    config: Path | None
    decisions: Path | None
    lang: str


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="PLAN...")
@click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="Store or corpus of the plans compared.")
@click.option("--endpoint", metavar="URL", help="SPARQL endpoint whose plans are compared.")
@click.option("--series", "is_series", is_flag=True, help="One table over the plans of several years.")
@click.option(
    "--graph", "is_graph", is_flag=True, help="Compare two builds of the same documents: graphs, stores, corpora."
)
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), help="Format; default: by the name of the output, else table."
)
@output_option
@click.option("--exit-code", is_flag=True, help="End with 1 where anything differs.")
@config_option
@decisions_option("Folder with filled-in tables of doubts.")
@lang_option
def diff(inputs: tuple[str, ...], **options: Unpack[DiffOptions]) -> None:
    """Say what changed from one plan to another: what is new, dropped, reworded, moved, split, merged.

    PLAN is a document, a graph or, with --store or --endpoint, the IRI or title of a plan: of two years, of two
    places, a plan and its model. With --series there may be more than two; of a store, one plan names its series.
    Actions are aligned by text, heading, bodies and place; each pair has a grade, and what is like nothing stays alone.
    With --graph: what another version, vocabulary or configuration reads otherwise, by kinds of statements.

    \b
    Example:
      kgbuild diff plan-2024.txt plan-2025.txt -o diff.html
      kgbuild diff --graph old.trig new.trig --format md
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import diff as compare
    from kgbuild.api import diff_series, render_diff, render_series
    from kgbuild.cli.output import check_target, write_output

    form = options["form"] or _form(options["output"])
    check_target(options["output"], inputs)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() and options["output"] is None else None
    store, config, decisions = _dataset(options), options["config"], options["decisions"]
    if options["is_graph"]:
        _diff_graphs(inputs, form, width, options)
        return
    if options["is_series"]:
        plans, comparisons = diff_series(inputs, store=store, config=config, decisions=decisions)
        data = render_series(plans, comparisons, form, lang=options["lang"], width=width)
    else:
        if len(inputs) != 2:
            raise UsageError(
                Message("{count} plans are given", count=len(inputs)), where="diff", cure="give two, or --series"
            )
        before, after = inputs
        comparisons = [compare(before, after, store=store, config=config, decisions=decisions)]
        data = render_diff(comparisons[0], form, lang=options["lang"], width=width)
    write_output(data, options["output"])
    if options["exit_code"] and any(c.differs for c in comparisons):
        raise NonConformance("the plans differ")


def _diff_graphs(inputs: tuple[str, ...], form: DiffFormat, width: int | None, options: DiffOptions) -> None:
    from kgbuild.api import diff_graphs, render_build_diff
    from kgbuild.cli.output import write_output

    if len(inputs) != 2 or options["is_series"] or options["store"] or options["endpoint"]:
        cure = "give two graph files, or two folders of stores or corpora, and neither --series nor --store"
        raise UsageError(Message("{count} builds are given", count=len(inputs)), where="--graph", cure=cure)
    if form not in ("table", "csv", "json", "md"):
        raise UsageError(
            Message("two builds are not compared as {form}", form=form),
            where="--format",
            cure="use table, csv, json or md",
        )
    found = diff_graphs(*inputs)
    write_output(render_build_diff(found, form, lang=options["lang"], width=width), options["output"])
    if options["exit_code"] and found.differs:
        raise NonConformance("the builds differ")


def _form(output: Path | None) -> DiffFormat:
    from kgbuild.api import DIFF_FORMATS

    if output is None:
        return "table"
    suffix = output.suffix.lower()
    wanted = _SUFFIXES.get(suffix, suffix.removeprefix("."))
    for form in DIFF_FORMATS:
        if form == wanted:
            return form
    what = Message("no comparison is written as {suffix}", suffix=suffix or "a file without suffix")
    raise UsageError(
        what,
        where=str(output),
        cure=Message("use a suffix of {names}", names=", ".join(DIFF_FORMATS[1:])),
    )


def _dataset(options: DiffOptions) -> Dataset | None:
    from kgbuild.api import connect, open_store

    if options["store"] and options["endpoint"]:
        raise UsageError("two places are given", where="--endpoint", cure="give --store or --endpoint")
    if options["store"]:
        return open_store(options["store"])
    return connect(options["endpoint"]) if options["endpoint"] else None
