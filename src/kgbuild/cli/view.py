"""The commands that show a plan: view, diagram."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypedDict, Unpack

import click

from kgbuild.cli.options import config_option, decisions_option, lang_option, source_option
from kgbuild.errors import UsageError


class ViewOptions(TypedDict):
    """What `view` may be told."""

    sources: tuple[Path, ...]
    config: Path | None
    decisions: Path | None
    lang: Literal["zh", "en"]


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|GRAPH...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="PATH",
    help="The page; with several documents a folder, with an index page.",
)
@source_option("Source of a graph, or a folder of such files")
@config_option
@decisions_option("Folder with filled-in tables of doubts.")
@lang_option
def view(inputs: tuple[str, ...], output: Path, **options: Unpack[ViewOptions]) -> None:
    """Write the text with all that was read in it as one page that needs no network.

    \b
    Example:
      kgbuild view examples/yunling-2025.txt -o plan.html
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import files_in, index_page, view_pages
    from kgbuild.cli.output import check_target, write_output

    read = files_in(Path(i) for i in (*inputs, *map(str, options["sources"])) if i != "-")
    pages = view_pages(inputs, **options)
    if output.suffix and not output.is_dir():
        if len(pages) > 1:
            raise UsageError(f"{len(pages)} documents, one file", where=str(output), cure="give -o FOLDER")
        write_output(pages[0].html, output, inputs=read)
        return
    output.mkdir(parents=True, exist_ok=True)
    names = [*(p.name for p in pages), "index.html"]
    if len(set(names)) < len(names):
        raise UsageError("two pages have one name", where=str(output), cure="view them into different folders")
    for name in names:
        check_target(output / name, read)
    for page in pages:
        write_output(page.html, output / page.name)
    write_output(index_page(pages, lang=options["lang"]), output / "index.html")


@click.command()
@click.argument("graph", metavar="GRAPH")
@click.option("--kind", type=click.Choice(["outline", "matrix", "network"]), required=True, help="What to draw.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help=".svg, .png or .json (Vega)."
)
@lang_option
def diagram(graph: str, kind: Literal["outline", "matrix", "network"], output: Path, lang: str) -> None:
    """Draw a plan: its outline, who does what for whom, or who works with whom.

    \b
    Example:
      kgbuild diagram plan.ttl --kind outline -o outline.svg
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import draw_diagram
    from kgbuild.cli.output import say, write_output

    data, warnings = draw_diagram(graph, kind, output.suffix, lang=lang)
    write_output(data, output, inputs=[graph])
    for warning in warnings:
        say(warning)
