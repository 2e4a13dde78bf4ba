"""The command store: many documents in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from kgbuild.cli.ask import Output, output_options, print_rows
from kgbuild.cli.options import output_option
from kgbuild.errors import KgbuildError

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def store() -> None:
    """Keep many documents in a folder, or on a server, and ask them together.

    \b
    Example:
      kgbuild store load corpus.store a.trig b.trig
    """  # noqa: D301 - click reads the \b


@store.command()
@click.argument("place", metavar="PLACE")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def load(place: str, files: tuple[str, ...]) -> None:
    """Load graphs, each in place of what was loaded of its source.

    PLACE is a folder, or the address of a graph store (SPARQL 1.1 Graph Store Protocol). A folder shows the graphs
    when all are loaded; until then, and whatever ends the command, it answers as before. A file that cannot be
    loaded does not cost the others.

    \b
    Example:
      kgbuild store load corpus.store plan.trig
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import load_store
    from kgbuild.cli.output import end, write_output

    failures: list[KgbuildError] = []
    try:
        keys = load_store(place, files, failed=failures.append)
    except KgbuildError as e:
        end([*failures, e])
        return
    write_output("".join(f"{key}\n" for key in keys), None)
    end(failures)


@store.command()
@click.argument("place", metavar="PLACE")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@click.option("--base", metavar="IRI", help="Base of the graphs, for a server; as configured where it is not given.")
def drop(place: str, keys: tuple[str, ...], base: str | None) -> None:
    """Drop sources by their keys, which `store list` prints.

    \b
    Example:
      kgbuild store drop corpus.store 7ad32c73228f6792
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import drop_from_store
    from kgbuild.config import Settings

    drop_from_store(place, keys, base=base or Settings().base)


@store.command()
@click.argument("place", metavar="PLACE")
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["trig", "nq", "ttl", "nt", "jsonld", "xml"]),
    help="Format; default: by the name of the output, else trig. Those without named graphs get the union.",
)
def export(place: str, output: Path | None, form: str | None) -> None:
    """Write all that a store holds as one graph file, which `store load` takes.

    \b
    Example:
      kgbuild store export corpus.store -o corpus.trig
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import export_store, format_of
    from kgbuild.cli.output import write_output

    write_output(export_store(place, form or format_of(output, default="trig")), output)


@store.command(name="list")
@click.argument("place", metavar="PLACE")
@output_options
def list_(place: str, **output: Unpack[Output]) -> None:
    """List the documents: key of the source, number, title.

    PLACE is a folder, or the address of a SPARQL endpoint.

    \b
    Example:
      kgbuild store list corpus.store
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import list_store

    print_rows(list_store(place), **output)
