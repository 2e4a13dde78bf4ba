"""The command search: full text over actions, headings and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from kgbuild.cli.ask import Asking, dataset, output_options, print_rows, where_options, within
from kgbuild.cli.options import COUNT, source_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("keywords", nargs=-1, required=True, metavar="KEYWORD...")
@where_options
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(["action", "measure", "section", "body", "population", "initiative", "document"]),
    help="Only these; repeat it.",
)
@source_option("Source text: line:column")
@click.option("--limit", type=COUNT, default=50, show_default=True, metavar="N")
@output_options
def search(
    keywords: tuple[str, ...], kinds: tuple[str, ...], sources: tuple[Path, ...], limit: int, **options: Unpack[Asking]
) -> None:
    """Find actions, measures, headings and names that hold all keywords, the best first.

    The index of a store is kept beside it, as PLACE.search, until something is loaded or dropped.

    \b
    Example:
      kgbuild search 科协 --graph plan.ttl
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import find_text

    bound = within(options["timeout"])
    rows = find_text(dataset(options), keywords, kinds=kinds, sources=sources, limit=limit, within=bound)
    print_rows(rows, form=options["form"], excel=options["excel"], timeout=options["timeout"])
