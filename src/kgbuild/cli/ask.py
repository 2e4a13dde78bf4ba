"""The commands that ask: query, queries, sparql."""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict, Unpack

import click

from kgbuild.cli.options import COUNT, PLACE, SECONDS, source_option
from kgbuild.errors import Message, NonConformance, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kgbuild.api import Dataset, Format, Rows

    Command = Callable[..., Any]

LIMIT = 10_000
"""Rows of a free query unless --limit or --all says otherwise."""
FORMATS = ("table", "csv", "tsv", "json", "xml", "md", "ttl")


class Output(TypedDict):
    """How rows are printed."""

    form: Format
    excel: bool


class QueryTarget(TypedDict):
    """What is asked: files, a store, or an endpoint."""

    graphs: tuple[str, ...]
    store: Path | None
    endpoint: str | None
    timeout: float


class Asking(QueryTarget, Output):
    """What is asked, and how rows are printed."""


class QueryOptions(Asking):
    """The options of the command query."""

    cite: bool
    sources: tuple[Path, ...]
    limit: int | None
    chart: Path | None
    folders: tuple[Path, ...]
    lang: str | None


def output_options(command: Command) -> Command:
    """Add the options that say how rows are printed."""
    for option in (
        click.option("--excel", is_flag=True, help="CSV for spreadsheets: byte order mark, no formulas."),
        click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True),
    ):
        command = option(command)
    return command


def where_options(command: Command) -> Command:
    """Add the options that say what is asked."""
    for option in (
        click.option(
            "--timeout", type=SECONDS, default=30.0, show_default=True, metavar="SECONDS", help="Deadline of a query."
        ),
        click.option("--endpoint", metavar="URL", help="SPARQL endpoint to ask; credentials: see KGBUILD_ENDPOINT_*."),
        click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="Store or corpus to ask."),
        click.option("--graph", "graphs", multiple=True, metavar="FILE", help="Graph to ask; repeat it, - is stdin."),
    ):
        command = option(command)
    return command


lang_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), envvar="KGBUILD_LANG", help="Language of labels and questions."
)
folder_option = click.option(
    "--queries",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder with further saved questions; repeat it.",
)


def dataset(where: QueryTarget, folders: tuple[Path, ...] = ()) -> Dataset:
    """Return what is asked.

    Raises:
        UsageError: not exactly one of the three is given, or a folder as a graph.
    """
    from kgbuild.api import connect, open_graphs, open_store

    if sum(map(bool, (where["graphs"], where["store"], where["endpoint"]))) != 1:
        raise UsageError("nothing to ask, or too much", where="--graph", cure="give --graph, --store or --endpoint")
    found: Dataset
    if where["endpoint"]:
        found = connect(where["endpoint"], timeout=where["timeout"])
    elif where["store"]:
        found = open_store(where["store"])
    else:
        if folder := next((graph for graph in where["graphs"] if Path(graph).is_dir()), None):
            raise UsageError("is a folder", where=folder, cure="ask a store or a corpus by --store")
        found = open_graphs(where["graphs"])
    found.folders = folders
    found.timeout = where["timeout"]
    return found


def within(seconds: float) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Return what bounds a query that is answered in this process."""
    from kgbuild.cli.output import deadline

    return lambda: deadline(seconds, "query")


@click.command()
@click.argument("name", metavar="NAME")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Parameter; may be repeated.")
@where_options
@click.option("--cite", is_flag=True, help="Add to every row where the text says it.")
@source_option("Source text: line:column")
@click.option("--limit", type=COUNT, metavar="N", help="Print at most N rows.")
@click.option(
    "--chart",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw it too: .svg .png, .json is the specification.",
)
@folder_option
@lang_option
@output_options
def query(name: str, params: tuple[str, ...], **options: Unpack[QueryOptions]) -> None:
    """Ask a saved question; `kgbuild queries` lists them.

    \b
    Example:
      kgbuild query bodies-of-action --graph plan.ttl -p item=8
    """  # noqa: D301 - click reads the \b
    from kgbuild import api

    folders, sources, cite, limit = options["folders"], options["sources"], options["cite"], options["limit"]
    asked = dataset(options, folders)
    bound = within(options["timeout"])
    rows = api.query(asked, name, params, lang=options["lang"], limit=limit, cite=cite, within=bound)
    if options["chart"]:
        _draw(name, rows, options["chart"], options)
    rows = api.place_rows(asked, rows, sources, cite=cite)
    if options["lang"] == "zh" and options["form"] in ("table", "md"):  # for reading; other forms keep the names
        rows = api.headed(name, rows, lang="zh", folders=folders)
    print_rows(rows, form=options["form"], excel=options["excel"], timeout=options["timeout"])


def _draw(name: str, rows: Rows, path: Path, options: QueryOptions) -> None:
    from kgbuild.api import draw
    from kgbuild.cli.output import say, write_output

    data, warnings = draw(name, rows, path.suffix.lower(), lang=options["lang"] or "zh", folders=options["folders"])
    write_output(data, path, inputs=[*options["graphs"], *options["sources"]])
    for warning in warnings:
        say(f"{path}: {warning}")


@click.group(invoke_without_command=True)
@click.option("--tag", metavar="TAG", help="Only questions with this tag.")
@folder_option
@lang_option
@output_options
@click.pass_context
def queries(
    ctx: click.Context, tag: str | None, folders: tuple[Path, ...], lang: str | None, **output: Unpack[Output]
) -> None:
    """List the saved questions.

    \b
    Example:
      kgbuild queries --tag responsibility
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import list_queries

    if ctx.invoked_subcommand is None:
        print_rows(list_queries(lang=lang or "en", tag=tag, folders=folders), **output)


