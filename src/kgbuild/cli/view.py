"""The commands that show a plan: view, diagram."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypedDict, Unpack

import click

from kgbuild.cli.options import PLACE, config_option, decisions_option, lang_option, source_option
from kgbuild.errors import InputError, Message, UsageError


class ViewOptions(TypedDict):
    """The options of `view`."""

    sources: tuple[Path, ...]
    config: Path | None
    decisions: Path | None
    lang: Literal["zh", "en"]


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|GRAPH...")
@click.option(
    "-o",
    "--output",
    type=PLACE,
    required=True,
    metavar="PATH",
    help="The page; with several documents a folder, with an index page.",
)
@source_option("Source of a graph, or a folder of such files")
@config_option
@decisions_option("Folder with filled-in tables of doubts.")
@lang_option
@click.option("--site", is_flag=True, help="Not only the texts: a whole site in Chinese and English, in a folder.")
@click.option("--title", default="", metavar="NAME", help="Name of the site.")
@click.option("--url", default="", metavar="URL", help="Where the site will be: adds canonical addresses, a sitemap.")
def view(
    inputs: tuple[str, ...], output: Path, *, site: bool, title: str, url: str, **options: Unpack[ViewOptions]
) -> None:
    """Write the text with all that was read in it as one page that needs no network.

    By --site all documents become a folder of pages that opens from disk and from any web host: plans, actions, bodies,
    populations, saved queries with their answers, the ontology, a search.

    \b
    Example:
      kgbuild view examples/yunling-2025.txt -o plan.html
      kgbuild view plan.ttl --source examples/yunling-2025.txt --site -o site/
    """  # noqa: D301 - click reads the \b
    from kgbuild.api import files_in, index_page, view_pages
    from kgbuild.cli.output import check_target, write_output

    if site:
        _write_site(inputs, output, title, url, options)
        return
    if title or url:
        raise UsageError("belongs to --site", where="--title" if title else "--url", cure="add --site")

    read = files_in(Path(i) for i in (*inputs, *map(str, options["sources"])) if i != "-")
    pages = view_pages(inputs, **options)
    if output.suffix and not output.is_dir():
        if len(pages) > 1:
            raise UsageError(
                Message("{count} documents, one file", count=len(pages)), where=str(output), cure="give -o FOLDER"
            )
        write_output(pages[0].html, output, inputs=read)
        return
    output.mkdir(parents=True, exist_ok=True)
    names = [*(p.name for p in pages), "index.html"]
    if len(set(names)) < len(names):
        raise UsageError("two pages have the same name", where=str(output), cure="view them into different folders")
    for name in names:
        check_target(output / name, read)
    for page in pages:
        write_output(page.html, output / page.name)
    write_output(index_page(pages, lang=options["lang"]), output / "index.html")


def _write_site(inputs: tuple[str, ...], output: Path, title: str, url: str, options: ViewOptions) -> None:
    from kgbuild.api import collection_site
    from kgbuild.cli.output import say, write_output

    given = {name: options[name] for name in ("sources", "config", "decisions")}
    pages = 0
    for file in collection_site(inputs, title=title, url=url, **given):  # type: ignore[arg-type]
        target = output / file.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise InputError(
                Message("cannot be made ({reason})", reason=e.strerror), where=str(target.parent), cure="give a folder"
            ) from e
        write_output(file.data, target, inputs=[i for i in inputs if i != "-"])
        pages += file.path.endswith(".html")
    say(Message("{pages} pages → {file}", pages=pages, file=output / "index.html"))


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
