"""The commands that ask: query, queries, sparql."""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict, Unpack

import click

from kgbuild.cli.options import COUNT, SECONDS, source_option
from kgbuild.errors import NonConformance, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kgbuild.queries.dataset import Dataset
    from kgbuild.queries.table import Format
    from kgbuild.store import Rows

    Command = Callable[..., Any]

LIMIT = 10_000
"""Most rows of a free query where nobody said how many."""
FORMATS = ("table", "csv", "tsv", "json", "xml", "md", "ttl")


class Output(TypedDict):
    """How rows are printed."""

    form: Format
    excel: bool


class Where(TypedDict):
    """What is asked: files, a store, or an endpoint."""

    graphs: tuple[str, ...]
    store: Path | None
    endpoint: str | None
    timeout: float


class Asking(Where, Output):
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
        click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="Store to ask."),
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


def dataset(where: Where, folders: tuple[Path, ...] = ()) -> Dataset:
    """Return what is asked.

    Raises:
        UsageError: not exactly one of the three is given.
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
        found = open_graphs(where["graphs"])
    found.folders = folders
    found.timeout = where["timeout"]
    return found


def stopped(asked: Dataset, seconds: float, *, ours: bool = True) -> contextlib.AbstractContextManager[None]:
    """Return the deadline of what is asked here: an endpoint has its own, and a query of a user its own process."""
    from kgbuild.cli.output import deadline
    from kgbuild.queries.dataset import Held
    from kgbuild.store import DiskStore

    is_elsewhere = isinstance(asked, Held) and not isinstance(asked.store("asserted"), DiskStore)
    return deadline(seconds, "query") if ours and not is_elsewhere else contextlib.nullcontext()


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
    from kgbuild.queries.run import parse_params
    from kgbuild.queries.template import find_template

    folders, sources, cite = options["folders"], options["sources"], options["cite"]
    template = find_template(name, folders)
    values = parse_params(template, params, lang=options["lang"])
    asked = dataset(options, folders)
    asked.store(template.graph)  # reading and reasoning are no part of the query
    with stopped(asked, options["timeout"], ours=template.is_ours):
        rows = asked.query(name, limit=options["limit"], cite=cite, **values)
    if options["chart"]:
        _draw(name, rows, options["chart"], options)
    rows = _placed(asked, rows, sources, cite=cite)
    print_rows(rows, form=options["form"], excel=options["excel"], timeout=options["timeout"])


def _placed(asked: Dataset, rows: Rows, sources: tuple[Path, ...], *, cite: bool) -> Rows:
    from kgbuild.api import Graph, cite_rows, locate

    if cite:
        return cite_rows(rows, sources)
    if not sources:
        return rows
    if len(sources) > 1 or not isinstance(asked, Graph):
        raise UsageError("belongs to one graph file here", where="--source", cure="add --cite for several")
    return locate(asked, rows, sources[0])


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
    from kgbuild.queries.catalogue import list_queries

    if ctx.invoked_subcommand is None:
        print_rows(list_queries(lang=lang or "en", tag=tag, folders=folders), **output)


@queries.command()
@click.argument("name", metavar="NAME")
@folder_option
@lang_option
@where_options
def show(name: str, folders: tuple[Path, ...], lang: str | None, **where: Unpack[Where]) -> None:
    """Print one saved question in full: parameters, columns, an answer, SPARQL.

    \b
    Example:
      kgbuild queries show bodies-of-action
    """  # noqa: D301 - click reads the \b
    from kgbuild.cli.output import write_output
    from kgbuild.queries.catalogue import describe, sample
    from kgbuild.queries.export import example_command
    from kgbuild.queries.template import find_template

    template = find_template(name, folders)
    asked = dataset(where, folders) if where["graphs"] or where["store"] or where["endpoint"] else None
    table = ""
    if asked is not None:
        held = asked.store(template.graph)
        with stopped(asked, where["timeout"], ours=template.is_ours):
            table = sample(template, held)
    text = describe(template, lang=lang or "en", command=example_command(template), sample=table)
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
    from kgbuild.queries.lookup import valid_values
    from kgbuild.queries.template import find_template

    param = find_template(name, folders).param(parameter)
    asked = dataset(options)
    held = asked.store("asserted")
    with stopped(asked, options["timeout"]):
        rows = valid_values(held, param)
    print_rows(rows, form=options["form"], excel=options["excel"], timeout=options["timeout"])


@queries.command()
@click.option(
    "--as",
    "kind",
    type=click.Choice(["md", "sib", "grlc"]),
    required=True,
    help="Page, SHACL in Turtle, or grlc files.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PATH", help="File, or folder for grlc.")
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
    from kgbuild.cli.output import say, write_output
    from kgbuild.queries.export import to_grlc, to_markdown, to_sib
    from kgbuild.queries.template import load_templates

    templates = load_templates(folders)
    if kind != "grlc":
        text = to_markdown(templates.values()) if kind == "md" else to_sib(templates.values(), endpoint=endpoint)
        write_output(text, output)
        return
    if output is None or not output.is_dir():
        raise UsageError("needs a folder", where="--as grlc", cure="give -o DIR, one that exists")
    for name, template in templates.items():
        decorated = to_grlc(template, endpoint=endpoint)
        if decorated is None:
            say(f"{name} left out: grlc takes no ASK")
        else:
            write_output(decorated, output / f"{name}.rq")


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
    from kgbuild.api import read_query
    from kgbuild.cli.output import say
    from kgbuild.queries.hints import hints

    if limit is not None and everything:
        raise UsageError("says how many, and --all says all", where="--limit", cure="leave one of the two out")
    asked, wanted = dataset(options), read_query(text)
    most = None if everything else limit or LIMIT
    rows = asked.sparql(wanted, timeout=options["timeout"], limit=most, inferred=inferred, remote=remote)
    print_rows(rows, form=options["form"], excel=options["excel"], timeout=options["timeout"])
    for hint in hints(wanted):
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
    from kgbuild.cli.output import say, write_output
    from kgbuild.queries.table import render

    if excel and form not in ("table", "csv"):
        raise UsageError(f"is CSV, and --format says {form}", where="--excel", cure="leave one of the two out")
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else None
    text = render(rows, form="csv" if excel else form, width=width, excel=excel)
    write_output(text, None)
    if rows.truncated:
        say(f"only the first {len(rows.terms) or len(rows)} rows; --limit gives more", prefix="")