@queries.command()
@click.argument("name", metavar="NAME")
@folder_option
@lang_option
@where_options
def show(name: str, folders: tuple[Path, ...], lang: str | None, **where: Unpack[QueryTarget]) -> None:
    """Print one saved question in full: parameters, columns, an answer, SPARQL.

    \b
    Example:
      kgbuild queries show bodies-of-action
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import show_query
    from kgbuild.cli.output import write_output

    asked = dataset(where, folders) if where["graphs"] or where["store"] or where["endpoint"] else None
    text = show_query(name, asked, folders=folders, lang=lang or "en", within=within(where["timeout"]))
    write_output(text, None)


@queries.command()
@click.argument("name", metavar="NAME")
@click.argument("parameter", metavar="PARAMETER")
@where_options
@folder_option
@output_options
def values(name: str, parameter: str, folders: tuple[Path, ...], **options: Unpack[Asking]) -> None:
    """List what may stand for a parameter of a saved question.

    \b
    Example:
      kgbuild queries values actions-of-body body --graph plan.ttl
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import query_values

    rows = query_values(dataset(options, folders), name, parameter, within=within(options["timeout"]))
    print_rows(rows, form=options["form"], excel=options["excel"], timeout=options["timeout"])


@queries.command()
@click.option(
    "--as",
    "kind",
    type=click.Choice(["md", "sib", "grlc"]),
    required=True,
    help="Page, SHACL in Turtle, or grlc files.",
)
@click.option("-o", "--output", type=PLACE, metavar="PATH", help="File, or folder for grlc.")
@click.option("--endpoint", metavar="URL", help="Endpoint that the export names.")
@folder_option
def export(
    kind: Literal["md", "sib", "grlc"], output: Path | None, endpoint: str | None, folders: tuple[Path, ...]
) -> None:
    """Write the saved questions for other tools.

    \b
    Example:
      kgbuild queries export --as sib -o queries.ttl
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import export_queries, grlc_queries
    from kgbuild.cli.output import say, write_output

    if kind != "grlc":
        write_output(export_queries(kind, endpoint=endpoint, folders=folders), output)
        return
    if output is None or not output.is_dir():
        raise UsageError("needs a folder", where="--as grlc", cure="give -o DIR/")
    for name, text in grlc_queries(endpoint=endpoint, folders=folders).items():
        if text is None:
            say(Message("{name} left out: grlc takes no ASK", name=name))
        else:
            write_output(text, output / f"{name}.rq")


@click.command()
@click.argument("text", metavar="QUERY")
@where_options
@click.option("--inferred", is_flag=True, help="Ask graph files with their closure and the class tree.")
@click.option("--allow-remote", "remote", is_flag=True, help="Let SERVICE and FROM reach the network.")
@click.option("--limit", type=COUNT, metavar="N", help="Print at most N rows.")
@click.option("--all", "everything", is_flag=True, help=f"Print all rows, not at most {LIMIT:,}.")
@output_options
def sparql(
    text: str, *, inferred: bool, remote: bool, limit: int | None, everything: bool, **options: Unpack[Asking]
) -> None:
    """Ask in SPARQL: the query itself, a file that ends in .rq, or - for stdin.

    Exit code 1 where there are more rows than are printed, and neither --limit nor --all said how many to print.

    \b
    Example:
      kgbuild sparql 'SELECT ?p WHERE { ?a gplan:itemPath ?p }' --graph plan.ttl
    """  # noqa: D301 - click reads the \b
    from kgbuild import api
    from kgbuild.cli.output import say

    if limit is not None and everything:
        raise UsageError("says how many, and --all says all", where="--limit", cure="leave one of the two out")
    asked, most, seconds = dataset(options), None if everything else limit or LIMIT, options["timeout"]
    rows, hints = api.sparql(asked, text, timeout=seconds, limit=most, inferred=inferred, remote=remote)
    print_rows(rows, form=options["form"], excel=options["excel"], timeout=seconds)
    for hint in hints:
        say(hint)
    if rows.truncated and limit is None:
        raise NonConformance("is cut", where="answer", cure="add --all, or say how many rows you want by --limit")


class Printed(Output):
    """How rows are printed, and how long that may take."""

    timeout: NotRequired[float]


def print_rows(rows: Rows, **output: Unpack[Printed]) -> None:
    """Print rows on stdout, as wide as the terminal or, in a pipe, as wide as they are."""
    from kgbuild.cli.output import deadline

    with deadline(output["timeout"], "printing") if "timeout" in output else contextlib.nullcontext():
        _print_rows(rows, form=output["form"], excel=output["excel"])


def _print_rows(rows: Rows, *, form: Format, excel: bool) -> None:
    from kgbuild.api import render_rows
    from kgbuild.cli.output import say, write_output

    if excel and form not in ("table", "csv"):
        raise UsageError(
            Message("is CSV, and --format says {form}", form=form), where="--excel", cure="leave one of the two out"
        )
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else None
    text = render_rows(rows, form="csv" if excel else form, width=width, excel=excel)
    write_output(text, None)
    if rows.truncated:
        count = len(rows.terms) or len(rows)
        say(Message("only the first {count} rows; --limit gives more", count=count), prefix="")
