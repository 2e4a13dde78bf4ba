"""The command mcp: a store for assistants, over the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from kgbuild.cli.options import SECONDS
from kgbuild.cli.output import discard_output
from kgbuild.errors import extra_missing


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="STORE|GRAPH...")
@click.option(
    "--queries",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Further saved questions; repeat.",
)
@click.option("--no-sparql", is_flag=True, help="Saved queries only.")
@click.option("--timeout", type=SECONDS, default=30.0, show_default=True, metavar="SECONDS", help="For a request.")
def mcp(places: tuple[str, ...], *, folders: tuple[Path, ...], no_sparql: bool, timeout: float) -> None:
    """Answer an assistant that speaks the Model Context Protocol, over the standard input and output.

    \b
    Example:
      kgbuild mcp plans.store
    """  # noqa: D301 - click reads the \b
    try:
        from kgbuild.web import ServerOptions, mcp_server

        options = ServerOptions(is_free=not no_sparql, folders=folders, timeout=timeout, workers=1)
        server = mcp_server(*places, options=options)
    except ImportError as e:
        raise extra_missing(e, "mcp", where="mcp") from e
    try:
        server.run()
    except* BrokenPipeError:  # the assistant has gone without waiting for its answers
        discard_output()
