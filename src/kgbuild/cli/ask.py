"""The commands that ask a graph: query, queries, sparql."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

from kgbuild.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kgbuild.store import Rows

    Command = Callable[..., Any]


class Output(TypedDict):
    """How rows are printed."""

    form: Literal["table", "csv", "json"]
    excel: bool


def output_options(command: Command) -> Command:
    """Add the options that say how rows are printed."""
    for option in (
        click.option("--excel", is_flag=True, help="CSV with a byte order mark, for spreadsheets."),
        click.option(
            "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
        ),
    ):
        command = option(command)
    return command


graph_option = click.option(
    "--graph", "graphs", multiple=True, required=True, metavar="FILE", help="Graph to ask; may be repeated, - is stdin."
)
lang_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), envvar="KGBUILD_LANG", help="Language of labels and questions."
)


@click.command()
@click.argument("name", metavar="NAME")
@graph_option
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Parameter; may be repeated.")
@click.option("--source", type=click.Path(path_type=Path), metavar="FILE", help="Source text: adds line:column.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Print at most N rows.")
@lang_option
@output_options
def query(
    name: str,
    graphs: tuple[str, ...],
    params: tuple[str, ...],
    source: Path | None,
    limit: int | None,
    lang: str | None,
    **output: Unpack[Output],
) -> None:
    """Ask a saved question; `kgbuild queries` lists them.

    \b
    Example:
      kgbuild query bodies-of-action --graph plan.ttl -p item=8
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import locate, open_graphs
    from kgbuild.queries.run import parse_params

    graph = open_graphs(graphs)
    rows = graph.query(name, limit=limit, **parse_params(name, params, lang=lang))
    if source is not None:
        rows = locate(graph, rows, source)
    print_rows(rows, **output)


@click.group(invoke_without_command=True)
@click.option("--tag", metavar="TAG", help="Only questions with this tag.")
@lang_option
@output_options
@click.pass_context
def queries(ctx: click.Context, tag: str | None, lang: str | None, **output: Unpack[Output]) -> None:
    """List the saved questions.

    \b
    Example:
      kgbuild queries --tag responsibility
    """  # noqa: D301 - click reads the \b
    from kgbuild.queries.catalogue import list_queries

    if ctx.invoked_subcommand is None:
        print_rows(list_queries(lang=lang or "en", tag=tag), **output)


@queries.command()
@click.argument("name", metavar="NAME")
@lang_option
def show(name: str, lang: str | None) -> None:
    """Print one saved question in full: parameters, columns, SPARQL.

    \b
    Example:
      kgbuild queries show bodies-of-action
    """  # noqa: D301 - click reads the \b
    from kgbuild.queries.catalogue import describe
    from kgbuild.queries.template import find_template

    click.echo(describe(find_template(name), lang=lang or "en").encode(), nl=False)


@click.command()
@click.argument("text", metavar="QUERY")
@graph_option
@click.option("--inferred", is_flag=True, help="Ask the graph with its closure and the class tree.")
@click.option(
    "--timeout", type=float, default=30.0, show_default=True, metavar="SECONDS", help="Deadline of the query."
)
@click.option("--limit", type=click.IntRange(min=1), default=10_000, show_default=True, metavar="N")
@output_options
def sparql(
    text: str, graphs: tuple[str, ...], *, inferred: bool, timeout: float, limit: int, **output: Unpack[Output]
) -> None:
    """Ask in SPARQL: the query itself, a file that ends in .rq, or - for stdin.

    \b
    Example:
      kgbuild sparql 'SELECT ?p WHERE { ?a gplan:itemPath ?p }' --graph plan.ttl
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import open_graphs, read_query

    rows = open_graphs(graphs).sparql(read_query(text), timeout=timeout, limit=limit, inferred=inferred)
    print_rows(rows, **output)


def print_rows(rows: Rows, **output: Unpack[Output]) -> None:
    """Print rows on stdout, as wide as the terminal or, in a pipe, as wide as they are."""
    from kgbuild.queries.table import render

    form, excel = output["form"], output["excel"]
    if excel and form == "json":
        raise UsageError("is CSV, and --format says json", where="--excel", cure="leave one of the two out")
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    text = render(rows, form="csv" if excel else form, width=width, excel=excel)
    # Bytes, because output is UTF-8 whatever the locale says.
    click.echo(text.encode(), nl=False)
    if rows.truncated:
        click.echo(f"only the first {len(rows)} rows; --limit gives more", err=True)
